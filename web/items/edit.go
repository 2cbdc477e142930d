package items

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"gongkai/act"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

// shownForm is what a form is shown again with.
type shownForm struct {
	y       typed
	again   bool // what was typed is shown, not what is kept
	failure string
	told    string // what was done, where the page is not led to
	lacks   bool   // something is missing for review
	theirs  bool   // somebody else saved meanwhile
	masked  []maskRow
	find    bool
}

// edit shows the form of a text in work, or why there is none.
func (t *Items) edit(w http.ResponseWriter, r *http.Request) error {
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	if !x.Editable() {
		return t.showState(w, r, http.StatusOK, x, "")
	}
	return t.showEdit(w, r, http.StatusOK, x, shownForm{y: typed{kind: x.Kind, c: x.Content}})
}

// drafted is the item of the address, for somebody who may edit it.
func (t *Items) drafted(r *http.Request) (*store.ItemFile, error) {
	x, err := t.itemOf(r)
	if err != nil {
		return nil, err
	}
	if !x.May(page.VisitOf(r).Viewer, org.EditItems) {
		return nil, act.Refuse("这份信息由" + x.OrganName + "起草、修改，您没有这个机关的起草岗位。")
	}
	return x, nil
}

// editAct does what a button of the form asks.
func (t *Items) editAct(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	if !x.Editable() {
		return t.showState(w, r, http.StatusConflict, x, "在您填写期间，这份信息已经"+x.Where()+"，不能再修改。")
	}
	y, err := t.formOf(r, x)
	if err != nil {
		return err
	}
	again := func(code int, s shownForm) error {
		s.y, s.again = y, true
		return t.showEdit(w, r, code, x, s)
	}
	switch r.FormValue("do") {
	case "kind":
		if y.c.Category == "" || y.c.Category == x.Kind.Category() {
			y.c.Category = y.kind.Category()
		}
		return again(http.StatusOK, shownForm{})
	case "find":
		return again(http.StatusOK, shownForm{find: true})
	case "mask":
		rows, err := t.mask(r, x, &y)
		if err != nil {
			return err
		}
		return again(http.StatusOK, shownForm{masked: rows, told: maskedText(len(rows))})
	case "picture":
		if bad, err := t.pictureInto(r, x, &y); err != nil || bad != "" {
			if err == nil {
				y.bad["picture"] = bad
				err = again(http.StatusUnprocessableEntity, shownForm{})
			}
			return err
		}
	case "save", "submit":
		trim(&y.c)
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for field, text := range y.c.Check(y.kind, true) {
		y.bad[field] = text
	}
	if len(y.bad) > 0 {
		return again(http.StatusUnprocessableEntity, shownForm{failure: "还没有保存：下面标出的地方要改正。"})
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	submit := r.FormValue("do") == "submit"
	if submit {
		y.checkWhole(r, x)
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.WithItem(r.Context(), by, x.ID, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
		if err := x.Rewrite(d, y.kind, y.c); err != nil || !submit || len(y.bad) > 0 {
			return err
		}
		return x.Hand(d)
	})
	var no *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		if x, err = t.drafted(r); err != nil {
			return err
		}
		if !x.Editable() {
			return t.showState(w, r, http.StatusConflict, x, "在您填写期间，这份信息已经"+x.Where()+"，您填写的内容没有保存。")
		}
		return again(http.StatusConflict, shownForm{theirs: true})
	case errors.As(err, &no):
		return again(http.StatusUnprocessableEntity, shownForm{failure: no.Text})
	case err != nil:
		return err
	}
	to := "/desk/items/" + r.PathValue("id")
	switch {
	case submit && len(y.bad) > 0:
		if x, err = t.drafted(r); err != nil {
			return err
		}
		return again(http.StatusUnprocessableEntity, shownForm{lacks: true, failure: "内容已经保存为草稿，还不能送审：下面标出的地方要补齐。"})
	case submit:
		return page.Done(w, r, to, "submitted", d)
	}
	to += "/edit"
	if y.offer != 0 {
		to = page.With(to, "offer", strconv.FormatInt(y.offer, 10), "name", r.FormValue("offer_name"))
	}
	return page.Done(w, r, to, "saved", d)
}

// A maskRow is one place that was masked.
type maskRow struct{ Where, Was, Is string }

func maskedText(n int) string {
	if n == 0 {
		return "没有可以遮盖的号码、住址。姓名、健康状况等请自己判断。"
	}
	return "已遮盖" + strconv.Itoa(n) + "处，还没有保存。请逐处核对，再点“保存草稿”。"
}

// mask masks what is personal in what was typed.
func (t *Items) mask(r *http.Request, x *store.ItemFile, y *typed) ([]maskRow, error) {
	z := *x
	z.Content = y.c
	marks, _, err := t.store.Look(r.Context(), &z)
	if err != nil {
		return nil, err
	}
	marks = vetting.Maskable(marks)
	c := &y.c
	c.Title = vetting.MaskText(c.Title, fieldMarks(marks, "title"))
	c.Summary = vetting.MaskText(c.Summary, fieldMarks(marks, "summary"))
	vetting.Mask(&c.Body, marks)
	for name, v := range map[string]string{"title": c.Title, "summary": c.Summary} {
		for _, sent := range []url.Values{r.Form, r.PostForm} { // the form is shown again with what was sent
			if sent.Has(name) {
				sent.Set(name, v)
			}
		}
	}
	var rows []maskRow
	for _, m := range marks {
		if where := fieldName(m.Field); where != "" {
			rows = append(rows, maskRow{where, m.Found, m.Masked})
		}
	}
	return rows, nil
}

func fieldMarks(marks []vetting.Mark, field string) []vetting.Mark {
	var out []vetting.Mark
	for _, m := range marks {
		if m.Field == field {
			out = append(out, m)
		}
	}
	return out
}

// fieldName is the field of a mark that can be masked here, "" for a file.
func fieldName(field string) string {
	return map[string]string{"title": "标题", "summary": "内容概述", "body": "正文"}[field]
}

// pictureInto puts a picture at the end of the text, where there is no script.
func (t *Items) pictureInto(r *http.Request, x *store.ItemFile, y *typed) (bad string, err error) {
	f, bad, err := t.putPicture(r, x.ID)
	if bad != "" || err != nil {
		return bad, err
	}
	y.c.Files = append(y.c.Files, f)
	y.c.Body.Blocks = append(y.c.Body.Blocks, rich.Block{Kind: rich.Picture, Image: &rich.Image{File: f.ID, Alt: clip(oneLine(r.FormValue("picture_alt")), 200)}})
	return "", nil
}

// putPicture keeps the picture of a form.
func (t *Items) putPicture(r *http.Request, id int64) (f proactive.File, bad string, err error) {
	h := firstFile(r, "picture")
	if h == nil {
		return f, "请选择要插入的图片。", nil
	}
	if h.Size > 10<<20 {
		return f, "图片超过10 MB，请压缩后再插入。", nil
	}
	data, bad, err := content(h)
	if bad != "" || err != nil {
		return f, bad, err
	}
	switch http.DetectContentType(data) {
	case "image/png", "image/jpeg", "image/gif":
	default:
		return f, "这不是 PNG、JPG 或 GIF 图片，请另存为其中一种再插入。", nil
	}
	f, bad, err = t.putFile(r, id, pictureName(fileName(h.Filename), http.DetectContentType(data)), data)
	f.Inner = true
	return f, bad, err
}

func pictureName(name, mediaType string) string {
	return keepEnding(name, map[string]string{"image/png": "x.png", "image/jpeg": "x.jpg", "image/gif": "x.gif"}[mediaType])
}
