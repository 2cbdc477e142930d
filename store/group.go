package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// seesOrgan is ErrNotFound unless the viewer may see what is internal to the
// organ.
func (s *Store) seesOrgan(ctx context.Context, v org.Viewer, organ int64) error {
	to := org.Subject{Organ: organ}
	if err := s.read.QueryRowContext(ctx, "select home, path from organ where id = $1", organ).Scan(&to.Home, &to.Path); err != nil {
		return s.dialect.translate(err)
	}
	if !org.May(v, org.SeeOrgan, to) {
		return ErrNotFound
	}
	return nil
}

// Duties is who has which duty at an organ, of now and of earlier times, the
// latest first, with their version.
func (s *Store) Duties(ctx context.Context, v org.Viewer, organ int64) ([]org.Duty, int64, error) {
	if err := s.seesOrgan(ctx, v, organ); err != nil {
		return nil, 0, fmt.Errorf("store: duties of %d: %w", organ, err)
	}
	version, err := s.partVersion(ctx, organ, partDuty)
	if err != nil {
		return nil, 0, fmt.Errorf("store: duties of %d: %w", organ, err)
	}
	list, err := readDuties(ctx, s.read, organ)
	if err != nil {
		return nil, 0, fmt.Errorf("store: duties of %d: %w", organ, err)
	}
	return list, version, nil
}

func readDuties(ctx context.Context, q asker, organ int64) ([]org.Duty, error) {
	rows, err := q.QueryContext(ctx, `select d.kind, d.person, coalesce(p.name, d.name), case when d.title = '' then coalesce(p.title, '') else d.title end, d.valid_from, d.valid_to
		from duty d left join person p on p.id = d.person and d.person <> 0 where d.organ = $1 order by d.valid_from desc, d.id desc`, organ)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Duty
	for rows.Next() {
		var d org.Duty
		var from, to string
		if err := rows.Scan(&d.Kind, &d.Person, &d.Name, &d.Title, &from, &to); err != nil {
			return nil, err
		}
		if err := dates(from, to, &d.From, &d.To); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// AssignDuties divides the duties of an organ anew from by.On on: who is named
// has the duty from that day, a duty for which nobody is named is nobody's. Who
// had it before keeps it on record up to the day before. Version must be the one
// last read.
func (s *Store) AssignDuties(ctx context.Context, by By, organ, version int64, to map[org.DutyKind]org.Holder) (Done, error) {
	return s.do(ctx, by, "assign duties", func(h *hand) (string, error) {
		if err := h.edits(org.EditGroup, organ); err != nil {
			return "", err
		}
		day, err := h.startDay()
		if err != nil {
			return "", err
		}
		var kind org.Kind
		if err := h.QueryRowContext(h.ctx, "select kind from organ where id = $1", organ).Scan(&kind); err != nil {
			return "", err
		}
		list, err := readDuties(h.ctx, h, organ)
		if err != nil {
			return "", err
		}
		if err := h.nextPart(organ, partDuty, version); err != nil {
			return "", err
		}
		var changes []act.Change
		for _, k := range org.DutyKinds(kind) {
			next, named := to[k]
			if named {
				if err := h.holder(&next); err != nil {
					return "", err
				}
				if why := next.Check(); why != "" {
					return "", act.Refuse(k.Chinese() + "：" + why)
				}
			}
			var was org.Duty
			for _, d := range list {
				if d.Kind == k && d.To.IsZero() {
					was = d
				}
			}
			if named && was.Holder == next || !named && was.Kind == "" {
				continue
			}
			if day.Before(was.From) {
				return "", act.Refuse(fmt.Sprintf("%s“%s”%s才开始，新的分工不能早于这一天。", k.Chinese(), was.Name, was.From.Chinese()))
			}
			if err := h.endTerm("duty", "kind", organ, string(k), day); err != nil {
				return "", err
			}
			if named {
				name, title := next.Name, next.Title
				_, err := h.ExecContext(h.ctx, "insert into duty (id, organ, kind, person, name, title, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7, '')",
					h.s.NewID(), organ, string(k), next.Person, name, title, day.String())
				if err != nil {
					return "", err
				}
			}
			changes = append(changes, act.Change{Field: k.Chinese(), Old: was.Holder.String(), New: next.String()})
		}
		if len(changes) == 0 {
			return "", nil
		}
		return "", h.note(act.DutyChanged, OrganRef(organ), organ, nil, changes...)
	})
}

// startDay is the day that counts, not after today.
func (h *hand) startDay() (law.Date, error) {
	day := h.by.On
	if day.IsZero() {
		day = h.day
	}
	if !day.Valid() || day.Year < 1900 || day.After(h.day) {
		return day, act.Refuse("起始日期不能晚于今天，请写成 2026-03-01 这样。")
	}
	return day, nil
}

// endTerm ends what goes on under a key: the day before the new begins is its
// last. What began on that very day never was.
func (h *hand) endTerm(table, column string, organ int64, key string, day law.Date) error {
	_, err := h.ExecContext(h.ctx, "delete from "+table+" where organ = $1 and "+column+" = $2 and valid_to = '' and valid_from = $3", organ, key, day.String())
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, "update "+table+" set valid_to = $3 where organ = $1 and "+column+" = $2 and valid_to = ''", organ, key, day.AddDays(-1).String())
	return err
}

// holder fills in the name of a holder who is recorded as a person.
func (h *hand) holder(x *org.Holder) error {
	if x.Person == 0 {
		return nil
	}
	var title string
	err := h.QueryRowContext(h.ctx, "select name, title from person where id = $1", x.Person).Scan(&x.Name, &title)
	if x.Title == "" {
		x.Title = title
	}
	return err
}

// A Group is the leading group of an organ 领导小组 over the years.
type Group struct {
	Seats     []org.Seat          // the latest first, as the documents list them
	Documents []org.GroupDocument // the latest first
	Meetings  []org.Meeting       // the latest first, without minutes
	Version   int64
}

// Group is the leading group of an organ.
func (s *Store) Group(ctx context.Context, v org.Viewer, organ int64) (Group, error) {
	var g Group
	err := s.seesOrgan(ctx, v, organ)
	if err == nil {
		g.Version, err = s.partVersion(ctx, organ, partGroup)
	}
	if err == nil {
		g.Seats, err = readSeats(ctx, s.read, organ)
	}
	if err == nil {
		g.Documents, err = s.groupDocuments(ctx, organ)
	}
	if err == nil {
		g.Meetings, err = s.meetings(ctx, organ)
	}
	if err != nil {
		return Group{}, fmt.Errorf("store: group of %d: %w", organ, err)
	}
	return g, nil
}

func readSeats(ctx context.Context, q asker, organ int64) ([]org.Seat, error) {
	rows, err := q.QueryContext(ctx, `select m.role, m.person, coalesce(p.name, m.name), case when m.title = '' then coalesce(p.title, '') else m.title end, m.valid_from, m.valid_to, m.document
		from group_member m left join person p on p.id = m.person and m.person <> 0 where m.organ = $1 order by m.valid_from desc, m.place, m.id`, organ)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Seat
	for rows.Next() {
		var x org.Seat
		var from, to string
		if err := rows.Scan(&x.Role, &x.Person, &x.Name, &x.Title, &from, &to, &x.Document); err != nil {
			return nil, err
		}
		if err := dates(from, to, &x.From, &x.To); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

func (s *Store) groupDocuments(ctx context.Context, organ int64) ([]org.GroupDocument, error) {
	rows, err := s.read.QueryContext(ctx, "select id, number, title, on_day from group_document where organ = $1 order by on_day desc, id desc", organ)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.GroupDocument
	for rows.Next() {
		var d org.GroupDocument
		var day string
		if err := rows.Scan(&d.ID, &d.Number, &d.Title, &day); err != nil {
			return nil, err
		}
		if err := d.On.UnmarshalText([]byte(day)); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// AdjustGroup makes the group of an organ up anew from by.On on, as a document
// says. Who stays keeps the term that began earlier; who is not named leaves the
// day before. Version must be the one last read.
func (s *Store) AdjustGroup(ctx context.Context, by By, organ, version int64, doc org.GroupDocument, seats []org.Seat) (Done, error) {
	return s.do(ctx, by, "adjust group", func(h *hand) (string, error) {
		if err := h.edits(org.EditGroup, organ); err != nil {
			return "", err
		}
		day, err := h.startDay()
		if err != nil {
			return "", err
		}
		for i := range seats {
			if err := h.holder(&seats[i].Holder); err != nil {
				return "", err
			}
		}
		if why := org.CheckSeats(seats); why != "" {
			return "", act.Refuse(why)
		}
		if len([]rune(doc.Number)) > 100 || len([]rune(doc.Title)) > 200 {
			return "", act.Refuse("文号或文件标题过长。")
		}
		all, err := readSeats(h.ctx, h, organ)
		if err != nil {
			return "", err
		}
		if err := h.nextPart(organ, partGroup, version); err != nil {
			return "", err
		}
		id := int64(0)
		if doc.Number != "" || doc.Title != "" {
			id = h.s.NewID()
			if doc.On.IsZero() {
				doc.On = day
			}
			if _, err := h.ExecContext(h.ctx, "insert into group_document (id, organ, number, title, on_day) values ($1, $2, $3, $4, $5)", id, organ, doc.Number, doc.Title, doc.On.String()); err != nil {
				return "", err
			}
		}
		same := func(a, b org.Seat) bool { return a.Role == b.Role && a.Holder == b.Holder }
		var old []org.Seat
		for _, x := range all {
			if x.To.IsZero() {
				old = append(old, x)
				if day.Before(x.From) {
					return "", act.Refuse(fmt.Sprintf("现在的小组%s才调整，新的调整不能早于这一天。", x.From.Chinese()))
				}
			}
		}
		if _, err := h.ExecContext(h.ctx, "delete from group_member where organ = $1 and valid_to = ''", organ); err != nil {
			return "", err
		}
		put := func(x org.Seat, place int) error {
			_, err := h.ExecContext(h.ctx, "insert into group_member (id, organ, role, person, name, title, valid_from, valid_to, document, place) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
				h.s.NewID(), organ, string(x.Role), x.Person, x.Name, x.Title, x.From.String(), x.To.String(), x.Document, place)
			return err
		}
		for i := range seats {
			seats[i].From, seats[i].To, seats[i].Document = day, law.Date{}, id
			for _, x := range old {
				if same(x, seats[i]) {
					seats[i].From, seats[i].Document = x.From, x.Document
				}
			}
			if err := put(seats[i], i); err != nil {
				return "", err
			}
		}
		for i, x := range old {
			stays := false
			for _, y := range seats {
				stays = stays || same(x, y)
			}
			if x.To = day.AddDays(-1); stays || x.To.Before(x.From) {
				continue
			}
			if err := put(x, i); err != nil {
				return "", err
			}
		}
		var changes []act.Change
		for _, r := range org.GroupRoles() {
			changes = append(changes, act.Change{Field: r.Chinese(), Old: seatNames(old, r), New: seatNames(seats, r)})
		}
		if doc.Number != "" {
			changes = append(changes, act.Change{Field: "文号", New: doc.Number})
		}
		return "", h.note(act.GroupChanged, OrganRef(organ), organ, nil, changes...)
	})
}

func seatNames(list []org.Seat, r org.GroupRole) string {
	var s []string
	for _, x := range list {
		if x.Role == r {
			s = append(s, x.Holder.String())
		}
	}
	return strings.Join(s, "、")
}
