package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// A bulkAct is something done to many filings at once.
type bulkAct struct {
	word string // what the button says
	kind string // of the act
	done string // what became of those for whom it was done
}

var bulkActs = map[string]bulkAct{
	"accept": {"审核通过", act.FilingAccepted, "已审核通过"},
	"return": {"退回修改", act.FilingReturned, "已退回"},
	"remind": {"催报", act.FilingReminded, "已催报"},
}

// bulkFields are the inputs of the bulk act.
func (d *Desk) bulkFields(r *http.Request, p *collectingPage, bad map[string]string) error {
	p.Reason = page.Field{Name: "reason", Kind: "textarea", Label: "退回的共同理由", Rows: 2, Max: maxMark, Value: r.PostFormValue("reason"), Message: bad["reason"],
		Hint: "只在退回时填写，例如：表三与台账不一致，请逐件核对。每个机关自己的核对意见会自动附上。"}
	p.By = page.Field{Name: "by", Kind: "date", Label: "改好或报送的期限", Value: r.PostFormValue("by"), Message: bad["by"]}
	day, hint, err := d.returnDay(r.Context(), officeOf(page.VisitOf(r).Viewer, ""))
	if err != nil {
		return err
	}
	if p.By.Hint = "退回时写进退回意见。" + hint; p.By.Value == "" {
		p.By.Value = day.String()
	}
	return nil
}

// maxMark bounds one reason for returning a report, in characters.
const maxMark = 600

// collectingBulk does one thing to every organ ticked and says for each what
// became of it.
func (d *Desk) collectingBulk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新勾选。"}
	}
	if d.store == nil {
		return page.ErrNotFound
	}
	q, err := d.listQueryOf(r.PostFormValue)
	if err != nil {
		return err
	}
	for _, s := range r.PostForm["organ"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			q.organs = append(q.organs, id)
		}
	}
	bulk, ok := bulkActs[r.PostFormValue("do")]
	if !ok {
		return &page.Input{Text: "请选择要办理的操作：审核通过、退回修改或者催报。"}
	}
	bad := map[string]string{}
	again := func(failure string) error {
		return d.showCollecting(w, r, http.StatusUnprocessableEntity, q, bad, failure)
	}
	until, err := parseDay(r.PostFormValue("by"))
	if err != nil {
		bad["by"] = "日期请写成年-月-日的形式，例如 " + d.cfg.Today().AddDays(7).String() + "。"
	} else if bulk.kind == act.FilingReturned && !until.IsZero() && until.Before(d.cfg.Today()) {
		bad["by"] = "期限不能早于今天。"
	}
	by := page.By(r)
	if bulk.kind == act.FilingReturned && by.Reason == "" {
		bad["reason"] = "请写明退回的共同理由，例如：表三与台账不一致，请逐件核对。"
	}
	if len([]rune(by.Reason)) > maxMark {
		bad["reason"] = fmt.Sprintf("理由过长，最多 %d 字。", maxMark)
	}
	organs := q.organs
	if q.all {
		if organs, err = d.everyOrgan(r.Context(), by.Viewer, q); err != nil {
			return err
		}
	}
	switch {
	case len(bad) > 0:
		return again("有一项需要修改，见下面红色的说明。勾选的机关还在。")
	case len(organs) == 0:
		return again("还没有勾选机关。请在名单里勾选，再点“" + bulk.word + "”。")
	case len(organs) > store.MaxFilings:
		return again(fmt.Sprintf("一次最多办理 %d 个机关，这次有 %d 个。请先筛选得窄一些。", store.MaxFilings, len(organs)))
	}
	outcomes, err := d.store.WithFilings(r.Context(), by, organs, q.Year, bulk.kind, bulkVerb(bulk.kind, by.Reason, until))
	if err != nil {
		return err
	}
	return d.showOutcomes(w, r, q, bulk, outcomes)
}

// bulkVerb is what is done to each. A return carries the common reason and what
// was found in this organ's own report.
func bulkVerb(kind, reason string, until law.Date) store.FilingVerb {
	return func(f *store.FilingFile, on law.Date) error {
		switch kind {
		case act.FilingAccepted:
			return f.Accept(f.Findings, on)
		case act.FilingReturned:
			marks := append([]reporting.Mark{{Text: reason}}, f.OpenMarks(f.Findings)...)
			for i := range marks {
				marks[i].By = until
			}
			return f.Return(marks)
		}
		return f.Remind(on, false)
	}
}

// everyOrgan lists what the list is narrowed to, one more than may be acted on
// at once so that too many are noticed.
func (d *Desk) everyOrgan(ctx context.Context, v org.Viewer, q listQuery) ([]int64, error) {
	var out []int64
	f := q.filings(v, store.MaxFilings)
	for f.After = ""; len(out) <= store.MaxFilings; {
		rows, next, err := d.store.Filings(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			out = append(out, x.Organ.ID)
		}
		if f.After = next; next == "" {
			break
		}
	}
	return out, nil
}

// outcomesPage says for each organ what became of it.
type outcomesPage struct {
	page.Base
	Word    string
	Did     string
	Good    []outcomeRow
	Bad     []outcomeRow
	Back    string
	Repeat  bool // the form was sent twice
	Letters string
}

type outcomeRow struct {
	Organ  page.Link
	Why    string
	Letter string
}

var outcomesTemplate = page.NewTemplate(templates, "templates/collecting_outcomes.html")

func (d *Desk) showOutcomes(w http.ResponseWriter, r *http.Request, q listQuery, bulk bulkAct, outcomes []store.FilingOutcome) error {
	p := outcomesPage{Base: d.collectingBase(r, bulk.word+"的办理结果"), Word: bulk.word, Did: bulk.done, Back: q.at()}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: q.at()}}
	var good []string
	p.Repeat = len(outcomes) > 0
	for _, o := range outcomes {
		row := outcomeRow{Organ: page.Link{Text: o.Organ.Name, Href: reviewHref(o.Organ.ID, q.Year)}}
		if o.Organ.Name == "" {
			row.Organ = page.Link{Text: fmt.Sprintf("编号 %d 的机关", o.Organ.ID)}
		}
		if o.Err != nil {
			why, err := whyRefused(o.Err)
			if err != nil {
				return err
			}
			if row.Why = why; errors.Is(o.Err, store.ErrNotFound) {
				row.Organ.Href = ""
			}
			p.Bad = append(p.Bad, row)
			continue
		}
		p.Repeat = p.Repeat && o.Done.Repeated
		if bulk.kind == act.FilingReturned {
			row.Letter = row.Organ.Href + "/notice/docx"
		}
		good = append(good, strconv.FormatInt(o.Organ.ID, 10))
		p.Good = append(p.Good, row)
	}
	p.Repeat = p.Repeat && len(p.Bad) == 0
	if bulk.kind == act.FilingReminded && len(good) > 0 {
		p.Letters = page.With("/desk/collecting/letters/reminder", "year", strconv.Itoa(q.Year), "organs", strings.Join(good, ","))
	}
	return page.Render(w, r, outcomesTemplate, p)
}

// whyRefused is why an act was not done, for a person; what is no refusal is an
// error of the program.
func whyRefused(err error) (string, error) {
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return refused.Text, nil
	case errors.Is(err, store.ErrConflict):
		return "办理的同时，别人改动了这份报告。请打开核对后再办一次。", nil
	case errors.Is(err, store.ErrNotFound):
		return "不在您的管辖范围内，或者不需要编报。", nil
	}
	return "", err
}

// returnDay is by when a returned report is asked back: so many working days
// from today, as the office has set.
func (d *Desk) returnDay(ctx context.Context, office int64) (law.Date, string, error) {
	cal, err := d.days(ctx)
	if err != nil {
		return law.Date{}, "", err
	}
	n, err := d.returnDays(ctx, office)
	if err != nil {
		return law.Date{}, "", err
	}
	day, provisional := cal.Add(d.cfg.Today(), calendar.Workdays(n))
	hint := fmt.Sprintf("从明天起第 %d 个工作日是 %s（天数在“设置”里改）。", n, day.Chinese())
	if provisional {
		hint += "其中有的日子还没有放假通知，按周末推算。"
	}
	return day, hint, nil
}

func (d *Desk) returnDays(ctx context.Context, office int64) (int, error) {
	c, _ := org.ChoiceOf(org.ReturnDays)
	value := c.Default
	if office != 0 {
		list, err := d.store.Settings(ctx, office)
		if err != nil {
			return 0, err
		}
		for _, s := range list {
			if s.Name == org.ReturnDays && s.Value != "" {
				value = s.Value
			}
		}
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return 5, nil // a value from before it was checked
	}
	return n, nil
}
