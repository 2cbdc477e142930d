package oversight

import (
	"fmt"
	"strings"
)

// A YearPart is one announced round of an organ in the year's total.
type YearPart struct {
	Period ScorePeriod
	Number int
	Totals
}

// A YearScore is an organ's total of a year.
type YearScore struct {
	Base, Bonus, Minus, Total Points
	Vetoed                    bool
	Missing                   []string // rounds without which there is no total
	Lines                     []ScoreLine
}

// Whole reports whether every round of the year is there.
func (y YearScore) Whole() bool { return len(y.Missing) == 0 }

// YearTotal adds the rounds of a year up by their weights: 总分 = Σ 权重 × 基本分
// + 加分 − 倒扣. Rounds that are not announced are missing, never nothing. A veto
// of any round bounds the year as it bounded the round.
func (s *Scheme) YearTotal(year int, parts []YearPart) YearScore {
	var y YearScore
	limit := Points(0)
	find := func(p ScorePeriod, n int) *YearPart {
		for k := range parts {
			if parts[k].Period == p && parts[k].Number == n {
				return &parts[k]
			}
		}
		return nil
	}
	for _, p := range RoundPeriods() {
		w := s.Weights.Of(p)
		if w == 0 {
			continue
		}
		n := 12 / p.months()
		got, had := Points(0), true
		for k := 1; k <= n; k++ {
			x := find(p, k)
			if x == nil {
				y.Missing, had = append(y.Missing, Term(year, p, k)), false
				continue
			}
			got += x.Base
			y.Bonus += x.Bonus
			y.Minus += x.Minus
			if x.Vetoed {
				if !y.Vetoed || x.Cap < limit {
					limit = x.Cap
				}
				y.Vetoed = true
			}
		}
		if had {
			add := got.Share(int64(w), int64(100*n))
			y.Base += add
			text := Term(year, p, 1)
			if n > 1 {
				text = fmt.Sprintf("%d 个%s平均", n, p.Chinese())
			}
			y.Lines = append(y.Lines, ScoreLine{fmt.Sprintf("%s %s 分 × %d%%", text, got.Share(1, int64(n)), w), add})
		}
	}
	if s.Most > 0 && y.Bonus > s.Most {
		y.Bonus = s.Most
	}
	if y.Bonus > 0 {
		y.Lines = append(y.Lines, ScoreLine{"加分", y.Bonus})
	}
	if y.Minus > 0 {
		y.Lines = append(y.Lines, ScoreLine{"倒扣", -y.Minus})
	}
	y.Total = max(y.Base+y.Bonus-y.Minus, 0)
	if y.Vetoed && y.Total > limit {
		y.Total = limit
		y.Lines = append(y.Lines, ScoreLine{Text: "有单项否决，总分计 " + limit.String()})
	}
	return y
}

// YearFormula prints how a year's total is made.
func (s *Scheme) YearFormula() string {
	var list []string
	for _, p := range RoundPeriods() {
		if w := s.Weights.Of(p); w > 0 {
			list = append(list, fmt.Sprintf("%s %d%%", p.Chinese(), w))
		}
	}
	text := "年度总分 ＝ " + strings.Join(list, " ＋ ") + "（同类各轮基本分取平均）＋ 加分 － 倒扣"
	if s.Most > 0 {
		text += "；加分全年至多 " + s.Most.String() + " 分"
	}
	return text
}
