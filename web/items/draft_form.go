package items

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// typed is what a form of an item says.
type typed struct {
	kind    proactive.Kind
	c       proactive.Content
	bad     map[string]string // by field, beyond what the content itself shows
	dropped []rich.Dropped    // of the text
	offer   int64             // file that was read and is not attached
}

// valuesOf is an item as a form would send it.
func valuesOf(kind proactive.Kind, c proactive.Content) url.Values {
	v := url.Values{}
	set := func(name, s string) {
		if s != "" {
			v.Set(name, s)
		}
	}
	day := func(name string, d law.Date) {
		if !d.IsZero() {
			v.Set(name, d.String())
		}
	}
	set("kind", string(kind))
	for name, s := range map[string]string{"title": c.Title, "doc_no": c.DocNo, "issuer": c.Issuer, "summary": c.Summary, "category": c.Category, "theme": c.Theme, "genre": c.Genre, "field": c.Field,
		"source": c.Source, "source_url": c.SourceURL, "origin_url": c.OriginURL, "note": c.Note, "withhold": string(c.Withhold), "keywords": strings.Join(c.Keywords, "、")} {
		set(name, s)
	}
	for name, d := range map[string]law.Date{"made": c.Made, "effective": c.Effective, "until": c.Until, "from": c.From, "to": c.To, "original": c.Original} {
		day(name, d)
	}
	for _, f := range c.Five {
		v.Add("five", string(f))
	}
	if c.Policy != 0 {
		set("policy", strconv.FormatInt(c.Policy, 10))
	}
	for _, n := range c.Related {
		v.Add("related", strconv.FormatInt(n, 10))
	}
	if c.Source != "" || c.SourceURL != "" {
		set("repost", "1")
	}
	return v
}

// draftFileAt is where a file of the text in work is read.
func draftFileAt(item, file int64) string {
	return fmt.Sprintf("/desk/items/%d/draftfile/%d", item, file)
}

// imagesOf knows the pictures of an item by their addresses.
func imagesOf(x *store.ItemFile) func(src string) (int64, bool) {
	prefix := fmt.Sprintf("/desk/items/%d/draftfile/", x.ID)
	return func(src string) (int64, bool) {
		if u, err := url.Parse(src); err == nil {
			src = u.Path
		}
		rest, ok := strings.CutPrefix(src, prefix)
		id, err := strconv.ParseInt(rest, 10, 64)
		return id, ok && err == nil && x.Content.File(id) != nil
	}
}

// formOf reads a form over the item as it is kept.
func (t *Items) formOf(r *http.Request, x *store.ItemFile) (typed, error) {
	s := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	y := typed{kind: proactive.Kind(s("kind")), bad: map[string]string{}}
	day := func(name string) law.Date {
		if s(name) == "" {
			return law.Date{}
		}
		d, err := law.ParseDate(s(name))
		if err != nil {
			y.bad[name] = "日期请写成年-月-日的形式，如 2026-01-20。"
		}
		return d
	}
	c := &y.c
	*c = proactive.Content{Title: oneLine(s("title")), DocNo: oneLine(s("doc_no")), Issuer: oneLine(s("issuer")), Summary: strings.ReplaceAll(s("summary"), "\r", ""), Category: s("category"), Theme: oneLine(s("theme")), Genre: s("genre"),
		Field: oneLine(s("field")), Made: day("made"), Withhold: proactive.Ground(s("withhold")), Note: x.Content.Note}
	if x.Revision != "" {
		c.Note = strings.ReplaceAll(s("note"), "\r", "")
		if c.Note == "" {
			y.bad["note"] = "请写明变更或者更正的原因，它会随新的版本一起公布。"
		}
	}
	c.Keywords = wordsOf(s("keywords"))
	for _, f := range r.Form["five"] {
		if !slices.Contains(c.Five, proactive.Five(f)) && len(c.Five) < 10 {
			c.Five = append(c.Five, proactive.Five(f))
		}
	}
	if s("open") == "1" {
		c.Withhold = ""
	} else if s("open") == "0" && c.Withhold == "" {
		y.bad["withhold"] = "拟不主动公开的，请选择理由和依据。"
	}
	if y.kind.HasValidity() {
		c.Effective, c.Until = day("effective"), day("until")
	}
	if y.kind.Period() {
		c.From, c.To = day("from"), day("to")
	}
	if y.kind == proactive.Interpretation {
		c.Policy, _ = strconv.ParseInt(s("policy"), 10, 64)
	}
	for _, n := range r.Form["related"] {
		if id, err := strconv.ParseInt(n, 10, 64); err == nil && id != 0 && id != x.ID && len(c.Related) < 20 && !slices.Contains(c.Related, id) {
			c.Related = append(c.Related, id)
		}
	}
	if s("repost") != "" || s("source") != "" {
		c.Source = oneLine(s("source"))
	}
	c.SourceURL = s("source_url")
	if x.Backfill {
		c.Original, c.OriginURL = day("original"), s("origin_url")
	}
	y.offer, _ = strconv.ParseInt(s("offer"), 10, 64)
	y.text(r, x)
	return y, t.filesOf(r, x, &y)
}

// checkWhole is what this form asks beyond the content before review.
func (y typed) checkWhole(r *http.Request, x *store.ItemFile) {
	c := y.c
	say := func(field, text string) {
		if y.bad[field] == "" {
			y.bad[field] = text
		}
	}
	if r.FormValue("repost") != "" {
		if c.Source == "" {
			say("source", "转载的信息请写明来源，例如“云岭县人民政府网站”。")
		}
		if c.SourceURL == "" {
			say("source_url", "转载的信息请写明原文网址，以 http:// 或 https:// 开头。")
		}
		if c.Made.IsZero() {
			say("made", "转载的信息请写明原文的日期。")
		}
	}
	if x.Backfill && c.Original.IsZero() {
		say("original", "补录的信息请写明原发布日期。")
	}
	for field, text := range c.Check(y.kind, false) {
		say(field, text)
	}
}

// wordsOf parts words as people part them.
func wordsOf(s string) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("、，,；;　 \t\n\r", r) }) {
		if w = clip(w, 20); !slices.Contains(out, w) && len(out) <= proactive.MaxWords {
			out = append(out, w)
		}
	}
	return out
}

// text reads the body: html of the editor, with the plain lines over it where
// there was no script.
func (y *typed) text(r *http.Request, x *store.ItemFile) {
	c := &y.c
	if _, sent := r.Form["html"]; !sent {
		c.Body = x.Content.Body
		return
	}
	c.Body, y.dropped = rich.FromHTML(r.FormValue("html"), imagesOf(x))
	for _, d := range y.dropped {
		if d.Why == rich.TooMuch {
			y.bad["body"] = d.Sentence()
			c.Body = x.Content.Body
		}
	}
	if _, plain := r.Form["text"]; plain {
		c.Body = mergePlain(c.Body, r.FormValue("text"))
	}
	for i, b := range c.Body.Blocks {
		if b.Kind != rich.Picture || b.Image == nil {
			continue
		}
		if alt, ok := r.Form[fmt.Sprint("alt-", b.Image.File)]; ok {
			c.Body.Blocks[i].Image = &rich.Image{File: b.Image.File, Alt: clip(oneLine(alt[0]), 200)}
		}
	}
}

// filesOf reads which files are attached, in which order, and puts new ones.
func (t *Items) filesOf(r *http.Request, x *store.ItemFile, y *typed) error {
	c := &y.c
	type placed struct {
		f     proactive.File
		order int
	}
	var list []placed
	for i, s := range r.Form["file"] {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil || r.FormValue("drop-"+s) != "" || slices.ContainsFunc(list, func(o placed) bool { return o.f.ID == id }) {
			continue
		}
		if f := x.Content.File(id); f != nil && f.Inner {
			continue // a picture stands in the text
		}
		if i >= proactive.MaxFiles {
			y.bad["files"] = fmt.Sprintf("附件和图片最多%d个。", proactive.MaxFiles)
			break
		}
		f, err := t.formFile(r, x, id, fileName(r.FormValue("name-"+s)))
		if errors.Is(err, store.ErrNotFound) {
			y.bad["files"] = "有一个附件已经不在了，可能是一天前上传后没有保存。请重新上传。"
			continue
		}
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(r.FormValue("order-" + s))
		if err != nil {
			n = 1000 + i
		}
		list = append(list, placed{f, n})
		if id == y.offer {
			y.offer = 0
		}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return a.order - b.order })
	for _, p := range list {
		c.Files = append(c.Files, p.f)
	}
	for _, f := range x.Content.Files {
		if f.Inner {
			c.Files = append(c.Files, f)
		}
	}
	if r.MultipartForm == nil {
		return nil
	}
	for _, h := range r.MultipartForm.File["files"] {
		if h.Size == 0 && h.Filename == "" {
			continue
		}
		data, bad, err := content(h)
		if err != nil {
			return err
		}
		switch {
		case bad != "":
		case len(data) == 0:
			bad = "“" + fileName(h.Filename) + "”是空文件。"
		case len(c.Files) >= proactive.MaxFiles:
			bad = fmt.Sprintf("附件和图片最多%d个。", proactive.MaxFiles)
		default:
			var f proactive.File
			if f, bad, err = t.putFile(r, x.ID, fileName(h.Filename), data); err != nil {
				return err
			}
			if bad == "" {
				c.Files = append(c.Files, f)
			}
		}
		if bad != "" {
			y.bad["files"] = bad
		}
	}
	return nil
}

// formFile is a file that a form names: one of the item, or one that was put for
// it and not saved yet.
func (t *Items) formFile(r *http.Request, x *store.ItemFile, id int64, name string) (proactive.File, error) {
	if f := x.Content.File(id); f != nil {
		out := *f
		out.Inner, out.Name = false, keepEnding(name, f.Name)
		return out, nil
	}
	p, err := t.store.DraftFile(r.Context(), x.ID, id)
	if err != nil {
		return proactive.File{}, err
	}
	if !slices.Contains(attachable, strings.ToLower(path.Ext(name))) {
		name += ".pdf" // whatever it is: its type is told by its content
	}
	f := proactive.File{ID: p.ID, Name: name, Type: p.Type, Size: p.Size, Hash: p.Hash}
	if slices.Contains(readable, strings.ToLower(path.Ext(name))) {
		data, err := t.bytesOf(r, id)
		if err != nil {
			return f, err
		}
		f.Text = t.textOf(r, name, data)
	}
	return f, nil
}

// keepEnding renames a file without changing what it claims to be.
func keepEnding(name, was string) string {
	if ext := path.Ext(was); !strings.EqualFold(path.Ext(name), ext) {
		return strings.TrimSuffix(name, path.Ext(name)) + ext
	}
	return name
}

// trim leaves out pictures that no longer stand in the text.
func trim(c *proactive.Content) {
	in := map[int64]bool{}
	for _, b := range c.Body.Blocks {
		if b.Kind == rich.Picture && b.Image != nil {
			in[b.Image.File] = true
		}
	}
	c.Files = slices.DeleteFunc(slices.Clone(c.Files), func(f proactive.File) bool { return f.Inner && !in[f.ID] })
}

// ticks are boxes of which several may be set.
func ticks(all []string, set []string) []page.Option {
	out := make([]page.Option, len(all))
	for i, s := range all {
		out[i] = page.Option{Value: s, Text: s, Selected: slices.Contains(set, s)}
	}
	return out
}
