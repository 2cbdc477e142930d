package site

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

var applyTrackTemplate = page.NewTemplate(files, "apply_track.html")

// applyTracked is how far a request is, for who has its number and code. Both
// travel in the form and never in an address.
type applyTracked struct {
	page.Base
	Number, Code string
	Failure      string
	Said         string
	Key          string
	Found        bool
	X            *store.RequestFile
	State        page.Tag
	Stages       []voiceStage
	Limit        page.Limit
	Has          bool
	Steps        []law.Step
	Waiting      string
	Events       []applyEvent
	Proof        bool // there is a log
	Result       string
	Letters      []applyLetterLine
	Files        []casework.File
	Correct      bool // a correction is awaited
	Items        []string
	Withdraw     bool
	Rate         bool
	Suggest      bool
	Fee          string
	Ratings      []page.Option
	Text         page.Field
	Attach       page.Field
}

// applyEvent is one act of the file; N is its place for the receipt.
type applyEvent struct {
	N          int
	On         law.Date
	What, Note string
}

// eventNote says in a few words what an act did to the dates.
func eventNote(e casework.Event) string {
	day := func(key string) string {
		d, err := law.ParseDate(e.Facts[key])
		if err != nil {
			return ""
		}
		return d.Chinese()
	}
	switch e.Kind {
	case act.RequestAsked:
		return "请在" + day("until") + "前补正；这段时间不计算在期限内"
	case act.RequestCorrected:
		return "答复期限自次日起重新计算"
	case act.RequestConfirmed:
		return "这一天是收到申请之日"
	case act.RequestConsulted:
		return casework.ConsultKind(e.Facts["kind"]).Chinese() + "；所需时间不计算在期限内"
	case act.RequestExtended:
		return "延长" + e.Facts["days"] + "个工作日"
	case act.RequestDelayed:
		return "延迟到" + day("until")
	case act.RequestFeeAsked:
		return "请在" + day("until") + "前缴费；这段时间不计算在期限内"
	case act.RequestDecided:
		res, _ := casework.ResultOf(casework.Outcome(e.Facts["outcome"]))
		return res.Chinese
	}
	return ""
}

type applyLetterLine struct {
	N    int
	Name string
	No   string
	On   law.Date
}

func (s *Site) applyTrackForm(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, applyTrackTemplate, s.applyTrackPage(r))
}

func (s *Site) applyTrackPage(r *http.Request) applyTracked {
	p := applyTracked{Base: s.applyBase(r, "查申请办理情况"), Number: clip(strings.TrimSpace(r.PostFormValue("number")), 40), Code: clip(strings.TrimSpace(r.PostFormValue("code")), 20), Key: page.NewKey()}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	return p
}

func (s *Site) applyTrack(w http.ResponseWriter, r *http.Request) error {
	return s.applyShow(w, r, http.StatusOK, "", "")
}

// tracked finds the request, or answers the form again.
func (s *Site) tracked(w http.ResponseWriter, r *http.Request, p *applyTracked) (*store.RequestFile, bool, error) {
	w.Header().Set("Cache-Control", "no-store")
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		p.Failure = slow(w, wait)
		return nil, false, page.RenderStatus(w, r, http.StatusTooManyRequests, applyTrackTemplate, *p)
	}
	x, err := s.store.TrackedRequest(r.Context(), p.Number, p.Code)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrNoSecret) {
		p.Failure = "没有找到。请核对登记号（如 2026-0003）和查询码（十个字母和数字，不分大小写，没有0、1、I、O）。查询码丢失的，带身份证件到办理机关查询。"
		return nil, false, page.RenderStatus(w, r, http.StatusUnprocessableEntity, applyTrackTemplate, *p)
	}
	return x, err == nil, err
}

func (s *Site) applyShow(w http.ResponseWriter, r *http.Request, code int, failure, said string) error {
	p := s.applyTrackPage(r)
	x, ok, err := s.tracked(w, r, &p)
	if !ok || err != nil {
		return err
	}
	p.Found, p.X, p.Failure, p.Said = true, x, failure, said
	if err := s.applyFill(r, &p); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, applyTrackTemplate, p)
}

func (s *Site) applyFill(r *http.Request, p *applyTracked) error {
	x, today := p.X, s.cfg.Today()
	cal, err := s.store.Calendar(r.Context())
	if err != nil {
		return err
	}
	row := x.Row(cal, today)
	p.State = page.Tag{Text: x.State.Chinese()}
	stage := func(name string, on law.Date, done bool) {
		st := voiceStage{Name: name, On: on.String()}
		if done {
			st.Class = "done"
		} else if n := len(p.Stages); n == 0 || p.Stages[n-1].Class == "done" {
			st.Class = "now"
		}
		p.Stages = append(p.Stages, st)
	}
	stage("提交", x.Arrived, true)
	stage("收到", x.Received, !x.Received.IsZero())
	stage("答复", x.Answer, x.Answers > 0)
	stage("送达", x.Served, x.State == casework.Closed)
	if !row.Due.IsZero() {
		due, err := x.Due(cal, today)
		if err != nil {
			return err
		}
		p.Has, p.Limit, p.Steps = true, page.LimitOf(cal, today, row.Due, "", 3), due.Steps
		if row.Waiting != "" {
			p.Waiting = map[string]string{"correction": "等待您补正，期限暂停", "fee": "等待您缴费，期限暂停"}[row.Waiting]
			if p.Waiting == "" {
				p.Waiting = "正在征求意见，这段时间不计算在期限内"
			}
		}
	}
	for i, e := range x.Events() {
		if seesAct(x, e.Kind) { // the rest is inside the office
			p.Events = append(p.Events, applyEvent{i, e.On, act.Kinds()[e.Kind].Chinese, eventNote(e)})
		}
	}
	p.Proof = s.store.LogKey() != nil
	if res, ok := casework.ResultOf(x.Outcome); ok && x.State == casework.Closed {
		p.Result, p.State.Tone = res.Chinese, "ok"
	}
	for i, l := range x.Content.Letters {
		if k, _ := casework.LetterOf(l.Code, l.On); l.Void == "" && k.To == "applicant" && (k.Outcome == "" || x.State == casework.Closed) && (x.Letter(i+1) == nil || x.Current(i+1)) {
			p.Letters = append(p.Letters, applyLetterLine{i + 1, k.Name, l.No, l.On})
		}
	}
	if x.State == casework.Closed {
		for _, f := range x.Content.Files {
			if f.Open {
				p.Files = append(p.Files, f)
			}
		}
	}
	p.Correct, p.Items = x.Can(act.RequestCorrected), x.Content.Items
	p.Withdraw = x.Can(act.RequestDecided)
	p.Rate = x.State == casework.Closed && x.Content.Rating == 0 && x.Outcome != casework.Withdrawn && !x.Erased
	p.Suggest = x.State == casework.Closed && (x.Outcome == casework.Granted || x.Outcome == casework.Partial)
	if x.Payment != nil && x.State == casework.Unpaid {
		p.Fee = fmt.Sprintf("应缴信息处理费%s，请在%s前按收费通知书写明的方式缴纳；逾期未缴视为放弃申请。", x.Payment.Fen, x.Payment.PayBy.Chinese())
	}
	for n := 5; n >= 1; n-- {
		p.Ratings = append(p.Ratings, page.Option{Value: strconv.Itoa(n), Text: [...]string{"", "很不满意", "不满意", "基本满意", "满意", "很满意"}[n]})
	}
	p.Text = page.Field{Name: "text", Kind: "textarea", Rows: 4, Max: 1500, Label: "补正的内容", Value: r.PostFormValue("text")}
	p.Attach = page.Field{Name: "files", Kind: "file", Multiple: true, Label: "补正材料", Accept: ".pdf,.jpg,.jpeg,.png,.docx"}
	return nil
}

// applyAct is what an applicant does himself: correct, withdraw, rate, suggest.
func (s *Site) applyAct(w http.ResponseWriter, r *http.Request) error {
	if err := parseSent(r); err != nil {
		return err
	}
	p := s.applyTrackPage(r)
	x, ok, err := s.tracked(w, r, &p)
	if !ok || err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"))
	rating, _ := strconv.Atoi(r.PostFormValue("rating")) // what is no number is no rating
	var said string
	var verb store.RequestVerb
	switch r.PostFormValue("do") {
	case "correct":
		files, message, err := s.attach(r, store.RequestRef(x.ID), "files", "补正材料")
		if err != nil {
			return err
		}
		if message == "" && text == "" && len(files) == 0 {
			message = "请写补正的内容，或者上传补正材料。"
		}
		if message != "" {
			return s.applyShow(w, r, http.StatusUnprocessableEntity, message, "")
		}
		said = "补正已经收到，答复期限自次日起重新计算。"
		verb = func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
			x.Content.Wanted += "\n（补正）" + clip(text, 1500)
			for _, f := range files {
				x.Content.Files = append(x.Content.Files, casework.File{ID: f.ID, Name: f.Name, Kind: "paper", On: day})
			}
			return x.Clarify(casework.Doing{On: day, Today: day})
		}
	case "withdraw":
		said = "申请已经撤回。"
		verb = func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
			return x.Withdraw(cal, casework.Doing{On: day, Today: day})
		}
	case "rate":
		said = "谢谢您的评价。"
		verb = func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
			if rating < 1 || rating > 5 || x.Content.Rating != 0 || x.State != casework.Closed {
				return act.Refuse("请选择满意程度；每件申请评价一次。")
			}
			x.Content.Rating, x.Content.Comment = rating, clip(text, 500)
			return x.Note(casework.Doing{On: day, Today: day}, "rating")
		}
	case "suggest":
		said = "建议已经送达办理机关，审核结果会书面告知。"
		verb = func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
			x.Content.Notes = append(x.Content.Notes, casework.Note{On: day, Kind: "suggest", Text: "申请人建议将该信息转为主动公开。" + clip(text, 500)})
			return x.Note(casework.Doing{On: day, Today: day}, "suggest")
		}
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	key := r.PostFormValue("key")
	if len(key) > 64 {
		key = ""
	}
	if key != "" {
		key = "apply/" + key
	}
	_, err = s.store.WithTrackedRequest(r.Context(), key, p.Number, p.Code, verb)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.applyShow(w, r, http.StatusUnprocessableEntity, refusal.Text, "")
	case errors.Is(err, store.ErrConflict):
		return s.applyShow(w, r, http.StatusConflict, "在您填写期间，情况有了变化。请看下面现在的情况，再提交一次。", "")
	case err != nil:
		return err
	}
	return s.applyShow(w, r, http.StatusOK, "", said)
}

// stampedLetter is the scan of a letter, named as the letter is.
func stampedLetter(files []casework.File, id int64, name string) casework.File {
	for _, f := range files {
		if f.ID == id {
			return casework.File{ID: id, Name: name + path.Ext(f.Name), Kind: f.Kind}
		}
	}
	return casework.File{ID: id, Name: name}
}

// applyLetter gives a letter, or a disclosed file, to its applicant.
func (s *Site) applyLetter(w http.ResponseWriter, r *http.Request) error {
	p := s.applyTrackPage(r)
	x, ok, err := s.tracked(w, r, &p)
	if !ok || err != nil {
		return err
	}
	p.X = x
	if err := s.applyFill(r, &p); err != nil {
		return err
	}
	n, _ := strconv.Atoi(r.PostFormValue("letter"))
	for _, l := range p.Letters {
		if l.N != n {
			continue
		}
		y := x.Content.Letters[n-1]
		if y.Scan != 0 { // the letter that was served is the one with the seal
			return s.sendPrivate(w, r, stampedLetter(x.Content.Files, y.Scan, x.Number+l.Name))
		}
		format := "pdf"
		if r.PostFormValue("format") == "docx" {
			format = "docx"
		}
		return s.sendPaper(w, format, x.Number+l.Name, reporting.Letter{Title: x.OrganName + l.Name, Number: y.No, To: x.Content.Person.Name, Text: strings.Join(y.Body, "\n"), From: x.OrganName, Dated: y.On})
	}
	file, _ := strconv.ParseInt(r.PostFormValue("file"), 10, 64)
	for _, f := range p.Files {
		if f.ID == file {
			return s.sendPrivate(w, r, f)
		}
	}
	return page.ErrNotFound
}
