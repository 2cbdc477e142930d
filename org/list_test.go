package org

import (
	"errors"
	"strings"
	"testing"
)

func TestParseList(t *testing.T) {
	list, err := ParseList("\ufeff机关名称,代码,类别,上级\r\n" +
		"白云县人民政府,11330000000000000X,政府,\r\n" +
		"\r\n# 乡镇\r\n" +
		"青石镇人民政府，，，白云县人民政府\r\n" +
		"\"红叶乡人民政府\",L02,乡镇,11330000000000000X\r\n" +
		"党政综合办\tL03\t内设机构\t青石镇人民政府\r\n" +
		"青石镇人民政府\r\n" +
		",L04\r\n" +
		"城关街道办事处,L05,衙门\r\n" +
		"白杨社区,L06,,不存在的镇\r\n" +
		"河口所,L02,内设机构\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line   int
		ok     bool
		kind   Kind
		parent int64
		says   string
	}{
		{2, true, Government, 0, "类别人民政府；统一社会信用代码“11330000000000000X”校验不符"},
		{5, true, Town, 2, "按名称识别为乡镇"},
		{6, true, Town, 2, "类别乡镇"},
		{7, true, Section, 5, "类别内设机构"},
		{8, false, Town, 0, "与第5行重复"},
		{9, false, "", 0, "缺少机关名称"},
		{10, false, Street, 0, "机关类别“衙门”无法识别"},
		{11, true, Village, 0, "上级“不存在的镇”不在名单中"},
		{12, false, Section, 0, "代码“L02”与第6行相同"},
	}
	if len(list) != len(want) {
		t.Fatalf("%d lines reported, want %d: %+v", len(list), len(want), list)
	}
	for i, w := range want {
		l := list[i]
		if l.Line != w.line || l.OK != w.ok || l.Organ.Kind != w.kind || l.Organ.Parent != w.parent || !strings.Contains(l.Message, w.says) {
			t.Errorf("line %d: %+v", w.line, l)
		}
	}
}

func TestParseListCycle(t *testing.T) {
	list, err := ParseList("甲镇,,,乙镇\n乙镇,,,甲镇\n丙村,,村,甲镇\n丁镇,,,丁镇\n戊镇")
	if err != nil {
		t.Fatal(err)
	}
	for i, says := range []string{"成环", "成环", "所在的第1行有误", "不能是自己的上级", "按名称识别为乡镇"} {
		if !strings.Contains(list[i].Message, says) || list[i].OK != (i == 4) {
			t.Errorf("%+v", list[i])
		}
	}
}

func TestParseListRefuses(t *testing.T) {
	for _, s := range []string{"\xb0\xd7\xd4\xc6", strings.Repeat("a\n", MaxListLines+1)} {
		if _, err := ParseList(s); !errors.Is(err, ErrList) {
			t.Errorf("%.10q: %v", s, err)
		}
	}
}

func TestValidCreditCode(t *testing.T) {
	// Check characters worked out by hand from GB 32100: 31 minus the weighted
	// sum modulo 31.
	for code, ok := range map[string]bool{
		"110000000000000006": false, "11000000000000000A": false, "000000000000000000": true,
		"100000000000000000": false, "10000000000000000Y": true, "1000000000000000O0": false, "1": false,
	} {
		if ValidCreditCode(code) != ok {
			t.Errorf("%s: %v", code, !ok)
		}
	}
}

func FuzzParseList(f *testing.F) {
	f.Add("白云县,1,政府,\n青石镇,,,白云县")
	f.Add("\"a,b\n\t，\n#")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ParseList(s)
		if err != nil {
			return
		}
		var organs []Organ
		for _, l := range list {
			if l.Message == "" {
				t.Fatal("a line without a report")
			}
			if l.OK {
				organs = append(organs, l.Organ)
			}
		}
		if _, err := NewTree(organs); err != nil {
			t.Fatalf("accepted lines form no tree: %v", err)
		}
	})
}
