package lead

import (
	"fmt"
	"net/http"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type accountsPage struct {
	page.Base
	Tabs []page.Link
	Rows []accountLine
	May  bool
}

type accountLine struct {
	On, Kind, Organ, Issuer, Document string
	About                             page.Link // the order it follows
	Whom, Detail                      string
}

var accountsTemplate = page.NewTemplate(templates, "templates/order_accounts.html", "templates/plan_parts.html")

func (l *Lead) accounts(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	list, err := l.store.Accountability(r.Context(), v, planID(r.FormValue("organ")))
	if err != nil {
		return err
	}
	p := accountsPage{Base: l.base(r, "orders", "责任追究"), Tabs: orderTabs("accounts"), May: org.Able(v, org.GiveOrders)}
	var refs []string
	for _, x := range list {
		line := accountLine{On: x.On.String(), Kind: x.Kind.Chinese(), Organ: x.OrganName, Issuer: x.IssuerName, Document: x.Document, Whom: x.PersonName, Detail: x.Detail}
		if href := originHref(x.Ref); href != "" {
			line.About = page.Link{Text: "整改通知", Href: href}
		}
		if x.PersonName != "" || x.Detail != "" {
			refs = append(refs, store.AccountabilityRef(x.ID))
		}
		p.Rows = append(p.Rows, line)
	}
	if len(refs) > 0 {
		if err := l.store.PersonalRead(r.Context(), page.By(r), "责任追究记录", refs...); err != nil {
			return err
		}
	}
	return page.Render(w, r, accountsTemplate, p)
}

func (l *Lead) accountForm(w http.ResponseWriter, r *http.Request) error {
	return l.showAccountForm(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showAccountForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	p := orderFormPage{Base: l.base(r, "orders", "登记责任追究"), Failure: failure, Key: r.PostFormValue("key"), From: ledgerShort(r.FormValue("ref"), 60)}
	p.Crumbs = []page.Link{{Text: "整改", Href: "/desk/orders"}, {Text: "责任追究", Href: "/desk/accountability"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	if href := originHref(p.From); href != "" {
		p.Origin = []planFact{{"有关的整改通知", "打开", href}}
	}
	organs, organ, err := l.ledgerOrgans(r, org.GiveOrders, r.FormValue("organ"))
	if err != nil {
		return err
	}
	issuers, err := l.issuers(r, r.PostFormValue("issuer"))
	if err != nil {
		return err
	}
	var kinds [][2]string
	for _, k := range oversight.AccountKinds() {
		kinds = append(kinds, [2]string{string(k), k.Chinese()})
	}
	people := []page.Option{{Text: "不涉及具体人员，或者没有登记", Value: ""}}
	if list, err := l.store.PeopleAt(r.Context(), organ, l.cfg.Today()); err != nil {
		return err
	} else if organ != 0 {
		for _, x := range list {
			people = append(people, page.Option{Value: fmt.Sprint(x.ID), Text: x.Name, Selected: r.PostFormValue("person") == fmt.Sprint(x.ID)})
		}
	}
	on := r.PostFormValue("on")
	if on == "" {
		on = l.cfg.Today().String()
	}
	p.Fields = []page.Field{{Name: "organ", Label: "被追究责任的机关", Kind: "select", Options: organs, Message: bad["organ"], Required: true, Hint: "换了机关后，先点“更新名单”再选人员。"}}
	if len(issuers) > 1 {
		p.Fields = append(p.Fields, page.Field{Name: "issuer", Label: "由谁追究", Kind: "select", Options: issuers})
	}
	p.Fields = append(p.Fields, page.Field{Name: "kind", Label: "方式", Kind: "select", Options: ledgerOptions(r.PostFormValue("kind"), "", kinds...), Message: bad["kind"]},
		page.Field{Name: "on", Label: "日期", Kind: "date", Value: on, Message: bad["on"], Required: true},
		page.Field{Name: "document", Label: "文件", Value: r.PostFormValue("document"), Message: bad["document"], Required: true, Max: 100, Hint: "文号或名称，例如：云政办函〔2026〕8号"},
		page.Field{Name: "person", Label: "涉及的人员", Kind: "select", Options: people, Message: bad["person"]},
		page.Field{Name: "detail", Label: "情况", Kind: "textarea", Rows: 4, Value: r.PostFormValue("detail"), Max: 2000, Hint: "可能写到个人的内容只写在这里：只有能登记追责的人看得到，可以按规定清除。"})
	return page.RenderStatus(w, r, code, accountFormTemplate, p)
}

var accountFormTemplate = page.NewTemplate(templates, "templates/order_account_form.html")

func (l *Lead) accountKeep(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	if r.PostFormValue("do") == "reload" {
		return l.showAccountForm(w, r, http.StatusOK, "", nil)
	}
	bad := map[string]string{}
	a := oversight.Account{Organ: planID(r.PostFormValue("organ")), Issuer: planID(r.PostFormValue("issuer")), Kind: oversight.AccountKind(r.PostFormValue("kind")), On: ledgerDate(r, "on", bad),
		Document: strings.TrimSpace(r.PostFormValue("document")), Ref: ledgerShort(r.FormValue("ref"), 60), Person: planID(r.PostFormValue("person"))}
	if issuers, err := l.issuers(r, ""); err != nil {
		return err
	} else if a.Issuer == 0 && len(issuers) > 0 {
		a.Issuer = planID(issuers[0].Value)
	}
	for k, why := range a.Wrong(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = why
		}
	}
	if len(bad) > 0 {
		return l.showAccountForm(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.KeepAccountability(r.Context(), page.By(r), a, r.PostFormValue("detail"))
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showAccountForm(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/accountability", "created", d)
}
