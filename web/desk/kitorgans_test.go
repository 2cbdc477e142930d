package desk

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	textunicode "golang.org/x/text/encoding/unicode"
)

const someOrgans = "# 应报名单\r\n云岭县青石镇人民政府\r\n云岭县白石镇人民政府\r\n"

func kitWith(t *testing.T, parts ...part) (int, string) {
	t.Helper()
	s, _ := serve(t)
	code, body, _ := post(t, s.URL+"/kit", append([]part{{field: "year", text: "2025"}, {"files", "青石镇.docx", docx(t, sample("云岭县青石镇人民政府"))}}, parts...)...)
	return code, body
}

func TestListsOfOrgansInAnyWindowsEncoding(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(someOrgans)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"UTF-8": someOrgans, "UTF-8 with mark": "\ufeff" + someOrgans, "GBK": gbk,
		"UTF-16LE": wide(t, textunicode.LittleEndian), "UTF-16BE": wide(t, textunicode.BigEndian)} {
		code, body := kitWith(t, part{"organsfile", "名单.txt", text})
		if code != 200 || !strings.Contains(body, "云岭县白石镇人民政府") || strings.Contains(body, "不在名单") || strings.Contains(body, "没有采用的行") {
			t.Errorf("%s: %d", name, code)
		}
	}
}

func wide(t *testing.T, e textunicode.Endianness) string {
	t.Helper()
	s, err := textunicode.UTF16(e, textunicode.UseBOM).NewEncoder().String(someOrgans)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAWrongListIsRefusedAtItsField(t *testing.T) {
	mojibake := ""
	for _, b := range []byte(someOrgans) { // UTF-8 read as Latin-1 and saved again
		mojibake += string(rune(b))
	}
	noise := "\x8f\x01z\n\xff\n}iL\xe4\x02xs7\xb2q<=~9|r_U\nabc\x00\n"
	for name, c := range map[string]struct{ file, text string }{"noise": {"名单.txt", noise}, "wrong encoding": {"名单.txt", mojibake}, "no names": {"名单.csv", "1,2,3\n4,5,6\n"}} {
		code, body := kitWith(t, part{"organsfile", c.file, c.text})
		if code != 422 {
			t.Errorf("%s: answers %d", name, code)
		}
		i := strings.Index(body, `id="f-organsfile-d"`)
		if i < 0 || !strings.Contains(body[i:], "多数行不是机关名称") || strings.Contains(body[:i], "多数行不是机关名称") {
			t.Errorf("%s: the message does not stand at the file's field", name)
		}
	}
	code, body := kitWith(t, part{"organsfile", "名单.xlsx", "\x00\x01\x02noise"})
	_, field, _ := strings.Cut(body, `id="f-organsfile-d"`)
	if field, _, _ = strings.Cut(field, "</div>"); code != 422 || !strings.Contains(field, "文件") || !strings.Contains(field, `class="msg"`) {
		t.Errorf("an unreadable xlsx answers %d: %s", code, field)
	}
}

func TestLinesThatNameNoOrganAreShown(t *testing.T) {
	code, body := kitWith(t, part{field: "organs", text: someOrgans + "----\n云岭县青石镇人民政府\n"})
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "名单里没有采用的行", "“----”不像机关名称", "“云岭县青石镇人民政府”与第2行重复")
}

func TestAnotherCountysListIsDoubted(t *testing.T) {
	code, body := kitWith(t, part{field: "organs", text: "临江县东门镇人民政府\n临江县水利局"})
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "请核对名单", "名单上有 2 个机关，只有 0 个对上了文件；另有 1 份报告的机关不在名单里")
	_, body = kitWith(t, part{field: "organs", text: someOrgans})
	lacks(t, body, "请核对名单")
}
