package store

import (
	"context"
	"strings"

	"gongkai/law"
	"gongkai/org"
)

// A Need is something that readers asked for, and how often.
type Need struct {
	ID   int64 // of an item, 0
	Text string
	N    int
}

// Needs is what readers of an organ ask for, in a year, the most frequent first.
type Needs struct {
	Places   []Need // noted at reading places
	Requests []Need // subjects of requests; only for those who see requests
	Read     []Need // items read most
}

// mostNeeds bounds each list.
const mostNeeds = 30

// Needs gathers what readers asked for. It names nobody.
func (s *Store) Needs(ctx context.Context, v org.Viewer, year int) (out Needs, err error) {
	from, to := law.Day(year, 1, 1).String(), law.Day(year, 12, 31).String()
	ask := func(verb org.Verb, sql, day, more string) ([]Need, error) {
		var p pick
		p.in(v.Scope(verb), "o.home", "o.path", "")
		p.and(day+" >= "+p.arg(from), day+" <= "+p.arg(to))
		rows, err := s.read.QueryContext(ctx, sql+" where "+strings.Join(p.cond, " and ")+more+" limit "+p.arg(mostNeeds), p.args...)
		return gather("needs", rows, err, func(r scanner) (n Need, err error) { return n, r.Scan(&n.ID, &n.Text, &n.N) })
	}
	if out.Places, err = ask(org.SeeLedgers, "select cast(0 as bigint), v.need, count(*) from place_visit v join equipment e on e.id = v.equipment join organ o on o.id = e.organ", "v.day",
		" and v.need <> '' group by v.need order by count(*) desc, v.need"); err != nil {
		return out, err
	}
	if org.Able(v, org.SeeRequests) {
		if out.Requests, err = ask(org.SeeRequests, "select cast(0 as bigint), r.subject, count(*) from request r join organ o on o.id = r.organ", "r.arrived",
			" and r.subject <> '' group by r.subject order by count(*) desc, r.subject"); err != nil {
			return out, err
		}
	}
	out.Read, err = ask(org.SeeItems, "select i.id, i.title, cast(sum(n.n) as bigint) from item_read n join item i on i.id = n.item join organ o on o.id = i.organ", "n.day",
		" and i.standing = 'live' group by i.id, i.title order by sum(n.n) desc, i.id")
	return out, err
}
