package storetest

import (
	"errors"
	"fmt"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/vetting"
)

// RunWords checks the lists of words that texts are held against. Every call of
// open gives a store as RunItems wants it.
func RunWords(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"MarkFromTheirDayOn", wordsMark},
		{"HoldBelow", wordsBelow},
		{"KeptByThoseWhoMay", wordsKept},
		{"LinksOfItems", itemLinks},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func wordList(organ int64, kind vetting.ListKind, from law.Date, entries ...vetting.Entry) store.WordList {
	return store.WordList{Organ: organ, Source: "县语委办通知", List: vetting.List{Name: "规范用语", Kind: kind, From: from, Entries: entries}}
}

// listMarks are the words of lists that are marked in an item.
func listMarks(t *testing.T, s *store.Store, id int64) string {
	t.Helper()
	x := must(s.Item(ctx, org.Program("测试"), id))(t)
	marks, _, err := s.Look(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for _, m := range marks {
		if m.Kind == vetting.ListWord || m.Kind == vetting.InternalWord {
			out += m.Found + "→" + m.Suggest + " "
		}
	}
	return out
}

func (d itemDesk) draftOf(t *testing.T, s *store.Store, title string, made law.Date) int64 {
	c := itemText(title)
	c.Made = made
	return idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: c}))(t))
}

// wordsMark: a word added today marks what is made today and what has no day yet,
// and not a text that is dated before.
func wordsMark(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	today := thisDay()
	fresh, open, old := d.draftOf(t, s, "敬老助残活动的通知", today), d.draftOf(t, s, "敬老助残活动的通告", law.Date{}), d.draftOf(t, s, "敬老助残活动的旧通知", today.AddDays(-40))
	if got := listMarks(t, s, fresh); got != "" {
		t.Fatalf("before there is a list: %s", got)
	}
	x := wordList(d.organ.ID, vetting.Banned, today, vetting.Entry{Word: "敬老助残", Right: "敬老爱老"})
	x.ID = idOf(t, must(s.SaveWordList(ctx, d.clerk, x))(t))
	for name, c := range map[string]struct {
		id   int64
		want string
	}{"of today": {fresh, "敬老助残→敬老爱老 "}, "without a day": {open, "敬老助残→敬老爱老 "}, "dated before": {old, ""}} {
		if got := listMarks(t, s, c.id); got != c.want {
			t.Errorf("a text %s: %q, want %q", name, got, c.want)
		}
	}
	in := wordList(d.organ.ID, vetting.Internal, today, vetting.Entry{Word: "汛期安全"})
	must(s.SaveWordList(ctx, d.clerk, in))(t)
	if got := listMarks(t, s, fresh); got != "敬老助残→敬老爱老 汛期安全→ " {
		t.Errorf("with words of the inside: %q", got)
	}
	must(s.SaveWordList(ctx, d.clerk, wordList(d.organ.ID, vetting.Allowed, today, vetting.Entry{Word: "汛期安全工作"})))(t)
	if got := listMarks(t, s, fresh); got != "敬老助残→敬老爱老 " {
		t.Errorf("with an exception: %q", got)
	}
	x.Edition, x.To = 1, today.AddDays(-1)
	must(s.SaveWordList(ctx, d.clerk, x))(t)
	if got := listMarks(t, s, fresh); got != "" {
		t.Errorf("after it ended: %q", got)
	}
	list := must(s.WordEditions(ctx, d.office.Viewer, x.ID))(t)
	if len(list) != 2 || list[0].Edition != 2 || list[1].Count != 1 || !list[1].To.IsZero() {
		t.Errorf("editions: %+v", list)
	}
	if e := must(s.WordEdition(ctx, d.office.Viewer, x.ID, 1))(t); len(e.Entries) != 1 || e.Entries[0].Right != "敬老爱老" || !e.To.IsZero() || e.Kind != vetting.Banned {
		t.Errorf("the first edition: %+v", e)
	}
}

func wordsBelow(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	top := must(s.Organ(ctx, above(d.organ.Path)))(t)
	office := store.By{Viewer: officer(9, top, org.Office)}
	id := d.draftOf(t, s, "敬老助残活动的通知", thisDay())
	up := idOf(t, must(s.SaveWordList(ctx, office, wordList(top.ID, vetting.Banned, thisDay().AddDays(-3), vetting.Entry{Word: "敬老助残", Right: "敬老爱老"})))(t))
	beside := idOf(t, must(s.SaveWordList(ctx, d.nextTo, wordList(d.nextTo.Viewer.Posts[0].Organ, vetting.Banned, thisDay(), vetting.Entry{Word: "汛期安全"})))(t))
	if got := listMarks(t, s, id); got != "敬老助残→敬老爱老 " {
		t.Errorf("what is decided above holds below, what is decided beside does not: %q", got)
	}
	if list := must(s.WordLists(ctx, d.clerk.Viewer, d.organ.ID))(t); len(list) != 1 || list[0].ID != up || list[0].Count != 1 || list[0].OrganName != top.Name {
		t.Errorf("lists that hold: %+v", list)
	}
	if x, err := s.WordList(ctx, d.clerk.Viewer, up); err != nil || len(x.Entries) != 1 {
		t.Errorf("the words from above: %+v %v", x, err)
	}
	for _, v := range []org.Viewer{d.clerk.Viewer, {Person: 77}} {
		if _, err := s.WordList(ctx, v, beside); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the neighbour's list is seen: %v", err)
		}
	}
	if _, err := s.WordLists(ctx, d.nextTo.Viewer, d.organ.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour sees what holds here: %v", err)
	}
}

func wordsKept(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	x := wordList(d.organ.ID, vetting.Phrases, thisDay(), vetting.Entry{Word: "以人民为中心"})
	var no *act.Refusal
	for name, by := range map[string]store.By{"signer": d.leader, "neighbour": d.nextTo} {
		if _, err := s.SaveWordList(ctx, by, x); !errors.As(err, &no) {
			t.Errorf("a list is kept by the %s: %v", name, err)
		}
	}
	x.ID = idOf(t, must(s.SaveWordList(ctx, d.clerk, x))(t))
	if _, err := s.SaveWordList(ctx, d.clerk, x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a list that somebody changed meanwhile: %v", err)
	}
	x.Edition = 1
	many := x
	many.Entries = nil
	for i := range store.MaxWords + 1 {
		many.Entries = append(many.Entries, vetting.Entry{Word: fmt.Sprint("词语", i)})
	}
	nameless, early, short, twice, unsourced := x, x, x, x, x
	nameless.Name, early.To, unsourced.Source = " ", thisDay().AddDays(-2), ""
	short.Entries = []vetting.Entry{{Word: "词"}}
	twice.Entries = []vetting.Entry{{Word: "词语"}, {Word: "词语"}}
	for i, bad := range []store.WordList{many, nameless, early, short, twice, unsourced} {
		if _, err := s.SaveWordList(ctx, d.clerk, bad); !errors.As(err, &no) {
			t.Errorf("bad list %d: %v", i, err)
		}
	}
	x.Entries = append(x.Entries, vetting.Entry{Word: "全过程人民民主"})
	must(s.SaveWordList(ctx, d.clerk, x))(t)
	log := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.WordsRef(x.ID)}))(t)
	if len(log) != 2 {
		t.Errorf("%d acts are kept of two changes", len(log))
	}
}
