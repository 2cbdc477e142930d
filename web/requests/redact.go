package requests

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/ingest/limit"
	"gongkai/ingest/pdf"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/redact"
	"gongkai/store"
	"gongkai/web/page"
)

const (
	redactTime = 5 * time.Minute
	redactBody = 1 << 20
	sheetDots  = 100 // of pages on screen
	textDots   = 72  // of pages that are only read
)

func (q *Requests) redactRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/redact/{file}", Verb: org.SeeRequests, Time: time.Minute, Serve: q.redactForm},
		{Pattern: "POST /desk/requests/{id}/redact/{file}", Verb: org.SeeRequests, Body: redactBody, Time: redactTime, Serve: q.redactAct},
		{Pattern: "GET /desk/requests/{id}/redact/{file}/pages/{n}", Verb: org.SeeRequests, Time: time.Minute, Serve: q.redactSheet},
		{Pattern: "GET /desk/requests/{id}/redactions/{file}", Verb: org.SeeRequests, Time: time.Minute, Serve: q.redaction},
	}
}

// redactable opens a private file of a request for somebody who works on it.
func (q *Requests) redactable(r *http.Request) (*store.RequestFile, casework.File, []byte, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, casework.File{}, nil, err
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return nil, casework.File{}, nil, err
	}
	n, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	i := slices.IndexFunc(x.Content.Files, func(f casework.File) bool { return f.ID == n })
	if err != nil || i < 0 || !x.Handles || x.Erased {
		return nil, casework.File{}, nil, page.ErrNotFound
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开附件", store.RequestRef(id)); err != nil {
		return nil, casework.File{}, nil, err
	}
	data, err := q.privateBytes(r.Context(), n)
	return x, x.Content.Files[i], data, err
}

func (q *Requests) privateBytes(ctx context.Context, id int64) ([]byte, error) {
	_, f, err := q.store.OpenPrivate(ctx, id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit.FileBytes+1))
	if err == nil && len(data) > limit.FileBytes {
		err = &page.Input{Text: fmt.Sprintf("文件超过 %d MB，不能遮盖，请拆成几个文件。", limit.FileBytes>>20)}
	}
	return data, err
}

// input is a file's fault as an answer for a person.
func input(err error) error {
	var bad *limit.Error
	if errors.As(err, &bad) {
		return &page.Input{Text: bad.Msg}
	}
	return err
}

// redactSheet is the picture of a page.
func (q *Requests) redactSheet(w http.ResponseWriter, r *http.Request) error {
	_, _, data, err := q.redactable(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > redact.MaxPages {
		return page.ErrNotFound
	}
	s, pages, err := q.editor.Page(r.Context(), data, n, sheetDots, false)
	if n > pages && pages > 0 {
		return page.ErrNotFound
	}
	if err != nil {
		return input(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, s.Picture); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write(b.Bytes())
	return err
}

func (q *Requests) redactForm(w http.ResponseWriter, r *http.Request) error {
	return q.showRedact(w, r, http.StatusOK, redactSent{page: 1})
}

// redactAct does what the form asks: find places, turn the page, or make the
// redacted file.
func (q *Requests) redactAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	s := redactSent{page: 1, finds: clip(r.FormValue("find"), 500), kinds: r.Form["kind"], ground: r.FormValue("ground"), sure: r.FormValue("sure") != ""}
	if n, err := strconv.Atoi(r.FormValue("page")); err == nil && n >= 1 && n <= redact.MaxPages {
		s.page = n
	}
	s.text = r.FormValue("boxes")
	boxes, bad := parseCovers(s.text)
	if bad != "" {
		s.bad = bad
		return q.showRedact(w, r, http.StatusUnprocessableEntity, s)
	}
	do, arg, _ := strings.Cut(r.FormValue("do"), ":")
	for _, line := range r.Form["line"] { // ticked lines
		more, bad := parseCovers(line)
		if bad == "" {
			boxes = addCovers(boxes, more, s.ground)
		}
	}
	switch do {
	case "go":
		if n, err := strconv.Atoi(arg); err == nil && n >= 1 && n <= redact.MaxPages {
			s.page = n
		}
	case "find":
		return q.redactFind(w, r, boxes, s)
	case "make":
		return q.redactMake(w, r, boxes, s)
	}
	s.text = coverText(boxes)
	return q.showRedact(w, r, http.StatusOK, s)
}

// redactFind adds a box for every place that was found.
func (q *Requests) redactFind(w http.ResponseWriter, r *http.Request, boxes []casework.Cover, s redactSent) error {
	_, _, data, err := q.redactable(r)
	if err != nil {
		return err
	}
	words := strings.FieldsFunc(s.finds, func(r rune) bool { return strings.ContainsRune("\n\r，,、；;", r) })
	n, first := 0, 0
	_, err = q.editor.Sheets(r.Context(), data, textDots, func(x *pdf.Sheet) error {
		var found []casework.Cover
		for _, b := range redact.Find(x, words, s.kinds) {
			found = append(found, casework.Cover{Page: b.Page, X0: b.X0, Y0: b.Y0, X1: b.X1, Y1: b.Y1})
		}
		was := len(boxes)
		boxes = addCovers(boxes, found, s.ground)
		if n += len(boxes) - was; first == 0 && len(found) > 0 {
			first = x.Number
		}
		return nil
	})
	if err != nil {
		return input(err)
	}
	switch {
	case len(words) == 0 && len(s.kinds) == 0:
		s.said = "请填写要遮盖的文字，或者勾选号码的种类。"
	case first == 0:
		s.said = "没有找到。扫描件没有识别文字层的，只能在图上画框。"
	default:
		s.said, s.page = fmt.Sprintf("新加了 %d 处，请逐页核对。", n), first
	}
	s.text = coverText(boxes)
	return q.showRedact(w, r, http.StatusOK, s)
}

// redactMake makes the redacted file, keeps it and puts the act on file.
func (q *Requests) redactMake(w http.ResponseWriter, r *http.Request, boxes []casework.Cover, s redactSent) error {
	s.text = coverText(boxes)
	again := func(text string) error {
		s.bad = text
		return q.showRedact(w, r, http.StatusUnprocessableEntity, s)
	}
	x, file, data, err := q.redactable(r)
	if err != nil {
		return err
	}
	if !x.Can(act.RequestRedacted) {
		return again("申请现在“" + x.State.Chinese() + "”，不能再遮盖文件。")
	}
	for _, b := range boxes {
		if _, ok := casework.CoverGroundOf(b.Ground); !ok {
			return again(fmt.Sprintf("第 %d 页有一处遮盖没有写明理由。", b.Page))
		}
	}
	covers := make([]redact.Box, 0, len(boxes))
	for _, b := range boxes {
		covers = append(covers, redact.Box{Page: b.Page, X0: b.X0, Y0: b.Y0, X1: b.X1, Y1: b.Y1, Label: b.Ground})
	}
	if !s.sure {
		if s.left, err = q.forgotten(r.Context(), data, covers); err != nil {
			return input(err)
		}
		if len(s.left) > 0 {
			return again("有的文字在这里遮盖了，在别处还露着。请核对；确实不用遮盖的，勾选后再生成。")
		}
	}
	res, err := q.editor.Redact(r.Context(), data, covers)
	var no *limit.Error
	if errors.As(err, &no) {
		return again(no.Msg)
	}
	if err != nil {
		return err
	}
	p, err := q.store.PutPrivate(r.Context(), store.RequestRef(x.ID), bytes.NewReader(res.Data))
	if err != nil {
		return err
	}
	by := page.By(r)
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	d, err := q.store.WithRequest(r.Context(), by, x.ID, version, func(x *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
		rec := casework.Redaction{Of: file.ID, As: p.ID, Name: file.Name, Pages: res.Pages, Before: res.Before, After: res.After, Covers: boxes, On: today, By: by.Viewer.Person, Salt: rand.Text()}
		if err := x.Redact(casework.Doing{On: today, Today: today}, rec); err != nil {
			return err
		}
		c := &x.Content
		// The applicant gets the latest text of each document, with the answer.
		for i, f := range c.Files {
			if slices.ContainsFunc(c.Redactions, func(o casework.Redaction) bool { return o.Of == file.ID && o.As == f.ID }) {
				c.Files[i].Open = false
			}
		}
		c.Redactions = append(c.Redactions, rec)
		c.Files = append(c.Files, casework.File{ID: p.ID, Name: coveredName(file.Name), Kind: "redacted", On: today, Open: true})
		if c.Findings == nil {
			c.Findings = map[string]string{}
		}
		c.Findings[casework.FoundRedacted] = clip(strings.TrimPrefix(c.Findings[casework.FoundRedacted]+"\n"+rec.Told(), "\n"), 4000)
		return nil
	})
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return again(refused.Text)
	case errors.Is(err, store.ErrConflict):
		s.bad = "在您遮盖期间，别人已经办理了这一件。您画的框还在，请核对后再生成。"
		return q.showRedact(w, r, http.StatusConflict, s)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/requests/%d/redactions/%d", x.ID, p.ID), "saved", d)
}

// A leftover is a text that is covered in one place and shows in another.
type leftover struct {
	Text  string
	Pages string // 第2页1处……
}

// forgotten finds what stands under the boxes and also elsewhere.
func (q *Requests) forgotten(ctx context.Context, data []byte, boxes []redact.Box) ([]leftover, error) {
	var words []string
	var sheets []*pdf.Sheet
	_, err := q.editor.Sheets(ctx, data, textDots, func(s *pdf.Sheet) error {
		for _, w := range redact.Under(s, boxes) {
			if n := len([]rune(w)); n >= 2 && n <= 40 && !slices.Contains(words, w) && len(words) < 200 {
				words = append(words, w)
			}
		}
		sheets = append(sheets, &pdf.Sheet{Number: s.Number, W: s.W, H: s.H, Glyphs: s.Glyphs})
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(words)
	var out []leftover
	for _, w := range words {
		var where []string
		for _, s := range sheets {
			if n := redact.Left(s, w, boxes); n > 0 {
				where = append(where, fmt.Sprintf("第%d页%d处", s.Number, n))
			}
		}
		if len(where) > 0 && len(out) < 20 {
			out = append(out, leftover{w, strings.Join(where, "、")})
		}
	}
	return out, nil
}

// coveredName is the name of what comes of a file.
func coveredName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return clip(name[:i], 70) + "（遮盖）" + name[i:]
	}
	return clip(name, 70) + "（遮盖）"
}
