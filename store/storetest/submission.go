package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// RunSubmissions checks material that sections hand to the publishing desk, and
// old stock that is taken over. Every call of open gives an empty store that
// signs, keeps files and has a key for private content.
func RunSubmissions(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"MaterialBecomesADraft", materialWay},
		{"MaterialIsAskedForAndGivenBack", materialBack},
		{"NeighboursSeeNoMaterial", materialScope},
		{"RemovedItemTakesItsMaterialAlong", materialRemoved},
		{"OldStockIsWorkedOff", oldStock},
		{"OldStockIsListedWholeOrNotAtAll", oldStockWhole},
		{"ColumnsAreWatched", columnsWatched},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func section(t *testing.T, s *store.Store, town org.Organ) org.Organ {
	t.Helper()
	return must(s.SaveOrgan(ctx, org.Organ{Code: "S1", Name: "社会事务办公室", Kind: org.Section, Level: org.Township, Parent: town.ID}))(t)
}

func material(t *testing.T, s *store.Store, organ int64) proactive.Submission {
	t.Helper()
	x := proactive.Submission{ID: s.NewID(), Organ: organ, Title: "第三季度低保资金发放情况", Kind: proactive.Funds, Made: thisDay().AddDays(-2), Amounts: []proactive.Amount{{Project: "农村低保", Fund: "困难群众救助补助资金", Fen: 12_345_678}, {Project: "特困供养", Fen: 1}}}
	f := must(s.PutPrivate(ctx, store.SubmissionRef(x.ID), strings.NewReader("发放明细")))(t)
	x.Files = []proactive.File{{ID: f.ID, Name: "明细.txt", Type: f.Type, Size: f.Size, Hash: f.Hash}}
	return x
}

func materialWay(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	sec := section(t, s, d.organ)
	x := material(t, s, sec.ID)
	id := idOf(t, must(s.SendMaterial(ctx, d.clerk, x))(t))
	row := must(s.Submission(ctx, d.clerk.Viewer, id))(t)
	if row.State != proactive.MaterialSent || row.Home != d.organ.ID || row.Number == "" || len(row.Files) != 1 || row.Sent != thisDay() || row.Amounts[0].Fen != 12_345_678 {
		t.Fatalf("sent: %+v", row)
	}
	var no *act.Refusal
	if _, err := s.AcceptMaterial(ctx, d.leader, id, row.Version, store.NewItem{Kind: proactive.Funds, Content: itemText(x.Title)}); !errors.As(err, &no) {
		t.Errorf("who does not publish receives material: %v", err)
	}
	if left := must(s.Submission(ctx, d.clerk.Viewer, id))(t); left.State != proactive.MaterialSent || left.Item != 0 {
		t.Errorf("the refused receipt left %+v", left)
	}
	if _, err := s.AcceptMaterial(ctx, d.clerk, id, row.Version+1, store.NewItem{Kind: proactive.Funds, Content: itemText(x.Title)}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("received in another version: %v", err)
	}
	item := idOf(t, must(s.AcceptMaterial(ctx, d.clerk, id, row.Version, store.NewItem{Kind: proactive.Funds, Content: itemText(x.Title)}))(t))
	got := must(s.Submission(ctx, d.clerk.Viewer, id))(t)
	if got.State != proactive.MaterialAccepted || got.Item != item || got.Settled != thisDay() {
		t.Errorf("received: %+v", got)
	}
	if draft := must(s.Item(ctx, d.clerk.Viewer, item))(t); draft.Organ != sec.ID || draft.Stage != proactive.Drafting || draft.Content.Title != x.Title {
		t.Errorf("draft: %+v", draft)
	}
	if _, err := s.AcceptMaterial(ctx, d.clerk, id, got.Version, store.NewItem{Kind: proactive.Funds, Content: itemText(x.Title)}); !errors.As(err, &no) {
		t.Errorf("received twice: %v", err)
	}
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.SubmissionRef(id)}))(t) {
		for _, c := range e.Details.Changes {
			if strings.Contains(c.New+c.Old, "低保") {
				t.Errorf("the log says what the material is about: %+v", c)
			}
		}
	}
}

func materialBack(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	sec := section(t, s, d.organ)
	var no *act.Refusal
	if _, err := s.AskMaterial(ctx, d.clerk, proactive.Submission{Organ: sec.ID, Title: "惠农补贴发放情况", Due: thisDay().AddDays(-1)}); !errors.As(err, &no) {
		t.Errorf("asked for by yesterday: %v", err)
	}
	id := idOf(t, must(s.AskMaterial(ctx, d.clerk, proactive.Submission{Organ: sec.ID, Title: "惠农补贴发放情况", Due: thisDay().AddDays(3)}))(t))
	if late := must(s.Submissions(ctx, d.clerk.Viewer, store.SubmissionQuery{Late: thisDay().AddDays(4)}))(t); len(late) != 1 || late[0].ID != id {
		t.Errorf("late in four days: %v", late)
	}
	x := must(s.Submission(ctx, d.clerk.Viewer, id))(t).Submission
	if _, err := s.ResendMaterial(ctx, d.clerk, x); !errors.As(err, &no) {
		t.Errorf("an empty slip was sent: %v", err)
	}
	x.Note = "见附件"
	must(s.ResendMaterial(ctx, d.clerk, x))(t)
	if late := must(s.Submissions(ctx, d.clerk.Viewer, store.SubmissionQuery{Late: thisDay().AddDays(4)}))(t); len(late) != 0 {
		t.Errorf("late though it was sent: %v", late)
	}
	if _, err := s.ReturnMaterial(ctx, d.clerk, id, 2, " ", thisDay()); !errors.As(err, &no) {
		t.Errorf("given back without a reason: %v", err)
	}
	must(s.ReturnMaterial(ctx, d.clerk, id, 2, "缺发放名单", thisDay().AddDays(1)))(t)
	got := must(s.Submission(ctx, d.clerk.Viewer, id))(t)
	if got.State != proactive.MaterialReturned || got.Reason != "缺发放名单" || got.Due != thisDay().AddDays(1) {
		t.Errorf("given back: %+v", got)
	}
	must(s.CancelMaterial(ctx, d.clerk, id, got.Version, "重复"))(t)
	if list := must(s.Submissions(ctx, d.clerk.Viewer, store.SubmissionQuery{Open: true}))(t); len(list) != 0 {
		t.Errorf("open after it was cancelled: %v", list)
	}
}

func materialScope(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	sec := section(t, s, d.organ)
	x := material(t, s, sec.ID)
	if _, err := s.SendMaterial(ctx, d.nextTo, x); err == nil {
		t.Error("a neighbour hands in for the section")
	}
	id := idOf(t, must(s.SendMaterial(ctx, d.clerk, x))(t))
	if list := must(s.Submissions(ctx, d.nextTo.Viewer, store.SubmissionQuery{}))(t); len(list) != 0 {
		t.Errorf("a neighbour lists %v", list)
	}
	if _, err := s.Submission(ctx, d.nextTo.Viewer, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads: %v", err)
	}
	if _, _, err := s.OpenMaterial(ctx, d.nextTo.Viewer, id, x.Files[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour opens the file: %v", err)
	}
	if _, err := s.ReturnMaterial(ctx, d.nextTo, id, 1, "不要", thisDay()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour gives back: %v", err)
	}
	line := idOf(t, listOne(t, s, d))
	if _, err := s.Backfill(ctx, d.nextTo.Viewer, line); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads old stock: %v", err)
	}
	if _, err := s.DraftBackfill(ctx, d.nextTo, line, 1, store.NewItem{Kind: proactive.Document, Content: itemText("旧文件")}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour drafts old stock: %v", err)
	}
}

// listOne lists one old document; the answer stands for its id.
func listOne(t *testing.T, s *store.Store, d itemDesk) store.Done {
	t.Helper()
	x := proactive.Backfill{ID: s.NewID(), Title: "绝密旧文件", DocNo: "测政〔2015〕7号", Kind: proactive.Document, Category: "20.1", FileName: "旧.txt"}
	f := must(s.PutPrivate(ctx, store.BackfillRef(x.ID), bytes.NewReader([]byte("绝密"))))(t)
	x.File = f.ID
	must(s.ListBackfill(ctx, d.clerk, d.organ.ID, []proactive.Backfill{x}))(t)
	list := must(s.Backfills(ctx, d.clerk.Viewer, store.BackfillQuery{Search: "绝密旧文件"}))(t)
	if len(list) != 1 || list[0].State != proactive.StockToDo || list[0].File != f.ID {
		t.Fatalf("listed: %+v", list)
	}
	return store.Done{Answer: fmt.Sprint(list[0].ID)}
}

func materialRemoved(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	sec := section(t, s, d.organ)
	x := material(t, s, sec.ID)
	x.Title, x.Note = "某某绝密工程", "绝密"
	id := idOf(t, must(s.SendMaterial(ctx, d.clerk, x))(t))
	item := idOf(t, must(s.AcceptMaterial(ctx, d.clerk, id, 1, store.NewItem{Kind: proactive.Notice, Content: itemText("某某绝密工程")}))(t))
	d.bring(t, s, item)
	must(s.RemoveItem(ctx, d.office, item, must(s.Item(ctx, d.office.Viewer, item))(t).Version, proactive.StateSecret))(t)
	got := must(s.Submission(ctx, d.clerk.Viewer, id))(t)
	if got.Title != "" || got.Note != "" || len(got.Files) != 0 || len(got.Amounts) != 0 {
		t.Errorf("the slip still says %+v", got)
	}
	if _, _, err := s.OpenPrivate(ctx, x.Files[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the file of the slip still opens: %v", err)
	}
	if list := must(s.Submissions(ctx, d.clerk.Viewer, store.SubmissionQuery{Search: "绝密"}))(t); len(list) != 0 {
		t.Errorf("found: %v", list)
	}
}

func oldStock(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	line := idOf(t, listOne(t, s, d))
	text := itemText("旧文件")
	text.Made = thisDay().AddDays(-4000)
	var no *act.Refusal
	if _, err := s.DraftBackfill(ctx, d.clerk, line, 1, store.NewItem{Kind: proactive.Document, Content: text}); !errors.As(err, &no) || !strings.Contains(no.Text, "原发布日期") {
		t.Errorf("drafted without its first publication: %v", err)
	}
	x := must(s.Backfill(ctx, d.clerk.Viewer, line))(t).Backfill
	x.Original, x.URL = thisDay().AddDays(-3990), "http://old.example.org/1.html"
	must(s.ChangeBackfill(ctx, d.clerk, x))(t)
	must(s.DropBackfill(ctx, d.clerk, line, 2, "已经废止"))(t)
	if _, err := s.DraftBackfill(ctx, d.clerk, line, 3, store.NewItem{Kind: proactive.Document, Content: text}); !errors.As(err, &no) {
		t.Errorf("drafted though it is dropped: %v", err)
	}
	must(s.DropBackfill(ctx, d.clerk, line, 3, ""))(t)
	item := idOf(t, must(s.DraftBackfill(ctx, d.clerk, line, 4, store.NewItem{Kind: proactive.Document, Content: text}))(t))
	file := must(s.Item(ctx, d.clerk.Viewer, item))(t)
	if !file.Backfill || file.Content.Original != x.Original || file.Content.OriginURL != x.URL || !file.Due.IsZero() {
		t.Errorf("draft: backfill %v, original %v, due %v", file.Backfill, file.Content.Original, file.Due)
	}
	if row := must(s.Backfill(ctx, d.clerk.Viewer, line))(t); row.State != proactive.StockDrafted || row.Item != item {
		t.Errorf("after the draft: %+v", row)
	}
	must(onItem(t, s, d.clerk, item, hand))(t)
	if n := must(s.BackfillCounts(ctx, d.clerk.Viewer, d.organ.ID))(t); n[proactive.StockInReview] != 1 || n[proactive.StockToDo] != 0 {
		t.Errorf("counts in review: %v", n)
	}
	must(onItem(t, s, d.office, item, pass))(t)
	must(onItem(t, s, d.leader, item, pass))(t)
	must(onItem(t, s, d.clerk, item, out))(t)
	if row := must(s.Backfill(ctx, d.clerk.Viewer, line))(t); row.State != proactive.StockOut || row.Number == "" {
		t.Errorf("after publication: %+v", row)
	}
	if list := must(s.Backfills(ctx, d.clerk.Viewer, store.BackfillQuery{State: proactive.StockOut}))(t); len(list) != 1 {
		t.Errorf("out: %v", list)
	}
}

func oldStockWhole(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	good := proactive.Backfill{Title: "一", DocNo: "测政〔2015〕1号", Kind: proactive.Document, Category: "20.1", Original: thisDay().AddDays(-900)}
	bad := good
	bad.Kind = "nothing"
	var no *act.Refusal
	if _, err := s.ListBackfill(ctx, d.clerk, d.organ.ID, []proactive.Backfill{good, bad}); !errors.As(err, &no) {
		t.Errorf("a wrong line was listed: %v", err)
	}
	if list := must(s.Backfills(ctx, d.clerk.Viewer, store.BackfillQuery{}))(t); len(list) != 0 {
		t.Errorf("half a list: %v", list)
	}
	must(s.ListBackfill(ctx, d.clerk, d.organ.ID, []proactive.Backfill{good}))(t)
	other := good
	other.Title = "二"
	if known := must(s.Known(ctx, d.organ.ID, []proactive.Backfill{good, other, other}))(t); !known[0] || known[1] || !known[2] {
		t.Errorf("known: %v", known)
	}
}

func columnsWatched(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	codes := func(day int) map[proactive.WatchCode][]string {
		out := map[proactive.WatchCode][]string{}
		for _, f := range must(s.Monitor(ctx, d.clerk.Viewer, d.organ.ID, thisDay().AddDays(day)))(t) {
			out[f.Code] = append(out[f.Code], f.Name)
		}
		return out
	}
	if got := codes(0); len(got[proactive.WatchNothing]) != 1 || len(got[proactive.WatchEmpty]) != 0 {
		t.Errorf("before anything: %v", got)
	}
	d.published(t, s, store.NewItem{Kind: proactive.News, Content: itemText("工作动态一则")})
	if got := codes(14); len(got[proactive.WatchStale]) != 0 || len(got[proactive.WatchEmpty]) != 6 || len(got[proactive.WatchGuide]) != 1 {
		t.Errorf("after two weeks: %v", got)
	}
	if got := codes(15); len(got[proactive.WatchStale]) != 1 || got[proactive.WatchStale][0] != "工作动态" {
		t.Errorf("a day later: %v", got)
	}
	county := must(s.Organ(ctx, d.organ.Parent))(t)
	must(s.SaveSetting(ctx, program("w"), store.Setting{Organ: county.ID, Name: org.ItemWatched, Value: "动态=工作动态=1月"}))(t)
	if got := codes(15); len(got[proactive.WatchStale]) != 0 || len(got[proactive.WatchEmpty]) != 0 {
		t.Errorf("with the county's own limit: %v", got)
	}
	must(s.AskMaterial(ctx, d.clerk, proactive.Submission{Organ: d.organ.ID, Title: "补贴", Due: thisDay()}))(t)
	if got := codes(1); len(got[proactive.WatchMaterials]) != 1 {
		t.Errorf("material that is late: %v", got)
	}
	if _, err := s.Monitor(ctx, d.nextTo.Viewer, d.organ.ID, thisDay()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour monitors: %v", err)
	}
}
