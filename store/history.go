package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// An Entry is an act as the internal log has it, with what was said.
type Entry struct {
	Act     act.Act
	Details act.Details
	Erased  bool   // there were details; they are gone, their hash is left
	Index   int64  // number in the internal log, -1 while it waits
	Officer string // name of who acted, "" for the program
	Organ   string // name of the organ, "" for none
}

// EntryQuery chooses entries of the internal log. Zero fields choose all.
type EntryQuery struct {
	ID      int64  // this act alone
	Ref     string // exactly this thing's history
	Organ   int64  // done for this organ
	Officer int64
	Kind    string   // a kind, or its beginning up to the dot: "session."
	From    law.Date // entered on this day or later
	To      law.Date // entered on this day or earlier
	Before  int64    // id: entries before this one, 0 for the newest
	Limit   int      // at most MaxEntries
}

// MaxEntries bounds one page of entries.
const MaxEntries = 200

// Entries lists acts, newest first, as far as the viewer may see them: those of
// organs where he may SeeLog, and his own. Signing in and the system's own acts
// are for those who may AuditLog, and for the person they are about.
func (s *Store) Entries(ctx context.Context, v org.Viewer, q EntryQuery) ([]Entry, error) {
	args := []any{}
	arg := func(x any) string {
		args = append(args, x)
		return fmt.Sprintf("$%d", len(args))
	}
	see := scope(v.Scope(org.SeeLog), "coalesce(o.home, 0)", "coalesce(o.path, '')", "", &args)
	audit := scope(v.Scope(org.AuditLog), "coalesce(o.home, 0)", "coalesce(o.path, '')", "", &args)
	audited := "substr(a.kind, 1, 8) in ('session.', 'account.')"
	cond := []string{"((" + see + " and not " + audited + ") or (" + audit + ")"}
	if v.Person != 0 {
		cond[0] += " or a.officer = " + arg(v.Person)
	}
	cond[0] += ")"
	for _, c := range []struct {
		use  bool
		text string
		v    any
	}{
		{q.ID != 0, "a.id = ", q.ID},
		{q.Ref != "", "a.ref = ", q.Ref}, {q.Organ != 0, "a.organ = ", q.Organ}, {q.Officer != 0, "a.officer = ", q.Officer},
		{q.Kind != "" && !strings.HasSuffix(q.Kind, "."), "a.kind = ", q.Kind}, {q.Before > 0, "a.id < ", q.Before},
		{!q.From.IsZero(), "a.at >= ", startOf(q.From)}, {!q.To.IsZero(), "a.at < ", startOf(q.To.AddDays(1))},
	} {
		if c.use {
			cond = append(cond, c.text+arg(c.v))
		}
	}
	if strings.HasSuffix(q.Kind, ".") {
		cond = append(cond, "a.kind > "+arg(q.Kind), "a.kind < "+arg(q.Kind[:len(q.Kind)-1]+"/")) // '/' follows '.'
	}
	limit := q.Limit
	if limit <= 0 || limit > MaxEntries {
		limit = MaxEntries
	}
	rows, err := s.read.QueryContext(ctx, entrySQL+" where "+strings.Join(cond, " and ")+" order by a.id desc limit "+arg(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("store: entries: %w", err)
	}
	return scanEntries(rows)
}

const entrySQL = `select a.entry, a.detail, coalesce(a.idx, -1), coalesce(o.name, ''), coalesce(p.name, '')
	from act a left join organ o on o.id = a.organ left join person p on p.id = a.officer`

func scanEntries(rows *sql.Rows) ([]Entry, error) {
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		var e Entry
		var entry, detail []byte
		if err := rows.Scan(&entry, &detail, &e.Index, &e.Organ, &e.Officer); err != nil {
			return nil, fmt.Errorf("store: entries: %w", err)
		}
		var err error
		if e.Act, err = act.ParseEntry(entry); err != nil {
			return nil, fmt.Errorf("store: entries: %w", err)
		}
		if e.Details, err = act.ParseDetails(detail); err != nil {
			return nil, fmt.Errorf("store: entries: %w", err)
		}
		if r, ok := e.Act.Body.(act.Record); ok {
			e.Erased = r.Detail != "" && len(detail) == 0
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// startOf is the instant a day begins in China, in milliseconds since 1970.
func startOf(d law.Date) int64 { return d.Start().UnixMilli() }
