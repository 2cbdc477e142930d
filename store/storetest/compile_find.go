package storetest

import (
	"errors"
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

// The rules that need live data speak, and open to what they speak of.
func compileFindings(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	clerk := store.By{Viewer: officer(4, o[1], org.Handler, org.Drafter, org.Publisher)}
	year := thisDay().Year - 1
	end := thisDay().DaysSince(law.Day(year, 12, 31))
	decided := func(ago, answered int, outcome casework.Outcome) int64 {
		x := asks(o[1], ago)
		x.Ledger, x.Confirmed = true, x.Arrived
		id := idOf(t, must(s.RegisterRequest(ctx, clerk, x))(t))
		if answered >= 0 {
			must(with(t, s, clerk, id, answered, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				d.Fact = true
				return x.Decide(cal, d, outcome, "")
			}))(t)
		}
		return id
	}
	decided(end+200, end+190, casework.Granted)
	decided(end+160, -1, "") // nobody answered it
	decided(end+5, -1, "")   // due next year
	decided(end+180, end+170, casework.Partial)
	must(s.SaveCompiledEntry(ctx, clerk, reporting.CompiledEntry{Organ: o[1].ID, Year: year, Cell: "t3.other_unpaid.natural", Add: annual.Num(1), Reason: "纸质办理", File: document(t, s, o[1].ID, year), FileName: "收费通知.pdf"}))(t)
	decided(end+150, end+140, casework.Granted)
	sued := decided(end+100, end+90, casework.Internal)
	must(with(t, s, clerk, sued, end+60, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		d.Fact = true
		return x.OpenRemedy(d, casework.SuedDirectly, false, true)
	}))(t)
	must(s.SaveDocument(ctx, clerk, proactive.RegisterEntry{Organ: o[1].ID, Kind: proactive.Normative, Title: "集镇管理办法", Made: law.Day(year, 2, 1)}))(t)
	form, _ := annual.FormFor(year)
	rep := annual.New(form, o[1].Name, year)
	for cell, n := range map[string]int64{"t3.new.natural": 6, "t3.granted.natural": 3, "t3.deny_internal.total": 2, "t2.normative.made": 3, "t4.direct.total": 0} {
		rep.Set(cell, annual.Num(n))
	}
	must(s.WithFiling(ctx, clerk, o[1].ID, year, 0, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report = rep.Clone()
		return nil
	}))(t)
	c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, year, thisDay()))(t)
	for code, want := range map[string]string{"T3-ORPHAN-OUT": "2件，其中1件", "T3-UNPAID": "1件因逾期未缴费", "T4-DIRECT-AFTER-2024": "1件", "T2-DOCS": "制发件数报告填3、系统数据1", "T3-PARTIAL": "多1件，部分公开有1件", "T4-CASES": "报告填0、系统数据1"} {
		f := foundCode(c, code)
		if f == nil || !strings.Contains(f.Message, want) || f.Suggest == "" || f.Href == "" {
			t.Errorf("%s: %+v, want %q", code, f, want)
		}
	}
	granted := false
	for _, f := range c.Findings {
		granted = granted || f.Code == "T3-CASES" && strings.Contains(f.Message, "“（一）予以公开”：自然人报告填3、系统数据2")
		if f.Code == "T3-CASES" && strings.Contains(f.Message, "新收") && f.Level == annual.Error {
			t.Errorf("six are six: %s", f.Message)
		}
	}
	if !granted {
		t.Errorf("no finding about what was granted: %+v", c.Findings)
	}
	if list := behind(t, s, clerk.Viewer, o[1].ID, year, reporting.LiveDirect, 5); len(list) != 1 || list[0].Source != reporting.FromRemedies {
		t.Errorf("sued directly: %+v", list)
	}
}

// Of a government its own part is compiled; last year's own figures are what
// carried over, not the sum of the county.
func compileOwn(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	office := store.By{Viewer: officer(8, o[0], org.Office)}
	year := thisDay().Year
	must(s.RegisterRequest(ctx, office, asks(o[0], 0)))(t)
	must(s.RegisterRequest(ctx, store.By{Viewer: officer(4, o[1], org.Handler)}, asks(o[1], 0)))(t)
	publishSum(t, s, o[0], year-1, 50)
	last := filled(o[0], year-1, 0)
	last.Set("t3.new.total", annual.Num(4))
	last.Set("t3.carried_out.natural", annual.Num(1))
	last.Set("t3.carried_out.total", annual.Num(1))
	must(s.SaveOwnFigures(ctx, office, store.OwnFigures{Organ: o[0].ID, Year: year - 1, Report: last}))(t)
	c := must(s.Compile(ctx, office.Viewer, o[0].ID, year, thisDay()))(t)
	if n, in := c.Figure("t3.new.total").Value, c.Figure("t3.carried_in.total").Value; n != annual.Num(1) || in != annual.Num(1) {
		t.Errorf("own part: %+v new, %+v carried in", n, in)
	}
	own := c.Report(o[0].Name)
	own.Set("t3.new.total", annual.Num(2))
	must(s.SaveOwnFigures(ctx, office, store.OwnFigures{Organ: o[0].ID, Year: year, Report: own}))(t)
	c = must(s.Compile(ctx, office.Viewer, o[0].ID, year, thisDay()))(t)
	found := false
	for _, f := range c.Findings {
		found = found || f.Code == "T3-CASES" && strings.Contains(f.Message, "总计本级数据填2、系统数据1")
	}
	if !found {
		t.Errorf("own figures differ and nobody says so: %+v", c.Findings)
	}
}

// The form of 2019 has one row where later ones have three for 其他处理.
func compileOldForm(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	clerk := store.By{Viewer: officer(4, o[1], org.Handler)}
	for i, outcome := range []casework.Outcome{casework.Misc, casework.Withdrawn, casework.Granted} {
		ago := thisDay().DaysSince(law.Day(2020, 6, 1+i))
		x := asks(o[1], ago)
		x.Ledger, x.Confirmed = true, x.Arrived
		id := idOf(t, must(s.RegisterRequest(ctx, clerk, x))(t))
		must(with(t, s, clerk, id, ago-9, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
			d.Fact = true
			return x.Decide(cal, d, outcome, "")
		}))(t)
	}
	c := must(s.Compile(ctx, clerk.Viewer, o[1].ID, 2020, thisDay()))(t)
	for cell, want := range map[string]int64{"t3.other.natural": 2, "t3.other.total": 2, "t3.granted.total": 1, "t3.result_total.total": 3, "t3.new.total": 3, "t3.carried_out.total": 0} {
		f := c.Figure(cell)
		if f == nil || f.Value != annual.Num(want) {
			t.Errorf("%s is %+v, want %d", cell, f, want)
		}
		if n := sumOf(behind(t, s, clerk.Viewer, o[1].ID, 2020, cell, 2)); n != want {
			t.Errorf("%s lists %d, want %d", cell, n, want)
		}
	}
}

func compileReach(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler := store.By{Viewer: officer(4, o[1], org.Handler)}
	must(s.RegisterRequest(ctx, handler, asks(o[1], 0)))(t)
	year := thisDay().Year
	for _, v := range []org.Viewer{officer(5, o[2], org.Head, org.Handler), {}, officer(6, o[0], org.SystemAdmin)} {
		if _, err := s.Compile(ctx, v, o[1].ID, year, thisDay()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v compiles: %v", v.Posts, err)
		}
		if _, _, err := s.CompiledCases(ctx, v, o[1].ID, year, "t3.new.total", "", 5); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v lists: %v", v.Posts, err)
		}
		if _, err := s.CompiledEntries(ctx, v, o[1].ID, year); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v reads entries: %v", v.Posts, err)
		}
	}
	// Who writes the report and handles no requests counts them and reads no titles.
	if list := behind(t, s, officer(7, o[1], org.Drafter), o[1].ID, year, "t3.new.total", 5); len(list) != 1 || list[0].Title != "" || list[0].Href != "" || list[0].Ref == "" {
		t.Errorf("a drafter sees %+v", list)
	}
	if list := behind(t, s, officer(8, o[0], org.Office), o[1].ID, year, "t3.new.total", 5); len(list) != 1 || list[0].Title == "" {
		t.Errorf("the office sees %+v", list)
	}
	for _, cell := range []string{"", "t3.new", "t3.none.total", "live.none", "t9.x.y"} {
		if _, _, err := s.CompiledCases(ctx, handler.Viewer, o[1].ID, year, cell, "", 5); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("cell %q: %v", cell, err)
		}
	}
	for _, after := range []string{"x", "q_", "q_2026", "q_2026-01-01_x", "z_1"} {
		if _, _, err := s.CompiledCases(ctx, handler.Viewer, o[1].ID, year, "t3.new.total", after, 5); err != nil && !errors.Is(err, store.ErrCursor) {
			t.Errorf("mark %q: %v", after, err)
		}
	}
	if _, err := s.Compile(ctx, handler.Viewer, o[1].ID, 2001, thisDay()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a year without a form: %v", err)
	}
}
