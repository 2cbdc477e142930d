package requests

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/store"
	"gongkai/web/page"
)

// An action is one form on the page of a file.
type action struct {
	Key, Label string
	Hint       string
	Kind       string // of the act it makes
	Fields     []page.Field
	Open       bool
	Button     string
	Paper      bool // a signature on paper may be entered with it
	Fact       bool // it may have happened already
	Main       bool // the next step, rather than one among others
}

// A sent form of a file.
type sent struct {
	r   *http.Request
	q   *Requests
	x   *store.RequestFile
	cal *calendar.Calendar
	d   casework.Doing
	bad map[string]string

	files []casework.File // that came with it
}

func (s sent) text(name string) string { return strings.TrimSpace(s.r.FormValue(name)) }

func (s sent) num(name string) int {
	n, _ := strconv.Atoi(s.text(name))
	return n
}

// signedBy is who acts, with a signature on paper if the form enters one.
func signedBy(r *http.Request, bad map[string]string) store.By {
	by := page.By(r)
	if signed := dayOf(r, "paper", bad); !signed.IsZero() {
		by.Paper, by.Signer = &act.Paper{On: signed}, clip(strings.TrimSpace(r.FormValue("signer")), 40)
		if by.Signer == "" {
			bad["signer"] = "请写签批人的姓名。"
		}
	}
	return by
}

// fileAct does what one of the forms of a file asks.
func (q *Requests) fileAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	do := r.FormValue("do")
	verb, ok := verbs[do]
	if !ok {
		verb, ok = kinVerbs[do]
	}
	if !ok {
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	bad := map[string]string{}
	day := dayOf(r, "on", bad)
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	by := signedBy(r, bad)
	if len(bad) > 0 {
		return q.showFile(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: bad})
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id) // who may not see it uploads nothing
	if err != nil {
		return err
	}
	files, err := q.upload(r, x.ID, "files", fileOf(do))
	if err == nil {
		var d store.Done
		d, err = q.store.WithRequest(r.Context(), by, id, version, func(x *store.RequestFile, cal *calendar.Calendar, today law.Date) error {
			s := sent{r, q, x, cal, casework.Doing{On: day, Today: today, Fact: r.FormValue("fact") != ""}, bad, files}
			if s.d.On.IsZero() {
				s.d.On = today
			}
			if err := verb(s); err != nil {
				return err
			}
			x.Content.Files = append(x.Content.Files, files...)
			return nil
		})
		if err == nil {
			return page.Done(w, r, fmt.Sprintf("/desk/requests/%d", id), "saved", d)
		}
	}
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showFile(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: bad, refusal: no})
	case errors.Is(err, store.ErrConflict):
		return q.showFile(w, r, http.StatusConflict, shown{do: do, changed: true})
	}
	return err
}

// fileOf is what kind of file comes with a form.
func fileOf(do string) string {
	switch do {
	case "serve":
		return "proof"
	case "decide", "extend":
		return "signoff"
	case "remedy", "remedystep", "remedyend":
		return "remedy"
	case "corrected":
		return "paper"
	case "disclose":
		return "redacted"
	}
	return "evidence"
}

// fileDownload gives a private file of a request to somebody who works on it.
func (q *Requests) fileDownload(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	file, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil || !x.Handles {
		return page.ErrNotFound
	}
	for _, f := range x.Content.Files {
		if f.ID != file {
			continue
		}
		p, rc, err := q.store.OpenPrivate(r.Context(), file)
		if err != nil {
			return err
		}
		defer rc.Close()
		if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开附件", store.RequestRef(id)); err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", p.Type)
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
		h.Set("Cache-Control", "private, no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = io.Copy(w, rc) // the reader has gone: nothing to tell anyone
		return nil
	}
	return page.ErrNotFound
}
