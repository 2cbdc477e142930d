package items

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) draftRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/new", Verb: org.EditItems, Serve: t.newForm},
		{Pattern: "POST /desk/items/new", Verb: org.EditItems, Body: draftBody, Time: draftTime, Serve: t.newAct},
		{Pattern: "GET /desk/items/{id}/edit", Verb: org.EditItems, Serve: t.edit},
		{Pattern: "POST /desk/items/{id}/edit", Verb: org.EditItems, Body: draftBody, Time: draftTime, Serve: t.editAct},
		{Pattern: "POST /desk/items/{id}/autosave", Verb: org.EditItems, Body: textBody, JSON: true, Serve: t.autosave},
		{Pattern: "POST /desk/items/{id}/clean", Verb: org.EditItems, Body: textBody, JSON: true, Serve: t.clean},
		{Pattern: "POST /desk/items/{id}/picture", Verb: org.EditItems, Body: textBody, JSON: true, Time: draftTime, Serve: t.addPicture},
		{Pattern: "GET /desk/items/{id}/draftfile/{file}", Verb: org.SeeItems, Serve: t.draftFile},
		{Pattern: "POST /desk/items/{id}/recall", Verb: org.EditItems, Serve: t.recall},
		{Pattern: "POST /desk/items/{id}/discard", Verb: org.EditItems, Serve: t.discard},
		{Pattern: "POST /desk/items/{id}/revise", Verb: org.EditItems, Serve: t.revise},
	}
}

// Bounds of what is sent while drafting.
const (
	draftBody = 96 << 20 // a form with its files
	textBody  = 16 << 20 // a text with its form, or one picture
	draftTime = 2 * time.Minute
)

type newPage struct {
	page.Base
	Failure string
	Organ   []page.Option
	File    []page.Field
	Typed   []page.Field
}

var newTemplate = page.NewTemplate(templates, "templates/draft_new.html")

// homes are the organs that the viewer may draft for.
func (t *Items) homes(r *http.Request) ([]org.Organ, error) {
	var out []org.Organ
	for _, id := range page.VisitOf(r).Viewer.Scope(org.EditItems).Homes() {
		o, err := t.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// home is the organ that a form chose, or the only one.
func (t *Items) home(r *http.Request) (org.Organ, error) {
	homes, err := t.homes(r)
	if err != nil || len(homes) == 0 {
		return org.Organ{}, errors.Join(err, act.Refuse("您没有可以起草信息的机关，请联系本机关公开机构负责人调整岗位。"))
	}
	for _, o := range homes {
		if strconv.FormatInt(o.ID, 10) == r.FormValue("organ") {
			return o, nil
		}
	}
	if r.FormValue("organ") != "" {
		return org.Organ{}, page.ErrNotFound
	}
	return homes[0], nil
}

func (t *Items) newForm(w http.ResponseWriter, r *http.Request) error {
	return t.showNew(w, r, http.StatusOK, "", nil)
}

func (t *Items) showNew(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	p := newPage{Base: t.base(r, "items", "起草信息"), Failure: failure}
	p.Styles = append(p.Styles, t.assets.Path("draft.css"))
	p.Crumbs = []page.Link{{Text: "主动公开信息", Href: "/desk/items"}}
	homes, err := t.homes(r)
	if err != nil {
		return err
	}
	if len(homes) > 1 {
		for _, o := range homes {
			id := strconv.FormatInt(o.ID, 10)
			p.Organ = append(p.Organ, page.Option{Value: id, Text: o.Name, Selected: id == r.FormValue("organ")})
		}
	}
	kinds := func(first string) []page.Option {
		return append([]page.Option{{Text: first}}, kindOptions(proactive.Kind(r.FormValue("kind")))...)
	}
	old := page.Field{Name: "backfill", Label: "补录：以前在别处公开过的信息", Kind: "checkbox", Hint: "写明原发布日期和网址或者扫描件，不计20个工作日的期限，照样审核。", Value: r.FormValue("backfill")}
	file := page.Field{Name: "draft", Label: "文件", Kind: "file", Required: true, Accept: strings.Join(readable, ","), Hint: "Word、WPS、PDF、OFD、Excel、文本文件，不超过64 MB。标题、文号、成文日期、正文、表格和图片自动读入，读不准的会说明。", Message: bad["draft"]}
	kindOf := page.Field{Name: "kind", Label: "信息类别", Kind: "select", Options: kinds("按标题判断，读入后可以改")}
	p.File = []page.Field{file, kindOf, old}
	title := page.Field{Name: "title", Label: "标题", Kind: "text", Required: true, Max: proactive.MaxTitle, Value: r.FormValue("title"), Hint: "例如“关于做好2026年汛期安全工作的通知”。", Message: bad["title"]}
	kindOf.Options = kinds("按标题判断，以后可以改")
	kindOf.Name = "kind"
	p.Typed = []page.Field{title, kindOf, old}
	return page.RenderStatus(w, r, code, newTemplate, p)
}

// readable are the endings of files that a text can be read from.
var readable = []string{".docx", ".doc", ".wps", ".rtf", ".pdf", ".ofd", ".xlsx", ".xls", ".et", ".csv", ".txt", ".html", ".htm", ".md"}

// newAct opens an item from a file, or with a title alone.
func (t *Items) newAct(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, err := t.home(r)
	if err != nil {
		return err
	}
	n := store.NewItem{ID: t.store.NewID(), Organ: o.ID, Kind: proactive.Kind(r.FormValue("kind")), Backfill: r.FormValue("backfill") != ""}
	by := page.By(r)
	by.Reason = ""
	to := fmt.Sprintf("/desk/items/%d/edit", n.ID)
	word := "created"
	if r.FormValue("way") == "file" {
		read, bad, err := t.readDraft(r, o, &n)
		if err != nil {
			return err
		}
		if bad != "" {
			return t.showNew(w, r, http.StatusUnprocessableEntity, "", map[string]string{"draft": bad})
		}
		by.Reason, word = read.said, "fileread"
		to = page.With(to, "offer", strconv.FormatInt(read.file.ID, 10), "name", read.file.Name)
	} else {
		n.Content.Title = oneLine(r.FormValue("title"))
		t.propose(&n)
	}
	if bad := n.Content.Check(n.Kind, true); len(bad) > 0 {
		return t.showNew(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := t.store.DraftItem(r.Context(), by, n)
	var no *act.Refusal
	if errors.As(err, &no) {
		return t.showNew(w, r, http.StatusUnprocessableEntity, no.Text, nil)
	}
	if err != nil {
		return err
	}
	if d.Repeated {
		to = "/desk/items/" + d.Answer + "/edit"
	}
	return page.Done(w, r, to, word, d)
}

// propose fills what follows from title and text.
func (t *Items) propose(n *store.NewItem) {
	c := &n.Content
	if n.Kind == "" {
		n.Kind = proactive.KindOf(c.Title)
	}
	c.Category, c.Genre = n.Kind.Category(), proactive.GenreOf(c.Title)
	c.Keywords = proactive.ProposeKeywords(c.Title, c.Body)
	c.Summary = proactive.ProposeSummary(c.Body)
}

// readBack is what was read of a file.
type readBack struct {
	file proactive.File // the file itself, put but not among the item's files
	said string         // what the reader has to tell
}

// readDraft reads the file of a form into a new item. bad is why it could not be
// read, to be shown at the field.
func (t *Items) readDraft(r *http.Request, o org.Organ, n *store.NewItem) (read readBack, bad string, err error) {
	h := firstFile(r, "draft")
	if h == nil {
		return read, "请选择要读入的文件。", nil
	}
	name := fileName(h.Filename)
	data, bad, err := content(h)
	if bad != "" || err != nil {
		return read, bad, err
	}
	p, err := ingest.Rich(r.Context(), name, data)
	var unread *limit.Error
	if errors.As(err, &unread) {
		return read, unread.Msg, nil
	}
	if err != nil {
		return read, "", err
	}
	f, bad, err := t.putFile(r, n.ID, name, data)
	if bad != "" || err != nil {
		return read, bad, err
	}
	c := &n.Content
	c.Title, c.DocNo, c.Made, c.Body = clip(p.Title, proactive.MaxTitle), clip(p.DocNo, 60), p.Made, p.Body
	if c.Title == "" {
		c.Title = clip(strings.TrimSuffix(name, path.Ext(name)), proactive.MaxTitle)
	}
	if !strings.HasSuffix(o.Name, p.Organ) && p.Organ != o.Short { // the town writes its name without the county's
		c.Issuer = p.Organ
	}
	lost, err := t.keepPictures(r, n.ID, c, p.Pictures)
	if err != nil {
		return read, "", err
	}
	t.propose(n)
	said := []string{"读入“" + name + "”。"}
	for _, x := range p.Notes {
		said = append(said, x.Text)
	}
	if p.Scanned {
		said = append(said, "文件是扫描件，没有可以读入的文字。请录入正文，或者把原文件作为附件，正文写明主要内容。")
	}
	if lost > 0 {
		said = append(said, fmt.Sprintf("有%d张图片的格式不能在网页上显示，没有读入，请另存为 PNG 或 JPG 后插入。", lost))
	}
	if p.Leak() {
		said = append(said, "原文件里有看不见的内容，不要直接作为附件公开；请先在 Word、WPS 中接受修订、删除批注和隐藏文字，另存以后再上传。")
	}
	return readBack{f, clip(strings.Join(said, "\n"), 2000)}, "", nil
}

// keepPictures puts the pictures of a file and gives them their ids in the body.
func (t *Items) keepPictures(r *http.Request, id int64, c *proactive.Content, pictures []ingest.Attachment) (lost int, err error) {
	ids := map[int64]int64{}
	for _, x := range pictures {
		if len(c.Files) >= proactive.MaxFiles/2 {
			break
		}
		p, err := t.store.PutPrivate(r.Context(), store.ItemRef(id), bytes.NewReader(x.Data))
		var no *act.Refusal
		switch {
		case errors.As(err, &no) || err == nil && !drawable(p.Type):
			continue
		case err != nil:
			return 0, err
		}
		ids[x.Key] = p.ID
		c.Files = append(c.Files, proactive.File{ID: p.ID, Name: fileName(x.Name), Type: p.Type, Size: p.Size, Hash: p.Hash, Inner: true})
	}
	blocks := c.Body.Blocks[:0:0]
	for _, b := range c.Body.Blocks {
		if b.Kind == rich.Picture && b.Image != nil {
			to, ok := ids[b.Image.File]
			if !ok {
				lost++
				continue
			}
			b.Image = &rich.Image{File: to, Alt: b.Image.Alt}
		}
		blocks = append(blocks, b)
	}
	c.Body.Blocks = blocks
	return lost, nil
}

// drawable reports a type of picture that browsers show.
func drawable(mediaType string) bool {
	return mediaType == "image/png" || mediaType == "image/jpeg" || mediaType == "image/gif"
}

// attachable are the endings of files that may be attached.
var attachable = append(slices.Clone(readable), ".ppt", ".pptx", ".dps", ".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png", ".gif", ".mp3", ".mp4", ".xml", ".json")

// putFile keeps a file for an item and reads its text, for search and review.
func (t *Items) putFile(r *http.Request, id int64, name string, data []byte) (f proactive.File, bad string, err error) {
	ext := strings.ToLower(path.Ext(name))
	if !slices.Contains(attachable, ext) {
		return f, "“" + name + "”不能上传：只收文档、表格、图片、音视频和压缩包。", nil
	}
	p, err := t.store.PutPrivate(r.Context(), store.ItemRef(id), bytes.NewReader(data))
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return f, no.Text, nil
	case errors.Is(err, store.ErrTooLarge):
		return f, "“" + name + "”超过64 MB，请压缩或者拆分。", nil
	case err != nil:
		return f, "", err
	}
	f = proactive.File{ID: p.ID, Name: name, Type: p.Type, Size: p.Size, Hash: p.Hash}
	f.Text = t.textOf(r, name, data)
	return f, "", nil
}

// textOf is what can be read in a file; one that cannot be read has none.
func (t *Items) textOf(r *http.Request, name string, data []byte) string {
	if !slices.Contains(readable, strings.ToLower(path.Ext(name))) {
		return ""
	}
	s, err := ingest.TextOf(r.Context(), name, data)
	if err != nil {
		return ""
	}
	return s
}

func firstFile(r *http.Request, field string) *multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	for _, h := range r.MultipartForm.File[field] {
		if h.Size > 0 {
			return h
		}
	}
	return nil
}

// content is the bytes of an uploaded file.
func content(h *multipart.FileHeader) (data []byte, bad string, err error) {
	if h.Size > store.MaxBlob {
		return nil, "“" + fileName(h.Filename) + "”超过64 MB，请压缩或者拆分。", nil
	}
	f, err := h.Open()
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err = io.ReadAll(f)
	return data, "", err
}

// fileName is a name that every system can keep.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`\/:*?"<>|`, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if ext := path.Ext(s); len([]rune(s)) > 100 && len(ext) < 8 {
		s = clip(strings.TrimSuffix(s, ext), 90) + ext
	}
	if s = clip(s, 100); s == "" {
		return "文件"
	}
	return s
}

// parseForm reads a form with or without files.
func parseForm(r *http.Request) error {
	err := r.ParseMultipartForm(8 << 20)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return err
	case err != nil:
		return &page.Input{Text: "表单内容无法识别，请返回重新提交；文件合计不超过90 MB。"}
	}
	return nil
}
