package sample

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// A county that is being made: who did what, one step after another. The first
// step that fails ends it; every step has an operation key, so that one that
// was interrupted goes on where it stopped.
type making struct {
	ctx   context.Context
	st    *store.Store
	today law.Date
	organ map[string]org.Organ // by short name
	who   map[string]int64     // people by login or name
	step  int
	err   error
}

// by is the program, which enters what was there before.
func (m *making) by(on law.Date) store.By {
	m.step++
	return store.By{Viewer: org.Program("示例县"), Reason: "示例数据", On: on, Key: fmt.Sprintf("sample/%d", m.step)}
}

// as is one of the people.
func (m *making) as(who string) store.By {
	by := m.by(law.Date{})
	if m.err == nil {
		by.Viewer, m.err = m.st.Viewer(m.ctx, m.who[who], m.today)
		by.Reason = ""
	}
	return by
}

// did takes the answer of a step.
func (m *making) did(d store.Done, err error) string {
	if m.err == nil && err != nil {
		m.err = fmt.Errorf("sample: step %d: %w", m.step, err)
	}
	return d.Answer
}

// id is did for steps that answer with an id.
func (m *making) id(d store.Done, err error) int64 {
	s := m.did(d, err)
	if m.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		m.err = fmt.Errorf("sample: step %d: %w", m.step, err)
	}
	return n
}

// version is the version of an organ as it is now.
func (m *making) version(organ int64) int64 {
	if m.err != nil {
		return 0
	}
	f, err := m.st.OrganFile(m.ctx, org.Program("示例县"), organ)
	if err != nil {
		m.err = fmt.Errorf("sample: organ %d: %w", organ, err)
	}
	return f.Version
}

// office fills in how organs can be reached and where one turns against them.
func (m *making) office() {
	post := org.Channel{Kind: org.ByPost}
	for _, o := range []struct {
		organ string
		org.OfficeRecord
	}{
		{Name, org.OfficeRecord{Unit: "县人民政府办公室政务公开股", Head: "林知远（公开办主任）", Address: "云岭县城关镇人民路1号县政府大楼305室", Postcode: "999901",
			Hours: "工作日 8:30—12:00，14:30—17:30", Phone: "0000-00000001", Fax: "0000-00000002", Email: "gongkai@yunling.example", Web: "https://www.yunling.example/",
			Channels: []org.Channel{{Kind: org.Counter, Where: "县政务服务中心二楼政府信息查阅点"}, post, {Kind: org.Online, Where: "https://www.yunling.example/apply"}, {Kind: org.ByFax}}}},
		{"青石镇", org.OfficeRecord{Unit: "青石镇党政办公室", Head: "梁仲平（党政办主任）", Address: "云岭县青石镇石坊街18号镇政府院内2号楼101室", Postcode: "999902",
			Hours: "工作日 8:30—12:00，14:00—17:30", Phone: "0000-00000021", Email: "qingshi@yunling.example", Channels: []org.Channel{{Kind: org.Counter}, post, {Kind: org.Online, Where: "https://www.yunling.example/apply"}}}},
		{"县教育局", org.OfficeRecord{Unit: "县教育局办公室", Head: "韩维正（办公室主任）", Address: "云岭县城关镇学府路6号", Postcode: "999901",
			Hours: "工作日 8:30—12:00，14:30—17:30", Phone: "0000-00000031", Fax: "0000-00000032", Email: "jiaoyu@yunling.example",
			Channels: []org.Channel{{Kind: org.Counter, Where: "县教育局一楼办公室"}, post, {Kind: org.ByMail}}}},
	} {
		o.Organ = m.organ[o.organ].ID
		if by := m.by(law.Date{}); m.err == nil {
			m.did(m.st.SaveOffice(m.ctx, by, o.OfficeRecord, 0))
		}
	}
	court := org.Remedy{Kind: org.Court, Name: "云岭县人民法院", Address: "云岭县城关镇公正路9号", Phone: "0000-00000041"}
	county := org.Remedy{Kind: org.Review, Name: "云岭县人民政府", Address: "云岭县司法局行政复议接待室（城关镇公正路11号）", Phone: "0000-00000042",
		Basis: "《行政复议法》第二十四条", From: law.Day(2024, 1, 1)}
	for _, x := range []struct {
		organ string
		list  []org.Remedy
	}{
		{Name, []org.Remedy{{Kind: org.Review, Name: "云州市人民政府", Address: "云州市司法局行政复议接待室", Phone: "0000-00000051", Basis: "《行政复议法》第二十四条"},
			{Kind: org.Court, Name: "云州市中级人民法院", Address: "云州市城南大道3号", Phone: "0000-00000052", Basis: "《行政诉讼法》第十五条"}}},
		{"青石镇", []org.Remedy{county, court}},
		{"县教育局", []org.Remedy{county, {Kind: org.Review, Name: "云州市教育局", Basis: "修订前的《行政复议法》第十二条，可以选择", To: law.Day(2023, 12, 31)}, court}},
	} {
		if by := m.by(law.Date{}); m.err == nil {
			m.did(m.st.SaveRemedies(m.ctx, by, m.organ[x.organ].ID, 0, x.list))
		}
	}
}

// history gives some organs a past. None of it touches a fiscal year of the
// sample's reports, and what is moved never files one.
func (m *making) history() {
	health := m.organ["县卫生健康局"].ID
	if by, v := m.by(law.Date{}), m.version(health); m.err == nil {
		by.Reason = "补登机构改革前的名称"
		m.did(m.st.RenameOrgan(m.ctx, by, health, v, Name+"卫生和计划生育局", "县卫计局", true))
	}
	if by, v := m.by(law.Day(2018, 12, 20)), m.version(health); m.err == nil {
		by.Reason = "县机构改革方案"
		m.did(m.st.RenameOrgan(m.ctx, by, health, v, m.organ["县卫生健康局"].Name, "县卫生健康局", false))
	}
	for _, x := range []struct {
		name, under string
		kind        org.Kind
	}{
		{"党政办公室", "青石镇", org.Section}, {"社会事务办公室", "青石镇", org.Section},
		{"青石村", "青石镇", org.Village}, {"石门村", "青石镇", org.Village},
		{"青石自然资源所", "县自然资源局", org.Section}, {"政务公开股", Name, org.Section},
	} {
		o := org.Organ{Name: x.name, Kind: x.kind, Level: org.Township, Parent: m.organ[x.under].ID, From: law.Day(2012, 3, 1)}
		if x.under == Name {
			o.Level = org.County
		}
		if by := m.by(law.Date{}); m.err == nil {
			o.ID = m.id(m.st.CreateOrgan(m.ctx, by, o, 0))
			m.organ[x.name] = o
		}
	}
	place := m.organ["青石自然资源所"].ID
	if by, v := m.by(law.Day(2022, 7, 1)), m.version(place); m.err == nil {
		by.Reason = "乡镇机构改革，派出站所划归属地"
		m.did(m.st.MoveOrgan(m.ctx, by, place, v, m.organ["青石镇"].ID))
	}
	for section, holders := range map[string][2]string{"党政办公室": {"梁仲平", "何晓禾"}} {
		m.duties(section, map[org.DutyKind]org.Holder{org.HeadDuty: {Person: m.who[holders[0]]}, org.HandleDuty: {Person: m.who[holders[1]]}})
	}
}

// group sets up the county's leading group, changes it once, and lets it meet.
func (m *making) group() {
	seat := func(r org.GroupRole, name, title string) org.Seat {
		return org.Seat{Role: r, Holder: org.Holder{Person: m.who[name], Name: name, Title: title}}
	}
	rest := []org.Seat{seat(org.ViceChair, "程望舒", "常务副县长"), seat(org.Secretary, "林知远", ""), seat(org.Member, "韩维正", ""), seat(org.Member, "梁仲平", "")}
	county := m.organ[Name].ID
	if by := m.by(law.Day(m.today.Year-1, 3, 20)); m.err == nil {
		m.did(m.st.AdjustGroup(m.ctx, by, county, 0, org.GroupDocument{Number: fmt.Sprintf("云政办发〔%d〕12号", m.today.Year-1), Title: "关于成立云岭县政务公开领导小组的通知"},
			append([]org.Seat{seat(org.Chair, "顾长安", "县长")}, rest...)))
	}
	if by := m.by(law.Day(m.today.Year-1, 10, 9)); m.err == nil {
		g, err := m.st.Group(m.ctx, org.Program("示例县"), county)
		if m.err = err; err == nil {
			m.did(m.st.AdjustGroup(m.ctx, by, county, g.Version, org.GroupDocument{Number: fmt.Sprintf("云政办发〔%d〕47号", m.today.Year-1), Title: "关于调整云岭县政务公开领导小组组成人员的通知"},
				append([]org.Seat{seat(org.Chair, "陆平川", "县长")}, rest...)))
		}
	}
	if by := m.by(law.Date{}); m.err == nil {
		m.did(m.st.SaveMeeting(m.ctx, by, org.Meeting{Organ: county, On: law.Day(m.today.Year-1, 12, 11), Chair: "陆平川", Present: "领导小组全体成员，各乡镇、县直部门分管负责人",
			Topics:  fmt.Sprintf("一、听取全年政务公开工作汇报\n二、研究%d年度政府信息公开工作年度报告编制安排", m.today.Year-1),
			Minutes: "一、各乡镇、县直部门在次年1月31日前公布本机关年度报告\n二、公开指南中的电话、地址由各机关公开机构负责人每季度核对一次"}))
	}
}

// duties divides the duties of an organ.
func (m *making) duties(organ string, to map[org.DutyKind]org.Holder) {
	if by := m.by(law.Day(m.today.Year-1, 4, 1)); m.err == nil {
		m.did(m.st.AssignDuties(m.ctx, by, m.organ[organ].ID, 0, to))
	}
}

func (m *making) matrix() {
	person := func(name string) org.Holder { return org.Holder{Person: m.who[name]} }
	m.duties(Name, map[org.DutyKind]org.Holder{org.FirstDuty: {Name: "陆平川", Title: "县长"}, org.LeadDuty: {Name: "程望舒", Title: "常务副县长"},
		org.UnitDuty: {Name: "政务公开股"}, org.ReviewDuty: person("林知远"), org.PublishDuty: person("林知远"), org.SuperviseDuty: person("纪怀清")})
	m.duties("青石镇", map[org.DutyKind]org.Holder{org.FirstDuty: {Name: "卫青禾", Title: "镇长"}, org.LeadDuty: person("苏立本"),
		org.UnitDuty: {Name: "党政办公室"}, org.ReviewDuty: person("梁仲平"), org.PublishDuty: person("何晓禾"), org.SuperviseDuty: {Name: "镇纪委"}})
	m.duties("县教育局", map[org.DutyKind]org.Holder{org.FirstDuty: {Name: "傅思齐", Title: "局长"}, org.LeadDuty: {Name: "石敬之", Title: "副局长"},
		org.UnitDuty: {Name: "办公室"}, org.ReviewDuty: person("韩维正"), org.PublishDuty: person("方启明")})
}
