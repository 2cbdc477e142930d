package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// A ReadingPlace is what the public is told of a 查阅点, a terminal or a 政务公开专区,
// beside its entry in the ledger of equipment.
type ReadingPlace struct {
	Equipment int64
	Address   string
	Hours     string // e.g. 工作日8:30—12:00、14:00—17:30
	Phone     string
	Staff     string // who receives people, e.g. 便民服务中心窗口
	Zones     []string
	Shown     bool // on the public page
	Version   int64
}

// Zones lists what a 政务公开专区 usually has.
func Zones() []string {
	return []string{"信息查询区", "申请受理区", "咨询区", "政务服务办理区", "意见箱", "休息区"}
}

// A PlaceRow is a reading place with what the ledger says of it and its year.
type PlaceRow struct {
	ReadingPlace
	Organ     int64
	OrganName string
	Name      string
	Place     string
	Kind      oversight.EquipmentKind
	State     oversight.EquipmentState
	NextCheck law.Date
	Days      int // on which somebody came
	Persons   int
	Items     int
	Prints    int
	Edits     bool
}

const placeSQL = `select e.id, coalesce(r.address, ''), coalesce(r.hours, ''), coalesce(r.phone, ''), coalesce(r.staff, ''), coalesce(r.zones, ''), coalesce(r.shown, 0), coalesce(r.version, 0),
	e.organ, o.name, e.name, e.place, e.kind, e.state, e.next_check, o.home, o.path from equipment e join organ o on o.id = e.organ left join reading_place r on r.equipment = e.id`

func scanPlace(r scanner) (x PlaceRow, to org.Subject, err error) {
	var zones, next string
	var shown int
	err = r.Scan(&x.Equipment, &x.Address, &x.Hours, &x.Phone, &x.Staff, &zones, &shown, &x.Version, &x.Organ, &x.OrganName, &x.Name, &x.Place, &x.Kind, &x.State, &next, &to.Home, &to.Path)
	if err != nil {
		return x, to, err
	}
	x.Shown, to.Organ = shown != 0, x.Organ
	x.Zones = strings.FieldsFunc(zones, func(r rune) bool { return r == '\n' })
	return x, to, x.NextCheck.UnmarshalText([]byte(next))
}

// Places lists reading places with the sums of a year.
func (s *Store) Places(ctx context.Context, v org.Viewer, year int) ([]PlaceRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.and("e.kind in ('point', 'terminal', 'room')", "e.state <> 'ended'")
	rows, err := p.rows(ctx, s.read, placeSQL, "o.path, e.kind, e.id", MaxEquipment)
	list, err := gather("reading places", rows, err, func(r scanner) (PlaceRow, error) {
		x, to, err := scanPlace(r)
		x.Edits = err == nil && org.May(v, org.EditOutlets, to)
		return x, err
	})
	if err != nil {
		return nil, err
	}
	return list, s.placeSums(ctx, list, year)
}

// placeSums fills in who came in a year.
func (s *Store) placeSums(ctx context.Context, list []PlaceRow, year int) error {
	var p pick
	p.and("day >= "+p.arg(law.Day(year, 1, 1).String()), "day <= "+p.arg(law.Day(year, 12, 31).String()))
	var in []string
	for _, x := range list {
		in = append(in, p.arg(x.Equipment))
	}
	if len(in) == 0 {
		return nil
	}
	rows, err := s.read.QueryContext(ctx, "select equipment, count(distinct day), cast(sum(persons) as bigint), cast(sum(items) as bigint), cast(sum(prints) as bigint) from place_visit where "+
		strings.Join(p.cond, " and ")+" and equipment in ("+strings.Join(in, ", ")+") group by equipment", p.args...)
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var id int64
			var days, persons, items, prints int
			if err := r.Scan(&id, &days, &persons, &items, &prints); err != nil {
				return err
			}
			i := slices.IndexFunc(list, func(x PlaceRow) bool { return x.Equipment == id })
			list[i].Days, list[i].Persons, list[i].Items, list[i].Prints = days, persons, items, prints
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("store: visits of places: %w", err)
	}
	return nil
}

// PublicPlaces lists the reading places that are shown to the public, of an organ
// and its villages, or of all with 0.
func (s *Store) PublicPlaces(ctx context.Context, organ int64) ([]PlaceRow, error) {
	var p pick
	p.and("r.shown = 1", "e.state <> 'ended'")
	p.is(organ != 0, "o.home = ", organ)
	rows, err := p.rows(ctx, s.read, placeSQL, "o.path, e.id", MaxEquipment)
	return gather("public places", rows, err, func(r scanner) (PlaceRow, error) {
		x, _, err := scanPlace(r)
		return x, err
	})
}

// SavePlace keeps what the public is told of a place. Version is the one last
// read, 0 for a place of which nothing was kept. It needs EditOutlets.
func (s *Store) SavePlace(ctx context.Context, by By, x ReadingPlace) (Done, error) {
	return s.do(ctx, by, "save reading place", func(h *hand) (string, error) {
		old, to, err := scanPlace(h.QueryRowContext(h.ctx, placeSQL+" where e.id = $1 and e.kind in ('point', 'terminal', 'room')", x.Equipment))
		if err == nil && !org.May(by.Viewer, org.SeeItems, to) {
			err = ErrNotFound
		}
		if err == nil {
			err = h.may(org.EditOutlets, to)
		}
		if err != nil {
			return "", err
		}
		zones := strings.Join(x.Zones, "\n")
		for _, c := range []struct {
			name, text string
			most       int
		}{{"地址", x.Address, 120}, {"开放时间", x.Hours, 120}, {"电话", x.Phone, 40}, {"服务人员", x.Staff, 60}, {"功能区", zones, 200}} {
			if n := utf8.RuneCountInString(c.text); n > c.most || !utf8.ValidString(c.text) || strings.ContainsRune(c.text, 0) {
				return "", act.Refuse(fmt.Sprintf("%s最多%d个字，不能有不能识别的字符。", c.name, c.most))
			}
		}
		if x.Shown && (x.Address == "" || x.Hours == "") {
			return "", act.Refuse("对外公布前，请写明地址和开放时间。")
		}
		if err := one(h.ExecContext(h.ctx, `insert into reading_place (equipment, address, hours, phone, staff, zones, shown, version) values ($1, $2, $3, $4, $5, $6, $7, 1)
			on conflict (equipment) do update set address = excluded.address, hours = excluded.hours, phone = excluded.phone, staff = excluded.staff, zones = excluded.zones, shown = excluded.shown, version = reading_place.version + 1
			where reading_place.version = $8`, x.Equipment, x.Address, x.Hours, x.Phone, x.Staff, zones, flag(x.Shown), x.Version)); err != nil {
			return "", err
		}
		return fmt.Sprint(x.Equipment), h.note(act.PlaceKept, EquipmentRef(x.Equipment), old.Organ, nil, act.Change{Field: "地址", Old: old.Address, New: x.Address}, act.Change{Field: "开放时间", Old: old.Hours, New: x.Hours},
			act.Change{Field: "对外公布", Old: yesNo(old.Shown), New: yesNo(x.Shown)})
	})
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// GuideCopies are copies of the guide or another print that somebody got.
type GuideCopies struct {
	ID        int64
	Organ     int64
	OrganName string
	What      string // e.g. 政府信息公开指南
	Receiver  string // the village, the window
	Copies    int
	On        law.Date
	Received  law.Date // day of the receipt, zero before
	Signer    string   // who signed it
	Version   int64
	Edits     bool
}

const copiesSQL = "select c.id, c.organ, o.name, c.what, c.receiver, c.copies, c.day, c.received, c.signer, c.version, o.home, o.path from guide_copy c join organ o on o.id = c.organ"

func scanCopies(r scanner) (x GuideCopies, to org.Subject, err error) {
	var day, received string
	err = r.Scan(&x.ID, &x.Organ, &x.OrganName, &x.What, &x.Receiver, &x.Copies, &day, &received, &x.Signer, &x.Version, &to.Home, &to.Path)
	if err == nil {
		err = dates(day, received, &x.On, &x.Received)
	}
	to.Organ = x.Organ
	return x, to, err
}

// Copies lists what was given out in a year, the newest first.
func (s *Store) Copies(ctx context.Context, v org.Viewer, year int) ([]GuideCopies, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.and("c.day >= "+p.arg(law.Day(year, 1, 1).String()), "c.day <= "+p.arg(law.Day(year, 12, 31).String()))
	rows, err := p.rows(ctx, s.read, copiesSQL, "c.day desc, c.id desc", 2000)
	return gather("guide copies", rows, err, func(r scanner) (GuideCopies, error) {
		x, to, err := scanCopies(r)
		x.Edits = err == nil && org.May(v, org.EditOutlets, to)
		return x, err
	})
}

// GiveCopies keeps a pack list: several receivers get copies of one print. It
// needs EditOutlets at the organ.
func (s *Store) GiveCopies(ctx context.Context, by By, list []GuideCopies) (Done, error) {
	return s.do(ctx, by, "give copies", func(h *hand) (string, error) {
		if len(list) == 0 || len(list) > 200 {
			return "", act.Refuse("请写明发给哪里、几份，一行一个，一次最多200行。")
		}
		to, err := h.subject(list[0].Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditOutlets, to); err != nil {
			return "", err
		}
		sum := 0
		for _, x := range list {
			if x.Receiver == "" || utf8.RuneCountInString(x.Receiver) > 60 || x.What == "" || utf8.RuneCountInString(x.What) > 60 || !utf8.ValidString(x.Receiver+x.What) || strings.ContainsRune(x.Receiver+x.What, 0) {
				return "", act.Refuse("发放的材料和接收的村、窗口都要写，各最多60个字。")
			}
			if x.Copies < 1 || x.Copies > 100_000 || !x.On.Valid() || x.On.After(h.day) {
				return "", act.Refuse("“" + x.Receiver + "”的份数要写1至100000的整数，日期不能晚于今天。")
			}
			sum += x.Copies
			if _, err := h.ExecContext(h.ctx, "insert into guide_copy (id, organ, what, receiver, copies, day, received, signer, version) values ($1, $2, $3, $4, $5, $6, '', '', 1)",
				s.NewID(), list[0].Organ, x.What, x.Receiver, x.Copies, x.On.String()); err != nil {
				return "", err
			}
		}
		return "", h.note(act.CopiesKept, fmt.Sprintf("organ/%d", list[0].Organ), list[0].Organ, nil, act.Change{Field: "材料", New: list[0].What}, act.Change{Field: "份数", New: fmt.Sprint(sum)})
	})
}

// ReceiveCopies keeps the receipt of a pack.
func (s *Store) ReceiveCopies(ctx context.Context, by By, id, version int64, on law.Date, signer string) (Done, error) {
	return s.do(ctx, by, "receive copies", func(h *hand) (string, error) {
		x, to, err := scanCopies(h.QueryRowContext(h.ctx, copiesSQL+" where c.id = $1", id))
		if err == nil && !org.May(by.Viewer, org.SeeItems, to) {
			err = ErrNotFound
		}
		if err == nil {
			err = h.may(org.EditOutlets, to)
		}
		if err != nil {
			return "", err
		}
		if signer == "" || utf8.RuneCountInString(signer) > 30 || !utf8.ValidString(signer) || strings.ContainsRune(signer, 0) || !on.Valid() || on.Before(x.On) || on.After(h.day) {
			return "", act.Refuse("请写签收人（最多30个字）和签收日期；日期不能早于发放，也不能晚于今天。")
		}
		if err := one(h.ExecContext(h.ctx, "update guide_copy set received = $3, signer = $4, version = version + 1 where id = $1 and version = $2", id, version, on.String(), signer)); err != nil {
			return "", err
		}
		return "", h.note(act.CopiesReceived, fmt.Sprintf("organ/%d", x.Organ), x.Organ, nil, act.Change{Field: "签收", Old: x.Received.String(), New: on.String()})
	})
}
