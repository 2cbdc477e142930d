package casework

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
)

// A Stop is a question on the way of a file, with the answer if there is one.
type Stop struct {
	Question Question
	Choice   Choice
	Answered bool
	Skipped  bool // nothing is asked here, because an earlier answer ended the way
	Later    bool // skipped only until what an earlier answer waits for has come
	On       law.Date
}

// A Gap is something that is open.
type Gap struct {
	Question   QuestionCode
	Text       string
	Unanswered bool // only that the question is not answered yet
}

// A Proposal is what follows from the answers.
type Proposal struct {
	Stops     []Stop // all seven
	Next      QuestionCode
	Outcome   Outcome // "" while it is open
	Letter    string  // code of the letter to draft now, that of the answer or one on the way; "" while it is open
	Waits     bool    // that letter is one on the way
	Also      string  // letter to somebody else that goes with the answer, "" for none
	Row       string  // of table 三; "" for none
	Reasons   []Reason
	Gaps      []Gap
	Conflicts []string // answers and facts that contradict each other
}

// A Reason says why something was proposed.
type Reason struct {
	What string
	Why  string
	Cite law.Cite
}

// Title is how a question is named: 第四问“有没有”.
func (q Question) Title() string {
	i := slices.IndexFunc(questions, func(x Question) bool { return x.Code == q.Code })
	return "第" + string([]rune("一二三四五六七")[i]) + "问“" + q.Name + "”"
}

// Stops are the seven questions as the answers lead through them.
func (r *Request) Stops() []Stop {
	out, over, waits := make([]Stop, 0, len(questions)), false, false
	for _, q := range questions {
		s := Stop{Question: q}
		j, ok := r.Guide[q.Code]
		if ok {
			s.Choice, s.Answered = q.Choice(j.Answer)
			s.On = j.On
		}
		s.Later = waits
		s.Skipped = waits || over && q.Code != Reply
		if s.Answered && !s.Skipped {
			over, waits = over || s.Choice.Ends, s.Choice.Waits != ""
		}
		out = append(out, s)
	}
	return out
}

// headed is the outcome that the answers lead to so far.
func (r *Request) headed() Outcome {
	var o Outcome
	for _, s := range r.Stops() {
		if s.Answered && !s.Skipped && s.Choice.Outcome != "" {
			o = s.Choice.Outcome
		}
	}
	return o
}

// Propose says what the answers lead to: outcome, letter and row of table 三, each
// with its reason, what is still open and what contradicts itself.
func (r *Request) Propose(c Content, today law.Date, maps []Mapping) Proposal {
	p := Proposal{Stops: r.Stops()}
	var by Stop
	done := true
	for _, s := range p.Stops {
		if s.Skipped {
			continue
		}
		if !s.Answered {
			if p.Next == "" {
				p.Next = s.Question.Code
			}
			if s.Question.Code != Reply { // how it is served may be left to the end
				done = false
				p.Gaps = append(p.Gaps, Gap{Question: s.Question.Code, Text: s.Question.Title() + "还没有回答。", Unanswered: true})
			}
			continue
		}
		switch {
		case s.Choice.Waits == "":
		case s.Choice.Fits(r, today) == "":
			p.Letter, p.Waits, by = s.Choice.Waits, true, s
		case r.State == Correcting || r.State == Unpaid:
			done = false
			p.Gaps = append(p.Gaps, Gap{Question: s.Question.Code, Text: "申请现在" + r.State.Chinese() + "，收到后或者期满后重新回答这一问。"})
		default: // what was waited for has come
			done = false
			p.Next = s.Question.Code
			p.Gaps = append(p.Gaps, Gap{Question: s.Question.Code, Text: "“" + s.Choice.Text + "”已经办过，请重新回答这一问。"})
		}
		if s.Choice.Outcome != "" {
			p.Outcome, by = s.Choice.Outcome, s
		}
	}
	if !done && !p.Waits {
		p.Outcome = ""
	}
	if p.Waits {
		p.Outcome = ""
	}
	to := r.headed()
	for _, s := range p.Stops {
		if s.Answered && !s.Skipped {
			for _, m := range s.Choice.lacks(c.Guide[s.Question.Code], to) {
				if m == redactedCopy.Label && r.Findings[FoundRedacted] {
					continue
				}
				p.Gaps = append(p.Gaps, Gap{Question: s.Question.Code, Text: "“" + s.Choice.Text + "”需要：" + m + "。"})
			}
		}
	}
	if p.Outcome != "" {
		p.reason(r, by, today, maps)
		r.gaps(&p)
	} else if k, ok := LetterOf(p.Letter, today); ok && p.Waits {
		p.Reasons = append(p.Reasons, Reason{"文书：《" + k.Name + "》（" + k.Code + "）", "“" + by.Question.Name + "”的回答是“" + by.Choice.Text + "”，" + by.Choice.Follows, k.Cites[0]})
	}
	r.conflicts(&p, c, today)
	return p
}

func (p *Proposal) reason(r *Request, by Stop, today law.Date, maps []Mapping) {
	res, _ := ResultOf(p.Outcome)
	why := "“" + by.Question.Name + "”的回答是“" + by.Choice.Text + "”。"
	p.Reasons = append(p.Reasons, Reason{"处理结果：" + res.Chinese, why + res.Cite.Paraphrase, res.Cite})
	p.Letter = by.Choice.Letter
	if p.Letter == "" {
		if k, ok := LetterFor(p.Outcome, today); ok {
			p.Letter = k.Code
		}
	}
	if k, ok := LetterOf(p.Letter, today); ok {
		remedy := map[Remedy]string{ReviewFirst: "救济途径写“先申请行政复议”：决定含有第十四条至第十六条的不予公开。", Choose: "救济途径写“申请行政复议或者提起行政诉讼”。"}[k.remedyOn(today)]
		p.Reasons = append(p.Reasons, Reason{"文书：《" + k.Name + "》（" + k.Code + "）", "“" + res.Chinese + "”用这一份。" + remedy, k.Cites[0]})
	}
	if r.Guide[Openness].Answer == "despite" && p.Outcome == Granted {
		p.Also = "N12"
	}
	p.Row = RowOf(p.Outcome, today, maps)
	row := Reason{What: "表三", Why: "按年度报告格式，这一结果统计在这一行。"}
	switch {
	case p.Row == "":
		row.Why = "主管部门规定这一结果不计入。"
	case p.Row != res.Row:
		row.Why = "主管部门规定这一结果统计在这一行，与通常的做法不同。"
	}
	p.Reasons = append(p.Reasons, row)
}

// gaps are what the decision still stands without.
func (r *Request) gaps(p *Proposal) {
	res, _ := ResultOf(p.Outcome)
	for _, what := range res.Evidence {
		if !r.Findings[what] {
			p.Gaps = append(p.Gaps, Gap{Question: r.gapAt(what), Text: "“" + res.Chinese + "”（" + p.Letter + "）需要" + FindingChinese(what) + "。"})
		}
	}
	third := false
	for _, x := range r.Consults {
		third = third || x.Kind == AskThird && !x.Answered.IsZero()
		if x.Answered.IsZero() {
			p.Gaps = append(p.Gaps, Gap{Question: Openness, Text: x.Kind.Chinese() + "还没有结果。"})
		}
	}
	if !third && (p.Outcome == Third || r.Guide[Openness].Answer == "despite") {
		p.Gaps = append(p.Gaps, Gap{Question: Openness, Text: "没有书面征求第三方意见的记录（条例第三十二条）。已经征求过的，在案卷页面补登。"})
	}
}

// gapAt is the question where a finding is recorded.
func (r *Request) gapAt(what string) QuestionCode {
	for _, s := range r.Stops() {
		if !s.Answered || s.Skipped {
			continue
		}
		if s.Choice.Finding == what || slices.ContainsFunc(s.Choice.Details, func(d Detail) bool { return d.Finding == what }) {
			return s.Question.Code
		}
	}
	return Openness
}

// conflicts names answers that contradict each other, or what the file says.
func (r *Request) conflicts(p *Proposal, c Content, today law.Date) {
	say := func(format string, args ...any) { p.Conflicts = append(p.Conflicts, fmt.Sprintf(format, args...)) }
	is := func(q QuestionCode) string { return r.Guide[q].Answer }
	for _, s := range p.Stops {
		switch {
		case s.Later:
		case s.Answered && s.Skipped:
			say("“%s”回答了“%s”，但前面的回答已经决定了结果，这一回答不再起作用。", s.Question.Name, s.Choice.Text)
		case s.Answered && s.Choice.Fits != nil && s.Choice.Waits == "":
			if why := s.Choice.Fits(r, today); why != "" {
				say("“%s”回答了“%s”，但%s", s.Question.Name, s.Choice.Text, why)
			}
		}
		if s.Answered && r.Guide[s.Question.Code].Evidence != c.Guide[s.Question.Code].Hash() {
			say("“%s”的材料与留痕不一致，请重新填写并保存。", s.Question.Name)
		}
	}
	if is(Clarity) == "clear" && r.State == Correcting {
		say("“补不补”回答了不需要补正，但正在等待申请人补正。")
	}
	found := false
	for _, x := range c.Guide[Holding].Searches {
		found = found || x.Found
	}
	switch n := len(c.Guide[Holding].Searches); {
	case is(Holding) == "none" && found:
		say("“有没有”回答了没有，但检索记录中有一条查到了相关信息。")
	case is(Holding) == "held" && n > 0 && !found:
		say("“有没有”回答了有，但检索记录都是没有查到。")
	}
	opinion := ""
	for _, x := range r.Consults {
		if x.Kind == AskThird && x.Opinion != "" {
			opinion = x.Opinion
		}
	}
	switch {
	case is(Openness) == "third" && opinion == "agree":
		say("“给不给”回答了损害第三方合法权益，但第三方同意公开。")
	case is(Openness) == "open" && opinion == "object":
		say("“给不给”回答了可以公开，但第三方不同意。仍应当公开的，选“第三方不同意，仍应当公开”并写明理由。")
	case is(Openness) == "despite" && opinion == "agree":
		say("“给不给”回答了第三方不同意，但登记的意见是同意公开。")
	}
	if is(Openness) == "open" {
		for _, what := range []string{FoundSecrecy, FoundLaw, FoundDanger} {
			if r.Findings[what] {
				say("“给不给”回答了可以公开，但案卷里有不应公开的材料：%s。", FindingChinese(what))
			}
		}
	}
	if is(Openness) == "published" && r.Payment != nil && !r.Payment.Paid.IsZero() && r.Payment.Refunded.IsZero() {
		say("“给不给”回答了已经主动公开，但已收取信息处理费，请先退费。")
	}
	if p.Letter == "" || p.Waits {
		return
	}
	for i := len(c.Letters) - 1; i >= 0; i-- {
		if l := c.Letters[i]; l.Void == "" && strings.HasPrefix(l.Code, "D") {
			if l.Code != p.Letter {
				say("已经起草的文书是 %s，按回答应当是 %s。", l.Code, p.Letter)
			}
			return
		}
	}
}

// Prefill is what the answers say for the fields of a letter, and from which
// answer each is.
func (r *Request) Prefill(k LetterKind, c Content) (fields, sources map[string]string) {
	fields, sources = map[string]string{}, map[string]string{}
	known := map[string]bool{}
	for _, f := range k.Fields {
		known[f.Name] = true
	}
	put := func(s Stop, name, value string) {
		if known[name] && value != "" {
			fields[name], sources[name] = value, s.Question.Title()+"："+s.Choice.Text
		}
	}
	for _, s := range r.Stops() {
		if !s.Answered || s.Skipped {
			continue
		}
		a := c.Guide[s.Question.Code]
		if s.Choice.Letter == "" && k.Outcome == "" && s.Choice.Waits != k.Code && k.Code != "N12" {
			continue // letters on the way take only what was written for them
		}
		for _, d := range s.Choice.Details {
			v := strings.TrimRight(strings.ReplaceAll(a.Fields[d.Name], "\n", "；"), "。；")
			if d.Kind == "date" {
				if day, err := law.ParseDate(v); err == nil {
					v = day.Chinese()
				}
			}
			put(s, d.Name, v)
		}
		switch {
		case len(a.Searches) > 0 || a.Fields["work"] != "":
			var list []string
			for _, x := range a.Searches {
				list = append(list, x.String())
			}
			if w := strings.TrimRight(a.Fields["work"], "。"); w != "" {
				list = append(list, w)
			}
			put(s, "search", strings.Join(list, "；"))
		case a.Fields["organ"] != "":
			whom := a.Fields["organ"]
			if a.Fields["contact"] != "" {
				whom += "（" + a.Fields["contact"] + "）"
			}
			put(s, "whom", whom)
		case s.Choice.Code == "despite" && k.Code == "N12":
			put(s, "why", a.Fields["basis"]+"："+strings.TrimRight(a.Fields["whythird"], "。"))
		case s.Question.Code == Holding && k.Code == "N12":
			put(s, "about", strings.TrimRight(a.Fields["what"], "。"))
		}
	}
	return fields, sources
}

// Otherwise are the outcomes that no answer leads to, and how they come about.
func Otherwise() map[Outcome]string {
	return map[Outcome]string{Withdrawn: "申请人撤回的，在案卷页面点“申请人撤回”，不需要回答七个问题。",
		Merged: "同一申请人就相同事项又提一件的，在案卷页面“并入另一件办理”。",
		Lapsed: "申请人死亡、终止又无人继续申请的，在案卷页面记录证明材料后“作出答复”。"}
}
