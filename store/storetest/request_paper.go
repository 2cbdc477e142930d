package storetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
)

// RunRequestPapers checks letters after writing, the registers of seals and cases,
// and who may do what with a file. golden is the file that says so.
func RunRequestPapers(t *testing.T, golden string, open func(testing.TB) *store.Store) {
	t.Run("NumbersAndSeals", func(t *testing.T) { papersSealed(t, open(t)) })
	t.Run("CasesInTheRegister", func(t *testing.T) { papersCases(t, open(t)) })
	t.Run("HandedOver", func(t *testing.T) { papersArchived(t, open(t)) })
	t.Run("WhoMayDoWhat", func(t *testing.T) { papersRoles(t, golden, open(t)) })
}

const paperHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// decided is a file with a letter of a number, decided by the signer.
func decided(t *testing.T, s *store.Store, o org.Organ, no string, ago int) int64 {
	t.Helper()
	handler, signer := store.By{Viewer: officer(3, o, org.Handler)}, store.By{Viewer: officer(4, o, org.Signer)}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o, ago)))(t))
	must(with(t, s, handler, id, ago, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Content.Letters = append(x.Content.Letters, casework.Letter{Code: "D02", No: no, On: d.On, Body: []string{"决定予以公开。"}, By: 3})
		return x.WriteLetter(d, 1, "D02", no, 0)
	}))(t)
	must(with(t, s, signer, id, ago, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Granted, no)
	}))(t)
	return id
}

func papersSealed(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	var ids []int64
	for i := range 5 {
		id := decided(t, s, o[1], fmt.Sprintf("测公开告〔2026〕%d号", i+1), 6-i)
		ids = append(ids, id)
		must(with(t, s, handler, id, 5-i, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return x.SealLetter(d, 1, casework.Seal{Copies: i + 1, Consent: "answer", Asker: 3, Keeper: 5})
		}))(t)
	}
	// A number is used once in an organ, even after it became void.
	must(with(t, s, handler, ids[0], 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.VoidLetter(d, 1, "mistake")
	}))(t)
	other := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 1)))(t))
	_, err := with(t, s, handler, other, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.WriteLetter(d, 1, "D02", "测公开告〔2026〕1号", 0)
	})
	var no *act.Refusal
	if !errors.As(err, &no) || !strings.Contains(no.Text, "作废的号") {
		t.Errorf("a void number given again: %v", err)
	}
	decided(t, s, o[2], "测公开告〔2026〕1号", 1) // another organ has its own series

	var seen []store.SealRow
	q := store.PaperQuery{Limit: 2}
	for {
		rows, next, err := s.RequestSeals(ctx, handler.Viewer, q)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, rows...)
		if q.After = next; next == "" {
			break
		}
	}
	if len(seen) != 5 || seen[0].Copies != 5 || seen[4].Void != "mistake" || seen[4].No != "测公开告〔2026〕1号" || seen[0].Consent != "answer" {
		t.Errorf("the register of seals: %+v", seen)
	}
	if rows, _, err := s.RequestSeals(ctx, officer(6, o[2], org.Handler), store.PaperQuery{}); err != nil || len(rows) != 0 {
		t.Errorf("a neighbour reads %d uses of the seal: %v", len(rows), err)
	}
	for _, after := range []string{"x", "2026-01-01_1_2", "2026-01-01_a_1_1"} {
		if _, _, err := s.RequestSeals(ctx, handler.Viewer, store.PaperQuery{After: after}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("mark %q: %v", after, err)
		}
	}
	if rows, _, err := s.RequestSeals(ctx, handler.Viewer, store.PaperQuery{Year: 2001}); err != nil || len(rows) != 0 {
		t.Errorf("seals of 2001: %d %v", len(rows), err)
	}
}

func papersCases(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	do := func(id int64, ago int, verb func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error) {
		t.Helper()
		must(with(t, s, handler, id, ago, verb))(t)
	}
	var ids []int64
	for i := range 4 {
		id := decided(t, s, o[1], fmt.Sprintf("测公开告〔2026〕%d号", i+1), 50)
		ids = append(ids, id)
		do(id, 49, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return x.ServeLetter(d, casework.Service{Letter: 1, Way: "ems", Number: "EX1"})
		})
		do(id, 40-i, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return x.OpenRemedyAgainst(d, casework.Reconsideration, i == 0, i != 3, 1)
		})
	}
	do(ids[1], 35, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.StepRemedy(cal, d, 1, casework.RemedyAct{What: "answered"})
	})
	do(ids[1], 20, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.EndRemedy(d, 1, casework.Annulled)
	})
	list := func(v org.Viewer, q store.PaperQuery) []store.RemedyRow {
		t.Helper()
		rows, _, err := s.RequestRemedies(ctx, v, q)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	v := handler.Viewer
	answer := list(v, store.PaperQuery{State: "answer"})
	if len(answer) != 3 || answer[0].Request != ids[0] || !answer[0].Waits() || answer[0].LetterNo != "测公开告〔2026〕1号" || !answer[0].Simple {
		t.Errorf("waiting for an answer: %+v", answer)
	}
	n, first, err := s.RemediesDue(ctx, v)
	if err != nil || n != 3 || first != answer[0].AnswerDue {
		t.Errorf("due: %d, first %s, %v", n, first, err)
	}
	if n, _, err := s.RemediesDue(ctx, officer(6, o[2], org.Handler)); err != nil || n != 0 {
		t.Errorf("a neighbour is told of %d: %v", n, err)
	}
	if redo := list(v, store.PaperQuery{State: "redo"}); len(redo) != 1 || redo[0].Request != ids[1] {
		t.Errorf("to be answered anew: %+v", redo)
	}
	do(ids[1], 19, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Reopen(d, 1, 10) })
	if redo := list(v, store.PaperQuery{State: "redo"}); len(redo) != 0 {
		t.Errorf("still to be answered anew: %+v", redo)
	}
	// The register opens to what table four counts, column by column.
	for year := thisDay().Year - 1; year <= thisDay().Year; year++ {
		four := must(s.TableFour(ctx, o[1].ID, year))(t)
		for _, column := range []string{"upheld", "corrected", "other", "pending", "total"} {
			rows := list(v, store.PaperQuery{Year: year, Table: column, Kind: casework.Reconsideration, Organ: o[1].ID})
			if len(rows) != four["review"][column] {
				t.Errorf("%d %s: table four has %d, the register %d", year, column, four["review"][column], len(rows))
			}
		}
	}
	seen, q := 0, store.PaperQuery{Limit: 3}
	for {
		rows, next, err := s.RequestRemedies(ctx, v, q)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(rows)
		if q.After = next; next == "" {
			break
		}
	}
	if seen != 4 {
		t.Errorf("page by page there are %d cases", seen)
	}
	if rows := list(officer(6, o[2], org.Handler, org.Head), store.PaperQuery{}); len(rows) != 0 {
		t.Errorf("a neighbour reads %d cases", len(rows))
	}
	if _, _, err := s.RequestRemedies(ctx, v, store.PaperQuery{After: "x_y_z"}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a wrong mark: %v", err)
	}
}

func papersArchived(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	id := decided(t, s, o[1], "测公开告〔2026〕1号", 9)
	archive := func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.Archive(d, paperHash, 3, 7)
	}
	var no *act.Refusal
	if _, err := with(t, s, handler, id, 1, archive); !errors.As(err, &no) {
		t.Errorf("handed over before it is at its end: %v", err)
	}
	must(with(t, s, handler, id, 8, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.ServeLetter(d, casework.Service{Letter: 1, Way: "ems", Number: "EX1"})
	}))(t)
	must(with(t, s, handler, id, 2, archive))(t)
	if x := must(s.Request(ctx, handler.Viewer, id))(t); x.Archived != thisDay().AddDays(-2) || x.Letter(1).Way != "ems" {
		t.Errorf("handed over %s, letter %+v", x.Archived, x.Letter(1))
	}
}

// papersRoles asks what each role may do with a file of its organ and of another.
func papersRoles(t *testing.T, golden string, s *store.Store) {
	o := county(t, s, 2)
	verbs := []struct {
		name string
		id   func() int64
		do   requestDoing
	}{
		{"登记说明", func() int64 {
			return idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 3)))(t))
		}, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Note(d, "remark") }},
		{"告知补正", func() int64 {
			return idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 1)))(t))
		}, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.AskClarification(cal, d, d.On.AddDays(10))
		}},
		{"延长期限", func() int64 {
			return idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 1)))(t))
		}, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.Extend(cal, d, 5, x.Consent)
		}},
		{"作出答复", func() int64 {
			return idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 1)))(t))
		}, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			return x.Decide(cal, d, casework.Granted, "")
		}},
		{"登记送达", func() int64 { return decided(t, s, o[1], "", 2) }, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Serve(d, "person") }},
		{"登记复议", func() int64 { return decided(t, s, o[1], "", 2) }, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return x.OpenRemedy(d, casework.Reconsideration, false, true)
		}},
	}
	var b strings.Builder
	b.WriteString("各岗位对本机关、同级另一机关的申请能做什么。● 可以；— 不可以（看不到的也写 —）。\n\n岗位 | 查看 | 看内容")
	for _, v := range verbs {
		b.WriteString(" | " + v.name)
	}
	b.WriteString(" | 另一机关的\n")
	mark := func(ok bool) string { return map[bool]string{true: "●", false: "—"}[ok] }
	view := must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[1], org.Handler)}, asks(o[1], 3)))(t)
	shown := idOf(t, view)
	foreign := idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: officer(3, o[2], org.Handler)}, asks(o[2], 3)))(t))
	for _, role := range org.Roles() {
		v := officer(9, o[1], role)
		x, err := s.Request(ctx, v, shown)
		fmt.Fprintf(&b, "%s | %s | %s", role.Chinese(), mark(err == nil), mark(err == nil && x.Content.Person.Phone != ""))
		for _, c := range verbs {
			_, err := with(t, s, store.By{Viewer: v}, c.id(), 0, c.do)
			var no *act.Refusal
			if err != nil && !errors.As(err, &no) && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s, %s: %v", role, c.name, err)
			}
			b.WriteString(" | " + mark(err == nil))
		}
		_, err = with(t, s, store.By{Viewer: v}, foreign, 0, verbs[0].do)
		b.WriteString(" | " + mark(err == nil) + "\n")
		if err == nil {
			t.Errorf("%s works on a file of another organ", role)
		}
	}
	if os.Getenv("GONGKAI_UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(golden); err != nil || string(want) != b.String() {
		t.Errorf("what roles may do is not as in %s (%v); after reading it run with GONGKAI_UPDATE=1\n%s", golden, err, b.String())
	}
}
