package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"gongkai/proactive"
)

// A ZoneIncoming is a package whose signature was checked, with its hash. Packages
// that belong together (More) are taken together.
type ZoneIncoming struct {
	ZonePackage
	Hash string
}

// NextZone says whether a package is the one to take next: ErrZoneSeen for one
// that was taken, ErrZoneGap where one before it is missing, ErrZoneChain if it
// does not follow from the last one, or is another than the one of that number
// that was taken.
func (s *Store) NextZone(ctx context.Context, p *ZonePackage, hash string) error {
	return nextZone(ctx, s.read, p, hash)
}

func nextZone(ctx context.Context, q asker, p *ZonePackage, hash string) error {
	side := zoneIn
	if p.Urgent {
		side = zoneUrgent
	}
	var last int64
	if err := q.QueryRowContext(ctx, "select coalesce(max(n), 0) from zone_package where side = $1", side).Scan(&last); err != nil {
		return err
	}
	known, err := zoneHash(ctx, q, side, p.N)
	switch {
	case err != nil:
		return err
	case known == hash && known != "":
		return ErrZoneSeen
	case known != "", p.N < 1:
		return ErrZoneChain
	case p.Urgent:
		return nil // each stands for itself, in any order
	case p.Whole && p.N > last:
		return nil
	case p.N <= last:
		return ErrZoneSeen // older than a full set that was taken
	case p.N > last+1:
		return ErrZoneGap
	}
	before, err := zoneHash(ctx, q, side, last)
	if err == nil && before != p.Prev || last == 0 {
		err = ErrZoneChain
	}
	return err
}

// TakeZone takes a package, or several that belong together, in one transaction:
// all of it or nothing. open opens a file of it by its hash; its content was
// compared with the hash. state is kept along, see ZoneState.
func (s *Store) TakeZone(ctx context.Context, list []ZoneIncoming, state map[string]string, open func(f ZoneFile) (io.ReadCloser, error)) error {
	fail := func(err error) error { return fmt.Errorf("store: take package: %w", err) }
	tables, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return fail(err)
	}
	put := map[int64]int64{} // number there → number of the file as it was put here
	for i := range list {
		for _, f := range list[i].Files {
			if err := s.putZoneFile(ctx, f, put, open); err != nil {
				return fail(err)
			}
		}
	}
	err = s.tx(ctx, "take package", func(ctx context.Context, tx *sql.Tx) error {
		t := zoneTaker{s: s, ctx: ctx, tx: tx, tables: tables, put: put, topics: map[string]bool{}, removed: map[int64]bool{}}
		return t.take(list, state)
	})
	if err != nil {
		return fail(err)
	}
	if s.dialect.name == "sqlite" && slices.ContainsFunc(list, func(p ZoneIncoming) bool { return p.Urgent }) {
		_, err = s.read.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	}
	return err
}

func (s *Store) putZoneFile(ctx context.Context, f ZoneFile, put map[int64]int64, open func(f ZoneFile) (io.ReadCloser, error)) error {
	var there bool
	if err := s.read.QueryRowContext(ctx, "select exists (select 1 from private_file where id = $1 and dropped_at = 0) or exists (select 1 from zone_gone where item = $2)", f.ID, f.Item).Scan(&there); err != nil || there {
		return err
	}
	in, err := open(f)
	if err != nil {
		return err
	}
	defer in.Close()
	p, err := s.PutPrivate(ctx, ItemRef(f.Item), in)
	if err == nil && (p.Hash != f.Hash || p.Size != f.Size) {
		err = fmt.Errorf("%w: file %d", ErrZoneContent, f.ID)
	}
	put[f.ID] = p.ID
	return err
}

// zoneTaker writes packages into the tables.
type zoneTaker struct {
	s       *Store
	ctx     context.Context
	tx      *sql.Tx
	tables  []table
	put     map[int64]int64
	topics  map[string]bool
	removed map[int64]bool
	now     int64
}

func (t *zoneTaker) take(list []ZoneIncoming, state map[string]string) (err error) {
	if t.s.dialect.name == "sqlite" {
		for _, p := range []string{"pragma defer_foreign_keys = on", "pragma secure_delete = on"} {
			if _, err := t.tx.ExecContext(t.ctx, p); err != nil {
				return err
			}
		}
	}
	if t.now, err = t.s.now(t.ctx, t.tx); err != nil {
		return err
	}
	rows, err := t.tx.QueryContext(t.ctx, "select item from zone_gone")
	if err != nil {
		return err
	}
	err = scanAll(rows, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		t.removed[id] = true
		return err
	})
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		if err := nextZone(t.ctx, t.tx, &p.ZonePackage, p.Hash); err != nil {
			return err
		}
		if err := t.one(&p.ZonePackage); err != nil {
			return fmt.Errorf("package %d: %w", p.N, err)
		}
		side := zoneIn
		if p.Urgent {
			side = zoneUrgent
		}
		if _, err := t.tx.ExecContext(t.ctx, "insert into zone_package (side, n, hash, at) values ($1, $2, $3, $4)", side, p.N, p.Hash, t.now); err != nil {
			return err
		}
	}
	for name, value := range state {
		if err := setZoneState(t.ctx, t.tx, name, value); err != nil {
			return err
		}
	}
	for topic := range t.topics {
		if err := touch(t.ctx, t.tx, topic, 0); err != nil {
			return err
		}
	}
	return nil
}

func (t *zoneTaker) one(p *ZonePackage) error {
	known := zoneTables()
	if p.Whole {
		for i := len(known) - 1; i >= 0; i-- {
			if _, err := t.tx.ExecContext(t.ctx, "delete from "+known[i].name); err != nil {
				return fmt.Errorf("%s: %w", known[i].name, err)
			}
		}
		t.topics[topicOrgan], t.topics[topicItem], t.topics[topicPublic] = true, true, true
	}
	at := -1
	type todo struct {
		z zoneTable
		x *ZoneRows
	}
	var all []todo
	for i := range p.Tables {
		j := slices.IndexFunc(known, func(z zoneTable) bool { return z.name == p.Tables[i].Table })
		if j <= at {
			return fmt.Errorf("%w: table %.40q", ErrZoneContent, p.Tables[i].Table)
		}
		at, all = j, append(all, todo{known[j], &p.Tables[i]})
	}
	for i := len(all) - 1; i >= 0; i-- {
		if err := t.drop(all[i].z, all[i].x); err != nil {
			return fmt.Errorf("%s: %w", all[i].z.name, err)
		}
	}
	for _, x := range all {
		if err := t.rows(x.z, x.x); err != nil {
			return fmt.Errorf("%s: %w", x.z.name, err)
		}
	}
	for _, f := range p.Files {
		if err := t.file(f); err != nil {
			return err
		}
	}
	for _, id := range p.DropFiles {
		if err := t.s.dropPrivate(t.ctx, t.tx, id); err != nil && notFound(err) != ErrNotFound {
			return err
		}
	}
	for _, id := range p.Gone {
		if err := t.purge(id); err != nil {
			return err
		}
	}
	return nil
}

// columns are those of a package as this schema has them, and the places of the
// key among them. Nothing but what the list names may come in.
func (t *zoneTaker) columns(z zoneTable, names []string) (columns []Column, key []int, err error) {
	i := slices.IndexFunc(t.tables, func(x table) bool { return x.name == z.name })
	if i < 0 {
		return nil, nil, fmt.Errorf("no table %s", z.name)
	}
	for _, n := range names {
		if !slices.ContainsFunc(z.columns, func(c zoneColumn) bool { return c.name == n }) {
			return nil, nil, fmt.Errorf("%w: column %.40q", ErrZoneContent, n)
		}
		j := slices.IndexFunc(t.tables[i].columns, func(c Column) bool { return c.Name == n })
		columns = append(columns, t.tables[i].columns[j])
	}
	for _, k := range t.tables[i].key {
		key = append(key, slices.IndexFunc(columns, func(c Column) bool { return c.Name == k }))
	}
	if slices.Contains(key, -1) || len(columns) != len(z.columns) {
		return nil, nil, fmt.Errorf("%w: columns of %s", ErrZoneContent, z.name)
	}
	return columns, key, nil
}

func (t *zoneTaker) drop(z zoneTable, x *ZoneRows) error {
	if len(x.Drop) == 0 {
		return nil
	}
	columns, key, err := t.columns(z, x.Columns)
	if err != nil {
		return err
	}
	var where []string
	var kc []Column
	for n, i := range key {
		where, kc = append(where, fmt.Sprintf("%s = $%d", columns[i].Name, n+1)), append(kc, columns[i])
	}
	r := rowReader{columns: kc}
	for _, line := range x.Drop {
		if err := r.parse(line); err != nil {
			return fmt.Errorf("%w: %w", ErrZoneContent, err)
		}
		if _, err := t.s.exec(t.ctx, t.tx, "delete from "+z.name+" where "+strings.Join(where, " and "), r.values...); err != nil {
			return err
		}
		t.changed(z, kc, r.values)
	}
	return nil
}

func (t *zoneTaker) rows(z zoneTable, x *ZoneRows) error {
	columns, key, err := t.columns(z, x.Columns)
	if err != nil {
		return err
	}
	var keys, set []string
	for _, i := range key {
		keys = append(keys, columns[i].Name)
	}
	for _, c := range columns {
		if !slices.Contains(keys, c.Name) {
			set = append(set, c.Name+" = excluded."+c.Name)
		}
	}
	query := "insert into " + z.name + " (" + strings.Join(x.Columns, ", ") + ") values (" + params(1, len(columns)) + ") on conflict (" + strings.Join(keys, ", ") + ") do update set " + strings.Join(set, ", ")
	r := rowReader{columns: columns}
	for _, line := range x.Put {
		if err := r.parse(line); err != nil {
			return fmt.Errorf("%w: %w", ErrZoneContent, err)
		}
		ok, err := t.admits(z, columns, r.values)
		if err != nil || !ok {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := t.s.exec(t.ctx, t.tx, query, r.values...); err != nil {
			return err
		}
		t.changed(z, columns, r.values)
	}
	return nil
}

// admits leaves out what would bring back an item that was removed in emergency,
// and marks rows as saved now, so that the search of this side finds them.
func (t *zoneTaker) admits(z zoneTable, columns []Column, values []any) (bool, error) {
	at := func(name string) any {
		return values[slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })]
	}
	switch z.name {
	case "item":
		id, _ := at("id").(int64)
		values[slices.IndexFunc(columns, func(c Column) bool { return c.Name == "saved_at" })] = t.now
		if at("standing") != string(proactive.Removed) {
			return !t.removed[id], nil
		}
		// An ordinary package may bring the removal first.
		return true, t.purge(id)
	case "item_text":
		id, _ := at("item").(int64)
		return !t.removed[id], nil
	case "act":
		var id int64
		ref, _ := at("ref").(string)
		_, err := fmt.Sscanf(ref, "item/%d", &id)
		return err == nil && !t.removed[id], nil
	}
	return true, nil
}

func (t *zoneTaker) changed(z zoneTable, columns []Column, values []any) {
	switch z.name {
	case "organ", "organ_past", "office", "remedy":
		t.topics[topicOrgan] = true
	case "item", "item_text", "act", "guide":
		t.topics[topicItem] = true
	case "report", "report_detail", "report_version", "report_note":
		for i, c := range columns {
			if year, ok := values[i].(int64); ok && c.Name == "year" {
				t.topics[topicReport(int(year))] = true
			}
		}
	case "setting", "filing_due":
		t.topics[topicPublic] = true
	}
}

// file gives a file that was put the number it has on the other side.
func (t *zoneTaker) file(f ZoneFile) error {
	from, ok := t.put[f.ID]
	if !ok || t.removed[f.Item] {
		return nil
	}
	if _, err := t.tx.ExecContext(t.ctx, "delete from private_file where id = $1", f.ID); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, "update private_file set id = $2, kept = 1 where id = $1", from, f.ID)
	return err
}

// purge takes everything of an item away: texts, title, salt, reason, files.
func (t *zoneTaker) purge(id int64) error {
	t.removed[id], t.topics[topicItem] = true, true
	if _, err := t.tx.ExecContext(t.ctx, "insert into zone_gone (item) values ($1) on conflict (item) do nothing", id); err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(t.ctx, "delete from item_text where item = $1", id); err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(t.ctx, "delete from act where ref = $1", ItemRef(id)); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, `update item set title = '', doc_no = '', search = '', salt = $2, standing = 'removed', version = version + 1, saved_at = $3
		where id = $1 and standing <> 'removed'`, id, []byte{}, t.now)
	if err != nil {
		return err
	}
	rows, err := t.tx.QueryContext(t.ctx, "select id from private_file where ref = $1 and dropped_at = 0", ItemRef(id))
	files, err := gather("files", rows, err, func(r scanner) (id int64, err error) { return id, r.Scan(&id) })
	for _, f := range files {
		if err == nil {
			err = t.s.dropPrivate(t.ctx, t.tx, f)
		}
	}
	return err
}

// ZoneAnswer is what was told under the mark of a code, or ErrNotFound.
func (s *Store) ZoneAnswer(ctx context.Context, mark string) (body []byte, err error) {
	if err := s.read.QueryRowContext(ctx, "select body from zone_answer where mark = $1", mark).Scan(&body); err != nil {
		return nil, fmt.Errorf("store: answer: %w", notFound(err))
	}
	return body, nil
}

// ZoneTaken lists which of the files were taken inside, and may be erased here.
func (s *Store) ZoneTaken(ctx context.Context, ids []string) (taken []string, err error) {
	for _, id := range ids {
		var there bool
		if err := s.read.QueryRowContext(ctx, "select exists (select 1 from zone_taken where id = $1)", id).Scan(&there); err != nil {
			return nil, fmt.Errorf("store: files taken: %w", err)
		}
		if there {
			taken = append(taken, id)
		}
	}
	return taken, nil
}

// ReadZonePackage reads the body of a package, and nothing its form does not know.
func ReadZonePackage(b []byte) (*ZonePackage, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var p ZonePackage
	if err := d.Decode(&p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrZoneContent, err)
	}
	return &p, nil
}
