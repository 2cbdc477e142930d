package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/store"
)

// What the file of channels names is served while the site runs, doctor knows
// of it, and a file that is wrong is explained before anything starts.
func TestChannelsOfTheSettings(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var out bytes.Buffer
	p := &program{out: &out, err: &out, now: time.Now}
	conf := filepath.Join(dir, "notify.conf")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(conf, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("mail.hots = x\n")
	if _, err := p.keepJobs(t.Context(), st, config{notify: conf}, &out); err == nil || !strings.Contains(err.Error(), "第1行") {
		t.Errorf("a wrong file: %v", err)
	}
	write("file.folder = out\n")
	stop, err := p.keepJobs(t.Context(), st, config{notify: conf}, &out)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var said []string
		p.doctorJobs(t.Context(), st, func(state, what, detail string) { said = append(said, state+" "+what+" "+detail) })
		all := strings.Join(said, "\n")
		if len(said) == 2 && strings.HasPrefix(said[0], healthy+" 后台作业") && strings.Contains(all, "文件夹（试发）") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("doctor says\n%s", all)
		}
	}
	stop()
	if err := st.Enqueue(t.Context(), "未知", "", 1, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	var state string
	p.doctorJobs(t.Context(), st, func(s, what, detail string) {
		if what == "后台作业" {
			state = s + detail
		}
	})
	if !strings.HasPrefix(state, look) || !strings.Contains(state, "1 项过了时间还没有运行") {
		t.Errorf("doctor says %s of a job that nobody runs", state)
	}
	// A start without the file serves no channel.
	if stop, err = p.keepJobs(t.Context(), st, config{}, &out); err != nil {
		t.Fatal(err)
	}
	stop()
	if c, err := st.Channels(t.Context()); err != nil || len(c) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
