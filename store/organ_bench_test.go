package store_test

import (
	"context"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// BenchmarkSumTreeThen adds up the whole nation for a year since when an organ
// was renamed: the tree of that year is laid out anew after every change of the
// organs, and then kept. The baseline reads the organs anew and sums today's
// tree.
func BenchmarkSumTreeThen(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	root, last := x.organs[0].ID, x.organs[len(x.organs)-1]
	by := store.By{Viewer: org.Program("测量"), On: law.Day(2025, 6, 1)}
	if _, err := x.store.RenameOrgan(ctx, by, last.ID, 0, "新名第一部", "", false); err != nil {
		b.Fatal(err)
	}
	for name, year := range map[string]int{"YearBeforeTheChange": benchYear, "BaselineYearAfterIt": benchYear + 1} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if _, err := x.store.SaveOrgan(ctx, x.organs[1]); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := x.store.SumTree(ctx, root, year); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
