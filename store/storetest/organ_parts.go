package storetest

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// RunOrganParts checks what is recorded beside an organ: its office, where one
// turns against it, who has which duty, its leading group. Every call of open
// gives an empty store that signs.
func RunOrganParts(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"OfficeRecord", officeRecord},
		{"Remedies", remedies},
		{"DutiesHaveTerms", duties},
		{"GroupIsAdjusted", adjusted},
		{"Meetings", meetings},
		{"WhoMayEditParts", partsPermission},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func notTaken(t *testing.T, what string, err error) {
	t.Helper()
	var refusal *act.Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("%s: %v", what, err)
	}
}

func officeRecord(t *testing.T, s *store.Store) {
	town := county(t, s, 1)[1].ID
	o, version, err := s.Office(ctx, town)
	if err != nil || version != 0 || !o.Empty() {
		t.Fatalf("%+v %d %v", o, version, err)
	}
	before := must(s.OrganStamp(ctx, "T0"))(t)
	o.Address, o.Phone, o.Channels = "青石镇中心街1号", "0571-00000000", []org.Channel{{Kind: org.Counter, Where: "便民中心3号窗口"}, {Kind: org.ByPost}}
	must(s.SaveOffice(ctx, program(""), o, 0))(t)
	got, version, err := s.Office(ctx, town)
	if err != nil || version != 1 || got.Address != o.Address || !slices.Equal(got.Channels, o.Channels) {
		t.Errorf("%+v %d %v", got, version, err)
	}
	if must(s.OrganStamp(ctx, "T0"))(t) == before {
		t.Error("public pages do not learn of the new address")
	}
	for _, stale := range []int64{0, 2} {
		if _, err := s.SaveOffice(ctx, program(""), o, stale); !errors.Is(err, store.ErrConflict) {
			t.Errorf("version %d: %v", stale, err)
		}
	}
	got.Email = "不是邮箱"
	notTaken(t, "a wrong address", refusedBy(s.SaveOffice(ctx, program(""), got, 1)))
	got.Email, got.Phone = "", "0571-11111111"
	must(s.SaveOffice(ctx, program(""), got, 1))(t)
	h := must(s.Entries(ctx, org.Program("x"), store.EntryQuery{Ref: store.OrganRef(town), Kind: act.OfficeChanged}))(t)
	if len(h) != 2 || len(h[0].Details.Changes) != 1 || h[0].Details.Changes[0] != (act.Change{Field: "联系电话", Old: "0571-00000000", New: "0571-11111111"}) {
		t.Errorf("history %+v", h)
	}
}

func remedies(t *testing.T, s *store.Store) {
	list := county(t, s, 1)
	town := list[1].ID
	d := must(s.CreateOrgan(ctx, program(""), org.Organ{Name: "党政办", Kind: org.Section, Parent: town}, 0))(t)
	section := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	day := law.Day(2025, 6, 1)
	for _, id := range []int64{town, section} {
		r, steps, err := s.RemedyOn(ctx, id, org.Review, day)
		if err != nil || r.Name != "白云县人民政府" || len(steps) == 0 || steps[0].Cite.Empty() {
			t.Errorf("derived %+v %+v (%v)", r, steps, err)
		}
	}
	decided := []org.Remedy{{Kind: org.Review, Name: "白云县人民政府（县司法局）", Web: "https://www.example.gov.cn/fy", From: law.Day(2024, 1, 1)},
		{Kind: org.Court, Name: "乌有铁路运输法院", From: law.Day(2023, 1, 1), To: law.Day(2024, 12, 31)}, {Kind: org.Court, Name: "白云县人民法院", From: law.Day(2025, 1, 1)}}
	must(s.SaveRemedies(ctx, program(""), town, 0, decided))(t)
	for _, c := range []struct {
		organ int64
		kind  org.RemedyKind
		day   law.Date
		want  string
	}{{town, org.Review, day, "白云县人民政府（县司法局）"}, {section, org.Court, day, "白云县人民法院"}, {town, org.Court, law.Day(2024, 12, 31), "乌有铁路运输法院"},
		{town, org.Review, law.Day(2023, 6, 1), "白云县人民政府"}} {
		if r, _, err := s.RemedyOn(ctx, c.organ, c.kind, c.day); err != nil || r.Name != c.want {
			t.Errorf("%v on %v: %+v (%v)", c.kind, c.day, r, err)
		}
	}
	notTaken(t, "two courts on one day", refusedBy(s.SaveRemedies(ctx, program(""), town, 1, append(decided, org.Remedy{Kind: org.Court, Name: "甲法院"}))))
	if _, err := s.SaveRemedies(ctx, program(""), town, 0, nil); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale: %v", err)
	}
	got, version, err := s.Remedies(ctx, town)
	if err != nil || version != 1 || len(got) != 3 {
		t.Errorf("%+v %d %v", got, version, err)
	}
	if _, _, err := s.RemedyOn(ctx, 42, org.Review, day); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func duties(t *testing.T, s *store.Store) {
	town := county(t, s, 1)[1].ID
	one := map[org.DutyKind]org.Holder{org.FirstDuty: {Name: "甲某", Title: "镇长"}, org.ReviewDuty: {Name: "乙某"}}
	must(s.AssignDuties(ctx, on(law.Day(2023, 1, 1), ""), town, 0, one))(t)
	must(s.AssignDuties(ctx, on(law.Day(2024, 3, 1), "镇政发1号"), town, 1, map[org.DutyKind]org.Holder{org.FirstDuty: {Name: "丙某", Title: "镇长"}, org.ReviewDuty: {Name: "乙某"}}))(t)
	list, version, err := s.Duties(ctx, org.Program("x"), town)
	if err != nil || version != 2 || len(list) != 3 {
		t.Fatalf("%+v %d %v", list, version, err)
	}
	who := func(k org.DutyKind, day law.Date) string {
		for _, d := range list {
			if d.Kind == k && d.InForce(day) {
				return d.Name
			}
		}
		return ""
	}
	if who(org.FirstDuty, law.Day(2024, 2, 29)) != "甲某" || who(org.FirstDuty, law.Day(2024, 3, 1)) != "丙某" || who(org.ReviewDuty, law.Day(2022, 1, 1)) != "" {
		t.Errorf("%+v", list)
	}
	notTaken(t, "before the last", refusedBy(s.AssignDuties(ctx, on(law.Day(2022, 1, 1), ""), town, 2, one)))
	notTaken(t, "tomorrow", refusedBy(s.AssignDuties(ctx, on(law.Day(2999, 1, 1), ""), town, 2, one)))
	notTaken(t, "nobody's name", refusedBy(s.AssignDuties(ctx, program(""), town, 2, map[org.DutyKind]org.Holder{org.FirstDuty: {Title: "镇长"}})))
	if _, err := s.AssignDuties(ctx, program(""), town, 1, one); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale: %v", err)
	}
	must(s.AssignDuties(ctx, on(law.Day(2024, 3, 1), ""), town, 2, map[org.DutyKind]org.Holder{org.ReviewDuty: {Name: "乙某"}}))(t)
	list, _, _ = s.Duties(ctx, org.Program("x"), town)
	if who(org.FirstDuty, law.Day(2024, 3, 1)) != "" || who(org.FirstDuty, law.Day(2024, 2, 29)) != "甲某" {
		t.Errorf("what was entered for the same day by mistake stays: %+v", list)
	}
}

func adjusted(t *testing.T, s *store.Store) {
	town := county(t, s, 1)[1].ID
	seat := func(r org.GroupRole, name string) org.Seat { return org.Seat{Role: r, Holder: org.Holder{Name: name}} }
	must(s.AdjustGroup(ctx, on(law.Day(2022, 1, 1), ""), town, 0, org.GroupDocument{Number: "镇政发〔2022〕1号"}, []org.Seat{seat(org.Chair, "甲某"), seat(org.Member, "乙某")}))(t)
	must(s.AdjustGroup(ctx, on(law.Day(2024, 5, 1), ""), town, 1, org.GroupDocument{Number: "镇政发〔2024〕9号"}, []org.Seat{seat(org.Chair, "丙某"), seat(org.Member, "乙某"), seat(org.Secretary, "丁某")}))(t)
	g := must(s.Group(ctx, org.Program("x"), town))(t)
	at := func(day law.Date) (n int, chair string) {
		for _, x := range g.Seats {
			if x.InForce(day) {
				if n++; x.Role == org.Chair {
					chair = x.Name
				}
			}
		}
		return n, chair
	}
	if n, c := at(law.Day(2024, 4, 30)); n != 2 || c != "甲某" {
		t.Errorf("before: %d, %s", n, c)
	}
	if n, c := at(law.Day(2024, 5, 1)); n != 3 || c != "丙某" {
		t.Errorf("after: %d, %s", n, c)
	}
	for _, x := range g.Seats {
		if x.Name == "乙某" && (x.From != law.Day(2022, 1, 1) || !x.To.IsZero()) {
			t.Errorf("who stays begins anew: %+v", x)
		}
	}
	if len(g.Documents) != 2 || g.Documents[0].Number != "镇政发〔2024〕9号" || g.Version != 2 {
		t.Errorf("%+v", g)
	}
	notTaken(t, "no chair", refusedBy(s.AdjustGroup(ctx, program(""), town, 2, org.GroupDocument{}, []org.Seat{seat(org.Member, "乙某")})))
	notTaken(t, "twice", refusedBy(s.AdjustGroup(ctx, program(""), town, 2, org.GroupDocument{}, []org.Seat{seat(org.Chair, "乙某"), seat(org.Chair, "乙某")})))
	notTaken(t, "earlier", refusedBy(s.AdjustGroup(ctx, on(law.Day(2023, 1, 1), ""), town, 2, org.GroupDocument{}, []org.Seat{seat(org.Chair, "乙某")})))
	if _, err := s.AdjustGroup(ctx, program(""), town, 1, org.GroupDocument{}, []org.Seat{seat(org.Chair, "乙某")}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale: %v", err)
	}
}

func meetings(t *testing.T, s *store.Store) {
	town := county(t, s, 1)[1].ID
	d := must(s.SaveMeeting(ctx, program(""), org.Meeting{Organ: town, On: law.Day(2025, 1, 8), Topics: "研究年度报告", Present: "甲某、乙某"}))(t)
	id := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	m := must(s.Meeting(ctx, org.Program("x"), id))(t)
	m.Minutes = "同意。"
	must(s.SaveMeeting(ctx, program(""), m))(t)
	if _, err := s.SaveMeeting(ctx, program(""), m); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale: %v", err)
	}
	notTaken(t, "no topic", refusedBy(s.SaveMeeting(ctx, program(""), org.Meeting{Organ: town, On: law.Day(2025, 1, 8)})))
	notTaken(t, "not held yet", refusedBy(s.SaveMeeting(ctx, program(""), org.Meeting{Organ: town, On: law.Day(2999, 1, 8), Topics: "x"})))
	if _, err := s.SaveMeeting(ctx, program(""), org.Meeting{ID: 42, Organ: town, On: law.Day(2025, 1, 8), Topics: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no such meeting: %v", err)
	}
	if g := must(s.Group(ctx, org.Program("x"), town))(t); len(g.Meetings) != 1 || g.Meetings[0].Version != 2 {
		t.Errorf("%+v", g.Meetings)
	}
}

func partsPermission(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	by := func(r org.Role, o org.Organ) store.By {
		return store.By{Viewer: org.Viewer{Person: 5, Organ: o.ID, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: r}}}}
	}
	a := list[1]
	for name, c := range map[string]struct {
		by  store.By
		yes bool
	}{"head": {by(org.Head, a), true}, "office of the county": {by(org.Office, list[0]), true}, "head of another": {by(org.Head, list[2]), false},
		"drafter": {by(org.Drafter, a), false}, "supervisor": {by(org.Supervisor, list[0]), false}, "nobody": {store.By{}, false}} {
		_, office, _ := s.Office(ctx, a.ID)
		_, remedy, _ := s.Remedies(ctx, a.ID)
		_, duty, _ := s.Duties(ctx, org.Program("x"), a.ID)
		group := must(s.Group(ctx, org.Program("x"), a.ID))(t)
		for what, err := range map[string]error{
			"office":  refusedBy(s.SaveOffice(ctx, c.by, org.OfficeRecord{Organ: a.ID, Address: name}, office)),
			"remedy":  refusedBy(s.SaveRemedies(ctx, c.by, a.ID, remedy, []org.Remedy{{Kind: org.Court, Name: name}})),
			"duty":    refusedBy(s.AssignDuties(ctx, c.by, a.ID, duty, map[org.DutyKind]org.Holder{org.FirstDuty: {Name: name}})),
			"group":   refusedBy(s.AdjustGroup(ctx, c.by, a.ID, group.Version, org.GroupDocument{}, []org.Seat{{Role: org.Chair, Holder: org.Holder{Name: name}}})),
			"meeting": refusedBy(s.SaveMeeting(ctx, c.by, org.Meeting{Organ: a.ID, On: law.Day(2025, 1, 1), Topics: name})),
		} {
			if (err == nil) != c.yes {
				t.Errorf("%s: %s: %v", name, what, err)
			}
		}
	}
	if _, err := s.Group(ctx, by(org.Drafter, list[2]).Viewer, a.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another town reads the group: %v", err)
	}
}
