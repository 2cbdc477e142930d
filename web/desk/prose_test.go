package desk

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// trained keeps so many trainings of four people of the town in 2025.
func (x *filingDesk) trained(n int) {
	x.t.Helper()
	by := store.By{Viewer: org.Program("测试")}
	for i := range n {
		done, err := x.st.SaveTraining(x.t.Context(), by, oversight.Training{Organ: x.town.ID, Year: 2025, Title: "条例培训"})
		if err != nil {
			x.t.Fatal(err)
		}
		id, _ := strconv.ParseInt(done.Answer, 10, 64)
		_, err = x.st.WithTraining(x.t.Context(), by, id, 1, act.TrainingHeld, func(y *oversight.Training, d law.Date, _ int64) error {
			return y.Hold(law.Day(2025, 6, 1+i), "会议室", 90, 4, d)
		})
		if err != nil {
			x.t.Fatal(err)
		}
	}
}

var inputs = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
var area = regexp.MustCompile(`(?s)<textarea[^>]* name="text"[^>]*>(.*?)</textarea>`)

// proseForm is the form of a page as a browser would send it, changed.
func proseForm(t testing.TB, body string, change map[string]string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, m := range inputs.FindAllStringSubmatch(body, -1) {
		if m[1] != "key" {
			out[m[1]] = html.UnescapeString(m[2])
		}
	}
	m := area.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no text in %s", body)
	}
	out["text"] = html.UnescapeString(m[1])
	for k, v := range change {
		out[k] = v
	}
	return out
}

// A clerk takes the template's text, changes it freely, is told which figure no
// longer agrees, puts it right with one press and saves; none of it needs script.
func TestProseFromLiveFigures(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(map[string]string{"aspect.5": "", "aspect.1": "主动公开照旧。"})
	x.trained(2)
	by := x.clerk()
	at := x.path("/prose")
	code, body := x.get(at + "?part=aspect.5")
	if code != http.StatusOK || !strings.Contains(body, "举办政府信息公开培训<a class=\"figure\"") {
		t.Fatalf("%d: no live figure in %s", code, body)
	}
	code, body = x.plain(at, proseForm(t, body, map[string]string{"do": "take"}))
	form := proseForm(t, body, nil)
	if code != http.StatusOK || form["text"] != "举办政府信息公开培训2次，共3小时，参加8人次。" {
		t.Fatalf("%d: took %q", code, form["text"])
	}
	edited := "全镇上下高度重视。\n先后举办政府信息公开培训3次，共3小时，参加8人次。"
	code, body = x.plain(at, proseForm(t, body, map[string]string{"text": edited, "do": "check"}))
	if code != http.StatusOK || !strings.Contains(body, "第2段写“先后举办政府信息公开培训3次”，台账为2次。") || !strings.Contains(body, "改为 2") || !strings.Contains(body, "另有 2 个关联的数字与台账一致") {
		t.Fatalf("%d: the wrong figure is not named: %s", code, body)
	}
	code, body = x.plain(at, proseForm(t, body, map[string]string{"mend": "0"}))
	want := strings.Replace(edited, "3次", "2次", 1)
	if form = proseForm(t, body, nil); code != http.StatusOK || form["text"] != want {
		t.Fatalf("%d: mended to %q", code, form["text"])
	}
	// A figure goes in without script at the end, with it where the cursor stands.
	code, body = x.plain(at, proseForm(t, body, map[string]string{"insert": "trainings.persons"}))
	if form = proseForm(t, body, nil); code != http.StatusOK || form["text"] != want+"培训人次8人次" {
		t.Fatalf("%d: inserted %q", code, form["text"])
	}
	code, body = x.plain(at, proseForm(t, body, map[string]string{"insert": "trainings.sessions", "cursor": "4"}))
	if form = proseForm(t, body, map[string]string{"do": "save"}); !strings.HasPrefix(form["text"], "全镇上下2次高度") {
		t.Fatalf("%d: inserted %q", code, form["text"])
	}
	form["text"] = want
	if x.file(by).Report == nil || strings.Contains(x.file(by).Report.Chapters[0], "高度重视") {
		t.Fatal("something was kept before it was saved")
	}
	code, body = x.plain(at, form)
	if code != http.StatusOK || !strings.Contains(body, "已保存。") || !strings.Contains(body, "有 2 个关联的数字已从文字中删去") {
		t.Fatalf("%d: saved: %s", code, body)
	}
	if one := x.file(by).Report.Chapters[0]; !strings.Contains(one, want) || !strings.Contains(one, "主动公开照旧。") {
		t.Errorf("chapter 一 is %s", one)
	}
	// The ledger moves on: the page says so where the figure stands.
	x.trained(1)
	x.clerk()
	if _, body = x.get(at + "?part=aspect.1"); !strings.Contains(body, "3处不符") {
		t.Errorf("the tab does not say that the ledger moved on: %s", body)
	}
	_, body = x.get(at + "?part=aspect.5&checked=1")
	if !strings.Contains(body, "培训2次”，台账已变为3次。") {
		t.Errorf("not said: %s", body)
	}
	_, body = x.plain(at, proseForm(t, body, map[string]string{"do": "mendall"}))
	if got := proseForm(t, body, nil)["text"]; got != "全镇上下高度重视。\n先后举办政府信息公开培训3次，共4.5小时，参加12人次。" {
		t.Error(got)
	}
	// Behind the figure stand the trainings.
	if code, body = x.get(at + "/list?fact=trainings.sessions"); code != http.StatusOK || strings.Count(body, "条例培训") != 3 {
		t.Errorf("%d: %s", code, body)
	}
	for _, bad := range []string{"trainings.*", "x", "scores.total"} {
		if code, _ := x.get(at + "/list?fact=" + bad); code != http.StatusNotFound {
			t.Errorf("%s lists something: %d", bad, code)
		}
	}
}

// Two people write at once: of the same part the second is asked, of another part
// nothing is lost.
func TestProseOfTwoPeople(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(map[string]string{"aspect.5": "原来的话。"})
	x.clerk()
	at := x.path("/prose")
	_, first := x.get(at + "?part=aspect.5")
	_, second := x.get(at + "?part=aspect.5")
	_, other := x.get(at + "?part=aspect.4")
	x.plain(at, proseForm(t, first, map[string]string{"text": "甲写的。", "do": "save"}))
	if code, body := x.plain(at, proseForm(t, other, map[string]string{"text": "平台的话。", "do": "save"})); code != http.StatusOK || !strings.Contains(body, "已保存。") {
		t.Errorf("another part: %d", code)
	}
	by := x.other()
	code, body := x.plain(at, proseForm(t, second, map[string]string{"text": "乙写的。", "do": "save"}))
	if code != http.StatusConflict || !strings.Contains(body, "甲写的。") || proseForm(t, body, nil)["text"] != "乙写的。" {
		t.Fatalf("%d: overwritten without a word: %s", code, body)
	}
	if code, _ := x.plain(at, proseForm(t, body, map[string]string{"do": "save"})); code != http.StatusOK {
		t.Errorf("confirmed: %d", code)
	}
	if one := x.file(by).Report.Chapters[0]; !strings.Contains(one, "乙写的。") || !strings.Contains(one, "平台的话。") || strings.Contains(one, "甲写的") {
		t.Error(one)
	}
	x.as(5, "邻镇", org.Drafter, x.next)
	for _, p := range []string{"", "/list?fact=trainings.sessions", "/template"} {
		if code, _ := x.get(at + p); code != http.StatusNotFound {
			t.Errorf("the neighbour reads %q: %d", p, code)
		}
	}
}

// What contradicts the tables is named while it is written, and put right with one
// press.
func TestProseAgainstTables(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(map[string]string{"t3.new.total": "35", "aspect.2": ""})
	x.clerk()
	at := x.path("/prose")
	_, body := x.get(at + "?part=aspect.2")
	_, body = x.plain(at, proseForm(t, body, map[string]string{"text": "2025年新收政府信息公开申请36件。", "do": "check"}))
	if !strings.Contains(body, "D-NUMBER") || !strings.Contains(body, "文字改为 35") {
		t.Fatalf("not named: %s", body)
	}
	_, body = x.plain(at, proseForm(t, body, map[string]string{"fix": "0"}))
	if got := proseForm(t, body, nil)["text"]; got != "2025年新收政府信息公开申请35件。" || strings.Contains(body, "D-NUMBER") {
		t.Errorf("%s", got)
	}
}

// Last year's problems, sentence by sentence, become this year's chapter 五.
func TestProseOfLastYearsProblems(t *testing.T) {
	x := newFilingDesk(t)
	x.last()
	x.begin(map[string]string{"chapter.5": "存在的问题：解读还不多。"})
	x.clerk()
	at := x.path("/prose")
	_, body := x.get(at + "?part=chapter.5")
	n := strings.Count(body, `name="became.`)
	if n == 0 {
		t.Fatalf("no problem of last year: %s", body)
	}
	bad := proseForm(t, body, map[string]string{"do": "problems", "became.0": "done", "did.0": "修订目录2次", "proof.0": "javascript:alert(1)"})
	if code, said := x.plain(at, bad); code != http.StatusUnprocessableEntity || !strings.Contains(said, "网址要写全") {
		t.Errorf("a wrong address: %d", code)
	}
	bad["proof.0"] = "/desk/items"
	code, body := x.plain(at, bad)
	if code != http.StatusOK || !strings.Contains(body, "已保存。") || !strings.Contains(body, "2024年度报告所列问题的改进情况：对“") || !strings.Contains(body, `href="/desk/items"`) {
		t.Fatalf("%d: %s", code, body)
	}
	code, body = x.plain(at, proseForm(t, body, map[string]string{"do": "addproblems", "became.0": "done", "did.0": "修订目录2次"}))
	if got := proseForm(t, body, nil)["text"]; code != http.StatusOK || !strings.HasPrefix(got, "存在的问题：解读还不多。\n2024年度报告") || !strings.Contains(got, "修订目录2次，已经解决") {
		t.Errorf("%d: %s", code, got)
	}
}

func TestProseTemplatePage(t *testing.T) {
	x := newFilingDesk(t)
	x.trained(1)
	x.clerk()
	at := x.path("/prose/template")
	code, body := x.get(at)
	if code != http.StatusOK || !strings.Contains(body, "系统自带的模板") || !strings.Contains(body, "{{培训次数}}") {
		t.Fatalf("%d: %s", code, body)
	}
	send := func(do, text, own string) (int, string) {
		return x.plain(at, map[string]string{"do": do, "body": text, "own": own})
	}
	if code, body = send("save", "# 监督保障\r\n培训{{培训次}}次。", "0"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "第2行：没有名为“培训次”的数字。相近的有“培训次数”。") {
		t.Errorf("%d: %s", code, body)
	}
	if code, body = send("try", "# 监督保障\r\n培训{{培训次数}}次。", "0"); code != http.StatusOK || !strings.Contains(body, "培训1次。") {
		t.Errorf("%d: %s", code, body)
	}
	if code, body = send("save", "# 监督保障\r\n培训{{培训次数}}次。", "0"); code != http.StatusOK || !strings.Contains(body, "本机关自己的模板，第1版") {
		t.Errorf("%d: %s", code, body)
	}
	if code, _ = send("save", "# 监督保障\r\n别的。", "0"); code != http.StatusConflict {
		t.Errorf("over an edition that is gone: %d", code)
	}
	if _, body = x.get(x.path("/prose?part=aspect.5")); !strings.Contains(body, "本机关的模板第1版") {
		t.Error("the page does not say whose template it is")
	}
	if code, body = send("reset", "", "1"); code != http.StatusOK || !strings.Contains(body, "系统自带的模板") {
		t.Errorf("%d: %s", code, body)
	}
	if code, _ = x.get(at + "?for=below"); code != http.StatusNotFound {
		t.Errorf("a town hands down: %d", code)
	}
	x.office()
	gov := fmt.Sprintf("/desk/filing/%d/2025/prose/template?for=below", x.top.ID)
	if code, body = x.get(gov); code != http.StatusOK || !strings.Contains(body, "下发给所属机关") {
		t.Errorf("%d: %s", code, body)
	}
	if code, body = x.plain(gov, map[string]string{"do": "save", "body": "# 监督保障\n统一培训{{培训次数}}次。", "own": "0", "for": "below"}); code != http.StatusOK {
		t.Errorf("%d: %s", code, body)
	}
	x.clerk()
	if _, body = x.get(x.path("/prose?part=aspect.5")); !strings.Contains(body, "云岭县人民政府下发的模板第1版") || !strings.Contains(body, "统一培训") {
		t.Errorf("not handed down: %s", body)
	}
}

// The draft of a county's report says what the ledgers of its organs have.
func TestTotalDraftSaysWhatLedgersHave(t *testing.T) {
	x := newFilingDesk(t)
	x.trained(2)
	x.office()
	code, body := x.get(fmt.Sprintf("/desk/totals/draft?organ=%d&year=2025", x.top.ID))
	if code != http.StatusOK || !strings.Contains(body, "举办政府信息公开培训2次，共3小时，参加8人次。") || strings.Contains(body, "全年没有收取信息处理费") {
		t.Errorf("%d: %s", code, body)
	}
	if _, body = x.get(fmt.Sprintf("/desk/filing/%d/2025/prose?part=aspect.5", x.top.ID)); !strings.Contains(body, "below=1") || !strings.Contains(body, "本级和所属机关的合计") {
		t.Errorf("the county's own report: %s", body)
	}
	if code, body = x.get(fmt.Sprintf("/desk/filing/%d/2025/prose/list?fact=trainings.sessions&below=1", x.top.ID)); code != http.StatusOK || strings.Count(body, "条例培训") != 2 {
		t.Errorf("%d: %s", code, body)
	}
}
