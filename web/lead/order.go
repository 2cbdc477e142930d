package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) orderRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/orders", Verb: org.SeePlans, Serve: l.orders},
		{Pattern: "GET /desk/orders/new", Verb: org.GiveOrders, Serve: l.orderForm},
		{Pattern: "POST /desk/orders/new", Verb: org.GiveOrders, Serve: l.orderGive},
		{Pattern: "GET /desk/orders/{id}", Verb: org.SeePlans, Serve: l.order},
		{Pattern: "POST /desk/orders/{id}/reply", Verb: org.DoPlans, Body: ledgerBody, Serve: l.orderReply},
		{Pattern: "POST /desk/orders/{id}/decide", Verb: org.GiveOrders, Serve: l.orderDecide},
		{Pattern: "GET /desk/orders/{id}/letter/{format}", Verb: org.SeePlans, Time: planExportTime, Serve: l.orderLetter},
		{Pattern: "GET /desk/orderreplies/{id}/file", Verb: org.SeePlans, Serve: l.replyFile},
		{Pattern: "GET /desk/accountability", Verb: org.SeePlans, Serve: l.accounts},
		{Pattern: "GET /desk/accountability/new", Verb: org.GiveOrders, Serve: l.accountForm},
		{Pattern: "POST /desk/accountability/new", Verb: org.GiveOrders, Serve: l.accountKeep},
	}
}

// orderTabs are the pages of rectification.
func orderTabs(current string) []page.Link {
	out := []page.Link{{Key: "orders", Text: "整改通知", Href: "/desk/orders"}, {Key: "accounts", Text: "责任追究", Href: "/desk/accountability"}}
	for i := range out {
		if out[i].Key != current {
			out[i].Key = ""
		}
	}
	return out
}

type ordersPage struct {
	page.Base
	Tabs   []page.Link
	States []page.Option
	Q      string
	Organ  string // narrowed to this organ, kept by the form
	Rows   []orderLine
	Pager  page.Pager
	May    bool
	Empty  string
}

type orderLine struct {
	What                  page.Link
	Number, Organ, Origin string
	Limit                 page.Limit
	State                 page.Tag
}

var ordersTemplate = page.NewTemplate(templates, "templates/orders.html", "templates/plan_parts.html")

// orderPage is how many orders a page lists.
const orderRows = 50

func (l *Lead) orders(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, l.cfg.Today()
	state := r.FormValue("state")
	q := store.OrderQuery{Search: ledgerSearch(r), Organ: planID(r.FormValue("organ")), Limit: orderRows}
	q.After, _ = strconv.ParseInt(r.FormValue("after"), 10, 64) // a damaged mark gives the first page
	p := ordersPage{Base: l.base(r, "orders", "整改"), Tabs: orderTabs("orders"), Q: q.Search, May: org.Able(v, org.GiveOrders), Empty: "没有整改通知。"}
	switch {
	case state == "late":
		q.Late = today
	case state == "all":
	case slices.Contains(oversight.OrderStates(), oversight.OrderState(state)):
		q.State = oversight.OrderState(state)
	default:
		state, q.Open, p.Empty = "", true, "没有未销号的整改通知。"
	}
	p.States = []page.Option{{Value: "", Text: "未销号"}, {Value: "late", Text: "已逾期", Selected: state == "late"}}
	for _, s := range oversight.OrderStates() {
		p.States = append(p.States, page.Option{Value: string(s), Text: s.Chinese(), Selected: state == string(s)})
	}
	p.States = append(p.States, page.Option{Value: "all", Text: "全部", Selected: state == "all"})
	list, err := l.store.Orders(r.Context(), v, q)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	for _, x := range list {
		p.Rows = append(p.Rows, orderLine{What: page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/orders/%d", x.ID)}, Number: x.Number(), Organ: organInHome(x.OrganName, x.HomeName), Origin: x.Source.Chinese(),
			Limit: orderLimit(x.Order, days), State: orderTag(x.Order, today)})
	}
	if q.Organ != 0 {
		p.Organ = fmt.Sprint(q.Organ)
	}
	if len(list) == orderRows {
		p.Pager.Next = page.With("/desk/orders", "state", state, "q", q.Search, "organ", p.Organ, "after", fmt.Sprint(list[len(list)-1].ID))
	}
	return page.Render(w, r, ordersTemplate, p)
}

// organInHome names an 内设机构 or 村 behind the organ it belongs to.
func organInHome(name, home string) string {
	if name == home {
		return name
	}
	return home + " " + name
}

func orderTag(o oversight.Order, today law.Date) page.Tag {
	if n := o.Late(today); n > 0 {
		return page.Tag{Tone: "err", Text: o.State.Chinese() + "，逾期"}
	}
	tone := map[oversight.OrderState]string{oversight.OrderReplied: "warn", oversight.OrderReturned: "err", oversight.OrderAccepted: "ok"}[o.State]
	return page.Tag{Tone: tone, Text: o.State.Chinese()}
}

// orderLimit is the limit of an order; of one that waits or is over only the day.
func orderLimit(o oversight.Order, days ledgerDays) page.Limit {
	basis := "整改通知"
	if o.Due != o.FirstDue {
		basis = "由" + o.FirstDue.Chinese() + "延期"
	}
	if o.Over() || o.State == oversight.OrderReplied {
		return page.Limit{Tag: page.Tag{Text: "期限"}, Date: o.Due.String(), Basis: basis}
	}
	return days.limit(o.Due, basis)
}

type orderFormPage struct {
	page.Base
	Failure, Key, From string
	Origin             []planFact // what it comes from, in words
	Fields             []page.Field
}

var orderFormTemplate = page.NewTemplate(templates, "templates/order_form.html")

func (l *Lead) orderForm(w http.ResponseWriter, r *http.Request) error {
	return l.showOrderForm(w, r, http.StatusOK, "", nil)
}

// An orderOrigin is what an order is to be given for, with what the form can
// take over from it.
type orderOrigin struct {
	source oversight.OrderSource
	ref    string
	organ  int64
	facts  []planFact
	title  string
	text   string
	basis  string
}

// originOf reads what ?from= names: a gap, an opinion of supervision, a task of a
// plan, a complaint. What the viewer may not see names nothing.
func (l *Lead) originOf(r *http.Request) (orderOrigin, error) {
	v, ctx, ref := page.VisitOf(r).Viewer, r.Context(), r.FormValue("from")
	o := orderOrigin{source: oversight.FromOffice}
	kind, rest, _ := strings.Cut(ref, "/")
	id := planID(rest)
	switch kind {
	case "gap":
		g, err := l.store.Gap(ctx, v, id)
		if err != nil {
			return o, err
		}
		s, _ := oversight.GapSourceOf(g.Source)
		o = orderOrigin{source: oversight.FromGap, ref: ref, organ: g.Organ, title: s.Chinese, text: s.Chinese + "：" + strings.TrimRight(g.Text, "。") + "。请查明原因，限期整改。", facts: []planFact{{s.Chinese, g.Text, gapHref(g.Gap)}}}
		if g.Part != 0 {
			o.organ = g.Part
		}
		if g.Answer != "" {
			o.facts = append(o.facts, planFact{Label: "单位的答复", Text: g.Answer})
		}
	case "act":
		list, err := l.store.Entries(ctx, v, store.EntryQuery{ID: id, Limit: 1})
		if err != nil {
			return o, err
		}
		if len(list) == 0 {
			return o, page.ErrNotFound
		}
		e := list[0]
		o = orderOrigin{source: oversight.FromSupervision, ref: ref, organ: e.Act.Organ, title: "落实监督意见", basis: "监督意见"}
		for _, c := range e.Details.Changes {
			o.facts = append(o.facts, planFact{c.Field, c.New, "/desk/log/" + rest})
			o.text = c.New
		}
	case "plantask":
		f, err := l.store.PlanTask(ctx, v, id)
		if err != nil {
			return o, err
		}
		o = orderOrigin{source: oversight.FromPlan, ref: ref, organ: planID(r.FormValue("organ")), title: "工作要点任务未按期完成", text: "要点任务“" + ledgerShort(f.Task.Text, 60) + "”未按期完成，请查明原因，限期整改。",
			basis: f.Plan.Title, facts: []planFact{{"要点任务", f.Task.Text, fmt.Sprintf("/desk/plantasks/%d", id)}}}
	case "voice":
		x, err := l.store.Voice(ctx, v, id)
		if err != nil {
			return o, err
		}
		o = orderOrigin{source: oversight.FromVoice, ref: ref, organ: x.About, title: "督促整改", facts: []planFact{{"投诉意见", x.Number, fmt.Sprintf("/desk/voices/%d", id)}}}
		if o.organ == 0 {
			o.organ = x.Organ
		}
	case "":
	default:
		o.ref = ref
		o.source = map[string]oversight.OrderSource{"score": oversight.FromScore, "filing": oversight.FromFinding, "report": oversight.FromFinding, "task": oversight.FromGap, "recurring": oversight.FromGap}[kind]
		if o.source == "" {
			o.source, o.ref = oversight.FromOffice, ""
		}
	}
	if o.organ == 0 {
		o.organ = planID(r.FormValue("organ"))
	}
	return o, nil
}

func (l *Lead) showOrderForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	origin, err := l.originOf(r)
	if err != nil {
		return err
	}
	p := orderFormPage{Base: l.base(r, "orders", "下达整改通知"), Failure: failure, Key: r.PostFormValue("key"), From: r.FormValue("from"), Origin: origin.facts}
	p.Crumbs = []page.Link{{Text: "整改", Href: "/desk/orders"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	wanted := fmt.Sprint(origin.organ)
	if r.Method == http.MethodPost {
		wanted = r.PostFormValue("organ")
	}
	organs, _, err := l.ledgerOrgans(r, org.GiveOrders, wanted)
	if err != nil {
		return err
	}
	issuers, err := l.issuers(r, r.PostFormValue("issuer"))
	if err != nil {
		return err
	}
	value := map[string]string{"title": origin.title, "text": origin.text, "basis": origin.basis, "due": "", "source": string(origin.source)}
	if r.Method == http.MethodPost {
		for k := range value {
			value[k] = r.PostFormValue(k)
		}
	}
	var sources []page.Option
	for _, s := range oversight.OrderSources() {
		sources = append(sources, page.Option{Value: string(s), Text: s.Chinese(), Selected: string(s) == value["source"]})
	}
	p.Fields = []page.Field{{Name: "organ", Label: "整改单位", Kind: "select", Options: organs, Message: bad["organ"], Required: true}}
	if len(issuers) > 1 {
		p.Fields = append(p.Fields, page.Field{Name: "issuer", Label: "以谁的名义", Kind: "select", Options: issuers, Message: bad["issuer"]})
	}
	p.Fields = append(p.Fields,
		page.Field{Name: "source", Label: "问题来源", Kind: "select", Options: sources, Message: bad["source"]},
		page.Field{Name: "title", Label: "标题", Value: value["title"], Message: bad["title"], Required: true, Max: 100, Hint: "例如：公开指南电话失效"},
		page.Field{Name: "text", Label: "存在的问题和整改要求", Kind: "textarea", Rows: 5, Value: value["text"], Message: bad["text"], Required: true, Max: 2000},
		page.Field{Name: "basis", Label: "依据", Kind: "textarea", Rows: 2, Value: value["basis"], Message: bad["basis"], Required: true, Max: 300, Hint: "例如：《政府信息公开条例》第十二条。"},
		page.Field{Name: "due", Label: "整改期限", Kind: "date", Value: value["due"], Message: bad["due"], Required: true, Hint: "逾期自动提请对方负责人督办。"})
	return page.RenderStatus(w, r, code, orderFormTemplate, p)
}

// issuers are the organs in whose name the viewer may give orders.
func (l *Lead) issuers(r *http.Request, selected string) ([]page.Option, error) {
	var out []page.Option
	for _, id := range page.VisitOf(r).Viewer.Scope(org.GiveOrders).Homes() {
		o, err := l.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		out = append(out, page.Option{Value: fmt.Sprint(id), Text: o.Name, Selected: selected == fmt.Sprint(id)})
	}
	return out, nil
}

func (l *Lead) orderGive(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	origin, err := l.originOf(r)
	if err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	bad := map[string]string{}
	o := oversight.Order{Organ: planID(get("organ")), Issuer: planID(get("issuer")), Title: get("title"), Text: get("text"), Basis: get("basis"), Source: oversight.OrderSource(get("source")), Ref: origin.ref, Due: ledgerDate(r, "due", bad)}
	if issuers, err := l.issuers(r, ""); err != nil {
		return err
	} else if o.Issuer == 0 && len(issuers) > 0 {
		o.Issuer = planID(issuers[0].Value)
	}
	for k, why := range o.Wrong(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = why
		}
	}
	if len(bad) > 0 {
		return l.showOrderForm(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.GiveOrder(r.Context(), page.By(r), o)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showOrderForm(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/orders/"+d.Answer, "sent", d)
}

// orderLetter is the 整改通知 as a letter.
func (l *Lead) orderLetter(w http.ResponseWriter, r *http.Request) error {
	f, err := l.orderOf(r)
	if err != nil {
		return err
	}
	to := f.HomeName
	if f.OrganName != f.HomeName {
		to += f.OrganName
	}
	text := f.Text + "\n依据：" + f.Basis + "\n请于" + f.Due.Chinese() + "前完成整改，并在系统中报送整改情况、附上佐证，由我单位验收。确有困难需要延期的，请在期限届满前说明理由。逾期未整改的，将提请你单位负责人督办。"
	if f.Due != f.FirstDue {
		text += "\n（原期限" + f.FirstDue.Chinese() + "，经同意延期。）"
	}
	return l.ledgerLetter(w, r, reporting.Letter{Title: "政府信息公开整改通知", Number: f.Number(), To: to, Text: "关于“" + f.Title + "”，现通知你单位限期整改。\n" + text, From: f.IssuerName, Dated: f.Given},
		"整改通知-"+f.HomeName, r.PathValue("format"))
}
