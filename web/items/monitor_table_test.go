package items

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

func TestMonitorTableTemplateFitsItsPage(t *testing.T) {
	if err := monitorTableTemplate.Check(monitorTablePage{}); err != nil {
		t.Error(err)
	}
}

// The office sees every organ below with the number of each kind of finding; a
// number opens to its list, the table to a workbook, and a town reads no
// neighbour in it.
func TestOfficeReadsTheMonitoringOfWhoIsBelow(t *testing.T) {
	x := newDraftDesk(t)
	county, err := x.st.Organ(t.Context(), x.town.Parent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.st.SaveSetting(t.Context(), store.By{Viewer: org.Program("测试")}, store.Setting{Organ: x.next.ID, Name: org.ItemWatched, Value: proactive.NotWatched}); err != nil {
		t.Fatal(err)
	}
	x.as(9, county, org.Office)
	a := x.get("/desk/monitor/organs")
	number := `<a href="/desk/monitor?code=guide&amp;organ=` + strconv.FormatInt(x.town.ID, 10) + `">1</a>`
	if a.code != http.StatusOK || !strings.Contains(a.body, number) || !strings.Contains(a.body, "另有 1 个由主管部门规定不检查") || strings.Contains(a.body, "白鹿镇</a>") {
		t.Errorf("the table: %d %s", a.code, plainPage(a.body))
	}
	if a := x.get("/desk/monitor?code=guide&organ=" + strconv.FormatInt(x.town.ID, 10)); a.code != http.StatusOK || !strings.Contains(a.body, "还没有签发公开指南") || strings.Contains(a.body, "还没有在本平台发布过信息") {
		t.Errorf("the list behind the number: %d %s", a.code, plainPage(a.body))
	}
	if a := x.get("/desk/monitor/organs?q=" + "青石"); !strings.Contains(a.body, "青石镇</a>") || strings.Contains(a.body, "云岭县</a>") {
		t.Errorf("by name: %s", plainPage(a.body))
	}
	if a := x.get("/desk/monitor/organs/export?format=csv&sort=total"); a.code != http.StatusOK || !strings.Contains(a.body, "云岭县青石镇人民政府") {
		t.Errorf("the export: %d %s", a.code, a.body)
	}
	if a := x.get("/desk/monitor/organs/export?format=xlsx"); a.code != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the workbook: %d", a.code)
	}
	x.as(1, x.town, org.Drafter, org.Publisher)
	if a := x.get("/desk/monitor/organs"); a.code != http.StatusOK || strings.Contains(a.body, "云岭县</a>") {
		t.Errorf("a town's own table: %d %s", a.code, plainPage(a.body))
	}
	if a := x.get("/desk/monitor/organs?organ=" + strconv.FormatInt(county.ID, 10)); a.code != http.StatusNotFound {
		t.Errorf("a town asks for the county's: %d", a.code)
	}
}
