package desk

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/web/page"
)

// proseChecks holds the text that stands in the form against the ledgers and,
// with the rest of the report, against the tables.
func (d *Desk) proseChecks(r *http.Request, x *proseCase, p *prosePage, s proseSaid) error {
	p.Checked = true
	for i, c := range reporting.Recheck(s.part.text, s.part.links, x.facts) {
		switch {
		case c.State == reporting.LinkGone:
			p.Gone = append(p.Gone, c.Fact.Label)
		case c.Wrong():
			p.Checks = append(p.Checks, proseCheck{i, c.Message, c.Fix, c.Fact.Href, page.Tag{Tone: "err", Text: map[bool]string{true: "台账已变", false: "不一致"}[c.State == reporting.LinkStale]}})
		default:
			p.Fine++
		}
	}
	findings, rep, err := d.proseFindings(r, x, s.part)
	if err != nil {
		return err
	}
	for i, f := range findings {
		p.Findings = append(p.Findings, proseFinding{page.FindingOf(rep, f, ""), i, proseFix(s.part.text, f)})
		for k := range p.Findings[i].Cells {
			p.Findings[i].Cells[k].Href = x.path("/fill") + p.Findings[i].Cells[k].Href
		}
	}
	return nil
}

// proseFindings are the findings of the rules on prose about the part, as the
// report would be with it.
func (d *Desk) proseFindings(r *http.Request, x *proseCase, part prosePart) ([]annual.Finding, *annual.Report, error) {
	dr := *x.draft
	dr.Aspects, dr.Prose = slices.Clone(dr.Aspects), slices.Clone(dr.Prose)
	dr.setSection(part.Field, part.text)
	rep := dr.over(x.Report)
	all, err := d.judge(r, x.filingCase, rep)
	if err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(all, func(f annual.Finding) bool {
		return !slices.Contains([]string{"D-NUMBER", "D-ZERO-CLAIM", "D-ALLDONE", "D-SUM-PROSE"}, f.Code) || f.Quote == "" || !strings.Contains(part.text, strings.TrimSpace(f.Quote))
	}), rep, nil
}

// proseFigure is the figure in what a finding quotes: 36 in 36件.
var proseFigure = regexp.MustCompile(`^[0-9０-９][0-9０-９,.]*`)

// proseFix is the number that one press would write in place of what a finding
// found, "" where the sentence leaves room for doubt.
func proseFix(text string, f annual.Finding) string {
	quote := strings.TrimSpace(f.Quote)
	if f.Code != "D-NUMBER" || f.Expected == "" || !proseFigure.MatchString(f.Found) || strings.Count(text, quote) != 1 || strings.Count(quote, f.Found) != 1 {
		return ""
	}
	return f.Expected
}

// fixProse writes it.
func fixProse(text string, f annual.Finding) string {
	fix := proseFix(text, f)
	if fix == "" {
		return text
	}
	quote := strings.TrimSpace(f.Quote)
	return strings.Replace(text, quote, strings.Replace(quote, f.Found, proseFigure.ReplaceAllString(f.Found, fix), 1), 1)
}
