package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// SurveyRow is a survey with the name of its organ and how many answered.
type SurveyRow struct {
	oversight.Survey
	OrganName string
	Answers   int
	Edits     bool // the viewer may change it
}

// SurveyRef is the reference of acts on a survey.
func SurveyRef(id int64) string { return fmt.Sprintf("survey/%d", id) }

const surveyKey = "survey" // purpose under which keys of surveys are sealed

const surveySQL = `select s.id, s.organ, s.number, s.year, s.title, s.intro, s.questions, s.opens, s.closes, s.web, s.paper, s.open_results, s.state, s.version, s.sealed_key, o.name, o.home, o.path,
	(select count(*) from survey_answer a where a.survey = s.id) from survey s join organ o on o.id = s.organ`

func scanSurvey(r scanner) (x SurveyRow, to org.Subject, key []byte, err error) {
	var opens, closes, questions string
	var web, paper, results int
	err = r.Scan(&x.ID, &x.Organ, &x.Number, &x.Year, &x.Title, &x.Intro, &questions, &opens, &closes, &web, &paper, &results, &x.State, &x.Version, &key, &x.OrganName, &to.Home, &to.Path, &x.Answers)
	if err != nil {
		return x, to, key, err
	}
	to.Organ, x.Web, x.Paper, x.OpenResults = x.Organ, web != 0, paper != 0, results != 0
	if err = dates(opens, closes, &x.Opens, &x.Closes); err == nil {
		err = json.Unmarshal([]byte(questions), &x.Questions)
	}
	return x, to, key, err
}

// Surveys lists surveys that the viewer may see, the newest first.
func (s *Store) Surveys(ctx context.Context, v org.Viewer, year int) ([]SurveyRow, error) {
	var args []any
	cond := scope(v.Scope(org.SeeLedgers), "o.home", "o.path", "", &args)
	if year != 0 {
		args = append(args, year)
		cond += fmt.Sprintf(" and s.year = $%d", len(args))
	}
	return s.surveys(ctx, v, cond+" order by s.id desc limit 200", args...)
}

// OpenSurveys lists those that the public can answer on the day on the web.
func (s *Store) OpenSurveys(ctx context.Context, today law.Date) ([]SurveyRow, error) {
	return s.surveys(ctx, org.Viewer{}, "s.state = $1 and s.web = 1 and s.opens <= $2 and s.closes >= $2 order by s.id desc limit 20", string(oversight.SurveyOpen), today.String())
}

func (s *Store) surveys(ctx context.Context, v org.Viewer, cond string, args ...any) ([]SurveyRow, error) {
	rows, err := s.read.QueryContext(ctx, surveySQL+" where "+cond, args...)
	if err != nil {
		return nil, fmt.Errorf("store: surveys: %w", err)
	}
	defer rows.Close()
	var out []SurveyRow
	for rows.Next() {
		x, to, _, err := scanSurvey(rows)
		if err != nil {
			return nil, fmt.Errorf("store: surveys: %w", err)
		}
		x.Edits = org.May(v, org.EditLedgers, to)
		out = append(out, x)
	}
	return out, rows.Err()
}

// Survey is one survey that the viewer may see, or ErrNotFound.
func (s *Store) Survey(ctx context.Context, v org.Viewer, id int64) (SurveyRow, error) {
	x, to, _, err := scanSurvey(s.read.QueryRowContext(ctx, surveySQL+" where s.id = $1", id))
	if err == nil && !org.May(v, org.SeeLedgers, to) {
		err = ErrNotFound
	}
	if err != nil {
		return SurveyRow{}, fmt.Errorf("store: survey %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditLedgers, to)
	return x, nil
}

// SurveyNumbered is the survey of a public address, also one that is over, or
// ErrNotFound. One that is being written is nobody's.
func (s *Store) SurveyNumbered(ctx context.Context, number string) (SurveyRow, error) {
	x, _, _, err := scanSurvey(s.read.QueryRowContext(ctx, surveySQL+" where s.number = $1 and s.state <> $2", plainCode(number), string(oversight.SurveyDraft)))
	if err != nil {
		return SurveyRow{}, fmt.Errorf("store: survey: %w", notFound(err))
	}
	return x, nil
}

// SaveSurvey keeps a survey that is being written: a new one where ID is 0. It
// needs EditLedgers at the organ; Done.Answer is the id.
func (s *Store) SaveSurvey(ctx context.Context, by By, x oversight.Survey) (Done, error) {
	return s.do(ctx, by, "save survey", func(h *hand) (string, error) {
		if bad := x.Check(); len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		to, err := h.subject(x.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		questions, err := json.Marshal(x.Questions)
		if err != nil {
			return "", err
		}
		fresh := x.ID == 0
		if fresh {
			x.ID = s.NewID()
			key, err := s.newRecordKey(surveyKey, SurveyRef(x.ID))
			if err != nil {
				return "", err
			}
			mark, err := s.mac("survey number", fmt.Append(nil, x.ID))
			if err != nil {
				return "", err
			}
			x.Number = codeLetters.EncodeToString(mark)[:8]
			_, err = h.ExecContext(h.ctx, `insert into survey (id, organ, number, year, title, intro, questions, opens, closes, web, paper, open_results, state, version, made_at, sealed_key)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15)`, x.ID, x.Organ, x.Number, x.Opens.Year, x.Title, x.Intro, string(questions), x.Opens.String(), x.Closes.String(),
				flag(x.Web), flag(x.Paper), flag(x.OpenResults), string(oversight.SurveyDraft), h.now, key.sealed)
			if err != nil {
				return "", err
			}
		} else {
			old, _, _, err := scanSurvey(h.QueryRowContext(h.ctx, surveySQL+" where s.id = $1 and s.organ = $2", x.ID, x.Organ))
			if err != nil {
				return "", err
			}
			if old.State != oversight.SurveyDraft {
				return "", act.Refuse("评议" + old.State.Chinese() + "，不能再修改：已经收到的回答是对原来的题目作出的。")
			}
			if err := one(h.ExecContext(h.ctx, `update survey set year = $3, title = $4, intro = $5, questions = $6, opens = $7, closes = $8, web = $9, paper = $10, open_results = $11, version = version + 1 where id = $1 and version = $2`,
				x.ID, x.Version, x.Opens.Year, x.Title, x.Intro, string(questions), x.Opens.String(), x.Closes.String(), flag(x.Web), flag(x.Paper), flag(x.OpenResults))); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(x.ID), h.note(act.SurveySaved, SurveyRef(x.ID), x.Organ, nil, act.Change{Field: "评议", New: x.Title}, act.Change{Field: "题数", New: fmt.Sprint(len(x.Questions))})
	})
}

// WithSurvey runs oversight's Begin or End on a survey. ErrConflict if somebody
// was faster.
func (s *Store) WithSurvey(ctx context.Context, by By, id, version int64, kind string, verb func(x *oversight.Survey, today law.Date) error) (Done, error) {
	return s.do(ctx, by, "survey", func(h *hand) (string, error) {
		x, to, _, err := scanSurvey(h.QueryRowContext(h.ctx, surveySQL+" where s.id = $1", id))
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeeLedgers, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		before := x.Survey
		if err := verb(&x.Survey, h.day); err != nil {
			return "", err
		}
		if err := one(h.ExecContext(h.ctx, "update survey set state = $3, closes = $4, version = version + 1 where id = $1 and version = $2", id, version, string(x.State), x.Closes.String())); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(kind, SurveyRef(id), x.Organ, nil, act.Change{Field: "状态", Old: before.State.Chinese(), New: x.State.Chinese()}, act.Change{Field: "结束", Old: before.Closes.String(), New: x.Closes.String()})
	})
}

// keptAnswer is the form in which choices are kept.
type keptAnswer struct {
	Chosen [][]int `json:"c"`
}

// AnswerSurvey keeps one answer from the web. browser names a browser by chance:
// a second answer of the same is act.Refusal. Nothing else says who it was.
func (s *Store) AnswerSurvey(ctx context.Context, number, browser string, a oversight.SurveyAnswer) (Done, error) {
	return s.do(ctx, By{Viewer: org.Program("公开网站")}, "answer survey", func(h *hand) (string, error) {
		x, _, sealed, err := scanSurvey(h.QueryRowContext(h.ctx, surveySQL+" where s.number = $1", plainCode(number)))
		switch {
		case err != nil:
			return "", err
		case !x.Web || !x.Running(h.day):
			return "", act.Refuse("这次评议现在不接收回答。")
		}
		mark, err := s.mac("survey browser", []byte(x.Number+"/"+browser))
		if err != nil {
			return "", err
		}
		new, err := h.putAnswer(x, sealed, hex.EncodeToString(mark), "web", a)
		if err == nil && !new {
			err = act.Refuse("您已经回答过这次评议，谢谢。")
		}
		return "", err
	})
}

// EnterSurvey keeps one answer that was given on paper in the hall. It needs
// EditLedgers at the organ.
func (s *Store) EnterSurvey(ctx context.Context, by By, id int64, a oversight.SurveyAnswer) (Done, error) {
	return s.do(ctx, by, "enter survey", func(h *hand) (string, error) {
		x, to, sealed, err := scanSurvey(h.QueryRowContext(h.ctx, surveySQL+" where s.id = $1", id))
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeeLedgers, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		switch {
		case !x.Paper:
			return "", act.Refuse("这次评议没有纸质问卷。")
		case x.State != oversight.SurveyOpen || h.day.Before(x.Opens):
			return "", act.Refuse("这次评议" + x.State.Chinese() + "，不能录入。")
		}
		if _, err := h.putAnswer(x, sealed, "", "paper", a); err != nil {
			return "", err
		}
		return "", h.note(act.SurveyEntered, SurveyRef(id), x.Organ, nil, act.Change{Field: "份数", New: "1"})
	})
}

// putAnswer writes an answer; new is false if the browser has answered before.
func (h *hand) putAnswer(x SurveyRow, sealedKey []byte, mark, channel string, a oversight.SurveyAnswer) (new bool, err error) {
	for _, m := range x.CheckAnswer(&a) {
		return false, act.Refuse(m)
	}
	choices, err := json.Marshal(keptAnswer{a.Chosen})
	if err != nil {
		return false, err
	}
	sealed := []byte{}
	id := h.s.NewID()
	if strings.Join(a.Texts, "") != "" {
		key, err := h.s.openRecordKey(surveyKey, SurveyRef(x.ID), sealedKey)
		if err != nil {
			return false, err
		}
		plain, err := json.Marshal(a.Texts)
		if err != nil {
			return false, err
		}
		if sealed, err = key.seal(fmt.Sprint("answer/", id), plain); err != nil {
			return false, err
		}
	}
	res, err := h.ExecContext(h.ctx, `insert into survey_answer (id, survey, mark, channel, day, answers, sealed_text) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (survey, mark) where mark <> '' do nothing`, id, x.ID, mark, channel, h.day.String(), string(choices), sealed)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// SurveyResults are the counts of a survey and what was written, by question,
// oldest first.
type SurveyResults struct {
	Survey SurveyRow
	Counts oversight.SurveyCounts
	Texts  [][]string // by question
}

// SurveyResults counts a survey for those who may SeeLedgers at its organ.
func (s *Store) SurveyResults(ctx context.Context, v org.Viewer, id int64) (SurveyResults, error) {
	x, err := s.Survey(ctx, v, id)
	if err != nil {
		return SurveyResults{}, err
	}
	return s.countSurvey(ctx, x, true)
}

// PublicResults counts a survey for everybody, without what was written: only of
// one that is over and whose organ publishes its results. ErrNotFound otherwise.
func (s *Store) PublicResults(ctx context.Context, number string, today law.Date) (SurveyResults, error) {
	x, err := s.SurveyNumbered(ctx, number)
	if err != nil {
		return SurveyResults{}, err
	}
	if !x.OpenResults || x.State != oversight.SurveyClosed && !today.After(x.Closes) {
		return SurveyResults{}, fmt.Errorf("store: results of a survey: %w", ErrNotFound)
	}
	return s.countSurvey(ctx, x, false)
}

func (s *Store) countSurvey(ctx context.Context, x SurveyRow, texts bool) (SurveyResults, error) {
	r := SurveyResults{Survey: x, Counts: x.NewCounts(), Texts: make([][]string, len(x.Questions))}
	var sealedKey []byte
	if err := s.read.QueryRowContext(ctx, "select sealed_key from survey where id = $1", x.ID).Scan(&sealedKey); err != nil {
		return r, fmt.Errorf("store: results of a survey: %w", notFound(err))
	}
	key, err := s.openRecordKey(surveyKey, SurveyRef(x.ID), sealedKey)
	if err != nil {
		return r, fmt.Errorf("store: results of a survey: %w", err)
	}
	rows, err := s.read.QueryContext(ctx, "select id, channel, answers, sealed_text from survey_answer where survey = $1 order by id", x.ID)
	if err != nil {
		return r, fmt.Errorf("store: results of a survey: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var channel, choices string
		var sealed []byte
		if err := rows.Scan(&id, &channel, &choices, &sealed); err != nil {
			return r, fmt.Errorf("store: results of a survey: %w", err)
		}
		var kept keptAnswer
		if err := json.Unmarshal([]byte(choices), &kept); err != nil {
			return r, fmt.Errorf("store: results of a survey: %w", err)
		}
		a := oversight.SurveyAnswer{Chosen: kept.Chosen, Texts: make([]string, len(x.Questions))}
		if len(sealed) > 0 {
			plain, err := key.open(fmt.Sprint("answer/", id), sealed)
			if err == nil {
				err = json.Unmarshal(plain, &a.Texts)
			}
			if err != nil {
				return r, fmt.Errorf("store: results of a survey: %w", err)
			}
		}
		r.Counts.Add(x.Survey, a, channel == "web")
		for i, text := range a.Texts {
			if texts && text != "" && i < len(r.Texts) {
				r.Texts[i] = append(r.Texts[i], text)
			}
		}
	}
	return r, rows.Err()
}
