package site

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func TestSurveyTemplateFitsItsPage(t *testing.T) {
	if err := surveyTemplate.Check(surveyPage{}); err != nil {
		t.Error(err)
	}
}

// opened is a survey that runs, with its address.
func (v *voiceCounty) opened() (id int64, path string) {
	v.t.Helper()
	q, message := oversight.ParseSurvey("单选：（必答）您满意吗？\n- 满意\n- 不满意\n打分：总体\n填空：建议")
	if message != "" {
		v.t.Fatal(message)
	}
	by := store.By{Viewer: org.Program("测试")}
	d, err := v.store.SaveSurvey(context.Background(), by, oversight.Survey{Organ: v.qs.ID, Title: "社会评议", Questions: q, Opens: law.Day(2026, 2, 1), Closes: law.Day(2026, 2, 28), Web: true, OpenResults: true})
	if err == nil {
		_, err = fmt.Sscan(d.Answer, &id)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	x, err := v.store.Survey(context.Background(), org.Program("测试"), id)
	if err != nil {
		v.t.Fatal(err)
	}
	path = "/survey/" + x.Number
	if res, _ := v.get(v.t, path); res.StatusCode != 404 {
		v.t.Errorf("a draft is public: %d", res.StatusCode)
	}
	if _, err := v.store.WithSurvey(context.Background(), by, id, 1, act.SurveyOpened, func(x *oversight.Survey, d law.Date) error { return x.Begin(d) }); err != nil {
		v.t.Fatal(err)
	}
	return id, path
}

// browse asks and sends as a browser with its cookies.
func (v *voiceCounty) browse(jar *[]*http.Cookie, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Test-Address", "192.0.2.8")
	for _, c := range *jar {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	*jar = append(*jar, w.Result().Cookies()...)
	return w
}

func TestSurveyIsAnsweredOncePerBrowser(t *testing.T) {
	v := newVoiceCounty(t)
	id, path := v.opened()
	if _, p := v.get(t, "/voice"); !strings.Contains(p, path) {
		t.Error("the page of voices does not name the survey that runs")
	}
	var mine []*http.Cookie
	fill := url.Values{"q0": {"0"}, "q1": {"4"}, "q2": {"字大一点"}}
	if w := v.browse(&mine, "POST", path, fill); w.Code != 422 || !strings.Contains(w.Body.String(), "Cookie") || !strings.Contains(w.Body.String(), "字大一点") {
		t.Errorf("a browser without a mark: %d", w.Code)
	}
	w := v.browse(&mine, "GET", path, nil)
	v.says(w.Body.String(), "您满意吗？", "不记名", "必答")
	if len(mine) != 1 || !mine[0].HttpOnly || mine[0].SameSite != http.SameSiteLaxMode {
		t.Errorf("cookies %v", mine)
	}
	if w := v.browse(&mine, "POST", path, url.Values{"q1": {"4"}, "q2": {"留着"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "请选择。") || !strings.Contains(w.Body.String(), "留着") {
		t.Errorf("without what must be answered: %d", w.Code)
	}
	v.says(v.browse(&mine, "POST", path, fill).Body.String(), "已收到，谢谢")
	if w := v.browse(&mine, "POST", path, fill); w.Code != 422 || !strings.Contains(w.Body.String(), "已经回答过") {
		t.Errorf("twice: %d", w.Code)
	}
	var other []*http.Cookie
	v.browse(&other, "GET", path, nil)
	v.says(v.browse(&other, "POST", path, url.Values{"q0": {"1"}}).Body.String(), "已收到")
	res, err := v.store.SurveyResults(context.Background(), org.Program("测试"), id)
	if err != nil || res.Counts.Answers != 2 || len(res.Texts[2]) != 1 {
		t.Errorf("%+v %v", res.Counts, err)
	}
	if w := v.browse(&other, "GET", path, nil); strings.Contains(w.Body.String(), "人作答") {
		t.Error("results are public while it runs")
	}
	// Over: results without what was written, and no shares of two people.
	v.now = v.now.AddDate(0, 1, 0)
	w = v.browse(&other, "GET", path, nil)
	v.says(w.Body.String(), "收回2份", "不足30份", "2人作答")
	if strings.Contains(w.Body.String(), "字大一点") || strings.Contains(w.Body.String(), "50%") {
		t.Error("the public reads what was written, or shares of two people")
	}
	if w := v.browse(&other, "POST", path, url.Values{"q0": {"1"}}); w.Code != 422 {
		t.Errorf("answered after it was over: %d", w.Code)
	}
}

func TestHostileAnswersOfASurvey(t *testing.T) {
	v := newVoiceCounty(t)
	_, path := v.opened()
	var jar []*http.Cookie
	v.browse(&jar, "GET", path, nil)
	for name, fill := range map[string]url.Values{
		"no such choice": {"q0": {"9"}}, "no number": {"q0": {"x"}}, "two of one": {"q0": {"0", "1"}}, "a hundred": {"q0": make([]string, 100)}, "control characters": {"q0": {"0"}, "q2": {"a\x00b"}}, "too long": {"q0": {"0"}, "q2": {strings.Repeat("长", 600)}},
	} {
		if w := v.browse(&jar, "POST", path, fill); w.Code != 422 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for _, p := range []string{"/survey/x", "/survey/" + strings.Repeat("A", 500), "/survey/%00"} {
		if res, _ := v.get(t, p); res.StatusCode != 404 {
			t.Errorf("%.30s: %d", p, res.StatusCode)
		}
	}
	// Many browsers from one address.
	taken := 0
	for range 80 {
		var fresh []*http.Cookie
		fresh = append(fresh, &http.Cookie{Name: surveyCookie, Value: fmt.Sprintf("%026d", taken)})
		if w := v.browse(&fresh, "POST", path, url.Values{"q0": {"0"}}); w.Code == 200 {
			taken++
		}
	}
	if taken > 61 {
		t.Errorf("%d answers from one address in a moment", taken)
	}
}
