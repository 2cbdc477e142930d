package proactive

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/rich"
)

// GuideFacts is what a guide 政府信息公开指南 is made of: the office record of an
// organ, the channels that are open, whom one turns to, and the lists of what is
// published. Its hash says whether a guide is still true.
type GuideFacts struct {
	Organ    string           `json:"organ"`
	Place    string           `json:"place"` // public address of the organ's page, "" for none
	Office   org.OfficeRecord `json:"office"`
	Channels []org.Channel    `json:"channels"`
	Remedies []org.Remedy     `json:"remedies"` // in force on the day
	Superior string           `json:"superior"` // 主管部门, "" for none
	Codes    []string         `json:"codes"`    // categories of what is published
	Fee      bool             `json:"fee"`      // a 信息处理费 is taken
}

// Mark is the hash of the facts: another one where something that the guide says
// has changed.
func (f GuideFacts) Mark() string {
	f.Office.Organ = 0
	b, err := act.Canonical(f)
	if err != nil {
		return "" // plain text and days cannot fail
	}
	return act.Digest(b)
}

// Lacking is what a guide has to state by art. 12 and the office record does not
// say, in Chinese.
func (f GuideFacts) Lacking() []string {
	var out []string
	for _, x := range []struct{ v, name string }{{f.Office.Unit, "公开工作机构"}, {f.Office.Address, "办公地址"}, {f.Office.Hours, "办公时间"}, {f.Office.Phone, "联系电话"}} {
		if strings.TrimSpace(x.v) == "" {
			out = append(out, x.name)
		}
	}
	if f.Office.Fax == "" && f.Office.Email == "" && f.Office.Web == "" {
		out = append(out, "传真或者互联网联系方式")
	}
	return out
}

// A Guide is one version of it.
type Guide struct {
	Organ   int64
	N       int // from 1
	Body    rich.Body
	Mark    string   // of the facts it was made of
	Made    law.Date // day it was made
	Author  int64
	Signed  law.Date // day it was signed off, zero for a draft
	Signer  int64
	Paper   string // who signed on paper
	Version int64
}

// GuideTitle is the title of a guide.
func GuideTitle(organ string) string { return organ + "政府信息公开指南" }

type guideWriter struct{ b rich.Body }

func (g *guideWriter) head(s string) {
	g.b.Blocks = append(g.b.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: []rich.Span{{Text: s}}})
}

func (g *guideWriter) sub(s string) {
	g.b.Blocks = append(g.b.Blocks, rich.Block{Kind: rich.Heading, Level: 3, Spans: []rich.Span{{Text: s}}})
}

func (g *guideWriter) para(s string) {
	g.b.Blocks = append(g.b.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: s}}})
}

func (g *guideWriter) table(rows [][2]string) {
	t := rich.Block{Kind: rich.Grid}
	for _, r := range rows {
		t.Rows = append(t.Rows, rich.Row{Cells: []rich.Cell{{Head: true, Spans: []rich.Span{{Text: r[0]}}}, {Spans: []rich.Span{{Text: r[1]}}}}})
	}
	if len(t.Rows) > 0 {
		g.b.Blocks = append(g.b.Blocks, t)
	}
}

// MakeGuide writes a guide: classification and order of the information, how it
// is published and asked for, where and when the office can be reached, and whom
// one turns to. Nothing in it is typed twice: it is the office record in words.
func MakeGuide(f GuideFacts, day law.Date) rich.Body {
	var g guideWriter
	g.para("为方便公民、法人和其他组织获取政府信息，根据《中华人民共和国政府信息公开条例》（国务院令第711号）第十二条，编制本指南。需要获取" + f.Organ + "政府信息公开服务的，建议阅读本指南。本指南自" + day.Chinese() + "起使用，内容有变化时及时更新。")
	g.head("一、信息分类和编排体系")
	var names []string
	for _, c := range f.Codes {
		names = append(names, CategoryName(c))
	}
	g.para("本机关的政府信息按《条例》第二十条、第二十一条列出的内容分类，共" + num(len(names)) + "类：" + strings.Join(names, "、") + "。")
	g.para("每条信息编有索引号，由机构代码、年份和流水号组成，终身不变。公开目录列出索引号、名称、内容概述、生成日期、发布日期等。")
	g.head("二、主动公开")
	g.sub("（一）公开范围")
	g.para("本机关制作的，以及从公民、法人和其他组织获取并保存的政府信息，除《条例》第十四条、第十五条、第十六条规定不予公开的以外，涉及公众利益调整、需要公众广泛知晓或者需要公众参与决策的，主动公开。具体内容见法定主动公开内容和公开目录。")
	g.sub("（二）公开方式")
	place := "政府门户网站的政府信息公开栏目"
	if f.Place != "" {
		place += "（" + f.Place + "）"
	}
	g.para("主要通过" + place + "公开，并在国家档案馆、公共图书馆、政务服务场所提供查阅。")
	g.sub("（三）公开时限")
	g.para("主动公开的信息，自形成或者变更之日起20个工作日内公开。法律、法规另有规定的，从其规定。")
	g.head("三、依申请公开")
	g.para("除主动公开的信息外，可以申请获取本机关的政府信息，不需要说明用途。")
	g.sub("（一）受理机构和渠道")
	var rows [][2]string
	for _, c := range f.Channels {
		rows = append(rows, [2]string{c.Kind.Chinese(), f.Office.Place(c)})
	}
	if len(rows) == 0 {
		g.para("请与本机关的公开工作机构联系。")
	}
	g.table(rows)
	g.sub("（二）申请的内容")
	g.para("申请应当包括：申请人的姓名或者名称、身份证明、联系方式；申请公开的政府信息的名称、文号，或者便于查询的其他特征；获取信息的方式、途径等形式要求。书写确有困难的，可以口头提出，由本机关工作人员代为填写，并由申请人确认。")
	g.sub("（三）办理")
	g.para("申请内容不明确的，本机关自收到申请之日起7个工作日内一次性告知补正。能够当场答复的当场答复；不能当场答复的，自收到申请之日起20个工作日内答复；需要延长的，经本机关公开工作机构负责人同意并告知申请人，延长不超过20个工作日。征求第三方和其他机关意见的时间不计算在内。")
	g.sub("（四）收费")
	if f.Fee {
		g.para("提供政府信息不收取费用。申请的数量、频次明显超过合理范围的，依照国务院办公厅《政府信息公开信息处理费管理办法》收取信息处理费。")
	} else {
		g.para("提供政府信息不收取费用。")
	}
	g.head("四、公开工作机构")
	rows = nil
	for _, x := range org.OfficeFields() {
		if v := *x.Of(&f.Office); v != "" && x.Name != "head" {
			rows = append(rows, [2]string{x.Chinese, v})
		}
	}
	g.table(rows)
	g.head("五、监督和救济")
	if f.Superior != "" {
		g.para("认为本机关没有依法履行公开义务的，可以向" + f.Superior + "投诉、举报。")
	} else {
		g.para("认为本机关没有依法履行公开义务的，可以向政府信息公开工作主管部门投诉、举报。")
	}
	g.para("认为本机关在政府信息公开工作中侵犯其合法权益的，可以依法申请行政复议或者提起行政诉讼。")
	rows = nil
	for _, r := range f.Remedies {
		text := r.Name
		if r.Address != "" {
			text += "，地址：" + r.Address
		}
		if r.Phone != "" {
			text += "，电话：" + r.Phone
		}
		if r.Web != "" {
			text += "，网址：" + r.Web
		}
		rows = append(rows, [2]string{r.Kind.Chinese(), text})
	}
	g.table(rows)
	return g.b
}

// A CatalogueLine is an item in the catalogue 公开目录.
type CatalogueLine struct {
	Number    string   `json:"number"` // 索引号
	Title     string   `json:"title"`
	Summary   string   `json:"summary,omitempty"`
	Category  string   `json:"category"` // code
	DocNo     string   `json:"doc_no,omitempty"`
	Made      law.Date `json:"made"`
	Published law.Date `json:"published"`
}

// A CatalogueEdition is a catalogue as it stood on a day.
type CatalogueEdition struct {
	Organ int64
	N     int
	On    law.Date
	Items int
}
