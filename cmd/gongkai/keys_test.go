package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

// withPrivate puts a private file into a data folder.
func withPrivate(t *testing.T, dir string) int64 {
	t.Helper()
	p := &program{getenv: os.Getenv, out: io.Discard, err: io.Discard, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	f, err := st.PutPrivate(t.Context(), "request/1", strings.NewReader("申请人的材料"))
	if err != nil {
		t.Fatal(err)
	}
	return f.ID
}

func reads(t *testing.T, dir string, id int64) error {
	t.Helper()
	p := &program{getenv: os.Getenv, out: io.Discard, err: io.Discard, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir})
	if err != nil {
		return err
	}
	defer st.Close()
	_, f, err := st.OpenPrivate(t.Context(), id)
	if err != nil {
		return err
	}
	return f.Close()
}

// The secret is made at the first start, is in no backup, and what is restored
// does not start with another.
func TestSecretIsKeptApart(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if code, _, e := gongkai(t, "demo", "--data", at("a")); code != clean || !strings.Contains(e, "已生成加密密钥") {
		t.Fatalf("%d %s", code, e)
	}
	if i, err := os.Stat(at("a/secret.key")); err != nil || i.Mode().Perm() != 0o600 {
		t.Fatal(i.Mode(), err)
	}
	id := withPrivate(t, at("a"))
	code, out, e := gongkai(t, "backup", "--data", at("a"), "--out", at("b"))
	if code != clean || !strings.Contains(out, at("a/secret.key")) || !strings.Contains(out, "加密的文件 1 个") {
		t.Fatalf("%d %s %s", code, out, e)
	}
	secret, err := os.ReadFile(at("a/secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	raw := strings.TrimSpace(strings.TrimPrefix(string(secret), secretKeyFormat))
	err = filepath.WalkDir(at("b"), func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if strings.Contains(string(b), raw) || strings.Contains(string(b), "申请人的材料") {
			t.Errorf("%s holds the secret, or what it protects", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if code, out, e := gongkai(t, "restore", "--from", at("b"), "--data", at("c")); code != clean || !strings.Contains(out, "请把原来的 secret.key 放到 "+at("c/secret.key")) {
		t.Fatalf("%d %s %s", code, out, e)
	}
	if code, out, _ := gongkai(t, "doctor", "--quick", "--data", at("c")); code != faulty || !strings.Contains(out, "不见了，1 条加密的内容") {
		t.Errorf("%d %s", code, out)
	}
	if err := reads(t, at("c"), id); err == nil || !strings.Contains(err.Error(), "请从密钥的备份把它放回原处") || exists(at("c/secret.key")) {
		t.Errorf("it started with a new secret: %v", err)
	}
	// Another county's secret does not do either.
	gongkai(t, "demo", "--data", at("d"))
	other, err := os.ReadFile(at("d/secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key  []byte
		want string
		code int
	}{{other, "不是加密 1 条内容的那把密钥", faulty}, {[]byte("gongkai-secret-1 x\n"), "不是有效的密钥文件", faulty}, {secret, "与数据相符，加密的内容 1 条", clean}} {
		if err := os.WriteFile(at("c/secret.key"), c.key, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, _ := gongkai(t, "doctor", "--quick", "--data", at("c")); code != c.code || !strings.Contains(out, c.want) || strings.Contains(out, raw) {
			t.Errorf("%d, lacks %q: %s", code, c.want, out)
		}
		if err := reads(t, at("c"), id); (err == nil) != (c.code == clean) {
			t.Errorf("with %q: %v", c.want, err)
		}
	}
}

// Lost for good, the rest can go on; nothing is sealed under a new secret.
func TestStartWithoutTheSecret(t *testing.T) {
	dir := t.TempDir()
	id := withPrivate(t, dir)
	if err := os.Remove(filepath.Join(dir, secretKeyName)); err != nil {
		t.Fatal(err)
	}
	p := &program{getenv: os.Getenv, out: io.Discard, err: io.Discard, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir, withoutSecret: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, _, err := st.OpenPrivate(t.Context(), id); err == nil || exists(filepath.Join(dir, secretKeyName)) {
		t.Errorf("opened: %v", err)
	}
}

// gongkai config says what is in force and from where, and what is misspelt.
func TestConfigSaysWhereFrom(t *testing.T) {
	dir := t.TempDir()
	file, key := filepath.Join(dir, "gongkai.conf"), filepath.Join(dir, "s3")
	if err := os.WriteFile(key, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("county = 甲县\nblobs = s3://b/p?endpoint=https://s3.example\nclamd = unix:/run/clamav/clamd.ctl\n")
	env := map[string]string{"GONGKAI_CONFIG": file, "GONGKAI_BLOBS_ACCESS_KEY": "AK", "GONGKAI_BLOBS_SECRET_KEY_FILE": key, "GONGKAI_SECRET_KEY_FILE": "/etc/gongkai/secret.key"}
	code, out, e := withEnv(t, env, "config", "--data", dir)
	if code != clean || strings.Contains(out, "geheim") {
		t.Errorf("%d %s %s", code, out, e)
	}
	for name, want := range map[string][2]string{
		"county": {"甲县", "配置文件 " + file}, "data": {dir, "命令行"}, "addr": {"127.0.0.1:8080", "缺省"},
		"blobs-secret-key": {"（已设置，不显示）", "环境变量 GONGKAI_BLOBS_SECRET_KEY_FILE 所指的文件 " + key},
		"secret-key":       {"/etc/gongkai/secret.key", "环境变量 GONGKAI_SECRET_KEY_FILE"},
	} {
		found := false
		for l := range strings.Lines(out) {
			if strings.HasPrefix(l, name+" = ") && strings.Contains(l, want[0]+" ") && strings.Contains(l, "# "+want[1]+"\n") {
				found = true
			}
		}
		if !found {
			t.Errorf("%s is not %v:\n%s", name, want, out)
		}
	}
	for text, want := range map[string]string{"conty = x\n": "conty", "county = a\ncounty = b\n": "写了两次", "clamd = /run/x\n": "--clamd", "blobs = s3://b\n": "GONGKAI_BLOBS_ACCESS_KEY_FILE", "config = x\n": "不是可以设置的项目"} {
		write(text)
		for _, command := range []string{"config", "doctor", "migrate"} {
			if code, out, e := gongkai(t, command, "--config", file, "--data", dir); code != unreadable || !strings.Contains(e, want) {
				t.Errorf("%s with %q: %d %s %s", command, text, code, out, e)
			}
		}
	}
	t.Setenv("GONGKAI_DATABSE", "postgres://x/y")
	if code, _, e := gongkai(t, "config", "--data", dir); code != unreadable || !strings.Contains(e, "GONGKAI_DATABSE 不是可以设置的项目") {
		t.Errorf("%d %s", code, e)
	}
}

// doctor names malware, a scanner that is away, and keys that others may read.
func TestDoctorOnMalwareAndPermissions(t *testing.T) {
	dir := t.TempDir()
	scanner := storetest.NewClamd(t)
	gongkai(t, "demo", "--data", dir)
	p := &program{getenv: os.Getenv, out: io.Discard, err: io.Discard, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir})
	if err != nil {
		t.Fatal(err)
	}
	bad, err := st.PutPrivate(t.Context(), "request/1", strings.NewReader(storetest.Malware))
	if err == nil {
		err = st.Close()
	}
	if err == nil {
		st, err = p.openLogged(t.Context(), config{data: dir, clamd: scanner.Address})
	}
	if err != nil {
		t.Fatal(err)
	}
	if done, err := st.ScanPending(context.Background(), 1000); err != nil || done != (store.Scan{Clean: samplePublished(), Infected: 1}) {
		t.Errorf("%+v, %v", done, err)
	}
	st.Close()
	if err := os.Chmod(filepath.Join(dir, keyFile), 0o644); err != nil {
		t.Fatal(err)
	}
	code, out, _ := gongkai(t, "doctor", "--quick", "--json", "--data", dir, "--clamd", scanner.Address)
	found := map[string]string{}
	for l := range strings.Lines(out) {
		var x struct{ Check, State, Detail string }
		if err := json.Unmarshal([]byte(l), &x); err != nil {
			t.Fatal(err)
		}
		if x.State != "ok" {
			found[x.Check+" "+x.State] = x.Detail
		}
	}
	if code != faulty || !strings.Contains(found["病毒检查 error"], "private/") || !strings.Contains(found["病毒检查 error"], "Gongkai.Test.Malware") || !strings.Contains(found["权限 error"], "chmod 600") {
		t.Errorf("%d %d %v", code, bad.ID, found)
	}
	scanner.Stop()
	if code, out, _ := gongkai(t, "doctor", "--quick", "--data", dir, "--clamd", scanner.Address); code != faulty || !strings.Contains(out, "杀毒程序没有应答") {
		t.Errorf("%d %s", code, out)
	}
}

// A backup every day into a folder: what the last one holds is not copied.
func TestBackupFollowsTheLastOne(t *testing.T) {
	dir := t.TempDir()
	data, into := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	gongkai(t, "demo", "--data", data)
	if err := os.MkdirAll(filepath.Join(into, "gongkai-20200101-000000"), 0o700); err != nil { // cut short: no manifest
		t.Fatal(err)
	}
	if code, _, e := gongkai(t, "backup", "--data", data, "--into", into, "--folder"); code != clean {
		t.Fatal(e)
	}
	first := newestBackup(into)
	second := filepath.Join(into, "gongkai-29990101-000000")
	if code, _, e := gongkai(t, "backup", "--data", data, "--out", second, "--base", first); code != clean {
		t.Fatal(e)
	}
	if newestBackup(into) != second {
		t.Errorf("the newest is %s", newestBackup(into))
	}
	files, err := filepath.Glob(filepath.Join(second, "blobs", "*", "*"))
	if err != nil || len(files) != samplePublished() {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		rel, _ := filepath.Rel(second, f)
		a, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := os.Stat(filepath.Join(first, rel)); err != nil || !os.SameFile(a, b) {
			t.Fatalf("%s was copied: %v", rel, err)
		}
	}
	if code, _, e := gongkai(t, "backup", "--data", data, "--out", filepath.Join(dir, "c"), "--base", dir); code != unreadable || !strings.Contains(e, "不是完整的备份文件夹") {
		t.Errorf("%d %s", code, e)
	}
}
