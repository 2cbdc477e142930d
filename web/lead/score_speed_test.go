package lead

import (
	"os"
	"slices"
	"time"
)

// millis is how long a page takes, the best of five, in milliseconds.
func (d *ledgerCounty) millis(path string) int {
	d.t.Helper()
	var all []int
	for range 5 {
		from := time.Now()
		d.see(path)
		all = append(all, int(time.Since(from).Milliseconds()))
	}
	return slices.Min(all)
}

// slack is by how much a shared machine may be slower.
func slack() int {
	if os.Getenv("CI") != "" {
		return 5
	}
	return 2
}
