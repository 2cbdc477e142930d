// Package ofd reads OFD files (GB/T 33190-2016, the national page format)
// into paragraphs and grids: it says which characters, lines and pictures each
// page shows, and ruled makes text and tables of them. Seals and signatures are
// not looked at.
package ofd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/ingest/ruled"
)

// A container is an opened file.
type container struct {
	ctx   context.Context
	zip   *limit.Zip
	names map[string]string // lower case to real
	// composites are the drawings of the resources that pages place by id.
	composites map[string]*node
	chars      int
}

// Read reads one file. The error is a *limit.Error with a sentence for a
// person: EMPTY, BROKEN, ENCRYPTED, TOO-LARGE, ZIP-BOMB, TIMEOUT.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	if len(data) == 0 {
		return nil, &limit.Error{Code: "EMPTY", Msg: "文件是空的，没有任何内容，请检查是否上传成功。"}
	}
	if len(data) > limit.FileBytes {
		return nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	ctx, cancel := context.WithTimeout(ctx, limit.PerFile)
	defer cancel()
	d, err := readAll(ctx, name, data)
	if err == nil {
		return d, nil
	}
	var known *limit.Error
	switch {
	case errors.As(err, &known):
		return nil, err
	case ctx.Err() != nil:
		return nil, &limit.Error{Code: "TIMEOUT", Msg: "OFD 文件读取超时或已取消。", Err: err}
	case errors.Is(err, ruled.ErrTooLarge):
		return nil, limit.TooLarge("OFD 文件的表格或文字", limit.Cells, "格")
	}
	return nil, limit.Broken("OFD", err)
}

func readAll(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	z, err := limit.OpenZip("OFD", data)
	if err != nil {
		return nil, err
	}
	c := &container{ctx: ctx, zip: z, names: map[string]string{}, composites: map[string]*node{}}
	for _, n := range z.Names {
		if _, dup := c.names[strings.ToLower(n)]; !dup {
			c.names[strings.ToLower(n)] = n
		}
	}
	if c.has("Encryptions.xml") || c.has("OFDEntries.xml") {
		return nil, limit.Encrypted("OFD")
	}
	root, err := c.parse("OFD.xml")
	if err != nil {
		return nil, err
	}
	d := &doc.Document{Name: name, Format: "ofd"}
	var pages []ruled.Page
	for _, body := range root.all("DocBody") {
		if info := body.one("DocInfo"); info != nil {
			d.Meta = append(d.Meta, metaOf(info)...)
			if d.Title == "" {
				d.Title = strings.TrimSpace(info.one("Title").textOf())
			}
		}
		at := strings.TrimSpace(body.one("DocRoot").textOf())
		if at == "" {
			continue
		}
		if pages, err = c.document(clean("", at), pages); err != nil {
			return nil, err
		}
	}
	if len(pages) == 0 {
		return nil, errors.New("ofd: no pages")
	}
	for i := range pages {
		pages[i].Tell(d, "OFD", 0)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d, ruled.Build(d, pages, ruled.Limits{Cells: limit.Cells, Text: limit.Text})
}

func metaOf(info *node) []doc.Meta {
	var ms []doc.Meta
	for _, n := range info.kids {
		if t := strings.TrimSpace(n.textOf()); t != "" && len(n.kids) == 0 && n.name != "Title" && n.name != "DocID" {
			ms = append(ms, doc.Meta{Name: n.name, Value: t})
		}
	}
	return ms
}

// document reads one document's pages behind those given.
func (c *container) document(at string, pages []ruled.Page) ([]ruled.Page, error) {
	root, err := c.parse(at)
	if err != nil {
		return nil, err
	}
	common := root.one("CommonData")
	area := common.one("PageArea").one("PhysicalBox").textOf()
	for _, kind := range []string{"PublicRes", "DocumentRes"} {
		for _, r := range common.all(kind) {
			c.resources(clean(at, r.textOf()))
		}
	}
	templates := map[string]string{}
	for _, t := range common.all("TemplatePage") {
		templates[t.attr["ID"]] = clean(at, t.attr["BaseLoc"])
	}
	list := root.one("Pages").all("Page")
	if len(pages)+len(list) > limit.Pages {
		return nil, limit.TooLarge("页数", limit.Pages, "页")
	}
	parsed := map[string]*node{}
	for _, ref := range list {
		if err := c.ctx.Err(); err != nil {
			return nil, err
		}
		content, err := c.parse(clean(at, ref.attr["BaseLoc"]))
		if err != nil {
			return nil, err
		}
		p := ruled.Page{Number: len(pages) + 1}
		box := content.one("Area").one("PhysicalBox").textOf()
		if box == "" {
			box = area
		}
		b := numbers(box, 4)
		p.W, p.H = b[2]*point, b[3]*point
		if p.W <= 0 || p.H <= 0 {
			p.W, p.H = 210*point, 297*point
		}
		v := painter{c: c, page: &p}
		origin := matrix{point, 0, 0, point, -b[0] * point, -b[1] * point}
		for _, use := range content.all("Template") {
			loc := templates[use.attr["TemplateID"]]
			if loc == "" {
				continue
			}
			t := parsed[loc]
			if t == nil {
				if t, err = c.parse(loc); err != nil {
					continue // a missing background hides no text of the page
				}
				parsed[loc] = t
			}
			v.content(t.one("Content"), origin)
		}
		v.content(content.one("Content"), origin)
		if v.err != nil {
			return nil, v.err
		}
		p.Turn(v.turn())
		pages = append(pages, p)
	}
	return pages, nil
}

// resources remembers the composite drawings of a resource file.
func (c *container) resources(at string) {
	root, err := c.parse(at)
	if err != nil {
		return
	}
	for _, l := range root.all("CompositeGraphicUnits") {
		for _, u := range l.all("CompositeGraphicUnit") {
			c.composites[u.attr["ID"]] = u
		}
	}
}

// clean resolves a location against the file that names it.
func clean(from, loc string) string {
	loc = strings.ReplaceAll(strings.TrimSpace(loc), `\`, "/")
	if !strings.HasPrefix(loc, "/") {
		loc = path.Join(path.Dir("/"+from), loc)
	}
	return strings.TrimPrefix(path.Clean(loc), "/")
}

func (c *container) has(name string) bool { return c.names[strings.ToLower(name)] != "" }

func (c *container) parse(name string) (*node, error) {
	real := c.names[strings.ToLower(name)]
	if real == "" {
		return nil, fmt.Errorf("ofd: no entry %q", name)
	}
	b, err := c.zip.Read(real)
	if err != nil {
		return nil, err
	}
	n, err := parse(c.ctx, bytes.TrimPrefix(b, []byte("\ufeff")))
	if err != nil {
		return nil, fmt.Errorf("ofd: %s: %w", name, err)
	}
	return n, nil
}

// numbers are the first n numbers of a list; missing ones are 0.
func numbers(s string, n int) []float64 {
	out := make([]float64, n)
	for i, f := range strings.Fields(s) {
		if i == n {
			break
		}
		out[i] = number(f)
	}
	return out
}

// number is 0 for what is none, and for what no page can hold.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != v || v > 1e6 || v < -1e6 {
		return 0
	}
	return v
}
