package portal_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/portal"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/store/storetest"
)

// standIn is a portal: it keeps what it is given by number, and may be out.
type standIn struct {
	mu    sync.Mutex
	items map[string]render.PortalItemEntry
	out   bool
	acts  []string
}

func (p *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	m := hmac.New(sha256.New, []byte("secret"))
	m.Write(body)
	var e render.PortalItemEntry
	switch {
	case p.out:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case r.Header.Get("X-Gongkai-Signature") != "sha256="+hex.EncodeToString(m.Sum(nil)) || json.Unmarshal(body, &e) != nil:
		w.WriteHeader(http.StatusForbidden)
		return
	}
	p.acts = append(p.acts, e.Act+" "+e.Number)
	if e.Act == "remove" {
		delete(p.items, e.Number)
		return
	}
	p.items[e.Number] = e
	_ = json.NewEncoder(w).Encode(map[string]string{"url": "https://www.example.gov.cn/xxgk/" + e.Number + ".html"})
}

// town is a store with one town and an item that is out.
type town struct {
	*store.Store
	ctx    context.Context
	by     store.By
	organ  org.Organ
	id     int64
	number string
}

func published(t *testing.T) *town {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "g.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	x := &town{Store: s, ctx: t.Context(), by: store.By{Viewer: org.Program("测试")}, organ: org.Organ{ID: 1, Name: "云岭县青石镇人民政府", Code: "YL03", Kind: org.Town, Level: org.Township, Path: "/1/"}}
	if _, err := s.SaveOrgans(x.ctx, []org.Organ{x.organ}); err != nil {
		t.Fatal(err)
	}
	today := law.DateOf(time.Now())
	x.id = s.NewID()
	f, err := s.PutPrivate(x.ctx, store.ItemRef(x.id), strings.NewReader("一张图"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.DraftItem(x.ctx, x.by, store.NewItem{ID: x.id, Organ: 1, Kind: proactive.Publicity, Content: proactive.Content{Title: "=公示名单", Category: "20.15", Made: today, From: today, To: today.AddDays(7),
		Body:  rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: "现将名单公示如下。"}}}}},
		Files: []proactive.File{{ID: f.ID, Name: "名单<b>.PNG", Type: f.Type, Size: f.Size, Hash: f.Hash}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []store.ItemVerb{
		func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Hand(d) },
		func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			return x.Pass(d, x.Item.Content, "nnnnn")
		},
		func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			return x.Pass(d, x.Item.Content, "")
		},
		func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Release(d) },
	} {
		f, err := s.Item(x.ctx, x.by.Viewer, x.id)
		if err == nil {
			_, err = s.WithItem(x.ctx, x.by, x.id, f.Version, verb)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f2, err := s.Item(x.ctx, x.by.Viewer, x.id)
	if err != nil {
		t.Fatal(err)
	}
	x.number = f2.Number
	return x
}

func (x *town) jobs(t *testing.T) []store.PortalJob {
	t.Helper()
	list, err := x.PortalJobs(x.ctx, x.by.Viewer, store.PortalJobQuery{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	return list
}

// What is published reaches the portal, which answers where it stands; what is
// removed goes from it, also after the portal was out.
func TestThePortalFollows(t *testing.T) {
	x := published(t)
	p := &standIn{items: map[string]render.PortalItemEntry{}}
	server := httptest.NewServer(p)
	defer server.Close()
	to := &portal.Target{Address: server.URL, Secret: "secret", Client: server.Client(), Root: "https://gk.example.gov.cn"}

	if n, err := to.Push(x.ctx, x.Store); n != 1 || err != nil {
		t.Fatalf("%d went, %v", n, err)
	}
	e := p.items[x.number]
	if e.Title != "=公示名单" || !strings.Contains(e.HTML, "现将名单公示如下") || strings.Contains(e.HTML, "<b>") || len(e.Files) != 1 || string(e.Files[0].Data) != "一张图" || e.Page != "https://gk.example.gov.cn/item/"+x.number {
		t.Errorf("the portal got %+v", e)
	}
	if j := x.jobs(t)[0]; j.State != store.PortalHas || j.URL != "https://www.example.gov.cn/xxgk/"+x.number+".html" {
		t.Errorf("kept: %+v", j)
	}
	if n, err := to.Push(x.ctx, x.Store); n != 0 || err != nil {
		t.Errorf("again: %d went, %v", n, err)
	}

	p.out = true
	f, err := x.Item(x.ctx, x.by.Viewer, x.id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.RemoveItem(x.ctx, x.by, x.id, f.Version, proactive.StateSecret); err != nil {
		t.Fatal(err)
	}
	if n, err := to.Push(x.ctx, x.Store); n != 0 || err != nil {
		t.Errorf("the portal is out: %d went, %v", n, err)
	}
	j := x.jobs(t)[0]
	if j.State != store.PortalWaits || j.Tries != 1 || !strings.Contains(j.Problem, "503") || j.Title != "" {
		t.Errorf("failed: %+v", j)
	}
	p.out = false
	if err := x.PortalPushed(x.ctx, j, "", "x"); err != nil { // the second try, in five minutes
		t.Fatal(err)
	}
	if due, err := x.PortalDue(x.ctx, 10); err != nil || len(due) != 0 {
		t.Errorf("it is tried again at once: %v %v", due, err)
	}
	if _, err := x.RetryPortal(x.ctx, x.by, x.id); err != nil {
		t.Fatal(err)
	}
	entry, err := portal.Item(x.ctx, x.Store, j, "")
	if err != nil || !entry.Down || entry.Title != "" || len(entry.Files) != 0 {
		t.Errorf("what goes out of a removed item: %+v %v", entry, err)
	}
}

// A package holds pages that run nothing and load nothing, lists that no
// spreadsheet takes for formulas, and what has to be taken down.
func TestPackageForThePortal(t *testing.T) {
	x := published(t)
	var b bytes.Buffer
	set := render.PortalItemSet{From: "云岭县", Base: "https://www.example.gov.cn/xxgk", Made: law.Day(2026, 6, 1), Items: portal.Items(x.ctx, x.Store, x.jobs(t), "")}
	if _, err := render.PortalItems(&b, set); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(r)
		names[f.Name] = string(data)
		if strings.Contains(f.Name, "..") || strings.HasPrefix(f.Name, "/") {
			t.Errorf("file %q", f.Name)
		}
		if strings.HasSuffix(f.Name, ".html") && (strings.Contains(string(data), "<script") || strings.Contains(string(data), "class=") || strings.Contains(string(data), "<b>")) {
			t.Errorf("%s: %s", f.Name, data)
		}
	}
	if !strings.Contains(names["list.csv"], "'=公示名单") || names["manifest.json"] == "" || names["SHA256SUMS"] == "" || !strings.Contains(names["list.json"], x.number) {
		t.Errorf("lists: %q", names["list.csv"])
	}
	folder := ""
	for n := range names {
		if rest, ok := strings.CutSuffix(n, "fragment.html"); ok {
			folder = rest
		}
	}
	if folder == "" || !strings.Contains(names[folder+"fragment.html"], `href="https://www.example.gov.cn/xxgk/`+folder) {
		t.Errorf("the fragment's links: %s", names[folder+"fragment.html"])
	}
	f, err := x.Item(x.ctx, x.by.Viewer, x.id)
	if err != nil {
		t.Fatal(err)
	}
	by := x.by
	by.Reason = "名单有误"
	_, err = x.WithItem(x.ctx, by, x.id, f.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
		return x.TakeDown(d, "名单有误", false)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	set.Items = portal.Items(x.ctx, x.Store, x.jobs(t), "")
	if _, err := render.PortalItems(&b, set); err != nil {
		t.Fatal(err)
	}
	if z, err = zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if strings.Contains(f.Name, "fragment") {
			t.Error("what was taken down goes out again")
		}
	}
}
