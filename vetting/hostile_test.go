package vetting

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/rich"
)

// Work grows with the length of the text, whatever it is made of.
func TestHostileTexts(t *testing.T) {
	words := []List{{Name: "同头", Kind: Phrases}, {Name: "短词", Kind: Banned}}
	for i := range 5_000 {
		words[0].Entries = append(words[0].Entries, Entry{Word: fmt.Sprintf("坚持以人民为中心的发展思想%05d", i)})
		words[1].Entries = append(words[1].Entries, Entry{Word: fmt.Sprintf("公开%d", i)})
	}
	c := Prepare(words, today)
	for name, s := range map[string]string{
		"digits":       strings.Repeat("1", 1_000_000),
		"groups":       strings.Repeat("1 ", 125000),
		"numbers":      strings.Repeat("13800000000 ", 20000),
		"cards":        strings.Repeat("6217 0012 3400 0051 ", 10000),
		"stars":        strings.Repeat("*", 250000),
		"ats":          strings.Repeat("@", 250000),
		"mail":         strings.Repeat("a@b.", 62500),
		"open":         strings.Repeat("（", 250000),
		"quotes":       strings.Repeat("“", 250000),
		"close":        strings.Repeat("）", 250000),
		"months":       strings.Repeat("二月", 125000),
		"addresses":    strings.Repeat("住址：", 75000),
		"secret":       strings.Repeat("机密★", 75000),
		"phrase":       strings.Repeat("坚持以人民为中心的发展思想", 17500),
		"half phrase":  strings.Repeat("的发展思想", 50000),
		"invalid":      strings.Repeat("\xff", 250000),
		"unseen":       strings.Repeat("1\u200b", 125000),
		"tabs":         strings.Repeat("\t", 75000),
		"lines":        strings.Repeat("12号\n", 62500),
		"doubled":      strings.Repeat("的", 250000),
		"long heading": strings.Repeat("姓名", 1000) + "\t" + strings.Repeat("公", 225000),
	} {
		t.Run(name, func(t *testing.T) { hostile(t, c, s) })
	}
}

func hostile(t *testing.T, c *Checker, s string) {
	start := time.Now()
	p := []Piece{{Field: "title", Text: "标题"}, {Field: "file:1", Text: s}, {Field: "file:1", Line: 1, Text: s[:len(s)/2], Column: "身份证号"}}
	marks := c.Look(p)
	if d := time.Since(start); d > slow {
		t.Errorf("%v", d)
	} else {
		t.Logf("%d marks in %v", len(marks), d.Round(time.Millisecond))
	}
	placed(t, p, marks)
	if len(marks) > MaxMarks+1 {
		t.Errorf("%d marks", len(marks))
	}
}

// slow is far more than a million characters take on a busy machine, and far
// less than they would if work grew with the square.
const slow = 40 * time.Second

// What was not looked at is said.
func TestWhatIsNotReadIsSaid(t *testing.T) {
	long := strings.Repeat("公", MaxRunes/2)
	marks := Look([]Piece{{Field: "body", Text: long}, {Field: "file:7", Line: 0, Text: long + "开"}, {Field: "file:7", Line: 1, Text: "机密★"}}, nil, today)
	if len(marks) != 1 || marks[0].Kind != Unread || marks[0].Field != "file:7" || marks[0].Why == "" {
		t.Errorf("%+v", marks)
	}
}

// A table as large as a body may be is looked at and masked in a moment.
func TestLargeTable(t *testing.T) {
	b := rich.Body{Blocks: []rich.Block{{Kind: rich.Grid}}}
	add := func(cells ...string) {
		var r rich.Row
		for _, c := range cells {
			r.Cells = append(r.Cells, cell(c))
		}
		b.Blocks[0].Rows = append(b.Blocks[0].Rows, r)
	}
	add("序号", "姓名", "身份证号", "联系电话", "金额")
	for i := range 9_999 {
		add(strconv.Itoa(i+1), "吕小满", "341599196205140038", "13800000000", "480.00")
	}
	start := time.Now()
	marks := Look(Pieces("补贴公示", "", b), nil, today)
	n := Mask(&b, Maskable(marks))
	if n != 2*9_999 {
		t.Errorf("masked %d", n)
	}
	if d := time.Since(start); d > slow {
		t.Errorf("%v", d)
	} else {
		t.Logf("50,000 cells looked at and masked in %v", d.Round(time.Millisecond))
	}
}

func FuzzLook(f *testing.F) {
	b, err := os.ReadFile("testdata/published.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range strings.Split(string(b), "===") {
		f.Add(s, "身份证号")
	}
	for _, s := range bits {
		f.Add(s, s)
	}
	c := Prepare(lists, today)
	f.Fuzz(func(t *testing.T, s, column string) {
		half := s[:len(s)/2]
		p := []Piece{{Field: "title", Text: half}, {Field: "body", Text: "姓名"}, {Field: "body", Line: 1, Text: column}, {Field: "body", Line: 2, Text: half, Column: "姓名"}, {Field: "body", Line: 3, Text: s, Column: column}, {Field: "file:1", Text: s}}
		marks := c.Look(p)
		placed(t, p, marks)
		for _, m := range marks {
			if m.Kind != Unread && m.Masked != "" && m.Masked == m.Found {
				t.Fatalf("masked is what was found: %+v", m)
			}
		}
		body := rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: half}, {Text: s}}}, grid(column+"|姓名", s+"|"+half)}}
		Mask(&body, Maskable(c.Look(Pieces(half, column, body))))
	})
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte(leadersFile))
	f.Add([]byte("# 种类：x\n\"a,b\n甲乙,丙丁,\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, _ := ParseList(b)
		l.From, l.To = law.Date{}, law.Date{}
		Look([]Piece{{Field: "body", Text: string(b)}}, []List{l}, today)
	})
}

// realistic text of n characters out of the collection.
func realistic(t testing.TB, n int) []Piece {
	var out []Piece
	for size := 0; size < n; {
		for _, s := range goldens(t) {
			_, title, body, _ := golden(s)
			for _, p := range Pieces(title, "", body) {
				p.Field, p.Line = "body", len(out)
				out = append(out, p)
				if size += len([]rune(p.Text)); size >= n {
					return out
				}
			}
		}
	}
	return out
}

// A hundred thousand characters against lists of twenty thousand words; the
// lists alone; and the page of an ordinary notice with lists that are ready.
func BenchmarkLook(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	han := []rune("白石镇人民政府公开信息工作领导小组办公室关于印发通知的乡村振兴全面推进高质量发展以为中心思想建设社会主义现代化")
	word := func(n int) string {
		r := make([]rune, n)
		for i := range r {
			r[i] = han[rng.IntN(len(han))]
		}
		return string(r)
	}
	ls := []List{{Name: "表述", Kind: Phrases}, {Name: "禁用", Kind: Banned}, {Name: "机构", Kind: Organs}, {Name: "领导", Kind: Leaders}}
	for range 5_000 {
		ls[0].Entries = append(ls[0].Entries, Entry{Word: word(8 + rng.IntN(8))})
		ls[1].Entries = append(ls[1].Entries, Entry{Word: word(3 + rng.IntN(3))})
		ls[2].Entries = append(ls[2].Entries, Entry{Word: word(4 + rng.IntN(6)), Right: word(6)})
		ls[3].Entries = append(ls[3].Entries, Entry{Word: word(3), Right: "县长"})
	}
	p := realistic(b, 100_000)
	b.Run("lists-20000-text-100000", func(b *testing.B) {
		for b.Loop() {
			Look(p, ls, today)
		}
	})
	c := Prepare(ls, today)
	b.Run("ready-text-100000", func(b *testing.B) {
		for b.Loop() {
			c.Look(p)
		}
	})
	short := realistic(b, 1_500)
	b.Run("ready-text-1500", func(b *testing.B) {
		for b.Loop() {
			c.Look(short)
		}
	})
	b.Run("no-lists-text-1500", func(b *testing.B) {
		for b.Loop() {
			Look(short, nil, today)
		}
	})
}
