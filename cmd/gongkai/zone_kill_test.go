package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

const programVariable = "GONGKAI_TEST_PROGRAM"

// TestMain lets a test start the program as a process of its own, which it can
// kill.
func TestMain(m *testing.M) {
	if os.Getenv(programVariable) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], func(string) string { return "" }, strings.NewReader(""), os.Stdout, os.Stderr))
}

// killed starts the program and kills it (SIGKILL) after a while, if it has not
// ended by itself before.
func killed(t *testing.T, after time.Duration, args ...string) {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), programVariable+"=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.AfterFunc(after, func() { c.Process.Kill() })
	defer end.Stop()
	c.Wait() // killed, or ended by itself before: both happen here
}

// Whenever either side is killed, in the middle of a package or between two, what
// is public inside is public outside in the end, and what was removed is gone.
func TestZonesSurviveKills(t *testing.T) {
	z := newInnerZone(t)
	outer := []string{"serve", "--zone", "outer", "--addr", "127.0.0.1:0", "--data", z.at("outer"), "--zone-from", z.at("there"), "--zone-to", z.at("box"), "--zone-key", z.at("in/log.pub"), "--zone-every", "100ms"}
	today := law.DateOf(time.Now())
	r := rand.New(rand.NewPCG(3, 5))
	type one struct {
		id           int64
		number, text string
		removed      bool
	}
	var items []*one
	for round := range 8 {
		for k := range 3 {
			x := &one{id: z.st.NewID(), text: fmt.Sprintf("第%d轮第%d件的正文", round, k)}
			c := proactive.Content{Title: fmt.Sprintf("通知%d之%d", round, k), Category: proactive.Notice.Category(), Made: today.AddDays(-2),
				Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: x.text}}}}}}
			f, err := z.st.PutPrivate(t.Context(), store.ItemRef(x.id), strings.NewReader(strings.Repeat(x.text, 20000)))
			if err != nil {
				t.Fatal(err)
			}
			c.Files = []proactive.File{{ID: f.ID, Name: "附件.txt", Type: f.Type, Size: f.Size, Hash: f.Hash, Text: "附件"}}
			if _, err := z.st.DraftItem(t.Context(), z.clerk, store.NewItem{ID: x.id, Organ: z.organ, Kind: proactive.Notice, Content: c}); err != nil {
				t.Fatal(err)
			}
			z.bring(t, x.id)
			kept, err := z.st.Item(t.Context(), z.clerk.Viewer, x.id)
			if err != nil {
				t.Fatal(err)
			}
			x.number = kept.Number
			items = append(items, x)
		}
		if x := items[r.IntN(len(items))]; round%2 == 1 && !x.removed {
			kept, _ := z.st.Item(t.Context(), z.office.Viewer, x.id)
			if _, err := z.st.RemoveItem(t.Context(), z.office, x.id, kept.Version, proactive.StateSecret); err != nil {
				t.Fatal(err)
			}
			x.removed = true
		}
		if _, err := z.st.Integrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		killed(t, time.Duration(60+r.IntN(1400))*time.Millisecond, "zone", "out", "--to", z.at("here"), "--data", z.at("in"))
		if _, err := os.Stat(z.at("here")); err == nil {
			z.carry(t, "here", "there")
		}
		killed(t, time.Duration(300+r.IntN(1500))*time.Millisecond, outer...)
	}
	z.send(t)
	z.site, _, _ = start(t, func(string) string { return "" }, outer...)
	last := items[len(items)-1]
	if last.removed {
		last = items[len(items)-2]
	}
	z.until(t, "/item/"+last.number, last.text, "")
	for _, x := range items {
		code, page := get(t, z.site+"/item/"+x.number)
		switch {
		case x.removed && (code == http.StatusOK || strings.Contains(page, x.text)):
			t.Errorf("%s was removed inside and is there outside: %d", x.number, code)
		case !x.removed && !strings.Contains(page, x.text):
			t.Errorf("%s is public inside; outside: %d", x.number, code)
		}
	}
	var out strings.Builder
	if code := run(t.Context(), []string{"doctor", "--data", z.at("in")}, func(string) string { return "" }, strings.NewReader(""), &out, &out); code != clean {
		t.Errorf("the doctor inside: %d\n%s", code, out.String())
	}
}
