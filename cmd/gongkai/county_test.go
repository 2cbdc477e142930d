package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/store/storetest"
)

// A county sets up its office on SQLite and on PostgreSQL: the administrator
// signs in, imports organs and people, gives roles, hands a person's work over,
// sees it all in the log, verifies a receipt offline, backs up, and restores
// elsewhere.
func TestCountySetsUpItsOffice(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { countyOffice(t, nil, nil) })
	t.Run("Postgres", func(t *testing.T) {
		server := storetest.Postgres(t)
		countyOffice(t, []string{"--database", bare(server.Database(t))}, []string{"--database", bare(server.Database(t))})
	})
}

// bare is an address without our own parameters: files lie in the data folder.
func bare(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Del("blobs")
	u.RawQuery = q.Encode()
	return u.String()
}

const organList = `名称,代码,类别,上级机关
云岭县青石镇人民政府,YL-T1,乡镇,云岭县人民政府
云岭县白鹿镇人民政府,YL-T2,乡镇,云岭县人民政府
云岭县教育局,YL-D1,部门,云岭县人民政府
`

const peopleList = `姓名,机关,职务,岗位,账号
何晓禾,云岭县青石镇人民政府,党政办经办人,经办、依申请办理,hexh
梁仲平,云岭县青石镇人民政府,党政办主任,审核、保密审查,liangzp
苏立本,云岭县青石镇人民政府,副镇长,签发,sulb
方启明,云岭县教育局,办公室科员,经办,fangqm
`

func countyOffice(t *testing.T, database, elsewhere []string) {
	data := filepath.Join(t.TempDir(), "data")
	args := func(a ...string) []string { return append(append(a, "--data", data), database...) }
	code, out, errOut := gongkai(t, args("admin", "--name", "林知远", "--login", "xian", "--organ", "云岭县人民政府", "--no-second-factor")...)
	once := regexp.MustCompile(`一次性口令：(\S+)`).FindStringSubmatch(out)
	if code != clean || once == nil {
		t.Fatalf("admin: %d %s %s", code, out, errOut)
	}
	if code, _, errOut := gongkai(t, args("admin", "--name", "别人", "--login", "bieren", "--organ", "云岭县人民政府")...); code == clean || !strings.Contains(errOut, "已经有安全管理员") {
		t.Errorf("a second first administrator: %d %s", code, errOut)
	}
	none := func(string) string { return "" }
	address, _, stop := start(t, none, args("serve", "--addr", "127.0.0.1:0")...)
	const own = "Qing-shan lu shui 26"
	xian := newOfficer(t, address).signIn("xian", once[1], own)
	xian.open("/desk").says("今天要办的事")

	// Organs and people, each previewed before it is taken.
	xian.open("/desk/organs/import").send("预览", nil, "file", "机关名单.csv", organList).says("新增", "云岭县青石镇人民政府").send("确认导入", nil)
	xian.open("/desk/organs").says("云岭县青石镇人民政府", "云岭县教育局", "共 4 个机关")
	xian.open("/desk/people/import").send("预览", nil, "file", "人员名单.csv", peopleList).says("何晓禾", "授予").send("导入这 4 人", nil)
	xian.open("/desk/people").says("何晓禾", "梁仲平", "方启明")

	// A role, an account, a task.
	xian.follow("方启明")
	fang := xian.at
	xian.follow("授予岗位").send("授予", given{"role": "publisher"}).says("发布")
	xian.open("/desk/people").follow("何晓禾")
	he := xian.at
	xian.open(he+"/account").send("开通账号", nil)
	first := regexp.MustCompile(`[a-z0-9]{4,}-[a-z0-9]{4,}(-[a-z0-9]{4,})*`).FindString(xian.text)
	if first == "" {
		t.Fatalf("no one-time password: %s", xian.text)
	}
	organ := regexp.MustCompile(`/desk/organs/\d+`)
	xian.open("/desk/organs").follow("云岭县青石镇人民政府")
	qingshi := strings.TrimPrefix(organ.FindString(xian.at), "/desk/organs/")
	xian.open("/desk/tasks/new?organ="+qingshi).send("交办", given{"to": "role:drafter", "title": "更新公开指南的电话"}).says("更新公开指南的电话", "待接办")

	clerk := newOfficer(t, address).signIn("hexh", first, "Bai lu cha yuan 26")
	clerk.open("/desk").says("更新公开指南的电话").follow("更新公开指南的电话").send("接办", nil).says("办理中", "何晓禾")
	if res, err := clerk.http.Get(address + fang); err != nil || res.StatusCode != 404 {
		t.Errorf("a town's clerk opens another organ's person: %v %v", res.StatusCode, err)
	}

	// The clerk leaves: everything open goes to somebody else.
	xian.open(he + "/handover")
	handOver(t, xian, "梁仲平")
	xian.open(he).says("离岗")
	if _, err := clerk.http.Get(address + "/desk"); err != nil {
		t.Fatal(err)
	}
	clerk.open("/desk")
	if clerk.at != "/signin" {
		t.Errorf("who has left is still signed in: %s", clerk.at)
	}

	// All of it stands in the log, and a receipt is verified offline.
	xian.open("/desk/log").says("办理工作交接", "授予岗位", "交办任务", "导入")
	xian.follow("办理工作交接")
	receipt := filepath.Join(t.TempDir(), "回执.json")
	res, err := xian.http.Get(address + xian.at + "/receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	save(t, receipt, res)
	keys := filepath.Join(t.TempDir(), "keys.txt")
	if res, err = http.Get(address + "/log/keys"); err != nil {
		t.Fatal(err)
	}
	save(t, keys, res)
	if code, out, errOut := gongkai(t, "verify", receipt, "--key", keys); code != clean || !strings.Contains(out, "工作交接") {
		t.Errorf("verify: %d %s %s", code, out, errOut)
	}
	forge(t, receipt)
	if code, _, _ := gongkai(t, "verify", receipt, "--key", keys); code == clean {
		t.Error("a forged receipt is verified")
	}

	// Backed up while serving, restored elsewhere with the keys beside it.
	backup := filepath.Join(t.TempDir(), "backup")
	if code, out, errOut := gongkai(t, args("backup", "--out", backup)...); code != clean {
		t.Fatalf("backup: %d %s %s", code, out, errOut)
	}
	stop()
	other := filepath.Join(t.TempDir(), "other")
	there := func(a ...string) []string { return append(append(a, "--data", other), elsewhere...) }
	if code, out, errOut := gongkai(t, there("restore", "--from", backup)...); code != clean {
		t.Fatalf("restore: %d %s %s", code, out, errOut)
	}
	if err := os.MkdirAll(other, 0o700); err != nil { // without files a restore into PostgreSQL makes none
		t.Fatal(err)
	}
	for _, k := range []string{"log.key", "log.pub", "secret.key"} {
		b, err := os.ReadFile(filepath.Join(data, k))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, k), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, out, errOut := gongkai(t, there("doctor")...); code != clean {
		t.Errorf("doctor after the restore: %d %s %s", code, out, errOut)
	}
	address, _, _ = start(t, none, there("serve", "--addr", "127.0.0.1:0")...)
	newOfficer(t, address).signIn("xian", own, "").open("/desk/log").says("办理工作交接")
}

// handOver settles everything that is open in favour of a successor, and both
// sides confirm.
func handOver(t *testing.T, o *officer, successor string) {
	t.Helper()
	yesterday := law.DateOf(time.Now()).AddDays(-1).String()
	o.send("列出清单", given{"day": yesterday, "reason": "调往县财政局", "successor": option(o, "successor", successor), "witness": option(o, "witness", "苏立本")})
	o.says("经办", "更新公开指南的电话", successor)
	if strings.Contains(o.text, "待写明去向") {
		o.send("保存去向", nil)
	}
	// All three sign the printed list, and their signatures are entered.
	for range 3 {
		o.send("登记", nil)
	}
	o.send("办结交接", nil).says("已办结")
}

func save(t *testing.T, name string, res *http.Response) {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v %s", res.Request.URL, res.StatusCode, err, b)
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// forge changes one digit of a receipt's leaf.
func forge(t *testing.T, name string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out := strings.Replace(string(b), `\"seq\":1`, `\"seq\":2`, 1)
	if out == string(b) {
		t.Fatalf("nothing to forge in %s", b)
	}
	if err := os.WriteFile(name, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
}

// option is the value of the choice with these words.
func option(o *officer, name, text string) string {
	o.t.Helper()
	sel := find(o.page, func(n *html.Node) bool { return n.Data == "select" && attribute(n, "name") == name })
	x := find(sel, func(n *html.Node) bool { return n.Data == "option" && strings.Contains(words(n), text) })
	if x == nil {
		o.t.Fatalf("%s offers no %q as %s", o.at, text, name)
	}
	return attribute(x, "value")
}
