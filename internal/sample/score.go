package sample

import (
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// Second is the login of the second person of the sample county's office: who
// scores does not review.
const Second = "xian2"

// scores lets the county's office assess: a quarter that was announced and
// appealed, one that is being scored, and a town that assesses its villages.
func (m *making) scores() {
	scheme := m.scheme(Administrator, m.organ[Name].ID, "T", func(s *oversight.Scheme) {
		s.Name, s.Source, s.Group, s.Year = Name+"政务公开季度考评办法", "云政办发〔2024〕11号", "乡镇、街道和县政府部门", m.today.Year-2
		daily := &s.Groups[1]
		for j := range daily.Indicators {
			if i := &daily.Indicators[j]; i.Key == "2.3" {
				i.Max -= 5 * oversight.Point
			}
		}
		daily.Indicators = append(daily.Indicators, oversight.Indicator{Key: "2.4", Name: "依申请公开", Standard: "按期答复，答复合法。", Kind: oversight.DeductPerEvent, Max: 5 * oversight.Point, Source: oversight.ByProgram,
			Rule: oversight.Rule{Faults: []oversight.Fault{{Key: "late", Name: "超期答复", Each: 250, Unit: "件", Measure: "requests.overdue"}, {Key: "wrong", Name: "行政复议、诉讼被纠错", Each: 250, Unit: "件", Measure: "requests.corrected"}}}})
		for k := range s.Groups {
			for j := range s.Groups[k].Indicators {
				s.Groups[k].Indicators[j].Evidence = false // the sample has no photos
			}
		}
	})
	y, q := quarterBefore(m.today)
	y2, q2 := quarterBefore(oversight.RoundSpan(y, oversight.PeriodQuarter, q).From)
	m.announced(scheme, y2, q2)
	m.beingScored(scheme, y, q)
	m.villages()
}

// quarterBefore is the last quarter that ended before a day.
func quarterBefore(d law.Date) (year, quarter int) {
	year, quarter = d.Year, (d.Month-1)/3
	if quarter == 0 {
		return year - 1, 4
	}
	return year, quarter
}

// scheme makes a scheme from a shipped one and publishes it.
func (m *making) scheme(who string, organ int64, code string, edit func(*oversight.Scheme)) int64 {
	s, ok := oversight.ShippedScheme(code)
	if !ok && m.err == nil {
		m.err = fmt.Errorf("sample: no scheme %s", code)
	}
	if m.err != nil {
		return 0
	}
	edit(s)
	by := m.as(who)
	id := m.id(m.st.SaveScheme(m.ctx, by, organ, 0, 0, s))
	if by := m.as(who); m.err == nil {
		m.did(m.st.PublishScheme(m.ctx, by, id, 1))
	}
	return id
}

// round opens a round and has the program count.
func (m *making) round(who string, scheme int64, p oversight.ScorePeriod, year, number int, name string) int64 {
	var id int64
	if by := m.as(who); m.err == nil {
		id = m.id(m.st.OpenRound(m.ctx, by, oversight.Round{Scheme: scheme, Name: oversight.Term(year, p, number) + name, Year: year, Period: p, Number: number}, nil))
	}
	if by := m.as(who); m.err == nil {
		m.did(m.st.ComputeRound(m.ctx, by, id, 1))
	}
	return id
}

// sheets are the score tables of a round, in the order of organs.
func (m *making) sheets(who string, round int64) (store.RoundFile, []store.AssessmentRow) {
	by := m.as(who)
	if m.err != nil {
		return store.RoundFile{}, nil
	}
	f, err := m.st.Round(m.ctx, by.Viewer, round)
	if err == nil {
		var rows []store.AssessmentRow
		if rows, err = m.st.Assessments(m.ctx, f, by.Viewer, store.AssessmentQuery{Round: round, Marks: true}); err == nil {
			return f, rows
		}
	}
	m.err = err
	return f, nil
}

// mark does something with one indicator of one organ.
func (m *making) mark(who string, sheet int64, kind, item string, verb func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error) {
	by := m.as(who)
	if m.err != nil {
		return
	}
	m.did(m.st.WithAssessment(m.ctx, by, sheet, kind, item, nil, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer) error {
		version := int64(0)
		if x := a.Mark(item); x != nil {
			version = x.Version
		}
		return verb(a, s, r, v, version)
	}))
}

// wordsOf are what a scorer wrote beside points that are not full, by indicator.
var wordsOf = map[string][]string{
	"2.3": {"两个栏目更新不及时", "通知公告有三条超过20个工作日", "重点领域栏目内容偏少", "栏目更新及时，内容规范"},
	"4.1": {"公开栏有一块仍是上季度内容", "查阅点没有登记本", "公开栏整洁，内容为本季度", "查阅点电脑打不开门户网站"},
}

// score gives points to what is open in a table; n makes organs differ.
func (m *making) score(who string, f store.RoundFile, row store.AssessmentRow, n int) {
	for k := range row.Marks {
		x := &row.Marks[k]
		i, _ := f.Sheet.Indicator(x.Key)
		if i == nil || x.State != oversight.MarkOpen || m.err != nil {
			continue
		}
		give := func(p oversight.Points, why string) {
			m.mark(who, row.ID, act.ScoreGiven, i.Key, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
				return a.Give(s, r, v, i.Key, version, p, why, nil, m.today)
			})
		}
		look := func() {
			m.mark(who, row.ID, act.ScoreGiven, i.Key, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
				return a.LookedAt(s, r, v, i.Key, version, m.today)
			})
		}
		switch {
		case i.Kind == oversight.ManualPoints:
			lost := oversight.Points((n*7+k*5)%9) * 50
			words := wordsOf[i.Key]
			why := "核查记录"
			if len(words) > 0 {
				why = words[(n+k)%len(words)]
			}
			give(i.Max-lost, why)
		case i.Kind == oversight.DeductPerEvent && n%6 == 3:
			f := i.Rule.Faults[len(i.Rule.Faults)-1]
			m.mark(who, row.ID, act.ScoreGiven, i.Key, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
				return a.AddEvent(s, r, v, i.Key, version, oversight.ScoreEvent{Key: f.Key, Count: 1, Text: "日常检查发现，已当面指出"}, m.today)
			})
			look()
		case !i.ByFigures():
			look()
		}
	}
}

// run does one step with a round.
func (m *making) run(who string, round int64, kind string, verb store.RoundVerb) {
	by := m.as(who)
	if m.err != nil {
		return
	}
	f, err := m.st.Round(m.ctx, by.Viewer, round)
	if m.err = err; err == nil {
		m.did(m.st.WithRound(m.ctx, by, round, f.Version, kind, verb))
	}
}

// announced is a quarter that is over: scored, reviewed by the second person,
// announced; one town appealed.
func (m *making) announced(scheme int64, year, quarter int) {
	id := m.round(Administrator, scheme, oversight.PeriodQuarter, year, quarter, "政务公开考评")
	f, rows := m.sheets(Administrator, id)
	var town int64
	for n, row := range rows {
		m.score(Administrator, f, row, n)
		if row.Organ == m.organ["青石镇"].ID {
			town = row.ID
			m.mark("qingshi2", row.ID, act.BonusAsked, "5.1", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
				return a.AskBonus(s, r, v, "5.1", version, oversight.ScoreEvent{Key: "spread", Count: 1, Text: "村务公开栏做法在市政务公开简报刊发"}, m.today)
			})
			m.mark(Administrator, row.ID, act.BonusDecided, "5.1", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
				return a.DecideBonus(s, r, v, "5.1", version, 1, true, 1, "", m.today)
			})
		}
	}
	m.run(Administrator, id, act.ScoreSubmitted, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
		return r.Submit(m.viewer(Administrator), n.Open, n.Waits, on)
	})
	m.run(Second, id, act.ScoreReviewed, func(r *oversight.Round, _ store.RoundTally, scored bool, on law.Date) error {
		return r.Review(m.viewer(Second), scored, on)
	})
	m.run(Administrator, id, act.ScoreAnnounced, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
		return r.Announce(m.viewer(Administrator), on, on.AddDays(7), false)
	})
	if by := m.as("qingshi2"); m.err == nil {
		m.did(m.st.AskAppeal(m.ctx, by, oversight.Appeal{Assessment: town, Item: "4.1", Want: 20 * oversight.Point, Text: "检查当日公开栏正在更换，次日上午已全部换新，村里留有照片。"}))
	}
}

// viewer is one of the people, as verbs want them.
func (m *making) viewer(who string) org.Viewer {
	v := org.Viewer{Person: m.who[who]}
	for _, x := range people() {
		if x.login == who {
			v.Name = x.name
		}
	}
	return v
}

// beingScored is the quarter that is scored now: some organs are done.
func (m *making) beingScored(scheme int64, year, quarter int) {
	id := m.round(Administrator, scheme, oversight.PeriodQuarter, year, quarter, "政务公开考评")
	f, rows := m.sheets(Administrator, id)
	for n, row := range rows {
		if n%3 != 1 {
			m.score(Administrator, f, row, n+4)
		}
	}
}

// villages lets a town assess what is inside it.
func (m *making) villages() {
	town := m.organ["青石镇"].ID
	scheme := m.scheme("qingshi2", town, "E", func(s *oversight.Scheme) {
		s.Name, s.Group, s.Year = "青石镇村和站所政务公开考评办法", "村和站所", m.today.Year-1
	})
	id := m.round("qingshi2", scheme, oversight.PeriodYear, m.today.Year-1, 1, "村和站所政务公开考评")
	f, rows := m.sheets("qingshi2", id)
	for n, row := range rows {
		if n > 0 {
			continue
		}
		m.score("qingshi2", f, row, n)
		m.mark("qingshi2", row.ID, act.ScoreGiven, "3.1", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64) error {
			return a.Enter(s, r, v, "3.1", version, oversight.Fact{Each: []int64{1, 1, 0, 2}}, "橱窗更换登记", nil, m.today)
		})
	}
}
