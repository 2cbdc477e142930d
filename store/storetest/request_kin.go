package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// RunRequestKin checks what several files have to do with each other, and finding
// them. Every call of open gives an empty store that signs and has a key for
// private content.
func RunRequestKin(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"SplitAndMerge", kinSplit},
		{"AlikeWithinTheOrganOnly", kinAlike},
		{"TurnedIntoProactiveDisclosure", kinTurn},
		{"CorrectionOfRecordsCountsNowhere", kinMend},
		{"SearchFindsWhatIsThere", kinSearch},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// asking is a request of somebody for something, of today.
func asking(o org.Organ, who, wanted string) store.NewRequest {
	return store.NewRequest{Organ: o.ID, Subject: "测试事项", Registration: casework.Registration{Channel: deadline.InPerson, Arrived: thisDay(), Applicant: casework.Natural},
		Content: casework.Content{Person: casework.Person{Name: who, Phone: "000" + who}, Wanted: wanted}}
}

func kinSplit(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}
	one := asking(o[1], "甲某", "一、东坡村道路验收报告。二、去年低保名单。三、镇财政决算。")
	one.Arrived = thisDay().AddDays(-2)
	id := idOf(t, must(s.RegisterRequest(ctx, by, one))(t))
	split := func(keep string, parts ...store.SplitPart) error {
		_, err := with(t, s, by, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.SplitOff(cal, d, keep, parts)
		})
		return err
	}
	refused(t, split("", store.SplitPart{Wanted: "镇财政决算"}), "留在本件")
	refused(t, split("东坡村道路验收报告", store.SplitPart{Wanted: " "}), "第1个事项")
	if err := split("东坡村道路验收报告", store.SplitPart{Subject: "低保名单", Wanted: "去年低保名单"}, store.SplitPart{Subject: "财政决算", Wanted: "镇财政决算"}); err != nil {
		t.Fatal(err)
	}
	rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Open: true})
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d files: %v", len(rows), err)
	}
	numbers := map[string]bool{}
	for _, r := range rows {
		numbers[r.Number] = true
		x := must(s.Request(ctx, by.Viewer, r.ID))(t)
		if r.Received != one.Arrived || r.Due != rows[0].Due || x.Content.Person.Name != "甲某" || strings.Contains(x.Content.Wanted, "、") {
			t.Errorf("file %s: received %s, due %s, %q", r.Number, r.Received, r.Due, x.Content.Wanted)
		}
	}
	x := must(s.Request(ctx, by.Viewer, id))(t)
	if len(numbers) != 3 || x.Content.Whole != one.Content.Wanted || len(x.Links) != 2 {
		t.Errorf("numbers %v, kept %q, links %v", numbers, x.Content.Whole, x.Links)
	}
	if three := must(s.TableThree(ctx, o[1].ID, thisDay().AddDays(-2).Year, nil))(t); three["new"]["natural"] != 3 {
		t.Errorf("table three: %v", three)
	}

	// Another of the same person for the same joins the first; one of somebody
	// else does not.
	join := func(id int64, number string) error {
		_, err := with(t, s, by, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.MergeInto(cal, d, number)
		})
		return err
	}
	again := idOf(t, must(s.RegisterRequest(ctx, by, asking(o[1], "甲某", "东坡村道路验收报告")))(t))
	other := idOf(t, must(s.RegisterRequest(ctx, by, asking(o[1], "乙某", "东坡村道路验收报告")))(t))
	refused(t, join(again, "1999-0001"), "没有登记号")
	refused(t, join(other, x.Number), "不是同一人")
	if err := join(again, x.Number); err != nil {
		t.Fatal(err)
	}
	paper := by
	paper.Paper, paper.Signer = &act.Paper{On: thisDay()}, "丙某"
	must(with(t, s, paper, again, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Merged, "测公开告〔2026〕9号")
	}))(t)
	if y := must(s.Request(ctx, by.Viewer, id))(t); y.Links[2].Role != casework.MergedFrom || store.IDOfRef(y.Links[2].Ref) != again {
		t.Errorf("the other side does not know: %v", y.Links)
	}
	if three := must(s.TableThree(ctx, o[1].ID, thisDay().Year, nil))(t); three["other_misc"]["natural"] != 1 {
		t.Errorf("merged counts in %v", three)
	}
}

func kinAlike(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	by, next := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}, store.By{Viewer: officer(4, o[2], org.Handler)}
	const text = "请公开本镇二〇二五年度农村公路养护项目的招标文件、中标通知书、施工合同和竣工验收报告，以及资金拨付的明细。"
	first := asking(o[1], "甲某", text)
	first.Ledger, first.Arrived = true, thisDay().AddDays(-30)
	id := idOf(t, must(s.RegisterRequest(ctx, by, first))(t))
	must(with(t, s, by, id, 20, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Granted, "测公开告〔2026〕5号")
	}))(t)
	same := idOf(t, must(s.RegisterRequest(ctx, by, asking(o[1], "甲某", "您好！"+text+"谢谢。")))(t))
	others := idOf(t, must(s.RegisterRequest(ctx, by, asking(o[1], "乙某", text)))(t))
	must(s.RegisterRequest(ctx, by, asking(o[1], "丙某", "请公开去年全县义务教育学校招生划片方案和转学备案名册的统计数字。")))(t)
	must(s.RegisterRequest(ctx, next, asking(o[2], "甲某", text)))(t)

	x := must(s.Request(ctx, by.Viewer, same))(t)
	list := must(s.AlikeRequests(ctx, by.Viewer, x))(t)
	if len(list) != 2 {
		t.Fatalf("alike are %+v", list)
	}
	for _, a := range list {
		if a.Percent < 80 || a.Percent == 100 || a.SameAsker != (a.ID == id) || a.ID != id && a.ID != others {
			t.Errorf("%+v", a)
		}
	}
	// Who only watches is told nothing of what was asked.
	watch := must(s.Request(ctx, officer(9, o[0], org.Supervisor), same))(t)
	if list := must(s.AlikeRequests(ctx, officer(9, o[0], org.Supervisor), watch))(t); len(list) != 0 {
		t.Errorf("a supervisor compares texts: %+v", list)
	}
	// The earlier answer is what 重复申请 rests on.
	number := must(s.Request(ctx, by.Viewer, id))(t).Number
	former := func(number string) error {
		_, err := with(t, s, by, same, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Former(d, number) })
		return err
	}
	refused(t, former(must(s.Request(ctx, by.Viewer, others))(t).Number), "还没有答复")
	if err := former(number); err != nil {
		t.Fatal(err)
	}
	if x = must(s.Request(ctx, by.Viewer, same))(t); !strings.Contains(x.Content.Findings[casework.FoundFormer], "测公开告〔2026〕5号") || !x.Findings[casework.FoundFormer] {
		t.Errorf("the finding says %q", x.Content.Findings[casework.FoundFormer])
	}
	// A text that changes is compared as it is now.
	must(with(t, s, by, same, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Content.Wanted = "请公开镇卫生院二〇二四年采购药品的目录和价格。"
		return x.Note(d, "remark")
	}))(t)
	if list := must(s.AlikeRequests(ctx, by.Viewer, must(s.Request(ctx, by.Viewer, same))(t)))(t); len(list) != 0 {
		t.Errorf("another text, and alike are %+v", list)
	}
}

func kinTurn(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	by := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}
	ids := map[string]int64{}
	for _, who := range []string{"甲某", "乙某", "丙某"} {
		n := asking(o[1], who, "申请公开全镇二〇二六年耕地地力保护补贴发放的村组面积和金额明细。")
		n.Ledger = true
		ids[who] = idOf(t, must(s.RegisterRequest(ctx, by, n))(t))
	}
	must(s.RegisterRequest(ctx, by, asking(o[1], "丁某", "申请公开镇幼儿园招生计划和收费标准的批准文件。")))(t)
	if list := must(s.Clusters(ctx, by.Viewer, 4, thisDay()))(t); len(list) != 0 {
		t.Errorf("four asked the same? %+v", list)
	}
	list := must(s.Clusters(ctx, by.Viewer, 3, thisDay()))(t)
	if len(list) != 1 || list[0].Askers != 3 || len(list[0].Rows) != 3 {
		t.Fatalf("three asked the same: %+v", list)
	}
	if away := must(s.Clusters(ctx, officer(4, o[2], org.Handler), 3, thisDay()))(t); len(away) != 0 {
		t.Errorf("a neighbour is shown %+v", away)
	}
	id := ids["乙某"]
	must(with(t, s, by, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.ProposeTurn(d, 3) }))(t)
	if list := must(s.Clusters(ctx, by.Viewer, 3, thisDay()))(t); len(list) != 0 {
		t.Errorf("proposed, and still proposed: %+v", list)
	}
	if rows := must(s.Turns(ctx, by.Viewer, false))(t); len(rows) != 1 || rows[0].ID != id || rows[0].Many != 3 || rows[0].Why != "alike" {
		t.Errorf("waiting are %+v", rows)
	}
	must(with(t, s, by, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Granted, "测公开告〔2026〕7号")
	}))(t)
	must(with(t, s, by, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.DecideTurn(d, "open")
	}))(t)
	must(with(t, s, by, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Serve(d, "ems") }))(t)
	if rows := must(s.Turns(ctx, by.Viewer, true))(t); len(rows) != 1 || rows[0].Decision != "open" || rows[0].Decided != thisDay() {
		t.Errorf("decided are %+v", rows)
	}
	if rows := must(s.Turns(ctx, officer(4, o[2], org.Head), true))(t); len(rows) != 0 {
		t.Errorf("a neighbour is shown %+v", rows)
	}
	// What is to be published gets its draft, once.
	if _, err := s.DraftTurned(ctx, store.By{Viewer: officer(4, o[2], org.Head)}, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour drafts it: %v", err)
	}
	if _, err := s.DraftTurned(ctx, by, ids["丙某"]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("drafted before anybody decided: %v", err)
	}
	draft := idOf(t, must(s.DraftTurned(ctx, by, id))(t))
	if again := idOf(t, must(s.DraftTurned(ctx, by, id))(t)); again != draft {
		t.Errorf("two drafts of one request: %d, %d", draft, again)
	}
	if item := must(s.Item(ctx, by.Viewer, draft))(t); item.Turned != id || item.Stage != proactive.Drafting {
		t.Errorf("the draft: %+v", item.Item)
	}
	if rows := must(s.Turns(ctx, by.Viewer, true))(t); rows[0].Item != draft {
		t.Errorf("the proposal leads to %d", rows[0].Item)
	}
	// The applicant's own suggestion waits for a decision too.
	x := must(s.Request(ctx, by.Viewer, ids["丙某"]))(t)
	must(s.WithTrackedRequest(ctx, "s1", x.Number, must(s.RequestCode(x.ID))(t), func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
		return x.Note(casework.Doing{On: day, Today: day}, "suggest")
	}))(t)
	if rows := must(s.Turns(ctx, by.Viewer, false))(t); len(rows) != 1 || rows[0].Why != "suggested" {
		t.Errorf("waiting are %+v", rows)
	}
}

func kinMend(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}
	n := asking(o[1], "甲某", "本人耕地面积登记有误，请更正。")
	n.Matter, n.Ledger = casework.Mend, true
	id := idOf(t, must(s.RegisterRequest(ctx, by, n))(t))
	must(with(t, s, by, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Mended, "测更正〔2026〕1号")
	}))(t)
	rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{})
	if err != nil || len(rows) != 1 || rows[0].Matter != casework.Mend || rows[0].Outcome != casework.Mended {
		t.Errorf("the list has %+v: %v", rows, err)
	}
	if three := must(s.TableThree(ctx, o[1].ID, thisDay().Year, nil))(t); len(three) != 0 {
		t.Errorf("table three: %v", three)
	}
	if f := must(s.RequestFigures(ctx, by.Viewer, store.FigureQuery{Year: thisDay().Year, Today: thisDay()}, false))(t); f.Total.New != 0 {
		t.Errorf("figures: %+v", f.Total)
	}
}

// Searching finds the same as reading every row would.
func kinSearch(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler)}
	subjects := []string{"农田水利工程资金", "水利工程验收", "宅基地审批", "Ab-12号项目", "a b c d", "农"}
	for i, subject := range subjects {
		n := asking(o[1], fmt.Sprint("人", i), "会议纪要第一次")
		n.Subject, n.Number = subject, fmt.Sprintf("2026-%04d", i+1)
		must(s.RegisterRequest(ctx, by, n))(t)
	}
	for word, want := range map[string]int{"水利工程": 2, "利工": 2, "农": 2, "审批农": 0, "水利验收": 0, "2026-000": 6, "0003": 1, "ab-12号": 1, "AB-12": 1, "没有这个词": 0, "b c": 1, "9999": 0, "6-0002 水利": 1} {
		for _, v := range []org.Viewer{by.Viewer, org.Program("测试")} {
			rows, _, err := s.Requests(ctx, v, store.RequestQuery{Search: word})
			if err != nil || len(rows) != want {
				t.Errorf("%q finds %d, want %d: %v", word, len(rows), want, err)
			}
		}
	}
	// A subject that changes is found by its new words.
	rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Search: "宅基地审批"})
	if err != nil || len(rows) != 1 {
		t.Fatal(len(rows), err)
	}
	must(with(t, s, by, rows[0].ID, 0, func(x *store.RequestFile, _ *calendar.Calendar, _ casework.Doing) error {
		x.Subject = "房屋征收补偿"
		return nil
	}))(t)
	for word, want := range map[string]int{"征收补偿": 1, "宅基地": 0} {
		if rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Search: word}); err != nil || len(rows) != want {
			t.Errorf("%q finds %d: %v", word, len(rows), err)
		}
	}
}
