package items

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// A reviewDesk is the desk over a county with two towns. Who asks is in visit,
// what time it is in now.
type reviewDesk struct {
	t          testing.TB
	st         *store.Store
	url        string
	visit      page.Visit
	now        time.Time
	town, next org.Organ
	keys       int
	clerk      store.By
}

func newReviewDesk(t testing.TB) *reviewDesk {
	t.Helper()
	x := &reviewDesk{t: t, now: law.Day(2026, 3, 2).Start().Add(9 * time.Hour)}
	now := func() time.Time { return x.now }
	dir := t.TempDir()
	var err error
	x.st, err = store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "gongkai.db"), store.Options{Now: now, Signer: storetest.LogKey(t), Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.st.Close() })
	save := func(o org.Organ) org.Organ {
		o, err := x.st.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	top := save(org.Organ{Code: "C0", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	x.town = save(org.Organ{Code: "T1", Name: "云岭县青石镇人民政府", Short: "青石镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	x.next = save(org.Organ{Code: "T2", Name: "云岭县白鹿镇人民政府", Short: "白鹿镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.DateOf(x.now) }, Now: now, Desk: Nav(), Visit: func(*http.Request) (page.Visit, error) { return x.visit, nil }}
	q, err := New(cfg, x.st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	q.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	x.url = s.URL
	x.as(1, x.town, org.Drafter, org.Publisher)
	x.clerk = store.By{Viewer: x.visit.Viewer}
	return x
}

func (x *reviewDesk) as(person int64, at org.Organ, roles ...org.Role) {
	v := org.Viewer{Person: person, Name: "某人", Organ: at.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: person, Organ: at.ID, Path: at.Path, Role: r})
	}
	x.visit = page.Visit{Viewer: v, Session: person, Sure: true}
}

// The people of the town.
func (x *reviewDesk) asClerk()  { x.as(1, x.town, org.Drafter, org.Publisher) }
func (x *reviewDesk) asOffice() { x.as(2, x.town, org.Reviewer, org.Secrecy) }
func (x *reviewDesk) asLeader() { x.as(3, x.town, org.Signer) }

func (x *reviewDesk) read(resp *http.Response, err error) (int, string, string) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Request.URL.Path
}

func (x *reviewDesk) get(path string) (int, string) {
	x.t.Helper()
	code, body, _ := x.read(http.Get(x.url + path))
	return code, body
}

// shows fails the test unless the page has all of the texts.
func (x *reviewDesk) shows(path string, texts ...string) string {
	x.t.Helper()
	code, body := x.get(path)
	for _, s := range texts {
		if code != http.StatusOK || !strings.Contains(body, s) {
			x.t.Errorf("%s: %d without %q\n%s", path, code, s, seenOn(body))
		}
	}
	return body
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)
var idField = regexp.MustCompile(`^/desk/items/\d+`)
var contentField = regexp.MustCompile(`name="sign-content" value="([0-9a-f]+)"`)

// send posts a form of the page as a browser does. Fields of a form are named
// without the word that stands before them on the page.
func (x *reviewDesk) send(path, do string, kv ...string) (int, string, string) {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	x.keys++
	_ = m.WriteField("key", fmt.Sprint("k", x.keys))
	_ = m.WriteField("do", do)
	has := false
	for i := 0; i+1 < len(kv); i += 2 {
		name := kv[i]
		switch name {
		case "version", "mark", "why", "at", "tick", "cause", "sure", "volume", "box":
		default:
			if do != "" && !strings.HasPrefix(name, "!") {
				name = do + "-" + name
			}
		}
		name = strings.TrimPrefix(name, "!")
		if name == do+"-scan" {
			w, _ := m.CreateFormFile(name, "审批单.pdf")
			_, _ = io.WriteString(w, kv[i+1])
			continue
		}
		_ = m.WriteField(name, kv[i+1])
		has = has || name == "version"
	}
	_, body := x.get(path)
	if !has {
		if v := versionField.FindStringSubmatch(body); v != nil {
			_ = m.WriteField("version", v[1])
		} else if id := idField.FindStringSubmatch(path); id != nil {
			_ = m.WriteField("version", fmt.Sprint(x.item(id[0]).Version))
		}
	}
	if c := contentField.FindStringSubmatch(body); c != nil && do == "sign" {
		_ = m.WriteField("sign-content", c[1])
	}
	_ = m.Close()
	to := strings.TrimSuffix(path, "/review")
	req, err := http.NewRequest(http.MethodPost, x.url+to, &b)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", x.url)
	return x.read(http.DefaultClient.Do(req))
}

// ok fails the test unless the form led to a page that shows the text.
func (x *reviewDesk) ok(text, path, do string, kv ...string) string {
	x.t.Helper()
	code, body, _ := x.send(path, do, kv...)
	if code != http.StatusOK || !strings.Contains(body, text) {
		x.t.Fatalf("%s %s %v: %d without %q\n%s", path, do, kv, code, text, seenOn(body))
	}
	return body
}

// no fails the test unless the form was refused with the text.
func (x *reviewDesk) no(text, path, do string, kv ...string) {
	x.t.Helper()
	if code, body, _ := x.send(path, do, kv...); code != http.StatusUnprocessableEntity || !strings.Contains(body, text) {
		x.t.Errorf("%s %s %v: %d without %q\n%s", path, do, kv, code, text, seenOn(body))
	}
}

var markup = regexp.MustCompile(`<[^>]*>|\n+`)

// seenOn is what a person reads on the page.
func seenOn(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(rest, "</main>")
	}
	return strings.Join(strings.Fields(markup.ReplaceAllString(body, " ")), " ")
}

func noticeText(title, text string) proactive.Content {
	return proactive.Content{Title: title, DocNo: "青政〔2026〕3号", Category: "20.15", Made: law.Day(2026, 2, 27),
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: text}}}}}}
}

// draft opens an item of the town in review or, without submit, in work.
func (x *reviewDesk) draft(c proactive.Content, submit bool) string {
	x.t.Helper()
	d, err := x.st.DraftItem(x.t.Context(), x.clerk, store.NewItem{Organ: x.town.ID, Kind: proactive.Notice, Content: c})
	if err != nil {
		x.t.Fatal(err)
	}
	at := "/desk/items/" + d.Answer
	if submit {
		x.verb(x.clerk, at, func(f *store.ItemFile, d proactive.Doing) error { return f.Hand(d) })
	}
	return at
}

func (x *reviewDesk) item(at string) *store.ItemFile {
	x.t.Helper()
	id, err := strconv.ParseInt(strings.TrimPrefix(at, "/desk/items/"), 10, 64)
	if err != nil {
		x.t.Fatal(err)
	}
	f, err := x.st.Item(x.t.Context(), org.Program("测试"), id)
	if err != nil {
		x.t.Fatal(err)
	}
	return f
}

func (x *reviewDesk) verb(by store.By, at string, fn func(f *store.ItemFile, d proactive.Doing) error) {
	x.t.Helper()
	f := x.item(at)
	if _, err := x.st.WithItem(x.t.Context(), by, f.ID, f.Version, func(f *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return fn(f, d) }); err != nil {
		x.t.Fatal(err)
	}
}

func hand(f *store.ItemFile, d proactive.Doing) error { return f.Hand(d) }

// none are the five answers that let a text go.
func none() []string {
	return []string{"q_secret", "n", "q_third", "n", "q_internal", "n", "q_personal", "n", "q_work", "n"}
}

// out brings a text of the town out.
func (x *reviewDesk) out(c proactive.Content) string {
	x.t.Helper()
	at := x.draft(c, true)
	x.asOffice()
	x.ok("已签", at+"/review", "sign", none()...)
	x.asLeader()
	x.ok("已签", at+"/review", "sign")
	x.asClerk()
	x.ok("已发布", at, "publish")
	return at
}
