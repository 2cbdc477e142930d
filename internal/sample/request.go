package sample

import (
	"errors"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
)

// A doing of the sample's requests: who, how many days ago, what.
type doing struct {
	who   string
	ago   int
	paper string // who signed it on paper, "" for nobody
	verb  func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error
}

// requests are what was asked of the sample county under 依申请公开, in every
// state. Persons and numbers are invented.
func (m *making) requests() {
	if _, err := m.st.RequestCode(1); errors.Is(err, store.ErrNoSecret) {
		return // a store without a key keeps nothing personal
	}
	town := m.organ["青石镇"].ID
	file := func(ago int, ch deadline.Channel, who casework.Applicant, subject, wanted, name string, steps ...doing) {
		n := store.NewRequest{Organ: town, Subject: subject, Registration: casework.Registration{Channel: ch, Arrived: m.today.AddDays(-ago), Applicant: who},
			Content: casework.Content{Wanted: wanted, Forms: []string{"纸质"}, Ways: []string{"邮寄"}, Person: casework.Person{Name: name, IDKind: "居民身份证", Phone: "00000000201", Address: "云岭县城关镇某路某号"}}}
		var id int64
		if as := m.as("qingshi"); m.err == nil {
			id = m.id(m.st.RegisterRequest(m.ctx, as, n))
		}
		for _, s := range steps {
			as := m.as(s.who)
			if m.err != nil {
				return
			}
			x, err := m.st.Request(m.ctx, org.Program("示例县"), id)
			if m.err = err; err != nil {
				return
			}
			if s.paper != "" {
				as.Paper, as.Signer = &act.Paper{On: m.today.AddDays(-s.ago)}, s.paper
			}
			m.did(m.st.WithRequest(m.ctx, as, id, x.Version, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
				return s.verb(x, cal, casework.Doing{On: day.AddDays(-s.ago), Today: day})
			}))
		}
	}
	confirm := func(ago int) doing {
		return doing{who: "qingshi", ago: ago, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Confirm(d) }}
	}
	find := func(ago int, what, text string) doing {
		return doing{who: "qingshi", ago: ago, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			if x.Content.Findings == nil {
				x.Content.Findings = map[string]string{}
			}
			x.Content.Findings[what] = text
			return x.Find(d, what)
		}}
	}
	answer := func(ago int, q casework.QuestionCode, a casework.Answered) doing {
		return doing{who: "qingshi", ago: ago, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			for i := range a.Searches {
				a.Searches[i].On = d.On
			}
			a.Salt = x.Number
			return x.Resolve(d, &x.Content, q, a)
		}}
	}
	ours := casework.Answered{Answer: "ours", Fields: map[string]string{"source": "本机关制作"}}
	decide := func(ago int, o casework.Outcome, no string) doing {
		return doing{who: "qingshi", ago: ago, paper: "苏立本", verb: func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.Decide(cal, d, o, no)
		}}
	}
	serve := func(ago int, way string) doing {
		return doing{who: "qingshi", ago: ago, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Serve(d, way) }}
	}

	file(75, deadline.SignedPost, casework.Natural, "高标准农田项目验收材料", "本镇东坡村高标准农田建设项目的竣工验收报告。", "甲某", find(66, casework.FoundSearch, "镇农业农村办档案柜、县农业农村局项目库，按项目名称检索，有验收报告一份12页"),
		decide(62, casework.Granted, "青政公开告〔示例〕1号"), serve(61, "ems"))
	file(68, deadline.Internet, casework.Business, "镇区道路改造招标文件", "镇区主街道路改造工程的招标文件和中标人报价明细。", "某某建设有限公司", confirm(68), doing{who: "qingshi", ago: 64, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.Consult(d, casework.AskThird, d.On)
	}}, doing{who: "qingshi", ago: 55, verb: func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Hear(cal, d, 1, "object")
	}}, find(50, casework.FoundGround, "中标人综合单价分析表属于商业秘密，公开会损害其竞争利益"), find(50, casework.FoundRedacted, "遮盖单价分析表，其余公开"), decide(48, casework.Partial, "青政公开告〔示例〕2号"), serve(47, "email"),
		doing{who: "qingshi", ago: 4, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return x.OpenRemedy(d, casework.Reconsideration, true, true)
		}})
	file(52, deadline.InPerson, casework.Natural, "宅基地审批登记", "本人所在村民小组近五年宅基地审批登记簿。", "乙某", answer(44, casework.Clarity, casework.Answered{Answer: "clear"}),
		answer(44, casework.Nature, casework.Answered{Answer: "info"}), answer(44, casework.Keeper, ours),
		answer(40, casework.Holding, casework.Answered{Answer: "none", Searches: []casework.Search{{Who: "镇自然资源所", Where: "登记簿、宅基地档案柜", Words: "村民小组 宅基地审批", Note: "没有单独成册的登记簿"}, {Who: "党政办", Where: "公文系统、综合档案室", Words: "宅基地审批登记"}}}),
		answer(40, casework.Reply, casework.Answered{Answer: "person"}), decide(38, casework.NotHeld, "青政公开告〔示例〕3号"), serve(38, "person"))
	file(30, deadline.Fax, casework.Legal, "拆迁补偿方案", "河滨片区房屋征收补偿方案及听证材料。", "某某律师事务所", confirm(29), doing{who: "qingshi", ago: 24, verb: func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		x.Content.Items = []string{"请写明需要的是征求意见稿还是正式方案", "请写明听证的日期或者场次"}
		return x.AskClarification(cal, d, d.On.AddDays(15))
	}}, doing{who: "qingshi", ago: 16, verb: func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Content.Wanted += "\n（补正）正式方案；去年十月的听证会"
		return x.Clarify(d)
	}})
	file(21, deadline.InPerson, casework.Natural, "低保评议记录", "本村去年低保评议会议记录。", "丙某", doing{who: "qingshi2", ago: 2, verb: func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Extend(cal, d, 10, x.Consent)
	}})
	file(12, deadline.PlainPost, casework.Natural, "村集体收入公示", "村集体经济去年收入和分配方案。", "丁某", confirm(10),
		answer(6, casework.Clarity, casework.Answered{Answer: "clear"}), answer(6, casework.Nature, casework.Answered{Answer: "info"}), answer(6, casework.Keeper, ours),
		answer(5, casework.Holding, casework.Answered{Answer: "held", Fields: map[string]string{"what": "村集体经济收入和分配方案表，共3页"}}))
	file(6, deadline.SignedPost, casework.Research, "农业面源污染监测", "近三年农业面源污染监测数据。", "某某大学环境学院", doing{who: "qingshi", ago: 3, verb: func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.AskClarification(cal, d, d.On.AddDays(15))
	}})
	file(1, deadline.Internet, casework.Natural, "公交站点迁移", "镇内公交站点迁移的批复。", "戊某")
}
