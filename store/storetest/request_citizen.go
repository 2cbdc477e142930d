package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

// CitizenBed is an empty store that signs, has a key and a place for files, and
// a clock that the test moves.
type CitizenBed struct {
	Store *store.Store
	Pass  func(time.Duration)
	Keys  translog.Keys
}

// RunCitizen checks what people keep on the web before and after they apply.
func RunCitizen(t *testing.T, open func(testing.TB) CitizenBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, CitizenBed)
	}{
		{"DraftIsFoundByItsCode", draftLife},
		{"DraftEndsOnItsDay", draftEnds},
		{"DraftBecomesTheRequest", draftSent},
		{"HintsAreCounted", hintCounts},
		{"ChannelsThatMayBeClosed", requestChannels},
		{"ActsAreProved", requestProof},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func aDraft(o org.Organ, s *store.Store) store.RequestDraft {
	return store.RequestDraft{Organ: o.ID, Request: s.NewID(), Applicant: casework.Natural, Content: casework.Content{Wanted: "本镇今年农田水利工程的资金使用情况", Person: casework.Person{Name: "甲某某"}}}
}

// papers puts a file that belongs to the request a draft will become.
func papers(t *testing.T, s *store.Store, d *store.RequestDraft) casework.File {
	t.Helper()
	p, err := s.PutPrivate(ctx, store.RequestRef(d.Request), strings.NewReader("%PDF-1.4\n%%EOF\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := casework.File{ID: p.ID, Name: "身份证明1.pdf", Kind: "identity", On: thisDay()}
	d.Content.Files = append(d.Content.Files, f)
	return f
}

func draftLife(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 1)
	d := aDraft(o[1], s)
	file := papers(t, s, &d)
	code, ends, err := s.SaveDraft(ctx, "form-1", "", d)
	if err != nil || len(code) != 10 || ends != thisDay().AddDays(30) {
		t.Fatalf("%q %v %v", code, ends, err)
	}
	found, err := s.Draft(ctx, strings.ToLower(code[:5]+"-"+code[5:]))
	if err != nil || found.Content.Wanted != d.Content.Wanted || found.Organ != o[1].ID || found.Applicant != casework.Natural || found.Request != d.Request || len(found.Content.Files) != 1 {
		t.Fatalf("%+v %v", found, err)
	}
	for _, wrong := range []string{"", "AAAAAAAAAA", code[:9], code + "A", strings.Repeat("A", 100)} {
		if _, err := s.Draft(ctx, wrong); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	// The page with the old words is sent again: the words of now are kept.
	d.Content.Wanted, d.Content.Files = "改过的内容", nil
	if again, _, err := s.SaveDraft(ctx, "form-1", "", d); err != nil || again != code {
		t.Fatalf("%q %v", again, err)
	}
	if found, err = s.Draft(ctx, code); err != nil || found.Content.Wanted != "改过的内容" || len(found.Content.Files) != 0 {
		t.Fatalf("%+v %v", found, err)
	}
	if _, _, err := s.OpenPrivate(ctx, file.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a file that was taken out of the draft is there: %v", err)
	}
	if _, _, err := s.SaveDraft(ctx, "", "AAAAAAAAAA", d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("saved under a code that names nothing: %v", err)
	}
	if err := s.DropDraft(ctx, code); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Draft(ctx, code); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dropped, and found: %v", err)
	}
}

func draftEnds(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 1)
	must(s.SaveSetting(ctx, store.By{Viewer: org.Program("测试")}, store.Setting{Organ: o[1].ID, Name: org.RequestDraft, Value: "7"}))(t)
	d := aDraft(o[1], s)
	file := papers(t, s, &d)
	code, ends, err := s.SaveDraft(ctx, "", "", d)
	if err != nil || ends != thisDay().AddDays(7) {
		t.Fatal(ends, err)
	}
	b.Pass(6 * 24 * time.Hour)
	if n, err := s.ExpireDrafts(ctx); n != 0 || err != nil {
		t.Errorf("%d erased too early, %v", n, err)
	}
	if _, err := s.SweepBlobs(ctx); err != nil {
		t.Fatal(err)
	}
	if _, f, err := s.OpenPrivate(ctx, file.ID); err != nil {
		t.Errorf("the file of a draft went before it: %v", err)
	} else {
		f.Close()
	}
	b.Pass(2 * 24 * time.Hour)
	if _, err := s.Draft(ctx, code); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("found after its day: %v", err)
	}
	if n, err := s.ExpireDrafts(ctx); n != 1 || err != nil {
		t.Errorf("%d erased, %v", n, err)
	}
	if _, _, err := s.OpenPrivate(ctx, file.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its file is there: %v", err)
	}
}

func draftSent(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 1)
	d := aDraft(o[1], s)
	file := papers(t, s, &d)
	code, _, err := s.SaveDraft(ctx, "", "", d)
	if err != nil {
		t.Fatal(err)
	}
	n := asks(o[1], 0)
	n.ID, n.Channel, n.Draft, n.Content.Files = d.Request, deadline.Internet, code, []casework.File{file}
	id := idOf(t, must(s.SubmitRequest(ctx, "web-7", n))(t))
	x := must(s.Request(ctx, org.Program("测试"), id))(t)
	if id != d.Request || len(x.Content.Files) != 1 {
		t.Errorf("%d %+v", id, x.Content.Files)
	}
	if _, err := s.Draft(ctx, code); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the draft is still there: %v", err)
	}
	if _, f, err := s.OpenPrivate(ctx, file.ID); err != nil {
		t.Errorf("the file went with the draft: %v", err)
	} else {
		f.Close()
	}
	if answer, err := s.SubmittedRequest(ctx, "web-7"); err != nil || answer == "" {
		t.Errorf("%q %v", answer, err)
	}
	if _, err := s.SubmittedRequest(ctx, "web-8"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a form never sent: %v", err)
	}
}

func hintCounts(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 2)
	for _, c := range []struct {
		organ int64
		n     store.HintCount
	}{{o[1].ID, store.HintCount{Shown: 1}}, {o[1].ID, store.HintCount{Shown: 1, Opened: 1}}, {o[2].ID, store.HintCount{Shown: 5, Avoided: 2}}} {
		if err := s.CountHint(ctx, c.organ, c.n); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		v    org.Viewer
		want store.HintCount
	}{{officer(3, o[1], org.Handler), store.HintCount{Shown: 2, Opened: 1}}, {officer(4, o[0], org.Office), store.HintCount{Shown: 7, Opened: 1, Avoided: 2}}, {officer(5, o[1], org.Drafter), store.HintCount{}}} {
		if got, err := s.HintCounts(ctx, c.v, thisDay().AddDays(-30), thisDay()); err != nil || got != c.want {
			t.Errorf("%v: %+v, %v", c.v.Posts, got, err)
		}
	}
	if got, err := s.HintCounts(ctx, officer(4, o[0], org.Office), thisDay().AddDays(-30), thisDay().AddDays(-1)); err != nil || got != (store.HintCount{}) {
		t.Errorf("of earlier days: %+v, %v", got, err)
	}
}

func requestChannels(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 1)
	kinds := func() (out []org.ChannelKind) {
		_, list, err := s.RequestChannels(ctx, o[1].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			out = append(out, c.Kind)
		}
		return out
	}
	same := func(want ...org.ChannelKind) {
		t.Helper()
		got := kinds()
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	}
	by := store.By{Viewer: org.Program("测试")}
	same(org.Counter, org.ByPost, org.Online)
	must(s.SaveOffice(ctx, by, org.OfficeRecord{Organ: o[1].ID, Address: "中街1号", Email: "gk@example.gov.cn", Fax: "0571-12345678", Channels: []org.Channel{{Kind: org.ByFax}, {Kind: org.ByMail}}}, 0))(t)
	same(org.Counter, org.ByPost, org.ByFax, org.ByMail) // the guide names no way on the web, and forgot two that are always open
	must(s.SaveSetting(ctx, by, store.Setting{Organ: o[0].ID, Name: org.RequestByFax, Value: "关"}))(t)
	same(org.Counter, org.ByPost, org.ByMail)
	n := asks(o[1], 0)
	n.Channel = deadline.Internet
	var no *act.Refusal
	if _, err := s.SubmitRequest(ctx, "web-1", n); !errors.As(err, &no) || !strings.Contains(no.Text, "当面") {
		t.Errorf("taken on the web all the same: %v", err)
	}
	must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 0)))(t)
}

func requestProof(t *testing.T, b CitizenBed) {
	s, o := b.Store, county(t, b.Store, 1)
	n := asks(o[1], 0)
	n.Channel = deadline.Internet
	id := idOf(t, must(s.SubmitRequest(ctx, "web-1", n))(t))
	must(with(t, s, store.By{Viewer: officer(3, o[1], org.Handler)}, id, 0, confirm))(t)
	list := must(s.RequestActs(ctx, id))(t)
	x := must(s.Request(ctx, org.Program("测试"), id))(t)
	if len(list) != 2 || list[0].Kind != act.RequestRegistered || list[1].Kind != act.RequestConfirmed || len(x.Events()) != 2 {
		t.Fatalf("%+v", list)
	}
	for i := range list {
		r := must(s.RequestReceipt(ctx, id, i))(t)
		if err := translog.VerifyReceipt(r, b.Keys.Public, b.Keys.Vouches...); err != nil {
			t.Errorf("%d: %v", i, err)
		}
		if strings.Contains(r.Leaf, "甲某某") || strings.Contains(r.Leaf, "水利") {
			t.Errorf("personal data on a receipt: %s", r.Leaf)
		}
	}
	for _, i := range []int{-1, 2} {
		if _, err := s.RequestReceipt(ctx, id, i); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("act %d: %v", i, err)
		}
	}
}

func confirm(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Confirm(d) }
