package reporting

import (
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
)

// MarkOf is a finding as a reason for returning the report, at its first cell.
func MarkOf(x annual.Finding) Mark {
	m := Mark{Code: x.Code, Text: x.Message}
	if len(x.Cells) > 0 {
		m.Cell = x.Cells[0]
	}
	return m
}

// OpenMarks are the findings that stand in the way of accepting the report, as
// marks: errors that nobody set aside, and warnings that nobody explained.
func (f *Filing) OpenMarks(findings []annual.Finding) []Mark {
	errs, warns := f.Open(findings)
	var out []Mark
	for _, x := range append(errs, warns...) {
		out = append(out, MarkOf(x))
	}
	return out
}

// findingOf is the finding that a mark was made of, among those of the report
// it was made on; nil for a mark in the office's own words.
func findingOf(m Mark, findings []annual.Finding) *annual.Finding {
	if m.Code == "" {
		return nil
	}
	best := -1
	for i, x := range findings {
		switch {
		case x.Code != m.Code || m.Cell != "" && !slices.Contains(x.Cells, m.Cell):
		case x.Message == m.Text:
			return &findings[i]
		case best < 0:
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return &findings[best]
}

// codeSimilar is the rule about prose that is like another report's.
const codeSimilar = "D-SIMILAR"

// Settle says of each mark whether what came after the return settled it: a
// finding is no longer found, a figure marked in the office's own words is
// another one. A remark about the whole is for a person to judge and counts as
// settled once anything changed.
func Settle(marks []Mark, before, after *annual.Report, findings []annual.Finding) []Mark {
	out := slices.Clone(marks)
	for i, m := range out {
		switch {
		case after == nil:
			out[i].Settled = false
		case m.Code == codeSimilar: // found among neighbours, not in the report
			out[i].Settled = before != nil && before.Prose() != after.Prose()
		case m.Code != "":
			out[i].Settled = findingOf(m, findings) == nil
		case before == nil:
		case m.Cell != "":
			out[i].Settled = before.Get(m.Cell) != after.Get(m.Cell)
		default:
			out[i].Settled = before.Prose() != after.Prose() || figuresChanged(before, after) > 0
		}
	}
	return out
}

// ReturnNotice words the 退回意见 from the marks of a return: each with its cell
// by name, what was found and expected, and the rule it stands on. findings are
// those of the report that was returned; r may be nil.
func ReturnNotice(to, from string, year int, r *annual.Report, marks []Mark, findings []annual.Finding, deadline, dated law.Date) Notice {
	n := Notice{To: to, From: from, Year: year, Deadline: deadline, Dated: dated, Returned: true}
	var own []NoticeItem
	for _, m := range marks {
		it := NoticeItem{Code: m.Code, Level: annual.Error, Message: m.Text}
		if r != nil && m.Cell != "" {
			it.Where = CellName(r.Form, m.Cell)
		}
		x := findingOf(m, findings)
		if x == nil {
			if i, ok := cellIndex(r, m.Cell); ok && m.Code == "" {
				it.Found = r.Values[i].Format(r.Form.Cells[i].Type)
			}
			own = append(own, it)
			continue
		}
		it.Level, it.Expected, it.Found, it.Suggest, it.Cite = x.Level, x.Expected, x.Found, x.Suggest, citeOf(x.Code)
		if m.Text == x.Message { // the rule's own sentence says where, as NoticeFor has it
			it.Where = whereUnsaid(r, *x)
		}
		n.Items = append(n.Items, it)
	}
	n.Items = append(n.Items, own...)
	slices.SortStableFunc(n.Items, func(a, b NoticeItem) int { return levelRank(a.Level) - levelRank(b.Level) })
	return n
}

func cellIndex(r *annual.Report, id string) (int, bool) {
	if r == nil || id == "" {
		return 0, false
	}
	return r.Form.Index(id)
}

func levelRank(l annual.Level) int {
	switch l {
	case annual.Error:
		return 0
	case annual.Warning:
		return 1
	}
	return 2
}

// citeOf is the law a rule stands on, "" for a code that is none of the
// rule-book.
func citeOf(code string) string {
	r, ok := annual.FindRule(code)
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.Cite.String())
}

// Receive records that the organ's report came in outside the system — on
// paper, by mail — and that the office has entered it. That is a fact, so what is
// wrong with the report does not stand in its way; it stands in the way of
// accepting it.
func (f *Filing) Receive(on law.Date) error {
	if err := f.MayEdit(); err != nil {
		return err
	}
	f.handIn(on)
	return nil
}
