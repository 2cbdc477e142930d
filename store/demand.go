package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
)

// Demand is what the public looked for, asked for and read of an organ and all
// below it. It names nobody.
type Demand struct {
	From, To law.Date
	Missed   []MissedWord // on the whole site: a search names no organ
	Months   []DemandMonth
	Topics   []DemandTopic // only for those who see requests
	Hints    HintCount
	Read     []Need
	Waits    int // proposals to disclose what was asked for that nobody decided on
	Decided  int // decided in the time
	Drafted  int // of them those that have a draft or are out
}

// DemandMonth is one month of it.
type DemandMonth struct {
	Month    string // 2026-11
	Missed   int    // searches in vain
	Requests int
	Shown    int // something published was pointed out to who was applying
	Opened   int
	Avoided  int // applications that were not needed any more
}

// DemandTopic is what several requests are about, and whether something is
// published on it.
type DemandTopic struct {
	oversight.Topic
	Live     int    // items found by the words
	Plus     bool   // there are more
	Category string // of the catalogue, that of the first of them
}

// Demand gathers what is wanted of an organ and all below it, as far as the
// viewer may see, from one day to another.
func (s *Store) Demand(ctx context.Context, v org.Viewer, o org.Organ, from, to law.Date) (x Demand, err error) {
	x.From, x.To = from, to
	months := map[string]*DemandMonth{}
	at := func(month string) *DemandMonth {
		if months[month] == nil {
			months[month] = &DemandMonth{Month: month}
		}
		return months[month]
	}
	if x.Missed, err = s.MissedWords(ctx, from, to, 60); err != nil {
		return x, err
	}
	missed, err := s.MissedMonths(ctx, from, to)
	if err != nil {
		return x, err
	}
	for _, m := range missed {
		at(m.Month).Missed = m.N
	}
	// query asks over the organs that the viewer may see and that are meant.
	query := func(verb org.Verb, sql, day, end string, scan func(scanner) error) error {
		var p pick
		p.in(v.Scope(verb), "o.home", "o.path", "")
		p.and("o.path >= "+p.arg(o.Path), "o.path < "+p.arg(afterPrefix(o.Path)), day+" >= "+p.arg(from.String()), day+" <= "+p.arg(to.String()))
		rows, err := s.read.QueryContext(ctx, sql+" where "+strings.Join(p.cond, " and ")+end, p.args...)
		if err == nil {
			err = scanAll(rows, scan)
		}
		return err
	}
	if org.Able(v, org.SeeRequests) {
		err = query(org.SeeRequests, "select substr(n.day, 1, 7), cast(sum(n.shown) as bigint), cast(sum(n.opened) as bigint), cast(sum(n.avoided) as bigint) from request_hint n join organ o on o.id = n.organ", "n.day", " group by substr(n.day, 1, 7)", func(r scanner) error {
			var month string
			var c HintCount
			err := r.Scan(&month, &c.Shown, &c.Opened, &c.Avoided)
			m := at(month)
			m.Shown, m.Opened, m.Avoided = int(c.Shown), int(c.Opened), int(c.Avoided)
			x.Hints.Shown, x.Hints.Opened, x.Hints.Avoided = x.Hints.Shown+c.Shown, x.Hints.Opened+c.Opened, x.Hints.Avoided+c.Avoided
			return err
		})
		if err == nil {
			err = query(org.SeeRequests, "select substr(r.arrived, 1, 7), count(*) from request r join organ o on o.id = r.organ", "r.arrived", " group by substr(r.arrived, 1, 7)", func(r scanner) error {
				var month string
				var n int
				err := r.Scan(&month, &n)
				at(month).Requests = n
				return err
			})
		}
		var subjects []string
		if err == nil {
			err = query(org.SeeRequests, "select r.subject from request r join organ o on o.id = r.organ", "r.arrived", fmt.Sprintf(" and r.subject <> '' order by r.id desc limit %d", oversight.MaxSubjects), func(r scanner) error {
				var subject string
				err := r.Scan(&subject)
				subjects = append(subjects, subject)
				return err
			})
		}
		if err == nil {
			x.Topics, err = s.demandTopics(ctx, o, subjects)
		}
		if err == nil {
			err = query(org.SeeRequests, "select t.decision, t.item from request_turn t join organ o on o.id = t.organ", "t.proposed", " limit 5000", func(r scanner) error {
				var decision string
				var item int64
				err := r.Scan(&decision, &item)
				switch {
				case decision == "":
					x.Waits++
				case item != 0:
					x.Decided, x.Drafted = x.Decided+1, x.Drafted+1
				default:
					x.Decided++
				}
				return err
			})
		}
	}
	if err == nil {
		err = query(org.SeeItems, "select i.id, i.title, cast(sum(n.n) as bigint) from item_read n join item i on i.id = n.item join organ o on o.id = i.organ", "n.day", " and i.standing = 'live' group by i.id, i.title order by sum(n.n) desc, i.id limit 20", func(r scanner) error {
			var n Need
			err := r.Scan(&n.ID, &n.Text, &n.N)
			x.Read = append(x.Read, n)
			return err
		})
	}
	if err != nil {
		return x, fmt.Errorf("store: demand: %w", err)
	}
	for _, m := range months {
		x.Months = append(x.Months, *m)
	}
	slices.SortFunc(x.Months, func(a, b DemandMonth) int { return strings.Compare(a.Month, b.Month) })
	return x, nil
}

// demandTopics says of each topic what the public finds on it.
func (s *Store) demandTopics(ctx context.Context, o org.Organ, subjects []string) ([]DemandTopic, error) {
	var out []DemandTopic
	for _, t := range oversight.Topics(subjects) {
		x := DemandTopic{Topic: t}
		if s.search != nil {
			r, err := s.SearchPublic(ctx, SearchQuery{Text: `"` + t.Words + `"`, Under: o.Path, Limit: 1})
			if err != nil {
				return nil, err
			}
			x.Live, x.Plus = r.Count, r.Plus
			if len(r.Hits) > 0 {
				x.Category = proactive.CategoryName(r.Hits[0].Category)
			}
		}
		out = append(out, x)
	}
	return out, nil
}
