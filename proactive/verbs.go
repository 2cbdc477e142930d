package proactive

import (
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// Doing is who does something, and when.
type Doing struct {
	On     law.Date // the day it happens or happened
	Today  law.Date
	Person int64      // who does it; 0 for the program
	Roles  []org.Role // what the person is at the organ
	Paper  bool       // a leader signed on paper, the person enters it
}

func (d Doing) when(after law.Date, what string) error {
	switch {
	case !d.On.Valid():
		return act.Refuse("请写明日期。")
	case d.On.After(d.Today):
		return act.Refuse(d.On.Chinese() + "还没有到，请写实际发生的日期。")
	case !after.IsZero() && d.On.Before(after):
		return act.Refuse(d.On.Chinese() + "早于" + what + "（" + after.Chinese() + "），请核对日期。")
	}
	return nil
}

func (d Doing) event(kind string, kv ...string) act.Event {
	m := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return act.Event{Kind: kind, On: d.On, Facts: m}
}

// A Draft is what opens an item.
type Draft struct {
	Kind     Kind
	Content  string // hash of the text
	Backfill bool
	Request  int64
}

// Draft 起草 opens an item.
func (x *Item) Draft(d Doing, n Draft) error {
	return x.happen(d.event(act.ItemDrafted, "kind", string(n.Kind), "content", n.Content, "person", person(d), "backfill", yes(n.Backfill), "request", id(n.Request)))
}

func person(d Doing) string { return id(d.Person) }

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return ref(n)
}

// Edit 修改 puts another text in place of the one in work.
func (x *Item) Edit(d Doing, kind Kind, content string) error {
	if kind == x.Kind {
		kind = ""
	}
	if kind != "" && x.Versions > 0 {
		return act.Refuse("已经发布的信息不能改变类别。类别有误的，请撤下后重新起草。")
	}
	return x.happen(d.event(act.ItemEdited, "content", content, "person", person(d), "kind", string(kind)))
}

// Submit 送审 sends the text on its way through the chain.
func (x *Item) Submit(d Doing, c Chain) error {
	if bad := c.Wrong(); bad != "" {
		return act.Refuse("本机关的审核链设置有误："+bad+"请联系公开机构负责人修改设置。", reviewLaw)
	}
	kv := []string{"content", x.Content, "steps", num(len(c.Steps))}
	for i, s := range c.Steps {
		kv = append(kv, "step"+string(rune('a'+i)), s.code())
	}
	return x.happen(d.event(act.ItemSubmitted, kv...))
}

// Recall 撤回送审 takes the text back while nobody has signed all of the chain.
func (x *Item) Recall(d Doing) error { return x.happen(d.event(act.ItemRecalled)) }

// maySign is why the person may not sign the step that waits.
func (x *Item) maySign(d Doing) error {
	s := x.Waiting()
	switch {
	case d.Paper:
		return nil // the leader signed; who enters it is in the act
	case d.Person != 0 && slices.Contains(x.Hands, d.Person):
		return act.Refuse("自己起草、修改的信息不能由自己审核，请由另一位同事办理。", reviewLaw)
	case d.Person != 0 && !slices.ContainsFunc(d.Roles, func(r org.Role) bool { return slices.Contains(s.Roles, r) }):
		return act.Refuse("“"+s.Name+"”这一环节由"+roleNames(s.Roles)+"办理，您没有这个岗位。", reviewLaw)
	}
	return nil
}

func roleNames(roles []org.Role) string {
	s := make([]string, len(roles))
	for i, r := range roles {
		s[i] = "“" + r.Chinese() + "”"
	}
	return strings.Join(s, "或者")
}

// MaySign reports whether the person may sign the step that waits.
func (x *Item) MaySign(d Doing) bool { return x.Next() >= 0 && x.maySign(d) == nil }

// A Review is what goes with a signature.
type Review struct {
	Content string // hash of the text that was read
	Answers string // codes of the answers to the five questions, at a step for secrecy
	Open    int    // marks in the text that nobody has decided on, at a step for secrecy
	Stops   int    // marks that cannot be signed off as they are
}

// Sign 审签 signs the step that waits. At the step for secrecy the five questions
// have to be answered and no mark may be left open.
func (x *Item) Sign(d Doing, r Review) error {
	if !x.Can(act.ItemSigned) {
		return x.happen(d.event(act.ItemSigned))
	}
	if err := x.maySign(d); err != nil {
		return err
	}
	s := x.Waiting()
	switch {
	case r.Content != x.Content:
		return act.Refuse("您看到的不是现在送审的文稿，请刷新页面，重新看过以后再签。")
	case x.Answer == MayNot:
		return act.Refuse("保密部门审定不得公开，只能退回，或者登记为不主动公开。", reg("第十四条", "依法确定为国家秘密的政府信息不予公开。"))
	case x.Answer == PartOnly:
		return act.Refuse("保密部门要求处理后公开，请退回修改，处理以后重新送审。")
	case s.Secrecy && r.Answers == "":
		return act.Refuse("请逐项回答保密审查的五个问题。", reviewLaw)
	case s.Secrecy && !ClearAnswers(r.Answers):
		return act.Refuse("五个问题中有“是”或者“拿不准”的，不能签。请退回修改、登记为不主动公开，或者商请保密部门审定。", reviewLaw)
	case s.Secrecy && r.Stops > 0:
		return act.Refuse("文稿中有密级标志等不能公开的内容，只能退回修改，或者登记为不主动公开。", reg("第十四条", "国家秘密不予公开。"))
	case s.Secrecy && r.Open > 0:
		return act.Refuse("文稿中还有"+num(r.Open)+"处标记没有处理。请退回修改，或者逐处说明为什么可以公开。", reviewLaw)
	}
	kv := []string{"step", num(x.Next()), "content", x.Content, "person", person(d), "paper", yes(d.Paper)}
	if s.Secrecy {
		kv = append(kv, "questions", r.Answers)
	}
	return x.happen(d.event(act.ItemSigned, kv...))
}

// SendBack 退回 returns the text with what has to be mended; the reason is kept
// beside the act.
func (x *Item) SendBack(d Doing, reason string) error {
	if x.Next() >= 0 {
		if err := x.maySign(d); err != nil {
			return err
		}
	}
	if strings.TrimSpace(reason) == "" {
		return act.Refuse("请写明退回的理由和要修改的地方。")
	}
	return x.happen(d.event(act.ItemReturned, "person", person(d), "paper", yes(d.Paper)))
}

// AskSecrecy 商请保密部门审定 suspends the review until the answer comes.
func (x *Item) AskSecrecy(d Doing) error {
	if err := x.maySign(d); err != nil {
		return err
	}
	return x.happen(d.event(act.ItemAsked, "person", person(d)))
}

// SecrecyAnswered 收到审定意见.
func (x *Item) SecrecyAnswered(d Doing, a Answer) error {
	if err := d.when(x.Asked, "商请保密部门之日"); err != nil {
		return err
	}
	return x.happen(d.event(act.ItemAnswered, "answer", string(a)))
}

// Schedule 定时发布 sets when an approved text goes out; 0 takes it back.
func (x *Item) Schedule(d Doing, at int64) error {
	return x.happen(d.event(act.ItemScheduled, "at", id(at)))
}

// Publish 发布 puts the approved text before the public. number is the index
// number of an item that goes out for the first time, at the instant.
func (x *Item) Publish(d Doing, number string, at int64) error {
	if x.Versions > 0 {
		number = x.Number
	}
	return x.happen(d.event(act.ItemPublished, "number", number, "version", num(x.Versions+1), "content", x.Content, "at", ref(at), "change", string(x.Revision)))
}

// Revise 变更、更正 begins another version of what is public. The public one stays
// until the new one has gone through review.
func (x *Item) Revise(d Doing, why Change, content string, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return act.Refuse("请写明变更或者更正的原因，它会随新的版本一起公布。")
	}
	return x.happen(d.event(act.ItemRevised, "change", string(why), "person", person(d), "content", content))
}

// Discard 作废 ends a draft, or the revision of something public.
func (x *Item) Discard(d Doing) error { return x.happen(d.event(act.ItemDiscarded)) }

// Withdraw 撤下 takes a public item down: a notice with the reason stands in its
// place and the old version stays linked.
func (x *Item) Withdraw(d Doing, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return act.Refuse("请写明撤下的原因，它会公布在原来的页面上。")
	}
	return x.happen(d.event(act.ItemWithdrawn))
}

// End 期满撤下 takes down what stood for its period.
func (x *Item) End(d Doing) error { return x.happen(d.event(act.ItemEnded)) }

// Remove 紧急撤下 takes everything of an item away at once.
func (x *Item) Remove(d Doing, why Cause) error {
	return x.happen(d.event(act.ItemRemoved, "cause", string(why)))
}

// Abolish 废止 says from when on the text is not in force; the page stays. by is
// the item that abolished it, 0 for none of ours.
func (x *Item) Abolish(d Doing, by int64) error {
	return x.happen(d.event(act.ItemAbolished, "by", id(by)))
}

// Withhold 不主动公开 ends a draft that may not go out, with its ground, and says
// when it is looked at again.
func (x *Item) Withhold(d Doing, g Ground, reviewBy law.Date) error {
	if x.Next() >= 0 {
		if err := x.maySign(d); err != nil {
			return err
		}
	}
	if !reviewBy.After(d.On) {
		return act.Refuse("请写明下次评估审查的日期。", reg("第十八条", "行政机关应当定期对不予公开的信息进行评估审查，因情势变化可以公开的应当公开。"))
	}
	return x.happen(d.event(act.ItemWithheld, "ground", string(g), "review_by", reviewBy.String(), "person", person(d)))
}

// ReReview 评估审查 looks at a withheld item again: it stays as it is until
// another day, or becomes a draft.
func (x *Item) ReReview(d Doing, open bool, next law.Date) error {
	if !open && !next.After(d.On) {
		return act.Refuse("请写明下次评估审查的日期。")
	}
	day := ""
	if !open {
		day = next.String()
	}
	return x.happen(d.event(act.ItemReReviewed, "open", yes(open), "review_by", day, "person", person(d)))
}

// Archive 立卷归档.
func (x *Item) Archive(d Doing, volume, box string) error {
	if strings.TrimSpace(volume) == "" || len(volume) > 60 || len(box) > 60 {
		return act.Refuse("请写卷号，例如 2026-政务公开-001；卷号、盒号各不超过20个字。")
	}
	return x.happen(d.event(act.ItemArchived, "volume", strings.TrimSpace(volume), "box", strings.TrimSpace(box)))
}

// Validity is whether a text is in force 有效性.
type Validity string

// The validities, as pages name them.
const (
	InForce   Validity = "有效"
	NotYet    Validity = "尚未施行"
	Expired   Validity = "失效"
	Repealed  Validity = "废止"
	NoFurther Validity = "" // the kind has none
)

// ValidOn is the validity of the text on a day.
func (x *Item) ValidOn(c Content, day law.Date) Validity {
	switch {
	case !x.Kind.HasValidity():
		return NoFurther
	case !x.Abolished.IsZero() && !day.Before(x.Abolished):
		return Repealed
	case !c.Until.IsZero() && day.After(c.Until):
		return Expired
	case !c.Effective.IsZero() && day.Before(c.Effective):
		return NotYet
	}
	return InForce
}

// Due is the last day on which the text has to be out, the zero Date for one
// that has no such day: news, old stock, what is out or not to be.
func (x *Item) Due(cal *calendar.Calendar, c Content) law.Date {
	if x.Backfill || !x.Open() || x.Versions > 0 && x.Revision == "" {
		return law.Date{}
	}
	return x.Kind.Limit(cal, c.Made).Due
}
