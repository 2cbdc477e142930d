package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
)

// RunRequestFigures checks figures of requests and what they open to. Every call
// of open gives an empty store that signs and has a key for private content.
func RunRequestFigures(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"FiguresAreTheTallyAndOpenToTheirList", figuresTally},
		{"FiguresStayInReach", figuresScope},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// manyKinds registers requests of all kinds at organs, some decided, some late,
// extended or corrected by a review.
func manyKinds(t *testing.T, s *store.Store, organs []org.Organ, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 5))
	for i := range n {
		o := organs[random.IntN(len(organs))]
		by := store.By{Viewer: officer(3, o, org.Handler, org.Head)}
		x := asks(o, random.IntN(120))
		x.Channel, x.Applicant, x.Ledger = deadline.Channels()[random.IntN(len(deadline.Channels()))], casework.Applicants()[random.IntN(6)], true
		if random.IntN(5) > 0 {
			x.Confirmed = x.Arrived
		}
		id := idOf(t, must(s.RegisterRequest(ctx, by, x))(t))
		ago := func(max int) int { return random.IntN(max + 1) }
		last := thisDay().DaysSince(x.Arrived)
		try := func(verb requestDoing) {
			last = ago(last)
			_, err := with(t, s, by, id, last, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				d.Fact = true
				return verb(x, cal, d)
			})
			var no *act.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Fatal(err)
			}
		}
		if i%7 == 0 {
			try(func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				return x.AskClarification(cal, d, d.On.AddDays(15))
			})
			if i%2 == 0 {
				try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Clarify(d) })
			}
		}
		if i%5 == 0 {
			try(func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				return x.Extend(cal, d, 5, "")
			})
		}
		if i%3 > 0 {
			try(func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				return x.Decide(cal, d, casework.Results()[random.IntN(len(casework.Results()))].Outcome, "")
			})
			try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Serve(d, "ems") })
		}
		if i%4 == 0 {
			try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
				return x.OpenRemedy(d, casework.Reconsideration, false, i%8 == 0)
			})
			try(func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
				return x.EndRemedy(d, 1, casework.Endings()[random.IntN(len(casework.Endings()))])
			})
		}
	}
}

// listed counts a list over all its pages.
func listed(t *testing.T, s *store.Store, v org.Viewer, q store.RequestQuery) (n int) {
	t.Helper()
	for q.Limit = 7; ; {
		rows, next, err := s.Requests(ctx, v, q)
		if err != nil {
			t.Fatal(err)
		}
		n += len(rows)
		if q.After = next; next == "" {
			return n
		}
	}
}

func figuresTally(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	manyKinds(t, s, o[1:], 70)
	office, today := officer(8, o[0], org.Office), thisDay()
	cal := must(s.Calendar(ctx))(t)
	near, _ := cal.Add(today, 5)
	year := today.Year
	f := must(s.RequestFigures(ctx, office, store.FigureQuery{Year: year, Today: today, Near: near}, false))(t)

	// The reference: every file replayed, added up here.
	var want store.FigureLine
	var days []int
	all, _, err := s.Requests(ctx, office, store.RequestQuery{Limit: store.MaxRequests})
	if err != nil || len(all) != 70 {
		t.Fatalf("%d requests, %v", len(all), err)
	}
	for _, row := range all {
		x := must(s.Request(ctx, org.Program("测试"), row.ID))(t)
		r := x.Row(cal, today)
		if !r.Prudent.IsZero() {
			want.Open++
			switch {
			case r.Waiting != "":
				want.Waiting++
			case r.Due.Before(today):
				want.Over++
			case !r.Prudent.After(near):
				want.Near++
			}
		}
		for _, y := range x.Remedies {
			if y.Counted && y.Ended.Year == year {
				want.Ended++
				if y.Ending.Column() == "corrected" {
					want.Reversed++
				}
			}
		}
		if r.NewIn() != year {
			continue
		}
		want.New++
		for _, c := range []struct {
			is bool
			to *int
		}{{!r.Answer.IsZero(), &want.Answered}, {r.Late, &want.Late}, {r.Extended, &want.Extended}, {r.Corrected, &want.Corrected}} {
			if c.is {
				*c.to++
			}
		}
		if !r.Answer.IsZero() {
			want.Days += r.Days
			days = append(days, r.Days)
		}
	}
	if f.Total != want {
		t.Errorf("the figures are\n%+v, the files say\n%+v", f.Total, want)
	}
	slices.Sort(days)
	if len(days) == 0 || f.Median != days[(len(days)-1)/2] {
		t.Errorf("median %d of %v", f.Median, days)
	}
	if want.Over == 0 || want.Near == 0 || want.Waiting == 0 || want.Late == 0 || want.Extended == 0 || want.Corrected == 0 || want.Reversed == 0 {
		t.Errorf("the sample says nothing about something: %+v", want)
	}

	// Every figure opens to a list of as many.
	base := store.RequestQuery{Today: today}
	opens := func(name string, n int, change func(q *store.RequestQuery)) {
		t.Helper()
		q := base
		change(&q)
		if got := listed(t, s, office, q); got != n {
			t.Errorf("%s: the figure is %d, its list has %d", name, n, got)
		}
	}
	for _, l := range append([]store.FigureLine{f.Total}, f.Organs...) {
		base.Organ = l.Organ
		opens("open", l.Open, func(q *store.RequestQuery) { q.Open = true })
		opens("over", l.Over, func(q *store.RequestQuery) { q.Late = true })
		opens("near", l.Near, func(q *store.RequestQuery) { q.Figure.Near = near })
		opens("waiting", l.Waiting, func(q *store.RequestQuery) { q.Figure.Waiting = true })
		opens("new", l.New, func(q *store.RequestQuery) { q.Year = year })
		opens("answered", l.Answered, func(q *store.RequestQuery) { q.Year, q.Figure.Answered = year, true })
		opens("late", l.Late, func(q *store.RequestQuery) { q.Year, q.Figure.Late = year, true })
		opens("extended", l.Extended, func(q *store.RequestQuery) { q.Year, q.Figure.Extended = year, true })
		opens("asked to correct", l.Corrected, func(q *store.RequestQuery) { q.Year, q.Figure.Asked = year, true })
		opens("remedies", l.Ended, func(q *store.RequestQuery) { q.Figure.Ended = year })
		opens("reversed", l.Reversed, func(q *store.RequestQuery) { q.Figure.Reversed = year })
	}
	base.Organ = 0
	sums := map[string]int{}
	for _, l := range f.Channels {
		sums["channels"] += l.New
		opens("channel", l.New, func(q *store.RequestQuery) { q.Year, q.Figure.Channel = year, deadline.Channel(l.Key) })
	}
	for _, l := range f.Months {
		sums["months"] += l.New
		if l.Key != "" {
			opens("month", l.New, func(q *store.RequestQuery) { q.Year, q.Figure.Month = year, l.Key })
		}
	}
	for _, l := range f.Outcomes {
		sums["outcomes"] += l.New
		opens("outcome", l.New, func(q *store.RequestQuery) { q.Year, q.Outcome = year, casework.Outcome(l.Key) })
	}
	for _, l := range f.Persons {
		sums["persons"] += l.New
		opens("person", l.Open, func(q *store.RequestQuery) { q.Open, q.Organ, q.Figure.Person = true, l.Organ, -1 })
	}
	if sums["channels"] != want.New || sums["months"] != want.New || sums["outcomes"] != want.Answered || sums["persons"] != want.New {
		t.Errorf("%d new, and the tables add up to %v", want.New, sums)
	}
}

func figuresScope(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	manyKinds(t, s, o[1:], 12)
	q := store.FigureQuery{Year: thisDay().Year, Today: thisDay(), Near: thisDay()}
	whole := must(s.RequestFigures(ctx, officer(8, o[0], org.Office), q, true))(t)
	one := must(s.RequestFigures(ctx, officer(3, o[1], org.Head), q, true))(t)
	two := must(s.RequestFigures(ctx, officer(3, o[2], org.Head), q, true))(t)
	if one.Total.Open+two.Total.Open != whole.Total.Open || one.Total.New+two.Total.New != whole.Total.New || len(one.Organs) != 1 || one.Organs[0].Organ != o[1].ID {
		t.Errorf("towns %+v and %+v, county %+v", one.Total, two.Total, whole.Total)
	}
	if none := must(s.RequestFigures(ctx, officer(7, o[1], org.Drafter), q, true))(t); none.Total != (store.FigureLine{}) {
		t.Errorf("who may not see requests sees %+v", none.Total)
	}
	if away := must(s.RequestFigures(ctx, officer(3, o[1], org.Head), store.FigureQuery{Organ: o[2].ID, Year: q.Year, Today: q.Today}, true))(t); away.Total != (store.FigureLine{}) {
		t.Errorf("a neighbour's figures: %+v", away.Total)
	}
	if path := must(s.RequestFigures(ctx, org.Program("测试"), store.FigureQuery{Under: o[1].Path, Year: q.Year, Today: q.Today}, true))(t); path.Total.New != one.Total.New {
		t.Errorf("under %s: %s", o[1].Path, fmt.Sprint(path.Total))
	}
}
