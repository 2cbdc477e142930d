package annual

import "testing"

// The official forms have 14×4, 28×10 and 4×15 cells (2021).
func TestLayoutIsTheOfficialGrid(t *testing.T) {
	for _, c := range []struct {
		edition, table string
		rows, cols     int
	}{{"2021", "t2", 14, 4}, {"2021", "t3", 28, 10}, {"2021", "t4", 4, 15}, {"2019", "t3", 26, 10}, {"2019", "t4", 4, 15}} {
		rows := Layout(Edition(c.edition).Table(c.table))
		if len(rows) != c.rows {
			t.Errorf("%s %s: %d rows, want %d", c.edition, c.table, len(rows), c.rows)
		}
		seen := map[[2]int]string{}
		figures := 0
		for y, row := range rows {
			for _, cell := range row {
				if cell.Row != y {
					t.Fatalf("%s %s: cell %+v stands in row %d", c.edition, c.table, cell, y)
				}
				if cell.Cell >= 0 {
					figures++
				}
				for r := cell.Row; r < cell.Row+cell.RowSpan; r++ {
					for k := cell.Col; k < cell.Col+cell.ColSpan; k++ {
						if old, dup := seen[[2]int{r, k}]; dup {
							t.Fatalf("%s %s: (%d,%d) covered by %q and %q", c.edition, c.table, r, k, old, cell.Text)
						}
						seen[[2]int{r, k}] = cell.Text
					}
				}
			}
		}
		if len(seen) != c.rows*c.cols {
			t.Errorf("%s %s: %d positions covered, want %d×%d", c.edition, c.table, len(seen), c.rows, c.cols)
		}
		_ = figures
	}
}
