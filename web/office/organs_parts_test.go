package office

import (
	"net/url"
	"testing"

	"gongkai/org"
)

func TestPartsOfAnOrganAreKeptAndShown(t *testing.T) {
	d := newDesk(t)
	d.as(8, 1, org.Head)
	at := organHref(d.organs[1].ID)
	for _, c := range []struct {
		path string
		form url.Values
	}{
		{"/office", url.Values{"address": {"青石镇中心街1号"}, "phone": {"0571-00000000、0571-00000001"}, "channel-counter": {"1"}, "where-counter": {"3号窗口"}, "channel-post": {"1"}}},
		{"/duty", url.Values{"first-name": {"甲某"}, "first-title": {"镇长"}, "review-name": {"乙某"}, "on": {"2025-01-01"}}},
		{"/group", url.Values{"number": {"青政发〔2025〕1号"}, "on": {"2025-02-01"}, "role": {"chair", "member", "member"}, "person": {"", "", ""}, "name": {"甲某", "乙某", ""}, "post": {"镇长", "", ""}}},
		{"/remedy", url.Values{"kind": {"review", "court"}, "name": {"云岭县人民政府", "云岭县人民法院"}, "web": {"https://www.example.gov.cn/fy", ""}, "from": {"2024-01-01", ""}}},
		{"/meetings/new", url.Values{"on": {"2025-12-20"}, "topics": {"研究年度报告"}, "minutes": {"同意。"}}},
	} {
		if code, body := send(d, at+c.path, c.form); code != 303 {
			t.Fatalf("%s answers %d %s", c.path, code, body)
		}
	}
	_, body := d.get(at)
	has(t, body, "青石镇中心街1号", "3号窗口", "甲某（镇长）", "青政发〔2025〕1号", "研究年度报告", "https://www.example.gov.cn/fy")
	for _, path := range []string{"/office", "/duty", "/group", "/remedy", "/meetings/new"} {
		if code, _ := d.get(at + path); code != 200 {
			t.Errorf("%s answers %d", path, code)
		}
		d.as(9, 1, org.Drafter)
		if code, _ := d.get(at + path); code != 403 {
			t.Errorf("a drafter gets %s: %d", path, code)
		}
		d.as(8, 1, org.Head)
		if code, _ := d.get(organHref(d.organs[2].ID) + path); code != 404 {
			t.Errorf("another town's %s: %d", path, code)
		}
	}
}

func TestFormsOfPartsSayWhatIsWrong(t *testing.T) {
	d := newDesk(t)
	d.as(8, 1, org.Head)
	at := organHref(d.organs[1].ID)
	for name, c := range map[string]struct {
		path string
		form url.Values
		says string
		code int
	}{
		"mail":         {"/office", url.Values{"email": {"不是邮箱"}}, "不像邮箱地址", 422},
		"postcode":     {"/office", url.Values{"postcode": {"33"}}, "6 位数字", 422},
		"script":       {"/office", url.Values{"web": {"javascript:alert(1)"}}, "http://", 422},
		"empty way":    {"/office", url.Values{"channel-web": {"1"}}, "请写明怎样办理", 422},
		"stale office": {"/office", url.Values{"address": {"街2号"}, "version": {"7"}}, "改动了这个机关", 409},
		"no day":       {"/duty", url.Values{"first-name": {"甲某"}}, "请填写日期", 422},
		"future duty":  {"/duty", url.Values{"first-name": {"甲某"}, "on": {"2027-01-01"}}, "不能晚于今天", 422},
		"a stranger":   {"/duty", url.Values{"first-person": {"424242"}, "on": {"2025-01-01"}}, "请从名单中选择", 422},
		"no chair":     {"/group", url.Values{"on": {"2025-01-01"}, "role": {"member"}, "name": {"甲某"}}, "要有组长", 422},
		"nobody":       {"/group", url.Values{"on": {"2025-01-01"}}, "至少填写一名", 422},
		"wrong role":   {"/group", url.Values{"on": {"2025-01-01"}, "role": {"king"}, "name": {"甲某"}}, "小组中的职务", 422},
		"overlap":      {"/remedy", url.Values{"kind": {"court", "court"}, "name": {"甲法院", "乙法院"}}, "重叠", 422},
		"remedy day":   {"/remedy", url.Values{"kind": {"court"}, "name": {"甲法院"}, "from": {"明天"}}, "无法识别", 422},
		"no topic":     {"/meetings/new", url.Values{"on": {"2025-01-01"}}, "请写明议题", 422},
		"later":        {"/meetings/new", url.Values{"on": {"2027-01-01"}, "topics": {"x"}}, "不能晚于今天", 422},
	} {
		code, body := send(d, at+c.path, c.form)
		if code != c.code {
			t.Errorf("%s answers %d", name, code)
		}
		has(t, body, c.says)
		for _, v := range c.form {
			if len(v[0]) > 6 && v[0] != "424242" {
				has(t, body, v[0]) // what was typed is still there
			}
		}
	}
}
