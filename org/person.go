package org

import (
	"fmt"
	"regexp"
	"strings"

	"gongkai/law"
)

// A Person works at an organ 工作人员. Phone and Email are for colleagues and
// notices, never public.
type Person struct {
	ID      int64
	Name    string
	Organ   int64  // 所在机关 or 内设机构
	Title   string // 职务, "" if not recorded
	Phone   string
	Email   string
	Login   string   // 账号, "" for one who does not sign in
	From    law.Date // first day, zero if not recorded
	To      law.Date // last day, zero while it has no end
	Version int64    // as read; 0 for one who is new
}

// Works reports whether the person is there on the day.
func (p Person) Works(d law.Date) bool {
	return (p.From.IsZero() || !d.Before(p.From)) && (p.To.IsZero() || !d.After(p.To))
}

// A login is short, plain and has one spelling, because it is typed on phones
// and read out in corridors.
var login = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

var (
	phone = regexp.MustCompile(`^[0-9+() -]{5,30}$`)
	email = regexp.MustCompile(`^[^\s@<>"',;:]{1,64}@[^\s@<>"',;:]{1,190}$`)
)

// Check reports in Chinese why the person cannot be kept, or nil.
func (p Person) Check() error {
	switch {
	case strings.TrimSpace(p.Name) == "":
		return fmt.Errorf("姓名不能为空。")
	case !plain(p.Name) || !plain(p.Title) || !plain(p.Phone) || !plain(p.Email):
		return fmt.Errorf("姓名、职务或联系方式中有无法显示的字符，请删去后再试。")
	case len(p.Name) > 90 || len(p.Title) > 150:
		return fmt.Errorf("“%.30s”的姓名或职务过长。", p.Name)
	case p.Organ == 0:
		return fmt.Errorf("没有写“%s”所在的机关。", p.Name)
	case p.Login != "" && !login.MatchString(p.Login):
		return fmt.Errorf("“%s”的账号“%s”不合要求：2至32位小写字母、数字、点、横线，以字母或数字开头。", p.Name, p.Login)
	case p.Phone != "" && !phone.MatchString(p.Phone):
		return fmt.Errorf("“%s”的电话“%s”不像电话号码。", p.Name, p.Phone)
	case p.Email != "" && !email.MatchString(p.Email):
		return fmt.Errorf("“%s”的邮箱“%s”不像邮箱地址。", p.Name, p.Email)
	case !p.From.IsZero() && !p.From.Valid(), !p.To.IsZero() && !p.To.Valid():
		return fmt.Errorf("“%s”的到岗或离岗日期不是有效日期。", p.Name)
	case !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From):
		return fmt.Errorf("“%s”的离岗日期早于到岗日期。", p.Name)
	}
	return nil
}

// CheckField is the field that Check speaks of, "" where nothing is wrong.
func (p Person) CheckField() string {
	switch {
	case p.Check() == nil:
		return ""
	case strings.TrimSpace(p.Name) == "" || !plain(p.Name) || len(p.Name) > 90:
		return "name"
	case !plain(p.Title) || len(p.Title) > 150:
		return "title"
	case p.Organ == 0:
		return "organ"
	case p.Login != "" && !login.MatchString(p.Login):
		return "login"
	case p.Phone != "" && !phone.MatchString(p.Phone):
		return "phone"
	case p.Email != "" && !email.MatchString(p.Email):
		return "email"
	}
	return "from"
}

// A Post is a role that a person holds at an organ for a time 岗位.
type Post struct {
	ID     int64
	Person int64
	Organ  int64
	Path   string // of the organ; kept by the store
	Role   Role
	From   law.Date // first day, zero if not recorded
	To     law.Date // last day, zero while it has no end
}

// InForce reports whether the post is held on the day.
func (p Post) InForce(d law.Date) bool {
	return (p.From.IsZero() || !d.Before(p.From)) && (p.To.IsZero() || !d.After(p.To))
}
