package lead

import (
	"fmt"
	"testing"
)

func TestNumbersOfItemsInWords(t *testing.T) {
	for s, want := range map[string]string{
		"https://www.example.gov.cn/item/11341500MB0C/2026-00012?version=1": "[11341500MB0C/2026-00012]",
		"http://127.0.0.1:8080/item/%E9%9D%92/2026-00001#top，第二段":           "[青/2026-00001]",
		"索引号 11341500MB0C/2026-00012 的第二段写错了":                               "[11341500MB0C/2026-00012]",
		"https://www.example.gov.cn/o/11341500MB0C":                         "[]",
		"公示栏": "[]",
		"":    "[]",
	} {
		if got := fmt.Sprint(numbersIn(s)); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}

func TestDemandTemplateFitsItsPage(t *testing.T) {
	if err := demandTemplate.Check(demandPage{}); err != nil {
		t.Error(err)
	}
}
