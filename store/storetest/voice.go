package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// A LedgerBed is an empty store that signs and has a secret and a folder for
// files, and a way to see everything that lies in its database.
type LedgerBed struct {
	Store *store.Store
	Dump  func(t testing.TB) string
}

// LedgerNow is the instant by the clock of stores of a LedgerBed.
var LedgerNow = time.Date(2026, 3, 2, 9, 0, 0, 0, law.Beijing)

var ledgerDay = law.Day(2026, 3, 2)

// RunVoices checks complaints, suggestions and questions. Every call of open
// gives an empty bed.
func RunVoices(t *testing.T, open func(testing.TB) LedgerBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, LedgerBed)
	}{
		{"FromReceivedToRated", voiceLife},
		{"ComplaintGoesToTheOfficeAbove", voiceUpward},
		{"SeenByThoseWhoWorkOnIt", voiceScope},
		{"NothingPersonalInTheDatabase", voiceSecret},
		{"ErasedForGood", voiceErased},
		{"FollowedByNumberAndCode", voiceTracked},
		{"ListsByDayAndPage", voiceLists},
		{"PeriodIsInherited", voicePeriod},
		{"PublishedAnswers", voiceShown},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// The person of the voices below: none of it may lie open anywhere.
var voicePerson = oversight.VoiceContent{Name: "某甲乙丙", Phone: "13955550001", Email: "jiayi@person.example", Address: "石坊街一千零一号",
	Title: "名单未更新之问", Text: "我家的情况是子丑寅卯，公示栏的名单还是去年的。", Matter: "申请编号辰巳午未"}

func personalWords() []string {
	return []string{"某甲乙丙", "13955550001", "jiayi@person", "一千零一号", "名单未更新之问", "子丑寅卯", "辰巳午未", "申酉戌亥"}
}

func question(o org.Organ) oversight.Voice {
	return oversight.Voice{Kind: oversight.Question, Channel: oversight.ByPhone, Topic: "主动公开", Entry: o.ID, Organ: o.ID, Received: law.Day(2026, 2, 27), Consent: true, Content: voicePerson}
}

func voiceLife(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	clerk := officer(2, o[1], org.Handler)
	by := store.By{Viewer: clerk, Key: "k1"}
	id := idOf(t, must(s.EnterVoice(ctx, by, question(o[1])))(t))
	if again := must(s.EnterVoice(ctx, by, question(o[1])))(t); !again.Repeated || idOf(t, again) != id {
		t.Error("a double click entered two")
	}
	x := must(s.Voice(ctx, clerk, id))(t)
	// Five working days from Friday, 27 February 2026, with work on Saturday the 28th.
	if x.Number != "2026-0001" || x.Due != law.Day(2026, 3, 5) || x.State != oversight.VoiceOpen || !x.Handles || x.Content.Name != voicePerson.Name || x.OrganName != o[1].Name {
		t.Fatalf("entered as %+v", x)
	}
	if y := must(s.Voice(ctx, clerk, idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: clerk}, question(o[1])))(t))))(t); y.Number != "2026-0002" {
		t.Errorf("the second has the number %s", y.Number)
	}
	verb := func(kind string, version int64, do func(v *oversight.Voice, d store.VoiceDays) error) store.Done {
		t.Helper()
		return must(s.WithVoice(ctx, store.By{Viewer: clerk}, id, version, kind, do))(t)
	}
	if _, err := s.WithVoice(ctx, store.By{Viewer: clerk}, id, 7, act.VoiceExtended, func(*oversight.Voice, store.VoiceDays) error { return nil }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("another version: %v", err)
	}
	verb(act.VoiceExtended, 1, func(v *oversight.Voice, d store.VoiceDays) error {
		if d.Latest != law.Day(2026, 3, 12) || d.Again != law.Day(2026, 3, 9) {
			t.Errorf("days %+v", d)
		}
		return v.Extend(d.Latest, d.Latest, "申酉戌亥要到现场核实", d.Today)
	})
	verb(act.VoiceAnswered, 2, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.AnswerWith("已更新，申酉戌亥。", "电话答复", d.Today, d.Today)
	})
	x = must(s.Voice(ctx, clerk, id))(t)
	if x.State != oversight.VoiceAnswered || x.Ended != ledgerDay || x.Content.Answer != "已更新，申酉戌亥。" || len(x.Content.Events) != 3 || x.Version != 3 {
		t.Errorf("answered as %+v", x)
	}
	var kinds []string
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.VoiceRef(id)}))(t) {
		kinds = append(kinds, e.Act.Kind)
	}
	if got := strings.Join(kinds, " "); got != "voice.answered voice.extended voice.received" {
		t.Errorf("history %s", got)
	}
}

func voiceUpward(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	clerk, office := officer(2, o[1], org.Handler, org.Head), officer(3, o[0], org.Office)
	v := question(o[1])
	v.Kind, v.About = oversight.Complaint, o[1].ID
	id := idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: clerk}, v))(t))
	// The town took the call and complains of itself: from here on it is the county's.
	if _, err := s.Voice(ctx, clerk, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the organ complained of reads the complaint: %v", err)
	}
	if list, _, _ := s.Voices(ctx, clerk, store.VoiceQuery{}); len(list) != 0 {
		t.Error("the organ complained of has it in its list")
	}
	x := must(s.Voice(ctx, office, id))(t)
	if x.Organ != o[0].ID || x.Entry != o[1].ID || x.AboutName != o[1].Name || x.Due != law.Day(2026, 3, 26) {
		t.Errorf("the office has %+v", x)
	}
	var refusal *act.Refusal
	_, err := s.WithVoice(ctx, store.By{Viewer: office}, id, 1, act.VoiceTransferred, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Transfer(o[1].ID, "请你镇处理", d.Today)
	})
	if !errors.As(err, &refusal) {
		t.Errorf("given to the organ complained of: %v", err)
	}
	// An organ with nobody above it: it stays with it.
	v.About, v.Entry = o[0].ID, 0
	if x := must(s.Voice(ctx, office, idOf(t, must(s.SubmitVoice(ctx, "w", v))(t))))(t); x.Organ != o[0].ID || x.Channel != oversight.ByWeb || x.Received != ledgerDay {
		t.Errorf("of the county itself: %+v", x)
	}
}

func voiceScope(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	office := officer(1, o[0], org.Office)
	id := idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: office}, question(o[1])))(t))
	for name, c := range map[string]struct {
		v             org.Viewer
		sees, handles bool
	}{
		"nobody": {org.Viewer{}, false, false}, "its handler": {officer(2, o[1], org.Handler), true, true}, "its drafter": {officer(2, o[1], org.Drafter), true, false},
		"the neighbour": {officer(3, o[2], org.Handler, org.Head), false, false}, "supervisor": {officer(4, o[0], org.Supervisor), true, false},
		"the system's administrator": {officer(5, o[0], org.SystemAdmin), false, false}, "the office": {office, true, true},
	} {
		list, _, err := s.Voices(ctx, c.v, store.VoiceQuery{})
		x, one := s.Voice(ctx, c.v, id)
		if err != nil || (len(list) == 1) != c.sees || (one == nil) != c.sees || one != nil && !errors.Is(one, store.ErrNotFound) {
			t.Errorf("%s: list of %d (%v), one %v", name, len(list), err, one)
			continue
		}
		if c.sees && (x.Handles != c.handles || (x.Content.Phone == voicePerson.Phone) != c.handles || (list[0].Content.Name == voicePerson.Name) != c.handles) {
			t.Errorf("%s: handles %v, reads %+v", name, x.Handles, x.Content)
		}
		_, err = s.WithVoice(ctx, store.By{Viewer: c.v}, id, 1, act.VoiceAssigned, func(v *oversight.Voice, _ store.VoiceDays) error { return errors.New("allowed") })
		var refusal *act.Refusal
		switch {
		case c.handles && (err == nil || !strings.Contains(err.Error(), "allowed")),
			!c.handles && c.sees && !errors.As(err, &refusal),
			!c.sees && !errors.Is(err, store.ErrNotFound):
			t.Errorf("%s works on it: %v", name, err)
		}
	}
	// Given to the neighbour, it is the neighbour's; the town still sees what came to it.
	must(s.WithVoice(ctx, store.By{Viewer: office}, id, 1, act.VoiceTransferred, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Transfer(o[2].ID, "属于邻镇", d.Today)
	}))(t)
	if x := must(s.Voice(ctx, officer(3, o[2], org.Handler), id))(t); !x.Handles {
		t.Error("the neighbour cannot work on what it was given")
	}
	_ = x2(t, s, office, id)
	other := must(s.SaveOrgan(ctx, org.Organ{Code: "Z0", Name: "外县人民政府", Kind: org.Government, Level: org.County}))(t)
	var refusal *act.Refusal
	_, err := s.WithVoice(ctx, store.By{Viewer: office}, id, 2, act.VoiceTransferred, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Transfer(other.ID, "属于外县", d.Today)
	})
	if !errors.As(err, &refusal) {
		t.Errorf("given to another county: %v", err)
	}
}

func x2(t *testing.T, s *store.Store, v org.Viewer, id int64) store.VoiceRow {
	t.Helper()
	return must(s.Voice(ctx, v, id))(t)
}

// whole is a voice that has been through everything that keeps words.
func whole(t *testing.T, s *store.Store, o org.Organ) (id int64, clerk org.Viewer) {
	t.Helper()
	clerk = officer(2, o, org.Handler, org.Head)
	v := question(o)
	v.ID = s.NewID()
	f := must(s.PutPrivate(ctx, store.VoiceRef(v.ID), strings.NewReader("附件里写着申酉戌亥")))(t)
	v.Content.Files = []oversight.VoiceFile{{ID: f.ID, Name: "申酉戌亥.txt", Size: f.Size}}
	id = idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: clerk, Reason: "申酉戌亥", Key: "w1"}, v))(t))
	for i, step := range []struct {
		kind string
		do   store.VoiceVerb
	}{
		{act.VoiceExtended, func(v *oversight.Voice, d store.VoiceDays) error {
			return v.Extend(d.Latest, d.Latest, "申酉戌亥", d.Today)
		}},
		{act.VoiceAnswered, func(v *oversight.Voice, d store.VoiceDays) error {
			return v.AnswerWith("答复某甲乙丙", "", d.Today, d.Today)
		}},
		{act.VoiceReopened, func(v *oversight.Voice, d store.VoiceDays) error { return v.Reopen("申酉戌亥", d.Again, d.Today) }},
		{act.VoiceAnswered, func(v *oversight.Voice, d store.VoiceDays) error {
			return v.AnswerWith("再答复某甲乙丙", "", d.Today, d.Today)
		}},
		{act.VoiceRated, func(v *oversight.Voice, d store.VoiceDays) error { return v.Rate(4, "申酉戌亥", d.Today) }},
	} {
		must(s.WithVoice(ctx, store.By{Viewer: clerk, Reason: "申酉戌亥"}, id, int64(i+1), step.kind, step.do))(t)
	}
	return id, clerk
}

// What people wrote, who they are and why something was done to it lies
// encrypted, also in acts, answers to forms and notices.
func voiceSecret(t *testing.T, b LedgerBed) {
	o := county(t, b.Store, 1)
	id, clerk := whole(t, b.Store, o[1])
	x := must(b.Store.Voice(ctx, clerk, id))(t)
	if !strings.Contains(fmt.Sprint(x.Content), "申酉戌亥") {
		t.Fatal("the content does not come back: the test below would see nothing either")
	}
	must(b.Store.Integrate(ctx))(t)
	dump := b.Dump(t)
	if !strings.Contains(dump, x.Number) {
		t.Fatal("the dump does not even hold the number")
	}
	code := must(b.Store.VoiceCode(id))(t)
	for _, w := range append(personalWords(), code) {
		if strings.Contains(dump, w) {
			t.Errorf("%s lies open in the database", w)
		}
	}
	for _, e := range must(b.Store.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t) {
		for _, w := range personalWords() {
			if strings.Contains(fmt.Sprintf("%+v %+v", e.Act, e.Details), w) {
				t.Errorf("act %s says %s", e.Act.Kind, w)
			}
		}
	}
}

func voiceErased(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 1)
	open := idOf(t, must(s.SubmitVoice(ctx, "x", question(o[1])))(t))
	id, head := whole(t, s, o[1])
	var refusal *act.Refusal
	if _, err := s.EraseVoice(ctx, store.By{Viewer: head}, open, 1); !errors.As(err, &refusal) {
		t.Errorf("one that is being worked on was erased: %v", err)
	}
	x := must(s.Voice(ctx, head, id))(t)
	if _, err := s.EraseVoice(ctx, store.By{Viewer: officer(8, o[1], org.Handler)}, id, x.Version); !errors.As(err, &refusal) {
		t.Errorf("a handler erased: %v", err)
	}
	must(s.EraseVoice(ctx, store.By{Viewer: head}, id, x.Version))(t)
	y := must(s.Voice(ctx, head, id))(t)
	if !y.Erased || y.Content.Name != "" || y.Number != x.Number || y.Ended != x.Ended || y.Rating != 4 {
		t.Errorf("after erasing: %+v", y)
	}
	if _, _, err := s.OpenPrivate(ctx, x.Content.Files[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its file is still there: %v", err)
	}
	if _, err := s.WithVoice(ctx, store.By{Viewer: head}, id, y.Version, act.VoiceReopened, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Reopen("x", d.Again, d.Today)
	}); !errors.As(err, &refusal) {
		t.Errorf("an erased one was reopened: %v", err)
	}
}

func voiceTracked(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 1)
	clerk := officer(2, o[1], org.Handler)
	v := question(o[1])
	v.Channel, v.Received = oversight.ByMail, law.Day(2020, 1, 1) // what the web says of this counts for nothing
	id := idOf(t, must(s.SubmitVoice(ctx, "w1", v))(t))
	code := must(s.VoiceCode(id))(t)
	number := must(s.Voice(ctx, clerk, id))(t).Number
	if len(code) != 10 || code != must(s.VoiceCode(id))(t) {
		t.Fatalf("code %q", code)
	}
	if x := must(s.TrackedVoice(ctx, " "+number+" ", strings.ToLower(code[:5])+"-"+code[5:]))(t); x.ID != id || x.Content.Text != voicePerson.Text || x.Received != ledgerDay {
		t.Errorf("tracked %+v", x)
	}
	for _, c := range [][2]string{{number, ""}, {number, "AAAAAAAAAA"}, {"2026-0002", code}, {"", code}, {number, strings.Repeat("A", 5000)}, {"\x00", code}, {"%", "%"}, {number, code + "A"}} {
		if _, err := s.TrackedVoice(ctx, c[0], c[1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q %.20q: %v", c[0], c[1], err)
		}
	}
	rate := func(n int) store.VoiceVerb {
		return func(v *oversight.Voice, d store.VoiceDays) error { return v.Rate(n, "谢谢", d.Today) }
	}
	var refusal *act.Refusal
	if _, err := s.WithTrackedVoice(ctx, "r0", number, code, act.VoiceRated, rate(5)); !errors.As(err, &refusal) {
		t.Errorf("rated before the answer: %v", err)
	}
	must(s.WithVoice(ctx, store.By{Viewer: clerk}, id, 1, act.VoiceAnswered, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.AnswerWith("已更新", "", d.Today, d.Today)
	}))(t)
	must(s.WithTrackedVoice(ctx, "r1", number, code, act.VoiceRated, rate(5)))(t)
	if _, err := s.WithTrackedVoice(ctx, "r2", number, code, act.VoiceRated, rate(1)); !errors.As(err, &refusal) {
		t.Errorf("rated twice: %v", err)
	}
	if _, err := s.WithTrackedVoice(ctx, "r3", number, code, act.VoiceAnswered, rate(1)); err == nil {
		t.Error("the public answers itself")
	}
	must(s.WithTrackedVoice(ctx, "r4", number, code, act.VoiceReopened, func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Reopen("没有说明日期", d.Again, d.Today)
	}))(t)
	if x := must(s.Voice(ctx, clerk, id))(t); x.State != oversight.VoiceOpen || x.Due != law.Day(2026, 3, 9) {
		t.Errorf("reopened as %+v", x)
	}
}

func voiceLists(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	clerk := officer(2, o[1], org.Handler)
	for i := range 7 {
		v := question(o[1])
		v.Received = law.Day(2026, 2, 10+3*i)
		must(s.EnterVoice(ctx, store.By{Viewer: clerk}, v))(t)
	}
	must(s.EnterVoice(ctx, store.By{Viewer: officer(9, o[2], org.Handler)}, question(o[2])))(t)
	seen, pages := map[int64]bool{}, 0
	var last law.Date
	for after := ""; pages < 9; pages++ {
		list, next, err := s.Voices(ctx, clerk, store.VoiceQuery{State: "open", Limit: 3, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			if seen[x.ID] || x.Due.Before(last) || x.Organ != o[1].ID {
				t.Errorf("%s due %s after %s", x.Number, x.Due, last)
			}
			seen[x.ID], last = true, x.Due
		}
		if after = next; after == "" {
			break
		}
	}
	if len(seen) != 7 || pages != 2 {
		t.Errorf("%d rows on %d pages", len(seen), pages+1)
	}
	late, _, _ := s.Voices(ctx, clerk, store.VoiceQuery{State: "late", Today: ledgerDay})
	n, overdue, err := s.VoiceCounts(ctx, clerk, ledgerDay)
	if err != nil || n != 7 || overdue != len(late) || overdue == 0 || overdue == 7 {
		t.Errorf("%d open, %d late, %d in the list of late ones (%v)", n, overdue, len(late), err)
	}
	if list, _, _ := s.Voices(ctx, clerk, store.VoiceQuery{Number: "2026-0003"}); len(list) != 1 || list[0].Number != "2026-0003" {
		t.Errorf("by number: %d", len(list))
	}
	if _, _, err := s.Voices(ctx, clerk, store.VoiceQuery{After: "nonsense"}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a damaged mark: %v", err)
	}
	twins := must(s.VoiceTwins(ctx, clerk, x2(t, s, clerk, anyOf(seen))))(t)
	if len(twins) != 5 || twins[0].Percent != 100 || !twins[0].Same {
		t.Errorf("repetitions %+v", twins)
	}
}

func anyOf(m map[int64]bool) int64 {
	for id := range m {
		return id
	}
	return 0
}

func voicePeriod(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: "voice.days.question", Value: "10"}))(t)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[2].ID, Name: "voice.days.question", Value: "2"}))(t)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[2].ID, Name: org.VoiceOpen, Value: "关"}))(t)
	for i, want := range []int{10, 10, 2} {
		if n := must(s.VoicePeriod(ctx, o[i].ID, oversight.Question))(t); int(n) != want {
			t.Errorf("%s: %d days", o[i].Name, n)
		}
	}
	if list := must(s.TakingVoices(ctx, o, ledgerDay))(t); len(list) != 2 || list[1].ID != o[1].ID {
		t.Errorf("voices are taken by %v", list)
	}
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: org.VoiceOpen, Value: "关"}))(t)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[1].ID, Name: org.VoiceOpen, Value: "开"}))(t)
	if list := must(s.TakingVoices(ctx, o, ledgerDay))(t); len(list) != 1 || list[0].ID != o[1].ID {
		t.Errorf("the nearer decision does not hold: %v", list)
	}
	id := idOf(t, must(s.SubmitVoice(ctx, "p", question(o[2])))(t))
	if x := must(s.Voice(ctx, officer(1, o[0], org.Office), id))(t); x.Due != law.Day(2026, 3, 4) {
		t.Errorf("due %s", x.Due)
	}
}

func voiceShown(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 1)
	id, clerk := whole(t, s, o[1])
	if list := must(s.ShownVoices(ctx, store.ShownQuery{}))(t); len(list) != 0 {
		t.Fatalf("published by itself: %+v", list)
	}
	x := must(s.Voice(ctx, clerk, id))(t)
	var refusal *act.Refusal
	show := func(q string) store.VoiceVerb {
		return func(v *oversight.Voice, d store.VoiceDays) error {
			return v.Publish(oversight.Shown{Title: "低保名单何时更新", Question: q, Answer: "每季度第一个月更新。"}, d.Today)
		}
	}
	if _, err := s.WithVoice(ctx, store.By{Viewer: clerk}, id, x.Version, act.VoicePublished, show("某甲乙丙问什么时候更新")); !errors.As(err, &refusal) {
		t.Errorf("published with the name: %v", err)
	}
	must(s.WithVoice(ctx, store.By{Viewer: clerk}, id, x.Version, act.VoicePublished, show("公示栏的名单什么时候更新？")))(t)
	list := must(s.ShownVoices(ctx, store.ShownQuery{Search: "公示栏"}))(t)
	if len(list) != 1 || list[0].Title != "低保名单何时更新" || list[0].OrganName != o[1].Name {
		t.Errorf("published %+v", list)
	}
	if got := must(s.ShownVoices(ctx, store.ShownQuery{Search: "子丑寅卯"}))(t); len(got) != 0 {
		t.Error("the search finds words of the original")
	}
	shown := must(s.ShownVoice(ctx, id))(t)
	shown.ID, shown.Organ = 0, 0 // numbers that may hold any digits
	if got := fmt.Sprint(shown); strings.Contains(got, "某甲") || strings.Contains(got, "139") {
		t.Errorf("the public reads %s", got)
	}
	must(s.WithVoice(ctx, store.By{Viewer: clerk}, id, x.Version+1, act.VoiceWithdrawn, func(v *oversight.Voice, d store.VoiceDays) error { return v.Withdraw(d.Today) }))(t)
	if _, err := s.ShownVoice(ctx, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("withdrawn: %v", err)
	}
}
