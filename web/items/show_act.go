package items

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a form that may bring a scan.
const (
	scanBytes = 20 << 20
	formBody  = scanBytes + 256<<10
)

// An action is one form on the page of an item.
type action struct {
	Key, Label string
	Hint       string
	Fields     []page.Field
	Open       bool
	Button     string
	Main       bool // the next step, rather than one among others
	At         string
	Version    int64
}

// A form collects the fields of an action, filled with what was sent.
type form struct {
	key  string // stands before the names of its fields: several forms stand on a page
	r    *http.Request
	mine bool // this form was sent and is shown again
	bad  map[string]string
	out  []page.Field
}

func (f *form) add(x page.Field) *form {
	name := x.Name
	x.Name = f.key + "-" + name
	if f.mine {
		switch x.Kind {
		case "file":
		case "select":
			for i := range x.Options {
				x.Options[i].Selected = x.Options[i].Value == f.r.PostFormValue(x.Name)
			}
		default:
			x.Value = f.r.PostFormValue(x.Name)
		}
		x.Message = f.bad[name]
	}
	f.out = append(f.out, x)
	return f
}

func (f *form) day(name, label, hint, value string) *form {
	return f.add(page.Field{Name: name, Label: label, Kind: "date", Hint: hint, Value: value})
}

func (f *form) words(name, label, hint string, rows, most int) *form {
	kind := "textarea"
	if rows == 1 {
		kind = "text"
	}
	return f.add(page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Rows: rows, Max: most})
}

func (f *form) choose(name, label, hint string, options ...page.Option) *form {
	return f.add(page.Field{Name: name, Label: label, Kind: "select", Hint: hint, Options: options})
}

func (f *form) scan(label string) *form {
	return f.add(page.Field{Name: "scan", Label: label, Kind: "file", Accept: ".pdf,.jpg,.jpeg,.png", Hint: "PDF、JPG 或 PNG，不超过 20 MB。"})
}

// A sent form of an item.
type sent struct {
	do    string
	r     *http.Request
	today law.Date
	now   int64 // milliseconds since 1970
	bad   map[string]string
	by    store.By
	x     *store.ItemFile                    // as it was read before
	find  func(number string) (int64, error) // an item of the organ by its index number
}

func (s *sent) text(name string) string {
	return strings.TrimSpace(s.r.PostFormValue(s.do + "-" + name))
}

// day reads a date field; what is no date, or not yet, is a message at the field.
func (s *sent) day(name string) law.Date {
	v := s.text(name)
	if v == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(v)
	if err != nil || !d.Valid() || d.Year < 1949 || d.Year > 2200 {
		s.bad[name] = "日期请写成年-月-日的形式，如 2026-01-20。"
		return law.Date{}
	}
	return d
}

// past is day for what has happened already.
func (s *sent) past(name string) law.Date {
	d := s.day(name)
	if d.After(s.today) {
		s.bad[name] = d.Chinese() + "还没有到，请写实际的日期。"
		return law.Date{}
	}
	return d
}

func (s *sent) need(name, message string) string {
	v := s.text(name)
	if v == "" {
		s.bad[name] = message
	}
	return v
}

// A doing is what one of the forms does: read checks what was sent and words the
// reason, run does it and may run twice.
type doing struct {
	read func(s *sent)
	run  func(s *sent, x *store.ItemFile, d proactive.Doing, cal *calendar.Calendar) error
	done string // word of page.Done
}

// doings are all of them, by their do.
func doings() map[string]doing {
	return map[string]doing{
		"sign": signDoing, "return": returnDoing, "ask": askDoing, "answered": answeredDoing, "withhold": withholdDoing,
		"publish": publishDoing, "schedule": scheduleDoing, "unschedule": unscheduleDoing, "withdraw": withdrawDoing, "repeal": repealDoing,
		"rereview": reReviewDoing,
	}
}

// pathFile reads the ids of an address that names a file of an item.
func pathFile(r *http.Request) (id, file int64, err error) {
	if id, err = page.PathID(r); err != nil {
		return 0, 0, err
	}
	if file, err = strconv.ParseInt(r.PathValue("file"), 10, 64); err != nil {
		return 0, 0, page.ErrNotFound
	}
	return id, file, nil
}

// parse reads a form, with files or without.
func parse(r *http.Request) error {
	err := r.ParseMultipartForm(8 << 20)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if err != nil {
		return &page.Input{Text: "表单内容无法识别，或者扫描件超过 20 MB。请返回检查后重新提交。"}
	}
	return nil
}

// act does what one of the forms of an item asks.
func (t *Items) act(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	do := r.PostFormValue("do")
	switch do {
	case "mark":
		return t.decideMarks(w, r)
	case "decision":
		return t.resolve(w, r)
	}
	what, ok := doings()[do]
	if !ok {
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	again := t.showItem
	if r.PostFormValue("at") == "review" && x.Next() >= 0 {
		again = t.showReview
	}
	s := &sent{do: do, r: r, today: t.cfg.Today(), now: t.cfg.Now().UnixMilli(), bad: map[string]string{}, by: page.By(r), x: x}
	s.find = func(number string) (int64, error) {
		p, err := t.store.PublicItem(r.Context(), number, 0)
		if err != nil {
			return 0, err
		}
		return p.ID, nil
	}
	s.paper()
	if what.read != nil {
		what.read(s)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if len(s.bad) > 0 {
		return again(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: s.bad, refusal: badRefusal(s.bad)})
	}
	scan, err := t.keepScan(r, x, s)
	if err != nil {
		return err
	}
	if len(s.bad) > 0 {
		return again(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: s.bad, refusal: badRefusal(s.bad)})
	}
	d, err := t.store.WithItem(r.Context(), s.by, x.ID, version, func(x *store.ItemFile, d proactive.Doing, cal *calendar.Calendar) error {
		if d.Paper && d.On.Before(submitted(x)) && x.Next() >= 0 {
			return act.Refuse("签批日期" + d.On.Chinese() + "早于送审日期" + submitted(x).Chinese() + "，请核对。")
		}
		if err := what.run(s, x, d, cal); err != nil {
			return err
		}
		return x.KeepScan(scan)
	})
	var no *act.Refusal
	switch {
	case err == nil:
		return page.Done(w, r, itemHref(x.ID), what.done, d)
	case errors.As(err, &no):
		return again(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: s.bad, refusal: no})
	case errors.Is(err, store.ErrConflict):
		return again(w, r, http.StatusConflict, shown{do: do, changed: true})
	}
	return err
}

// badRefusal says above the page that a field has to be filled in again.
func badRefusal(bad map[string]string) *act.Refusal {
	names := make([]string, 0, len(bad))
	for n := range bad {
		names = append(names, n)
	}
	slices.Sort(names)
	return act.Refuse(bad[names[0]])
}

// submitted is the day on which the text in work went into review.
func submitted(x *store.ItemFile) law.Date {
	var day law.Date
	for _, e := range x.Events() {
		if e.Kind == act.ItemSubmitted {
			day = e.On
		}
	}
	return day
}

// paper reads a signature on paper, if the form enters one.
func (s *sent) paper() {
	day, signer := s.past("paper"), clip(s.text("signer"), 40)
	if day.IsZero() && signer == "" || s.bad["paper"] != "" {
		return
	}
	if day.IsZero() {
		s.bad["paper"] = "请写纸质签批的日期。"
	}
	if signer == "" {
		s.bad["signer"] = "请写签批人的姓名。"
	}
	s.by.Paper, s.by.Signer = &act.Paper{On: day}, signer
}

var scanTypes = []string{"application/pdf", "image/jpeg", "image/png"}

// keepScan keeps the scan that the form brings, if it brings one.
func (t *Items) keepScan(r *http.Request, x *store.ItemFile, s *sent) (int64, error) {
	return t.keepScanOf(r, store.ItemRef(x.ID), s)
}

func (t *Items) keepScanOf(r *http.Request, ref string, s *sent) (int64, error) {
	f, _, err := r.FormFile(s.do + "-scan")
	if err != nil { // none was sent
		return 0, nil
	}
	defer f.Close()
	if s.by.Paper == nil {
		s.bad["scan"] = "上传扫描件的，请同时写明日期和签批人。"
		return 0, nil
	}
	p, err := t.store.PutPrivate(r.Context(), ref, f)
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		s.bad["scan"] = no.Text
		return 0, nil
	case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
		s.bad["scan"] = "这台服务器没有设置加密密钥或文件夹，不能保存扫描件。请先不传扫描件登记，并告诉系统管理员。"
		return 0, nil
	case err != nil:
		return 0, err
	case p.Size == 0, !slices.Contains(scanTypes, p.Type):
		s.bad["scan"] = "扫描件应是 PDF、JPG 或 PNG。这个文件的内容不是这几种，请检查是否选错了文件。"
		return 0, t.store.DropPrivate(r.Context(), p.ID)
	}
	s.by.Paper.Scan = p.Hash
	return p.ID, nil
}

// actions are the forms that the item has a place for now.
func (t *Items) actions(r *http.Request, x *store.ItemFile, s shown) []action {
	v := page.VisitOf(r).Viewer
	var out []action
	add := func(verb org.Verb, kind string, a action, fields func(f *form)) {
		if kind != "" && !x.Can(kind) || !x.May(v, verb) {
			return
		}
		f := &form{key: a.Key, r: r, mine: s.do == a.Key, bad: s.bad}
		if fields != nil {
			fields(f)
		}
		if a.Button == "" {
			a.Button = a.Label
		}
		a.Fields, a.Open, a.At, a.Version = f.out, s.do == a.Key || a.Main, itemHref(x.ID), x.Version
		out = append(out, a)
	}
	t.publishActions(x, add)
	if x.Stage == proactive.Asking {
		who := org.ReviewItems
		if !x.May(v, who) {
			who = org.EditItems
		}
		add(who, act.ItemAnswered, answeredAction(), answeredFields)
	}
	if x.Stage == proactive.Approved || x.Stage == proactive.Asking {
		add(org.ReviewItems, act.ItemReturned, action{Key: "return", Label: "退回修改", Button: "退回", Hint: "写明要修改的地方，起草人会看到；已经签过的环节要重新签。"}, func(f *form) {
			f.words("reason", "退回理由", "", 3, 600)
		})
	}
	if x.Next() < 0 {
		add(org.ReviewItems, act.ItemWithheld, action{Key: "withhold", Label: "登记为不主动公开", Hint: "写明理由和条文，定期评估审查。登记后默认只保留标题、文号、理由和评估日期，正文和附件清除。"}, withholdFields(x, t.cfg.Today()))
	}
	if x.Stage == proactive.Withheld {
		add(org.ReviewItems, act.ItemReReviewed, action{Key: "rereview", Label: "登记评估审查", Main: true}, reReviewFields(t.cfg.Today()))
	}
	if x.Stage != proactive.Discarded && x.Stage != proactive.Withheld {
		t.decisionAction(r, x, add)
	}
	return out
}
