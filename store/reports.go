package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/text"
)

// Status of a ReportQuery. Beside these a query may ask for one of the statuses
// of a reading: complete, repaired, incomplete.
const (
	StatusFiled   = ""        // reports that are there
	StatusAll     = "all"     // these, and the organs that have to file and did not
	StatusMissing = "missing" // only the organs that have to file and did not
	StatusErrors  = "error"   // with findings of level error
	StatusWarning = "warning" // with warnings but no errors
	StatusClean   = "clean"   // with neither
)

// Orders of a ReportQuery. Orders by a figure begin with the largest, reports
// that do not state it come last, and organs without a report do not come at
// all.
const (
	SortTree       = ""     // as the tree has them
	SortName       = "name" // by the characters of the name
	SortErrors     = "errors"
	SortNew        = "new"
	SortCarriedOut = "carried_out"
	SortPublished  = "published" // latest first
)

// MaxReports bounds one page of a list.
const MaxReports = 1000

// ReportQuery asks for a page of the reports of one year.
type ReportQuery struct {
	Year   int
	Under  string      // path of an organ: only it and what is below it; "" for all
	Viewer *org.Viewer // only organs whose reports this viewer may check; nil for all
	Status string
	Search string // part of the name, short name or code, any width
	Sort   string
	After  string // mark of the page, "" for the first
	Limit  int    // rows a page, 50 if 0, at most MaxReports
}

// ReportRow is what a list shows of one organ and year.
type ReportRow struct {
	Organ     org.Organ // as it was at the end of the year
	Year      int
	Filed     bool // false: a row of an organ whose report is missing, the rest is empty
	Version   int64
	Edition   string
	Status    annual.Status
	Errors    int
	Warnings  int
	Counts    Counts
	Published law.Date
	FileName  string
	SavedAt   int64 // milliseconds since 1970
}

// order is how a list is sorted. All keys but the path are made unique by the
// organ's id.
type order struct {
	key    string // expression
	desc   bool
	text   bool // the key is text
	figure bool // the key belongs to the report
	unique bool
}

func orderOf(sort string) (order, error) {
	switch sort {
	case SortTree:
		return order{key: "o.path", text: true, unique: true}, nil
	case SortName:
		return order{key: "o.name", text: true}, nil
	case SortErrors:
		return order{key: "r.errors", desc: true, figure: true}, nil
	case SortNew:
		return order{key: "r.received", desc: true, figure: true}, nil
	case SortCarriedOut:
		return order{key: "r.carried_out", desc: true, figure: true}, nil
	case SortPublished:
		return order{key: "r.published", desc: true, text: true, figure: true}, nil
	}
	return order{}, fmt.Errorf("store: reports cannot be sorted by %q", sort)
}

// mark is where a page ends: what the next one comes after.
type mark struct {
	Sort string `json:"s"`
	Text string `json:"t,omitempty"`
	N    int64  `json:"n,omitempty"`
	ID   int64  `json:"i"`
}

func (m mark) String() string {
	b, _ := json.Marshal(m) // strings and integers cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseMark(s, sort string) (mark, error) {
	var m mark
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) > 4096 || json.Unmarshal(b, &m) != nil || m.Sort != sort || strings.ContainsRune(m.Text, 0) {
		return mark{}, ErrCursor
	}
	return m, nil
}

const reportColumns = `r.version, r.edition, r.status, r.errors, r.warnings, r.received, r.carried_in, r.result_total,
	r.carried_out, r.review, r.litigation, r.published, r.file_name, r.saved_at`

// Reports returns one page of reports and the mark of the next, "" after the
// last. Pages continue after a row, so that rows added or removed meanwhile make
// no row come twice. ErrCursor says that After is not a mark of this list.
func (s *Store) Reports(ctx context.Context, q ReportQuery) (rows []ReportRow, next string, err error) {
	_, err = either(ctx, s, func(ctx context.Context) (struct{}, error) {
		rows, next, err = s.reportPage(ctx, q)
		return struct{}{}, err
	})
	return rows, next, err
}

func (s *Store) reportPage(ctx context.Context, q ReportQuery) (rows []ReportRow, next string, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxReports)
	text, args, o, err := s.reportsSQL(ctx, q, limit+1)
	if errors.Is(err, errNoRows) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	then, err := s.organTreeOn(ctx, law.Day(q.Year, 12, 31))
	if err != nil {
		return nil, "", err
	}
	list, err := s.reader(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: reports: %w", err)
	}
	defer list.Close()
	var last mark
	for list.Next() {
		if len(rows) == limit {
			return rows, last.String(), nil
		}
		row, m, err := scanReportRow(list, o, q.Year)
		if err != nil {
			return nil, "", fmt.Errorf("store: reports: %w", err)
		}
		row.Organ = then.was(row.Organ)
		m.Sort = q.Sort
		rows, last = append(rows, row), m
	}
	return rows, "", list.Err()
}

// errNoRows says that a query cannot have an answer.
var errNoRows = errors.New("no rows")

// reportsSQL writes the query. Which table leads decides the speed: the one the
// order belongs to, or the organs when they are few. In SQLite cross join fixes
// that order; PostgreSQL plans as it likes.
func (s *Store) reportsSQL(ctx context.Context, q ReportQuery, limit int) (string, []any, order, error) {
	o, err := orderOf(q.Sort)
	if err != nil {
		return "", nil, o, err
	}
	args := []any{q.Year}
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	var where []string
	missing := false // rows of organs without a report are wanted too
	switch q.Status {
	case StatusFiled:
	case StatusAll, StatusMissing:
		if o.figure {
			if q.Status == StatusMissing {
				return "", nil, o, errNoRows
			}
			break
		}
		missing = true
		end := arg(yearEnd(q.Year))
		owes := "r.organ is null and " + inForce(end)
		if q.Status == StatusAll {
			owes = "(r.organ is not null or " + owes + ")"
		}
		where = append(where, owes)
	case StatusErrors:
		where = append(where, "r.errors > 0")
	case StatusWarning:
		where = append(where, "r.errors = 0 and r.warnings > 0")
	case StatusClean:
		where = append(where, "r.errors = 0 and r.warnings = 0")
	case string(annual.Complete), string(annual.Repaired), string(annual.Incomplete):
		where = append(where, "r.status = "+arg(q.Status))
	default:
		return "", nil, o, fmt.Errorf("store: reports have no status %q", q.Status)
	}
	if q.Viewer != nil {
		where = append(where, scope(q.Viewer.Scope(org.SeeReports), "o.home", "o.path", "", &args))
	}
	few := false
	if q.Under != "" {
		if few, err = s.fewUnder(ctx, q.Under); err != nil {
			return "", nil, o, fmt.Errorf("store: reports: %w", err)
		}
		path := "o.path"
		if !few && q.Sort != SortTree {
			path = "(o.path || '')" // an expression, so that the index of the order is used and not that of the path
		}
		cond := path + " >= " + arg(q.Under) + " and " + path + " < " + arg(afterPrefix(q.Under))
		came, went, err := s.movedSince(ctx, q.Under, q.Year)
		if err != nil {
			return "", nil, o, err
		}
		if len(went) > 0 {
			cond += " and o.id not in (" + numbers(went) + ")"
		}
		if len(came) > 0 {
			cond = "(" + cond + " or o.id in (" + numbers(came) + "))"
		}
		where = append(where, cond)
	}
	if q.After != "" {
		m, err := parseMark(q.After, q.Sort)
		if err != nil {
			return "", nil, o, err
		}
		where = append(where, o.after(m, arg))
	}
	if f := strings.ReplaceAll(text.Fold(q.Search), "\x00", ""); f != "" {
		m, err := s.nameMatch(ctx, f)
		switch {
		case err != nil:
			return "", nil, o, err
		case m.many:
			where = append(where, "o.search like "+arg("%"+likeEscape(f)+"%")+` escape '\'`)
			if q.Sort == SortTree { // begin where there is something
				where = append(where, "o.path >= "+arg(m.first))
			}
		case len(m.ids) == 0:
			return "", nil, o, errNoRows
		default:
			few = true
			where = append(where, "o.id in ("+idList(m.ids, arg)+")")
		}
	}
	var from string
	switch {
	case missing:
		from = "organ o left join report r on r.organ = o.id and r.year = $1"
	case o.figure && !few:
		from = "report r cross join organ o"
		where = append(where, "r.year = $1", "o.id = r.organ")
	default:
		from = "organ o cross join report r"
		where = append(where, "r.year = $1", "r.organ = o.id")
	}
	sql := "select " + organColumns + ", " + reportColumns + ", " + o.key + " from " + from
	if len(where) > 0 {
		sql += " where " + strings.Join(where, " and ")
	}
	return sql + " order by " + o.by() + " limit " + arg(limit), args, o, nil
}

func (o order) by() string {
	dir := ""
	if o.desc {
		dir = " desc"
	}
	if o.unique {
		return o.key + dir
	}
	return o.key + dir + ", " + o.id() + dir
}

func (o order) id() string {
	if o.figure {
		return "r.organ"
	}
	return "o.id"
}

func (o order) after(m mark, arg func(any) string) string {
	op := " > "
	if o.desc {
		op = " < "
	}
	var k any = m.N
	if o.text {
		k = m.Text
	}
	if o.unique {
		return o.key + op + arg(k)
	}
	return "(" + o.key + ", " + o.id() + ")" + op + "(" + arg(k) + ", " + arg(m.ID) + ")"
}

// fewOrgans is how many organs are looked up one by one rather than found while
// running through all reports of the year.
const fewOrgans = 2000

func (s *Store) fewUnder(ctx context.Context, path string) (bool, error) {
	var n int
	err := s.reader(ctx).QueryRowContext(ctx, "select count(*) from (select 1 from organ where path >= $1 and path < $2 limit $3) x",
		path, afterPrefix(path), fewOrgans+1).Scan(&n)
	return n <= fewOrgans, err
}

// idList writes ids as parameters. Their number is a power of two, the last id
// repeated, so that few different statements come about.
func idList(ids []int64, arg func(any) string) string {
	var b strings.Builder
	for n, i := 1, 0; i < n; i++ {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(arg(ids[min(i, len(ids)-1)]))
		if i+1 == n && n < len(ids) {
			n *= 2
		}
	}
	return b.String()
}

// likeEscape makes text stand for itself in a like pattern.
func likeEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func scanReportRow(r scanner, o order, year int) (ReportRow, mark, error) {
	var x organScan
	var version, errs, warnings, saved sql.NullInt64
	var edition, status, published, file sql.NullString
	var counts [6]sql.NullInt64
	m := mark{}
	dest := append(x.dest(), &version, &edition, &status, &errs, &warnings, &counts[0], &counts[1], &counts[2], &counts[3],
		&counts[4], &counts[5], &published, &file, &saved)
	if o.text {
		dest = append(dest, &m.Text)
	} else {
		dest = append(dest, &m.N)
	}
	if err := r.Scan(dest...); err != nil {
		return ReportRow{}, m, err
	}
	organ, err := x.organ()
	if err != nil {
		return ReportRow{}, m, err
	}
	m.ID = organ.ID
	row := ReportRow{Organ: organ, Year: year, Filed: version.Valid, Version: version.Int64, Edition: edition.String,
		Status: annual.Status(status.String), Errors: int(errs.Int64), Warnings: int(warnings.Int64), FileName: file.String, SavedAt: saved.Int64}
	c := &row.Counts
	for i, to := range []*annual.Value{&c.New, &c.CarriedIn, &c.ResultTotal, &c.CarriedOut, &c.Review, &c.Litigation} {
		*to = fromColumn(counts[i])
	}
	return row, m, row.Published.UnmarshalText([]byte(published.String))
}
