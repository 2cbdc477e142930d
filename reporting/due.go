package reporting

import (
	"gongkai/law"
	"gongkai/org"
)

// A Due is a day by which an annual report has to be filed, and on what it
// stands.
type Due struct {
	Day       law.Date // to hand it in by, zero where none is set
	Basis     string   // Chinese; says also why there is none
	PublishBy law.Date // the statute's day for publication, zero where it has none
	Local     bool     // Day was set by an office
}

// DueDay is the statutory day for the report of a fiscal year: 31 January for
// departments and authorised organisations, 31 March for governments of county
// level and above. Towns and streets have none (条例第四十九条 does not name
// them), nor have those who file no report of this form. For the years 2008 to
// 2018 the regulation of 2007 gave everybody 31 March; before it there was none.
func DueDay(kind org.Kind, year int) Due {
	switch kind {
	case org.Section, org.Village, org.Enterprise:
		return Due{Basis: "不需要编制政府信息公开工作年度报告"}
	}
	var day law.Date
	var basis string
	switch {
	case year < 2008:
		return Due{Basis: "2008年5月1日前没有年度报告的规定"}
	case year < 2019:
		day, basis = law.Day(year+1, 3, 31), "《政府信息公开条例》（国务院令第492号）第三十一条：3月31日前公布"
	case kind == org.Town || kind == org.Street:
		return Due{Basis: "乡镇、街道的报送日期由主管部门规定，尚未设置"}
	case kind == org.Government:
		day, basis = law.Day(year+1, 3, 31), "《政府信息公开条例》第四十九条：县级以上地方政府3月31日前向社会公布"
	default:
		day, basis = law.Day(year+1, 1, 31), "《政府信息公开条例》第四十九条：1月31日前提交并向社会公布"
	}
	return Due{Day: day, Basis: basis, PublishBy: day}
}

// DueKind is the kind under which an organ falls in the calendar: a government
// of township level is a town.
func DueKind(o org.Organ) org.Kind {
	if o.Kind == org.Government && o.Level == org.Township {
		return org.Town
	}
	return o.Kind
}
