package sample

import (
	"fmt"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// leading lets the county's office lead: a work plan that is under way and split
// downward, a calendar of publications, rectification, and a month that was
// dispatched.
func (m *making) leading() {
	tasks := m.plan()
	m.progress(tasks)
	m.calendar()
	m.orders()
	m.dispatch()
}

// plan makes the year's work plan of the county and issues it.
func (m *making) plan() map[string]int64 {
	county, today := m.organ[Name].ID, m.today
	issued := today.AddDays(-45)
	as := m.as(Administrator)
	if m.err != nil {
		return nil
	}
	plan := m.id(m.st.SavePlan(m.ctx, as, oversight.Plan{Organ: county, Year: today.Year, Title: fmt.Sprintf("%d年%s政务公开工作要点", today.Year, Name), Number: fmt.Sprintf("云政办发〔%d〕5号", today.Year)}))
	everywhere := func(kinds ...org.Kind) (out []string) {
		for _, o := range Organs() {
			for _, k := range kinds {
				if o.Kind == k {
					out = append(out, o.ShortName())
				}
			}
		}
		return out
	}
	const first, second, third = "一、深化主动公开", "二、规范依申请公开", "三、夯实工作基础"
	ids := map[string]int64{}
	for i, x := range []struct {
		chapter, text string
		leads, helps  []string
		due           int // days from today, 0 for none
		measure       string
		evidence      string
	}{
		{first, "更新公开指南和公开目录，核对办公地址、电话、受理渠道", everywhere(org.Town, org.Street), []string{"政务公开股"}, 12, "指南所列信息与实际一致", "更新后页面的链接"},
		{first, "集中公开部门预算、决算及其说明", []string{"县教育局", "县公安局", "县民政局", "县财政局"}, nil, -6, "批复后20日内公开", "发布页面链接"},
		{first, "公开义务教育招生方案、划片范围和录取结果", []string{"县教育局"}, []string{"城关镇", "东山街道"}, 40, "", ""},
		{first, "规范村务公开栏，低保、危房改造名单逐户核对后上墙", []string{"青石镇", "白鹿镇", "双河镇"}, []string{"县民政局", "县住房和城乡建设局"}, 25, "去掉身份证号码和住址", "公开栏照片"},
		{second, "修订依申请公开答复文书样本，开展一次文书评查", []string{"政务公开股"}, nil, 30, "", "评查通报"},
		{second, "公开申请登记做到当日登记、当日交办", everywhere(org.Department), nil, 0, "", ""},
		{third, "调整政务公开领导小组并报备", []string{"青石镇", "城关镇"}, nil, -15, "人事变动后一个月内", "文件"},
		{third, "举办一期全县政务公开业务培训", []string{"政务公开股"}, nil, 55, "不少于4学时", ""},
	} {
		t := oversight.PlanTask{Plan: plan, Organ: county, Number: fmt.Sprint(i + 1), Chapter: x.chapter, Text: x.text, Measure: x.measure, Evidence: x.evidence, Source: "县政府常务会议"}
		if x.due != 0 {
			t.Due = today.AddDays(x.due)
		} else {
			t.DueText = "持续推进"
		}
		for lead, list := range map[bool][]string{true: x.leads, false: x.helps} {
			for _, name := range list {
				if o, ok := m.organ[name]; ok {
					t.Parties = append(t.Parties, oversight.Party{Organ: o.ID, Lead: lead, Percent: -1})
				}
			}
		}
		if as := m.as(Administrator); m.err == nil {
			ids[x.text] = m.id(m.st.SavePlanTask(m.ctx, as, t))
		}
	}
	if as := m.as(Administrator); m.err == nil {
		as.On = issued
		m.did(m.st.IssuePlan(m.ctx, as, plan, 1))
	}
	return ids
}

// progress reports on it: some is accepted, some sent back, some split.
func (m *making) progress(ids map[string]int64) {
	task := func(begins string) int64 {
		for text, id := range ids {
			if len(text) >= len(begins) && text[:len(begins)] == begins {
				return id
			}
		}
		return 0
	}
	report := func(who, organ, begins, text string, percent int, claims bool, link string) int64 {
		as := m.as(who)
		if m.err != nil {
			return 0
		}
		return m.id(m.st.ReportProgress(m.ctx, as, oversight.Progress{Task: task(begins), Organ: m.organ[organ].ID, Text: text, Percent: percent, Claims: claims, Evidence: oversight.Evidence{Link: link}}))
	}
	decide := func(id int64, accept bool, word string) {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.DecideProgress(m.ctx, as, id, accept, word))
		}
	}
	decide(report("qingshi", "青石镇", "更新公开指南", "镇本级指南已核对，电话、地址各更正1处；8个站所的受理渠道已报来5个。", 60, false, ""), true, "")
	decide(report("jiaoyu", "县教育局", "集中公开部门预算", "2026年部门预算已在县政府网站公开，决算待批复。", 70, false, ""), true, "")
	decide(report("jiaoyu", "县教育局", "公开义务教育招生方案", "方案已公开。", -1, true, "https://www.yunling.example/jyj/2026/zs.html"), false, "只公开了方案，划片范围图和录取结果的公开时间没有写明，请补充后重报。")
	decide(report("qingshi", "青石镇", "调整政务公开领导小组", "已发文调整，并报县政府办备案。", -1, true, "https://www.yunling.example/qingshi/2026/ldxz.html"), true, "符合要求。")
	for _, o := range []string{"城关镇", "白鹿镇", "双河镇", "松坪镇"} {
		if by := m.by(law.Date{}); m.err == nil {
			m.did(m.st.ReportProgress(m.ctx, by, oversight.Progress{Task: task("更新公开指南"), Organ: m.organ[o].ID, Text: "已更新并公开。", Percent: -1, Claims: true, Evidence: oversight.Evidence{Link: "https://www.yunling.example/"}}))
		}
	}
	villages := task("规范村务公开栏")
	if as := m.as("qingshi2"); m.err == nil {
		m.did(m.st.SplitPlanTask(m.ctx, as, villages, m.organ["青石镇"].ID, []int64{m.organ["青石村"].ID, m.organ["石门村"].ID}, oversight.PlanTask{Text: "低保、危房改造名单核对后在村务公开栏上墙", Due: m.today.AddDays(10)}))
	}
	as := m.as("qingshi")
	if m.err != nil {
		return
	}
	f, err := m.st.PlanTask(m.ctx, as.Viewer, villages)
	if m.err = err; err != nil || len(f.Parts) == 0 {
		return
	}
	done := m.id(m.st.ReportProgress(m.ctx, as, oversight.Progress{Task: f.Parts[0].ID, Organ: m.organ["青石村"].ID, Text: "名单42户已核对上墙，身份证号码、住址已去掉。", Percent: -1, Claims: true, Evidence: oversight.Evidence{Link: "https://www.yunling.example/qingshi/cun1.html"}}))
	if as := m.as("qingshi2"); m.err == nil {
		m.did(m.st.DecideProgress(m.ctx, as, done, true, "已到村查看。"))
	}
}

// calendar sets what has to be published again and again, and ticks some of it
// off.
func (m *making) calendar() {
	var organs []int64
	for _, name := range []string{Name, "城关镇", "青石镇", "白鹿镇", "县教育局", "县民政局", "县财政局", "青石村", "石门村"} {
		organs = append(organs, m.organ[name].ID)
	}
	var templates []string
	for _, t := range oversight.DutyTemplates() {
		templates = append(templates, t.ID)
	}
	if as := m.as(Administrator); m.err == nil {
		m.did(m.st.AddDutyTemplates(m.ctx, as, organs, templates, m.today.AddDays(-70)))
	}
	if as := m.as(Administrator); m.err == nil {
		m.did(m.st.SaveRecurring(m.ctx, as, oversight.Recurring{Organ: m.organ["青石镇"].ID, Name: "城乡低保对象名单", Category: "社会救助", Rule: oversight.DutyRule{Kind: oversight.Monthly, Day: 25}, Basis: "县政府办公室《政务公开事项清单》", From: m.today.AddDays(-70)}))
	}
	as := m.as("qingshi")
	if m.err != nil {
		return
	}
	list, err := m.st.Recurring(m.ctx, as.Viewer, store.RecurringQuery{}, m.today)
	if m.err = err; err != nil {
		return
	}
	for _, x := range list {
		as := m.as("qingshi")
		switch {
		case m.err != nil:
			return
		case x.Name == "城乡低保对象名单", x.Template == "village.finance":
			m.did(m.st.TickRecurring(m.ctx, as, oversight.Tick{Item: x.ID, Period: x.Period.Name, On: m.today.AddDays(-30), Evidence: oversight.Evidence{Link: "https://www.yunling.example/qingshi/gongkai.html"}}))
		case x.Template == "budget.government":
			m.did(m.st.AddRecurringEvent(m.ctx, as, store.RecurringEvent{Item: x.ID, On: m.today.AddDays(-12), Text: "镇人民代表大会批准本级预算"}))
		}
	}
}

// orders are given, answered, returned and struck off.
func (m *making) orders() {
	county := m.organ[Name].ID
	give := func(organ, title, text, basis string, days int) int64 {
		as := m.as(Administrator)
		if m.err != nil {
			return 0
		}
		return m.id(m.st.GiveOrder(m.ctx, as, oversight.Order{Organ: m.organ[organ].ID, Issuer: county, Title: title, Text: text, Basis: basis, Source: oversight.FromOffice, Due: m.today.AddDays(days)}))
	}
	reply := func(who string, id, version int64, text, link string) {
		if as := m.as(who); m.err == nil {
			m.did(m.st.ReplyOrder(m.ctx, as, version, oversight.OrderReply{Order: id, Text: text, Evidence: oversight.Evidence{Link: link}}))
		}
	}
	decide := func(id, version int64, accept bool, word string) {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.DecideOrder(m.ctx, as, id, version, accept, word))
		}
	}
	const guide = "《政府信息公开条例》第十二条"
	a := give("青石镇", "公开指南办公电话停用", "公开指南所列办公电话已停用，来电人反映无法联系。请更正，并对指南其他内容逐项核对。", guide, 8)
	reply("qingshi", a, 1, "电话已更正，另改正办公地址门牌号1处。", "https://www.yunling.example/qingshi/guide.html")
	b := give("县教育局", "招生专栏链接失效", "县政府网站教育局专栏有3条招生信息打不开。请恢复，并说明失效时间。", "县政府网站季度抽查通报", 5)
	reply("jiaoyu", b, 1, "已恢复。", "https://www.yunling.example/jyj/zhaosheng.html")
	decide(b, 2, false, "仍有一条打不开；没有说明失效多长时间、今后怎样检查。")
	give("城关镇", "村级财务收支连续两月未公开", "城关镇所辖两个社区的财务收支已两个月没有公布。请督促补公布并报送佐证。", "《村民委员会组织法》第三十条", 15)
	d := give("县民政局", "低保名单含身份证号码", "低保公示名单未隐去身份证号码，请立即撤下，处理后重新公布，并检查同类名单。", "《政府信息公开条例》第十五条", 3)
	if by := m.by(law.Date{}); m.err == nil {
		m.did(m.st.ReplyOrder(m.ctx, by, 1, oversight.OrderReply{Order: d, Text: "已于当日撤下并重新公布，另检查同类名单11份，未发现问题。", Evidence: oversight.Evidence{Link: "https://www.yunling.example/mzj/dibao.html"}}))
	}
	decide(d, 2, true, "已核对，同意销号。")
	if as := m.as(Administrator); m.err == nil {
		m.did(m.st.KeepAccountability(m.ctx, as, oversight.Account{Organ: m.organ["县民政局"].ID, Issuer: county, Kind: oversight.Talked, On: m.today, Document: fmt.Sprintf("云政办函〔%d〕8号", m.today.Year), Ref: store.OrderRef(d)},
			"约谈分管负责人，要求建立名单公开前的两人复核。"))
	}
}

// dispatch issues a month, where it can be early enough the one before, and lets
// the town answer.
func (m *making) dispatch() {
	day := m.today
	for back := range 10 {
		if d := m.today.AddDays(-back); d.Month != m.today.Month {
			day = d
			break
		}
	}
	as := m.as(Administrator)
	if m.err != nil {
		return
	}
	id := m.id(m.st.IssueDispatch(m.ctx, as, m.organ[Name].ID, day, "请各单位对照缺口逐项说明原因和完成日期，月底前销号。"))
	if as = m.as("qingshi"); m.err != nil {
		return
	}
	gaps, err := m.st.DispatchGaps(m.ctx, as.Viewer, id, 0, 1)
	if m.err = err; err == nil && len(gaps) > 0 {
		m.did(m.st.AnswerGaps(m.ctx, as, id, []oversight.GapAnswer{{Gap: gaps[0].ID, Version: gaps[0].Version, Text: "经办人借调期间漏登，已补报。", Promise: m.today.AddDays(5)}}))
	}
}
