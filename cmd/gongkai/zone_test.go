package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/internal/sample"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// twoZones are a desk inside and a public site outside. The one outside is told a
// folder and a key, and no address of the other.
type twoZones struct {
	dir, site string
	st        *store.Store // of the inner side
	organ     int64
	clerk     store.By
	office    store.By
	leader    store.By
}

func (z *twoZones) at(name string) string { return filepath.Join(z.dir, name) }

func newZones(t *testing.T) *twoZones {
	z := newInnerZone(t)
	z.send(t)
	z.site, _, _ = start(t, func(string) string { return "" }, "serve", "--zone", "outer", "--addr", "127.0.0.1:0", "--data", z.at("outer"),
		"--zone-from", z.at("there"), "--zone-to", z.at("box"), "--zone-key", z.at("in/log.pub"), "--zone-every", "200ms")
	return z
}

// newInnerZone is the sample county's desk inside, with nothing outside yet.
func newInnerZone(t *testing.T) *twoZones {
	z := &twoZones{dir: t.TempDir()}
	p := &program{getenv: func(string) string { return "" }, in: strings.NewReader(""), out: io.Discard, err: io.Discard, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: z.at("in"), addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	z.st = st
	if err := sample.Load(t.Context(), st, p.today()); err != nil {
		t.Fatal(err)
	}
	o, err := st.OrganByCode(t.Context(), "YL03")
	if err != nil {
		t.Fatal(err)
	}
	z.organ = o.ID
	by := func(id int64, roles ...org.Role) store.By {
		v := org.Viewer{Person: id, Name: "某某", Organ: o.ID}
		for _, r := range roles {
			v.Posts = append(v.Posts, org.Post{Person: id, Organ: o.ID, Path: o.Path, Role: r})
		}
		return store.By{Viewer: v}
	}
	z.clerk, z.office, z.leader = by(3, org.Drafter, org.Publisher), by(4, org.Secrecy, org.Head), by(5, org.Signer)
	return z
}

// send makes packages inside and carries them over, as a gatekeeper would.
func (z *twoZones) send(t *testing.T) {
	t.Helper()
	if _, err := z.st.Integrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	z.command(t, "out", "--to", z.at("here"))
	z.carry(t, "here", "there")
}

func (z *twoZones) command(t *testing.T, args ...string) string {
	t.Helper()
	var b bytes.Buffer
	code := run(context.Background(), append(append([]string{"zone"}, args...), "--data", z.at("in")), func(string) string { return "" }, nil, &b, &b)
	if code != clean {
		t.Fatalf("zone %v: %d\n%s", args, code, b.String())
	}
	return b.String()
}

func (z *twoZones) carry(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(z.at(to), 0o750); err != nil {
		t.Fatal(err)
	}
	err := filepath.Walk(z.at(from), func(path string, i os.FileInfo, err error) error {
		rel, _ := filepath.Rel(z.at(from), path)
		if err != nil || i.IsDir() || strings.HasPrefix(filepath.Base(rel), ".") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dest := filepath.Join(z.at(to), rel)
		if err := os.MkdirAll(filepath.Dir(dest), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(dest+".tmp", b, 0o600); err != nil {
			return err
		}
		return os.Rename(dest+".tmp", dest)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (z *twoZones) on(t *testing.T, by store.By, id int64, verb func(x *store.ItemFile, d proactive.Doing) error) {
	t.Helper()
	x, err := z.st.Item(t.Context(), org.Program("测试"), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.st.WithItem(t.Context(), by, id, x.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) }); err != nil {
		t.Fatal(err)
	}
}

func (z *twoZones) bring(t *testing.T, id int64) {
	t.Helper()
	pass := func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }
	z.on(t, z.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) })
	z.on(t, z.office, id, pass)
	z.on(t, z.leader, id, pass)
	z.on(t, z.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Release(d) })
}

// until asks the site until the page says what is wanted, and not what is not.
func (z *twoZones) until(t *testing.T, path, has, lacks string) string {
	t.Helper()
	var code int
	var body string
	for range 150 {
		code, body = get(t, z.site+path)
		if strings.Contains(body, has) && (lacks == "" || !strings.Contains(body, lacks)) {
			return body
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: %d, wanted %q and not %q:\n%.1500s", path, code, has, lacks, body)
	return ""
}

// What is published, corrected and removed inside is so outside, and what is sent
// outside arrives inside once, though neither side can reach the other.
func TestTwoZones(t *testing.T) {
	z := newZones(t)
	z.until(t, "/reports", "青石镇", "")
	today := law.DateOf(time.Now())
	id := z.st.NewID()
	f, err := z.st.PutPrivate(t.Context(), store.ItemRef(id), strings.NewReader("附件里的话"))
	if err != nil {
		t.Fatal(err)
	}
	body := func(s string) rich.Body {
		return rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: s}}}}}
	}
	c := proactive.Content{Title: "关于防汛值守的通知", DocNo: "青政〔2026〕9号", Category: proactive.Document.Category(), Made: today.AddDays(-3), Body: body("各村做好金鲤河值守。"),
		Files: []proactive.File{{ID: f.ID, Name: "值守表.txt", Type: f.Type, Size: f.Size, Hash: f.Hash, Text: "附件里的话"}}}
	if _, err := z.st.DraftItem(t.Context(), z.clerk, store.NewItem{ID: id, Organ: z.organ, Kind: proactive.Document, Content: c}); err != nil {
		t.Fatal(err)
	}
	z.bring(t, id)
	x, err := z.st.Item(t.Context(), z.clerk.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	item := "/item/" + x.Number
	if _, page := get(t, z.site+item); strings.Contains(page, "金鲤河") {
		t.Fatal("outside before any package")
	}
	z.send(t)
	page := z.until(t, item, "金鲤河", "")
	file := regexp.MustCompile(`href="(/item-file/[^"]+)"`).FindStringSubmatch(page)
	if file == nil {
		t.Fatalf("no file on the page:\n%s", page)
	}
	if code, text := get(t, z.site+file[1]); code != http.StatusOK || text != "附件里的话" {
		t.Errorf("the file outside: %d %q", code, text)
	}
	z.until(t, "/search?q="+url.QueryEscape("金鲤河"), "防汛值守", "")

	// A correction is in work: its words stay inside until it is published.
	z.on(t, z.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Begin(d, proactive.Changing, "改名") })
	c.Title, c.Body = "关于银杏河防汛值守的通知", body("各村做好银杏河值守。")
	z.on(t, z.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Rewrite(d, x.Kind, c) })
	z.send(t)
	for range 20 {
		for _, p := range []string{item, "/", "/search?q=" + url.QueryEscape("银杏河")} {
			if _, page := get(t, z.site+p); strings.Contains(page, "银杏河防汛") || p == item && strings.Contains(page, "银杏河") {
				t.Fatalf("%s shows the text in work", p)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	z.bring(t, id)
	z.send(t)
	z.until(t, item, "银杏河", "")

	// A tampered package is refused whole; the untampered one is taken then.
	id2 := z.st.NewID()
	if _, err := z.st.DraftItem(t.Context(), z.clerk, store.NewItem{ID: id2, Organ: z.organ, Kind: proactive.Document, Content: proactive.Content{Title: "第二件通知", DocNo: "青政〔2026〕10号", Category: c.Category, Made: c.Made, Body: body("碧螺山。")}}); err != nil {
		t.Fatal(err)
	}
	z.bring(t, id2)
	x2, _ := z.st.Item(t.Context(), z.clerk.Viewer, id2)
	z.command(t, "out", "--to", z.at("here"))
	made, _, _ := z.st.ZoneLast(t.Context())
	name := fmt.Sprintf("%09d.gkz", made)
	b, err := os.ReadFile(filepath.Join(z.at("here"), name))
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(b)
	bad[len(bad)-20] ^= 1
	if err := os.WriteFile(filepath.Join(z.at("there"), name), bad, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if code, _ := get(t, z.site+"/item/"+x2.Number); code != http.StatusNotFound {
		t.Errorf("a tampered package was taken: %d", code)
	}
	z.carry(t, "here", "there")
	z.until(t, "/item/"+x2.Number, "碧螺山", "")

	// Removed in emergency: gone from every place, and no old package brings it back.
	old := z.at("old")
	if err := os.CopyFS(old, os.DirFS(z.at("here"))); err != nil {
		t.Fatal(err)
	}
	x, _ = z.st.Item(t.Context(), z.office.Viewer, id)
	if _, err := z.st.RemoveItem(t.Context(), z.office, id, x.Version, proactive.StateSecret); err != nil {
		t.Fatal(err)
	}
	z.send(t)
	gone := func() {
		t.Helper()
		for _, p := range []string{item, "/", "/feed.xml", "/sitemap.xml", "/search?q=" + url.QueryEscape("银杏河")} {
			z.until(t, p, "", "银杏河防汛")
		}
		z.until(t, item, "", "银杏河")
		if code, text := get(t, z.site+file[1]); code == http.StatusOK || strings.Contains(text, "附件里的话") {
			t.Errorf("the file is still there: %d", code)
		}
	}
	gone()
	z.carry(t, "old", "there")
	time.Sleep(time.Second)
	gone()
	for _, dir := range []string{"here"} {
		list, _ := filepath.Glob(filepath.Join(z.at(dir), "files/*/*"))
		if len(list) != 0 {
			t.Errorf("files of what was removed still lie in %s: %v", dir, list)
		}
	}

	// An application is sent outside, and arrives once although it is carried twice.
	_, form := get(t, z.site+"/apply?organ="+url.QueryEscape(fmt.Sprintf("~%d", z.organ)))
	if m := regexp.MustCompile(`name="organ" value="([^"]+)"`).FindStringSubmatch(form); m != nil {
		form = m[1]
	} else {
		t.Fatalf("no form:\n%.2000s", form)
	}
	sent, err := http.PostForm(z.site+"/apply", url.Values{"key": {"0123456789abcdef0123"}, "organ": {form}, "applicant": {"natural"}, "wanted": {"2025年农田水利资金拨付表"},
		"name": {"苏某某"}, "id_kind": {"居民身份证"}, "id_number": {"X00000001"}, "phone": {"0000-0000000"}, "forms": {"纸质"}, "ways": {"邮寄"}, "address": {"青石镇某村"}})
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(sent.Body)
	sent.Body.Close()
	code := regexp.MustCompile(`<dd>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){3})</dd>`).FindSubmatch(answer)
	if code == nil {
		t.Fatalf("no code: %d\n%.3000s", sent.StatusCode, answer)
	}
	err = filepath.Walk(z.dir, func(path string, i os.FileInfo, err error) error {
		if err != nil || i.IsDir() || !strings.HasPrefix(path, z.at("outer")) && !strings.HasPrefix(path, z.at("box")) {
			return err
		}
		if b, err := os.ReadFile(path); err == nil && (bytes.Contains(b, []byte("农田水利资金拨付")) || bytes.Contains(b, []byte("苏某某"))) {
			t.Errorf("readable outside: %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		z.carry(t, "box", "pulled")
		z.command(t, "in", "--from", z.at("pulled"))
	}
	list, _, err := z.st.Requests(t.Context(), org.Program("测试"), store.RequestQuery{})
	if err != nil || len(list) != 1 {
		t.Fatalf("inside: %d requests, %v", len(list), err)
	}
	track := func() string {
		res, err := http.PostForm(z.site+"/apply/track", url.Values{"code": {string(code[1])}})
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return string(b)
	}
	z.send(t)
	for i := 0; !strings.Contains(track(), list[0].Number); i++ {
		if i == 50 {
			t.Fatalf("the number is not told outside:\n%.2000s", track())
		}
		time.Sleep(200 * time.Millisecond)
	}
	if left, _ := filepath.Glob(filepath.Join(z.at("box"), "*.gkr")); len(left) != 0 {
		t.Errorf("still in the box: %v", left)
	}
	for _, p := range []string{"/desk", "/signin", "/desk/items"} {
		if code, _ := get(t, z.site+p); code != http.StatusNotFound {
			t.Errorf("%s outside: %d", p, code)
		}
	}
}
