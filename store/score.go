package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
)

// ScoreRef is the reference of acts on an organ's score table.
func ScoreRef(id int64) string { return fmt.Sprintf("score/%d", id) }

func (h *hand) insertAssessment(a *oversight.Assessment) error {
	marks, err := json.Marshal(a.Marks)
	if err != nil {
		return err
	}
	t := &a.Totals
	_, err = h.ExecContext(h.ctx, `insert into assessment (id, score_round, organ, marks, self_on, base, bonus, minus, total, vetoed, cap, open_marks, waits, failed, left_out, full_points, ranked, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)`,
		a.ID, a.Round, a.Organ, string(marks), a.SelfOn.String(), int64(t.Base), int64(t.Bonus), int64(t.Minus), int64(t.Total), flag(t.Vetoed), int64(t.Cap),
		t.Open, t.Waits, t.Failed, int64(t.Out), int64(t.Full), flag(t.Ranked()))
	return err
}

// writeAssessment keeps what changed; ErrConflict if somebody was faster.
func (h *hand) writeAssessment(a *oversight.Assessment) error {
	marks, err := json.Marshal(a.Marks)
	if err != nil {
		return err
	}
	t := &a.Totals
	res, err := h.ExecContext(h.ctx, `update assessment set marks = $3, self_on = $4, base = $5, bonus = $6, minus = $7, total = $8, vetoed = $9, cap = $10, open_marks = $11, waits = $12,
		failed = $13, left_out = $14, full_points = $15, ranked = $16, version = version + 1 where id = $1 and version = $2`,
		a.ID, a.Version, string(marks), a.SelfOn.String(), int64(t.Base), int64(t.Bonus), int64(t.Minus), int64(t.Total), flag(t.Vetoed), int64(t.Cap),
		t.Open, t.Waits, t.Failed, int64(t.Out), int64(t.Full), flag(t.Ranked()))
	return one(res, err)
}

const totalColumns = "a.id, a.score_round, a.organ, a.self_on, a.base, a.bonus, a.minus, a.total, a.vetoed, a.cap, a.open_marks, a.waits, a.failed, a.left_out, a.full_points, a.version"

func totalDest(a *oversight.Assessment, selfOn *string) []any {
	t := &a.Totals
	return []any{&a.ID, &a.Round, &a.Organ, selfOn, &t.Base, &t.Bonus, &t.Minus, &t.Total, &t.Vetoed, &t.Cap, &t.Open, &t.Waits, &t.Failed, &t.Out, &t.Full, &a.Version}
}

// An AssessmentRow is an organ's score as the table of a round shows it.
type AssessmentRow struct {
	oversight.Assessment // with marks only if they were asked for
	OrganName            string
	Rank                 int // 0 for one that takes no part
	Of                   int // how many take part
}

// An AssessmentQuery chooses score tables of a round.
type AssessmentQuery struct {
	Round  int64
	Search string
	Open   bool // only those with something to do: open marks, bonuses, failures
	Marks  bool // with marks
	After  int  // how many rows of the list were shown before
	Limit  int  // at most MaxAssessments
}

// MaxAssessments bounds one page of score tables.
const MaxAssessments = 200

// Assessments lists the score tables of a round by place, those without one
// last. Who neither assesses nor watches sees those of his own organs once they
// are announced, or all totals if the office lets organs see the whole ranking.
func (s *Store) Assessments(ctx context.Context, f RoundFile, v org.Viewer, q AssessmentQuery) ([]AssessmentRow, error) {
	args := []any{q.Round}
	arg := func(x any) string {
		args = append(args, x)
		return fmt.Sprintf("$%d", len(args))
	}
	cond := []string{"a.score_round = $1"}
	if !f.Watches {
		if !f.State.Announced() {
			return nil, nil
		}
		if !f.Board {
			cond = append(cond, scope(v.Scope(org.SeeScores), "o.home", "o.path", "", &args))
		}
		q.Marks = q.Marks && !f.Board
	}
	if q.Open {
		cond = append(cond, "a.open_marks + a.waits + a.failed > 0")
	}
	if t := strings.ToLower(strings.TrimSpace(q.Search)); t != "" {
		cond = append(cond, "lower(o.name) like "+arg("%"+likeText(t)+"%")+` escape '\'`)
	}
	limit := q.Limit
	if limit <= 0 || limit > MaxAssessments {
		limit = MaxAssessments
	}
	marks := "''"
	if q.Marks {
		marks = "a.marks"
	}
	// The order is that of the index backwards: a page of a nation reads its own rows.
	rows, err := s.read.QueryContext(ctx, "select "+totalColumns+", o.name, "+marks+" from assessment a join organ o on o.id = a.organ where "+strings.Join(cond, " and ")+
		" order by a.ranked desc, a.total desc, a.organ desc limit "+arg(limit)+" offset "+arg(max(q.After, 0)), args...)
	if err != nil {
		return nil, fmt.Errorf("store: score tables of %d: %w", q.Round, err)
	}
	defer rows.Close()
	var out []AssessmentRow
	for rows.Next() {
		var x AssessmentRow
		var selfOn, body string
		err := rows.Scan(append(totalDest(&x.Assessment, &selfOn), &x.OrganName, &body)...)
		if err == nil {
			err = x.SelfOn.UnmarshalText([]byte(selfOn))
		}
		if err == nil && body != "" {
			err = json.Unmarshal([]byte(body), &x.Marks)
		}
		if err != nil {
			return nil, fmt.Errorf("store: score tables of %d: %w", q.Round, err)
		}
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: score tables of %d: %w", q.Round, err)
	}
	if err := placeRows(ctx, s.read, q.Round, max(q.After, 0), len(cond) == 1, out); err != nil {
		return nil, fmt.Errorf("store: places of %d: %w", q.Round, err)
	}
	return out, nil
}

// placeRows gives rows their places. Of a whole list, in the order of places,
// only the first has to be looked up.
func placeRows(ctx context.Context, q asker, round int64, after int, whole bool, list []AssessmentRow) error {
	if len(list) == 0 {
		return nil
	}
	_, of, err := placeOf(ctx, q, round, 0)
	if err != nil {
		return err
	}
	for k := range list {
		x := &list[k]
		if x.Of = of; !x.Ranked() {
			continue
		}
		switch {
		case k > 0 && list[k-1].Total == x.Total:
			x.Rank = list[k-1].Rank
		case k > 0 && whole:
			x.Rank = after + k + 1
		default:
			if x.Rank, _, err = placeOf(ctx, q, round, x.Total); err != nil {
				return err
			}
		}
	}
	return nil
}

// placeOf is the place of a total in a round, and how many have one.
func placeOf(ctx context.Context, q asker, round int64, total oversight.Points) (place, of int, err error) {
	err = q.QueryRowContext(ctx, `select (select count(*) from assessment b where b.score_round = $1 and b.ranked = 1 and b.total > $2) + 1,
		(select count(*) from assessment b where b.score_round = $1 and b.ranked = 1)`, round, int64(total)).Scan(&place, &of)
	return place, of, err
}

// An AssessmentFile is one organ's score table with all that is needed to read
// it.
type AssessmentFile struct {
	oversight.Assessment
	Round   RoundFile
	Organ   org.Organ
	Rank    int
	Of      int
	Appeals []oversight.Appeal
	Speaks  bool // the viewer speaks for the organ: assesses itself, asks for bonus, appeals
	Masked  bool // scores are not announced yet: only what the organ itself said is here
}

// Assessment is one score table the viewer may see, or ErrNotFound. Before the
// scores are announced the organ sees what it has said itself, and nothing else.
func (s *Store) Assessment(ctx context.Context, v org.Viewer, id int64) (AssessmentFile, error) {
	f, err := s.assessment(ctx, s.read, v, id)
	if err == nil && !f.Masked {
		f.Rank, f.Of, err = placeOf(ctx, s.read, f.Round.ID, f.Total)
		if !f.Ranked() {
			f.Rank = 0
		}
		if err == nil {
			f.Appeals, err = appealsOf(ctx, s.read, "x.assessment = $1 order by x.id", id)
		}
	}
	if err != nil {
		return AssessmentFile{}, fmt.Errorf("store: score table %d: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) assessment(ctx context.Context, q asker, v org.Viewer, id int64) (f AssessmentFile, err error) {
	var selfOn, marks string
	var to org.Subject
	if err = q.QueryRowContext(ctx, "select "+totalColumns+", a.marks, o.home, o.path, o.name, o.kind from assessment a join organ o on o.id = a.organ where a.id = $1", id).
		Scan(append(totalDest(&f.Assessment, &selfOn), &marks, &to.Home, &to.Path, &f.Organ.Name, &f.Organ.Kind)...); err != nil {
		return f, err
	}
	to.Organ, f.Organ.ID, f.Organ.Path = f.Assessment.Organ, f.Assessment.Organ, to.Path
	if err = f.SelfOn.UnmarshalText([]byte(selfOn)); err != nil {
		return f, err
	}
	if err = json.Unmarshal([]byte(marks), &f.Marks); err != nil {
		return f, err
	}
	if f.Round, err = s.round(ctx, q, v, f.Assessment.Round); err != nil {
		return f, err
	}
	f.Speaks = org.May(v, org.AppealScores, to)
	if f.Round.Watches {
		return f, nil
	}
	switch state := f.Round.State; {
	case state.Announced() && org.May(v, org.SeeScores, to):
	case (state == oversight.RoundSelf || state == oversight.RoundScoring) && f.Speaks:
		f.mask()
	default:
		return f, ErrNotFound
	}
	return f, nil
}

// mask takes out everything that was not said by the organ itself.
func (f *AssessmentFile) mask() {
	f.Masked, f.Totals = true, oversight.Totals{Full: f.Full}
	for k := range f.Marks {
		m := &f.Marks[k]
		var asked []oversight.ScoreEvent
		for _, e := range m.Events {
			if e.Asked != "" {
				e.Asked, e.Reply, e.Decider, e.DName, e.Decided = oversight.AskWaits, "", 0, "", e.On
				asked = append(asked, e)
			}
		}
		*m = oversight.Mark{Key: m.Key, State: oversight.MarkOpen, Self: m.Self, Events: asked, Version: m.Version}
	}
}

// AssessmentVerb is what is done with a score table: oversight's Give, Enter,
// AskBonus and so on. It may run twice.
type AssessmentVerb func(a *oversight.Assessment, x *oversight.Scheme, r *oversight.Round, v org.Viewer) error

// WithAssessment runs a verb on a score table and keeps what it changed; kind is
// the act, item the indicator it is about, "" for the table as a whole. What the
// organ itself says needs AppealScores there, all else Score at the office.
// Private files that the verb puts in are kept for good.
func (s *Store) WithAssessment(ctx context.Context, by By, id int64, kind, item string, files []oversight.ScoreFile, verb AssessmentVerb) (Done, error) {
	return s.do(ctx, by, "score", func(h *hand) (string, error) {
		f, err := s.assessment(h.ctx, h, by.Viewer, id)
		if err != nil {
			return "", err
		}
		own := kind == act.ScoreSelf || kind == act.BonusAsked
		switch {
		case own && !f.Speaks:
			return "", Forbidden(org.AppealScores)
		case !own && !f.Round.Assesses:
			return "", Forbidden(org.Score)
		}
		if f.Masked { // what is kept is the whole table
			if err := h.unmask(&f); err != nil {
				return "", err
			}
		}
		before := f.Assessment
		was := oversight.Mark{}
		if m := before.Mark(item); m != nil {
			was = *m
		}
		f.Assessment.Marks = append([]oversight.Mark(nil), before.Marks...)
		if err := verb(&f.Assessment, f.Round.Sheet, &f.Round.Round, by.Viewer); errors.Is(err, oversight.ErrChanged) {
			return "", ErrConflict
		} else if err != nil {
			return "", err
		}
		if err := h.writeAssessment(&f.Assessment); err != nil {
			return "", err
		}
		for _, x := range files {
			if err := h.keepPrivate(x.File, ScoreRef(id)); err != nil {
				return "", err
			}
		}
		if !own {
			if err := h.notesScorer(f.Round.ID); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(id), h.note(kind, ScoreRef(id), f.Assessment.Organ, []string{RoundRef(f.Round.ID)}, scoreChanges(f.Round.Sheet, item, &was, f.Mark(item))...)
	})
}

// unmask reads the marks again that mask took out.
func (h *hand) unmask(f *AssessmentFile) error {
	var selfOn, marks string
	if err := h.QueryRowContext(h.ctx, "select "+totalColumns+", a.marks from assessment a where a.id = $1", f.ID).
		Scan(append(totalDest(&f.Assessment, &selfOn), &marks)...); err != nil {
		return err
	}
	f.Marks = nil
	return json.Unmarshal([]byte(marks), &f.Marks)
}

// notesScorer remembers who gave points in a round.
func (h *hand) notesScorer(round int64) error {
	_, err := h.ExecContext(h.ctx, "insert into score_person (score_round, person) values ($1, $2) on conflict (score_round, person) do nothing", round, h.by.Viewer.Person)
	return err
}

// scoreChanges says what became of a mark.
func scoreChanges(x *oversight.Scheme, item string, was, now *oversight.Mark) []act.Change {
	i, _ := x.Indicator(item)
	if i == nil || now == nil {
		return nil
	}
	say := func(m *oversight.Mark) string {
		switch m.State {
		case oversight.MarkScored:
			return m.Points.String() + " 分"
		case oversight.MarkOut:
			return "不计入"
		}
		return "待评"
	}
	out := []act.Change{{Field: item + " " + i.Name, Old: say(was), New: say(now)}, {Field: "理由", Old: was.Reason, New: now.Reason}}
	if len(was.Events) != len(now.Events) {
		out = append(out, act.Change{Field: "登记情形", Old: fmt.Sprint(len(was.Events)), New: fmt.Sprint(len(now.Events))})
	}
	if now.Self != nil {
		old := ""
		if was.Self != nil {
			old = was.Self.Points.String()
		}
		out = append(out, act.Change{Field: "自评分", Old: old, New: now.Self.Points.String()})
	}
	return out
}
