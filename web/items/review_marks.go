package items

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

// draw puts the marks into the text and lists them.
func (p *reviewPage) draw(marks []vetting.Mark, decided map[string]string) {
	lines := pieceTexts(p.X.Content)
	var body []rich.Highlight
	heads := map[string][]vetting.Mark{}
	for i, m := range marks {
		reason, ok := decided[m.Key()]
		switch {
		case m.Stops:
			p.Stops++
		case !ok:
			p.Open++
		}
		class := markClass(m, ok)
		if m.Field == "body" && m.To > m.From {
			body = append(body, rich.Highlight{Line: m.Line, From: m.From, To: m.To, Class: class, Title: m.Kind.Chinese() + "：" + m.Why, ID: fmt.Sprintf("m%d", i+1)})
		} else {
			heads[m.Field] = append(heads[m.Field], m)
		}
		if len(p.Marks) >= maxMarks {
			p.Capped++
			continue
		}
		l := markLine{N: i + 1, Key: m.Key(), Kind: page.Tag{Text: m.Kind.Chinese(), Tone: "warn"}, Where: whereText(p.X, m), Why: m.Why, Cite: m.Cite.String(), Decided: reason, Stops: m.Stops}
		if m.Field == "body" {
			l.ID = fmt.Sprintf("m%d", i+1)
		}
		if m.Suggest != "" {
			l.Suggest = "建议改为“" + m.Suggest + "”"
		}
		switch {
		case m.Stops:
			l.Kind.Tone = "err"
		case ok:
			l.Kind.Tone = "ok"
		}
		l.Before, l.Found, l.Past = excerpt(lines[fmt.Sprint(m.Field, ":", m.Line)], m)
		p.Marks = append(p.Marks, l)
	}
	slices.SortStableFunc(p.Marks, func(a, b markLine) int { return rank(a) - rank(b) })
	p.Text = template.HTML(p.X.Content.Body.HTMLMarked(pictures(p.X.ID), body)) // package rich answers for it
	p.Heading, p.Summary = markedLine(p.X.Content.Title, heads["title"], decided), markedLine(p.X.Content.Summary, heads["summary"], decided)
}

// rank puts what stops first, then what is open.
func rank(l markLine) int {
	switch {
	case l.Stops:
		return 0
	case l.Decided == "":
		return 1
	}
	return 2
}

func markClass(m vetting.Mark, decided bool) string {
	switch {
	case m.Stops:
		return "stop"
	case decided:
		return "kept"
	}
	return "open"
}

// markedLine is a line with marks around its places.
func markedLine(line string, marks []vetting.Mark, decided map[string]string) template.HTML {
	r := []rune(line)
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if m.From < at || m.To > len(r) || m.To <= m.From {
			continue
		}
		_, ok := decided[m.Key()]
		b.WriteString(template.HTMLEscapeString(string(r[at:m.From])))
		fmt.Fprintf(&b, `<mark class="%s" title="%s">%s</mark>`, markClass(m, ok), template.HTMLEscapeString(m.Kind.Chinese()+"："+m.Why), template.HTMLEscapeString(string(r[m.From:m.To])))
		at = m.To
	}
	b.WriteString(template.HTMLEscapeString(string(r[at:])))
	return template.HTML(b.String()) // all of it is escaped above
}

// pieceTexts are the lines that marks point into, by field and line.
func pieceTexts(c proactive.Content) map[string]string {
	out := map[string]string{}
	for _, p := range vetting.Pieces(c.Title, c.Summary, c.Body) {
		out[fmt.Sprint(p.Field, ":", p.Line)] = p.Text
	}
	for _, f := range c.Files {
		for i, line := range strings.Split(f.Text, "\n") {
			out[fmt.Sprintf("file:%d:%d", f.ID, i)] = line
		}
	}
	return out
}

// excerpt is a mark with some words before and behind it.
func excerpt(line string, m vetting.Mark) (before, found, past string) {
	const some = 14
	r := []rune(line)
	if m.From < 0 || m.To > len(r) || m.To < m.From {
		return "", m.Found, ""
	}
	before, past = string(r[max(m.From-some, 0):m.From]), string(r[m.To:min(m.To+some, len(r))])
	if m.From > some {
		before = "…" + before
	}
	if m.To+some < len(r) {
		past += "…"
	}
	return before, string(r[m.From:m.To]), past
}

func whereText(x *store.ItemFile, m vetting.Mark) string {
	switch {
	case m.Field == "title":
		return "标题"
	case m.Field == "summary":
		return "内容概述"
	case strings.HasPrefix(m.Field, "file:"):
		id, _ := strconv.ParseInt(m.Field[5:], 10, 64)
		if f := x.Content.File(id); f != nil {
			return fmt.Sprintf("附件“%s”第%d行", clip(f.Name, 30), m.Line+1)
		}
		return "附件"
	}
	return "正文"
}

// decideMarks says why the ticked marks may stand: one reason for all of them.
func (t *Items) decideMarks(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	keys := r.PostForm["mark"]
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	reason := strings.TrimSpace(r.PostFormValue("why"))
	fail := func(code int, s shown) error {
		s.do = "mark"
		return t.showReview(w, r, code, s)
	}
	switch {
	case len(keys) == 0:
		return fail(http.StatusUnprocessableEntity, shown{refusal: act.Refuse("请先勾选可以保留的标记，再写理由。")})
	case len(keys) > maxMarks:
		return &page.Input{Text: fmt.Sprintf("一次最多处理%d处标记，请分几次提交。", maxMarks)}
	}
	by := page.By(r)
	var d store.Done
	for i, k := range keys {
		one := by
		if one.Key != "" {
			one.Key = clip(fmt.Sprintf("%s-%d", by.Key, i), 120)
		}
		var no *act.Refusal
		switch d, err = t.store.DecideMark(r.Context(), one, x.ID, version, k, reason); {
		case errors.As(err, &no):
			return fail(http.StatusUnprocessableEntity, shown{refusal: no})
		case errors.Is(err, store.ErrConflict):
			return fail(http.StatusConflict, shown{changed: true})
		case err != nil:
			return err
		}
	}
	to := "/review"
	if x.Stage != proactive.Reviewing {
		to = ""
	}
	return page.Done(w, r, itemHref(x.ID)+to, "explainedmark", d)
}
