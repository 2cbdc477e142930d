package main

import (
	"bufio"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The sample county's reports are checked where they are kept: carried over
// figures, sums, and the faults that the sample has on purpose.
func TestCheckAllOfTheSample(t *testing.T) {
	data := filepath.Join(t.TempDir(), "甲县")
	if code, _, errOut := withEnv(t, nil, "demo", "--data", data); code != clean {
		t.Fatal(errOut)
	}
	code, out, errOut := withEnv(t, nil, "report", "checkall", "--all", "--keep", "--data", data)
	if code != faulty {
		t.Errorf("status %d, want %d: the sample has errors\n%s", code, faulty, errOut)
	}
	for _, want := range []string{"T3-CARRY-YEAR", "上年结转与上年报告一致", "H-CHILD", "份报告，用时"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	code, out, _ = withEnv(t, nil, "report", "checkall", "--year", "2025", "--json", "--data", data)
	var codes []string
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		var x struct {
			Year    int
			Code    string
			Level   string
			Reports int
			Organs  []string
		}
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil || x.Year != 2025 || x.Reports != len(x.Organs) || x.Reports == 0 {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		codes = append(codes, x.Code)
	}
	if !slices.Contains(codes, "T3-COL-SUM") && !slices.Contains(codes, "T3-RESULT-SUM") && !slices.Contains(codes, "T3-BALANCE") {
		t.Errorf("rules found: %v, status %d", codes, code)
	}
	for _, args := range [][]string{{"--all", "--year", "2025"}, {"--year", "2012"}} {
		if code, _, errOut := withEnv(t, nil, append([]string{"report", "checkall", "--data", data}, args...)...); code != unreadable || errOut == "" {
			t.Errorf("%v: status %d, %s", args, code, errOut)
		}
	}
	if code, _, errOut := withEnv(t, nil, "report", "checkall", "--data", filepath.Join(t.TempDir(), "没有")); code != unreadable || !strings.Contains(errOut, "没有数据库") {
		t.Errorf("no data: status %d, %s", code, errOut)
	}
}
