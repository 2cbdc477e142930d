package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/text"
)

// EquipmentRow is an entry of the ledger of equipment with names.
type EquipmentRow struct {
	oversight.Equipment
	OrganName, PersonName string // of the keeper who has a record
	Edits                 bool   // the viewer may change it
}

// Held is who answers for it.
func (e EquipmentRow) Held() string {
	if e.Keeper != 0 {
		return e.PersonName
	}
	return e.KeeperName
}

// EquipmentRef is the reference of acts on an entry, and of its photos.
func EquipmentRef(id int64) string { return fmt.Sprintf("equipment/%d", id) }

const equipmentSQL = `select e.id, e.organ, e.kind, e.name, e.code, e.place, e.keeper, e.keeper_name, e.state, e.since, e.until_day, e.every, e.next_check, e.note, e.version, o.name, coalesce(p.name, ''), o.home, o.path
	from equipment e join organ o on o.id = e.organ left join person p on p.id = e.keeper`

func scanEquipment(r scanner) (x EquipmentRow, to org.Subject, err error) {
	var since, until, next string
	err = r.Scan(&x.ID, &x.Organ, &x.Kind, &x.Name, &x.Code, &x.Place, &x.Keeper, &x.KeeperName, &x.State, &since, &until, &x.Every, &next, &x.Note, &x.Version, &x.OrganName, &x.PersonName, &to.Home, &to.Path)
	if err != nil {
		return x, to, err
	}
	if to.Organ = x.Organ; err == nil {
		err = dates(since, until, &x.Since, &x.Until)
	}
	if err == nil {
		err = x.NextCheck.UnmarshalText([]byte(next))
	}
	return x, to, err
}

// EquipmentQuery chooses entries. Zero fields choose all that are in the ledger
// and that the viewer may see.
type EquipmentQuery struct {
	Kind   oversight.EquipmentKind
	Organ  int64
	Search string
	Ended  bool     // those taken out instead
	Due    law.Date // to be checked by this day
	Limit  int
}

// MaxEquipment bounds one list of entries.
const MaxEquipment = 500

// EquipmentList lists entries by organ and kind, without checks and visits.
func (s *Store) EquipmentList(ctx context.Context, v org.Viewer, q EquipmentQuery) ([]EquipmentRow, error) {
	var p pick
	p.in(v.Scope(org.SeeLedgers), "o.home", "o.path", "")
	state := "e.state <> "
	if q.Ended {
		state = "e.state = "
	}
	p.is(true, state, string(oversight.OutOfWork))
	p.is(q.Kind != "", "e.kind = ", string(q.Kind))
	p.is(q.Organ != 0, "e.organ = ", q.Organ)
	p.found("e.search", q.Search)
	if !q.Due.IsZero() {
		p.and("e.next_check <> ''", "e.next_check <= "+p.arg(q.Due.String()))
	}
	rows, err := p.rows(ctx, s.read, equipmentSQL, "o.path, e.kind, e.id", atMost(q.Limit, MaxEquipment))
	return gather("equipment", rows, err, func(r scanner) (EquipmentRow, error) {
		x, to, err := scanEquipment(r)
		if err == nil {
			x.Edits = org.May(v, org.EditLedgers, to)
		}
		return x, err
	})
}

// lastParts is how many of the newest checks and visits a page reads.
const lastParts = 60

func equipmentParts(ctx context.Context, q asker, x *EquipmentRow) error {
	rows, err := q.QueryContext(ctx, "select id, day, who, result, good, private_file from equipment_check where equipment = $1 order by day desc, id desc limit $2", x.ID, lastParts)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c oversight.EquipmentCheck
		var day string
		var good int
		if err := rows.Scan(&c.ID, &day, &c.Who, &c.Result, &good, &c.Photo); err != nil {
			return err
		}
		if err := c.On.UnmarshalText([]byte(day)); err != nil {
			return err
		}
		c.Good = good != 0
		x.Checks = append(x.Checks, c)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	visits, err := q.QueryContext(ctx, "select id, day, persons, items, prints, need from place_visit where equipment = $1 order by day desc, id desc limit $2", x.ID, lastParts)
	if err != nil {
		return err
	}
	defer visits.Close()
	for visits.Next() {
		var v oversight.PlaceVisit
		var day string
		if err := visits.Scan(&v.ID, &day, &v.Persons, &v.Items, &v.Prints, &v.Need); err != nil {
			return err
		}
		if err := v.On.UnmarshalText([]byte(day)); err != nil {
			return err
		}
		x.Visits = append(x.Visits, v)
	}
	return visits.Err()
}

// Equipment is one entry with its newest checks and visits, or ErrNotFound.
func (s *Store) Equipment(ctx context.Context, v org.Viewer, id int64) (EquipmentRow, error) {
	x, to, err := scanEquipment(s.read.QueryRowContext(ctx, equipmentSQL+" where e.id = $1", id))
	if err == nil && !org.May(v, org.SeeLedgers, to) {
		err = ErrNotFound
	}
	if err == nil {
		err = equipmentParts(ctx, s.read, &x)
	}
	if err != nil {
		return EquipmentRow{}, fmt.Errorf("store: equipment %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditLedgers, to)
	return x, nil
}

// SaveEquipment keeps an entry: a new one where ID is 0, else what its form
// holds. It needs EditLedgers at the organ; Done.Answer is the id.
func (s *Store) SaveEquipment(ctx context.Context, by By, e oversight.Equipment) (Done, error) {
	return s.do(ctx, by, "save equipment", func(h *hand) (string, error) {
		if bad := e.Check(h.day); len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		to, err := h.subject(e.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		if e.Keeper != 0 {
			if err := h.worksAt(e.Keeper, to.Home); err != nil {
				return "", err
			}
			e.KeeperName = ""
		}
		var changes []act.Change
		search := text.Fold(e.Name + " " + e.Place + " " + e.Code)
		if e.ID == 0 {
			e.ID = s.NewID()
			next := law.Date{}
			if e.Every > 0 {
				next = h.day
			}
			_, err = h.ExecContext(h.ctx, `insert into equipment (id, organ, kind, name, code, place, keeper, keeper_name, encrypted, state, since, until_day, every, next_check, note, version, made_at, search)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13, $14, 1, $15, $16)`,
				e.ID, e.Organ, string(e.Kind), e.Name, e.Code, e.Place, e.Keeper, e.KeeperName, flag(e.Kind == oversight.Cipher), string(e.State), e.Since.String(), e.Every, next.String(), e.Note, h.now, search)
			changes = []act.Change{{Field: "名称", New: e.Name}, {Field: "地点", New: e.Place}, {Field: "状态", New: e.State.Chinese()}}
		} else {
			x, _, e2 := scanEquipment(h.QueryRowContext(h.ctx, equipmentSQL+" where e.id = $1 and e.organ = $2", e.ID, e.Organ))
			if e2 != nil {
				return "", e2
			}
			if x.State == oversight.OutOfWork {
				return "", act.Refuse("这一项已停用，不能修改。")
			}
			err = one(h.ExecContext(h.ctx, `update equipment set kind = $3, name = $4, code = $5, place = $6, keeper = $7, keeper_name = $8, encrypted = $9, state = $10, since = $11, every = $12, note = $13, search = $14, version = version + 1
				where id = $1 and version = $2`, e.ID, e.Version, string(e.Kind), e.Name, e.Code, e.Place, e.Keeper, e.KeeperName, flag(e.Kind == oversight.Cipher), string(e.State), e.Since.String(), e.Every, e.Note, search))
			changes = []act.Change{{Field: "名称", Old: x.Name, New: e.Name}, {Field: "地点", Old: x.Place, New: e.Place}, {Field: "状态", Old: x.State.Chinese(), New: e.State.Chinese()},
				{Field: "保管人", Old: fmt.Sprint(x.Keeper), New: fmt.Sprint(e.Keeper)}}
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprint(e.ID), h.note(act.EquipmentSaved, EquipmentRef(e.ID), e.Organ, personRefs(e.Keeper), changes...)
	})
}

// EquipmentVerb is what is done with an entry: oversight's Inspect, Visit, Retire.
type EquipmentVerb func(e *oversight.Equipment, today law.Date) error

// WithEquipment runs a verb on an entry and keeps the check or visit it adds.
// It needs EditLedgers at its organ; ErrConflict if somebody was faster, but
// visits do not stand in each other's way.
func (s *Store) WithEquipment(ctx context.Context, by By, id, version int64, kind string, verb EquipmentVerb) (Done, error) {
	return s.do(ctx, by, "equipment", func(h *hand) (string, error) {
		x, to, err := scanEquipment(h.QueryRowContext(h.ctx, equipmentSQL+" where e.id = $1", id))
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeeLedgers, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		if x.Version != version && kind != act.EquipmentVisited {
			return "", ErrConflict
		}
		before := x.Equipment
		if err := verb(&x.Equipment, h.day); err != nil {
			return "", err
		}
		for _, c := range x.Checks {
			c.ID = s.NewID()
			if c.Photo != 0 {
				if err := h.keepPrivate(c.Photo, EquipmentRef(id)); err != nil {
					return "", err
				}
			}
			if _, err := h.ExecContext(h.ctx, "insert into equipment_check (id, equipment, day, who, result, good, private_file, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
				c.ID, id, c.On.String(), c.Who, c.Result, flag(c.Good), c.Photo, h.now); err != nil {
				return "", err
			}
		}
		for _, v := range x.Visits {
			v.ID = s.NewID()
			if _, err := h.ExecContext(h.ctx, "insert into place_visit (id, equipment, day, persons, items, prints, need, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
				v.ID, id, v.On.String(), v.Persons, v.Items, v.Prints, v.Need, h.now); err != nil {
				return "", err
			}
		}
		if kind != act.EquipmentVisited {
			if err := one(h.ExecContext(h.ctx, "update equipment set state = $3, until_day = $4, next_check = $5, note = $6, version = version + 1 where id = $1 and version = $2",
				id, version, string(x.State), x.Until.String(), x.NextCheck.String(), x.Note)); err != nil {
				return "", err
			}
		}
		changes := []act.Change{{Field: "状态", Old: before.State.Chinese(), New: x.State.Chinese()}, {Field: "下次检查", Old: before.NextCheck.String(), New: x.NextCheck.String()}}
		for _, v := range x.Visits {
			changes = append(changes, act.Change{Field: "接待人次", New: fmt.Sprint(v.Persons)}, act.Change{Field: "查阅条数", New: fmt.Sprint(v.Items)})
		}
		return fmt.Sprint(id), h.note(kind, EquipmentRef(id), x.Organ, nil, changes...)
	})
}

// VisitMonth sums the visits of a place in one month.
type VisitMonth struct {
	Month                        int
	Days, Persons, Items, Prints int
}

// VisitMonths sums the visits of a place by month of a year.
func (s *Store) VisitMonths(ctx context.Context, v org.Viewer, id int64, year int) ([]VisitMonth, error) {
	if _, err := s.Equipment(ctx, v, id); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `select substr(day, 6, 2), count(distinct day), sum(persons), sum(items), sum(prints) from place_visit where equipment = $1 and day >= $2 and day <= $3 group by substr(day, 6, 2) order by 1`,
		id, fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-12-31", year))
	if err != nil {
		return nil, fmt.Errorf("store: visits of %d: %w", id, err)
	}
	defer rows.Close()
	var out []VisitMonth
	for rows.Next() {
		var m VisitMonth
		var month string
		if err := rows.Scan(&month, &m.Days, &m.Persons, &m.Items, &m.Prints); err != nil {
			return nil, fmt.Errorf("store: visits of %d: %w", id, err)
		}
		_, _ = fmt.Sscanf(month, "%d", &m.Month) // two digits of a day that was checked
		out = append(out, m)
	}
	return slices.Clip(out), rows.Err()
}
