package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// RequestStepNames are the organ's own steps of a request, in their order.
func RequestStepNames() []string { return []string{"收集", "起草", "审核", "签发"} }

// maxHelpers bounds how many people help with one file.
const maxHelpers = 10

// A RequestPlan is how an organ wants a file to go: its own days 内部时限, who
// else works on it 协办, and whether it is urgent 加急. It changes nothing in law.
type RequestPlan struct {
	Days    [4]law.Date // by RequestStepNames
	Own     bool        // set for this file; else they follow from the organ's setting
	Urgent  bool
	Helpers []org.Person // with name
}

// RequestPlan is the plan of a file that the viewer was given by Request.
func (s *Store) RequestPlan(ctx context.Context, x *RequestFile) (RequestPlan, error) {
	p, err := s.requestPlan(ctx, s.read, x)
	if err != nil {
		return p, fmt.Errorf("store: plan of request %d: %w", x.ID, err)
	}
	if p.Own || x.Received.IsZero() {
		return p, nil
	}
	steps, err := s.settingOf(ctx, x.Organ, org.RequestSteps)
	if err != nil {
		return p, err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return p, err
	}
	p.Days = stepDays(cal, x.Received, steps)
	return p, nil
}

// stepDays are the organ's own days of what was received on a day.
func stepDays(cal *calendar.Calendar, received law.Date, steps string) (days [4]law.Date) {
	n := org.ParseRequestSteps(steps)
	if n == nil {
		c, _ := org.ChoiceOf(org.RequestSteps)
		n = org.ParseRequestSteps(c.Default)
	}
	for i := range days {
		days[i], _ = cal.Add(received, calendar.Workdays(n[i]))
	}
	return days
}

func (s *Store) requestPlan(ctx context.Context, q asker, x *RequestFile) (p RequestPlan, err error) {
	var days [4]string
	err = q.QueryRowContext(ctx, "select collect, draft, review, sign, urgent from request_plan where request = $1", x.ID).Scan(&days[0], &days[1], &days[2], &days[3], &p.Urgent)
	if err != nil && notFound(err) != ErrNotFound {
		return p, err
	}
	for i, d := range days {
		if err := dayOf(d, &p.Days[i]); err != nil {
			return p, err
		}
		p.Own = p.Own || d != ""
	}
	rows, err := q.QueryContext(ctx, "select p.id, p.name from request_helper h join person p on p.id = h.person where h.request = $1 order by p.name, p.id", x.ID)
	if err != nil {
		return p, err
	}
	return p, scanAll(rows, func(r scanner) error {
		var x org.Person
		err := r.Scan(&x.ID, &x.Name)
		p.Helpers = append(p.Helpers, x)
		return err
	})
}

// PlanRequest keeps the plan of a file; of helpers the ids count. Those who come
// to help are told. It needs HandleRequests or SignReplies at the organ.
func (s *Store) PlanRequest(ctx context.Context, by By, id int64, p RequestPlan) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "plan request", func(h *hand) (string, error) {
		args := []any{id}
		see := scope(by.Viewer.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
		x, to, _, err := s.scanRequest(h.QueryRowContext(h.ctx, requestSQL+" where r.id = $1 and "+see, args...))
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SignReplies, to) {
			if err := h.may(org.HandleRequests, to); err != nil {
				return "", err
			}
		}
		if x.Request, err = s.replay(h.ctx, h, id); err != nil {
			return "", err
		}
		if !x.State.Open() {
			return "", act.Refuse("这一件已经办结，不需要再安排。")
		}
		var last law.Date
		for i, d := range p.Days {
			if d.IsZero() {
				continue
			}
			if d.Before(x.Arrived) || !last.IsZero() && d.Before(last) {
				return "", act.Refuse("“" + RequestStepNames()[i] + "”的内部时限要在收件之后，并且不早于前一步的时限。")
			}
			last = d
		}
		if len(p.Helpers) > maxHelpers {
			return "", act.Refuse(fmt.Sprintf("协办人最多%d人。", maxHelpers))
		}
		was, err := s.requestPlan(h.ctx, h, x)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.putPlan(x, to, was, p)
	})
}

func (h *hand) putPlan(x *RequestFile, to org.Subject, was, p RequestPlan) error {
	has := func(list []org.Person, id int64) bool {
		return slices.ContainsFunc(list, func(y org.Person) bool { return y.ID == id })
	}
	_, err := h.ExecContext(h.ctx, `insert into request_plan (request, collect, draft, review, sign, urgent, told) values ($1, $2, $3, $4, $5, $6, '')
		on conflict (request) do update set collect = excluded.collect, draft = excluded.draft, review = excluded.review, sign = excluded.sign, urgent = excluded.urgent`,
		x.ID, p.Days[0].String(), p.Days[1].String(), p.Days[2].String(), p.Days[3].String(), flag(p.Urgent))
	if err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "delete from request_helper where request = $1", x.ID); err != nil {
		return err
	}
	var refs []string
	news := News{Kind: act.RequestPlanned, Ref: RequestRef(x.ID), Organ: x.Organ, Number: x.Number, Subject: "依申请公开 " + x.Number, Link: fmt.Sprintf("/desk/requests/%d", x.ID), Due: p.Days[3]}
	if !hasDigit(news.Number) {
		news.Number = ""
	}
	for _, y := range p.Helpers {
		if err := h.worksAt(y.ID, to.Home); err != nil {
			return err
		}
		res, err := h.ExecContext(h.ctx, "insert into request_helper (request, person) values ($1, $2) on conflict (request, person) do nothing", x.ID, y.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue
		}
		if refs = append(refs, fmt.Sprintf("person/%d", y.ID)); !has(was.Helpers, y.ID) {
			if _, err := h.notify(news, ToPerson(y.ID)); err != nil {
				return err
			}
		}
	}
	if p.Urgent && !was.Urgent && x.Handler != 0 {
		if _, err := h.notify(news, ToPerson(x.Handler)); err != nil {
			return err
		}
	}
	word := map[bool]string{true: "加急", false: ""}
	return h.note(act.RequestPlanned, RequestRef(x.ID), x.Organ, refs, act.Change{Field: "内部时限", Old: daysText(was.Days), New: daysText(p.Days)}, act.Change{Field: "加急", Old: word[was.Urgent], New: word[p.Urgent]},
		act.Change{Field: "协办人数", Old: fmt.Sprint(len(was.Helpers)), New: fmt.Sprint(len(refs))})
}

func daysText(days [4]law.Date) string {
	var s []string
	for i, d := range days {
		if !d.IsZero() {
			s = append(s, RequestStepNames()[i]+d.String())
		}
	}
	return strings.Join(s, "、")
}

// A Load is what one person has to do 工作量.
type Load struct {
	Person  int64  // 0 for what nobody handles yet
	Name    string // of the person
	Open    int    // he handles
	Late    int    // of these, past the day of the law on the prudent count
	Soon    int    // due within three working days
	Urgent  int
	Helps   int // open ones that he helps with
	Decided int // answered this year
}

// RequestLoad is the work of each person at an organ, most first. It needs
// SeeRequests there.
func (s *Store) RequestLoad(ctx context.Context, v org.Viewer, organ int64) ([]Load, error) {
	today, err := s.today(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: work on requests: %w", err)
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	soon, _ := cal.Add(today, 3)
	args := []any{organ, today.String(), soon.String(), today.Year}
	see := scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, `select x.person, coalesce(p.name, ''), sum(x.open), sum(x.late), sum(x.soon), sum(x.urgent), sum(x.helps), sum(x.decided) from (
		select r.person, 1 as open, case when r.prudent < $2 then 1 else 0 end as late, case when r.prudent >= $2 and r.prudent <= $3 then 1 else 0 end as soon, coalesce(q.urgent, 0) as urgent, 0 as helps, 0 as decided
			from request r join organ o on o.id = r.organ left join request_plan q on q.request = r.id where r.organ = $1 and r.prudent <> '' and `+see+`
		union all select h.person, 0, 0, 0, 0, 1, 0 from request_helper h join request r on r.id = h.request join organ o on o.id = r.organ where r.organ = $1 and r.prudent <> '' and `+see+`
		union all select r.person, 0, 0, 0, 0, 0, 1 from request r join organ o on o.id = r.organ where r.organ = $1 and r.result_in = $4 and `+see+`
		) x left join person p on p.id = x.person group by x.person, p.name order by sum(x.open) desc, sum(x.late) desc, x.person`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: work on requests: %w", err)
	}
	var out []Load
	return out, scanAll(rows, func(r scanner) error {
		var x Load
		err := r.Scan(&x.Person, &x.Name, &x.Open, &x.Late, &x.Soon, &x.Urgent, &x.Helps, &x.Decided)
		out = append(out, x)
		return err
	})
}

// Requests that a person works on are handed over with the rest.

func (h *hand) requestMatters(person int64, _ law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, `select r.id, r.number, r.prudent, o.name, 0 from request r join organ o on o.id = r.organ where r.person = $1 and r.state not in ('closed', 'void')
		union all select r.id, r.number, r.prudent, o.name, 1 from request_helper p join request r on r.id = p.request join organ o on o.id = r.organ where p.person = $1 and r.person <> $1 and r.state not in ('closed', 'void') order by 3, 1`, person)
	if err != nil {
		return nil, err
	}
	var out []org.Matter
	return out, scanAll(rows, func(r scanner) error {
		var id int64
		var helps int
		var number, due, organ string
		if err := r.Scan(&id, &number, &due, &organ, &helps); err != nil {
			return err
		}
		m := org.Matter{Ref: RequestRef(id), What: organ + "：依申请公开 " + number, Passable: true}
		if helps != 0 {
			m.Ref, m.What = fmt.Sprintf("request-help/%d/%d", id, person), m.What+"（协办）"
		}
		if due != "" {
			m.What += "（期限 " + due + "）"
		}
		out = append(out, m)
		return nil
	})
}

func (h *hand) moveRequest(m org.Matter, _ law.Date) error { return h.giveRequest(m, m.Receiver) }

// leaveRequest leaves it with the organ: nobody is named any more.
func (h *hand) leaveRequest(m org.Matter, _ law.Date) error { return h.giveRequest(m, 0) }

func (h *hand) giveRequest(m org.Matter, to int64) error {
	if help, ok := strings.CutPrefix(m.Ref, "request-help/"); ok {
		return h.giveHelp(help, to)
	}
	id := refID(m.Ref)
	x, _, _, err := h.s.scanRequest(h.QueryRowContext(h.ctx, requestSQL+" where r.id = $1", id))
	if err != nil {
		return err
	}
	if x.Request, err = h.s.replay(h.ctx, h, id); err != nil {
		return err
	}
	if err := one(h.ExecContext(h.ctx, "update request set person = $2, version = version + 1 where id = $1", id, to)); err != nil {
		return err
	}
	if to == 0 || !x.Can(act.RequestAssigned) {
		return nil // the handover itself says it
	}
	if err := x.Assign(casework.Doing{On: h.day, Today: h.day}, fmt.Sprintf("person/%d", to)); err != nil {
		return err
	}
	return h.appendEvents(x)
}

// giveHelp has somebody else help, or nobody. help is the request and who helps.
func (h *hand) giveHelp(help string, to int64) error {
	request, person, _ := strings.Cut(help, "/")
	id, from := refID(request), refID(person)
	var organ int64
	if err := h.QueryRowContext(h.ctx, "select organ from request where id = $1", id).Scan(&organ); err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "delete from request_helper where request = $1 and person = $2", id, from); err != nil {
		return err
	}
	if to != 0 {
		if _, err := h.ExecContext(h.ctx, "insert into request_helper (request, person) values ($1, $2) on conflict (request, person) do nothing", id, to); err != nil {
			return err
		}
	}
	return h.note(act.RequestPlanned, RequestRef(id), organ, personRefs(to))
}
