package page

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law/annual"
)

func TestChartOfAnyFiguresIsDrawnInsideItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		years := rapid.IntRange(0, 20).Draw(t, "years")
		c := Chart{ID: "c", Title: `新收<&">`, Unit: "件", Kind: rapid.SampledFrom([]ChartKind{Bars, Stacked, Lines}).Draw(t, "kind"), Labels: make([]string, years)}
		for range rapid.IntRange(0, 6).Draw(t, "series") {
			s := Series{Name: "甲<乙"}
			for range years {
				v := annual.Value{Kind: annual.Blank}
				if rapid.Bool().Draw(t, "known") {
					v = annual.Num(rapid.Int64Range(0, annual.MaxCount).Draw(t, "n"))
				}
				s.Values = append(s.Values, v)
			}
			c.Series = append(c.Series, s)
		}
		svg := string(c.SVG())
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Fatalf("not a number in %s", svg)
		}
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("not well formed: %v\n%s", err, svg)
			}
			e, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range e.Attr {
				if (a.Name.Local == "width" || a.Name.Local == "height") && strings.HasPrefix(a.Value, "-") {
					t.Fatalf("negative size in %s", svg)
				}
			}
		}
	})
}

func TestAxisBeginsAtZeroAndIsRound(t *testing.T) {
	c := Chart{Labels: []string{"2024", "2025"}, Series: []Series{{"新收", []annual.Value{annual.Num(1920), annual.Num(2040)}}}}
	svg := string(c.SVG())
	for _, want := range []string{`class="axis"`, ">0</text>", ">500</text>", ">1920</text>", ">2040</text>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
	for top := int64(0); top < 100000; top += 7 {
		s := nice(top)
		if n := math.Ceil(float64(top) / float64(s)); n > 5 {
			t.Fatalf("%d: %v lines", top, n)
		}
	}
}

func TestBlankIsNotDrawnAsZero(t *testing.T) {
	blank := annual.Value{Kind: annual.Blank}
	c := Chart{Title: "新收", Unit: "件", Kind: Bars, Labels: []string{"2023", "2024"}, Series: []Series{{"新收", []annual.Value{blank, annual.Num(0)}}}}
	if n := strings.Count(string(c.SVG()), "<rect"); n != 1 {
		t.Errorf("%d bars for one known figure", n)
	}
	if s := c.Summary(); !strings.Contains(s, "2023 无数据") || !strings.Contains(s, "2024 0件") {
		t.Error(s)
	}
	c.Kind = Lines
	c.Labels = []string{"1", "2", "3"}
	c.Series[0].Values = []annual.Value{annual.Num(1), blank, annual.Num(3)}
	if strings.Contains(string(c.SVG()), "L") {
		t.Error("a line is drawn across a year without a figure")
	}
}
