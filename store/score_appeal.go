package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
)

const appealSQL = `select x.id, x.score_round, x.assessment, x.organ, x.item, x.own, x.was, x.want, x.body, x.files, x.asked_by, coalesce(p.name, ''), x.on_day, x.due,
	x.state, x.became, x.reply, x.decided_by, coalesce(d.name, ''), x.decided_on, x.version
	from score_appeal x left join person p on p.id = x.asked_by left join person d on d.id = x.decided_by where `

func appealScan(r scanner) (x oversight.Appeal, err error) {
	var files string
	var days [3]string
	err = r.Scan(&x.ID, &x.Round, &x.Assessment, &x.Organ, &x.Item, &x.Own, &x.Was, &x.Want, &x.Text, &files, &x.By, &x.Name, &days[0], &days[1],
		&x.State, &x.To, &x.Reply, &x.Decider, &x.DName, &days[2], &x.Version)
	for i, to := range []*law.Date{&x.On, &x.Due, &x.Decided} {
		if err == nil {
			err = to.UnmarshalText([]byte(days[i]))
		}
	}
	if err == nil {
		err = json.Unmarshal([]byte(files), &x.Files)
	}
	return x, err
}

func appealsOf(ctx context.Context, q asker, rest string, args ...any) ([]oversight.Appeal, error) {
	rows, err := q.QueryContext(ctx, appealSQL+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []oversight.Appeal
	for rows.Next() {
		x, err := appealScan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// An AppealRow is an appeal as a list shows it.
type AppealRow struct {
	oversight.Appeal
	OrganName, RoundName, ItemName string
}

// Appeals lists appeals that wait, or those that were decided, the newest first:
// of the offices the viewer assesses for or watches, and of his own organs.
func (s *Store) Appeals(ctx context.Context, v org.Viewer, decided bool, before int64, limit int) ([]AppealRow, error) {
	var args []any
	see := watchScope(v, &args)
	own := scope(v.Scope(org.SeeScores), "ao.home", "ao.path", "", &args)
	state := "x.state = 'asked'"
	if decided {
		state = "x.state <> 'asked'"
	}
	if before <= 0 {
		before = 1<<63 - 1
	}
	if limit <= 0 || limit > MaxRounds {
		limit = MaxRounds
	}
	args = append(args, before, limit)
	ids, names := []int64{}, map[int64][2]string{}
	err := func() error {
		rows, err := s.read.QueryContext(ctx, `select x.id, ao.name, r.name from score_appeal x join score_round r on r.id = x.score_round join organ o on o.id = r.organ
			join scheme m on m.id = r.scheme join organ ao on ao.id = x.organ where `+state+` and r.state in ('announced', 'closed') and (`+see+" or "+own+
			fmt.Sprintf(") and x.id < $%d order by x.id desc limit $%d", len(args)-1, len(args)), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var n [2]string
			if err := rows.Scan(&id, &n[0], &n[1]); err != nil {
				return err
			}
			ids, names[id] = append(ids, id), n
		}
		return rows.Err()
	}()
	if err != nil {
		return nil, fmt.Errorf("store: appeals: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := appealsOf(ctx, s.read, "x.id in ("+numbers(ids)+") order by x.id desc")
	if err != nil {
		return nil, fmt.Errorf("store: appeals: %w", err)
	}
	var out []AppealRow
	sheets := map[int64]*oversight.Scheme{}
	for _, x := range list {
		row := AppealRow{Appeal: x, OrganName: names[x.ID][0], RoundName: names[x.ID][1], ItemName: x.Item}
		if sheets[x.Round] == nil {
			if sheets[x.Round], err = s.schemeOf(ctx, x.Round); err != nil {
				return nil, fmt.Errorf("store: appeals: %w", err)
			}
		}
		if i, _ := sheets[x.Round].Indicator(x.Item); i != nil {
			row.ItemName = i.Name
		}
		out = append(out, row)
	}
	return out, nil
}

func (s *Store) schemeOf(ctx context.Context, round int64) (*oversight.Scheme, error) {
	var scheme, edition int64
	if err := s.read.QueryRowContext(ctx, "select scheme, edition from score_round where id = $1", round).Scan(&scheme, &edition); err != nil {
		return nil, err
	}
	return s.edition(ctx, s.read, scheme, edition)
}

// Appeal is one appeal with the score table it is about, or ErrNotFound.
func (s *Store) Appeal(ctx context.Context, v org.Viewer, id int64) (oversight.Appeal, AssessmentFile, error) {
	x, f, err := s.appeal(ctx, s.read, v, id)
	if err != nil {
		return x, f, fmt.Errorf("store: appeal %d: %w", id, s.dialect.translate(err))
	}
	return x, f, nil
}

func (s *Store) appeal(ctx context.Context, q asker, v org.Viewer, id int64) (x oversight.Appeal, f AssessmentFile, err error) {
	if x, err = appealScan(q.QueryRowContext(ctx, appealSQL+"x.id = $1", id)); err != nil {
		return x, f, err
	}
	f, err = s.assessment(ctx, q, v, x.Assessment)
	return x, f, err
}

// AskAppeal keeps an appeal; Done.Answer is its id. The organ's own needs
// AppealScores there, one the office makes itself (Own) Score at the office.
func (s *Store) AskAppeal(ctx context.Context, by By, x oversight.Appeal) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "appeal", func(h *hand) (string, error) {
		f, err := s.assessment(h.ctx, h, by.Viewer, x.Assessment)
		switch {
		case err != nil:
			return "", err
		case x.Own && !f.Round.Assesses:
			return "", Forbidden(org.Score)
		case !x.Own && !f.Speaks:
			return "", Forbidden(org.AppealScores)
		case f.Masked:
			return "", ErrNotFound
		}
		if err := f.Assessment.Appeals(f.Round.Sheet, &f.Round.Round, by.Viewer, &x, h.day); err != nil {
			return "", err
		}
		days, err := s.workdays(h.ctx, h, org.AppealReview, f.Round.Organ)
		if err != nil {
			return "", err
		}
		x.Due, _ = cal.Add(h.day, days)
		x.ID, x.Round, x.Organ = s.NewID(), f.Round.ID, f.Assessment.Organ
		files, err := json.Marshal(x.Files)
		if err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, `insert into score_appeal (id, score_round, assessment, organ, item, own, was, want, body, files, asked_by, on_day, due, state, became, reply, decided_by, decided_on, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'asked', 0, '', 0, '', 1)`,
			x.ID, x.Round, x.Assessment, x.Organ, x.Item, flag(x.Own), int64(x.Was), int64(x.Want), x.Text, string(files), x.By, x.On.String(), x.Due.String()); err != nil {
			return "", err
		}
		for _, p := range x.Files {
			if err := h.keepPrivate(p.File, ScoreRef(x.Assessment)); err != nil {
				return "", err
			}
		}
		n := News{Kind: act.ScoreAppealed, Ref: AppealRef(x.ID), Organ: f.Round.Organ, Subject: f.Round.Name, Link: fmt.Sprintf("/desk/scores/appeals/%d", x.ID), Due: x.Due}
		if _, err := h.notify(n, ToRole(org.Office, f.Round.Organ), ToRole(org.Head, f.Round.Organ)); err != nil {
			return "", err
		}
		return fmt.Sprint(x.ID), h.note(act.ScoreAppealed, ScoreRef(x.Assessment), x.Organ, []string{AppealRef(x.ID)},
			act.Change{Field: "指标", New: x.Item}, act.Change{Field: "现得分", New: x.Was.String()}, act.Change{Field: "认为应得", New: x.Want.String()}, act.Change{Field: "理由", New: x.Text})
	})
}

// AppealRef is the reference of notices about an appeal.
func AppealRef(id int64) string { return fmt.Sprintf("score-appeal/%d", id) }

// workdays is a number of working days that an organ decided on.
func (s *Store) workdays(ctx context.Context, q asker, name string, organ int64) (calendar.Workdays, error) {
	c, _ := org.ChoiceOf(name)
	var set string
	err := q.QueryRowContext(ctx, "select value from setting where organ = $1 and name = $2", organ, name).Scan(&set)
	if err != nil && notFound(err) != ErrNotFound {
		return 0, err
	}
	if set == "" {
		set = c.Default
	}
	n, err := strconv.Atoi(set)
	return calendar.Workdays(n), err
}

// AppealDays is for how many working days after the announcement organs may
// appeal to an office.
func (s *Store) AppealDays(ctx context.Context, organ int64) (calendar.Workdays, error) {
	n, err := s.workdays(ctx, s.read, org.AppealDays, organ)
	if err != nil {
		err = fmt.Errorf("store: days of appeal: %w", err)
	}
	return n, err
}

// AppealVerb is what is done with an appeal: oversight's Decide or Withdraw.
type AppealVerb func(x *oversight.Appeal, a *oversight.Assessment, m *oversight.Scheme, r *oversight.Round, today law.Date) error

// WithAppeal runs a verb on an appeal and keeps what it changed, the corrected
// score with it. Withdrawing needs AppealScores at the organ, deciding Score at
// the office.
func (s *Store) WithAppeal(ctx context.Context, by By, id, version int64, kind string, verb AppealVerb) (Done, error) {
	return s.do(ctx, by, "appeal", func(h *hand) (string, error) {
		x, f, err := s.appeal(h.ctx, h, by.Viewer, id)
		switch {
		case err != nil:
			return "", err
		case kind == act.AppealWithdrawn && !x.Own && !f.Speaks:
			return "", Forbidden(org.AppealScores)
		case (kind != act.AppealWithdrawn || x.Own) && !f.Round.Assesses:
			return "", Forbidden(org.Score)
		case x.Version != version:
			return "", ErrConflict
		}
		was := oversight.Mark{}
		if m := f.Mark(x.Item); m != nil {
			was = *m
		}
		f.Assessment.Marks = append([]oversight.Mark(nil), f.Marks...)
		total := f.Total
		if err := verb(&x, &f.Assessment, f.Round.Sheet, &f.Round.Round, h.day); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `update score_appeal set state = $3, became = $4, reply = $5, decided_by = $6, decided_on = $7, version = version + 1 where id = $1 and version = $2`,
			id, version, string(x.State), int64(x.To), x.Reply, x.Decider, x.Decided.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		if x.State == oversight.AppealUpheld {
			if err := h.writeAssessment(&f.Assessment); err != nil {
				return "", err
			}
		}
		if err := h.settle(AppealRef(id)); err != nil {
			return "", err
		}
		if kind == act.AppealDecided {
			n := News{Kind: kind, Ref: ScoreRef(x.Assessment), Organ: x.Organ, Subject: f.Round.Name, Link: fmt.Sprintf("/desk/scores/appeals/%d", id)}
			if _, err := h.notify(n, ToPerson(x.By), ToRole(org.Head, x.Organ)); err != nil {
				return "", err
			}
		}
		changes := append([]act.Change{{Field: "申诉", New: x.State.Chinese()}, {Field: "复核理由", New: x.Reply}, {Field: "总分", Old: total.String(), New: f.Total.String()}},
			scoreChanges(f.Round.Sheet, x.Item, &was, f.Mark(x.Item))...)
		return fmt.Sprint(id), h.note(kind, ScoreRef(x.Assessment), x.Organ, []string{AppealRef(id)}, changes...)
	})
}
