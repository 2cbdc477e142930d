package items

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) heldRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/held", Verb: org.SeeItems, Serve: t.held},
		{Pattern: "POST /desk/items/held", Verb: org.ReviewItems, Body: 512 << 10, Serve: t.reviewHeld},
		{Pattern: "GET /desk/items/held/list/{format}", Verb: org.SeeItems, Serve: t.heldSheet},
	}
}

type heldPage struct {
	page.Base
	Key     string
	Due     bool // only what is due
	Rows    []heldRow
	May     bool
	Next    page.Field
	Failure string
	Kept    int
	Failed  []page.Link
	Pager   page.Pager
}

type heldRow struct {
	ID           int64
	Version      int64
	What         page.Link
	DocNo, Organ string
	Ground, Cite string
	Made         string
	Limit        page.Limit
	Chosen, Why  string
	May          bool
}

var heldTemplate = page.NewTemplate(templates, "templates/held.html")

// heldAhead is from how many days before it a look again counts as due.
const heldAhead = 30

func (t *Items) held(w http.ResponseWriter, r *http.Request) error {
	return t.showHeld(w, r, http.StatusOK, heldPage{})
}

func (t *Items) heldRows(r *http.Request, due bool, before int64) ([]store.ItemRow, error) {
	q := store.ItemQuery{Stage: proactive.Withheld, Limit: 100, Before: before}
	if due {
		q.ReviewBy = t.cfg.Today().AddDays(heldAhead)
	}
	return t.store.Items(r.Context(), page.VisitOf(r).Viewer, q)
}

func (t *Items) showHeld(w http.ResponseWriter, r *http.Request, code int, p heldPage) error {
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	p.Base, p.Key, p.Due = t.base(r, "held", "不主动公开信息"), page.NewKey(), r.FormValue("due") != ""
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = crumbs()
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64)
	rows, err := t.heldRows(r, p.Due, before)
	if err != nil {
		return err
	}
	reviews := v.Scope(org.ReviewItems).Homes()
	for _, x := range rows {
		l := heldRow{ID: x.ID, Version: x.Version, What: page.Link{Text: x.Title, Href: itemHref(x.ID)}, DocNo: x.DocNo, Organ: x.OrganName, Ground: x.Ground.Chinese(), Cite: x.Ground.Cite().Article, Made: x.Made.String(),
			Limit: page.LimitOf(cal, today, x.ReviewBy, "", warnDays), Chosen: r.PostFormValue(fmt.Sprintf("r%d", x.ID)), Why: r.PostFormValue(fmt.Sprintf("w%d", x.ID))}
		l.Limit.Trace = nil
		l.May = len(reviews) > 0
		p.May = p.May || l.May
		p.Rows = append(p.Rows, l)
	}
	if len(rows) == 100 {
		p.Pager.Next = page.With("/desk/items/held", "due", r.FormValue("due"), "before", strconv.FormatInt(rows[len(rows)-1].ID, 10))
	}
	p.Next = page.Field{Name: "next", Label: "仍不公开的，下次评估审查", Kind: "date", Value: today.AddDays(365).String()}
	if s := r.PostFormValue("next"); s != "" {
		p.Next.Value = s
	}
	return page.RenderStatus(w, r, code, heldTemplate, p)
}

// reviewHeld registers the looks at several items, each with its reason.
func (t *Items) reviewHeld(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	base, today := page.By(r), t.cfg.Today()
	next, err := law.ParseDate(strings.TrimSpace(r.PostFormValue("next")))
	if err != nil || !next.After(today) || next.After(today.AddDays(3*366)) {
		return t.showHeld(w, r, http.StatusUnprocessableEntity, heldPage{Failure: "请写下次评估审查的日期：晚于今天，三年以内，如 " + today.AddDays(365).String() + "。"})
	}
	p := heldPage{}
	asked := 0
	for name := range r.PostForm {
		id, err := strconv.ParseInt(strings.TrimPrefix(name, "r"), 10, 64)
		how := r.PostFormValue(name)
		if err != nil || !strings.HasPrefix(name, "r") || how != "keep" && how != "open" {
			continue
		}
		if asked++; asked > 100 {
			return &page.Input{Text: "一次最多登记100件，请分几次。"}
		}
		num := strconv.FormatInt(id, 10)
		by := base
		by.Reason = clip(strings.TrimSpace(r.PostFormValue("w"+num)), 300)
		if by.Key != "" {
			by.Key = clip(by.Key, 60) + "-" + num
		}
		version, _ := strconv.ParseInt(r.PostFormValue("v"+num), 10, 64)
		_, err = t.store.WithItem(r.Context(), by, id, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			if by.Reason == "" {
				return act.Refuse("请写明评估审查的理由。")
			}
			return x.ReReview(d, how == "open", next)
		})
		var no *act.Refusal
		switch {
		case err == nil:
			p.Kept++
			continue
		case errors.As(err, &no):
		case errors.Is(err, store.ErrConflict):
			no = act.Refuse("别人刚刚办理了这一件，请刷新后再看。")
		default:
			return err
		}
		x, err := t.store.Item(r.Context(), base.Viewer, id)
		if err != nil {
			return err
		}
		p.Failed = append(p.Failed, page.Link{Text: titleOf(x), Href: itemHref(id), Key: no.Text})
	}
	switch {
	case asked == 0:
		return t.showHeld(w, r, http.StatusUnprocessableEntity, heldPage{Failure: "请至少对一件选择结论。"})
	case len(p.Failed) > 0:
		return t.showHeld(w, r, http.StatusUnprocessableEntity, p)
	}
	return page.Done(w, r, "/desk/items/held", "rereviewed", store.Done{})
}

// heldSheet prints the register.
func (t *Items) heldSheet(w http.ResponseWriter, r *http.Request) error {
	var list []store.ItemRow
	for before := int64(0); len(list) < 5000; {
		rows, err := t.heldRows(r, false, before)
		if err != nil {
			return err
		}
		list = append(list, rows...)
		if len(rows) < 100 {
			break
		}
		before = rows[len(rows)-1].ID
	}
	table := reporting.LetterTable{Caption: fmt.Sprintf("共%d件", len(list)), Head: []string{"序号", "标题", "文号", "成文日期", "理由和依据", "下次评估审查"}, Shares: []float64{0.7, 4, 1.8, 1.4, 2.4, 1.5}}
	for i, x := range list {
		table.Rows = append(table.Rows, []string{strconv.Itoa(i + 1), x.Title, x.DocNo, x.Made.String(), x.Ground.Chinese() + "（" + x.Ground.Cite().Article + "）", x.ReviewBy.String()})
	}
	l := reporting.Letter{Title: "不主动公开信息登记簿", Tables: []reporting.LetterTable{table}, Dated: t.cfg.Today()}
	if len(list) > 0 {
		l.From = list[0].OrganName
	}
	return page.Send(w, l.Title, r.PathValue("format"), page.Writers{
		"docx": func(to io.Writer) error { return render.Letter(to, l) },
		"pdf":  func(to io.Writer) error { return render.LetterPDF(to, l, t.cfg.Fonts) },
	}, nil)
}
