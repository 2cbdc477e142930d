package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

// Keep is for how many years an organ keeps the content of its files; zero until
// it decides.
func (s *Store) Keep(ctx context.Context, organ int64) (casework.Keep, error) {
	v, err := s.settingOf(ctx, organ, org.RequestKeep)
	return keepOf(v), err
}

func keepOf(v string) casework.Keep {
	years, kinds, _ := org.ParseKeep(v) // it was checked when it was entered
	k := casework.Keep{Years: years, Groups: map[casework.Group]int{}}
	for _, g := range []casework.Group{casework.Disclosing, casework.Withholding, casework.Unable, casework.Declining, casework.Other} {
		k.Groups[g] = kinds[g.Chinese()]
	}
	return k
}

// An ExpiredRequest is a file whose content has been kept long enough.
type ExpiredRequest struct {
	RequestRow
	Until    law.Date // last day of its period
	Archived law.Date // handed over to the archive, zero if not
	Asked    int64    // who proposed to erase it, 0 for nobody
	AskedBy  string   // name
}

// ExpiredRequests lists files of an organ whose period is over and whose content
// is still there, those answered first before the others, at most MaxRequests. It
// needs HandleRequests.
func (s *Store) ExpiredRequests(ctx context.Context, v org.Viewer, organ int64) ([]ExpiredRequest, error) {
	keep, err := s.Keep(ctx, organ)
	if err != nil || keep.Least() == 0 {
		return nil, err
	}
	today, err := s.today(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: expired requests: %w", err)
	}
	args := []any{organ, law.Day(today.Year-keep.Least(), 1, 1).String(), MaxRequests}
	see := scope(v.Scope(org.HandleRequests), "o.home", "o.path", "", &args)
	ids, _, err := s.requestKeys(ctx, `select r.id, r.prudent from request r join organ o on o.id = r.organ join request_content c on c.id = r.id
		where r.organ = $1 and r.state = 'closed' and r.answer < $2 and length(c.sealed_key) > 0 and `+see+" order by r.answer, r.id limit $3", args)
	if err != nil {
		return nil, fmt.Errorf("store: expired requests: %w", err)
	}
	rows, err := s.requestRows(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("store: expired requests: %w", err)
	}
	var out []ExpiredRequest
	for _, r := range rows {
		f, err := s.replay(ctx, s.read, r.ID)
		if err != nil {
			return nil, fmt.Errorf("store: expired requests: %w", err)
		}
		until, over := keep.Until(f)
		if !over || !today.After(until) {
			continue
		}
		x := ExpiredRequest{RequestRow: r, Until: until, Archived: f.Archived}
		err = s.read.QueryRowContext(ctx, "select e.asked_by, coalesce(p.name, '') from request_erase e left join person p on p.id = e.asked_by where e.request = $1", r.ID).Scan(&x.Asked, &x.AskedBy)
		if err != nil && notFound(err) != ErrNotFound {
			return nil, fmt.Errorf("store: expired requests: %w", err)
		}
		out = append(out, x)
	}
	return out, nil
}

// expired reads a file whose content may be erased, or refuses.
func (h *hand) expired(id int64) (*RequestFile, org.Subject, error) {
	args := []any{id}
	see := scope(h.by.Viewer.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	x, to, _, err := h.s.scanRequest(h.QueryRowContext(h.ctx, requestSQL+" where r.id = $1 and "+see, args...))
	if err != nil {
		return nil, to, err
	}
	if !org.May(h.by.Viewer, org.SignReplies, to) {
		if err := h.may(org.HandleRequests, to); err != nil {
			return nil, to, err
		}
	}
	if x.Request, err = h.s.replay(h.ctx, h, id); err != nil {
		return nil, to, err
	}
	v, err := h.s.inherited(h.ctx, h, to.Path, org.RequestKeep)
	if err != nil {
		return nil, to, err
	}
	until, over := keepOf(v).Until(x.Request)
	switch {
	case x.Erased:
		return nil, to, act.Refuse("这一件的内容已经清除。")
	case !over:
		return nil, to, act.Refuse("这一件还没有办完，或者本机关没有规定它的保管期限，不能清除。保管期限在设置中规定。")
	case !h.day.After(until):
		return nil, to, act.Refuse("保管期限到" + until.Chinese() + "，期满后才能清除。")
	case x.Archived.IsZero():
		return nil, to, act.Refuse("案卷还没有移交归档。先登记归档移交，再清除网上的内容。")
	}
	return x, to, nil
}

// AskErasure proposes to erase the content of a file whose period is over and that
// was handed over to the archive. Somebody else has to agree: EraseRequest.
func (s *Store) AskErasure(ctx context.Context, by By, id int64) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "propose erasure", func(h *hand) (string, error) {
		x, _, err := h.expired(id)
		if err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "insert into request_erase (request, asked_by, asked_at) values ($1, $2, $3) on conflict (request) do nothing", id, by.Viewer.Person, h.now)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err
		}
		return "", h.note(act.RequestEraseAsked, RequestRef(id), x.Organ, nil)
	})
}

// EraseRequest destroys the key of a file's content, and every file in it, after
// somebody else proposed it: the acts and the figures stay, and nobody's data.
func (s *Store) EraseRequest(ctx context.Context, by By, id int64) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "erase request", func(h *hand) (string, error) {
		x, _, err := h.expired(id)
		if err != nil {
			return "", err
		}
		var asked int64
		if err := h.QueryRowContext(h.ctx, "select asked_by from request_erase where request = $1", id).Scan(&asked); err != nil {
			if notFound(err) == ErrNotFound {
				err = act.Refuse("还没有人提出清除。清除须两人办理：一人提出，另一人核对后同意。")
			}
			return "", err
		}
		if asked == by.Viewer.Person {
			return "", act.Refuse("清除须两人办理，提出的人不能自己同意。", org.FourEyes())
		}
		for _, f := range x.Content.Files {
			if err := s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil && notFound(err) != ErrNotFound {
				return "", err
			}
		}
		res, err := h.ExecContext(h.ctx, "update request_content set sealed_key = $2, sealed_content = $2 where id = $1", id, []byte{})
		if err := one(res, err); err != nil {
			return "", err
		}
		for _, q := range []string{"update request set who = '', version = version + 1 where id = $1", "delete from request_ledger where request = $1", "delete from request_like where request = $1", "delete from request_erase where request = $1"} {
			if _, err := h.ExecContext(h.ctx, q, id); err != nil {
				return "", err
			}
		}
		return "", h.note(act.RequestErased, RequestRef(id), x.Organ, []string{fmt.Sprintf("person/%d", asked)}, act.Change{Field: "内容", Old: "有", New: "已清除"})
	})
}
