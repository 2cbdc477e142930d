package org

import (
	"fmt"
	"strings"

	"gongkai/law"
)

// DutyKind is one line of the responsibility matrix 责任分工.
type DutyKind string

// The kinds. The last two are those of an 内设机构 or a 村（社区）.
const (
	FirstDuty     DutyKind = "first"     // 第一责任人
	LeadDuty      DutyKind = "lead"      // 分管负责人
	UnitDuty      DutyKind = "unit"      // 责任机构
	ReviewDuty    DutyKind = "review"    // 审核人
	PublishDuty   DutyKind = "publish"   // 发布人
	SuperviseDuty DutyKind = "supervise" // 监督
	HeadDuty      DutyKind = "head"      // 责任人
	HandleDuty    DutyKind = "handle"    // 业务经办人
)

// DutyKinds lists the duties that an organ of the kind divides up.
func DutyKinds(k Kind) []DutyKind {
	if k == Section || k == Village {
		return []DutyKind{HeadDuty, HandleDuty}
	}
	return []DutyKind{FirstDuty, LeadDuty, UnitDuty, ReviewDuty, PublishDuty, SuperviseDuty}
}

// Chinese is the name of the duty.
func (k DutyKind) Chinese() string {
	return map[DutyKind]string{FirstDuty: "第一责任人", LeadDuty: "分管负责人", UnitDuty: "责任机构", ReviewDuty: "审核人", PublishDuty: "发布人",
		SuperviseDuty: "监督", HeadDuty: "责任人", HandleDuty: "业务经办人"}[k]
}

// A Holder is who has a duty or sits in a group: a person of the office, or a
// name that is not recorded as one.
type Holder struct {
	Person int64  // 0 for one who is not recorded
	Name   string // of the person or, for 责任机构, the unit
	Title  string // 职务
}

// Check says in Chinese why the holder cannot be kept, or "".
func (h Holder) Check() string {
	switch {
	case strings.TrimSpace(h.Name) == "":
		return "请填写姓名。"
	case !plain(h.Name + h.Title):
		return "姓名或职务中有无法显示的字符，请删去后再试。"
	case len([]rune(h.Name)) > 60 || len([]rune(h.Title)) > 60:
		return "姓名或职务过长，最多 60 字。"
	}
	return ""
}

// String is the holder in one line.
func (h Holder) String() string {
	if h.Title == "" {
		return h.Name
	}
	return h.Name + "（" + h.Title + "）"
}

// A Duty is who has a duty for a time.
type Duty struct {
	Kind DutyKind
	Holder
	From law.Date // first day
	To   law.Date // last day, zero while it goes on
}

// InForce reports whether it is held on the day.
func (x Duty) InForce(d law.Date) bool {
	return (x.From.IsZero() || !d.Before(x.From)) && (x.To.IsZero() || !d.After(x.To))
}

// GroupRole is a place in a leading group 领导小组.
type GroupRole string

// The places.
const (
	Chair     GroupRole = "chair"     // 组长
	ViceChair GroupRole = "vice"      // 副组长
	Member    GroupRole = "member"    // 成员
	Secretary GroupRole = "secretary" // 办公室主任
)

// GroupRoles lists the places in the order of a document.
func GroupRoles() []GroupRole { return []GroupRole{Chair, ViceChair, Member, Secretary} }

// Chinese is the name of the place.
func (r GroupRole) Chinese() string {
	return map[GroupRole]string{Chair: "组长", ViceChair: "副组长", Member: "成员", Secretary: "办公室主任"}[r]
}

// A Seat is who has a place in a leading group for a time.
type Seat struct {
	Role GroupRole
	Holder
	From     law.Date
	To       law.Date // last day, zero while it goes on
	Document int64    // that named the holder, 0 for none
}

// InForce reports whether the place is held on the day.
func (s Seat) InForce(d law.Date) bool {
	return (s.From.IsZero() || !d.Before(s.From)) && (s.To.IsZero() || !d.After(s.To))
}

// A GroupDocument set the group up or adjusted it.
type GroupDocument struct {
	ID     int64
	Number string // 文号
	Title  string
	On     law.Date
}

// CheckSeats says in Chinese why a group cannot be made up so, or "".
func CheckSeats(seats []Seat) string {
	chairs := 0
	for i, s := range seats {
		if s.Role.Chinese() == "" {
			return fmt.Sprintf("第%d人：请选择在小组中的职务。", i+1)
		}
		if why := s.Holder.Check(); why != "" {
			return fmt.Sprintf("第%d人：%s", i+1, why)
		}
		if s.Role == Chair {
			chairs++
		}
		for _, t := range seats[:i] {
			if t.Role == s.Role && t.Holder == s.Holder {
				return fmt.Sprintf("“%s”作为%s写了两次，请删去一个。", s.Name, s.Role.Chinese())
			}
		}
	}
	switch {
	case len(seats) == 0:
		return "请至少填写一名成员。"
	case chairs == 0:
		return "领导小组要有组长，请选择谁是组长。"
	case len(seats) > 200:
		return "成员过多，最多 200 人。"
	}
	return ""
}

// A Meeting is one meeting of the leading group 领导小组会议.
type Meeting struct {
	ID      int64
	Organ   int64
	On      law.Date
	Chair   string // 主持
	Present string // 参加人员
	Topics  string // 议题
	Minutes string // 议定事项
	Version int64  // as read; 0 for one that is new
}

// Wrong says in Chinese what cannot be kept, by field name.
func (m Meeting) Wrong(today law.Date) map[string]string {
	bad := map[string]string{}
	switch {
	case m.On.IsZero():
		bad["on"] = "请填写开会日期，例如 2026-03-01。"
	case !m.On.Valid() || m.On.After(today):
		bad["on"] = "开会日期不能晚于今天；会后再登记。"
	}
	if strings.TrimSpace(m.Topics) == "" {
		bad["topics"] = "请写明议题，例如：研究2025年度政府信息公开工作年度报告。"
	}
	for name, v := range map[string]string{"chair": m.Chair, "present": m.Present, "topics": m.Topics, "minutes": m.Minutes} {
		if len([]rune(v)) > 20_000 {
			bad[name] = "内容过长，最多两万字。"
		}
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
			bad[name] = "有无法显示的字符，请删去后再试。"
		}
	}
	return bad
}
