package storetest

import (
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// itemMeasures: what a town published in the quarter is counted for its score and
// opens to the items; old stock, drafts and what was removed are not.
func itemMeasures(x *scoring) {
	t, town := x.t, x.organs[1]
	d := itemDesk{organ: town, clerk: store.By{Viewer: officer(3, town, org.Drafter, org.Publisher)}, office: store.By{Viewer: officer(4, town, org.Secrecy, org.Head)}, leader: store.By{Viewer: officer(5, town, org.Signer)}}
	publish := func(day law.Date, title string, backfill bool) int64 {
		t.Helper()
		setDay(x.clock, day)
		c := itemText(title)
		c.Made = day
		if backfill {
			c.Original, c.OriginURL = day.AddDays(-900), "https://www.example.gov.cn/old.html"
		}
		id, _ := d.published(t, x.Store, store.NewItem{Kind: proactive.Notice, Content: c, Backfill: backfill})
		return id
	}
	publish(law.Day(2026, 2, 3), "甲件", false)
	publish(law.Day(2026, 3, 3), "乙件", false)
	publish(law.Day(2026, 3, 4), "旧件", true)
	gone := publish(law.Day(2026, 3, 5), "丙件", false)
	must(x.RemoveItem(ctx, d.office, gone, must(x.Item(ctx, d.office.Viewer, gone))(t).Version, proactive.PersonalData))(t)
	setDay(x.clock, law.Day(2026, 4, 8))
	round := x.round(x.scheme("T", measuring("items.posted", "secrecy.reviewed")), 1)
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	for name, want := range map[string][2]int64{"items.posted": {2, 0}, "secrecy.reviewed": {2, 2}} {
		if got := x.known(round, town.ID, name); got.State != oversight.FactKnown || got.N != want[0] || got.Of != want[1] {
			t.Errorf("%s: %+v, want %v", name, got, want)
		}
	}
	list := must(x.MeasureEvidence(ctx, x.one, x.sheets(x.one, round)[town.ID].ID, "items.posted"))(t)
	if len(list) != 2 || list[0].Href == "" {
		t.Errorf("the evidence is %+v", list)
	}
}
