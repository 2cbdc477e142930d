package notify

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// From the act to the folder: what was put out is sent by the runner, once, and
// stands in the log.
func TestFromTheActToTheFolder(t *testing.T) {
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o, err := s.SaveOrgan(t.Context(), org.Organ{Name: "青石镇", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	by := store.By{Viewer: org.Program("测试")}
	if _, err := s.SavePerson(t.Context(), by, org.Person{Name: "经办甲", Organ: o.ID, Email: "jia@example.org"}); err != nil {
		t.Fatal(err)
	}
	people, _, err := s.People(t.Context(), by.Viewer, store.PersonQuery{})
	if err != nil || len(people) != 1 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	folder := filepath.Join(t.TempDir(), "out")
	conf, err := settings(t, "place = 云岭县\nfile.folder = "+folder+"\nwecom.url = http://127.0.0.1:1/?key=k")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ServeChannels(t.Context(), "甲", conf.Names()); err != nil {
		t.Fatal(err)
	}
	quiet := store.Setting{Name: store.SettingQuiet, Value: "00:00-00:00"} // at whatever hour this test runs
	if _, err := s.SaveSetting(t.Context(), by, quiet); err != nil {
		t.Fatal(err)
	}
	n := store.News{Kind: act.TaskAssigned, Ref: "task/1", Organ: o.ID, Number: "任务〔2026〕1号", Subject: "不外传的标题", Link: "/desk/tasks/1", Due: law.Day(2026, 3, 31)}
	if _, err := s.Notify(t.Context(), by, n, store.ToPerson(people[0].ID)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- s.RunJobs(ctx, store.JobRunner{Name: "甲", Kinds: conf.Kinds(s, "甲"), Poll: 5 * time.Millisecond})
	}()
	var list []os.DirEntry
	var state store.ChannelState
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		list, _ = os.ReadDir(folder)
		if channels, err := s.Channels(t.Context()); err == nil && len(list) == 1 && channels[0].Sent > 0 && channels[1].Failed > 0 {
			state = channels[1]
			break
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d files", len(list))
	}
	b, err := os.ReadFile(filepath.Join(folder, list[0].Name()))
	if err != nil || !strings.Contains(string(b), "您有一项新任务，编号任务〔2026〕1号，期限2026年3月31日。") || strings.Contains(string(b), "不外传") {
		t.Errorf("%s %v", b, err)
	}
	// The robot that is not there is tried again later, and the page says why.
	if c, err := s.JobCounts(t.Context()); err != nil || c.Waiting != 1 || c.Dead != 0 || state.Name != "wecom" || !strings.Contains(state.Error, "没有连通") {
		t.Errorf("%+v %+v %v", c, state, err)
	}
	h, err := s.Entries(t.Context(), by.Viewer, store.EntryQuery{Kind: act.NoticeSent})
	if err != nil || len(h) != 2 || !strings.HasPrefix(h[0].Act.Ref, "outbox/") {
		t.Errorf("%+v %v", h, err)
	}
}
