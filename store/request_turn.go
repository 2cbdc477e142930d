package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// derive keeps what is found or counted by, beside the row: grams of its search
// text, marks of likeness, and the question of art. 44.
func (h *hand) derive(x *RequestFile) error {
	if err := h.putGrams(x.ID, text.Fold(x.Number+" "+x.Subject+" "+x.LetterNo)); err != nil {
		return err
	}
	if err := h.keepLike(x); err != nil {
		return err
	}
	if x.Turn == nil {
		return nil
	}
	person := int64(0)
	if x.Turn.Decision != "" {
		person = h.by.Viewer.Person
	}
	_, err := h.ExecContext(h.ctx, `insert into request_turn (request, organ, why, proposed, many, decision, decided, person, item) values ($1, $2, $3, $4, $5, $6, $7, $8, 0)
		on conflict (request) do update set decision = excluded.decision, decided = excluded.decided, person = excluded.person where request_turn.decision <> excluded.decision`,
		x.ID, x.Organ, x.Turn.Why, x.Turn.Proposed.String(), x.Turn.Many, x.Turn.Decision, x.Turn.Decided.String(), person)
	return err
}

// A TurnRow is a proposal to turn what was asked for into proactive disclosure,
// with its request.
type TurnRow struct {
	casework.Turn
	RequestRow
	Item int64 // what was published, 0 for nothing yet
}

// MaxTurns bounds the list of proposals.
const MaxTurns = 500

// Turns lists proposals of art. 44 that the viewer may see: those that wait for a
// decision, or those that were decided, the newest first.
func (s *Store) Turns(ctx context.Context, v org.Viewer, decided bool) ([]TurnRow, error) {
	args := []any{MaxTurns}
	cond := "t.decision = ''"
	if decided {
		cond = "t.decision <> ''"
	}
	var ids []int64
	turns := map[int64]TurnRow{}
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var x TurnRow
		var id int64
		var proposed, done string
		if err := r.Scan(&id, &x.Why, &proposed, &x.Many, &x.Decision, &done, &x.Item); err != nil {
			return err
		}
		if err := x.Proposed.UnmarshalText([]byte(proposed)); err != nil {
			return err
		}
		ids = append(ids, id)
		defer func() { turns[id] = x }()
		return x.Decided.UnmarshalText([]byte(done))
	}, "select t.request, t.why, t.proposed, t.many, t.decision, t.decided, t.item from request_turn t join organ o on o.id = t.organ where "+cond+" and "+
		scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)+" order by t.proposed desc, t.request desc limit $1", args...)
	if err != nil {
		return nil, fmt.Errorf("store: proposals to disclose: %w", err)
	}
	rows, err := s.requestRows(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("store: proposals to disclose: %w", err)
	}
	var out []TurnRow
	for _, row := range rows {
		x := turns[row.ID]
		x.RequestRow = row
		out = append(out, x)
	}
	return out, nil
}

// A Cluster is what several applicants asked of one organ in much the same words.
type Cluster struct {
	Organ  int64
	Askers int
	Rows   []RequestRow // without those proposed before; the newest first
}

// clusterBack is how far back applications count as asking the same.
const clusterBack = 2 * 365

// Clusters finds what at least so many applicants asked of an organ that the
// viewer handles, and nobody proposed yet. It goes by the marks of likeness alone.
func (s *Store) Clusters(ctx context.Context, v org.Viewer, many int, today law.Date) ([]Cluster, error) {
	args := []any{today.AddDays(-clusterBack).String(), many}
	see := scope(v.Scope(org.HandleRequests), "o.home", "o.path", "", &args)
	groups := map[int64][]int64{} // marks that many share
	organs := map[int64]int64{}
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var organ, mark int64
		err := r.Scan(&organ, &mark)
		organs[mark], groups[mark] = organ, nil
		return err
	}, `select l.organ, l.mark from request_like l join request r on r.id = l.request join organ o on o.id = l.organ
		where r.arrived >= $1 and r.state <> 'void' and r.who <> '' and `+see+` group by l.organ, l.mark having count(distinct r.who) >= $2 order by l.organ, l.mark limit 600`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: same requests: %w", err)
	}
	askers := map[int64]map[string]bool{} // of each request's cluster, by its first request
	first := map[int64]int64{}
	root := func(id int64) int64 {
		for first[id] != 0 && first[id] != id {
			id = first[id]
		}
		return id
	}
	members, whoOf := map[int64][]int64{}, map[int64]string{}
	for _, mark := range slices.Sorted(maps.Keys(groups)) {
		err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
			var id int64
			var who string
			err := r.Scan(&id, &who)
			groups[mark], whoOf[id] = append(groups[mark], id), who
			return err
		}, "select r.id, r.who from request_like l join request r on r.id = l.request where l.organ = $1 and l.mark = $2 and r.arrived >= $3 and r.state <> 'void' and r.who <> '' order by r.id limit 500",
			organs[mark], mark, args[0])
		if err != nil {
			return nil, fmt.Errorf("store: same requests: %w", err)
		}
		for _, id := range groups[mark] {
			if first[id] == 0 {
				first[id] = id
			}
			a, b := root(groups[mark][0]), root(id)
			first[max(a, b)] = min(a, b)
		}
	}
	for id := range first {
		top := root(id)
		if askers[top] == nil {
			askers[top] = map[string]bool{}
		}
		members[top], askers[top][whoOf[id]] = append(members[top], id), true
	}
	var out []Cluster
	for _, top := range slices.Sorted(maps.Keys(members)) {
		ids := members[top]
		slices.SortFunc(ids, func(a, b int64) int { return int(min(max(b-a, -1), 1)) })
		var known int
		if err := s.read.QueryRowContext(ctx, "select count(*) from request_turn where request in ("+numbers(ids)+")").Scan(&known); err != nil {
			return nil, fmt.Errorf("store: same requests: %w", err)
		}
		if known > 0 || len(askers[top]) < many {
			continue
		}
		rows, err := s.requestRows(ctx, ids[:min(len(ids), 20)])
		if err != nil {
			return nil, fmt.Errorf("store: same requests: %w", err)
		}
		out = append(out, Cluster{Organ: rows[0].Organ, Askers: len(askers[top]), Rows: rows})
	}
	return out, nil
}

// RequestNumbers are the numbers of requests that the viewer may see, by id.
func (s *Store) RequestNumbers(ctx context.Context, v org.Viewer, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var args []any
	see := scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var id int64
		var number string
		err := r.Scan(&id, &number)
		out[id] = number
		return err
	}, "select r.id, r.number from request r join organ o on o.id = r.organ where r.id in ("+numbers(ids)+") and "+see, args...)
	if err != nil {
		return nil, fmt.Errorf("store: numbers of requests: %w", err)
	}
	return out, nil
}
