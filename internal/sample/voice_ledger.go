package sample

import (
	"errors"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// ledgers are the sample county's training, equipment, incidents and surveys.
func (m *making) ledgers() {
	if _, err := m.st.VoiceCode(1); errors.Is(err, store.ErrNoSecret) {
		return // a store without a key keeps nothing personal
	}
	m.trainings()
	m.equipment()
	m.incidents()
	m.surveys()
}

func (m *making) trainings() {
	county := m.organ[Name].ID
	questions, _ := oversight.ParseTest("申请公开政府信息，不能当场答复的，一般应当在多长时间内答复？\nA. 15个工作日\n*B. 20个工作日\nC. 30日\n\n政府信息公开工作年度报告应当在每年什么时候以前向主管部门提交？\n*A. 1月31日\nB. 3月31日\nC. 6月30日")
	plan := func(t oversight.Training) int64 {
		t.Organ = county
		if as := m.as(Administrator); m.err == nil {
			return m.id(m.st.SaveTraining(m.ctx, as, t))
		}
		return 0
	}
	with := func(id, version int64, kind string, verb store.TrainingVerb) {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.WithTraining(m.ctx, as, id, version, kind, verb))
		}
	}
	held := m.today.AddDays(-20)
	done := plan(oversight.Training{Year: held.Year, Title: "政府信息公开条例和平台操作培训", Topic: "条例和业务", Planned: held, Minutes: 150, Lecturer: "林知远", Audience: "各乡镇、县直部门经办人", Test: oversight.Test{Questions: questions, Pass: 60, Tries: 3}})
	var people []oversight.Trainee
	for _, name := range []string{"何晓禾", "方启明"} {
		people = append(people, oversight.Trainee{Person: m.who[name], Name: name, Unit: map[string]string{"何晓禾": "青石镇", "方启明": "县教育局"}[name], Must: true})
	}
	with(done, 1, act.TrainingSaved, func(t *oversight.Training, _ law.Date, _ int64) error {
		return t.Summon(append(people, oversight.Trainee{Name: "常文书", Unit: "石门村", Must: true}))
	})
	with(done, 2, act.TrainingSigned, func(t *oversight.Training, _ law.Date, at int64) error {
		var ids []int64
		for _, p := range t.People {
			if p.Name != "方启明" {
				ids = append(ids, p.ID)
			}
		}
		return t.SignSheet(ids, at)
	})
	with(done, 3, act.TrainingHeld, func(t *oversight.Training, d law.Date, _ int64) error {
		return t.Hold(held, "县会议中心二楼", 150, 38, d)
	})
	next := plan(oversight.Training{Year: m.today.AddDays(12).Year, Title: "年度报告编制培训", Topic: "年度报告", Planned: m.today.AddDays(12), Minutes: 120, Place: "县会议中心二楼", Audience: "各乡镇、县直部门经办人", Test: oversight.Test{Questions: questions, Pass: 60, Tries: 3}})
	with(next, 1, act.TrainingSaved, func(t *oversight.Training, _ law.Date, _ int64) error { return t.Summon(people) })
}

func (m *making) equipment() {
	town := m.organ["青石镇"].ID
	put := func(e oversight.Equipment) int64 {
		e.Organ, e.State, e.Since = town, oversight.InUse, m.today.AddDays(-700)
		if as := m.as("qingshi"); m.err == nil {
			return m.id(m.st.SaveEquipment(m.ctx, as, e))
		}
		return 0
	}
	with := func(id, version int64, kind string, verb store.EquipmentVerb) {
		if as := m.as("qingshi"); m.err == nil {
			m.did(m.st.WithEquipment(m.ctx, as, id, version, kind, verb))
		}
	}
	point := put(oversight.Equipment{Kind: oversight.ReadingPoint, Name: "便民服务中心查阅点", Place: "镇便民服务中心一楼大厅", Keeper: m.who["qingshi"], Every: 3})
	for i, v := range []oversight.PlaceVisit{{Persons: 3, Items: 5, Prints: 4, Need: "危房改造政策"}, {Persons: 2, Items: 2, Need: "低保标准"}, {Persons: 6, Items: 9, Prints: 11, Need: "征地补偿标准"}, {Persons: 1, Items: 1, Need: "公交线路"}} {
		v.On = m.today.AddDays(-17 * i)
		with(point, 1, act.EquipmentVisited, func(e *oversight.Equipment, d law.Date) error { return e.Visit(v, d) })
	}
	with(point, 1, act.EquipmentChecked, func(e *oversight.Equipment, d law.Date) error {
		return e.Inspect(oversight.EquipmentCheck{On: d.AddDays(-10), Who: "何晓禾", Result: "终端、打印机正常，公开指南为最新版", Good: true}, d)
	})
	board := put(oversight.Equipment{Kind: oversight.Board, Name: "镇政府政务公开栏", Place: "镇政府大门东侧", Keeper: m.who["qingshi"], Every: 3})
	with(board, 1, act.EquipmentChecked, func(e *oversight.Equipment, d law.Date) error {
		return e.Inspect(oversight.EquipmentCheck{On: d.AddDays(-95), Who: "何晓禾", Result: "玻璃有裂纹，内容为上季度", Good: false}, d)
	})
	put(oversight.Equipment{Kind: oversight.Cipher, Name: "加密计算机", Code: "QS-J-01", Place: "档案室", Keeper: m.who["qingshi2"], Every: 6})
}

func (m *making) incidents() {
	x := oversight.Incident{Organ: m.organ["青石镇"].ID, Kind: oversight.WrongPost, Found: m.today.AddDays(-30), Content: oversight.IncidentContent{Title: "救助名单公示误带银行卡号", Where: "县政府网站青石镇专栏",
		What: "群众来电指出救助名单的附件里有一列银行卡号没有隐去。发布后约两小时发现。"}}
	var id int64
	if as := m.as("qingshi2"); m.err == nil {
		id = m.id(m.st.ReportIncident(m.ctx, as, x))
	}
	for i, s := range []oversight.IncidentStep{{Text: "当场撤下附件，清除缓存，换成隐去卡号的版本"}, {To: "县政府办公室", Text: "电话报告，当日书面报告"}} {
		s.On = m.today.AddDays(-30)
		if as := m.as("qingshi2"); m.err == nil {
			m.did(m.st.WithIncident(m.ctx, as, id, int64(i+1), act.IncidentChanged, func(x *oversight.Incident, d law.Date) error { return x.Add(s, d) }))
		}
	}
	if as := m.as("qingshi2"); m.err == nil {
		m.did(m.st.WithIncident(m.ctx, as, id, 3, act.IncidentClosed, func(x *oversight.Incident, d law.Date) error {
			return x.Close("已逐户说明。原因是审核时只看了正文，没有看附件；今后附件与正文一并审核。", d)
		}))
	}
}

func (m *making) surveys() {
	questions, _ := oversight.ParseSurvey("单选：（必答）您最常从哪里了解公开的信息？\n- 政府网站\n- 公开栏、电子屏\n- 微信公众号\n- 村（社区）干部\n打分：信息公开得及时\n打分：内容看得懂\n填空：还有什么意见建议？")
	x := oversight.Survey{Organ: m.organ[Name].ID, Title: "政府信息公开工作社会评议", Intro: "本问卷不记名，约需两分钟。", Questions: questions, Opens: m.today.AddDays(-5), Closes: m.today.AddDays(25), Web: true, Paper: true, OpenResults: true}
	var id int64
	if as := m.as(Administrator); m.err == nil {
		id = m.id(m.st.SaveSurvey(m.ctx, as, x))
	}
	if as := m.as(Administrator); m.err == nil {
		m.did(m.st.WithSurvey(m.ctx, as, id, 1, act.SurveyOpened, func(x *oversight.Survey, d law.Date) error { return x.Begin(d) }))
	}
	for i := range 34 {
		a := oversight.SurveyAnswer{Chosen: [][]int{{i * i % 4}, {2 + i%3}, {1 + i%4}, nil}, Texts: make([]string, 4)}
		if i%9 == 0 {
			a.Texts[3] = "公开栏的字再大一点，名单更新后在群里说一声。"
		}
		if by := m.by(law.Date{}); m.err == nil {
			by.Viewer = org.Program("示例县")
			m.did(m.st.EnterSurvey(m.ctx, by, id, a))
		}
	}
}
