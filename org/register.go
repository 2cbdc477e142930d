package org

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/text"
)

// A RegisterLine is one line of a list of organs: text by field. A field whose
// column the list does not have is not in it. An empty cell leaves things as they
// are; 无 empties them.
type RegisterLine struct {
	Line int // as the file counts, from 1
	Text map[string]string
}

// An Entered is an organ as a list of organs sees it.
type Entered struct {
	Organ  Organ
	Home   int64
	Line   int64 // 业务主管
	Office OfficeRecord
}

// A RegisterPlan is what one line of a list will do.
type RegisterPlan struct {
	Line    int
	Does    RosterDoes // RosterNew, RosterChange, RosterSame or RosterBad
	Name    string     // as written, or as recorded
	To      Entered    // as it will be; a new organ, or a superior that is new, has the negative of its line as id
	Changes []act.Change
	Faults  []string // why it cannot be done, in Chinese
	Notes   []string // what to look at
}

// Register is what a list of organs is compared with. Arrange and Edit say where
// the reader of the list may do so.
type Register struct {
	Organs  []Entered
	May     func(parent Subject, kind Kind) bool // put an organ of the kind there, or change one that is there
	Top     bool                                 // may set up organs with nothing above them
	Day     law.Date                             // from which changes count
	names   map[string][]int64
	codes   map[string]int64
	at      map[int64]Entered
	byLine  map[string][]int64 // names and codes of new lines
	touched map[int64]int      // line that means the organ
}

// registerID is an organ's number in lists: spreadsheets would round a long
// number.
func registerID(s string) (int64, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(s), "j")
	n, err := strconv.ParseInt(rest, 36, 64)
	return n, ok && err == nil && n > 0
}

// RegisterID writes an organ's number for lists.
func RegisterID(id int64) string { return "J" + strings.ToUpper(strconv.FormatInt(id, 36)) }

// A RegisterField is one column of a list of organs.
type RegisterField struct {
	Name  string
	Words []string // of the heading; the first is written
	Of    func(e Entered, name func(int64) string) string
}

// RegisterFields lists the columns in the order in which they are written.
func RegisterFields() []RegisterField {
	out := []RegisterField{
		{"id", []string{"编号", "机关编号"}, func(e Entered, _ func(int64) string) string { return RegisterID(e.Organ.ID) }},
		{"name", []string{"机关名称", "名称", "机关", "单位", "单位名称", "机构名称", "全称", "机关全称"}, func(e Entered, _ func(int64) string) string { return e.Organ.Name }},
		{"short", []string{"简称", "机关简称"}, func(e Entered, _ func(int64) string) string { return e.Organ.Short }},
		{"code", []string{"统一社会信用代码", "代码", "机关代码", "信用代码"}, func(e Entered, _ func(int64) string) string { return e.Organ.Code }},
		{"kind", []string{"类别", "机关类别", "性质"}, func(e Entered, _ func(int64) string) string { return e.Organ.Kind.Chinese() }},
		{"level", []string{"层级", "行政层级", "级别"}, func(e Entered, _ func(int64) string) string { return e.Organ.Level.Chinese() }},
		{"parent", []string{"上级机关", "上级", "主管机关", "隶属"}, func(e Entered, name func(int64) string) string { return name(e.Organ.Parent) }},
		{"line", []string{"业务主管", "垂直管理"}, func(e Entered, name func(int64) string) string { return name(e.Line) }},
		{"region", []string{"行政区划代码", "区划代码", "行政区划"}, func(e Entered, _ func(int64) string) string { return e.Organ.Region }},
		{"from", []string{"设立日期", "成立日期"}, func(e Entered, _ func(int64) string) string { return e.Organ.From.String() }},
		{"to", []string{"撤销日期", "终止日期"}, func(e Entered, _ func(int64) string) string { return e.Organ.To.String() }},
	}
	more := map[string][]string{"unit": {"工作机构"}, "head": {"负责人"}, "address": {"地址"}, "postcode": {"邮编"}, "phone": {"电话", "办公电话"}, "fax": {"传真号码"}, "email": {"邮箱"}, "web": {"网站"}}
	for _, f := range OfficeFields() {
		out = append(out, RegisterField{f.Name, append([]string{f.Chinese}, more[f.Name]...), func(e Entered, _ func(int64) string) string { return *f.Of(&e.Office) }})
	}
	return out
}

// Plan says for every line what it will do. Nothing is guessed: a line is the
// organ of its number or code, else the one of that name below that superior.
func (r Register) Plan(lines []RegisterLine) []RegisterPlan {
	r.names, r.codes, r.at = map[string][]int64{}, map[string]int64{}, make(map[int64]Entered, len(r.Organs))
	r.byLine, r.touched = map[string][]int64{}, map[int64]int{}
	for _, e := range r.Organs {
		o := e.Organ
		r.at[o.ID] = e
		if o.Code != "" {
			r.codes[text.Fold(o.Code)] = o.ID
		}
		if o.To.IsZero() || !o.To.Before(r.Day) {
			r.name(r.names, o.ID, o.Name, o.Short)
		}
	}
	out := make([]RegisterPlan, len(lines))
	for i, l := range lines { // who is meant, before superiors are looked for
		out[i] = r.who(l)
		if p := out[i]; p.Does == RosterNew && p.Name != "" {
			r.name(r.byLine, p.To.Organ.ID, p.Name, l.Text["short"], l.Text["code"])
		}
	}
	for i, l := range lines {
		if out[i].Does != RosterBad {
			r.fill(l, &out[i])
		}
	}
	r.together(out)
	return out
}

// name puts an organ under its folded names.
func (r Register) name(to map[string][]int64, id int64, names ...string) {
	for i, n := range names {
		if n = text.Fold(n); n != "" && !slices.Contains(names[:i], n) {
			if names[i] = n; !slices.Contains(to[n], id) {
				to[n] = append(to[n], id)
			}
		}
	}
}

func (p *RegisterPlan) fault(format string, args ...any) {
	p.Does = RosterBad
	p.Faults = append(p.Faults, fmt.Sprintf(format, args...))
}

// who finds the organ that a line means.
func (r Register) who(l RegisterLine) RegisterPlan {
	p := RegisterPlan{Line: l.Line, Does: RosterNew, Name: l.Text["name"]}
	id, code := l.Text["id"], l.Text["code"]
	found := int64(0)
	switch {
	case id != "":
		n, ok := registerID(id)
		if _, there := r.at[n]; !ok || !there {
			p.fault("编号“%.30s”不存在。新增的机关请把编号留空。", id)
			return p
		}
		found = n
	case code != "" && r.codes[text.Fold(code)] != 0:
		found = r.codes[text.Fold(code)]
	case p.Name != "":
		var same []int64
		for _, n := range r.names[text.Fold(p.Name)] {
			if text.Fold(r.at[n].Organ.Name) == text.Fold(p.Name) {
				same = append(same, n)
			}
		}
		if up := text.Fold(l.Text["parent"]); up != "" {
			same = slices.DeleteFunc(same, func(n int64) bool {
				a := r.at[r.at[n].Organ.Parent].Organ
				if up == text.Fold(a.Name) || up == text.Fold(a.Short) || up == text.Fold(a.Code) {
					return false
				}
				p.Notes = append(p.Notes, fmt.Sprintf("“%s”下已有同名机关；如果就是它要调整隶属，请补填编号或代码。", a.Name))
				return true
			})
		}
		if len(same) > 1 {
			p.fault("有 %d 个机关叫“%s”，请补填编号、代码或上级机关，说明是哪一个。", len(same), p.Name)
			return p
		}
		if len(same) == 1 {
			found, p.Notes = same[0], nil
		}
	}
	if found == 0 {
		p.To.Organ.ID = -int64(l.Line)
		if p.Name == "" {
			p.fault("缺少机关名称，请补填后再导入。")
		}
		return p
	}
	p.Does, p.To = RosterChange, r.at[found]
	if p.Name == "" {
		p.Name = p.To.Organ.Name
	}
	if before := r.touched[found]; before != 0 {
		p.fault("与第%d行是同一个机关“%s”，请删去一行。", before, p.To.Organ.Name)
		return p
	}
	r.touched[found] = l.Line
	return p
}

// fill reads what the line says of its organ.
func (r Register) fill(l RegisterLine, p *RegisterPlan) {
	was := p.To
	o := &p.To.Organ
	set := func(field string, to *string) {
		switch v := l.Text[field]; v {
		case "":
		case "无":
			*to = ""
		default:
			*to = v
		}
	}
	set("name", &o.Name)
	set("short", &o.Short)
	set("region", &o.Region)
	if c := l.Text["code"]; c != "" {
		if o.Code = strings.ToUpper(c); c == "无" {
			o.Code = ""
		}
	}
	if p.Does == RosterNew {
		o.Kind, o.Level = GuessKind(o.Name)
	}
	if w := l.Text["kind"]; w != "" {
		if k, ok := ParseKind(w); ok {
			if o.Kind = k; (k == Town || k == Street) && o.Level == 0 {
				o.Level = Township
			}
		} else {
			p.fault("机关类别“%.30s”无法识别，请填写：%s。", w, kindList())
		}
	}
	if w := l.Text["level"]; w != "" {
		if v, ok := ParseLevel(w); ok {
			o.Level = v
		} else {
			p.fault("层级“%.30s”无法识别，请填写：国家级、省级、市级、县级、乡级、村级。", w)
		}
	}
	for _, d := range []struct {
		field string
		to    *law.Date
	}{{"from", &o.From}, {"to", &o.To}} {
		if w := l.Text[d.field]; w == "无" {
			*d.to = law.Date{}
		} else if day, err := ParseDay(w); err != nil {
			p.fault("%s", err.Error())
		} else if !day.IsZero() {
			*d.to = day
		}
	}
	for _, up := range []struct {
		field, what string
		to          *int64
	}{{"parent", "上级机关", &o.Parent}, {"line", "业务主管", &p.To.Line}} {
		switch w := l.Text[up.field]; {
		case w == "":
		case w == "无":
			*up.to = 0
		default:
			id, why := r.superior(w, o.ID)
			if why != "" {
				p.fault("%s“%.60s”%s", up.what, w, why)
				continue
			}
			*up.to = id
		}
	}
	for _, f := range OfficeFields() {
		set(f.Name, f.Of(&p.To.Office))
	}
	p.To.Office.Organ = o.ID
	if err := o.Check(); err != nil {
		p.fault("%s", err.Error())
	}
	if why := RegionDoubt(o.Region); why != "" {
		p.fault("%s", why)
	}
	if why := CodeDoubt(o.Code); why != "" {
		p.Notes = append(p.Notes, why)
	}
	for _, f := range OfficeFields() {
		if why := p.To.Office.Wrong()[f.Name]; why != "" {
			p.fault("%s：%s", f.Chinese, why)
		}
	}
	if o.Kind == "" {
		p.Notes = append(p.Notes, "类别未填，名称看不出类别；暂按应报机关处理。")
	}
	if p.Does != RosterBad {
		r.compare(was, p)
	}
}

// superior finds the organ that stands above: one that is there, or one of the
// same list.
func (r Register) superior(w string, self int64) (int64, string) {
	f := text.Fold(w)
	if id, ok := registerID(w); ok && r.at[id].Organ.ID != 0 {
		return id, ""
	}
	if id := r.codes[f]; id != 0 {
		return id, ""
	}
	var fits []int64
	for _, id := range append(slices.Clone(r.names[f]), r.byLine[f]...) {
		if id != self && !slices.Contains(fits, id) {
			fits = append(fits, id)
		}
	}
	switch len(fits) {
	case 0:
		return 0, "没有找到，既不在库中，也不在这份名单中。"
	case 1:
		return fits[0], ""
	}
	return 0, fmt.Sprintf("有 %d 个同名的机关，请改写编号或代码。", len(fits))
}

// compare says what changes.
func (r Register) compare(was Entered, p *RegisterPlan) {
	if p.Does == RosterNew {
		was = Entered{}
	}
	name := func(id int64) string {
		if id < 0 {
			return fmt.Sprintf("第%d行的机关", -id)
		}
		return r.at[id].Organ.Name
	}
	p.Changes = OrganChanges(was.Organ, p.To.Organ)
	for _, c := range []struct {
		field    string
		old, new int64
	}{{"上级机关", was.Organ.Parent, p.To.Organ.Parent}, {"业务主管", was.Line, p.To.Line}} {
		if c.old != c.new {
			p.Changes = append(p.Changes, act.Change{Field: c.field, Old: name(c.old), New: name(c.new)})
		}
	}
	for _, f := range OfficeFields() {
		if a, b := *f.Of(&was.Office), *f.Of(&p.To.Office); a != b {
			p.Changes = append(p.Changes, act.Change{Field: f.Chinese, Old: a, New: b})
		}
	}
	if p.Does == RosterChange && len(p.Changes) == 0 {
		p.Does = RosterSame
	}
}

// together looks at the list as a whole: permission, codes, the tree.
func (r Register) together(out []RegisterPlan) {
	all := make(map[int64]Entered, len(r.Organs)+len(out))
	for id, e := range r.at {
		all[id] = e
	}
	for _, p := range out {
		if p.Does != RosterBad {
			all[p.To.Organ.ID] = p.To
		}
	}
	r.circles(all, out)
	codes := map[string]int64{}
	for id, e := range r.at {
		if e.Organ.Code != "" && all[id].Organ.Code == e.Organ.Code {
			codes[e.Organ.Code] = id
		}
	}
	for i := range out {
		p := &out[i]
		o := p.To.Organ
		if p.Does == RosterBad || p.Does == RosterSame {
			continue
		}
		if o.Code != "" {
			if other := codes[o.Code]; other != 0 && other != o.ID {
				p.fault("代码“%s”已属于“%s”，一个代码只能属于一个机关。", o.Code, all[other].Organ.Name)
			}
			codes[o.Code] = o.ID
		}
		old, there := r.at[o.ID]
		if there && !r.May(Subject{Organ: o.ID, Home: old.Home, Path: old.Organ.Path}, old.Organ.Kind) {
			p.fault("“%s”不在您的管理范围内。", old.Organ.Name)
		}
		switch up, above := all[o.Parent]; {
		case o.Parent == 0 && (!there || old.Organ.Parent != 0) && !r.Top:
			p.fault("没有写上级机关。没有上级的机关只能由系统管理员设立。")
		case o.Parent != 0 && !above:
			p.fault("上级机关所在的第%d行有误，请先改正该行。", -o.Parent)
		case o.Parent != 0:
			if why := Misplaced(o, up.Organ, FactsOf(up.Organ, 0), r.Day); why != "" && (!there || old.Organ.Parent != o.Parent || old.Organ.Kind != o.Kind) {
				p.fault("%s", why)
			}
			if why := r.reach(all, o.Parent); (!there || old.Organ.Parent != o.Parent) && (why == nil || !r.May(*why, o.Kind)) {
				p.fault("上级机关“%s”不在您的管理范围内。", up.Organ.Name)
			}
		}
	}
}

// reach is the organ that is there at or above another, as the subject of
// permission.
func (r Register) reach(all map[int64]Entered, id int64) *Subject {
	for n := 0; id < 0 && n < 40; n++ {
		id = all[id].Organ.Parent
	}
	e, ok := r.at[id]
	if !ok {
		return nil
	}
	return &Subject{Organ: id, Home: e.Home, Path: e.Organ.Path}
}

// circles fails the lines that would stand above themselves, in either tree.
func (r Register) circles(all map[int64]Entered, out []RegisterPlan) {
	for i := range out {
		p := &out[i]
		if p.Does == RosterBad || p.Does == RosterSame {
			continue
		}
		for _, up := range []func(int64) int64{func(id int64) int64 { return all[id].Organ.Parent }, func(id int64) int64 { return all[id].Line }} {
			at := up(p.To.Organ.ID)
			for n := 0; at != 0 && at != p.To.Organ.ID && n < 60; n++ {
				at = up(at)
			}
			if at == p.To.Organ.ID {
				p.fault("“%s”的上级关系成环：它出现在自己的上级之中。", p.To.Organ.Name)
				break
			}
		}
	}
}
