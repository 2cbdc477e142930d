package org

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// Misplaced says in Chinese why the organ cannot stand below the parent on the day,
// or "". then is what the parent was on that day.
func Misplaced(o, parent Organ, then Facts, day law.Date) string {
	contributes := o.Kind == Section || o.Kind == Village
	switch {
	case o.ID != 0 && o.ID == parent.ID:
		return fmt.Sprintf("“%s”不能是自己的上级。", o.Name)
	case (then.Kind == Section || then.Kind == Village) && !contributes:
		return fmt.Sprintf("“%s”是%s，下面只能设内设机构或村（社区）。请为“%s”另选上级机关。", then.Name, then.Kind.Chinese(), o.Name)
	case !parent.From.IsZero() && day.Before(parent.From):
		return fmt.Sprintf("“%s”%s才设立，%s还不能作上级机关。", then.Name, parent.From.Chinese(), day.Chinese())
	case !parent.To.IsZero() && day.After(parent.To):
		return fmt.Sprintf("“%s”已于%s撤销，不能作上级机关。", then.Name, parent.To.Chinese())
	}
	return ""
}

// OrganChanges is what differs between two states of an organ, field by field,
// as people read it. Parents are left to those who know their names.
func OrganChanges(a, b Organ) []act.Change {
	var out []act.Change
	for _, c := range []act.Change{
		{Field: "名称", Old: a.Name, New: b.Name}, {Field: "简称", Old: a.Short, New: b.Short}, {Field: "统一社会信用代码", Old: a.Code, New: b.Code},
		{Field: "类别", Old: a.Kind.Chinese(), New: b.Kind.Chinese()}, {Field: "层级", Old: a.Level.Chinese(), New: b.Level.Chinese()},
		{Field: "行政区划代码", Old: a.Region, New: b.Region},
		{Field: "设立日期", Old: a.From.String(), New: b.From.String()}, {Field: "撤销日期", Old: a.To.String(), New: b.To.String()},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}

// ParseLevel reads a level from its Chinese word.
func ParseLevel(s string) (Level, bool) {
	s = strings.TrimSpace(s)
	for l := Nation; l <= Grassroots; l++ {
		w := l.Chinese()
		if s == w || s == strings.TrimSuffix(w, "级") {
			return l, true
		}
	}
	l, ok := map[string]Level{"国家": Nation, "中央": Nation, "地级": Prefecture, "地市级": Prefecture, "区级": County, "县区级": County, "镇级": Township, "乡镇级": Township, "街道": Township, "社区": Grassroots}[s]
	return l, ok
}

// CodeDoubt says in Chinese what is doubtful about a code, or "". A code of 18
// characters is taken for a 统一社会信用代码; any other is a local code.
func CodeDoubt(code string) string {
	if len(code) == 18 && !ValidCreditCode(strings.ToUpper(code)) {
		return "统一社会信用代码“" + code + "”的校验位不符，请对照证书核对。"
	}
	return ""
}

// RegionDoubt says in Chinese what is wrong with a 行政区划代码, or "": 6 digits
// down to the county, 9 to the town, 12 to the village (GB/T 2260, 国家统计局).
func RegionDoubt(region string) string {
	if region == "" {
		return ""
	}
	if n := len(region); n != 6 && n != 9 && n != 12 || strings.Trim(region, "0123456789") != "" {
		return fmt.Sprintf("行政区划代码“%.20s”应当是 6 位（县以上）、9 位（乡镇、街道）或 12 位（村、社区）数字。", region)
	}
	return ""
}
