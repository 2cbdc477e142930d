package vetting

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/rich"

	"pgregory.net/rapid"
)

// person is an ID number with a right check digit.
func person(t *rapid.T) string {
	born := law.Day(rapid.IntRange(1930, 2025).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	d := fmt.Sprintf("%06d%04d%02d%02d%03d", rapid.SampledFrom([]int{341599, 110199, 539999}).Draw(t, "place"), born.Year, born.Month, born.Day, rapid.IntRange(0, 999).Draw(t, "n"))
	return d + string(checkDigit(d))
}

func card(t *rapid.T) string {
	d := []byte("62" + rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), 13, 16, -1).Draw(t, "card"))
	for c := byte('0'); ; c++ {
		if x := append(d[:len(d):len(d)], c); luhn(x) {
			return string(x)
		}
	}
}

func phone(t *rapid.T) string {
	return "1" + rapid.StringMatching(`[3-9][0-9]{9}`).Draw(t, "phone")
}

// scatter writes a number as people do: in full width, with spaces or dashes
// where they belong.
func scatter(t *rapid.T, d string, breaks ...int) string {
	sep := rapid.SampledFrom([]string{"", " ", "-", "　", "\u200b"}).Draw(t, "sep")
	wide := rapid.Bool().Draw(t, "wide")
	var b strings.Builder
	for i, c := range d {
		for _, k := range breaks {
			if i == k {
				b.WriteString(sep)
			}
		}
		if wide && c >= '0' && c <= '9' {
			c += '０' - '0'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// digitsOf is the digits of a text in their order, stars as they are.
func digitsOf(s string) string {
	var b strings.Builder
	for _, r := range s {
		if d := digit(r); d >= 0 {
			b.WriteByte(byte('0' + d))
		} else if r == '*' {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// A number of a person is found however it is written, and what is put in its
// place never tells the day of birth, the middle of the phone number or the
// account.
func TestMasksNeverLeaveWhatIsSecret(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lead := rapid.SampledFrom([]string{"", "申请人", "身份证号：", "卡号", "电话 ", "，"}).Draw(t, "lead")
		id, c, p := person(t), card(t), phone(t)
		for _, x := range []struct {
			said, secret string
			kind         Kind
		}{{scatter(t, id, 6, 14), id[6:14], IDNumber}, {scatter(t, c, 4, 8, 12, 16), c[4 : len(c)-4], BankCard}, {scatter(t, p, 3, 7), p[3:7], Phone}} {
			b := rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: lead + x.said + "。"}}}}}
			marks := Look(Pieces("", "", b), nil, law.Date{Year: 2026, Month: 11, Day: 23})
			if len(marks) == 0 {
				t.Fatalf("%q of %s is not found", lead+x.said, x.kind)
			}
			if n := Mask(&b, Maskable(marks)); n == 0 {
				t.Fatalf("nothing masked in %q: %+v", b.Text(), marks)
			}
			if got := digitsOf(b.Text()); strings.Contains(got, x.secret) || len(strings.ReplaceAll(got, "*", "")) > 10 {
				t.Fatalf("%q became %q", x.said, b.Text())
			}
		}
	})
}

// bits are what hostile and careless texts are made of.
var bits = []string{"341599196205140038", "34159919491230551", "13800000000", "138 0000 0000", "0551-85231234", "6217001234000051", "62", "1", "00", "19620514", "X", "x", "*", "****", "***", " ", "　", "-", "\u200b",
	"\n", "\t", "身份证", "身份证号：", "卡号", "账号", "电话", "编号", "户主", "姓名", "年龄", "家庭住址：", "住址", "幸福村", "三组", "12号", "村", "组", "室", "机密", "★", "1年", "密级：", "秘密", "内部资料", "，注意保存", "（", "）", "(", ")",
	"“", "”", "《", "》", "，，", ",", "。", "2026年", "2月30日", "13月", "（星期四）", "岁", "15", "男，", "患有", "梅毒", "癌症", "布署", "己经", "的的", "abc@qq.com", "@", "许立夏", "县长", "县委书记", "以人民为", "中心的", "发展思想", "重", "\xff", "\ue000", "𠀀", "％", "元", ".", "/", "无", "二级"}

func drawn(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(bits), 0, 12).Draw(t, "text"), "")
}

func drawnBody(t *rapid.T) rich.Body {
	var b rich.Body
	heads := []string{"姓名", "户主", "身份证号", "银行卡号", "开户行", "联系电话", "家庭住址", "地址", "残疾等级", "病种", "年龄", "出生日期", "邮箱", "学生姓名", "职务", "金额", "密级", ""}
	for range rapid.IntRange(1, 3).Draw(t, "blocks") {
		switch rapid.IntRange(0, 2).Draw(t, "block") {
		case 0:
			b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: drawn(t)}, {Text: drawn(t), Bold: true}}})
		case 1:
			b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Picture, Image: &rich.Image{File: 1, Alt: drawn(t)}})
		case 2:
			cols := rapid.SliceOfN(rapid.SampledFrom(heads), 1, 5).Draw(t, "heads")
			g := grid(strings.Join(cols, "|"))
			for range rapid.IntRange(1, 3).Draw(t, "rows") {
				var row rich.Row
				for range cols {
					row.Cells = append(row.Cells, cell(drawn(t)))
				}
				g.Rows = append(g.Rows, row)
			}
			b.Blocks = append(b.Blocks, g)
		}
	}
	return b
}

var lists = []List{
	{Name: "领导", Kind: Leaders, Entries: []Entry{{Word: "许立夏", Right: "县委书记"}}},
	{Name: "表述", Kind: Phrases, Entries: []Entry{{Word: "以人民为中心的发展思想"}}},
	Allow("0551-85231234", "癌症"),
}

// placed checks that marks stand where they say, in order and apart.
func placed(t interface{ Fatalf(string, ...any) }, pieces []Piece, marks []Mark) {
	line := map[string]int{}
	text := map[string][]rune{}
	for i, p := range pieces {
		k := fmt.Sprint(p.Field, p.Line)
		line[k], text[k] = i, []rune(p.Text)
	}
	at, end := -1, 0
	for _, m := range marks {
		if m.Kind == Unread {
			continue
		}
		k := fmt.Sprint(m.Field, m.Line)
		if line[k] < at || line[k] == at && m.From < end {
			t.Fatalf("out of order or over another: %+v", m)
		}
		at, end = line[k], m.To
		r := text[k]
		if m.From < 0 || m.To > len(r) || m.From >= m.To || string(r[m.From:m.To]) != m.Found {
			t.Fatalf("%+v does not stand in %.200q", m, string(text[k]))
		}
		if m.Why == "" || m.Cite.Empty() || m.Kind.Chinese() == string(m.Kind) || !utf8.ValidString(m.Why) {
			t.Fatalf("%+v does not explain itself", m)
		}
		if m.Stops != (m.Kind == SecretMark) {
			t.Fatalf("%+v: only a mark of secrecy stops", m)
		}
	}
}

// Marks stand inside the text, in order, apart; masking what can be masked takes
// all of it away.
func TestMaskedTextsHaveNothingLeftToMask(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawnBody(t)
		title := drawn(t)
		pieces := Pieces(title, "", b)
		marks := Look(pieces, lists, law.Date{Year: 2026, Month: 11, Day: 23})
		placed(t, pieces, marks)
		want := 0
		for _, m := range Maskable(marks) {
			if m.Field == "body" {
				want++
			}
		}
		if n := Mask(&b, Maskable(marks)); n != want {
			t.Fatalf("masked %d of %d", n, want)
		}
		// what is shorter now may bring a label nearer to a number that stood alone
		for round := 0; ; round++ {
			marks := Maskable(Look(Pieces(title, "", b), lists, law.Date{Year: 2026, Month: 11, Day: 23}))
			if Mask(&b, marks) == 0 {
				break
			}
			if round == 2 {
				t.Fatalf("left after masking: %+v in\n%s", marks, b.Text())
			}
		}
	})
}

// The same text gives the same marks with the same keys; another number another
// key.
func TestKeys(t *testing.T) {
	p := []Piece{{Field: "body", Line: 3, Text: "13800000000"}}
	a, b := Look(p, nil, today), Look(p, nil, today)
	if a[0].Key() != b[0].Key() {
		t.Error("the key of a mark is not its own")
	}
	p[0].Text = "13800000001"
	if c := Look(p, nil, today); c[0].Key() == a[0].Key() {
		t.Error("another number has the same key")
	}
	if k := a[0].Key(); strings.Contains(k, "138") || !strings.HasPrefix(k, "body:3:phone:") {
		t.Errorf("key %s", k)
	}
}
