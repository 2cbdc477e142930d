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
	Who     string   // the name of who acted has this in it
	Whose   string   // the name of the organ has this in it
	Kind    string   // a kind, or its beginning up to the dot: "session."
	About   []int64  // acts about these acts: answers, erasures
	Open    bool     // opinions of supervision that nobody has answered
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
	for _, c := range []struct{ column, text string }{{"p.name", q.Who}, {"o.name", q.Whose}} {
		if c.text != "" {
			cond = append(cond, "lower(coalesce("+c.column+", '')) like "+arg("%"+likeText(strings.ToLower(c.text))+"%")+` escape '\'`)
		}
	}
	if len(q.About) > 0 {
		places := make([]string, len(q.About))
		for i, id := range q.About {
			places[i] = arg(ActRef(id))
		}
		cond = append(cond, "a.ref in ("+strings.Join(places, ",")+")")
	}
	if q.Open {
		cond = append(cond, "a.kind = "+arg(act.SupervisionNoted), "not exists (select 1 from act b where b.ref = 'act/' || cast(a.id as text) and b.kind = "+arg(act.SupervisionAnswered)+")")
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

// likeText takes the meaning out of the signs that LIKE knows.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

// ExportEntries hands every entry that the query chooses to fn, newest first,
// as far as the viewer may see them; that they were taken out is an act, which
// comes first. The query's Before and Limit count for nothing.
func (s *Store) ExportEntries(ctx context.Context, by By, q EntryQuery, fn func(Entry) error) error {
	fields := []act.Change{{Field: "范围", New: q.Chinese()}}
	if _, err := s.do(ctx, by, "export entries", func(h *hand) (string, error) {
		return "", h.note(act.DataExported, "export/log", by.Viewer.Organ, nil, fields...)
	}); err != nil {
		return err
	}
	for q.Before, q.Limit = 0, MaxEntries; ; {
		list, err := s.Entries(ctx, by.Viewer, q)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := fn(e); err != nil {
				return err
			}
		}
		if len(list) < MaxEntries {
			return nil
		}
		q.Before = list[len(list)-1].Act.ID
	}
}

// Chinese says what the query chooses.
func (q EntryQuery) Chinese() string {
	var s []string
	say := func(use bool, text string, args ...any) {
		if use {
			s = append(s, fmt.Sprintf(text, args...))
		}
	}
	say(q.Ref != "", "对象 %s", q.Ref)
	say(q.Organ != 0, "机关 %d", q.Organ)
	say(q.Officer != 0, "人员 %d", q.Officer)
	say(q.Who != "", "经办人含“%s”", q.Who)
	say(q.Whose != "", "机关名称含“%s”", q.Whose)
	say(q.Kind != "", "类别 %s", q.Kind)
	say(!q.From.IsZero(), "自%s", q.From)
	say(!q.To.IsZero(), "至%s", q.To)
	say(q.Open, "未答复的监督意见")
	if len(s) == 0 {
		return "全部留痕"
	}
	return strings.Join(s, "，")
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
		if e.Act, err = act.KeptEntry(entry); err != nil {
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
