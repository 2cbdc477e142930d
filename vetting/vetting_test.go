package vetting

import (
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/rich"
)

var today = law.Date{Year: 2026, Month: 11, Day: 23}

// line looks at one paragraph and writes the marks as kind:found→masked.
func line(s string, lists ...List) string {
	var out []string
	for _, m := range Look([]Piece{{Field: "body", Text: s}}, lists, today) {
		w := string(m.Kind) + ":" + m.Found
		if m.Masked != "" {
			w += "→" + m.Masked
		}
		if m.Suggest != "" {
			w += "⇒" + m.Suggest
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func cell(s string) rich.Cell { return rich.Cell{Spans: []rich.Span{{Text: s}}} }

func grid(rows ...string) rich.Block {
	b := rich.Block{Kind: rich.Grid}
	for _, r := range rows {
		var row rich.Row
		for _, c := range strings.Split(r, "|") {
			row.Cells = append(row.Cells, cell(c))
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func bodyOf(blocks ...rich.Block) rich.Body { return rich.Body{Blocks: blocks} }

// The planted phone number of the story is found, and masked by one key.
func TestAListOfPersonsIsMaskedByOneKey(t *testing.T) {
	b := rich.Body{Blocks: []rich.Block{
		{Kind: rich.Para, Spans: []rich.Span{{Text: "现将名单公示如下，监督电话：0550-5123456。"}}},
		grid("序号|姓名|身份证号|银行卡号|联系电话|家庭住址|金额（元）",
			"1|甲小满|11010119900307002X|6228480000000000018|13800000000|白石镇幸福村三组12号|1200.00",
			"2|乙大寒|110101900307001|123|0550-5123456|白石镇幸福村|800.00",
			"3|丙立春|见附件|无||人民路8号2单元301室|13800000000.00"),
	}}
	marks := Look(Pieces("补贴发放公示", "", b), nil, today)
	n := Mask(&b, Maskable(marks))
	want := strings.Join([]string{"现将名单公示如下，监督电话：0550-5123456。",
		"序号\t姓名\t身份证号\t银行卡号\t联系电话\t家庭住址\t金额（元）",
		"1\t甲小满\t110101********002X\t6228***********0018\t138****0000\t白石镇幸福村***\t1200.00",
		"2\t乙大寒\t110101******001\t123\t0550-****456\t白石镇幸福村\t800.00",
		"3\t丙立春\t见附件\t无\t\t人民路***\t13800000000.00"}, "\n")
	if got := b.Text(); got != want {
		t.Errorf("masked %d:\n%s\nwant\n%s", n, got, want)
		for _, m := range marks {
			t.Logf("%+v", m)
		}
	}
}
