package render

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func rowsOf(rows ...[]string) func() ([]string, error) {
	return func() ([]string, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		r := rows[0]
		rows = rows[1:]
		return r, nil
	}
}

// What people typed stays text in a spreadsheet, and every row is there.
func TestListsKeepTextAsText(t *testing.T) {
	rows := [][]string{{"青石镇人民政府", "未报送"}, {"=HYPERLINK(\"http://x\")", "a,\"b\"\nc\x00"}}
	l := List{Name: "清单", Head: []string{"机关", "情况"}, Widths: []float64{30, 12}, Next: rowsOf(rows...)}
	var x, c bytes.Buffer
	if err := ListXLSX(&x, l); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&x)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("清单")
	if err != nil || len(got) != 3 || got[0][0] != "机关" || got[1][1] != "未报送" || strings.HasPrefix(got[2][0], "=") {
		t.Errorf("%q %v", got, err)
	}
	if formula, _ := f.GetCellFormula("清单", "A3"); formula != "" {
		t.Errorf("a name became the formula %s", formula)
	}
	l.Next = rowsOf(rows...)
	if err := ListCSV(&c, l); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(c.String(), "\ufeff"))).ReadAll()
	if err != nil || len(all) != 3 || strings.HasPrefix(all[2][0], "=") {
		t.Errorf("%q %v", all, err)
	}
	l.Next = func() ([]string, error) { return nil, errors.New("gone") }
	if ListXLSX(&x, l) == nil || ListCSV(&c, l) == nil {
		t.Error("a list that breaks off passes for whole")
	}
}
