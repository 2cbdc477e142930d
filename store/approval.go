package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/org"
	"gongkai/text"
)

// ApprovalRow is an approval as a list shows it.
type ApprovalRow struct {
	org.Approval
	OrganName, ByName string
	Asked             time.Time
}

// ApprovalRef is the reference of acts on an approval.
func ApprovalRef(id int64) string { return fmt.Sprintf("approval/%d", id) }

const approvalSQL = `select a.id, a.organ, a.title, a.facts, a.ref, a.asked_by, a.steps, a.state, a.version, a.asked_at, o.name, coalesce(b.name, '')
	from approval a join organ o on o.id = a.organ left join person b on b.id = a.asked_by`

func scanApproval(r scanner) (ApprovalRow, error) {
	var x ApprovalRow
	var facts, steps []byte
	var at int64
	err := r.Scan(&x.ID, &x.Organ, &x.Title, &facts, &x.Ref, &x.By, &steps, &x.State, &x.Version, &at, &x.OrganName, &x.ByName)
	if err == nil {
		err = json.Unmarshal(facts, &x.Facts)
	}
	if err == nil {
		err = json.Unmarshal(steps, &x.Steps)
	}
	x.Asked = time.UnixMilli(at)
	return x, err
}

// waitingRole is the role of the step that waits, "" if none does.
func waitingRole(a *org.Approval) string {
	if i := a.Next(); i >= 0 {
		return string(a.Steps[i].Role)
	}
	return ""
}

// AskApproval keeps a new approval; Done.Answer is its id. It needs AskApprovals
// at the organ: who does its work may ask, who watches over it may not.
func (s *Store) AskApproval(ctx context.Context, by By, a org.Approval) (Done, error) {
	return s.do(ctx, by, "ask approval", func(h *hand) (string, error) {
		for _, text := range a.Check() {
			return "", act.Refuse(text)
		}
		to, err := h.subject(a.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.AskApprovals, to); err != nil {
			return "", err
		}
		a.ID, a.State, a.By, a.Version = s.NewID(), org.ApprovalAsked, by.Viewer.Person, 1
		for i, st := range a.Steps {
			a.Steps[i] = org.ApprovalStep{Role: st.Role}
		}
		facts, err := json.Marshal(a.Facts)
		if err != nil {
			return "", err
		}
		steps, err := json.Marshal(a.Steps)
		if err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, `insert into approval (id, organ, title, facts, ref, asked_by, steps, state, role, version, asked_at, ended_at, search)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, 0, $11)`,
			a.ID, a.Organ, a.Title, string(facts), a.Ref, a.By, string(steps), string(a.State), waitingRole(&a), h.now, text.Fold(a.Title))
		if err != nil {
			return "", err
		}
		if err := h.tellOfApproval(act.ApprovalAsked, a); err != nil {
			return "", err
		}
		return fmt.Sprint(a.ID), h.note(act.ApprovalAsked, ApprovalRef(a.ID), a.Organ, nil, act.Change{Field: "事项", New: a.Title})
	})
}

// WithApproval runs a verb on an approval, [org.Approval.Decide] or
// [org.Approval.Enter], and keeps what it changed. version is the one last read.
func (s *Store) WithApproval(ctx context.Context, by By, id, version int64, verb func(*org.Approval) error) (Done, error) {
	return s.do(ctx, by, "approval", func(h *hand) (string, error) {
		x, err := scanApproval(h.QueryRowContext(h.ctx, approvalSQL+" where a.id = $1", id))
		if err != nil {
			return "", err
		}
		to, err := h.subject(x.Organ)
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeeOrgan, to) && x.By != by.Viewer.Person {
			return "", ErrNotFound
		}
		// Who only watches neither decides nor enters what others signed.
		if !org.May(by.Viewer, org.Approve, to) && !org.May(by.Viewer, org.AskApprovals, to) {
			return "", Forbidden(org.Approve)
		}
		if x.Version != version {
			return "", ErrConflict
		}
		at := x.Next()
		if err := verb(&x.Approval); err != nil {
			return "", err
		}
		steps, err := json.Marshal(x.Steps)
		if err != nil {
			return "", err
		}
		ended := int64(0)
		if x.State != org.ApprovalAsked {
			ended = h.now
		}
		res, err := h.ExecContext(h.ctx, "update approval set steps = $3, state = $4, role = $5, ended_at = $6, version = version + 1 where id = $1 and version = $2",
			id, version, string(steps), string(x.State), waitingRole(&x.Approval), ended)
		if err := one(res, err); err != nil {
			return "", err
		}
		kind := act.ApprovalGiven
		if x.State == org.ApprovalRefused {
			kind = act.ApprovalRefused
		}
		st := x.Steps[at]
		if st.Entered != 0 {
			h.by.Paper, h.by.Signer = &act.Paper{On: st.On, Scan: st.Scan.Hash}, st.Name
			if st.Scan.File != 0 {
				if err := h.keepPrivate(st.Scan.File, ApprovalRef(id)); err != nil {
					return "", err
				}
			}
		}
		if err := h.tellOfApproval(kind, x.Approval); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(kind, ApprovalRef(id), x.Organ, nil,
			act.Change{Field: "环节", New: st.Role.Chinese()}, act.Change{Field: "意见", New: st.Opinion})
	})
}

// ApprovalQuery chooses approvals. Zero fields choose all that the viewer may see.
type ApprovalQuery struct {
	Mine   bool // wait for a role that the viewer holds at their organ, and he did not ask
	Asked  bool // that the viewer asked
	Ref    string
	Search string
	Before int64 // id, for the next page
	Limit  int
}

// Approvals lists approvals, newest first.
func (s *Store) Approvals(ctx context.Context, v org.Viewer, q ApprovalQuery) ([]ApprovalRow, error) {
	var p pick
	see := scope(v.Scope(org.SeeOrgan), "o.home", "o.path", "", &p.args)
	if v.Person != 0 {
		see = "(" + see + " or a.asked_by = " + p.arg(v.Person) + ")"
	}
	p.and(see)
	if q.Mine {
		mine := []string{"1 = 0"}
		for _, post := range v.Posts {
			mine = append(mine, "(a.organ = "+p.arg(post.Organ)+" and a.role = "+p.arg(string(post.Role))+")")
		}
		p.and("("+strings.Join(mine, " or ")+")", "a.asked_by <> "+p.arg(v.Person))
	}
	p.is(q.Asked, "a.asked_by = ", v.Person)
	p.is(q.Ref != "", "a.ref = ", q.Ref)
	p.found("a.search", q.Search)
	p.is(q.Before > 0, "a.id < ", q.Before)
	rows, err := p.rows(ctx, s.read, approvalSQL, "a.id desc", atMost(q.Limit, MaxTasks))
	return gather("approvals", rows, err, scanApproval)
}

// Approval returns one approval the viewer may see, or ErrNotFound.
func (s *Store) Approval(ctx context.Context, v org.Viewer, id int64) (ApprovalRow, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeeOrgan), "o.home", "o.path", "", &args)
	args = append(args, v.Person)
	x, err := scanApproval(s.read.QueryRowContext(ctx, approvalSQL+fmt.Sprintf(" where a.id = $1 and (%s or (a.asked_by = $%d and a.asked_by <> 0))", see, len(args)), args...))
	if err != nil {
		return ApprovalRow{}, fmt.Errorf("store: approval %d: %w", id, s.dialect.translate(err))
	}
	return x, nil
}
