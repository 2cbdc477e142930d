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
	Cells   []confirmCell
	Others  []confirmRepair // repairs that touch no figure
	Panel   *sourceView
	Failure string
	Changed bool
	Saved   int // cells the last form confirmed
}

// A confirmCell is one figure to be confirmed or corrected.
type confirmCell struct {
	ID, Item      string // cell id, id of the element
	Label         string
	Raw           string // what stands in the file
	Why           []string
	Value         string // as read, "" where the program reads nothing
	Undecided     bool
	Where, Anchor string
	Message       string
	Checked       bool
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
	changed  bool
	saved    int
}

func (d *Desk) showConfirm(w http.ResponseWriter, r *http.Request, c *filingCase, code int, said confirmSaid) error {
	src := d.sourcePanel(r, c)
	p := filingConfirmPage{Base: d.filingBase(r, "逐格确认", "filing.js"), Organ: c.Organ.Name, Path: c.path(""), Key: page.NewKey(), Version: c.Version, File: c.FileName, Changed: said.changed, Saved: said.saved}
	p.Crumbs = c.crumbs(true)
	marks := map[string]page.Mark{}
	for _, x := range confirmCells(c.Report, src) {
		if v, ok := said.typed[x.ID]; ok {
			x.Value, x.Checked, x.Message = v, said.ticked[x.ID], said.messages[x.ID]
		}
		tone := "fix"
		if x.Undecided {
			tone = "sus"
		}
		marks[x.ID] = page.Mark{Tone: tone}
		p.Cells = append(p.Cells, x)
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

// confirmCells are the cells nobody has confirmed, in the form's order.
func confirmCells(rep *annual.Report, src *source) []confirmCell {
	var out []confirmCell
	for _, id := range reporting.Unconfirmed(rep) {
		i, _ := rep.Form.Index(id)
		x := confirmCell{ID: id, Item: strings.Replace(page.CellID(id), "cell-", "item-", 1), Label: reporting.CellName(rep.Form, id), Raw: rep.Raw(i), Value: rep.Values[i].Format(rep.Form.Cells[i].Type)}
		at := rep.At(i)
		for _, u := range rep.Undecided {
			if slices.Contains(u.Cells, id) {
				x.Undecided, x.Why, x.Value = true, append(x.Why, u.Why), ""
				if x.Raw == "" {
					x.Raw = u.Raw
				}
				if at.IsZero() {
					at = u.At
				}
			}
		}
		for _, p := range rep.Repairs {
			if slices.Contains(p.Cells, id) {
				why := repairName(p.Code)
				if p.Was != "" {
					why += "：" + clip(p.Was, 60) + " → " + clip(p.ReadAs, 60)
				}
				x.Why = append(x.Why, why)
				if at.IsZero() {
					at = p.At
				}
			}
		}
		x.Where, x.Anchor = at.String(), src.anchor(at)
		out = append(out, x)
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
	one, _ := strings.CutPrefix(f.Get("do"), "one:")
	rep, taken := c.Report, []string{}
	for _, id := range reporting.Unconfirmed(c.Report) {
		typed := strings.TrimSpace(f.Get("v." + id))
		ticked := f.Get("ok."+id) == "1" || one == id
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
	seen := 0
	var left []annual.Repair
	for i, p := range rep.Repairs {
		if len(p.Cells) == 0 && slices.Contains(f.Values["seen"], repairKey(at(c.Report.Repairs, p, i), p)) {
			seen++
			continue
		}
		left = append(left, p)
	}
	if seen > 0 {
		n := rep.Clone()
		n.Repairs = left
		rep = n
	}
	if len(taken)+seen == 0 {
		if len(said.messages) == 0 {
			return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: "没有勾选任何一格，什么也没有改。"})
		}
		return d.showConfirm(w, r, c, http.StatusUnprocessableEntity, said)
	}
	findings, err := d.judge(r, c, rep)
	if err != nil {
		return err
	}
	by := page.By(r)
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

// at is where a repair stood in the list that the page was drawn from.
func at(list []annual.Repair, p annual.Repair, near int) int {
	for i, x := range list {
		if len(x.Cells) == 0 && x.Code == p.Code && x.At == p.At && x.Was == p.Was && i >= near {
			return i
		}
	}
	return near
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
