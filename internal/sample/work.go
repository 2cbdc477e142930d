package sample

import (
	"gongkai/org"
	"gongkai/store"
)

// work gives the sample's people something to do, and lets some of it be done.
func (m *making) work() {
	town, school := m.organ["青石镇"].ID, m.organ["县教育局"].ID
	give := func(by string, t org.Task) int64 {
		if as := m.as(by); m.err == nil {
			return m.id(m.st.GiveTask(m.ctx, as, t))
		}
		return 0
	}
	give(Administrator, org.Task{Organ: town, Person: m.who["qingshi"], Title: "更新公开指南的办公电话", Due: m.today.AddDays(9), Basis: "县政府办公室月度调度"})
	give(Administrator, org.Task{Organ: town, Role: org.Drafter, Title: "报送领导小组调整文件", Text: "人事变动后一个月内调整并报备。", Due: m.today.AddDays(30), Basis: "县政府办公室通知"})
	give(Administrator, org.Task{Organ: school, Role: org.Drafter, Title: "补录2019年以来的招生文件", Text: "标注成文日期，发布日期按补录日填写。"})
	give("qingshi3", org.Task{Organ: town, Person: m.who["唐小满"], Title: "核对村务公开栏的低保名单", Text: "与民政办的底册逐户核对，去掉身份证号码和住址。", Due: m.today.AddDays(5), Basis: "镇长办公会"})

	done := give(Administrator, org.Task{Organ: school, Person: m.who["jiaoyu"], Title: "自查政府信息公开专栏的失效链接", Due: m.today.AddDays(3), Basis: "第三季度抽查通报"})
	if as := m.as("jiaoyu"); m.err == nil {
		m.did(m.st.WithTask(m.ctx, as, done, 1, func(t *org.Task, v org.Viewer) error {
			return t.Finish(v, "专栏共查出失效链接4处，3处已更换，1处为已废止文件，已标注废止日期。")
		}))
	}
	if as := m.as("jiwei"); m.err == nil {
		m.did(m.st.NoteSupervision(m.ctx, as, store.TaskRef(done), "请说明失效链接持续了多久，今后由谁、多长时间检查一次。"))
	}

	give(Administrator, org.Task{Organ: m.organ[Name].ID, Person: m.who[Administrator], Title: "答复县纪委关于失效链接的监督意见", Text: "在“留痕”页顶上打开这条意见答复。",
		Due: m.today.AddDays(2), Basis: "监督意见"})

	m.approvals(town, school)
	m.leaving(town)
	m.january()
}

// approvals asks for two: one waits for its first signature, one was given.
func (m *making) approvals(town, school int64) {
	if as := m.as("qingshi"); m.err == nil {
		m.did(m.st.AskApproval(m.ctx, as, org.Approval{Organ: town, Title: "公开第四季度农村低保名单", Facts: []org.Fact{
			{Label: "公开依据", Text: "《政府信息公开条例》第二十条"}, {Label: "内容", Text: "农村低保对象名单，身份证号码和住址已去除"},
			{Label: "公开方式", Text: "县政府网站青石镇专栏、村务公开栏"}},
			Steps: []org.ApprovalStep{{Role: org.Reviewer}, {Role: org.Secrecy}, {Role: org.Signer}}}))
	}
	given := int64(0)
	if as := m.as("jiaoyu"); m.err == nil {
		given = m.id(m.st.AskApproval(m.ctx, as, org.Approval{Organ: school, Title: "公开义务教育阶段招生方案", Facts: []org.Fact{
			{Label: "公开依据", Text: "《政府信息公开条例》第二十条"}, {Label: "公开方式", Text: "县政府网站县教育局专栏"}},
			Steps: []org.ApprovalStep{{Role: org.Reviewer}, {Role: org.Signer}}}))
	}
	for version, opinion := range []string{"内容完整，同意。", "同意公开，同步发布图解。"} {
		if as := m.as("jiaoyu2"); m.err == nil {
			m.did(m.st.WithApproval(m.ctx, as, given, int64(version+1), func(a *org.Approval) error { return a.Decide(as.Viewer, true, opinion, m.today) }))
		}
	}
}

// leaving begins to hand over somebody's work: the post has its successor, the
// task waits for a decision.
func (m *making) leaving(town int64) {
	var id int64
	if as := m.as("qingshi2"); m.err == nil {
		id = m.id(m.st.BeginHandover(m.ctx, as, org.Handover{Person: m.who["唐小满"], Organ: town, Leaves: true, Day: m.today.AddDays(12), Reason: "借调期满，回原单位",
			Successor: m.who["qingshi"], Witness: m.who["qingshi2"]}))
	}
	if as := m.as("qingshi2"); m.err == nil {
		h, err := m.st.Handover(m.ctx, as.Viewer, id)
		if m.err = err; err != nil {
			return
		}
		var settled []org.Matter
		for _, x := range h.Matters {
			if x.Passable && x.Part == "posts" {
				x.How, x.Word = org.Closed, "接手人已担任起草岗位"
				settled = append(settled, x)
			}
		}
		if len(settled) > 0 {
			m.did(m.st.SettleHandover(m.ctx, as, id, h.Version, settled))
		}
	}
}
