package org

import (
	"fmt"
	"slices"

	"gongkai/law"
)

// reachesBelow reports whether a post of the role can do anything at organs
// below its own.
func (r Role) reachesBelow() bool {
	for _, reach := range permissions[r] {
		if reach&Below != 0 {
			return true
		}
	}
	return false
}

// GrantVerb is what somebody must be able to do to give a role or to take it.
func (r Role) GrantVerb() Verb {
	if r.Guarding() {
		return GrantGuards
	}
	return GrantPosts
}

// MayGrant reports whether the viewer may give the role at the organ, or take
// it. Nobody gives more than he reaches himself: a role that reaches the organs
// below is given by those who may give roles below.
func MayGrant(v Viewer, r Role, at Subject) bool {
	verb := r.GrantVerb()
	if !r.Valid() || !May(v, verb, at) {
		return false
	}
	return !r.reachesBelow() || May(v, verb, Subject{Path: at.Path + "0/"})
}

// Grantable lists the roles that the viewer may give at the organ.
func Grantable(v Viewer, at Subject) []Role {
	return slices.DeleteFunc(Roles(), func(r Role) bool { return !MayGrant(v, r, at) })
}

// Overlaps reports whether there is a day on which both posts are held.
func (p Post) Overlaps(q Post) bool {
	return (p.To.IsZero() || q.From.IsZero() || !q.From.After(p.To)) && (q.To.IsZero() || p.From.IsZero() || !p.From.After(q.To))
}

// Check reports in Chinese why the post cannot be kept, or nil.
func (p Post) Check() error {
	switch {
	case !p.Role.Valid():
		return fmt.Errorf("没有“%.30s”这个岗位。", string(p.Role))
	case p.Person == 0 || p.Organ == 0:
		return fmt.Errorf("岗位没有写明人员或机关。")
	case !p.From.IsZero() && !p.From.Valid(), !p.To.IsZero() && !p.To.Valid():
		return fmt.Errorf("岗位的起止日期不是有效日期。")
	case !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From):
		return fmt.Errorf("岗位的截止日期早于起始日期。")
	case p.Role.Passing() && p.To.IsZero():
		return fmt.Errorf("“%s”必须写明截止日期，到期自动收回。", p.Role.Chinese())
	case p.Role.Passing() && !p.From.IsZero() && p.To.DaysSince(p.From) > longestPassing:
		return fmt.Errorf("“%s”一次最长一年，到期可以再授予。", p.Role.Chinese())
	}
	return nil
}

// longestPassing is for how many days a role that passes is given at most.
const longestPassing = 366 - 1

// Passing reports whether the role is given for a time only: its post has a last
// day from the beginning.
func (r Role) Passing() bool { return r == Inspector }

// Joins reports in Chinese why the post cannot be added to those that the
// person holds anywhere, or nil: the same post twice, or roles that one person
// must not hold on the same day.
func (p Post) Joins(held []Post) error {
	roles := []Role{p.Role}
	for _, q := range held {
		if q.ID == p.ID && p.ID != 0 || !p.Overlaps(q) {
			continue
		}
		if q.Role == p.Role && q.Organ == p.Organ {
			return fmt.Errorf("已经在这个机关担任“%s”，任期重叠。", p.Role.Chinese())
		}
		roles = append(roles, q.Role)
	}
	return Compatible(roles)
}

// A Lack is one thing that the posts of an organ leave open.
type Lack struct {
	Role Role
	Must bool   // nobody can do it at all; false: it can be done, but not by the book in every case
	Text string // in Chinese: what, and what to do
	Cite law.Cite
}

// authors write what others have to approve; approvers are the steps of the
// review chain that an author must not take himself.
var (
	authors   = []Role{Drafter, Handler}
	approvers = []Role{Reviewer, Secrecy, Signer}
)

// needed are the roles without which an organ cannot do its work of disclosure,
// with the rule that asks for them.
var needed = []struct {
	role Role
	cite law.Cite
}{
	{Drafter, cite4}, {Reviewer, cite17}, {Secrecy, citeSecret}, {Signer, cite17}, {Publisher, cite4}, {Handler, cite4}, {Head, cite4},
}

var (
	cite4 = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四条",
		Paraphrase: "各级政府和县级以上政府部门要指定机构负责本机关的公开日常工作。"}
	cite17 = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十七条",
		Paraphrase: "公开前的审查要有明确的程序和责任，起草人不能自己审自己。"}
	citeSecret = law.Cite{Instrument: "保守国家秘密法", Article: "第三十五条",
		Paraphrase: "公开信息要有保密审查，先审查、后公开。"}
	cite3 = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第三条",
		Paraphrase: "县级以上政府办公厅（室）主管本行政区域的公开工作，负责推进、指导、协调、监督。"}
)

// Staffing says what the posts in force at an organ leave open: roles that
// nobody holds, and steps that could only be taken by the author himself.
func Staffing(o Organ, posts []Post) []Lack {
	if !o.Filer() {
		return nil
	}
	holders := map[Role][]int64{}
	for _, p := range posts {
		if !slices.Contains(holders[p.Role], p.Person) {
			holders[p.Role] = append(holders[p.Role], p.Person)
		}
	}
	var out []Lack
	for _, n := range needed {
		if len(holders[n.role]) == 0 {
			out = append(out, Lack{n.role, true, "没有人担任“" + n.role.Chinese() + "”。请指定一人，人少时可以由一人兼任几个岗位。", n.cite})
		}
	}
	if o.Kind == Government && o.Level >= Nation && o.Level <= County {
		for _, r := range []Role{Office, SystemAdmin, SecurityAdmin, AuditAdmin} {
			if len(holders[r]) == 0 {
				l := Lack{Role: r, Must: r == Office, Text: "没有人担任“" + r.Chinese() + "”。", Cite: cite3}
				if r != Office {
					l.Text, l.Cite = l.Text+"系统、安全、审计三员应当分别由不同的人担任；如由上级统一配备，可以不设。", law.Cite{}
				}
				out = append(out, l)
			}
		}
	}
	for _, r := range approvers {
		only := holders[r]
		if len(only) != 1 {
			continue
		}
		writes := func(a Role) bool { return slices.Contains(holders[a], only[0]) }
		if !slices.ContainsFunc(authors, writes) {
			continue
		}
		l := Lack{Role: r, Text: "“" + r.Chinese() + "”只有一人，他同时是经办人：由他经办的事项没有别人可以" + r.does() + "。请再指定一人。", Cite: cite17}
		for _, a := range authors {
			if writes(a) && len(holders[a]) == 1 {
				l.Must = true
				l.Text = "“" + a.Chinese() + "”与“" + r.Chinese() + "”都只有同一人，起草人会自己审自己，程序不会接受。请给其中一个岗位另行指定一人。"
			}
		}
		out = append(out, l)
	}
	return out
}

func (r Role) does() string {
	switch r {
	case Secrecy:
		return "作保密审查"
	case Signer:
		return "签发"
	}
	return "审核"
}
