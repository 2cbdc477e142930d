package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/reporting"
)

// Compile puts an organ's annual report of a year together from what is on file
// here, every figure with what stands behind it. Of a government it is its own
// part of the sum 本级数据. It needs SeeReports at the organ: ErrNotFound for
// others, and for a year without a form.
func (s *Store) Compile(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date) (*reporting.Compilation, error) {
	x, err := s.compiling(ctx, v, organ, year, today)
	if err != nil {
		return nil, fmt.Errorf("store: compile %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return reporting.Compile(x.Compiling), nil
}

// compiling is what the sources say, and what they are asked with.
type compiling struct {
	reporting.Compiling
	organ org.Organ
	maps  []casework.Mapping
	two   *proactive.TableTwo
}

// compiled is the part of it that lists need as well: who, which form, which
// mapping.
func (s *Store) compiled(ctx context.Context, v org.Viewer, organ int64, year int) (*compiling, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	if !org.May(v, org.SeeReports, o.Subject()) {
		return nil, ErrNotFound
	}
	form, err := annual.FormFor(year)
	if err != nil {
		return nil, ErrNotFound
	}
	x := &compiling{organ: o}
	x.Organ, x.Year, x.Form, x.Own = organ, year, form, OwnPart(o)
	x.maps, err = s.Mappings(ctx, organ)
	return x, err
}

// OwnPart reports whether what is compiled for an organ is its own part of a sum
// 本级数据 and not its report.
func OwnPart(o org.Organ) bool { return o.Kind == org.Government }

func (s *Store) compiling(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date) (*compiling, error) {
	x, err := s.compiled(ctx, v, organ, year)
	if err != nil {
		return nil, err
	}
	x.As = today
	for _, part := range []func(context.Context, *compiling) error{s.compileRequests, s.compileRemedies, s.compileTwo, s.compileYears, s.compileLive} {
		if err := part(ctx, x); err != nil {
			return nil, err
		}
	}
	entries, err := s.compiledEntries(ctx, organ, year)
	for _, e := range entries {
		if e.Removed.IsZero() {
			x.Entries = append(x.Entries, e)
		}
	}
	return x, err
}

// compileRequests counts table three. Of an organ that had registered nothing by
// the end of the year it knows nothing.
func (s *Store) compileRequests(ctx context.Context, x *compiling) error {
	var known bool
	err := s.read.QueryRowContext(ctx, "select exists (select 1 from request where organ = $1 and new_in > 0 and new_in <= $2)", x.Organ, x.Year).Scan(&known)
	if err != nil || !known {
		return err
	}
	three, err := s.TableThree(ctx, x.Organ, x.Year, x.maps)
	if err != nil {
		return err
	}
	x.Requests = map[string]int64{}
	for row, cols := range three {
		for col, n := range cols {
			x.Requests["t3."+formRow(x.Form, row)+"."+col] += int64(n)
		}
	}
	return nil
}

// compileHandled counts what the register has of the year before: new and carried
// in.
func (s *Store) compileHandled(ctx context.Context, x *compiling) error {
	kept := countedOutcomes(x.maps, func(row string) bool { return row != "" })
	return s.read.QueryRowContext(ctx, "select count(*) from request r where r.organ = $1 and r.new_in > 0 and r.new_in <= $2 and (r.result_in = 0 or (r.result_in + 0 >= $2 and "+kept+"))", x.Organ, x.Year-1).Scan(&x.Handled)
}

// formRow is the row of a form that a row of table three counts in: the edition
// of 2019 has one row for 其他处理 where later ones have three.
func formRow(f *annual.Form, row string) string {
	if _, ok := f.Index("t3." + row + ".total"); !ok && strings.HasPrefix(row, "other_") {
		return "other"
	}
	return row
}

func (s *Store) compileRemedies(ctx context.Context, x *compiling) error {
	first, last := yearDays(x.Year)
	x.Pending = map[string]int64{}
	rows, err := s.read.QueryContext(ctx, `select kind, sum(case when begun < $2 and (ended = '' or ended >= $2) then 1 else 0 end) from request_remedy
		where organ = $1 and counted = 1 and begun <= $3 group by kind`, x.Organ, first, last)
	some := false
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var kind string
			var n int64
			err := r.Scan(&kind, &n)
			x.Pending[kind], some = n, true
			return err
		})
	}
	if err != nil || !some && x.Requests == nil {
		return err
	}
	four, err := s.TableFour(ctx, x.Organ, x.Year)
	x.Remedies = map[string]int64{}
	for kind, cols := range four {
		for col, n := range cols {
			x.Remedies["t4."+kind+"."+col] = int64(n)
		}
	}
	return err
}

// compileTwo is table two: the register of documents where one is kept, and the
// monthly ledger.
func (s *Store) compileTwo(ctx context.Context, x *compiling) error {
	t, err := s.tableTwo(ctx, x.organ, x.Year, x.As)
	if err != nil {
		return err
	}
	x.two = t
	kept, err := s.keepsDocuments(ctx, x.Organ)
	if err != nil {
		return err
	}
	if kept {
		x.Documents = map[string]int64{}
	}
	x.Ledger = map[string]annual.Value{}
	for _, c := range t.Cells {
		if c.From == "register" {
			if kept {
				x.Documents[c.Cell] = int64(len(c.Documents))
			}
			continue
		}
		x.Ledger[c.Cell] = c.Value
	}
	for _, f := range t.Findings {
		code := "T2-LEDGER"
		if f.Recorded > 0 {
			code = "T2-RECORDS"
		}
		x.Findings = append(x.Findings, reporting.CompiledFinding{Code: code, Level: annual.Warning, Cells: []string{f.Cell}, Message: f.Text,
			Suggest: "在月度台账里补登、更正；没有发生的登记0。", Href: fmt.Sprintf("/desk/monthly?organ=%d&year=%d", x.Organ, x.Year)})
	}
	if !kept {
		x.Findings = append(x.Findings, reporting.CompiledFinding{Code: "T2-DOCS", Level: annual.Info, Cells: []string{"t2.normative.made"}, Href: "/desk/register",
			Message: "文件库里没有本机关的规章、规范性文件，这几格空着：没有登记不等于没有。", Suggest: "有的请补登到文件库；确实没有的，在填写页写0。"})
	}
	return nil
}

// keepsDocuments reports whether the register has a document of the organ, of
// whatever year.
func (s *Store) keepsDocuments(ctx context.Context, organ int64) (known bool, err error) {
	err = s.read.QueryRowContext(ctx, `select exists (select 1 from item i join organ o on o.id = i.organ where o.home = $1 and i.kind in ('normative', 'rules') and i.standing <> '' and i.standing <> 'removed')
		or exists (select 1 from register r join organ o on o.id = r.organ where o.home = $1 and r.own = 1)`, organ).Scan(&known)
	return known, err
}

// compileYears reads last year's accepted report and what was entered for this
// one.
func (s *Store) compileYears(ctx context.Context, x *compiling) error {
	last, err := s.acceptedReport(ctx, x, x.Year-1)
	if err != nil {
		return err
	}
	if x.Last = last; last != nil {
		if err := s.compileHandled(ctx, x); err != nil {
			return err
		}
	}
	if x.Own {
		x.Draft, err = s.keptOwn(ctx, x.Organ, x.Year)
		return err
	}
	f, err := s.filer(ctx, x.Organ, x.Year)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	k, err := s.readFiling(ctx, s.read, f, x.Year)
	if err == nil {
		x.Draft = k.Report
	}
	return err
}

// acceptedReport is what the organ reported for a year and the office took, nil if
// there is none: of a government its own part.
func (s *Store) acceptedReport(ctx context.Context, x *compiling, year int) (*annual.Report, error) {
	if _, err := annual.FormFor(year); err != nil {
		return nil, nil
	}
	if x.Own {
		return s.keptOwn(ctx, x.Organ, year)
	}
	f, err := s.filer(ctx, x.Organ, year)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := s.readFiling(ctx, s.read, f, year)
	if err != nil {
		return nil, err
	}
	if k.State == reporting.FilingAccepted || k.State == reporting.FilingPublished {
		return k.Report, nil
	}
	pub, err := s.Report(ctx, x.Organ, year) // being corrected, or collected on paper
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return pub.Report, nil
}

// keptOwn are a government's own figures of a year, nil if none were entered.
func (s *Store) keptOwn(ctx context.Context, organ int64, year int) (*annual.Report, error) {
	var edition string
	var figures []byte
	err := s.read.QueryRowContext(ctx, "select edition, figures from own_figures where year = $1 and organ = $2", year, organ).Scan(&edition, &figures)
	if notFound(err) == ErrNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	form, values, err := figuresOf(edition, figures)
	if err != nil {
		return nil, err
	}
	r := annual.New(form, "", year)
	r.Values = values
	return r, nil
}

func yearDays(year int) (first, last string) {
	return law.Day(year, 1, 1).String(), law.Day(year, 12, 31).String()
}

// compileLive counts what stands in the lists behind findings.
func (s *Store) compileLive(ctx context.Context, x *compiling) error {
	x.Live = map[string]int64{}
	for _, key := range []string{reporting.LiveOverdue, reporting.LiveLeftOut, reporting.LiveUnreceived, reporting.LiveDirect} {
		if x.Requests == nil || key == reporting.LiveLeftOut && len(x.maps) == 0 {
			continue
		}
		p, list, err := s.compiledPick(ctx, x, key)
		if err != nil {
			return err
		}
		var n int64
		if err := s.read.QueryRowContext(ctx, "select count(*) from "+list.from+" where "+strings.Join(p.cond, " and "), p.args...).Scan(&n); err != nil {
			return err
		}
		x.Live[key] = n
	}
	end := law.Day(x.Year, 12, 31)
	if row := casework.RowOf(casework.Partial, end, x.maps); row != "partial" && row != "" {
		if i, ok := x.Form.Index("t3." + formRow(x.Form, row) + ".total"); ok {
			c := x.Form.Cells[i]
			x.Remapped = append(x.Remapped, x.Form.Table("t3").Parts[c.Part].Rows[c.Row].Label())
		}
	}
	return nil
}
