package oversight

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// ErrChanged says that somebody scored the indicator meanwhile.
var ErrChanged = errors.New("oversight: the mark was changed meanwhile")

// Bounds of what is written beside a score.
const (
	maxScoreText   = 3000 // bytes
	maxScoreFiles  = 12   // of one mark or event
	maxScoreEvents = 200  // of one mark
	maxEventCount  = 10_000
)

// open finds a mark that may be scored: it has the version that the viewer saw.
func (a *Assessment) open(s *Scheme, r *Round, v org.Viewer, key string, version int64) (*Mark, *Indicator, error) {
	m := a.Mark(key)
	i, _ := s.Indicator(key)
	switch {
	case m == nil || i == nil:
		return nil, nil, act.Refuse("这一轮没有这项指标。")
	case v.Person == 0:
		return nil, nil, act.Refuse(errOnlyPeople)
	}
	if err := r.MayScore(); err != nil {
		return nil, nil, err
	}
	if m.Version != version {
		return nil, nil, ErrChanged
	}
	return m, i, nil
}

// scoredBy notes who scored and works everything out anew.
func (a *Assessment) scoredBy(s *Scheme, r *Round, m *Mark, v org.Viewer, on law.Date) {
	m.By, m.Name, m.On = v.Person, v.Name, on
	m.Version++
	a.Reckon(s, r)
}

func scoreText(what, text string, need bool) error {
	switch {
	case need && strings.TrimSpace(text) == "":
		return act.Refuse("请写明" + what + "。")
	case len(text) > maxScoreText:
		return act.Refuse(what + "过长，最多1000字。")
	}
	return nil
}

func (i *Indicator) files(list []ScoreFile) error {
	if len(list) > maxScoreFiles {
		return act.Refuse(fmt.Sprintf("证据最多 %d 个文件，请合并后再传。", maxScoreFiles))
	}
	if i.Evidence && len(list) == 0 {
		return act.Refuse("方案规定“" + i.Name + "”须附证据，请上传照片或文件。")
	}
	return nil
}

// Give gives points by hand to an indicator that is scored so.
func (a *Assessment) Give(s *Scheme, r *Round, v org.Viewer, key string, version int64, p Points, reason string, files []ScoreFile, on law.Date) error {
	m, i, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	if i.Kind != ManualPoints {
		return act.Refuse("“" + i.Name + "”按数据计分，不能直接给分，请填写数据。")
	}
	if p < i.Floor || p > i.Max {
		return act.Refuse(fmt.Sprintf("“%s”的得分应在 %s 分到 %s 分之间。", i.Name, i.Floor, i.Max))
	}
	if err := scoreText("评分理由", reason, p != i.Max); err != nil {
		return err
	}
	files = append(slices.Clone(m.Files), files...)
	if err := i.files(files); err != nil {
		return err
	}
	m.Given, m.Reason, m.Files = &p, strings.TrimSpace(reason), files
	a.scoredBy(s, r, m, v, on)
	return nil
}

// Enter puts figures in by hand where the program has none, or instead of what
// it has, which stays beside them.
func (a *Assessment) Enter(s *Scheme, r *Round, v org.Viewer, key string, version int64, f Fact, reason string, files []ScoreFile, on law.Date) error {
	m, i, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	if !i.ByFigures() {
		return act.Refuse("“" + i.Name + "”不按数据计分。")
	}
	if err := i.checkFact(f, r.Span()); err != nil {
		return err
	}
	if err := scoreText("数据的来源或改填的理由", reason, true); err != nil {
		return err
	}
	files = append(slices.Clone(m.Files), files...)
	if err := i.files(files); err != nil {
		return err
	}
	f.Refs, f.Link, f.State = nil, "", factStateOf(f.State == FactNone)
	m.Hand, m.Reason, m.Files = &f, strings.TrimSpace(reason), files
	a.scoredBy(s, r, m, v, on)
	return nil
}

func factStateOf(none bool) FactState {
	if none {
		return FactNone
	}
	return FactKnown
}

// Clear takes back what was entered or given by hand: the program's figures
// count again, or the mark is open.
func (a *Assessment) Clear(s *Scheme, r *Round, v org.Viewer, key string, version int64, on law.Date) error {
	m, _, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	m.Hand, m.Given, m.Seen, m.Reason, m.Files = nil, nil, false, "", nil
	a.scoredBy(s, r, m, v, on)
	m.By, m.Name, m.On = 0, "", law.Date{}
	return nil
}

// ByFigures reports whether the indicator's points follow from figures that can
// be entered by hand.
func (i *Indicator) ByFigures() bool {
	switch i.Kind {
	case CountTarget, RatioOf, DeadlineMet, Presence:
		return true
	}
	return i.Kind == BonusPoints && len(i.Rule.Steps) > 0
}

// ByEvents reports whether single events are entered by hand.
func (i *Indicator) ByEvents() bool { return len(i.Rule.Faults) > 0 || len(i.Rule.Grants) > 0 }

func (i *Indicator) checkFact(f Fact, span Span) error {
	if f.State == FactNone {
		return nil
	}
	const most = 100_000_000
	bad := func(n int64) bool { return n < 0 || n > most }
	if bad(f.N) || bad(f.Of) || bad(f.Days) || slices.ContainsFunc(f.Each, bad) {
		return act.Refuse("数据应是 0 或正整数。")
	}
	switch i.Kind {
	case CountTarget, BonusPoints:
		if want := len(i.spans(span)); len(f.Each) != want {
			return act.Refuse(fmt.Sprintf("应填写 %d 期数据，现在有 %d 期。没有的填 0。", want, len(f.Each)))
		}
	case RatioOf:
		if f.N > f.Of && shapeOf(i.Measure) != ShapeMean {
			return act.Refuse("比率的分子不能大于分母。")
		}
	}
	return nil
}

// AddEvent enters something that takes points away, or vetoes, or is a reason
// for a bonus that nobody had to ask for.
func (a *Assessment) AddEvent(s *Scheme, r *Round, v org.Viewer, key string, version int64, e ScoreEvent, on law.Date) error {
	m, i, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	if err := i.checkEvent(m, e); err != nil {
		return err
	}
	e.Asked, e.Reply, e.Decider = "", "", 0
	e.N, e.By, e.Name, e.On = nextEvent(m), v.Person, v.Name, on
	m.Events = append(m.Events, e)
	a.scoredBy(s, r, m, v, on)
	return nil
}

func nextEvent(m *Mark) int64 {
	n := int64(0)
	for _, e := range m.Events {
		n = max(n, e.N)
	}
	return n + 1
}

func (i *Indicator) checkEvent(m *Mark, e ScoreEvent) error {
	_, fault := i.Fault(e.Key)
	_, grant := i.Grant(e.Key)
	switch {
	case !i.ByEvents():
		return act.Refuse("“" + i.Name + "”不按次登记。")
	case !fault && !grant:
		return act.Refuse("请选择是哪一种情形。")
	case e.Count < 1 || e.Count > maxEventCount:
		return act.Refuse("次数应是 1 或更大的整数。")
	case len(m.Events) >= maxScoreEvents:
		return act.Refuse(fmt.Sprintf("一项指标最多登记 %d 条，请合并同类情形。", maxScoreEvents))
	}
	if err := scoreText("具体情况：什么时候、哪一条、什么问题", e.Text, true); err != nil {
		return err
	}
	return i.files(e.Files)
}

// DropEvent takes an event out that was entered by mistake.
func (a *Assessment) DropEvent(s *Scheme, r *Round, v org.Viewer, key string, version, n int64, on law.Date) error {
	m, _, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(m.Events, func(e ScoreEvent) bool { return e.N == n })
	if at < 0 {
		return ErrChanged
	}
	if m.Events[at].Asked != "" {
		return act.Refuse("这是机关申请的加分，不能删除，请予以认定或者不予认定。")
	}
	m.Events = slices.Delete(slices.Clone(m.Events), at, at+1)
	a.scoredBy(s, r, m, v, on)
	return nil
}

// LookedAt says that somebody checked and found nothing more than the events.
func (a *Assessment) LookedAt(s *Scheme, r *Round, v org.Viewer, key string, version int64, on law.Date) error {
	m, i, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	if i.Kind != DeductPerEvent && i.Kind != VetoOf {
		return act.Refuse("“" + i.Name + "”不是按次核查的指标。")
	}
	m.Seen = true
	a.scoredBy(s, r, m, v, on)
	return nil
}

// DecideBonus grants or refuses what an organ asked for.
func (a *Assessment) DecideBonus(s *Scheme, r *Round, v org.Viewer, key string, version, n int64, yes bool, count int64, reply string, on law.Date) error {
	m, _, err := a.open(s, r, v, key, version)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(m.Events, func(e ScoreEvent) bool { return e.N == n && e.Asked != "" })
	if at < 0 {
		return ErrChanged
	}
	e := m.Events[at]
	switch {
	case yes && (count < 1 || count > e.Count):
		return act.Refuse(fmt.Sprintf("核定的次数应在 1 到申请的 %d 之间；一次也不认定的，请选“不予认定”。", e.Count))
	case !yes || count < e.Count:
		if err := scoreText("不予认定的理由", reply, true); err != nil {
			return err
		}
	}
	e.Asked, e.Reply, e.Decider, e.DName, e.Decided = AskRefused, strings.TrimSpace(reply), v.Person, v.Name, on
	if yes {
		e.Asked, e.Count = AskGranted, count
	}
	m.Events = slices.Clone(m.Events)
	m.Events[at] = e
	a.scoredBy(s, r, m, v, on)
	return nil
}

// AssessSelf keeps what the organ gives itself, while the round asks for it.
func (a *Assessment) AssessSelf(s *Scheme, r *Round, v org.Viewer, key string, version int64, p Points, text string, files []ScoreFile, on law.Date) error {
	m, i := a.Mark(key), (*Indicator)(nil)
	if m != nil {
		i, _ = s.Indicator(key)
	}
	switch {
	case i == nil:
		return act.Refuse("这一轮没有这项指标。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case r.State != RoundSelf:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在自评阶段。")
	case !a.SelfOn.IsZero():
		return act.Refuse("自评已经于" + a.SelfOn.Chinese() + "提交。需要修改的，请联系主管部门。")
	case !i.Base():
		return act.Refuse("“" + i.Name + "”不需要自评。加分请另行申请。")
	case m.Version != version:
		return ErrChanged
	case p < i.Floor || p > i.Max:
		return act.Refuse(fmt.Sprintf("“%s”的自评分应在 %s 分到 %s 分之间。", i.Name, i.Floor, i.Max))
	}
	if err := scoreText("自评说明", text, p != i.Max); err != nil {
		return err
	}
	if m.Self != nil {
		files = append(slices.Clone(m.Self.Files), files...)
	}
	if len(files) > maxScoreFiles {
		return act.Refuse(fmt.Sprintf("证据最多 %d 个文件，请合并后再传。", maxScoreFiles))
	}
	m.Self = &SelfMark{Points: p, Text: strings.TrimSpace(text), Files: files, By: v.Person, Name: v.Name, On: on}
	m.Version++
	return nil
}

// HandInSelf ends the organ's own assessment: every indicator has its points.
func (a *Assessment) HandInSelf(s *Scheme, r *Round, v org.Viewer, on law.Date) error {
	switch {
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case r.State != RoundSelf:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在自评阶段。")
	case !a.SelfOn.IsZero():
		return act.Refuse("自评已经提交过了。")
	}
	for _, m := range a.Marks {
		if i, _ := s.Indicator(m.Key); i != nil && i.Base() && m.Self == nil {
			return act.Refuse("“" + i.Name + "”还没有自评，请补上再提交。")
		}
	}
	a.SelfOn = on
	return nil
}

// AskBonus asks for a bonus with evidence, until the scores go to review.
func (a *Assessment) AskBonus(s *Scheme, r *Round, v org.Viewer, key string, version int64, e ScoreEvent, on law.Date) error {
	m := a.Mark(key)
	i, _ := s.Indicator(key)
	switch {
	case m == nil || i == nil || i.Kind != BonusPoints || len(i.Rule.Grants) == 0:
		return act.Refuse("这一轮没有可以申请的这项加分。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case r.State != RoundSelf && r.State != RoundScoring:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不再受理加分申请。")
	case m.Version != version:
		return ErrChanged
	}
	if err := i.checkEvent(m, e); err != nil {
		return err
	}
	e.Asked, e.Reply, e.Decider = AskWaits, "", 0
	e.N, e.By, e.Name, e.On = nextEvent(m), v.Person, v.Name, on
	m.Events = append(slices.Clone(m.Events), e)
	m.Version++
	a.Reckon(s, r)
	return nil
}

// Freeze keeps what the program found: facts by indicator and fault. What was
// entered by hand stays.
func (a *Assessment) Freeze(s *Scheme, r *Round, facts map[string]map[string]Fact) {
	for k := range a.Marks {
		m := &a.Marks[k]
		for key, f := range facts[m.Key] {
			if f.State == FactFailed && m.fact(key).State == FactKnown {
				m.Seen = false // whoever looked relied on what was counted then
			}
		}
		m.Facts = facts[m.Key]
	}
	a.Reckon(s, r)
}

// Correct changes a mark after a review: the points as decided, with what they
// were and why.
func (a *Assessment) Correct(s *Scheme, r *Round, v org.Viewer, key string, p Points, why string, appeal int64, on law.Date) error {
	m := a.Mark(key)
	i, _ := s.Indicator(key)
	if m == nil || i == nil {
		return act.Refuse("这一轮没有这项指标。")
	}
	low, high := i.Bounds()
	if p < low || p > high {
		return act.Refuse(fmt.Sprintf("“%s”更正后的得分应在 %s 分到 %s 分之间。", i.Name, low, high))
	}
	m.Past = append(slices.Clone(m.Past), PastMark{Points: m.Points, To: p, Reason: strings.TrimSpace(why), Appeal: appeal, By: v.Person, Name: v.Name, On: on})
	m.Ruled = &p
	m.Version++
	a.Reckon(s, r)
	return nil
}

// Bounds are the least and most points the indicator can come to.
func (i *Indicator) Bounds() (low, high Points) {
	if i.Kind == VetoOf {
		return 0, 0
	}
	return min(i.Floor, 0), max(i.Max, 0)
}
