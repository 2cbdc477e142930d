package oversight

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// TrainingRule is why training is kept: it is a duty of the 主管部门.
func TrainingRule() law.Cite {
	return law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第四十八条", Paraphrase: "主管部门应当对行政机关的政府信息公开工作人员定期进行培训。"}
}

// TrainingState is where a session stands.
type TrainingState string

// The states.
const (
	TrainingPlanned TrainingState = "planned" // 计划中
	TrainingHeld    TrainingState = "held"    // 已举办
	TrainingDropped TrainingState = "dropped" // 已取消
)

// Chinese is the state on screen.
func (s TrainingState) Chinese() string {
	return map[TrainingState]string{TrainingPlanned: "计划中", TrainingHeld: "已举办", TrainingDropped: "已取消"}[s]
}

// TrainingTopics are what sessions are about, for counting.
func TrainingTopics() []string {
	return []string{"条例和业务", "依申请公开", "年度报告", "保密审查", "平台操作", "基层标准化", "其他"}
}

// A Training is one session 培训: of the plan of a year, and then as it was held.
type Training struct {
	ID       int64
	Organ    int64
	Year     int
	Title    string
	Topic    string   // one of TrainingTopics
	Planned  law.Date // zero if the plan names no day
	Held     law.Date // zero before
	Place    string
	Minutes  int
	Lecturer string
	Audience string // who it is for, in words
	Outside  int    // people present who stand in no list
	State    TrainingState
	Code     string // number to sign in with, "" while sign-in is closed
	Test     Test
	Version  int64
	People   []Trainee
	Files    []TrainingFile
}

// A Trainee is somebody who has to come, or came.
type Trainee struct {
	ID     int64
	Person int64 // 0 for somebody without a record
	Name   string
	Unit   string
	Must   bool
	Signed int64  // instant of signing in, milliseconds since 1970; 0 for not
	How    string // one of the Signed constants
	Tries  int    // at the test
	Best   int    // percent, -1 before
	Passed bool
}

// How somebody signed in.
const (
	SignedSheet = "sheet" // 纸质签到表
	SignedCode  = "code"  // 扫码或签到号
)

// A TrainingFile is a material, or the scan of the list people signed.
type TrainingFile struct {
	ID      int64
	Name    string
	Sheet   bool   // the signed list; otherwise a material
	Hash    string // of a public file
	Private int64  // id of a private one
	Size    int64
}

// Bounds of a session.
const (
	MaxTrainees    = 2000
	maxTrainingHrs = 40
)

// Check reports in Chinese what is wrong with a session of a plan, by field.
func (t Training) Check() map[string]string {
	bad := map[string]string{}
	for _, x := range []struct {
		field, text string
		most        int
	}{{"title", t.Title, 80}, {"place", t.Place, 60}, {"lecturer", t.Lecturer, 60}, {"audience", t.Audience, 120}} {
		if m := badText(x.text, x.most, false); m != "" {
			bad[x.field] = m
		}
	}
	if strings.TrimSpace(t.Title) == "" {
		bad["title"] = "请写培训的题目，例如“年度报告编制培训”。"
	}
	if t.Topic != "" && !slices.Contains(TrainingTopics(), t.Topic) {
		bad["topic"] = "请从列出的主题中选择。"
	}
	if t.Year < 2008 || t.Year > 2100 {
		bad["year"] = "请写年度，例如 2026。"
	}
	if !t.Planned.IsZero() && t.Planned.Year != t.Year {
		bad["planned"] = fmt.Sprintf("计划的日期不在%d年。", t.Year)
	}
	if t.Minutes < 0 || t.Minutes > maxTrainingHrs*60 {
		bad["minutes"] = fmt.Sprintf("时长最多%d小时（%d分钟）。", maxTrainingHrs, maxTrainingHrs*60)
	}
	if t.Outside < 0 || t.Outside > 100_000 {
		bad["outside"] = "请写人数。"
	}
	if t.Organ == 0 {
		bad["organ"] = "请选择举办的机关。"
	}
	return bad
}

// Hold says that the session took place.
func (t *Training) Hold(on law.Date, place string, minutes, outside int, today law.Date) error {
	switch {
	case t.State == TrainingDropped:
		return act.Refuse("这次培训已取消，不能登记举办情况。")
	case !on.Valid() || on.After(today):
		return act.Refuse("请写举办的日期，不能晚于今天。")
	case minutes <= 0 || minutes > maxTrainingHrs*60:
		return act.Refuse(fmt.Sprintf("请写时长（分钟），最多%d。", maxTrainingHrs*60))
	case strings.TrimSpace(place) == "":
		return act.Refuse("请写地点；线上培训写“线上”。")
	case outside < 0 || outside > 100_000:
		return act.Refuse("名单以外的人数应是不小于0的整数。")
	}
	if m := badText(place, 60, false); m != "" {
		return act.Refuse(m)
	}
	t.Held, t.Place, t.Minutes, t.Outside, t.State, t.Year = on, strings.TrimSpace(place), minutes, outside, TrainingHeld, on.Year
	return nil
}

// Drop cancels a session of the plan.
func (t *Training) Drop() error {
	if t.State != TrainingPlanned {
		return act.Refuse("这次培训" + t.State.Chinese() + "，不能取消。")
	}
	t.State, t.Code = TrainingDropped, ""
	return nil
}

// Summon puts people on the list; whoever stands there already stays once.
func (t *Training) Summon(people []Trainee) error {
	if t.State == TrainingDropped {
		return act.Refuse("这次培训已取消。")
	}
	for _, p := range people {
		if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
			continue
		}
		if badText(p.Name, 30, false) != "" || badText(p.Unit, 100, false) != "" {
			return act.Refuse("名单里“" + cut(p.Name, 10) + "”的姓名或单位过长，或者有无法显示的字符。")
		}
		if slices.ContainsFunc(t.People, func(q Trainee) bool {
			return p.Person != 0 && p.Person == q.Person || p.Person == 0 && p.Name == q.Name && p.Unit == q.Unit
		}) {
			continue
		}
		p.Best = -1
		t.People = append(t.People, p)
	}
	if len(t.People) > MaxTrainees {
		return act.Refuse(fmt.Sprintf("一次培训的名单最多%d人。", MaxTrainees))
	}
	return nil
}

// Excuse takes somebody from the list who has neither signed in nor been tested.
func (t *Training) Excuse(id int64) error {
	i := slices.IndexFunc(t.People, func(p Trainee) bool { return p.ID == id })
	switch {
	case i < 0:
		return act.Refuse("名单里没有这个人，可能别人已经移出。")
	case t.People[i].Signed != 0 || t.People[i].Tries > 0:
		return act.Refuse("“" + t.People[i].Name + "”已签到或参加测试，不能移出名单。")
	}
	t.People = slices.Delete(slices.Clone(t.People), i, i+1)
	return nil
}

// SignSheet ticks those who signed the printed list, at an instant; others that
// were ticked by mistake are unticked. Who signed by number stays.
func (t *Training) SignSheet(ids []int64, at int64) error {
	if t.State == TrainingDropped {
		return act.Refuse("这次培训已取消。")
	}
	t.People = slices.Clone(t.People)
	for i, p := range t.People {
		switch on := slices.Contains(ids, p.ID); {
		case p.How == SignedCode:
		case on && p.Signed == 0:
			t.People[i].Signed, t.People[i].How = at, SignedSheet
		case !on && p.Signed != 0:
			t.People[i].Signed, t.People[i].How = 0, ""
		}
	}
	return nil
}

// SignIn signs somebody in by the number that is shown.
func (t *Training) SignIn(who Trainee, code string, at int64) error {
	switch {
	case t.State == TrainingDropped:
		return act.Refuse("这次培训已取消。")
	case t.Code == "":
		return act.Refuse("签到没有开放，或者已经结束。请向组织培训的同志说明，在签到表上补签。")
	case code != t.Code:
		return act.Refuse("签到号不对，请看现场显示的六位数字。")
	}
	t.People = slices.Clone(t.People)
	i := slices.IndexFunc(t.People, func(p Trainee) bool { return p.Person == who.Person })
	if i < 0 {
		if len(t.People) >= MaxTrainees {
			return act.Refuse("名单已满。")
		}
		who.Best = -1
		t.People = append(t.People, who)
		i = len(t.People) - 1
	}
	if t.People[i].Signed == 0 {
		t.People[i].Signed, t.People[i].How = at, SignedCode
	}
	return nil
}

// Answer takes a person's answers to the test.
func (t *Training) Answer(person int64, given [][]int) (percent int, err error) {
	i := slices.IndexFunc(t.People, func(p Trainee) bool { return p.Person == person })
	switch {
	case len(t.Test.Questions) == 0:
		return 0, act.Refuse("这次培训没有测试。")
	case t.State == TrainingDropped:
		return 0, act.Refuse("这次培训已取消。")
	case i < 0:
		return 0, act.Refuse("您不在这次培训的名单里，请先签到。")
	case t.People[i].Passed:
		return 0, act.Refuse("您已经通过测试。")
	case t.People[i].Tries >= t.Test.Tries:
		return 0, act.Refuse(fmt.Sprintf("测试最多%d次，您已用完。请与组织培训的同志联系。", t.Test.Tries))
	case len(given) != len(t.Test.Questions):
		return 0, act.Refuse("题目有变动，请重新打开测试。")
	}
	percent = t.Test.Score(given)
	t.People = slices.Clone(t.People)
	p := &t.People[i]
	p.Tries++
	p.Best = max(p.Best, percent)
	p.Passed = percent >= t.Test.Pass
	return percent, nil
}

// Present counts who came: those who signed in and those who stand in no list.
func (t Training) Present() int {
	n := t.Outside
	for _, p := range t.People {
		if p.Signed != 0 {
			n++
		}
	}
	return n
}

// Missing are those who had to come and did not sign in.
func (t Training) Missing() []Trainee {
	var out []Trainee
	for _, p := range t.People {
		if p.Must && p.Signed == 0 {
			out = append(out, p)
		}
	}
	return out
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// AddFiles adds materials or scans.
func (t *Training) AddFiles(files []TrainingFile) error {
	switch {
	case len(files) == 0:
		return act.Refuse("请选择要上传的文件。")
	case len(t.Files)+len(files) > maxTrainingFiles:
		return act.Refuse(fmt.Sprintf("一次培训的文件最多%d个。", maxTrainingFiles))
	}
	t.Files = append(slices.Clone(t.Files), files...)
	return nil
}

// DropFile takes a material away. A signed list stays.
func (t *Training) DropFile(id int64) error {
	i := slices.IndexFunc(t.Files, func(f TrainingFile) bool { return f.ID == id })
	switch {
	case i < 0:
		return act.Refuse("没有这个文件，可能别人已经删除。")
	case t.Files[i].Sheet:
		return act.Refuse("签到表是到场的凭证，不能删除。")
	}
	t.Files = slices.Delete(slices.Clone(t.Files), i, i+1)
	return nil
}
