package org

import (
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// HandoverState is where a handover stands.
type HandoverState string

// The states of a handover.
const (
	HandoverOpen      HandoverState = "open"      // 办理中
	HandoverDone      HandoverState = "done"      // 已办结
	HandoverCancelled HandoverState = "cancelled" // 已取消
)

// Chinese is the state on screen.
func (s HandoverState) Chinese() string {
	switch s {
	case HandoverOpen:
		return "办理中"
	case HandoverDone:
		return "已办结"
	case HandoverCancelled:
		return "已取消"
	}
	return ""
}

// Settled is what becomes of one matter of a handover.
type Settled string

// What may become of a matter.
const (
	Undecided Settled = ""      // 待定
	Passed    Settled = "pass"  // 移交给接手人
	Closed    Settled = "close" // 不再办理，写明原因
	Kept      Settled = "keep"  // 仍由本人办理，只在不离岗时
)

// A Matter is one open thing that is somebody's: a post, a task, an account, a
// seat in a group.
type Matter struct {
	Part     string // kind of matter, e.g. posts
	Kind     string // the same in Chinese, e.g. 岗位
	Ref      string // e.g. post/5
	What     string // in Chinese, as it is printed
	Passable bool   // it can go to somebody else; otherwise it only ends
	Ends     string // what becomes of one that only ends, in Chinese
	How      Settled
	Receiver int64  // of one that is passed
	Word     string // why it is closed or kept
}

// Decided reports whether it is settled what becomes of the matter.
func (m Matter) Decided() bool {
	switch m.How {
	case Passed:
		return m.Passable && m.Receiver != 0
	case Closed:
		return !m.Passable || strings.TrimSpace(m.Word) != ""
	case Kept:
		return true
	}
	return false
}

// Side is which side of a handover somebody stands on.
type Side string

// The sides.
const (
	Giving    Side = "from"    // 移交人
	Receiving Side = "to"      // 接收人
	Witness   Side = "witness" // 监交人
)

// Chinese is the side as the list has it.
func (s Side) Chinese() string {
	switch s {
	case Giving:
		return "移交人"
	case Receiving:
		return "接收人"
	case Witness:
		return "监交人"
	}
	return ""
}

// A Party is somebody who confirms the list.
type Party struct {
	Side    Side
	Person  int64
	Name    string
	At      int64    // when it was confirmed here or entered, milliseconds since 1970; 0 while it waits
	Paper   law.Date // day of a signature on paper that was entered, zero if it was confirmed here
	Entered int64    // who entered it
}

// Confirmed reports whether the party has signed.
func (p Party) Confirmed() bool { return p.At != 0 }

// A Handover is the handing over of work 工作交接: everything open that is
// somebody's goes to a successor or is closed with a word, and both sides
// confirm the list before a witness.
type Handover struct {
	ID        int64
	Person    int64
	Name      string // of who hands over
	Organ     int64
	Leaves    bool     // the person leaves; otherwise only posts change
	Day       law.Date // last day in the work
	Reason    string
	Successor int64 // who takes what is not given to somebody else
	Witness   int64
	State     HandoverState
	Done      law.Date // day it was completed, zero before
	Version   int64
	Matters   []Matter
	Parties   []Party
}

// Check reports in Chinese what is wrong with a handover that is to begin, by
// field.
func (h Handover) Check() map[string]string {
	bad := map[string]string{}
	if !h.Day.Valid() {
		bad["day"] = "请写明最后在岗的日期，例如 2026-03-31。"
	}
	if strings.TrimSpace(h.Reason) == "" || len(h.Reason) > 300 || !plain(h.Reason) {
		bad["reason"] = "请写明交接原因，例如“调往县财政局”，不超过100字。"
	}
	if h.Successor == 0 {
		bad["successor"] = "请选择接收人。"
	} else if h.Successor == h.Person {
		bad["successor"] = "接收人不能是移交人本人。"
	}
	switch h.Witness {
	case 0:
		bad["witness"] = "请选择监交人，一般为机关负责人或分管领导。"
	case h.Person, h.Successor:
		bad["witness"] = "监交人不能是移交人或接收人。"
	}
	return bad
}

// Open lists the matters of which it is not settled what becomes of them.
func (h Handover) Open() []Matter {
	return slices.DeleteFunc(slices.Clone(h.Matters), func(m Matter) bool { return m.Decided() && (m.How != Kept || !h.Leaves) })
}

// Sides are who has to confirm: who hands over, everyone who receives
// something, and the witness.
func (h Handover) Sides() []Party {
	out := []Party{{Side: Giving, Person: h.Person}}
	for _, m := range h.Matters {
		if m.How == Passed && !slices.ContainsFunc(out, func(p Party) bool { return p.Side == Receiving && p.Person == m.Receiver }) {
			out = append(out, Party{Side: Receiving, Person: m.Receiver})
		}
	}
	if len(out) == 1 && h.Successor != 0 {
		out = append(out, Party{Side: Receiving, Person: h.Successor})
	}
	return append(out, Party{Side: Witness, Person: h.Witness})
}

// Waits lists who has not confirmed yet.
func (h Handover) Waits() []Party {
	return slices.DeleteFunc(slices.Clone(h.Parties), Party.Confirmed)
}

// Ready is a refusal while something is open or somebody has not confirmed.
func (h Handover) Ready() error {
	switch {
	case h.State != HandoverOpen:
		return act.Refuse("这次交接" + h.State.Chinese() + "，不能再办。")
	case len(h.Open()) > 0:
		return act.Refuse("清单中还有事项没有写明去向：" + h.Open()[0].What + "。每一项都要移交给人，或写明不再办理的原因。")
	case len(h.Waits()) > 0:
		p := h.Waits()[0]
		return act.Refuse(p.Side.Chinese() + "还没有确认清单。移交人、接收人、监交人都确认后才能办结；在纸上签了字的，可以登记签字日期。")
	}
	return nil
}
