package org

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/text"
)

// A RosterLine is one line of a list of people, as written.
type RosterLine struct {
	Line                                                                    int // as the file counts, from 1
	Name, Organ, Section, Title, Roles, Login, Phone, Email, From, Decision string
}

// What the reader of a list decides about a line where two answers are
// possible; anything else is the id of the person who is meant.
const (
	DecideNew  = "new"
	DecideSkip = "skip"
)

// RosterDoes is what a line of a list will do.
type RosterDoes string

// What a line does.
const (
	RosterNew    RosterDoes = "new"    // 新增
	RosterChange RosterDoes = "change" // 修改
	RosterSame   RosterDoes = "same"   // 无变化
	RosterAsk    RosterDoes = "ask"    // 待您判断
	RosterBad    RosterDoes = "bad"    // 有误
	RosterSkip   RosterDoes = "skip"   // 不导入
)

// Chinese is what the line does, on screen.
func (d RosterDoes) Chinese() string {
	return map[RosterDoes]string{RosterNew: "新增", RosterChange: "修改", RosterSame: "无变化", RosterAsk: "待您判断", RosterBad: "有误", RosterSkip: "不导入"}[d]
}

// A RosterPlan is what one line of a list will do.
type RosterPlan struct {
	Line    RosterLine
	Does    RosterDoes
	Person  Person   // as it will be
	Posts   []Post   // to be granted
	Asks    []Person // who may be meant
	Changes []act.Change
	Faults  []string // why it cannot be done, in Chinese
	Notes   []string // what to look at
}

// Roster is what a list of people is compared with.
type Roster struct {
	Organs  []Organ // every organ a line may name
	People  []Person
	Posts   []Post // of those people, held or to come
	Today   law.Date
	Propose bool // give a login to those who have none
}

// Plan says for every line what it will do. Nobody is guessed: a line is the
// person who has its login, else the one person of that name in that organ;
// where that is not one, it asks.
func (r Roster) Plan(lines []RosterLine) []RosterPlan {
	p := &planner{Roster: r, byLogin: map[string]Person{}, byName: map[string][]Person{}, held: map[int64][]Post{},
		organs: map[string][]Organ{}, names: map[int64]string{}, taken: map[string]int{}, meant: map[int64]int{}}
	at := map[int64]Organ{}
	for _, o := range r.Organs {
		at[o.ID], p.names[o.ID] = o, o.Name
		keys := []string{o.Name, o.Short, o.Code}
		for i, k := range keys {
			if k = text.Fold(strings.TrimSpace(k)); k != "" && !slices.Contains(keys[:i], k) {
				keys[i] = k
				p.organs[k] = append(p.organs[k], o)
			}
		}
	}
	p.at = at
	for _, x := range r.Posts {
		p.held[x.Person] = append(p.held[x.Person], x)
	}
	for _, x := range r.People {
		p.byName[x.Name] = append(p.byName[x.Name], x)
		if x.Login != "" {
			p.byLogin[x.Login] = x
		}
		p.proposed = max(p.proposed, loginNumber(x.Login))
	}
	for _, l := range lines {
		p.proposed = max(p.proposed, loginNumber(strings.ToLower(strings.TrimSpace(l.Login))))
	}
	out := make([]RosterPlan, len(lines))
	for i, l := range lines {
		out[i] = p.line(l)
	}
	return out
}

// loginNumber is the number of a login like u1007, or 1000.
func loginNumber(s string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(s, "u")); err == nil && strings.HasPrefix(s, "u") && n > 1000 && n < 1_000_000 {
		return n
	}
	return 1000
}

type planner struct {
	Roster
	at       map[int64]Organ
	names    map[int64]string
	organs   map[string][]Organ // by folded name, short name and code
	byLogin  map[string]Person
	byName   map[string][]Person
	held     map[int64][]Post
	taken    map[string]int // line by login, or by name and organ where there is none
	meant    map[int64]int  // line by person
	proposed int
}

func (p *planner) line(l RosterLine) RosterPlan {
	out := RosterPlan{Line: l}
	fault := func(format string, args ...any) { out.Faults = append(out.Faults, fmt.Sprintf(format, args...)) }
	if l.Decision == DecideSkip {
		out.Does = RosterSkip
		return out
	}
	want := Person{Name: strings.TrimSpace(l.Name), Title: strings.TrimSpace(l.Title), Phone: strings.TrimSpace(l.Phone), Email: strings.TrimSpace(l.Email), Login: strings.ToLower(strings.TrimSpace(l.Login))}
	var err error
	if want.From, err = ParseDay(l.From); err != nil {
		fault("%s", err)
	}
	home := p.organ(l, &want, &out)
	roles, bad := ParseRoles(l.Roles)
	for _, w := range bad {
		fault("岗位“%s”无法识别。可以写：%s。", w, roleList())
	}
	if want.Name == "" {
		fault("没有写姓名。")
	}
	var old *Person
	if len(out.Faults) == 0 {
		old = p.who(l, want, home, &out)
	}
	if len(out.Faults) == 0 && len(out.Asks) == 0 {
		p.merge(&out, old, want)
		p.posts(&out, roles, home)
		p.once(&out, l)
	}
	switch {
	case len(out.Faults) > 0:
		out.Does = RosterBad
	case len(out.Asks) > 0:
		out.Does = RosterAsk
	case old == nil:
		out.Does = RosterNew
	case len(out.Changes) > 0 || len(out.Posts) > 0:
		out.Does = RosterChange
	default:
		out.Does = RosterSame
	}
	return out
}

// organ finds where the person works. It returns the organ that answers.
func (p *planner) organ(l RosterLine, want *Person, out *RosterPlan) Organ {
	name := strings.TrimSpace(l.Organ)
	found := slices.DeleteFunc(slices.Clone(p.organs[text.Fold(name)]), func(o Organ) bool { return !o.InForce(p.Today) || o.HomeID() != o.ID })
	switch {
	case name == "":
		out.Faults = append(out.Faults, "没有写机关。")
		return Organ{}
	case len(found) == 0:
		out.Faults = append(out.Faults, fmt.Sprintf("没有找到机关“%s”，或者您没有权限登记该机关的人员。请写机关全称或统一社会信用代码。", name))
		return Organ{}
	case len(found) > 1:
		out.Faults = append(out.Faults, fmt.Sprintf("名为“%s”的机关有%d个，请改写统一社会信用代码。", name, len(found)))
		return Organ{}
	}
	home := found[0]
	want.Organ = home.ID
	if s := strings.TrimSpace(l.Section); s != "" {
		var in []Organ
		for _, o := range p.organs[text.Fold(s)] {
			if o.Parent == home.ID && o.HomeID() == home.ID && o.InForce(p.Today) {
				in = append(in, o)
			}
		}
		if len(in) == 1 {
			want.Organ = in[0].ID
		} else {
			out.Notes = append(out.Notes, fmt.Sprintf("内设机构“%s”还没有登记，先记在%s名下。", s, home.ShortName()))
		}
	}
	return home
}

// who finds the person that the line means, nil for one who is new.
func (p *planner) who(l RosterLine, want Person, home Organ, out *RosterPlan) *Person {
	if l.Decision == DecideNew {
		if x, ok := p.byLogin[want.Login]; want.Login != "" && ok {
			out.Faults = append(out.Faults, fmt.Sprintf("账号“%s”已由%s使用，新登记的人请换一个账号。", want.Login, p.describe(x)))
		}
		return nil
	}
	if id, err := strconv.ParseInt(l.Decision, 10, 64); err == nil {
		for i := range p.People {
			if p.People[i].ID == id {
				return &p.People[i]
			}
		}
	}
	if x, ok := p.byLogin[want.Login]; want.Login != "" && ok {
		if x.Name != want.Name {
			out.Faults = append(out.Faults, fmt.Sprintf("账号“%s”已由%s使用，与本行姓名不同。请改正账号或姓名。", want.Login, p.describe(x)))
			return nil
		}
		return &x
	}
	var same, elsewhere []Person
	for _, x := range p.byName[want.Name] {
		switch {
		case !x.Works(p.Today):
		case p.at[x.Organ].HomeID() == home.ID && home.ID != 0:
			same = append(same, x)
		default:
			elsewhere = append(elsewhere, x)
		}
	}
	switch {
	case len(same) == 1 && (want.Login == "" || same[0].Login == ""):
		return &same[0]
	case len(same) > 0:
		out.Asks = same
	case len(elsewhere) > 0:
		out.Notes = append(out.Notes, "其他机关有同名人员："+p.describe(elsewhere[0])+"。如是同一人调入，请写他的账号。")
	}
	return nil
}

func (p *planner) describe(x Person) string {
	s := "“" + x.Name + "”"
	if n := p.names[x.Organ]; n != "" {
		s += "（" + n + "）"
	}
	return s
}

// merge puts what the line says over what is known. An empty cell says nothing.
func (p *planner) merge(out *RosterPlan, old *Person, want Person) {
	x := want
	if old != nil {
		if x = *old; !x.Works(p.Today) {
			out.Faults = append(out.Faults, p.describe(x)+"现在不在岗。重新到岗的，请先在他的人员页上办理。")
			return
		}
		for _, f := range []struct {
			to   *string
			from string
		}{{&x.Name, want.Name}, {&x.Title, want.Title}, {&x.Phone, want.Phone}, {&x.Email, want.Email}, {&x.Login, want.Login}} {
			if f.from != "" {
				*f.to = f.from
			}
		}
		if want.Organ != p.at[old.Organ].HomeID() { // a line without 内设机构 does not take somebody out of it
			x.Organ = want.Organ
		}
		if !want.From.IsZero() {
			x.From = want.From
		}
	}
	if x.Login == "" && p.Propose {
		p.proposed++
		x.Login = "u" + strconv.Itoa(p.proposed)
		out.Notes = append(out.Notes, "拟定账号："+x.Login)
	}
	if err := x.Check(); err != nil {
		out.Faults = append(out.Faults, err.Error())
	}
	out.Person = x
	if old != nil {
		out.Changes = p.changes(*old, x)
	}
}

func (p *planner) changes(a, b Person) []act.Change {
	return PersonChanges(a, b, func(id int64) string { return cmp.Or(p.names[id], "机关"+strconv.FormatInt(id, 10)) })
}

// PersonChanges is what differs between two states of a person, as the history
// shows it: telephone and mail are masked there.
func PersonChanges(a, b Person, organ func(int64) string) []act.Change {
	var out []act.Change
	add := func(field, x, y string) {
		if x != y {
			out = append(out, act.Change{Field: field, Old: x, New: y})
		}
	}
	masked := func(field, x, y string, mask func(string) string) {
		if x == y {
			return
		}
		m, n := mask(x), mask(y)
		if m == n {
			n += "（已更换）"
		}
		add(field, m, n)
	}
	add("姓名", a.Name, b.Name)
	if a.Organ != b.Organ {
		was := ""
		if a.Organ != 0 {
			was = organ(a.Organ)
		}
		add("所在机关", was, organ(b.Organ))
	}
	add("职务", a.Title, b.Title)
	masked("电话", a.Phone, b.Phone, MaskPhone)
	masked("邮箱", a.Email, b.Email, MaskEmail)
	add("账号", a.Login, b.Login)
	add("到岗日期", a.From.String(), b.From.String())
	add("离岗日期", a.To.String(), b.To.String())
	return out
}

// posts are the roles of the line that the person does not hold yet.
func (p *planner) posts(out *RosterPlan, roles []Role, home Organ) {
	var held []Post
	if out.Person.ID != 0 {
		held = slices.Clone(p.held[out.Person.ID])
	}
	for _, r := range roles {
		has := slices.ContainsFunc(held, func(x Post) bool {
			return x.Role == r && x.Organ == home.ID && (x.To.IsZero() || !x.To.Before(p.Today))
		})
		if has {
			continue
		}
		x := Post{Person: out.Person.ID, Organ: home.ID, Path: home.Path, Role: r, From: p.Today}
		if !out.Person.From.IsZero() && out.Person.From.After(p.Today) {
			x.From = out.Person.From
		}
		if err := x.Joins(held); err != nil {
			out.Faults = append(out.Faults, err.Error())
			continue
		}
		held, out.Posts = append(held, x), append(out.Posts, x)
	}
}

// once refuses a line that says again what an earlier one said.
func (p *planner) once(out *RosterPlan, l RosterLine) {
	key := out.Person.Login
	if key == "" {
		key = fmt.Sprintf("%s\n%d", out.Person.Name, p.at[out.Person.Organ].HomeID())
	}
	first := p.taken[key]
	if first == 0 && out.Person.ID != 0 {
		first = p.meant[out.Person.ID]
	}
	if first == 0 && l.Decision == "" { // the same name in the same organ, with another login
		name := fmt.Sprintf("\n%s\n%d", out.Person.Name, p.at[out.Person.Organ].HomeID())
		if p.taken[name] != 0 && strings.TrimSpace(l.Login) == "" {
			first = p.taken[name]
		}
		p.taken[name] = l.Line
	}
	if first != 0 {
		out.Faults = append(out.Faults, fmt.Sprintf("与第%d行重复。如是两个人，请分别写明账号；如是一个人，请并成一行。", first))
		return
	}
	p.taken[key] = l.Line
	if out.Person.ID != 0 {
		p.meant[out.Person.ID] = l.Line
	}
}

// ParseRoles reads roles divided by 、 or the like. What is no role comes back
// as written.
func ParseRoles(s string) (roles []Role, bad []string) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,;；/|\n\t ", r) }) {
		if r, ok := ParseRole(w); !ok {
			bad = append(bad, w)
		} else if !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles, bad
}

func roleList() string {
	var s []string
	for _, r := range Roles() {
		s = append(s, r.Chinese())
	}
	return strings.Join(s, "、")
}

// ParseDay reads a day as people write it: 2026-03-01, 2026/3/1, 2026.3.1,
// 2026年3月1日. Empty text is the zero day.
func ParseDay(s string) (law.Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return law.Date{}, nil
	}
	day, _, _ := strings.Cut(s, " ") // spreadsheets add a time
	f := strings.FieldsFunc(day, func(r rune) bool { return strings.ContainsRune("-/.年月日－", r) })
	if len(f) == 3 {
		var n [3]int
		ok := true
		for i, x := range f {
			v, err := strconv.Atoi(x)
			n[i], ok = v, ok && err == nil
		}
		if d := (law.Date{Year: n[0], Month: n[1], Day: n[2]}); ok && d.Year >= 1900 && d.Year < 2200 && d.Valid() {
			return d, nil
		}
	}
	return law.Date{}, fmt.Errorf("日期“%.40s”无法识别，请写成 2026-03-01 这样。", s)
}
