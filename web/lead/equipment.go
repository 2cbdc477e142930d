package lead

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) equipmentRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/equipment", Verb: org.SeeLedgers, Serve: l.equipmentList},
		{Pattern: "GET /desk/equipment.csv", Verb: org.SeeLedgers, Serve: l.equipmentCSV},
		{Pattern: "GET /desk/equipment/new", Verb: org.EditLedgers, Serve: l.equipmentForm},
		{Pattern: "POST /desk/equipment/new", Verb: org.EditLedgers, Serve: l.equipmentSave},
		{Pattern: "GET /desk/equipment/{id}", Verb: org.SeeLedgers, Serve: l.equipment},
		{Pattern: "POST /desk/equipment/{id}", Verb: org.EditLedgers, Body: ledgerBody, Serve: l.equipmentAct},
		{Pattern: "GET /desk/equipment/{id}/edit", Verb: org.EditLedgers, Serve: l.equipmentForm},
		{Pattern: "POST /desk/equipment/{id}/edit", Verb: org.EditLedgers, Serve: l.equipmentSave},
		{Pattern: "GET /desk/equipment/{id}/photos/{n}", Verb: org.SeeLedgers, Serve: l.equipmentPhoto},
	}
}

type equipmentPage struct {
	page.Base
	Kinds []page.Option
	Q     string
	Due   bool
	Ended bool
	Rows  []equipmentRow
	May   bool
	CSV   string
}

type equipmentRow struct {
	What               page.Link
	Kind, Place, Organ string
	Keeper             string
	State              page.Tag
	Check              page.Limit
}

var equipmentListTemplate = page.NewTemplate(templates, "templates/equipment_list.html")

func (l *Lead) equipmentQuery(r *http.Request) store.EquipmentQuery {
	q := store.EquipmentQuery{Kind: oversight.EquipmentKind(r.FormValue("kind")), Search: ledgerSearch(r), Ended: r.FormValue("ended") != ""}
	if r.FormValue("due") != "" {
		q.Due = l.cfg.Today().AddDays(7)
	}
	return q
}

func (l *Lead) equipmentList(w http.ResponseWriter, r *http.Request) error {
	v, q := page.VisitOf(r).Viewer, l.equipmentQuery(r)
	p := equipmentPage{Base: l.base(r, "ledgers", "设备场所"), Q: q.Search, Due: !q.Due.IsZero(), Ended: q.Ended, May: org.Able(v, org.EditLedgers),
		CSV: page.With("/desk/equipment.csv", "kind", string(q.Kind), "q", q.Search, "due", r.FormValue("due"), "ended", r.FormValue("ended"))}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range oversight.EquipmentKinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == q.Kind})
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	list, err := l.store.EquipmentList(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range list {
		row := equipmentRow{What: page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/equipment/%d", x.ID)}, Kind: x.Kind.Chinese(), Place: x.Place, Organ: x.OrganName, Keeper: x.Held(), State: equipmentTag(x.State)}
		if !x.NextCheck.IsZero() {
			row.Check = days.limit(x.NextCheck, "")
			row.Check.Trace = nil
		}
		p.Rows = append(p.Rows, row)
	}
	return page.Render(w, r, equipmentListTemplate, p)
}

func equipmentTag(s oversight.EquipmentState) page.Tag {
	tone := map[oversight.EquipmentState]string{oversight.InUse: "ok", oversight.InRepair: "warn"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

func (l *Lead) equipmentCSV(w http.ResponseWriter, r *http.Request) error {
	list, err := l.store.EquipmentList(r.Context(), page.VisitOf(r).Viewer, l.equipmentQuery(r))
	if err != nil {
		return err
	}
	rows := [][]string{{"机关", "类别", "名称", "编号", "地点", "保管人", "状态", "启用", "下次检查", "备注"}}
	for _, x := range list {
		rows = append(rows, []string{x.OrganName, x.Kind.Chinese(), x.Name, x.Code, x.Place, x.Held(), x.State.Chinese(), x.Since.String(), x.NextCheck.String(), x.Note})
	}
	return ledgerCSV(w, "equipment.csv", rows)
}

// ledgerCSV sends rows that spreadsheets open as they are.
func ledgerCSV(w http.ResponseWriter, name string, rows [][]string) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	for _, row := range rows {
		for i := range row {
			row[i] = page.SheetText(row[i])
		}
		_ = c.Write(row) // a strings.Builder takes everything
	}
	c.Flush()
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "private, no-store")
	_, err := w.Write([]byte(b.String()))
	return err
}

type equipmentShow struct {
	page.Base
	E        store.EquipmentRow
	State    page.Tag
	Check    page.Limit
	Months   []store.VisitMonth
	Sum      store.VisitMonth
	Year     int
	Key      string
	Failure  string
	Changed  bool
	Do       string
	Visits   bool // it takes visits
	May      bool
	VisitRow []page.Field
	CheckRow []page.Field
	Good     page.Field
	Photo    page.Field
	EndRow   []page.Field
}

var equipmentTemplate = page.NewTemplate(templates, "templates/equipment.html")

func (l *Lead) equipment(w http.ResponseWriter, r *http.Request) error {
	return l.equipmentShow(w, r, http.StatusOK, "", false)
}

func (l *Lead) equipmentShow(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	x, err := l.store.Equipment(ctx, v, id)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(ctx)
	if err != nil {
		return err
	}
	p := equipmentShow{Base: l.base(r, "ledgers", x.Name), E: x, State: equipmentTag(x.State), Key: page.NewKey(), Failure: failure, Changed: changed, May: x.Edits && x.State != oversight.OutOfWork, Year: days.today.Year,
		Visits: x.Kind == oversight.ReadingPoint || x.Kind == oversight.Terminal || x.Kind == oversight.Room}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: "设备场所", Href: "/desk/equipment"}}
	if failure != "" || changed {
		p.Do = r.FormValue("do")
	}
	if !x.NextCheck.IsZero() {
		p.Check = days.limit(x.NextCheck, fmt.Sprintf("每%d个月检查一次", x.Every))
	}
	if p.Visits {
		if p.Months, err = l.store.VisitMonths(ctx, v, id, p.Year); err != nil {
			return err
		}
		for _, m := range p.Months {
			p.Sum.Days, p.Sum.Persons, p.Sum.Items, p.Sum.Prints = p.Sum.Days+m.Days, p.Sum.Persons+m.Persons, p.Sum.Items+m.Items, p.Sum.Prints+m.Prints
		}
	}
	value := func(name, now string) string {
		if p.Do != "" && r.PostForm.Has(name) {
			return r.PostFormValue(name)
		}
		return now
	}
	today := days.today.String()
	p.VisitRow = []page.Field{{Name: "visit_on", Label: "日期", Kind: "date", Value: value("visit_on", today)}, {Name: "persons", Label: "接待人次", Kind: "number", Value: value("persons", "")},
		{Name: "items", Label: "查阅条数", Kind: "number", Value: value("items", "")}, {Name: "prints", Label: "打印页数", Kind: "number", Value: value("prints", "")},
		{Name: "need", Label: "查什么", Max: 200, Value: value("need", ""), Hint: "用于需求分析，不写姓名、电话。"}}
	p.CheckRow = []page.Field{{Name: "check_on", Label: "检查日期", Kind: "date", Value: value("check_on", today)}, {Name: "who", Label: "检查人", Max: 30, Value: value("who", v.Name)},
		{Name: "result", Label: "情况", Max: 500, Value: value("result", ""), Hint: "例如：内容为本季度的，无破损"}}
	good := "1"
	if p.Do == "check" {
		good = r.PostFormValue("good")
	}
	p.Good = page.Field{Name: "good", Label: "完好可用", Kind: "checkbox", Value: good}
	p.Photo = page.Field{Name: "photo", Label: "照片", Kind: "file", Accept: ".jpg,.jpeg,.png", Hint: "JPG 或 PNG，不超过 20 MB。"}
	p.EndRow = []page.Field{{Name: "end_on", Label: "停用日期", Kind: "date", Value: value("end_on", today)}, {Name: "end_why", Label: "原因", Max: 200, Value: value("end_why", ""), Hint: "例如：报废；移交档案室"}}
	return page.RenderStatus(w, r, code, equipmentTemplate, p)
}

func (l *Lead) equipmentAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	x, err := l.store.Equipment(ctx, page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is nobody's version
	bad := map[string]string{}
	var kind, word string
	var verb store.EquipmentVerb
	switch r.FormValue("do") {
	case "visit":
		v := oversight.PlaceVisit{On: ledgerDate(r, "visit_on", bad), Persons: int(ledgerNumber(r, "persons", 10_000, bad)), Items: int(ledgerNumber(r, "items", 100_000, bad)),
			Prints: int(ledgerNumber(r, "prints", 100_000, bad)), Need: r.FormValue("need")}
		kind, word, verb = act.EquipmentVisited, "counted", func(e *oversight.Equipment, d law.Date) error { return e.Visit(v, d) }
	case "check":
		c := oversight.EquipmentCheck{On: ledgerDate(r, "check_on", bad), Who: r.FormValue("who"), Result: r.FormValue("result"), Good: r.FormValue("good") != ""}
		if len(bad) == 0 && x.Edits {
			files, message, err := l.ledgerKeep(r, "photo", store.EquipmentRef(id), true)
			if err != nil {
				return err
			}
			if message != "" {
				bad["photo"] = message
			}
			if len(files) > 0 {
				c.Photo = files[0].ID
			}
		}
		kind, word, verb = act.EquipmentChecked, "checked", func(e *oversight.Equipment, d law.Date) error { return e.Inspect(c, d) }
	case "end":
		on, why := ledgerDate(r, "end_on", bad), r.FormValue("end_why")
		kind, word, verb = act.EquipmentEnded, "retired", func(e *oversight.Equipment, d law.Date) error { return e.Retire(on, why, d) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for _, m := range bad {
		return l.equipmentShow(w, r, http.StatusUnprocessableEntity, m, false)
	}
	d, err := l.store.WithEquipment(ctx, page.By(r), id, version, kind, verb)
	return acted(w, r, d, err, fmt.Sprintf("/desk/equipment/%d", id), word, l.equipmentShow)
}

func (l *Lead) equipmentPhoto(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Equipment(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	for _, c := range x.Checks {
		if n := strconv.FormatInt(c.ID, 10); c.Photo != 0 && n == r.PathValue("n") {
			return l.ledgerSend(w, r, c.Photo, "检查照片-"+c.On.String())
		}
	}
	return page.ErrNotFound
}

// equipmentKept is the entry that a form is about, or an empty one.
func (l *Lead) equipmentKept(r *http.Request) (oversight.Equipment, error) {
	if r.PathValue("id") == "" {
		return oversight.Equipment{State: oversight.InUse, Since: l.cfg.Today()}, nil
	}
	id, err := page.PathID(r)
	if err != nil {
		return oversight.Equipment{}, err
	}
	x, err := l.store.Equipment(r.Context(), page.VisitOf(r).Viewer, id)
	if err == nil && !x.Edits {
		err = store.Forbidden(org.EditLedgers)
	}
	return x.Equipment, err
}

func (l *Lead) equipmentFields(r *http.Request, e oversight.Equipment) (ledgerEntry, error) {
	title, back := "登记设备场所", "/desk/equipment"
	if e.ID != 0 {
		title, back = "修改“"+e.Name+"”", fmt.Sprintf("/desk/equipment/%d", e.ID)
	}
	p := l.ledgerBase(r, title, back, "设备场所")
	if r.Method == http.MethodGet {
		p.Version = e.Version
	}
	value := func(name, kept string) string { return ledgerValue(r, name, kept) }
	var organs []page.Option
	organ := e.Organ
	var err error
	if e.ID == 0 {
		if organs, organ, err = l.ledgerOrgans(r, org.EditLedgers, r.FormValue("organ")); err != nil {
			return p, err
		}
	}
	var kinds, states, people [][2]string
	for _, k := range oversight.EquipmentKinds() {
		kinds = append(kinds, [2]string{string(k), k.Chinese()})
	}
	for _, s := range oversight.EquipmentStates() {
		states = append(states, [2]string{string(s), s.Chinese()})
	}
	if organ != 0 {
		o, err := l.store.Organ(r.Context(), organ)
		if err != nil {
			return p, err
		}
		list, err := l.store.PeopleAt(r.Context(), o.HomeID(), l.cfg.Today())
		if err != nil {
			return p, err
		}
		for _, x := range list {
			people = append(people, [2]string{strconv.FormatInt(x.ID, 10), x.Name})
		}
	}
	choose := func(name, label, hint, value, none string, pairs [][2]string) page.Field {
		return page.Field{Name: name, Label: label, Hint: hint, Kind: "select", Options: ledgerOptions(value, none, pairs...)}
	}
	if e.ID == 0 {
		p.row("", choose("kind", "类别", "", value("kind", string(e.Kind)), "请选择", kinds), page.Field{Name: "organ", Label: "机关", Kind: "select", Options: organs})
	} else {
		p.row("", choose("kind", "类别", "", value("kind", string(e.Kind)), "请选择", kinds))
	}
	p.row("", page.Field{Name: "name", Label: "名称", Max: 60, Value: value("name", e.Name), Required: true, Hint: "例如：便民服务中心查阅点"}, page.Field{Name: "code", Label: "资产编号", Max: 40, Value: value("code", e.Code)})
	p.row("", page.Field{Name: "place", Label: "地点", Max: 80, Value: value("place", e.Place), Required: true, Hint: "例如：便民服务中心一楼大厅"}, choose("state", "状态", "", value("state", string(e.State)), "", states))
	p.row("", choose("keeper", "保管人", "加密计算机必须有专人管理。", value("keeper", strconv.FormatInt(e.Keeper, 10)), "不在名单里", people),
		page.Field{Name: "keeper_name", Label: "保管人姓名", Max: 30, Value: value("keeper_name", e.KeeperName), Hint: "名单里没有的写在这里，例如村文书。"})
	every := ""
	if e.Every > 0 {
		every = strconv.Itoa(e.Every)
	}
	p.row("", page.Field{Name: "since", Label: "启用日期", Kind: "date", Value: value("since", e.Since.String())}, page.Field{Name: "every", Label: "几个月检查一次", Kind: "number", Value: value("every", every), Hint: "公开栏一般每季度（3），不定期检查的不填。"})
	p.row("", page.Field{Name: "note", Label: "备注", Kind: "textarea", Rows: 2, Max: 500, Value: value("note", e.Note)})
	return p, nil
}

func (l *Lead) equipmentForm(w http.ResponseWriter, r *http.Request) error {
	e, err := l.equipmentKept(r)
	if err != nil {
		return err
	}
	p, err := l.equipmentFields(r, e)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

func (l *Lead) equipmentSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	kept, err := l.equipmentKept(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	e := oversight.Equipment{ID: kept.ID, Organ: kept.Organ, Kind: oversight.EquipmentKind(r.FormValue("kind")), Name: strings.TrimSpace(r.FormValue("name")), Code: strings.TrimSpace(r.FormValue("code")),
		Place: strings.TrimSpace(r.FormValue("place")), KeeperName: strings.TrimSpace(r.FormValue("keeper_name")), State: oversight.EquipmentState(r.FormValue("state")),
		Since: ledgerDate(r, "since", bad), Every: int(ledgerNumber(r, "every", 60, bad)), Note: lines(r, "note")}
	e.Keeper, _ = strconv.ParseInt(r.FormValue("keeper"), 10, 64)
	e.Version, _ = strconv.ParseInt(r.FormValue("version"), 10, 64)
	if e.ID == 0 {
		e.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	}
	for k, m := range e.Check(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	again := func(failure string, conflict bool) error {
		p, err := l.equipmentFields(r, kept)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, conflict)
	}
	if len(bad) > 0 {
		return again("", false)
	}
	d, err := l.store.SaveEquipment(r.Context(), page.By(r), e)
	refusal, conflict, rest := ledgerFailed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return again(refusal, conflict)
	}
	return page.Done(w, r, "/desk/equipment/"+d.Answer, "saved", d)
}
