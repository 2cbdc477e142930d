package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/notify"
	"gongkai/store"
	"gongkai/web/page"
)

// jobNames are the kinds of background jobs as people read them.
var jobNames = map[string]string{
	"prune": "清理过期记录", "sweep": "清理无主文件", "remind": "期限提醒", "digest": "通知汇总", "scan": "病毒检查", "refusals": "登记登录被拒", "checkall": "全面核对年度报告",
}

func jobName(kind string) string {
	if n := jobNames[kind]; n != "" {
		return n
	}
	if ch, is := strings.CutPrefix(kind, store.DeliverPrefix); is {
		return "发送通知（" + store.ChannelName(ch) + "）"
	}
	return kind
}

type jobsPage struct {
	page.Base
	Key      string
	Failure  string
	Counts   store.JobCounts
	Failing  bool // some that wait have failed before
	Dead     []deadLine
	Schedule []scheduleLine
	Queues   []queueLine
	Running  []runningLine
	Channels []channelLine
	Out      []outLine
}

type deadLine struct {
	ID                 int64
	Name, When, Error  string
	Tries              int
	Reason, ReasonFail string // as typed
}

type scheduleLine struct {
	Name, Rule, Last, Ended, Next, Error string
	Tag                                  page.Tag
}

type queueLine struct {
	Name, Oldest                 string
	Waiting, Late, Running, Dead int64
}

type runningLine struct {
	Name, Runner, Since string
	Tries               int
}

type channelLine struct {
	Name, Channel, Runner, Sent, Failed, Error string
	Tag                                        page.Tag
}

type outLine struct {
	Made, Channel, What, Goes, Error string
	Tag                              page.Tag
}

var jobsTemplate = page.NewTemplate(templates, "templates/notices_jobs.html")

func (o *Office) jobs(w http.ResponseWriter, r *http.Request) error {
	return o.showJobs(w, r, http.StatusOK, "", 0)
}

// showJobs draws the page; failure says why a form was not taken, and with a
// letter it stands at that dead letter.
func (o *Office) showJobs(w http.ResponseWriter, r *http.Request, code int, failure string, letter int64) error {
	v := page.VisitOf(r).Viewer
	p := jobsPage{Base: o.base(r, "settings", "后台作业和通知渠道"), Key: page.NewKey()}
	p.Crumbs = []page.Link{{Text: "设置", Href: "/desk/settings"}}
	p.Styles = append(p.Styles, o.assets.Path("notices.css"))
	if letter == 0 {
		p.Failure = failure
	}
	x, err := o.store.JobState(r.Context(), v)
	if err != nil {
		return err
	}
	if p.Counts, err = o.store.JobCounts(r.Context()); err != nil {
		return err
	}
	for _, j := range x.Dead {
		l := deadLine{ID: j.ID, Name: jobName(j.Kind), When: o.when(j.Dead), Error: firstLine(j.Error), Tries: j.Tries}
		if j.ID == letter {
			l.Reason, l.ReasonFail = r.PostFormValue("reason"), failure
		}
		p.Dead = append(p.Dead, l)
	}
	for _, s := range x.Schedule {
		l := scheduleLine{Name: s.Name, Rule: s.Rule, Last: o.when(s.Last), Ended: o.when(s.Ended), Next: o.when(s.Next), Error: firstLine(s.Error)}
		switch {
		case s.Error != "":
			l.Tag = page.Tag{Tone: "err", Text: "上次失败"}
		case x.Now.Sub(s.Next) > 15*time.Minute:
			l.Tag = page.Tag{Tone: "warn", Text: "没有按时运行"}
		case s.Ended.IsZero():
			l.Tag = page.Tag{Text: "还没有到时间"}
		default:
			l.Tag = page.Tag{Tone: "ok", Text: "正常"}
		}
		p.Schedule = append(p.Schedule, l)
	}
	for _, q := range x.Queues {
		p.Queues = append(p.Queues, queueLine{Name: jobName(q.Kind), Oldest: o.when(q.Oldest), Waiting: q.Waiting, Late: q.Late, Running: q.Running, Dead: q.Dead})
		p.Failing = p.Failing || q.Failing > 0
	}
	for _, j := range x.Running {
		p.Running = append(p.Running, runningLine{Name: jobName(j.Kind), Runner: j.Runner, Since: o.when(j.Began), Tries: j.Tries})
	}
	if err := o.channelLines(r, &p); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, jobsTemplate, p)
}

func (o *Office) channelLines(r *http.Request, p *jobsPage) error {
	channels, err := o.store.Channels(r.Context())
	if err != nil {
		return err
	}
	at := func(ms int64) string {
		if ms == 0 {
			return ""
		}
		return o.when(time.UnixMilli(ms))
	}
	for _, c := range channels {
		l := channelLine{Name: store.ChannelName(c.Name), Channel: c.Name, Runner: c.Runner, Sent: at(c.Sent), Failed: at(c.Failed), Error: firstLine(c.Error)}
		switch {
		case c.Error != "":
			l.Tag = page.Tag{Tone: "err", Text: "最近一条没有发出"}
		case c.Sent == 0:
			l.Tag = page.Tag{Text: "还没有发过"}
		default:
			l.Tag = page.Tag{Tone: "ok", Text: "正常"}
		}
		p.Channels = append(p.Channels, l)
	}
	out, err := o.store.Outbox(r.Context(), page.VisitOf(r).Viewer, 0)
	if err != nil {
		return err
	}
	const some = 30
	for _, m := range out[:min(len(out), some)] {
		l := outLine{Made: o.when(m.Made), Channel: store.ChannelName(m.Channel), What: notify.SentenceOf(m.Kind).Outside, Error: firstLine(m.Error), Goes: o.when(m.Sent)}
		switch m.Kind {
		case store.KindTest:
			l.What = "测试消息"
		case store.KindDigest:
			l.What = "每日汇总"
		}
		switch m.State {
		case store.OutSent:
			l.Tag = page.Tag{Tone: "ok", Text: "已发出"}
		case store.OutDropped:
			l.Tag = page.Tag{Text: "没有发"}
		case store.OutDigest:
			l.Tag, l.Goes = page.Tag{Text: "等汇总"}, ""
		case store.OutGathered:
			l.Tag = page.Tag{Text: "已汇总"}
		default:
			l.Tag, l.Goes = page.Tag{Text: "等待发出"}, o.when(m.Goes)
			if m.Error != "" {
				l.Tag, l.Goes = page.Tag{Tone: "warn", Text: "没有发出"}, ""
			}
		}
		p.Out = append(p.Out, l)
	}
	return nil
}

// firstLine is the beginning of an error: what a page has room for.
func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// jobAct retries or drops a dead letter, or tries everything that waits at once.
func (o *Office) jobAct(w http.ResponseWriter, r *http.Request) error {
	by := page.By(r)
	if r.PostFormValue("do") == "hurry" {
		by.Key += ".hurry"
		d, err := o.store.HurryJobs(r.Context(), by)
		if err != nil {
			return err
		}
		return page.Done(w, r, "/desk/settings/jobs", "retried", d)
	}
	id, err := strconv.ParseInt(r.PostFormValue("id"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	// The page has a form for each letter, all under the key it was drawn with.
	by.Key += "." + strconv.FormatInt(id, 10)
	word, verb := "retried", o.store.RetryJob
	if r.PostFormValue("do") == "drop" {
		word, verb = "dropped", o.store.DropJob
	}
	d, err := verb(r.Context(), by, id)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return o.showJobs(w, r, http.StatusUnprocessableEntity, refusal.Text, id)
	case errors.Is(err, store.ErrNotFound):
		return o.showJobs(w, r, http.StatusConflict, "这一项已经由别人重试或放弃，下面是现在的情况。", 0)
	case err != nil:
		return err
	}
	return page.Done(w, r, "/desk/settings/jobs", word, d)
}

// channelTest sends a message to whoever asks.
func (o *Office) channelTest(w http.ResponseWriter, r *http.Request) error {
	by, channel := page.By(r), r.PostFormValue("channel")
	by.Key += "." + channel
	d, err := o.store.SendTest(r.Context(), by, channel)
	var refusal *act.Refusal
	if errors.As(err, &refusal) {
		return o.showJobs(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("%s：%s", store.ChannelName(channel), refusal.Text), 0)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/settings/jobs", "sent", d)
}
