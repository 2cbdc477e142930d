package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// NewTrainingCode draws a number to sign in with.
func NewTrainingCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "" // rand.Reader never fails
	}
	return fmt.Sprintf("%06d", n)
}

// TrainingOfCode is the session that is open to sign in by a number, or
// ErrNotFound.
func (s *Store) TrainingOfCode(ctx context.Context, code string) (int64, error) {
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return 0, fmt.Errorf("store: training by number: %w", ErrNotFound)
	}
	var id int64
	err := s.read.QueryRowContext(ctx, "select id from training where code = $1 and state <> $2 order by id desc limit 1", code, string(oversight.TrainingDropped)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store: training by number: %w", notFound(err))
	}
	return id, nil
}

// SignTraining signs the viewer in at a session by the number that is shown
// there. Who is not on its list is added. It asks no permission but being
// somebody: the number is the permission.
func (s *Store) SignTraining(ctx context.Context, by By, id int64, code string) (Done, error) {
	return s.ownTraining(ctx, by, id, act.TrainingSigned, func(t *oversight.Training, who oversight.Trainee, at int64) error { return t.SignIn(who, code, at) })
}

// AnswerTraining takes the viewer's answers to the test of a session he is on
// the list of. Done.Answer is the result in percent.
func (s *Store) AnswerTraining(ctx context.Context, by By, id int64, given [][]int) (Done, error) {
	percent := 0
	d, err := s.ownTraining(ctx, by, id, act.TrainingTested, func(t *oversight.Training, who oversight.Trainee, _ int64) (err error) {
		percent, err = t.Answer(who.Person, given)
		return err
	})
	if err == nil && !d.Repeated {
		d.Answer = strconv.Itoa(percent)
	}
	return d, err
}

// ownTraining runs a verb on the viewer's own line of a session.
func (s *Store) ownTraining(ctx context.Context, by By, id int64, kind string, verb func(t *oversight.Training, who oversight.Trainee, at int64) error) (d Done, err error) {
	for range maxRuns { // a hall signs in at once: who was overtaken tries again
		if d, err = s.ownTrainingOnce(ctx, by, id, kind, verb); !errors.Is(err, ErrConflict) {
			break
		}
	}
	return d, err
}

func (s *Store) ownTrainingOnce(ctx context.Context, by By, id int64, kind string, verb func(t *oversight.Training, who oversight.Trainee, at int64) error) (Done, error) {
	return s.do(ctx, by, "own training", func(h *hand) (string, error) {
		if by.Viewer.Person == 0 {
			return "", ErrNotFound
		}
		x, _, err := scanTraining(h.QueryRowContext(h.ctx, trainingSQL+" where t.id = $1", id))
		if err != nil {
			return "", err
		}
		if err := s.trainingParts(h.ctx, h, &x); err != nil {
			return "", err
		}
		who := oversight.Trainee{Person: by.Viewer.Person, Name: by.Viewer.Name}
		if err := h.QueryRowContext(h.ctx, "select name from organ where id = $1", by.Viewer.Organ).Scan(&who.Unit); err != nil && notFound(err) != ErrNotFound {
			return "", err
		}
		return "", h.runTraining(&x, kind, func(t *oversight.Training, _ law.Date, at int64) error { return verb(t, who, at) })
	})
}

// Summonable lists who can be put on the list of a session: the people who hold a
// role at the organ, at its direct subordinates, or anywhere below it, as far as
// the viewer may see people, each with the name of his organ.
func (s *Store) Summonable(ctx context.Context, v org.Viewer, organ int64, role org.Role, below bool) ([]oversight.Trainee, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	today, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	args := []any{today.String(), string(role)}
	where := "(w.id = $3 or w.home = $3)"
	if args = append(args, o.ID); below {
		args = append(args[:2], o.Path, afterPrefix(o.Path))
		where = "w.path >= $3 and w.path < $4"
	}
	see := scope(v.Scope(org.SeePeople), "w.home", "w.path", "p.id", &args)
	rows, err := s.read.QueryContext(ctx, `select distinct p.id, p.name, w.name from post t join person p on p.id = t.person join organ w on w.id = t.organ
		where t.role = $2 and (t.valid_from = '' or t.valid_from <= $1) and (t.valid_to = '' or t.valid_to >= $1) and (p.valid_to = '' or p.valid_to >= $1)
		and `+where+` and `+see+fmt.Sprintf(" order by w.name, p.id limit %d", oversight.MaxTrainees+1), args...)
	if err != nil {
		return nil, fmt.Errorf("store: who can be summoned: %w", err)
	}
	defer rows.Close()
	var out []oversight.Trainee
	for rows.Next() {
		p := oversight.Trainee{Must: true}
		if err := rows.Scan(&p.Person, &p.Name, &p.Unit); err != nil {
			return nil, fmt.Errorf("store: who can be summoned: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// TrainingRecord is a year of training of one person.
type TrainingRecord struct {
	Person           int64
	Name, Unit       string
	Summoned, Signed int // sessions
	Minutes          int // of sessions signed in
	Tested, Passed   int
}

// TrainingRecords lists the people of a year's sessions of organs where the
// viewer may SeeLedgers, by unit and name.
func (s *Store) TrainingRecords(ctx context.Context, v org.Viewer, organ int64, year int) ([]TrainingRecord, error) {
	args := []any{year}
	cond := scope(v.Scope(org.SeeLedgers), "o.home", "o.path", "", &args)
	if organ != 0 {
		args = append(args, organ)
		cond += fmt.Sprintf(" and t.organ = $%d", len(args))
	}
	rows, err := s.read.QueryContext(ctx, `select p.person, p.name, p.unit, count(*), sum(case when p.signed_at > 0 then 1 else 0 end), sum(case when p.signed_at > 0 then t.minutes else 0 end),
		sum(case when p.tries > 0 then 1 else 0 end), sum(p.passed) from training_person p join training t on t.id = p.training join organ o on o.id = t.organ
		where t.year = $1 and t.state = 'held' and `+cond+" group by p.person, p.name, p.unit order by p.unit, p.name, p.person limit 5000", args...)
	if err != nil {
		return nil, fmt.Errorf("store: training records: %w", err)
	}
	defer rows.Close()
	var out []TrainingRecord
	for rows.Next() {
		var r TrainingRecord
		if err := rows.Scan(&r.Person, &r.Name, &r.Unit, &r.Summoned, &r.Signed, &r.Minutes, &r.Tested, &r.Passed); err != nil {
			return nil, fmt.Errorf("store: training records: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
