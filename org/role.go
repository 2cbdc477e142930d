package org

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what a person may be at an organ 岗位. One person may hold several.
type Role string

// The roles.
const (
	Drafter       Role = "drafter"    // 起草、经办
	Reviewer      Role = "reviewer"   // 审核
	Secrecy       Role = "secrecy"    // 保密审查
	Signer        Role = "signer"     // 签发
	Publisher     Role = "publisher"  // 发布
	Handler       Role = "handler"    // 依申请公开办理
	Head          Role = "head"       // 公开机构负责人
	Office        Role = "office"     // 政府信息公开工作主管部门
	Supervisor    Role = "supervisor" // 纪委监督
	Inspector     Role = "inspector"  // 检查督导: a 检查组, for a time
	Auditor       Role = "auditor"    // 审计
	SystemAdmin   Role = "system"     // 系统管理员
	SecurityAdmin Role = "security"   // 安全管理员
	AuditAdmin    Role = "audit"      // 审计管理员
)

// Roles lists every role in the order in which people choose from them.
func Roles() []Role {
	return []Role{Drafter, Reviewer, Secrecy, Signer, Publisher, Handler, Head, Office, Supervisor, Inspector, Auditor, SystemAdmin, SecurityAdmin, AuditAdmin}
}

// Chinese is the name of the role on screen and in lists.
func (r Role) Chinese() string {
	switch r {
	case Drafter:
		return "经办"
	case Reviewer:
		return "审核"
	case Secrecy:
		return "保密审查"
	case Signer:
		return "签发"
	case Publisher:
		return "发布"
	case Handler:
		return "依申请办理"
	case Head:
		return "公开机构负责人"
	case Office:
		return "主管部门"
	case Supervisor:
		return "纪委监督"
	case Inspector:
		return "检查督导"
	case Auditor:
		return "审计"
	case SystemAdmin:
		return "系统管理员"
	case SecurityAdmin:
		return "安全管理员"
	case AuditAdmin:
		return "审计管理员"
	}
	return ""
}

// Work is what somebody in the role does, in a few words.
func (r Role) Work() string {
	switch r {
	case Drafter:
		return "起草、报送要公开的信息，填写年度报告"
	case Reviewer:
		return "审核起草的内容，不能审自己起草的"
	case Secrecy:
		return "公开前逐件作保密审查"
	case Signer:
		return "分管领导，最后签发"
	case Publisher:
		return "把签发的内容发布出去"
	case Handler:
		return "登记、办理公开申请"
	case Head:
		return "管理本机关的人员、岗位、交接和设置"
	case Office:
		return "管理本级和下级机关、人员，收报、交办"
	case Supervisor:
		return "看本级和下级的全部办理情况，写监督意见，不办理业务"
	case Inspector:
		return "检查组在检查期间看本级和下级的全部办理情况，什么也不写，到期自动收回"
	case Auditor:
		return "看办理情况和系统日志，写审计意见，不办理业务"
	case SystemAdmin:
		return "开通账号、系统设置、备份，不授权、不看审计日志"
	case SecurityAdmin:
		return "授予监督和三员岗位，重置口令、解除锁定"
	case AuditAdmin:
		return "看登录和系统日志，检查前两员"
	}
	return ""
}

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return r.Chinese() != "" }

// Guarding reports whether the role watches over the others or keeps the
// system: it is granted by the 安全管理员 only.
func (r Role) Guarding() bool {
	switch r {
	case Supervisor, Inspector, Auditor, SystemAdmin, SecurityAdmin, AuditAdmin:
		return true
	}
	return false
}

// roleWords are further words for a role that lists of people use.
var roleWords = map[string]Role{
	"起草": Drafter, "经办人": Drafter, "业务经办人": Drafter, "起草人": Drafter, "审核人": Reviewer, "保密审查员": Secrecy, "保密员": Secrecy,
	"签发人": Signer, "分管领导": Signer, "发布人": Publisher, "信息员": Publisher, "依申请": Handler, "依申请公开": Handler, "依申请公开办理": Handler,
	"负责人": Head, "机构负责人": Head, "公开办": Office, "主管": Office, "管理员": Office, "纪委": Supervisor, "监督": Supervisor, "监督员": Supervisor,
	"检查组": Inspector, "检查": Inspector, "督导": Inspector, "督查": Inspector,
	"审计员": Auditor, "系统员": SystemAdmin, "安全员": SecurityAdmin, "安全保密管理员": SecurityAdmin, "安全审计员": AuditAdmin,
}

// ParseRole reads a role from its Chinese word or its English name.
func ParseRole(s string) (Role, bool) {
	s = strings.TrimSpace(s)
	for _, r := range Roles() {
		if s == string(r) || s == r.Chinese() {
			return r, true
		}
	}
	r, ok := roleWords[s]
	return r, ok
}

// apart are the roles that one person must not hold together anywhere
// (三员分离): who keeps the system neither grants its powers nor reads its
// audit trail alone.
var apart = [][2]Role{{SystemAdmin, SecurityAdmin}, {SystemAdmin, AuditAdmin}, {SystemAdmin, Auditor}, {SecurityAdmin, AuditAdmin}}

// Compatible reports in Chinese why one person cannot hold these roles
// together, or nil.
func Compatible(roles []Role) error {
	for _, p := range apart {
		if slices.Contains(roles, p[0]) && slices.Contains(roles, p[1]) {
			return fmt.Errorf("“%s”与“%s”不能由同一人担任（三员分离）。请另行指定一人。", p[0].Chinese(), p[1].Chinese())
		}
	}
	return nil
}
