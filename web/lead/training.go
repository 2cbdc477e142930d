package lead

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) trainingRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/trainings", Verb: org.Enter, Serve: l.trainings},
		{Pattern: "GET /desk/trainings/records", Verb: org.SeeLedgers, Serve: l.trainingRecords},
		{Pattern: "GET /desk/trainings/new", Verb: org.EditLedgers, Serve: l.trainingForm},
		{Pattern: "POST /desk/trainings/new", Verb: org.EditLedgers, Body: 256 << 10, Serve: l.trainingSave},
		{Pattern: "GET /desk/trainings/{id}", Verb: org.Enter, Serve: l.training},
		{Pattern: "POST /desk/trainings/{id}", Verb: org.EditLedgers, Body: ledgerBody, Serve: l.trainingAct},
		{Pattern: "GET /desk/trainings/{id}/edit", Verb: org.EditLedgers, Serve: l.trainingForm},
		{Pattern: "POST /desk/trainings/{id}/edit", Verb: org.EditLedgers, Body: 256 << 10, Serve: l.trainingSave},
		{Pattern: "GET /desk/trainings/{id}/sheet/{format}", Verb: org.SeeLedgers, Serve: l.trainingSheet},
		{Pattern: "GET /desk/trainings/{id}/code", Verb: org.EditLedgers, Serve: l.trainingCode},
		{Pattern: "GET /desk/trainings/sign", Verb: org.Enter, Serve: l.trainingSignForm},
		{Pattern: "POST /desk/trainings/sign", Verb: org.Enter, Serve: l.trainingSign},
		{Pattern: "GET /desk/trainings/{id}/test", Verb: org.Enter, Serve: l.trainingTestForm},
		{Pattern: "POST /desk/trainings/{id}/test", Verb: org.Enter, Serve: l.trainingTest},
		{Pattern: "GET /desk/trainings/{id}/files/{n}", Verb: org.Enter, Serve: l.trainingFile},
	}
}

type trainingsPage struct {
	page.Base
	Mine  bool
	Sees  bool // the plan of his own organ, too
	Years []page.Option
	Year  int
	Rows  []trainingRow
	May   bool
	Sum   oversight.TrainingSum
}

type trainingRow struct {
	What         page.Link
	Topic, Organ string
	When, Where  string
	Length       string
	Listed, Came int
	Absent       int
	State        page.Tag
}

var trainingsTemplate = page.NewTemplate(templates, "templates/trainings.html")

func trainingTag(s oversight.TrainingState) page.Tag {
	tone := map[oversight.TrainingState]string{oversight.TrainingHeld: "ok"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

func trainingLength(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return oversight.TrainingSum{Minutes: minutes}.Hours() + "小时"
}

func (l *Lead) trainings(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := trainingsPage{Base: l.base(r, "ledgers", "培训"), Sees: org.Able(v, org.SeeLedgers), May: org.Able(v, org.EditLedgers)}
	p.Mine = !p.Sees || r.FormValue("mine") != ""
	if p.Sees {
		p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}}
	}
	p.Year, p.Years = l.ledgerYear(r)
	list, err := l.store.Trainings(r.Context(), v, store.TrainingQuery{Year: p.Year, Mine: p.Mine})
	if err != nil {
		return err
	}
	for _, x := range list {
		row := trainingRow{What: page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/trainings/%d", x.ID)}, Topic: x.Topic, Organ: x.OrganName, Where: x.Place, Length: trainingLength(x.Minutes), Listed: x.Listed, Came: x.Came + x.Outside,
			Absent: x.Absent, State: trainingTag(x.State)}
		switch {
		case !x.Held.IsZero():
			row.When = x.Held.String()
		case !x.Planned.IsZero():
			row.When = "计划 " + x.Planned.String()
		default:
			row.When = "日期未定"
		}
		p.Rows = append(p.Rows, row)
		if x.State != oversight.TrainingDropped {
			p.Sum.Planned++
		}
		if x.State == oversight.TrainingHeld {
			p.Sum.Sessions, p.Sum.Minutes, p.Sum.Persons = p.Sum.Sessions+1, p.Sum.Minutes+x.Minutes, p.Sum.Persons+x.Came+x.Outside
		}
	}
	return page.Render(w, r, trainingsTemplate, p)
}

type recordsPage struct {
	page.Base
	Years []page.Option
	Year  int
	Rows  []recordRow
	CSV   string
}

type recordRow struct {
	store.TrainingRecord
	Hours string
}

var recordsTemplate = page.NewTemplate(templates, "templates/training_records.html")

// trainingRecords is the year of each person, as a page or as a file.
func (l *Lead) trainingRecords(w http.ResponseWriter, r *http.Request) error {
	p := recordsPage{Base: l.base(r, "ledgers", "培训记录")}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: "培训", Href: "/desk/trainings"}}
	p.Year, p.Years = l.ledgerYear(r)
	list, err := l.store.TrainingRecords(r.Context(), page.VisitOf(r).Viewer, 0, p.Year)
	if err != nil {
		return err
	}
	if r.FormValue("as") == "csv" {
		rows := [][]string{{"单位", "姓名", "应参加", "实际参加", "小时", "参加测试", "通过"}}
		for _, x := range list {
			rows = append(rows, []string{x.Unit, x.Name, fmt.Sprint(x.Summoned), fmt.Sprint(x.Signed), oversight.TrainingSum{Minutes: x.Minutes}.Hours(), fmt.Sprint(x.Tested), fmt.Sprint(x.Passed)})
		}
		return ledgerCSV(w, fmt.Sprintf("training-%d.csv", p.Year), rows)
	}
	for _, x := range list {
		p.Rows = append(p.Rows, recordRow{x, oversight.TrainingSum{Minutes: x.Minutes}.Hours()})
	}
	p.CSV = page.With("/desk/trainings/records", "year", fmt.Sprint(p.Year), "as", "csv")
	return page.Render(w, r, recordsTemplate, p)
}

// trainingKept is the session that a form is about, or an empty one.
func (l *Lead) trainingKept(r *http.Request) (oversight.Training, error) {
	if r.PathValue("id") == "" {
		return oversight.Training{Year: l.cfg.Today().Year}, nil
	}
	id, err := page.PathID(r)
	if err != nil {
		return oversight.Training{}, err
	}
	x, err := l.store.Training(r.Context(), page.VisitOf(r).Viewer, id)
	if err == nil && !x.Edits {
		err = store.Forbidden(org.EditLedgers)
	}
	return x.Training, err
}

func (l *Lead) trainingFields(r *http.Request, t oversight.Training) (ledgerEntry, error) {
	title, back := "安排培训", "/desk/trainings"
	if t.ID != 0 {
		title, back = "修改“"+t.Title+"”", fmt.Sprintf("/desk/trainings/%d", t.ID)
	}
	p := l.ledgerBase(r, title, back, "培训")
	rule := oversight.TrainingRule()
	p.Cite = rule.String() + "：" + rule.Paraphrase
	if r.Method == http.MethodGet {
		p.Version = t.Version
	}
	value := func(name, kept string) string { return ledgerValue(r, name, kept) }
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	var topics [][2]string
	for _, x := range oversight.TrainingTopics() {
		topics = append(topics, [2]string{x, x})
	}
	p.row("", page.Field{Name: "title", Label: "题目", Max: 80, Value: value("title", t.Title), Required: true, Hint: "例如：年度报告编制培训"},
		page.Field{Name: "topic", Label: "主题", Kind: "select", Options: ledgerOptions(value("topic", t.Topic), "不分类", topics...)})
	year := page.Field{Name: "year", Label: "列入哪一年的计划", Kind: "number", Value: value("year", strconv.Itoa(t.Year))}
	if t.ID == 0 {
		organs, _, err := l.ledgerOrgans(r, org.EditLedgers, r.FormValue("organ"))
		if err != nil {
			return p, err
		}
		p.row("", page.Field{Name: "organ", Label: "举办机关", Kind: "select", Options: organs}, year)
	} else {
		p.row("", year)
	}
	p.row("", page.Field{Name: "planned", Label: "计划日期", Kind: "date", Value: value("planned", t.Planned.String()), Hint: "还没有定的不填。"}, page.Field{Name: "minutes", Label: "时长（分钟）", Kind: "number", Value: value("minutes", number(t.Minutes))})
	p.row("", page.Field{Name: "place", Label: "地点", Max: 60, Value: value("place", t.Place), Hint: "线上培训写“线上”。"}, page.Field{Name: "lecturer", Label: "主讲", Max: 60, Value: value("lecturer", t.Lecturer)})
	p.row("", page.Field{Name: "audience", Label: "参加范围", Max: 120, Value: value("audience", t.Audience), Hint: "例如：各乡镇、县直部门公开工作经办人。名单保存后再添加。"})
	p.row("测试（可以不设）", page.Field{Name: "test", Label: "题目", Kind: "textarea", Rows: 10, Value: value("test", t.Test.String()), Max: 20_000,
		Hint: "一题一段，题下每行一个选项，正确的选项前加星号，题与题之间空一行。例如：申请公开的答复期限是多少？（换行）A. 15个工作日（换行）*B. 20个工作日"})
	pass, tries := 60, 3
	if len(t.Test.Questions) > 0 {
		pass, tries = t.Test.Pass, t.Test.Tries
	}
	p.row("", page.Field{Name: "pass", Label: "及格分（百分制）", Kind: "number", Value: value("pass", strconv.Itoa(pass))}, page.Field{Name: "tries", Label: "最多考几次", Kind: "number", Value: value("tries", strconv.Itoa(tries))})
	return p, nil
}

func (l *Lead) trainingForm(w http.ResponseWriter, r *http.Request) error {
	t, err := l.trainingKept(r)
	if err != nil {
		return err
	}
	p, err := l.trainingFields(r, t)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

func (l *Lead) trainingSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	kept, err := l.trainingKept(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	get := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	t := oversight.Training{ID: kept.ID, Organ: kept.Organ, Year: int(ledgerNumber(r, "year", 2100, bad)), Title: get("title"), Topic: get("topic"), Planned: ledgerDate(r, "planned", bad), Place: get("place"),
		Minutes: int(ledgerNumber(r, "minutes", 2400, bad)), Lecturer: get("lecturer"), Audience: get("audience")}
	t.Version, _ = strconv.ParseInt(r.FormValue("version"), 10, 64)
	if t.ID == 0 {
		t.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	}
	questions, message := oversight.ParseTest(r.FormValue("test"))
	if message != "" {
		bad["test"] = message
	}
	if len(questions) > 0 {
		t.Test = oversight.Test{Questions: questions, Pass: int(ledgerNumber(r, "pass", 100, bad)), Tries: int(ledgerNumber(r, "tries", 20, bad))}
		if t.Test.Pass < 1 {
			bad["pass"] = "请写及格分，1至100。"
		}
		if t.Test.Tries < 1 {
			bad["tries"] = "请写最多考几次，1至20。"
		}
	}
	for k, m := range t.Check() {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	again := func(failure string, conflict bool) error {
		p, err := l.trainingFields(r, kept)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, conflict)
	}
	if len(bad) > 0 {
		return again("", false)
	}
	d, err := l.store.SaveTraining(r.Context(), page.By(r), t)
	refusal, conflict, rest := ledgerFailed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return again(refusal, conflict)
	}
	return page.Done(w, r, "/desk/trainings/"+d.Answer, "saved", d)
}

// clock is an instant as people read it on a day.
func clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(law.Beijing).Format("01-02 15:04")
}
