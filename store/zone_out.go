package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/proactive"
	"gongkai/text"
)

// zoneChunk is how many bytes of rows one package holds, about.
const zoneChunk = 16 << 20

// zoneFiles is the name under which files are kept in zone_row.
const zoneFiles = "#file"

// ZoneStamp is another text after what the public sees has changed. Answers to
// applicants, and what waits to be told, count too.
func (s *Store) ZoneStamp(ctx context.Context) (string, error) {
	stamp, err := s.YearStamp(ctx, 0)
	if err != nil {
		return "", err
	}
	var leaves, answers int64
	err = s.read.QueryRowContext(ctx, `select coalesce((select max(seq) from log_checkpoint), 0), (select count(*) from zone_taken) + (select coalesce(sum(at), 0) from zone_answer)`).Scan(&leaves, &answers)
	return fmt.Sprintf("%s.%d.%d", stamp, leaves, answers), err
}

// zoneRun is one making of packages.
type zoneRun struct {
	s     *Store
	ctx   context.Context
	q     *sql.Tx
	whole bool
	emit  func(p *ZonePackage) (hash string, err error)

	p     *ZonePackage // that is being filled
	size  int
	made  []madePackage
	was   map[string]map[string]string // of a table: key → hash
	put   [][3]string
	gone  [][2]string
	files []ZoneFile
}

type madePackage struct {
	n    int64
	hash string
}

// ZoneOut finds what the public site outside does not have yet, or everything
// where whole is asked for or nothing was made before, and hands it to emit in
// packages. emit keeps the package and says its hash; it counts for nothing until
// ZoneOut returns without an error. n is how many were made.
func (s *Store) ZoneOut(ctx context.Context, whole bool, recipient []byte, emit func(p *ZonePackage) (hash string, err error)) (n int, err error) {
	fail := func(err error) (int, error) { return 0, fmt.Errorf("store: packages for outside: %w", err) }
	key, err := s.packageKey()
	if err != nil {
		return 0, err
	}
	tables, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return fail(err)
	}
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return fail(err)
	}
	defer tx.Rollback()
	r := &zoneRun{s: s, ctx: ctx, q: tx, emit: emit}
	var last int64
	if err := tx.QueryRowContext(ctx, "select coalesce(max(n), 0) from zone_package where side = 'out'").Scan(&last); err != nil {
		return fail(err)
	}
	r.whole = whole || last == 0
	prev, err := zoneHash(ctx, tx, zoneOut, last)
	if err != nil {
		return fail(err)
	}
	at, err := s.now(ctx, tx)
	if err != nil {
		return fail(err)
	}
	r.p = &ZonePackage{N: last + 1, Prev: prev, Whole: r.whole, From: key.Name(), At: at, Recipient: recipient}
	if err := tx.QueryRowContext(ctx, "select max(version_id) from goose_db_version").Scan(&r.p.Schema); err != nil {
		return fail(err)
	}
	if err := r.had(); err != nil {
		return fail(err)
	}
	for _, z := range zoneTables() {
		i := slices.IndexFunc(tables, func(t table) bool { return t.name == z.name })
		if i < 0 {
			return fail(fmt.Errorf("no table %s", z.name))
		}
		if err := r.table(z, tables[i]); err != nil {
			return fail(fmt.Errorf("table %s: %w", z.name, err))
		}
	}
	r.dropFiles()
	if r.size == 0 && len(r.made) == 0 && len(r.p.DropFiles) == 0 && !r.whole {
		return 0, nil
	}
	if err := r.cut(false); err != nil {
		return fail(err)
	}
	tx.Rollback()
	err = s.tx(ctx, "packages for outside", func(ctx context.Context, tx *sql.Tx) error { return r.keep(ctx, tx, last, at) })
	if err != nil {
		return fail(err)
	}
	return len(r.made), nil
}

// had reads what the other side has.
func (r *zoneRun) had() error {
	r.was = map[string]map[string]string{}
	if r.whole {
		return nil
	}
	rows, err := r.q.QueryContext(r.ctx, "select tbl, key, hash from zone_row")
	if err != nil {
		return err
	}
	return scanAll(rows, func(row scanner) error {
		var t, k, h string
		err := row.Scan(&t, &k, &h)
		if r.was[t] == nil {
			r.was[t] = map[string]string{}
		}
		r.was[t][k] = h
		return err
	})
}

// cut closes the package that is being filled.
func (r *zoneRun) cut(more bool) error {
	r.p.More = more
	hash, err := r.emit(r.p)
	if err != nil {
		return err
	}
	r.made = append(r.made, madePackage{r.p.N, hash})
	next := *r.p
	next.N, next.Prev, next.Whole, next.Tables, next.Files, next.DropFiles = r.p.N+1, hash, false, nil, nil, nil
	r.p, r.size = &next, 0
	return nil
}

func (r *zoneRun) rows(z zoneTable) *ZoneRows {
	if n := len(r.p.Tables); n > 0 && r.p.Tables[n-1].Table == z.name {
		return &r.p.Tables[n-1]
	}
	t := ZoneRows{Table: z.name}
	for _, c := range z.columns {
		t.Columns = append(t.Columns, c.name)
	}
	r.p.Tables = append(r.p.Tables, t)
	return &r.p.Tables[len(r.p.Tables)-1]
}

// table finds the rows of one table that are new, changed or gone.
func (r *zoneRun) table(z zoneTable, t table) error {
	columns, err := z.typed(t)
	if err != nil {
		return err
	}
	var pick []string
	for _, c := range z.columns {
		pick = append(pick, "x."+c.name)
	}
	query, was := "select "+strings.Join(pick, ", ")+" from "+z.name+" x "+z.from, r.was[z.name]
	var args []any
	last := int64(-1)
	if z.append != "" {
		for _, h := range was { // one row: the last number
			if _, err := fmt.Sscan(h, &last); err != nil {
				return err
			}
		}
		where := " where "
		if strings.Contains(z.from, "where") {
			where = " and "
		}
		query, args = query+where+"x."+z.append+" > $1 order by x."+z.append, []any{last}
	}
	var keys []int
	for _, k := range t.key {
		keys = append(keys, slices.IndexFunc(columns, func(c Column) bool { return c.Name == k }))
	}
	rows, err := r.q.QueryContext(r.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range dest {
		dest[i] = &values[i]
	}
	seen := map[string]bool{}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if z.name == "item" {
			if err := r.itemFiles(columns, values); err != nil {
				return err
			}
		}
		for i, c := range z.columns {
			switch {
			case c.inside:
				values[i] = empty(columns[i])
			case c.fix != nil:
				if values[i], err = c.fix(values[i]); err != nil {
					return err
				}
			}
		}
		line, err := appendRow(nil, columns, values)
		if err != nil {
			return err
		}
		line = line[:len(line)-1]
		if z.append != "" {
			at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == z.append })
			last, _ = values[at].(int64)
		} else {
			var kc []Column
			var kv []any
			for _, i := range keys {
				kc, kv = append(kc, columns[i]), append(kv, values[i])
			}
			kb, err := appendRow(nil, kc, kv)
			if err != nil {
				return err
			}
			k := string(kb[:len(kb)-1])
			sum := sha256.Sum256(line)
			hash := hex.EncodeToString(sum[:12])
			if seen[k] = true; was[k] == hash {
				continue
			}
			r.put = append(r.put, [3]string{z.name, k, hash})
		}
		x := r.rows(z)
		x.Put = append(x.Put, json.RawMessage(slices.Clone(line)))
		if r.size += len(line) + 1; r.size > zoneChunk {
			if err := r.cut(true); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if z.append != "" {
		r.put = append(r.put, [3]string{z.name, "", fmt.Sprint(last)})
		return nil
	}
	for k := range was {
		if !seen[k] {
			x := r.rows(z)
			x.Drop = append(x.Drop, json.RawMessage(k))
			r.size += len(k) + 1
			r.gone = append(r.gone, [2]string{z.name, k})
		}
	}
	return nil
}

// typed are the columns with their types, in the order of the list.
func (z zoneTable) typed(t table) ([]Column, error) {
	var out []Column
	for _, c := range z.columns {
		i := slices.IndexFunc(t.columns, func(x Column) bool { return x.Name == c.name })
		if i < 0 {
			return nil, fmt.Errorf("no column %s", c.name)
		}
		out = append(out, t.columns[i])
	}
	return out, nil
}

func empty(c Column) any {
	switch {
	case c.Name == "idx":
		return nil
	case c.Type == typeInt:
		return int64(0)
	case c.Type == typeBytes:
		return []byte{}
	}
	return ""
}

// itemFiles notes the files of a live item, and puts what its page says where
// the row speaks of a text that is still in work.
func (r *zoneRun) itemFiles(columns []Column, values []any) error {
	at := func(name string) int {
		return slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
	}
	id, _ := values[at("id")].(int64)
	versions, _ := values[at("versions")].(int64)
	if values[at("standing")] == string(proactive.Removed) {
		return nil
	}
	var b []byte
	err := r.s.read.QueryRowContext(r.ctx, "select content from item_text where item = $1 and n = $2", id, versions).Scan(&b)
	if notFound(err) == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var c proactive.Content
	if err := json.Unmarshal(b, &c); err != nil {
		return err
	}
	number, _ := values[at("number")].(string)
	five := make([]string, len(c.Five))
	for i, f := range c.Five {
		five[i] = string(f)
	}
	for name, v := range map[string]any{"title": c.Title, "doc_no": c.DocNo, "search": text.Fold(c.Title + " " + c.DocNo + " " + number), "category": c.Category, "field": c.Field,
		"made": c.Made.String(), "effective": c.Effective.String(), "until": c.Until.String(), "period_from": c.From.String(), "period_to": c.To.String(), "five": strings.Join(five, ","), "policy": c.Policy} {
		values[at(name)] = v
	}
	if values[at("standing")] == string(proactive.Live) {
		for _, f := range c.Files {
			r.files = append(r.files, ZoneFile{f.ID, id, f.Hash, f.Size})
			k := fmt.Sprint(f.ID)
			if r.was[zoneFiles][k] != f.Hash {
				r.p.Files = append(r.p.Files, r.files[len(r.files)-1])
				r.put = append(r.put, [3]string{zoneFiles, k, f.Hash})
				r.size++
			}
		}
	}
	return nil
}

// dropFiles names the files that no live item has any more.
func (r *zoneRun) dropFiles() {
	live := map[string]bool{}
	for _, f := range r.files {
		live[fmt.Sprint(f.ID)] = true
	}
	for k := range r.was[zoneFiles] {
		var id int64
		if _, err := fmt.Sscan(k, &id); err == nil && !live[k] {
			r.p.DropFiles = append(r.p.DropFiles, id)
			r.gone = append(r.gone, [2]string{zoneFiles, k})
		}
	}
}

// keep writes down what the other side will have.
func (r *zoneRun) keep(ctx context.Context, tx *sql.Tx, last, at int64) error {
	var now int64
	if err := tx.QueryRowContext(ctx, "select coalesce(max(n), 0) from zone_package where side = 'out'").Scan(&now); err != nil {
		return err
	}
	if now != last {
		return ErrZoneRaced
	}
	for _, m := range r.made {
		if _, err := tx.ExecContext(ctx, "insert into zone_package (side, n, hash, at) values ('out', $1, $2, $3)", m.n, m.hash, at); err != nil {
			return err
		}
	}
	if r.whole {
		if _, err := tx.ExecContext(ctx, "delete from zone_row where tbl <> '#gone'"); err != nil {
			return err
		}
	}
	for _, g := range r.gone {
		if _, err := r.s.exec(ctx, tx, "delete from zone_row where tbl = $1 and key = $2", g[0], g[1]); err != nil {
			return err
		}
	}
	for _, p := range r.put {
		if _, err := r.s.exec(ctx, tx, "insert into zone_row (tbl, key, hash) values ($1, $2, $3) on conflict (tbl, key) do update set hash = excluded.hash", p[0], p[1], p[2]); err != nil {
			return err
		}
	}
	return nil
}
