package outlets

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Outlets) placeRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/places", Verb: org.SeeItems, Serve: t.places},
		{Pattern: "GET /desk/places/{id}", Verb: org.EditOutlets, Serve: t.place},
		{Pattern: "POST /desk/places/{id}", Verb: org.EditOutlets, Serve: t.placeSave},
		{Pattern: "GET /desk/copies", Verb: org.SeeItems, Serve: t.copies},
		{Pattern: "POST /desk/copies", Verb: org.EditOutlets, Serve: t.copiesGive},
		{Pattern: "POST /desk/copies/{id}", Verb: org.EditOutlets, Serve: t.copiesReceive},
		{Pattern: "GET /desk/needs", Verb: org.SeeItems, Serve: t.needs},
	}
}

func placeTabs() []page.Link {
	return []page.Link{{Key: "places", Text: "查阅点、专区", Href: "/desk/places"}, {Key: "copies", Text: "指南发放", Href: "/desk/copies"}, {Key: "needs", Text: "需求分析", Href: "/desk/needs"}}
}

type placesPage struct {
	page.Base
	Tabs     []page.Link
	Tab      string
	Year     int
	Years    []page.Option
	Rows     []store.PlaceRow
	Sum      store.PlaceRow
	Sentence string
	May      bool
	Today    law.Date
}

var placesTemplate = page.NewTemplate(templates, "templates/places.html")

// year is the year that a page is about, with the years to choose from.
func (t *Outlets) year(r *http.Request) (int, []page.Option) {
	now := t.cfg.Today().Year
	y, err := strconv.Atoi(r.FormValue("year"))
	if err != nil || y < now-10 || y > now {
		y = now
	}
	var out []page.Option
	for x := now; x > now-6; x-- {
		out = append(out, page.Option{Value: strconv.Itoa(x), Text: fmt.Sprintf("%d年", x), Selected: x == y})
	}
	return y, out
}

func (t *Outlets) places(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := placesPage{Base: t.base(r, "places", "查阅点、专区"), Tabs: placeTabs(), Tab: "places", May: org.Able(v, org.EditLedgers), Today: t.cfg.Today()}
	p.Year, p.Years = t.year(r)
	var err error
	if p.Rows, err = t.store.Places(r.Context(), v, p.Year); err != nil {
		return err
	}
	for _, x := range p.Rows {
		p.Sum.Persons, p.Sum.Items, p.Sum.Prints = p.Sum.Persons+x.Persons, p.Sum.Items+x.Items, p.Sum.Prints+x.Prints
	}
	if p.Sum.Persons > 0 {
		p.Sentence = fmt.Sprintf("设有政府信息查阅场所%d处，%d年接待群众%d人次，查阅信息%d条。", len(p.Rows), p.Year, p.Sum.Persons, p.Sum.Items)
	}
	return page.Render(w, r, placesTemplate, p)
}

// placeOf is the place of the address that the viewer may change.
func (t *Outlets) placeOf(r *http.Request) (store.PlaceRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.PlaceRow{}, err
	}
	list, err := t.store.Places(r.Context(), page.VisitOf(r).Viewer, t.cfg.Today().Year)
	if err != nil {
		return store.PlaceRow{}, err
	}
	i := slices.IndexFunc(list, func(x store.PlaceRow) bool { return x.Equipment == id })
	switch {
	case i < 0:
		return store.PlaceRow{}, page.ErrNotFound
	case !list[i].Edits:
		return store.PlaceRow{}, store.Forbidden(org.EditOutlets)
	}
	return list[i], nil
}

func (t *Outlets) placeForm(r *http.Request, x store.PlaceRow) entry {
	p := t.entry(r, "places", x.Name+"：对外信息", "/desk/places", x.Version, page.Link{Text: "查阅点、专区", Href: "/desk/places"})
	p.Intro = "这里写的内容，勾选“对外公布”后显示在公众网站的“政府信息查阅场所”页面。接待、检查和设备在设备场所台账里登记。"
	p.row(page.Field{Name: "address", Label: "地址", Max: 120, Value: sent(r, "address", x.Address), Hint: "写到门牌，例如：青石镇政府路1号便民服务中心"}, page.Field{Name: "hours", Label: "开放时间", Max: 120, Value: sent(r, "hours", x.Hours), Hint: "例如：工作日8:30—12:00，14:00—17:30"})
	p.row(page.Field{Name: "phone", Label: "电话", Max: 40, Value: sent(r, "phone", x.Phone), Hint: "单位的电话"}, page.Field{Name: "staff", Label: "服务人员", Max: 60, Value: sent(r, "staff", x.Staff), Hint: "写岗位，例如：综合窗口工作人员"})
	chosen := sentAll(r, "zones", x.Zones)
	var zones []page.Option
	for _, z := range store.Zones() {
		zones = append(zones, page.Option{Value: z, Text: z, Selected: slices.Contains(chosen, z)})
	}
	p.choose("政务公开专区设有", "zones", zones)
	shown := ""
	if x.Shown {
		shown = "1"
	}
	p.row(page.Field{Name: "shown", Label: "对外公布", Kind: "checkbox", Value: sent(r, "shown", shown)})
	return p
}

func (t *Outlets) place(w http.ResponseWriter, r *http.Request) error {
	x, err := t.placeOf(r)
	if err != nil {
		return err
	}
	return t.placeForm(r, x).render(w, r, nil, "", false)
}

func (t *Outlets) placeSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	x, err := t.placeOf(r)
	if err != nil {
		return err
	}
	n := store.ReadingPlace{Equipment: x.Equipment, Address: word(r, "address"), Hours: word(r, "hours"), Phone: word(r, "phone"), Staff: word(r, "staff"), Shown: r.PostFormValue("shown") != "", Version: number(r.PostFormValue("version"))}
	for _, z := range r.PostForm["zones"] {
		if slices.Contains(store.Zones(), z) {
			n.Zones = append(n.Zones, z)
		}
	}
	d, err := t.store.SavePlace(r.Context(), page.By(r), n)
	refusal, conflict, rest := failed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return t.placeForm(r, x).render(w, r, nil, refusal, conflict)
	}
	return page.Done(w, r, "/desk/places", "saved", d)
}

type copiesPage struct {
	page.Base
	Tabs    []page.Link
	Tab     string
	Year    int
	Years   []page.Option
	Rows    []store.GuideCopies
	Copies  int
	Open    int // without a receipt
	May     bool
	Failure string
	Changed bool
	Key     string
	Fields  []page.Field
	List    page.Field
	Today   string
}

var copiesTemplate = page.NewTemplate(templates, "templates/copies.html")

func (t *Outlets) copies(w http.ResponseWriter, r *http.Request) error {
	return t.copiesAgain(w, r, http.StatusOK, "", false)
}

func (t *Outlets) copiesAgain(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v := page.VisitOf(r).Viewer
	p := copiesPage{Base: t.base(r, "places", "指南发放"), Tabs: placeTabs(), Tab: "copies", May: org.Able(v, org.EditOutlets), Failure: failure, Changed: changed, Key: page.NewKey(), Today: t.cfg.Today().String()}
	p.Year, p.Years = t.year(r)
	var err error
	if p.Rows, err = t.store.Copies(r.Context(), v, p.Year); err != nil {
		return err
	}
	for _, x := range p.Rows {
		if p.Copies += x.Copies; x.Received.IsZero() {
			p.Open++
		}
	}
	if p.May {
		organs, _, err := t.organs(r, org.EditOutlets, number(r.FormValue("organ")))
		if err != nil {
			return err
		}
		p.Fields = []page.Field{{Name: "organ", Label: "发放的机关", Kind: "select", Options: organs}, {Name: "what", Label: "材料", Max: 60, Value: sent(r, "what", "政府信息公开指南")}, {Name: "on", Label: "发放日期", Kind: "date", Value: sent(r, "on", p.Today)}}
		p.List = page.Field{Name: "list", Label: "发到哪里、几份", Kind: "textarea", Rows: 5, Value: sent(r, "list", ""), Hint: "一行一个，先写村或窗口，再写份数，例如：下河村 50"}
	}
	return page.RenderStatus(w, r, code, copiesTemplate, p)
}

var packLine = regexp.MustCompile(`^(.*?)[\s,，、:：]+(\d{1,6})\s*份?$`)

func (t *Outlets) copiesGive(w http.ResponseWriter, r *http.Request) error {
	bad := map[string]string{}
	on := day(r, "on", bad)
	if m := bad["on"]; m != "" {
		return t.copiesAgain(w, r, http.StatusUnprocessableEntity, m, false)
	}
	var list []store.GuideCopies
	for l := range strings.Lines(sent(r, "list", "")) {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		m := packLine.FindStringSubmatch(l)
		if m == nil || len(list) > 200 {
			return t.copiesAgain(w, r, http.StatusUnprocessableEntity, "“"+clip(l, 30)+"”应当先写村或窗口，空一格，再写份数，例如：下河村 50。", false)
		}
		n, _ := strconv.Atoi(m[2]) // at most six digits
		list = append(list, store.GuideCopies{Organ: number(r.PostFormValue("organ")), What: word(r, "what"), Receiver: strings.TrimSpace(m[1]), Copies: n, On: on})
	}
	d, err := t.store.GiveCopies(r.Context(), page.By(r), list)
	return t.copiesDone(w, r, d, err, "saved")
}

func (t *Outlets) copiesReceive(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	on := day(r, "received", bad)
	if m := bad["received"]; m != "" {
		return t.copiesAgain(w, r, http.StatusUnprocessableEntity, m, false)
	}
	d, err := t.store.ReceiveCopies(r.Context(), page.By(r), id, number(r.PostFormValue("version")), on, word(r, "signer"))
	return t.copiesDone(w, r, d, err, "saved")
}

func (t *Outlets) copiesDone(w http.ResponseWriter, r *http.Request, d store.Done, err error, done string) error {
	refusal, conflict, rest := failed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return t.copiesAgain(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return t.copiesAgain(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	return page.Done(w, r, "/desk/copies", done, d)
}

type needsPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Needs store.Needs
	Year  int
	Years []page.Option
}

var needsTemplate = page.NewTemplate(templates, "templates/needs.html")

func (t *Outlets) needs(w http.ResponseWriter, r *http.Request) error {
	p := needsPage{Base: t.base(r, "places", "需求分析"), Tabs: placeTabs(), Tab: "needs"}
	p.Year, p.Years = t.year(r)
	var err error
	if p.Needs, err = t.store.Needs(r.Context(), page.VisitOf(r).Viewer, p.Year); err != nil {
		return err
	}
	return page.Render(w, r, needsTemplate, p)
}
