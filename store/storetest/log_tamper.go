package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/store"
	"gongkai/translog"
)

// tampering is one thing that somebody with the database, but without the key,
// may do to a log of ten entries, and what has to be said of it.
type tampering struct {
	name  string
	do    func(t *testing.T, l *logged)
	code  string
	index int64 // of the entry named, -1 for any
	words string
	only  bool // nothing else may be said
}

var tamperings = []tampering{
	{"edit an entry", func(t *testing.T, l *logged) {
		l.exec(t, "update log_leaf set body = replace(body, '第0镇', '第八镇') where idx = 4")
	}, store.FaultEdited, 4, "第4条", false},
	{"edit an entry and its hash", func(t *testing.T, l *logged) {
		l.edit(t, 4, "第0镇", "第八镇", false)
	}, store.FaultEdited, 4, "被改动", false},
	{"edit an entry and all hashes", func(t *testing.T, l *logged) {
		l.edit(t, 4, "第0镇", "第八镇", true)
	}, store.FaultEdited, 4, "第4条至第4条", false},
	{"edit what is listed of an entry", func(t *testing.T, l *logged) {
		l.exec(t, "update log_leaf set at = at + 1 where idx = 4")
	}, store.FaultEdited, 4, "登记", true},
	{"drop an entry", func(t *testing.T, l *logged) { l.exec(t, "delete from log_leaf where idx = 3") }, store.FaultDropped, 3, "第3条", false},
	{"drop an entry and close the gap", func(t *testing.T, l *logged) {
		l.exec(t, "delete from log_leaf where idx = 3")
		l.move(t, "idx > 3", -1)
	}, store.FaultDropped, 3, "被删除", false},
	{"drop the last entry and its hashes", func(t *testing.T, l *logged) {
		l.exec(t, "delete from log_leaf where idx = 9")
		l.exec(t, "delete from log_hash where pos >= 16")
	}, store.FaultDropped, 9, "末尾", false},
	{"swap two entries", func(t *testing.T, l *logged) {
		l.exec(t, "update log_leaf set idx = 100 where idx = 2")
		l.exec(t, "update log_leaf set idx = 2 where idx = 7")
		l.exec(t, "update log_leaf set idx = 7 where idx = 100")
	}, store.FaultReordered, 2, "第7条", false},
	{"put an entry in", func(t *testing.T, l *logged) {
		l.move(t, "idx >= 5", 1)
		l.insert(t, 5)
	}, store.FaultInserted, 5, "插入", false},
	{"put an entry at the end", func(t *testing.T, l *logged) { l.insert(t, 10) }, store.FaultInserted, 10, "没有签名的检查点", false},
	{"edit a hash of an entry", func(t *testing.T, l *logged) {
		l.exec(t, "update log_hash set hash = (select hash from log_leaf where idx = 9) where pos = 0")
	}, store.FaultHash, 0, "第0条", false},
	{"edit a hash of the tree", func(t *testing.T, l *logged) {
		l.exec(t, "update log_hash set hash = (select hash from log_leaf where idx = 9) where pos = 2")
	}, store.FaultHash, -1, "第0至1条", true},
	{"drop a hash", func(t *testing.T, l *logged) { l.exec(t, "delete from log_hash where pos = 2") }, store.FaultHash, -1, "缺失", false},
	{"edit a head", func(t *testing.T, l *logged) {
		l.exec(t, "update log_checkpoint set note = replace(note, 'example', 'exempla') where seq = 4")
	}, store.FaultCheckpoint, -1, "检查点4", true},
	{"drop a head", func(t *testing.T, l *logged) { l.exec(t, "delete from log_checkpoint where seq = 4") }, store.FaultCheckpoint, -1, "检查点4至4", true},
	{"drop the last head", func(t *testing.T, l *logged) { l.exec(t, "delete from log_checkpoint where seq = 10") }, store.FaultInserted, 9, "检查点被删除", true},
	{"swap two heads", func(t *testing.T, l *logged) {
		l.exec(t, "update log_checkpoint set seq = 100 where seq = 4")
		l.exec(t, "update log_checkpoint set seq = 4 where seq = 5")
		l.exec(t, "update log_checkpoint set seq = 5 where seq = 100")
	}, store.FaultCheckpoint, -1, "检查点5", true},
	{"put a head of another key in", func(t *testing.T, l *logged) {
		secret, _, _ := translog.NewKey("log.example.gov.cn/test")
		k := must(translog.ParseKey(secret))(t)
		note := must(translog.Sign(11, translog.Hash{}, k))(t)
		l.exec(t, "insert into log_checkpoint (seq, size, note, at) values (11, 11, $1, 0)", string(note))
	}, store.FaultCheckpoint, -1, "检查点11", true},
	{"edit a figure of a report", func(t *testing.T, l *logged) {
		l.exec(t, "update report set figures = (select figures from report where organ = $1 and year = 2021) where organ = $1 and year = 2023", l.towns[0])
	}, store.FaultReport, 6, "2023年度", true},
	{"edit the prose of a report", func(t *testing.T, l *logged) {
		l.exec(t, "update report_detail set body = (select body from report_detail where organ = $1 and year = 2021) where organ = $1 and year = 2023", l.towns[1])
	}, store.FaultReport, 7, "数字或文字", true},
	{"edit the day of publication", func(t *testing.T, l *logged) {
		l.exec(t, "update report set published = '2024-01-02' where organ = $1 and year = 2023", l.towns[1])
	}, store.FaultReport, 7, "发布日期", true},
	{"drop a report", func(t *testing.T, l *logged) {
		l.exec(t, "delete from report_detail where organ = $1 and year = 2022", l.towns[1])
		l.exec(t, "delete from report where organ = $1 and year = 2022", l.towns[1])
	}, store.FaultReport, 5, "删除", true},
	{"damage a report", func(t *testing.T, l *logged) {
		l.exec(t, "update report set figures = (select hash from log_leaf where idx = 0) where organ = $1 and year = 2020", l.towns[0])
	}, store.FaultReport, 0, "损坏", true},
}

func logTampering(t *testing.T, l *logged) {
	l.fill(t)
	if f := l.faults(t); len(f) != 0 {
		t.Fatalf("before anybody touched it: %+v", f)
	}
	keep := l.snapshot(t, tables...)
	for _, c := range tamperings {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			defer l.restore(t, keep)
			c.do(t, l)
			f := l.faults(t)
			if !says(f, c.code, c.index, c.words) || c.only && len(f) != 1 {
				t.Errorf("want %s at %d: %s; found %+v", c.code, c.index, c.words, f)
			}
		})
	}
	if f := l.faults(t); len(f) != 0 {
		t.Fatalf("after all is back: %+v", f)
	}
}

// edit changes an entry with its hash, and with deep every hash of the tree.
func (l *logged) edit(t *testing.T, idx int64, from, to string, deep bool) {
	t.Helper()
	var body string
	if err := l.db.QueryRow("select body from log_leaf where idx = $1", idx).Scan(&body); err != nil {
		t.Fatal(err)
	}
	body = strings.Replace(body, from, to, 1)
	h := translog.LeafHash([]byte(body))
	l.exec(t, "update log_leaf set body = $2, hash = $3 where idx = $1", idx, body, h[:])
	if !deep {
		return
	}
	rows := must(l.db.Query("select body from log_leaf where idx is not null order by idx"))(t)
	defer rows.Close()
	var leaves []translog.Hash
	for rows.Next() {
		var b string
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, translog.LeafHash([]byte(b)))
	}
	rows.Close()
	for pos, h := range must(translog.Grow(0, leaves, nil))(t) {
		l.exec(t, "update log_hash set hash = $2 where pos = $1", pos, h[:])
	}
}

// move shifts the numbers of entries, over a range that is free.
func (l *logged) move(t *testing.T, where string, by int) {
	t.Helper()
	l.exec(t, "update log_leaf set idx = -1000 - idx where "+where)
	l.exec(t, "update log_leaf set idx = -1000 - idx + $1 where idx < 0", by)
}

// insert puts a copy of entry 1 under another number, changed a little.
func (l *logged) insert(t *testing.T, idx int64) {
	t.Helper()
	l.exec(t, `insert into log_leaf (id, ref, seq, kind, version, at, officer, body, hash, idx)
		select 7, ref, 9, kind, version, at, officer, replace(body, '"seq":1', '"seq":9'), hash, $1 from log_leaf where id = (select min(id) from log_leaf)`, idx)
}

var tables = []string{"log_leaf", "log_hash", "log_checkpoint", "report_detail", "report"}

// snapshot copies the tables aside; restore puts them back.
func (l *logged) snapshot(t *testing.T, tables ...string) []string {
	for _, name := range tables {
		if _, err := l.db.Exec("drop table if exists kept_" + name); err != nil {
			t.Fatal(err)
		}
		if _, err := l.db.Exec("create table kept_" + name + " as select * from " + name); err != nil {
			t.Fatal(err)
		}
	}
	return tables
}

func (l *logged) restore(t *testing.T, names []string) {
	t.Helper()
	for i := range names { // reports before their details, but deleted after them
		if _, err := l.db.Exec("delete from " + names[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i := len(names) - 1; i >= 0; i-- {
		l.exec(t, "insert into "+names[i]+" select * from kept_"+names[i])
	}
}

// A head must never vouch for what was changed under it: the officer's work is
// kept, its entry waits, and it is logged once the rows are put right.
func logDamaged(t *testing.T, l *logged) {
	l.fill(t)
	l.snapshot(t, tables...)
	l.edit(t, 4, "第0镇", "第八镇", true)
	f := plain(l.towns[0], 5)
	f.Year, f.Published = 2030, law.Day(2031, 1, 2)
	must(l.SaveReport(ctx, f))(t)
	if _, err := l.Integrate(ctx); !errors.Is(err, store.ErrLog) {
		t.Errorf("a damaged log was signed: %v", err)
	}
	ref := must(l.History(ctx, act.ReportRef(l.towns[0], 2030)))(t)
	if len(ref) != 1 || ref[0].Index != -1 {
		t.Fatalf("%+v", ref)
	}
	if _, err := l.Receipt(ctx, ref[0].Act.Ref); !errors.Is(err, store.ErrPending) {
		t.Errorf("receipt of an entry that waits: %v", err)
	}
	l.exec(t, "update log_leaf set body = (select k.body from kept_log_leaf k where k.id = log_leaf.id), hash = (select k.hash from kept_log_leaf k where k.id = log_leaf.id) where idx = 4")
	l.exec(t, "update log_hash set hash = (select k.hash from kept_log_hash k where k.pos = log_hash.pos)")
	l.integrate(t)
	if c := must(l.VerifyLog(context.Background()))(t); c.Size != 11 || c.Waiting != 0 || len(c.Faults) != 0 {
		t.Errorf("%+v", c)
	}
}

// Who puts the whole database back leaves nothing wrong inside it: only a head
// that was kept elsewhere tells.
func logRollback(t *testing.T, l *logged) {
	l.fill(t)
	anchor, office := must(l.Checkpoint(ctx))(t), must(l.OfficeCheckpoint(ctx))(t)
	if c := must(l.VerifyLog(ctx, anchor, office))(t); c.Anchors != 1 || c.Office.Anchors != 1 || len(c.Faults) != 0 {
		t.Errorf("%+v", c)
	}
	if err := l.Extends(ctx, anchor); err != nil {
		t.Error(err)
	}
	for _, log := range [][3]string{{"log_leaf", "log_hash", "log_checkpoint"}, {"act", "act_hash", "act_checkpoint"}} {
		l.exec(t, "delete from "+log[0]+" where idx >= 8")
		l.exec(t, "delete from "+log[1]+" where pos >= 15")
		l.exec(t, "delete from "+log[2]+" where size > 8")
	}
	if c := must(l.VerifyLog(ctx))(t); len(c.Faults) != 0 || len(c.Unlogged) != 2 {
		t.Errorf("without the anchor: %+v", c)
	}
	if err := l.Extends(ctx, anchor); !errors.Is(err, store.ErrLog) {
		t.Errorf("a log put back extends what was signed: %v", err)
	}
	if f := l.faults(t, anchor); !says(f, store.FaultAnchor, -1, "较早的状态") {
		t.Errorf("with the anchor: %+v", f)
	}
	if f := l.faults(t, office); !says(f, store.FaultAnchor, -1, "较早的状态") || f[0].Log != store.OfficeLogName {
		t.Errorf("with the anchor of the internal log: %+v", f)
	}
	secret, _, _ := translog.NewKey("log.example.gov.cn/test")
	k := must(translog.ParseKey(secret))(t)
	if f := l.faults(t, must(translog.Sign(8, translog.Hash{}, k))(t)); !says(f, store.FaultAnchor, -1, "签名不成立") {
		t.Errorf("an anchor of another key: %+v", f)
	}
}

// logFlips changes one byte anywhere in what the log commits to.
func logFlips(t *testing.T, l *logged) {
	l.fill(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]struct{ table, column, key string }{
			{"log_leaf", "body", "idx"}, {"log_leaf", "hash", "idx"}, {"log_leaf", "ref", "idx"}, {"log_leaf", "kind", "idx"}, {"log_hash", "hash", "pos"}, {"log_checkpoint", "note", "size"},
		}).Draw(t, "what")
		row := rapid.Int64Range(1, 9).Draw(t, "row")
		var old []byte
		if err := l.db.QueryRow("select "+c.column+" from "+c.table+" where "+c.key+" = $1", row).Scan(&old); err != nil {
			t.Fatal(err)
		}
		end := len(old)
		if c.column == "note" {
			end -= 4 // the last letter of base64 has bits that mean nothing
		}
		at := rapid.IntRange(0, end-1).Filter(func(i int) bool { return c.column == "hash" || old[i] < 0x80 }).Draw(t, "byte")
		flipped := append([]byte(nil), old...)
		flipped[at] ^= 1
		set := func(v []byte) error {
			var arg any = v
			if c.column != "hash" {
				arg = string(v)
			}
			_, err := l.db.Exec("update "+c.table+" set "+c.column+" = $2 where "+c.key+" = $1", row, arg)
			return err
		}
		if set(flipped) != nil {
			return // the database itself refuses, e.g. a number that is taken
		}
		defer func() {
			if err := set(old); err != nil {
				t.Fatal(err)
			}
		}()
		check, err := l.VerifyLog(ctx)
		if err != nil || len(check.Faults) == 0 {
			t.Fatalf("byte %d of %s.%s at %d: %q is not found (%v)", at, c.table, c.column, row, flipped, err)
		}
	})
}
