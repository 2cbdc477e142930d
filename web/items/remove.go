package items

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) removeRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/{id}/remove", Verb: org.RemoveItems, Serve: t.removeForm},
		{Pattern: "POST /desk/items/{id}/remove", Verb: org.RemoveItems, Serve: t.remove},
		{Pattern: "GET /desk/items/{id}/sealed", Verb: org.OpenSealed, Serve: t.sealed},
		{Pattern: "GET /desk/items/{id}/sealed/{file}", Verb: org.OpenSealed, Serve: t.sealedFile},
	}
}

type removePage struct {
	page.Base
	X       *store.ItemFile
	Key     string
	Causes  []causeLine
	Failure string
	Changed bool
}

type causeLine struct {
	Value, Text, Duty string
	Checked           bool
}

var removeTemplate = page.NewTemplate(templates, "templates/remove.html")

func (t *Items) removeForm(w http.ResponseWriter, r *http.Request) error {
	return t.showRemove(w, r, http.StatusOK, "", false)
}

func (t *Items) showRemove(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	if !x.May(page.VisitOf(r).Viewer, org.RemoveItems) {
		return store.Forbidden(org.RemoveItems)
	}
	if !x.Can(act.ItemRemoved) { // it is gone already, or never was public
		http.Redirect(w, r, itemHref(x.ID), http.StatusSeeOther)
		return nil
	}
	p := removePage{Base: t.base(r, "items", "紧急撤下"), X: x, Key: page.NewKey(), Failure: failure, Changed: changed}
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = append(crumbs(), page.Link{Text: clip(titleOf(x), 20), Href: itemHref(x.ID)})
	duties := map[proactive.Cause]string{proactive.StateSecret: "立即补救并及时向保密行政管理部门报告（保守国家秘密法）", proactive.WorkSecret: "采取补救措施，按规定报告（保守国家秘密法第六十四条）", proactive.PersonalData: "立即补救，通知履行个人信息保护职责的部门和个人（个人信息保护法第五十七条）"}
	for _, c := range proactive.Causes() {
		p.Causes = append(p.Causes, causeLine{string(c), c.Chinese(), duties[c], r.PostFormValue("cause") == string(c)})
	}
	return page.RenderStatus(w, r, code, removeTemplate, p)
}

// remove 紧急撤下: one person, at once.
func (t *Items) remove(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	if !x.May(page.VisitOf(r).Viewer, org.RemoveItems) {
		return store.Forbidden(org.RemoveItems)
	}
	cause := proactive.Cause(r.PostFormValue("cause"))
	if cause.Chinese() == "" {
		return t.showRemove(w, r, http.StatusUnprocessableEntity, "请选择撤下的原因。", false)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	by := page.By(r)
	by.Reason = "" // nothing of it is said anywhere
	d, err := t.store.RemoveItem(r.Context(), by, x.ID, version, cause)
	if errors.Is(err, store.ErrConflict) { // whoever was faster did not make it less urgent
		if x, err = t.itemOf(r); err != nil {
			return err
		}
		if x.Can(act.ItemRemoved) {
			d, err = t.store.RemoveItem(r.Context(), by, x.ID, x.Version, cause)
		}
	}
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return t.showRemove(w, r, http.StatusUnprocessableEntity, no.Text, false)
	case errors.Is(err, store.ErrConflict):
		return t.showRemove(w, r, http.StatusConflict, "", true)
	case err != nil:
		return err
	}
	return page.Done(w, r, itemHref(x.ID), "emergency", d)
}

type sealedPage struct {
	page.Base
	X     *store.ItemFile
	Texts []sealedText
}

type sealedText struct {
	Title, DocNo string
	Text         template.HTML
	Files        []page.Link
}

var sealedTemplate = page.NewTemplate(templates, "templates/sealed.html")

// sealed shows the sealed copy to the secrecy officer. That he read it is logged.
func (t *Items) sealed(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	versions, err := t.store.SealedItem(r.Context(), page.By(r), x.ID)
	if err != nil {
		return err
	}
	p := sealedPage{Base: t.base(r, "items", "封存件 "+x.Number), X: x}
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = append(crumbs(), page.Link{Text: titleOf(x), Href: itemHref(x.ID)})
	at := itemHref(x.ID) + "/sealed/"
	for i, c := range versions {
		if i > 0 && i == len(versions)-1 && c.Title == versions[i-1].Title && c.Body.Text() == versions[i-1].Body.Text() {
			break // the text in work was the public one
		}
		s := sealedText{Title: c.Title, DocNo: c.DocNo, Text: template.HTML(c.Body.HTML(func(f int64) string { return at + strconv.FormatInt(f, 10) }))} // package rich answers for it
		for _, f := range c.Attached() {
			s.Files = append(s.Files, page.Link{Text: f.Name, Href: at + strconv.FormatInt(f.ID, 10)})
		}
		p.Texts = append(p.Texts, s)
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return page.Render(w, r, sealedTemplate, p)
}

func (t *Items) sealedFile(w http.ResponseWriter, r *http.Request) error {
	id, file, err := pathFile(r)
	if err != nil {
		return err
	}
	f, in, err := t.store.OpenSealedFile(r.Context(), page.By(r), id, file)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, in.Type, in.Size, in)
}
