package sample

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/account"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// Password opens every account of the sample county. It is for showing the
// program only, and is printed when the sample is served.
const Password = "shili-yunling-2026"

// Administrator is the login of the sample county's office.
const Administrator = "xian"

// someone of the sample county. Names are invented.
type someone struct {
	name, login, title string
	organ              string // short name, as organs has it
	roles              []org.Role
}

func people() []someone {
	return []someone{
		{"林知远", Administrator, "县政府办公室公开办主任", Name, []org.Role{org.Office, org.SecurityAdmin}},
		{"沈守一", "xitong", "信息中心工程师", Name, []org.Role{org.SystemAdmin}},
		{"秦明鉴", "shenji", "信息中心审计管理员", Name, []org.Role{org.AuditAdmin}},
		{"纪怀清", "jiwei", "县纪委派驻监督员", Name, []org.Role{org.Supervisor}},
		{"何晓禾", "qingshi", "党政办经办人", "青石镇", []org.Role{org.Drafter, org.Handler, org.Publisher}},
		{"梁仲平", "qingshi2", "党政办主任", "青石镇", []org.Role{org.Reviewer, org.Secrecy, org.Head}},
		{"苏立本", "qingshi3", "分管副镇长", "青石镇", []org.Role{org.Signer}},
		{"方启明", "jiaoyu", "办公室经办人", "县教育局", []org.Role{org.Drafter, org.Publisher}},
		{"韩维正", "jiaoyu2", "办公室主任", "县教育局", []org.Role{org.Reviewer, org.Secrecy, org.Head, org.Signer}},
	}
}

// LoadPeople puts the sample county's people, posts and accounts into a store
// that has its organs. Where any of them was loaded before nothing is done.
func LoadPeople(ctx context.Context, st *store.Store, today law.Date) error {
	by := store.By{Viewer: org.Program("示例县"), Reason: "示例数据"}
	if _, err := st.Credentials(ctx, Administrator); err == nil {
		return nil
	}
	organs, err := st.Organs(ctx)
	if err != nil {
		return err
	}
	at := map[string]org.Organ{}
	for _, o := range organs {
		at[o.ShortName()] = o
	}
	// The sample's logins must work without a telephone.
	if _, err := st.SaveSetting(ctx, by, store.Setting{Name: account.SettingFactor, Value: account.NoRoles}); err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	clerk := int64(0)
	for _, x := range people() {
		o, ok := at[x.organ]
		if !ok {
			return fmt.Errorf("sample: no organ %s", x.organ)
		}
		d, err := st.SavePerson(ctx, by, org.Person{Name: x.name, Organ: o.ID, Title: x.title, Login: x.login, From: law.Day(today.Year-1, 3, 1)})
		if err != nil {
			return fmt.Errorf("sample: %s: %w", x.name, err)
		}
		id, err := strconv.ParseInt(d.Answer, 10, 64)
		if err != nil {
			return fmt.Errorf("sample: %s: %w", x.name, err)
		}
		if x.login == "qingshi" {
			clerk = id
		}
		for _, r := range x.roles {
			if _, err := st.Grant(ctx, by, org.Post{Person: id, Organ: o.ID, Role: r, From: law.Day(today.Year-1, 3, 1)}); err != nil {
				return fmt.Errorf("sample: %s, %s: %w", x.name, r.Chinese(), err)
			}
		}
		if _, err := st.OpenAccount(ctx, by, id, x.login, Password); err != nil {
			return fmt.Errorf("sample: %s: %w", x.name, err)
		}
		if _, err := st.SetPassword(ctx, by, id, Password, 0); err != nil {
			return fmt.Errorf("sample: %s: %w", x.name, err)
		}
	}
	return loadTasks(ctx, st, by, at, clerk, today)
}

// loadTasks gives the sample's people something to do.
func loadTasks(ctx context.Context, st *store.Store, by store.By, at map[string]org.Organ, clerk int64, today law.Date) error {
	for _, t := range []org.Task{
		{Organ: at["青石镇"].ID, Person: clerk, Title: "更新公开指南的办公电话", Due: today.AddDays(9), Basis: "县政府办公室月度调度"},
		{Organ: at["青石镇"].ID, Role: org.Drafter, Title: "报送领导小组调整文件", Text: "人事变动后一个月内调整并报备。", Due: today.AddDays(30), Basis: "县政府办公室通知"},
		{Organ: at["县教育局"].ID, Role: org.Drafter, Title: "补录2019年以来的招生文件", Text: "标注成文日期，发布日期按补录日填写。"},
	} {
		if _, err := st.GiveTask(ctx, by, t); err != nil {
			return fmt.Errorf("sample: %s: %w", t.Title, err)
		}
	}
	a := org.Approval{Organ: at["青石镇"].ID, Title: "公开第四季度农村低保名单", Facts: []org.Fact{
		{Label: "公开依据", Text: "《政府信息公开条例》第二十条"}, {Label: "内容", Text: "农村低保对象名单，身份证号码和住址已去除"},
		{Label: "公开方式", Text: "县政府网站青石镇专栏、村务公开栏"}},
		Steps: []org.ApprovalStep{{Role: org.Reviewer}, {Role: org.Secrecy}, {Role: org.Signer}}}
	if _, err := st.AskApproval(ctx, by, a); err != nil {
		return fmt.Errorf("sample: %s: %w", a.Title, err)
	}
	return nil
}
