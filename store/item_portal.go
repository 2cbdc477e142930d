package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

// A PortalState is how far the portal of the county 集约化平台 has followed.
type PortalState string

// The states.
const (
	PortalWaits PortalState = "wait" // it has an older version, or none
	PortalHas   PortalState = "done"
	PortalFails PortalState = "fail" // it was tried often and did not go
)

// Chinese is the state on screen.
func (s PortalState) Chinese() string {
	return map[PortalState]string{PortalWaits: "待同步", PortalHas: "已同步", PortalFails: "同步失败"}[s]
}

// A PortalJob is what the portal has to learn of one item.
type PortalJob struct {
	Item      int64
	Organ     int64
	OrganName string
	OrganCode string
	Number    string
	Title     string // "" of one that was removed
	Kind      proactive.Kind
	Category  string
	N         int  // version it has to have
	Down      bool // it has to go from there
	State     PortalState
	URL       string // on the portal
	Tries     int
	Problem   string
	Done      time.Time // zero before
}

// PortalItemRef is the reference of acts on where else an item stands.
func PortalItemRef(id int64) string { return fmt.Sprintf("portal/item/%d", id) }

// forPortal says that the portal has to follow. A removal goes first, and anew.
func (h *hand) forPortal(x *ItemFile, down bool) error {
	_, err := h.ExecContext(h.ctx, `insert into item_portal (item, organ, n, down, state, url, tries, problem, next_at, done_at) values ($1, $2, $3, $4, 'wait', '', 0, '', 0, 0)
		on conflict (item) do update set n = excluded.n, down = excluded.down, state = 'wait', tries = 0, problem = '', next_at = 0`, x.ID, x.Organ, x.Versions, flag(down))
	return err
}

const portalJobSQL = `select q.item, q.organ, o.name, o.code, i.number, i.title, i.kind, i.category, q.n, q.down, q.state, q.url, q.tries, q.problem, q.done_at
	from item_portal q join item i on i.id = q.item join organ o on o.id = q.organ`

func scanPortalJob(r scanner) (x PortalJob, err error) {
	var down int
	var done int64
	err = r.Scan(&x.Item, &x.Organ, &x.OrganName, &x.OrganCode, &x.Number, &x.Title, &x.Kind, &x.Category, &x.N, &down, &x.State, &x.URL, &x.Tries, &x.Problem, &done)
	if x.Down = down != 0; done != 0 {
		x.Done = time.UnixMilli(done)
	}
	return x, err
}

// A PortalJobQuery chooses what the desk shows. Zero fields choose all that the
// viewer may see.
type PortalJobQuery struct {
	Organ  int64
	State  PortalState
	Before int64 // item, for the next page
	Limit  int
}

// PortalJobs lists how far the portal has followed, the newest item first.
func (s *Store) PortalJobs(ctx context.Context, v org.Viewer, q PortalJobQuery) ([]PortalJob, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Organ != 0, "q.organ = ", q.Organ)
	p.is(q.State != "", "q.state = ", string(q.State))
	p.is(q.Before > 0, "q.item < ", q.Before)
	rows, err := p.rows(ctx, s.read, portalJobSQL, "q.item desc", atMost(q.Limit, MaxItems))
	return gather("what the portal has", rows, err, scanPortalJob)
}

// PortalDue lists what has to be pushed now, what has to go first.
func (s *Store) PortalDue(ctx context.Context, limit int) ([]PortalJob, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return nil, fmt.Errorf("store: portal: %w", err)
	}
	var p pick
	p.and("q.state = 'wait'", "q.next_at <= "+p.arg(now))
	rows, err := p.rows(ctx, s.read, portalJobSQL, "q.down desc, q.item", atMost(limit, MaxItems))
	return gather("what the portal waits for", rows, err, scanPortalJob)
}

// portalWaits is how long a failed push waits, by how often it failed. After the
// last it is left to a person.
var portalWaits = []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// PortalPushed keeps how a push ended: the address on the portal, or what went
// wrong, and when it is tried again. A job that was overtaken by a newer version
// is left as it is.
func (s *Store) PortalPushed(ctx context.Context, j PortalJob, url, problem string) error {
	_, err := s.do(ctx, By{Viewer: org.Program("门户同步")}, "portal pushed", func(h *hand) (string, error) {
		if problem != "" {
			state, next := PortalWaits, int64(0)
			if j.Tries >= len(portalWaits) {
				state = PortalFails
			} else {
				next = h.now + portalWaits[j.Tries].Milliseconds()
			}
			_, err := h.ExecContext(h.ctx, "update item_portal set state = $4, tries = tries + 1, problem = $5, next_at = $6 where item = $1 and n = $2 and down = $3",
				j.Item, j.N, flag(j.Down), string(state), clip(problem, 300), next)
			return "", err
		}
		if j.Down {
			url = ""
		} else if url == "" {
			url = j.URL
		}
		res, err := h.ExecContext(h.ctx, "update item_portal set state = 'done', tries = tries + 1, problem = '', next_at = 0, url = $4, done_at = $5 where item = $1 and n = $2 and down = $3",
			j.Item, j.N, flag(j.Down), url, h.now)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err
		}
		return "", h.note(act.PortalLinked, PortalItemRef(j.Item), j.Organ, nil, act.Change{Field: "门户网址", Old: j.URL, New: url})
	})
	return err
}

// LinkItem keeps where an item stands on the portal, as somebody saw it there. It
// needs PublishItems at the organ. url is as org.CheckPortalURL gives it.
func (s *Store) LinkItem(ctx context.Context, by By, item int64, url string) (Done, error) {
	return s.do(ctx, by, "link item", func(h *hand) (string, error) {
		return "", h.portalDone(item, url, act.PortalLinked)
	})
}

// NoteItemExport says that the items were given out for the portal in a package.
// It needs PublishItems at the organ of each.
func (s *Store) NoteItemExport(ctx context.Context, by By, jobs []PortalJob) (Done, error) {
	return s.do(ctx, by, "export items", func(h *hand) (string, error) {
		for _, j := range jobs {
			if err := h.portalDone(j.Item, j.URL, act.PortalExported); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(len(jobs)), nil
	})
}

func (h *hand) portalDone(item int64, url, kind string) error {
	j, err := scanPortalJob(h.QueryRowContext(h.ctx, portalJobSQL+" where q.item = $1", item))
	if err != nil {
		return err
	}
	to, err := h.subject(j.Organ)
	if err != nil {
		return err
	}
	if !org.May(h.by.Viewer, org.SeeItems, to) {
		return ErrNotFound
	}
	if err := h.may(org.PublishItems, to); err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "update item_portal set state = 'done', problem = '', url = $2, done_at = $3 where item = $1", item, url, h.now); err != nil {
		return err
	}
	return h.note(kind, PortalItemRef(item), j.Organ, nil, act.Change{Field: "门户网址", Old: j.URL, New: url})
}

// RetryPortal puts what failed back in the queue. It needs PublishItems at the organ.
func (s *Store) RetryPortal(ctx context.Context, by By, item int64) (Done, error) {
	return s.do(ctx, by, "retry portal", func(h *hand) (string, error) {
		var organ int64
		if err := h.QueryRowContext(h.ctx, "select organ from item_portal where item = $1", item).Scan(&organ); err != nil {
			return "", err
		}
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.PublishItems, to); err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, "update item_portal set state = 'wait', tries = 0, next_at = 0 where item = $1 and state = 'fail'", item)
		return "", err
	})
}

// PortalColumn is the column of the portal that an item goes to, by the setting
// of its organ, "" where none is named.
func (s *Store) PortalColumn(ctx context.Context, j PortalJob) (string, error) {
	setting, err := s.Inherited(ctx, j.Organ, org.ItemColumns)
	if err != nil {
		return "", err
	}
	return proactive.ColumnOf(setting, j.Kind, j.Category), nil
}
