package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// RunCatalogue checks catalogue, guide, registers and the monthly ledger. Every
// call of open gives an empty store that signs, keeps files and has a key.
func RunCatalogue(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"AMonthIsStatedAndCorrected", monthLife},
		{"TableTwoStandsOnItsRows", tableTwo},
		{"DocumentsOldAndNew", documents},
		{"CleanUpEndsWhatIsRepealed", cleanupLife},
		{"GuideFollowsTheOffice", guideLife},
		{"CatalogueCoversTheList", catalogueCover},
		{"PowersAndStandardsAreReplacedWhole", listsReplaced},
		{"AnItemFulfilsADuty", dutyFulfilled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func saysNo(t *testing.T, what string, err error) string {
	t.Helper()
	var no *act.Refusal
	if !errors.As(err, &no) {
		t.Errorf("%s: %v", what, err)
		return ""
	}
	return no.Text
}

// lastMonth is a month that is over.
func lastMonth() (year, month int) {
	d := law.Day(thisDay().Year, thisDay().Month, 1).AddDays(-1)
	return d.Year, d.Month
}

func monthOf(organ int64, version int64, figures map[string]string) proactive.MonthSheet {
	year, month := lastMonth()
	m := proactive.MonthSheet{Organ: organ, Year: year, Month: month, Values: map[string]annual.Value{}, Source: "审批系统月度统计表", Version: version}
	for cell, text := range figures {
		f, _ := proactive.MonthFigureOf(year, cell)
		m.Values[cell], _, _ = f.ReadFigure(text)
	}
	return m
}

func monthLife(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	year, month := lastMonth()
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "便民服务中心", Kind: org.Section, Parent: d.organ.ID}))(t)
	m := monthOf(section.ID, 0, map[string]string{"t2.licence.decisions": "12", "t2.fees.amount": "0.038"})
	file := must(s.PutPrivate(ctx, store.MonthRef(section.ID, year, month), bytes.NewReader([]byte("统计表"))))(t)
	m.File, m.FileName = file.ID, "统计表.txt"
	must(s.SaveMonth(ctx, d.clerk, m))(t)
	if _, err := s.SaveMonth(ctx, d.nextTo, monthOf(section.ID, 1, map[string]string{"t2.licence.decisions": "1"})); err == nil {
		t.Error("a neighbour writes into the ledger")
	}
	if list := must(s.Months(ctx, d.nextTo.Viewer, d.organ.ID, year))(t); len(list) != 0 {
		t.Errorf("a neighbour reads %v", list)
	}
	list := must(s.Months(ctx, d.clerk.Viewer, d.organ.ID, year))(t)
	if len(list) != 1 || list[0].Values["t2.fees.amount"] != annual.Num(38_000) || list[0].OrganName != "便民服务中心" {
		t.Fatalf("ledger: %+v", list)
	}
	if _, stated := list[0].Values["t2.penalty.decisions"]; stated {
		t.Error("what nobody stated is zero")
	}
	// To correct needs a reason and a fresh version; to add what was blank does not.
	fix := monthOf(section.ID, 1, map[string]string{"t2.licence.decisions": "13", "t2.fees.amount": "0.038"})
	fix.FileName = "统计表.txt"
	_, err := s.SaveMonth(ctx, d.clerk, fix)
	if why := saysNo(t, "a correction without a reason", err); !strings.Contains(why, "理由") {
		t.Error(why)
	}
	by := d.clerk
	by.Reason = "漏登一件"
	must(s.SaveMonth(ctx, by, fix))(t)
	if _, err := s.SaveMonth(ctx, by, fix); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	entries := must(s.Entries(ctx, d.clerk.Viewer, store.EntryQuery{Ref: store.MonthRef(section.ID, year, month)}))(t)
	if len(entries) != 2 || entries[0].Act.Kind != act.MonthCorrected && entries[1].Act.Kind != act.MonthCorrected {
		t.Errorf("acts: %v", entries)
	}
	name, _, r, err := s.OpenMonthFile(ctx, d.office, section.ID, year, month)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(r)
	if r.Close(); name != "统计表.txt" || string(b) != "统计表" {
		t.Errorf("source %s: %s", name, b)
	}
	if _, _, _, err := s.OpenMonthFile(ctx, d.nextTo, section.ID, year, month); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour opens the source: %v", err)
	}
}

func tableTwo(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	year, _ := lastMonth()
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "执法办", Kind: org.Section, Parent: d.organ.ID}))(t)
	must(s.SaveMonth(ctx, d.clerk, monthOf(section.ID, 0, map[string]string{"t2.penalty.decisions": "1", "t2.coercion.decisions": "0"})))(t)
	must(s.SaveMonth(ctx, d.clerk, monthOf(d.organ.ID, 0, map[string]string{"t2.fees.amount": "1.25"})))(t)
	for i := range 2 {
		c := itemText(fmt.Sprintf("行政处罚决定%d", i))
		c.Category, c.Made = "20.6", law.Day(year, 1, 5)
		d.published(t, s, store.NewItem{Kind: proactive.Penalty, Content: c})
	}
	c := itemText("防汛办法")
	c.Category, c.Made = "20.1", law.Day(year, 2, 1)
	d.published(t, s, store.NewItem{Kind: proactive.Normative, Content: c})
	must(s.SaveDocument(ctx, d.clerk, proactive.RegisterEntry{Organ: d.organ.ID, Kind: proactive.Normative, Title: "集镇管理办法", Made: law.Day(year-3, 2, 1), Abolished: law.Day(year, 1, 3)}))(t)
	two := must(s.TableTwo(ctx, d.clerk.Viewer, d.organ.ID, year, thisDay()))(t)
	for cell, want := range map[string]annual.Value{"t2.normative.made": annual.Num(1), "t2.normative.repealed": annual.Num(1), "t2.normative.in_force": annual.Num(1), "t2.rules.in_force": annual.Num(0),
		"t2.penalty.decisions": annual.Num(1), "t2.coercion.decisions": annual.Num(0), "t2.fees.amount": annual.Num(1_250_000), "t2.licence.decisions": {Kind: annual.Blank}} {
		if got := two.Cell(cell); got == nil || got.Value != want {
			t.Errorf("%s is %+v, want %+v", cell, got, want)
		}
	}
	differs := false
	for _, f := range two.Findings {
		differs = differs || f.Cell == "t2.penalty.decisions" && f.Ledger == 1 && f.Recorded == 2
	}
	if !differs {
		t.Errorf("one in the ledger and two published are no finding: %v", two.Findings)
	}
	if got := two.Cell("t2.penalty.decisions").Sheets; len(got) != 1 || got[0].Organ != section.ID {
		t.Errorf("the figure opens to %v", got)
	}
	if _, err := s.TableTwo(ctx, d.nextTo.Viewer, d.organ.ID, year, thisDay()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour: %v", err)
	}
}

func documents(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("小型水利设施管护办法")
	c.Category = "20.1"
	id, number := d.published(t, s, store.NewItem{Kind: proactive.Normative, Content: c})
	if _, err := s.SaveDocument(ctx, d.nextTo, proactive.RegisterEntry{ID: id, Item: true, Registered: "假"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour writes into the register: %v", err)
	}
	must(s.SaveDocument(ctx, d.clerk, proactive.RegisterEntry{ID: id, Item: true, Title: "别的标题", Registered: "测规登〔2026〕1号", Amendments: []proactive.Amendment{{On: thisDay(), By: "测政〔2026〕9号"}}}))(t)
	must(s.ImportDocuments(ctx, d.clerk, d.organ.ID, []proactive.RegisterEntry{{Kind: proactive.Normative, Title: "集镇管理办法", DocNo: "测政〔2018〕2号", Made: law.Day(2018, 5, 2), Until: law.Day(2023, 5, 31)}}))(t)
	if again := must(s.ImportDocuments(ctx, d.clerk, d.organ.ID, []proactive.RegisterEntry{{Kind: proactive.Normative, Title: "集镇管理办法", DocNo: "测政〔2018〕2号", Made: law.Day(2018, 5, 2)}}))(t); again.Answer != "0" {
		t.Errorf("the same document was entered %s times more", again.Answer)
	}
	list := must(s.Documents(ctx, store.DocumentQuery{Organ: d.organ.ID}))(t)
	if len(list) != 2 || list[0].Title != "小型水利设施管护办法" || list[0].Number != number || list[0].Registered != "测规登〔2026〕1号" || len(list[0].Amendments) != 1 {
		t.Fatalf("register: %+v", list)
	}
	if list[1].Validity(thisDay()) != proactive.Expired {
		t.Errorf("a document whose term is over is %s", list[1].Validity(thisDay()))
	}
	if got := must(s.Documents(ctx, store.DocumentQuery{Search: "水利"}))(t); len(got) != 1 {
		t.Errorf("found %v", got)
	}
	must(s.RemoveItem(ctx, d.office, id, must(s.Item(ctx, d.office.Viewer, id))(t).Version, proactive.StateSecret))(t)
	if got := must(s.Documents(ctx, store.DocumentQuery{Organ: d.organ.ID}))(t); len(got) != 1 || got[0].ID == id {
		t.Errorf("what was removed stands in the register: %v", got)
	}
}

func cleanupLife(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("防汛办法")
	c.Category = "20.1"
	id, _ := d.published(t, s, store.NewItem{Kind: proactive.Normative, Content: c})
	old := idOf(t, must(s.SaveDocument(ctx, d.clerk, proactive.RegisterEntry{Organ: d.organ.ID, Kind: proactive.Normative, Title: "集镇管理办法", Made: law.Day(2018, 5, 2)}))(t))
	campaign := idOf(t, must(s.OpenCleanup(ctx, d.clerk, proactive.Cleanup{Organ: d.organ.ID, Title: "行政规范性文件清理"}))(t))
	if _, err := s.Cleanup(ctx, d.nextTo.Viewer, campaign); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour: %v", err)
	}
	_, err := s.DecideCleanup(ctx, d.clerk, campaign, 1, []store.CleanupDecision{{Entry: old, Verdict: proactive.Repeal}})
	if why := saysNo(t, "a repeal without a reason", err); !strings.Contains(why, "理由") {
		t.Error(why)
	}
	must(s.DecideCleanup(ctx, d.clerk, campaign, 1, []store.CleanupDecision{{Entry: old, Verdict: proactive.Repeal, Reason: "上位法已修改"}}))(t)
	_, err = s.CloseCleanup(ctx, d.clerk, campaign, 2)
	if why := saysNo(t, "a clean-up with an open document", err); !strings.Contains(why, "还有1件") {
		t.Error(why)
	}
	must(s.DecideCleanup(ctx, d.clerk, campaign, 2, []store.CleanupDecision{{Entry: id, Verdict: proactive.Lapse, Reason: "任务已完成"}}))(t)
	draft := idOf(t, must(s.CloseCleanup(ctx, d.clerk, campaign, 3))(t))
	x := must(s.Item(ctx, d.clerk.Viewer, draft))(t)
	if text := x.Content.Body.Text(); x.Stage != proactive.Drafting || !strings.Contains(text, "集镇管理办法") || !strings.Contains(text, "上位法已修改") {
		t.Errorf("the notice is %s: %s", x.Stage, text)
	}
	year := thisDay().Year
	two := must(s.TableTwo(ctx, d.clerk.Viewer, d.organ.ID, year, thisDay()))(t)
	if two.Cell("t2.normative.repealed").Value != annual.Num(2) || two.Cell("t2.normative.in_force").Value != annual.Num(0) {
		t.Errorf("after the clean-up: %+v", two.Cells)
	}
	if got := must(s.Item(ctx, d.clerk.Viewer, id))(t); got.Abolished != thisDay() {
		t.Errorf("the item is in force until %v", got.Abolished)
	}
}

func guideLife(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	office := org.OfficeRecord{Organ: d.organ.ID, Unit: "党政办公室", Address: "测试路1号", Hours: "工作日9:00—17:00", Phone: "0571-12345678", Channels: []org.Channel{{Kind: org.Counter}}}
	must(s.SaveOffice(ctx, store.By{Viewer: org.Program("测试")}, office, 0))(t)
	n := must(s.DraftGuide(ctx, d.clerk, d.organ.ID))(t)
	if _, err := s.Guide(ctx, d.organ.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a draft is public: %v", err)
	}
	head := d.clerk
	head.Viewer = officer(3, d.organ, org.Drafter, org.Publisher, org.Head)
	_, err := s.SignGuide(ctx, head, d.organ.ID, 1, 1)
	if why := saysNo(t, "who made it signs", err); !strings.Contains(why, "另一位") {
		t.Error(why)
	}
	must(s.SignGuide(ctx, d.leader, d.organ.ID, 1, 1))(t)
	g := must(s.Guide(ctx, d.organ.ID))(t)
	if text := g.Body.Text(); n.Answer != "1" || !strings.Contains(text, "0571-12345678") || !strings.Contains(text, "20个工作日") {
		t.Errorf("guide %d: %s", g.N, text)
	}
	if stale, exists, err := s.GuideStale(ctx, d.organ.ID, thisDay()); stale || !exists || err != nil {
		t.Errorf("a fresh guide is stale: %v %v %v", stale, exists, err)
	}
	office.Phone = "0571-87654321"
	must(s.SaveOffice(ctx, store.By{Viewer: org.Program("测试")}, office, 1))(t)
	if stale, _, err := s.GuideStale(ctx, d.organ.ID, thisDay()); !stale || err != nil {
		t.Errorf("the telephone changed and the guide is fresh: %v", err)
	}
	must(s.DraftGuide(ctx, d.clerk, d.organ.ID))(t)
	paper := d.clerk
	paper.Paper, paper.Signer = &act.Paper{On: thisDay()}, "分管领导"
	must(s.SignGuide(ctx, paper, d.organ.ID, 2, 1))(t)
	if g := must(s.Guide(ctx, d.organ.ID))(t); g.N != 2 || !strings.Contains(g.Body.Text(), "0571-87654321") {
		t.Errorf("guide %d: %s", g.N, g.Body.Text())
	}
	if list := must(s.Guides(ctx, d.nextTo.Viewer, d.organ.ID))(t); len(list) != 0 {
		t.Errorf("a neighbour sees drafts: %v", list)
	}
}

func catalogueCover(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("关于宅基地审批的通知")
	c.Category, c.Five, c.Summary = "21.town.4", []proactive.Five{"服务", "结果"}, "宅基地审批的条件"
	_, number := d.published(t, s, store.NewItem{Content: c})
	cover := must(s.CatalogueCover(ctx, d.organ))(t)
	if len(cover) != 23 {
		t.Errorf("a town has %d categories", len(cover))
	}
	for _, x := range cover {
		if want := map[bool]int{true: 1}[x.Code == "21.town.4"]; x.Items != want || want > 0 && x.Newest != thisDay() {
			t.Errorf("%s holds %d, newest %v", x.Code, x.Items, x.Newest)
		}
	}
	if five := must(s.FiveCounts(ctx, d.organ.ID, thisDay().Year))(t); five["服务"] != 1 || five["结果"] != 1 || five["决策"] != 0 {
		t.Errorf("tags: %v", five)
	}
	must(s.IssueCatalogue(ctx, d.clerk, d.organ.ID))(t)
	_, err := s.IssueCatalogue(ctx, d.clerk, d.organ.ID)
	saysNo(t, "two editions on one day", err)
	if _, err := s.IssueCatalogue(ctx, d.nextTo, d.organ.ID); err == nil {
		t.Error("a neighbour issues the catalogue")
	}
	editions := must(s.CatalogueEditions(ctx, d.organ.ID))(t)
	if len(editions) != 1 || editions[0].Items != 1 || editions[0].On != thisDay() {
		t.Errorf("editions: %v", editions)
	}
	lines := must(s.Catalogue(ctx, d.organ.ID, editions[0].On))(t)
	if len(lines) != 1 || lines[0].Number != number || lines[0].Summary != c.Summary {
		t.Errorf("catalogue: %v", lines)
	}
	if lines := must(s.Catalogue(ctx, d.organ.ID, thisDay().AddDays(-1)))(t); len(lines) != 0 {
		t.Errorf("yesterday's catalogue: %v", lines)
	}
}

func listsReplaced(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	top := must(s.Organ(ctx, d.organ.Parent))(t)
	county := store.By{Viewer: officer(9, top, org.Office)}
	entries := []proactive.StandardEntry{{Code: "社会救助-1", Field: "社会救助", Matter: "最低生活保障", Limit: "信息形成之日起20个工作日内"}, {Code: "社会救助-2", Field: "社会救助", Matter: "临时救助"}}
	must(s.ImportStandard(ctx, county, top.ID, 0, entries))(t)
	list := must(s.Standard(ctx, d.organ))(t)
	if list.Organ != top.ID || len(list.Entries) != 2 || list.Version != 0 {
		t.Fatalf("the county's catalogue holds for the town: %+v", list)
	}
	if _, err := s.ImportStandard(ctx, d.clerk, top.ID, 1, entries); err == nil {
		t.Error("a town changes the county's catalogue")
	}
	if _, err := s.ImportStandard(ctx, county, top.ID, 0, entries); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	c := itemText("低保对象名单")
	c.Field = "社会救助-1"
	d.published(t, s, store.NewItem{Content: c})
	cal := must(s.Calendar(ctx))(t)
	for _, o := range []org.Organ{d.organ, top} {
		cover := must(s.StandardCover(ctx, o, list.Entries, cal))(t)
		if x := cover["社会救助-1"]; x.Items != 1 || x.Timely != 1 || x.Late != 0 || cover["社会救助-2"].Items != 0 {
			t.Errorf("%s covers %+v", o.Name, cover)
		}
	}
	must(s.ImportPowers(ctx, d.clerk, d.organ.ID, 0, []proactive.PowerEntry{{Code: "1", Name: "宅基地审批", Kind: "行政许可"}}))(t)
	if _, err := s.ImportPowers(ctx, d.clerk, d.organ.ID, 0, []proactive.PowerEntry{{Name: "别的"}}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	must(s.ImportPowers(ctx, d.clerk, d.organ.ID, 1, []proactive.PowerEntry{{Name: "临时救助", Section: "民政办"}}))(t)
	if p := must(s.Powers(ctx, d.organ.ID))(t); len(p.Entries) != 1 || p.Entries[0].Name != "临时救助" || p.Version != 2 {
		t.Errorf("powers: %+v", p)
	}
	if p := must(s.Powers(ctx, top.ID))(t); len(p.Entries) != 0 {
		t.Errorf("powers of an organ that has none: %+v", p)
	}
}

func dutyFulfilled(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	must(s.SaveRecurring(ctx, store.By{Viewer: org.Program("测试")}, oversight.Recurring{Organ: d.organ.ID, Name: "低保对象名单", Category: "社会救助", Basis: "条例第二十一条", Rule: oversight.DutyRule{Kind: oversight.Monthly, Day: 31}, From: thisDay().AddDays(-1)}))(t)
	must(s.SaveRecurring(ctx, store.By{Viewer: org.Program("测试")}, oversight.Recurring{Organ: d.organ.ID, Name: "预算", Category: "财政预决算", Basis: "预算法", Rule: oversight.DutyRule{Kind: oversight.Monthly, Day: 31}, From: thisDay().AddDays(-1)}))(t)
	c := itemText("本月低保对象名单")
	c.Category = "21.town.8"
	id, _ := d.published(t, s, store.NewItem{Content: c})
	offers := must(s.DutyOffers(ctx, d.clerk.Viewer, id, thisDay()))(t)
	if len(offers) != 1 || offers[0].Name != "低保对象名单" {
		t.Fatalf("offers: %v", offers)
	}
	if _, err := s.FulfilDuty(ctx, d.nextTo, id, offers[0].Recurring, offers[0].Period.Name, ""); err == nil {
		t.Error("a neighbour ticks the duty off")
	}
	must(s.FulfilDuty(ctx, d.clerk, id, offers[0].Recurring, offers[0].Period.Name, "https://www.example.gov.cn/item/1"))(t)
	if again := must(s.DutyOffers(ctx, d.clerk.Viewer, id, thisDay()))(t); len(again) != 0 {
		t.Errorf("the same item is offered again: %v", again)
	}
	f := must(s.RecurringItem(ctx, d.clerk.Viewer, offers[0].Recurring, thisDay()))(t)
	if len(f.Ticks) != 1 || f.Ticks[0].On != thisDay() || strings.Contains(f.Ticks[0].Note, "低保") {
		t.Errorf("ticks: %+v", f.Ticks)
	}
}
