package office

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// handoverBody is what the form of a long list may bring in.
const handoverBody = 2 << 20

type handoverNewPage struct {
	page.Base
	Action, Key, Failure            string
	P                               store.PersonRow
	Leaves                          page.Field
	Day, Reason, Successor, Witness page.Field
	SuccessorLogin, WitnessLogin    page.Field
}

var handoverNewTemplate = page.NewTemplate(templates, "templates/people_handover_new.html")

func (o *Office) handoverNew(w http.ResponseWriter, r *http.Request) error {
	return o.showHandoverNew(w, r, http.StatusOK, nil, "")
}

// takers lists who may take part in a handover: people of the organ who are
// there.
func (o *Office) takers(r *http.Request, home, not, selected int64, none string) ([]page.Option, error) {
	rows, _, err := o.store.People(r.Context(), page.VisitOf(r).Viewer, store.PersonQuery{Day: o.cfg.Today(), Organ: home, Limit: 200})
	if err != nil {
		return nil, err
	}
	out := []page.Option{{Text: none}}
	found := false
	for _, x := range rows {
		if x.ID == not {
			continue
		}
		found = found || x.ID == selected
		out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: strings.TrimSpace(x.Name + "　" + x.Title), Selected: x.ID == selected})
	}
	if selected != 0 && !found {
		x, err := o.store.Person(r.Context(), page.VisitOf(r).Viewer, selected)
		if err == nil {
			out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: x.Name + "（" + x.OrganName + "）", Selected: true})
		}
	}
	return out, nil
}

func (o *Office) showHandoverNew(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	v, today := page.VisitOf(r).Viewer, o.cfg.Today()
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	if !org.May(v, org.HandOver, x.Subject()) {
		return store.Forbidden(org.HandOver)
	}
	p := handoverNewPage{Base: o.base(r, "people", "办理工作交接"), P: x, Failure: failure, Action: fmt.Sprintf("/desk/people/%d/handover", x.ID), Key: r.PostFormValue("key")}
	p.Crumbs = append(slices.Clone(peopleCrumbs), page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/people/%d", x.ID)})
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	p.Leaves = page.Field{Name: "leaves", Label: "去向", Kind: "select", Options: []page.Option{
		{Value: "1", Text: "离岗：调离、退休、辞职、长期借出"}, {Value: "0", Text: "仍在本机关，只调整分工", Selected: r.PostFormValue("leaves") == "0"}}}
	day := r.PostFormValue("day")
	if day == "" && r.Method == http.MethodGet {
		day = today.String()
	}
	p.Day = page.Field{Name: "day", Label: "最后在岗日期", Kind: "date", Value: day, Message: bad["day"], Required: true, Hint: "这一天仍可登录办事，次日起停用账号、收回岗位。"}
	p.Reason = page.Field{Name: "reason", Label: "原因", Value: r.PostFormValue("reason"), Message: bad["reason"], Required: true, Max: 100, Hint: "例如：调往县财政局（组〔2026〕12号）"}
	for _, f := range []struct {
		to                           *page.Field
		login                        *page.Field
		name, label, hint, other, no string
	}{
		{&p.Successor, &p.SuccessorLogin, "successor", "接收人", "没有另外指定的事项都交给他。", "successorlogin", "请选择"},
		{&p.Witness, &p.WitnessLogin, "witness", "监交人", "一般为机关负责人或分管领导。", "witnesslogin", "请选择"},
	} {
		options, err := o.takers(r, x.Home, x.ID, formInt(r, f.name), f.no)
		if err != nil {
			return err
		}
		*f.to = page.Field{Name: f.name, Label: f.label, Kind: "select", Options: options, Message: bad[f.name], Required: true, Hint: f.hint}
		*f.login = page.Field{Name: f.other, Label: f.label + "不在名单里的，写账号", Value: r.PostFormValue(f.other), Message: bad[f.other], Max: 32, Hint: "其他机关的人，例如上级派来的监交人。"}
	}
	return page.RenderStatus(w, r, code, handoverNewTemplate, p)
}

// chosenPerson reads a person from a list, or by login from beside it.
func (o *Office) chosenPerson(r *http.Request, list, login string) (int64, string) {
	l := strings.ToLower(strings.TrimSpace(r.PostFormValue(login)))
	if l == "" {
		return formInt(r, list), ""
	}
	rows, _, err := o.store.People(r.Context(), page.VisitOf(r).Viewer, store.PersonQuery{Day: o.cfg.Today(), Search: l, Limit: 100})
	for _, x := range rows {
		if err == nil && x.Login == l {
			return x.ID, ""
		}
	}
	return 0, "没有找到这个账号，或者您没有权限查看。"
}

func (o *Office) handoverBegin(w http.ResponseWriter, r *http.Request) error {
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	h := org.Handover{Person: x.ID, Leaves: r.PostFormValue("leaves") != "0", Reason: strings.TrimSpace(r.PostFormValue("reason"))}
	bad := map[string]string{}
	if h.Day, err = org.ParseDay(r.PostFormValue("day")); err != nil {
		bad["day"] = err.Error()
	}
	h.Successor, bad["successorlogin"] = o.chosenPerson(r, "successor", "successorlogin")
	h.Witness, bad["witnesslogin"] = o.chosenPerson(r, "witness", "witnesslogin")
	for k, m := range h.Check() {
		if bad[k] == "" && bad[k+"login"] == "" {
			bad[k] = m
		}
	}
	for k, m := range bad {
		if m == "" {
			delete(bad, k)
		}
	}
	if len(bad) > 0 {
		return o.showHandoverNew(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	by := page.By(r)
	by.Reason = h.Reason
	d, err := o.store.BeginHandover(r.Context(), by, h)
	if text, ok := refusalOf(err); ok {
		return o.showHandoverNew(w, r, http.StatusUnprocessableEntity, nil, text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/handovers/"+d.Answer, "created", d)
}

type handoverPage struct {
	page.Base
	H                                org.Handover
	OrganName                        string
	State                            page.Tag
	Steps                            []handoverStep
	Groups                           []matterGroup
	Open, Total                      int
	Parties                          []partyLine
	Mine                             *partyLine // the viewer's own word is asked
	MayRun                           bool       // settle, enter, complete, cancel
	Settled, Ready                   bool
	Key1, Key2, Key3, Key4           string
	Failure                          string
	Changed                          bool
	PersonHref, SheetHref, SheetDOCX string
	Today, Goal                      string
}

type handoverStep struct{ Class, Text string }

type matterGroup struct {
	Kind string
	Rows []matterLine
}

type matterLine struct {
	N        int
	Part     string
	Ref      string
	What     string
	Passable bool
	Fate     string // what becomes of it, where it is read only
	How      []page.Option
	To       []page.Option
	Word     string
	Open     bool
}

type partyLine struct {
	Side, SideName, Name, When string
	Person                     int64
	Confirmed                  bool
	Paper                      page.Field
}

var handoverTemplate = page.NewTemplate(templates, "templates/people_handover.html")

func (o *Office) handover(w http.ResponseWriter, r *http.Request) error {
	return o.showHandover(w, r, http.StatusOK, "", false, nil)
}

// showHandover draws the list; settled, if given, is what somebody typed and
// could not be kept.
func (o *Office) showHandover(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool, typed map[string]org.Matter) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	h, err := o.store.Handover(ctx, v, id)
	if err != nil {
		return err
	}
	organ, err := o.store.Organ(ctx, h.Organ)
	if err != nil {
		return err
	}
	p := handoverPage{Base: o.base(r, "people", h.Name+"的工作交接"), H: h, OrganName: organ.Name, Failure: failure, Changed: changed, Today: o.cfg.Today().String(),
		Key1: page.NewKey(), Key2: page.NewKey(), Key3: page.NewKey(), Key4: page.NewKey(), Total: len(h.Matters), Open: len(h.Open())}
	p.Crumbs = append(slices.Clone(peopleCrumbs), page.Link{Text: "工作交接", Href: "/desk/handovers"})
	p.PersonHref = fmt.Sprintf("/desk/people/%d", h.Person)
	p.SheetHref = fmt.Sprintf("/desk/handovers/%d/sheet", id)
	p.SheetDOCX = p.SheetHref + ".docx"
	p.State = page.Tag{Tone: map[org.HandoverState]string{org.HandoverOpen: "warn", org.HandoverDone: "ok"}[h.State], Text: h.State.Chinese()}
	running := h.State == org.HandoverOpen
	p.MayRun = running && org.May(v, org.HandOver, org.Subject{Organ: h.Organ, Home: organ.HomeID(), Path: organ.Path})
	p.Settled, p.Ready = p.Open == 0, h.Ready() == nil
	p.Goal = "离岗"
	if !h.Leaves {
		p.Goal = "调整分工"
	}
	names := map[int64]string{}
	for _, q := range h.Parties {
		names[q.Person] = q.Name
		l := partyLine{Side: string(q.Side), SideName: q.Side.Chinese(), Name: q.Name, Person: q.Person, Confirmed: q.Confirmed()}
		switch {
		case !q.Paper.IsZero():
			l.When = q.Paper.Chinese() + "纸质签字"
		case q.Confirmed():
			l.When = instantDay(q.At).Chinese() + "确认"
		}
		l.Paper = page.Field{Name: "paper", Label: q.Side.Chinese() + q.Name + "的签字日期", Kind: "date", Value: p.Today, Required: true}
		p.Parties = append(p.Parties, l)
		if running && p.Settled && q.Person == v.Person && v.Person != 0 && !q.Confirmed() && p.Mine == nil {
			mine := l
			p.Mine = &mine
		}
	}
	people, err := o.takers(r, organ.HomeID(), h.Person, 0, "请选择")
	if err != nil {
		return err
	}
	for n, m := range h.Matters {
		if t, ok := typed[m.Part+"\n"+m.Ref]; ok {
			m.How, m.Receiver, m.Word = t.How, t.Receiver, t.Word
		}
		l := o.matterLine(r, h, n, m, people, names)
		if g := len(p.Groups); g == 0 || p.Groups[g-1].Kind != m.Kind {
			p.Groups = append(p.Groups, matterGroup{Kind: m.Kind})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Rows = append(g.Rows, l)
	}
	step := func(done bool, now bool, text string) {
		class := ""
		switch {
		case done:
			class = "done"
		case now:
			class = "now"
		}
		p.Steps = append(p.Steps, handoverStep{class, text})
	}
	all := len(h.Waits()) == 0
	finished := h.State == org.HandoverDone
	step(true, false, "① 开始交接")
	step(p.Settled, running && !p.Settled, "② 写明每项去向")
	step(all, running && p.Settled && !all, "③ 三方确认清单")
	step(finished, running && p.Settled && all, "④ 办结")
	return page.RenderStatus(w, r, code, handoverTemplate, p)
}

func (o *Office) matterLine(r *http.Request, h org.Handover, n int, m org.Matter, people []page.Option, names map[int64]string) matterLine {
	l := matterLine{N: n + 1, Part: m.Part, Ref: m.Ref, What: m.What, Passable: m.Passable && h.State == org.HandoverOpen, Word: m.Word, Open: !m.Decided()}
	name := names[m.Receiver]
	if m.Receiver != 0 && name == "" {
		if x, err := o.store.Person(r.Context(), page.VisitOf(r).Viewer, m.Receiver); err == nil {
			name = x.Name
		}
	}
	switch {
	case m.How == org.Passed:
		l.Fate = "移交" + name
	case m.How == org.Kept:
		l.Fate = "仍由本人办理"
	case m.Ends != "":
		l.Fate = m.Ends
	case m.How == org.Closed && m.Word != "":
		l.Fate = "不再办理：" + m.Word
	case m.How == org.Closed:
		l.Fate = "终止"
	default:
		l.Fate = "还没有写明去向"
	}
	how := m.How
	if how == org.Undecided {
		how = org.Passed // proposed; kept only when the form is sent
	}
	to := m.Receiver
	if to == 0 {
		to = h.Successor
	}
	l.How = []page.Option{{Value: string(org.Passed), Text: "移交给"}, {Value: string(org.Closed), Text: "不再办理"}}
	if !h.Leaves {
		l.How = append(l.How, page.Option{Value: string(org.Kept), Text: "仍由本人办理"})
	}
	for i := range l.How {
		l.How[i].Selected = l.How[i].Value == string(how)
	}
	found := false
	for _, x := range people {
		if x.Value == "" {
			continue
		}
		x.Selected = x.Value == strconv.FormatInt(to, 10)
		found = found || x.Selected
		l.To = append(l.To, x)
	}
	if to != 0 && !found {
		if name == "" {
			name = names[to]
		}
		l.To = append(l.To, page.Option{Value: strconv.FormatInt(to, 10), Text: name, Selected: true})
	}
	return l
}

func (o *Office) handoverSettle(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	typed := map[string]org.Matter{}
	var settled []org.Matter
	parts, refs, hows, tos, words := r.PostForm["part"], r.PostForm["ref"], r.PostForm["how"], r.PostForm["to"], r.PostForm["word"]
	if len(refs) != len(parts) || len(hows) != len(parts) || len(tos) != len(parts) || len(words) != len(parts) {
		return &page.Input{Text: "表单内容不完整，请返回重新打开清单。"}
	}
	missing := ""
	for i := range parts {
		m := org.Matter{Part: parts[i], Ref: refs[i], How: org.Settled(hows[i]), Word: strings.TrimSpace(words[i])}
		m.Receiver, _ = strconv.ParseInt(tos[i], 10, 64) // what is no number is nobody
		if m.How == org.Closed && m.Word == "" {
			missing = "不再办理的事项要写明原因。"
		}
		typed[m.Part+"\n"+m.Ref] = m
		settled = append(settled, m)
	}
	if missing != "" {
		return o.showHandover(w, r, http.StatusUnprocessableEntity, missing, false, typed)
	}
	d, err := o.store.SettleHandover(r.Context(), page.By(r), id, formInt(r, "version"), settled)
	return o.handoverAnswer(w, r, id, d, err, "saved", typed)
}

// handoverAnswer says what became of a step.
func (o *Office) handoverAnswer(w http.ResponseWriter, r *http.Request, id int64, d store.Done, err error, word string, typed map[string]org.Matter) error {
	if text, ok := refusalOf(err); ok {
		return o.showHandover(w, r, http.StatusUnprocessableEntity, text, false, typed)
	}
	if errors.Is(err, store.ErrConflict) {
		return o.showHandover(w, r, http.StatusConflict, "", true, typed)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/handovers/%d", id), word, d)
}

func (o *Office) handoverConfirm(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	if day := r.PostFormValue("paper"); day != "" {
		if message := o.paperBy(r, &by, day); message != "" {
			return o.showHandover(w, r, http.StatusUnprocessableEntity, message, false, nil)
		}
		by.Signer = cut(r.PostFormValue("signer"), 30)
		if by.Paper == nil {
			by.Paper = &act.Paper{}
		}
	}
	d, err := o.store.ConfirmHandover(r.Context(), by, id, formInt(r, "version"), org.Side(r.PostFormValue("side")), formInt(r, "person"))
	return o.handoverAnswer(w, r, id, d, err, "saved", nil)
}

func (o *Office) handoverComplete(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	d, err := o.store.CompleteHandover(r.Context(), page.By(r), id, formInt(r, "version"))
	return o.handoverAnswer(w, r, id, d, err, "handed", nil)
}

func (o *Office) handoverCancel(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	d, err := o.store.CancelHandover(r.Context(), page.By(r), id, formInt(r, "version"))
	return o.handoverAnswer(w, r, id, d, err, "cancelled", nil)
}
