// Package org is who: the organs 行政机关 that file reports, the tree they
// stand in, and how a name in a file finds its organ. It decides nothing about
// storage and knows no file format but the plain list of organs.
package org

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
)

// Kind says what an organ is by law. The zero Kind is unknown.
type Kind string

// The kinds. Sections and villages contribute to their organ's report and
// never file one; public enterprises answer to the rules of their sector
// (条例第五十五条), not to this form.
const (
	Government Kind = "government" // 县级以上地方人民政府，国务院
	Department Kind = "department" // 政府部门
	Town       Kind = "town"       // 乡镇人民政府
	Street     Kind = "street"     // 街道办事处
	Authorised Kind = "authorised" // 法律、法规授权的具有管理公共事务职能的组织
	Enterprise Kind = "enterprise" // 公共企事业单位
	Section    Kind = "section"    // 内设机构：科室、中心、站所
	Village    Kind = "village"    // 村、社区
)

// Kinds lists every kind in the order in which people choose from them.
func Kinds() []Kind {
	return []Kind{Government, Department, Town, Street, Authorised, Enterprise, Section, Village}
}

// Chinese is the name of the kind on screen and in lists.
func (k Kind) Chinese() string {
	switch k {
	case Government:
		return "人民政府"
	case Department:
		return "政府部门"
	case Town:
		return "乡镇"
	case Street:
		return "街道"
	case Authorised:
		return "授权组织"
	case Enterprise:
		return "公共企事业单位"
	case Section:
		return "内设机构"
	case Village:
		return "村（社区）"
	}
	return ""
}

// Valid reports whether k is one of the kinds or unknown.
func (k Kind) Valid() bool { return k == "" || k.Chinese() != "" }

// Level is the administrative level 行政层级 an organ belongs to. A department
// has the level of the government it is part of. The zero Level is unknown.
type Level int

// The levels, highest first.
const (
	Nation     Level = 1 + iota // 国家
	Province                    // 省级
	Prefecture                  // 市级（设区的市、自治州）
	County                      // 县级
	Township                    // 乡级
	Grassroots                  // 村级
)

// Chinese is the name of the level on screen.
func (l Level) Chinese() string {
	switch l {
	case Nation:
		return "国家级"
	case Province:
		return "省级"
	case Prefecture:
		return "市级"
	case County:
		return "县级"
	case Township:
		return "乡级"
	case Grassroots:
		return "村级"
	}
	return ""
}

// Organ is one body of the tree. Parent is the id of the organ whose 主管部门
// collects its reports, 0 for the top of a tree.
type Organ struct {
	ID     int64
	Code   string // 统一社会信用代码, or a local code; "" if not known
	Name   string // 全称
	Short  string // 简称, "" if it has none
	Kind   Kind
	Level  Level
	Parent int64
	Path   string   // ids from the top down to this organ: "/1/5/"; kept by the store
	Region string   // 行政区划代码
	From   law.Date // first day it exists, zero if not recorded
	To     law.Date // last day it exists, zero while it has no end
}

// Filer reports whether the organ has to file an annual report of its own
// (条例第四十九条、第五十四条). An organ of unknown kind is taken for a filer: a
// report asked of too many is put right by a word, one never asked for is not.
func (o Organ) Filer() bool {
	switch o.Kind {
	case Section, Village, Enterprise:
		return false
	}
	return true
}

// InForce reports whether the organ exists on the day.
func (o Organ) InForce(d law.Date) bool {
	return (o.From.IsZero() || !d.Before(o.From)) && (o.To.IsZero() || !d.After(o.To))
}

// Owes reports whether the organ has to file for the fiscal year: it is a filer
// and exists at the end of that year.
func (o Organ) Owes(year int) bool {
	return o.Filer() && o.InForce(law.Date{Year: year, Month: 12, Day: 31})
}

// OrganLevel is what the rules of the report form ask about an organ.
func (o Organ) OrganLevel() annual.OrganLevel {
	switch o.Kind {
	case Town, Street:
		return annual.LevelTown
	case Government:
		if o.Level == Township {
			return annual.LevelTown
		}
		return annual.LevelGovernment
	case Department:
		if o.Level == Nation {
			return annual.LevelMinistry
		}
		return annual.LevelDepartment
	case Authorised:
		return annual.LevelDepartment
	}
	return annual.LevelUnknown
}

// Summarises reports whether the organ's own report is a sum of the organs
// below it (汇总), as that of a government of county level or above is: beside
// its subordinates' reports it must not be counted again. It matters only for
// an organ that has subordinates.
func (o Organ) Summarises() bool { return o.OrganLevel() == annual.LevelGovernment }

// ShortName is the 简称, or the full name for an organ without one.
func (o Organ) ShortName() string {
	if o.Short != "" {
		return o.Short
	}
	return o.Name
}

// Bounds of an organ's texts, in bytes.
const (
	maxName = 300
	maxCode = 64
)

// Check reports in Chinese why the organ cannot be kept, or nil.
func (o Organ) Check() error {
	switch {
	case strings.TrimSpace(o.Name) == "":
		return fmt.Errorf("机关名称不能为空。")
	case !plain(o.Name) || !plain(o.Short) || !plain(o.Code) || !plain(o.Region):
		return fmt.Errorf("机关名称或代码中有无法显示的字符，请删去后再试。")
	case len(o.Name) > maxName || len(o.Short) > maxName:
		return fmt.Errorf("机关名称“%s…”过长，最多%d个汉字。", string([]rune(o.Name)[:min(10, len([]rune(o.Name)))]), maxName/3)
	case len(o.Code) > maxCode || len(o.Region) > maxCode:
		return fmt.Errorf("“%s”的代码过长，最多%d个字符。", o.Name, maxCode)
	case !o.Kind.Valid():
		return fmt.Errorf("“%s”的机关类别“%s”无法识别，请填写：%s。", o.Name, o.Kind, kindList())
	case o.Level < 0 || o.Level > Grassroots:
		return fmt.Errorf("“%s”的行政层级无效。", o.Name)
	case o.ID != 0 && o.Parent == o.ID:
		return fmt.Errorf("“%s”不能是自己的上级。", o.Name)
	case !o.From.IsZero() && !o.From.Valid(), !o.To.IsZero() && !o.To.Valid():
		return fmt.Errorf("“%s”的设立或撤销日期不是有效日期。", o.Name)
	case !o.From.IsZero() && !o.To.IsZero() && o.To.Before(o.From):
		return fmt.Errorf("“%s”的撤销日期%s早于设立日期%s。", o.Name, o.To.Chinese(), o.From.Chinese())
	}
	return nil
}

// plain reports whether s is text without control characters.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func kindList() string {
	var s []string
	for _, k := range Kinds() {
		s = append(s, k.Chinese())
	}
	return strings.Join(s, "、")
}
