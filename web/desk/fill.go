package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/web/page"
)

// fillPage is the open tool: the form with what chooses year and organ.
type fillPage struct {
	page.Base
	fillBody
	Years    []page.Option
	Levels   []page.Option
	LastJSON string
	Kinds    string
}

var fillTemplate = page.NewTemplate(templates, "templates/fill.html", "templates/fillparts.html", "templates/view.html")

// fillForm is the empty form of a year; the organ's last report stands beside
// it where the store has one.
func (d *Desk) fillForm(w http.ResponseWriter, r *http.Request) error {
	today := d.cfg.Today()
	year := today.Year - 1 // the report written this January is for last year
	if s := r.URL.Query().Get("year"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return &page.Input{Text: "年度请写成四位数字，例如 2025。"}
		}
		year = n
	}
	f, err := annual.FormFor(year)
	if err != nil || year > today.Year+1 {
		return &page.Input{Text: fmt.Sprintf("没有 %d 年度的报告格式。本系统支持 %d 年度起的格式。", year, annual.Editions()[0].FromYear)}
	}
	dr := newDraft(f, year)
	if organ := strings.TrimSpace(r.URL.Query().Get("organ")); organ != "" && len(organ) < 300 {
		dr.Front["organ"] = organ
		dr.Last = d.lastStored(r.Context(), organ, year)
	}
	return d.showFill(w, r, http.StatusOK, dr, nil, "", nil)
}

// fill does what a button of the form asks. Whatever happens, the answer is the
// form as it was filled, or a file.
func (d *Desk) fill(w http.ResponseWriter, r *http.Request) error {
	v, err := readForm(r)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(v.Get("was"))
	if err != nil {
		year = d.cfg.Today().Year - 1
	}
	form, err := annual.FormFor(year)
	if err != nil {
		return &page.Input{Text: "没有这个年度的报告格式，请返回重新选择年度。"}
	}
	dr := draftFrom(v.Values, form, year)
	msg := dr.messages()
	switch do := v.Get("do"); do {
	case "year":
		return d.fillYear(w, r, dr, v.Get("year"))
	case "zero":
		if v.Get("zero") != "1" {
			return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"zero": "请先勾选确认：全年确实没有这些情况。程序不会自动把空格当作 0。"}, "", nil)
		}
		return d.showFill(w, r, http.StatusOK, dr, nil, dr.zeroed()+"请再核对一遍。", nil)
	case "load":
		return d.fillLoad(w, r, dr, v)
	case "last":
		return d.fillLast(w, r, dr, v)
	case "paste":
		return d.fillPaste(w, r, dr, v)
	case "json": // a draft is saved as it is
		return d.download(w, "json", dr.report(), nil)
	case "check", "":
	default:
		if m := msg["organ"]; m != "" {
			return d.showFill(w, r, http.StatusUnprocessableEntity, dr, msg, "还不能下载："+m, nil)
		}
		rep := dr.report()
		switch do {
		case "rich":
			return d.richPage(w, rep)
		case "richtext":
			return d.richFragment(w, rep)
		}
		return d.download(w, do, rep, nil)
	}
	if dr.Last == nil {
		dr.Last = d.lastStored(r.Context(), strings.TrimSpace(dr.Front["organ"]), year)
	}
	rep := dr.report()
	c := d.context(r.Context(), rep, dr.Last)
	if dr.Level != annual.LevelUnknown {
		c.Level = dr.Level
	}
	findings := annual.Check(dr.forCheck(rep), c)
	code := http.StatusOK
	if len(msg) > 0 {
		code = http.StatusUnprocessableEntity
	}
	return d.showFill(w, r, code, dr, msg, "", &findings)
}

func (d *Desk) fillYear(w http.ResponseWriter, r *http.Request, dr *draft, s string) error {
	year, err := strconv.Atoi(s)
	f, ferr := annual.FormFor(year)
	if err != nil || ferr != nil || year > d.cfg.Today().Year+1 {
		return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"year": "没有这个年度的报告格式，请从列表中选择。"}, "", nil)
	}
	n := dr.turn(f, year)
	n.Last = d.lastStored(r.Context(), strings.TrimSpace(n.Front["organ"]), year)
	text := fmt.Sprintf("已换到 %d 年度，使用 %s 版格式；两个格式都有的格子保留了原来的内容。", year, f.Edition)
	return d.showFill(w, r, http.StatusOK, n, nil, text, nil)
}

// fillLoad opens a saved draft or any report file in the form.
func (d *Desk) fillLoad(w http.ResponseWriter, r *http.Request, dr *draft, v form) error {
	u, ok := v.file("draft")
	if !ok {
		return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"draft": "请先选择草稿文件（.gongkai.json）或以前的报告文件。"}, "", nil)
	}
	one := d.read(r.Context(), u, nil)
	if one.problem != "" {
		return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"draft": "“" + one.name + "”：" + one.problem}, "", nil)
	}
	n := draftOf(one.report)
	n.Level = dr.Level
	if n.Year == 0 {
		n.Year = n.Form.FromYear
	}
	if organ := strings.TrimSpace(n.Front["organ"]); organ == strings.TrimSpace(dr.Front["organ"]) && n.Year == dr.Year && dr.Last != nil {
		n.Last = dr.Last // chosen by hand for this very report
	} else {
		n.Last = d.lastStored(r.Context(), organ, n.Year)
	}
	text := "已载入“" + one.name + "”。"
	if k := len(one.report.Undecided); k > 0 {
		text += fmt.Sprintf("其中 %d 处数字原文无法确定，已留空，请对照原文补填。", k)
	}
	text += unread(one.report)
	return d.showFill(w, r, http.StatusOK, n, nil, text, nil)
}

// fillLast puts last year's figures beside the cells.
func (d *Desk) fillLast(w http.ResponseWriter, r *http.Request, dr *draft, v form) error {
	u, ok := v.file("lastfile")
	if !ok {
		return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"lastfile": "请先选择上一年度的报告文件。"}, "", nil)
	}
	one := d.read(r.Context(), u, nil)
	if one.problem != "" {
		return d.showFill(w, r, http.StatusUnprocessableEntity, dr, map[string]string{"lastfile": "“" + one.name + "”：" + one.problem}, "", nil)
	}
	dr.Last = one.report
	text := "已把上一年度的数字列在各格下方，只作对照，不会自动填入。"
	if y := one.report.Year; y != 0 && y != dr.Year-1 {
		text = fmt.Sprintf("注意：载入的是 %d 年度的报告，不是 %d 年度的。数字已列在各格下方，只作对照。", y, dr.Year-1)
	}
	return d.showFill(w, r, http.StatusOK, dr, nil, text, nil)
}

// fillPaste reads the boxes for whole tables, for browsers without script.
func (d *Desk) fillPaste(w http.ResponseWriter, r *http.Request, dr *draft, v form) error {
	text, msg := dr.paste(v)
	code := http.StatusOK
	if len(msg) > 0 {
		code = http.StatusUnprocessableEntity
	}
	return d.showFill(w, r, code, dr, msg, text, nil)
}

// levels of organs as people choose them.
func levelOptions(now annual.OrganLevel) []page.Option {
	var out []page.Option
	for _, l := range []struct {
		v annual.OrganLevel
		t string
	}{{annual.LevelUnknown, "按机关名称判断"}, {annual.LevelTown, "乡镇人民政府、街道办事处"}, {annual.LevelDepartment, "县级以上人民政府部门"},
		{annual.LevelGovernment, "县级以上地方人民政府"}, {annual.LevelMinistry, "国务院部门"}} {
		out = append(out, page.Option{Value: string(l.v), Text: l.t, Selected: l.v == now})
	}
	return out
}

func (d *Desk) showFill(w http.ResponseWriter, r *http.Request, code int, dr *draft, msg map[string]string, notice string, findings *[]annual.Finding) error {
	body, err := newFillBody(dr, msg, nil, findings, nil)
	if err != nil {
		return err
	}
	body.Notice = notice
	p := fillPage{Base: d.base(r, "fill", fmt.Sprintf("填报 %d 年度报告", dr.Year), "fill.js"), fillBody: body, Levels: levelOptions(dr.Level), Kinds: kinds}
	var years []int
	for y := d.cfg.Today().Year; y >= annual.Editions()[0].FromYear; y-- {
		years = append(years, y)
	}
	if !slices.Contains(years, dr.Year) {
		years = append(years, dr.Year)
	}
	p.Years = page.Years(years, dr.Year)
	if dr.Last != nil {
		if b, err := annual.EncodeJSON("", dr.Last, nil); err == nil {
			p.LastJSON = string(b)
		}
	}
	return page.RenderStatus(w, r, code, fillTemplate, p)
}

// richPage shows the report as rich text to select and copy by hand. Its styles
// stand inline because another system's editor keeps nothing else; the page has
// no script, so its policy may allow them.
func (d *Desk) richPage(w http.ResponseWriter, r *annual.Report) error {
	var b bytes.Buffer
	b.WriteString(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>复制为富文本</title></head><body style="margin:24px auto;max-width:900px;background:#fff">` +
		`<p style="font:15px/1.7 sans-serif;color:#566170;border-bottom:1px solid #ddd7ca;padding:0 0 12px;-webkit-user-select:none;-moz-user-select:none;user-select:none">按 Ctrl+A 全选，再按 Ctrl+C 复制，然后到另一个系统的编辑框里按 Ctrl+V 粘贴。这一段提示不会被复制。</p>`)
	if err := render.Rich(&b, r, render.Options{}); err != nil {
		return fmt.Errorf("desk: rich: %w", err)
	}
	b.WriteString(`</body></html>`)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
	return nil
}

// richFragment is the same as text for the script, which puts it on the
// clipboard as html. As plain text no browser ever draws it.
func (d *Desk) richFragment(w http.ResponseWriter, r *annual.Report) error {
	var b bytes.Buffer
	if err := render.Rich(&b, r, render.Options{}); err != nil {
		return fmt.Errorf("desk: rich: %w", err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes())
	return nil
}
