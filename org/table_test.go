package org

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the permission table into the manual")

const (
	manual = "../docs/manual/quanxian.md"
	begin  = "<!-- 权限表开始 -->\n"
	end    = "<!-- 权限表结束 -->\n"
)

// The manual prints the table that the program asks.
func TestManualHasThePermissionTable(t *testing.T) {
	b, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	table, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", manual)
	}
	if table == PermissionTable() {
		return
	}
	if !*update {
		t.Fatalf("%s prints another table than the program asks; after checking the change run: go test ./org -update", manual)
	}
	if err := os.WriteFile(manual, []byte(before+begin+PermissionTable()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
