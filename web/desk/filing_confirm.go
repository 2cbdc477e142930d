package desk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// filingConfirmPage lists every cell that was read with a repair, or not at all,
// beside the file it was read from: 逐格确认.
type filingConfirmPage struct {
	page.Base
	Organ   string
	Path    string
	Key     string
	Version int64
	File    string
	Groups  []confirmGroup
	Cells   int             // in all groups
	Others  []confirmRepair // repairs that touch no figure
	Panel   *sourceView
	Failure string
	Changed bool
	Saved   int // cells the last form confirmed
}

// A confirmGroup is what one doubt of the reading concerns: a row whose
// separators were lost, a label that was misprinted, one figure.
type confirmGroup struct {
	Key           string // for its button, "" for a single cell
	Why           string
	Raw           string // what stands in the file
	Where, Anchor string
	Undecided     bool
	Cells         []confirmCell
}

// A confirmCell is one figure to be confirmed or corrected.
type confirmCell struct {
	ID, Item string // cell id, id of the element
	Label    string
	Raw      string // what stands in the file, "" where the group says it
	Value    string // as read, "" where the program reads nothing
	Anchor   string
	Message  string
	Checked  bool
}

type confirmRepair struct{ Key, Name, Was, ReadAs, Where, Anchor string }

var filingConfirmTemplate = page.NewTemplate(templates, "templates/filing_confirm.html", "templates/view.html")

func (d *Desk) filingConfirmForm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if refused := c.locked(); refused != "" || c.Report == nil {
		if refused == "" {
			refused = "还没有内容。请先上传文件，或者直接填写。"
		}
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused})
	}
	return d.showConfirm(w, r, c, http.StatusOK, confirmSaid{})
}

// confirmSaid is what was sent and not taken.
type confirmSaid struct {
	typed    map[string]string // by cell
	ticked   map[string]bool
	messages map[string]string // by cell
	failure  string
	changed  bool
	saved    int
}

func (d *Desk) showConfirm(w http.ResponseWriter, r *http.Request, c *filingCase, code int, said confirmSaid) error {
	src := d.sourcePanel(r, c)
	p := filingConfirmPage{Base: d.filingBase(r, "逐格确认", "filing.js"), Organ: c.Organ.Name, Path: c.path(""), Key: page.NewKey(), Version: c.Version, File: c.FileName, Failure: said.failure, Changed: said.changed, Saved: said.saved}
	p.Crumbs = c.crumbs(true)
	marks := map[string]page.Mark{}
	p.Groups = confirmGroups(c.Report, src)
	for _, g := range p.Groups {
		tone := "fix"
		if g.Undecided {
			tone = "sus"
		}
		for k := range g.Cells {
			x := &g.Cells[k]
			if v, ok := said.typed[x.ID]; ok {
				x.Value, x.Checked, x.Message = v, said.ticked[x.ID], said.messages[x.ID]
			}
			marks[x.ID] = page.Mark{Tone: tone}
			p.Cells++
		}
	}
	for i, rp := range c.Report.Repairs {
		if len(rp.Cells) == 0 {
			p.Others = append(p.Others, confirmRepair{repairKey(i, rp), repairName(rp.Code), rp.Was, rp.ReadAs, rp.At.String(), src.anchor(rp.At)})
		}
	}
	if p.Panel = src.panel(c.Report, marks); p.Panel != nil {
		p.Panel.backTo("item-")
	}
	return page.RenderStatus(w, r, code, filingConfirmTemplate, p)
}

// backTo lets the places of the source lead to a list of cells that stands in
// for the report's tables.
func (v *sourceView) backTo(prefix string) {
	swap := func(s string) string { return strings.Replace(s, "#cell-", "#"+prefix, 1) }
	for i := range v.Blocks {
		if p := v.Blocks[i].Para; p != nil {
			if p.Back = swap(p.Back); p.Tone == "" {
				p.Back = ""
			}
		}
		for _, row := range v.Blocks[i].Rows {
			for k := range row {
				if row[k].Back = swap(row[k].Back); row[k].Tone == "" {
					row[k].Back = ""
				}
			}
		}
	}
}

func repairKey(i int, p annual.Repair) string {
	return fmt.Sprintf("%d:%s:%s", i, p.Code, p.At.String())
}

// confirmGroups are the cells nobody has confirmed, by what is doubtful about
// them; a cell stands where the first doubt about it does.
func confirmGroups(rep *annual.Report, src *source) []confirmGroup {
	var out []confirmGroup
	done := map[string]bool{}
	group := func(g confirmGroup, at annual.Place, ids []string) {
		for _, id := range ids {
			i, ok := rep.Form.Index(id)
			if !ok || done[id] {
				continue
			}
			done[id] = true
			x := confirmCell{ID: id, Item: strings.Replace(page.CellID(id), "cell-", "item-", 1), Label: reporting.CellName(rep.Form, id), Raw: rep.Raw(i), Anchor: src.anchor(rep.At(i))}
			if !g.Undecided {
				x.Value = rep.Values[i].Format(rep.Form.Cells[i].Type)
			}
			if at.IsZero() {
				at = rep.At(i)
			}
			if x.Anchor == "" {
				x.Anchor = src.anchor(at)
			}
			if x.Raw == g.Raw {
				x.Raw = ""
			}
			g.Cells = append(g.Cells, x)
		}
		if len(g.Cells) == 0 {
			return
		}
		if g.Where, g.Anchor = at.String(), src.anchor(at); len(g.Cells) > 1 {
			g.Key = g.Cells[0].ID
		}
		out = append(out, g)
	}
	for _, u := range rep.Undecided {
		group(confirmGroup{Why: u.Why, Raw: u.Raw, Undecided: true}, u.At, u.Cells)
	}
	for _, p := range rep.Repairs {
		why := repairName(p.Code)
		if p.ReadAs != "" {
			why += "，读作“" + clip(p.ReadAs, 80) + "”"
		}
		group(confirmGroup{Why: why + "。", Raw: p.Was}, p.At, p.Cells)
	}
	return out
}

// doubtOf are the cells of the group that a button names.
func doubtOf(rep *annual.Report, key string) map[string]bool {
	out := map[string]bool{}
	for _, g := range confirmGroups(rep, newSource(nil)) {
		if g.Key == key && key != "" {
			for _, x := range g.Cells {
				out[x.ID] = true
			}
		}
	}
	return out
}

// filingConfirm takes the cells that were ticked, or the one whose button was
// pressed, with the figures as they stand in the form. A figure that is none is
// said at its cell; the others are kept.
func (d *Desk) filingConfirm(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if refused := c.locked(); refused != "" || c.Report == nil {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused})
	}
	said := confirmSaid{typed: map[string]string{}, ticked: map[string]bool{}, messages: map[string]string{}}
	one := strings.TrimPrefix(f.Get("do"), "one:")
	all := doubtOf(c.Report, strings.TrimPrefix(f.Get("do"), "group:"))
	rep, taken, seen := c.Report.Clone(), []string{}, 0
	rep.Repairs = nil
	for i, p := range c.Report.Repairs { // those that touch no figure
		if len(p.Cells) == 0 && slices.Contains(f.Values["seen"], repairKey(i, p)) {
			seen++
			continue
		}
		rep.Repairs = append(rep.Repairs, p)
	}
	for _, id := range reporting.Unconfirmed(c.Report) {
		typed := strings.TrimSpace(f.Get("v." + id))
		ticked := f.Get("ok."+id) == "1" || one == id || all[id]
		said.typed[id], said.ticked[id] = typed, ticked
		if !ticked {
			continue
		}
		i, _ := rep.Form.Index(id)
		cell := rep.Form.Cells[i]
		v := annual.ParseValue(typed, cell.Type)
		switch {
		case typed == "":
			said.messages[id] = "请对照原文填写这一格的数字；原文确实没有的，填 0。"
			continue
		case !v.Known():
			said.messages[id] = figureMessage(cell, typed)
			continue
		}
		rep, _ = reporting.Confirm(rep, id, v)
		taken = append(taken, id)
	}
	if len(taken)+seen == 0 {
		if len(said.messages) == 0 {
			said.failure = "没有勾选任何一格，什么也没有改。"
		}
		return d.showConfirm(w, r, c, http.StatusUnprocessableEntity, said)
	}
	findings, err := d.judge(r, c, rep)
	if err != nil {
		return err
	}
	typed, err := bare(rep)
	if err != nil {
		return err
	}
	by := keyed(page.By(r), typed, fmt.Sprint(seen))
	by.Reason = confirmWords(rep.Form, taken, seen)
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	done, err := d.store.WithFiling(r.Context(), by, c.id, c.Year, version, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		if err := x.Edited(); err != nil {
			return err
		}
		x.Report, x.Findings = rep, findings
		return nil
	})
	now, ferr := d.filingOf(r)
	switch {
	case errors.Is(err, store.ErrConflict) && ferr == nil && now.Report != nil && now.locked() == "":
		said.changed = true
		return d.showConfirm(w, r, now, http.StatusConflict, said)
	case err != nil:
		return d.filingDone(w, r, c, done, err, "", filingSaid{})
	case ferr != nil:
		return ferr
	case len(said.messages) > 0:
		said.saved = len(taken)
		return d.showConfirm(w, r, now, http.StatusUnprocessableEntity, said)
	case len(reporting.Unconfirmed(now.Report)) > 0:
		return page.Done(w, r, c.path("/confirm"), "confirmed", done)
	}
	return page.Done(w, r, c.path(""), "allconfirmed", done)
}

// confirmWords says in the log what a person confirmed.
func confirmWords(f *annual.Form, cells []string, seen int) string {
	s := fmt.Sprintf("逐格确认 %d 格", len(cells))
	for i, id := range cells {
		if i == 3 && len(cells) > 4 {
			s += "等"
			break
		}
		s += map[bool]string{true: "：", false: "、"}[i == 0] + reporting.CellName(f, id)
	}
	if seen > 0 {
		s += fmt.Sprintf("；核对读入时的修复 %d 处", seen)
	}
	return s
}
