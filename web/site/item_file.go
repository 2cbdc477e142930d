package site

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// bodyHTML is the text for the page. Pictures come from the item's files, links
// to other places go by the notice of [Site.out].
func (s *Site) bodyHTML(r *http.Request, x *store.PublicItem) template.HTML {
	c := x.Content
	domain := s.cfg.Base(r, "", "").Owner.Domain
	image := func(id int64) string {
		if f := c.File(id); f == nil || x.Standing != proactive.Live || x.N != len(x.Versions) || !picture(f.Type) {
			return ""
		}
		return page.ItemFileHref(x.Number, id)
	}
	return template.HTML(outwardBody(c.Body, domain).HTML(image)) // rich writes only elements of its own, see [rich.Body.HTML]
}

// outwardBody is the body with its links as the page has them.
func outwardBody(b rich.Body, domain string) rich.Body {
	spans := func(in []rich.Span) []rich.Span {
		var out []rich.Span // nil while nothing is different
		for i, sp := range in {
			if to := outward(sp.Link, domain); to != sp.Link {
				if out == nil {
					out = append([]rich.Span(nil), in...)
				}
				out[i].Link = to
			}
		}
		if out == nil {
			return in
		}
		return out
	}
	blocks := append([]rich.Block(nil), b.Blocks...)
	for i := range blocks {
		x := &blocks[i]
		x.Spans = spans(x.Spans)
		if x.Kind != rich.Grid {
			continue
		}
		rows := make([]rich.Row, len(x.Rows))
		for k, row := range x.Rows {
			rows[k].Cells = append([]rich.Cell(nil), row.Cells...)
			for j := range rows[k].Cells {
				rows[k].Cells[j].Spans = spans(rows[k].Cells[j].Spans)
			}
		}
		x.Rows = rows
	}
	return rich.Body{Blocks: blocks}
}

// picture reports whether a browser may draw a file of the type in the page.
func picture(kind string) bool {
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp":
		return true
	}
	return false
}

func preview(kind string) bool { return picture(kind) || kind == "application/pdf" }

var fileTypes = map[string]string{".pdf": "PDF", ".doc": "Word", ".docx": "Word", ".wps": "WPS文字", ".xls": "Excel", ".xlsx": "Excel", ".et": "WPS表格", ".ofd": "OFD", ".zip": "压缩包",
	".png": "图片", ".jpg": "图片", ".jpeg": "图片", ".gif": "图片", ".webp": "图片", ".txt": "文本", ".csv": "CSV", ".ppt": "幻灯片", ".pptx": "幻灯片"}

func filesOf(x *store.PublicItem) []itemFile {
	var out []itemFile
	for _, f := range x.Content.Attached() {
		kind := fileTypes[strings.ToLower(path.Ext(f.Name))]
		if kind == "" {
			kind = "文件"
		}
		o := itemFile{Name: f.Name, Type: kind, Size: bytesText(f.Size), Href: page.ItemFileHref(x.Number, f.ID)}
		if preview(f.Type) {
			o.Preview = o.Href + "?view=1"
		}
		out = append(out, o)
	}
	return out
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	}
	return fmt.Sprintf("%d 字节", n)
}

// itemFile sends an attachment, or a picture of the text. What it is not sure
// about is never drawn by the browser.
func (s *Site) itemFile(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	f, rc, err := s.store.OpenItemFile(fresh(r.Context()), r.PathValue("number"), id)
	if err != nil {
		return err
	}
	defer rc.Close()
	h := w.Header()
	how := "attachment"
	if picture(f.Type) && (f.Inner || r.URL.Query().Get("view") != "") || f.Type == "application/pdf" && r.URL.Query().Get("view") != "" {
		how = "inline"
	}
	h.Set("Content-Type", f.Type)
	if f.Type == "" || !preview(f.Type) && strings.HasPrefix(f.Type, "text/") {
		h.Set("Content-Type", "application/octet-stream")
	}
	h.Set("Content-Disposition", how+"; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "no-cache") // removed files are gone at once
	h.Set("ETag", `"`+f.Hash+`"`)
	if f.Size > 0 {
		h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.Hash) && f.Hash != "" {
		h.Del("Content-Length")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, rc) // the reader has gone: nothing to tell anyone
	}
	return nil
}

// fileName is how files about an item are called.
func fileName(x *store.PublicItem) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return -1
		}
		return r
	}, x.Content.Title)
	return clip(name, 40)
}

// itemDownloads are the forms in which the item can be taken away.
func (s *Site) itemDownloads(x *store.PublicItem) []page.Link {
	var out []page.Link
	for _, f := range itemFormats() {
		out = append(out, page.Link{Key: f.use, Text: f.name, Href: page.ItemDataHref(x.Number, f.ext)})
	}
	return append(out, page.Link{Key: "供程序读取、核对存证", Text: "数据（JSON）", Href: page.ItemDataHref(x.Number, "json")})
}

// itemData sends the item as a file, in the form that the end of the address
// names.
func (s *Site) itemData(w http.ResponseWriter, r *http.Request) error {
	full := r.PathValue("number")
	ext := strings.TrimPrefix(path.Ext(full), ".")
	n := queryInt(r, "version")
	number := strings.TrimSuffix(full, "."+ext)
	if ext == "" || len(full) > 220 {
		return page.ErrNotFound
	}
	x, err := s.store.PublicItem(fresh(r.Context()), number, n)
	switch {
	case err != nil:
		return err
	case x.Standing == proactive.Removed:
		return s.itemGone(w, r)
	case x.Standing == proactive.Ended:
		return page.ErrNotFound
	}
	if ext == "json" {
		f, err := x.Form(s.cfg.Root(r) + page.ItemHref(x.Number))
		if err != nil {
			return err
		}
		return sendJSONFile(w, f, fileName(x)+".json")
	}
	if !onPaper(x) {
		return page.ErrNotFound
	}
	for _, f := range itemFormats() {
		if f.ext != ext {
			continue
		}
		b, err := s.writeItem(fresh(r.Context()), f, x, s.cfg.Root(r)+page.ItemHref(x.Number))
		if err != nil {
			return err
		}
		attach(w, fileName(x)+"."+ext)
		w.Header().Set("Content-Type", f.kind)
		w.Header().Set("Cache-Control", "no-cache")
		_, err = b.WriteTo(w)
		return err
	}
	return page.ErrNotFound
}

func sendJSONFile(w http.ResponseWriter, v any, name string) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	attach(w, name)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-cache")
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
