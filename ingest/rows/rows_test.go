package rows

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"gongkai/ingest/limit"
)

var heads = map[string]string{"机关名称": "name", "名称": "name", "代码": "code", "上级": "parent"}

func TestListsAreReadInEveryEncoding(t *testing.T) {
	text := "全县机关名单,,\r\n机关名称*,代码,上级（全称）,备注\r\n青石镇人民政府,T1,云岭县人民政府,x\r\n,,\r\n\"白鹿镇,人民政府\",'=T2,\r\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	u16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	for name, data := range map[string]string{
		"utf-8": text, "bom": "\ufeff" + text, "gb18030": gb, "utf-16": u16, "tabs": strings.ReplaceAll(strings.ReplaceAll(text, "\"白鹿镇,", "\"白鹿镇，"), ",", "\t"),
	} {
		s, err := Read("名单.csv", []byte(data), heads)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Rows) != 2 || s.Rows[0].Get("name") != "青石镇人民政府" || s.Rows[0].Get("parent") != "云岭县人民政府" || s.Rows[1].Get("code") != "=T2" {
			t.Errorf("%s: %+v", name, s.Rows)
		}
		if s.Rows[0].Line != 3 || s.Rows[1].Line != 5 || len(s.Ignored) != 1 {
			t.Errorf("%s: lines %d, %d, ignored %v", name, s.Rows[0].Line, s.Rows[1].Line, s.Ignored)
		}
	}
}

func TestAWorkbookIsReadFromTheSheetWithTheHeading(t *testing.T) {
	f := excelize.NewFile()
	_ = f.SetCellValue("Sheet1", "A1", "填写说明：请勿改动表头")
	_, _ = f.NewSheet("名单")
	for cell, v := range map[string]string{"A2": "名称", "B2": "代码", "A3": "青石镇人民政府", "B3": "T1", "A5": "白鹿镇人民政府"} {
		_ = f.SetCellValue("名单", cell, v)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	s, err := Read("名单.xlsx", b.Bytes(), heads)
	rows := s.Rows
	if err != nil || len(rows) != 2 || rows[1].Get("name") != "白鹿镇人民政府" || rows[1].Line != 5 || !rows[1].Has("code") || rows[1].Has("parent") {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestHostileListsAreRefusedInWords(t *testing.T) {
	for name, c := range map[string]struct{ data, says string }{
		"empty": {" \n", "空的"}, "picture": {"\x89PNG\r\n\x1a\n\x00\x00", "编码"}, "no heading": {"甲,乙\n丙,丁\n", "表头"},
		"zip":         {"PK\x03\x04 nothing", "损坏"},
		"old excel":   {"\xd0\xcf\x11\xe0 etc", "另存为 xlsx"},
		"open quote":  {"名称,代码\n\"青石镇,T1\n", "引号"},
		"heading":     {"名称,代码\n", "下面没有内容"},
		"same column": {"名称,机关名称\n青石镇,白鹿镇\n", "同一项"},
		"long cell":   {"名称\n" + strings.Repeat("镇", 2001), "超过"},
		"long file":   {"名称\n" + strings.Repeat("甲\n", MaxRows+1), "超过上限"},
		"large file":  {"名称\n" + strings.Repeat("甲", MaxBytes/3), "超过上限"},
	} {
		_, err := Read("x", []byte(c.data), heads)
		if err == nil || !strings.Contains(limit.Message(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// As wide as it likes: what is beyond the bound is not looked at.
	if s, err := Read("x", []byte("名称\n甲"+strings.Repeat(",x", 5000)), heads); err != nil || len(s.Rows) != 1 {
		t.Errorf("wide: %v, %v", s.Rows, err)
	}
}

func FuzzReadRows(f *testing.F) {
	f.Add([]byte("名称,代码\n甲,1"))
	f.Add([]byte("\xff\xfe\x00\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read("x", b, heads)
		if err == nil && len(s.Rows) == 0 {
			t.Error("neither rows nor an error")
		}
	})
}
