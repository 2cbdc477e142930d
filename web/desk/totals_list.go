package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type listPage struct {
	page.Base
	Name            string
	Year            int
	Organ           int64
	Key             string
	Version         int64
	Seen            string
	Face            listFace
	Never           string
	Groups          []listGroup
	Changes         []string // from the signed list to the present one
	Doubts          []string
	In              int
	May             bool
	Sign            bool // there is something to sign
	Failure         string
	History         []signedRow
	Shown           *signedRow // a signed list that is shown instead of the present one
	Hash, Note, Now string
	Back            string
}

// listGroup is a stretch of the list: those in, those out.
type listGroup struct {
	Title string
	Rows  []listRow
}

type listRow struct {
	Organ        int64
	Name, Kind   string
	Way          reporting.Way
	WayText      string
	Ways         []page.Option
	Reason       string
	Decided      bool
	New, Message string // what was typed and why it was not accepted
	Open         bool
}

type signedRow struct {
	Number, Count int
	On, By, Hash  string
	Note          string
	Href          string
	Changes       []string // from the list before
}

var listTemplate = page.NewTemplate(templates, "templates/totals_list.html")

// totalsList shows the list of organs counted: who is in, who is out, and why.
func (d *Desk) totalsList(w http.ResponseWriter, r *http.Request) error {
	return d.showList(w, r, http.StatusOK, nil, "")
}

// showList draws the list; typed are decisions that were not accepted, with the
// failure.
func (d *Desk) showList(w http.ResponseWriter, r *http.Request, code int, typed map[int64]reporting.Choice, failure string) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	if c.Organ.ID == 0 {
		return page.ErrNotFound
	}
	s, err := d.store.Counted(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return missing(err)
	}
	signed, err := d.store.CountedLists(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return missing(err)
	}
	p := listPage{Base: d.totalsBase(r, fmt.Sprintf("%s%d年度计入单位名单", s.Root.Name, c.Year)), Name: s.Root.Name, Year: c.Year, Organ: c.Organ.ID, Key: page.NewKey(),
		Version: s.Version, Seen: s.Seen, Face: faceOfList(s), Doubts: s.Present.Doubts(), In: s.Present.Count(), May: c.may(), Failure: failure, Back: c.at(""), Now: c.at("/list"),
		Note: r.PostFormValue("note")}
	p.Crumbs = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", s.Root.Name, c.Year), Href: c.at("")}}
	for _, x := range s.Changes {
		p.Changes = append(p.Changes, x.Says())
	}
	p.Sign = p.May && (s.Signed == nil || len(s.Changes) > 0)
	list := s.Present
	number, _ := strconv.Atoi(r.FormValue("number"))
	for i := range signed {
		l := &signed[i]
		row := signedRow{Number: l.Number, Count: l.Count(), On: l.SignedOn.Chinese(), By: signerName(l), Hash: l.Hash, Note: l.Note, Href: c.at("/list", "number", strconv.Itoa(l.Number))}
		if i+1 < len(signed) {
			for _, x := range reporting.CountedChanges(signed[i+1].Lines, l.Lines) {
				row.Changes = append(row.Changes, x.Says())
			}
		}
		if number == l.Number {
			list = *l
			p.Shown, p.May, p.Sign = &row, false, false
		}
		p.History = append(p.History, row)
	}
	p.Never = neverSays(&list)
	p.Groups = d.listGroups(&list, typed)
	return page.RenderStatus(w, r, code, listTemplate, p)
}

func neverSays(l *reporting.CountedList) string {
	if l.Sections+l.Villages == 0 {
		return ""
	}
	return fmt.Sprintf("另有内设机构%d个、村（社区）%d个，从不单独报送，情况在所属机关的报告中反映，不在名单中列出。", l.Sections, l.Villages)
}

func (d *Desk) listGroups(l *reporting.CountedList, typed map[int64]reporting.Choice) []listGroup {
	in, each, out := listGroup{Title: "计入"}, listGroup{Title: "逐个计入所属机关"}, listGroup{Title: "不计入"}
	for i := range l.Lines {
		x := &l.Lines[i]
		row := listRow{Organ: x.Organ, Name: lineName(*x), Kind: x.Kind.Chinese(), Way: x.Way, WayText: x.Way.Chinese(), Reason: x.Reason, Decided: x.Decided}
		want := x.Way
		if t, ok := typed[x.Organ]; ok {
			want, row.New, row.Open, row.Message = t.Way, t.Reason, true, x.CheckChoice(t)
		}
		for _, way := range []reporting.Way{reporting.WayIn, reporting.WayEach, reporting.WayOut} {
			if way == reporting.WayEach && !x.Splits {
				continue
			}
			row.Ways = append(row.Ways, page.Option{Value: string(way), Text: way.Chinese(), Selected: way == want})
		}
		g := &in
		switch x.Way {
		case reporting.WayEach:
			g = &each
		case reporting.WayOut:
			g = &out
		}
		g.Rows = append(g.Rows, row)
	}
	var all []listGroup
	for _, g := range []listGroup{in, each, out} {
		if len(g.Rows) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// choicesOf reads what was decided: rows whose way is another one than shown, or
// that carry a new reason.
func choicesOf(r *http.Request) map[int64]reporting.Choice {
	out := map[int64]reporting.Choice{}
	for name := range r.PostForm {
		id, ok := strings.CutPrefix(name, "way.")
		if !ok {
			continue
		}
		organ, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue
		}
		x := reporting.Choice{Way: reporting.Way(r.PostForm.Get(name)), Reason: strings.TrimSpace(r.PostForm.Get("reason." + id))}
		if string(x.Way) == r.PostForm.Get("was."+id) && x.Reason == "" {
			continue
		}
		out[organ] = x
	}
	return out
}

func (d *Desk) totalsListSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	choices := choicesOf(r)
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	done, err := d.store.EditCounted(r.Context(), page.By(r), c.Organ.ID, c.Year, version, choices)
	if err != nil {
		return d.listFailed(w, r, err, choices)
	}
	return page.Done(w, r, c.at("/list"), "saved", done)
}

// listFailed shows the form again with what was typed, or answers for what
// nobody can mend there.
func (d *Desk) listFailed(w http.ResponseWriter, r *http.Request, err error, typed map[int64]reporting.Choice) error {
	var refusal *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		return d.showList(w, r, http.StatusConflict, typed, "在您填写期间，别人改动了名单，或者机关有变动。下面是现在的名单，您填的内容还在，请核对后再提交。")
	case errors.As(err, &refusal):
		return d.showList(w, r, http.StatusUnprocessableEntity, typed, refusal.Text)
	}
	return missing(err)
}

func (d *Desk) totalsSign(w http.ResponseWriter, r *http.Request) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	if s := r.PostFormValue("on"); s != "" {
		if err := by.On.UnmarshalText([]byte(s)); err != nil || by.On.After(d.cfg.Today()) || by.On.Before(law.Day(c.Year, 12, 1)) {
			return d.showList(w, r, http.StatusUnprocessableEntity, nil, "签署日期请写成 2026-01-20 这样的日期，不能晚于今天，也不能早于统计年度年末。")
		}
	}
	done, err := d.store.SignCounted(r.Context(), by, c.Organ.ID, c.Year, r.PostFormValue("seen"), r.PostFormValue("note"))
	if err != nil {
		return d.listFailed(w, r, err, nil)
	}
	return page.Done(w, r, c.at("/list"), "listed", done)
}
