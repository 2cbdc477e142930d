package storetest

import (
	"testing"

	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// itemSite is what the public site asks about items beside the items themselves:
// counts by kind and organ, drafts whose time is over, opinions on a draft.
func itemSite(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("关于镇区公交站点设置方案征求意见的公告")
	c.From, c.To = thisDay().AddDays(-40), thisDay().AddDays(-1)
	_, closed := d.published(t, s, store.NewItem{Kind: proactive.Consultation, Content: c})
	d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("通知一")})
	d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("通知二")})
	gone, _ := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("要撤下的")})
	must(s.RemoveItem(ctx, d.office, gone, must(s.Item(ctx, d.office.Viewer, gone))(t).Version, proactive.StateSecret))(t)
	if _, down, err := s.PublishDue(ctx); down != 1 || err != nil {
		t.Fatalf("%d came down: %v", down, err)
	}
	for organ, want := range map[int64]int{0: 2, d.organ.ID: 2, d.organ.Parent: 0} {
		n := 0
		for _, x := range must(s.PublicTallies(ctx, organ))(t) {
			if n += x.Count; x.Kind != proactive.Notice || x.Category != "20.15" || x.Year != thisDay().String()[:4] {
				t.Errorf("tally %+v", x)
			}
		}
		if n != want {
			t.Errorf("organ %d has %d live items, want %d", organ, n, want)
		}
	}
	if list := must(s.PublicOrgans(ctx))(t); len(list) != 1 || list[0].ID != d.organ.ID || list[0].Count != 2 || list[0].Last != thisDay() {
		t.Errorf("organs: %+v", list)
	}
	if list := must(s.ClosedItems(ctx, proactive.Consultation, 0, 5))(t); len(list) != 1 || list[0].Number != closed {
		t.Errorf("closed: %+v", list)
	}
	if list := must(s.ClosedItems(ctx, proactive.Publicity, 0, 5))(t); len(list) != 0 {
		t.Errorf("closed of another kind: %+v", list)
	}
	if n := must(s.Comments(ctx, closed))(t); n != 0 {
		t.Errorf("%d opinions before there is one", n)
	}
	v := oversight.Voice{ID: s.NewID(), Kind: oversight.Advice, Channel: oversight.ByWeb, Organ: d.organ.ID, Received: thisDay(), Topic: oversight.CommentTopic(closed),
		Content: oversight.VoiceContent{Title: "对征集稿的意见", Text: "建议在镇中学门口设站。"}}
	if bad := v.Check(thisDay()); len(bad) > 0 {
		t.Fatalf("an opinion is not taken: %v", bad)
	}
	if _, err := s.SubmitVoice(ctx, "voice/opinion-on-a-draft", v); err != nil {
		t.Fatal(err)
	}
	if n := must(s.Comments(ctx, closed))(t); n != 1 {
		t.Errorf("%d opinions, want 1", n)
	}
}
