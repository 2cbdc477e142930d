package store

import (
	"context"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// VoiceRow is a voice with the names of those it concerns.
type VoiceRow struct {
	oversight.Voice
	OrganName, EntryName, AboutName, HandlerName, IntoNumber string
	Handles                                                  bool // the viewer may work on it; without this the content is masked
}

// VoiceRef is the reference of acts on a voice, and of its private files.
func VoiceRef(id int64) string { return fmt.Sprintf("voice/%d", id) }

const voiceKey = "voice" // purpose under which keys of voices are sealed

const voiceSQL = `select v.id, v.number, v.kind, v.channel, v.topic, v.entry, v.organ, v.about, v.handler, v.received, v.entered_at, v.due, v.extended, v.reopened,
	v.state, v.ended, v.into_voice, v.verdict, v.rating, v.consent, v.shown, v.shown_title, v.shown_question, v.shown_answer, v.version, v.sealed_key, v.sealed_content,
	o.name, e.name, coalesce(a.name, ''), coalesce(p.name, ''), coalesce(i.number, ''), o.home, o.path
	from voice v join organ o on o.id = v.organ join organ e on e.id = v.entry left join organ a on a.id = v.about
	left join person p on p.id = v.handler left join voice i on i.id = v.into_voice`

// scanVoice reads a row with its content. key is kept to seal it again.
func (s *Store) scanVoice(r scanner) (x VoiceRow, to org.Subject, key recordKey, err error) {
	var received, due, ended, shown string
	var extended, reopened, consent int
	var sealedKey, sealed []byte
	err = r.Scan(&x.ID, &x.Number, &x.Kind, &x.Channel, &x.Topic, &x.Entry, &x.Organ, &x.About, &x.Handler, &received, &x.Entered, &due, &extended, &reopened,
		&x.State, &ended, &x.Into, &x.Verdict, &x.Rating, &consent, &shown, &x.Shown.Title, &x.Shown.Question, &x.Shown.Answer, &x.Version, &sealedKey, &sealed,
		&x.OrganName, &x.EntryName, &x.AboutName, &x.HandlerName, &x.IntoNumber, &to.Home, &to.Path)
	if err != nil {
		return x, to, key, err
	}
	to.Organ = x.Organ
	x.Extended, x.Reopened, x.Consent = extended != 0, reopened != 0, consent != 0
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{received, &x.Received}, {due, &x.Due}, {ended, &x.Ended}, {shown, &x.Shown.On}} {
		if err = d.to.UnmarshalText([]byte(d.text)); err != nil {
			return x, to, key, err
		}
	}
	key, err = s.openRecordKey(voiceKey, VoiceRef(x.ID), sealedKey)
	if errors.Is(err, ErrErased) {
		x.Erased = true
		return x, to, key, nil
	}
	if err != nil {
		return x, to, key, err
	}
	plain, err := key.open("content", sealed)
	if err != nil {
		return x, to, key, err
	}
	return x, to, key, json.Unmarshal(plain, &x.Content)
}

// forViewer says what the viewer may do, and masks for who may only read.
func forVoice(x VoiceRow, to org.Subject, v org.Viewer) VoiceRow {
	if x.Handles = org.May(v, org.HandleVoices, to); !x.Handles {
		x.Content = x.Content.Masked()
	}
	return x
}

// seesVoice is the condition for rows the viewer may see: those his organ works
// on, and those that came to it, unless they complain of somebody.
func seesVoice(v org.Viewer, args *[]any) string {
	sc := v.Scope(org.SeeVoices)
	upward := ""
	for _, r := range oversight.VoiceRules() {
		if r.Upward {
			*args = append(*args, string(r.Kind))
			upward += fmt.Sprintf(", $%d", len(*args))
		}
	}
	return "(" + scope(sc, "o.home", "o.path", "", args) + " or (v.kind not in (" + upward[2:] + ") and " + scope(sc, "e.home", "e.path", "", args) + "))"
}

// VoiceQuery chooses voices. Zero fields choose all that the viewer may see.
type VoiceQuery struct {
	Kind   oversight.VoiceKind
	State  string // "" all, "late" (open and past its day), or a VoiceState
	Organ  int64  // works on it
	Mine   bool   // the viewer works on it himself
	Number string // the number, or its beginning
	From   law.Date
	To     law.Date // received
	Today  law.Date // for "late"
	After  string   // mark of the page
	Limit  int
}

// MaxVoices bounds one page of voices.
const MaxVoices = 200

// Voices lists voices with the mark of the next page, "" after the last: open
// ones by their last day, others the newest first. Who shows the rows has the
// reading logged: PersonalRead.
func (s *Store) Voices(ctx context.Context, v org.Viewer, q VoiceQuery) (out []VoiceRow, next string, err error) {
	var p pick
	p.and(seesVoice(v, &p.args))
	open := q.State == "late" || q.State == string(oversight.VoiceOpen)
	switch {
	case q.State == "late":
		p.and("v.state = "+p.arg(string(oversight.VoiceOpen)), "v.due < "+p.arg(q.Today.String()))
	case q.State != "":
		p.is(true, "v.state = ", q.State)
	}
	p.is(q.Kind != "", "v.kind = ", string(q.Kind))
	p.is(q.Organ != 0, "v.organ = ", q.Organ)
	p.is(q.Mine, "v.handler = ", v.Person)
	p.is(!q.From.IsZero(), "v.received >= ", q.From.String())
	p.is(!q.To.IsZero(), "v.received <= ", q.To.String())
	if q.Number != "" {
		n := plainNumber(q.Number)
		p.and("v.number >= "+p.arg(n), "v.number < "+p.arg(n+"~"))
	}
	order := "v.id desc"
	if open {
		order = "v.due, v.id"
	}
	if q.After != "" {
		due, id, ok := strings.Cut(q.After, "_")
		n, err := strconv.ParseInt(id, 10, 64)
		if _, bad := law.ParseDate(due); !ok || err != nil || bad != nil {
			return nil, "", ErrCursor
		}
		if open {
			p.and("(v.due > " + p.arg(due) + " or (v.due = " + p.arg(due) + " and v.id > " + p.arg(n) + "))")
		} else {
			p.is(true, "v.id < ", n)
		}
	}
	limit := atMost(q.Limit, MaxVoices)
	rows, err := p.rows(ctx, s.read, voiceSQL, order, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("store: voices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		x, to, _, err := s.scanVoice(rows)
		if err != nil {
			return nil, "", fmt.Errorf("store: voices: %w", err)
		}
		out = append(out, forVoice(x, to, v))
	}
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].Due.String() + "_" + strconv.FormatInt(out[limit-1].ID, 10)
	}
	return out, next, rows.Err()
}

// Voice is one voice that the viewer may see, or ErrNotFound.
func (s *Store) Voice(ctx context.Context, v org.Viewer, id int64) (VoiceRow, error) {
	args := []any{id}
	see := seesVoice(v, &args)
	x, to, _, err := s.scanVoice(s.read.QueryRowContext(ctx, voiceSQL+" where v.id = $1 and "+see, args...))
	if err != nil {
		return VoiceRow{}, fmt.Errorf("store: voice %d: %w", id, s.dialect.translate(err))
	}
	return forVoice(x, to, v), nil
}

// VoiceNumbered is Voice by the organ that works on it and its number.
func (s *Store) VoiceNumbered(ctx context.Context, v org.Viewer, organ int64, number string) (VoiceRow, error) {
	args := []any{organ, plainNumber(number)}
	see := seesVoice(v, &args)
	x, to, _, err := s.scanVoice(s.read.QueryRowContext(ctx, voiceSQL+" where v.organ = $1 and v.number = $2 and "+see+" order by v.id limit 1", args...))
	if err != nil {
		return VoiceRow{}, fmt.Errorf("store: voice %s: %w", number, s.dialect.translate(err))
	}
	return forVoice(x, to, v), nil
}

// A VoiceTwin is another voice of the same organ that may be the same matter.
type VoiceTwin struct {
	ID            int64
	Number, Title string
	Percent       int  // how alike the texts are
	Same          bool // it names the same telephone or mail address
}

// twinsLooked is how many voices of an organ are compared with a new one.
const twinsLooked = 150

// VoiceTwins names what may be repetitions of a voice among the newest of its
// organ, for somebody who may work on it.
func (s *Store) VoiceTwins(ctx context.Context, v org.Viewer, x VoiceRow) ([]VoiceTwin, error) {
	if !x.Handles || x.Erased {
		return nil, nil
	}
	list, _, err := s.Voices(ctx, v, VoiceQuery{Organ: x.Organ, Limit: twinsLooked})
	if err != nil {
		return nil, err
	}
	var out []VoiceTwin
	for _, y := range list {
		if y.ID == x.ID || y.Erased || y.State == oversight.VoiceMerged || !y.Handles {
			continue
		}
		t := VoiceTwin{ID: y.ID, Number: y.Number, Title: y.Content.Title, Percent: oversight.Alike(x.Content.Title+x.Content.Text, y.Content.Title+y.Content.Text)}
		t.Same = x.Content.Phone != "" && x.Content.Phone == y.Content.Phone || x.Content.Email != "" && x.Content.Email == y.Content.Email
		if t.Percent >= 60 || t.Same && t.Percent >= 25 {
			out = append(out, t)
		}
	}
	return out[:min(len(out), 5)], nil
}

// codeLetters are those of a query code: none looks like another.
var codeLetters = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

// codeLength is that of a query code: 50 bits.
const codeLength = 10

// VoiceCode is the query code of a voice, which its person needs to follow it.
// It is kept nowhere: it follows from the id and the secret.
func (s *Store) VoiceCode(id int64) (string, error) {
	m, err := s.mac("voice code", []byte(strconv.FormatInt(id, 10)))
	if err != nil {
		return "", err
	}
	return codeLetters.EncodeToString(m)[:codeLength], nil
}

// codeMark is what the code of a voice is found by.
func (s *Store) codeMark(code string) (string, error) {
	m, err := s.mac("voice code mark", []byte(code))
	return hex.EncodeToString(m), err
}

// plainNumber keeps what a number can be made of.
func plainNumber(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, strings.NewReplacer("—", "-", "－", "-", "–", "-").Replace(s))
	return s[:min(len(s), 40)]
}

// plainCode takes from a typed code what people put into it.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(strings.TrimSpace(code)))
}
