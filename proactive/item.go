// Package proactive is proactive disclosure 主动公开: an item from a clerk's draft
// through review to publication, change and withdrawal. Its state is computed
// from its acts; a verb checks the statute and the organ's chain of review,
// refuses what must not be produced, and nothing reaches the public past it.
// The text of an item is not here: acts name it by a salted hash.
package proactive

import (
	"gongkai/act"
	"gongkai/law"
)

// Stage is where the working text of an item stands.
type Stage string

// The stages.
const (
	Nothing   Stage = ""          // nothing happened yet
	Drafting  Stage = "draft"     // 起草
	Reviewing Stage = "review"    // 审核中
	Asking    Stage = "asking"    // 商请保密部门审定，等答复
	Returned  Stage = "returned"  // 退回修改
	Approved  Stage = "approved"  // 已签发，待发布
	Settled   Stage = "settled"   // 没有在办的文稿
	Withheld  Stage = "withheld"  // 审定不主动公开
	Discarded Stage = "discarded" // 作废
)

// Chinese is the stage on screen.
func (s Stage) Chinese() string {
	return map[Stage]string{Nothing: "未登记", Drafting: "起草", Reviewing: "审核中", Asking: "待保密部门答复", Returned: "退回修改", Approved: "待发布", Settled: "已办结", Withheld: "不主动公开", Discarded: "已作废"}[s]
}

// Stages lists them in the order of the work.
func Stages() []Stage {
	return []Stage{Drafting, Reviewing, Asking, Returned, Approved, Settled, Withheld, Discarded}
}

// Standing is what the public has of an item.
type Standing string

// The standings.
const (
	Unpublished Standing = ""          // 未发布
	Live        Standing = "live"      // 已发布
	Withdrawn   Standing = "withdrawn" // 已撤下: the notice says why, the old version stays readable
	Removed     Standing = "removed"   // 紧急撤下: nothing of it is shown anywhere
	Ended       Standing = "ended"     // 公示期满，已自动撤下
)

// Chinese is the standing on screen.
func (s Standing) Chinese() string {
	return map[Standing]string{Unpublished: "未发布", Live: "已发布", Withdrawn: "已撤下", Removed: "已紧急撤下", Ended: "期满撤下"}[s]
}

// A Signature is one step of the chain as it was given.
type Signature struct {
	Step   int // index in the chain
	Person int64
	Paper  bool // on paper, entered by somebody else
	On     law.Date
}

// An Item is an item as its acts make it.
type Item struct {
	Kind     Kind
	Author   int64   // who wrote the text that is in work last
	Hands    []int64 // everyone who wrote in it since the version before
	Stage    Stage
	Standing Standing

	Content   string // hash of the text in work
	Chain     Chain  // the chain that the text in work goes through
	Signed    []Signature
	Asked     law.Date // the secrecy department was asked
	Answer    Answer   // what it said of the text in work
	ReleaseAt int64    // it goes out at this time, milliseconds since 1970; 0 at once

	Number      string // 索引号, "" before the first publication; never another
	Versions    int    // public versions
	Published   law.Date
	PublishedAt int64 // of the first version, milliseconds since 1970; never another
	Changed     law.Date
	Public      string // hash of the text that is public
	Revision    Change // why the text in work takes the place of the public one
	Backfill    bool   // 补录: published elsewhere before

	Abolished law.Date // 废止、失效之日, zero while in force
	Takedown  law.Date // withdrawn, removed or ended
	Cause     Cause    // of an emergency withdrawal
	Ground    Ground   // why it is withheld
	ReviewBy  law.Date // a withheld item is looked at again by this day
	Reviews   int      // how often it was
	Turned    int64    // request that it comes from 转为主动公开, 0 for none
	Archived  law.Date // 立卷归档
	Volume    string   // 卷号
	Box       string   // 盒号

	events []act.Event
	fresh  int
}

// Fresh are the events since the item was read: what the store keeps.
func (x *Item) Fresh() []act.Event { return x.events[x.fresh:] }

// Events are all of the item.
func (x *Item) Events() []act.Event { return x.events }

// Next is the step that waits for a signature, or -1.
func (x *Item) Next() int {
	if x.Stage != Reviewing && x.Stage != Asking || len(x.Signed) >= len(x.Chain.Steps) {
		return -1
	}
	return len(x.Signed)
}

// Waiting is the step that waits, or the zero step.
func (x *Item) Waiting() Step {
	if i := x.Next(); i >= 0 {
		return x.Chain.Steps[i]
	}
	return Step{}
}

// Open reports whether somebody still has to do something with the text.
func (x *Item) Open() bool {
	return x.Stage != Settled && x.Stage != Withheld && x.Stage != Discarded && x.Stage != Nothing
}

// Editable reports whether the text may be changed now.
func (x *Item) Editable() bool { return x.Stage == Drafting || x.Stage == Returned }

// Change is why a public text is replaced.
type Change string

// The changes.
const (
	Changing   Change = "change"  // 内容变更
	Correcting Change = "correct" // 更正错误
)

// Chinese is the change on screen.
func (c Change) Chinese() string {
	return map[Change]string{Changing: "内容变更", Correcting: "更正"}[c]
}

// Cause is why an item is withdrawn in emergency 紧急撤下.
type Cause string

// The causes.
const (
	StateSecret  Cause = "state_secret"  // 涉及国家秘密
	WorkSecret   Cause = "work_secret"   // 涉及工作秘密
	PersonalData Cause = "personal_data" // 泄露个人信息
)

// Causes lists them.
func Causes() []Cause { return []Cause{StateSecret, WorkSecret, PersonalData} }

// Chinese is the cause on screen.
func (c Cause) Chinese() string {
	return map[Cause]string{StateSecret: "涉嫌国家秘密", WorkSecret: "涉嫌工作秘密", PersonalData: "泄露个人信息"}[c]
}

// Answer is what the secrecy department said 保密部门审定意见.
type Answer string

// The answers.
const (
	MayGo    Answer = "may"  // 可以公开
	PartOnly Answer = "part" // 处理后公开
	MayNot   Answer = "not"  // 不得公开
)

// Answers lists them.
func Answers() []Answer { return []Answer{MayGo, PartOnly, MayNot} }

// Chinese is the answer on screen.
func (a Answer) Chinese() string {
	return map[Answer]string{MayGo: "可以公开", PartOnly: "处理后可以公开", MayNot: "不得公开"}[a]
}

// Ground is why an item is not proactively disclosed 不主动公开的理由.
type Ground string

// The grounds.
const (
	OnRequest  Ground = "request"   // 依申请公开
	Secret     Ground = "secret"    // 国家秘密、法律禁止、三安全一稳定
	ThirdParty Ground = "third"     // 商业秘密、个人隐私
	Internal   Ground = "internal"  // 内部事务信息
	Process    Ground = "process"   // 过程性信息
	CaseFile   Ground = "file"      // 行政执法案卷
	Work       Ground = "work"      // 工作秘密
	OtherLaw   Ground = "other_law" // 其他法律、行政法规另有规定
)

// Grounds lists them.
func Grounds() []Ground {
	return []Ground{OnRequest, Secret, ThirdParty, Internal, Process, CaseFile, Work, OtherLaw}
}

// Chinese is the ground on screen.
func (g Ground) Chinese() string {
	return map[Ground]string{OnRequest: "依申请公开", Secret: "国家秘密等依法不予公开", ThirdParty: "商业秘密、个人隐私", Internal: "内部事务信息",
		Process: "过程性信息", CaseFile: "行政执法案卷信息", Work: "工作秘密", OtherLaw: "其他法律、行政法规另有规定"}[g]
}

// Cite is where a ground stands.
func (g Ground) Cite() law.Cite {
	switch g {
	case OnRequest:
		return reg("第十九条、第二十七条", "不属于主动公开范围的，公民、法人和其他组织可以申请获取。")
	case Secret:
		return reg("第十四条", "国家秘密、法律行政法规禁止公开的以及公开后可能危及国家安全、公共安全、经济安全、社会稳定的，不予公开。")
	case ThirdParty:
		return reg("第十五条", "公开会损害第三方合法权益的商业秘密、个人隐私等，不得公开；第三方同意或者不公开会对公共利益造成重大影响的除外。")
	case Internal, Process, CaseFile:
		return reg("第十六条", "内部事务信息、过程性信息和行政执法案卷信息可以不予公开。")
	case Work:
		return secrecy("第六十四条", "机关、单位对不属于国家秘密但泄露后会造成不利影响的事项按工作秘密管理。")
	}
	return reg("第十六条第二款", "法律、法规、规章规定应当公开的，从其规定；另有限制的从其限制。")
}

func reg(article, says string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: article, Paraphrase: says}
}

func secrecy(article, says string) law.Cite {
	return law.Cite{Instrument: "保守国家秘密法", Number: "2024年修订", Article: article, Paraphrase: says}
}
