package sample

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"gongkai/collect"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
)

var today = law.Day(2026, 11, 23)

// What nobody spoiled is free of errors and warnings under every rule: the
// sample would otherwise teach people to ignore findings.
func TestTrueReportsAreClean(t *testing.T) {
	c := makeCounty()
	for i, o := range c.organs {
		for year := FirstYear; year <= LastYear; year++ {
			if copies(shortName(o), year) != "" {
				continue
			}
			ctx := &annual.Context{Last: c.reports[i][year-1], Level: o.organ(1).OrganLevel()}
			for _, f := range annual.Check(c.reports[i][year], ctx) {
				if f.Level != annual.Info {
					t.Errorf("%s %d: %s %s: %s", o.name, year, f.Level, f.Code, f.Message)
				}
			}
		}
	}
}

func TestEveryFileIsReadAsItsAuthorMeant(t *testing.T) {
	readings, err := Read(context.Background(), today)
	if err != nil {
		t.Fatal(err)
	}
	c := makeCounty()
	if want := 23*7 - 3; len(readings) != want {
		t.Errorf("%d reports, want %d", len(readings), want)
	}
	for _, x := range readings {
		short := shortName(c.organs[x.Organ.ID-1])
		ft, spoiled := faults()[short][x.Year]
		errs, warns := 0, 0
		var said []string
		for _, f := range x.Findings {
			if f.Level == annual.Error {
				errs++
			}
			if f.Level == annual.Warning {
				warns++
			}
			if f.Level != annual.Info {
				said = append(said, f.Code)
			}
		}
		marked := errs+warns+len(x.Report.Repairs) > 0
		_, afterFault := faults()[short][x.Year-1]
		switch {
		case spoiled && !marked && copies(short, x.Year) == "":
			t.Errorf("%s %d: %s is not noticed", short, x.Year, ft.says)
		case !spoiled && !afterFault && errs+warns > 0:
			t.Errorf("%s %d (%s): clean report has findings %v", short, x.Year, x.File, said)
		}
		if spoiled {
			continue
		}
		truth := c.reports[x.Organ.ID-1][x.Year]
		if x.Report.Organ != truth.Organ || x.Report.Year != x.Year || x.Report.Status() != annual.Complete {
			t.Errorf("%s: read as %s %d, %s; repairs %v, missing %v", x.File, x.Report.Organ, x.Report.Year, x.Report.Status(), x.Report.Repairs, x.Report.Missing)
		}
		for i := range truth.Values {
			if x.Report.Form == truth.Form && x.Report.Values[i] != truth.Values[i] {
				t.Errorf("%s: %s is %+v, want %+v", x.File, truth.Form.Cells[i].ID, x.Report.Values[i], truth.Values[i])
				break
			}
		}
	}
}

// Two runs make the same bytes.
func TestDeterministic(t *testing.T) {
	a, err := Files(2025)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Files(2025)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if a[i].Name != b[i].Name || !bytes.Equal(a[i].Data, b[i].Data) {
			t.Errorf("%s differs between two runs", a[i].Name)
		}
	}
	if len(a) != 40 {
		t.Errorf("%d files, want 40", len(a))
	}
}

func TestFast(t *testing.T) {
	start := time.Now()
	if _, err := Read(context.Background(), today); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("reading the sample took %v", d)
	} else {
		t.Logf("read and checked in %v", d)
	}
}

// The January kit on the sample's forty files says what is wrong with each.
func TestKit(t *testing.T) {
	files, err := Files(LastYear)
	if err != nil {
		t.Fatal(err)
	}
	res, err := collect.Run(context.Background(), collect.Input{Files: files, Organs: KitOrgans(), Year: LastYear, From: Office, Today: law.Day(2026, 1, 22)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for organ, want := range map[string]reporting.Status{
		"云岭县云台乡人民政府": reporting.Missing, "云岭县农业农村局": reporting.Missing,
		"云岭县青石镇人民政府": reporting.Return, "云岭县大坪乡人民政府": reporting.Return, "云岭县教育局": reporting.Return, "云岭县东山街道办事处": reporting.Return,
		"云岭县财政局": reporting.Explain, "云岭县白鹿镇人民政府": reporting.Accept, "云岭县司法局": reporting.Accept, "云岭县商务局": reporting.Accept,
	} {
		r := res.Row(organ)
		if r == nil {
			t.Errorf("no row for %s", organ)
			continue
		}
		if r.Status != want {
			t.Errorf("%s: %s, want %s (%s; %+v)", organ, r.Status.Chinese(), want.Chinese(), r.Problem, r.Findings)
		}
	}
	if r := res.Row("云岭县城关镇人民政府"); r == nil || !strings.Contains(r.File, "更正") || len(r.Other) != 1 {
		t.Errorf("the corrected file must be used: %+v", r)
	}
	found := false
	for _, p := range res.Alike {
		if p.A+p.B == "云岭县梨树乡人民政府云岭县黄泥乡人民政府" {
			found = true
		} else {
			t.Errorf("%s and %s are alike (%.2f) but nobody copied", p.A, p.B, p.Score)
		}
	}
	if !found {
		t.Error("the copied prose of 梨树乡 was not noticed")
	}
	if len(res.Unknown) != 0 {
		t.Errorf("files without an organ: %+v", res.Unknown)
	}
	if res.Sum == nil || len(res.SumOf) != 37 {
		t.Errorf("the sum has %d organs, want 37: %v", len(res.SumOf), res.SumLacks)
	}
}

func TestReadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, today); err == nil {
		t.Error("a cancelled context must stop the reading")
	}
}
