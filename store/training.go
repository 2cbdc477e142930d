package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// TrainingRow is a session with the name of its organ.
type TrainingRow struct {
	oversight.Training
	OrganName string
	Edits     bool // the viewer may change it
	Whole     bool // the viewer sees the whole list; otherwise only his own line
	// Of a list, which reads no people: how many are on it, came, had to and did not.
	Listed, Came, Absent int
}

// TrainingRef is the reference of acts on a session, and of its private files.
func TrainingRef(id int64) string { return fmt.Sprintf("training/%d", id) }

const trainingSQL = `select t.id, t.organ, t.year, t.title, t.topic, t.planned, t.held, t.place, t.minutes, t.lecturer, t.audience, t.outside, t.state, t.code, t.test, t.version, o.name, o.home, o.path,
	(select count(*) from training_person p where p.training = t.id), (select count(*) from training_person p where p.training = t.id and p.signed_at > 0),
	(select count(*) from training_person p where p.training = t.id and p.must = 1 and p.signed_at = 0)
	from training t join organ o on o.id = t.organ`

func scanTraining(r scanner) (x TrainingRow, to org.Subject, err error) {
	var planned, held, test string
	err = r.Scan(&x.ID, &x.Organ, &x.Year, &x.Title, &x.Topic, &planned, &held, &x.Place, &x.Minutes, &x.Lecturer, &x.Audience, &x.Outside, &x.State, &x.Code, &test, &x.Version, &x.OrganName, &to.Home, &to.Path,
		&x.Listed, &x.Came, &x.Absent)
	if err != nil {
		return x, to, err
	}
	to.Organ = x.Organ
	if err = dates(planned, held, &x.Planned, &x.Held); err == nil && test != "" {
		err = json.Unmarshal([]byte(test), &x.Test)
	}
	return x, to, err
}

// trainingParts reads who is on the list and what files there are.
func (s *Store) trainingParts(ctx context.Context, q asker, x *TrainingRow) error {
	rows, err := q.QueryContext(ctx, "select id, person, name, unit, must, signed_at, how, tries, best, passed from training_person where training = $1 order by unit, id", x.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p oversight.Trainee
		var must, passed int
		if err := rows.Scan(&p.ID, &p.Person, &p.Name, &p.Unit, &must, &p.Signed, &p.How, &p.Tries, &p.Best, &passed); err != nil {
			return err
		}
		p.Must, p.Passed = must != 0, passed != 0
		x.People = append(x.People, p)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	files, err := q.QueryContext(ctx, "select id, name, use, file_hash, private_file, size from training_file where training = $1 order by id", x.ID)
	if err != nil {
		return err
	}
	defer files.Close()
	for files.Next() {
		var f oversight.TrainingFile
		var use string
		if err := files.Scan(&f.ID, &f.Name, &use, &f.Hash, &f.Private, &f.Size); err != nil {
			return err
		}
		f.Sheet = use == "sheet"
		x.Files = append(x.Files, f)
	}
	return files.Err()
}

// TrainingQuery chooses sessions. Zero fields choose all that the viewer may see.
type TrainingQuery struct {
	Year  int
	Organ int64
	Mine  bool // the viewer is on the list, wherever it is held
	Limit int
}

// MaxTrainings bounds one list of sessions.
const MaxTrainings = 300

// Trainings lists sessions of the plan by day, without people and files: those of
// organs where the viewer may SeeLedgers, or those he is on the list of.
func (s *Store) Trainings(ctx context.Context, v org.Viewer, q TrainingQuery) ([]TrainingRow, error) {
	var p pick
	if q.Mine {
		p.and("exists (select 1 from training_person p where p.training = t.id and p.person = " + p.arg(v.Person) + " and p.person <> 0)")
	} else {
		p.in(v.Scope(org.SeeLedgers), "o.home", "o.path", "")
	}
	p.is(q.Year != 0, "t.year = ", q.Year)
	p.is(q.Organ != 0, "t.organ = ", q.Organ)
	rows, err := p.rows(ctx, s.read, trainingSQL, "t.year desc, case when t.held <> '' then t.held when t.planned <> '' then t.planned else '9' end, t.id", atMost(q.Limit, MaxTrainings))
	return gather("trainings", rows, err, func(r scanner) (TrainingRow, error) {
		x, to, err := scanTraining(r)
		if err == nil {
			x.Edits = org.May(v, org.EditLedgers, to)
		}
		return x, err
	})
}

// Training is one session with its list and files, for those who may SeeLedgers
// there. Somebody who is only on the list gets it with his own line alone and
// without the scan of the signed list. ErrNotFound for everybody else.
func (s *Store) Training(ctx context.Context, v org.Viewer, id int64) (TrainingRow, error) {
	x, to, err := scanTraining(s.read.QueryRowContext(ctx, trainingSQL+" where t.id = $1", id))
	if err == nil {
		err = s.trainingParts(ctx, s.read, &x)
	}
	if err != nil {
		return TrainingRow{}, fmt.Errorf("store: training %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditLedgers, to)
	if x.Whole = org.May(v, org.SeeLedgers, to); x.Whole {
		return x, nil
	}
	x.People = slices.DeleteFunc(x.People, func(p oversight.Trainee) bool { return p.Person == 0 || p.Person != v.Person })
	x.Files = slices.DeleteFunc(x.Files, func(f oversight.TrainingFile) bool { return f.Sheet })
	x.Code, x.Edits, x.Listed, x.Came, x.Absent = "", false, 0, 0, 0
	if len(x.People) == 0 {
		return TrainingRow{}, fmt.Errorf("store: training %d: %w", id, ErrNotFound)
	}
	return x, nil
}

// SaveTraining keeps a session of a plan: a new one where ID is 0, else what its
// form holds, without its list and files. It needs EditLedgers at the organ.
// Done.Answer is the id.
func (s *Store) SaveTraining(ctx context.Context, by By, t oversight.Training) (Done, error) {
	return s.do(ctx, by, "save training", func(h *hand) (string, error) {
		if bad := t.Check(); len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		to, err := h.subject(t.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		test, err := testText(t.Test)
		if err != nil {
			return "", err
		}
		fresh := t.ID == 0
		if fresh {
			t.ID = s.NewID()
			_, err = h.ExecContext(h.ctx, `insert into training (id, organ, year, title, topic, planned, held, place, minutes, lecturer, audience, outside, state, code, test, version, made_at)
				values ($1, $2, $3, $4, $5, $6, '', $7, $8, $9, $10, 0, $11, '', $12, 1, $13)`,
				t.ID, t.Organ, t.Year, t.Title, t.Topic, t.Planned.String(), t.Place, t.Minutes, t.Lecturer, t.Audience, string(oversight.TrainingPlanned), test, h.now)
		} else {
			var old oversight.Training
			x, _, e := scanTraining(h.QueryRowContext(h.ctx, trainingSQL+" where t.id = $1 and t.organ = $2", t.ID, t.Organ))
			if old = x.Training; e != nil {
				return "", e
			}
			tested, e := h.tested(t.ID)
			if e != nil {
				return "", e
			}
			if now, _ := testText(old.Test); now != test && tested {
				return "", act.Refuse("已经有人参加测试，题目不能再改。")
			}
			err = one(h.ExecContext(h.ctx, `update training set year = $3, title = $4, topic = $5, planned = $6, place = $7, minutes = $8, lecturer = $9, audience = $10, test = $11, version = version + 1
				where id = $1 and version = $2`, t.ID, t.Version, t.Year, t.Title, t.Topic, t.Planned.String(), t.Place, t.Minutes, t.Lecturer, t.Audience, test))
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprint(t.ID), h.note(act.TrainingSaved, TrainingRef(t.ID), t.Organ, nil, act.Change{Field: "培训", New: t.Title}, act.Change{Field: "计划日期", New: t.Planned.String()})
	})
}

// firstRefusal is a refusal of the first of what is wrong, by field.
func firstRefusal(bad map[string]string) error {
	fields := make([]string, 0, len(bad))
	for f := range bad {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	return act.Refuse(bad[fields[0]])
}

func testText(t oversight.Test) (string, error) {
	if len(t.Questions) == 0 {
		return "", nil
	}
	b, err := json.Marshal(t)
	return string(b), err
}

// tested reports whether anybody has answered the test.
func (h *hand) tested(id int64) (there bool, err error) {
	err = h.QueryRowContext(h.ctx, "select exists (select 1 from training_person where training = $1 and tries > 0)", id).Scan(&there)
	return there, err
}

// TrainingVerb is what is done with a session: oversight's verbs. at is the
// instant in milliseconds since 1970.
type TrainingVerb func(t *oversight.Training, today law.Date, at int64) error

// WithTraining runs a verb on a session and keeps what it changed, its list
// included. It needs EditLedgers at its organ; ErrConflict if somebody was faster.
func (s *Store) WithTraining(ctx context.Context, by By, id, version int64, kind string, verb TrainingVerb) (Done, error) {
	return s.do(ctx, by, "training", func(h *hand) (string, error) {
		x, to, err := scanTraining(h.QueryRowContext(h.ctx, trainingSQL+" where t.id = $1", id))
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeeLedgers, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		if x.Version != version {
			return "", ErrConflict
		}
		if err := s.trainingParts(h.ctx, h, &x); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.runTraining(&x, kind, verb)
	})
}

// runTraining runs the verb and writes what it changed.
func (h *hand) runTraining(x *TrainingRow, kind string, verb TrainingVerb) error {
	before := x.Training
	before.People, before.Files = slices.Clone(x.People), slices.Clone(x.Files)
	if err := verb(&x.Training, h.day, h.now); err != nil {
		return err
	}
	t := &x.Training
	err := one(h.ExecContext(h.ctx, `update training set year = $3, held = $4, place = $5, minutes = $6, outside = $7, state = $8, code = $9, version = version + 1 where id = $1 and version = $2`,
		t.ID, before.Version, t.Year, t.Held.String(), t.Place, t.Minutes, t.Outside, string(t.State), t.Code))
	if err != nil {
		return err
	}
	if err := h.putTrainees(t, before.People); err != nil {
		return err
	}
	if err := h.putTrainingFiles(t, before.Files); err != nil {
		return err
	}
	ref := TrainingRef(t.ID)
	if t.State == oversight.TrainingDropped || t.State == oversight.TrainingHeld && before.State != t.State {
		if err := h.settle(ref); err != nil {
			return err
		}
	}
	return h.note(kind, ref, t.Organ, nil, act.Change{Field: "状态", Old: before.State.Chinese(), New: t.State.Chinese()}, act.Change{Field: "举办日期", Old: before.Held.String(), New: t.Held.String()},
		act.Change{Field: "名单人数", Old: fmt.Sprint(len(before.People)), New: fmt.Sprint(len(t.People))}, act.Change{Field: "到场人数", Old: fmt.Sprint(before.Present()), New: fmt.Sprint(t.Present())},
		act.Change{Field: "材料数", Old: fmt.Sprint(len(before.Files)), New: fmt.Sprint(len(t.Files))})
}

// putTrainees writes lines that are new, changed or gone, and tells who is new on
// the list.
func (h *hand) putTrainees(t *oversight.Training, before []oversight.Trainee) error {
	old := map[int64]oversight.Trainee{}
	for _, p := range before {
		old[p.ID] = p
	}
	var fresh []To
	for i := range t.People {
		p := &t.People[i]
		was, there := old[p.ID]
		delete(old, p.ID)
		if there && was == *p {
			continue
		}
		if !there || p.ID == 0 {
			p.ID = h.s.NewID()
			if p.Person != 0 && p.Signed == 0 {
				fresh = append(fresh, ToPerson(p.Person))
			}
		}
		_, err := h.ExecContext(h.ctx, `insert into training_person (id, training, person, name, unit, must, signed_at, how, tries, best, passed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			on conflict (id) do update set must = excluded.must, signed_at = excluded.signed_at, how = excluded.how, tries = excluded.tries, best = excluded.best, passed = excluded.passed`,
			p.ID, t.ID, p.Person, p.Name, p.Unit, flag(p.Must), p.Signed, p.How, p.Tries, p.Best, flag(p.Passed))
		if err != nil {
			return err
		}
	}
	for id := range old {
		if _, err := h.ExecContext(h.ctx, "delete from training_person where id = $1", id); err != nil {
			return err
		}
	}
	if len(fresh) == 0 || t.State != oversight.TrainingPlanned {
		return nil
	}
	for part := range slices.Chunk(fresh, 100) {
		if _, err := h.notify(News{Kind: act.TrainingSaved, Ref: TrainingRef(t.ID), Organ: t.Organ, Subject: "培训：" + t.Title, Link: fmt.Sprintf("/desk/trainings/%d", t.ID), Due: t.Planned, Once: "training/" + fmt.Sprint(t.ID)}, part...); err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) putTrainingFiles(t *oversight.Training, before []oversight.TrainingFile) error {
	ref := TrainingRef(t.ID)
	for i := range t.Files {
		f := &t.Files[i]
		if slices.ContainsFunc(before, func(o oversight.TrainingFile) bool { return o.ID == f.ID && f.ID != 0 }) {
			continue
		}
		f.ID = h.s.NewID()
		use := "material"
		if f.Sheet {
			use = "sheet"
		}
		if f.Private != 0 {
			if err := h.keepPrivate(f.Private, ref); err != nil {
				return err
			}
		}
		if _, err := h.ExecContext(h.ctx, "insert into training_file (id, training, name, use, file_hash, private_file, size, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
			f.ID, t.ID, f.Name, use, f.Hash, f.Private, f.Size, h.now); err != nil {
			return err
		}
	}
	for _, f := range before {
		if slices.ContainsFunc(t.Files, func(n oversight.TrainingFile) bool { return n.ID == f.ID }) {
			continue
		}
		if _, err := h.ExecContext(h.ctx, "delete from training_file where id = $1", f.ID); err != nil {
			return err
		}
		if f.Private != 0 {
			if err := h.s.dropPrivate(h.ctx, h.Tx, f.Private); err != nil {
				return err
			}
		}
	}
	return nil
}
