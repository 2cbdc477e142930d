package sample

import (
	"errors"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// catalogue is what the sample county keeps beside its items: a guide that is
// signed off, documents of before, a year of the monthly ledger, the county's
// standard catalogue and a town's list of powers. All of it is invented.
func (m *making) catalogue() {
	if _, err := m.st.RequestCode(1); errors.Is(err, store.ErrNoSecret) || m.err != nil {
		return // as with items
	}
	town, top := m.organ["青石镇"], m.organ[Name]
	m.did(m.st.DraftGuide(m.ctx, m.by(law.Date{}), town.ID))
	signed := m.by(law.Date{})
	signed.Paper, signed.Signer = &act.Paper{On: m.today}, "镇分管领导"
	m.did(m.st.SignGuide(m.ctx, signed, town.ID, 1, 1))
	m.oldDocuments(town)
	m.months(town)
	m.did(m.st.ImportStandard(m.ctx, m.by(law.Date{}), top.ID, 0, standards()))
	m.did(m.st.ImportPowers(m.ctx, m.by(law.Date{}), town.ID, 0, powers()))
	m.did(m.st.IssueCatalogue(m.ctx, m.by(law.Date{}), town.ID))
}

func (m *making) oldDocuments(town org.Organ) {
	y := m.today.Year
	list := []proactive.RegisterEntry{
		{Kind: proactive.Normative, Title: "青石镇集镇管理暂行办法", DocNo: fmt.Sprintf("青政规〔%d〕1号", y-8), Made: law.Day(y-8, 5, 2), Effective: law.Day(y-8, 6, 1), Until: law.Day(y-3, 5, 31), Registered: fmt.Sprintf("云规登〔%d〕12号", y-8)},
		{Kind: proactive.Normative, Title: "青石镇农村宅基地审批管理实施细则", DocNo: fmt.Sprintf("青政规〔%d〕2号", y-6), Made: law.Day(y-6, 3, 18), Effective: law.Day(y-6, 4, 1), Registered: fmt.Sprintf("云规登〔%d〕7号", y-6), Amendments: []proactive.Amendment{{On: law.Day(y-2, 9, 9), By: fmt.Sprintf("青政规〔%d〕1号", y-2)}}},
		{Kind: proactive.Normative, Title: "青石镇防汛应急响应办法", DocNo: fmt.Sprintf("青政规〔%d〕1号", y-4), Made: law.Day(y-4, 4, 11), Abolished: law.Day(y-1, 9, 1), AbolishedBy: fmt.Sprintf("青政规〔%d〕3号", y-1)},
	}
	m.did(m.st.ImportDocuments(m.ctx, m.by(law.Date{}), town.ID, list))
}

// months is last year's ledger and this year's so far; one month waits.
func (m *making) months(town org.Organ) {
	state := func(year, month int, figures map[string]string, source string) {
		x := proactive.MonthSheet{Organ: town.ID, Year: year, Month: month, Source: source, Values: map[string]annual.Value{}}
		for cell, text := range figures {
			f, ok := proactive.MonthFigureOf(year, cell)
			v, stated, _ := f.ReadFigure(text)
			if ok && stated {
				x.Values[cell] = v
			}
		}
		m.did(m.st.SaveMonth(m.ctx, m.by(law.Date{}), x))
	}
	licences, fees := []int{14, 9, 17, 21, 18, 12, 11, 15, 19, 16, 13, 10}, []string{"0.12", "0", "0.3", "0.038", "0", "0.2", "0.15", "0", "0.4", "0.1", "0", "0.06"}
	for _, year := range []int{m.today.Year - 1, m.today.Year} {
		for month := 1; month <= 12; month++ {
			if year == m.today.Year && month >= m.today.Month-1 {
				break
			}
			penalty := "0"
			if month%5 == 1 {
				penalty = "1"
			}
			state(year, month, map[string]string{"t2.licence.decisions": strconv.Itoa(licences[month-1]), "t2.penalty.decisions": penalty, "t2.coercion.decisions": "0", "t2.fees.amount": fees[month-1]}, fmt.Sprintf("便民服务中心、综合执法办%d年%d月统计表", year, month))
		}
	}
}

func standards() []proactive.StandardEntry {
	var out []proactive.StandardEntry
	for _, x := range [][5]string{
		{"社会救助", "最低生活保障", "低保对象名单及变动", "信息形成或者变更之日起20个工作日内", "公示栏（电子屏）、政府网站"},
		{"社会救助", "临时救助", "救助对象名单、金额", "信息形成或者变更之日起20个工作日内", "公示栏（电子屏）、政府网站"},
		{"涉农补贴", "耕地地力保护补贴", "补贴对象、面积、金额", "信息形成或者变更之日起20个工作日内", "公示栏（电子屏）、政府网站、便民服务站"},
		{"农村危房改造", "危房改造对象", "对象名单、补助标准", "信息形成或者变更之日起20个工作日内", "公示栏（电子屏）、政府网站"},
		{"公共法律服务", "法律援助", "受理条件、联系电话", "长期公开", "政务服务中心、公共查阅点"},
		{"财政预决算", "乡镇预算", "预算报告和表格", "批准后20日内", "政府网站"},
		{"城市综合执法", "行政处罚决定", "决定文书摘要", "作出决定之日起7个工作日内", "政府网站"},
		{"救灾", "救灾款物发放", "款物来源、去向", "信息形成或者变更之日起20个工作日内", "公示栏（电子屏）、政府网站"},
	} {
		n := 1
		for _, e := range out {
			if e.Field == x[0] {
				n++
			}
		}
		out = append(out, proactive.StandardEntry{Code: fmt.Sprintf("%s-%d", x[0], n), Field: x[0], Matter: x[1], Content: x[2], Basis: "政府信息公开条例", Limit: x[3], Subject: "乡镇人民政府", Channels: x[4], Audience: "全社会", Manner: "主动", Level: "乡、村级"})
	}
	return out
}

func powers() []proactive.PowerEntry {
	return []proactive.PowerEntry{
		{Code: "QS-XK-001", Kind: "行政许可", Name: "乡村建设规划许可证核发（受县级委托）", Basis: "城乡规划法第四十一条", Section: "规划建设办公室", Duty: "受理、现场踏勘、审查、决定、送达"},
		{Code: "QS-XK-002", Kind: "行政许可", Name: "农村村民宅基地审批", Basis: "土地管理法第六十二条", Section: "规划建设办公室", Duty: "受理、公示、审查、决定"},
		{Code: "QS-CF-001", Kind: "行政处罚", Name: "对擅自倾倒建筑垃圾的处罚", Basis: "县人民政府关于赋权乡镇的决定", Section: "综合行政执法办公室", Duty: "立案、调查、告知、决定、执行"},
		{Code: "QS-GF-001", Kind: "行政给付", Name: "临时救助", Basis: "社会救助暂行办法第四十七条", Section: "民政办公室", Duty: "受理、调查、审核、发放"},
		{Code: "QS-QR-001", Kind: "行政确认", Name: "最低生活保障对象认定", Basis: "社会救助暂行办法第十一条", Section: "民政办公室", Duty: "受理、入户调查、公示、确认"},
	}
}
