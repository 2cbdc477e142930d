package office

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a list of people.
const (
	rosterTime = 2 * time.Minute
	maxRoster  = 5000 // lines
)

// rosterColumns are the columns of a list of people: the field, the word of the
// heading, and what it holds.
var rosterColumns = []struct{ field, word, what string }{
	{"name", "姓名", "必填"}, {"organ", "机关", "必填。全称、简称或统一社会信用代码"}, {"section", "内设机构", "科室、中心、站所；没有登记的先记在机关名下"},
	{"title", "职务", ""}, {"roles", "岗位", "几个岗位用顿号分开，如“经办、依申请办理”"}, {"login", "账号", "没有的可以由程序拟定"},
	{"phone", "手机", ""}, {"email", "邮箱", ""}, {"from", "到岗日期", "如 2026-03-01"},
}

// rosterWords are further words that headings use.
var rosterWords = map[string]string{
	"姓名": "name", "机关": "organ", "机关名称": "organ", "单位": "organ", "单位名称": "organ", "所在机关": "organ", "工作单位": "organ", "内设机构": "section", "科室": "section", "部门": "section", "股室": "section",
	"职务": "title", "岗位": "roles", "角色": "roles", "账号": "login", "登录名": "login", "用户名": "login", "手机": "phone", "手机号": "phone", "手机号码": "phone", "电话": "phone", "联系电话": "phone",
	"邮箱": "email", "电子邮箱": "email", "到岗日期": "from", "到岗时间": "from",
}

type rosterPage struct {
	page.Base
	File, Propose       page.Field
	Columns             []fact
	Roles, SampleHref   string
	Key, Packed, Name   string
	Shown, Imported     bool // a preview; a report after the import
	Proposed            bool
	New, Changed, Same  int
	Ask, Wrong, Skipped int
	Ready               int // lines that can be taken over
	Lines               []rosterLineShow
	Cut                 int // lines that are not shown
	Ignored             []string
	Decisions           []page.Option // made already
	Posts, Failed       int
	Results             []rosterResultLine
}

type rosterLineShow struct {
	Line           int
	Name, Organ    string
	Tag            page.Tag
	Changes        []act.Change
	Posts          string
	Faults, Notes  []string
	Choices        []page.Option
	Decision, Text string
}

type rosterResultLine struct {
	Line int
	Name page.Link
	Tag  page.Tag
	Text string
}

var rosterTemplate = page.NewTemplate(templates, "templates/people_import.html")

func (o *Office) rosterBase(r *http.Request) rosterPage {
	p := rosterPage{Base: o.base(r, "people", "导入人员名单"), SampleHref: "/desk/people/import/sample.csv", Key: page.NewKey()}
	p.Crumbs = peopleCrumbs
	p.File = page.Field{Name: "file", Label: "名单文件", Kind: "file", Accept: ".csv,.xlsx,.txt", Required: true, Hint: fmt.Sprintf("CSV 或 xlsx，第一行写各列名称，最多 %d 行。", maxRoster)}
	p.Propose = page.Field{Name: "propose", Label: "给没有写账号的人拟定账号", Kind: "checkbox", Value: "1", Hint: "按 u1001、u1002 的顺序；以后可以在人员页修改。"}
	for _, c := range rosterColumns {
		p.Columns = append(p.Columns, fact{c.word, c.what})
	}
	var roles []string
	for _, x := range org.Roles() {
		roles = append(roles, x.Chinese())
	}
	p.Roles = strings.Join(roles, "、")
	return p
}

func (o *Office) rosterForm(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, rosterTemplate, o.rosterBase(r))
}

// rosterSample is an empty list to fill in.
func (o *Office) rosterSample(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="people.csv"; filename*=UTF-8''%E4%BA%BA%E5%91%98%E5%90%8D%E5%8D%95.csv`)
	if _, err := w.Write([]byte("\xef\xbb\xbf")); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	var head []string
	for _, x := range rosterColumns {
		head = append(head, x.word)
	}
	for _, line := range [][]string{head, {"# 张某某", "青石镇人民政府", "党政办", "科员", "经办、依申请办理", "zhangmm", "13800000000", "zhang@example.gov.cn", "2026-03-01"}} {
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func (o *Office) rosterPreview(w http.ResponseWriter, r *http.Request) error {
	name, data, err := uploaded(r, "file")
	if err != nil {
		return err
	}
	again := func(message string) error {
		p := o.rosterBase(r)
		p.File.Message = message
		return page.RenderStatus(w, r, http.StatusUnprocessableEntity, rosterTemplate, p)
	}
	if data == nil {
		if packed := r.FormValue("packed"); packed != "" { // decisions were made, or the rest is looked at again
			if data, err = unpack(packed); err != nil {
				return err
			}
			name = cut(r.FormValue("name"), 60)
		} else {
			return again("请选择名单文件。")
		}
	}
	plans, ignored, message, err := o.rosterPlans(r, name, data)
	if err != nil {
		return err
	}
	if message != "" {
		return again(message)
	}
	p := o.rosterShow(r, plans)
	p.Name, p.Packed, p.Ignored = name, pack(data), ignored
	return page.Render(w, r, rosterTemplate, p)
}

// rosterPlans reads the list and compares it with what is known. message says
// in Chinese why the file cannot be read.
func (o *Office) rosterPlans(r *http.Request, name string, data []byte) (plans []org.RosterPlan, ignored []string, message string, err error) {
	s, err := rows.Read(name, data, rosterWords)
	if err != nil {
		_, text := page.Status(err)
		if limit.Code(err) == "" {
			return nil, nil, "", err
		}
		return nil, nil, text, nil
	}
	if len(s.Rows) > maxRoster {
		return nil, nil, fmt.Sprintf("名单有 %d 行，一次最多 %d 行，请分几次导入。", len(s.Rows), maxRoster), nil
	}
	var lines []org.RosterLine
	for _, x := range s.Rows {
		lines = append(lines, org.RosterLine{Line: x.Line, Name: x.Get("name"), Organ: x.Get("organ"), Section: x.Get("section"), Title: x.Get("title"), Roles: x.Get("roles"),
			Login: x.Get("login"), Phone: x.Get("phone"), Email: x.Get("email"), From: x.Get("from"), Decision: r.FormValue(fmt.Sprintf("decide-%d", x.Line))})
	}
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	roster := org.Roster{Today: o.cfg.Today(), Propose: r.FormValue("propose") != ""}
	organs, err := o.store.Organs(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	paths := map[int64]string{}
	for _, x := range organs {
		paths[x.ID] = x.Path
		if org.May(v, org.EditPeople, x.Subject()) {
			roster.Organs = append(roster.Organs, x)
		}
	}
	known, err := o.store.AllPeople(ctx, v, org.EditPeople)
	if err != nil {
		return nil, nil, "", err
	}
	for _, x := range known {
		roster.People = append(roster.People, x.Person)
		for _, q := range x.Posts {
			roster.Posts = append(roster.Posts, q.Post)
		}
	}
	plans = roster.Plan(lines)
	return plans, s.Ignored, "", o.rosterPermissions(r, v, plans, paths)
}

// rosterPermissions says before the import what would be refused in it: roles
// the viewer cannot give, logins that somebody elsewhere has.
func (o *Office) rosterPermissions(r *http.Request, v org.Viewer, plans []org.RosterPlan, paths map[int64]string) error {
	var logins []string
	for _, p := range plans {
		if p.Person.Login != "" && (p.Does == org.RosterNew || p.Does == org.RosterChange) {
			logins = append(logins, p.Person.Login)
		}
	}
	taken, err := o.store.LoginTaken(r.Context(), logins)
	if err != nil {
		return err
	}
	for i := range plans {
		p := &plans[i]
		if p.Does != org.RosterNew && p.Does != org.RosterChange {
			continue
		}
		newLogin := p.Does == org.RosterNew
		for _, c := range p.Changes {
			newLogin = newLogin || c.Field == "账号"
		}
		if newLogin && taken[p.Person.Login] {
			p.Faults = append(p.Faults, "账号“"+p.Person.Login+"”已有其他机关的人使用，请换一个。")
		}
		for _, q := range p.Posts {
			if !org.MayGrant(v, q.Role, org.Subject{Organ: q.Organ, Home: q.Organ, Path: paths[q.Organ]}) {
				why := "您没有授予“" + q.Role.Chinese() + "”的权限。"
				if q.Role.Guarding() {
					why += "监督和三员岗位由安全管理员另行授予，请从名单中去掉。"
				}
				p.Faults = append(p.Faults, why)
			}
		}
		if len(p.Faults) > 0 {
			p.Does = org.RosterBad
		}
	}
	return nil
}

func (o *Office) rosterShow(r *http.Request, plans []org.RosterPlan) rosterPage {
	p := o.rosterBase(r)
	p.Shown, p.Proposed = true, r.FormValue("propose") != ""
	for _, x := range plans {
		l := rosterLineShow{Line: x.Line.Line, Name: x.Line.Name, Organ: strings.TrimSpace(x.Line.Organ + " " + x.Line.Section), Faults: x.Faults, Notes: x.Notes, Decision: x.Line.Decision}
		tone := ""
		switch x.Does {
		case org.RosterNew:
			p.New, tone = p.New+1, "ok"
			l.Text = strings.TrimSpace(x.Person.Title + " " + org.MaskPhone(x.Person.Phone))
		case org.RosterChange:
			p.Changed, tone, l.Changes = p.Changed+1, "warn", x.Changes
		case org.RosterSame:
			p.Same++
		case org.RosterAsk:
			p.Ask, tone = p.Ask+1, "err"
			l.Choices = []page.Option{{Text: "请选择"}}
			for _, y := range x.Asks {
				l.Choices = append(l.Choices, page.Option{Value: strconv.FormatInt(y.ID, 10), Text: "就是已登记的" + y.Name + "（" + strings.TrimSpace(y.Title+" 账号"+orDash(y.Login)) + "）"})
			}
			l.Choices = append(l.Choices, page.Option{Value: org.DecideNew, Text: "是另一个同名的人，新登记"}, page.Option{Value: org.DecideSkip, Text: "这一行不导入"})
		case org.RosterBad:
			p.Wrong, tone = p.Wrong+1, "err"
		case org.RosterSkip:
			p.Skipped++
		}
		if l.Decision != "" {
			p.Decisions = append(p.Decisions, page.Option{Text: fmt.Sprintf("decide-%d", l.Line), Value: l.Decision})
		}
		if x.Does == org.RosterSame && len(x.Notes) == 0 {
			continue
		}
		l.Tag = page.Tag{Tone: tone, Text: x.Does.Chinese()}
		var posts []string
		for _, q := range x.Posts {
			posts = append(posts, q.Role.Chinese())
		}
		l.Posts = strings.Join(posts, "、")
		if len(p.Lines) >= mostLines && x.Does != org.RosterAsk && x.Does != org.RosterBad {
			p.Cut++
			continue
		}
		p.Lines = append(p.Lines, l)
	}
	p.Ready = p.New + p.Changed
	return p
}

func (o *Office) rosterApply(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新上传文件。"}
	}
	data, err := unpack(r.PostFormValue("packed"))
	if err != nil {
		return err
	}
	name := cut(r.PostFormValue("name"), 60)
	plans, _, message, err := o.rosterPlans(r, name, data)
	if err != nil {
		return err
	}
	if message != "" {
		return &page.Input{Text: message}
	}
	var do []org.RosterPlan
	names := map[int]string{}
	for _, x := range plans {
		names[x.Line.Line] = x.Line.Name
		if x.Does == org.RosterNew || x.Does == org.RosterChange {
			do = append(do, x)
		}
	}
	by := page.By(r)
	by.Reason = "导入名单：" + name
	results, err := o.store.ImportPeople(r.Context(), by, do)
	if err != nil {
		return err
	}
	p := o.rosterBase(r)
	p.Title, p.Imported = "导入结果", true
	kept := map[int]store.RosterResult{}
	for _, x := range results {
		kept[x.Line] = x
	}
	for _, x := range plans {
		l := rosterResultLine{Line: x.Line.Line, Name: page.Link{Text: names[x.Line.Line]}, Tag: page.Tag{Text: x.Does.Chinese()}, Text: strings.Join(x.Faults, " ")}
		if res, ok := kept[x.Line.Line]; ok {
			if res.Fault == "" {
				l.Tag = page.Tag{Tone: "ok", Text: "已修改"}
				if p.Changed++; res.New {
					p.Changed--
					p.New++
					l.Tag.Text = "已登记"
				}
				if p.Posts += res.Posts; res.Posts > 0 {
					l.Text = fmt.Sprintf("授予 %d 个岗位", res.Posts)
				}
				l.Name.Href = fmt.Sprintf("/desk/people/%d", res.Person)
			} else {
				p.Failed++
				l.Tag, l.Text = page.Tag{Tone: "err", Text: "没有导入"}, res.Fault
			}
		} else {
			switch x.Does {
			case org.RosterSame:
				p.Same++
				continue
			case org.RosterSkip:
				p.Skipped++
			default:
				p.Failed++
				l.Tag = page.Tag{Tone: "err", Text: "没有导入"}
				if x.Does == org.RosterAsk {
					l.Text = "没有判断是哪一个人"
				}
			}
		}
		p.Results = append(p.Results, l)
	}
	return page.Render(w, r, rosterTemplate, p)
}
