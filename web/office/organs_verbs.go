package office

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// An organVerb is one thing that can be done to an organ, with its form.
type organVerb struct {
	path, title, button, done string
	explain                   func(f store.OrganFile) []string
	fields                    func(o *Office, r *http.Request, f store.OrganFile) ([]page.Field, error)
	do                        func(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) // and the organ to go to
}

func organVerbs() []organVerb {
	return []organVerb{
		{"rename", "更名", "更名", "renamed", explainRename, renameFields, doRename},
		{"change", "变更信息", "保存", "changed", explainChange, changeFields, doChange},
		{"move", "调整隶属关系", "调整", "moved", explainMove, moveFields, doMove},
		{"merge", "合并", "合并", "merged", explainMerge, mergeFields, doMerge},
		{"split", "分设", "分设", "split", explainSplit, splitFields, doSplit},
		{"abolish", "撤销", "撤销", "abolished", explainAbolish, abolishFields, doAbolish},
	}
}

// mayArrange reports whether the viewer may change the organ's place and facts:
// an organ arranges its own 内设机构 and 村（社区） by itself.
func mayArrange(v org.Viewer, f store.OrganFile) bool {
	part := f.Organ.Kind == org.Section || f.Organ.Kind == org.Village
	return org.May(v, org.ArrangeOrgans, f.OrganSubject()) || part && org.May(v, org.EditOrgan, f.OrganSubject())
}

func (o *Office) organVerb(w http.ResponseWriter, r *http.Request, x organVerb, post bool) error {
	f, err := o.organAt(r)
	if err != nil {
		return err
	}
	if !mayArrange(page.VisitOf(r).Viewer, f) {
		return store.Forbidden(org.ArrangeOrgans)
	}
	var in *input
	show := func(code int, failure string, conflict bool) error {
		p := organForm{Heading: x.title + "：" + f.Organ.Name, Action: organHref(f.Organ.ID) + "/" + x.path, Version: f.Version, Failure: failure,
			Conflict: conflict, Explain: x.explain(f), Button: x.button, Back: organHref(f.Organ.ID)}
		var err error
		if p.Base, err = o.organTitle(r, f, x.title); err != nil {
			return err
		}
		if conflict {
			if p.By, p.Changed, err = o.lastChange(r, store.OrganRef(f.Organ.ID)); err != nil {
				return err
			}
		}
		fields, err := x.fields(o, r, f)
		if err != nil {
			return err
		}
		for _, y := range fields {
			p.Fields = append(p.Fields, in.field(y))
		}
		if x.path == "abolish" || x.path == "merge" {
			if p.Warn, err = o.hangsOn(r, f); err != nil {
				return err
			}
		}
		return page.RenderStatus(w, r, code, organFormTemplate, p)
	}
	if !post {
		return show(http.StatusOK, "", false)
	}
	if in, err = o.input(r); err != nil {
		return err
	}
	by := page.By(r)
	by.Reason = limited(by.Reason, 300)
	d, to, err := x.do(o, in, by, f)
	if err == nil && len(in.bad) > 0 {
		return show(http.StatusUnprocessableEntity, "", false)
	}
	if err != nil {
		return o.organAnswer(w, r, &f, show, err)
	}
	return page.Done(w, r, organHref(to), x.done, d)
}

// hangsOn says what still hangs on an organ that is to end.
func (o *Office) hangsOn(r *http.Request, f store.OrganFile) ([]string, error) {
	l, err := o.store.OrganLoad(r.Context(), f.Organ.ID, o.cfg.Today())
	if err != nil {
		return nil, err
	}
	var out []string
	if l.People > 0 || l.Posts > 0 {
		out = append(out, fmt.Sprintf("这里还有 %d 名人员、%d 个岗位。撤销或合并后，请到“人员”页办理工作交接和调动。", l.People, l.Posts))
	}
	if l.Below > 0 {
		out = append(out, fmt.Sprintf("下面还有 %d 个下级机关（含内设机构、村社区），将转到承接机关或合并后的机关。", l.Below))
	}
	if l.Led > 0 {
		out = append(out, fmt.Sprintf("它还是 %d 个机关的业务主管，将由承接机关接替。", l.Led))
	}
	return out, nil
}

func onField(label string) page.Field {
	return page.Field{Name: "on", Label: label, Kind: "date", Required: true, Hint: "文件规定的生效日期，不一定是今天。"}
}

func basisField() page.Field {
	return page.Field{Name: "reason", Label: "依据", Hint: "文号或批复，例如：云政发〔2026〕5号", Max: 300}
}

func todayField(o *Office, f page.Field) page.Field {
	f.Value = o.cfg.Today().String()
	return f
}

func correctField() page.Field {
	return page.Field{Name: "mode", Label: "这是", Kind: "select", Options: []page.Option{
		{Value: "change", Text: "自生效日期起的变更（以前的记录保留原样）"}, {Value: "correct", Text: "更正录入错误（以前的记录一并改正）"}}}
}

func explainRename(f store.OrganFile) []string {
	return []string{
		"生效日期之前的年度报告、汇总表和留痕仍用“" + f.Organ.Name + "”；之后的用新名称。",
		"机关编号、代码、人员、岗位和下级机关都不变。",
		"更名写入本机关的沿革和操作留痕。",
		"如果只是当初写错了字，请选“更正录入错误”。",
	}
}

func renameFields(o *Office, _ *http.Request, f store.OrganFile) ([]page.Field, error) {
	return []page.Field{
		{Name: "name", Label: "新名称", Value: f.Organ.Name, Required: true, Max: 100, Hint: "全称，与公章一致"},
		{Name: "short", Label: "新简称", Value: f.Organ.Short, Max: 100, Hint: "列表中使用，可以不填"},
		correctField(), todayField(o, onField("生效日期")), basisField(),
	}, nil
}

func doRename(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	name := in.text("name")
	if name == "" {
		in.bad["name"] = "请填写新名称。"
	}
	if by.On = in.day("on", true); len(in.bad) > 0 {
		return store.Done{}, 0, nil
	}
	d, err := o.store.RenameOrgan(in.r.Context(), by, f.Organ.ID, in.number("version"), name, in.text("short"), in.text("mode") == "correct")
	return d, f.Organ.ID, err
}

func explainChange(store.OrganFile) []string {
	return []string{
		"类别、层级、简称、区划代码和业务主管自生效日期起变更；以前年度的应报范围和汇总仍按当时的情况。",
		"统一社会信用代码和设立日期只有一个，改动对所有日期生效。",
		"内设机构、村（社区）不单独编制年度报告；改变类别会改变是否应报。",
		"名称和上级机关请用“更名”“调整隶属关系”。",
	}
}

func changeFields(o *Office, r *http.Request, f store.OrganFile) ([]page.Field, error) {
	line := ""
	if f.Line != 0 {
		x, err := o.store.Organ(r.Context(), f.Line)
		if err != nil {
			return nil, err
		}
		line = x.Name
	}
	kinds := append([]page.Option{{Text: "未定", Selected: f.Organ.Kind == ""}}, kindOptions(f.Organ.Kind)...)
	levels := append([]page.Option{{Text: "未定", Selected: f.Organ.Level == 0}}, levelOptions(f.Organ.Level)...)
	return []page.Field{
		{Name: "kind", Label: "类别", Kind: "select", Options: kinds, Value: string(f.Organ.Kind)},
		{Name: "level", Label: "层级", Kind: "select", Options: levels, Hint: "部门的层级就是它所属政府的层级"},
		{Name: "short", Label: "简称", Value: f.Organ.Short, Max: 100},
		{Name: "code", Label: "统一社会信用代码", Value: f.Organ.Code, Max: 64, Hint: "18 位；没有的可以用本地编码"},
		{Name: "region", Label: "行政区划代码", Value: f.Organ.Region, Max: 12, Hint: "6 位、9 位或 12 位数字，例如 330122"},
		{Name: "line", Label: "业务主管", Value: line, Max: 100, Hint: "只有垂直管理的机关填写，例如县税务局填市税务局；其他机关留空"},
		{Name: "from", Label: "设立日期", Kind: "date", Value: f.Organ.From.String()},
		correctField(), todayField(o, onField("生效日期")), basisField(),
	}, nil
}

// facts reads kind, level, code and region.
func (in *input) facts() (kind org.Kind, level org.Level, code, region string) {
	kind, code, region = org.Kind(in.text("kind")), strings.ToUpper(in.text("code")), in.text("region")
	if !kind.Valid() {
		in.bad["kind"] = "请从列表中选择类别。"
	}
	if n, err := strconv.Atoi(in.text("level")); err == nil {
		level = org.Level(n)
	}
	if level < 0 || level > org.Grassroots {
		in.bad["level"] = "请从列表中选择层级。"
	}
	if s := org.CodeDoubt(code); s != "" {
		in.bad["code"] = s
	}
	if s := org.RegionDoubt(region); s != "" {
		in.bad["region"] = s
	}
	return kind, level, code, region
}

func doChange(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	c := store.OrganChange{ID: f.Organ.ID, Version: in.number("version"), Correct: in.text("mode") == "correct", Short: in.text("short")}
	c.Kind, c.Level, c.Code, c.Region = in.facts()
	by.On, c.From = in.day("on", true), in.day("from", false)
	line, err := in.organ("line", org.SeeOrgan, false)
	if c.Line = line; err != nil || len(in.bad) > 0 {
		return store.Done{}, 0, err
	}
	d, err := o.store.ChangeOrgan(in.r.Context(), by, c)
	if taken(err) {
		if x, e := o.store.OrganByCode(in.r.Context(), c.Code); e == nil && x.ID != f.Organ.ID {
			in.bad["code"] = "代码“" + c.Code + "”已属于“" + x.Name + "”。一个代码只能属于一个机关。"
			return store.Done{}, 0, nil
		}
	}
	return d, f.Organ.ID, err
}

func explainMove(f store.OrganFile) []string {
	return []string{
		"自生效日期起，“" + f.Organ.Name + "”连同它的全部下级归新的上级管理：报送、汇总、查看和审批权限都随之改变。",
		"以前年度的汇总仍把它算在原来的上级之下：某年度的汇总表用该年度最后一天的隶属关系。",
		"年度中间调整的，整个年度都算到新的上级。",
	}
}

func moveFields(o *Office, r *http.Request, f store.OrganFile) ([]page.Field, error) {
	return []page.Field{
		{Name: "parent", Label: "新的上级机关", Required: true, Max: 100, Hint: "全称、简称或代码"},
		todayField(o, onField("生效日期")), basisField(),
	}, nil
}

func doMove(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	by.On = in.day("on", true)
	verb := org.ArrangeOrgans
	if f.Organ.Kind == org.Section || f.Organ.Kind == org.Village {
		verb = org.EditOrgan
	}
	parent, err := in.organ("parent", verb, true)
	if err != nil || len(in.bad) > 0 {
		return store.Done{}, 0, err
	}
	d, err := o.store.MoveOrgan(in.r.Context(), by, f.Organ.ID, in.number("version"), parent)
	return d, f.Organ.ID, err
}

func explainMerge(f store.OrganFile) []string {
	return []string{
		"被合并的机关在生效日期的前一天终止；它们的下级自生效日期起归合并后的机关。",
		"被合并机关以前的年度报告仍归它自己，以前年度的汇总不变；生效日期所在年度由合并后的机关一并报送。",
		"人员、岗位和在办事项不会自动转移，请随后办理交接。",
	}
}

func mergeFields(o *Office, _ *http.Request, f store.OrganFile) ([]page.Field, error) {
	return []page.Field{
		{Name: "from", Label: "还有哪些机关一起合并", Kind: "textarea", Rows: 3, Max: 2000, Hint: "“" + f.Organ.Name + "”之外的机关，每行一个。只有它一个并入别的机关时留空"},
		{Name: "into", Label: "并入现有的机关", Max: 100, Hint: "全称、简称或代码；合并后另设新机关的，这里留空，填下面两项"},
		{Name: "name", Label: "或者：新机关的名称", Max: 100, Hint: "新机关的上级与“" + f.Organ.Name + "”相同"},
		{Name: "code", Label: "新机关的统一社会信用代码", Max: 64},
		todayField(o, onField("生效日期")), basisField(),
	}, nil
}

func doMerge(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	by.On = in.day("on", true)
	m := store.Merge{From: []int64{f.Organ.ID}}
	var err error
	if m.Into, err = in.organ("into", org.ArrangeOrgans, false); err != nil {
		return store.Done{}, 0, err
	}
	if m.Into == f.Organ.ID {
		in.bad["into"] = "它自己就是要合并的机关。要让别的机关并入它，请到那个机关的页面办理。"
	}
	name := in.text("name")
	switch {
	case m.Into == 0 && name == "" && in.bad["into"] == "":
		in.bad["into"] = "请填写并入哪个机关，或者在下面填写新机关的名称。"
	case m.Into != 0 && name != "":
		in.bad["name"] = "已选了并入现有的机关，这里请留空。"
	case m.Into == 0:
		code := strings.ToUpper(in.text("code"))
		if s := org.CodeDoubt(code); s != "" {
			in.bad["code"] = s
		}
		m.New = org.Organ{Name: name, Code: code, Kind: f.Organ.Kind, Level: f.Organ.Level, Parent: f.Organ.Parent, Region: f.Organ.Region}
	}
	for i, l := range strings.Split(in.text("from"), "\n") {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		x, why, err := in.find(l, org.ArrangeOrgans)
		if err != nil {
			return store.Done{}, 0, err
		}
		if why != "" {
			in.bad["from"] = fmt.Sprintf("第%d行：%s", i+1, strings.Replace(why, "请选择是哪一个", "请写全称或代码", 1))
			break
		}
		m.From = append(m.From, x[0].ID)
	}
	if len(in.bad) > 0 {
		return store.Done{}, 0, nil
	}
	d, err := o.store.MergeOrgans(in.r.Context(), by, m)
	to, _ := strconv.ParseInt(d.Answer, 10, 64)
	return d, to, err
}

func explainSplit(f store.OrganFile) []string {
	return []string{
		"新机关自生效日期起设立，上级与“" + f.Organ.Name + "”相同。",
		"原机关保留的，下级先都留在原处，随后可以逐个调整；不保留的，原机关在前一天终止，下级归第一个新机关。",
		"以前年度的报告和汇总不变。",
	}
}

func splitFields(o *Office, _ *http.Request, f store.OrganFile) ([]page.Field, error) {
	return []page.Field{
		{Name: "new", Label: "新设的机关", Kind: "textarea", Rows: 4, Required: true, Max: 4000, Hint: "每行一个：名称，代码，类别。代码和类别可以不写"},
		{Name: "keep", Label: "“" + f.Organ.Name + "”继续保留", Kind: "checkbox", Value: "1"},
		todayField(o, onField("生效日期")), basisField(),
	}, nil
}

func doSplit(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	by.On = in.day("on", true)
	list, err := org.ParseList(in.r.PostForm.Get("new"))
	if err != nil {
		in.bad["new"] = err.Error()
	}
	x := store.Split{ID: f.Organ.ID, Version: in.number("version"), Keep: in.text("keep") != ""}
	for _, l := range list {
		if !l.OK {
			in.bad["new"] = l.Message
			break
		}
		n := org.Organ{Name: l.Organ.Name, Code: l.Organ.Code, Kind: l.Organ.Kind, Level: l.Organ.Level, Region: f.Organ.Region}
		if n.Kind == "" {
			n.Kind = f.Organ.Kind
		}
		if n.Level == 0 {
			n.Level = f.Organ.Level
		}
		x.New = append(x.New, n)
	}
	if len(x.New) == 0 && in.bad["new"] == "" {
		in.bad["new"] = "请至少写一个新机关。"
	}
	if len(in.bad) > 0 {
		return store.Done{}, 0, nil
	}
	d, err := o.store.SplitOrgan(in.r.Context(), by, x)
	return d, f.Organ.ID, err
}

func explainAbolish(f store.OrganFile) []string {
	return []string{
		"“" + f.Organ.Name + "”在生效日期的前一天终止，此后不再报送，也不能再作上级机关。",
		"它的历年报告、沿革和留痕都保留，公开页面照旧可查。",
		"写了承接机关的，下级自生效日期起归承接机关；没有写的，必须先没有下级。",
	}
}

func abolishFields(o *Office, _ *http.Request, f store.OrganFile) ([]page.Field, error) {
	return []page.Field{
		{Name: "into", Label: "承接机关", Max: 100, Hint: "职责由谁承接；全称、简称或代码。没有可以留空"},
		todayField(o, onField("生效日期")), basisField(),
	}, nil
}

func doAbolish(o *Office, in *input, by store.By, f store.OrganFile) (store.Done, int64, error) {
	by.On = in.day("on", true)
	into, err := in.organ("into", org.SeeOrgan, false)
	if err != nil || len(in.bad) > 0 {
		return store.Done{}, 0, err
	}
	d, err := o.store.AbolishOrgan(in.r.Context(), by, f.Organ.ID, in.number("version"), into)
	return d, f.Organ.ID, err
}
