package sample

import (
	"errors"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// voices are what people of the sample county asked, proposed and complained of.
// Persons and telephone numbers are invented.
func (m *making) voices() {
	if _, err := m.st.VoiceCode(1); errors.Is(err, store.ErrNoSecret) {
		return // a store without a key keeps nothing personal
	}
	town, school, county := m.organ["青石镇"].ID, m.organ["县教育局"].ID, m.organ[Name].ID
	enter := func(by string, v oversight.Voice, days int) int64 {
		v.Received = m.today.AddDays(-days)
		if v.Organ = town; by == Administrator {
			v.Organ = county
		}
		v.Entry = v.Organ
		if as := m.as(by); m.err == nil {
			return m.id(m.st.EnterVoice(m.ctx, as, v))
		}
		return 0
	}
	do := func(by string, id int64, kind string, verb store.VoiceVerb) {
		as := m.as(by)
		if m.err != nil {
			return
		}
		x, err := m.st.Voice(m.ctx, org.Program("示例县"), id)
		if m.err = err; err == nil {
			m.did(m.st.WithVoice(m.ctx, as, id, x.Version, kind, verb))
		}
	}
	answer := func(by string, id int64, after int, text, how string) {
		do(by, id, act.VoiceAnswered, func(v *oversight.Voice, d store.VoiceDays) error {
			on := v.Received.AddDays(after)
			if on.After(d.Today) {
				on = d.Today
			}
			return v.AnswerWith(text, how, on, d.Today)
		})
	}

	asked := enter("qingshi", oversight.Voice{Kind: oversight.Question, Channel: oversight.ByPhone, Topic: "主动公开", Consent: true, Content: oversight.VoiceContent{Name: "柳先生", Phone: "00000000101",
		Title: "镇里的公交线路调整什么时候公布", Text: "来电人说村口的站牌已经拆了，但是没有看到新线路的公告，问新线路什么时候公布、在哪里能查到。"}}, 24)
	answer("qingshi", asked, 4, "新线路方案已于上周经县交通运输局批准，将于本周五在县政府网站青石镇专栏和各村公开栏公布，三路车恢复在村口停靠。", "电话答复")
	do("qingshi", asked, act.VoicePublished, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Publish(oversight.Shown{Title: "镇内公交线路调整何时公布", Question: "村口的公交站牌拆除后，新线路什么时候公布，在哪里能查到？", Answer: "新线路方案已经批准，在县政府网站青石镇专栏和各村公开栏公布；三路车恢复在村口停靠。"}, d.Today)
	})
	old := enter("qingshi", oversight.Voice{Kind: oversight.Question, Channel: oversight.ByEmail, Topic: "办事服务", Consent: true, Content: oversight.VoiceContent{Name: "姜女士", Email: "jiang@person.example",
		Title: "农村危房改造补助怎么申请", Text: "想了解今年农村危房改造补助的申请条件、要交哪些材料、到哪里办理。"}}, 40)
	answer("qingshi", old, 3, "由村委会受理申请，镇村建办公室核实。材料清单、标准和每批名单在镇专栏“农村危房改造”栏目公开，办公电话见公开指南。", "邮件答复")
	do("qingshi", old, act.VoicePublished, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Publish(oversight.Shown{Title: "农村危房改造补助怎么申请", Question: "今年农村危房改造补助的申请条件、材料和办理地点？", Answer: "由村委会受理，镇村建办公室核实。材料清单、标准和每批名单在镇专栏“农村危房改造”栏目公开。"}, d.Today)
	})
	enter("qingshi", oversight.Voice{Kind: oversight.Advice, Channel: oversight.ByVisit, Topic: "公开栏和查阅点", Content: oversight.VoiceContent{Name: "程老伯",
		Title: "公开栏的字太小，老人看不清", Text: "来访人说便民服务中心门口公开栏贴的通知字太小、贴得太高，建议用大字版，并且念给不识字的老人听。"}}, 6)
	late := enter("qingshi", oversight.Voice{Kind: oversight.Mistake, Channel: oversight.ByPhone, Topic: "内容有误", Content: oversight.VoiceContent{
		Title: "公开指南上的传真号码打不通", Text: "来电人按公开指南上的传真号码发了三次都不通，请核对。没有留姓名。"}}, 12)
	do("qingshi", late, act.VoiceAssigned, func(v *oversight.Voice, _ store.VoiceDays) error { return v.Assign(m.who["qingshi"]) })

	complaint := enter(Administrator, oversight.Voice{Kind: oversight.Complaint, Channel: oversight.ByMail, Topic: "栏目更新", About: town, Content: oversight.VoiceContent{Name: "乔某", Phone: "00000000102", Address: "云岭县青石镇某村",
		Title: "反映青石镇财政资金栏目长期不更新", Text: "来信人反映青石镇政府信息公开专栏“财政专项资金”栏目半年没有更新，打电话询问也没有答复，请主管部门督促。", Matter: "财政预算、决算栏目"}}, 15)
	do(Administrator, complaint, act.VoiceFound, func(v *oversight.Voice, _ store.VoiceDays) error {
		return v.Find(oversight.Partly, "查栏目更新记录：该栏目上一条信息发布于五个月前，其间有一批专项资金下达未公开；电话询问一节，当日值班人员已转告经办人，未回电。", "督促整改：限十个工作日内补齐，并回电说明。")
	})
	moved := enter(Administrator, oversight.Voice{Kind: oversight.Question, Channel: oversight.ByPhone, Topic: "办事服务", Content: oversight.VoiceContent{Name: "费女士", Phone: "00000000103",
		Title: "幼儿园学位摇号的结果在哪里公布", Text: "来电人问今年城区公办幼儿园学位摇号结果在哪里公布，什么时候能查到。"}}, 3)
	do(Administrator, moved, act.VoiceTransferred, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Transfer(school, "属于县教育局职责", d.Today)
	})
	if m.err == nil { // sent on the web while the sample was loaded
		by := m.by(law.Date{})
		m.did(m.st.SubmitVoice(m.ctx, by.Key, oversight.Voice{Kind: oversight.Question, Organ: town, Received: m.today, Consent: true, Content: oversight.VoiceContent{
			Title: "石门村的路灯项目花了多少钱", Text: "请问去年石门村路灯项目的中标金额和验收结果在哪里公开？网站上没有找到。", Matter: "石门村路灯安装工程"}}))
	}
	m.ledgers()
}
