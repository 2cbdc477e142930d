package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

// published makes a data folder with one published report in its log and
// returns the folder, the store and the program that opened it.
func published(t *testing.T) (string, *store.Store, act.Report) {
	t.Helper()
	dir := t.TempDir()
	var out bytes.Buffer
	p := &program{getenv: func(string) string { return "" }, out: &out, err: &out, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir, address: "https://xxgk.example.gov.cn"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	o, err := st.SaveOrgan(t.Context(), org.Organ{Code: "T1", Name: "青石镇人民政府", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(annual.Edition("2021"), o.Name, 2025)
	for i := range r.Values {
		r.Values[i] = annual.Num(int64(i % 3))
	}
	r.Chapters[0] = "一句话。"
	if _, err := st.SaveReport(t.Context(), store.Filed{Organ: o.ID, Year: 2025, Report: r, FileName: "年报.txt", Source: []byte("原件"), Published: law.Day(2026, 1, 20)}); err != nil {
		t.Fatal(err)
	}
	rec, err := st.Receipt(t.Context(), act.ReportRef(o.ID, 2025))
	if err != nil {
		t.Fatal(err)
	}
	good, _ := json.Marshal(rec)
	bad, _ := json.Marshal(translog.Receipt{Format: rec.Format, Leaf: strings.Replace(rec.Leaf, "青石", "白石", 1), Index: rec.Index, Size: rec.Size, Proof: rec.Proof, Checkpoint: rec.Checkpoint, Key: rec.Key})
	j, err := annual.EncodeJSON("年报.txt", r, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Set("t3.new.total", annual.Num(99))
	other, _ := annual.EncodeJSON("年报.txt", r, nil)
	for name, b := range map[string][]byte{"receipt.json": good, "forged.json": bad, "report.json": j, "other.json": other, "年报.txt": []byte("原件"), "别的.txt": []byte("别的"), "notjson.json": []byte("<html>")} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a, err := act.ParseLeaf([]byte(rec.Leaf))
	if err != nil {
		t.Fatal(err)
	}
	return dir, st, a.Body.(act.Report)
}

func TestVerifyReceiptOffline(t *testing.T) {
	dir, st, _ := published(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	_, foreign, err := translog.NewKey("elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"receipt", []string{in("receipt.json"), "--key", st.LogKey().Verifier}, clean, "回执有效：第 0 条"},
		{"key from the folder", []string{in("receipt.json"), "--data", dir}, clean, "青石镇人民政府2025年度"},
		{"key file", []string{in("receipt.json"), "--key", in(pubFile)}, clean, "2026年1月20日发布"},
		{"with the report", []string{in("receipt.json"), in("report.json"), "--data", dir}, clean, "报告相符"},
		{"with the file", []string{in("receipt.json"), in("年报.txt"), "--data", dir}, clean, "文件相符"},
		{"another report", []string{in("receipt.json"), in("other.json"), "--data", dir}, faulty, "数字或文字与存证时不同"},
		{"another file", []string{in("receipt.json"), in("别的.txt"), "--data", dir}, faulty, "不是存证登记的原件"},
		{"forged", []string{in("forged.json"), "--data", dir}, faulty, "不相符"},
		{"foreign key", []string{in("receipt.json"), "--key", foreign}, faulty, "拿错了公钥"},
		{"no receipt", []string{in("notjson.json"), "--data", dir}, unreadable, "不是存证回执"},
		{"no file", []string{in("nowhere.json"), "--data", dir}, unreadable, "nowhere.json"},
		{"no key", []string{in("receipt.json"), "--data", in("none")}, unreadable, "--key"},
		{"half a key", []string{in("receipt.json"), "--key", "a+b+c"}, unreadable, "完整复制"},
	} {
		var out bytes.Buffer
		code := run(context.Background(), append([]string{"verify"}, c.args...), func(string) string { return "" }, nil, &out, &out)
		if code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: status %d, want %d:\n%s", c.name, code, c.code, out.String())
		}
	}
}

// The key is readable by its owner only, and one that is gone is not replaced:
// another could not continue the log.
func TestLogKeyIsKept(t *testing.T) {
	dir, st, _ := published(t)
	key := filepath.Join(dir, keyFile)
	i, err := os.Stat(key)
	if err != nil || i.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", i, err)
	}
	secret, _ := os.ReadFile(key)
	if b, err := os.ReadFile(filepath.Join(dir, "gongkai.db")); err != nil || bytes.Contains(b, bytes.TrimSpace(secret)) {
		t.Errorf("the key stands in the database (%v)", err)
	}
	if name := st.LogKey().Name(); name != "xxgk.example.gov.cn/log" {
		t.Errorf("the log is named %q", name)
	}
	st.Close()
	again := func() (*store.Store, string) {
		var out bytes.Buffer
		p := &program{getenv: func(string) string { return "" }, out: &out, err: &out, now: time.Now}
		s, err := p.openLogged(t.Context(), config{data: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s, out.String()
	}
	if s, said := again(); s.LogKey() == nil || s.LogKey().Verifier != st.LogKey().Verifier || said != "" {
		t.Errorf("opened again with another key, or complaining: %s", said)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if s, said := again(); s.LogKey() != nil || exists(key) || !strings.Contains(said, "不见了") {
		t.Errorf("a lost key was replaced: %s", said)
	}
	if err := os.WriteFile(key, []byte("PRIVATE+KEY+rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{getenv: func(string) string { return "" }, out: &out, err: &out, now: time.Now}
	if _, err := p.openLogged(t.Context(), config{data: dir}); err == nil || strings.Contains(err.Error(), "rubbish") {
		t.Errorf("a damaged key: %v", err)
	}
}

func TestDoctorNamesWhatWasDoneToTheLog(t *testing.T) {
	dir, st, _ := published(t)
	p := &program{now: time.Now}
	stop := p.keepLog(t.Context(), st, config{data: dir}, slog.New(slog.DiscardHandler))
	stop() // writes the head outside the database
	if !exists(filepath.Join(dir, anchorFile)) {
		t.Fatal("no head outside the database")
	}
	doctor := func() (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), []string{"doctor", "--data", dir}, func(string) string { return "" }, nil, &out, &out)
		return code, out.String()
	}
	if code, out := doctor(); code != clean || !strings.Contains(out, "1 条，检查点 1 个") || !strings.Contains(out, "库外保存的检查点") {
		t.Errorf("status %d\n%s", code, out)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"delete from log_leaf", "delete from log_hash", "delete from log_checkpoint"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if code, out := doctor(); code != faulty || !strings.Contains(out, "较早的状态") || !strings.Contains(out, "没有存证") {
		t.Errorf("a log taken away: status %d\n%s", code, out)
	}
	p.keepLog(t.Context(), st, config{data: dir}, slog.New(slog.DiscardHandler))()
	if b, err := os.ReadFile(filepath.Join(dir, anchorFile)); err != nil || len(b) == 0 {
		t.Errorf("the evidence was overwritten: %v", err)
	}
}
