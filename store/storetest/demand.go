package storetest

import (
	"fmt"
	"testing"

	"gongkai/org"
	"gongkai/search"
	"gongkai/store"
)

// searchDemand: what is wanted is counted as far as the viewer may see, without
// anybody's name, and a topic says what the public already finds on it.
func searchDemand(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	day := thisDay()
	from := day.AddDays(-200)
	id, _ := d.published(t, s, store.NewItem{Content: itemText("农田水利工程资金的公告")})
	fed(t, s)
	for i, subject := range []string{"农田水利工程资金", "农田水利工程验收", "关于农田水利工程招标", "征地补偿", "征地补偿"} {
		n := asks(d.organ, i)
		n.Subject = subject
		must(s.RegisterRequest(ctx, program(""), n))(t)
	}
	n := asks(must(s.Organ(ctx, d.nextTo.Viewer.Posts[0].Organ))(t), 1)
	must(s.RegisterRequest(ctx, program(""), n))(t)
	if err := s.CountHint(ctx, d.organ.ID, store.HintCount{Shown: 3, Opened: 2, Avoided: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.KeepMisses(ctx, 1, []search.Miss{{Day: day.String(), Words: "养老补贴", Times: 5}, {Day: day.String(), Words: "公租房", Times: 1}}); err != nil {
		t.Fatal(err)
	}
	x := must(s.Demand(ctx, org.Program("测试"), d.organ, from, day))(t)
	if s := fmt.Sprint(x.Topics); s != "[{{农田水利工程 3} 1 false "+x.Topics[0].Category+"}]" || x.Topics[0].Category == "" {
		t.Errorf("topics: %s", s)
	}
	if len(x.Missed) != 1 || x.Missed[0].Times != 5 || x.Hints != (store.HintCount{Shown: 3, Opened: 2, Avoided: 1}) {
		t.Errorf("%+v %+v", x.Missed, x.Hints)
	}
	missed, requests := 0, 0
	for _, m := range x.Months {
		missed, requests = missed+m.Missed, requests+m.Requests
	}
	if missed != 6 || requests != 5 {
		t.Errorf("%d searches in vain and %d requests: %+v", missed, requests, x.Months)
	}
	// Who drafts sees no requests, and a neighbour nothing of this organ.
	if x := must(s.Demand(ctx, officer(8, d.organ, org.Drafter), d.organ, from, day))(t); len(x.Topics) != 0 || x.Hints != (store.HintCount{}) || len(x.Missed) != 1 {
		t.Errorf("who drafts sees %+v", x)
	}
	if x := must(s.Demand(ctx, d.nextTo.Viewer, d.organ, from, day))(t); len(x.Topics) != 0 || len(x.Read) != 0 {
		t.Errorf("a neighbour sees %+v", x)
	}
	// The work: by person only for those who see people.
	w := must(s.ItemWork(ctx, d.office.Viewer, d.organ, from, day))(t)
	if w.Total.Drafted != 1 || w.Total.Released != 1 || w.Total.Signed != 2 || len(w.Persons) == 0 || len(w.Months) == 0 {
		t.Errorf("the work on item %d: %+v", id, w)
	}
	if _, err := s.ItemWork(ctx, d.nextTo.Viewer, d.organ, from, day); err == nil {
		t.Error("a neighbour sees the work")
	}
}
