// Package annual is the annual report form 年度报告格式 by edition: its
// chapters, tables and cells, the identities 勾稽关系 its figures must satisfy,
// the findings of a check, sums of reports and comparison between them.
//
// An edition is data (forms/*.json): a third edition is a third file. The
// package knows no file format and keeps nothing.
package annual

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"sync"

	"gongkai/law"
)

//go:embed forms/*.json
var formFiles embed.FS

// ErrNoForm is returned for a year before the first edition that is formalised.
var ErrNoForm = errors.New("annual: no edition of the report form for that year")

// CellType says what a cell may hold.
type CellType string

// The kinds of figure the form asks for.
const (
	Count  CellType = "count"  // integer ≥ 0
	Signed CellType = "signed" // integer, 本年增/减
	Money  CellType = "money"  // exact decimal ≥ 0, see Micro
)

// Form is one edition of the report form.
type Form struct {
	Edition    string // "2019", "2021"
	FromYear   int    // first fiscal year
	ToYear     int    // last fiscal year, 0 while in force
	Cite       law.Cite
	Chapters   []ChapterDef
	Aspects    []string // headings of chapter 一
	Tables     []Table
	Cells      []Cell // all cells in the form's order; a cell's position is its index
	Identities []Identity
	byID       map[string]int
}

// ChapterDef is one of the six chapters.
type ChapterDef struct {
	Ordinal string   `json:"ordinal"` // 一 … 六
	Title   string   `json:"title"`
	Also    []string `json:"also"`  // other wordings seen in real reports
	Kind    string   `json:"kind"`  // "prose" or "table"
	Table   string   `json:"table"` // table id
}

// Table is one of the three tables.
type Table struct {
	ID    string `json:"id"` // "t2", "t3", "t4"
	Name  string `json:"name"`
	Parts []Part `json:"parts"`
}

// Part is a piece of a table with columns of its own: 表二 has one per item of
// article 20, the other tables have one.
type Part struct {
	Title   string  `json:"title"`  // e.g. 第二十条第（一）项
	Corner  string  `json:"corner"` // text of the cell above the row labels
	Columns []Line  `json:"columns"`
	Rows    []Line  `json:"rows"`
	Cells   [][]int `json:"-"` // cell index by row and column
}

// Line is a row or a column: its key and the path of labels that lead to it.
// Neighbours that share the beginning of a path share that label cell in print.
type Line struct {
	Key  string   `json:"key"`
	Path []string `json:"path"`
	Also []string `json:"also"` // other wordings of the last label
	Type CellType `json:"type"`
	Unit string   `json:"unit"`
	Sum  bool     `json:"sum"` // a total, ruled off in print
}

// Label is the last label of the path, or "" for a line without one.
func (l Line) Label() string {
	if len(l.Path) == 0 {
		return ""
	}
	return l.Path[len(l.Path)-1]
}

// Cell is one figure of the form.
type Cell struct {
	ID       string // stable and public, e.g. t3.new.total
	Index    int
	Table    string
	Part     int // index into Table.Parts
	Row, Col int // index into Part.Rows and Part.Columns
	Type     CellType
	Unit     string // 万元, or "" where the form prints none
	Label    string // for messages: 三（一）予以公开 · 自然人
}

// Op is the relation of an identity's two sides.
type Op string

// The relations that occur.
const (
	Equal   Op = "="
	AtMost  Op = "<="
	AtLeast Op = ">="
)

// Identity is one 勾稽关系, spelled out over cell indexes.
type Identity struct {
	Code        string
	Left, Right []int
	Op          Op
}

type formJSON struct {
	Edition    string         `json:"edition"`
	FromYear   int            `json:"from_year"`
	ToYear     int            `json:"to_year"`
	Cite       law.Cite       `json:"cite"`
	Chapters   []ChapterDef   `json:"chapters"`
	Aspects    []string       `json:"aspects"`
	Tables     []Table        `json:"tables"`
	Identities []identityJSON `json:"identities"`
}

type identityJSON struct {
	Code  string   `json:"code"`
	Table string   `json:"table"`
	Each  string   `json:"each"` // "row" or "column": what the identity is repeated over
	Rows  []string `json:"rows"` // with each=row: only these rows, all if empty
	Left  []string `json:"left"` // keys of the other direction; "deny_*" stands for all that begin so
	Op    Op       `json:"op"`
	Right []string `json:"right"`
}

var editions = sync.OnceValue(func() []*Form {
	names, err := formFiles.ReadDir("forms")
	if err != nil {
		panic(err) // embedded: cannot fail in a built program
	}
	var all []*Form
	for _, n := range names {
		b, err := formFiles.ReadFile(path.Join("forms", n.Name()))
		if err != nil {
			panic(err)
		}
		f, err := ParseForm(b)
		if err != nil {
			panic(fmt.Errorf("%s: %w", n.Name(), err))
		}
		all = append(all, f)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].FromYear < all[j].FromYear })
	return all
})

// Editions lists every edition, oldest first.
func Editions() []*Form { return editions() }

// FormFor returns the edition in force for a fiscal year, or ErrNoForm.
func FormFor(year int) (*Form, error) {
	for _, f := range editions() {
		if year >= f.FromYear && (f.ToYear == 0 || year <= f.ToYear) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%w: %d", ErrNoForm, year)
}

// Edition returns the edition by name, or nil.
func Edition(name string) *Form {
	for _, f := range editions() {
		if f.Edition == name {
			return f
		}
	}
	return nil
}

// ParseForm reads an edition from its data file and checks that it is whole.
func ParseForm(b []byte) (*Form, error) {
	var j formJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return nil, fmt.Errorf("annual: form: %w", err)
	}
	f := &Form{Edition: j.Edition, FromYear: j.FromYear, ToYear: j.ToYear, Cite: j.Cite,
		Chapters: j.Chapters, Aspects: j.Aspects, Tables: j.Tables, byID: map[string]int{}}
	for ti := range f.Tables {
		t := &f.Tables[ti]
		for pi := range t.Parts {
			if err := f.number(t, pi); err != nil {
				return nil, err
			}
		}
	}
	for _, ij := range j.Identities {
		if err := f.expand(ij); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// number gives every cell of a part its index and id.
func (f *Form) number(t *Table, pi int) error {
	p := &t.Parts[pi]
	p.Cells = make([][]int, len(p.Rows))
	for ri, r := range p.Rows {
		for ci, c := range p.Columns {
			cell := Cell{Index: len(f.Cells), Table: t.ID, Part: pi, Row: ri, Col: ci, Type: c.Type, Unit: c.Unit}
			if cell.Type == "" {
				cell.Type = Count
			}
			cell.ID = t.ID + "." + c.Key
			if r.Key != "" {
				cell.ID = t.ID + "." + r.Key + "." + c.Key
			}
			cell.Label = cellLabel(r, c)
			if _, dup := f.byID[cell.ID]; dup {
				return fmt.Errorf("annual: form %s: cell %s twice", f.Edition, cell.ID)
			}
			f.byID[cell.ID] = cell.Index
			f.Cells = append(f.Cells, cell)
			p.Cells[ri] = append(p.Cells[ri], cell.Index)
		}
	}
	return nil
}

// cellLabel names a cell for a person: the row's last label and the column's.
func cellLabel(r, c Line) string {
	col := c.Label()
	if len(r.Path) == 0 { // 表四: the column path alone tells 复议 from 诉讼
		return strings.Join(c.Path, " · ")
	}
	return r.Label() + " · " + col
}

// expand repeats an identity over its rows or columns.
func (f *Form) expand(j identityJSON) error {
	t := f.Table(j.Table)
	if t == nil {
		return fmt.Errorf("annual: form %s: identity %s names no table", f.Edition, j.Code)
	}
	for pi := range t.Parts {
		p := &t.Parts[pi]
		over, along := p.Rows, p.Columns
		if j.Each == "column" {
			over, along = p.Columns, p.Rows
		}
		for oi, o := range over {
			if len(j.Rows) > 0 && !contains(j.Rows, o.Key) {
				continue
			}
			at := func(k int) int {
				if j.Each == "column" {
					return p.Cells[k][oi]
				}
				return p.Cells[oi][k]
			}
			left, lok := pick(along, j.Left, at)
			right, rok := pick(along, j.Right, at)
			if !lok || !rok {
				continue // this part has no such lines: 表二 has five different parts
			}
			f.Identities = append(f.Identities, Identity{j.Code, left, right, j.Op})
		}
	}
	return nil
}

func pick(lines []Line, keys []string, at func(int) int) ([]int, bool) {
	var out []int
	for _, k := range keys {
		n := len(out)
		for i, l := range lines {
			if l.Key == k || (strings.HasSuffix(k, "*") && strings.HasPrefix(l.Key, k[:len(k)-1])) {
				out = append(out, at(i))
			}
		}
		if len(out) == n {
			return nil, false
		}
	}
	return out, true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Index returns a cell's index by id; ok is false for an id the edition lacks.
func (f *Form) Index(id string) (int, bool) {
	i, ok := f.byID[id]
	return i, ok
}

// Table returns a table by id, or nil.
func (f *Form) Table(id string) *Table {
	for i := range f.Tables {
		if f.Tables[i].ID == id {
			return &f.Tables[i]
		}
	}
	return nil
}

// InForce reports whether the edition is the one for the fiscal year.
func (f *Form) InForce(year int) bool {
	return year >= f.FromYear && (f.ToYear == 0 || year <= f.ToYear)
}
