package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
	"gongkai/zone"
)

var (
	outsideReceiptTemplate = page.NewTemplate(files, "outside_receipt.html")
	outsideTrackTemplate   = page.NewTemplate(files, "outside_track.html")
)

type outsideReceipt struct {
	page.Base
	Code, Shown, Organ string
}

type outsideTrack struct {
	page.Base
	Code    string
	Failure string
	Found   bool
	A       zone.Answer
}

// inside are the places that need an answer from the desk at once: a public site
// outside, which reaches nothing inside, does not have them.
var inside = []string{"/voice", "/survey", "/subscribe", "/mistake", "/apply/draft", "/apply/receipt", "/apply/act", "/apply/letter", "/apply/track", "/log/office"}

// OutsideRoutes are those of a public site in a zone of its own. What is sent to
// it is encrypted into the box at once, and nothing of it stays.
func (s *Site) OutsideRoutes(box zone.Box) []page.Route {
	var out []page.Route
	for _, rt := range s.Routes() {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		closed := false
		for _, p := range inside {
			closed = closed || path == p || strings.HasPrefix(path, p+"/")
		}
		switch {
		case path == "/apply/track", path == "/apply/letter", rt.Pattern == "POST /apply":
			continue
		case closed || method == "POST" && path != "/log" && path != "/apply/suggest":
			rt.Serve = func(http.ResponseWriter, *http.Request) error {
				return &page.Unavailable{Text: "这个网站不直接办理这一项。请到公开指南写明的地址、电话或者窗口办理。"}
			}
		}
		out = append(out, rt)
	}
	return append(out,
		page.Route{Pattern: "POST /apply", Role: page.Public, Body: voiceBody, Time: time.Minute, Serve: func(w http.ResponseWriter, r *http.Request) error { return s.outsideSend(w, r, box) }},
		page.Route{Pattern: "GET /apply/track", Role: page.Public, Serve: s.outsideForm},
		page.Route{Pattern: "POST /apply/track", Role: page.Public, Serve: s.outsideTrack},
		page.Route{Pattern: "POST /apply/letter", Role: page.Public, Time: time.Minute, Serve: s.outsideLetter},
	)
}

func (s *Site) outsideSend(w http.ResponseWriter, r *http.Request, box zone.Box) error {
	if err := parseSent(r); err != nil {
		return err
	}
	o, err := s.applyOrgan(r)
	if err != nil {
		return err
	}
	key := r.PostFormValue("key")
	if len(key) < 16 || len(key) > 64 {
		key = page.NewKey()
		r.Form.Set("key", key)
	}
	switch r.PostFormValue("do") {
	case "check":
		return s.applyCheck(w, r, o)
	case "save", "avoided":
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, nil, "这个网站不保存草稿。请填写完整后直接提交，或者抄下已写的内容以后再填。")
	}
	form, code, err := zone.CodesOf(key)
	if err != nil {
		return err
	}
	sent := zone.Sent{Code: code, On: s.cfg.Today(), Organ: o.ID, Applicant: casework.Applicant(strings.TrimSpace(r.PostFormValue("applicant"))), Content: applyContent(r)}
	bad := sent.Content.Check(true)
	if sent.Applicant.Chinese() == "" {
		bad["applicant"] = "请选择申请人类别，年度报告按类别统计。"
	}
	for _, x := range []struct{ field, called, kind string }{{"files", "身份证明", "identity"}, {"mandate", "授权委托书", "mandate"}} {
		list, message, err := outsideFiles(r, x.field, x.called, x.kind)
		if err != nil {
			return err
		}
		if message != "" {
			bad[x.field] = message
		}
		sent.Files = append(sent.Files, list...)
	}
	if len(bad) > 0 {
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	if wait := s.floods.voices.Take(who(r)); wait > 0 {
		return s.applyAgain(w, r, http.StatusTooManyRequests, nil, slow(w, wait))
	}
	err = box.Put(r.Context(), form, sent)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, nil, refusal.Text)
	case errors.Is(err, zone.ErrClosed):
		return &page.Unavailable{Text: "网上申请现在不能接收，请稍后再试，或者当面提交、邮寄，地址见公开指南。", Err: err}
	case err != nil:
		return err
	}
	p := outsideReceipt{Base: s.applyBase(r, "申请已提交"), Code: code, Shown: zone.ShownCode(code), Organ: o.Name}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, outsideReceiptTemplate, p)
}

// outsideFiles reads attachments in memory: nothing of them may lie on a disk here
// before it is encrypted.
func outsideFiles(r *http.Request, field, called, kind string) (out []zone.SentFile, message string, err error) {
	if r.MultipartForm == nil {
		return nil, "", nil
	}
	heads := r.MultipartForm.File[field]
	if len(heads) > voiceFiles {
		return nil, fmt.Sprintf("附件最多%d个。", voiceFiles), nil
	}
	for i, h := range heads {
		if h.Size > voiceFileBytes {
			return nil, fmt.Sprintf("第%d个附件超过 %d MB，请缩小后再传。", i+1, voiceFileBytes>>20), nil
		}
		f, err := h.Open()
		if err != nil {
			return nil, "", err
		}
		b, err := io.ReadAll(io.LimitReader(f, voiceFileBytes))
		f.Close()
		if err != nil {
			return nil, "", err
		}
		end := map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "application/zip": ".docx"}[http.DetectContentType(b)]
		if end == "" {
			return nil, fmt.Sprintf("第%d个附件的内容不是 PDF、JPG、PNG 或 Word（docx），请检查是否选错了文件。", i+1), nil
		}
		out = append(out, zone.SentFile{Name: fmt.Sprintf("%s%d%s", called, i+1, end), Kind: kind, Data: b})
	}
	return out, "", nil
}

func (s *Site) outsidePage(r *http.Request) outsideTrack {
	p := outsideTrack{Base: s.applyBase(r, "查申请办理情况"), Code: clip(strings.TrimSpace(r.PostFormValue("code")), 40)}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	return p
}

func (s *Site) outsideForm(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, outsideTrackTemplate, s.outsidePage(r))
}

// outsideAnswer finds what was told under the code of the form; ok is false where
// the form was shown again.
func (s *Site) outsideAnswer(w http.ResponseWriter, r *http.Request, p *outsideTrack) (ok bool, err error) {
	w.Header().Set("Cache-Control", "no-store")
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		p.Failure = slow(w, wait)
		return false, page.RenderStatus(w, r, http.StatusTooManyRequests, outsideTrackTemplate, *p)
	}
	code := zone.ReadCode(p.Code)
	if code == "" {
		p.Failure = "回执码是十六个字母和数字，没有0、1、I、O，请核对。"
		return false, page.RenderStatus(w, r, http.StatusUnprocessableEntity, outsideTrackTemplate, *p)
	}
	p.A, err = zone.ReadAnswer(r.Context(), s.store, code)
	if errors.Is(err, store.ErrNotFound) {
		p.Failure = "还没有这个回执码的办理情况。刚刚提交的，要等办理机关收取，一般几分钟到一天；过了一个工作日仍然查不到的，请核对回执码，或者打电话问受理机关。"
		return false, page.RenderStatus(w, r, http.StatusUnprocessableEntity, outsideTrackTemplate, *p)
	}
	p.Found, p.Code = err == nil, code
	return err == nil, err
}

func (s *Site) outsideTrack(w http.ResponseWriter, r *http.Request) error {
	p := s.outsidePage(r)
	if ok, err := s.outsideAnswer(w, r, &p); !ok || err != nil {
		return err
	}
	return page.Render(w, r, outsideTrackTemplate, p)
}

func (s *Site) outsideLetter(w http.ResponseWriter, r *http.Request) error {
	p := s.outsidePage(r)
	if ok, err := s.outsideAnswer(w, r, &p); !ok || err != nil {
		return err
	}
	if n, err := strconv.Atoi(r.PostFormValue("letter")); err == nil && n >= 0 && n < len(p.A.Letters) {
		l := p.A.Letters[n]
		format := "pdf"
		if r.PostFormValue("format") == "docx" {
			format = "docx"
		}
		return s.sendPaper(w, format, p.A.Number+l.Name, reporting.Letter{Title: p.A.Organ + l.Name, Number: l.No, To: l.To, Text: strings.Join(l.Body, "\n"), From: p.A.Organ, Dated: l.On})
	}
	n, err := strconv.Atoi(r.PostFormValue("file"))
	if err != nil || n < 0 || n >= len(p.A.Files) {
		return page.ErrNotFound
	}
	f := p.A.Files[n]
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(f.Data) // the reader has gone: nothing to tell anyone
	return nil
}
