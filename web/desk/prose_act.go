package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// proseAct does what a button asks to the text that stands in the form. Only
// saving keeps anything; every other press shows the form again with the text as
// it then is.
func (d *Desk) proseAct(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	x, err := d.writingOf(r, f.Get("part"))
	if err != nil {
		return err
	}
	s := x.typed(f)
	if n := utf8.RuneCountInString(s.part.text); n > maxProse {
		s.bad["text"] = fmt.Sprintf("这一段有 %d 字，超过上限 %d 字，请精简。", n, maxProse)
		return d.showProse(w, r, x, http.StatusUnprocessableEntity, s)
	}
	if refused := x.locked(); refused != "" && f.Get("do") != "check" {
		s.failure = refused
		return d.showProse(w, r, x, http.StatusUnprocessableEntity, s)
	}
	switch f.Get("do") {
	case "save":
		return d.saveProse(w, r, x, s)
	case "problems":
		return d.saveProblems(w, r, x, s)
	}
	x.press(&s, f)
	if n, err := strconv.Atoi(f.Get("fix")); err == nil {
		findings, _, err := d.proseFindings(r, x, s.part)
		if err != nil {
			return err
		}
		if n >= 0 && n < len(findings) {
			s.part.text, s.checked = fixProse(s.part.text, findings[n]), true
			s.notice = "已改这一处，还没有保存。"
		}
	}
	return d.showProse(w, r, x, http.StatusOK, s)
}

// typed is the form as it was sent. Links come from the form, so that what was
// inserted and not saved is not lost; they say nothing that is trusted.
func (x *proseCase) typed(f form) proseSaid {
	s := proseSaid{part: x.part(), was: newlines(f.Get("was")), notes: x.notes(), bad: map[string]string{}}
	s.content, _ = strconv.ParseInt(f.Get("content"), 10, 64)
	s.kept, _ = strconv.ParseInt(f.Get("kept"), 10, 64)
	s.part.text = newlines(f.Get("text"))
	var links []reporting.FactLink
	if json.Unmarshal([]byte(f.Get("links")), &links) == nil {
		links = slices.DeleteFunc(links, func(l reporting.FactLink) bool {
			_, known := reporting.KindOfFact(l.Key)
			return !known || l.At < 0 || l.Len <= 0 || len(l.Key) > 200 || len(l.Said)+len(l.Before)+len(l.After) > 300
		})
		s.part.links = links[:min(len(links), 400)]
	}
	for i := range s.notes {
		if n := &s.notes[i]; f.Has(fmt.Sprintf("became.%d", i)) && f.Get(fmt.Sprintf("problem.%d", i)) == n.Problem {
			n.Became = reporting.Became(f.Get(fmt.Sprintf("became.%d", i)))
			if !slices.Contains(reporting.Becames(), n.Became) {
				n.Became = reporting.BecameUnsaid
			}
			n.Text, n.Evidence = strings.TrimSpace(newlines(f.Get(fmt.Sprintf("did.%d", i)))), strings.TrimSpace(f.Get(fmt.Sprintf("proof.%d", i)))
		}
	}
	return s
}

// press does to the text what a button says.
func (x *proseCase) press(s *proseSaid, f form) {
	w := x.written[x.at]
	old := strings.TrimSpace(s.part.text)
	checks := reporting.Recheck(s.part.text, s.part.links, x.facts)
	switch do := f.Get("do"); {
	case do == "check":
		s.checked = true
	case do == "take":
		s.notice = "已换成模板生成的文字，还没有保存。"
		if old != "" && old != w.Text {
			s.replaced = old
		}
		s.part.text, s.part.links = w.Text, w.Links
	case do == "append":
		s.part.append(w.Text, w.Links, x.facts)
		s.notice = "模板生成的文字已接在后面，还没有保存。"
	case do == "addproblems":
		if text := reporting.ProblemText(s.notes, x.Year); text != "" {
			s.part.append(text, nil, x.facts)
			s.notice = "上年问题的改进情况已接在后面，还没有保存。说明本身也请按“保存说明”。"
		} else {
			s.failure = "还没有写明哪一条已经解决或者有进展。"
		}
	case do == "forget":
		s.part.links = slices.DeleteFunc(reporting.Relinked(s.part.text, checks), func(l reporting.FactLink) bool {
			return slices.ContainsFunc(checks, func(c reporting.LinkCheck) bool { return c.State == reporting.LinkGone && c.Link == l })
		})
		s.checked, s.notice = true, "不再提示删去的数字，还没有保存。"
	case do == "mendall":
		for n := 0; n < len(checks); n++ {
			for _, c := range reporting.Recheck(s.part.text, s.part.links, x.facts) {
				if c.Fix != "" {
					s.part.mend(c, x.facts)
					break
				}
			}
		}
		s.checked, s.notice = true, "数字已按台账改好，还没有保存。"
	case f.Has("mend"):
		if n := number(f.Get("mend"), -1); n >= 0 && n < len(checks) {
			s.part.mend(checks[n], x.facts)
			s.notice = "已改这一处，还没有保存。"
		}
		s.checked = true
	case f.Has("insert"):
		for _, fact := range x.facts {
			if fact.Key == f.Get("insert") && fact.Known {
				s.part.insert(fact, number(f.Get("cursor"), -1), x.facts)
				s.notice = "已插入“" + fact.Label + "”，还没有保存。"
			}
		}
	}
}

// relink keeps the links as they stand in the text now.
func (p *prosePart) relink(facts []reporting.Fact) {
	p.links = reporting.Relinked(p.text, reporting.Recheck(p.text, p.links, facts))
}

// append puts a text with its links behind.
func (p *prosePart) append(text string, links []reporting.FactLink, facts []reporting.Fact) {
	p.relink(facts)
	p.text = strings.TrimRight(p.text, "\n ")
	if p.text != "" {
		p.text += "\n"
	}
	shift := utf8.RuneCountInString(p.text)
	p.text += text
	for _, l := range links {
		l.At += shift
		p.links = append(p.links, l)
	}
	p.links = reporting.Anchored(p.text, p.links)
}

// mend writes the ledger's number in one place.
func (p *prosePart) mend(c reporting.LinkCheck, facts []reporting.Fact) {
	p.text = reporting.Mend(p.text, c)
	p.relink(facts)
}

// insert writes a figure with its unit at a place of the text, at its end for a
// place that is none.
func (p *prosePart) insert(f reporting.Fact, at int, facts []reporting.Fact) {
	p.relink(facts)
	r := []rune(p.text)
	words := f.Text() + f.Unit
	if at < 0 || at > len(r) {
		at = len(r)
		words = f.Label + words
		if at > 0 && !strings.ContainsRune("。，、；：\n", r[at-1]) {
			words = "，" + words
		}
	}
	p.text = string(r[:at]) + words + string(r[at:])
	shift := utf8.RuneCountInString(words)
	for i := range p.links {
		if p.links[i].At >= at {
			p.links[i].At += shift
		}
	}
	said := f.Text()
	start := at + utf8.RuneCountInString(words[:strings.LastIndex(words, said+f.Unit)])
	p.links = append(p.links, reporting.FactLink{Key: f.Key, At: start, Len: utf8.RuneCountInString(said), Said: said})
	slices.SortStableFunc(p.links, func(a, b reporting.FactLink) int { return a.At - b.At })
	p.links = reporting.Anchored(p.text, p.links)
}

// saveProse keeps the part in the report's draft, and its links beside it. Other
// parts that somebody changed meanwhile stay as they are; of this part it asks.
func (d *Desk) saveProse(w http.ResponseWriter, r *http.Request, x *proseCase, s proseSaid) error {
	now := x.part().text
	text := strings.TrimSpace(s.part.text)
	if s.content != x.Content && strings.TrimSpace(now) != strings.TrimSpace(s.was) && strings.TrimSpace(now) != text {
		s.theirs, s.content, s.was = now, x.Content, now
		s.failure = "在您编写期间，别人改了这一部分，没有保存。下面是现在存着的文字；您写的还在框里，确认后再按一次“保存”就以您的为准。"
		return d.showProse(w, r, x, http.StatusConflict, s)
	}
	s.part.text = text
	s.part.relink(x.facts)
	by := keyed(page.By(r), x.part().Field, text)
	var done store.Done
	if now != text || x.Report == nil {
		dr := x.draft
		dr.setSection(s.part.Field, text)
		rep := dr.over(x.Report)
		findings, err := d.judge(r, x.filingCase, rep)
		if err != nil {
			return err
		}
		done, err = d.store.WithFiling(r.Context(), by, x.id, x.Year, x.Version, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
			if err := f.Edited(); err != nil {
				return err
			}
			f.Report, f.Findings = rep, findings
			return nil
		})
		var refused *act.Refusal
		switch {
		case errors.Is(err, store.ErrConflict):
			s.failure = "刚才有人同时保存了这份报告，没有保存。请再按一次“保存”。"
			return d.showProse(w, r, x, http.StatusConflict, s)
		case errors.As(err, &refused):
			s.failure = refused.Text
			return d.showProse(w, r, x, http.StatusUnprocessableEntity, s)
		case err != nil:
			return err
		}
	}
	// The text is kept. What stands beside it belongs to this part alone: of the
	// others what is there now stays.
	if by.Key != "" {
		by.Key += ".links"
	}
	kept := *x.kept
	links := map[string][]reporting.FactLink{}
	for k, l := range kept.Links {
		links[k] = l
	}
	if links[s.part.Field] = s.part.links; len(s.part.links) == 0 {
		delete(links, s.part.Field)
	}
	kept.Links = links
	if _, err := d.store.SaveProse(r.Context(), by, &kept); err != nil && !errors.Is(err, store.ErrConflict) {
		return missing(err)
	}
	return page.Done(w, r, page.With(x.path("/prose"), "part", s.part.Field, "checked", "1"), "saved", done)
}
