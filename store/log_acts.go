package store

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/translog"
)

// acts reads the internal log.
func (v *checking) acts(waiting bool, after int64) ([]logRow, error) {
	const columns = "select coalesce(idx, -1), id, ref, seq, kind, version, on_day, at, officer, organ, entry, salt, detail, hash from act where "
	q := columns + "idx > $1 order by idx limit $2"
	if waiting {
		q = columns + "(idx is null or idx < 0) and id > $1 order by id limit $2"
	}
	rows, err := v.tx.QueryContext(v.ctx, q, after, rowsAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []logRow
	var acts []act.Act
	var erased []logRow
	for rows.Next() {
		var e logRow
		var row act.Act
		var on string
		var entry, salt, detail, hash []byte
		if err := rows.Scan(&e.idx, &row.ID, &row.Ref, &row.Seq, &row.Kind, &row.Version, &on, &row.At, &row.Officer, &row.Organ, &entry, &salt, &detail, &hash); err != nil {
			return nil, err
		}
		e.id, e.at, e.hash = row.ID, row.At, translog.LeafHash(translog.Commit(salt, entry))
		a, err := act.ParseEntry(entry)
		e.name = nameEntry(e.idx, a)
		switch {
		case errors.Is(err, act.ErrKind):
			a = act.Act{} // a later program wrote it; its hash is checked all the same
		case err != nil:
			v.add(FaultEdited, e.idx, e.name, "留痕内容不是规范格式，已被改动。")
			a = act.Act{}
		default:
			v.columns(e, row, on, a)
			if gone := v.details(e, a, salt, string(detail)); gone {
				erased = append(erased, e)
			}
		}
		if string(hash) != string(e.hash[:]) {
			v.add(FaultEdited, e.idx, e.name, "留痕内容或随机数与当时记下的摘要不符，被改动。")
		}
		out, acts = append(out, e), append(acts, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close() // the connection is needed for what follows
	for _, e := range erased {
		if err := v.erasure(e); err != nil {
			return nil, err
		}
	}
	return out, v.besideLeaves(out, acts)
}

// columns holds what lists and filters read against what the entry says.
func (v *checking) columns(e logRow, row act.Act, on string, a act.Act) {
	for _, c := range []struct {
		same bool
		text string
	}{
		{row.ID == a.ID, "编号"}, {row.Ref == a.Ref, "对象"}, {row.Seq == a.Seq, "序号"}, {row.Kind == a.Kind && row.Version == a.Version, "类别"},
		{on == a.On.String(), "日期"}, {row.At == a.At, "时间"}, {row.Officer == a.Officer, "经办人"}, {row.Organ == a.Organ, "机关"},
	} {
		if !c.same {
			v.add(FaultEdited, e.idx, e.name, "数据库登记的%s与留痕内容不一致，登记被改动。", c.text)
		}
	}
}

// details holds what stands beside an act against its seal. gone is true where
// there is a seal and nothing beside it.
func (v *checking) details(e logRow, a act.Act, salt []byte, detail string) (gone bool) {
	seal := ""
	if r, ok := a.Body.(act.Record); ok {
		seal = r.Detail
	}
	switch {
	case seal == "" && detail != "":
		v.add(FaultDetails, e.idx, e.name, "留痕当时没有附带内容，现有的是后来添上的。")
	case seal != "" && detail == "":
		return true
	case seal != "" && act.SealOf(salt, []byte(detail)) != seal:
		v.add(FaultDetails, e.idx, e.name, "附带内容（改动前后、原因、签字人、来处）与留痕当时封存的不符，被改动。")
	}
	return false
}

// erasure looks for the act that says why details are gone.
func (v *checking) erasure(e logRow) error {
	var there bool
	if err := v.tx.QueryRowContext(v.ctx, "select exists (select 1 from act where ref = $1 and kind = $2)", ActRef(e.id), act.DetailsErased).Scan(&there); err != nil {
		return err
	}
	if !there {
		v.add(FaultDetails, e.idx, e.name, "附带内容不见了，又没有清除的记录，是直接从数据库里删除的。")
		return nil
	}
	v.Office.Erased++
	return nil
}

// besideActs looks for the act of each leaf of the public log.
func (v *checking) besideActs(rows []logRow, leaves []act.Act) error {
	entries, err := v.byID("select id, entry from act where id in ", rows)
	if err != nil {
		return err
	}
	for i, l := range leaves {
		entry, there := entries[rows[i].id]
		switch {
		case l.Kind == "":
		case !there && rows[i].id < v.first:
			v.Earlier++
		case !there:
			v.add(FaultBoth, rows[i].idx, rows[i].name, "公开存证有这一条，内部存证里却没有对应的办理行为，被删除。")
		default:
			if a, err := act.ParseEntry(entry); err == nil && !sameAct(a, l) {
				v.add(FaultBoth, rows[i].idx, rows[i].name, "公开存证与内部存证对同一件事的记载不一致，其中一处被改动。")
			}
		}
	}
	return nil
}

// besideLeaves looks for the leaf of each act of a kind of the public log.
func (v *checking) besideLeaves(rows []logRow, acts []act.Act) error {
	var of []logRow
	for i, a := range acts {
		switch a.Body.(type) {
		case act.Report, act.Item:
			of = append(of, rows[i])
		}
	}
	leaves, err := v.byID("select id, kind from log_leaf where id in ", of)
	if err != nil {
		return err
	}
	for _, r := range of {
		if _, there := leaves[r.id]; !there {
			v.add(FaultBoth, r.idx, r.name, "内部存证有这一条，公开存证里却没有，被删除。")
		}
	}
	return nil
}

// byID reads one column of many rows by their id.
func (v *checking) byID(query string, of []logRow) (map[int64][]byte, error) {
	const many = 250
	out := make(map[int64][]byte, len(of))
	for len(of) > 0 {
		n := min(many, len(of))
		args, places := make([]any, n), make([]string, n)
		for i, r := range of[:n] {
			args[i], places[i] = r.id, fmt.Sprintf("$%d", i+1)
		}
		of = of[n:]
		rows, err := v.tx.QueryContext(v.ctx, query+"("+strings.Join(places, ",")+")", args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var id int64
			var b []byte
			if err := rows.Scan(&id, &b); err != nil {
				rows.Close()
				return nil, err
			}
			out[id] = b
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sameAct compares an act as the two logs have it. Who did it stands in the
// internal one only, and a history that began in the public log counts
// differently there.
func sameAct(a, leaf act.Act) bool {
	a.Officer, a.Organ, a.Seq = leaf.Officer, leaf.Organ, leaf.Seq
	return reflect.DeepEqual(a, leaf)
}

// gaps finds histories whose acts are not numbered 1, 2, 3 ….
func (v *checking) gaps() error {
	rows, err := v.tx.QueryContext(v.ctx, `select ref, count(*), min(seq), max(seq) from act group by ref
		having min(seq) <> 1 or max(seq) <> count(*) order by ref`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ref string
		var n, first, last int64
		if err := rows.Scan(&ref, &n, &first, &last); err != nil {
			return err
		}
		v.add(FaultGap, -1, ref, "这件事的留痕编到第%d号，只有%d条：缺了%d条，被删除或改了编号。", last, n, max(last, first)-n)
	}
	return rows.Err()
}

// ActRef is the reference of acts about an act: an erasure, an answer.
func ActRef(id int64) string { return "act/" + ActID(id) }

// ActID writes the id of an act.
func ActID(id int64) string { return strconv.FormatInt(id, 10) }
