package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// QuestionCode is one of the seven questions 七步法 by which a request is worked
// through.
type QuestionCode string

// The questions, in their order.
const (
	Clarity  QuestionCode = "clarity"  // 补不补
	Nature   QuestionCode = "nature"   // 是不是
	Keeper   QuestionCode = "keeper"   // 谁负责
	Holding  QuestionCode = "holding"  // 有没有
	Openness QuestionCode = "openness" // 给不给
	Manner   QuestionCode = "manner"   // 怎么给
	Reply    QuestionCode = "reply"    // 怎么答
)

// A Question is one step of the guided path, with what may be answered.
type Question struct {
	Code     QuestionCode
	Name     string // 补不补
	Asks     string // the question in full
	Law      string // the law in two sentences
	Cites    []law.Cite
	Searches bool // the search record 检索记录 is kept here
	Choices  []Choice
}

// A Choice is one answer to a question.
type Choice struct {
	Code     string
	Text     string
	Follows  string   // what follows from it
	Outcome  Outcome  // "" where it decides nothing yet
	Ends     bool     // nothing more is asked but how to answer
	Waits    string   // letter on the way that has to go out first, "" for none
	Letter   string   // letter of the answer where it is not the one of the outcome
	Finding  string   // on file once every required detail is
	Searches bool     // it needs the search record
	Details  []Detail // evidence
	Fits     func(r *Request, today law.Date) string
}

// A Detail is one piece of the evidence of an answer. Its name is that of the
// field of the letter that it fills.
type Detail struct {
	Field
	Kind    string   // text, textarea, date, select
	Options []string // of a select
	Only    Outcome  // it is asked for only on the way to this outcome
	Finding string   // on file once this detail is
}

// Answered is what somebody answered to a question, with the evidence. It stands
// in the sealed part of the file; the act has the code of the answer and a salted
// hash.
type Answered struct {
	Answer   string            `json:"answer"`
	Fields   map[string]string `json:"fields,omitempty"`
	Searches []Search          `json:"searches,omitempty"`
	Salt     string            `json:"salt,omitempty"` // of the hash in the act
	By       int64             `json:"by,omitempty"`
}

// A Search is one line of the search record: who looked where for what.
type Search struct {
	Who   string   `json:"who"`
	Where string   `json:"where"` // 部门、系统、档案
	Words string   `json:"words"` // 名称、文号、关键词
	On    law.Date `json:"on"`
	Found bool     `json:"found,omitempty"`
	Note  string   `json:"note,omitempty"`
}

func (s Search) String() string {
	out := s.On.Chinese() + s.Who + "查阅" + s.Where + "，以“" + s.Words + "”检索，"
	if s.Found {
		out += "查到相关信息"
	} else {
		out += "没有查到"
	}
	if s.Note != "" {
		out += "（" + s.Note + "）"
	}
	return out
}

// A Judgment is an answer as the acts have it.
type Judgment struct {
	Answer   string
	On       law.Date
	Evidence string // salted hash of what stands in the sealed part
}

// Hash is what the act says of the evidence.
func (a Answered) Hash() string {
	b, err := json.Marshal(struct {
		Salt, Answer string
		Fields       map[string]string
		Searches     []Search
	}{a.Salt, a.Answer, a.Fields, a.Searches})
	if err != nil { // strings and days only
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Questions lists the seven in their order.
func Questions() []Question { return slices.Clone(questions) }

// QuestionOf is the question of a code.
func QuestionOf(code QuestionCode) (Question, bool) {
	i := slices.IndexFunc(questions, func(q Question) bool { return q.Code == code })
	if i < 0 {
		return Question{}, false
	}
	return questions[i], true
}

// Choice is the answer of a code.
func (q Question) Choice(code string) (Choice, bool) {
	i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Code == code })
	if i < 0 {
		return Choice{}, false
	}
	return q.Choices[i], true
}

// Bounds of the evidence.
const (
	maxSearches = 30
	maxDetail   = 1500
)

// Check is what is wrong with an answer as it was typed, by field, in Chinese.
// What is only missing is no mistake: it may be added until the decision.
func (q Question) Check(a Answered, today law.Date) map[string]string {
	bad := map[string]string{}
	c, ok := q.Choice(a.Answer)
	if !ok {
		bad["answer"] = "请选择一个回答。"
		return bad
	}
	for _, d := range c.Details {
		v := a.Fields[d.Name]
		switch {
		case v == "":
		case len([]rune(v)) > maxDetail:
			bad[d.Name] = "内容太长，最多1500字。详细材料请作为附件上传。"
		case d.Kind == "date":
			if _, err := law.ParseDate(v); err != nil {
				bad[d.Name] = "日期请写成年-月-日的形式，如 2026-01-20。"
			}
		case d.Kind == "select" && !slices.Contains(d.Options, v):
			bad[d.Name] = "请从列表中选择。"
		}
	}
	if len(a.Searches) > maxSearches {
		bad["searches"] = "检索记录最多30条，请合并同一处的检索。"
	}
	for _, s := range a.Searches {
		switch {
		case s.Who == "" || s.Where == "" || s.Words == "" || s.On.IsZero():
			bad["searches"] = "检索记录每一条都要写明谁、查了哪里、用了什么词、哪一天。不要的一条请整条清空。"
		case s.On.After(today):
			bad["searches"] = "检索日期" + s.On.Chinese() + "还没有到，请写实际检索的日期。"
		case len([]rune(s.Who+s.Where+s.Words+s.Note)) > maxDetail:
			bad["searches"] = "一条检索记录太长，请分成几条。"
		}
	}
	return bad
}

// Resolve 回答七步法的一问: the answer is kept as an act, with its evidence sealed.
// It may be changed until the decision; what the former answer put on file goes
// with it.
func (r *Request) Resolve(d Doing, c *Content, code QuestionCode, a Answered) error {
	q, ok := QuestionOf(code)
	if !ok {
		return act.Refuse("没有这一问。")
	}
	if err := r.fits(act.RequestFound); err != nil {
		return err
	}
	after := r.Received
	if after.IsZero() {
		after = r.Arrived
	}
	if err := d.when(after, "收到申请之日"); err != nil {
		return err
	}
	if bad := q.Check(a, d.Today); len(bad) > 0 {
		return act.Refuse(bad[slices.Sorted(maps.Keys(bad))[0]])
	}
	ch, _ := q.Choice(a.Answer)
	if ch.Fits != nil {
		if why := ch.Fits(r, d.Today); why != "" {
			return act.Refuse("“" + ch.Text + "”现在不能选：" + why)
		}
	}
	if old, had := c.Guide[code]; had && r.Guide[code].Answer == a.Answer && maps.Equal(old.Fields, a.Fields) && slices.Equal(old.Searches, a.Searches) {
		return nil // nothing new to say
	}
	before := maps.Clone(r.Findings)
	found := r.foundBy(ch, a)
	what, also := FoundAnswer, ""
	if len(found) > 0 {
		what, also = found[0], strings.Join(found[1:], ",")
	}
	err := r.happen(Event{Kind: act.RequestFound, On: d.On, Facts: d.facts(nil, "what", what, "also", also, "question", string(code), "answer", a.Answer, "evidence", a.Hash())})
	if err != nil {
		return err
	}
	if c.Guide == nil {
		c.Guide = map[QuestionCode]Answered{}
	}
	c.Guide[code] = a
	if c.Findings == nil {
		c.Findings = map[string]string{}
	}
	for was := range before {
		if !r.Findings[was] {
			delete(c.Findings, was)
		}
	}
	for _, f := range found {
		c.Findings[f] = ch.says(a)
	}
	return nil
}

// foundBy is what an answer puts on file: what its evidence is complete for.
func (r *Request) foundBy(ch Choice, a Answered) (found []string) {
	if ch.Finding != "" && len(ch.lacks(a, r.headed())) == 0 {
		found = append(found, ch.Finding)
	}
	for _, d := range ch.Details {
		if d.Finding != "" && a.Fields[d.Name] != "" && !slices.Contains(found, d.Finding) {
			found = append(found, d.Finding)
		}
	}
	return found
}

// lacks is what evidence of an answer is missing on the way to an outcome.
func (ch Choice) lacks(a Answered, to Outcome) (missing []string) {
	if ch.Searches && len(a.Searches) == 0 {
		missing = append(missing, "检索记录（谁、查了哪里、用了什么词、哪一天、结果）")
	}
	for _, d := range ch.Details {
		if d.Required && a.Fields[d.Name] == "" && (d.Only == "" || d.Only == to) {
			missing = append(missing, d.Label)
		}
	}
	return missing
}

// says words the evidence of an answer for the file.
func (ch Choice) says(a Answered) string {
	var s []string
	for _, x := range a.Searches {
		s = append(s, x.String())
	}
	for _, d := range ch.Details {
		if v := a.Fields[d.Name]; v != "" {
			s = append(s, d.Label+"："+v)
		}
	}
	if len(s) == 0 {
		return ch.Text
	}
	return strings.Join(s, "；")
}

// found records a finding, and where it answers one of the seven questions, the
// answer: what the former answer had put on file is withdrawn with it.
func (r *Request) found(e Event, f *act.Facts) {
	what := f.Word("what")
	all := []string{what}
	for also := range strings.SplitSeq(f.Maybe("also"), ",") {
		if also != "" {
			all = append(all, also)
		}
	}
	question := QuestionCode(f.Maybe("question"))
	answer, evidence := f.Maybe("answer"), f.Maybe("evidence")
	if question == "" {
		if FindingChinese(what) == "" || len(all) > 1 || answer != "" || evidence != "" {
			f.Fail("what")
			return
		}
		r.keep(what, "")
		return
	}
	q, _ := QuestionOf(question)
	if _, ok := q.Choice(answer); !ok {
		f.Fail("answer")
		return
	}
	for was, by := range r.foundIn {
		if by == question {
			delete(r.Findings, was)
			delete(r.foundIn, was)
		}
	}
	if r.Guide == nil {
		r.Guide = map[QuestionCode]Judgment{}
	}
	r.Guide[question] = Judgment{Answer: answer, On: e.On, Evidence: evidence}
	if what == FoundAnswer && len(all) == 1 {
		return
	}
	for _, x := range all {
		if FindingChinese(x) == "" {
			f.Fail("what")
			return
		}
		r.keep(x, question)
	}
}

// keep puts a finding on file. What was found beside the questions stays when an
// answer is changed.
func (r *Request) keep(what string, by QuestionCode) {
	if r.Findings == nil {
		r.Findings, r.foundIn = map[string]bool{}, map[string]QuestionCode{}
	}
	switch {
	case by == "":
		delete(r.foundIn, what)
	case !r.Findings[what]:
		r.foundIn[what] = by
	}
	r.Findings[what] = true
}
