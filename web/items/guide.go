package items

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) guideRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/guide", Verb: org.SeeItems, Serve: t.guide},
		{Pattern: "GET /desk/guide/export", Verb: org.SeeItems, Serve: t.guideExport},
		{Pattern: "POST /desk/guide/draft", Verb: org.EditCatalogue, Serve: t.guideDraft},
		{Pattern: "POST /desk/guide/sign", Verb: org.SeeItems, Serve: t.guideSign},
	}
}

type guidePage struct {
	page.Base
	Organs   []page.Option
	Organ    int64
	Failure  string
	State    page.Tag
	Lacking  string
	Office   string // where the office record is edited
	Shown    *guideShown
	Versions []guideRow
	Edits    bool
	Reviews  bool
	Paper    []page.Field
	Public   string
}

type guideShown struct {
	N         int
	Title     string
	Body      template.HTML
	Draft     bool
	Own       bool // the asker made it
	Version   int64
	Docx, PDF string
}

type guideRow struct {
	N      int
	Made   string
	Signed string
	State  page.Tag
	Href   string
}

var guideTemplate = page.NewTemplate(templates, "templates/guide.html")

// guideTag says how an organ's guide stands.
func (t *Items) guideTag(r *http.Request, organ int64) (page.Tag, error) {
	stale, exists, err := t.store.GuideStale(r.Context(), organ, t.cfg.Today())
	switch {
	case err != nil:
		return page.Tag{}, err
	case !exists:
		return page.Tag{Tone: "err", Text: "还没有签发指南"}, nil
	case stale:
		return page.Tag{Tone: "warn", Text: "办公信息有变化，指南要更新"}, nil
	}
	return page.Tag{Tone: "ok", Text: "与办公信息一致"}, nil
}

func (t *Items) guide(w http.ResponseWriter, r *http.Request) error {
	return t.guideShow(w, r, http.StatusOK, "")
}

func (t *Items) guideShow(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	list, err := t.store.Guides(ctx, v, o.ID)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	p := guidePage{Base: t.catBase(r, "catalogue", "公开指南", catalogueCrumb(o)), Organs: options, Organ: o.ID, Failure: failure, Office: "/desk/organs/" + id, Public: page.GuideHref(catKey(o)),
		Edits: org.May(v, org.EditCatalogue, o.Subject()), Reviews: org.May(v, org.ReviewItems, o.Subject())}
	if p.State, err = t.guideTag(r, o.ID); err != nil {
		return err
	}
	facts, err := t.store.GuideFacts(ctx, o.ID, t.cfg.Today())
	if err != nil {
		return err
	}
	p.Lacking = strings.Join(facts.Lacking(), "、")
	want, _ := strconv.Atoi(r.FormValue("n")) // what is no number is the newest
	signed := false
	for _, g := range list {
		row := guideRow{N: g.N, Made: g.Made.String(), Signed: dayText(g.Signed), Href: page.With("/desk/guide", "organ", id, "n", strconv.Itoa(g.N))}
		switch {
		case g.Signed.IsZero():
			row.State = page.Tag{Tone: "warn", Text: "草稿，待签发"}
		case !signed:
			row.State, signed = page.Tag{Tone: "ok", Text: "现行"}, true
		default:
			row.State = page.Tag{Text: "已由新版代替"}
		}
		p.Versions = append(p.Versions, row)
	}
	if i := max(0, slices.IndexFunc(list, func(g proactive.Guide) bool { return g.N == want })); len(list) > 0 {
		g, n := list[i], strconv.Itoa(list[i].N)
		p.Shown = &guideShown{N: g.N, Title: proactive.GuideTitle(o.Name), Body: template.HTML(g.Body.HTML(nil)), Draft: g.Signed.IsZero(), Own: g.Author == v.Person, Version: g.Version, // written by rich, which escapes
			Docx: page.With("/desk/guide/export", "organ", id, "n", n, "format", "docx"), PDF: page.With("/desk/guide/export", "organ", id, "n", n, "format", "pdf")}
	}
	p.Paper = []page.Field{{Name: "signer", Label: "签批的领导", Required: true, Max: 30, Value: r.PostFormValue("signer"), Hint: "姓名和职务"}, {Name: "paper", Label: "纸上的日期", Kind: "date", Required: true, Value: r.PostFormValue("paper")}}
	return page.RenderStatus(w, r, code, guideTemplate, p)
}

func (t *Items) guideAnswer(w http.ResponseWriter, r *http.Request, word string, d store.Done, err error) error {
	if err == nil {
		return page.Done(w, r, page.With("/desk/guide", "organ", r.PostFormValue("organ")), word, d)
	}
	if code, message, ok := catSay(err); ok {
		return t.guideShow(w, r, code, message)
	}
	return err
}

func (t *Items) guideDraft(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	d, err := t.store.DraftGuide(r.Context(), page.By(r), o.ID)
	return t.guideAnswer(w, r, "saved", d, err)
}

func (t *Items) guideSign(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	by := page.By(r)
	if r.PostFormValue("how") == "paper" {
		bad := map[string]string{}
		on := catDay(r, "paper", bad)
		by.Signer = clip(strings.TrimSpace(r.PostFormValue("signer")), 30)
		switch {
		case bad["paper"] != "":
			return t.guideShow(w, r, http.StatusUnprocessableEntity, bad["paper"])
		case on.IsZero() || on.After(t.cfg.Today()):
			return t.guideShow(w, r, http.StatusUnprocessableEntity, "请写纸上签批的日期，不能晚于今天。")
		}
		by.Paper = &act.Paper{On: on}
	}
	n, _ := strconv.Atoi(r.PostFormValue("n"))                         // what is no number is not found
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // likewise
	d, err := t.store.SignGuide(r.Context(), by, o.ID, n, version)
	return t.guideAnswer(w, r, "guidesigned", d, err)
}

func (t *Items) guideExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Guides(r.Context(), page.VisitOf(r).Viewer, o.ID)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.FormValue("n"))
	i := slices.IndexFunc(list, func(g proactive.Guide) bool { return g.N == n })
	if err != nil || i < 0 {
		return page.ErrNotFound
	}
	return page.SendAsked(w, r, proactive.GuideTitle(o.ShortName()), guideFiles(o, list[i], t.cfg.Fonts))
}

func guideFiles(o org.Organ, g proactive.Guide, fonts []string) page.Writers {
	p := render.GuidePaper(o.Name, g)
	return page.Writers{"docx": func(w io.Writer) error { return render.ItemDocx(w, p) }, "pdf": func(w io.Writer) error { return render.ItemPDF(w, p, fonts) }}
}
