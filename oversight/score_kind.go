package oversight

import (
	"fmt"

	"gongkai/law/annual"
)

// count scores a target that holds in each period: what is short takes points
// off; where nothing says how many, points follow the share that was done.
func (i *Indicator) count(f Fact, span Span) Result {
	names, each := i.spans(span), i.periods(f, span)
	if len(each) != len(names) {
		return Result{State: MarkOpen, Lines: []ScoreLine{{Text: fmt.Sprintf("数据有 %d 期，本轮应有 %d 期", len(each), len(names))}}}
	}
	if i.Rule.Short == 0 && i.Rule.Blank == 0 {
		done, target := int64(0), i.Rule.Target*int64(len(each))
		for _, n := range each {
			done += min(max(n, 0), i.Rule.Target)
		}
		p := i.Max.Share(done, target)
		return i.scored(p, []ScoreLine{{fmt.Sprintf("各期合计完成 %d，任务 %d（超出任务的部分不补别期）", done, target), p - i.Max}})
	}
	p := i.Max
	var lines []ScoreLine
	for k, n := range each {
		switch {
		case n >= i.Rule.Target:
		case n <= 0 && i.Rule.Blank > 0:
			p -= i.Rule.Blank
			lines = append(lines, ScoreLine{names[k] + "空白", -i.Rule.Blank})
		default:
			p -= i.Rule.Short
			lines = append(lines, ScoreLine{fmt.Sprintf("%s %d，不足 %d", names[k], n, i.Rule.Target), -i.Rule.Short})
		}
	}
	if len(lines) == 0 {
		lines = []ScoreLine{{Text: fmt.Sprintf("各期都不少于 %d", i.Rule.Target)}}
	}
	return i.scored(p, lines)
}

// Enough reports whether a ratio's sample is large enough to score and rank.
func (i *Indicator) Enough(f Fact) bool { return f.Of >= i.least() }

// least is the smallest sample that counts; a scheme that does not say has that
// of the annual report's shares.
func (i *Indicator) least() int64 {
	if i.Rule.Least > 0 {
		return i.Rule.Least
	}
	return annual.LeastCases
}

// ratio scores a share in hundredths, or an average as it is.
func (i *Indicator) ratio(f Fact) Result {
	if !i.Enough(f) {
		return Result{State: MarkOut, Lines: []ScoreLine{{Text: fmt.Sprintf("样本过少：%d，少于 %d，不计分，不参加排名", f.Of, i.least())}}}
	}
	full, zero := i.Rule.Full, i.Rule.Zero
	text, got := fmt.Sprintf("%d／%d，即 %s%%", f.N, f.Of, Percent(f.N, f.Of)), f.N*100
	if shapeOf(i.Measure) == ShapeMean {
		text, got = fmt.Sprintf("%d 件，平均 %s", f.Of, Mean(f.N, f.Of)), f.N
	}
	p := Points(0)
	switch {
	case full >= zero && got >= full*f.Of, full < zero && got <= full*f.Of:
		p = i.Max
	case full >= zero && got <= zero*f.Of, full < zero && got >= zero*f.Of:
	default:
		p = i.Max.Share(got-zero*f.Of, (full-zero)*f.Of)
	}
	return i.scored(p, []ScoreLine{{text, p - i.Max}})
}

// Mean is n over of with at most two places, "" over nothing.
func Mean(n, of int64) string {
	if of == 0 {
		return ""
	}
	return Point.Share(n, of).String()
}

// Percent is n of of as a percentage with at most two places, "" of nothing.
func Percent(n, of int64) string {
	if of == 0 {
		return ""
	}
	return (100 * Point).Share(n, of).String()
}

func (i *Indicator) deadline(f Fact) Result {
	switch {
	case !f.Done:
		off := i.Rule.Miss
		if off == 0 {
			off = i.Max - i.Floor
		}
		return i.scored(i.Max-off, []ScoreLine{{"没有办理", -off}})
	case f.Days <= 0:
		return i.scored(i.Max, []ScoreLine{{Text: "按时办理"}})
	}
	off := i.Rule.Late + i.Rule.PerDay.Times(f.Days)
	return i.scored(i.Max-off, []ScoreLine{{fmt.Sprintf("迟 %d 天", f.Days), -off}})
}

func (i *Indicator) presence(f Fact) Result {
	want := max(i.Rule.Target, 1)
	if f.Of > 0 && i.Rule.Target == 0 {
		want = f.Of
	}
	switch {
	case i.Rule.Each > 0:
		p := i.Rule.Each.Times(f.N)
		return i.scored(p, []ScoreLine{{fmt.Sprintf("有 %d 项，每项 %s 分", f.N, i.Rule.Each), p - i.Max}})
	case i.Rule.Lack > 0:
		missing := max(want-f.N, 0)
		off := i.Rule.Lack.Times(missing)
		if missing == 0 {
			return i.scored(i.Max, []ScoreLine{{Text: fmt.Sprintf("%d 项齐全", want)}})
		}
		return i.scored(i.Max-off, []ScoreLine{{fmt.Sprintf("应有 %d 项，缺 %d 项", want, missing), -off}})
	case f.N >= want:
		return i.scored(i.Max, []ScoreLine{{Text: "有"}})
	}
	return i.scored(i.Floor, []ScoreLine{{fmt.Sprintf("应有 %d 项，实有 %d 项", want, f.N), i.Floor - i.Max}})
}
