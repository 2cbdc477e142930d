package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/reporting"
	"gongkai/store"
)

// RunCompile checks annual reports compiled from live data. Every call of open
// gives an empty store that signs, keeps files and has a key.
func RunCompile(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"EveryFigureIsItsList", compileLists},
		{"WhatNobodyKnowsIsBlank", compileBlank},
		{"CarriedOverFromLastYear", compileCarry},
		{"EntriesByHand", compileEntries},
		{"FindingsOpenToTheirCases", compileFindings},
		{"OwnPartOfAGovernment", compileOwn},
		{"TheFormOf2019HasOneRowForTheRest", compileOldForm},
		{"StaysInReach", compileReach},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// behind lists everything behind a figure, some lines a page.
func behind(t *testing.T, s *store.Store, v org.Viewer, organ int64, year int, cell string, limit int) (out []reporting.CompiledCase) {
	t.Helper()
	seen := map[string]bool{}
	for after := ""; ; {
		list, next, err := s.CompiledCases(ctx, v, organ, year, cell, after, limit)
		if err != nil {
			t.Fatalf("%s of %d: %v", cell, year, err)
		}
		if len(list) > limit {
			t.Fatalf("%s: a page of %d", cell, len(list))
		}
		for _, x := range list {
			if key := fmt.Sprintf("%s %s %s %s %d %s", x.Source, x.Ref, x.Href, x.On, x.Entry, x.Note); seen[key] {
				t.Fatalf("%s: %s twice", cell, key)
			} else {
				seen[key] = true
			}
		}
		if out, after = append(out, list...), next; next == "" {
			return out
		}
	}
}

// sumOf is what the lines add up to.
func sumOf(list []reporting.CompiledCase) (n int64) {
	for _, x := range list {
		n += x.Adds.N
	}
	return n
}

// someFiles registers random files over three years and decides most of them; the
// rows of all of them come back.
func someFiles(t *testing.T, s *store.Store, o org.Organ, n int, random *rand.Rand) (rows []casework.Row) {
	t.Helper()
	by := store.By{Viewer: officer(3, o, org.Handler, org.Head)}
	cal := must(s.Calendar(ctx))(t)
	results := casework.Results()
	for i := range n {
		x := asks(o, 10+random.IntN(800))
		x.Ledger, x.Applicant = true, casework.Applicants()[random.IntN(6)]
		if random.IntN(3) > 0 {
			x.Confirmed = x.Arrived
		}
		id := idOf(t, must(s.RegisterRequest(ctx, by, x))(t))
		last := thisDay().DaysSince(x.Arrived)
		try := func(verb requestDoing) {
			last = random.IntN(last + 1)
			_, err := with(t, s, by, id, last, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				d.Fact = true
				return verb(x, cal, d)
			})
			var no *act.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Fatal(err)
			}
		}
		if random.IntN(4) > 0 {
			try(func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				return x.Decide(cal, d, results[random.IntN(len(results))].Outcome, "")
			})
		}
		if i%3 == 0 {
			kind := casework.RemedyKinds()[random.IntN(3)]
			try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
				return x.OpenRemedy(d, kind, false, i%9 > 0)
			})
			if i%2 == 0 {
				try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
					return x.EndRemedy(d, 1, casework.Endings()[random.IntN(8)])
				})
			}
		}
		rows = append(rows, must(s.Request(ctx, by.Viewer, id))(t).Row(cal, thisDay()))
	}
	return rows
}

// document is a private file for entries by hand.
func document(t *testing.T, s *store.Store, organ int64, year int) int64 {
	t.Helper()
	return must(s.PutPrivate(ctx, store.CompiledRef(organ, year), bytes.NewReader([]byte("纸质台账"))))(t).ID
}

// Whatever is on file: every figure is what its list adds up to, in every year and
// under every mapping, and table three is the tally of the files.
func compileLists(t *testing.T, s *store.Store) {
	random := rand.New(rand.NewPCG(19, 23))
	o := county(t, s, 2)
	rows := someFiles(t, s, o[1], 45, random)
	someFiles(t, s, o[2], 4, random) // a neighbour's count nowhere here
	clerk := store.By{Viewer: officer(4, o[1], org.Drafter, org.Publisher, org.Handler)}
	year := thisDay().Year - 1
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "便民服务中心", Kind: org.Section, Parent: o[1].ID}))(t)
	for month := 1; month <= 12; month++ {
		m := monthOf([]int64{section.ID, o[1].ID}[month%2], 0, map[string]string{"t2.licence.decisions": fmt.Sprint(random.IntN(30)), "t2.fees.amount": fmt.Sprintf("%d.%02d", random.IntN(9), random.IntN(99))})
		m.Year, m.Month = year, month
		must(s.SaveMonth(ctx, clerk, m))(t)
	}
	for i := range 9 {
		e := proactive.RegisterEntry{Organ: o[1].ID, Kind: proactive.Normative, Title: fmt.Sprintf("办法%d", i), Made: law.Day(year-2+i%3, 3, 1+i)}
		if i%4 == 0 {
			e.Abolished = law.Day(year, 5, 2)
		}
		must(s.SaveDocument(ctx, clerk, e))(t)
	}
	for i, cell := range []string{"t3.new.natural", "t3.granted.natural", "t3.granted.natural", "t4.review.other", "t2.licence.decisions", "t2.penalty.decisions"} {
		must(s.SaveCompiledEntry(ctx, clerk, reporting.CompiledEntry{Organ: o[1].ID, Year: year, Cell: cell, Add: annual.Num(int64(2 + i)), Reason: "系统启用以前的纸质台账", File: document(t, s, o[1].ID, year), FileName: "台账.pdf"}))(t)
	}
	mapping := fmt.Sprintf("%s notinfo 不计入；%s published unable_nohold；%s published granted", law.Day(year, 4, 1), law.Day(year-1, 6, 1), law.Day(year, 8, 1))
	for i, text := range []string{"", mapping} {
		must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: org.RequestRows, Value: text, Version: int64(i)}))(t)
		maps, _ := casework.ParseMappings(text)
		for y := year - 1; y <= year+1; y++ {
			c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, y, thisDay()))(t)
			three := casework.TableThree(rows, y, maps)
			for i, f := range c.Figures {
				list := behind(t, s, clerk.Viewer, o[1].ID, y, f.Cell, 7+random.IntN(5))
				if n := sumOf(list); n != f.Value.N {
					t.Errorf("%d %s is %d, its list adds up to %d", y, f.Cell, f.Value.N, n)
				}
				parts := int64(0)
				files := 0
				for _, p := range f.Parts {
					parts += p.Value.N
					if p.Source == reporting.FromRequests {
						key := strings.Split(f.Cell, ".")
						if want := three[key[1]][key[2]]; p.Value.N != int64(want) {
							t.Errorf("%d %s: the store counts %d, the files %d", y, f.Cell, p.Value.N, want)
						}
						files = int(p.Value.N)
					}
				}
				if parts != f.Value.N {
					t.Errorf("%d %s is not the sum of its parts: %+v", y, f.Cell, f)
				}
				have := 0
				for _, x := range list {
					if x.Source == reporting.FromRequests {
						have++
						if x.On.IsZero() || x.Title == "" || x.Href == "" {
							t.Errorf("%s: %+v", f.Cell, x)
						}
					}
				}
				if have != files {
					t.Errorf("%d %s counts %d files and lists %d", y, c.Form.Cells[i].ID, files, have)
				}
			}
			for key, name := range reporting.LiveNames() {
				n := len(behind(t, s, clerk.Viewer, o[1].ID, y, key, 5))
				if said := liveSaid(c, key); said != n {
					t.Errorf("%d %s: the finding says %d, the list has %d", y, name, said, n)
				}
			}
		}
	}
}

// liveSaid is the number in the finding that opens to a list, 0 without one.
func liveSaid(c *reporting.Compilation, key string) int {
	for _, f := range c.Findings {
		if strings.HasSuffix(f.Href, "/"+key) {
			n := 0
			text := f.Message
			if _, rest, ok := strings.Cut(text, "其中"); ok {
				text = rest
			}
			for _, r := range text {
				if r >= '0' && r <= '9' {
					n = n*10 + int(r-'0')
				} else if n > 0 {
					return n
				}
			}
		}
	}
	return 0
}

// A register that says nothing of a year leaves its cells blank: that is not zero.
func compileBlank(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	clerk := store.By{Viewer: officer(4, o[1], org.Drafter, org.Handler)}
	year := thisDay().Year
	c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, year, thisDay()))(t)
	for _, f := range c.Figures {
		if f.Value.Kind != annual.Blank || len(f.Parts) > 0 {
			t.Errorf("%s is %+v and nobody said so", f.Cell, f)
		}
	}
	must(s.RegisterRequest(ctx, clerk, asks(o[1], 0)))(t)
	c = must(s.Compile(ctx, clerk.Viewer, o[1].ID, year, thisDay()))(t)
	for cell, want := range map[string]annual.Value{"t3.new.natural": annual.Num(1), "t3.new.total": annual.Num(1), "t3.carried_out.total": annual.Num(1), "t3.granted.total": annual.Num(0), "t4.review.total": annual.Num(0),
		"t2.licence.decisions": {Kind: annual.Blank}, "t2.normative.made": {Kind: annual.Blank}} {
		if got := c.Figure(cell).Value; got != want {
			t.Errorf("%s is %+v, want %+v", cell, got, want)
		}
	}
	if c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, year-1, thisDay()))(t); c.Figure("t3.new.total").Value.Known() {
		t.Error("a register begun this year says zero of the last")
	}
}

// reported has the organ's report of last year accepted, with so much carried over.
func reported(t *testing.T, s *store.Store, o org.Organ, year int, handled, out int64) {
	t.Helper()
	form, _ := annual.FormFor(year)
	r := annual.New(form, o.Name, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	for cell, n := range map[string]int64{"t3.new.natural": handled, "t3.new.total": handled, "t3.carried_out.natural": out, "t3.carried_out.total": out, "t4.review.pending": 2} {
		r.Set(cell, annual.Num(n))
	}
	must(s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: year, Report: r, Published: law.Day(year+1, 1, 20)}))(t)
}

func foundCode(c *reporting.Compilation, code string) *reporting.CompiledFinding {
	for i := range c.Findings {
		if c.Findings[i].Code == code {
			return &c.Findings[i]
		}
	}
	return nil
}

// What last year's accepted report carried over stands beside what the register
// says; where the register began later, the report wins.
func compileCarry(t *testing.T, s *store.Store) {
	o := county(t, s, 3)
	year := thisDay().Year
	handler := func(i int) store.By { return store.By{Viewer: officer(4, o[i], org.Handler, org.Drafter)} }
	january := thisDay().DaysSince(law.Day(year, 1, 1))
	for i := 1; i <= 3; i++ { // two of last year, still open
		for k := range 2 {
			must(s.RegisterRequest(ctx, handler(i), asks(o[i], january+20+k)))(t)
		}
	}
	reported(t, s, o[1], year-1, 2, 2)
	reported(t, s, o[2], year-1, 9, 5)
	reported(t, s, o[3], year-1, 2, 1)
	get := func(i int) (*reporting.Compilation, *reporting.CompiledFigure) {
		c := must(s.Compile(ctx, handler(i).Viewer, o[i].ID, year, thisDay()))(t)
		return c, c.Figure("t3.carried_in.natural")
	}
	if c, f := get(1); f.Value.N != 2 || len(f.Parts) != 1 || foundCode(c, "T3-CARRY-YEAR") != nil {
		t.Errorf("both say two: %+v %+v", f, c.Findings)
	}
	c, f := get(2)
	if f.Value.N != 5 || len(f.Parts) != 2 || f.Parts[1].Source != reporting.FromLast || f.Parts[1].Value.N != 3 {
		t.Errorf("the register began later: %+v", f)
	}
	if x := foundCode(c, "T3-CARRY-YEAR"); x == nil || !strings.Contains(x.Message, "上年报告5件，登记簿2件") {
		t.Errorf("both numbers: %+v", x)
	}
	if list := behind(t, s, handler(2).Viewer, o[2].ID, year, "t3.carried_in.natural", 2); sumOf(list) != 5 || len(list) != 3 || list[2].Source != reporting.FromLast {
		t.Errorf("list: %+v", list)
	}
	c, f = get(3)
	if x := foundCode(c, "T3-CARRY-YEAR"); f.Value.N != 2 || x == nil || x.Level != annual.Error || !strings.Contains(x.Message, "上年报告1件，登记簿2件") {
		t.Errorf("a register that has all of last year: %+v %+v", f, x)
	}
	if x := foundCode(c, "T4-PENDING-YEAR"); x == nil || !strings.Contains(x.Message, "2件") {
		t.Errorf("cases of last year: %+v", x)
	}
}

func compileEntries(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	year := thisDay().Year - 1
	clerk := store.By{Viewer: officer(4, o[1], org.Drafter)}
	e := reporting.CompiledEntry{Organ: o[1].ID, Year: year, Cell: "t3.granted.charity", Add: annual.Num(3), Reason: "系统启用以前的纸质台账第3至5号", FileName: "台账.pdf"}
	_, err := s.SaveCompiledEntry(ctx, clerk, e)
	saysNo(t, "without a document", err)
	e.File = document(t, s, o[1].ID, year)
	for what, wrong := range map[string]func(e reporting.CompiledEntry) reporting.CompiledEntry{
		"a sum":           func(e reporting.CompiledEntry) reporting.CompiledEntry { e.Cell = "t3.granted.total"; return e },
		"nothing to add":  func(e reporting.CompiledEntry) reporting.CompiledEntry { e.Add = annual.Num(0); return e },
		"without reason":  func(e reporting.CompiledEntry) reporting.CompiledEntry { e.Reason = " "; return e },
		"below zero":      func(e reporting.CompiledEntry) reporting.CompiledEntry { e.Add = annual.Num(-1); return e },
		"reason of lines": func(e reporting.CompiledEntry) reporting.CompiledEntry { e.Reason = "一\n二"; return e },
	} {
		_, err := s.SaveCompiledEntry(ctx, clerk, wrong(e))
		saysNo(t, what, err)
	}
	id := idOf(t, must(s.SaveCompiledEntry(ctx, clerk, e))(t))
	c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, year, thisDay()))(t)
	for _, cell := range []string{"t3.granted.charity", "t3.granted.total", "t3.result_total.charity", "t3.result_total.total"} {
		f := c.Figure(cell)
		if f.Value.N != 3 || len(f.Parts) != 1 || f.Parts[0].Source != reporting.FromEntry || f.Parts[0].Note != e.Reason {
			t.Errorf("%s: %+v", cell, f)
		}
		if list := behind(t, s, clerk.Viewer, o[1].ID, year, cell, 5); len(list) != 1 || list[0].Entry != id || list[0].File != "台账.pdf" {
			t.Errorf("%s opens to %+v", cell, list)
		}
	}
	if c.Figure("t3.new.total").Value.Known() {
		t.Error("an entry of a result made a request")
	}
	head := store.By{Viewer: officer(5, o[1], org.Head)}
	entries := must(s.Entries(ctx, head.Viewer, store.EntryQuery{Ref: store.CompiledRef(o[1].ID, year)}))(t)
	if len(entries) != 1 || entries[0].Act.Kind != act.CompiledEntered {
		t.Errorf("acts: %+v", entries)
	}
	name, _, r, err := s.OpenCompiledFile(ctx, head, o[1].ID, year, id)
	if err != nil || name != "台账.pdf" {
		t.Fatal(name, err)
	}
	r.Close()
	stranger := store.By{Viewer: officer(6, o[2], org.Head, org.Drafter), Reason: "误登"}
	if _, err := s.RemoveCompiledEntry(ctx, stranger, o[1].ID, year, id); err == nil {
		t.Error("a neighbour took it back")
	}
	if _, err := s.RemoveCompiledEntry(ctx, stranger, o[2].ID, year, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour took it back under his own organ: %v", err)
	}
	if _, _, _, err := s.OpenCompiledFile(ctx, stranger, o[1].ID, year, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads the document: %v", err)
	}
	_, err = s.RemoveCompiledEntry(ctx, clerk, o[1].ID, year, id)
	saysNo(t, "to take back without a reason", err)
	clerk.Reason = "已补登台账"
	must(s.RemoveCompiledEntry(ctx, clerk, o[1].ID, year, id))(t)
	if _, err := s.RemoveCompiledEntry(ctx, clerk, o[1].ID, year, id); !errors.Is(err, store.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	if c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, year, thisDay()))(t); c.Figure("t3.granted.charity").Value.Known() {
		t.Error("it still counts")
	}
	if list := must(s.CompiledEntries(ctx, clerk.Viewer, o[1].ID, year))(t); len(list) != 1 || list[0].Removed.IsZero() || list[0].RemovedWhy != "已补登台账" {
		t.Errorf("what was taken back is gone: %+v", list)
	}
}
