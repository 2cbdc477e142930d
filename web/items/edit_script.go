package items

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// What the script of the editor asks for. Nothing of a draft is kept in the
// browser: machines are shared.

func answerJSON(w http.ResponseWriter, code int, v any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	w.WriteHeader(code)
	return json.NewEncoder(w).Encode(v)
}

// savedAnswer tells the script how saving went.
type savedAnswer struct {
	Version  string            `json:"version,omitempty"`
	Saved    string            `json:"saved,omitempty"`
	Limit    string            `json:"limit,omitempty"`
	Conflict string            `json:"conflict,omitempty"`
	Bad      map[string]string `json:"bad,omitempty"`
	Message  string            `json:"message,omitempty"`
	Src      string            `json:"src,omitempty"` // of a picture
	File     string            `json:"file,omitempty"`
}

// autosave keeps what is typed, without files.
func (t *Items) autosave(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	y, err := t.formOf(r, x)
	if err != nil {
		return err
	}
	delete(y.bad, "note")
	for field, text := range y.c.Check(y.kind, true) {
		y.bad[field] = text
	}
	if len(y.bad) > 0 {
		return answerJSON(w, http.StatusUnprocessableEntity, savedAnswer{Bad: y.bad, Message: "没有自动保存，请先改正标出的地方。"})
	}
	return t.keep(w, r, x, func(x *store.ItemFile, d proactive.Doing) error { return x.Rewrite(d, y.kind, y.c) }, savedAnswer{})
}

// keep runs a verb for the script and tells the version that came of it.
func (t *Items) keep(w http.ResponseWriter, r *http.Request, x *store.ItemFile, verb func(*store.ItemFile, proactive.Doing) error, a savedAnswer) error {
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	by := page.By(r)
	by.Key, by.Reason = page.NewKey(), "" // the form's own key is for the button
	_, err := t.store.WithItem(r.Context(), by, x.ID, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) })
	var no *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		return answerJSON(w, http.StatusConflict, savedAnswer{Conflict: "别人刚保存了这份信息，自动保存已停止。点“保存草稿”可以看到两边的不同，您写的不会丢。"})
	case errors.As(err, &no):
		return answerJSON(w, http.StatusUnprocessableEntity, savedAnswer{Message: no.Text})
	case err != nil:
		return err
	}
	if x, err = t.drafted(r); err != nil {
		return err
	}
	a.Version, a.Saved = strconv.FormatInt(x.Version, 10), clock(x.Saved)
	if l, _, err := t.limitOf(r, x.Kind, x.Content.Made, x.Backfill); err == nil && l.Date != "" {
		a.Limit = l.Tag.Text + "（" + l.Date + "）"
	}
	return answerJSON(w, http.StatusOK, a)
}

// clock is the time of day in Beijing.
func clock(at time.Time) string { return at.In(law.Beijing).Format("15:04") }

// clean gives a paste as html that the editor may take, and says what was dropped.
func (t *Items) clean(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	b, dropped := rich.FromHTML(r.FormValue("html"), imagesOf(x))
	said := []string{}
	for _, d := range dropped {
		said = append(said, d.Sentence())
	}
	return answerJSON(w, http.StatusOK, struct {
		HTML    string   `json:"html"`
		Dropped []string `json:"dropped"`
	}{strings.TrimSpace(b.HTML(func(f int64) string { return draftFileAt(x.ID, f) })), said})
}

// addPicture keeps a picture and tells its address; the script puts it where the
// caret is.
func (t *Items) addPicture(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	if !x.Editable() {
		return answerJSON(w, http.StatusConflict, savedAnswer{Conflict: "这份信息现在不能修改。"})
	}
	f, bad, err := t.putPicture(r, x.ID)
	if err != nil {
		return err
	}
	if bad != "" {
		return answerJSON(w, http.StatusUnprocessableEntity, savedAnswer{Message: bad})
	}
	return t.keep(w, r, x, func(x *store.ItemFile, d proactive.Doing) error {
		c := x.Content
		if len(c.Files) >= proactive.MaxFiles {
			return act.Refuse(fmt.Sprintf("附件和图片最多%d个。", proactive.MaxFiles))
		}
		c.Files = append(c.Files[:len(c.Files):len(c.Files)], f)
		return x.Rewrite(d, x.Kind, c)
	}, savedAnswer{Src: draftFileAt(x.ID, f.ID), File: strconv.FormatInt(f.ID, 10)})
}

// draftFile gives a file of the text in work to those who may see it.
func (t *Items) draftFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	file, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	f, rc, err := t.store.OpenDraftFile(r.Context(), page.VisitOf(r).Viewer, id, file)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, f.Type, f.Size, rc)
}

// bytesOf reads a private file.
func (t *Items) bytesOf(r *http.Request, id int64) ([]byte, error) {
	_, f, err := t.store.OpenPrivate(r.Context(), id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
