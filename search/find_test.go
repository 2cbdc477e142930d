package search

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func newIndex(t testing.TB) *Index {
	t.Helper()
	x, err := Open(filepath.Join(t.TempDir(), "search.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

const day = int64(24 * 3600 * 1000)

// cabinet is a small office's items; the ids are the order of publication.
var cabinet = []Doc{
	{ID: 1, Title: "青石镇人民政府关于印发农村最低生活保障办法的通知", DocNo: "青政发〔2019〕12号", Index: "000012345/2019-00012", Text: "第一条 为规范农村最低生活保障工作，制定本办法。第二条 本办法自印发之日起施行。", Tokens: []string{"o1", "y2019", Gone}},
	{ID: 2, Title: "青石镇人民政府关于调整低保标准的通知", DocNo: "青政发〔2021〕7号", Text: "自2021年1月1日起，城市低保标准调整为每人每月700元。原《农村最低生活保障办法》（青政发〔2019〕12号）同时废止。", Tokens: []string{"o1", "y2021", "ok"}},
	{ID: 3, Title: "2022年政务公开工作要点", Text: "加强政务信息管理，推进决策公开、执行公开。政務公開工作領導小組負責落實。", Tokens: []string{"o1", "y2022", "ok"}},
	{ID: 4, Title: "县医疗保障局关于城乡居民基本医疗保险参保缴费的公告", Text: "缴费期为９月１日至12月31日，个人缴费标准为每人380元，合计收入12,345.5万元。ＰＤＦ 文件见附件 New York A4 纸。", Tokens: []string{"o2", "y2022", "ok"}},
	{ID: 5, Title: "青石镇防汛抗旱应急预案", Text: "青石河流域汛期为5月至9月。公开电话见公告栏。政务大厅、公开栏均已张贴，工作人员值班。", Tokens: []string{"o1", "y2023", "ok"}},
	{ID: 6, Title: "关于青政发〔2021〕7号文件的解读", Text: "为便于群众理解，现就低保标准调整作如下说明。", Tokens: []string{"o1", "y2023", "ok"}},
}

func put(t testing.TB, x *Index, docs []Doc) {
	t.Helper()
	docs = slices.Clone(docs)
	for i := range docs {
		if docs[i].At == 0 {
			docs[i].At = start + docs[i].ID*day
		}
	}
	if err := x.Put(context.Background(), docs); err != nil {
		t.Fatal(err)
	}
}

func find(t testing.TB, x *Index, q Query) Result {
	t.Helper()
	r, err := x.Find(context.Background(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return r
}

func ids(r Result) []int64 {
	out := []int64{}
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

// What people type, and what they have to find, best first.
func TestFind(t *testing.T) {
	x := newIndex(t)
	put(t, x, cabinet)
	for _, c := range []struct {
		q    string
		want string
	}{
		{"青政发〔2019〕12号", "[1 2]"},
		{"青政发[2019]12号", "[1 2]"},
		{"青政发（2019）第12号", "[1 2]"},
		{"青政发２０１９ 12号", "[1 2]"},
		{"青政发2019年12号", "[1 2]"},
		{"青政發〔2019〕 012 號", "[1]"},
		{"青政发 2019 12", "[1 2]"},
		{"政发〔2021〕7号", "[6 2]"},
		{"000012345/2019-00012", "[1]"},
		{"低保标准", "[2 6]"},
		{"低保", "[2 1 6]"},
		{"最低生活保障", "[2 1 6]"},
		{"医保缴费", "[4]"},
		{"政务公开", "[3 5]"}, // the phrase before the words apart
		{`"政务公开"`, "[3]"},
		{"政務公開", "[3 5]"},
		{"公开", "[3 5]"},
		{"汛", "[5]"},
		{"令", "[]"},
		{"9月", "[5 4]"},
		{"12345.5万元", "[4]"},
		{"pdf文件", "[4]"},
		{"new york", "[4]"},
		{`"New York"`, "[4]"},
		{`"York New"`, "[]"},
		{"york new", "[4]"},
		{"1月", "[2]"}, // not 11月, not 31日
		{"a4", "[4]"},
		{"政务 工作人员", "[5]"},
		{"《农村最低生活保障办法》", "[1 2]"},
		{"2022年政务公开工作要点", "[3]"},
		{"政务大厅公开栏值班", "[5]"},
		{"防讯抗旱", "[5]"}, // sounds alike
		{"zhengwugongkai", "[3]"},
		{"。，", "[]"},
	} {
		r := find(t, x, Query{Text: c.q, Synonyms: Synonyms(), Day: "2026-11-23"})
		if got := fmt.Sprint(ids(r)); got != c.want {
			t.Errorf("%s: %s, want %s (%+v)", c.q, got, c.want, r.Terms)
		}
		if r.Count != len(r.Hits) || r.More || r.Plus {
			t.Errorf("%s: count %d of %d hits, more %v, plus %v", c.q, r.Count, len(r.Hits), r.More, r.Plus)
		}
	}
	if r := find(t, x, Query{}); fmt.Sprint(ids(r)) != "[6 5 4 3 2 1]" {
		t.Error(ids(r))
	}
	if r := find(t, x, Query{Text: "的", Newest: true, Limit: 2}); fmt.Sprint(ids(r)) != "[6 4]" || !r.More {
		t.Error(ids(r))
	}
	if r := find(t, x, Query{All: []string{"o1"}, Any: [][]string{{"y2019", "y2023"}, {Gone, "ok"}}}); fmt.Sprint(ids(r)) != "[6 5 1]" {
		t.Error(ids(r))
	}
	if r := find(t, x, Query{Text: "防讯抗旱"}); r.Corrected != "防汛抗旱" || plainText(r.Hits[0].Title) != "青石镇[防汛抗旱]应急预案" {
		t.Errorf("%+v", r)
	}
	if r := find(t, x, Query{Text: "政務 PDF"}); len(r.Hits) != 0 {
		t.Error(ids(r))
	}
}

// Marked pieces in brackets.
func plainText(list []piece) string {
	var b strings.Builder
	for _, p := range list {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
