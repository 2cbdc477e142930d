package lead

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type trainingPage struct {
	page.Base
	T       store.TrainingRow
	State   page.Tag
	When    string
	Length  string
	Key     string
	Failure string
	Changed bool
	Do      string
	People  []traineeRow
	Present int
	Missing int
	Files   []trainingFileRow
	Me      *oversight.Trainee // the viewer's own line
	MySign  string
	Testing bool // he may take the test now
	May     bool // change it
	Role    page.Field
	Names   page.Field
	HoldRow []page.Field
	File    page.Field
	Sheet   page.Field
	Open    page.Field
}

type traineeRow struct {
	oversight.Trainee
	When string
	Test string
}

type trainingFileRow struct {
	page.Link
	Note string
	ID   int64
}

var trainingTemplate = page.NewTemplate(templates, "templates/training.html")

func (l *Lead) training(w http.ResponseWriter, r *http.Request) error {
	return l.trainingShow(w, r, http.StatusOK, "", false)
}

func (l *Lead) trainingShow(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	x, err := l.store.Training(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := trainingPage{Base: l.base(r, "ledgers", x.Title), T: x, State: trainingTag(x.State), Length: trainingLength(x.Minutes), Key: page.NewKey(), Failure: failure, Changed: changed, May: x.Edits && x.State != oversight.TrainingDropped,
		Present: x.Present(), Missing: len(x.Training.Missing())}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: "培训", Href: "/desk/trainings"}}
	if !x.Whole {
		p.Crumbs = []page.Link{{Text: "培训", Href: "/desk/trainings?mine=1"}}
	}
	if failure != "" || changed {
		p.Do = r.FormValue("do")
	}
	switch {
	case !x.Held.IsZero():
		p.When = x.Held.Chinese() + "举办"
	case !x.Planned.IsZero():
		p.When = "计划" + x.Planned.Chinese()
	default:
		p.When = fmt.Sprintf("列入%d年计划，日期未定", x.Year)
	}
	for _, t := range x.People {
		row := traineeRow{Trainee: t, When: clock(t.Signed)}
		if t.How == oversight.SignedCode {
			row.When += " 扫码"
		}
		switch {
		case t.Passed:
			row.Test = fmt.Sprintf("通过（%d分）", t.Best)
		case t.Tries > 0:
			row.Test = fmt.Sprintf("未通过（%d分，考%d次）", t.Best, t.Tries)
		}
		if t.Person != 0 && t.Person == v.Person {
			me := t
			p.Me, p.MySign = &me, row.When
			p.Testing = len(x.Test.Questions) > 0 && !t.Passed && t.Tries < x.Test.Tries && x.State != oversight.TrainingDropped
		}
		p.People = append(p.People, row)
	}
	for i, f := range x.Files {
		note := "内部"
		switch {
		case f.Sheet:
			note = "签到表扫描件"
		case f.Hash != "":
			note = "可以公开"
		}
		p.Files = append(p.Files, trainingFileRow{page.Link{Text: f.Name, Href: fmt.Sprintf("/desk/trainings/%d/files/%d", id, i+1)}, note + "，" + ledgerSize(f.Size), f.ID})
	}
	if p.May {
		l.trainingForms(r, &p)
	}
	return page.RenderStatus(w, r, code, trainingTemplate, p)
}

func (l *Lead) trainingForms(r *http.Request, p *trainingPage) {
	value := func(name, now string) string {
		if p.Do != "" && r.PostForm.Has(name) {
			return r.PostFormValue(name)
		}
		return now
	}
	var roles [][2]string
	for _, x := range org.Roles() {
		if !x.Guarding() {
			roles = append(roles, [2]string{string(x), x.Chinese()})
		}
	}
	p.Role = page.Field{Name: "role", Label: "按岗位添加", Kind: "select", Options: ledgerOptions(value("role", string(org.Drafter)), "", roles...)}
	p.Names = page.Field{Name: "names", Label: "按姓名添加", Kind: "textarea", Rows: 3, Value: value("names", ""), Hint: "每行一人：姓名、空格、单位。用于没有账号的人，例如：王某 石门村"}
	held, minutes := p.T.Held, p.T.Minutes
	if held.IsZero() {
		held = l.cfg.Today()
	}
	length := ""
	if minutes > 0 {
		length = strconv.Itoa(minutes)
	}
	p.HoldRow = []page.Field{{Name: "held", Label: "举办日期", Kind: "date", Value: value("held", held.String())}, {Name: "place", Label: "地点", Max: 60, Value: value("place", p.T.Place)},
		{Name: "minutes", Label: "时长（分钟）", Kind: "number", Value: value("minutes", length)}, {Name: "outside", Label: "名单以外到场人数", Kind: "number", Value: value("outside", strconv.Itoa(p.T.Outside)), Hint: "列席、旁听等没有登记姓名的。"}}
	const accept = ".pdf,.ofd,.docx,.doc,.pptx,.ppt,.xlsx,.xls,.jpg,.jpeg,.png"
	p.File = page.Field{Name: "files", Label: "材料", Kind: "file", Multiple: true, Accept: accept, Hint: "课件、文件，每个不超过 20 MB。"}
	p.Open = page.Field{Name: "open", Label: "可以公开", Kind: "checkbox", Hint: "不勾选的只有参加培训的人能看。"}
	p.Sheet = page.Field{Name: "scans", Label: "签到表扫描件", Kind: "file", Multiple: true, Accept: ".pdf,.jpg,.jpeg,.png"}
}

func (l *Lead) trainingAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	x, err := l.store.Training(ctx, v, id)
	if err != nil {
		return err
	}
	if !x.Edits {
		return store.Forbidden(org.EditLedgers)
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is nobody's version
	bad := map[string]string{}
	var kind, word string
	var verb store.TrainingVerb
	switch r.FormValue("do") {
	case "role", "names":
		people, err := l.trainingPeople(r, x)
		if err != nil {
			return err
		}
		if len(people) == 0 {
			bad["names"] = "没有找到可以添加的人。"
		}
		kind, word, verb = act.TrainingSaved, "saved", func(t *oversight.Training, _ law.Date, _ int64) error { return t.Summon(people) }
	case "excuse":
		line, _ := strconv.ParseInt(r.FormValue("line"), 10, 64)
		kind, word, verb = act.TrainingSaved, "removed", func(t *oversight.Training, _ law.Date, _ int64) error { return t.Excuse(line) }
	case "open":
		code := store.NewTrainingCode()
		kind, word, verb = act.TrainingSigned, "begun", func(t *oversight.Training, _ law.Date, _ int64) error { t.Code = code; return nil }
	case "shut":
		kind, word, verb = act.TrainingSigned, "stopped", func(t *oversight.Training, _ law.Date, _ int64) error { t.Code = ""; return nil }
	case "sheet":
		var ids []int64
		for _, s := range r.PostForm["signed"] {
			n, _ := strconv.ParseInt(s, 10, 64)
			ids = append(ids, n)
		}
		kind, word, verb = act.TrainingSigned, "signed", func(t *oversight.Training, _ law.Date, at int64) error { return t.SignSheet(ids, at) }
	case "hold":
		on, minutes, outside := ledgerDate(r, "held", bad), int(ledgerNumber(r, "minutes", 2400, bad)), int(ledgerNumber(r, "outside", 100_000, bad))
		kind, word, verb = act.TrainingHeld, "held", func(t *oversight.Training, d law.Date, _ int64) error {
			return t.Hold(on, r.FormValue("place"), minutes, outside, d)
		}
	case "drop":
		kind, word, verb = act.TrainingDropped, "cancelled", func(t *oversight.Training, _ law.Date, _ int64) error { return t.Drop() }
	case "files", "scan":
		files, message, err := l.trainingKeep(r, id, r.FormValue("do") == "scan")
		if err != nil {
			return err
		}
		if message != "" {
			bad["files"] = message
		}
		kind, word, verb = act.TrainingFiled, "attached", func(t *oversight.Training, _ law.Date, _ int64) error { return t.AddFiles(files) }
	case "unfile":
		file, _ := strconv.ParseInt(r.FormValue("line"), 10, 64)
		kind, word, verb = act.TrainingFiled, "removed", func(t *oversight.Training, _ law.Date, _ int64) error { return t.DropFile(file) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for _, m := range bad {
		return l.trainingShow(w, r, http.StatusUnprocessableEntity, m, false)
	}
	d, err := l.store.WithTraining(ctx, page.By(r), id, version, kind, verb)
	return acted(w, r, d, err, fmt.Sprintf("/desk/trainings/%d", id), word, l.trainingShow)
}

// trainingPeople are those that a form puts on the list.
func (l *Lead) trainingPeople(r *http.Request, x store.TrainingRow) ([]oversight.Trainee, error) {
	if r.FormValue("do") == "role" {
		role, ok := org.ParseRole(r.FormValue("role"))
		if !ok {
			return nil, nil
		}
		return l.store.Summonable(r.Context(), page.VisitOf(r).Viewer, x.Organ, role, r.FormValue("below") != "")
	}
	var out []oversight.Trainee
	for s := range strings.SplitSeq(strings.ReplaceAll(r.FormValue("names"), "\r\n", "\n"), "\n") {
		f := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\u3000,，、", r) })
		if len(f) > 0 {
			out = append(out, oversight.Trainee{Name: f[0], Unit: strings.Join(f[1:], ""), Must: true})
		}
	}
	return out, nil
}

// trainingKeep keeps the files of a form: public ones under their hash, others
// encrypted.
func (l *Lead) trainingKeep(r *http.Request, id int64, sheet bool) (out []oversight.TrainingFile, message string, err error) {
	if sheet || r.FormValue("open") == "" {
		field := "files"
		if sheet {
			field = "scans"
		}
		files, message, err := l.ledgerKeep(r, field, store.TrainingRef(id), false)
		for _, f := range files {
			out = append(out, oversight.TrainingFile{Name: f.Name, Sheet: sheet, Private: f.ID, Size: f.Size})
		}
		return out, message, err
	}
	if r.MultipartForm == nil {
		return nil, "", nil
	}
	for _, h := range r.MultipartForm.File["files"] {
		if h.Size > ledgerFileBytes {
			return nil, "“" + ledgerFileName(h.Filename) + "”超过 20 MB。", nil
		}
		f, err := h.Open()
		if err != nil {
			return nil, "", err
		}
		kept, err := l.store.PutFile(r.Context(), f)
		f.Close()
		if refusal, _, rest := ledgerFailed(err); rest != nil || refusal != "" {
			return nil, refusal, rest
		}
		end, ok := ledgerTypes[kept.Type]
		if !ok {
			return nil, "“" + ledgerFileName(h.Filename) + "”的内容不是 PDF、OFD、图片或 Office 文件，请检查是否选错了文件。", nil
		}
		name := ledgerFileName(h.Filename)
		if !strings.EqualFold(filepath.Ext(name), end) {
			name += end
		}
		out = append(out, oversight.TrainingFile{Name: name, Hash: kept.Hash, Size: kept.Size})
	}
	return out, "", nil
}

func (l *Lead) trainingFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Training(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(x.Files) {
		return page.ErrNotFound
	}
	f := x.Files[n-1]
	if f.Private != 0 {
		return l.ledgerSend(w, r, f.Private, f.Name)
	}
	in, err := l.store.OpenFile(r.Context(), f.Hash)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, in.Type, in.Size, in)
}

// trainingSheet is the list to print and sign.
func (l *Lead) trainingSheet(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Training(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	if !x.Whole {
		return page.ErrNotFound
	}
	return l.ledgerLetter(w, r, signSheet(x), "签到表", r.PathValue("format"))
}

// blankLines are left free at the end of a sheet for those who stand in no list.
const blankLines = 8

func signSheet(x store.TrainingRow) reporting.Letter {
	on := x.Held
	if on.IsZero() {
		on = x.Planned
	}
	when := "　　　年　　月　　日"
	if !on.IsZero() {
		when = on.Chinese()
	}
	place := x.Place
	if place == "" {
		place = "　　　　　　　　"
	}
	t := reporting.LetterTable{Head: []string{"序号", "姓名", "单位", "签字"}, Shares: []float64{1, 2.4, 5, 4}}
	people := slices.Clone(x.People)
	for i, p := range people {
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), p.Name, p.Unit, ""})
	}
	for i := range blankLines {
		t.Rows = append(t.Rows, []string{strconv.Itoa(len(people) + i + 1), "", "", ""})
	}
	return reporting.Letter{Title: x.Title + "签到表", Text: "时间：" + when + "　　　地点：" + place, Tables: []reporting.LetterTable{t}, From: x.OrganName}
}
