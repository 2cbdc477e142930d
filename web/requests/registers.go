package requests

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) registersRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/remedies", Verb: org.SeeRequests, Serve: q.remedies},
		{Pattern: "GET /desk/requests/remedies.xlsx", Verb: org.SeeRequests, Serve: q.remediesFile},
		{Pattern: "GET /desk/requests/seals", Verb: org.SeeRequests, Serve: q.seals},
		{Pattern: "GET /desk/requests/seals.xlsx", Verb: org.SeeRequests, Serve: q.sealsFile},
	}
}

// maxRegister bounds the lines of a register that is written to a workbook.
const maxRegister = 20000

var errCursor = &page.Input{Text: "翻页的标记已经失效，请回到第一页重新查看。"}

type remediesPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Year  string
	Years []page.Option
	Kinds []page.Option
	Table string // words of the cell of table four that is shown
	Rows  []remedyRow
	Pager page.Pager
	Empty string
	File  string
	Due   string
}

type remedyRow struct {
	What            page.Link
	Number, Kind    string
	Organ, Against  string
	Begun, Answered string
	State           page.Tag
	Limit           page.Limit
	LimitWhat       string
	HasLimit        bool
	Instance        string
}

var remediesTemplate = page.NewTemplate(templates, "templates/remedies.html")

// remedyTabs of the register.
var remedyTabs = []struct{ key, text string }{{"", "未结"}, {"answer", "待答复"}, {"redo", "待重新答复"}, {"ended", "已结"}, {"all", "全部"}}

// tableColumns are the columns of table four that the register opens from.
var tableColumns = map[string]string{"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果", "pending": "尚未审结", "total": "总计"}

// remedyQuery reads what the register shows from an address.
func (q *Requests) remedyQuery(r *http.Request) (x store.PaperQuery, tab string) {
	tab = r.FormValue("state")
	switch tab {
	case "answer", "redo", "ended":
		x.State = tab
	case "all":
	default:
		tab, x.State = "", "open"
	}
	x.Year, _ = strconv.Atoi(r.FormValue("year"))
	if x.Year < 2000 || x.Year > 2200 {
		x.Year = 0
	}
	if k := casework.RemedyKind(r.FormValue("kind")); k.Chinese() != "" {
		x.Kind = k
	}
	x.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if t := r.FormValue("table"); tableColumns[t] != "" && x.Year != 0 {
		x.Table, x.State, tab = t, "", "all"
	}
	x.After, x.Limit = r.FormValue("after"), 50
	return x, tab
}

func (q *Requests) remedies(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, q.cfg.Today()
	query, tab := q.remedyQuery(r)
	p := remediesPage{Base: q.base(r, "remedies", "复议、诉讼"), Tab: tab}
	year, organ := "", ""
	if query.Year != 0 {
		year = strconv.Itoa(query.Year)
	}
	if query.Organ != 0 {
		organ = strconv.FormatInt(query.Organ, 10)
	}
	again := func(to, state, table, after string) string {
		return page.With(to, "state", state, "year", year, "kind", string(query.Kind), "organ", organ, "table", table, "after", after)
	}
	const here = "/desk/requests/remedies"
	for _, t := range remedyTabs {
		p.Tabs = append(p.Tabs, page.Link{Key: t.key, Text: t.text, Href: again(here, t.key, "", "")})
	}
	p.Years = []page.Option{{Text: "全部"}}
	for y := today.Year; y > today.Year-6; y-- {
		p.Years = append(p.Years, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年", y), Selected: y == query.Year})
	}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range casework.RemedyKinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == query.Kind})
	}
	if query.Table != "" {
		p.Table = fmt.Sprintf("%d年表四“%s”", query.Year, tableColumns[query.Table])
		if query.Kind != "" {
			p.Table += "，" + query.Kind.Chinese()
		}
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	rows, next, err := q.store.RequestRemedies(r.Context(), v, query)
	if errors.Is(err, store.ErrCursor) {
		return errCursor
	}
	if err != nil {
		return err
	}
	for _, x := range rows {
		row := remedyRow{What: page.Link{Text: subjectOf(x.Subject, x.Number), Href: fmt.Sprintf("/desk/requests/%d/remedies/%d", x.Request, x.N)}, Number: x.Number, Kind: x.Kind.Chinese(), Organ: x.OrganName, Against: x.LetterNo,
			Begun: x.Begun.String(), Answered: x.Answered.String(), State: remedyTag(x.Ended, x.Answered, x.Ending, x.Redone)}
		if x.Simple {
			row.Kind += "（简易）"
		}
		if x.Instance > 1 {
			row.Instance = "二审"
		}
		if day, what := x.Next(); !day.IsZero() {
			row.Limit, row.LimitWhat, row.HasLimit = page.LimitOf(cal, today, day, "", warnDays), what, true
			row.Limit.Trace = nil
		}
		p.Rows = append(p.Rows, row)
	}
	if next != "" {
		p.Pager.Next = again(here, tab, query.Table, next)
	}
	if query.After != "" {
		p.Pager.First = again(here, tab, query.Table, "")
	}
	p.File = again(here+".xlsx", tab, query.Table, "")
	p.Empty = "这里没有复议、诉讼。"
	if p.Due, err = q.remediesDue(r); err != nil {
		return err
	}
	return page.Render(w, r, remediesTemplate, p)
}

// remediesDue words what is owed to reviewing organs and courts, "" for nothing.
func (q *Requests) remediesDue(r *http.Request) (string, error) {
	n, first, err := q.store.RemediesDue(r.Context(), page.VisitOf(r).Viewer)
	if err != nil || n == 0 {
		return "", err
	}
	if first.Before(q.cfg.Today()) {
		return fmt.Sprintf("%d件复议、诉讼等待书面答复、答辩，最早的一件%s已经到期。逾期不提交的，视为没有证据、依据，请立即办理。", n, first.Chinese()), nil
	}
	return fmt.Sprintf("%d件复议、诉讼等待书面答复、答辩，最早的一件%s到期。", n, first.Chinese()), nil
}

func subjectOf(subject, number string) string {
	if subject == "" {
		return "申请 " + number
	}
	return subject
}

// remediesFile is the register as a workbook.
func (q *Requests) remediesFile(w http.ResponseWriter, r *http.Request) error {
	query, _ := q.remedyQuery(r)
	query.After, query.Limit = "", store.MaxRequests
	var rows [][]string
	for {
		list, next, err := q.store.RequestRemedies(r.Context(), page.VisitOf(r).Viewer, query)
		if err != nil {
			return err
		}
		for _, x := range list {
			res, _ := casework.ResultOf(x.Outcome)
			yes := map[bool]string{true: "是"}
			rows = append(rows, []string{x.OrganName, x.Number, x.Subject, x.Kind.Chinese(), yes[x.Simple], x.LetterNo, res.Chinese, x.Begun.String(), x.AnswerDue.String(), x.Answered.String(), x.Hearing.String(),
				x.AppealBy.String(), x.Ended.String(), x.Ending.Chinese(), tableColumns[columnOf(x)], yes[x.Counted]})
		}
		if query.After = next; next == "" || len(rows) >= maxRegister {
			break
		}
	}
	return q.workbook(w, "复议诉讼登记簿", []string{"机关", "登记号", "事由", "类别", "简易程序", "所针对的文书", "处理结果", "收到副本", "答复期限", "提交答复", "开庭、听证", "上诉期限", "结果日期", "结果", "表四", "计入表四"},
		[]float64{24, 12, 24, 20, 9, 22, 18, 12, 12, 12, 12, 12, 12, 18, 10, 9}, rows)
}

func columnOf(x store.RemedyRow) string {
	if x.Ended.IsZero() {
		return "pending"
	}
	return x.Ending.Column()
}

// workbook answers with a list as xlsx.
func (q *Requests) workbook(w http.ResponseWriter, name string, head []string, widths []float64, rows [][]string) error {
	var b bytes.Buffer
	i := 0
	err := render.ListXLSX(&b, render.List{Name: name, Head: head, Widths: widths, Next: func() ([]string, error) {
		if i == len(rows) {
			return nil, nil
		}
		i++
		return rows[i-1], nil
	}})
	if err != nil {
		return err
	}
	return send(w, &b, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name+q.cfg.Today().String()+".xlsx")
}

type sealsPage struct {
	page.Base
	Years []page.Option
	Rows  []sealRow
	Pager page.Pager
	File  string
}

type sealRow struct {
	What                         page.Link
	No, Number, Organ            string
	Sealed, Served               law.Date
	Copies                       int
	Asker, Keeper, Consent, Void string
}

var sealsTemplate = page.NewTemplate(templates, "templates/seals.html")

func (q *Requests) seals(w http.ResponseWriter, r *http.Request) error {
	today := q.cfg.Today()
	query := store.PaperQuery{After: r.FormValue("after"), Limit: 50}
	query.Year, _ = strconv.Atoi(r.FormValue("year"))
	year := ""
	if query.Year < 2000 || query.Year > 2200 {
		query.Year = 0
	} else {
		year = strconv.Itoa(query.Year)
	}
	p := sealsPage{Base: q.base(r, "seals", "用印登记"), Years: []page.Option{{Text: "全部"}}, File: page.With("/desk/requests/seals.xlsx", "year", year)}
	for y := today.Year; y > today.Year-6; y-- {
		p.Years = append(p.Years, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年", y), Selected: y == query.Year})
	}
	rows, next, err := q.store.RequestSeals(r.Context(), page.VisitOf(r).Viewer, query)
	if errors.Is(err, store.ErrCursor) {
		return errCursor
	}
	if err != nil {
		return err
	}
	for _, x := range rows {
		k, _ := casework.LetterOf(x.Code, x.Dated)
		p.Rows = append(p.Rows, sealRow{What: page.Link{Text: k.Name, Href: fmt.Sprintf("/desk/requests/%d/letters/%d", x.Request, x.Letter)}, No: x.No, Number: x.Number, Organ: x.OrganName, Sealed: x.Sealed, Served: x.Served,
			Copies: x.Copies, Asker: x.Asker, Keeper: x.Keeper, Consent: consentWord(x.Consent), Void: casework.VoidChinese(x.Void)})
	}
	if next != "" {
		p.Pager.Next = page.With("/desk/requests/seals", "year", year, "after", next)
	}
	if query.After != "" {
		p.Pager.First = page.With("/desk/requests/seals", "year", year)
	}
	return page.Render(w, r, sealsTemplate, p)
}

// sealsFile is the register as a workbook.
func (q *Requests) sealsFile(w http.ResponseWriter, r *http.Request) error {
	query := store.PaperQuery{Limit: store.MaxRequests}
	query.Year, _ = strconv.Atoi(r.FormValue("year"))
	var rows [][]string
	for {
		list, next, err := q.store.RequestSeals(r.Context(), page.VisitOf(r).Viewer, query)
		if err != nil {
			return err
		}
		for _, x := range list {
			k, _ := casework.LetterOf(x.Code, x.Dated)
			note := ""
			if x.Void != "" {
				note = "作废：" + casework.VoidChinese(x.Void)
			}
			rows = append(rows, []string{x.Sealed.String(), x.OrganName, k.Name, x.No, strconv.Itoa(x.Copies), x.Asker, consentWord(x.Consent), x.Keeper, x.Number, x.Served.String(), note})
		}
		if query.After = next; next == "" || len(rows) >= maxRegister {
			break
		}
	}
	slices.Reverse(rows) // as a register is kept
	return q.workbook(w, "用印登记簿", []string{"用印日期", "机关", "文书", "文号", "份数", "申请人", "批准", "用印人", "登记号", "送达日期", "备注"}, []float64{12, 24, 26, 22, 7, 12, 16, 12, 12, 12, 20}, rows)
}

// paperNav are the entries of the desk's navigation for the registers.
func paperNav() []page.Entry {
	var out []page.Entry
	for _, l := range []page.Link{{Key: "remedies", Text: "复议、诉讼", Href: "/desk/requests/remedies"}, {Key: "seals", Text: "用印登记", Href: "/desk/requests/seals"}} {
		out = append(out, page.Entry{Group: "依申请公开", Verb: org.SeeRequests, Link: l})
	}
	return out
}
