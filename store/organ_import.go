package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// An OrganImport is a list of organs and how its changes count.
type OrganImport struct {
	Lines   []org.RegisterLine
	Correct bool // what is recorded was written down wrongly; otherwise things change on by.On
}

// PlanOrgans says what a list of organs would do, line by line, and gives a mark
// of what that rests on: ImportOrgans refuses a list whose mark has changed.
func (s *Store) PlanOrgans(ctx context.Context, v org.Viewer, x OrganImport, day law.Date) ([]org.RegisterPlan, string, error) {
	if day.IsZero() {
		ms, err := s.now(ctx, s.read)
		if err != nil {
			return nil, "", fmt.Errorf("store: plan organs: %w", err)
		}
		day = law.DateOf(time.UnixMilli(ms))
	}
	plans, err := planOrgans(ctx, s.read, v, x, day)
	if err != nil {
		return nil, "", fmt.Errorf("store: plan organs: %w", err)
	}
	return plans, seen(plans, x, day), nil
}

func planOrgans(ctx context.Context, q asker, v org.Viewer, x OrganImport, day law.Date) ([]org.RegisterPlan, error) {
	list, err := readEntered(ctx, q)
	if err != nil {
		return nil, err
	}
	r := org.Register{Organs: list, Day: day, Top: org.Able(v, org.Configure), May: func(to org.Subject, kind org.Kind) bool {
		return org.May(v, org.ArrangeOrgans, to) || contributes(kind) && org.May(v, org.EditOrgan, to)
	}}
	return r.Plan(x.Lines), nil
}

// readEntered reads all organs as lists know them.
func readEntered(ctx context.Context, q asker) ([]org.Entered, error) {
	rows, err := q.QueryContext(ctx, "select "+organColumns+", o.home, o.line from organ o order by o.path")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []org.Entered
	at := map[int64]int{}
	for rows.Next() {
		var e org.Entered
		var x organScan
		if err := rows.Scan(append(x.dest(), &e.Home, &e.Line)...); err != nil {
			return nil, err
		}
		if e.Organ, err = x.organ(); err != nil {
			return nil, err
		}
		e.Office.Organ = e.Organ.ID
		at[e.Organ.ID] = len(list)
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	offices, err := q.QueryContext(ctx, "select "+officeColumns+" from office")
	if err != nil {
		return nil, err
	}
	defer offices.Close()
	for offices.Next() {
		o, err := scanOffice(offices)
		if err != nil {
			return nil, err
		}
		if i, ok := at[o.Organ]; ok {
			list[i].Office = o
		}
	}
	return list, offices.Err()
}

// Register lists the organs that the viewer may see with what a list of organs
// says of each, in the order of the tree; under narrows it to an organ and what
// is below it. name is the name of any organ.
func (s *Store) Register(ctx context.Context, v org.Viewer, under int64) (list []org.Entered, name func(int64) string, err error) {
	all, err := readEntered(ctx, s.read)
	if err != nil {
		return nil, nil, fmt.Errorf("store: register: %w", err)
	}
	names := make(map[int64]string, len(all))
	top := ""
	for _, e := range all {
		names[e.Organ.ID] = e.Organ.Name
		if e.Organ.ID == under {
			top = e.Organ.Path
		}
	}
	if under != 0 && top == "" {
		return nil, nil, fmt.Errorf("store: register below %d: %w", under, ErrNotFound)
	}
	for _, e := range all {
		if strings.HasPrefix(e.Organ.Path, top) && org.May(v, org.SeeOrgan, org.Subject{Organ: e.Organ.ID, Home: e.Home, Path: e.Organ.Path}) {
			list = append(list, e)
		}
	}
	return list, func(id int64) string { return names[id] }, nil
}

// seen is a mark of a plan: another after anything it rests on has changed.
func seen(plans []org.RegisterPlan, x OrganImport, day law.Date) string {
	h := sha256.New()
	e := json.NewEncoder(h)
	_ = e.Encode([]any{x.Correct, day.String()}) // plain data cannot fail
	for _, p := range plans {
		_ = e.Encode([]any{p.Line, p.Does, p.To.Organ, p.To.Line, p.Changes, p.Faults})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// mostDetails bounds the changes that the log keeps of one import.
const mostDetails = 20_000

// ImportOrgans does what a list of organs says: one act, the whole list or
// nothing. mark is that of the plan that was looked at; ErrConflict says that
// something it rests on has changed since. A list with wrong lines is refused.
// The answer is how many organs are new and how many changed, "3/12".
func (s *Store) ImportOrgans(ctx context.Context, by By, x OrganImport, mark string) (Done, error) {
	fresh := make(map[int64]int64, len(x.Lines)) // ids of new organs by the id of their plan
	for _, l := range x.Lines {
		fresh[-int64(l.Line)] = s.NewID()
	}
	return s.arrange(ctx, by, "import organs", func(h *hand, day law.Date) (string, error) {
		plans, err := planOrgans(h.ctx, h, by.Viewer, x, day)
		if err != nil {
			return "", err
		}
		if seen(plans, x, day) != mark {
			return "", ErrConflict
		}
		n, m := 0, 0
		for _, p := range plans {
			switch p.Does {
			case org.RosterBad:
				return "", act.Refuse(fmt.Sprintf("第%d行有误：%s", p.Line, strings.Join(p.Faults, "")))
			case org.RosterNew:
				n++
			case org.RosterChange:
				m++
			}
		}
		if n+m == 0 {
			return "0/0", nil
		}
		if err := h.importNew(plans, fresh); err != nil {
			return "", err
		}
		if err := h.importChanged(plans, fresh, x.Correct, day); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d/%d", n, m), h.noteImport(plans, fresh, n, m)
	})
}

// importNew writes the new organs, each after the one above it.
func (h *hand) importNew(plans []org.RegisterPlan, fresh map[int64]int64) error {
	at := map[int64]int{}
	for i, p := range plans {
		if p.Does == org.RosterNew {
			at[p.To.Organ.ID] = i
		}
	}
	type place struct {
		path string
		home int64
	}
	places := map[int64]place{0: {path: "/"}}
	var put func(i, depth int) error
	put = func(i, depth int) error {
		o := plans[i].To.Organ
		if _, done := places[o.ID]; done {
			return nil
		}
		up, known := places[o.Parent]
		if j, isNew := at[o.Parent]; !known && isNew && depth < deepest {
			if err := put(j, depth+1); err != nil {
				return err
			}
			up = places[o.Parent]
		} else if !known {
			if err := h.QueryRowContext(h.ctx, "select path, home from organ where id = $1", o.Parent).Scan(&up.path, &up.home); err != nil {
				return err
			}
			places[o.Parent] = up
		}
		key := o.ID
		o.ID = fresh[key]
		if o.Parent < 0 {
			o.Parent = fresh[o.Parent]
		}
		o.Path = org.ChildPath(up.path, o.ID)
		home := o.ID
		if contributes(o.Kind) && up.home != 0 {
			home = up.home
		}
		places[key] = place{o.Path, home}
		if err := putOrgan(h.ctx, h.Tx, o, home, h.now); err != nil {
			return err
		}
		return h.event(o.ID, o.From, act.OrganCreated, "", o.Name, 0)
	}
	for i, p := range plans {
		if p.Does == org.RosterNew {
			if err := put(i, 0); err != nil {
				return err
			}
		}
	}
	for _, p := range plans {
		if p.Does != org.RosterNew {
			continue
		}
		id, line := fresh[p.To.Organ.ID], p.To.Line
		if line < 0 {
			line = fresh[line]
		}
		if line != 0 {
			if _, err := h.ExecContext(h.ctx, "update organ set line = $2 where id = $1", id, line); err != nil {
				return err
			}
		}
		if o := p.To.Office; !o.Empty() {
			o.Organ = id
			if err := h.importOffice(o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *hand) importOffice(o org.OfficeRecord) error {
	if err := h.putOffice(o); err != nil {
		return err
	}
	_, err := h.ExecContext(h.ctx, `insert into organ_part (organ, part, version) values ($1, $2, 1)
		on conflict (organ, part) do update set version = organ_part.version + 1`, o.Organ, partOffice)
	return err
}

// importChanged gives the organs that were there their new facts. Those that
// move go last, when everything they could stand below is in its place.
func (h *hand) importChanged(plans []org.RegisterPlan, fresh map[int64]int64, correct bool, day law.Date) error {
	list := slices.Clone(plans)
	slices.SortStableFunc(list, func(a, b org.RegisterPlan) int { return moves(a) - moves(b) })
	for _, p := range list {
		if p.Does != org.RosterChange {
			continue
		}
		f, err := organFile(h.ctx, h, p.To.Organ.ID)
		if err != nil {
			return err
		}
		to := p.To
		if to.Organ.Parent < 0 {
			to.Organ.Parent = fresh[to.Organ.Parent]
		}
		if to.Line < 0 {
			to.Line = fresh[to.Line]
		}
		facts := org.FactsOf(to.Organ, to.Line)
		then := f
		then.Organ.Code, then.Organ.From, then.Organ.To = to.Organ.Code, to.Organ.From, to.Organ.To
		history := f.History.Change(day, facts)
		if correct {
			history = f.History.Correct(day, facts)
		}
		if err := h.apply(then, history); err != nil {
			return err
		}
		old, err := readOffice(h.ctx, h, to.Organ.ID)
		if err != nil {
			return err
		}
		if len(officeChanges(old, to.Office)) > 0 {
			if err := h.importOffice(to.Office); err != nil {
				return err
			}
		}
		at := day
		if correct {
			at = law.Date{}
		}
		for _, c := range p.Changes {
			if err := h.event(to.Organ.ID, at, act.OrganImported, c.Field+" "+blankAs(c.Old), blankAs(c.New), 0); err != nil {
				return err
			}
		}
	}
	return nil
}

func moves(p org.RegisterPlan) int {
	for _, c := range p.Changes {
		if c.Field == "上级机关" || c.Field == "业务主管" {
			return 1
		}
	}
	return 0
}

// noteImport appends the one act of an import.
func (h *hand) noteImport(plans []org.RegisterPlan, fresh map[int64]int64, n, m int) error {
	d := act.Details{Reason: h.by.Reason, From: h.by.From, Signer: h.by.Signer, Program: h.by.Viewer.ProgramName()}
	d.Changes = append(d.Changes, act.Change{Field: "名单", New: fmt.Sprintf("新增 %d 个，修改 %d 个", n, m)})
	fields := []string{"名单"}
	var organ int64
	for _, p := range plans {
		if p.Does != org.RosterNew && p.Does != org.RosterChange {
			continue
		}
		if organ == 0 {
			if organ = p.To.Organ.Parent; organ < 0 {
				organ = fresh[organ]
			}
		}
		for _, c := range p.Changes {
			if len(d.Changes) < mostDetails {
				d.Changes = append(d.Changes, act.Change{Field: fmt.Sprintf("第%d行 %s：%s", p.Line, p.To.Organ.Name, c.Field), Old: c.Old, New: c.New})
			}
			if !slices.Contains(fields, c.Field) {
				fields = append(fields, c.Field)
			}
		}
	}
	if h.by.Viewer.Organ != 0 {
		organ = h.by.Viewer.Organ
	}
	return h.append(act.Act{Ref: fmt.Sprintf("import/%d", h.s.NewID()), Kind: act.OrganImported, Organ: organ, Body: act.Record{Fields: fields, Paper: h.by.Paper}}, d)
}
