package annual

import (
	"errors"
	"fmt"

	"gongkai/doc"
)

// ErrNothingToSum is returned for a sum of no reports, ErrMixedEditions for one
// over several editions, whose cells mean different things.
var (
	ErrNothingToSum  = errors.New("annual: no reports to add up")
	ErrMixedEditions = errors.New("annual: reports of different editions cannot be added up")
)

// A SumDetail says for one cell of a sum how many reports gave a figure and
// how many gave none.
type SumDetail struct {
	Cell    string
	Known   int
	Blank   int   // reports whose cell holds no figure: blank, NA, text, absent
	Lacking []int // which ones, by position in the argument list
}

// Sum adds reports of one edition cell by cell. A cell that some reports leave
// blank holds the sum of the others and a note says so; one that all leave
// blank stays blank. See SumWithDetail for who lacked what.
func Sum(reports ...*Report) (*Report, error) {
	r, _, err := SumWithDetail(reports...)
	return r, err
}

// SumWithDetail is Sum with one detail for each cell that some report lacks.
// The sum has the reports' year if they share one, no organ and no prose.
func SumWithDetail(reports ...*Report) (*Report, []SumDetail, error) {
	if len(reports) == 0 {
		return nil, nil, ErrNothingToSum
	}
	f, year := reports[0].Form, reports[0].Year
	for _, r := range reports[1:] {
		if r.Form != f {
			return nil, nil, fmt.Errorf("%w: %s %s, %s %s", ErrMixedEditions, reports[0].Organ, f.Edition, r.Organ, r.Form.Edition)
		}
		if r.Year != year {
			year = 0
		}
	}
	out := New(f, "", year)
	var details []SumDetail
	for i := range f.Cells {
		d := SumDetail{Cell: f.Cells[i].ID}
		total := int64(0)
		for k, r := range reports {
			if v := r.Values[i]; v.Known() {
				d.Known++
				total += v.N
			} else {
				d.Blank++
				d.Lacking = append(d.Lacking, k)
			}
		}
		if d.Known > 0 {
			out.Values[i] = Num(total)
		}
		if d.Blank > 0 {
			details = append(details, d)
		}
	}
	out.Notes = sumNotes(f, out, details, len(reports))
	return out, details, nil
}

func sumNotes(f *Form, sum *Report, details []SumDetail, n int) []doc.Note {
	var notes []doc.Note
	if len(details) > 0 {
		d := details[0]
		notes = append(notes, doc.Note{Code: "SUM-BLANK", Text: fmt.Sprintf(
			"合计%d份报告，有%d格缺少部分单位的数字（如%s缺%d份），合计只含已填写的单位，不把空白当作零。", n, len(details), f.labelOf(d.Cell), d.Blank)})
	}
	for i, c := range f.Cells {
		if c.Type == Money && c.Unit == "" && sum.Values[i].Kind == Number {
			notes = append(notes, doc.Note{Code: "SUM-UNIT", Text: f.label(i) + "没有印单位，各单位可能分别按元或万元填写，合计仅供参考。"})
		}
	}
	return notes
}
