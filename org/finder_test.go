package org_test

import (
	"testing"

	"gongkai/org"
)

// What people write leads to the bodies that usually have it.
func TestTopicsLeadToBodies(t *testing.T) {
	for _, c := range []struct{ text, word, name string }{
		{"想看我们村的征地补偿方案", "征地", "云岭县自然资源和规划局"}, {"2025年农田水利工程的资金", "农田水利", "云岭县水利局"}, {"小学招生的学区划分", "学区", "云岭县教育和体育局"},
		{"低保名单", "低保", "云岭县民政局"}, {"医保报销比例", "医保", "云岭县医疗保障局"},
	} {
		list := org.TopicsIn(c.text, 3)
		if len(list) == 0 {
			t.Errorf("%s: nothing", c.text)
			continue
		}
		found := false
		for _, m := range list {
			if m.Has(c.name) {
				found = true
			}
		}
		if !found {
			t.Errorf("%s: %+v, not %s", c.text, list, c.name)
		}
	}
	m := org.TopicsIn("征地补偿", 1)[0]
	if m.Has("云岭县教育局") || !m.Has("青石镇人民政府") {
		t.Errorf("%+v", m)
	}
	if list := org.TopicsIn("请问", 3); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if list := org.TopicsIn("征地 低保 招生 医保 审计", 3); len(list) != 3 || list[0].Word != "征地" {
		t.Errorf("%+v", list)
	}
}
