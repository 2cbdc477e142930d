package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/store/storetest"
)

// withEnv runs the program with an environment.
func withEnv(t *testing.T, env map[string]string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, func(k string) string { return env[k] }, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// An operator backs up the sample county, restores it elsewhere, examines it,
// and moves it into PostgreSQL and back, with the address in a file.
func TestBackupRestoreDoctor(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	secret := at("db")
	if err := os.WriteFile(secret, []byte(storetest.Postgres(t).Database(t)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pg := map[string]string{"GONGKAI_DATABASE_FILE": secret}
	conf := at("gongkai.conf")
	if err := os.WriteFile(conf, []byte("data = "+at("甲县")+"\ncounty = 甲县\nfonts = /nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	n := func(text string) string { return fmt.Sprintf(text, samplePublished()) }
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		want []string // in either output
	}{
		{"demo", nil, []string{"demo", "--data", at("甲县")}, clean, nil},
		{"backup, configured", map[string]string{"GONGKAI_CONFIG": conf}, []string{"backup", "--out", at("备份/a.tar.gz")}, clean, []string{"已备份到", n("原件 %d 个")}},
		{"backup again", nil, []string{"backup", "--config", conf, "--out", at("备份/a.tar.gz")}, unreadable, []string{"已经存在"}},
		{"backup of nothing", nil, []string{"backup", "--data", at("没有"), "--out", at("备份/b")}, unreadable, []string{"没有数据库"}},
		{"backup nowhere", nil, []string{"backup", "--data", at("甲县")}, unreadable, []string{"--out"}},
		{"backup into", nil, []string{"backup", "--data", at("甲县"), "--into", at("备份")}, clean, []string{"备份/gongkai-20"}},
		{"backup into nothing", nil, []string{"backup", "--data", at("甲县"), "--into", at("硬盘")}, unreadable, []string{"不存在"}},
		{"restore", nil, []string{"restore", "--from", at("备份/a.tar.gz"), "--data", at("乙县")}, clean, []string{"表 organ：23 行", n("表 report：%d 行"), n("原件：%d 个"), "相符"}},
		{"doctor", nil, []string{"doctor", "--data", at("乙县")}, clean, []string{n("机关 23 个、报告 %d 份、旧版 0 份逐份读出"), n("%d 个共"), "暂定"}},
		{"restore over it", nil, []string{"restore", "--from", at("备份/a.tar.gz"), "--data", at("乙县")}, unreadable, []string{"不是空的"}},
		{"restore nothing", nil, []string{"restore", "--from", at("备份/没有"), "--data", at("丁县")}, unreadable, []string{"找不到备份"}},
		{"doctor before", pg, []string{"doctor", "--data", at("丙县")}, clean, []string{"空的数据库"}},
		{"into PostgreSQL", pg, []string{"restore", "--from", at("备份/a.tar.gz"), "--data", at("丙县")}, clean, []string{"已恢复到 PostgreSQL", n("表 report：%d 行")}},
		{"into PostgreSQL again", pg, []string{"restore", "--from", at("备份/a.tar.gz"), "--data", at("丙县")}, unreadable, []string{"已有数据"}},
		{"migrate", pg, []string{"migrate"}, clean, []string{"不需要升级"}},
		{"doctor there", pg, []string{"doctor", "--data", at("丙县")}, clean, []string{"postgres", n("报告 %d 份")}},
		{"backup there", pg, []string{"backup", "--data", at("丙县"), "--out", at("备份/c")}, clean, []string{n("原件 %d 个")}},
		{"and back", nil, []string{"restore", "--from", at("备份/c"), "--data", at("戊县")}, clean, []string{"postgres 数据库", n("表 report：%d 行")}},
		{"doctor at last", nil, []string{"doctor", "--data", at("戊县")}, clean, []string{n("报告 %d 份")}},
		{"migrate new", nil, []string{"migrate", "--data", at("己县")}, clean, []string{"结构版本 0 → "}},
		{"migrate check", nil, []string{"migrate", "--check", "--data", at("己县")}, clean, []string{"结构版本"}},
	} {
		code, out, errOut := withEnv(t, c.env, c.args...)
		if code != c.code {
			t.Errorf("%s: status %d, want %d\n%s\n%s", c.name, code, c.code, out, errOut)
		}
		for _, want := range c.want {
			if !strings.Contains(out+errOut, want) {
				t.Errorf("%s: lacks %q:\n%s\n%s", c.name, want, head(out), head(errOut))
			}
		}
	}
	for _, left := range []string{"丁县", "没有", "备份/b", "备份/b.part"} {
		if exists(at(left)) {
			t.Errorf("%s was left behind", left)
		}
	}
	tables := func(name string) (all string) {
		for _, table := range []string{"organ", "report", "report_detail", "report_version", "change"} {
			b, err := os.ReadFile(at(name + "/tables/" + table + ".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			all += string(b)
		}
		return all
	}
	if code, _, e := gongkai(t, "backup", "--data", at("戊县"), "--out", at("备份/e")); code != clean || tables("备份/c") != tables("备份/e") {
		t.Errorf("after both ways the rows are others: %d %s", code, e)
	}
}

// A damaged backup is refused by the name of the file, and nothing is left.
func TestRestoreRefusesDamage(t *testing.T) {
	dir := t.TempDir()
	data, backup, target := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	gongkai(t, "demo", "--data", data)
	if code, _, e := gongkai(t, "backup", "--data", data, "--out", backup); code != clean {
		t.Fatal(e)
	}
	name := filepath.Join(backup, "tables", "organ.jsonl")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, e := gongkai(t, "restore", "--from", backup, "--data", target)
	if code != unreadable || !strings.Contains(e, "tables/organ.jsonl：内容与清单记录的不符") || exists(target) {
		t.Errorf("%d %s", code, e)
	}
}

// doctor names what is wrong, with status 1 and in the machine form.
func TestDoctorFindsFaults(t *testing.T) {
	dir := t.TempDir()
	gongkai(t, "demo", "--data", dir)
	files, err := filepath.Glob(filepath.Join(dir, "files", "??", "*"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[1], []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := gongkai(t, "doctor", "--data", dir)
	for _, want := range []string{"错误", "1 个丢失", "1 个内容与校验值不符", filepath.Base(files[0]), filepath.Base(files[1])} {
		if code != faulty || !strings.Contains(out, want) {
			t.Errorf("status %d, lacks %q:\n%s", code, want, out)
		}
	}
	code, out, _ = gongkai(t, "doctor", "--data", dir, "--json", "--quick")
	states := map[string]int{}
	for l := range strings.Lines(out) {
		var x struct{ Check, State, Detail string }
		if err := json.Unmarshal([]byte(l), &x); err != nil || x.Check == "" || x.Detail == "" {
			t.Fatalf("%v: %s", err, l)
		}
		states[x.State]++
	}
	if code != faulty || states["error"] != 1 || states["ok"] < 5 {
		t.Errorf("status %d, %v", code, states)
	}
	code, _, e := gongkai(t, "backup", "--data", dir, "--out", filepath.Join(t.TempDir(), "b"))
	if code != faulty || strings.Count(e, "备份之前报告原件") != 2 {
		t.Errorf("status %d: %s", code, e)
	}
}

// No command prints a password.
func TestNoPasswordIsPrinted(t *testing.T) {
	for _, c := range []string{"backup --out x", "restore --from x", "migrate", "doctor"} {
		for _, address := range []string{"postgres://u:geheim@127.0.0.1:1/x?connect_timeout=1", "postgres://u@127.0.0.1:1/x?password=geheim&connect_timeout=1"} {
			args := append(strings.Fields(c), "--data", t.TempDir(), "--database", address)
			if code, out, e := gongkai(t, args...); code == clean || strings.Contains(out+e, "geheim") {
				t.Errorf("%s: %d\n%s%s", c, code, out, e)
			}
			_, out, e := gongkai(t, "serve", "--print-config", "--database", address)
			if strings.Contains(out+e, "geheim") {
				t.Error(fmt.Sprint(out, e))
			}
		}
	}
}
