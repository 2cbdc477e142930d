package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

// RequestFile is a request with what is personal in it.
type RequestFile struct {
	*casework.Request
	ID          int64
	Organ       int64
	OrganName   string
	Subject     string // a few words without personal data, for lists
	Content     casework.Content
	Erased      bool  // the content was erased; acts and figures stay
	Handler     int64 // who handles it
	HandlerName string
	Version     int64
	Handles     bool // the viewer may work on it; without this the content is masked

	// What stands for a signature in the transaction that is running, "" if
	// nothing does: an approval, the signer himself, or paper.
	Consent string // of the head of the disclosure office to an extension
	Signed  string // of the leader to the answer

	hand *hand // in a verb
	path string
}

// NextLetter takes the next number of the organ's series of letters in a year, ""
// where the organ has no series of its own. It is of use only inside a verb; a
// verb that is refused takes none.
func (x *RequestFile) NextLetter(year int) (string, error) {
	word, err := x.hand.s.inherited(x.hand.ctx, x.hand, x.path, org.RequestWord)
	if err != nil || word == "" {
		return "", err
	}
	n, err := x.hand.nextNumber(x.Organ, "letter", year)
	return casework.Number(word, year, int(n)), err
}

// Charges reports whether the organ takes the processing fee.
func (s *Store) Charges(ctx context.Context, organ int64) (bool, error) {
	v, err := s.settingOf(ctx, organ, org.RequestFee)
	return v == "收取", err
}

// Mappings is how the authority in charge of an organ maps outcomes to rows of
// table 三.
func (s *Store) Mappings(ctx context.Context, organ int64) ([]casework.Mapping, error) {
	v, err := s.settingOf(ctx, organ, org.RequestRows)
	maps, _ := casework.ParseMappings(v) // it was checked when it was entered; what a newer program wrote counts as by default
	return maps, err
}

// settingOf is the value of a setting that holds for an organ, "" for the default.
func (s *Store) settingOf(ctx context.Context, organ int64, name string) (string, error) {
	var path string
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return "", fmt.Errorf("store: setting %s of %d: %w", name, organ, notFound(err))
	}
	v, err := s.inherited(ctx, s.read, path, name)
	if err != nil {
		return "", fmt.Errorf("store: setting %s of %d: %w", name, organ, err)
	}
	return v, nil
}

// RequestRef is the reference of acts on a request, and of its private files.
func RequestRef(id int64) string { return fmt.Sprintf("request/%d", id) }

// The references of approvals of an answer and of an extension.
func AnswerRef(id int64) string    { return RequestRef(id) + "/answer" }
func ExtensionRef(id int64) string { return RequestRef(id) + "/extension" }

const requestKey = "request" // purpose under which keys of requests are sealed

const requestSQL = `select r.id, r.organ, r.subject, r.person, r.version, c.sealed_key, c.sealed_content, o.name, coalesce(p.name, ''), o.home, o.path
	from request r join request_content c on c.id = r.id join organ o on o.id = r.organ left join person p on p.id = r.person`

// scanRequest reads a file without its acts. key is kept to seal it again.
func (s *Store) scanRequest(row scanner) (x *RequestFile, to org.Subject, key recordKey, err error) {
	x = &RequestFile{}
	var sealedKey, sealed []byte
	err = row.Scan(&x.ID, &x.Organ, &x.Subject, &x.Handler, &x.Version, &sealedKey, &sealed, &x.OrganName, &x.HandlerName, &to.Home, &to.Path)
	if err != nil {
		return nil, to, key, err
	}
	to.Organ = x.Organ
	key, err = s.openRecordKey(requestKey, RequestRef(x.ID), sealedKey)
	if errors.Is(err, ErrErased) {
		x.Erased = true
		return x, to, key, nil
	}
	if err != nil {
		return nil, to, key, err
	}
	plain, err := key.open("content", sealed)
	if err != nil {
		return nil, to, key, err
	}
	return x, to, key, json.Unmarshal(plain, &x.Content)
}

// replay makes the state of a file of its acts.
func (s *Store) replay(ctx context.Context, q asker, id int64) (*casework.Request, error) {
	rows, err := q.QueryContext(ctx, "select entry from act where ref = $1 order by seq", RequestRef(id))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []casework.Event
	for rows.Next() {
		var entry []byte
		if err := rows.Scan(&entry); err != nil {
			return nil, err
		}
		a, err := act.KeptEntry(entry)
		if err != nil {
			return nil, fmt.Errorf("request %d: %w", id, err)
		}
		r, ok := a.Body.(act.Record)
		if !ok || !strings.HasPrefix(a.Kind, "request.") {
			continue // erased details, readings: nothing happened to the file
		}
		events = append(events, casework.Event{Kind: a.Kind, On: a.On, Facts: r.Facts, Refs: r.Refs})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	r, err := casework.Replay(events)
	if err != nil {
		return nil, fmt.Errorf("request %d: %w", id, err)
	}
	return r, nil
}

// Request is one file that the viewer may see, or ErrNotFound. Who shows its
// content has the reading logged: PersonalRead.
func (s *Store) Request(ctx context.Context, v org.Viewer, id int64) (*RequestFile, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	x, to, _, err := s.scanRequest(s.read.QueryRowContext(ctx, requestSQL+" where r.id = $1 and "+see, args...))
	if err == nil {
		x.Request, err = s.replay(ctx, s.read, id)
	}
	if err != nil {
		return nil, fmt.Errorf("store: request %d: %w", id, s.dialect.translate(err))
	}
	if x.Handles = org.May(v, org.HandleRequests, to) || org.May(v, org.SignReplies, to); !x.Handles {
		x.Content = x.Content.Masked()
	}
	return x, nil
}

// RequestCode is the query code of a request, which its applicant needs to
// follow it. It is kept nowhere: it follows from the id and the secret.
func (s *Store) RequestCode(id int64) (string, error) {
	m, err := s.mac("request code", []byte(strconv.FormatInt(id, 10)))
	if err != nil {
		return "", err
	}
	return codeLetters.EncodeToString(m)[:10], nil
}

func (s *Store) requestMark(code string) (string, error) {
	m, err := s.mac("request code mark", []byte(code))
	return hex.EncodeToString(m), err
}

// whoMark is what requests of one applicant at an organ are found by: a keyed
// hash of his identity number or, without one, of his name and telephone.
func (s *Store) whoMark(organ int64, p casework.Person) (string, error) {
	id := strings.ToUpper(strings.TrimSpace(p.IDNumber))
	if id == "" {
		if id = strings.TrimSpace(p.Name) + "|" + strings.TrimSpace(p.Phone); id == "|" {
			return "", nil
		}
	}
	m, err := s.mac("request who", []byte(strconv.FormatInt(organ, 10)+"|"+id))
	return hex.EncodeToString(m), err
}

// TrackedRequest is the request that a number and its query code name, for its
// applicant, or ErrNotFound. Who asks has to be slowed down by the caller.
func (s *Store) TrackedRequest(ctx context.Context, number, code string) (*RequestFile, error) {
	x, _, _, err := s.trackedRequest(ctx, s.read, number, code)
	if err == nil {
		x.Request, err = s.replay(ctx, s.read, x.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("store: tracked request: %w", notFound(err))
	}
	x.Handles = true
	return x, nil
}

func (s *Store) trackedRequest(ctx context.Context, q asker, number, code string) (*RequestFile, org.Subject, recordKey, error) {
	number, code = strings.TrimSpace(number), plainCode(code)
	if len(number) > 40 || len(code) > 40 || code == "" {
		return nil, org.Subject{}, recordKey{}, ErrNotFound
	}
	mark, err := s.requestMark(code)
	if err != nil {
		return nil, org.Subject{}, recordKey{}, err
	}
	return s.scanRequest(q.QueryRowContext(ctx, requestSQL+" where r.code = $1 and r.number = $2", mark, number))
}

// requestDates are the days of a row as they are kept.
func requestDates(r casework.Row) []any {
	d := func(x law.Date) any { return x.String() }
	return []any{d(r.Arrived), d(r.Received), d(r.Due), d(r.Prudent), d(r.Answer), d(r.AnswerBy)}
}
