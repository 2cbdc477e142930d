package storetest

import (
	"errors"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// RunWatch checks the monitoring of proactive disclosure for the office above:
// gaps of the dispatch, the table, the week's notice.
func RunWatch(t *testing.T, open func(testing.TB, *Clock) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, led)
	}{
		{"ColumnsAndLateItemsAreGaps", watchGaps},
		{"PlacesThatPublishElsewhereAreNotChecked", watchOff},
		{"GuidesGrowOld", watchGuides},
		{"TheTableCountsWhatTheListsSay", watchCounts},
		{"OneNoticeAWeek", watchWeek},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := NewClock()
			s := open(t, clock)
			c.run(t, led{s, clock, county(t, s, 2)})
		})
	}
}

func aboutItems(source string) bool {
	switch source {
	case oversight.GapColumnsEmpty, oversight.GapColumnsStale, oversight.GapItemsBare, oversight.GapGuideOld, oversight.GapItemsLate:
		return true
	}
	return false
}

// desk is the people of a town who bring an item out.
func (l led) desk(town int) itemDesk {
	o, by := l.organs[town], func(id int64, roles ...org.Role) store.By {
		return store.By{Viewer: officer(id, l.organs[town], roles...)}
	}
	return itemDesk{organ: o, clerk: by(3, org.Drafter, org.Publisher), office: by(4, org.Secrecy, org.Head), leader: by(5, org.Signer)}
}

func (l led) text(title string) proactive.Content {
	c := itemText(title)
	c.Made = l.today()
	return c
}

// sources are the gaps of a town about items, by source.
func (l led) sources(t *testing.T, town int) map[string][]store.GapRow {
	t.Helper()
	out := map[string][]store.GapRow{}
	for _, o := range must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t).Organs {
		for _, g := range o.Gaps {
			if o.Organ.ID == l.organs[town].ID && aboutItems(g.Source) {
				out[g.Source] = append(out[g.Source], g)
			}
		}
	}
	return out
}

func watchGaps(t *testing.T, l led) {
	d := l.desk(1)
	made := l.today()
	late := idOf(t, must(l.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Document, Content: l.text("关于某件不宜外传的事")}))(t))
	bare := l.text("会议通知")
	bare.DocNo = ""
	news := l.text("动态一则")
	d.published(t, l.Store, store.NewItem{Kind: proactive.News, Content: news})
	cal := must(l.Calendar(ctx))(t)
	due := proactive.Document.Limit(cal, made).Due
	for !l.today().After(due) {
		if got := l.sources(t, 1); len(got[oversight.GapItemsLate]) != 0 {
			t.Fatalf("late on %v, the limit is %v", l.today(), due)
		}
		l.days(1)
	}
	got := l.sources(t, 1)
	if x := got[oversight.GapItemsLate]; len(x) != 1 || x[0].Ref != store.ItemRef(late) || x[0].Due != due || strings.Contains(x[0].Text, "外传") {
		t.Errorf("the day after the limit: %+v", x)
	}
	if x := got[oversight.GapColumnsStale]; len(x) != 1 || !strings.Contains(x[0].Text, "工作动态") {
		t.Errorf("two weeks without news: %+v", x)
	}
	if x := got[oversight.GapColumnsEmpty]; len(x) != 6 {
		t.Errorf("empty columns: %+v", x)
	}
	if x := l.sources(t, 2)[oversight.GapColumnsEmpty]; len(x) != 1 {
		t.Errorf("the neighbour published nothing at all: %+v", x)
	}
	for _, a := range must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t).Sources {
		if !a.Connected {
			t.Errorf("%s is not connected", a.Name)
		}
	}
	// Issued, it stands; the title of the draft stands nowhere.
	id := idOf(t, must(l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), ""))(t))
	for _, g := range must(l.DispatchGaps(ctx, l.clerk(1).Viewer, id, d.organ.ID, 100))(t) {
		if strings.Contains(g.Text, "外传") {
			t.Errorf("a draft's title was issued: %+v", g)
		}
	}
	d.bring(t, l.Store, late)
	if x := l.sources(t, 1)[oversight.GapItemsLate]; len(x) != 0 {
		t.Errorf("out, and still a gap: %+v", x)
	}
}

func watchOff(t *testing.T, l led) {
	for _, a := range must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t).Sources {
		if a.Connected == aboutItems(a.Name) {
			t.Errorf("nobody publishes here, and %s is connected: %v", a.Name, a.Connected)
		}
	}
	l.desk(1).published(t, l.Store, store.NewItem{Kind: proactive.News, Content: l.text("动态一则")})
	if len(l.sources(t, 2)) == 0 {
		t.Error("the neighbour who published nothing has no gap")
	}
	must(l.SaveSetting(ctx, program("w"), store.Setting{Organ: l.organs[2].ID, Name: org.ItemWatched, Value: proactive.NotWatched}))(t)
	if got := l.sources(t, 2); len(got) != 0 {
		t.Errorf("not to be checked, and yet %+v", got)
	}
	if x := must(l.WatchTable(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t); x.Looked != 2 || x.Off != 1 {
		t.Errorf("looked at %d, left out %d", x.Looked, x.Off)
	}
	if got := l.sources(t, 1); len(got[oversight.GapColumnsEmpty]) != 6 {
		t.Errorf("the other town: %+v", got)
	}
}

func watchGuides(t *testing.T, l led) {
	d := l.desk(1)
	d.published(t, l.Store, store.NewItem{Kind: proactive.News, Content: l.text("动态一则")})
	says := func() string {
		list := l.sources(t, 1)[oversight.GapGuideOld]
		if len(list) == 0 {
			return ""
		}
		return list[0].Text
	}
	if s := says(); !strings.Contains(s, "还没有签发") {
		t.Errorf("no guide: %q", s)
	}
	keeper := store.By{Viewer: officer(4, d.organ, org.Head)}
	sign := func() {
		n := idOf(t, must(l.DraftGuide(ctx, store.By{Viewer: org.Program("测试")}, d.organ.ID))(t))
		g := must(l.Guides(ctx, keeper.Viewer, d.organ.ID))(t)[0]
		must(l.SignGuide(ctx, store.By{Viewer: org.Program("测试")}, d.organ.ID, int(n), g.Version))(t)
	}
	sign()
	if s := says(); s != "" {
		t.Errorf("signed today: %q", s)
	}
	l.days(1)
	must(l.SaveOffice(ctx, store.By{Viewer: org.Program("测试")}, org.OfficeRecord{Organ: d.organ.ID, Unit: "党政办", Address: "青石街1号", Hours: "工作日", Phone: "0700-1234567"}, 0))(t)
	if s := says(); !strings.Contains(s, "机构信息有变化") {
		t.Errorf("the office moved: %q", s)
	}
	l.days(1)
	sign()
	if s := says(); s != "" {
		t.Errorf("made anew: %q", s)
	}
	l.days(364)
	if s := says(); s != "" {
		t.Errorf("within the year: %q", s)
	}
	l.days(2)
	if s := says(); !strings.Contains(s, "超过12个月") {
		t.Errorf("after a year: %q", s)
	}
	must(l.SaveSetting(ctx, program("g"), store.Setting{Organ: l.organs[0].ID, Name: org.ItemGuideMonths, Value: "24"}))(t)
	if s := says(); s != "" {
		t.Errorf("the county gives two years: %q", s)
	}
}

func watchCounts(t *testing.T, l led) {
	l.desk(1).published(t, l.Store, store.NewItem{Kind: proactive.News, Content: l.text("动态一则")})
	d := l.desk(2)
	open := l.text("低保公示")
	open.From, open.To = law.Date{}, law.Date{}
	must(l.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: l.text("迟的")}))(t)
	must(l.AskMaterial(ctx, d.clerk, proactive.Submission{Organ: d.organ.ID, Title: "补贴", Due: l.today()}))(t)
	l.days(60)
	x := must(l.WatchTable(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t)
	sum := map[proactive.WatchCode]int{}
	for _, row := range x.Rows {
		count := map[proactive.WatchCode]int{}
		for _, f := range must(l.Monitor(ctx, l.office().Viewer, row.Organ.ID, l.today()))(t) {
			count[f.Code]++
			sum[f.Code]++
		}
		for _, c := range proactive.WatchCodes() {
			if count[c] != row.Count[c] {
				t.Errorf("%s: the table counts %d of %s, the list has %d", row.Organ.Name, row.Count[c], c, count[c])
			}
		}
	}
	if len(x.Rows) != 3 || x.Looked != 3 || sum[proactive.WatchLate] != 1 || sum[proactive.WatchMaterials] != 1 || sum[proactive.WatchStale] != 1 {
		t.Errorf("%d rows of %d organs: %v", len(x.Rows), x.Looked, sum)
	}
	if _, err := l.WatchTable(ctx, l.clerk(1).Viewer, l.organs[0].ID, l.today()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town reads the county's table: %v", err)
	}
	if own := must(l.WatchTable(ctx, l.clerk(1).Viewer, l.organs[1].ID, l.today()))(t); len(own.Rows) != 1 || own.Looked != 1 {
		t.Errorf("a town reads its own: %+v", own)
	}
}

func watchWeek(t *testing.T, l led) {
	l.desk(1).published(t, l.Store, store.NewItem{Kind: proactive.News, Content: l.text("动态一则")})
	person := idOf(t, must(l.SavePerson(ctx, program(""), org.Person{Name: "某经办", Organ: l.organs[1].ID}))(t))
	must(l.Grant(ctx, program(""), org.Post{Person: person, Organ: l.organs[1].ID, Role: org.Drafter}))(t)
	in := func() (list []store.Notice) {
		for _, n := range must(l.Inbox(ctx, must(l.Viewer(ctx, person, l.today()))(t), true, 0))(t) {
			if n.Kind == store.KindWatchWeek {
				list = append(list, n)
			}
		}
		return list
	}
	setDay(l.clock, law.Day(2026, 3, 9)) // a Monday
	if n := must(l.TellWatched(ctx))(t); n != 0 || len(in()) != 0 {
		t.Errorf("told %d before it was switched on", n)
	}
	must(l.SaveSetting(ctx, program("n"), store.Setting{Organ: l.organs[0].ID, Name: org.ItemWatchNotice, Value: "开"}))(t)
	if n := must(l.TellWatched(ctx))(t); n != 1 {
		t.Errorf("told %d on Monday", n)
	}
	must(l.TellWatched(ctx))(t)
	l.days(1)
	must(l.TellWatched(ctx))(t)
	if list := in(); len(list) != 1 || !strings.Contains(list[0].Subject, "空白栏目6项") {
		t.Fatalf("in the first week: %+v", list)
	}
	l.days(6)
	must(l.TellWatched(ctx))(t)
	if list := in(); len(list) != 2 {
		t.Errorf("in the second week: %+v", list)
	}
}
