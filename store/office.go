package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// The parts of an organ that are edited as a whole, each with a version.
const (
	partOffice = "office"
	partRemedy = "remedy"
	partDuty   = "duty"
	partGroup  = "group"
)

// partVersion is the version of a part, 0 if nothing was kept yet.
func (s *Store) partVersion(ctx context.Context, organ int64, part string) (int64, error) {
	var n int64
	err := s.read.QueryRowContext(ctx, "select version from organ_part where organ = $1 and part = $2", organ, part).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// nextPart raises the version of a part, or is ErrConflict if somebody else was
// faster.
func (h *hand) nextPart(organ int64, part string, version int64) error {
	res, err := h.ExecContext(h.ctx, `insert into organ_part (organ, part, version) values ($1, $2, 1)
		on conflict (organ, part) do update set version = organ_part.version + 1 where organ_part.version = $3`, organ, part, version)
	if err := one(res, err); err != nil {
		return err
	}
	if version > 0 { // a version of nothing is a damaged form
		var n int64
		if err := h.QueryRowContext(h.ctx, "select version from organ_part where organ = $1 and part = $2", organ, part).Scan(&n); err != nil {
			return err
		}
		if n != version+1 {
			return ErrConflict
		}
	}
	return nil
}

// edits is the organ as the subject, if the viewer may do this to it.
func (h *hand) edits(verb org.Verb, organ int64) error {
	to, err := h.subject(organ)
	if err != nil {
		return err
	}
	return h.may(verb, to)
}

// Office is the office record of an organ with its version; an organ that has
// none has an empty one of version 0. It is public.
func (s *Store) Office(ctx context.Context, organ int64) (org.OfficeRecord, int64, error) {
	version, err := s.partVersion(ctx, organ, partOffice)
	if err != nil {
		return org.OfficeRecord{}, 0, fmt.Errorf("store: office of %d: %w", organ, err)
	}
	o, err := readOffice(ctx, s.read, organ)
	if err != nil {
		return org.OfficeRecord{}, 0, fmt.Errorf("store: office of %d: %w", organ, err)
	}
	return o, version, nil
}

const officeColumns = "organ, unit, head, address, postcode, hours, phone, fax, email, web, channels"

func scanOffice(r scanner) (org.OfficeRecord, error) {
	var o org.OfficeRecord
	var channels string
	err := r.Scan(&o.Organ, &o.Unit, &o.Head, &o.Address, &o.Postcode, &o.Hours, &o.Phone, &o.Fax, &o.Email, &o.Web, &channels)
	if err == nil {
		o.Channels, err = org.ParseChannels(channels)
	}
	return o, err
}

func readOffice(ctx context.Context, q asker, organ int64) (org.OfficeRecord, error) {
	o, err := scanOffice(q.QueryRowContext(ctx, "select "+officeColumns+" from office where organ = $1", organ))
	if errors.Is(err, sql.ErrNoRows) {
		return org.OfficeRecord{Organ: organ}, nil
	}
	return o, err
}

// SaveOffice keeps the office record of an organ. Version must be the one last
// read.
func (s *Store) SaveOffice(ctx context.Context, by By, o org.OfficeRecord, version int64) (Done, error) {
	return s.do(ctx, by, "save office", func(h *hand) (string, error) {
		if err := h.edits(org.EditOrgan, o.Organ); err != nil {
			return "", err
		}
		for _, why := range o.Wrong() {
			return "", act.Refuse(why)
		}
		old, err := readOffice(h.ctx, h, o.Organ)
		if err != nil {
			return "", err
		}
		changes := officeChanges(old, o)
		if err := h.nextPart(o.Organ, partOffice, version); err != nil || len(changes) == 0 {
			return "", err
		}
		if err := h.putOffice(o); err != nil {
			return "", err
		}
		// Public pages show it.
		if err := touch(h.ctx, h.Tx, topicOrgan, 1); err != nil {
			return "", err
		}
		return "", h.note(act.OfficeChanged, OrganRef(o.Organ), o.Organ, nil, changes...)
	})
}

func (h *hand) putOffice(o org.OfficeRecord) error {
	_, err := h.ExecContext(h.ctx, `insert into office (organ, unit, head, address, postcode, hours, phone, fax, email, web, channels, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (organ) do update set unit = excluded.unit, head = excluded.head, address = excluded.address, postcode = excluded.postcode,
			hours = excluded.hours, phone = excluded.phone, fax = excluded.fax, email = excluded.email, web = excluded.web,
			channels = excluded.channels, saved_at = excluded.saved_at`,
		o.Organ, o.Unit, o.Head, o.Address, o.Postcode, o.Hours, o.Phone, o.Fax, o.Email, o.Web, org.MarshalChannels(o.Channels), h.now)
	return err
}

func officeChanges(a, b org.OfficeRecord) []act.Change {
	var out []act.Change
	for _, f := range org.OfficeFields() {
		if x, y := *f.Of(&a), *f.Of(&b); x != y {
			out = append(out, act.Change{Field: f.Chinese, Old: x, New: y})
		}
	}
	if x, y := a.ChannelsText(), b.ChannelsText(); x != y {
		out = append(out, act.Change{Field: "受理渠道", Old: x, New: y})
	}
	return out
}

// Remedies are the 复议机关 and 管辖法院 decided for an organ, the latest first,
// with their version.
func (s *Store) Remedies(ctx context.Context, organ int64) ([]org.Remedy, int64, error) {
	version, err := s.partVersion(ctx, organ, partRemedy)
	if err != nil {
		return nil, 0, fmt.Errorf("store: remedies of %d: %w", organ, err)
	}
	list, err := readRemedies(ctx, s.read, organ)
	if err != nil {
		return nil, 0, fmt.Errorf("store: remedies of %d: %w", organ, err)
	}
	return list, version, nil
}

func readRemedies(ctx context.Context, q asker, organ int64) ([]org.Remedy, error) {
	rows, err := q.QueryContext(ctx, "select kind, name, address, phone, web, basis, valid_from, valid_to from remedy where organ = $1 order by kind desc, valid_from desc, id", organ)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Remedy
	for rows.Next() {
		var r org.Remedy
		var from, to string
		if err := rows.Scan(&r.Kind, &r.Name, &r.Address, &r.Phone, &r.Web, &r.Basis, &from, &to); err != nil {
			return nil, err
		}
		if err := dates(from, to, &r.From, &r.To); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// SaveRemedies keeps all that was decided for an organ, of the past and of now.
// Version must be the one last read.
func (s *Store) SaveRemedies(ctx context.Context, by By, organ, version int64, list []org.Remedy) (Done, error) {
	return s.do(ctx, by, "save remedies", func(h *hand) (string, error) {
		if err := h.edits(org.EditOrgan, organ); err != nil {
			return "", err
		}
		if len(list) > 60 {
			return "", act.Refuse("一个机关最多登记 60 条复议机关和管辖法院。")
		}
		for _, why := range org.CheckRemedies(list) {
			return "", act.Refuse(why)
		}
		old, err := readRemedies(h.ctx, h, organ)
		if err != nil {
			return "", err
		}
		if err := h.nextPart(organ, partRemedy, version); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "delete from remedy where organ = $1", organ); err != nil {
			return "", err
		}
		for _, r := range list {
			_, err := h.ExecContext(h.ctx, `insert into remedy (id, organ, kind, name, address, phone, web, basis, valid_from, valid_to)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, h.s.NewID(), organ, string(r.Kind), r.Name, r.Address, r.Phone, r.Web, r.Basis, r.From.String(), r.To.String())
			if err != nil {
				return "", err
			}
		}
		var changes []act.Change
		for _, k := range []org.RemedyKind{org.Review, org.Court} {
			if a, b := remedyText(old, k), remedyText(list, k); a != b {
				changes = append(changes, act.Change{Field: k.Chinese(), Old: a, New: b})
			}
		}
		if len(changes) == 0 {
			return "", nil
		}
		return "", h.note(act.RemedyChanged, OrganRef(organ), organ, nil, changes...)
	})
}

func remedyText(list []org.Remedy, k org.RemedyKind) string {
	out := ""
	for _, r := range list {
		if r.Kind != k {
			continue
		}
		if out != "" {
			out += "；"
		}
		out += r.Name
		for _, x := range []string{r.Address, r.Phone, r.Web} {
			if x != "" {
				out += " " + x
			}
		}
		if s := r.From.String() + "/" + r.To.String(); s != "/" {
			out += "（" + s + "）"
		}
	}
	return out
}

// RemedyOn is where one turns against an act of the organ on the day: what was
// decided for it, or for the organ it is part of; else what its place in the
// tree of that day says, with the reasons. A remedy without name has to be
// decided.
func (s *Store) RemedyOn(ctx context.Context, organ int64, kind org.RemedyKind, day law.Date) (org.Remedy, []law.Step, error) {
	t, err := s.organTreeOn(ctx, day)
	if err != nil {
		return org.Remedy{}, nil, err
	}
	i, ok := t.at[organ]
	if !ok {
		return org.Remedy{}, nil, fmt.Errorf("store: remedy of %d: %w", organ, ErrNotFound)
	}
	i = t.at[t.home[i]]
	o := t.organs[i]
	list, err := readRemedies(ctx, s.read, o.ID)
	if err != nil {
		return org.Remedy{}, nil, fmt.Errorf("store: remedy of %d: %w", organ, err)
	}
	if r, ok := org.RemedyOn(list, kind, day); ok {
		return r, []law.Step{{On: day, Text: "本机关登记的" + kind.Chinese() + "。"}}, nil
	}
	var above []org.Organ
	for p, n := o.Parent, 0; p != 0 && n < deepest; n++ {
		j, ok := t.at[p]
		if !ok {
			break
		}
		above = append(above, t.organs[j])
		p = t.organs[j].Parent
	}
	var line *org.Organ
	if j, ok := t.at[t.line[o.ID]]; ok {
		line = &t.organs[j]
	}
	r, steps := org.DefaultRemedy(kind, o, above, line, day)
	return r, steps, nil
}
