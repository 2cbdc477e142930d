package oversight

import (
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
)

// VoiceKind is why somebody turned to an organ.
type VoiceKind string

// The kinds. The two complaints of the regulation are kinds of their own: they
// go to the 主管部门, need a finding, and lead to an order where they are true.
const (
	Complaint VoiceKind = "complaint" // 投诉举报：未按要求公开、未依法答复申请
	Infringed VoiceKind = "infringed" // 投诉举报：认为侵犯合法权益
	Advice    VoiceKind = "advice"    // 意见建议
	Question  VoiceKind = "question"  // 网络问政
	Mistake   VoiceKind = "mistake"   // 找错
)

// A VoiceRule is how one kind is dealt with. Days are what holds where the organ
// has not decided otherwise by the setting.
type VoiceRule struct {
	Kind    VoiceKind
	Name    string // on screen and in letters
	Ask     string // how the public page puts it, in one sentence
	Days    calendar.Workdays
	Basis   string // where Days come from
	Setting string // name of the organ's own number of days
	Cite    law.Cite
	Upward  bool // it goes to the 主管部门 above the organ it is about, never to that organ
	Finding bool // the answer needs a finding 查证结论
	Named   bool // only from somebody who says who he is
	Shown   bool // question and answer can be published
}

const regulation, regulationNumber = "政府信息公开条例", "国务院令第711号"

// VoiceRules lists every kind in the order in which people choose.
func VoiceRules() []VoiceRule {
	const none = "条例没有规定投诉举报的办理期限；没有另行设置的，参照依申请公开的二十个工作日"
	return []VoiceRule{
		{Kind: Question, Name: "网络问政", Ask: "向机关提出一个问题，请它公开答复。", Days: 5, Basis: "法律没有规定；没有另行设置的，按五个工作日", Setting: "voice.days.question", Shown: true,
			Cite: law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第九条", Paraphrase: "公众有权监督政府信息公开工作并提出批评和建议。"}},
		{Kind: Advice, Name: "意见建议", Ask: "对政府信息公开工作提出批评、意见或建议。", Days: 15, Basis: "法律没有规定；没有另行设置的，按十五个工作日", Setting: "voice.days.advice", Shown: true,
			Cite: law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第九条", Paraphrase: "公众有权监督政府信息公开工作并提出批评和建议。"}},
		{Kind: Mistake, Name: "找错", Ask: "指出公开的信息里的错误、打不开的链接或过期的内容。", Days: 3, Basis: "法律没有规定；没有另行设置的，按三个工作日", Setting: "voice.days.mistake", Shown: true,
			Cite: law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第六条", Paraphrase: "行政机关应当及时、准确地公开政府信息，发现不完整信息的应当澄清。"}},
		{Kind: Complaint, Name: "公开工作投诉举报", Ask: "认为机关没有按要求主动公开，或者没有依法答复公开申请，向主管部门反映。", Days: 20, Basis: none, Setting: "voice.days.complaint", Upward: true, Finding: true,
			Cite: law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第四十七条第二款", Paraphrase: "认为机关未按要求主动公开或不依法答复申请的，可以向主管部门提出；查证属实的，督促整改或者通报批评。"}},
		{Kind: Infringed, Name: "侵权投诉举报", Ask: "认为机关在公开工作中侵犯了自己的合法权益，向上一级机关或主管部门投诉举报。", Days: 20, Basis: none, Setting: "voice.days.infringed", Upward: true, Finding: true, Named: true,
			Cite: law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第五十一条", Paraphrase: "认为公开工作侵犯其合法权益的，可以向上一级机关或者主管部门投诉举报，也可以申请复议或者起诉。"}},
	}
}

// VoiceRuleOf finds the rule of a kind.
func VoiceRuleOf(k VoiceKind) (VoiceRule, bool) {
	for _, r := range VoiceRules() {
		if r.Kind == k {
			return r, true
		}
	}
	return VoiceRule{}, false
}

// Chinese is the name of the kind.
func (k VoiceKind) Chinese() string {
	r, _ := VoiceRuleOf(k)
	return r.Name
}

// VoiceChannel is how it came in.
type VoiceChannel string

// The channels.
const (
	ByPhone VoiceChannel = "phone" // 电话
	ByMail  VoiceChannel = "mail"  // 来信
	ByEmail VoiceChannel = "email" // 电子邮件
	ByWeb   VoiceChannel = "web"   // 网站
	ByVisit VoiceChannel = "visit" // 来访
)

// VoiceChannels lists them in the order of the form.
func VoiceChannels() []VoiceChannel {
	return []VoiceChannel{ByPhone, ByVisit, ByMail, ByEmail, ByWeb}
}

// Chinese is the channel on screen.
func (c VoiceChannel) Chinese() string {
	return map[VoiceChannel]string{ByPhone: "电话", ByMail: "来信", ByEmail: "电子邮件", ByWeb: "网站", ByVisit: "来访"}[c]
}

// VoiceTopics are what voices are about, for counting. They name no person.
func VoiceTopics() []string {
	return []string{"主动公开", "依申请答复", "栏目更新", "内容有误", "网站使用", "公开栏和查阅点", "办事服务", "其他"}
}

// commentPrefix begins the topic of what was said to a draft laid open.
const commentPrefix = "意见征集 "

// CommentTopic is the topic of voices about an item whose draft is laid open for
// opinions 意见征集, by the item's index number. It names no person.
func CommentTopic(number string) string { return commentPrefix + number }

func isComment(topic string) bool {
	n := strings.TrimPrefix(topic, commentPrefix)
	return n != topic && n != "" && len(n) <= 120 && !strings.ContainsFunc(n, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>"'`, r) })
}

// VoiceState is where a voice stands.
type VoiceState string

// The states.
const (
	VoiceOpen     VoiceState = "open"     // 办理中
	VoiceAnswered VoiceState = "answered" // 已答复
	VoiceDeclined VoiceState = "declined" // 不予受理
	VoiceMerged   VoiceState = "merged"   // 已并案
)

// Chinese is the state on screen.
func (s VoiceState) Chinese() string {
	return map[VoiceState]string{VoiceOpen: "办理中", VoiceAnswered: "已答复", VoiceDeclined: "不予受理", VoiceMerged: "已并案"}[s]
}

// Verdict is what looking into a complaint found.
type Verdict string

// The verdicts.
const (
	Proven  Verdict = "proven"  // 属实
	Partly  Verdict = "partly"  // 部分属实
	Refuted Verdict = "refuted" // 不属实
	Unclear Verdict = "unclear" // 无法查实
)

// Verdicts lists them in the order of the form.
func Verdicts() []Verdict { return []Verdict{Proven, Partly, Refuted, Unclear} }

// Chinese is the verdict on screen and in the letter.
func (v Verdict) Chinese() string {
	return map[Verdict]string{Proven: "属实", Partly: "部分属实", Refuted: "不属实", Unclear: "无法查实"}[v]
}

// VoiceDue is the last day for an answer to what came on a day.
func VoiceDue(c *calendar.Calendar, received law.Date, days calendar.Workdays) law.Date {
	due, _ := c.Add(received, days)
	return due
}
