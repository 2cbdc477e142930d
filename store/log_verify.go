package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/translog"
)

// What a LogFault is about.
const (
	FaultEdited     = "edited"     // an entry says something else than it did
	FaultDropped    = "dropped"    // an entry is gone
	FaultInserted   = "inserted"   // an entry that no head covers
	FaultReordered  = "reordered"  // an entry stands at another number
	FaultHash       = "hash"       // a stored hash of the tree is wrong
	FaultCheckpoint = "checkpoint" // a head is edited, missing or not signed by the key
	FaultAnchor     = "anchor"     // a head kept elsewhere is not of this log
	FaultReport     = "report"     // a report is not what was logged
)

// A LogFault is one thing that is wrong with the log. Where and Text are
// Chinese.
type LogFault struct {
	Code  string
	Index int64 // of the entry, -1 if it is about none
	Where string
	Text  string
}

// LogCheck is what VerifyLog found.
type LogCheck struct {
	Size        int64 // entries with a number
	Waiting     int   // entries without one yet
	Checkpoints int
	Anchors     int      // heads kept elsewhere that agree
	Unlogged    []string // refs of published reports whose present version is not in the log
	Faults      []LogFault
	More        int // faults beyond maxLogFaults, not listed
}

// maxLogFaults bounds what is listed: a log that is wrong from end to end says so
// in a page.
const maxLogFaults = 100

func (c *LogCheck) add(code string, index int64, where, text string, args ...any) {
	if len(c.Faults) >= maxLogFaults {
		c.More++
		return
	}
	c.Faults = append(c.Faults, LogFault{code, index, where, fmt.Sprintf(text, args...)})
}

// logRow is a row of the log as VerifyLog holds it.
type logRow struct {
	idx  int64
	hash tlog.Hash // computed from the body
	name string
	ref  string
	body *act.Report
}

// VerifyLog recomputes the whole log from its rows and names what does not
// agree: entries edited, dropped, put in or moved, wrong hashes, heads that the
// key did not sign or whose root is another, and reports that are not what was
// logged. Files are held against their hashes by InspectBlobs. anchors are heads that were kept outside the database; only they show
// that the whole database was put back to an earlier state. It returns ErrNoLog
// without a key.
func (s *Store) VerifyLog(ctx context.Context, anchors ...[]byte) (LogCheck, error) {
	var c LogCheck
	if s.LogKey() == nil {
		return c, ErrNoLog
	}
	v := verification{LogCheck: &c, logged: map[string]int64{}}
	err := v.read(ctx, s)
	if err != nil {
		return c, fmt.Errorf("store: verify log: %w", err)
	}
	if err := v.tree(s, anchors); err != nil {
		return c, fmt.Errorf("store: verify log: %w", err)
	}
	if err := v.reports(ctx, s); err != nil {
		return c, fmt.Errorf("store: verify log: %w", err)
	}
	return c, nil
}

type verification struct {
	*LogCheck
	entries []logRow
	stored  []tlog.Hash // by position, as the table has them
	heads   []headRow
	logged  map[string]int64 // newest logged version of a report, by ref
}

type headRow struct {
	seq, size int64
	note      string
}

// read takes everything from one state of the database.
func (v *verification) read(ctx context.Context, s *Store) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing was written
	if err := v.readEntries(ctx, tx); err != nil {
		return err
	}
	if err := v.readHashes(ctx, tx); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "select seq, size, note from log_checkpoint order by seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h headRow
		if err := rows.Scan(&h.seq, &h.size, &h.note); err != nil {
			return err
		}
		v.heads = append(v.heads, h)
	}
	v.Checkpoints = len(v.heads)
	return rows.Err()
}

func (v *verification) readEntries(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, "select coalesce(idx, -1), id, ref, seq, kind, version, at, body, hash from log_leaf order by coalesce(idx, -1), id")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e logRow
		var row act.Act
		var body, hash []byte
		if err := rows.Scan(&e.idx, &row.ID, &row.Ref, &row.Seq, &row.Kind, &row.Version, &row.At, &body, &hash); err != nil {
			return err
		}
		e.hash, e.ref = translog.LeafHash(body), row.Ref
		a, err := act.ParseLeaf(body)
		e.name = nameEntry(e.idx, a)
		switch {
		case errors.Is(err, act.ErrKind):
			// A later program wrote it; its hash is checked all the same.
		case err != nil:
			v.add(FaultEdited, e.idx, e.name, "存证内容不是规范格式，已被改动。")
		default:
			row.On, row.Body = a.On, a.Body
			if row != a {
				v.add(FaultEdited, e.idx, e.name, "数据库登记的编号、对象、类别或时间与存证内容不一致，登记被改动。")
			}
			if r, ok := a.Body.(act.Report); ok {
				e.ref, e.body = a.Ref, &r
				v.logged[a.Ref] = max(v.logged[a.Ref], r.Version)
			}
		}
		if string(hash) != string(e.hash[:]) {
			v.add(FaultEdited, e.idx, e.name, "存证内容与当时记下的摘要不符，内容或摘要被改动。")
		}
		if e.idx < 0 {
			v.Waiting++
			continue
		}
		v.entries = append(v.entries, e)
	}
	v.Size = int64(len(v.entries))
	return rows.Err()
}

func nameEntry(idx int64, a act.Act) string {
	where := "待编号的条目"
	if idx >= 0 {
		where = fmt.Sprintf("第%d条", idx)
	}
	if r, ok := a.Body.(act.Report); ok {
		where += fmt.Sprintf("（%s%d年度报告第%d版）", r.Name, r.Year, r.Version)
	}
	return where
}

func (v *verification) readHashes(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, "select pos, hash from log_hash order by pos")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var pos int64
		var b []byte
		if err := rows.Scan(&pos, &b); err != nil {
			return err
		}
		var h tlog.Hash
		if copy(h[:], b); len(b) != len(h) {
			v.add(FaultHash, -1, fmt.Sprintf("摘要树位置%d", pos), "摘要的长度不对，被改动。")
		}
		for ; int64(len(v.stored)) < pos; v.stored = append(v.stored, tlog.Hash{}) {
			if pos-int64(len(v.stored)) > 1<<20 {
				v.add(FaultHash, -1, fmt.Sprintf("摘要树位置%d", pos), "摘要远在树外，是插入的。")
				return nil
			}
			v.add(FaultHash, -1, hashPlace(int64(len(v.stored))), "摘要缺失。")
		}
		v.stored = append(v.stored, h)
	}
	return rows.Err()
}

// hashPlace says which entries a stored hash stands for.
func hashPlace(pos int64) string {
	level, n := tlog.SplitStoredHashIndex(pos)
	if level == 0 {
		return fmt.Sprintf("第%d条的摘要", n)
	}
	return fmt.Sprintf("第%d至%d条的合计摘要", n<<level, (n+1)<<level-1)
}

// reports compares each entry with the report that is kept, and finds published
// reports without an entry.
func (v *verification) reports(ctx context.Context, s *Store) error {
	for _, e := range v.entries {
		if e.body == nil {
			continue
		}
		if err := v.report(ctx, s, e); err != nil {
			return err
		}
	}
	rows, err := s.read.QueryContext(ctx, "select organ, year, version from report where published <> '' order by year, organ")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var organ, version int64
		var year int
		if err := rows.Scan(&organ, &year, &version); err != nil {
			return err
		}
		if ref := act.ReportRef(organ, year); v.logged[ref] < version {
			v.Unlogged = append(v.Unlogged, ref)
		}
	}
	return rows.Err()
}

// wider scans more columns than a reader of rows knows of.
type wider struct {
	row  scanner
	more []any
}

func (w wider) Scan(dest ...any) error { return w.row.Scan(append(slices.Clip(dest), w.more...)...) }

func (v *verification) report(ctx context.Context, s *Store, e logRow) error {
	var organ int64
	var year int
	if n, _ := fmt.Sscanf(e.ref, "report/%d/%d", &organ, &year); n != 2 || act.ReportRef(organ, year) != e.ref || year != e.body.Year {
		v.add(FaultEdited, e.idx, e.name, "存证内容写的报告编号无法识别。")
		return nil
	}
	var source string
	row := s.read.QueryRowContext(ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body, r.file_hash
		from report r join report_detail d on d.year = r.year and d.organ = r.organ
		where r.year = $1 and r.organ = $2 and r.version = $3
		union all
		select version, edition, published, file_name, figures, body, file_hash
		from report_version where year = $1 and organ = $2 and version = $3`, year, organ, e.body.Version)
	f, err := s.scanFiled(wider{row, []any{&source}}, organ, year)
	if errors.Is(err, sql.ErrNoRows) {
		v.add(FaultReport, e.idx, e.name, "这一版报告已经存证，数据库里却没有，可能被删除。")
		return nil
	}
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		v.add(FaultReport, e.idx, e.name, "数据库里的这一版报告已损坏，无法读出：%v", err)
		return nil
	}
	content, err := contentHash(f.Report)
	if err != nil {
		return err
	}
	switch {
	case content != e.body.Content:
		v.add(FaultReport, e.idx, e.name, "数据库里的数字或文字与存证时不同，报告在存证之后被直接改动。")
	case f.Published != e.body.Published || f.Report.Form.Edition != e.body.Edition:
		v.add(FaultReport, e.idx, e.name, "数据库里的发布日期或格式版本与存证时不同（存证为%s）。", e.body.Published)
	case source != e.body.Source:
		v.add(FaultReport, e.idx, e.name, "数据库登记的原件与存证时不是同一个文件。")
	}
	return nil
}
