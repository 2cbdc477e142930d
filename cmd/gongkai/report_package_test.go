package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// instance makes a data folder of a site of that address and lets fn use its store.
func instance(t *testing.T, dir, address string, fn func(st *store.Store) error) {
	t.Helper()
	var out bytes.Buffer
	p := &program{getenv: func(string) string { return "" }, out: &out, err: &out, now: time.Now}
	st, err := p.openLogged(t.Context(), config{data: dir, address: address})
	if err == nil {
		err = fn(st)
		st.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A report goes from a town's computer to the county's and back as files, by
// commands alone.
func TestPackagesGoFromOneSiteToAnotherAsFiles(t *testing.T) {
	below, above, stick := t.TempDir(), t.TempDir(), t.TempDir()
	by := operator()
	var town, same org.Organ
	instance(t, below, "https://town.example", func(st *store.Store) (err error) {
		town, err = st.SaveOrgan(t.Context(), org.Organ{Code: "T1", Name: "清溪镇人民政府", Kind: org.Town})
		return err
	})
	instance(t, above, "https://county.example", func(st *store.Store) error {
		o, err := st.SaveOrgan(t.Context(), org.Organ{Code: "C1", Name: "白云县人民政府", Kind: org.Government, Level: org.County})
		if err == nil {
			same, err = st.SaveOrgan(t.Context(), org.Organ{Code: "T1", Name: "清溪镇人民政府", Kind: org.Town, Parent: o.ID})
		}
		return err
	})
	do := func(dir string, organ int64, kind string, verb store.FilingVerb) {
		t.Helper()
		instance(t, dir, "", func(st *store.Store) error {
			f, err := st.Filing(t.Context(), by.Viewer, organ, 2025)
			if err == nil {
				_, err = st.WithFiling(t.Context(), by, organ, 2025, f.Version, kind, verb)
			}
			return err
		})
	}
	good := func(want string, args ...string) {
		t.Helper()
		if code, out := command(t, args...); code != clean || !strings.Contains(out, want) {
			t.Fatalf("%v: status %d, want 0 and %q:\n%s", args, code, want, out)
		}
	}
	at := func(name string) string { return filepath.Join(stick, name) }

	good("白云县", "report", "package", "peers", "--data", below, "--key", filepath.Join(above, "log.pub"), "--title", "白云县", "--organ", "T1", "--decides")
	good("清溪镇", "report", "package", "peers", "--data", above, "--key", filepath.Join(below, "log.pub"), "--title", "清溪镇", "--organ", "清溪镇人民政府", "--sends")
	if code, out := command(t, "report", "package", "export", "--data", below, "--organ", "T1", "--year", "2025", "-o", at("up.json")); code == clean || !strings.Contains(out, "还没有报送") {
		t.Fatalf("a package of nothing: %d\n%s", code, out)
	}
	do(below, town.ID, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report = annual.New(annual.Edition("2021"), town.Name, 2025)
		for i := range f.Report.Values {
			f.Report.Values[i] = annual.Num(0)
		}
		f.Report.Chapters[0] = "一句话。"
		return nil
	})
	do(below, town.ID, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(f.Findings, on) })
	good("已写入", "report", "package", "export", "--data", below, "--organ", "T1", "--year", "2025", "--source", "-o", at("up.json"))

	b, err := os.ReadFile(at("up.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("changed.json"), bytes.Replace(b, []byte("一句话"), []byte("另一句"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "report", "package", "import", "--data", above, at("changed.json"), at("up.json")); code != 1 || !strings.Contains(out, "没有导入") || !strings.Contains(out, "来自“清溪镇”") {
		t.Fatalf("one changed on the way, one whole: %d\n%s", code, out)
	}
	good("导入过，没有变化", "report", "package", "import", "--data", above, at("up.json"))
	if code, _ := command(t, "report", "package", "import", "--data", above, at("missing.json")); code != unreadable {
		t.Errorf("a file that is not there: %d", code)
	}
	do(above, same.ID, act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Text: "请补充改进情况。"}})
	})
	good("", "report", "package", "answer", "--data", above, "--organ", "T1", "--year", "2025", "-o", at("down.json"))
	good("已退回", "report", "package", "import", "--data", below, at("down.json"))
	instance(t, below, "", func(st *store.Store) error {
		f, err := st.Filing(t.Context(), by.Viewer, town.ID, 2025)
		if err == nil && (f.State != reporting.FilingReturned || len(f.Marks) != 1 || f.Marks[0].Text != "请补充改进情况。") {
			t.Errorf("the town has it as %+v", f.Filing)
		}
		return err
	})
	good("没有变化", "report", "package", "import", "--data", below, at("down.json"))
	if code, out := command(t, "report", "package", "import", "--data", below, at("up.json")); code != 1 || !strings.Contains(out, "没有登记") {
		t.Errorf("its own package: %d\n%s", code, out)
	}
}
