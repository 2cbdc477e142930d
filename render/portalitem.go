package render

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/rich"
)

// PortalItemFormat names the form of the manifest of a package of items, and of
// what is pushed.
const PortalItemFormat = "gongkai-portal-item/1"

// A PortalItem is one item as it goes to a portal, or that it has to go from it.
type PortalItem struct {
	Number    string // 索引号
	Version   int
	Down      bool // to be taken down: only number, column and address are given
	Title     string
	DocNo     string
	Organ     string
	Code      string // of the organ
	Kind      string // 类别
	Category  string // 目录
	Column    string // of the portal, "" where none is mapped
	Published law.Date
	Changed   law.Date
	Summary   string
	Body      rich.Body
	Files     []PortalFile
	Page      string // address on our own public site, "" if it is not known
	URL       string // address on the portal, "" where it is not there yet
}

// A PortalFile is an attachment or a picture of an item.
type PortalFile struct {
	ID    int64
	Name  string
	Type  string
	Data  []byte
	Inner bool // stands in the text
}

// name is the file's name in a folder: what it is called may be anything.
func (f PortalFile) name() string {
	ext := ""
	if i := strings.LastIndexByte(f.Name, '.'); i >= 0 && len(f.Name)-i <= 6 {
		ext = strings.ToLower(portalFolder(f.Name[i+1:]))
	}
	if ext == "" {
		ext = "bin"
	}
	return "f" + strconv.FormatInt(f.ID, 36) + "." + ext
}

// A PortalItemSet is what a package of items is made of.
type PortalItemSet struct {
	From  string // who gives it out
	Site  string
	Base  string // address under which the files will lie, "" if it is not known
	Made  law.Date
	Items iter.Seq2[PortalItem, error] // one is held at a time
}

// A PortalItemEntry is what lists say of an item; it is also what is pushed.
type PortalItemEntry struct {
	Format    string           `json:"format,omitempty"`
	Act       string           `json:"act"` // put or remove
	Number    string           `json:"number"`
	Version   int              `json:"version"`
	Column    string           `json:"column,omitempty"`
	Title     string           `json:"title,omitempty"`
	DocNo     string           `json:"doc_no,omitempty"`
	Organ     string           `json:"organ"`
	OrganCode string           `json:"organ_code,omitempty"`
	Kind      string           `json:"kind,omitempty"`
	Category  string           `json:"category,omitempty"`
	Published law.Date         `json:"published,omitzero"`
	Changed   law.Date         `json:"changed,omitzero"`
	Summary   string           `json:"summary,omitempty"`
	HTML      string           `json:"html,omitempty"` // fragment with inline styles
	Page      string           `json:"page,omitempty"`
	URL       string           `json:"url,omitempty"`
	Path      string           `json:"path,omitempty"` // folder in a package
	Files     []PortalItemFile `json:"files,omitempty"`
}

// A PortalItemFile is a file of an entry.
type PortalItemFile struct {
	Name   string `json:"name"` // as people read it
	Path   string `json:"path"` // as the fragment links to it
	Type   string `json:"type"`
	SHA256 string `json:"sha256"`
	Data   []byte `json:"data,omitempty"` // when it is pushed
}

// Entry is the item with its fragment. base stands before the files' names in
// links; data tells whether the files' bytes go with it.
func (x PortalItem) Entry(base string, data bool) PortalItemEntry {
	e := PortalItemEntry{Act: "put", Number: x.Number, Version: x.Version, Column: x.Column, Organ: line(x.Organ), OrganCode: x.Code, URL: x.URL, Path: "items/" + portalFolder(x.Number) + "/"}
	if x.Down {
		e.Act = "remove"
		return e
	}
	e.Title, e.DocNo, e.Kind, e.Category, e.Published, e.Changed, e.Summary, e.Page = line(x.Title), line(x.DocNo), x.Kind, x.Category, x.Published, x.Changed, line(x.Summary), x.Page
	images := map[int64]string{}
	var attached []PortalFile
	for _, f := range x.Files {
		p := PortalItemFile{Name: line(f.Name), Path: f.name(), Type: f.Type, SHA256: digest(f.Data)}
		if data {
			p.Data = f.Data
		}
		e.Files = append(e.Files, p)
		if f.Inner {
			images[f.ID] = base + f.name()
		} else {
			attached = append(attached, f)
		}
	}
	e.HTML = x.Body.Fragment(rich.Look{Image: func(id int64) string { return images[id] }})
	if len(attached) > 0 {
		var b strings.Builder
		b.WriteString(`<p style="` + portalSans + `font-size:15px;line-height:1.8;margin:24px 0 0;padding-top:12px;border-top:1px solid #ddd7ca;">附件：`)
		for i, f := range attached {
			fmt.Fprintf(&b, `<br>%d. <a href="%s" style="color:#0a5575;">%s</a>`, i+1, href(base+f.name()), esc(f.Name))
		}
		b.WriteString("</p>\n")
		e.HTML += b.String()
	}
	return e
}

// PortalItems writes a package of items for a portal that publishes by files: of
// each a page and a fragment with inline styles and its files, lists with the
// portal's columns, what has to be taken down, a feed and a manifest with hashes.
// It returns the manifest's hash.
func PortalItems(w io.Writer, set PortalItemSet) (string, error) {
	if set.Base != "" && !strings.HasSuffix(set.Base, "/") {
		set.Base += "/"
	}
	p := &portalPackage{set: PortalSet{From: set.From, Site: set.Site, Column: "主动公开信息", Base: set.Base, Made: set.Made}, zip: zip.NewWriter(w)}
	var list []PortalItemEntry
	for x, err := range set.Items {
		if err != nil {
			return "", err
		}
		e, err := p.item(x)
		if err != nil {
			return "", fmt.Errorf("render: portal: %s: %w", x.Number, err)
		}
		list = append(list, e)
	}
	if len(list) == 0 {
		return "", errors.New("render: portal: no item")
	}
	if err := p.itemLists(list); err != nil {
		return "", err
	}
	p.manifest = PortalManifest{Format: PortalItemFormat, From: set.From, Made: set.Made, Column: p.set.Column, Base: set.Base, Files: p.manifest.Files}
	return p.finish()
}

// item writes the files of one item; what goes down has none.
func (p *portalPackage) item(x PortalItem) (PortalItemEntry, error) {
	e := x.Entry("", false)
	if x.Down {
		e.Path = ""
		return e, nil
	}
	for i, f := range x.Files {
		if err := p.file(e.Path+e.Files[i].Path, f.Data); err != nil {
			return e, err
		}
	}
	fragment := e.HTML
	if p.set.Base != "" {
		fragment = x.Entry(p.set.Base+e.Path, false).HTML
	}
	if err := p.file(e.Path+"fragment.html", []byte(fragment)); err != nil {
		return e, err
	}
	var b strings.Builder
	b.WriteString(p.head(e.Title, e.Organ, e.Published, "article"))
	b.WriteString(`<div style="max-width:860px;margin:0 auto;padding:24px 16px;overflow-wrap:break-word;">` + "\n")
	b.WriteString(`<h1 style="` + portalSans + `font-size:26px;line-height:1.5;margin:0 0 10px;text-align:center;">` + esc(e.Title) + "</h1>\n")
	b.WriteString(`<p style="` + portalSmall + `margin:0 0 18px;text-align:center;">发布机构：` + esc(e.Organ) + `　发布日期：` + e.Published.String())
	if e.DocNo != "" {
		b.WriteString("　文号：" + esc(e.DocNo))
	}
	b.WriteString("　索引号：" + esc(e.Number) + "</p>\n" + e.HTML)
	if e.Page != "" {
		b.WriteString(`<p style="` + portalSmall + `margin:16px 0 0;">原页：<a href="` + href(e.Page) + `" style="color:#0a5575;word-break:break-all;">` + esc(e.Page) + "</a></p>\n")
	}
	b.WriteString("</div>\n</body></html>\n")
	err := p.file(e.Path+"index.html", []byte(b.String()))
	e.HTML = "" // in its own file
	return e, err
}

// itemLists writes the lists over all items.
func (p *portalPackage) itemLists(list []PortalItemEntry) error {
	j, err := json.MarshalIndent(struct {
		Format string            `json:"format"`
		Items  []PortalItemEntry `json:"items"`
	}{PortalItemFormat, list}, "", " ")
	if err != nil {
		return err
	}
	var table, removed bytes.Buffer
	table.WriteString("\ufeff")
	removed.WriteString("\ufeff")
	t, r := csv.NewWriter(&table), csv.NewWriter(&removed)
	rows := [][]string{{"标题", "索引号", "版本", "门户栏目", "发布机构", "文号", "类别", "目录", "发布日期", "修改日期", "摘要", "正文文件", "网页文件", "原页", "门户网址"}}
	down := [][]string{{"索引号", "发布机构", "门户栏目", "门户网址"}}
	var b strings.Builder
	b.WriteString(p.head(p.set.Column, "", law.Date{}, "items"))
	b.WriteString(`<div style="max-width:960px;margin:0 auto;padding:24px 16px;overflow-wrap:break-word;">` + "\n")
	b.WriteString(`<table width="100%" cellspacing="0" cellpadding="6" style="border-collapse:collapse;width:100%;` + portalSans + `font-size:15px;line-height:1.6;"><tbody>` + "\n")
	for _, e := range list {
		if e.Act == "remove" {
			down = append(down, []string{guard(e.Number), guard(e.Organ), guard(e.Column), guard(e.URL)})
			continue
		}
		rows = append(rows, []string{guard(e.Title), guard(e.Number), strconv.Itoa(e.Version), guard(e.Column), guard(e.Organ), guard(e.DocNo), e.Kind, e.Category, e.Published.String(), e.Changed.String(), guard(e.Summary), e.Path + "fragment.html", e.Path + "index.html", e.Page, e.URL})
		b.WriteString(`<tr><td style="border-bottom:1px solid #ece8de;"><a href="` + href(e.Path+"index.html") + `" style="color:#0a5575;">` + esc(e.Title) + `</a></td><td width="110" style="border-bottom:1px solid #ece8de;text-align:right;white-space:nowrap;color:#525c6a;">` + e.Published.String() + "</td></tr>\n")
	}
	b.WriteString("</tbody></table></div>\n</body></html>\n")
	if err := errors.Join(t.WriteAll(rows), r.WriteAll(down)); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"list.json", append(j, '\n')}, {"list.csv", table.Bytes()}, {"remove.csv", removed.Bytes()}, {"index.html", []byte(b.String())}} {
		if err := p.file(f.name, f.data); err != nil {
			return err
		}
	}
	return nil
}
