package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func printConfig(t *testing.T, env map[string]string, args ...string) (int, string) {
	t.Helper()
	var o bytes.Buffer
	code := run(context.Background(), append([]string{"serve", "--print-config"}, args...), func(k string) string { return env[k] }, strings.NewReader(""), &o, &o)
	return code, o.String()
}

func TestConfigOrder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "gongkai.conf")
	if err := os.WriteFile(file, []byte("# 县里的设置\naddr = 10.0.0.1:1\ncounty = 文件县\ndata = /srv/file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"GONGKAI_ADDR": "10.0.0.2:2", "GONGKAI_COUNTY": "环境县"}
	_, out := printConfig(t, env, "--config", file, "--county", "命令县")
	for _, want := range []string{"addr = 10.0.0.2:2", "county = 命令县", "data = /srv/file", "checking = false"} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
}

func TestSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(file, []byte("postgres://gongkai:verysecret@db/gongkai\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out := printConfig(t, map[string]string{"GONGKAI_DATABASE_FILE": file})
	if code != clean || !strings.Contains(out, "postgres://gongkai") || strings.Contains(out, "verysecret") {
		t.Errorf("%d:\n%s", code, out)
	}
}

func TestImpossibleConfigs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c")
	if err := os.WriteFile(file, []byte("adr = x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", "--database", "mysql://x"}, "postgres://"},
		{[]string{"serve", "--address", "xxgk"}, "--address"},
		{[]string{"serve", "--sample", "--database", "postgres://x/y"}, "--sample"},
		{[]string{"serve", "--config", file}, "adr"},
		{[]string{"serve", "--config", file + "missing"}, "找不到"},
		{[]string{"serve", "--addr", "256.0.0.1:99999", "--data", t.TempDir()}, "监听"},
	} {
		code, out, errOut := gongkai(t, c.args...)
		if code != unreadable || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: %d %s %s", c.args, code, out, errOut)
		}
	}
}

func TestDoctor(t *testing.T) {
	code, out, _ := gongkai(t, "doctor", "--data", filepath.Join(t.TempDir(), "none"))
	if code != clean {
		t.Errorf("status %d", code)
	}
	for _, want := range []string{"工作日历", "2021年版", "LibreOffice", "还不存在"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	dir := t.TempDir()
	if code, _, e := gongkai(t, "demo", "--data", dir); code != clean {
		t.Fatal(e)
	}
	if code, out, _ := gongkai(t, "doctor", "--data", dir); code != clean || !strings.Contains(out, fmt.Sprintf("机关 23，报告 %d", samplePublished())) {
		t.Errorf("%d:\n%s", code, out)
	}
}

// Columns line up on a terminal where a Chinese character takes two.
func TestTableAlignment(t *testing.T) {
	var b bytes.Buffer
	tb := textTable{head: []string{"机关", "错误"}, right: map[int]bool{1: true}}
	tb.add("甲镇", "3")
	tb.add("A bureau", "12")
	tb.write(&b)
	want := "机关      错误\n--------  ----\n甲镇         3\nA bureau    12\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	if got := shorten("云岭县城关镇人民政府", 10); columns(got) > 10 || !strings.HasSuffix(got, "…") {
		t.Errorf("shortened to %q, %d columns", got, columns(got))
	}
	if got := oneLine("a\x1b[31m\nb\u202e"); strings.ContainsAny(got, "\x1b\n\u202e") {
		t.Errorf("%q still drives the terminal", got)
	}
}
