package storetest

import (
	"errors"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// line is one line of a list of organs: field, text, field, text.
func line(n int, pairs ...string) org.RegisterLine {
	l := org.RegisterLine{Line: n, Text: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		l.Text[pairs[i]] = pairs[i+1]
	}
	return l
}

func importOrgans(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	day := law.Day(2024, 1, 1)
	by := on(day, "编办批复")
	x := store.OrganImport{Lines: []org.RegisterLine{
		line(2, "name", "公开股", "parent", "财政局", "kind", "科室"), // its superior follows
		line(3, "name", "财政局", "parent", "C0", "phone", "0571-00000001", "from", "2001-01-01"),
		line(4, "code", "T0", "name", "新名镇人民政府"),
		line(5, "code", "T1", "parent", "财政局"), // a town below a bureau, only to see it move
		line(6, "name", "一号窗口", "parent", "公开股", "kind", "内设机构", "line", "财政局"),
	}}
	plans, mark, err := s.PlanOrgans(ctx, by.Viewer, x, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		if p.Does == org.RosterBad {
			t.Fatalf("line %d: %v", p.Line, p.Faults)
		}
	}
	if _, err := s.ImportOrgans(ctx, by, x, "another"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a plan nobody has seen: %v", err)
	}
	by.Key = "import"
	d := must(s.ImportOrgans(ctx, by, x, mark))(t)
	if d.Answer != "3/2" {
		t.Errorf("answer %q", d.Answer)
	}
	if again := must(s.ImportOrgans(ctx, by, x, mark))(t); !again.Repeated || again.Answer != d.Answer {
		t.Errorf("again %+v", again)
	}
	find := func(name string) store.OrganFile {
		t.Helper()
		o := must(s.MatchOrgans(ctx, org.Program("x"), org.SeeOrgan, name, 2))(t)
		if len(o) != 1 {
			t.Fatalf("%s: %+v", name, o)
		}
		return must(s.OrganFile(ctx, org.Program("x"), o[0].ID))(t)
	}
	bureau, window := find("财政局"), find("一号窗口")
	if window.Home != bureau.Organ.ID || window.Line != bureau.Organ.ID || find("公开股").Home != bureau.Organ.ID {
		t.Errorf("homes %d, line %d, want %d", window.Home, window.Line, bureau.Organ.ID)
	}
	if o, _, _ := s.Office(ctx, bureau.Organ.ID); o.Phone != "0571-00000001" {
		t.Errorf("office %+v", o)
	}
	if then := must(s.OrganOn(ctx, list[1].ID, law.Day(2023, 12, 31)))(t); then.Name != "第0镇人民政府" {
		t.Errorf("before the list it was %q", then.Name)
	}
	if moved := find("第1镇人民政府"); moved.Organ.Parent != bureau.Organ.ID {
		t.Errorf("moved below %d", moved.Organ.Parent)
	}
	if acts := must(s.Entries(ctx, org.Program("x"), store.EntryQuery{Kind: act.OrganImported}))(t); len(acts) != 1 {
		t.Errorf("%d acts", len(acts))
	}
	if x := must(s.Inspect(ctx, nil))(t); x.Count != 0 {
		t.Errorf("%+v", x.Faults)
	}
	// The same list again does nothing; one with a wrong line does nothing either.
	plans, _, err = s.PlanOrgans(ctx, by.Viewer, x, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		if p.Does != org.RosterSame {
			t.Errorf("line %d again: %s %+v %v", p.Line, p.Does, p.Changes, p.Faults)
		}
	}
	bad := store.OrganImport{Lines: []org.RegisterLine{line(2, "name", "好局", "parent", "C0"), line(3, "name", "坏局", "parent", "没有")}}
	_, mark, err = s.PlanOrgans(ctx, by.Viewer, bad, day)
	if err != nil {
		t.Fatal(err)
	}
	by.Key = ""
	notTaken(t, "a wrong line", refusedBy(s.ImportOrgans(ctx, by, bad, mark)))
	if o := must(s.MatchOrgans(ctx, org.Program("x"), org.SeeOrgan, "好局", 2))(t); len(o) != 0 {
		t.Error("half a list was kept")
	}
	// What was only written down wrongly leaves no earlier name.
	fix := store.OrganImport{Correct: true, Lines: []org.RegisterLine{line(2, "code", "T1", "name", "正名镇人民政府")}}
	_, mark, err = s.PlanOrgans(ctx, by.Viewer, fix, day)
	if err != nil {
		t.Fatal(err)
	}
	must(s.ImportOrgans(ctx, by, fix, mark))(t)
	if then := must(s.OrganOn(ctx, list[2].ID, law.Day(2020, 1, 1)))(t); then.Name != "正名镇人民政府" {
		t.Errorf("before the correction it was %q", then.Name)
	}
}
