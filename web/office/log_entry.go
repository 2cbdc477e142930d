package office

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type entryPage struct {
	page.Base
	What     string
	Tags     []page.Tag
	Sentence string // who did what, in one sentence
	Facts    []page.Link
	Opinion  string // of an opinion of supervision or its answer
	Changes  []act.Change
	Erased   bool
	About    []aboutLine // answers and erasures
	Refs     []page.Link
	Number   string
	Proof    string // what the log says of it
	Receipt  string
	Promise  bool // the receipt has no proof yet
	History  string
	Note     *page.Field // for those who supervise
	Answer   *page.Field // for the organ, under an opinion
	Order    string      // where an order is given for an opinion, "" for those who may not
	Erase    *page.Field
	This     string
}

type aboutLine struct {
	When, Who, What, Text, Href string
}

var entryTemplate = page.NewTemplate(templates, "templates/log_entry.html", "templates/log_parts.html")

// maxOpinion bounds an opinion and its answer, in characters.
const maxOpinion = 2000

// entryOf finds the entry that the address names, as far as the viewer may see
// it.
func (o *Office) entryOf(r *http.Request) (store.Entry, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return store.Entry{}, page.ErrNotFound
	}
	list, err := o.store.Entries(r.Context(), page.VisitOf(r).Viewer, store.EntryQuery{ID: id})
	if err == nil && len(list) == 0 {
		err = page.ErrNotFound
	}
	if err != nil {
		return store.Entry{}, err
	}
	return list[0], nil
}

func (o *Office) logEntry(w http.ResponseWriter, r *http.Request) error {
	return o.showEntry(w, r, http.StatusOK, nil)
}

// showEntry draws the page of an entry; fill may put back what was typed.
func (o *Office) showEntry(w http.ResponseWriter, r *http.Request, status int, fill func(*entryPage)) error {
	e, err := o.entryOf(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	about, err := o.store.Entries(r.Context(), v, store.EntryQuery{About: []int64{e.Act.ID}})
	if err != nil {
		return err
	}
	names, err := o.refNames(r, []store.Entry{e})
	if err != nil {
		return err
	}
	kind := act.Kinds()[e.Act.Kind].Chinese
	p := entryPage{Base: o.logBase(r, kind), What: kind, Tags: entryTags(e), Changes: e.Details.Changes, Erased: e.Erased,
		Number: store.ActID(e.Act.ID), Receipt: entryHref(e.Act.ID) + "/receipt.json", Promise: e.Index < 0, History: historyHref(e.Act.Ref), This: entryHref(e.Act.ID)}
	p.Crumbs = []page.Link{{Text: "留痕", Href: "/desk/log"}}
	p.Sentence = entrySentence(e)
	p.Facts = entryFacts(e, names)
	if b, ok := e.Act.Body.(act.Record); ok {
		for _, ref := range b.Refs {
			if name := names[ref]; name != "" {
				p.Refs = append(p.Refs, page.Link{Text: name, Href: historyHref(ref)})
			}
		}
	}
	if strings.HasPrefix(e.Act.Kind, "supervision.") && len(p.Changes) > 0 {
		p.Opinion, p.Changes = p.Changes[0].New, nil
	}
	answered := false
	for i := len(about) - 1; i >= 0; i-- { // as they happened
		x := about[i]
		l := aboutLine{When: minute(x.Act.At), Who: whoActed(x), What: x.Act.Chinese(), Text: x.Details.Reason, Href: entryHref(x.Act.ID)}
		if x.Act.Kind == act.SupervisionAnswered {
			answered = true
			if len(x.Details.Changes) > 0 {
				l.Text = x.Details.Changes[0].New
			}
		}
		p.About = append(p.About, l)
	}
	p.Proof = "正在排队，稍后取得序号"
	if e.Index >= 0 {
		p.Proof = fmt.Sprintf("第 %d 条", e.Index)
	}
	p.offer(v, e, answered)
	if fill != nil {
		fill(&p)
	}
	return page.RenderStatus(w, r, status, entryTemplate, p)
}

// offer puts up the forms that the viewer may send. Whether he may here is asked
// again when he does.
func (p *entryPage) offer(v org.Viewer, e store.Entry, answered bool) {
	supervision := e.Act.Kind == act.SupervisionNoted
	if org.Able(v, org.NoteSupervision) && !strings.HasPrefix(e.Act.Kind, "supervision.") {
		p.Note = &page.Field{Name: "text", Label: "监督意见", Kind: "textarea", Required: true, Max: maxOpinion,
			Hint: "写给办理这件事的机关，例如“请说明延期的依据”。提交后该机关可见，不能修改。"}
	}
	if supervision && !answered && org.Able(v, org.AssignTasks) {
		p.Answer = &page.Field{Name: "text", Label: "答复", Kind: "textarea", Required: true, Max: maxOpinion, Hint: "写明核实的情况和处理结果。提交后监督人可见，不能修改。"}
	}
	if supervision && org.Able(v, org.GiveOrders) {
		p.Order = fmt.Sprintf("/desk/orders/new?from=act/%d", e.Act.ID)
	}
	if !e.Erased && !e.Details.Empty() && org.Able(v, org.EditSettings) && !supervision && e.Act.Officer != v.Person {
		p.Erase = &page.Field{Name: "reason", Label: "清除的理由", Required: true, Max: 200, Hint: "例如“申请人信息保存期满”。清除后只留类别、时间、经办人和摘要，不能恢复。"}
	}
}

// entrySentence says who did what, and how it was signed.
func entrySentence(e store.Entry) string {
	s := whoActed(e)
	if e.Organ != "" {
		s = e.Organ + " " + s
	}
	b, ok := e.Act.Body.(act.Record)
	if !ok || b.Paper == nil {
		return s + "，" + minute(e.Act.At) + " 办理。"
	}
	signer := e.Details.Signer
	if signer == "" {
		signer = "（签批人未留）"
	}
	return fmt.Sprintf("%s于%s在纸面签批，由 %s 于 %s 录入。", signer, b.Paper.On.Chinese(), s, minute(e.Act.At))
}

func minute(at int64) string {
	return time.UnixMilli(at).In(law.Beijing).Format("2006-01-02 15:04:05")
}

func entryFacts(e store.Entry, names map[string]string) []page.Link {
	var out []page.Link
	say := func(label, text, href string) {
		if text != "" {
			out = append(out, page.Link{Key: label, Text: text, Href: href})
		}
	}
	officer := ""
	if e.Act.Officer != 0 {
		officer = page.With("/desk/log", "officer", strconv.FormatInt(e.Act.Officer, 10))
	}
	organ := ""
	if e.Act.Organ != 0 {
		organ = page.With("/desk/log", "organ", strconv.FormatInt(e.Act.Organ, 10))
	}
	name := names[e.Act.Ref]
	if name == "" {
		name = e.Act.Ref
	}
	say("对象", name, historyHref(e.Act.Ref))
	say("经办", whoActed(e), officer)
	say("机关", e.Organ, organ)
	say("登记时间", minute(e.Act.At), "")
	say("办理日期", e.Act.On.Chinese(), "")
	if b, ok := e.Act.Body.(act.Record); ok && b.Paper != nil {
		say("纸面签批", b.Paper.On.Chinese()+"，"+e.Details.Signer, "")
		say("扫描件摘要", b.Paper.Scan, "")
	}
	say("理由", e.Details.Reason, "")
	say("来处", e.Details.From, "")
	if b, ok := e.Act.Body.(act.Report); ok {
		say("内容", fmt.Sprintf("%d年度报告第%d版，%s发布", b.Year, b.Version, b.Published.Chinese()), "")
	}
	return out
}

// logReceipt hands out the receipt of an act: its entry, salt and proof, none of
// what was said.
func (o *Office) logReceipt(w http.ResponseWriter, r *http.Request) error {
	e, err := o.entryOf(r)
	if err != nil {
		return err
	}
	rec, err := o.store.ActReceipt(r.Context(), page.VisitOf(r).Viewer, e.Act.ID)
	switch {
	case errors.Is(err, store.ErrNoLog):
		return page.ErrNotFound
	case errors.Is(err, store.ErrLog):
		return &page.Unavailable{Text: "本站的存证正在检修，暂时不能出具回执。留痕仍照常登记。", Err: err}
	case err != nil:
		return err
	}
	b, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="receipt-%s.json"`, store.ActID(e.Act.ID)))
	_, err = w.Write(append(b, '\n'))
	return err
}

// opinion reads the text of an opinion or an answer; message says why it was not
// accepted.
func opinion(r *http.Request) (text, message string) {
	text = strings.TrimSpace(r.PostFormValue("text"))
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		message = "请写明内容。"
	case n > maxOpinion:
		message = fmt.Sprintf("内容有%d字，请控制在%d字以内。", n, maxOpinion)
	}
	return text, message
}

func (o *Office) logNote(w http.ResponseWriter, r *http.Request) error {
	e, err := o.entryOf(r)
	if err != nil {
		return err
	}
	text, message := opinion(r)
	if message != "" {
		return o.showEntry(w, r, http.StatusUnprocessableEntity, func(p *entryPage) {
			if p.Note != nil {
				p.Note.Value, p.Note.Message = text, message
			}
		})
	}
	d, err := o.store.NoteSupervision(r.Context(), page.By(r), e.Act.Ref, text)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/log/"+d.Answer, "noted", d)
}

func (o *Office) logAnswer(w http.ResponseWriter, r *http.Request) error {
	e, err := o.entryOf(r)
	if err != nil {
		return err
	}
	text, message := opinion(r)
	if message != "" {
		return o.showEntry(w, r, http.StatusUnprocessableEntity, func(p *entryPage) {
			if p.Answer != nil {
				p.Answer.Value, p.Answer.Message = text, message
			}
		})
	}
	d, err := o.store.AnswerSupervision(r.Context(), page.By(r), e.Act.ID, text)
	if err != nil {
		return err
	}
	return page.Done(w, r, entryHref(e.Act.ID), "answered", d)
}

func (o *Office) logErase(w http.ResponseWriter, r *http.Request) error {
	e, err := o.entryOf(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	if by.Reason == "" {
		return o.showEntry(w, r, http.StatusUnprocessableEntity, func(p *entryPage) {
			if p.Erase != nil {
				p.Erase.Message = "请写明清除的理由，例如“申请人信息保存期满”。"
			}
		})
	}
	d, err := o.store.EraseDetails(r.Context(), by, e.Act.ID, upTo(by.Reason, 200))
	if err != nil {
		return err
	}
	return page.Done(w, r, entryHref(e.Act.ID), "erased", d)
}
