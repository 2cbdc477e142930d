package office

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// logExportTime is how long writing an export may take.
const logExportTime = 5 * time.Minute

func (o *Office) logRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/log", Verb: org.SeeLog, Serve: o.logList},
		{Pattern: "POST /desk/log/export", Verb: org.SeeLog, Time: logExportTime, Serve: o.logExport},
		{Pattern: "GET /desk/log/{id}", Verb: org.SeeLog, Serve: o.logEntry},
		{Pattern: "GET /desk/log/{id}/receipt.json", Verb: org.SeeLog, JSON: true, Serve: o.logReceipt},
		{Pattern: "POST /desk/log/{id}/note", Verb: org.NoteSupervision, Serve: o.logNote},
		{Pattern: "POST /desk/log/{id}/answer", Verb: org.AssignTasks, Serve: o.logAnswer},
		{Pattern: "POST /desk/log/{id}/erase", Verb: org.EditSettings, Sure: true, Serve: o.logErase},
	}
}

// kindGroups are the beginnings of kinds, as the filter offers them.
var kindGroups = []page.Option{
	{Value: "task.", Text: "任务"}, {Value: "approval.", Text: "审批"}, {Value: "report.", Text: "年度报告"}, {Value: "item.", Text: "主动公开"}, {Value: "organ.", Text: "机关"},
	{Value: "office.", Text: "办公信息"}, {Value: "remedy.", Text: "复议机关、法院"}, {Value: "group.", Text: "领导小组"}, {Value: "meeting.", Text: "会议"}, {Value: "duty.", Text: "责任分工"},
	{Value: "plan.", Text: "工作要点"}, {Value: "dispatch.", Text: "月度调度"}, {Value: "order.", Text: "整改"}, {Value: "recurring.", Text: "重点公开事项"},
	{Value: "person.", Text: "人员"}, {Value: "post.", Text: "岗位"}, {Value: "account.", Text: "账号"}, {Value: "session.", Text: "登录"},
	{Value: "supervision.", Text: "监督意见"}, {Value: "setting.", Text: "设置"}, {Value: "notice.", Text: "通知"}, {Value: "data.", Text: "导出数据"},
	{Value: "personal.", Text: "查阅个人信息"}, {Value: "details.", Text: "清除附带内容"}, {Value: "job.", Text: "后台作业"}, {Value: "backup.", Text: "备份"}, {Value: "log.", Text: "存证密钥"},
}

// logRows is how many entries a page lists.
const logRows = 50

type logPage struct {
	page.Base
	Heading      string
	Lead         string
	Who, Whose   string
	From, To     string
	Groups       []page.Option
	Ref, Organ   string // what the list is narrowed to, kept by the form
	Officer      string
	Open         bool
	Within       []page.Link // what it is narrowed to in words, with the way out
	Days         []logDay
	Whole        bool // every entry is shown with what changed: the history of one thing
	Pager        page.Pager
	Waiting      int // opinions of supervision that wait for an answer
	WaitingHref  string
	Failure      string
	Empty        page.Empty
	ExportAction string
}

type logDay struct {
	Day   string
	Lines []logLine
}

type logLine struct {
	Time    string
	What    string
	Href    string
	Object  page.Link
	Who     string
	Organ   string
	Changes []act.Change
	More    int // changes not shown
	Said    string
	Tags    []page.Tag
}

var logTemplate = page.NewTemplate(templates, "templates/log.html", "templates/log_parts.html")

// entryHref is the page of one entry.
func entryHref(id int64) string { return "/desk/log/" + store.ActID(id) }

// historyHref is the list of everything that happened to one thing.
func historyHref(ref string) string { return page.With("/desk/log", "ref", ref) }

// logQuery reads the filter. What cannot be read narrows nothing; a day that is
// none is told.
func logQuery(r *http.Request) (q store.EntryQuery, failure string) {
	get := func(name string, n int) string { return upTo(strings.TrimSpace(r.FormValue(name)), n) }
	number := func(name string) int64 {
		n, err := strconv.ParseInt(get(name, 20), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	q = store.EntryQuery{Ref: get("ref", 300), Who: get("who", 40), Whose: get("whose", 60), Organ: number("organ"), Officer: number("officer"),
		Before: number("before"), Open: get("open", 1) == "1"}
	for _, g := range kindGroups {
		if g.Value == r.FormValue("kind") {
			q.Kind = g.Value
		}
	}
	for _, d := range []struct {
		name string
		to   *law.Date
	}{{"from", &q.From}, {"to", &q.To}} {
		text := get(d.name, 20)
		if text == "" {
			continue
		}
		day, err := org.ParseDay(text)
		if err != nil {
			failure = fmt.Sprintf("日期“%s”看不懂，请写成 2026-01-31。这一项没有用来筛选。", text)
			continue
		}
		*d.to = day
	}
	return q, failure
}

// pairs is the filter as an address has it.
func logPairs(q store.EntryQuery) []string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	open := ""
	if q.Open {
		open = "1"
	}
	return []string{"ref", q.Ref, "who", q.Who, "whose", q.Whose, "organ", number(q.Organ), "officer", number(q.Officer), "kind", q.Kind,
		"from", q.From.String(), "to", q.To.String(), "open", open}
}

func (o *Office) logList(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	q, failure := logQuery(r)
	q.Limit = logRows + 1
	p := logPage{Base: o.logBase(r, "留痕"), Heading: "留痕", Who: q.Who, Whose: q.Whose, From: q.From.String(), To: q.To.String(), Ref: q.Ref, Open: q.Open, Failure: failure,
		ExportAction: "/desk/log/export", Whole: q.Ref != ""}
	p.Groups = append(p.Groups, page.Option{Text: "全部", Selected: q.Kind == ""})
	for _, g := range kindGroups {
		g.Selected = g.Value == q.Kind
		p.Groups = append(p.Groups, g)
	}
	list, err := o.store.Entries(ctx, v, q)
	if err != nil {
		return err
	}
	next := len(list) > logRows
	list = list[:min(len(list), logRows)]
	// What the viewer sees nothing about is not named to him either.
	var about []string
	if len(list) > 0 {
		about = append(about, q.Ref)
	}
	names, err := o.refNames(r, list, about...)
	if err != nil {
		return err
	}
	for _, e := range list {
		day := time.UnixMilli(e.Act.At).In(law.Beijing).Format(time.DateOnly)
		if n := len(p.Days); n == 0 || p.Days[n-1].Day != day {
			p.Days = append(p.Days, logDay{Day: day})
		}
		d := &p.Days[len(p.Days)-1]
		d.Lines = append(d.Lines, logLineOf(e, names, p.Whole))
	}
	o.logWithin(&p, q, list, names)
	if q.Before > 0 {
		p.Pager.First = page.With("/desk/log", logPairs(q)...)
	}
	if next {
		p.Pager.Next = page.With("/desk/log", append(logPairs(q), "before", strconv.FormatInt(list[len(list)-1].Act.ID, 10))...)
	}
	open, err := o.store.Entries(ctx, v, store.EntryQuery{Open: true, Limit: logRows})
	if err != nil {
		return err
	}
	if p.Waiting = len(open); p.Waiting > 0 && !q.Open {
		p.WaitingHref = "/desk/log?open=1"
	}
	p.Empty = page.Empty{Text: "没有符合条件的留痕。可以减少条件再查。", Action: page.Link{Text: "查看全部留痕", Href: "/desk/log"}}
	return page.Render(w, r, logTemplate, p)
}

func (o *Office) logBase(r *http.Request, title string) page.Base {
	b := o.base(r, "log", title)
	b.Styles = append(b.Styles, o.assets.Path("log.css"))
	return b
}

// logWithin says what the list is narrowed to beyond the fields of the form.
func (o *Office) logWithin(p *logPage, q store.EntryQuery, list []store.Entry, names map[string]string) {
	without := func(change func(*store.EntryQuery)) string {
		c := q
		c.Before = 0
		change(&c)
		return page.With("/desk/log", logPairs(c)...)
	}
	if q.Ref != "" {
		name := names[q.Ref]
		if name == "" {
			name = q.Ref
		}
		p.Heading, p.Title = name+"的留痕", name+"的留痕"
		p.Crumbs = []page.Link{{Text: "留痕", Href: "/desk/log"}}
		p.Lead = "从上到下由近到远：谁、何时、改了什么、从哪里。每一条都在内部存证里，改动或删除会被发现。"
	}
	if q.Organ != 0 {
		p.Organ = strconv.FormatInt(q.Organ, 10)
		name := "机关 " + p.Organ
		if len(list) > 0 && list[0].Organ != "" {
			name = list[0].Organ
		}
		p.Within = append(p.Within, page.Link{Text: name, Href: without(func(c *store.EntryQuery) { c.Organ = 0 })})
	}
	if q.Officer != 0 {
		p.Officer = strconv.FormatInt(q.Officer, 10)
		name := "人员 " + p.Officer
		if len(list) > 0 && list[0].Officer != "" {
			name = list[0].Officer
		}
		p.Within = append(p.Within, page.Link{Text: name + "办理的", Href: without(func(c *store.EntryQuery) { c.Officer = 0 })})
	}
	if q.Open {
		p.Within = append(p.Within, page.Link{Text: "等待答复的监督意见", Href: without(func(c *store.EntryQuery) { c.Open = false })})
	}
}

// refNames says what entries are about, and further references.
func (o *Office) refNames(r *http.Request, list []store.Entry, more ...string) (map[string]string, error) {
	refs := more
	for _, e := range list {
		refs = append(refs, e.Act.Ref)
		if b, ok := e.Act.Body.(act.Record); ok {
			refs = append(refs, b.Refs...)
		}
	}
	return o.store.RefNames(r.Context(), refs)
}

// shownChanges is how many changes a line of the list shows.
const shownChanges = 2

func logLineOf(e store.Entry, names map[string]string, whole bool) logLine {
	l := logLine{Time: time.UnixMilli(e.Act.At).In(law.Beijing).Format("15:04"), What: e.Act.Chinese(), Href: entryHref(e.Act.ID), Who: whoActed(e), Organ: e.Organ,
		Changes: e.Details.Changes, Tags: entryTags(e)}
	if _, ok := e.Act.Body.(act.Report); ok {
		l.What = act.Kinds()[e.Act.Kind].Chinese
	}
	if name := names[e.Act.Ref]; name != "" && !whole {
		l.Object = page.Link{Text: name, Href: historyHref(e.Act.Ref)}
	}
	if !whole && len(l.Changes) > shownChanges {
		l.Changes, l.More = l.Changes[:shownChanges], len(l.Changes)-shownChanges
	}
	if whole {
		l.Said = e.Details.Reason
	}
	return l
}

func whoActed(e store.Entry) string {
	switch {
	case e.Officer != "":
		return e.Officer
	case e.Details.Program != "":
		return "程序：" + e.Details.Program
	case e.Act.Officer != 0:
		return "人员 " + strconv.FormatInt(e.Act.Officer, 10)
	}
	return "程序"
}

func entryTags(e store.Entry) []page.Tag {
	var out []page.Tag
	if b, ok := e.Act.Body.(act.Record); ok && b.Paper != nil {
		out = append(out, page.Tag{Text: "纸质"})
	}
	if e.Erased {
		out = append(out, page.Tag{Text: "内容已清除"})
	}
	if e.Index < 0 {
		out = append(out, page.Tag{Tone: "warn", Text: "待编号"})
	}
	if e.Act.Kind == act.SupervisionNoted {
		out = append(out, page.Tag{Tone: "warn", Text: "监督"})
	}
	return out
}

// logExport writes what the filter chooses as a table. That it was taken out is
// itself an entry.
func (o *Office) logExport(w http.ResponseWriter, r *http.Request) error {
	q, failure := logQuery(r)
	if failure != "" {
		return &page.Input{Text: failure}
	}
	var c *csv.Writer
	begin := func() error {
		if c != nil {
			return nil
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Disposition", `attachment; filename="log.csv"; filename*=UTF-8''%E7%95%99%E7%97%95-`+o.cfg.Today().String()+".csv")
		if _, err := w.Write([]byte("\xef\xbb\xbf")); err != nil {
			return err
		}
		c = csv.NewWriter(w)
		return c.Write([]string{"留痕编号", "内部存证序号", "登记时间", "办理日期", "类别", "对象", "第几条", "经办人", "机关", "项目", "改动前", "改动后", "理由", "纸面签批日期", "纸面签批人", "来处"})
	}
	err := o.store.ExportEntries(r.Context(), page.By(r), q, func(e store.Entry) error {
		if err := begin(); err != nil {
			return err
		}
		return writeEntry(c, e)
	})
	if err != nil {
		return err
	}
	if err := begin(); err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

// writeEntry writes a line for each field that changed, or one.
func writeEntry(c *csv.Writer, e store.Entry) error {
	paper := ""
	if b, ok := e.Act.Body.(act.Record); ok && b.Paper != nil {
		paper = b.Paper.On.String()
	}
	index := ""
	if e.Index >= 0 {
		index = strconv.FormatInt(e.Index, 10)
	}
	changes := e.Details.Changes
	if len(changes) == 0 {
		changes = []act.Change{{}}
	}
	for _, x := range changes {
		line := []string{store.ActID(e.Act.ID), index, time.UnixMilli(e.Act.At).In(law.Beijing).Format(time.DateTime), e.Act.On.String(), act.Kinds()[e.Act.Kind].Chinese, e.Act.Ref,
			strconv.FormatInt(e.Act.Seq, 10), whoActed(e), e.Organ, x.Field, x.Old, x.New, e.Details.Reason, paper, e.Details.Signer, e.Details.From}
		for i := range line {
			line[i] = page.SheetText(line[i])
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// upTo cuts a text to so many characters.
func upTo(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
