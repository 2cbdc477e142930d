package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
)

// FilingDues lists the days that an office has set for a fiscal year, those for
// all kinds and levels first.
func (s *Store) FilingDues(ctx context.Context, office int64, year int) ([]FilingDue, error) {
	list, err := readDues(ctx, s.read, year, []int64{office})
	if err != nil {
		return nil, fmt.Errorf("store: days of filing: %w", err)
	}
	return list, nil
}

// readDues reads what offices have set for a year; no offices are all of them.
func readDues(ctx context.Context, q asker, year int, offices []int64) ([]FilingDue, error) {
	text, args := "select office, kind, level, day, basis, version from filing_due where year = $1", []any{year}
	if len(offices) > 0 {
		text += " and office in (" + numbers(offices) + ")"
	}
	rows, err := q.QueryContext(ctx, text+" order by office, kind, level", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []FilingDue
	for rows.Next() {
		d := FilingDue{Year: year}
		var day string
		if err := rows.Scan(&d.Office, &d.Kind, &d.Level, &day, &d.Basis, &d.Version); err != nil {
			return nil, err
		}
		if err := d.Day.UnmarshalText([]byte(day)); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// maxBasis bounds the words a day stands on, in bytes.
const maxBasis = 300

// SetFilingDue sets, changes or takes away a day for everything below an office.
// It needs ReviewReports there. A day later than the statute's is refused.
func (s *Store) SetFilingDue(ctx context.Context, by By, d FilingDue) (Done, error) {
	return s.do(ctx, by, "set day of filing", func(h *hand) (string, error) {
		to, err := h.subject(d.Office)
		if err != nil {
			return "", err
		}
		if err := h.may(org.ReviewReports, to); err != nil {
			return "", err
		}
		d.Basis = strings.TrimSpace(cleanName(d.Basis))
		if err := d.check(); err != nil {
			return "", err
		}
		old, was := "", ""
		if d.Version > 0 {
			err := h.QueryRowContext(h.ctx, "select day, basis from filing_due where office = $1 and year = $2 and kind = $3 and level = $4 and version = $5",
				d.Office, d.Year, string(d.Kind), int(d.Level), d.Version).Scan(&old, &was)
			if notFound(err) == ErrNotFound {
				return "", ErrConflict
			}
			if err != nil {
				return "", err
			}
			if old == d.Day.String() && was == d.Basis {
				return "", nil
			}
		}
		if d.Day.IsZero() {
			res, err := h.ExecContext(h.ctx, "delete from filing_due where office = $1 and year = $2 and kind = $3 and level = $4 and version = $5",
				d.Office, d.Year, string(d.Kind), int(d.Level), d.Version)
			if err := one(res, err); err != nil {
				return "", err
			}
		} else {
			res, err := h.ExecContext(h.ctx, `insert into filing_due (office, year, kind, level, day, basis, version) values ($1, $2, $3, $4, $5, $6, 1)
				on conflict (office, year, kind, level) do update set day = excluded.day, basis = excluded.basis, version = filing_due.version + 1
				where filing_due.version = $7`, d.Office, d.Year, string(d.Kind), int(d.Level), d.Day.String(), d.Basis, d.Version)
			if err := one(res, err); err != nil {
				return "", err
			}
		}
		if err := touch(h.ctx, h.Tx, topicPublic, d.Office%shards); err != nil { // who published in time may be public
			return "", err
		}
		return "", h.note(act.FilingDueSet, fmt.Sprintf("filing-due/%d/%d", d.Office, d.Year), d.Office, nil,
			act.Change{Field: d.whose() + "报送日期", Old: old, New: d.Day.String()}, act.Change{Field: d.whose() + "报送依据", Old: was, New: d.Basis})
	})
}

// whose names the organs a day is for.
func (d FilingDue) whose() string {
	if d.Kind == "" {
		return d.Level.Chinese()
	}
	return d.Level.Chinese() + d.Kind.Chinese()
}

func (d FilingDue) check() error {
	switch {
	case d.Year < 2008 || d.Year > 9998:
		return act.Refuse("年度不对，请写要报送的那一年，如 2025。")
	case d.Day.IsZero():
		return nil
	case !d.Kind.Valid() || d.Kind != "" && !(org.Organ{Kind: d.Kind}).Filer():
		return act.Refuse("这类机关不编制政府信息公开工作年度报告，不用规定报送日期。")
	case !d.Day.Valid() || d.Day.Year != d.Year+1:
		return act.Refuse(fmt.Sprintf("%d年度报告的报送日期应在%d年内。", d.Year, d.Year+1))
	case len(d.Basis) > maxBasis:
		return act.Refuse(fmt.Sprintf("依据过长，最多%d字。", maxBasis/3))
	}
	kinds := []org.Kind{d.Kind}
	if d.Kind == "" {
		kinds = org.Kinds()
	}
	for _, k := range kinds {
		if st := reporting.DueDay(k, d.Year); !st.Day.IsZero() && d.Day.After(st.Day) {
			return act.Refuse(fmt.Sprintf("%s的年度报告最迟%s公布，规定的报送日期不能晚于这一天。可以按机关类别分别规定。", k.Chinese(), st.Day.Chinese()),
				law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条", Paraphrase: "政府部门每年1月31日前提交并公布年度报告，县级以上地方政府3月31日前公布。"})
		}
	}
	return nil
}

// A dueCalendar knows every day of filing of a year.
type dueCalendar struct {
	year int
	set  map[int64][]FilingDue // by office
	town map[int64]string      // setting report.town_day by organ
}

// dueCalendar reads what concerns organs under the given ones, that is, what
// those have set; nil reads everything.
func (s *Store) dueCalendar(ctx context.Context, year int, above []int64) (*dueCalendar, error) {
	c := &dueCalendar{year: year, set: map[int64][]FilingDue{}, town: map[int64]string{}}
	if above != nil && len(above) == 0 {
		return c, nil
	}
	list, err := readDues(ctx, s.read, year, above)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		c.set[d.Office] = append(c.set[d.Office], d)
	}
	text := "select organ, value from setting where name = $1 and value <> ''"
	if above != nil {
		text += " and organ in (" + numbers(above) + ")"
	}
	rows, err := s.read.QueryContext(ctx, text, org.TownReportDay)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var organ int64
		var day string
		if err := rows.Scan(&organ, &day); err != nil {
			return nil, err
		}
		c.town[organ] = day
	}
	return c, rows.Err()
}

// of is the day of an organ, given the organs above it, the nearest first.
func (c *dueCalendar) of(o org.Organ, above []int64) reporting.Due {
	kind := reporting.DueKind(o)
	due := reporting.DueDay(kind, c.year)
	if !o.Filer() {
		return due
	}
	if len(c.set) > 0 {
		for _, office := range above {
			if d := bestDue(c.set[office], kind, o.Level); d != nil {
				due.Day, due.Basis, due.Local = d.Day, d.Basis, true
				if due.Basis == "" {
					due.Basis = "主管部门规定的报送日期"
				}
				return due
			}
		}
	}
	if !due.Day.IsZero() || kind != org.Town && kind != org.Street || len(c.town) == 0 {
		return due
	}
	for _, office := range above {
		day, ok := c.town[office]
		if !ok {
			continue
		}
		d, err := law.ParseDate(fmt.Sprintf("%d-%s", c.year+1, day))
		if err != nil {
			due.Basis = "主管部门设置的报送日期无法识别"
			return due
		}
		due.Day, due.Basis, due.Local = d, "主管部门规定的报送日期", true
		return due
	}
	return due
}

// bestDue is the entry that fits best: of kind and level, of the kind, of the
// level, for all.
func bestDue(list []FilingDue, kind org.Kind, level org.Level) *FilingDue {
	var best *FilingDue
	rank := -1
	for i, d := range list {
		if d.Kind != "" && d.Kind != kind || d.Level != 0 && d.Level != level {
			continue
		}
		r := 0
		if d.Kind != "" {
			r += 2
		}
		if d.Level != 0 {
			r++
		}
		if r > rank {
			best, rank = &list[i], r
		}
	}
	return best
}

// above lists the ids of a path over the organ itself, the nearest first.
func above(path string) []int64 {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	out := []int64{}
	for i := len(parts) - 2; i >= 0; i-- {
		if id, err := strconv.ParseInt(parts[i], 10, 64); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// FilingDueOf is when an organ's report of a year is due: the day set by the
// nearest office above it, else the statute's, else for towns and streets the
// setting report.town_day of the nearest organ above that has one.
func (s *Store) FilingDueOf(ctx context.Context, organ int64, year int) (reporting.Due, error) {
	x, err := s.filer(ctx, organ, year)
	if err != nil {
		return reporting.Due{}, fmt.Errorf("store: day of filing of %d for %d: %w", organ, year, err)
	}
	return x.due, nil
}

// A filer is an organ with what a filing of a year needs to know about it.
type filer struct {
	organ   org.Organ // as it was at the end of the year
	now     org.Organ
	subject org.Subject // as of today
	above   []int64     // organs above it today, the nearest first
	due     reporting.Due
}

var errYear = errors.New("store: not a fiscal year")

func (s *Store) filer(ctx context.Context, organ int64, year int) (*filer, error) {
	if year < 1 || year > 9998 {
		return nil, fmt.Errorf("%w: %w", errYear, ErrNotFound)
	}
	now, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	i, ok := now.at[organ]
	if !ok {
		return nil, ErrNotFound
	}
	x := &filer{now: now.organs[i]}
	x.subject = org.Subject{Organ: organ, Home: now.home[i], Path: x.now.Path}
	x.above = above(x.now.Path)
	x.organ = now.on(law.Day(year, 12, 31)).was(x.now)
	c, err := s.dueCalendar(ctx, year, x.above)
	if err != nil {
		return nil, err
	}
	x.due = c.of(x.organ, x.above)
	return x, nil
}
