package desk

import (
	"encoding/json"
	"fmt"

	"gongkai/law/annual"
	"gongkai/web/page"
)

// A fillBody is the form itself, whether it belongs to nobody or to an organ's
// filing.
type fillBody struct {
	Year     int
	Edition  string
	Front    []page.Field // organ, title, intro
	End      []page.Field // signature, dated, contact
	Chapters []fillChapter
	Messages []page.Link // what was not accepted, each with the field it stands at
	Notice   string      // what the last button did
	Checked  bool
	Findings []findingView
	Errors   int
	Warns    int
	Clean    bool
	LastOf   string // whose figures stand beside, "" if none
	FormJSON string // cells, types and identities for the script
	Formats  []format
	Empty    int // figures still empty
}

type fillChapter struct {
	Ordinal, Title string
	ID             string
	Table          *page.ReportTable
	Paste          *page.Field
	Fields         []page.Field
	More           *page.Field // words beside a table, seldom needed
	Write          string      // page that writes it from a template, "" for none
}

// newFillBody draws a draft. msg are the complaints about single fields, by
// name; marks are shown at cells where nothing else is said about them, data is
// what the registers have where it is another figure, nil for none.
func newFillBody(dr *draft, msg map[string]string, marks map[string]page.Mark, findings *[]annual.Finding, data func(i int) page.Link) (fillBody, error) {
	rep := dr.report()
	b := fillBody{Year: dr.Year, Edition: dr.Form.Edition, Formats: formats()}
	for _, s := range dr.Figures {
		if s == "" {
			b.Empty++
		}
	}
	at := map[string]page.Mark{}
	if findings != nil {
		b.Checked = true
		at = marksOf(rep, *findings)
		for id, m := range at {
			if m.Tone == "part" { // a tint is no fault of the field
				delete(at, id)
			}
		}
		for i, f := range sorted(*findings) {
			b.Findings = append(b.Findings, findingOf(rep, f, i+1, newSource(nil)))
		}
		b.Errors, b.Warns = count(*findings)
		b.Clean = b.Errors+b.Warns == 0
	}
	for id, m := range marks {
		if at[id].Note != "" {
			m.Note += " " + at[id].Note
		}
		at[id] = m
	}
	for id, m := range msg {
		if _, ok := dr.Form.Index(id); ok {
			at[id] = page.Mark{Tone: "bad", Note: m}
		}
	}
	b.Messages = messageLinks(dr.Form, msg)
	if dr.Last != nil {
		b.LastOf = fmt.Sprintf("%s %d 年度", dr.Last.Organ, dr.Last.Year)
	}
	tables := page.ReportTables(rep, page.TableOptions{Input: true, Marks: at,
		Text: func(i int) string { return dr.Figures[i] }, Data: data,
		Beside: func(i int) string { return lastFigure(dr.Last, dr.Form.Cells[i].ID) }})
	b.chapters(dr, tables, msg)
	b.Front, b.End = frontFieldsOf(dr, msg)
	j, err := formJSON(dr.Form)
	b.FormJSON = j
	return b, err
}

// lastFigure is last year's figure of the same cell. Ids are shared between
// editions only where the cells mean the same.
func lastFigure(last *annual.Report, id string) string {
	if last == nil {
		return ""
	}
	i, ok := last.Form.Index(id)
	if !ok || !last.Values[i].Known() {
		return ""
	}
	return last.Values[i].Format(last.Form.Cells[i].Type)
}

// formJSON tells the script what adds up to what. The server checks again.
func formJSON(f *annual.Form) (string, error) {
	type identity struct {
		Code  string    `json:"code"`
		Left  []int     `json:"left"`
		Op    annual.Op `json:"op"`
		Right []int     `json:"right"`
	}
	out := struct {
		Cells      []string          `json:"cells"`
		Labels     []string          `json:"labels"`
		Types      []annual.CellType `json:"types"`
		Identities []identity        `json:"identities"`
	}{}
	for _, c := range f.Cells {
		out.Cells = append(out.Cells, c.ID)
		out.Labels = append(out.Labels, c.Label)
		out.Types = append(out.Types, c.Type)
	}
	for _, i := range f.Identities {
		out.Identities = append(out.Identities, identity{i.Code, i.Left, i.Op, i.Right})
	}
	b, err := json.Marshal(out)
	return string(b), err
}
