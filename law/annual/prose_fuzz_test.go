package annual

import (
	"strings"
	"testing"
)

// Any text may stand in a report: no rule may panic on it, and every figure
// scanned lies in its sentence.
func FuzzProse(f *testing.F) {
	for _, s := range []string{"新收政府信息公开申请１４件，上年结转2件。", "共１，２３４条，其中3.5万元", "未发生一例行政复议、诉讼", "(一)甲\n（2）乙", "村民13900001234", "〔2020〕109号 2022年度，我镇", "二百五十余件十", "\xff\xe4１", "１", "3,000,00件、", "的的公开公开"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range scanNumbers(s) {
			if n.Start < 0 || n.End > len(s) || n.Start >= n.End {
				t.Fatalf("%+v leaves %q", n, s)
			}
		}
		r := busy("2021", 2023)
		r.Title, r.Intro, r.Signature = s, s, s
		r.Chapters = []string{s, s, "", "", s, s}
		r.Headings = []string{s, "", "", "", s, ""}
		r.Repairs = []Repair{{Code: "LABEL-MISPRINT", Was: s, ReadAs: s}}
		last := busy("2021", 2022)
		last.Chapters[0] = strings.ToUpper(s)
		Check(r, &Context{Last: last, Level: LevelGovernment})
		CompareProse(r, last)
	})
}
