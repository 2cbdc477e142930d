package oversight

import (
	"fmt"
	"testing"
)

// Subjects are grouped by the words they share; what fewer than three have in
// common and numbers stay untold, and no subject counts twice.
func TestTopics(t *testing.T) {
	got := Topics([]string{"农田水利工程资金拨付", "申请公开农田水利工程的验收材料", "2025年农田水利工程招标", "低保标准", "关于低保标准的调整", "本村低保标准", "低保名单", "征地补偿方案", "征地补偿款", "13955550001", "13955550001", "13955550001", ""})
	if s := fmt.Sprint(got); s != "[{农田水利工程 3} {低保标准 3}]" {
		t.Error(s)
	}
	if got := Topics(nil); len(got) != 0 {
		t.Error(got)
	}
	var many []string
	for i := range 20_000 {
		many = append(many, fmt.Sprintf("第%c%c%c组的事项", rune(0x4e00+i%977), rune(0x5000+i%1013), rune(0x6000+i%499)))
	}
	n := 0
	for _, x := range Topics(many) {
		n += x.N
	}
	if n > MaxSubjects {
		t.Errorf("%d subjects of %d are counted", n, MaxSubjects)
	}
}
