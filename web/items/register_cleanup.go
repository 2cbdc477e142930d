package items

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

type cleanupsPage struct {
	page.Base
	Organs  []page.Option
	Organ   int64
	Failure string
	Rows    []cleanupRow
	May     bool
	Fields  []page.Field
}

type cleanupRow struct {
	What           page.Link
	Due, Closed    string
	Total, Decided int
	State          page.Tag
}

var cleanupsTemplate = page.NewTemplate(templates, "templates/cleanups.html")

func (t *Items) cleanups(w http.ResponseWriter, r *http.Request) error {
	return t.cleanupsShow(w, r, http.StatusOK, "")
}

func (t *Items) cleanupsShow(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	list, err := t.store.Cleanups(r.Context(), v, o.ID)
	if err != nil {
		return err
	}
	p := cleanupsPage{Base: t.catBase(r, "register", "规范性文件清理", page.Link{Text: "规范性文件库", Href: page.With("/desk/register", "organ", fmt.Sprint(o.ID))}), Organs: options, Organ: o.ID, Failure: failure, May: org.May(v, org.EditCatalogue, o.Subject())}
	for _, c := range list {
		row := cleanupRow{What: page.Link{Text: c.Title, Href: fmt.Sprintf("/desk/cleanups/%d", c.ID)}, Due: c.Due.String(), Closed: c.Closed.String(), Total: c.Total, Decided: c.Decided, State: page.Tag{Tone: "warn", Text: "进行中"}}
		if !c.Closed.IsZero() {
			row.State = page.Tag{Tone: "ok", Text: "已完成"}
		}
		p.Rows = append(p.Rows, row)
	}
	p.Fields = []page.Field{{Name: "title", Label: "名称", Required: true, Max: 100, Value: r.PostFormValue("title"), Hint: fmt.Sprintf("例如：%d年行政规范性文件清理", t.cfg.Today().Year)}, {Name: "basis", Label: "依据", Max: 200, Value: r.PostFormValue("basis"), Hint: "部署清理的通知"}, {Name: "due", Label: "完成期限", Kind: "date", Value: r.PostFormValue("due")}}
	return page.RenderStatus(w, r, code, cleanupsTemplate, p)
}

func (t *Items) cleanupOpen(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	c := proactive.Cleanup{Organ: o.ID, Title: strings.TrimSpace(r.PostFormValue("title")), Basis: strings.TrimSpace(r.PostFormValue("basis")), Due: catDay(r, "due", bad)}
	for _, why := range bad {
		return t.cleanupsShow(w, r, http.StatusUnprocessableEntity, why)
	}
	d, err := t.store.OpenCleanup(r.Context(), page.By(r), c)
	if err != nil {
		if code, message, ok := catSay(err); ok {
			return t.cleanupsShow(w, r, code, message)
		}
		return err
	}
	return page.Done(w, r, "/desk/cleanups/"+d.Answer, "created", d)
}

type cleanupPage struct {
	page.Base
	C       store.CleanupRow
	Failure string
	State   page.Tag
	Due     string
	Rows    []cleanupLine
	Open    int
	May     bool
	Result  string
	Sums    []fiveRow
}

type cleanupLine struct {
	What    page.Link
	ID      int64
	DocNo   string
	Made    string
	Verdict string
	Options []page.Option
	Reason  string
	Warning string
}

var cleanupTemplate = page.NewTemplate(templates, "templates/cleanup.html")

func (t *Items) cleanup(w http.ResponseWriter, r *http.Request) error {
	return t.cleanupShow(w, r, http.StatusOK, "")
}

func (t *Items) cleanupShow(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	c, err := t.store.Cleanup(r.Context(), v, id)
	if err != nil {
		return err
	}
	o, err := t.store.Organ(r.Context(), c.Organ)
	if err != nil {
		return err
	}
	organ := fmt.Sprint(c.Organ)
	p := cleanupPage{Base: t.catBase(r, "register", c.Title, page.Link{Text: "规范性文件库", Href: page.With("/desk/register", "organ", organ)}, page.Link{Text: "清理", Href: page.With("/desk/cleanups", "organ", organ)}), C: c, Failure: failure, Open: c.Open(), State: page.Tag{Tone: "warn", Text: "进行中"},
		May: c.Closed.IsZero() && org.May(v, org.EditCatalogue, o.Subject())}
	if !c.Due.IsZero() {
		p.Due = c.Due.Chinese()
	}
	if !c.Closed.IsZero() {
		p.State = page.Tag{Tone: "ok", Text: c.Closed.Chinese() + "完成"}
	}
	if c.Result != 0 {
		p.Result = fmt.Sprintf("/desk/items/%d", c.Result)
	}
	for _, x := range proactive.Verdicts() {
		n := 0
		for _, e := range c.Entries {
			if e.Verdict == x {
				n++
			}
		}
		p.Sums = append(p.Sums, fiveRow{x.Chinese(), n})
	}
	for _, e := range c.Entries {
		l := cleanupLine{What: page.Link{Text: e.Title, Href: fmt.Sprintf("/desk/register/%d", e.ID)}, ID: e.ID, DocNo: e.DocNo, Made: e.Made.String(), Verdict: e.Verdict.Chinese(), Reason: e.Reason, Warning: e.Warning(t.cfg.Today()), Options: []page.Option{{Text: "未定"}}}
		chosen := string(e.Verdict)
		if r.Method == http.MethodPost && r.PostFormValue("version") != "" {
			chosen, l.Reason = r.PostFormValue(fmt.Sprintf("verdict-%d", e.ID)), r.PostFormValue(fmt.Sprintf("reason-%d", e.ID))
		}
		for _, x := range proactive.Verdicts() {
			l.Options = append(l.Options, page.Option{Value: string(x), Text: x.Chinese(), Selected: string(x) == chosen})
		}
		p.Rows = append(p.Rows, l)
	}
	return page.RenderStatus(w, r, code, cleanupTemplate, p)
}

func (t *Items) cleanupDecide(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	c, err := t.store.Cleanup(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	var list []store.CleanupDecision
	for _, e := range c.Entries {
		v := proactive.Verdict(r.PostFormValue(fmt.Sprintf("verdict-%d", e.ID)))
		if v != "" && slices.Contains(proactive.Verdicts(), v) {
			list = append(list, store.CleanupDecision{Entry: e.ID, Verdict: v, Reason: clip(strings.TrimSpace(r.PostFormValue(fmt.Sprintf("reason-%d", e.ID))), 200)})
		}
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is an old version
	d, err := t.store.DecideCleanup(r.Context(), page.By(r), id, version, list)
	if err != nil {
		if code, message, ok := catSay(err); ok {
			return t.cleanupShow(w, r, code, message)
		}
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/cleanups/%d", id), "saved", d)
}

func (t *Items) cleanupClose(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("at"), 10, 64) // what is no number is an old version
	d, err := t.store.CloseCleanup(r.Context(), page.By(r), id, version)
	if err != nil {
		if code, message, ok := catSay(err); ok {
			return t.cleanupShow(w, r, code, message)
		}
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/cleanups/%d", id), "cleaned", d)
}
