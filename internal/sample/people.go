package sample

import (
	"context"
	"fmt"
	"strings"

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
		{"叶书桐", Second, "县政府办公室公开办副主任", Name, []org.Role{org.Office}},
		{"沈守一", "xitong", "信息中心工程师", Name, []org.Role{org.SystemAdmin}},
		{"秦明鉴", "shenji", "信息中心审计管理员", Name, []org.Role{org.AuditAdmin}},
		{"纪怀清", "jiwei", "县纪委派驻监督员", Name, []org.Role{org.Supervisor}},
		{"何晓禾", "qingshi", "党政办经办人", "青石镇", []org.Role{org.Drafter, org.Handler, org.Publisher}},
		{"梁仲平", "qingshi2", "党政办主任", "青石镇", []org.Role{org.Reviewer, org.Secrecy, org.Head}},
		{"苏立本", "qingshi3", "分管副镇长", "青石镇", []org.Role{org.Signer}},
		{"方启明", "jiaoyu", "办公室经办人", "县教育局", []org.Role{org.Drafter, org.Publisher}},
		{"韩维正", "jiaoyu2", "办公室主任", "县教育局", []org.Role{org.Reviewer, org.Secrecy, org.Head, org.Signer}},
		{"唐小满", "", "便民服务中心经办人", "青石镇", []org.Role{org.Drafter}}, // is about to leave, and never signed in
	}
}

// A Login of the sample county, as it is printed.
type Login struct{ Login, Name, Organ, Posts string }

// Logins lists who can sign in.
func Logins() []Login {
	var out []Login
	for _, x := range people() {
		if x.login == "" {
			continue
		}
		var posts []string
		for _, r := range x.roles {
			posts = append(posts, r.Chinese())
		}
		out = append(out, Login{x.login, x.name, x.organ, strings.Join(posts, "、")})
	}
	return out
}

// LoadPeople puts the sample county's people and their office into a store that
// has its organs: posts, accounts, how organs can be reached, who is responsible,
// and some work that is going on. Where it was loaded before nothing is done.
func LoadPeople(ctx context.Context, st *store.Store, today law.Date) error {
	// The administrator's account comes last: with it everything is there.
	if _, err := st.Credentials(ctx, Administrator); err == nil {
		return nil
	}
	organs, err := st.Organs(ctx)
	if err != nil {
		return err
	}
	m := &making{ctx: ctx, st: st, today: today, organ: map[string]org.Organ{}, who: map[string]int64{}}
	for _, o := range organs {
		m.organ[o.ShortName()] = o
	}
	// The sample's logins must work without a telephone.
	m.did(st.SaveSetting(ctx, m.by(law.Date{}), store.Setting{Name: account.SettingFactor, Value: account.NoRoles}))
	m.people()
	m.office()
	m.group()
	m.matrix()
	m.history()
	m.work()
	m.voices()
	m.requests()
	m.items()
	m.catalogue()
	m.outlets()
	m.filing()
	m.totals()
	m.portal()
	m.leading()
	m.scores()
	m.accounts()
	return m.err
}

// people enters everybody with his posts.
func (m *making) people() {
	from := law.Day(m.today.Year-1, 3, 1)
	for _, x := range people() {
		o, ok := m.organ[x.organ]
		if !ok && m.err == nil {
			m.err = fmt.Errorf("sample: no organ %s", x.organ)
		}
		if m.err != nil {
			return
		}
		id := m.id(m.st.SavePerson(m.ctx, m.by(law.Date{}), org.Person{Name: x.name, Organ: o.ID, Title: x.title, Login: x.login, From: from}))
		m.who[x.name] = id
		if x.login != "" {
			m.who[x.login] = id
		}
		for _, r := range x.roles {
			if by := m.by(law.Date{}); m.err == nil {
				m.did(m.st.Grant(m.ctx, by, org.Post{Person: id, Organ: o.ID, Role: r, From: from}))
			}
		}
	}
}

// accounts lets them sign in, the administrator last.
func (m *making) accounts() {
	all := people()
	for i := range all {
		x := all[len(all)-1-i]
		if x.login == "" || m.err != nil {
			continue
		}
		m.did(m.st.OpenAccount(m.ctx, m.by(law.Date{}), m.who[x.login], x.login, Password))
		if by := m.by(law.Date{}); m.err == nil {
			m.did(m.st.SetPassword(m.ctx, by, m.who[x.login], Password, 0))
		}
	}
}
