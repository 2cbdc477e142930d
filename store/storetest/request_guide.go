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
	"gongkai/org"
	"gongkai/store"
)

// RunRequestGuide checks the guided path of the seven questions. Every call of
// open gives an empty store that signs and has a key for private content.
func RunRequestGuide(t *testing.T, open func(testing.TB) *store.Store) {
	t.Run("AnswersAndEvidence", func(t *testing.T) { guideAnswers(t, open(t)) })
	t.Run("FormerAnswers", func(t *testing.T) { guideFormer(t, open(t)) })
}

// Answers are acts without a word of what was found; the evidence is read back
// with the file and is gone for who may not handle it.
func guideAnswers(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 9)))(t))
	none := casework.Answered{Answer: "none", Salt: "x", Searches: []casework.Search{{Who: "乙某", Where: "镇综合档案室", Words: "农田水利", On: thisDay().AddDays(-2)}}}
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.Resolve(d, &x.Content, casework.Holding, none)
	}))(t)
	x, err := s.Request(ctx, handler.Viewer, id)
	if err != nil || x.Guide[casework.Holding].Answer != "none" || !x.Findings[casework.FoundSearch] || len(x.Content.Guide[casework.Holding].Searches) != 1 {
		t.Fatalf("%v %+v", err, x)
	}
	if x.Guide[casework.Holding].Evidence != x.Content.Guide[casework.Holding].Hash() {
		t.Error("what was sealed is not what the act says")
	}
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t) {
		if text := fmt.Sprint(e.Act.Body) + strings.Join(changesOf(e), " "); strings.Contains(text, "档案室") || strings.Contains(text, "农田") {
			t.Errorf("the act says what was searched: %s", text)
		}
	}
	// Without the record the same answer is kept, and is no reason to decide on.
	none.Searches = nil
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.Resolve(d, &x.Content, casework.Holding, none)
	}))(t)
	paper := handler
	paper.Paper, paper.Signer = &act.Paper{On: thisDay()}, "乙某"
	var no *act.Refusal
	_, err = with(t, s, paper, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.NotHeld, "测公开告〔2026〕1号")
	})
	if !errors.As(err, &no) || !strings.Contains(no.Text, "检索记录") {
		t.Errorf("不存在 without a search: %v", err)
	}
	if y, err := s.Request(ctx, officer(7, o[1], org.Reviewer), id); err != nil || y.Content.Guide != nil {
		t.Errorf("who does not handle it reads the evidence: %v", err)
	}
	stranger := store.By{Viewer: officer(4, o[2], org.Handler)}
	if _, err := s.WithRequest(ctx, stranger, id, 3, func(*store.RequestFile, *calendar.Calendar, law.Date) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour answers: %v", err)
	}
}

// Former answers are those to the same applicant at the same organ, for who
// handles requests there.
func guideFormer(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler, next := store.By{Viewer: officer(3, o[1], org.Handler)}, store.By{Viewer: officer(4, o[2], org.Handler)}
	answer := func(id int64, by store.By, ago int, no string) {
		by.Paper, by.Signer = &act.Paper{On: thisDay()}, "乙某"
		must(with(t, s, by, id, ago, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.Decide(cal, d, casework.Granted, no)
		}))(t)
	}
	first := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 30)))(t))
	answer(first, handler, 20, "测公开告〔2026〕1号")
	second := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 25)))(t))
	answer(second, handler, 10, "测公开告〔2026〕2号")
	open := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	other := asks(o[1], 20)
	other.Content.Person = casework.Person{Name: "丙某某", Phone: "13955550002"}
	answer(idOf(t, must(s.RegisterRequest(ctx, handler, other))(t)), handler, 5, "测公开告〔2026〕3号")
	answer(idOf(t, must(s.RegisterRequest(ctx, next, asks(o[2], 20)))(t)), next, 5, "邻公开告〔2026〕1号")
	got, err := s.FormerAnswers(ctx, handler.Viewer, open)
	if err != nil || len(got) != 2 || got[0].ID != second || got[1].LetterNo != "测公开告〔2026〕1号" {
		t.Errorf("%v %+v", err, got)
	}
	for name, v := range map[string]org.Viewer{"a neighbour": next.Viewer, "who only reads": officer(7, o[1], org.Reviewer)} {
		if got, err := s.FormerAnswers(ctx, v, open); err != nil || len(got) != 0 {
			t.Errorf("%s sees %v, %v", name, got, err)
		}
	}
}
