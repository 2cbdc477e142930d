package reporting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
)

// Way is how an organ takes part in the sum of a government.
type Way string

// The ways.
const (
	WayIn   Way = "in"   // 计入
	WayEach Way = "each" // 逐个计入: of a government below, its organs one by one instead of its report
	WayOut  Way = "out"  // 不计入
)

// Chinese is the way on screen.
func (w Way) Chinese() string {
	switch w {
	case WayIn:
		return "计入"
	case WayEach:
		return "逐个计入"
	case WayOut:
		return "不计入"
	}
	return ""
}

// The rules by which an organ is in a list or not, before anybody decides
// otherwise.
const (
	RuleOwn        = "own"        // 本级
	RuleOffice     = "office"     // 政府办公室
	RuleDepartment = "department" // 政府部门
	RuleTown       = "town"       // 乡镇、街道
	RuleAuthorised = "authorised" // 授权组织
	RuleGovernment = "government" // 下级政府
	RuleUnknown    = "unknown"    // 类别不明
	RuleSystem     = "system"     // 由本级部门垂直管理
	RuleVertical   = "vertical"   // 垂管
	RuleBranch     = "branch"     // 上级派驻
	RuleEnterprise = "enterprise" // 公共企事业单位
	RuleAbolished  = "abolished"  // 年末前撤销
)

// A Candidate is an organ below the government of a sum, as it stood at the end
// of the year.
type Candidate struct {
	org.Organ
	Line int64 // 业务主管 of a vertical system, 0 for none
}

// A CountedLine says of one organ whether it is counted, and why.
type CountedLine struct {
	Organ   int64
	Name    string // at the end of the year
	Code    string
	Kind    org.Kind
	Way     Way
	Rule    string // by which it would be in or out
	Reason  string
	Decided bool // the office decided otherwise than the rule
	Splits  bool // it may be counted organ by organ: a government with filers below it
	Own     bool // what is counted are its own figures 本级数据, not its report
}

// A Choice is what the office decided about one organ.
type Choice struct {
	Way    Way    `json:"way"`
	Reason string `json:"reason"`
}

// A CountedList is the list of organs counted in the sum of a government for a
// year (计入单位名单). One that is signed is never changed.
type CountedList struct {
	Organ    int64
	Name     string
	Year     int
	Lines    []CountedLine // the government itself first, then in the order of the tree
	Sections int           // 内设机构 below: they never file
	Villages int           // 村、社区 below: they never file

	Number   int // 0 while it is not signed, then counted from 1
	SignedOn law.Date
	By       int64
	ByName   string
	Note     string
	Previous string // hash of the list signed before, "" for the first
	Hash     string // of the signed content
}

// Signed reports whether somebody answers for the list.
func (l *CountedList) Signed() bool { return l.Number > 0 }

// Line is the line of an organ, or nil.
func (l *CountedList) Line(organ int64) *CountedLine {
	if i := slices.IndexFunc(l.Lines, func(x CountedLine) bool { return x.Organ == organ }); i >= 0 {
		return &l.Lines[i]
	}
	return nil
}

// Count is how many organs the list counts.
func (l *CountedList) Count() int {
	n := 0
	for i := range l.Lines {
		if l.Lines[i].Way == WayIn {
			n++
		}
	}
	return n
}

// counting builds a list.
type counting struct {
	root    org.Organ
	below   []Candidate
	end     []int // one past the last organ below each
	filers  []int // among the first i
	year    int
	choices map[int64]Choice
	inTree  map[int64]int // place of each organ below, -1 for the government itself
	list    CountedList
}

// Counted is the list of organs counted for the government at the root: the
// defaults of practice, each with its reason, and what the office decided
// otherwise. below are all organs below it in the order of the tree, parents
// before their children.
//
// An 内设机构 and a 村（社区） never file. A government below is counted by its own
// report, which holds its organs; they are then not counted again. Organs of a
// vertical system and branches of a higher level report elsewhere. The
// government and its 办公室 are one: where the office files, nothing is added for
// the government itself.
func Counted(root org.Organ, below []Candidate, year int, choices map[int64]Choice) CountedList {
	c := counting{root: root, below: below, year: year, choices: choices, inTree: make(map[int64]int, len(below)+1),
		list: CountedList{Organ: root.ID, Name: root.Name, Year: year}}
	c.measure()
	office := c.walk(0, len(below), root, true)
	own := CountedLine{Organ: root.ID, Name: root.Name, Code: root.Code, Kind: root.Kind, Own: true, Way: WayIn, Rule: RuleOwn,
		Reason: "本级（" + officeName(root) + "承办的部分）没有另行报送的机关，单独填写后计入。"}
	if office != "" {
		own.Way, own.Reason = WayOut, "由“"+office+"”的报告代表，"+root.ShortName()+"与其办公室只计一次。"
	}
	c.list.Lines = append([]CountedLine{c.decide(own)}, c.list.Lines...)
	return c.list
}

// measure finds where each organ's subtree ends and how many filers it holds.
func (c *counting) measure() {
	c.end, c.filers = make([]int, len(c.below)), make([]int, len(c.below)+1)
	c.inTree[c.root.ID] = -1
	var open []int
	for i, o := range c.below {
		c.inTree[o.ID] = i
		for len(open) > 0 && !strings.HasPrefix(o.Path, c.below[open[len(open)-1]].Path) {
			c.end[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		open = append(open, i)
		c.filers[i+1] = c.filers[i]
		if o.Filer() {
			c.filers[i+1]++
		}
	}
	for _, i := range open {
		c.end[i] = len(c.below)
	}
}

// walk lists the organs from a place to another, all below the government at,
// and returns the name of the office that files for it, "" if none is counted.
// Without full only those are listed that the government, counted by its own
// report, does not hold.
func (c *counting) walk(from, to int, at org.Organ, full bool) (office string) {
	for i := from; i < to; i++ {
		o := c.below[i]
		switch {
		case o.Kind == org.Section || o.Kind == org.Village:
			if full && o.Kind == org.Section {
				c.list.Sections++
			} else if full {
				c.list.Villages++
			}
			continue
		case !o.From.IsZero() && o.From.After(law.Day(c.year, 12, 31)):
			continue
		case !full && !c.ours(o):
			continue
		}
		l := c.decide(c.byRule(o, at))
		if l.Rule == RuleOffice && l.Way == WayIn {
			office = o.Name
		}
		place := len(c.list.Lines)
		c.list.Lines = append(c.list.Lines, l)
		if !l.Splits {
			continue
		}
		// A government below: its organs follow, all or only those that it does not
		// answer for.
		its := c.walk(i+1, c.end[i], o.Organ, l.Way == WayEach)
		if l := &c.list.Lines[place]; l.Way == WayEach {
			l.Own = true
			if its != "" {
				l.Reason += "本级由“" + its + "”的报告代表。"
				l.Own = false
			}
		}
		i = c.end[i] - 1
	}
	return office
}

// ours reports whether an organ inside a government that is counted whole
// belongs to a system whose head stands below the root and outside that
// government: 省以下垂直管理 and the like. The government leaves it out, so it is
// counted here.
func (c *counting) ours(o Candidate) bool {
	head, ok := c.inTree[o.Line]
	return o.Line != 0 && ok && head >= 0 && c.below[head].Line == 0 && c.below[head].Parent == c.root.ID
}

// byRule is the line of an organ as practice has it.
func (c *counting) byRule(o Candidate, at org.Organ) CountedLine {
	i := c.inTree[o.ID]
	l := CountedLine{Organ: o.ID, Name: o.Name, Code: o.Code, Kind: o.Kind, Way: WayIn}
	out := func(rule, reason string) CountedLine {
		l.Way, l.Rule, l.Reason = WayOut, rule, reason
		return l
	}
	switch {
	case !o.To.IsZero() && o.To.Before(law.Day(c.year, 12, 31)):
		return out(RuleAbolished, "已于"+o.To.Chinese()+"撤销，当年情况由承接其职能的机关报告。")
	case o.Kind == org.Enterprise:
		return out(RuleEnterprise, "公共企事业单位按行业规定公开信息，不报送这一格式的年度报告（条例第五十五条）。")
	case o.Line != 0 && c.ours(o):
		l.Rule, l.Reason = RuleSystem, "由本级“"+c.below[c.inTree[o.Line]].Name+"”垂直管理，不计入所在地政府，计入本级。"
		return l
	case o.Line != 0:
		return out(RuleVertical, "垂直管理机关，由本系统的主管部门汇总（条例第三条），不计入地方政府。")
	case o.Summarises() && c.filers[c.end[i]] > c.filers[i+1]:
		l.Splits, l.Rule, l.Reason = true, RuleGovernment, "下级政府，以其年度报告（已含所属机关）整体计入。"
		return l
	case (o.Kind == org.Department || o.Kind == org.Authorised) && o.Level != 0 && at.Level != 0 && o.Level < at.Level:
		return out(RuleBranch, o.Level.Chinese()+"机关设在本地的机构，由其上级计入。")
	case o.Kind == org.Department && o.Parent == at.ID && isOffice(o.Name, at):
		l.Rule, l.Reason = RuleOffice, "政府办公室的报告含政府本级，二者只计一次。"
	case o.Kind == org.Department:
		l.Rule, l.Reason = RuleDepartment, "政府部门（条例第四十九条）。"
	case o.Kind == org.Town || o.Kind == org.Street:
		l.Rule, l.Reason = RuleTown, "乡镇、街道，随所属政府汇总。"
	case o.Kind == org.Authorised:
		l.Rule, l.Reason = RuleAuthorised, "法律、法规授权的管理公共事务的组织（条例第五十四条）。"
	case o.Kind == org.Government:
		l.Rule, l.Reason = RuleGovernment, "下级政府，没有所属机关另行报送。"
	default:
		l.Rule, l.Reason = RuleUnknown, "机关类别没有登记，暂按应当报送计入，请核实后在“机关”中补登类别。"
	}
	return l
}

// isOffice reports whether a department is the government's own office by its
// name: 云岭县人民政府办公室 or 县政府办.
func isOffice(name string, of org.Organ) bool {
	for _, end := range []string{"政府办公室", "政府办公厅", "政府办"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return name == of.Name+"办公室" || name == of.Name+"办公厅"
}

func officeName(o org.Organ) string {
	if o.Level == org.Province || o.Level == org.Nation {
		return "办公厅"
	}
	return "办公室"
}

// decide puts what the office decided over the rule.
func (c *counting) decide(l CountedLine) CountedLine {
	x, ok := c.choices[l.Organ]
	if !ok || x.Way == l.Way || x.Way == WayEach && !l.Splits || strings.TrimSpace(x.Reason) == "" {
		return l
	}
	l.Way, l.Reason, l.Decided = x.Way, strings.TrimSpace(x.Reason), true
	if x.Way == WayEach {
		l.Reason = ended(l.Reason)
	}
	return l
}

// ended is a sentence with its full stop.
func ended(s string) string {
	if s == "" || strings.HasSuffix(s, "。") {
		return s
	}
	return s + "。"
}

// CheckChoice says in Chinese why a decision about a line cannot be kept, or "".
func (l *CountedLine) CheckChoice(x Choice) string {
	switch {
	case x.Way.Chinese() == "":
		return fmt.Sprintf("“%s”：请选择计入还是不计入。", l.Name)
	case x.Way == WayEach && !l.Splits:
		return fmt.Sprintf("“%s”没有所属机关，只能选择计入或不计入。", l.Name)
	case strings.TrimSpace(x.Reason) == "":
		return fmt.Sprintf("请写明“%s”%s的理由，例如“市级派驻机构，经县政府同意随县级汇总”。", l.Name, x.Way.Chinese())
	case len([]rune(x.Reason)) > 200:
		return fmt.Sprintf("“%s”的理由过长，最多200字。", l.Name)
	case strings.ContainsFunc(x.Reason, func(r rune) bool { return r < ' ' }):
		return fmt.Sprintf("“%s”的理由中有换行或无法显示的字符，请写成一行。", l.Name)
	}
	return ""
}

// Doubts says what in the list is likely wrong, for who signs it.
func (l *CountedList) Doubts() []string {
	var out []string
	office, own := "", l.Line(l.Organ)
	for i := range l.Lines {
		x := &l.Lines[i]
		if x.Rule == RuleOffice && x.Way == WayIn {
			office = x.Name
		}
		if x.Rule == RuleUnknown && x.Way == WayIn && !x.Decided {
			out = append(out, fmt.Sprintf("“%s”的机关类别没有登记，是否应当报送要先核实。", x.Name))
		}
	}
	if office != "" && own != nil && own.Way == WayIn {
		out = append(out, fmt.Sprintf("“%s”与“%s”同时计入，本级的申请可能计了两次。", own.Name, office))
	}
	if l.Count() == 0 {
		out = append(out, "没有一个机关计入。")
	}
	return out
}
