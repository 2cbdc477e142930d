package site

import (
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

func TestPastYearsKeepTheNameOfTheTime(t *testing.T) {
	c := newCounty(t)
	by := store.By{Viewer: org.Program("测试"), On: law.Day(2025, 3, 1)}
	if _, err := c.store.RenameOrgan(t.Context(), by, c.qs.ID, 0, "青石新区管理委员会", "", false); err != nil {
		t.Fatal(err)
	}
	key := "/reports/11341500MB0C"
	for path, want := range map[string]string{key + "/2020": c.qs.Name, key + "/2025": "青石新区管理委员会", "/reports?year=2020": c.qs.Name,
		"/reports/sum/11341500MB0A/2020": c.qs.Name, "/reports/sum/11341500MB0A/2025": "青石新区管理委员会", key: "青石新区管理委员会"} {
		if s := text(c.see(t, path)); !strings.Contains(s, want) {
			t.Errorf("%s does not name %s", path, want)
		}
	}
}

func TestOfficeRecordIsPublic(t *testing.T) {
	c := newCounty(t)
	key := "/reports/11341500MB0C"
	if s := text(c.see(t, key)); strings.Contains(s, "办公信息") {
		t.Error("an empty record is shown")
	}
	o := org.OfficeRecord{Organ: c.qs.ID, Address: "青石镇中心街1号", Phone: "0571-00000000", Web: "https://www.example.gov.cn", Channels: []org.Channel{{Kind: org.Counter, Where: "3号窗口"}}}
	if _, err := c.store.SaveOffice(t.Context(), store.By{Viewer: org.Program("测试")}, o, 0); err != nil {
		t.Fatal(err)
	}
	s := text(c.see(t, key))
	for _, want := range []string{"办公信息", "青石镇中心街1号", "0571-00000000", "3号窗口"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}
