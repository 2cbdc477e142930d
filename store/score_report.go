package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gongkai/law"
	"gongkai/org"
)

// reportYear is the fiscal year whose reports are due in the year of the span.
func (m *measuring) reportYear() int { return m.span.From.Year - 1 }

// reportRow is what measures of reports ask of one filing.
type reportRow struct {
	filed, published string
	returned, errors int64
}

// reports hands over every organ measured that has to file for the year and
// whose report is due in the span, with its day and its filing, nil if nobody
// began. Others are handed over with why they are not measured.
func (m *measuring) reports(ctx context.Context, public bool, each func(o org.Organ, due law.Date, row *reportRow, none string) error) error {
	year := m.reportYear()
	t, err := m.s.organTree(ctx)
	if err != nil {
		return err
	}
	dues, err := m.s.dueCalendar(ctx, year, nil)
	if err != nil {
		return err
	}
	rows := map[int64]*reportRow{}
	args := []any{year}
	_, cond := m.of(&args)
	err = m.each(ctx, func(r *sql.Rows) error {
		var id int64
		x := &reportRow{}
		if err := r.Scan(&id, &x.filed, &x.published, &x.returned, &x.errors); err != nil {
			return err
		}
		rows[id] = x
		return nil
	}, "select f.organ, case when f.filed > '' then f.filed else f.submitted end, f.published, f.returned, f.errors from filing f join organ o on o.id = f.organ where f.year = $1 and "+cond, args...)
	if err != nil {
		return err
	}
	// What was published without a filing was filed and published on that day.
	args = []any{year}
	_, cond = m.of(&args)
	err = m.each(ctx, func(r *sql.Rows) error {
		var id int64
		var day string
		if err := r.Scan(&id, &day); err != nil {
			return err
		}
		if x := rows[id]; x == nil || x.published == "" {
			if x == nil {
				x = &reportRow{}
				rows[id] = x
			}
			x.published = day
			if x.filed == "" {
				x.filed = day
			}
		}
		return nil
	}, "select f.organ, f.published from report f join organ o on o.id = f.organ where f.year = $1 and f.published > '' and "+cond, args...)
	if err != nil {
		return err
	}
	chains := map[int64][]int64{}
	for _, o := range t.organs {
		if m.only != 0 && o.ID != m.only || m.only == 0 && (o.Path <= m.path || o.Path >= m.after) {
			continue
		}
		none, day := "", law.Date{}
		if !o.Owes(year) {
			none = "不编制年度报告"
		} else {
			chain, ok := chains[o.Parent]
			if !ok {
				chain = above(o.Path)
				chains[o.Parent] = chain
			}
			due := dues.of(o, chain)
			if day = due.Day; public && !due.PublishBy.IsZero() {
				day = due.PublishBy
			}
			switch {
			case day.IsZero():
				none = "没有规定期限"
			case day.Before(m.span.From) || day.After(m.span.To):
				none = fmt.Sprintf("%d年度报告的期限不在本轮期间", year)
			}
		}
		if err := each(o, day, rows[o.ID], none); err != nil {
			return err
		}
	}
	return nil
}

// reportDates measures whether the report was filed, or published, in time.
func reportDates(public bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		return m.reports(ctx, public, func(o org.Organ, due law.Date, row *reportRow, none string) error {
			c := measured{organ: o.ID, n: 1, on: due, none: none, href: fmt.Sprintf("/desk/filing/%d/%d", o.ID, m.reportYear()), ref: FilingRef(o.ID, m.reportYear())}
			if none != "" {
				return each(c)
			}
			done := ""
			if row != nil {
				if done = row.filed; public {
					done = row.published
				}
			}
			day := m.today
			if done != "" {
				var err error
				if day, err = measuredDay(done); err != nil {
					return err
				}
				c.ok = true
			} else if !due.Before(m.today) {
				c.none = "期限未到"
				return each(c)
			}
			c.days = int64(max(day.DaysSince(due), 0))
			c.text = fmt.Sprintf("%d年度报告，期限 %s", m.reportYear(), due)
			if done != "" {
				c.text += "，办理 " + done
			}
			return each(c)
		})
	}
}

// reportCounts counts something of each report once it is due.
func reportCounts(ctx context.Context, m *measuring, each func(measured) error, what string, n func(*reportRow) int64) error {
	return m.reports(ctx, false, func(o org.Organ, due law.Date, row *reportRow, none string) error {
		c := measured{organ: o.ID, on: due, none: none, href: fmt.Sprintf("/desk/filing/%d/%d", o.ID, m.reportYear()), ref: FilingRef(o.ID, m.reportYear()),
			text: fmt.Sprintf("%d年度报告%s", m.reportYear(), what)}
		if none != "" {
			return each(c)
		}
		if row == nil || n(row) == 0 {
			return nil
		}
		c.n = n(row)
		return each(c)
	})
}

func reportReturned(ctx context.Context, m *measuring, each func(measured) error) error {
	return reportCounts(ctx, m, each, "被退回", func(r *reportRow) int64 { return r.returned })
}

func reportErrors(ctx context.Context, m *measuring, each func(measured) error) error {
	return reportCounts(ctx, m, each, "有错误", func(r *reportRow) int64 { return r.errors })
}

// reportAlike counts where the office said, in a return, that the prose is like
// another organ's.
func reportAlike(ctx context.Context, m *measuring, each func(measured) error) error {
	alike := map[int64]int64{}
	args := []any{m.reportYear()}
	_, cond := m.of(&args)
	err := m.each(ctx, func(r *sql.Rows) error {
		var id int64
		var talk string
		if err := r.Scan(&id, &talk); err != nil {
			return err
		}
		var t filingTalk
		if err := json.Unmarshal([]byte(talk), &t); err != nil {
			return err
		}
		for _, x := range t.Marks {
			if x.Code == "D-SIMILAR" {
				alike[id]++
			}
		}
		return nil
	}, "select f.organ, f.talk from filing_detail f join organ o on o.id = f.organ where f.year = $1 and lower(f.talk) like '%d-similar%' and "+cond, args...)
	if err != nil {
		return err
	}
	return m.reports(ctx, false, func(o org.Organ, due law.Date, _ *reportRow, none string) error {
		c := measured{organ: o.ID, n: alike[o.ID], on: due, none: none, href: fmt.Sprintf("/desk/filing/%d/%d", o.ID, m.reportYear()), ref: FilingRef(o.ID, m.reportYear()),
			text: fmt.Sprintf("%d年度报告与其他机关雷同", m.reportYear())}
		if none == "" && c.n == 0 {
			return nil
		}
		return each(c)
	})
}
