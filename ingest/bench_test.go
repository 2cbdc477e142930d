package ingest

import (
	"context"
	"testing"

	"gongkai/law/annual"
)

// A text report is read and aligned; the target with its check is 2 ms.
func BenchmarkReadText(b *testing.B) {
	r := annual.New(annual.Edition("2021"), "青石镇", 2023)
	for i := range r.Values {
		r.Values[i] = annual.Value{Kind: annual.Zero}
	}
	body := []byte(write(r, tabStyle))
	for b.Loop() {
		if _, err := Read(context.Background(), "报告.txt", append([]byte("说明\n"), body...)); err != nil {
			b.Fatal(err)
		}
	}
}
