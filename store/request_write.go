package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/text"
)

// A NewRequest is what opens a file.
type NewRequest struct {
	ID      int64 // from NewID, so that files may be put before; 0 for a new one
	Organ   int64
	Subject string
	casework.Registration
	Content casework.Content
	Draft   string // code of the draft it was kept as before, "" for none

	Sent law.Date // day on which it reached the public site outside, where that is another zone
}

// RegisterRequest opens a file; Done.Answer is its id. It needs HandleRequests
// at the organ. The number is the next of the organ and year unless one is given.
func (s *Store) RegisterRequest(ctx context.Context, by By, n NewRequest) (Done, error) {
	return s.registerRequest(ctx, by, n, true)
}

// SubmitRequest opens a file that somebody sends on the web.
func (s *Store) SubmitRequest(ctx context.Context, key string, n NewRequest) (Done, error) {
	if open, err := s.takesOnline(ctx, n.Organ); err != nil || !open {
		if err == nil {
			err = act.Refuse("这个机关不在网上接收申请，请当面提交或者邮寄。")
		}
		return Done{}, err
	}
	return s.registerRequest(ctx, By{Viewer: org.Program("公开网站"), Key: key}, n, false)
}

func (s *Store) registerRequest(ctx context.Context, by By, n NewRequest, officer bool) (Done, error) {
	by.Reason = ""
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "register request", func(h *hand) (string, error) {
		x := &RequestFile{Request: &casework.Request{}, ID: n.ID, Organ: n.Organ, Subject: strings.TrimSpace(n.Subject), Content: n.Content.Clone(), Version: 1}
		if x.ID == 0 {
			x.ID = s.NewID()
		}
		reg := n.Registration
		if !officer {
			reg.Arrived, reg.Confirmed, reg.Number = h.day, law.Date{}, ""
			if !n.Sent.IsZero() && n.Sent.Before(h.day) { // the way between the zones is no delay of the applicant's
				reg.Arrived = n.Sent
			}
		}
		to, err := h.subject(n.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.HandleRequests, to); err != nil {
			return "", err
		}
		bad := x.Content.Check(!officer)
		for _, field := range slices.Sorted(maps.Keys(bad)) {
			return "", act.Refuse(bad[field])
		}
		if reg.Number = strings.TrimSpace(reg.Number); reg.Number == "" {
			if reg.Number, err = h.freeNumber(n.Organ, reg.Arrived.Year); err != nil {
				return "", err
			}
		} else if taken, err := h.exists("select exists (select 1 from request where organ = $1 and number = $2)", n.Organ, reg.Number); err != nil || taken {
			if err == nil {
				err = act.Refuse("登记号“" + reg.Number + "”已经用过，请核对；作废的号也不再使用。")
			}
			return "", err
		}
		if err := x.Register(casework.Doing{Today: h.day}, reg); err != nil {
			return "", err
		}
		if err := h.putRequest(x, cal); err != nil {
			return "", err
		}
		for _, f := range x.Content.Files {
			if err := h.keepPrivate(f.ID, RequestRef(x.ID)); err != nil {
				return "", err
			}
		}
		if err := h.appendEvents(x); err != nil {
			return "", err
		}
		if n.Draft != "" {
			if err := h.endDraft(n.Draft, x.Content.Files); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(x.ID), h.tellOfRequest(act.RequestRegistered, x, to, x.Row(cal, h.day))
	})
}

func (h *hand) exists(query string, args ...any) (bool, error) {
	var there bool
	err := h.QueryRowContext(h.ctx, query, args...).Scan(&there)
	return there, err
}

// appendEvents writes the acts that a verb made.
func (h *hand) appendEvents(x *RequestFile) error {
	for _, e := range x.Fresh() {
		d := act.Details{From: h.by.From, Signer: h.by.Signer, Program: h.by.Viewer.ProgramName()}
		day := h.by.On
		h.by.On = e.On
		err := h.append(act.Act{Ref: RequestRef(x.ID), Kind: e.Kind, Organ: x.Organ, Body: act.Record{Refs: e.Refs, Paper: h.by.Paper, Facts: e.Facts}}, d)
		if h.by.On = day; err != nil {
			return err
		}
	}
	return nil
}

const requestColumns = `subject, search, state, channel, applicant, arrived, received, due, prudent, answer, answer_by, provisional, waiting, outcome, letter_no,
	extended, corrected, late, days, fen, marks, remedies, reopened, ledger, new_in, result_in, person, who, clock, saved_at, matter`

// requestValues are the columns of a file, in the order of requestColumns.
func (h *hand) requestValues(x *RequestFile, cal *calendar.Calendar) ([]any, error) {
	r := x.Row(cal, h.day)
	who, err := h.s.whoMark(x.Organ, x.Content.Person)
	if err != nil {
		return nil, err
	}
	clock := ""
	if c, open := x.Running(); open {
		b, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		clock = string(b)
	}
	v := []any{x.Subject, text.Fold(r.Number + " " + x.Subject + " " + r.LetterNo), string(r.State), string(r.Channel), string(r.Applicant)}
	v = append(v, requestDates(r)...)
	return append(v, flag(r.Provisional), r.Waiting, string(r.Outcome), r.LetterNo, flag(r.Extended), flag(r.Corrected), flag(r.Late), r.Days, r.Fen, r.Marks, r.Remedies,
		flag(r.Reopened), flag(r.Ledger), r.NewIn(), r.ResultIn(), x.Handler, who, clock, h.now, r.Matter), nil
}

// params are $from … $to.
func params(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, ", $%d", i)
	}
	return b.String()[2:]
}

// assign is "a = $from, b = $from+1 …" for a list of columns.
func assign(columns string, from int) string {
	list := strings.Split(columns, ",")
	for i, c := range list {
		list[i] = fmt.Sprintf("%s = $%d", strings.TrimSpace(c), from+i)
	}
	return strings.Join(list, ", ")
}

func (h *hand) putRequest(x *RequestFile, cal *calendar.Calendar) error {
	key, err := h.s.newRecordKey(requestKey, RequestRef(x.ID))
	if err != nil {
		return err
	}
	sealed, err := sealContent(key, x.Content)
	if err != nil {
		return err
	}
	code, err := h.s.RequestCode(x.ID)
	if err != nil {
		return err
	}
	mark, err := h.s.requestMark(code)
	if err != nil {
		return err
	}
	values, err := h.requestValues(x, cal)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, "insert into request (id, organ, number, code, version, "+requestColumns+") values ($1, $2, $3, $4, 1, "+params(5, 4+len(values))+")",
		append([]any{x.ID, x.Organ, x.Number, mark}, values...)...)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, "insert into request_content (id, sealed_key, sealed_content) values ($1, $2, $3)", x.ID, key.sealed, sealed)
	if err != nil {
		return err
	}
	return h.derive(x)
}

func sealContent(key recordKey, c casework.Content) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return key.seal("content", plain)
}

// RequestVerb is what is done with a file: verbs of the statute, and what is
// written beside them. It may run twice.
type RequestVerb func(x *RequestFile, cal *calendar.Calendar, today law.Date) error

// WithRequest replays a file, runs a verb on it and keeps what happened. version
// is the one last read: ErrConflict if somebody was faster. It needs
// HandleRequests or SignReplies at the organ; an answer needs a signature, an
// extension the consent, of somebody who may give it.
func (s *Store) WithRequest(ctx context.Context, by By, id, version int64, verb RequestVerb) (Done, error) {
	return s.withRequest(ctx, by, verb, func(h *hand) (*RequestFile, org.Subject, recordKey, error) {
		args := []any{id}
		see := scope(by.Viewer.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
		x, to, key, err := s.scanRequest(h.QueryRowContext(h.ctx, requestSQL+" where r.id = $1 and "+see, args...))
		if err != nil {
			return nil, to, key, err
		}
		if !org.May(by.Viewer, org.SignReplies, to) {
			if err := h.may(org.HandleRequests, to); err != nil {
				return nil, to, key, err
			}
		}
		if x.Version != version {
			return nil, to, key, ErrConflict
		}
		x.Handles = true
		return x, to, key, h.signatures(x, to)
	})
}

// applicantMay are the acts an applicant makes himself.
var applicantMay = []string{act.RequestCorrected, act.RequestDecided, act.RequestServed, act.RequestNoted}

// WithTrackedRequest runs a verb of the applicant on the file that number and
// code name: answering a correction notice, withdrawing, rating, suggesting.
func (s *Store) WithTrackedRequest(ctx context.Context, key, number, code string, verb RequestVerb) (Done, error) {
	return s.withRequest(ctx, By{Viewer: org.Program("公开网站"), Key: key}, func(x *RequestFile, cal *calendar.Calendar, today law.Date) error {
		if err := verb(x, cal, today); err != nil {
			return err
		}
		for _, e := range x.Fresh() {
			if !slices.Contains(applicantMay, e.Kind) || e.Kind == act.RequestDecided && e.Facts["outcome"] != string(casework.Withdrawn) {
				return fmt.Errorf("store: %s is not for the applicant", e.Kind)
			}
		}
		return nil
	}, func(h *hand) (*RequestFile, org.Subject, recordKey, error) {
		x, to, k, err := s.trackedRequest(h.ctx, h, number, code)
		return x, to, k, notFound(err)
	})
}

func (s *Store) withRequest(ctx context.Context, by By, verb RequestVerb, find func(h *hand) (*RequestFile, org.Subject, recordKey, error)) (Done, error) {
	by.Reason = ""
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "request", func(h *hand) (string, error) {
		x, to, key, err := find(h)
		if err != nil {
			return "", err
		}
		if x.Erased {
			return "", act.Refuse("这件申请的个人信息已经按保管期限清除，只能查看，不能再办理。")
		}
		if x.Request, err = s.replay(h.ctx, h, x.ID); err != nil {
			return "", err
		}
		before := x.Content.Clone()
		x.hand, x.path = h, to.Path
		if err := verb(x, cal, h.day); err != nil {
			return "", err
		}
		if err := h.signed(x); err != nil {
			return "", err
		}
		if x.Handler != 0 && slices.ContainsFunc(x.Fresh(), func(e casework.Event) bool { return e.Kind == act.RequestAssigned }) {
			if err := h.worksAt(x.Handler, to.Home); err != nil {
				return "", err
			}
		}
		for _, f := range x.Content.Files {
			if !slices.ContainsFunc(before.Files, func(o casework.File) bool { return o.ID == f.ID }) {
				if err := h.keepPrivate(f.ID, RequestRef(x.ID)); err != nil {
					return "", err
				}
			}
		}
		return fmt.Sprint(x.ID), h.keepRequest(x, to, key, cal)
	})
}

// keepRequest writes the row, the content, the remedies and the acts.
func (h *hand) keepRequest(x *RequestFile, to org.Subject, key recordKey, cal *calendar.Calendar) error {
	values, err := h.requestValues(x, cal)
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update request set version = version + 1, "+assign(requestColumns, 3)+" where id = $1 and version = $2", append([]any{x.ID, x.Version}, values...)...)
	if err := one(res, err); err != nil {
		return err
	}
	sealed, err := sealContent(key, x.Content)
	if err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "update request_content set sealed_content = $2 where id = $1", x.ID, sealed); err != nil {
		return err
	}
	if err := h.keepPapers(x, cal); err != nil {
		return err
	}
	if err := h.derive(x); err != nil {
		return err
	}
	if err := h.appendEvents(x); err != nil {
		return err
	}
	kind := ""
	if f := x.Fresh(); len(f) > 0 {
		kind = f[len(f)-1].Kind
	}
	return h.tellOfRequest(kind, x, to, x.Row(cal, h.day))
}
