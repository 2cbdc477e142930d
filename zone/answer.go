package zone

import (
	"context"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"io"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/store"
)

// maxAnswer bounds the files of an answer, together, in bytes; what is larger is
// fetched at the office.
const maxAnswer = 24 << 20

// An Answer is what an applicant reads outside with the code.
type Answer struct {
	Number  string         `json:"number,omitempty"`
	Organ   string         `json:"organ,omitempty"`
	State   string         `json:"state,omitempty"`
	Result  string         `json:"result,omitempty"`
	Arrived law.Date       `json:"arrived,omitzero"`
	Due     law.Date       `json:"due,omitzero"`
	Code    string         `json:"code,omitempty"` // query code at the office
	Steps   []AnswerStep   `json:"steps,omitempty"`
	Letters []AnswerLetter `json:"letters,omitempty"`
	Files   []AnswerFile   `json:"files,omitempty"`
	Left    bool           `json:"left,omitempty"` // there is more at the office
	Refused string         `json:"refused,omitempty"`
	On      law.Date       `json:"on"` // when this was told
}

// An AnswerStep is one act of the file.
type AnswerStep struct {
	On   law.Date `json:"on"`
	What string   `json:"what"`
}

// An AnswerLetter is a letter as it was written.
type AnswerLetter struct {
	Name string   `json:"name"`
	No   string   `json:"no"`
	On   law.Date `json:"on"`
	To   string   `json:"to"`
	Body []string `json:"body"`
}

// An AnswerFile is what was disclosed, or a letter with its seal.
type AnswerFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"`
}

func openSealed(k hpke.PrivateKey, b []byte) ([]byte, error) {
	return hpke.Open(k, kdf(), aead(), []byte(sealInfo), b)
}

func tell(ctx context.Context, st *store.Store, t store.ZoneTaken, a Answer) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return err
	}
	sealed, err := sealAnswer(t.Code, plain)
	if err != nil {
		return err
	}
	m, err := mark(t.Code)
	if err != nil {
		return err
	}
	return st.TellZone(ctx, t, m, sealed)
}

// untold is how many answers are made at once.
const untold = 200

// Tell makes answers about what came in and of which more has happened since.
func Tell(ctx context.Context, st *store.Store, today law.Date) error {
	list, err := st.ZoneUntold(ctx, untold)
	if err != nil {
		return err
	}
	for _, t := range list {
		x, err := st.ZoneRequest(ctx, t.Request)
		if err != nil {
			return err
		}
		a, err := answer(ctx, st, x, today)
		if err != nil {
			return err
		}
		if err := tell(ctx, st, t, a); err != nil {
			return err
		}
	}
	return nil
}

// applicantSees are the acts an applicant is told of; the rest is inside the
// office.
var applicantSees = map[string]bool{act.RequestRegistered: true, act.RequestAsked: true, act.RequestCorrected: true, act.RequestExtended: true, act.RequestDelayed: true, act.RequestFeeAsked: true, act.RequestDecided: true}

func answer(ctx context.Context, st *store.Store, x *store.RequestFile, today law.Date) (Answer, error) {
	a := Answer{Number: x.Number, Organ: x.OrganName, State: x.State.Chinese(), Arrived: x.Arrived, On: today}
	cal, err := st.Calendar(ctx)
	if err != nil {
		return a, err
	}
	a.Due = x.Row(cal, today).Due
	if a.Code, err = st.RequestCode(x.ID); err != nil {
		return a, err
	}
	closed := x.State == casework.Closed
	if res, ok := casework.ResultOf(x.Outcome); ok && closed {
		a.Result = res.Chinese
	}
	for _, e := range x.Events() {
		if applicantSees[e.Kind] && (e.Kind != act.RequestDecided || closed) {
			a.Steps = append(a.Steps, AnswerStep{e.On, act.Kinds()[e.Kind].Chinese})
		}
	}
	left := int64(maxAnswer)
	add := func(id int64, name string) error {
		p, in, err := st.OpenPrivate(ctx, id)
		var refused *act.Refusal
		if errors.As(err, &refused) || errors.Is(err, store.ErrNotFound) {
			a.Left = true
			return nil
		}
		if err != nil {
			return err
		}
		defer in.Close()
		if p.Size > left {
			a.Left = true
			return nil
		}
		b, err := io.ReadAll(io.LimitReader(in, p.Size))
		left -= p.Size
		a.Files = append(a.Files, AnswerFile{name, p.Type, b})
		return err
	}
	for i, l := range x.Content.Letters {
		k, _ := casework.LetterOf(l.Code, l.On)
		if l.Void != "" || k.To != "applicant" || k.Outcome != "" && !closed || x.Letter(i+1) != nil && !x.Current(i+1) {
			continue
		}
		if l.Scan != 0 {
			if err := add(l.Scan, x.Number+k.Name+"（盖章件）.pdf"); err != nil {
				return a, err
			}
			continue
		}
		a.Letters = append(a.Letters, AnswerLetter{k.Name, l.No, l.On, x.Content.Person.Name, l.Body})
	}
	for _, f := range x.Content.Files {
		if closed && f.Open {
			if err := add(f.ID, f.Name); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

// ReadAnswer opens the answer of a code: ErrNotFound of the store while there is
// none.
func ReadAnswer(ctx context.Context, st *store.Store, code string) (a Answer, err error) {
	m, err := mark(code)
	if err != nil {
		return a, err
	}
	sealed, err := st.ZoneAnswer(ctx, m)
	if err != nil {
		return a, err
	}
	plain, err := openAnswer(code, sealed)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(plain, &a)
}
