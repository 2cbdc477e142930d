package vetting

import (
	"testing"
)

// A mark of secrecy is told from a word of a sentence.
func TestMarksOfSecrecy(t *testing.T) {
	for s, want := range map[string]string{
		"绝密★":     "secret:绝密★",
		"机密★1年":   "secret:机密★1年",
		"秘密 ★ 长期": "secret:秘密 ★ 长期",
		"机  密":    "secret:机  密",
		"【秘密】":    "secret:【秘密】",
		"秘密  特急":  "secret:秘密",
		"密级：机密":   "secret:机密",
		"本文件密级：秘密，请注意保管。": "secret:秘密",
		"０００１２３　机密★":      "secret:机密★",
		"密级：绝密、机密、秘密（选填）": "",
		"密级：无": "",
		"属于国家秘密的，不予公开。": "",
		"保守国家秘密":        "",
		"商业秘密":          "",
		"国家秘密的密级分为绝密、机密、秘密三级。":    "",
		"绝密级国家秘密是最重要的国家秘密":        "",
		"不得泄露国家秘密、工作秘密、商业秘密、个人隐私": "",
		"工作秘密★3年":   "internal:工作秘密",
		"工作秘密":      "internal:工作秘密",
		"工作秘密清单":    "",
		"加强工作秘密管理":  "",
		"内部资料，请勿外传": "internal:内部资料 internal:请勿外传",
		"（内部使用）":    "internal:内部使用",
		"此件不予公开":    "internal:此件不予公开",
		"（此件依申请公开）": "internal:此件依申请公开",
		"此件主动公开":    "",
		"公开属性：不予公开": "internal:不予公开",
		"公开属性：主动公开、依申请公开、不予公开": "",
		"本机关决定不予公开。":           "",
		"擅自向他人提供内部资料的，给予处分":    "",
		"不得标注“内部资料”字样":         "",
		"阅后收回":                 "internal:阅后收回",
		"（代拟稿）":                "internal:代拟稿",
		"《办法（送审稿）》修改完善后，形成草案":  "internal:送审稿",
		"密发〔2026〕3号":           "internal:密发〔",
	} {
		got := line(s)
		if want == "secret:【秘密】" {
			want = "secret:秘密"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
	column := Look([]Piece{{Field: "body", Text: "密级"}, {Field: "body", Line: 1, Text: "秘密", Column: "密级"}, {Field: "body", Line: 2, Text: "无", Column: "密级"}}, nil, today)
	if len(column) != 1 || !column[0].Stops {
		t.Errorf("a column of marks: %+v", column)
	}
	m := Look([]Piece{{Field: "title", Text: "关于专项行动的通知（机密★1年）"}}, nil, today)
	if len(m) != 1 || !m[0].Stops || m[0].Masked != "" {
		t.Errorf("a mark of secrecy must stop the text and cannot be masked: %+v", m)
	}
}

func TestNumbersOfPersons(t *testing.T) {
	for s, want := range map[string]string{
		"身份证号341599196205140038，":         "id:341599196205140038→341599********0038",
		"341599 19620514 0038":            "id:341599 19620514 0038→341599********0038",
		"34159919620514003８":              "id:34159919620514003８→341599********0038",
		"3415991962\u200b05140038":        "id:3415991962\u200b05140038→341599********0038",
		"编号341599202603150001":            "",
		"项目代码：2603-341599-04-01-123456":   "",
		"统一社会信用代码341599196205140038":      "",
		"证件号码：34159919620514X":            "",
		"身份证号码：341599196205140039":        "id:341599196205140039→341599********0039",
		"341599196205140038341599":        "",
		"手机13800000000。":                  "phone:13800000000→138****0000",
		"+86 138 0000 0000":               "phone:86 138 0000 0000→138****0000",
		"13800000000/13900000000":         "phone:13800000000→138****0000 phone:13900000000→139****0000",
		"合计13800000000元":                  "",
		"13800000000.50":                  "",
		"许可证编号：13800000000":               "",
		"138****0000":                     "",
		"咨询电话：0551-85231234":              "",
		"电话（0551）85231234转801":            "",
		"户主吕芒种，电话0551-85231234":           "phone:0551-85231234→0551-****1234",
		"户主电话（0551）85231234":              "phone:（0551）85231234→0551-****1234",
		"12345热线":                         "",
		"卡号：6217001234000051":             "card:6217001234000051→6217********0051",
		"6217 0012 3400 0051":             "card:6217 0012 3400 0051→6217********0051",
		"索引号：6217001234000051":            "",
		"户名：青石县财政局，账号：6217001234000051":   "",
		"订单2026031500000001":              "",
		"zhangsan@qq.com":                 "mail:zhangsan@qq.com→z***@qq.com",
		"电子邮箱：bszxxgk@163.com":            "",
		"邮箱：13800000000@139.com":          "phone:13800000000@139.com→***",
		"bgs@qingshi.gov.cn":              "",
		"家庭住址：青石县白石镇幸福村三组12号。":            "address:青石县白石镇幸福村三组12号→青石县白石镇幸福村***",
		"办公地址：白石镇人民路1号":                   "",
		"地址：白石镇人民路1号301室，电话0551-85231234": "",
		"严立秋，男，1988年生，地址：白石镇人民路8号2单元301室。": "address:白石镇人民路8号2单元301室→白石镇人民路***",
		"严立秋，男，住白石镇幸福村三组12号。":              "address:白石镇幸福村三组12号→白石镇幸福村***",
		"家住幸福村向阳组的严大爷":                     "address:幸福村向阳组→幸福村***",
		"小学生严小雪（10岁）":                      "minor:10岁",
		"县住建局，住房保障科3号楼":                    "",
		"现住白石镇双桥村":                         "",
		"年满16周岁的人员":                        "",
		"严小雪（女，12岁）":                       "minor:12岁",
		"6岁以下儿童免费":                         "",
	} {
		if got := line(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// What the office publishes of itself may stand; a mark of secrecy never may.
func TestAllowed(t *testing.T) {
	allow := Allow("13800000000", "0551-85231234", "baishi@qq.com", "工作秘密")
	for s, want := range map[string]string{
		"值班手机：13800000000":     "",
		"户主电话：0551-85231234":   "",
		"户主电话：(0551) 85231234": "",
		"baishi@qq.com":        "",
		"工作秘密":                 "",
		"13800000001":          "phone:13800000001→138****0001",
		"113800000000":         "",
	} {
		if got := line(s, allow); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
	if got := line("机密★", Allow("机密")); got != "secret:机密★" {
		t.Errorf("a list lets a mark of secrecy stand: %q", got)
	}
}

func TestMisprints(t *testing.T) {
	for s, want := range map[string]string{
		"布署工作":             "misprint:布署⇒部署",
		"公布署名":             "",
		"既使用手机又使用电话":       "",
		"2月30日":            "misprint:2月30日",
		"二〇二六年二月三十日":       "misprint:二〇二六年二月三十日",
		"2026年2月29日":       "misprint:2026年2月29日",
		"2024年2月29日":       "",
		"2026年13月5日":       "misprint:2026年13月5日",
		"每月31日前":           "",
		"2026年11月23日（星期一）": "",
		"2026年11月23日星期二":   "misprint:2026年11月23日星期二⇒星期一",
		"3至5月份":            "",
		"目的的确定":            "",
		"（一）总则":            "",
		"一）总则":             "",
		"总则）":              "misprint:）",
		"关于印发《办法的通知":       "misprint:《",
		"标准，，":             "misprint:，，⇒，",
		"等等……":             "",
		"通知\ufffd内容":       "misprint:\ufffd",
		"通\u202e知":         "hidden:\u202e",
	} {
		if got := line(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// The list of misprints is in order: no word twice, none that is right, and no
// right word that the list itself calls wrong.
func TestListOfMisprints(t *testing.T) {
	c := Prepare(nil, today)
	seen := map[string]bool{}
	n := 0
	for _, w := range c.words.sorted {
		if w.entry.Right == "" {
			continue
		}
		if n++; seen[w.said] || w.said == w.entry.Right {
			t.Errorf("%s stands twice or is right", w.said)
		}
		seen[w.said] = true
		if got := line("他" + w.entry.Right + "了"); got != "" && w.entry.Right != "了" {
			t.Errorf("the right word %s is marked: %s", w.entry.Right, got)
		}
		for _, x := range w.except {
			if got := line(x); got != "" {
				t.Errorf("%s is right and marked: %s", x, got)
			}
		}
	}
	if n < 150 {
		t.Errorf("%d misprints", n)
	}
}
