package store

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// PersonRef is the reference of acts on a person: what is known of him, his
// posts, his leaving.
func PersonRef(id int64) string { return fmt.Sprintf("person/%d", id) }

// PostRef is the reference of a post.
func PostRef(id int64) string { return fmt.Sprintf("post/%d", id) }

// A PersonRow is a person as lists show him.
type PersonRow struct {
	org.Person
	OrganName string // where he works: an organ or an 内设机构
	Home      int64  // the organ that answers for it
	HomeName  string
	Path      string
	Posts     []PostRow // held on the day that was asked for
}

// Subject is the person as the subject of a verb.
func (p PersonRow) Subject() org.Subject {
	return org.Subject{Organ: p.Organ, Home: p.Home, Path: p.Path, Person: p.ID}
}

// A PostRow is a post with the names that lists show.
type PostRow struct {
	org.Post
	OrganName string
	Name      string // of the person
	Title     string
	Works     int64 // organ that the person works at
}

const personColumns = "p.id, p.name, p.organ, p.title, p.phone, p.email, p.login, p.valid_from, p.valid_to, p.version"

func scanPerson(r scanner, more ...any) (org.Person, error) {
	var p org.Person
	var from, to string
	err := r.Scan(append([]any{&p.ID, &p.Name, &p.Organ, &p.Title, &p.Phone, &p.Email, &p.Login, &from, &to, &p.Version}, more...)...)
	if err == nil {
		err = dates(from, to, &p.From, &p.To)
	}
	return p, err
}

const (
	personRowColumns = "select " + personColumns + ", o.name, o.path, o.home, coalesce(h.name, '') from "
	personRowSQL     = personRowColumns + "person p join organ o on o.id = p.organ left join organ h on h.id = o.home"
	// peopleSQL goes through the organs in the order of the tree and stops at
	// the end of a page. In SQLite cross join fixes that.
	peopleSQL = personRowColumns + "organ o cross join person p left join organ h on h.id = o.home where p.organ = o.id and "
)

func scanPersonRow(r scanner) (PersonRow, error) {
	var x PersonRow
	var err error
	x.Person, err = scanPerson(r, &x.OrganName, &x.Path, &x.Home, &x.HomeName)
	return x, err
}

// Person is one person with every post he holds, held or will hold, newest
// first, as far as the viewer may see him; else ErrNotFound.
func (s *Store) Person(ctx context.Context, v org.Viewer, id int64) (PersonRow, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeePeople), "o.home", "o.path", "p.id", &args)
	x, err := scanPersonRow(s.read.QueryRowContext(ctx, personRowSQL+" where p.id = $1 and "+see, args...))
	if err != nil {
		return PersonRow{}, fmt.Errorf("store: person %d: %w", id, s.dialect.translate(err))
	}
	x.Posts, err = s.posts(ctx, s.read, "x.person = $1 order by x.valid_from desc, x.id desc", id)
	if err != nil {
		return PersonRow{}, fmt.Errorf("store: person %d: %w", id, err)
	}
	return x, nil
}

// posts reads posts with names; where names the post x, its organ o and its
// person p.
func (s *Store) posts(ctx context.Context, q asker, where string, args ...any) ([]PostRow, error) {
	rows, err := q.QueryContext(ctx, `select x.id, x.person, x.organ, o.path, x.role, x.valid_from, x.valid_to, o.name, p.name, p.title, p.organ
		from post x join organ o on o.id = x.organ join person p on p.id = x.person where `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []PostRow
	for rows.Next() {
		var x PostRow
		var from, to string
		if err := rows.Scan(&x.ID, &x.Person, &x.Organ, &x.Path, &x.Role, &from, &to, &x.OrganName, &x.Name, &x.Title, &x.Works); err != nil {
			return nil, err
		}
		if err := dates(from, to, &x.From, &x.To); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// person reads a person to be changed, with the subject it is.
func (h *hand) person(id int64) (org.Person, org.Subject, error) {
	x, err := scanPersonRow(h.QueryRowContext(h.ctx, personRowSQL+" where p.id = $1", id))
	return x.Person, x.Subject(), err
}

// SavePerson keeps a person and answers with his id. One without id is new;
// else Version must be the one last read: ErrConflict if somebody else was
// faster. The organ's people need EditPeople there, on both sides of a move;
// one's own telephone and mail need EditSelf. The last day stays as it is:
// leaving is a handover, coming back is Return.
func (s *Store) SavePerson(ctx context.Context, by By, p org.Person) (Done, error) {
	return s.do(ctx, by, "save person", func(h *hand) (string, error) {
		if p.ID == 0 {
			id, err := h.createPerson(p)
			return strconv.FormatInt(id, 10), err
		}
		_, err := h.changePerson(p)
		return strconv.FormatInt(p.ID, 10), err
	})
}

// refuse turns a sentence of org into a refusal.
func refuse(err error) error {
	if err == nil {
		return nil
	}
	return act.Refuse(err.Error())
}

func personSearch(p org.Person) string {
	return text.Fold(p.Name) + "\n" + text.Fold(p.Login) + "\n" + text.Fold(p.Title)
}

// freeLogin is a refusal if somebody else has the login.
func (h *hand) freeLogin(p org.Person) error {
	if p.Login == "" {
		return nil
	}
	var n int
	if err := h.QueryRowContext(h.ctx, "select count(*) from person where login = $1 and login <> '' and id <> $2", p.Login, p.ID).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return act.Refuse("账号“" + p.Login + "”已有人使用，请换一个，例如在后面加数字。")
	}
	return nil
}

func (h *hand) organName(id int64) (name string) {
	if err := h.QueryRowContext(h.ctx, "select name from organ where id = $1", id).Scan(&name); err != nil {
		return "机关" + strconv.FormatInt(id, 10)
	}
	return name
}

// placed asks whether people may be recorded at the organ, and is a refusal if
// it does not exist any more.
func (h *hand) placed(organ int64) (org.Subject, error) {
	to, err := h.subject(organ)
	if err != nil {
		return to, err
	}
	if err := h.may(org.EditPeople, to); err != nil {
		return to, err
	}
	var last string
	if err := h.QueryRowContext(h.ctx, "select valid_to from organ where id = $1", organ).Scan(&last); err != nil {
		return to, err
	}
	if last != "" && last < h.day.String() {
		return to, act.Refuse("“" + h.organName(organ) + "”已于" + last + "撤销，不能再登记人员。")
	}
	return to, nil
}

func (h *hand) createPerson(p org.Person) (int64, error) {
	if err := refuse(p.Check()); err != nil {
		return 0, err
	}
	to, err := h.placed(p.Organ)
	if err != nil {
		return 0, err
	}
	if err := h.freeLogin(p); err != nil {
		return 0, err
	}
	p.ID = h.s.NewID()
	p.To = law.Date{}
	if _, err := h.ExecContext(h.ctx, `insert into person (id, organ, name, title, phone, email, login, valid_from, valid_to, version, search, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, '', 1, $9, $10)`,
		p.ID, p.Organ, p.Name, p.Title, p.Phone, p.Email, p.Login, p.From.String(), personSearch(p), h.now); err != nil {
		return 0, err
	}
	return p.ID, h.note(act.PersonCreated, PersonRef(p.ID), to.Home, nil, org.PersonChanges(org.Person{}, p, h.organName)...)
}

// changePerson reports whether anything had to change.
func (h *hand) changePerson(p org.Person) (bool, error) {
	if err := refuse(p.Check()); err != nil {
		return false, err
	}
	old, at, err := h.person(p.ID)
	if err != nil {
		return false, err
	}
	p.To = old.To
	own := old
	own.Phone, own.Email, own.Version = p.Phone, p.Email, p.Version
	if own != p || !org.May(h.by.Viewer, org.EditSelf, at) {
		if err := h.may(org.EditPeople, at); err != nil {
			return false, err
		}
	}
	if old.Version != p.Version {
		return false, ErrConflict
	}
	if p == old {
		return false, nil
	}
	if !old.To.IsZero() && old.To.Before(h.day) {
		return false, act.Refuse("“" + old.Name + "”已于" + old.To.Chinese() + "离岗，不能再修改。重新到岗的，请先办理重新到岗。")
	}
	if p.Organ != old.Organ {
		if at, err = h.placed(p.Organ); err != nil {
			return false, err
		}
	}
	if err := h.freeLogin(p); err != nil {
		return false, err
	}
	res, err := h.ExecContext(h.ctx, `update person set organ = $2, name = $3, title = $4, phone = $5, email = $6, login = $7, valid_from = $8,
		version = version + 1, search = $9, saved_at = $10 where id = $1 and version = $11`,
		p.ID, p.Organ, p.Name, p.Title, p.Phone, p.Email, p.Login, p.From.String(), personSearch(p), h.now, p.Version)
	if err := one(res, err); err != nil {
		return false, err
	}
	return true, h.note(act.PersonChanged, PersonRef(p.ID), at.Home, nil, org.PersonChanges(old, p, h.organName)...)
}

// Return takes up again a person who left, from the day on. Posts are granted
// anew.
func (s *Store) Return(ctx context.Context, by By, id, version int64, from law.Date) (Done, error) {
	return s.do(ctx, by, "person returns", func(h *hand) (string, error) {
		old, at, err := h.person(id)
		if err != nil {
			return "", err
		}
		if _, err := h.placed(old.Organ); err != nil {
			return "", err
		}
		if from.IsZero() {
			from = h.day
		}
		switch {
		case old.Version != version:
			return "", ErrConflict
		case old.To.IsZero():
			return "", act.Refuse("“" + old.Name + "”没有离岗，不需要办理重新到岗。")
		case !from.After(old.To):
			return "", act.Refuse("重新到岗的日期要在离岗日期" + old.To.Chinese() + "之后。")
		}
		p := old
		p.From, p.To = from, law.Date{}
		res, err := h.ExecContext(h.ctx, "update person set valid_from = $2, valid_to = '', version = version + 1, saved_at = $3 where id = $1 and version = $4",
			id, from.String(), h.now, version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return "", h.note(act.PersonChanged, PersonRef(id), at.Home, nil, org.PersonChanges(old, p, h.organName)...)
	})
}

// FirstAdministrator makes the person who sets everything else up: 主管部门 and
// 安全管理员 at the organ, so that he can record organs and people, give every
// role to others, and cannot keep the system nor read its audit trail himself.
// It answers with the person's id, and refuses while anybody holds 安全管理员.
// Only the operator of the machine can ask for it.
func (s *Store) FirstAdministrator(ctx context.Context, name, login string, organ int64) (int64, error) {
	by := By{Viewer: org.Program("gongkai admin"), Reason: "设立首位管理员"}
	d, err := s.do(ctx, by, "first administrator", func(h *hand) (string, error) {
		var n int
		if err := h.QueryRowContext(h.ctx, `select count(*) from post x join person p on p.id = x.person where x.role = $1
			and (x.valid_to = '' or x.valid_to >= $2) and (p.valid_to = '' or p.valid_to >= $2)`, string(org.SecurityAdmin), h.day.String()).Scan(&n); err != nil {
			return "", err
		}
		if n > 0 {
			return "", act.Refuse("已经有安全管理员。新的管理员由他在“人员”页授予岗位。")
		}
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		id, err := h.createPerson(org.Person{Name: strings.TrimSpace(name), Login: login, Organ: to.Home, From: h.day})
		if err != nil {
			return "", err
		}
		for _, r := range []org.Role{org.Office, org.SecurityAdmin} {
			if _, err := h.grant(org.Post{Person: id, Organ: to.Home, Role: r, From: h.day}); err != nil {
				return "", err
			}
		}
		return strconv.FormatInt(id, 10), nil
	})
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(d.Answer, 10, 64)
}

// roleText is a post as the history shows it.
func roleText(organ string, p org.Post) string {
	s := organ + "：" + p.Role.Chinese()
	if p.From.IsZero() && p.To.IsZero() {
		return s
	}
	return s + "（" + cmp.Or(p.From.String(), "起始未记") + "至" + cmp.Or(p.To.String(), "今") + "）"
}
