package oversight

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// An AppealState is where an appeal stands.
type AppealState string

// The states.
const (
	AppealAsked     AppealState = "asked"     // 待复核
	AppealUpheld    AppealState = "upheld"    // 予以更正
	AppealRefused   AppealState = "refused"   // 维持原得分
	AppealWithdrawn AppealState = "withdrawn" // 已撤回
)

// Chinese is the state on screen.
func (s AppealState) Chinese() string {
	switch s {
	case AppealAsked:
		return "待复核"
	case AppealUpheld:
		return "予以更正"
	case AppealRefused:
		return "维持原得分"
	case AppealWithdrawn:
		return "已撤回"
	}
	return ""
}

// An Appeal 申诉 questions the points of one indicator after they were announced.
type Appeal struct {
	ID         int64
	Round      int64
	Assessment int64
	Organ      int64
	Item       string // key of the indicator
	Own        bool   // the office found the fault itself 主动复核
	Was        Points
	Want       Points
	Text       string
	Files      []ScoreFile
	By         int64
	Name       string
	On         law.Date
	Due        law.Date // the day the answer is due

	State   AppealState
	To      Points // what the mark came to
	Reply   string
	Decider int64
	DName   string
	Decided law.Date
	Version int64
}

// Appeals checks an appeal that is to be made.
func (a *Assessment) Appeals(s *Scheme, r *Round, v org.Viewer, x *Appeal, on law.Date) error {
	m := a.Mark(x.Item)
	i, _ := s.Indicator(x.Item)
	switch {
	case m == nil || i == nil:
		return act.Refuse("这一轮没有这项指标。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case r.State == RoundClosed && !x.Own:
		return act.Refuse("这一轮已经定分，申诉已经截止。")
	case !r.State.Announced():
		return act.Refuse("这一轮" + r.State.Chinese() + "，得分还没有公布，不能申诉。")
	case !x.Own && on.After(r.AppealDue):
		return act.Refuse("申诉截止日期是"+r.AppealDue.Chinese()+"，已经过了。确有错误的，请联系主管部门主动复核。", scoredAssess)
	}
	low, high := i.Bounds()
	if x.Want < low || x.Want > high {
		return act.Refuse("认为应得的分数应在 " + low.String() + " 分到 " + high.String() + " 分之间。")
	}
	if i.Kind != VetoOf && x.Want == m.Points {
		return act.Refuse("认为应得的分数与现在的得分相同，不需要申诉。")
	}
	if err := scoreText("申诉的理由：哪一处不对、依据是什么", x.Text, true); err != nil {
		return err
	}
	if len(x.Files) > maxScoreFiles {
		return act.Refuse("证据最多 12 个文件，请合并后再传。")
	}
	x.State, x.Was, x.By, x.Name, x.On, x.Text = AppealAsked, m.Points, v.Person, v.Name, on, strings.TrimSpace(x.Text)
	return nil
}

// Withdraw takes an appeal back that nobody has decided.
func (x *Appeal) Withdraw(v org.Viewer, on law.Date) error {
	if x.State != AppealAsked {
		return act.Refuse("这件申诉" + x.State.Chinese() + "，不能撤回。")
	}
	x.State, x.Decider, x.DName, x.Decided = AppealWithdrawn, v.Person, v.Name, on
	return nil
}

// Decide answers an appeal. Whoever scored the indicator, or froze its figures,
// does not decide. If it is upheld the mark is corrected by the same act.
func (x *Appeal) Decide(s *Scheme, r *Round, a *Assessment, v org.Viewer, upheld bool, to Points, reply string, on law.Date) error {
	m := a.Mark(x.Item)
	switch {
	case x.State != AppealAsked:
		return act.Refuse("这件申诉" + x.State.Chinese() + "，已经办结。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case m == nil:
		return act.Refuse("这一轮没有这项指标。")
	case m.scorer(r, v.Person):
		return act.Refuse("这项得分是您评的，或者数据是您取的，不能由您复核。请由另一位同事复核。", scoredAssess)
	case v.Person == x.By:
		return act.Refuse("这件申诉是您提出的，不能由您复核。")
	}
	if err := scoreText("复核的理由", reply, true); err != nil {
		return err
	}
	i, _ := s.Indicator(x.Item)
	if upheld {
		if i.Kind != VetoOf && to == m.Points {
			return act.Refuse("更正后的得分与现在相同。维持原得分的，请选“维持原得分”。")
		}
		if err := a.Correct(s, r, v, x.Item, to, reply, x.ID, on); err != nil {
			return err
		}
	}
	x.State, x.To, x.Reply, x.Decider, x.DName, x.Decided = AppealRefused, m.Points, strings.TrimSpace(reply), v.Person, v.Name, on
	if upheld {
		x.State = AppealUpheld
	}
	return nil
}

// scorer reports whether the person gave any part of the mark: points, figures,
// an event, a decision on a bonus, or the count of the program's figures.
func (m *Mark) scorer(r *Round, person int64) bool {
	if m.By == person {
		return true
	}
	for _, e := range m.Events {
		if e.Asked == "" && e.By == person || e.Decider == person {
			return true
		}
	}
	return m.By == 0 && r.ComputedBy == person
}
