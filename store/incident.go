package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// IncidentRow is an entry of the register of incidents with the name of its organ.
type IncidentRow struct {
	oversight.Incident
	OrganName string
	Edits     bool // the viewer may work on it
}

// IncidentRef is the reference of acts on an incident.
func IncidentRef(id int64) string { return fmt.Sprintf("incident/%d", id) }

const incidentKey = "incident" // purpose under which keys of incidents are sealed

const incidentSQL = `select i.id, i.organ, i.number, i.kind, i.secrecy, i.found, i.due, i.closed, i.version, i.sealed_key, i.sealed_content, o.name, o.home, o.path
	from incident i join organ o on o.id = i.organ`

func (s *Store) scanIncident(r scanner) (x IncidentRow, to org.Subject, key recordKey, err error) {
	var found, due, closed string
	var secrecy int
	var sealedKey, sealed []byte
	if err = r.Scan(&x.ID, &x.Organ, &x.Number, &x.Kind, &secrecy, &found, &due, &closed, &x.Version, &sealedKey, &sealed, &x.OrganName, &to.Home, &to.Path); err != nil {
		return x, to, key, err
	}
	to.Organ, x.Secrecy = x.Organ, secrecy != 0
	if err = dates(found, due, &x.Found, &x.Due); err != nil {
		return x, to, key, err
	}
	if err = x.Closed.UnmarshalText([]byte(closed)); err != nil {
		return x, to, key, err
	}
	if key, err = s.openRecordKey(incidentKey, IncidentRef(x.ID), sealedKey); err != nil {
		return x, to, key, err
	}
	plain, err := key.open("content", sealed)
	if err != nil {
		return x, to, key, err
	}
	return x, to, key, json.Unmarshal(plain, &x.Content)
}

// guards is the viewer with those of his posts that see incidents of secrecy.
func guards(v org.Viewer) org.Viewer {
	if v.ProgramName() != "" {
		return v
	}
	v.Posts = slices.DeleteFunc(slices.Clone(v.Posts), func(p org.Post) bool { return p.Role != org.Secrecy && p.Role != org.Head && p.Role != org.Office })
	return v
}

// seesIncident is the condition for rows the viewer may see.
func seesIncident(v org.Viewer, args *[]any) string {
	open := scope(v.Scope(org.SeeLedgers), "o.home", "o.path", "", args)
	guarded := scope(guards(v).Scope(org.SeeLedgers), "o.home", "o.path", "", args)
	return "((i.secrecy = 0 and " + open + ") or (i.secrecy = 1 and " + guarded + "))"
}

// worksOnIncident reports whether the viewer may change it.
func worksOnIncident(v org.Viewer, x IncidentRow, to org.Subject) bool {
	if x.Secrecy {
		v = guards(v)
	}
	return org.May(v, org.EditLedgers, to)
}

// IncidentQuery chooses incidents. Zero fields choose all that the viewer may see.
type IncidentQuery struct {
	Year  int
	Kind  oversight.IncidentKind
	Open  bool
	Organ int64
	Limit int
}

// MaxIncidents bounds one list of incidents.
const MaxIncidents = 300

// Incidents lists incidents, the newest first.
func (s *Store) Incidents(ctx context.Context, v org.Viewer, q IncidentQuery) ([]IncidentRow, error) {
	var p pick
	p.and(seesIncident(v, &p.args))
	p.is(q.Year != 0, "i.year = ", q.Year)
	p.is(q.Kind != "", "i.kind = ", string(q.Kind))
	if q.Open {
		p.and("i.closed = ''")
	}
	p.is(q.Organ != 0, "i.organ = ", q.Organ)
	rows, err := p.rows(ctx, s.read, incidentSQL, "i.id desc", atMost(q.Limit, MaxIncidents))
	return gather("incidents", rows, err, func(r scanner) (IncidentRow, error) {
		x, to, _, err := s.scanIncident(r)
		if err == nil {
			x.Edits = worksOnIncident(v, x, to)
		}
		return x, err
	})
}

// Incident is one incident that the viewer may see, or ErrNotFound.
func (s *Store) Incident(ctx context.Context, v org.Viewer, id int64) (IncidentRow, error) {
	args := []any{id}
	see := seesIncident(v, &args)
	x, to, _, err := s.scanIncident(s.read.QueryRowContext(ctx, incidentSQL+" where i.id = $1 and "+see, args...))
	if err != nil {
		return IncidentRow{}, fmt.Errorf("store: incident %d: %w", id, s.dialect.translate(err))
	}
	x.Edits = worksOnIncident(v, x, to)
	return x, nil
}

// ReportIncident enters an incident; Done.Answer is its id. It needs EditLedgers
// at the organ. Those who lead there and above, and for secrecy those who guard
// it, are told its number.
func (s *Store) ReportIncident(ctx context.Context, by By, incident oversight.Incident) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "report incident", func(h *hand) (string, error) {
		if bad := incident.Check(h.day); len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		to, err := h.subject(incident.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditLedgers, to); err != nil {
			return "", err
		}
		id, err := h.enterIncident(incident, to)
		return fmt.Sprint(id), err
	})
}

// enterIncident numbers an incident and keeps it, and tells whom it concerns.
func (h *hand) enterIncident(x oversight.Incident, to org.Subject) (int64, error) {
	s := h.s
	n, err := h.nextNumber(x.Organ, "incident", x.Found.Year)
	if err != nil {
		return 0, err
	}
	x.ID, x.Number, x.Version, x.Closed = s.NewID(), fmt.Sprintf("%d-%03d", x.Found.Year, n), 1, law.Date{}
	x.Content.Steps, x.Content.Outcome = nil, ""
	ref := IncidentRef(x.ID)
	key, err := s.newRecordKey(incidentKey, ref)
	if err != nil {
		return 0, err
	}
	sealed, err := sealIncident(key, x.Content)
	if err != nil {
		return 0, err
	}
	if _, err := h.ExecContext(h.ctx, `insert into incident (id, organ, number, year, kind, secrecy, found, due, closed, version, made_at, sealed_key, sealed_content)
		values ($1, $2, $3, $4, $5, $6, $7, $8, '', 1, $9, $10, $11)`, x.ID, x.Organ, x.Number, x.Found.Year, string(x.Kind), flag(x.Secrecy), x.Found.String(), x.Due.String(), h.now, key.sealed, sealed); err != nil {
		return 0, err
	}
	var parent int64
	if err := h.QueryRowContext(h.ctx, "select coalesce(p.parent, 0) from organ p where p.id = $1", to.Home).Scan(&parent); err != nil {
		return 0, err
	}
	tell := []To{ToRole(org.Head, to.Home), ToRole(org.Secrecy, to.Home), ToRole(org.Office, to.Home)}
	if parent != 0 {
		tell = append(tell, ToRole(org.Office, parent))
	}
	if _, err := h.notify(News{Kind: act.IncidentReported, Ref: ref, Organ: x.Organ, Number: x.Number, Subject: "事件 " + x.Number, Link: fmt.Sprintf("/desk/incidents/%d", x.ID), Due: x.Due}, tell...); err != nil {
		return 0, err
	}
	return x.ID, h.note(act.IncidentReported, ref, x.Organ, nil, act.Change{Field: "编号", New: x.Number}, act.Change{Field: "发现", New: x.Found.String()})
}

func sealIncident(key recordKey, content oversight.IncidentContent) ([]byte, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	return key.seal("content", plain)
}

// IncidentVerb is what is done with an incident: oversight's Add and Close.
type IncidentVerb func(x *oversight.Incident, today law.Date) error

// WithIncident runs a verb on an incident and keeps what it changed. ErrConflict
// if somebody was faster.
func (s *Store) WithIncident(ctx context.Context, by By, id, version int64, kind string, verb IncidentVerb) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "incident", func(h *hand) (string, error) {
		args := []any{id}
		see := seesIncident(by.Viewer, &args)
		x, to, key, err := s.scanIncident(h.QueryRowContext(h.ctx, incidentSQL+" where i.id = $1 and "+see, args...))
		if err != nil {
			return "", err
		}
		if !worksOnIncident(by.Viewer, x, to) {
			return "", Forbidden(org.EditLedgers)
		}
		if x.Version != version {
			return "", ErrConflict
		}
		before := x.Incident
		if err := verb(&x.Incident, h.day); err != nil {
			return "", err
		}
		sealed, err := sealIncident(key, x.Content)
		if err != nil {
			return "", err
		}
		if err := one(h.ExecContext(h.ctx, "update incident set due = $3, closed = $4, sealed_content = $5, version = version + 1 where id = $1 and version = $2", id, version, x.Due.String(), x.Closed.String(), sealed)); err != nil {
			return "", err
		}
		if !x.Closed.IsZero() {
			if err := h.settle(IncidentRef(id)); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(id), h.note(kind, IncidentRef(id), x.Organ, nil, act.Change{Field: "措施和报告", Old: fmt.Sprint(len(before.Content.Steps)), New: fmt.Sprint(len(x.Content.Steps))},
			act.Change{Field: "办结", Old: before.Closed.String(), New: x.Closed.String()})
	})
}
