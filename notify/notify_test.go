package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/store"
)

var noon = func() time.Time { return law.Day(2026, 3, 18).Start().Add(12 * time.Hour) }

// settings writes files and loads notify.conf of them.
func settings(t testing.TB, conf string, files ...string) (*Settings, error) {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i+1 < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "notify.conf")
	if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(name, noon)
}

// channel is the only channel of a file of settings.
func channel(t testing.TB, conf string, files ...string) Channel {
	t.Helper()
	s, err := settings(t, conf, files...)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.channels) != 1 {
		t.Fatalf("channels %v", s.Names())
	}
	return s.channels[0]
}

var message = Message{ID: 77, Address: "13800000001", Person: 9, Title: "云岭县政府信息公开通知", Text: "【云岭县政府信息公开】您有一项新任务，编号“任务〔2026〕12号”。"}

func TestWordsCarryNumberAndDayOnly(t *testing.T) {
	due := law.Day(2026, 3, 31)
	for _, c := range []struct {
		m    store.Outgoing
		want string
	}{
		{store.Outgoing{Kind: act.TaskAssigned, Number: "任务〔2026〕12号", Due: due}, "【云岭县政府信息公开】您有一项新任务，编号任务〔2026〕12号，期限2026年3月31日。请登录工作台查看。"},
		{store.Outgoing{Kind: act.ApprovalAsked}, "【云岭县政府信息公开】您有一项待审批的事项。请登录工作台查看。"},
		{store.Outgoing{Kind: store.KindDigest, Number: "3", Due: due}, "【云岭县政府信息公开】您有3件事项待查看，最近的期限是2026年3月31日。请登录工作台查看。"},
		{store.Outgoing{Kind: "将来的", Number: "8号"}, "【云岭县政府信息公开】您有一件事项，编号8号。请登录工作台查看。"},
	} {
		if _, got := Words(c.m, "云岭县"); got != c.want {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
	if _, got := Words(store.Outgoing{Test: true, Number: "测试1号"}, "云岭县"); !strings.Contains(got, "测试消息") || strings.Contains(got, "测试1号") {
		t.Error(got)
	}
	// A short message of 70 characters costs one; every sentence fits into two.
	for kind := range sentences {
		_, got := Words(store.Outgoing{Kind: kind, Number: "依申请〔2026〕第1234号", Due: due}, "云岭县")
		if n := len([]rune(got)); n > 130 {
			t.Errorf("%s takes %d characters", kind, n)
		}
	}
}

func TestSettingsExplainWhatIsWrong(t *testing.T) {
	for conf, want := range map[string]string{
		"mail.host":            "第1行应写成",
		"mail.hots = x":        "没有“mail.hots”这个项目",
		"place = 甲\nplace = 乙": "写了两次",
		"mail.host = x":        "还要写 mail.from",
		"mail.host = x\nmail.from = 不是邮箱":                                                             "不像邮箱地址",
		"mail.host = x\nmail.from = a@b.cn\nmail.security = ssl3":                                     "tls、starttls 或 none",
		"mail.host = x\nmail.from = a@b.cn\nmail.security = none\nmail.user = u":                      "口令会明文传输",
		"mail.host = x\nmail.from = a@b.cn\nmail.user = u\nmail.password-file = nothere":              "mail.password-file",
		"mail.host = x\nmail.from = a@b.cn\nmail.port = 99999":                                        "mail.port",
		"sms.url = https://sms.example\nsms.body = {\"m\":\"{phone}\"}":                               "{phone} 和 {text}",
		"sms.url = https://sms.example\nsms.body = m={phone}&t={text}":                                "sms.type = form",
		"sms.url = gopher://x\nsms.body = {phone}{text}":                                              "https://",
		"wecom.url = 这不是网址":                                                                           "https://",
		"dingtalk.url-file = empty":                                                                   "是空的",
		"proxy = 10.0.0.1":                                                                            "proxy",
		"sms.url = https://x\nsms.body = {\"m\":\"{phone}\",\"t\":\"{text}\"}\nsms.header = Bearer x": "sms.header",
	} {
		_, err := settings(t, conf, "empty", "\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", conf, err)
		}
	}
	s, err := settings(t, "# 没有渠道\nplace = 云岭县\n")
	if err != nil || len(s.Names()) != 0 || s.Place != "云岭县" {
		t.Errorf("%v %v", s, err)
	}
}

// request is what a server saw.
type request struct {
	query  url.Values
	header http.Header
	body   string
}

// server answers every request alike and hands over what it saw.
func server(t testing.TB, status int, answer string) (string, chan request) {
	t.Helper()
	seen := make(chan request, 8)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		seen <- request{r.URL.Query(), r.Header, string(b)}
		if status/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	return s.URL, seen
}

func TestDingTalkIsSigned(t *testing.T) {
	address, seen := server(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	ch := channel(t, "dingtalk.url-file = url\ndingtalk.secret-file = key", "url", address+"/robot/send?access_token=abc\n", "key", "SEC000\n")
	if err := ch.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	r := <-seen
	at := "1773806400000"
	h := hmac.New(sha256.New, []byte("SEC000"))
	h.Write([]byte(at + "\nSEC000"))
	if r.query.Get("access_token") != "abc" || r.query.Get("timestamp") != at || r.query.Get("sign") != base64.StdEncoding.EncodeToString(h.Sum(nil)) {
		t.Errorf("query %v", r.query)
	}
	checkRobotBody(t, r)
}

func checkRobotBody(t *testing.T, r request) {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body) != 2 || body["msgtype"] != "text" || body["text"].(map[string]any)["content"] != message.Text {
		t.Errorf("body %s", r.body)
	}
	if strings.Contains(r.body, message.Address) {
		t.Error("the group is told somebody's number")
	}
}

func TestWeCom(t *testing.T) {
	address, seen := server(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	ch := channel(t, "wecom.url = "+address+"/cgi-bin/webhook/send?key=k-1")
	if err := ch.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	r := <-seen
	if r.query.Get("key") != "k-1" || r.query.Has("sign") {
		t.Errorf("query %v", r.query)
	}
	checkRobotBody(t, r)
}

// What a robot or a gateway answers is understood, and no error gives away the
// key in its address.
func TestAnswersAreUnderstood(t *testing.T) {
	for _, c := range []struct {
		status int
		answer string
		want   string // part of the error, "" for none
	}{
		{200, `{"errcode":0}`, ""},
		{200, `{"errcode":310000,"errmsg":"sign not match"}`, "310000"},
		{200, `{"errcode":45009,"errmsg":"api freq out of limit"}`, "45009"},
		{200, `<html>登录</html>`, "不是群机器人的格式"},
		{200, `{}`, "不是群机器人的格式"},
		{500, ``, "HTTP 500"},
		{302, ``, "HTTP 302"},
	} {
		address, _ := server(t, c.status, c.answer)
		err := channel(t, "wecom.url = "+address+"/send?key=verysecret").Send(t.Context(), message)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d %s: %v", c.status, c.answer, err)
		}
		if err != nil && strings.Contains(err.Error(), "verysecret") {
			t.Errorf("the error gives the key away: %v", err)
		}
	}
	err := channel(t, "wecom.url = http://127.0.0.1:1/send?key=verysecret").Send(t.Context(), message)
	if err == nil || strings.Contains(err.Error(), "verysecret") {
		t.Errorf("a server that is not there: %v", err)
	}
	if refused := new(Refused); errors.As(err, &refused) {
		t.Error("a server that is not there is not tried again")
	}
}

func TestSMSGateways(t *testing.T) {
	address, seen := server(t, 200, `{"code":"0"}`)
	ch := channel(t, `sms.url = `+address+`
sms.body = {"mobile":"{phone}","content":"{text}","id":"{id}","ts":{time},"sign":"{sign}"}
sms.header = Authorization: Bearer {secret}
sms.secret-file = key
sms.ok = "code":"0"`, "key", "密钥1")
	if err := ch.Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	r := <-seen
	var body struct {
		Mobile, Content, ID, Sign string
		TS                        int64
	}
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	h := hmac.New(sha256.New, []byte("密钥1"))
	h.Write([]byte("1773806400\n13800000001\n" + message.Text))
	if body.Mobile != message.Address || body.Content != message.Text || body.ID != "77" || body.TS != 1773806400 || body.Sign != hex.EncodeToString(h.Sum(nil)) {
		t.Errorf("%+v", body)
	}
	if r.header.Get("Authorization") != "Bearer 密钥1" {
		t.Errorf("header %v", r.header)
	}

	address, seen = server(t, 200, "OK,1")
	ch = channel(t, "sms.url = "+address+"\nsms.type = form\nsms.body = pwd={secret}&m={phone}&c={text}\nsms.secret-file = key\nsms.ok = OK,", "key", "a&b=c")
	tricky := message
	tricky.Text = "一&二={phone}+三"
	if err := ch.Send(t.Context(), tricky); err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery((<-seen).body)
	if err != nil || form.Get("c") != tricky.Text || form.Get("m") != message.Address || form.Get("pwd") != "a&b=c" || len(form) != 3 {
		t.Errorf("form %v, %v", form, err)
	}

	address, _ = server(t, 200, `{"code":"7","mobile":"13800000001"}`)
	err = channel(t, "sms.url = "+address+"\nsms.body = {\"m\":\"{phone}\",\"t\":\"{text}\"}\nsms.ok = \"code\":\"0\"").Send(t.Context(), message)
	if err == nil || strings.Contains(err.Error(), message.Address) {
		t.Errorf("a gateway that took nothing: %v", err)
	}
}

func TestFolderShowsWhatWouldGoOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	ch := channel(t, "file.folder = "+dir)
	for range 2 { // a message may come twice
		if err := ch.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 || list[0].Name() != "77.txt" {
		t.Fatalf("%v %v", list, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "77.txt"))
	if err != nil || !strings.Contains(string(b), message.Text) || strings.Contains(string(b), message.Address) {
		t.Errorf("%s %v", b, err)
	}
}

func TestCancelledSendingEnds(t *testing.T) {
	hang := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer s.Close()
	defer close(hang)
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := channel(t, "wecom.url = "+s.URL).Send(ctx, message); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
