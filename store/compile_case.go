package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/reporting"
)

// MaxCompiledCases bounds one page of what a figure counts.
const MaxCompiledCases = 200

// CompiledCases lists what stands behind a figure of Compile, or behind one of its
// findings (reporting.LiveNames), with the mark of the next page: first files,
// cases, documents or sheets of the ledger by the day that counts, then what came
// over from last year's report, then entries by hand. What the lines add is the
// figure. It needs SeeReports; titles and addresses are there for who may see the
// files.
func (s *Store) CompiledCases(ctx context.Context, v org.Viewer, organ int64, year int, cell, after string, limit int) (out []reporting.CompiledCase, next string, err error) {
	fail := func(err error) ([]reporting.CompiledCase, string, error) {
		return nil, "", fmt.Errorf("store: cases of %s of %d for %d: %w", cell, organ, year, s.dialect.translate(err))
	}
	x, err := s.compiled(ctx, v, organ, year)
	if err != nil {
		return fail(err)
	}
	now, err := s.Clock(ctx)
	if err != nil {
		return fail(err)
	}
	x.As = law.DateOf(now)
	limit = atMost(limit, MaxCompiledCases)
	part, mark, _ := strings.Cut(after, "_")
	if after != "" && part != "q" && part != "t" {
		return fail(ErrCursor)
	}
	live := reporting.LiveNames()[cell] != ""
	if _, ok := x.Form.Index(cell); !ok && !live {
		return fail(ErrNotFound)
	}
	if part != "t" && (live || strings.HasPrefix(cell, "t3.") || strings.HasPrefix(cell, "t4.")) {
		list, rest, err := s.compiledFiles(ctx, v, x, cell, mark, limit)
		if err != nil {
			return fail(err)
		}
		if out = list; rest != "" {
			return out, "q_" + rest, nil
		}
		mark = ""
	}
	if live {
		return out, "", nil
	}
	tail, err := s.compiledTail(ctx, v, x, cell)
	if err != nil {
		return fail(err)
	}
	for i, t := range tail {
		if mark != "" && t.key <= mark {
			continue
		}
		if len(out) == limit {
			next = "t_"
			if i > 0 {
				next += tail[i-1].key
			}
			return out, next, nil
		}
		out = append(out, t.CompiledCase)
	}
	return out, "", nil
}

// A caseList is how the files behind a figure are asked for.
type caseList struct {
	from   string
	remedy bool   // lines are reviews and court cases, else requests
	day    string // column whose day puts a request in the year
	why    string
}

// compiledPick chooses the requests r, or the cases m, behind a cell of tables
// three and four or behind a finding.
func (s *Store) compiledPick(ctx context.Context, x *compiling, cell string) (*pick, caseList, error) {
	p := &pick{}
	first, last := yearDays(x.Year)
	list := caseList{from: "request r", day: "r.received", why: "收到"}
	if strings.HasPrefix(cell, "t4.") || cell == reporting.LiveDirect {
		list = caseList{from: "request_remedy m join request r on r.id = m.request", remedy: true}
		p.is(true, "m.organ = ", x.Organ)
		p.and("m.counted = 1", "m.begun <= "+p.arg(last), "(m.ended = '' or m.ended >= "+p.arg(first)+")")
		if cell == reporting.LiveDirect {
			p.is(true, "m.kind = ", string(casework.SuedDirectly))
			p.is(true, "r.answer >= ", law.Day(2024, 1, 1).String())
			p.and("r.outcome in (" + quoted(refusals()) + ")")
			return p, list, nil
		}
		f := strings.Split(cell, ".")
		if len(f) != 3 {
			return nil, list, ErrNotFound
		}
		p.is(true, "m.kind = ", f[1])
		switch f[2] {
		case "total":
		case "pending":
			p.and("(m.ended = '' or m.ended > " + p.arg(last) + ")")
		default:
			var in []string
			for _, e := range casework.Endings() {
				if e.Column() == f[2] {
					in = append(in, string(e))
				}
			}
			p.and("m.ended <> ''", "m.ended <= "+p.arg(last), "m.ending in ("+quoted(in)+")")
		}
		return p, list, nil
	}
	p.is(true, "r.organ = ", x.Organ)
	year := p.arg(x.Year)
	kept := countedOutcomes(x.maps, func(row string) bool { return row != "" })
	// The sum keeps SQLite from joining two searches where one goes through once.
	open := "(r.result_in = 0 or (r.result_in + 0 >= " + year + " and " + kept + "))"
	later := "(r.result_in = 0 or (r.result_in + 0 > " + year + " and " + kept + "))"
	switch cell {
	case reporting.LiveOverdue:
		cal, err := s.Calendar(ctx)
		if err != nil {
			return nil, list, err
		}
		over := law.Day(x.Year, 12, 31)
		if !x.As.IsZero() && x.As.Before(over) {
			over = x.As.AddDays(-1)
		}
		p.and("r.new_in > 0", "r.new_in <= "+year, later, "r.id in (select a.id from request a where a.organ = $1 and a.prudent <> '' and a.waiting = '' and a.due <> '' and a.due <= "+p.arg(over.String())+
			" union all select b.id from request b where b.organ = $1 and b.new_in > 0 and b.new_in <= "+year+" and b.result_in > "+year+" and b.late = 1 and b.received <> '' and b.received <= "+p.arg(lastInTime(cal, x.Year).String())+")")
		return p, list, nil
	case reporting.LiveLeftOut:
		p.and("r.new_in > 0", "r.new_in <= "+year, "r.result_in >= "+year, "not ("+kept+")")
		return p, list, nil
	case reporting.LiveUnreceived:
		p.and("r.new_in = "+year, "r.received = ''", "(r.result_in = 0 or "+kept+")")
		list.why = "到达，未确认"
		return p, list, nil
	}
	f := strings.Split(cell, ".")
	if len(f) != 3 {
		return nil, list, ErrNotFound
	}
	switch row := f[1]; row {
	case "new":
		p.and("r.new_in = "+year, open)
	case "carried_in":
		p.and("r.new_in > 0", "r.new_in < "+year, open)
		list.why = "收到，上年末没有办结"
	case "carried_out":
		p.and("r.new_in > 0", "r.new_in <= "+year, later)
		list.why = "收到，年末没有办结"
	default:
		if row != "result_total" {
			kept = countedOutcomes(x.maps, func(r string) bool { return r != "" && formRow(x.Form, r) == row })
		}
		p.and("r.new_in > 0", "r.new_in <= "+year, "r.result_in = "+year, kept)
		list.day, list.why = "r.answer", "答复"
	}
	p.is(f[2] != "total", "r.applicant = ", f[2])
	return p, list, nil
}

// refusals are the outcomes that have to go to reconsideration first and withhold
// all of what was asked for.
func refusals() (out []string) {
	for _, r := range casework.Results() {
		if r.Group == casework.Withholding && r.Remedy == casework.ReviewFirst {
			out = append(out, string(r.Outcome))
		}
	}
	return out
}

// quoted are words of the program for a query.
func quoted(words []string) string {
	if len(words) == 0 {
		return "''"
	}
	return "'" + strings.Join(words, "', '") + "'"
}

// countedOutcomes is the condition that an answer counts in a row that is wanted,
// by the mapping of its day. The empty row is 不计入.
func countedOutcomes(maps []casework.Mapping, wanted func(row string) bool) string {
	var always, cond []string
	for _, r := range casework.Results() {
		var days []law.Date
		for _, m := range maps {
			if _, ok := m.Rows[r.Outcome]; ok && !slices.Contains(days, m.From) {
				days = append(days, m.From)
			}
		}
		if len(days) == 0 {
			if wanted(r.Row) {
				always = append(always, string(r.Outcome))
			}
			continue
		}
		for i := -1; i < len(days); i++ { // maps are in the order of their days
			row := r.Row
			c := "r.outcome = '" + string(r.Outcome) + "'"
			if i >= 0 {
				row = casework.RowOf(r.Outcome, days[i], maps)
				c += " and r.answer >= '" + days[i].String() + "'"
			}
			if i+1 < len(days) {
				c += " and r.answer < '" + days[i+1].String() + "'"
			}
			if wanted(row) {
				cond = append(cond, "("+c+")")
			}
		}
	}
	return "(" + strings.Join(append([]string{"r.outcome in (" + quoted(always) + ")"}, cond...), " or ") + ")"
}

// lastInTime is the last day on which a request has to come in for its answer to
// be due within the year even if it is extended: 20 and 20 working days.
func lastInTime(cal *calendar.Calendar, year int) law.Date {
	end := law.Day(year, 12, 31)
	for d := end.AddDays(-50); ; d = d.AddDays(-1) {
		if due, _ := cal.Add(d, 40); !due.After(end) {
			return d
		}
	}
}

// compiledFiles is one page of requests or cases with the mark of the next.
func (s *Store) compiledFiles(ctx context.Context, v org.Viewer, x *compiling, cell, mark string, limit int) ([]reporting.CompiledCase, string, error) {
	p, list, err := s.compiledPick(ctx, x, cell)
	if err != nil {
		return nil, "", err
	}
	see := org.May(v, org.SeeRequests, x.organ.Subject())
	if list.remedy {
		return s.compiledRemedies(ctx, p, x, mark, limit, see)
	}
	if mark != "" {
		day, text, ok := strings.Cut(mark, "_")
		id, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil {
			return nil, "", ErrCursor
		}
		p.and("(" + list.day + ", r.id) > (" + p.arg(day) + ", " + p.arg(id) + ")")
	}
	ids, days, err := s.requestKeys(ctx, "select r.id, "+list.day+" from "+list.from+" where "+strings.Join(p.cond, " and ")+" order by "+list.day+", r.id limit "+p.arg(limit+1), p.args)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(ids) > limit {
		ids = ids[:limit]
		next = days[limit-1] + "_" + strconv.FormatInt(ids[limit-1], 10)
	}
	rows, err := s.requestRows(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	var out []reporting.CompiledCase
	for _, r := range rows {
		c := reporting.CompiledCase{Source: reporting.FromRequests, Ref: r.Number, On: r.Received, Why: list.why, Adds: annual.Num(1), Note: r.Applicant.Chinese()}
		if list.day == "r.answer" {
			c.On = r.Answer
		} else if c.On.IsZero() {
			c.On, c.Why = r.Arrived, "到达，未确认"
		}
		if k, ok := casework.ResultOf(r.Outcome); ok && !r.Answer.IsZero() {
			c.Note += " · " + k.Chinese
			if list.day != "r.answer" {
				c.Note += "（" + r.Answer.String() + "）"
			}
		} else {
			c.Note += " · " + r.State.Chinese()
		}
		if see {
			c.Title, c.Href = r.Subject, fmt.Sprintf("/desk/requests/%d", r.ID)
		}
		out = append(out, c)
	}
	return out, next, nil
}

func (s *Store) compiledRemedies(ctx context.Context, p *pick, x *compiling, mark string, limit int, see bool) ([]reporting.CompiledCase, string, error) {
	if mark != "" {
		f := strings.Split(mark, "_")
		if len(f) != 3 {
			return nil, "", ErrCursor
		}
		id, err1 := strconv.ParseInt(f[1], 10, 64)
		n, err2 := strconv.ParseInt(f[2], 10, 64)
		if err1 != nil || err2 != nil {
			return nil, "", ErrCursor
		}
		p.and("(m.begun, m.request, m.n) > (" + p.arg(f[0]) + ", " + p.arg(id) + ", " + p.arg(n) + ")")
	}
	rows, err := s.read.QueryContext(ctx, `select m.request, m.n, m.kind, m.begun, m.ended, m.ending, r.number, r.subject from request_remedy m join request r on r.id = m.request
		where `+strings.Join(p.cond, " and ")+" order by m.begun, m.request, m.n limit "+p.arg(limit+1), p.args...)
	if err != nil {
		return nil, "", err
	}
	var out []reporting.CompiledCase
	var marks []string
	_, last := yearDays(x.Year)
	err = scanAll(rows, func(r scanner) error {
		var id, n int64
		var kind casework.RemedyKind
		var ending casework.Ending
		var begun, ended, subject string
		c := reporting.CompiledCase{Source: reporting.FromRemedies, Adds: annual.Num(1)}
		if err := r.Scan(&id, &n, &kind, &begun, &ended, &ending, &c.Ref, &subject); err != nil {
			return err
		}
		marks = append(marks, fmt.Sprintf("%s_%d_%d", begun, id, n))
		day := begun
		c.Note, c.Why = kind.Chinese()+" · 尚未审结", "收到副本，年末没有审结"
		if ended != "" && ended <= last {
			day, c.Why, c.Note = ended, "审结", kind.Chinese()+" · "+ending.Chinese()
		}
		if see {
			c.Title, c.Href = subject, fmt.Sprintf("/desk/requests/%d/remedies/%d", id, n)
		}
		out = append(out, c)
		return days(day, &out[len(out)-1].On)
	})
	if err != nil || len(out) <= limit {
		return out, "", err
	}
	return out[:limit], marks[limit-1], nil
}
