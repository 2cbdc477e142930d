package org

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// ApprovalState is where an approval stands.
type ApprovalState string

// The states of an approval.
const (
	ApprovalAsked   ApprovalState = "asked"   // 审批中
	ApprovalGiven   ApprovalState = "given"   // 已同意
	ApprovalRefused ApprovalState = "refused" // 已退回
)

// Chinese is the state on screen.
func (s ApprovalState) Chinese() string {
	switch s {
	case ApprovalAsked:
		return "审批中"
	case ApprovalGiven:
		return "已同意"
	case ApprovalRefused:
		return "已退回"
	}
	return ""
}

// An ApprovalStep is one signature of the chain.
type ApprovalStep struct {
	Role    Role     `json:"role"`
	Person  int64    `json:"person,omitempty"` // who decided, 0 while it waits
	Name    string   `json:"name,omitempty"`   // of who decided, or who signed on paper
	On      law.Date `json:"on,omitzero"`
	Opinion string   `json:"opinion,omitempty"`
	Entered int64    `json:"entered,omitempty"` // who entered a paper signature, 0 if it was given here
	Scan    Scan     `json:"scan,omitzero"`     // of that paper
}

// A Scan is the picture of a signed paper: the SHA-256 of its content in
// lower-case hex, and the id of the private file that has it.
type Scan struct {
	Hash string `json:"hash"`
	File int64  `json:"file"`
}

// Decided reports whether the step has its signature.
func (s ApprovalStep) Decided() bool { return s.Person != 0 || s.Entered != 0 }

// A Fact is one line of what an approval is about, as it is printed.
type Fact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// An Approval is a matter that goes through a chain of signatures 审批. The chain
// is data: who asks names the roles in order, from a preset of the organ.
type Approval struct {
	ID      int64
	Organ   int64
	Title   string
	Facts   []Fact
	Ref     string // what it is about, "" for nothing in here
	By      int64  // who asked
	Steps   []ApprovalStep
	State   ApprovalState
	Version int64
}

// FourEyes is the rule that author and approver are two people.
func FourEyes() law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十七条",
		Paraphrase: "公开前的审查要有明确的程序和责任，不能由起草人自己审自己。"}
}

// Check reports in Chinese what is wrong with an approval that is to be asked,
// by field.
func (a Approval) Check() map[string]string {
	bad := map[string]string{}
	if strings.TrimSpace(a.Title) == "" || len(a.Title) > 300 || !plain(a.Title) {
		bad["title"] = "请写明提请审批的事项，不超过100字。"
	}
	if len(a.Steps) == 0 || len(a.Steps) > 6 {
		bad["steps"] = "请选择至少一个、最多六个审批环节。"
	}
	for _, s := range a.Steps {
		if ReachOf(s.Role, Approve) == 0 {
			bad["steps"] = "“" + s.Role.Chinese() + "”岗位不办理审批，请重新选择审批环节。"
		}
	}
	n := 0
	for _, f := range a.Facts {
		n += len(f.Label) + len(f.Text)
	}
	if n > 30_000 || len(a.Facts) > 40 {
		bad["facts"] = "内容过长，最多一万字。较长的材料请另附。"
	}
	if a.Organ == 0 {
		bad["organ"] = "请选择机关。"
	}
	return bad
}

// Next is the step that waits, or -1.
func (a *Approval) Next() int {
	if a.State != ApprovalAsked {
		return -1
	}
	for i, s := range a.Steps {
		if !s.Decided() {
			return i
		}
	}
	return -1
}

// Decide gives the signature of the step that waits, or refuses the matter with
// a reason. on is the day.
func (a *Approval) Decide(v Viewer, yes bool, opinion string, on law.Date) error {
	s, err := a.due(v)
	if err != nil {
		return err
	}
	switch {
	case a.By == v.Person:
		return act.Refuse("这件事由您提请，不能由您自己审批。请由另一位有“"+s.Role.Chinese()+"”岗位的同事办理。", FourEyes())
	case !v.HoldsAt(s.Role, a.Organ):
		return act.Refuse("这一环节由“" + s.Role.Chinese() + "”办理，您在这个机关没有这个岗位。")
	case !yes && strings.TrimSpace(opinion) == "":
		return act.Refuse("退回时请写明原因，提请人才知道改什么。")
	}
	s.Person, s.Name, s.On, s.Opinion = v.Person, v.Name, on, opinion
	a.settle(yes)
	return nil
}

// Enter records a signature that was given on paper: who signed, when, and its
// scan, if there is one.
func (a *Approval) Enter(v Viewer, signer string, on law.Date, yes bool, opinion string, scan Scan, today law.Date) error {
	s, err := a.due(v)
	if err != nil {
		return err
	}
	switch {
	case strings.TrimSpace(signer) == "":
		return act.Refuse("请写明纸质审批单上的签字人。")
	case !on.Valid() || on.After(today):
		return act.Refuse("请写明签字日期，不能晚于今天。")
	case !yes && strings.TrimSpace(opinion) == "":
		return act.Refuse("退回时请写明原因，提请人才知道改什么。")
	}
	s.Name, s.On, s.Opinion, s.Entered, s.Scan = signer, on, opinion, v.Person, scan
	a.settle(yes)
	return nil
}

func (a *Approval) due(v Viewer) (*ApprovalStep, error) {
	if v.Person == 0 {
		return nil, act.Refuse("审批须由登录的工作人员办理。")
	}
	i := a.Next()
	if i < 0 {
		return nil, act.Refuse("这件事" + a.State.Chinese() + "，没有待办的审批环节。")
	}
	return &a.Steps[i], nil
}

func (a *Approval) settle(yes bool) {
	switch {
	case !yes:
		a.State = ApprovalRefused
	case a.Next() < 0:
		a.State = ApprovalGiven
	}
}
