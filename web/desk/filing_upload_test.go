package desk

import (
	"fmt"
	"net/http"

	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// upload sends a file into the town's filing, with answers to what is asked.
func (x *filingDesk) upload(name, data string, answers ...string) (int, string) {
	x.t.Helper()
	x.keys++
	parts := []part{{field: "key", text: fmt.Sprint("u", x.keys)}, {field: "version", text: x.version(x.clerk())}, {"file", name, data}}
	for _, a := range answers {
		parts = append(parts, part{field: a, text: "1"})
	}
	code, body, _ := post(x.t, x.url+x.path("/upload"), parts...)
	return code, body
}

// doubtful is a report as a reader leaves it: one figure it could not read, two
// it read with a repair.
func doubtful(organ string) *annual.Report {
	r := sample(organ)
	r.Sources = make([]annual.Source, len(r.Values))
	for i, v := range r.Values {
		r.Sources[i].Raw = v.Format(r.Form.Cells[i].Type)
	}
	i, _ := r.Form.Index("t4.review.total")
	r.Values[i], r.Sources[i].Raw = annual.Value{}, "O"
	r.Undecided = []annual.Undecided{{Cells: []string{"t4.review.total"}, Raw: "O", Why: "不是数字，可能是 0。"}}
	r.Repairs = []annual.Repair{{Code: "GLUED", Was: "41", ReadAs: "4 1", Cells: []string{"t3.new.natural", "t3.new.business"}}, {Code: "LABEL-MISPRINT", Was: "住房举报", ReadAs: "信访举报"}}
	return r
}

// Word as it comes from a clerk is read, kept beside the draft, and can be handed
// in.
func TestAWordFileBecomesTheFiling(t *testing.T) {
	x := newFilingDesk(t)
	x.clerk()
	_, body := x.get(x.path("/upload"))
	wants(t, body, "把文件拖到这里", "读不确定的不猜")
	data := docx(t, sample(x.town.Name))
	code, body := x.upload("青石镇2025年报.docx", data)
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "已读入", "青石镇2025年报.docx")
	f := x.file(x.clerk())
	if f.Report == nil || f.Report.Get("t3.new.total").N != 5 || f.FileName != "青石镇2025年报.docx" {
		t.Fatalf("read %+v", f.FileName)
	}
	code, got := x.get(x.path("/source.bin"))
	if code != 200 || got != data {
		t.Errorf("the file comes back with %d, %d of %d bytes", code, len(got), len(data))
	}
	if code, body := x.submit(nil); code != 200 {
		t.Errorf("handing in answers %d: %s", code, said(body))
	}
}

// said is what a page says was wrong.
func said(body string) string {
	i := strings.Index(body, `role="alert"`)
	if i < 0 {
		return ""
	}
	return body[i:min(len(body), i+400)]
}

// A file of another organ, another year or no year is not taken before somebody
// says that it is meant.
func TestAFileOfSomebodyElseIsAskedAbout(t *testing.T) {
	x := newFilingDesk(t)
	other := sample(x.next.Name)
	code, body := x.upload("白鹿镇.json", string(machine(t, other)))
	if code != http.StatusUnprocessableEntity || x.file(x.clerk()).Report != nil {
		t.Fatalf("the neighbour's report was taken: %d", code)
	}
	wants(t, body, "是云岭县白鹿镇人民政府的报告，不是云岭县青石镇人民政府的", `name="original"`, "还没有读入")
	other.Year = 2024
	code, body = x.upload("白鹿镇.json", string(machine(t, other)), "organ")
	if code != http.StatusUnprocessableEntity || x.file(x.clerk()).Report != nil {
		t.Fatalf("another year's report was taken: %d", code)
	}
	wants(t, body, "文件写的是2024年度")
	if code, _ := x.upload("白鹿镇.json", string(machine(t, other)), "organ", "year"); code != 200 {
		t.Fatalf("confirmed and not taken: %d", code)
	}
	f := x.file(x.clerk())
	if f.Report == nil || f.Report.Organ != x.town.Name || f.Report.Year != 2025 {
		t.Errorf("kept as %s %d", f.Report.Organ, f.Report.Year)
	}
	// What was written before is replaced only when that is said.
	mine := sample(x.town.Name)
	mine.Set("t2.penalty.decisions", annual.Num(9))
	code, body = x.upload("青石镇.json", string(machine(t, mine)))
	if code != http.StatusUnprocessableEntity || x.file(x.clerk()).Report.Get("t2.penalty.decisions").N != 0 {
		t.Errorf("replaced without a word: %d", code)
	}
	wants(t, body, "已经填写过内容", "处不同")
	if code, _ := x.upload("青石镇.json", string(machine(t, mine)), "replace"); code != 200 || x.file(x.clerk()).Report.Get("t2.penalty.decisions").N != 9 {
		t.Errorf("confirmed and not replaced: %d", code)
	}
	// A form of another year's edition keeps what both have.
	f2019, _ := annual.FormFor(2020)
	old := annual.New(f2019, x.town.Name, 2025)
	for i := range old.Values {
		old.Values[i] = annual.Num(0)
	}
	old.Set("t3.new.total", annual.Num(4))
	code, body = x.upload("旧格式.json", string(machine(t, old)), "replace")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("another edition was taken: %d", code)
	}
	wants(t, body, "文件用的是2019版格式，2025年度应当用2021版格式")
	if code, _ := x.upload("旧格式.json", string(machine(t, old)), "replace", "form"); code != 200 {
		t.Errorf("answers %d", code)
	}
	if r := x.file(x.clerk()).Report; r.Form.Edition != "2021" || r.Get("t3.new.total").N != 4 || r.Get("t2.normative.in_force").Known() {
		t.Errorf("recast: %s %v", r.Form.Edition, r.Get("t2.normative.in_force"))
	}
	for name, c := range map[string]struct{ file, data, word string }{
		"nothing":   {"通知.txt", "关于召开会议的通知\n请准时参加。", "通知.txt"},
		"broken":    {"坏.docx", "PK\x03\x04 broken", "坏.docx"},
		"no figure": {"a.json", "{", "不是本系统保存的年度报告"},
	} {
		if code, body := x.upload(c.file, c.data); code != http.StatusUnprocessableEntity || !strings.Contains(body, c.word) {
			t.Errorf("%s: answers %d", name, code)
		}
	}
	if code, body := x.send(x.path("/upload"), map[string]string{"version": "1"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "还没有选择文件") {
		t.Errorf("no file answers %d", code)
	}
}

// Nothing is taken silently: what the reader repaired or could not read blocks
// until a person has said of that very cell what stands there.
func TestDoubtfulFiguresAreConfirmedCellByCell(t *testing.T) {
	x := newFilingDesk(t)
	code, body := x.upload("青石镇.json", string(machine(t, doubtful(x.town.Name))))
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "逐格确认", "表四", "原文：“O”", `name="v.t4.review.total" value=""`, `name="v.t3.new.natural" value="4"`, "数字连写", "住房举报", `value="one:t3.new.natural"`)
	if code, body := x.submit(nil); code != http.StatusUnprocessableEntity || !strings.Contains(body, "3 格读不确定或经过修复") {
		t.Errorf("unconfirmed figures were handed in: %d", code)
	}
	_, body = x.get(x.path(""))
	wants(t, body, "逐格确认（3 格）")
	// Filling in leaves what nobody touched as open as it was, and zeros do not
	// settle it.
	x.begin(map[string]string{"t2.penalty.decisions": "3"})
	if n := len(reporting.Unconfirmed(x.file(x.clerk()).Report)); n != 3 {
		t.Fatalf("saving the form settled %d of 3 cells", 3-n)
	}
	_, body = x.send(x.path("/fill"), x.with(map[string]string{"do": "zero", "zero": "1"}))
	wants(t, body, "1 个原文读不确定的格子没有动")

	confirm := func(fields map[string]string) (int, string) {
		fields["version"] = x.version(x.clerk())
		return x.send(x.path("/confirm"), fields)
	}
	code, body = confirm(map[string]string{"do": "save"})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("nothing ticked answers %d", code)
	}
	wants(t, body, "没有勾选任何一格")
	code, body = confirm(map[string]string{"do": "save", "ok.t4.review.total": "1", "v.t4.review.total": "约1", "ok.t3.new.natural": "1", "v.t3.new.natural": "4", "v.t3.new.business": "1"})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("text for a figure answers %d", code)
	}
	wants(t, body, "确认了 1 格", "“约1”不是件数", `value="约1"`)
	if left := reporting.Unconfirmed(x.file(x.clerk()).Report); len(left) != 2 {
		t.Fatalf("left: %v", left)
	}
	code, body = confirm(map[string]string{"do": "one:t4.review.total", "v.t4.review.total": "", "v.t3.new.business": "1"})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请对照原文填写这一格的数字") {
		t.Errorf("confirmed without a figure: %d", code)
	}
	code, body = confirm(map[string]string{"do": "one:t4.review.total", "v.t4.review.total": "0", "v.t3.new.business": "1"})
	if code != 200 {
		t.Errorf("answers %d", code)
	}
	wants(t, body, "还有格子没有确认", `name="v.t3.new.business"`)
	f := x.file(x.clerk())
	seen := ""
	for i, p := range f.Report.Repairs {
		if len(p.Cells) == 0 {
			seen = repairKey(i, p)
		}
	}
	code, body = confirm(map[string]string{"do": "save", "ok.t3.new.business": "1", "v.t3.new.business": "1", "seen": seen})
	if code != 200 {
		t.Errorf("answers %d", code)
	}
	wants(t, body, "全部格子已经确认")
	f = x.file(x.clerk())
	if len(f.Report.Repairs)+len(f.Report.Undecided) != 0 || f.Report.Get("t4.review.total").Kind != annual.Zero || f.Report.Status() != annual.Complete {
		t.Errorf("left over: %+v %+v %s", f.Report.Repairs, f.Report.Undecided, f.Report.Status())
	}
	entries, err := x.st.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Ref: store.FilingRef(x.town.ID, 2025)})
	if err != nil {
		t.Fatal(err)
	}
	told := false
	for _, e := range entries {
		told = told || strings.Contains(e.Details.Reason, "逐格确认 1 格：表三")
	}
	if !told {
		t.Error("the log does not say who confirmed which cells")
	}
}

// A figure typed in over a doubtful one settles it: a person has said what stands
// there.
func TestTypingOverADoubtfulFigureSettlesIt(t *testing.T) {
	x := newFilingDesk(t)
	if code, _ := x.upload("青石镇.json", string(machine(t, doubtful(x.town.Name)))); code != 200 {
		t.Fatalf("answers %d", code)
	}
	x.begin(map[string]string{"t4.review.total": "0"})
	if left := reporting.Unconfirmed(x.file(x.clerk()).Report); len(left) != 2 {
		t.Errorf("left: %v", left)
	}
}

// The file stands beside the cells that are to be confirmed, and each leads to
// its place in it.
func TestTheFileStandsBesideItsFigures(t *testing.T) {
	x := newFilingDesk(t)
	r := sample(x.town.Name)
	data := docx(t, r)
	if code, _ := x.upload("青石镇.docx", data); code != 200 {
		t.Fatal("not read")
	}
	f := x.file(x.clerk())
	rep := f.Report.Clone()
	rep.Repairs = append(rep.Repairs, annual.Repair{Code: "GLUED", Was: "4 1", ReadAs: "4", Cells: []string{"t3.new.natural"}})
	by := x.clerk()
	if _, err := x.st.WithFiling(t.Context(), by, x.town.ID, 2025, f.Version, "filing.saved", func(k *store.FilingFile, _ law.Date) error { k.Report = rep; return nil }); err != nil {
		t.Fatal(err)
	}
	_, body := x.get(x.path("/confirm"))
	wants(t, body, `id="source"`, `data-at="#at-`, `id="item-t3-new-natural"`, `href="#item-t3-new-natural"`)
	lacks(t, body, `href="#cell-`)
}
