package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A News is what people are told about a matter. Only Number and Due ever leave
// the house; Subject stands on the desk. None of it names an applicant.
type News struct {
	Kind    string // which sentence; package notify has the words
	Ref     string // what it is about, e.g. task/123
	Organ   int64  // whose matter it is
	Number  string // the matter's number, "" if it has none
	Subject string // what the matter is called
	Link    string // its page, beginning with /
	Due     law.Date
	Once    string // with a key, no second notice of the same key goes to a person
}

// A To is who is told: a person, or everybody who holds a role at an organ.
type To struct {
	Person int64
	Role   org.Role
	Organ  int64
}

// ToPerson tells one person.
func ToPerson(id int64) To { return To{Person: id} }

// ToRole tells everybody who holds the role at the organ.
func ToRole(r org.Role, organ int64) To { return To{Role: r, Organ: organ} }

// Bounds of a notice, in characters.
const (
	maxNumber    = 60
	maxSubject   = 200
	maxRecipient = 500 // people told by one call
)

func (n *News) check() error {
	switch {
	case n.Kind == "" || n.Ref == "":
		return fmt.Errorf("a notice names its kind and what it is about: %+v", n)
	case n.Link != "" && (!strings.HasPrefix(n.Link, "/") || strings.HasPrefix(n.Link, "//") || strings.ContainsAny(n.Link, "\\\r\n")):
		return fmt.Errorf("link %q of a notice leads out of the house", n.Link)
	case n.Number != "" && !strings.ContainsAny(n.Number, "0123456789"):
		// It leaves the house: a name must not get there by mistake.
		return fmt.Errorf("number %q of a notice has no digit", n.Number)
	}
	n.Number, n.Subject = clip(n.Number, maxNumber), clip(n.Subject, maxSubject)
	return nil
}

// A recipient is somebody to tell, with the places he can be reached.
type recipient struct {
	id        int64
	organ     int64  // that answers for where the person works
	path      string // of the organ
	mail, sms bool   // an address is recorded
	choice    NoticeChoice
}

// notify tells people in the transaction of the act: each finds it on the desk,
// and on the channels that are configured and that he wants. Whoever acts is not
// told of his own act, nor is anybody who has left. It returns how many people
// were told.
func (h *hand) notify(n News, to ...To) (int, error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	people, err := h.recipients(to)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	channels, err := h.s.channels(h.ctx, h.Tx, h.now)
	if err != nil {
		return 0, err
	}
	told, first := 0, int64(0)
	for _, p := range people {
		id := h.s.NewID()
		res, err := h.ExecContext(h.ctx, `insert into notice (id, person, organ, kind, ref, number, subject, link, due, once, made, read_at, settled)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0) on conflict (person, once) where once <> '' do nothing`,
			id, p.id, n.Organ, n.Kind, n.Ref, n.Number, n.Subject, n.Link, n.Due.String(), n.Once, h.now)
		if err != nil {
			return 0, err
		}
		if k, err := res.RowsAffected(); err != nil {
			return 0, err
		} else if k == 0 {
			continue
		}
		if told++; first == 0 {
			first = id
		}
		if err := h.outside(n, id, p, channels); err != nil {
			return 0, err
		}
	}
	if told == 0 {
		return 0, nil
	}
	return told, h.group(n, first, channels)
}

// recipients finds who is meant, each once.
func (h *hand) recipients(to []To) ([]recipient, error) {
	var out []recipient
	seen := map[int64]bool{h.by.Viewer.Person: true}
	for _, t := range to {
		cond, args := "p.id = $2", []any{h.day.String(), t.Person}
		if t.Person == 0 {
			cond = `p.id in (select person from post where organ = $2 and role = $3 and (valid_from = '' or valid_from <= $1) and (valid_to = '' or valid_to >= $1))`
			args = []any{h.day.String(), t.Organ, string(t.Role)}
		}
		rows, err := h.s.query(h.ctx, h.Tx, `select p.id, o.home, o.path, p.email, p.phone, coalesce(c.mail, ''), coalesce(c.sms, ''), coalesce(c.quiet, '')
			from person p join organ o on o.id = p.organ left join notice_choice c on c.person = p.id
			where (p.valid_from = '' or p.valid_from <= $1) and (p.valid_to = '' or p.valid_to >= $1) and `+cond+fmt.Sprintf(" order by p.id limit %d", maxRecipient), args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var p recipient
			var email, phone string
			if err := rows.Scan(&p.id, &p.organ, &p.path, &email, &phone, &p.choice.Mail, &p.choice.SMS, &p.choice.Quiet); err != nil {
				rows.Close()
				return nil, err
			}
			if p.mail, p.sms = email != "", mobile(phone) != ""; !seen[p.id] {
				seen[p.id] = true
				out = append(out, p)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// settle marks the notices about a matter as dealt with: nobody is reminded of
// it any more, and what nobody has read yet need not be read.
func (h *hand) settle(ref string) error {
	_, err := h.ExecContext(h.ctx, "update notice set settled = $2, read_at = case when read_at = 0 then $2 else read_at end where ref = $1 and settled = 0", ref, h.now)
	return err
}

// Notify tells people by itself, in a transaction of its own. It needs
// SendNotices for the organ whose matter it is.
func (s *Store) Notify(ctx context.Context, by By, n News, to ...To) (Done, error) {
	return s.do(ctx, by, "notify", func(h *hand) (string, error) {
		subject, err := h.subject(n.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SendNotices, subject); err != nil {
			return "", err
		}
		told, err := h.notify(n, to...)
		if err != nil {
			return "", err
		}
		if told == 0 {
			return "0", nil
		}
		return fmt.Sprint(told), h.note(act.NoticeSent, n.Ref, n.Organ, nil, act.Change{Field: "人数", New: fmt.Sprint(told)})
	})
}

// Settle marks the notices about a matter as dealt with, for the program.
func (s *Store) Settle(ctx context.Context, by By, ref string) error {
	_, err := s.do(ctx, by, "settle notices", func(h *hand) (string, error) {
		if by.Viewer.ProgramName() == "" {
			return "", Forbidden(org.SendNotices)
		}
		return "", h.settle(ref)
	})
	return err
}

// A Notice is a line of somebody's inbox.
type Notice struct {
	ID      int64
	Organ   int64
	Kind    string
	Ref     string
	Number  string
	Subject string
	Link    string
	Due     law.Date
	Made    time.Time
	Read    time.Time // zero while unread
	Settled time.Time // zero while the matter is open
}

// MaxInbox bounds one page of an inbox.
const MaxInbox = 100

// Inbox lists what a person was told, newest first: what is unread, or what was
// read, from before on (an id, 0 for the newest). It is for that person only.
func (s *Store) Inbox(ctx context.Context, v org.Viewer, unread bool, before int64) ([]Notice, error) {
	cond := "read_at = 0"
	if !unread {
		cond = "read_at <> 0"
	}
	if before <= 0 {
		before = 1<<63 - 1
	}
	rows, err := s.read.QueryContext(ctx, `select id, organ, kind, ref, number, subject, link, due, made, read_at, settled from notice
		where person = $1 and id < $2 and `+cond+` order by id desc limit $3`, v.Person, before, MaxInbox)
	if err != nil {
		return nil, fmt.Errorf("store: inbox: %w", err)
	}
	defer rows.Close()
	var out []Notice
	for rows.Next() {
		var n Notice
		var due string
		var made, read, settled int64
		if err := rows.Scan(&n.ID, &n.Organ, &n.Kind, &n.Ref, &n.Number, &n.Subject, &n.Link, &due, &made, &read, &settled); err != nil {
			return nil, fmt.Errorf("store: inbox: %w", err)
		}
		if err := n.Due.UnmarshalText([]byte(due)); err != nil {
			return nil, fmt.Errorf("store: inbox: %w", err)
		}
		n.Made, n.Read, n.Settled = momentOf(made), momentOf(read), momentOf(settled)
		out = append(out, n)
	}
	return out, rows.Err()
}

// Unread counts what a person has not read.
func (s *Store) Unread(ctx context.Context, person int64) (n int, err error) {
	if err = s.read.QueryRowContext(ctx, "select count(*) from notice where person = $1 and read_at = 0", person).Scan(&n); err != nil {
		err = fmt.Errorf("store: unread: %w", err)
	}
	return n, err
}

// ReadNotice marks one's own notice as read and answers where it leads.
// ErrNotFound for somebody else's.
func (s *Store) ReadNotice(ctx context.Context, by By, id int64) (link string, err error) {
	d, err := s.do(ctx, by, "read a notice", func(h *hand) (link string, err error) {
		if by.Viewer.Person == 0 {
			return "", ErrNotFound
		}
		var read int64
		if err := h.QueryRowContext(h.ctx, "select link, read_at from notice where id = $1 and person = $2", id, by.Viewer.Person).Scan(&link, &read); err != nil || read != 0 {
			return link, err
		}
		_, err = h.ExecContext(h.ctx, "update notice set read_at = $2 where id = $1", id, h.now)
		return link, err
	})
	return d.Answer, err
}

// ReadNotices marks everything up to an id, the newest that the person has seen,
// as read. What came meanwhile stays unread.
func (s *Store) ReadNotices(ctx context.Context, by By, upTo int64) (Done, error) {
	return s.do(ctx, by, "read notices", func(h *hand) (string, error) {
		if by.Viewer.Person == 0 {
			return "", ErrNotFound
		}
		_, err := h.ExecContext(h.ctx, "update notice set read_at = $3 where person = $1 and id <= $2 and read_at = 0", by.Viewer.Person, upTo, h.now)
		return "", err
	})
}
