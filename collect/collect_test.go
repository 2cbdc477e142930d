package collect

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
)

// own is what each town wrote itself: chapters one and five.
var own = [4][2]string{
	{"（一）主动公开。村级事务每月上墙。（二）依申请公开。本年度未收到政府信息公开申请。（三）政府信息管理。失效文件及时撤下。（四）平台建设。公众号与专栏同步。（五）监督保障。季度考核，年终评议。",
		"（一）存在的主要问题。站所报送信息不够主动，线下查阅点知晓率低。（二）改进情况。上年栏目空白的问题已经解决，今后每月到站所收集材料，在集市设置流动查阅点。"},
	{"（一）主动公开。按清单公开惠农资金。（二）依申请公开。本年度未收到政府信息公开申请。（三）政府信息管理。三级审核后发布。（四）平台建设。维护网站专栏。（五）监督保障。开展培训和考核，接受社会评议，没有责任追究。",
		"（一）存在的主要问题。一是政策解读材料偏少，图解不多；二是部分栏目更新间隔偏长。（二）改进情况。今年增加了图解和问答，固定了栏目责任人，明年继续充实解读内容。"},
	{"（一）主动公开。危房改造名单逐户公示。（二）依申请公开。渠道畅通，全年未收到申请。（三）政府信息管理。规范文号与索引，清理旧件。（四）平台建设。便民大厅设触摸屏一台。（五）监督保障。纪委参与检查，组织业务讲座。",
		"（一）存在的主要问题。经办人员轮岗频繁，新手对条例不熟；历史资料没有电子化。（二）改进情况。编写了操作口袋书，老带新两个月，扫描旧档四百余卷，下一步补录目录。"},
	{"（一）主动公开。水利工程招投标全程上网。（二）依申请公开。年内无人提出申请。（三）政府信息管理。保密审查一事一表。（四）平台建设。更换破损公示栏六处。（五）监督保障。主要领导听取汇报两次，列入目标管理。",
		"（一）存在的主要问题。回应群众留言不够快，有的答复照抄条文。（二）改进情况。留言限三日内回复，由司法所把关措辞，半年抽查一次，去年提出的措施均已完成。"},
}

func report(t testing.TB, organ string, year int) *annual.Report {
	t.Helper()
	f, err := annual.FormFor(year)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, organ, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	r.Title = organ + "2025年政府信息公开工作年度报告"
	r.Signature, r.Dated = organ, law.Day(year+1, 1, 12)
	for i, c := range f.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
	}
	k := 0
	for i, name := range []string{"甲子", "乙丑", "丁卯"} {
		if strings.Contains(organ, name) {
			k = i + 1
		}
	}
	r.Chapters[0], r.Chapters[4] = own[k][0], own[k][1]
	r.Chapters[5] = "本年度未收取信息处理费，没有其他需要报告的事项。"
	return r
}

func docx(t testing.TB, r *annual.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := render.DOCX(&b, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type entry struct {
	name string // raw bytes as they stand in the archive
	data []byte
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, NonUTF8: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gbk(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func organs(names ...string) []org.Organ {
	var out []org.Organ
	for i, n := range names {
		o := org.Organ{ID: int64(i + 1), Name: n}
		o.Kind, o.Level = org.GuessKind(n)
		out = append(out, o)
	}
	return out
}

func TestUnpack(t *testing.T) {
	a := []byte("甲镇的报告")
	inner := zipOf(t, entry{gbk(t, "乙镇/乙镇年报.txt"), a})
	deep := zipOf(t, entry{"里层.zip", zipOf(t, entry{"再里层.zip", inner})})
	for name, c := range map[string]struct {
		file File
		want []string // names, with "!" before one that carries an error
	}{
		"plain file":           {File{"甲镇.txt", a}, []string{"甲镇.txt"}},
		"Word's lock file":     {File{"~$甲镇.docx", a}, nil},
		"names in GBK":         {File{"收件.zip", inner}, []string{"收件.zip/乙镇/乙镇年报.txt"}},
		"zip in a zip":         {File{"全县.zip", zipOf(t, entry{"乙镇.zip", inner})}, []string{"全县.zip/乙镇.zip/乙镇/乙镇年报.txt"}},
		"three deep":           {File{"a.zip", deep}, []string{"!a.zip/里层.zip/再里层.zip"}},
		"macOS":                {File{"a.zip", zipOf(t, entry{"__MACOSX/._x.docx", a}, entry{"x.txt", a}, entry{".DS_Store", a})}, []string{"a.zip/x.txt"}},
		"photo of a report":    {File{"a.zip", zipOf(t, entry{"甲镇.jpg", a}, entry{"乙镇_files/logo.png", a})}, []string{"a.zip/甲镇.jpg"}},
		"paths that climb":     {File{"a.zip", zipOf(t, entry{"../../etc/甲镇.txt", a}, entry{`..\..\乙镇.txt`, a})}, []string{"a.zip/etc/甲镇.txt", "a.zip/乙镇.txt"}},
		"a document stays one": {File{"甲镇.docx", docx(t, report(t, "甲镇人民政府", 2025))}, []string{"甲镇.docx"}},
		"broken zip":           {File{"a.zip", []byte("PK\x03\x04 not really")}, []string{"!a.zip"}},
		"bomb":                 {File{"a.zip", zipOf(t, entry{"大.txt", make([]byte, 40<<20)})}, []string{"!a.zip/大.txt"}},
	} {
		var got []string
		for _, u := range Unpack([]File{c.file}) {
			n := u.Name
			if u.Err != nil {
				n = "!" + n
			}
			got = append(got, n)
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// run is a whole collection of a zip with good and bad files.
func run(t *testing.T, in Input) *Result {
	t.Helper()
	var last int
	res, err := Run(context.Background(), in, func(done, total int, _ string) {
		if done != last+1 || done > total {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func wrong(t *testing.T, organ string) *annual.Report {
	r := report(t, organ, 2025)
	r.Set("t3.new.natural", annual.Num(3))
	return r
}

func TestCollection(t *testing.T) {
	list := organs("云岭县甲子镇人民政府", "云岭县乙丑镇人民政府", "云岭县丙寅镇人民政府", "云岭县丁卯镇人民政府")
	in := Input{Organs: list, Year: 2025, From: "云岭县人民政府办公室", Today: law.Day(2026, 1, 20), Deadline: law.Day(2026, 1, 26), Files: []File{
		{"甲子镇.docx", docx(t, report(t, "云岭县甲子镇人民政府", 2025))},
		{"收件.zip", zipOf(t, entry{gbk(t, "乙丑镇年报.docx"), docx(t, wrong(t, "云岭县乙丑镇人民政府"))})},
		{"丙寅镇（加密）.docx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted")},
	}}
	first := run(t, in)
	for organ, want := range map[string]reporting.Status{list[0].Name: reporting.Accept, list[1].Name: reporting.Return, list[2].Name: reporting.Unreadable, list[3].Name: reporting.Missing} {
		if r := first.Row(organ); r.Status != want {
			t.Errorf("%s is %s, want %s: %s %+v", organ, r.Status, want, r.Problem, r.Findings)
		}
	}
	if len(first.SumOf) != 2 || len(first.SumDoubt) != 1 || len(first.SumLacks) != 2 {
		t.Errorf("sum of %v, in doubt %v, lacks %v", first.SumOf, first.SumDoubt, first.SumLacks)
	}
	if len(first.Notices) != 2 {
		t.Errorf("%d notices, want one to each organ whose file is wrong or unreadable", len(first.Notices))
	}
	var prev bytes.Buffer
	if err := first.writeJSON(&prev); err != nil {
		t.Fatal(err)
	}

	in.Previous = prev.Bytes()
	in.Files = []File{
		{"甲子镇.docx", docx(t, report(t, "云岭县甲子镇人民政府", 2025))},
		{"乙丑镇更正.docx", docx(t, report(t, "云岭县乙丑镇人民政府", 2025))},
		{"丁卯镇.docx", docx(t, report(t, "云岭县丁卯镇人民政府", 2025))},
	}
	second := run(t, in)
	what := map[string]reporting.OrganChange{}
	for _, c := range second.Changes {
		what[c.Organ] = c
	}
	if c := what[list[1].Name]; len(c.Fixed) == 0 || len(c.StillWrong)+len(c.NewlyWrong) > 0 || c.Figures != 1 {
		t.Errorf("the corrected town: %+v", c)
	}
	if c := what[list[3].Name]; !c.NewlyFiled {
		t.Errorf("the town that filed late: %+v", c)
	}
	if _, changed := what[list[0].Name]; changed {
		t.Error("a town where nothing changed must not be listed")
	}
}

func TestRefusesAForeignPrevious(t *testing.T) {
	files := []File{{"甲子镇.docx", docx(t, report(t, "云岭县甲子镇人民政府", 2025))}}
	for name, prev := range map[string]string{"not JSON": "清单", "another file": `{"organ":"甲子镇"}`,
		"another year": `{"kind":"` + reporting.SnapshotKind + `","year":2023,"organs":[]}`} {
		if _, err := Run(context.Background(), Input{Files: files, Previous: []byte(prev)}, nil); !errors.Is(err, ErrPrevious) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Run(context.Background(), Input{}, nil); !errors.Is(err, ErrNothing) {
		t.Errorf("nothing to do: %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, Input{Files: []File{{"甲子镇.txt", []byte("x")}}}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestOutputs(t *testing.T) {
	evil := wrong(t, `=HYPERLINK("http://x")镇人民政府`)
	res := run(t, Input{Year: 2025, From: "云岭县人民政府办公室", Today: law.Day(2026, 1, 20), Files: []File{
		{"a.docx", docx(t, wrong(t, "云岭县乙丑镇人民政府"))}, {"b.docx", docx(t, evil)}, {"c.docx", docx(t, report(t, "云岭县甲子镇人民政府", 2025))}}})
	dir := t.TempDir()
	stale := filepath.Join(dir, NoticeFolder, "旧.docx")
	if err := os.MkdirAll(filepath.Dir(stale), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := res.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a notice of an earlier run is still there and could be sent again")
	}
	for _, n := range []string{ListXLSX, ListCSV, SumXLSX, SumDOCX, Machine, NoticeFolder + "/云岭县乙丑镇人民政府.docx"} {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(n))); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", n, err)
		}
	}
	f, err := excelize.OpenFile(filepath.Join(dir, ListXLSX))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("清单")
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows in 清单 (%v), want a heading and three organs", len(rows), err)
	}
	for _, s := range f.GetSheetList() {
		for r := 1; r < 10; r++ {
			for _, c := range "ABCDEFGH" {
				at := string(c) + string(rune('0'+r))
				if x, _ := f.GetCellFormula(s, at); x != "" {
					t.Errorf("%s!%s became the formula %s", s, at, x)
				}
			}
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, ListCSV))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil || len(records) != 4 {
		t.Fatalf("%d records (%v)", len(records), err)
	}
	for _, r := range records {
		for _, c := range r {
			if strings.HasPrefix(c, "=") {
				t.Errorf("%q would be a formula", c)
			}
		}
	}
	var s reporting.Snapshot
	m, err := os.ReadFile(filepath.Join(dir, Machine))
	if err != nil || json.Unmarshal(m, &s) != nil || s.Year != 2025 || len(s.Organs) != 3 {
		t.Errorf("结果.json: %v %+v", err, s.Year)
	}
	var z bytes.Buffer
	if err := res.WriteZip(&z); err != nil {
		t.Fatal(err)
	}
	zr, err := zip.NewReader(bytes.NewReader(z.Bytes()), int64(z.Len()))
	if err != nil || len(zr.File) != len(res.Outputs()) {
		t.Errorf("the zip: %v", err)
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{"甲镇/乙": "甲镇_乙", "..": "未写明机关", "": "未写明机关", `a\b:c*?"<>|`: "a_b_c______", "云岭县甲镇人民政府": "云岭县甲镇人民政府"} {
		if got := fileName(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("PK\x03\x04"), "a.zip")
	f.Add(zipOf(f, entry{"x.txt", []byte("x")}, entry{"y.zip", zipOf(f, entry{"z.txt", nil})}), "b.zip")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		for _, u := range Unpack([]File{{name, b}}) {
			if strings.Contains("/"+u.Name+"/", "/../") && !strings.Contains(name, "..") {
				t.Errorf("%q climbs", u.Name)
			}
		}
	})
}
