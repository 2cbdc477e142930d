package reporting

import (
	"sort"
	"strings"

	"gongkai/law/annual"
)

// A Snapshot is what one collection hands to the next, as 结果.json holds it.
type Snapshot struct {
	Kind    string         `json:"kind"` // always SnapshotKind
	Year    int            `json:"year"`
	From    string         `json:"from,omitempty"`
	Dated   string         `json:"dated,omitempty"` // ISO day of the run
	Organs  []SnapshotRow  `json:"organs"`
	Unknown []SnapshotFile `json:"unknown,omitempty"`
	Alike   []SnapshotPair `json:"alike,omitempty"`
}

// SnapshotKind marks the file, so that another file given by mistake is
// recognised.
const SnapshotKind = "gongkai/collection/1"

// SnapshotRow is one organ in a Snapshot.
type SnapshotRow struct {
	Organ    string            `json:"organ"`
	Listed   bool              `json:"listed"`
	Status   Status            `json:"status"`
	File     string            `json:"file,omitempty"`
	Problem  string            `json:"problem,omitempty"`
	Notes    []string          `json:"notes,omitempty"`
	Edition  string            `json:"edition,omitempty"`
	Reading  annual.Status     `json:"reading,omitempty"`
	Cells    map[string]string `json:"cells,omitempty"` // id → figure; kinds without a figure as "blank", "na", "text"
	Findings []Flaw            `json:"findings,omitempty"`
}

// SnapshotFile is a file that belongs to no organ.
type SnapshotFile struct {
	File    string `json:"file"`
	Problem string `json:"problem,omitempty"`
}

// SnapshotPair is one pair of organs whose prose is alike.
type SnapshotPair struct {
	A     string  `json:"a"`
	B     string  `json:"b"`
	Score float64 `json:"score"`
}

// Snapshot is the collection in the form in which it is remembered.
func (c *Collection) Snapshot(from, dated string) Snapshot {
	s := Snapshot{Kind: SnapshotKind, Year: c.Year, From: from, Dated: dated}
	for _, r := range c.Rows {
		row := SnapshotRow{Organ: r.Organ, Listed: r.Listed, Status: r.Status, File: r.File, Problem: r.Problem, Notes: r.Notes, Findings: flaws(r.Findings)}
		if r.Report != nil {
			row.Edition, row.Reading, row.Cells = r.Report.Form.Edition, r.Report.Status(), cellTexts(r.Report)
		}
		s.Organs = append(s.Organs, row)
	}
	for _, e := range c.Unknown {
		s.Unknown = append(s.Unknown, SnapshotFile{e.File, e.Problem})
	}
	for _, p := range c.Alike {
		s.Alike = append(s.Alike, SnapshotPair{p.A, p.B, p.Score})
	}
	return s
}

func cellTexts(r *annual.Report) map[string]string {
	m := make(map[string]string, len(r.Values))
	for i, v := range r.Values {
		switch {
		case v.Known():
			m[r.Form.Cells[i].ID] = v.Format(r.Form.Cells[i].Type)
		case v.Kind != annual.Absent:
			m[r.Form.Cells[i].ID] = v.Kind.String()
		}
	}
	return m
}

// flaws keeps what has to be remembered of findings; mere information is not
// followed up.
func flaws(fs []annual.Finding) []Flaw {
	var out []Flaw
	for _, f := range fs {
		if f.Level != annual.Info {
			out = append(out, Flaw{f.Code, f.Level, f.Cells, f.Message})
		}
	}
	return out
}

// key tells whether two flaws are the same one: the rule and the cells it
// speaks of; for prose, which has no cells, the message.
func (f Flaw) key() string {
	if len(f.Cells) == 0 {
		return f.Code + "\x00" + f.Message
	}
	cells := append([]string(nil), f.Cells...)
	sort.Strings(cells)
	return f.Code + "\x00" + strings.Join(cells, ",")
}

// Compare fills Changes with what changed since the collection before. Organs
// at which nothing changed and nothing is wrong are left out.
func (c *Collection) Compare(before Snapshot) {
	old := map[string]*SnapshotRow{}
	for i := range before.Organs {
		old[before.Organs[i].Organ] = &before.Organs[i]
	}
	c.Changes = []OrganChange{}
	for _, r := range c.Rows {
		was := old[r.Organ]
		if was == nil {
			was = &SnapshotRow{Organ: r.Organ, Status: Missing}
		}
		ch := OrganChange{Organ: r.Organ, Was: was.Status, Is: r.Status}
		ch.NewlyFiled = (was.Status == Missing || was.Status == Unreadable) && r.Report != nil
		if r.Report != nil && was.Cells != nil {
			ch.Figures = cellsChanged(was.Cells, cellTexts(r.Report))
		}
		switch {
		case r.Report == nil: // nothing new to compare: what was wrong stays wrong
			ch.StillWrong = was.Findings
		case was.Status != Missing && was.Status != Unreadable:
			ch.Fixed, ch.StillWrong, ch.NewlyWrong = split(was.Findings, flaws(r.Findings))
		default:
			ch.NewlyWrong = flaws(r.Findings)
		}
		if ch.Was != ch.Is || ch.NewlyFiled || ch.Figures > 0 || len(ch.Fixed)+len(ch.StillWrong)+len(ch.NewlyWrong) > 0 {
			c.Changes = append(c.Changes, ch)
		}
	}
}

func cellsChanged(a, b map[string]string) int {
	n := 0
	for id, v := range b {
		if a[id] != v {
			n++
		}
	}
	for id := range a {
		if _, ok := b[id]; !ok {
			n++
		}
	}
	return n
}

// split sorts flaws into those gone, those that stay and those that are new.
func split(before, now []Flaw) (fixed, still, fresh []Flaw) {
	left := map[string]int{}
	for _, f := range before {
		left[f.key()]++
	}
	for _, f := range now {
		if left[f.key()] > 0 {
			left[f.key()]--
			still = append(still, f)
		} else {
			fresh = append(fresh, f)
		}
	}
	for _, f := range before {
		if left[f.key()] > 0 {
			left[f.key()]--
			fixed = append(fixed, f)
		}
	}
	return fixed, still, fresh
}
