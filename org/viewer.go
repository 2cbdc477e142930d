package org

import (
	"slices"
	"strings"

	"gongkai/law"
)

// A Viewer is who asks: a person with the posts in force on the day, or the
// program itself. The zero Viewer is nobody, who may do nothing that needs a
// permission.
type Viewer struct {
	Person  int64
	Name    string
	Organ   int64  // where the person works
	Posts   []Post // in force today, with paths
	program string
}

// Program is the viewer for what the program does by itself: jobs, the sample
// county, commands that the operator types. The name stands in the log.
func Program(name string) Viewer { return Viewer{program: name} }

// ProgramName is the name given to Program, "" for a person.
func (v Viewer) ProgramName() string { return v.program }

// Nobody reports whether nobody is signed in.
func (v Viewer) Nobody() bool { return v.Person == 0 && v.program == "" }

// Holds reports whether the viewer has the role at any organ.
func (v Viewer) Holds(r Role) bool {
	return slices.ContainsFunc(v.Posts, func(p Post) bool { return p.Role == r })
}

// HoldsAt reports whether the viewer has the role at the organ itself.
func (v Viewer) HoldsAt(r Role, organ int64) bool {
	return slices.ContainsFunc(v.Posts, func(p Post) bool { return p.Role == r && p.Organ == organ })
}

// A Subject is what a verb is done to, as far as permission goes.
type Subject struct {
	Organ  int64  // it belongs to, 0 for what belongs to none
	Home   int64  // the organ itself, or for an 内设机构 or 村 the organ it is part of
	Path   string // of the organ
	Person int64  // whose own it is, 0 for nobody's
}

// Subject is the organ as the subject of a verb.
func (o Organ) Subject() Subject { return Subject{Organ: o.ID, Home: o.HomeID(), Path: o.Path} }

// HomeID is the organ that answers for this one: itself, or for an 内设机构 or a
// 村（社区） the organ above it.
func (o Organ) HomeID() int64 {
	if (o.Kind == Section || o.Kind == Village) && o.Parent != 0 {
		return o.Parent
	}
	return o.ID
}

// May answers every question of permission: whether the viewer may do this to
// that. The law's own conditions are asked of the act.
func May(v Viewer, verb Verb, s Subject) bool {
	if v.program != "" {
		return true
	}
	if v.Person == 0 {
		return false
	}
	for _, p := range v.Posts {
		if related(v, p, p.reach(verb), s) {
			return true
		}
	}
	return false
}

// reach is where the post's role may do what the verb says. Configuring concerns
// the whole instance, so it is for those who keep the system at the top of a
// tree; a 系统管理员 further down keeps accounts there.
func (p Post) reach(verb Verb) Reach {
	if verb == Configure && strings.Count(p.Path, "/") != 2 {
		return 0
	}
	return ReachOf(p.Role, verb)
}

func related(v Viewer, p Post, r Reach, s Subject) bool {
	switch {
	case r&Self != 0 && s.Person != 0 && s.Person == v.Person:
		return true
	case r&Own != 0 && s.Home != 0 && s.Home == p.Organ:
		return true
	case r&Below != 0 && p.Path != "" && s.Path != p.Path && strings.HasPrefix(s.Path, p.Path):
		return true
	}
	return false
}

// Able reports whether the viewer may do it to anything at all: what menus and
// routes ask before there is a subject.
func Able(v Viewer, verb Verb) bool {
	if v.program != "" {
		return true
	}
	return v.Person != 0 && slices.ContainsFunc(v.Posts, func(p Post) bool { return p.reach(verb) != 0 })
}

// A Scope is where a viewer may do something, as lists ask it. It is closed: a
// scope comes from [Viewer.Scope] only, and says what [May] says of each row.
type Scope struct {
	all    bool
	homes  []int64  // organs whose own things are in it
	below  []string // paths; what lies strictly below is in it
	person int64    // whose own things are in it, 0 for none
}

// Scope is where the viewer may do what the verb says.
func (v Viewer) Scope(verb Verb) Scope {
	if v.program != "" {
		return Scope{all: true}
	}
	var s Scope
	if v.Person == 0 {
		return s
	}
	for _, p := range v.Posts {
		r := p.reach(verb)
		if r&Own != 0 && !slices.Contains(s.homes, p.Organ) {
			s.homes = append(s.homes, p.Organ)
		}
		if r&Below != 0 && p.Path != "" && !slices.Contains(s.below, p.Path) {
			s.below = append(s.below, p.Path)
		}
		if r&Self != 0 {
			s.person = v.Person
		}
	}
	return s
}

// All reports that nothing is outside.
func (s Scope) All() bool { return s.all }

// Empty reports that nothing is inside.
func (s Scope) Empty() bool {
	return !s.all && len(s.homes) == 0 && len(s.below) == 0 && s.person == 0
}

// Homes are the organs whose own things are inside.
func (s Scope) Homes() []int64 { return slices.Clone(s.homes) }

// Below are the paths strictly below which everything is inside.
func (s Scope) Below() []string { return slices.Clone(s.below) }

// Person is whose own things are inside, 0 for none.
func (s Scope) Person() int64 { return s.person }

// InForce drops the posts that are not held on the day.
func InForce(posts []Post, d law.Date) []Post {
	return slices.DeleteFunc(slices.Clone(posts), func(p Post) bool { return !p.InForce(d) })
}
