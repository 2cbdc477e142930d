package store

import (
	"context"
	"fmt"

	"gongkai/oversight"
)

// LedgerSums are a year of an organ's registers, its 内设机构 and 村 with it: for
// the narrative of its report and for assessment. Who asks has asked permission.
func (s *Store) LedgerSums(ctx context.Context, organ int64, year int) (oversight.LedgerSums, error) {
	all, err := s.ledgerSums(ctx, "o.home = $3", year, organ)
	if err != nil {
		return oversight.LedgerSums{}, err
	}
	if sums, ok := all[organ]; ok {
		return *sums, nil
	}
	return *newLedgerSums(year), nil
}

// LedgerSumsBelow are those of every organ strictly below one that has anything
// in its registers, by the organ that answers for it.
func (s *Store) LedgerSumsBelow(ctx context.Context, organ int64, year int) (map[int64]oversight.LedgerSums, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	all, err := s.ledgerSums(ctx, "o.path > $3 and o.path < $4 and o.home <> $5", year, o.Path, afterPrefix(o.Path), o.ID)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]oversight.LedgerSums, len(all))
	for id, sums := range all {
		out[id] = *sums
	}
	return out, nil
}

func newLedgerSums(year int) *oversight.LedgerSums {
	return &oversight.LedgerSums{Year: year, Voices: map[oversight.VoiceKind]oversight.VoiceSum{}, Equipment: map[oversight.EquipmentKind]int{}, Incidents: map[oversight.IncidentKind]int{}}
}

// ledgerSums counts by the organ that answers. $1 and $2 are the first and last
// day of the year, where is a condition over the organ of a row from $3 on.
func (s *Store) ledgerSums(ctx context.Context, where string, year int, args ...any) (map[int64]*oversight.LedgerSums, error) {
	today, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	first, last := fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-12-31", year)
	args = append([]any{first, last}, args...)
	out := map[int64]*oversight.LedgerSums{}
	of := func(home int64) *oversight.LedgerSums {
		if out[home] == nil {
			out[home] = newLedgerSums(year)
		}
		return out[home]
	}
	now := fmt.Sprintf("$%d", len(args)+1)
	for _, q := range []struct {
		sql  string
		more []any
		add  func(scan func(...any) error) error
	}{
		{`select o.home, v.kind, count(*), sum(case when v.state in ('answered', 'declined') then 1 else 0 end), sum(case when v.state in ('answered', 'declined') and v.ended <= v.due then 1 else 0 end),
			sum(case when v.state = 'declined' then 1 else 0 end), sum(case when v.state = 'merged' then 1 else 0 end), sum(case when v.state = 'open' then 1 else 0 end),
			sum(case when v.state = 'open' and v.due < ` + now + ` or v.state in ('answered', 'declined') and v.ended > v.due then 1 else 0 end), sum(case when v.shown <> '' then 1 else 0 end),
			sum(case when v.verdict in ('proven', 'partly') then 1 else 0 end), sum(case when v.rating > 0 then 1 else 0 end), sum(case when v.rating >= 4 then 1 else 0 end)
			from voice v join organ o on o.id = v.organ where v.received >= $1 and v.received <= $2 and (` + where + `) group by o.home, v.kind`, []any{today.String()},
			func(scan func(...any) error) error {
				var home int64
				var kind oversight.VoiceKind
				var n oversight.VoiceSum
				err := scan(&home, &kind, &n.Received, &n.Answered, &n.OnTime, &n.Declined, &n.Merged, &n.Open, &n.Late, &n.Published, &n.Proven, &n.Rated, &n.Content)
				of(home).Voices[kind] = n
				return err
			}},
		{`select o.home, sum(case when t.state <> 'dropped' then 1 else 0 end), sum(case when t.state = 'held' then 1 else 0 end), sum(case when t.state = 'held' then t.minutes else 0 end),
			sum(case when t.state = 'held' then t.outside + coalesce(p.signed, 0) else 0 end), coalesce(sum(p.tested), 0), coalesce(sum(p.passed), 0)
			from training t join organ o on o.id = t.organ left join (select training, sum(case when signed_at > 0 then 1 else 0 end) as signed, sum(case when tries > 0 then 1 else 0 end) as tested, sum(passed) as passed
			from training_person group by training) p on p.training = t.id
			where t.year = ` + now + ` and $1 <= $2 and (` + where + `) group by o.home`, []any{year},
			func(scan func(...any) error) error {
				var home int64
				var n oversight.TrainingSum
				err := scan(&home, &n.Planned, &n.Sessions, &n.Minutes, &n.Persons, &n.Tested, &n.Passed)
				of(home).Trainings = n
				return err
			}},
		{`select o.home, count(distinct e.id), count(distinct cast(e.id as text) || v.day), sum(v.persons), sum(v.items), sum(v.prints) from place_visit v join equipment e on e.id = v.equipment join organ o on o.id = e.organ
			where v.day >= $1 and v.day <= $2 and (` + where + `) group by o.home`, nil,
			func(scan func(...any) error) error {
				var home int64
				var n oversight.VisitSum
				err := scan(&home, &n.Points, &n.Days, &n.Persons, &n.Items, &n.Prints)
				of(home).Visits = n
				return err
			}},
		{`select o.home, count(*) from equipment_check c join equipment e on e.id = c.equipment join organ o on o.id = e.organ where c.day >= $1 and c.day <= $2 and (` + where + `) group by o.home`, nil,
			func(scan func(...any) error) error {
				var home int64
				var n int
				err := scan(&home, &n)
				of(home).Checks = n
				return err
			}},
		{`select o.home, e.kind, count(*) from equipment e join organ o on o.id = e.organ where (e.since = '' or e.since <= $2) and (e.until_day = '' or e.until_day > $2) and $1 <= $2 and (` + where + `) group by o.home, e.kind`, nil,
			func(scan func(...any) error) error {
				var home int64
				var kind oversight.EquipmentKind
				var n int
				err := scan(&home, &kind, &n)
				of(home).Equipment[kind] = n
				return err
			}},
		{`select o.home, count(*), sum((select count(*) from survey_answer a where a.survey = s.id)) from survey s join organ o on o.id = s.organ
			where s.state <> 'draft' and s.year = ` + now + ` and $1 <= $2 and (` + where + `) group by o.home`, []any{year},
			func(scan func(...any) error) error {
				var home int64
				var n, answers int
				err := scan(&home, &n, &answers)
				of(home).Surveys, of(home).Answers = n, answers
				return err
			}},
		{`select o.home, i.kind, count(*) from incident i join organ o on o.id = i.organ where i.found >= $1 and i.found <= $2 and (` + where + `) group by o.home, i.kind`, nil,
			func(scan func(...any) error) error {
				var home int64
				var kind oversight.IncidentKind
				var n int
				err := scan(&home, &kind, &n)
				of(home).Incidents[kind] = n
				return err
			}},
	} {
		rows, err := s.read.QueryContext(ctx, q.sql, append(append([]any{}, args...), q.more...)...)
		if err != nil {
			return nil, fmt.Errorf("store: sums of the ledgers: %w", err)
		}
		for rows.Next() {
			if err := q.add(rows.Scan); err != nil {
				rows.Close()
				return nil, fmt.Errorf("store: sums of the ledgers: %w", err)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("store: sums of the ledgers: %w", err)
		}
	}
	return out, nil
}
