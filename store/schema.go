package store

import (
	"context"
	"fmt"
	"slices"
)

// A Column of a table, as a backup describes it. The two databases name their
// types differently; a backup knows three.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // int, text or bytes
}

const (
	typeInt   = "int"
	typeText  = "text"
	typeBytes = "bytes"
)

var columnTypes = map[string]string{
	"integer": typeInt, "bigint": typeInt, "smallint": typeInt, "int": typeInt,
	"text": typeText, "blob": typeBytes, "bytea": typeBytes,
}

// fileColumn is the name that every column with the hash of a file has.
const fileColumn = "file_hash"

// A table as the database has it.
type table struct {
	name    string
	columns []Column
	key     []string // columns of the primary key
}

// tables lists the tables of ours, each after those it refers to.
func (d dialect) tables(ctx context.Context, q asker) ([]table, error) {
	rows, err := q.QueryContext(ctx, d.columns)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []table
	keys := map[string]map[int]string{}
	for rows.Next() {
		var name, kind string
		var c Column
		var place int
		if err := rows.Scan(&name, &c.Name, &kind, &place); err != nil {
			return nil, err
		}
		if c.Type = columnTypes[kind]; c.Type == "" {
			return nil, fmt.Errorf("column %s of table %s has the type %s, which a backup does not know", c.Name, name, kind)
		}
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, table{name: name})
			keys[name] = map[int]string{}
		}
		t := &list[len(list)-1]
		t.columns = append(t.columns, c)
		if place > 0 {
			keys[name][place] = c.Name
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		for n := 1; n <= len(keys[list[i].name]); n++ {
			list[i].key = append(list[i].key, keys[list[i].name][n])
		}
	}
	return d.referredFirst(ctx, q, list)
}

func (d dialect) referredFirst(ctx context.Context, q asker, list []table) ([]table, error) {
	rows, err := q.QueryContext(ctx, d.refers)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	needs := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, err
		}
		if from != to {
			needs[from] = append(needs[from], to)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	out := make([]table, 0, len(list))
	placed := map[string]bool{}
	for len(list) > 0 {
		i := slices.IndexFunc(list, func(t table) bool {
			return !slices.ContainsFunc(needs[t.name], func(n string) bool { return !placed[n] })
		})
		if i < 0 {
			return nil, fmt.Errorf("table %s and others refer to each other in a circle", list[0].name)
		}
		placed[list[i].name] = true
		out = append(out, list[i])
		list = slices.Delete(list, i, i+1)
	}
	return out, nil
}
