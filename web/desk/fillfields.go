package desk

import (
	"fmt"
	"sort"

	"gongkai/law/annual"
	"gongkai/web/page"
)

func frontFieldsOf(dr *draft, msg map[string]string) (front, end []page.Field) {
	f := func(name, kind, label, hint string) page.Field {
		return page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Value: dr.Front[name], Message: msg[name]}
	}
	organ := f("organ", "text", "机关全称", "例如：云岭县青石镇人民政府")
	organ.Required, organ.Max = true, 60
	title := f("title", "text", "标题", fmt.Sprintf("不填则按“机关全称%d年政府信息公开工作年度报告”生成", dr.Year))
	title.Max = 120
	intro := f("intro", "textarea", "引言", "编制依据、统计期限（1月1日至12月31日）、查阅方式。")
	intro.Rows = 3
	sign := f("signature", "text", "落款", "不填则用机关全称")
	dated := f("dated", "text", "成文日期", fmt.Sprintf("例如：%d-01-15", dr.Year+1))
	contact := f("contact", "textarea", "联系方式", "公众对报告有疑问时联系哪里，写单位和办公电话，不写个人手机。")
	contact.Rows = 2
	return []page.Field{organ, title, intro}, []page.Field{sign, dated, contact}
}

// prompts say what each aspect of chapter 一 should cover, in our words.
func prompt(aspect string) string {
	return map[string]string{
		"主动公开":       "公开了哪些内容、多少条、在哪里公开；重点领域和政策解读。",
		"依申请公开":      "收到、办结、结转各多少件，与表三一致；没有收到的也写明。",
		"政府信息管理":     "审核发布、动态调整、规范性文件管理、公开目录维护。",
		"政府信息公开平台建设": "专栏、政务新媒体、查阅点的建设与维护。",
		"平台建设":       "专栏、政务新媒体、查阅点的建设与维护。",
		"监督保障":       "机构人员、培训、工作考核、社会评议、责任追究的结果。",
	}[aspect]
}

func chapterHint(ordinal string, year int) string {
	switch ordinal {
	case "五":
		return fmt.Sprintf("既写存在的问题，也写改进情况；对照上一年报告所列问题说明 %d 年改进得怎样。", year)
	case "六":
		if year >= 2021 {
			return "写明是否收取信息处理费（没有收取也写明），以及上级要求报告的其他事项。"
		}
		return "上级要求报告的其他事项；没有的写“无其他需要报告的事项。”"
	}
	return ""
}

// chapters lays the form out chapter by chapter.
func (p *fillBody) chapters(dr *draft, tables []page.ReportTable, msg map[string]string) {
	for i, c := range dr.Form.Chapters {
		name := fmt.Sprintf("chapter.%d", i+1)
		ch := fillChapter{Ordinal: c.Ordinal, Title: c.Title, ID: fmt.Sprintf("chapter-%d", i+1)}
		own := page.Field{Name: name, Kind: "textarea", Label: c.Title, Rows: 6, Hint: chapterHint(c.Ordinal, dr.Year), Value: dr.Prose[i], Message: msg[name]}
		switch {
		case i == 0:
			ch.Fields = append(ch.Fields, page.Field{Name: "opening", Kind: "textarea", Label: "总的情况", Rows: 3, Hint: "一两句话概括全年；不用分方面写的，整章写在这里也可以。", Value: dr.Opening, Message: msg["opening"]})
			for k, a := range dr.Form.Aspects {
				n := fmt.Sprintf("aspect.%d", k+1)
				ch.Fields = append(ch.Fields, page.Field{Name: n, Kind: "textarea", Label: "（" + ordinal(k+1) + "）" + a, Rows: 4, Hint: prompt(a), Value: dr.Aspects[k], Message: msg[n]})
			}
		case c.Kind == "table":
			for k := range tables {
				if tables[k].ID == c.Table {
					ch.Table = &tables[k]
				}
			}
			ch.Paste = &page.Field{Name: "paste." + c.Table, Kind: "textarea", Label: "粘贴整表", Rows: 4, Message: msg["paste."+c.Table],
				Hint: "在 WPS 或 Excel 中选中整张表（可以连同行名）复制，粘贴到这里，再按“填入表格”。也可以直接在上面的格子里粘贴。"}
			own.Label, own.Hint, own.Rows = "本章的文字说明（可不填）", "格式只要求表格；确有需要说明的写在这里。", 3
			ch.More = &own
		default:
			ch.Fields = append(ch.Fields, own)
		}
		p.Chapters = append(p.Chapters, ch)
	}
}

// messageLinks lists what was not accepted in the form's order.
func messageLinks(f *annual.Form, msg map[string]string) []page.Link {
	var names []string
	for n := range msg {
		names = append(names, n)
	}
	rank := func(n string) int {
		if i, ok := f.Index(n); ok {
			return 100 + i
		}
		if len(n) > 5 && (n[:5] == "chapt" || n[:5] == "aspec") {
			return 50
		}
		return 0
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := rank(names[i]), rank(names[j]); a != b {
			return a < b
		}
		return names[i] < names[j]
	})
	var out []page.Link
	for _, n := range names {
		if i, ok := f.Index(n); ok {
			out = append(out, page.Link{Key: n, Text: f.Cells[i].Label + "：" + msg[n], Href: "#" + page.CellID(n)})
			continue
		}
		out = append(out, page.Link{Key: n, Text: msg[n], Href: "#" + page.Field{Name: n}.ID()})
	}
	return out
}
