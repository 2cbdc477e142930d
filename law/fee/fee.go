// Package fee computes the information processing fee 信息处理费: by item 按件, over
// what one applicant asked in a calendar month, or by page 按量, over one
// application; never both for the same application. Both scales rise by bands,
// and each answer shows its working. Most applicants pay nothing.
package fee

import (
	"errors"
	"fmt"

	"gongkai/law"
)

// Fen is an amount of money in 分.
type Fen int64

// Yuan is one 元.
const Yuan Fen = 100

// String is the amount in 元 as it is printed: 380元, 0.5元.
func (f Fen) String() string {
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	switch rest := f % Yuan; {
	case rest == 0:
		return fmt.Sprintf("%s%d元", sign, f/Yuan)
	case rest%10 == 0:
		return fmt.Sprintf("%s%d.%d元", sign, f/Yuan, rest/10)
	default:
		return fmt.Sprintf("%s%d.%02d元", sign, f/Yuan, rest)
	}
}

// Method is how an application is charged; the organ picks one.
type Method string

// The methods.
const (
	ByItem Method = "items" // 按件计收
	ByPage Method = "pages" // 按量计收
)

// Chinese is the method on screen and in the notice.
func (m Method) Chinese() string {
	switch m {
	case ByItem:
		return "按件计收"
	case ByPage:
		return "按量计收"
	}
	return ""
}

// Unit is what the method counts.
func (m Method) Unit() string {
	if m == ByPage {
		return "页"
	}
	return "件"
}

// A Band is a stretch of the scale with its price for each unit in it. The last
// one of a scale has no end, or repeats.
type Band struct {
	To    int // last unit of the band, 0 for the last band
	Price Fen
}

// A Scale is the bands of a method. Where Step is set, every further Step units
// after the last band make a band of their own, dearer by Rise.
type Scale struct {
	Bands []Band
	Step  int
	Rise  Fen
}

// Most bounds how many units are reckoned: more was never asked.
const Most = 1_000_000

// ErrUnits is a number of units that cannot be.
var ErrUnits = errors.New("fee: the number of units is negative or beyond bounds")

// ErrMethod is a method that the scale does not know.
var ErrMethod = errors.New("fee: no such method")

var cite = law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Article: "第四条至第六条",
	Paraphrase: "信息处理费可以按件或者按量计收，均按照超额累进方式计算，同一申请不得同时按照两种标准。"}

// scales are both tables with the days on which they were in force.
var scales = map[Method]law.Table[Scale]{
	ByItem: {{From: law.Day(2021, 1, 1), Cite: cite, Value: Scale{
		Bands: []Band{{10, 0}, {30, 100 * Yuan}}, Step: 10, Rise: 100 * Yuan}}},
	ByPage: {{From: law.Day(2021, 1, 1), Cite: cite, Value: Scale{
		Bands: []Band{{30, 0}, {100, 10 * Yuan}, {200, 20 * Yuan}, {0, 40 * Yuan}}}}},
}

// A Step is one line of the working: the units From to To cost Price each.
type Step struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Count int    `json:"count"`
	Price Fen    `json:"price"` // 分 a unit
	Fen   Fen    `json:"fen"`
	Text  string `json:"text"`
}

// An Amount is a fee with its working and where it stands.
type Amount struct {
	Method Method
	Units  int
	Fen    Fen
	Steps  []Step
	Cite   law.Cite
}

// Of is the fee for n units on the scale in force on a day: items of one
// applicant in one calendar month, or pages of one application.
func Of(m Method, n int, on law.Date) (Amount, error) {
	table, ok := scales[m]
	if !ok {
		return Amount{}, fmt.Errorf("%w: %q", ErrMethod, m)
	}
	if n < 0 || n > Most {
		return Amount{}, fmt.Errorf("%w: %d", ErrUnits, n)
	}
	v, err := table.On(on)
	if err != nil {
		return Amount{}, err
	}
	a := Amount{Method: m, Units: n, Cite: v.Cite}
	add := func(from, to int, price Fen) {
		to = min(to, n)
		if to < from {
			return
		}
		s := Step{From: from, To: to, Count: to - from + 1, Price: price}
		s.Fen = price * Fen(s.Count)
		unit := m.Unit()
		s.Text = fmt.Sprintf("第%d至%d%s，%d%s×%s/%s＝%s", from, to, unit, s.Count, unit, price, unit, s.Fen)
		if from == to {
			s.Text = fmt.Sprintf("第%d%s，1%s×%s/%s＝%s", from, unit, unit, price, unit, s.Fen)
		}
		a.Fen += s.Fen
		a.Steps = append(a.Steps, s)
	}
	from, price := 1, Fen(0)
	for _, b := range v.Value.Bands {
		to := b.To
		if to == 0 {
			to = n
		}
		add(from, to, b.Price)
		from, price = to+1, b.Price
	}
	for step := v.Value.Step; step > 0 && from <= n; from += step {
		price += v.Value.Rise
		add(from, from+step-1, price)
	}
	return a, nil
}

// Next is what one more item costs an applicant who has asked before in the
// month: the difference that his next application is charged with.
func Next(before, items int, on law.Date) (Fen, error) {
	a, err := Of(ByItem, before, on)
	if err != nil {
		return 0, err
	}
	b, err := Of(ByItem, before+items, on)
	return b.Fen - a.Fen, err
}
