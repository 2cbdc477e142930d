package items

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// A historyLine is one act on the item as people read it.
type historyLine struct {
	At, What, Who string
	Text          string // reason, opinion
	Paper         string // that it was signed on paper
	Scan          string // address of the scan
}

var china = time.FixedZone("CST", 8*3600)

func minuteText(milli int64) string {
	return time.UnixMilli(milli).In(china).Format("2006-01-02 15:04")
}

func releaseText(milli int64) string {
	return time.UnixMilli(milli).In(china).Format("2006年1月2日 15:04")
}

// historyLines words the acts, the newest first.
func historyLines(x *store.ItemFile, list []store.Entry) []historyLine {
	var out []historyLine
	step := 0
	var chain []string
	for _, e := range list {
		l := historyLine{At: minuteText(e.Act.At), What: act.Kinds()[e.Act.Kind].Chinese, Who: e.Officer, Text: e.Details.Reason}
		if l.Who == "" {
			l.Who = e.Details.Program
		}
		if law.DateOf(time.UnixMilli(e.Act.At)) != e.Act.On {
			l.At = e.Act.On.Chinese() + "（" + l.At + " 录入）"
		}
		rec, _ := e.Act.Body.(act.Record)
		switch e.Act.Kind {
		case act.ItemSubmitted:
			chain, step = stepNames(rec.Facts), 0
		case act.ItemSigned:
			if step < len(chain) {
				l.What = "审签：" + chain[step]
			}
			step++
		case act.ItemAnswered:
			l.What += "：" + proactive.Answer(rec.Facts["answer"]).Chinese()
		case act.ItemScheduled:
			l.Text = "取消定时"
			if at := rec.Facts["at"]; at != "" {
				var n int64
				_, _ = fmt.Sscan(at, &n) // a damaged fact would not have been replayed
				l.Text = "发布时间 " + releaseText(n)
			}
		case act.ItemPublished:
			l.Text = strings.TrimSpace("第" + rec.Facts["version"] + "版 " + proactive.Change(rec.Facts["change"]).Chinese())
		case act.ItemRevised:
			l.What += "（" + proactive.Change(rec.Facts["change"]).Chinese() + "）"
		case act.ItemRemoved:
			l.Text = proactive.Cause(rec.Facts["cause"]).Chinese()
		case act.ItemWithheld:
			l.What += "：" + proactive.Ground(rec.Facts["ground"]).Chinese()
		case act.ItemArchived:
			l.Text = strings.TrimSpace("卷号 " + rec.Facts["volume"] + " " + rec.Facts["box"])
		}
		for _, c := range e.Details.Changes {
			l.Text = strings.TrimSpace(l.Text + " " + c.Field + "：" + c.New)
		}
		if rec.Paper != nil {
			l.Paper = "线下签批，" + rec.Paper.On.Chinese()
			if e.Details.Signer != "" {
				l.Paper += "，签批人" + e.Details.Signer
			}
			l.Paper += "；" + l.Who + "录入"
			if file := store.ScanOf(e.Act); file != 0 {
				l.Scan = fmt.Sprintf("/desk/items/%d/scans/%d", x.ID, file)
			}
		}
		if e.Erased {
			l.Text = strings.TrimSpace(l.Text + " （附带内容已清除）")
		}
		out = append(out, l)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// stepNames are the names of the steps that a submission went into.
func stepNames(f map[string]string) []string {
	var out []string
	for c := 'a'; f["step"+string(c)] != ""; c++ {
		name, _, _ := strings.Cut(f["step"+string(c)], "/")
		out = append(out, name)
	}
	return out
}

// chainLines is the chain that the text in work goes through, or went.
func chainLines(x *store.ItemFile, list []store.Entry) []stepLine {
	var signed []store.Entry
	for _, e := range list {
		switch e.Act.Kind {
		case act.ItemSubmitted:
			signed = nil
		case act.ItemSigned:
			signed = append(signed, e)
		}
	}
	var out []stepLine
	for i, s := range x.Chain.Steps {
		l := stepLine{Name: s.Name, Roles: rolesText(s.Roles)}
		switch {
		case i < len(x.Signed) && i < len(signed):
			e := signed[i]
			l.State, l.Who, l.On, l.Note = "done", e.Officer, e.Act.On, "系统内签"
			if rec, ok := e.Act.Body.(act.Record); ok && rec.Paper != nil {
				l.Note = "线下签批，" + e.Officer + "录入"
				if e.Details.Signer != "" {
					l.Who = e.Details.Signer
				}
			}
		case i == x.Next():
			l.State = "now"
		}
		out = append(out, l)
	}
	return out
}

// diff is what the text in work changes in the public one, or the newest public
// one in the one before.
func (t *Items) diff(r *http.Request, x *store.ItemFile) ([]casework.Change, string, error) {
	if x.Versions == 0 || x.Versions == 1 && x.Revision == "" {
		return nil, "", nil
	}
	texts, err := t.store.ItemTexts(r.Context(), page.VisitOf(r).Viewer, x.ID)
	if err != nil {
		return nil, "", err
	}
	old, now, of := texts[x.Versions], x.Content, "修订稿与已发布的第"+fmt.Sprint(x.Versions)+"版"
	if x.Revision == "" {
		old, now, of = texts[x.Versions-1], texts[x.Versions], fmt.Sprintf("第%d版与第%d版", x.Versions, x.Versions-1)
	}
	return changesOnly(casework.Compare(readLines(old), readLines(now))), of, nil
}

// readLines is a content line by line, as it is compared.
func readLines(c proactive.Content) []string {
	out := []string{"标题：" + c.Title}
	add := func(label, s string) {
		if s != "" {
			out = append(out, label+"："+s)
		}
	}
	day := func(label string, d law.Date) { add(label, d.Chinese()) }
	add("文号", c.DocNo)
	add("概述", c.Summary)
	add("目录", proactive.CategoryName(c.Category))
	day("成文日期", c.Made)
	day("施行日期", c.Effective)
	day("有效期至", c.Until)
	day("起始日期", c.From)
	day("截止日期", c.To)
	for _, l := range c.Body.Lines() {
		if s := strings.TrimSpace(l.Text); s != "" {
			out = append(out, s)
		}
	}
	for _, f := range c.Attached() {
		add("附件", f.Name)
	}
	return out
}

// changesOnly leaves out what did not change.
func changesOnly(list []casework.Change) []casework.Change {
	var out []casework.Change
	for _, c := range list {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}
