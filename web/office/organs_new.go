package office

import (
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/web/page"
)

func (o *Office) organNew(w http.ResponseWriter, r *http.Request) error {
	parent := ""
	if id, err := strconv.ParseInt(r.URL.Query().Get("parent"), 10, 64); err == nil {
		if f, err := o.store.OrganFile(r.Context(), page.VisitOf(r).Viewer, id); err == nil {
			parent = f.Organ.Name
		}
	}
	return o.showOrganNew(w, r, nil, parent, http.StatusOK, "")
}

func (o *Office) showOrganNew(w http.ResponseWriter, r *http.Request, in *input, parent string, code int, failure string) error {
	p := organForm{Base: o.base(r, "organs", "设立机关"), Heading: "设立机关", Action: "/desk/organs/new", Failure: failure, Button: "设立", Back: "/desk/organs",
		Explain: []string{"新机关从设立日期起出现在上级机关的名单中；是否应报年度报告由类别决定。", "类别和层级可以不选，程序按名称识别。", "内设机构、村（社区）由本机关负责人设立，其他机关由主管部门设立。", "机关很多时，可以用名单一次导入。"}}
	p.Styles = append(p.Styles, o.assets.Path("organs.css"))
	p.Crumbs = []page.Link{{Text: "机关", Href: "/desk/organs"}}
	for _, f := range []page.Field{
		{Name: "name", Label: "名称", Required: true, Max: 100, Hint: "全称，与公章一致，例如：云岭县青石镇人民政府"},
		{Name: "short", Label: "简称", Max: 100, Hint: "列表中使用，可以不填"},
		{Name: "parent", Label: "上级机关", Value: parent, Max: 100, Hint: "全称、简称或代码；只有一个系统的最高机关留空"},
		{Name: "kind", Label: "类别", Kind: "select", Options: append([]page.Option{{Text: "按名称识别"}}, kindOptions("-")...)},
		{Name: "level", Label: "层级", Kind: "select", Options: append([]page.Option{{Text: "按名称识别"}}, levelOptions(-1)...)},
		{Name: "code", Label: "统一社会信用代码", Max: 64, Hint: "18 位；没有的可以用本地编码"},
		{Name: "region", Label: "行政区划代码", Max: 12, Hint: "6 位、9 位或 12 位数字"},
		{Name: "line", Label: "业务主管", Max: 100, Hint: "只有垂直管理的机关填写；其他机关留空"},
		{Name: "from", Label: "设立日期", Kind: "date", Hint: "不清楚的可以不填"},
		basisField(),
	} {
		p.Fields = append(p.Fields, in.field(f))
	}
	return page.RenderStatus(w, r, code, organFormTemplate, p)
}

func (o *Office) organCreate(w http.ResponseWriter, r *http.Request) error {
	in, err := o.input(r)
	if err != nil {
		return err
	}
	again := func(code int, failure string, _ bool) error { return o.showOrganNew(w, r, in, "", code, failure) }
	x, line, err := newOrgan(in)
	if err != nil {
		return err
	}
	if len(in.bad) > 0 {
		return again(http.StatusUnprocessableEntity, "", false)
	}
	by := page.By(r)
	by.Reason = limited(by.Reason, 300)
	d, err := o.store.CreateOrgan(r.Context(), by, x, line)
	if taken(err) {
		in.bad["code"] = "这个代码已属于别的机关。一个代码只能属于一个机关。"
		if y, e := o.store.OrganByCode(r.Context(), x.Code); e == nil {
			in.bad["code"] = "这个代码已属于“" + y.Name + "”。一个代码只能属于一个机关。"
		}
		return again(http.StatusUnprocessableEntity, "", false)
	}
	if err != nil {
		return o.organAnswer(w, r, nil, again, err)
	}
	return page.Done(w, r, "/desk/organs/"+d.Answer, "created", d)
}

// newOrgan reads the form that sets up an organ.
func newOrgan(in *input) (x org.Organ, line int64, err error) {
	x.Name, x.Short = in.text("name"), in.text("short")
	if x.Name == "" {
		in.bad["name"] = "请填写机关全称。"
	}
	x.Kind, x.Level, x.Code, x.Region = in.facts()
	if kind, level := org.GuessKind(x.Name); x.Kind == "" {
		if x.Kind = kind; x.Level == 0 {
			x.Level = level
		}
	}
	if x.From = in.day("from", false); !x.From.IsZero() && x.From.Before(law.Day(1900, 1, 1)) {
		in.bad["from"] = "设立日期无效。"
	}
	if x.Parent, err = in.organ("parent", org.SeeOrgan, false); err != nil {
		return x, 0, err
	}
	line, err = in.organ("line", org.SeeOrgan, false)
	return x, line, err
}
