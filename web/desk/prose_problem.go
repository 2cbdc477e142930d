package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// notes are the sentences of last year's chapter 五 with what was said of them.
func (x *proseCase) notes() []reporting.ProblemNote {
	last := x.draft.Last
	var out []reporting.ProblemNote
	if last == nil || last.Year != x.Year-1 {
		return x.kept.Problems
	}
	for i, c := range last.Form.Chapters {
		if c.Ordinal != "五" || i >= len(last.Chapters) {
			continue
		}
		for _, s := range reporting.ProblemSentences(last.Chapters[i]) {
			n := reporting.ProblemNote{Problem: s}
			for _, k := range x.kept.Problems {
				if k.Problem == s {
					n = k
				}
			}
			out = append(out, n)
		}
	}
	return out
}

func (x *proseCase) problems(p *prosePage, s proseSaid) {
	for i, n := range s.notes {
		v := problemView{N: i, Problem: n.Problem}
		name := func(what string) string { return fmt.Sprintf("%s.%d", what, i) }
		v.Became = page.Field{Name: name("became"), Label: "后来怎样", Kind: "select"}
		for _, b := range reporting.Becames() {
			v.Became.Options = append(v.Became.Options, page.Option{Value: string(b), Text: b.Chinese(), Selected: b == n.Became})
		}
		v.Text = page.Field{Name: name("did"), Label: "做了什么", Kind: "textarea", Rows: 2, Max: reporting.MaxProblemText, Value: n.Text, Message: s.bad[name("did")]}
		v.Proof = page.Field{Name: name("proof"), Label: "证明材料的网址", Kind: "text", Max: 300, Value: n.Evidence, Message: s.bad[name("proof")], Hint: "只供核对，不写进报告。"}
		if evidence(n.Evidence) && n.Evidence != "" {
			v.Href = n.Evidence
		}
		p.Problems = append(p.Problems, v)
	}
	p.ProblemIs = reporting.ProblemText(s.notes, x.Year)
}

// evidence reports whether a text is an address of this desk or of the web.
func evidence(s string) bool {
	return s == "" || proactive.WebAddress(s) || strings.HasPrefix(s, "/desk/") && !strings.ContainsAny(s, " \\\n\t\"'<>")
}

// saveProblems keeps what became of last year's problems; the text in the form
// stays there, not saved.
func (d *Desk) saveProblems(w http.ResponseWriter, r *http.Request, x *proseCase, s proseSaid) error {
	for i, n := range s.notes {
		if !evidence(n.Evidence) {
			s.bad[fmt.Sprintf("proof.%d", i)] = "网址要写全，以 http://、https:// 开头，或者是本系统页面的地址（以 /desk/ 开头）。"
		}
		if c := utf8.RuneCountInString(n.Text); c > reporting.MaxProblemText {
			s.bad[fmt.Sprintf("did.%d", i)] = fmt.Sprintf("最多%d字，现在%d字，请缩短。", reporting.MaxProblemText, c)
		}
	}
	if len(s.bad) > 0 {
		s.failure = "说明没有保存，请看标出的地方。"
		return d.showProse(w, r, x, http.StatusUnprocessableEntity, s)
	}
	kept := *x.kept
	kept.Problems, kept.Version = s.notes, s.kept
	if kept.Version != x.kept.Version && problemsEqual(x.kept.Problems, s.notes) {
		kept.Version = x.kept.Version
	}
	_, err := d.store.SaveProse(r.Context(), keyed(page.By(r), "problems", fmt.Sprint(s.notes)), &kept)
	var refused *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		s.kept = x.kept.Version
		s.failure = "在您填写期间，别人改了这里的说明，没有保存。您写的还在下面，确认后再按一次“保存说明”就以您的为准。"
		return d.showProse(w, r, x, http.StatusConflict, s)
	case errors.As(err, &refused):
		s.failure = refused.Text
		return d.showProse(w, r, x, http.StatusUnprocessableEntity, s)
	case err != nil:
		return missing(err)
	}
	if strings.TrimSpace(s.part.text) == strings.TrimSpace(s.was) {
		return page.Done(w, r, x.here(s.part.Field), "saved", store.Done{})
	}
	again, err := d.writingOf(r, s.part.Field)
	if err != nil {
		return err
	}
	s.kept, s.notice = again.kept.Version, "说明已保存。上面的文字还没有保存。"
	return d.showProse(w, r, again, http.StatusOK, s)
}

func problemsEqual(a, b []reporting.ProblemNote) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
