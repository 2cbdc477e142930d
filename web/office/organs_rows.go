package office

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/ingest/rows"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A rowsForm is a form with a table of rows to fill in: remedies, members.
type rowsForm struct {
	organForm
	Columns []string
	Rows    [][]page.Field
}

var rowsFormTemplate = page.NewTemplate(templates, "templates/organ_rows.html", "templates/organ_trouble.html")

// blankRows is how many empty rows a form offers; more come after saving.
const blankRows = 4

// mostRows bounds how many rows a form brings in.
const mostRows = 220

// rowsOf counts the rows of a form by the inputs of one column.
func (in *input) rowsOf(column string) int { return min(len(in.r.PostForm[column]), mostRows) }

// at is the text of a column in a row.
func (in *input) at(column string, i int) string {
	if v := in.r.PostForm[column]; i < len(v) {
		return limited(rows.Clean(v[i]), 400)
	}
	return ""
}

func (o *Office) showRows(w http.ResponseWriter, r *http.Request, f store.OrganFile, p rowsForm, code int, conflict bool) error {
	var err error
	title := p.Heading
	if p.Base, err = o.organTitle(r, f, title); err != nil {
		return err
	}
	p.Heading += "：" + f.Organ.Name
	p.Action, p.Back, p.Conflict, p.Button = r.URL.Path, organHref(f.Organ.ID), conflict, "保存"
	if conflict {
		if p.By, p.Changed, err = o.lastChange(r, store.OrganRef(f.Organ.ID)); err != nil {
			return err
		}
	}
	for i := range p.Rows {
		for j := range p.Rows[i] {
			p.Rows[i][j].Label = fmt.Sprintf("第%d行%s", i+1, p.Columns[j])
			p.Rows[i][j].Hint = p.Columns[j] // stands in the empty field where there is no room for a heading
		}
	}
	return page.RenderStatus(w, r, code, rowsFormTemplate, p)
}

func (o *Office) remedyForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	list, version, err := o.store.Remedies(r.Context(), f.Organ.ID)
	if err != nil {
		return err
	}
	for _, k := range []org.RemedyKind{org.Review, org.Court} { // what follows from the tree, to be looked over
		if _, ok := org.RemedyOn(list, k, o.cfg.Today()); ok {
			continue
		}
		x, _, err := o.store.RemedyOn(r.Context(), f.Organ.ID, k, o.cfg.Today())
		if err != nil {
			return err
		}
		x.Kind = k
		list = append(list, x)
	}
	return o.showRemedies(w, r, f, list, version, "", http.StatusOK, false)
}

func (o *Office) showRemedies(w http.ResponseWriter, r *http.Request, f store.OrganFile, list []org.Remedy, version int64, failure string, code int, conflict bool) error {
	p := rowsForm{organForm: organForm{Heading: "复议机关和管辖法院", Version: version, Failure: failure, Explain: []string{
		"告知书按签发当天有效的这一条写救济途径；以前的文书不受影响。",
		"没有登记的，程序按隶属关系推定，推定的结果已填在表里，请核对后保存。",
		"复议机关换了的，给原来的写上截止日期，再加一行新的；不要直接改名称。",
		"通过互联网送达的，还要写明网上申请复议的网址。", "名称留空的行不保存。"}},
		Columns: []string{"类型", "名称", "地址", "电话", "网上申请网址", "依据", "起始日期", "截止日期"}}
	for range blankRows {
		list = append(list, org.Remedy{})
	}
	for _, x := range list {
		var kinds []page.Option
		for _, k := range []org.RemedyKind{org.Review, org.Court} {
			kinds = append(kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: x.Kind == k})
		}
		p.Rows = append(p.Rows, []page.Field{{Name: "kind", Kind: "select", Options: kinds}, {Name: "name", Value: x.Name, Max: 100}, {Name: "address", Value: x.Address, Max: 200},
			{Name: "phone", Value: x.Phone, Max: 60}, {Name: "web", Value: x.Web, Max: 300}, {Name: "basis", Value: x.Basis, Max: 200},
			{Name: "from", Kind: "date", Value: x.From.String()}, {Name: "to", Kind: "date", Value: x.To.String()}})
	}
	return o.showRows(w, r, f, p, code, conflict)
}

func (o *Office) remedySave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	var list []org.Remedy
	failure := ""
	for i := range in.rowsOf("name") {
		if in.at("name", i) == "" {
			continue
		}
		x := org.Remedy{Kind: org.RemedyKind(in.at("kind", i)), Name: in.at("name", i), Address: in.at("address", i), Phone: in.at("phone", i), Web: in.at("web", i), Basis: in.at("basis", i)}
		for _, d := range []struct {
			to   *law.Date
			text string
		}{{&x.From, in.at("from", i)}, {&x.To, in.at("to", i)}} {
			day, err := org.ParseDay(d.text)
			if err != nil && failure == "" {
				failure = fmt.Sprintf("“%s”：%s", rows.Short(x.Name), err)
			}
			*d.to = day
		}
		list = append(list, x)
	}
	version := in.number("version")
	bad := org.CheckRemedies(list)
	for i := range list {
		if failure == "" && bad[i] != "" {
			failure = fmt.Sprintf("第%d行：%s", i+1, bad[i])
		}
	}
	if failure != "" {
		return o.showRemedies(w, r, f, list, version, failure, http.StatusUnprocessableEntity, false)
	}
	d, err := o.store.SaveRemedies(r.Context(), page.By(r), f.Organ.ID, version, list)
	if err != nil {
		return o.organAnswer(w, r, &f, func(code int, failure string, conflict bool) error {
			if conflict {
				var err error
				if _, version, err = o.store.Remedies(r.Context(), f.Organ.ID); err != nil {
					return err
				}
			}
			return o.showRemedies(w, r, f, list, version, failure, code, conflict)
		}, err)
	}
	return page.Done(w, r, organHref(f.Organ.ID), "saved", d)
}

func (o *Office) groupForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	g, err := o.store.Group(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
	if err != nil {
		return err
	}
	var seats []org.Seat
	for _, x := range g.Seats {
		if x.To.IsZero() {
			seats = append(seats, x)
		}
	}
	slices.SortStableFunc(seats, func(a, b org.Seat) int {
		return slices.Index(org.GroupRoles(), a.Role) - slices.Index(org.GroupRoles(), b.Role)
	})
	return o.showGroup(w, r, f, nil, seats, g.Version, "", http.StatusOK, false)
}

// members are the people that the form of the group may name: a group has
// members from other organs too.
func (o *Office) members(r *http.Request, f store.OrganFile) ([]page.Option, error) {
	g, err := o.store.Group(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
	if err != nil {
		return nil, err
	}
	var now []org.Holder
	for _, x := range g.Seats {
		if x.To.IsZero() {
			now = append(now, x.Holder)
		}
	}
	return o.holders(r, f, now...)
}

func (o *Office) showGroup(w http.ResponseWriter, r *http.Request, f store.OrganFile, in *input, seats []org.Seat, version int64, failure string, code int, conflict bool) error {
	people, err := o.members(r, f)
	if err != nil {
		return err
	}
	p := rowsForm{organForm: organForm{Heading: "调整领导小组", Version: version, Failure: failure, Explain: []string{
		"照调整文件写出完整的成员名单：留任的保留原任期，名单里没有的在生效日期前一天结束。",
		"系统里的人员从名单中选，换岗时会提醒；其他人直接写姓名和职务。", "姓名留空、也没有选人的行不保存。不够填，先保存一次再加。"}},
		Columns: []string{"小组职务", "人员", "姓名（不在名单中的）", "职务"}}
	for _, x := range []page.Field{{Name: "number", Label: "调整文件文号", Max: 100, Hint: "例如：镇政发〔2026〕3号"}, {Name: "title", Label: "文件标题", Max: 200},
		{Name: "dated", Label: "成文日期", Kind: "date"}, todayField(o, onField("生效日期"))} {
		p.Fields = append(p.Fields, in.field(x))
	}
	for range blankRows {
		seats = append(seats, org.Seat{Role: org.Member})
	}
	for i, x := range seats {
		var roles []page.Option
		for _, k := range org.GroupRoles() {
			roles = append(roles, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == x.Role || x.Role == "" && i == 0 && k == org.Chair})
		}
		name := x.Name
		if x.Person != 0 {
			name = ""
		}
		p.Rows = append(p.Rows, []page.Field{{Name: "role", Kind: "select", Options: roles}, {Name: "person", Kind: "select", Options: chosen(people, x.Person)},
			{Name: "name", Value: name, Max: 60}, {Name: "post", Value: x.Title, Max: 60}})
	}
	return o.showRows(w, r, f, p, code, conflict)
}

func (o *Office) groupSave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	people, err := o.members(r, f)
	if err != nil {
		return err
	}
	var seats []org.Seat
	failure := ""
	for i := range in.rowsOf("role") {
		person, _ := strconv.ParseInt(in.at("person", i), 10, 64)
		x := org.Seat{Role: org.GroupRole(in.at("role", i)), Holder: org.Holder{Person: person, Name: in.at("name", i), Title: in.at("post", i)}}
		j := slices.IndexFunc(people, func(y page.Option) bool { return person != 0 && y.Value == fmt.Sprint(person) })
		switch {
		case person != 0 && j < 0:
			failure = fmt.Sprintf("第%d行：请从名单中选择人员。", i+1)
		case person != 0:
			x.Name = people[j].Text // the store writes the name as recorded
		case x.Name == "":
			continue
		}
		seats = append(seats, x)
	}
	if failure == "" {
		failure = org.CheckSeats(seats)
	}
	by := page.By(r)
	by.On = in.day("on", true)
	doc := org.GroupDocument{Number: in.text("number"), Title: in.text("title"), On: in.day("dated", false)}
	version := in.number("version")
	if failure != "" || len(in.bad) > 0 {
		return o.showGroup(w, r, f, in, seats, version, failure, http.StatusUnprocessableEntity, false)
	}
	d, err := o.store.AdjustGroup(r.Context(), by, f.Organ.ID, version, doc, slices.Clone(seats))
	if err != nil {
		return o.organAnswer(w, r, &f, func(code int, failure string, conflict bool) error {
			if conflict {
				g, err := o.store.Group(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
				if err != nil {
					return err
				}
				version = g.Version
			}
			return o.showGroup(w, r, f, in, seats, version, failure, code, conflict)
		}, err)
	}
	return page.Done(w, r, organHref(f.Organ.ID), "saved", d)
}
