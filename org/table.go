package org

import "strings"

// PermissionTable is the permission table as the manual prints it
// (docs/manual/quanxian.md), in Markdown. A test keeps them in step.
func PermissionTable() string {
	var b strings.Builder
	b.WriteString("| 能做什么 |")
	for _, r := range Roles() {
		b.WriteString(" " + r.Chinese() + " |")
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(Roles())) + "\n")
	for _, v := range Verbs() {
		b.WriteString("| " + v.Chinese() + " |")
		for _, r := range Roles() {
			b.WriteString(" " + ReachOf(r, v).Chinese() + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n| 岗位 | 做什么 | 由谁授予 |\n| --- | --- | --- |\n")
	for _, r := range Roles() {
		b.WriteString("| " + r.Chinese() + " | " + r.Work() + " | " + r.GrantedBy() + " |\n")
	}
	return b.String()
}

// GrantedBy is who gives the role, in Chinese.
func (r Role) GrantedBy() string {
	switch {
	case r.Guarding():
		return "由安全管理员授予，不能授给自己"
	case r.reachesBelow():
		return "由上级或本级主管部门授予"
	}
	return "由本机关公开机构负责人或主管部门授予"
}
