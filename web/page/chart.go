package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"gongkai/law/annual"
)

// ChartKind is how values are drawn. Every kind has its axis from zero.
type ChartKind string

// The kinds of chart.
const (
	Bars    ChartKind = "bars"    // one or more bars beside each other
	Stacked ChartKind = "stacked" // parts of a whole on top of each other
	Lines   ChartKind = "lines"
)

// A Chart is drawn on the server as SVG, labelled directly, with its figures
// as a table below. The template is "chart".
type Chart struct {
	ID     string // unique on the page
	Title  string
	Unit   string // 件
	Kind   ChartKind
	Labels []string // along the axis, e.g. years
	Axis   string   // what the labels are, 年度 where it is ""
	Series []Series
}

// Series is one line or colour; Values has one value for each label, and what
// is not known is not drawn: neither as zero nor by a line across.
type Series struct {
	Name   string
	Values []annual.Value
}

// Drawn reports whether there is anything to draw.
func (c Chart) Drawn() bool {
	for _, s := range c.Series {
		for _, v := range s.Values {
			if v.Known() {
				return true
			}
		}
	}
	return false
}

// Text is a value in the table below the chart.
func (c Chart) Text(v annual.Value) string {
	if !v.Known() {
		return "—"
	}
	return strconv.FormatInt(v.N, 10)
}

// Summary says in words what the picture shows, for those who hear it.
func (c Chart) Summary() string {
	var b strings.Builder
	b.WriteString(c.Title)
	for _, s := range c.Series {
		b.WriteString("。" + s.Name + "：")
		for i, v := range s.Values {
			if i > 0 {
				b.WriteString("，")
			}
			if i < len(c.Labels) {
				b.WriteString(c.Labels[i] + " ")
			}
			if v.Known() {
				b.WriteString(c.Text(v) + c.Unit)
			} else {
				b.WriteString("无数据")
			}
		}
	}
	return b.String()
}

// Key lists the names of the series with their colours where direct labels
// would not fit.
func (c Chart) Key() []string {
	if len(c.Series) < 2 {
		return nil
	}
	var out []string
	for _, s := range c.Series {
		out = append(out, s.Name)
	}
	return out
}

const (
	chartW, chartH                   = 400, 250
	padLeft, padRight, padTop, padBt = 44, 12, 18, 26
)

// SVG draws the chart. Names are escaped; everything else is digits.
func (c Chart) SVG() template.HTML {
	top := c.top()
	step := nice(top)
	ceil := (top + step - 1) / step * step
	if ceil == 0 {
		ceil, step = 1, 1
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartW, chartH, template.HTMLEscapeString(c.Summary()))
	y := func(n int64) float64 {
		return float64(chartH-padBt) - float64(n)/float64(ceil)*float64(chartH-padTop-padBt)
	}
	for n := int64(0); n <= ceil; n += step {
		class := "grid"
		if n == 0 {
			class = "axis"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`, class, padLeft, chartW-padRight, y(n), y(n))
		fmt.Fprintf(&b, `<text class="tick" x="%d" y="%.1f" text-anchor="end">%d</text>`, padLeft-6, y(n)+4, n)
	}
	slot := float64(chartW-padLeft-padRight) / float64(max(len(c.Labels), 1))
	every := 1
	for float64(every)*slot < 34 {
		every++
	}
	for i, l := range c.Labels {
		if (len(c.Labels)-1-i)%every == 0 {
			fmt.Fprintf(&b, `<text class="tick" x="%.1f" y="%d" text-anchor="middle">%s</text>`, float64(padLeft)+slot*(float64(i)+.5), chartH-8, template.HTMLEscapeString(l))
		}
	}
	switch c.Kind {
	case Stacked:
		c.stacks(&b, slot, y)
	case Lines:
		c.lines(&b, slot, y)
	default:
		c.bars(&b, slot, y)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// top is the greatest value that is drawn.
func (c Chart) top() int64 {
	var top int64
	for i := range c.Labels {
		var sum int64
		for _, s := range c.Series {
			v := s.at(i)
			top = max(top, v.N)
			sum += v.N
		}
		if c.Kind == Stacked {
			top = max(top, sum)
		}
	}
	return top
}

func (s Series) at(i int) annual.Value {
	if i < len(s.Values) && s.Values[i].Known() && s.Values[i].N >= 0 {
		return s.Values[i]
	}
	return annual.Value{}
}

// nice is a round distance of grid lines that gives three to six of them.
func nice(top int64) int64 {
	step := int64(1)
	for {
		for _, m := range []int64{1, 2, 5} {
			if step*m*5 >= top {
				return step * m
			}
		}
		step *= 10
	}
}

func (c Chart) bars(b *strings.Builder, slot float64, y func(int64) float64) {
	n := float64(max(len(c.Series), 1))
	w := min(slot*.78/n, 40)
	for i := range c.Labels {
		left := float64(padLeft) + slot*(float64(i)+.5) - w*n/2
		for k, s := range c.Series {
			v := s.at(i)
			x := left + float64(k)*w
			if !v.Known() {
				if w >= 10 {
					fmt.Fprintf(b, `<text class="tick" x="%.1f" y="%.1f" text-anchor="middle">—</text>`, x+w/2, y(0)-4)
				}
				continue
			}
			fmt.Fprintf(b, `<rect class="s%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, k%6, x, y(v.N), max(w-1.5, 1), y(0)-y(v.N))
			if text := strconv.FormatInt(v.N, 10); float64(len(text))*6.6 <= max(w+3, slot/n) {
				fmt.Fprintf(b, `<text class="val" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x+w/2-.7, y(v.N)-4, text)
			}
		}
	}
}

func (c Chart) stacks(b *strings.Builder, slot float64, y func(int64) float64) {
	w := min(slot*.66, 46)
	for i := range c.Labels {
		x := float64(padLeft) + slot*(float64(i)+.5) - w/2
		var sum int64
		known := false
		for k, s := range c.Series {
			v := s.at(i)
			if !v.Known() {
				continue
			}
			known = true
			h := y(sum) - y(sum+v.N)
			if v.N > 0 {
				fmt.Fprintf(b, `<rect class="s%d" x="%.1f" y="%.1f" width="%.1f" height="%.2f"/>`, k%6, x, y(sum+v.N), w, max(h-.7, .4))
			}
			if text := strconv.FormatInt(v.N, 10); h >= 13 && float64(len(text))*6.4 < w {
				class := "in"
				if k%6 > 2 {
					class = "in dark" // on the light colours
				}
				fmt.Fprintf(b, `<text class="%s" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, class, x+w/2, y(sum)-h/2+4, text)
			}
			sum += v.N
		}
		if text := strconv.FormatInt(sum, 10); known && float64(len(text))*6.6 <= slot {
			fmt.Fprintf(b, `<text class="val" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x+w/2, y(sum)-4, text)
		}
	}
}

func (c Chart) lines(b *strings.Builder, slot float64, y func(int64) float64) {
	for k, s := range c.Series {
		var path strings.Builder
		pen := "M"
		for i := range c.Labels {
			v := s.at(i)
			if !v.Known() {
				pen = "M" // a gap stays a gap
				continue
			}
			x := float64(padLeft) + slot*(float64(i)+.5)
			fmt.Fprintf(&path, "%s%.1f %.1f", pen, x, y(v.N))
			pen = "L"
			fmt.Fprintf(b, `<circle class="s%d" cx="%.1f" cy="%.1f" r="3"/>`, k%6, x, y(v.N))
			if text := strconv.FormatInt(v.N, 10); len(c.Series) == 1 && float64(len(text))*6.6 <= slot {
				fmt.Fprintf(b, `<text class="val" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, x, y(v.N)-8, text)
			}
		}
		fmt.Fprintf(b, `<path class="s%d" d="%s"/>`, k%6, path.String())
	}
}
