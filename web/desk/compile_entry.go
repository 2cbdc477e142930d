package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// A compileForm is the form for entries by hand, as it was sent.
type compileForm struct {
	cell, add, reason string
	bad               map[string]string

	Cell, Add, Reason, File page.Field
	Open                    bool
}

// A compileEntry is one entry by hand as the page shows it.
type compileEntry struct {
	ID                int64
	Cell, Href, Add   string
	Reason, By, On    string
	File, Doc         string // name and address of the document
	Removed           string
	RemovedBy, RemWhy string
}

// form draws the form: any figure of the form that is no sum.
func (c *compileCase) form(typed compileForm) compileForm {
	f := typed
	f.Cell = page.Field{Name: "cell", Label: "加到哪一格", Kind: "select", Hint: "合计不用登记，会跟着变", Message: f.bad["cell"], Options: []page.Option{{Text: "请选择"}}}
	for _, cell := range c.Compilation.Form.Cells {
		if !reporting.Sums(c.Compilation.Form, cell.ID) {
			f.Cell.Options = append(f.Cell.Options, page.Option{Value: cell.ID, Text: reporting.CellName(c.Compilation.Form, cell.ID), Selected: cell.ID == f.cell})
		}
	}
	f.Add = page.Field{Name: "add", Label: "加上多少", Value: f.add, Max: 20, Required: true, Hint: "件数写整数，金额以万元计；多计了要减去的写 -1", Message: f.bad["add"]}
	f.Reason = page.Field{Name: "reason", Label: "理由和来历", Value: f.reason, Max: 300, Required: true, Hint: "例如：系统启用以前的纸质台账第3至5号。不写申请人的姓名", Message: f.bad["reason"]}
	f.File = page.Field{Name: "file", Label: "依据的文件", Kind: "file", Required: true, Hint: "纸质台账、文件的扫描件；同事和主管部门看得到，不对外公布", Message: f.bad["file"]}
	f.Open = f.cell != "" || len(f.bad) > 0
	return f
}

// compileEntries lists what was entered by hand.
func (d *Desk) compileEntries(r *http.Request, c *compileCase, p *compilePage) error {
	list, err := d.store.CompiledEntries(r.Context(), c.viewer, c.Organ, c.Year)
	if err != nil {
		return missing(err)
	}
	for _, e := range list {
		i, ok := c.Compilation.Form.Index(e.Cell)
		if !ok {
			continue
		}
		x := compileEntry{ID: e.ID, Cell: reporting.CellName(c.Compilation.Form, e.Cell), Href: reporting.CasesPath(c.Organ, c.Year, e.Cell), Add: withSign(e.Add, c.Compilation.Form.Cells[i].Type), Reason: e.Reason,
			By: e.ByName, On: e.Made.String(), File: e.FileName, Doc: c.path("/file/" + strconv.FormatInt(e.ID, 10)), Removed: e.Removed.String(), RemovedBy: e.RemovedBy, RemWhy: e.RemovedWhy}
		if x.File == "" {
			x.File = "依据文件"
		}
		if e.Removed.IsZero() {
			p.Entries = append(p.Entries, x)
		} else {
			p.Removed = append(p.Removed, x)
		}
	}
	return nil
}

func withSign(v annual.Value, t annual.CellType) string {
	if v.N > 0 {
		return "+" + v.Format(t)
	}
	return v.Format(t)
}

// compileEnter adds a part to a figure by hand.
func (d *Desk) compileEnter(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	typed := compileForm{cell: f.Get("cell"), add: strings.TrimSpace(f.Get("add")), reason: strings.TrimSpace(f.Get("reason")), bad: map[string]string{}}
	i, ok := c.Compilation.Form.Index(typed.cell)
	v := annual.Value{}
	switch {
	case !ok || reporting.Sums(c.Compilation.Form, typed.cell):
		typed.bad["cell"] = "请选择一格。合计由分项相加，不用登记。"
	default:
		t := c.Compilation.Form.Cells[i].Type
		if t == annual.Count {
			t = annual.Signed // a difference may take away
		}
		minus := strings.HasPrefix(typed.add, "-")
		v = annual.ParseValue(strings.TrimPrefix(typed.add, "-"), t)
		if minus && v.Known() {
			v = annual.Num(-v.N)
		}
		if !v.Known() || v.N == 0 {
			typed.bad["add"] = "请写要加上的数，例如 2；多计了要减去的写 -1。"
		}
	}
	up, has := f.file("file")
	switch {
	case !has || len(up.Data) == 0 && up.Err == nil:
		typed.bad["file"] = "请上传依据的文件。"
	case up.Err != nil:
		typed.bad["file"] = "文件太大，请压缩或者只扫描有关的几页。"
	}
	if typed.reason == "" {
		typed.bad["reason"] = "请写明理由和来历。"
	}
	if len(typed.bad) > 0 {
		return d.showCompile(w, r, c, http.StatusUnprocessableEntity, typed, "没有登记：有几处要补充，见下面的表单。依据文件请重新选择。")
	}
	kept, err := d.store.PutPrivate(r.Context(), store.CompiledRef(c.Organ, c.Year), bytes.NewReader(up.Data))
	var done store.Done
	if err == nil {
		done, err = d.store.SaveCompiledEntry(r.Context(), keyed(page.By(r), typed.cell, typed.add, typed.reason), reporting.CompiledEntry{Organ: c.Organ, Year: c.Year, Cell: typed.cell, Add: v, Reason: typed.reason, File: kept.ID, FileName: up.Name})
	}
	if code, text := compileRefusal(err); code != 0 {
		typed.bad["add"] = text
		return d.showCompile(w, r, c, code, typed, text)
	}
	if err != nil {
		return missing(err)
	}
	return page.Done(w, r, c.path(""), "entered", done)
}

// compileRemove takes an entry back.
func (d *Desk) compileRemove(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PostForm.Get("entry"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	by := keyed(page.By(r), fmt.Sprint(id), r.PostForm.Get("why"))
	by.Reason = r.PostForm.Get("why")
	done, err := d.store.RemoveCompiledEntry(r.Context(), by, c.Organ, c.Year, id)
	if code, text := compileRefusal(err); code != 0 {
		return d.showCompile(w, r, c, code, compileForm{}, text)
	}
	if err != nil {
		return missing(err)
	}
	return page.Done(w, r, c.path(""), "removed", done)
}

// compileFile sends the document of an entry.
func (d *Desk) compileFile(w http.ResponseWriter, r *http.Request) error {
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	name, f, body, err := d.store.OpenCompiledFile(r.Context(), page.By(r), c.Organ, c.Year, id)
	if err != nil {
		return missing(err)
	}
	return page.SendFile(w, name, f.Type, f.Size, body)
}
