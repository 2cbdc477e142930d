package fee

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

var today = law.Day(2026, 11, 23)

// The amounts of the rule, worked out by hand, in 元.
func TestVectors(t *testing.T) {
	for _, c := range []struct {
		m    Method
		n    int
		yuan Fen
	}{
		{ByItem, 0, 0}, {ByItem, 1, 0}, {ByItem, 10, 0}, {ByItem, 11, 100}, {ByItem, 30, 2000}, {ByItem, 31, 2200}, {ByItem, 40, 4000},
		{ByItem, 41, 4300}, {ByItem, 50, 7000}, {ByItem, 60, 11000},
		{ByPage, 0, 0}, {ByPage, 30, 0}, {ByPage, 31, 10}, {ByPage, 68, 380}, {ByPage, 100, 700}, {ByPage, 101, 720}, {ByPage, 200, 2700}, {ByPage, 250, 4700},
	} {
		a, err := Of(c.m, c.n, today)
		if err != nil || a.Fen != c.yuan*Yuan {
			t.Errorf("%s %d: %s %v, want %d元", c.m, c.n, a.Fen, err, c.yuan)
		}
	}
}

// The formula of the rule for the i-th item is another way to the same amount.
func TestItemsAddUpOneByOne(t *testing.T) {
	sum := Fen(0)
	for i := 1; i <= 300; i++ {
		switch {
		case i > 30:
			sum += (100 + 100*Fen((i-31)/10+1)) * Yuan
		case i > 10:
			sum += 100 * Yuan
		}
		if a, _ := Of(ByItem, i, today); a.Fen != sum {
			t.Fatalf("%d items: %s, one by one %s", i, a.Fen, sum)
		}
	}
}

func TestWorkingShows(t *testing.T) {
	a, err := Of(ByItem, 41, today)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"第1至10件，10件×0元/件＝0元", "第11至30件，20件×100元/件＝2000元", "第31至40件，10件×200元/件＝2000元", "第41件，1件×300元/件＝300元"}
	if len(a.Steps) != len(want) || a.Cite.Empty() {
		t.Fatalf("%+v", a)
	}
	for i, s := range a.Steps {
		if s.Text != want[i] {
			t.Errorf("%s, want %s", s.Text, want[i])
		}
	}
}

func TestWhatCannotBe(t *testing.T) {
	if _, err := Of(ByItem, -1, today); !errors.Is(err, ErrUnits) {
		t.Error(err)
	}
	if _, err := Of(ByPage, Most+1, today); !errors.Is(err, ErrUnits) {
		t.Error(err)
	}
	if _, err := Of("both", 1, today); !errors.Is(err, ErrMethod) {
		t.Error(err)
	}
	if _, err := Of(ByItem, 1, law.Day(2020, 12, 31)); !errors.Is(err, law.ErrNotInForce) {
		t.Errorf("before the rule: %v", err)
	}
}

// More never costs less, the steps add up, and they cover every unit once.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]Method{ByItem, ByPage}).Draw(t, "method")
		n := rapid.IntRange(0, 5000).Draw(t, "n")
		a, err := Of(m, n, today)
		b, err2 := Of(m, n+1, today)
		if err != nil || err2 != nil || b.Fen < a.Fen {
			t.Fatalf("%d: %s, %d: %s, %v %v", n, a.Fen, n+1, b.Fen, err, err2)
		}
		sum, next := Fen(0), 1
		for _, s := range a.Steps {
			if s.From != next || s.Count != s.To-s.From+1 || s.Fen != s.Price*Fen(s.Count) {
				t.Fatalf("%+v", s)
			}
			sum, next = sum+s.Fen, s.To+1
		}
		if sum != a.Fen || next != n+1 {
			t.Fatalf("steps say %s up to %d, the amount %s for %d", sum, next-1, a.Fen, n)
		}
		k := rapid.IntRange(0, 50).Draw(t, "k")
		if d, _ := Next(n, k, today); m == ByItem {
			c, _ := Of(ByItem, n+k, today)
			if a.Fen+d != c.Fen {
				t.Fatalf("%d and then %d", n, k)
			}
		}
	})
}

func TestTablesHaveTheirArticle(t *testing.T) {
	for m, table := range scales {
		if err := table.Continuous(); err != nil || m.Chinese() == "" || m.Unit() == "" {
			t.Error(m, err)
		}
		for _, v := range table {
			if v.Cite.Empty() {
				t.Errorf("%s: no article", m)
			}
		}
	}
}
