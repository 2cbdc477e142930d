package annual

import "gongkai/law"

// Level of a finding. An error blocks submission, a warning asks for a reason,
// information only informs.
type Level string

// The levels, as the M language of tax rules has them: anomaly, discordance,
// notice.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Info    Level = "info"
)

// A Finding is one rule that a report does not satisfy.
type Finding struct {
	Code     string   `json:"code"`
	Level    Level    `json:"level"`
	Cells    []string `json:"cells"`
	Expected string   `json:"expected,omitempty"`
	Found    string   `json:"found,omitempty"`
	Message  string   `json:"message"`           // Chinese: what is wrong and where
	Suggest  string   `json:"suggest,omitempty"` // Chinese: what to do
	At       Place    `json:"-"`                 // where in the source, for prose rules
	Quote    string   `json:"-"`                 // the words it speaks of
	Changes  []Change `json:"-"`                 // figures that would satisfy every identity, once a person accepts them
}

// A Change is a proposed figure for a cell.
type Change struct {
	Cell string
	From Value
	To   Value
}

// OrganLevel says what an organ is, as far as the rules care.
type OrganLevel string

// The levels of organs that rules distinguish.
const (
	LevelUnknown    OrganLevel = ""
	LevelTown       OrganLevel = "town"       // 乡镇人民政府、街道办事处
	LevelDepartment OrganLevel = "department" // 县级以上人民政府部门
	LevelGovernment OrganLevel = "government" // 县级以上地方人民政府
	LevelMinistry   OrganLevel = "ministry"   // 国务院部门
)

// Context is what a check may know beside the report itself. Every field may
// be left out; rules that need it then say nothing.
type Context struct {
	Last       *Report   // the same organ's report of the year before
	Children   []*Report // reports of subordinate organs that this one adds up
	Own        *Report   // the organ's own figures apart from its children
	Missing    []string  // subordinate organs that have not filed
	Neighbours []*Report // other organs' reports, for similarity
	Level      OrganLevel
	Governs    bool     // organ may make 规章 (国务院部门、省级、设区的市政府)
	Deadline   law.Date // date by which the report had to be published, zero if none
	Published  law.Date
}

// A Rule is one entry of the rule-book.
type Rule struct {
	Code     string
	Level    Level    // the level it usually has
	Editions []string // editions it applies to, all if empty
	Title    string   // short Chinese name
	Says     string   // Chinese sentence: what must hold
	Left     string   // left side in words, "" for a rule about prose
	Right    string
	Cite     law.Cite
	Figures  bool // speaks only of figures of this report (fast part of a check)
	Check    func(r *Report, c *Context) []Finding
}
