package lead

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type orderPage struct {
	page.Base
	O                   oversight.Order
	Number              string
	Organ, Issuer       string
	Origin              planFact
	State               page.Tag
	Limit               page.Limit
	Key                 string
	Failure             string
	Reply               []page.Field
	Replies             []replyLine
	Waiting             bool // the viewer may accept or return the reply
	Gives               bool // the viewer may extend or take back
	Opinion, Until, Why page.Field
	CancelWhy           page.Field
	Changes             []changeLine
	Account             string // where holding to account is recorded
	Open                string // which of the forms was sent
}

type replyLine struct {
	On, Person, Text, Link, FileHref, FileName string
	State                                      page.Tag
	Decided, Reason                            string
}

var orderTemplate = page.NewTemplate(templates, "templates/order.html", "templates/plan_parts.html")

func (l *Lead) orderOf(r *http.Request) (*store.OrderFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, err
	}
	return l.store.Order(r.Context(), page.VisitOf(r).Viewer, id)
}

func (l *Lead) order(w http.ResponseWriter, r *http.Request) error {
	return l.showOrder(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showOrder(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	f, err := l.orderOf(r)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	p := orderPage{Base: l.base(r, "orders", f.Title), O: f.Order, Number: f.Number(), Organ: organInHome(f.OrganName, f.HomeName), Issuer: f.IssuerName, State: orderTag(f.Order, l.cfg.Today()), Limit: orderLimit(f.Order, days),
		Key: page.NewKey(), Failure: failure, Changes: changeLines(f.History), Open: r.PostFormValue("do")}
	p.Crumbs = []page.Link{{Text: "整改", Href: "/desk/orders"}}
	p.Origin = planFact{Label: f.Source.Chinese(), Href: originHref(f.Ref)}
	for _, x := range f.Replies {
		line := replyLine{On: x.On.String(), Person: x.Person, Text: x.Text, Link: x.Link, FileName: x.FileName, State: replyTag(x.State), Reason: x.Reason}
		if x.File != 0 {
			line.FileHref = fmt.Sprintf("/desk/orderreplies/%d/file", x.ID)
		}
		if !x.Decided.IsZero() {
			line.Decided = x.Decided.String()
		}
		p.Replies = append(p.Replies, line)
	}
	p.Waiting = f.Gives && f.State == oversight.OrderReplied
	p.Gives = f.Gives && !f.Over()
	if f.Gives {
		p.Account = page.With("/desk/accountability/new", "organ", fmt.Sprint(f.Home), "ref", store.OrderRef(f.ID))
	}
	if f.Does && !f.Over() && f.State != oversight.OrderReplied {
		p.Reply = []page.Field{{Name: "reply", Label: "整改情况", Kind: "textarea", Rows: 4, Max: 2000, Value: r.PostFormValue("reply"), Message: bad["reply"], Required: true, Hint: "写做了什么、怎样防止再发生。"},
			{Name: "link", Label: "更正后页面的链接", Value: r.PostFormValue("link"), Message: bad["link"], Max: 500},
			{Name: "file", Label: "佐证文件", Kind: "file", Message: bad["file"], Hint: "链接和文件至少有一样。PDF、图片或 Office 文件，20 MB 以内，加密保存。"}}
	}
	p.Opinion = page.Field{Name: "opinion", Label: "验收意见", Kind: "textarea", Rows: 2, Max: 300, Value: r.PostFormValue("opinion"), Hint: "退回必须写明原因。"}
	p.Until = page.Field{Name: "until", Label: "新的期限", Kind: "date", Value: r.PostFormValue("until"), Message: bad["until"], Required: true}
	p.Why = page.Field{Name: "reason", Label: "延期的原因", Value: reasonIf(r, "extend"), Max: 200, Required: true, Hint: "例如：网站改版，统一在三月底前更正。"}
	p.CancelWhy = page.Field{Name: "reason", Label: "撤回的原因", Value: reasonIf(r, "cancel"), Max: 200, Required: true, Hint: "例如：经核实问题不成立。"}
	return page.RenderStatus(w, r, code, orderTemplate, p)
}

// reasonIf is the reason that one of the forms brought.
func reasonIf(r *http.Request, do string) string {
	if r.PostFormValue("do") != do {
		return ""
	}
	return r.PostFormValue("reason")
}

// originHref is where what an order came from can be seen.
func originHref(ref string) string {
	kind, id, _ := strings.Cut(ref, "/")
	switch kind {
	case "act":
		return "/desk/log/" + id
	case "voice":
		return "/desk/voices/" + id
	}
	return gapHref(oversight.Gap{Ref: ref})
}

func (l *Lead) orderReply(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.orderOf(r)
	if err != nil {
		return err
	}
	if !f.Does {
		return store.Forbidden(org.DoPlans)
	}
	x := oversight.OrderReply{Order: f.ID, Text: strings.TrimSpace(r.PostFormValue("reply")), Evidence: oversight.Evidence{Link: strings.TrimSpace(r.PostFormValue("link"))}}
	bad := x.Wrong()
	if len(bad) == 0 {
		why, err := l.keepEvidence(r, "file", store.OrderRef(f.ID), &x.Evidence)
		if err != nil {
			return err
		}
		if why != "" {
			bad["file"] = why
		}
	}
	if len(bad) > 0 {
		return l.showOrder(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	d, err := l.store.ReplyOrder(r.Context(), page.By(r), max(version, 1), x)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showOrder(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/orders/%d", f.ID), "answered", d)
}

// orderDecide is the word of who gave the order: accept, return, extend, cancel.
func (l *Lead) orderDecide(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	version = max(version, 1)
	var d store.Done
	word := "changed"
	switch r.PostFormValue("do") {
	case "accept":
		word = "approved"
		d, err = l.store.DecideOrder(r.Context(), page.By(r), id, version, true, r.PostFormValue("opinion"))
	case "return":
		word = "returned"
		d, err = l.store.DecideOrder(r.Context(), page.By(r), id, version, false, r.PostFormValue("opinion"))
	case "extend":
		bad := map[string]string{}
		until := ledgerDate(r, "until", bad)
		if len(bad) > 0 {
			return l.showOrder(w, r, http.StatusUnprocessableEntity, "", bad)
		}
		d, err = l.store.ExtendOrder(r.Context(), page.By(r), id, version, until)
	case "cancel":
		word = "cancelled"
		d, err = l.store.CancelOrder(r.Context(), page.By(r), id, version)
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showOrder(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/orders/%d", id), word, d)
}

func (l *Lead) replyFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	name, p, f, err := l.store.OpenReplyFile(r.Context(), page.By(r), id)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, p.Type, p.Size, f)
}
