package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

// office does ten acts of the office, entries 0 to 9 of the internal log, the
// third of them on paper, and returns the county that did them.
func (l *logged) office(t testing.TB) org.Organ {
	t.Helper()
	o := county(t, l.Store, 0)[0]
	for i := range 10 {
		by := store.By{Viewer: org.Viewer{Person: int64(70 + i%2), Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}, From: "192.0.2.7", Reason: fmt.Sprintf("第%d次调整", i)}
		if i == 2 {
			by.Signer = "某领导"
		}
		must(l.SaveSetting(ctx, by, store.Setting{Organ: o.ID, Name: fmt.Sprintf("设置%d", i/3), Value: fmt.Sprint(i), Version: int64(i % 3)}))(t)
		l.integrate(t) // a head for each
	}
	return o
}

// entry reads a column of the act with a number.
func (l *logged) entry(t testing.TB, column string, idx int64) []byte {
	t.Helper()
	var b []byte
	if err := l.db.QueryRow("select "+column+" from act where idx = $1", idx).Scan(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

// moveActs shifts the numbers of acts.
func (l *logged) moveActs(t *testing.T, which string, by int) {
	t.Helper()
	l.exec(t, "update act set idx = -1 - idx where "+which)
	l.exec(t, "update act set idx = -1 - idx + $1 where idx < 0", by)
}

var officeTamperings = []tampering{
	{"edit an entry", func(t *testing.T, l *logged) {
		l.exec(t, `update act set entry = replace(entry, '"officer":"70"', '"officer":"75"') where idx = 4`)
	}, store.FaultEdited, 4, "第4条", false},
	{"edit an entry and its hash", func(t *testing.T, l *logged) {
		entry := strings.Replace(string(l.entry(t, "entry", 4)), `"officer":"70"`, `"officer":"75"`, 1)
		h := translog.LeafHash(translog.Commit(l.entry(t, "salt", 4), []byte(entry)))
		l.exec(t, "update act set entry = $1, hash = $2, officer = 75 where idx = 4", entry, h[:])
	}, store.FaultEdited, 4, "内容与存证时不同", true},
	{"edit a salt", func(t *testing.T, l *logged) {
		l.exec(t, "update act set salt = $1 where idx = 4", l.entry(t, "salt", 5))
	}, store.FaultEdited, 4, "随机数", false},
	{"edit who did it", func(t *testing.T, l *logged) { l.exec(t, "update act set officer = 99 where idx = 3") }, store.FaultEdited, 3, "登记的经办人", true},
	{"edit for whom it was done", func(t *testing.T, l *logged) { l.exec(t, "update act set organ = 99 where idx = 3") }, store.FaultEdited, 3, "登记的机关", true},
	{"edit the day", func(t *testing.T, l *logged) {
		l.exec(t, "update act set on_day = '2020-01-01' where idx = 3")
	}, store.FaultEdited, 3, "登记的日期", true},
	{"edit the kind", func(t *testing.T, l *logged) {
		l.exec(t, "update act set kind = 'notice.sent' where idx = 3")
	}, store.FaultEdited, 3, "登记的类别", true},
	{"edit what changed", func(t *testing.T, l *logged) {
		l.exec(t, `update act set detail = replace(detail, '"new":"4"', '"new":"9"') where idx = 4`)
	}, store.FaultDetails, 4, "被改动", true},
	{"edit who signed on paper", func(t *testing.T, l *logged) {
		l.exec(t, "update act set detail = replace(detail, '某领导', '别的领导') where idx = 2")
	}, store.FaultDetails, 2, "签字人", true},
	{"take details away without saying so", func(t *testing.T, l *logged) {
		l.exec(t, "update act set detail = '' where idx = 4")
	}, store.FaultDetails, 4, "没有清除的记录", true},
	{"drop an act", func(t *testing.T, l *logged) { l.exec(t, "delete from act where idx = 3") }, store.FaultDropped, 3, "第3条", false},
	{"drop an act and close both gaps", func(t *testing.T, l *logged) {
		l.exec(t, "delete from act where idx = 9")
		l.exec(t, "delete from act where idx = 5")
		l.moveActs(t, "idx > 5", -1)
	}, store.FaultDropped, 5, "被删除", false},
	{"drop the middle of a history", func(t *testing.T, l *logged) { l.exec(t, "delete from act where idx = 4") }, store.FaultGap, -1, "缺了1条", false},
	{"drop the last act with its hashes", func(t *testing.T, l *logged) {
		l.exec(t, "delete from act where idx = 9")
		l.exec(t, "delete from act_hash where pos >= 16")
	}, store.FaultDropped, 9, "末尾", false},
	{"swap two acts", func(t *testing.T, l *logged) {
		l.exec(t, "update act set idx = 100 where idx = 2")
		l.exec(t, "update act set idx = 2 where idx = 7")
		l.exec(t, "update act set idx = 7 where idx = 100")
	}, store.FaultReordered, 2, "第7条", false},
	{"put an act in", func(t *testing.T, l *logged) {
		l.moveActs(t, "idx >= 5", 1)
		l.forge(t, 5)
	}, store.FaultInserted, 5, "后来插入", false},
	{"put an act at the end", func(t *testing.T, l *logged) { l.forge(t, 10) }, store.FaultInserted, 10, "没有签名的检查点", false},
	{"leave a number out", func(t *testing.T, l *logged) { l.exec(t, "update act set idx = 12 where idx = 9") }, store.FaultReordered, -1, "", false},
	{"edit a hash of an act", func(t *testing.T, l *logged) {
		l.exec(t, "update act_hash set hash = (select hash from act where idx = 9) where pos = 0")
	}, store.FaultHash, 0, "第0条", false},
	{"edit a hash of the tree", func(t *testing.T, l *logged) {
		l.exec(t, "update act_hash set hash = (select hash from act where idx = 9) where pos = 2")
	}, store.FaultHash, -1, "第0至1条", true},
	{"drop a hash", func(t *testing.T, l *logged) { l.exec(t, "delete from act_hash where pos = 2") }, store.FaultHash, -1, "缺失", true},
	{"put a hash far outside", func(t *testing.T, l *logged) {
		l.exec(t, "insert into act_hash (pos, hash) select 1000000000000, hash from act where idx = 0")
	}, store.FaultHash, -1, "远在树外", true},
	{"edit a head", func(t *testing.T, l *logged) {
		l.exec(t, "update act_checkpoint set note = replace(note, 'example', 'exempla') where seq = 4")
	}, store.FaultCheckpoint, -1, "检查点4", true},
	{"edit what is listed of a head", func(t *testing.T, l *logged) {
		l.exec(t, "update act_checkpoint set size = 3 where seq = 4")
	}, store.FaultCheckpoint, -1, "登记被改动", true},
	{"drop a head", func(t *testing.T, l *logged) { l.exec(t, "delete from act_checkpoint where seq = 4") }, store.FaultCheckpoint, -1, "检查点4至4", true},
	{"drop every head", func(t *testing.T, l *logged) { l.exec(t, "delete from act_checkpoint") }, store.FaultInserted, 0, "检查点被删除", true},
	{"sign a head with the key of the other log", func(t *testing.T, l *logged) {
		note := must(translog.Sign(11, translog.Hash{}, l.key))(t)
		l.exec(t, "insert into act_checkpoint (seq, size, note, at) values (11, 11, $1, 0)", string(note))
	}, store.FaultCheckpoint, -1, "检查点11", true},
}

// forge puts a copy of act 0 under another number, changed a little, with a
// hash of its own.
func (l *logged) forge(t *testing.T, idx int64) {
	t.Helper()
	entry, salt := strings.Replace(string(l.entry(t, "entry", 0)), `"seq":1`, `"seq":9`, 1), l.entry(t, "salt", 0)
	h := translog.LeafHash(translog.Commit(salt, []byte(entry)))
	l.exec(t, `insert into act (id, ref, seq, kind, version, on_day, at, officer, organ, entry, salt, detail, hash, idx)
		select 7, ref, 9, kind, version, on_day, at, officer, organ, $2, salt, detail, $3, $1 from act where id = (select min(id) from act)`, idx, entry, h[:])
}

func officeTampering(t *testing.T, l *logged) {
	l.office(t)
	if c := must(l.VerifyLog(ctx))(t); len(c.Faults) != 0 || c.Office.Size != 10 || c.Office.Checkpoints == 0 || c.Size != 0 {
		t.Fatalf("before anybody touched it: %+v", c)
	}
	keep := l.snapshot(t, "act", "act_hash", "act_checkpoint")
	for _, c := range officeTamperings {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			defer l.restore(t, keep)
			c.do(t, l)
			f := l.faults(t)
			if !says(f, c.code, c.index, c.words) || c.only && len(f) != 1 {
				t.Errorf("want %s at %d: %s; found %+v", c.code, c.index, c.words, f)
			}
			for _, x := range f {
				if x.Log != store.OfficeLogName {
					t.Errorf("said of another log: %+v", x)
				}
			}
		})
	}
	if f := l.faults(t); len(f) != 0 {
		t.Fatalf("after all is back: %+v", f)
	}
}

// officeFlips changes one byte anywhere in what the internal log commits to, and
// in every column that lists and filters read.
func officeFlips(t *testing.T, l *logged) {
	l.office(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]struct {
			table, column, key string
			binary             bool
		}{
			{"act", "entry", "idx", false}, {"act", "detail", "idx", false}, {"act", "salt", "idx", true}, {"act", "hash", "idx", true}, {"act", "ref", "idx", false},
			{"act", "kind", "idx", false}, {"act", "on_day", "idx", false}, {"act_hash", "hash", "pos", true}, {"act_checkpoint", "note", "size", false},
		}).Draw(t, "what")
		row := rapid.Int64Range(1, 9).Draw(t, "row")
		var old []byte
		if err := l.db.QueryRow("select "+c.column+" from "+c.table+" where "+c.key+" = $1", row).Scan(&old); err != nil {
			t.Skip() // several acts may share a head
		}
		end := len(old)
		if c.column == "note" {
			end -= 4 // the last letter of base64 has bits that mean nothing
		}
		at := rapid.IntRange(0, end-1).Filter(func(i int) bool { return c.binary || old[i] < 0x80 }).Draw(t, "byte")
		flipped := append([]byte(nil), old...)
		flipped[at] ^= 1
		set := func(v []byte) error {
			var arg any = v
			if !c.binary {
				arg = string(v)
			}
			_, err := l.db.Exec("update "+c.table+" set "+c.column+" = $2 where "+c.key+" = $1", row, arg)
			return err
		}
		if set(flipped) != nil {
			return // the database itself refuses
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

// An act of a report stands in both logs: who takes it out of one, or changes
// one, is found by the other.
func logsAgree(t *testing.T, l *logged) {
	l.fill(t)
	keep := l.snapshot(t, "act")
	l.exec(t, "delete from act where idx = 6")
	if f := l.faults(t); !says(f, store.FaultBoth, 6, "没有对应的办理行为") {
		t.Errorf("an act that is gone: %+v", f)
	}
	l.restore(t, keep)
	keep = l.snapshot(t, "log_leaf")
	l.exec(t, "delete from log_leaf where idx = 6")
	if f := l.faults(t); !says(f, store.FaultBoth, 6, "公开存证里却没有") {
		t.Errorf("a leaf that is gone: %+v", f)
	}
	l.restore(t, keep)
	l.edit(t, 6, "第0镇", "第八镇", true)
	if f := l.faults(t); !says(f, store.FaultBoth, 6, "记载不一致") {
		t.Errorf("a leaf that was changed: %+v", f)
	}
}

// Details are erased on duty: by another than who acted, with a reason, and the
// log verifies as before.
func detailsErased(t *testing.T, l *logged) {
	o := l.office(t)
	boss := store.By{Viewer: org.Viewer{Person: 71, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}}
	all := must(l.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t)
	mine, his := all[0], all[1] // 71 did the last one
	var refusal *act.Refusal
	if _, err := l.EraseDetails(ctx, boss, mine.Act.ID, "期满"); !errors.As(err, &refusal) {
		t.Errorf("one's own act was erased: %v", err)
	}
	if _, err := l.EraseDetails(ctx, boss, his.Act.ID, ""); !errors.As(err, &refusal) {
		t.Errorf("erased without a reason: %v", err)
	}
	clerk := store.By{Viewer: org.Viewer{Person: 78, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Drafter}}}}
	if _, err := l.EraseDetails(ctx, clerk, his.Act.ID, "期满"); !errors.As(err, &refusal) {
		t.Errorf("a clerk erased: %v", err)
	}
	if _, err := l.EraseDetails(ctx, boss, 424242, "期满"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an act that is not there: %v", err)
	}
	before := must(l.ActReceipt(ctx, org.Program("测试"), his.Act.ID))(t)
	must(l.EraseDetails(ctx, boss, his.Act.ID, "期满"))(t)
	if d := must(l.EraseDetails(ctx, boss, his.Act.ID, "期满"))(t); d.Act != 0 {
		t.Errorf("erased twice: %+v", d)
	}
	l.integrate(t)
	e := must(l.Entries(ctx, org.Program("测试"), store.EntryQuery{ID: his.Act.ID}))(t)
	if len(e) != 1 || !e[0].Erased || !e[0].Details.Empty() {
		t.Errorf("after erasing: %+v", e)
	}
	about := must(l.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.ActRef(his.Act.ID)}))(t)
	if len(about) != 1 || about[0].Act.Kind != act.DetailsErased || about[0].Act.Officer != 71 || about[0].Details.Reason != "期满" {
		t.Errorf("the erasure is no act: %+v", about)
	}
	if c := must(l.VerifyLog(ctx))(t); len(c.Faults) != 0 || c.Office.Erased != 1 {
		t.Errorf("%+v", c)
	}
	if err := translog.VerifyReceipt(before, l.key.Verifier); err != nil {
		t.Errorf("the receipt of before: %v", err)
	}
	l.exec(t, "update act set detail = $2 where id = $1", his.Act.ID, `{"reason":"别的"}`)
	if f := l.faults(t); !says(f, store.FaultDetails, his.Index, "被改动") {
		t.Errorf("other details in their place: %+v", f)
	}
}

// A private receipt shows its entry and no details, to those who may see the
// act, and holds offline with the key of the public log or with its own.
func officeReceipts(t *testing.T, l *logged) {
	o := l.office(t)
	seen := org.Viewer{Person: 9, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Auditor}}}
	list := must(l.Entries(ctx, seen, store.EntryQuery{}))(t)
	if len(list) != 10 {
		t.Fatalf("%d entries", len(list))
	}
	for _, e := range list {
		r := must(l.ActReceipt(ctx, seen, e.Act.ID))(t)
		if r.Promised() || r.Index != e.Index || r.Salt == "" || strings.Contains(r.Leaf, "次调整") {
			t.Errorf("receipt %+v", r)
		}
		for _, key := range []string{l.key.Verifier, l.LogKeys().Office} {
			if err := translog.VerifyReceipt(r, key); err != nil {
				t.Errorf("with %s: %v", key, err)
			}
		}
		r.Leaf = strings.Replace(r.Leaf, `"officer":"7`, `"officer":"8`, 1)
		if translog.VerifyReceipt(r, l.key.Verifier) == nil {
			t.Error("an edited receipt holds")
		}
	}
	stranger := org.Viewer{Person: 8, Posts: []org.Post{{Organ: 424242, Path: "/424242/", Role: org.Office}}}
	if _, err := l.ActReceipt(ctx, stranger, list[0].Act.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a stranger got a receipt: %v", err)
	}
}

// Before the act has a number its receipt is a promise, which holds offline and
// is completed later by whoever has it.
func promisedReceipts(t *testing.T, l *logged) {
	o := l.office(t)
	l.exec(t, "update act_checkpoint set note = replace(note, 'example', 'exempla') where size = 10") // nothing is numbered on a damaged log
	d := must(l.SaveSetting(ctx, store.By{Viewer: org.Program("测试")}, store.Setting{Organ: o.ID, Name: "后来", Value: "1"}))(t)
	r := must(l.ActReceipt(ctx, org.Program("测试"), d.Act))(t)
	if !r.Promised() {
		t.Fatalf("%+v", r)
	}
	if err := translog.VerifyReceipt(r, l.key.Verifier); err != nil {
		t.Error(err)
	}
	bad := r
	bad.Leaf = strings.Replace(r.Leaf, `"seq":1`, `"seq":2`, 1)
	if err := translog.VerifyReceipt(bad, l.key.Verifier); err == nil {
		t.Error("a promise holds for another act")
	}
	if _, err := l.CompleteReceipt(ctx, r); !errors.Is(err, store.ErrPending) {
		t.Errorf("completed before its time: %v", err)
	}
	l.exec(t, "update act_checkpoint set note = replace(note, 'exempla', 'example') where size = 10")
	l.integrate(t)
	whole := must(l.CompleteReceipt(ctx, r))(t)
	if err := translog.VerifyReceipt(whole, l.key.Verifier); err != nil || whole.Promised() || whole.Index != 10 {
		t.Errorf("%+v, %v", whole, err)
	}
	if _, err := l.CompleteReceipt(ctx, bad); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a forged promise was completed: %v", err)
	}
}
