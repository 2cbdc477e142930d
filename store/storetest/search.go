package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
	"gongkai/text"
)

// searchMany compares what a search by name finds with a look through all
// organs: few hits and more than are named one by one, in every order that
// knows organs without report, a page at a time, and after a change of names.
func searchMany(t *testing.T, s *store.Store) {
	const towns = 1300
	list := []org.Organ{{ID: s.NewID(), Name: "云岭县人民政府", Kind: org.Government, Level: org.County}, {ID: s.NewID(), Name: "临江县人民政府", Kind: org.Government, Level: org.County}}
	for i := range towns {
		list = append(list, org.Organ{ID: s.NewID(), Name: fmt.Sprintf("第%d镇人民政府", i), Code: fmt.Sprintf("T%05d", i), Short: strings.Repeat("甲", i%2), Kind: org.Town, Level: org.Township, Parent: list[i%2].ID})
	}
	list = must(s.SaveOrgans(ctx, list))(t)
	compare := func(when string, searches ...string) {
		t.Helper()
		for _, q := range searches {
			for _, sort := range []string{store.SortTree, store.SortName} {
				for _, under := range []string{"", list[1].Path} {
					var want, got []int64
					for _, o := range list {
						if strings.HasPrefix(o.Path, under) && strings.Contains(text.Fold(o.Name)+"\n"+text.Fold(o.Short)+"\n"+text.Fold(o.Code), text.Fold(q)) {
							want = append(want, o.ID)
						}
					}
					for _, r := range page(t, s, store.ReportQuery{Year: 2023, Status: store.StatusAll, Search: q, Sort: sort, Under: under, Limit: 700}) {
						got = append(got, r.Organ.ID)
					}
					slices.Sort(want)
					slices.Sort(got)
					if !slices.Equal(got, want) {
						t.Errorf("%s: %q, sort %q, under %q: %d organs, want %d", when, q, sort, under, len(got), len(want))
					}
				}
			}
		}
	}
	compare("at first", "镇", "第1", "第129", "第1299镇", "甲", "t0129", "县", "临江", "没有", "9镇人民政府\n", "\x00")
	list[9].Name = "新名镇人民政府"
	list[9] = must(s.SaveOrgan(ctx, list[9]))(t)
	compare("after a change", "新名", "第7镇")
	for _, bad := range []string{"!", "bm9uc2Vuc2U"} {
		if _, _, err := s.Reports(ctx, store.ReportQuery{Year: 2023, Search: "没有", After: bad}); err == nil {
			t.Errorf("mark %q goes unnoticed where nothing is found", bad)
		}
	}
}
