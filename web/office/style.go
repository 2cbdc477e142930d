package office

import (
	"net/http"

	"gongkai/law"
	"gongkai/web/page"
)

type stylePage struct {
	page.Base
	Colours []string
	Tags    []page.Tag
	Fields  []page.Field
	Limits  []page.Limit
	Empty   page.Empty
	Finding []page.Finding
	Pager   page.Pager
	Steps   []stepLine
}

var styleTemplate = page.NewTemplate(templates, "templates/style.html")

// style is the living sheet of the parts that desk pages are made of: drawn by
// the same templates, so that it cannot go stale.
func (o *Office) style(w http.ResponseWriter, r *http.Request) error {
	c, err := o.Calendar(r.Context())
	if err != nil {
		return err
	}
	today := o.cfg.Today()
	soon, _ := c.Add(today, 1)
	later, _ := c.Add(today, 3)
	far, _ := c.Add(today, 15)
	p := stylePage{Base: o.base(r, "settings", "界面样张"),
		Colours: []string{"ink", "soft", "paper", "card", "rule", "seal", "link", "ok", "warn", "err"},
		Tags:    []page.Tag{{Text: "普通"}, {Tone: "ok", Text: "已办结"}, {Tone: "warn", Text: "还剩 3 个工作日"}, {Tone: "err", Text: "已逾期"}},
		Fields: []page.Field{
			{Name: "a", Label: "单行", Hint: "写什么，附一个例子。", Value: "青石镇人民政府"},
			{Name: "b", Label: "有错误的一格", Kind: "date", Value: "2026-02-30", Message: "没有这一天。请写成年-月-日，如 2026-02-28。"},
			{Name: "c", Label: "选择", Kind: "select", Options: []page.Option{{Value: "1", Text: "审核"}, {Value: "2", Text: "签发", Selected: true}}},
			{Name: "d", Label: "多行", Kind: "textarea", Rows: 3, Required: true},
			{Name: "e", Label: "文件", Kind: "file"},
			{Name: "f", Label: "我已核对", Kind: "checkbox"},
		},
		Limits:  []page.Limit{page.LimitOf(c, today, today.AddDays(-1), "昨天", 3), page.LimitOf(c, today, soon, "条例第三十三条", 3), page.LimitOf(c, today, later, "", 3), page.LimitOf(c, today, far, "", 3), page.LimitOf(c, today, law.Date{}, "", 3)},
		Empty:   page.Empty{Text: "这里还没有内容。说明什么会出现在这里，以及先做什么。", Action: page.Link{Text: "交办任务", Href: "/desk/tasks/new"}},
		Finding: []page.Finding{{Tag: page.Tag{Tone: "err", Text: "错误"}, Code: "T3-RESULT-SUM", Message: "自然人一列各项相加为 26，表内总计为 27。", Suggest: "可能：总计应为 26。", Where: "第 3 页，表三"}},
		Pager:   page.Pager{Next: "/desk/style", Note: "本页 50 条"},
		Steps:   []stepLine{{Role: "审核", Who: "某某", On: today.String(), Class: "done"}, {Role: "保密审查", Class: "now"}, {Role: "签发"}},
	}
	p.Crumbs = []page.Link{{Text: "设置", Href: "/desk/settings"}}
	return page.Render(w, r, styleTemplate, p)
}
