package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// SubmissionRef is the reference of acts on material handed in, and of its
// private files.
func SubmissionRef(id int64) string { return fmt.Sprintf("submission/%d", id) }

// A SubmissionRow is material with the names of those it concerns.
type SubmissionRow struct {
	proactive.Submission
	OrganName, HomeName   string
	Home                  int64
	SenderName, TakerName string
	Sends, Takes          bool // the viewer may send it, may receive it
}

const submissionSQL = `select s.id, s.organ, s.number, s.title, s.kind, s.category, s.made, s.due, s.note, s.files, s.amounts, s.state, s.sender, s.taker, s.asked, s.sent, s.settled, s.late, s.reason, s.item, s.version,
	o.name, o.home, o.path, h.name, coalesce(p.name, ''), coalesce(q.name, '') from submission s join organ o on o.id = s.organ join organ h on h.id = o.home
	left join person p on p.id = s.sender left join person q on q.id = s.taker`

func scanSubmission(r scanner) (x SubmissionRow, to org.Subject, err error) {
	var made, due, asked, sent, settled string
	var files, amounts []byte
	var late int
	err = r.Scan(&x.ID, &x.Organ, &x.Number, &x.Title, &x.Kind, &x.Category, &made, &due, &x.Note, &files, &amounts, &x.State, &x.Sender, &x.Taker, &asked, &sent, &settled, &late, &x.Reason, &x.Item, &x.Version,
		&x.OrganName, &to.Home, &to.Path, &x.HomeName, &x.SenderName, &x.TakerName)
	if err != nil {
		return x, to, err
	}
	to.Organ, x.Home, x.Late = x.Organ, to.Home, late != 0
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{made, &x.Made}, {due, &x.Due}, {asked, &x.Asked}, {sent, &x.Sent}, {settled, &x.Settled}} {
		if err := dayOf(d.text, d.to); err != nil {
			return x, to, err
		}
	}
	if err := json.Unmarshal(files, &x.Files); err != nil {
		return x, to, err
	}
	return x, to, json.Unmarshal(amounts, &x.Amounts)
}

// A SubmissionQuery chooses material. Zero fields choose all that the viewer may
// see.
type SubmissionQuery struct {
	Organ  int64 // the section
	Home   int64 // the organ that answers for it
	State  proactive.SubmissionState
	Open   bool
	Late   law.Date // has to be sent, and was not by this day
	From   law.Date // sent, or where it was not asked for, from this day on
	To     law.Date
	Search string
	Before int64
	Limit  int
}

// MaxSubmissions bounds one list.
const MaxSubmissions = 500

// Submissions lists material, the newest first.
func (s *Store) Submissions(ctx context.Context, v org.Viewer, q SubmissionQuery) ([]SubmissionRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Organ != 0, "s.organ = ", q.Organ)
	p.is(q.Home != 0, "o.home = ", q.Home)
	p.is(q.State != "", "s.state = ", string(q.State))
	p.is(q.Before != 0, "s.id < ", q.Before)
	p.is(!q.From.IsZero(), "(case when s.sent <> '' then s.sent else s.asked end) >= ", q.From.String())
	p.is(!q.To.IsZero(), "(case when s.sent <> '' then s.sent else s.asked end) <= ", q.To.String())
	if q.Open {
		p.and("s.state in ('asked', 'sent', 'returned')")
	}
	if !q.Late.IsZero() {
		p.and("s.state in ('asked', 'returned')", "s.due <> ''", "s.due < "+p.arg(q.Late.String()))
	}
	p.found("s.search", q.Search)
	rows, err := p.rows(ctx, s.read, submissionSQL, "s.id desc", atMost(q.Limit, MaxSubmissions))
	return gather("submissions", rows, err, func(r scanner) (SubmissionRow, error) {
		x, to, err := scanSubmission(r)
		return x.forViewer(v, to), err
	})
}

func (x SubmissionRow) forViewer(v org.Viewer, to org.Subject) SubmissionRow {
	x.Sends, x.Takes = org.May(v, org.EditItems, to), org.May(v, org.PublishItems, to)
	return x
}

// Submission is one of them, or ErrNotFound.
func (s *Store) Submission(ctx context.Context, v org.Viewer, id int64) (SubmissionRow, error) {
	x, to, err := scanSubmission(s.read.QueryRowContext(ctx, submissionSQL+" where s.id = $1", id))
	if err == nil && !org.May(v, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err != nil {
		return SubmissionRow{}, fmt.Errorf("store: submission %d: %w", id, notFound(err))
	}
	return x.forViewer(v, to), nil
}

// OpenMaterial opens a file of material that the viewer may see.
func (s *Store) OpenMaterial(ctx context.Context, v org.Viewer, id, file int64) (proactive.File, *File, error) {
	x, err := s.Submission(ctx, v, id)
	if err != nil {
		return proactive.File{}, nil, err
	}
	i := slices.IndexFunc(x.Files, func(f proactive.File) bool { return f.ID == file })
	if i < 0 {
		return proactive.File{}, nil, ErrNotFound
	}
	_, r, err := s.OpenPrivate(ctx, file)
	return x.Files[i], r, err
}

// AskMaterial asks a section for material by a day 催要. It needs PublishItems;
// the answer is the id.
func (s *Store) AskMaterial(ctx context.Context, by By, x proactive.Submission) (Done, error) {
	return s.do(ctx, by, "ask for material", func(h *hand) (string, error) {
		return h.openSubmission(x, org.PublishItems, act.SubmissionAsked, func(x *proactive.Submission) error { return x.Ask(h.day, by.Viewer.Person) })
	})
}

// SendMaterial hands material over that nobody asked for 移送. It needs EditItems
// at the organ; the answer is the id. Files were kept under SubmissionRef(x.ID).
func (s *Store) SendMaterial(ctx context.Context, by By, x proactive.Submission) (Done, error) {
	return s.do(ctx, by, "send material", func(h *hand) (string, error) {
		return h.openSubmission(x, org.EditItems, act.SubmissionSent, func(x *proactive.Submission) error { return x.Send(h.day, by.Viewer.Person) })
	})
}

func (h *hand) openSubmission(x proactive.Submission, verb org.Verb, kind string, do func(*proactive.Submission) error) (string, error) {
	to, err := h.subject(x.Organ)
	if err != nil {
		return "", err
	}
	if err := h.may(verb, to); err != nil {
		return "", err
	}
	if err := firstBad(x.Check(h.day)); err != nil {
		return "", err
	}
	if err := do(&x); err != nil {
		return "", err
	}
	if x.ID == 0 {
		x.ID = h.s.NewID()
	}
	n, err := h.nextNumber(to.Home, "submission", h.day.Year)
	if err != nil {
		return "", err
	}
	x.Number, x.Version = fmt.Sprintf("移%d-%04d", h.day.Year, n), 1
	values, err := submissionValues(x)
	if err != nil {
		return "", err
	}
	if _, err := h.ExecContext(h.ctx, "insert into submission (id, organ, version, "+submissionColumns+") values ($1, $2, 1, "+params(3, 2+len(values))+")", append([]any{x.ID, x.Organ}, values...)...); err != nil {
		return "", err
	}
	if err := h.keepMaterial(x, nil); err != nil {
		return "", err
	}
	if err := h.tellOfSubmission(kind, x, to); err != nil {
		return "", err
	}
	return fmt.Sprint(x.ID), h.note(kind, SubmissionRef(x.ID), x.Organ, nil, act.Change{Field: "状态", New: x.State.Chinese()}, act.Change{Field: "期限", New: x.Due.String()}, act.Change{Field: "附件数", New: fmt.Sprint(len(x.Files))})
}

const submissionColumns = "number, title, kind, category, made, due, note, files, amounts, state, sender, taker, asked, sent, settled, late, reason, item, search"

func submissionValues(x proactive.Submission) ([]any, error) {
	if x.Files == nil {
		x.Files = []proactive.File{}
	}
	if x.Amounts == nil {
		x.Amounts = []proactive.Amount{}
	}
	files, err := json.Marshal(x.Files)
	if err != nil {
		return nil, err
	}
	amounts, err := json.Marshal(x.Amounts)
	if err != nil {
		return nil, err
	}
	return []any{x.Number, x.Title, string(x.Kind), x.Category, x.Made.String(), x.Due.String(), x.Note, string(files), string(amounts), string(x.State), x.Sender, x.Taker,
		x.Asked.String(), x.Sent.String(), x.Settled.String(), flag(x.Late), x.Reason, x.Item, text.Fold(x.Title + " " + x.Number)}, nil
}

// keepMaterial keeps files that are new and erases those that are gone.
func (h *hand) keepMaterial(x proactive.Submission, before []proactive.File) error {
	has := func(list []proactive.File, id int64) bool {
		return slices.ContainsFunc(list, func(f proactive.File) bool { return f.ID == id })
	}
	for _, f := range x.Files {
		if !has(before, f.ID) {
			if err := h.keepPrivate(f.ID, SubmissionRef(x.ID)); err != nil {
				return err
			}
		}
	}
	for _, f := range before {
		if !has(x.Files, f.ID) {
			if err := h.s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// onSubmission runs a verb on material and keeps what it made.
func (h *hand) onSubmission(id, version int64, verb org.Verb, kind string, do func(x *proactive.Submission) error) error {
	x, to, err := scanSubmission(h.QueryRowContext(h.ctx, submissionSQL+" where s.id = $1", id))
	if err != nil {
		return err
	}
	switch {
	case !org.May(h.by.Viewer, org.SeeItems, to):
		return ErrNotFound
	case x.Version != version:
		return ErrConflict
	}
	if err := h.may(verb, to); err != nil {
		return err
	}
	was := x.Submission
	was.Files = slices.Clone(x.Files)
	if err := do(&x.Submission); err != nil {
		return err
	}
	if err := firstBad(x.Check(h.day)); err != nil {
		return err
	}
	values, err := submissionValues(x.Submission)
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update submission set version = version + 1, "+assign(submissionColumns, 3)+" where id = $1 and version = $2", append([]any{id, version}, values...)...)
	if err := one(res, err); err != nil {
		return err
	}
	if err := h.keepMaterial(x.Submission, was.Files); err != nil {
		return err
	}
	if err := h.tellOfSubmission(kind, x.Submission, to); err != nil {
		return err
	}
	var refs []string
	if x.Item != was.Item {
		refs = append(refs, ItemRef(x.Item))
	}
	return h.note(kind, SubmissionRef(id), x.Organ, refs, act.Change{Field: "状态", Old: was.State.Chinese(), New: x.State.Chinese()}, act.Change{Field: "期限", Old: was.Due.String(), New: x.Due.String()},
		act.Change{Field: "附件数", Old: fmt.Sprint(len(was.Files)), New: fmt.Sprint(len(x.Files))})
}

// ResendMaterial sends material that was asked for or given back, as it is now.
// It needs EditItems.
func (s *Store) ResendMaterial(ctx context.Context, by By, now proactive.Submission) (Done, error) {
	return s.do(ctx, by, "send material", func(h *hand) (string, error) {
		return fmt.Sprint(now.ID), h.onSubmission(now.ID, now.Version, org.EditItems, act.SubmissionSent, func(x *proactive.Submission) error {
			x.Title, x.Kind, x.Category, x.Made, x.Note, x.Files, x.Amounts = now.Title, now.Kind, now.Category, now.Made, now.Note, now.Files, now.Amounts
			return x.Send(h.day, by.Viewer.Person)
		})
	})
}

// AcceptMaterial receives material 接收 and opens the draft of an item with it; n
// is that draft, its files kept under ItemRef(n.ID). It needs PublishItems and
// EditItems; the answer is the item's id.
func (s *Store) AcceptMaterial(ctx context.Context, by By, id, version int64, n NewItem) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "accept material", func(h *hand) (string, error) {
		if n.ID == 0 {
			n.ID = s.NewID()
		}
		err := h.onSubmission(id, version, org.PublishItems, act.SubmissionAccepted, func(x *proactive.Submission) error {
			if n.Organ == 0 {
				n.Organ = x.Organ
			}
			return x.Accept(h.day, by.Viewer.Person, n.ID)
		})
		if err != nil {
			return "", err
		}
		x, err := h.draftItem(n, cal)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(x.ID), nil
	})
}

// ReturnMaterial gives material back with what is missing 退回, to be sent again
// by a day. It needs PublishItems.
func (s *Store) ReturnMaterial(ctx context.Context, by By, id, version int64, reason string, due law.Date) (Done, error) {
	return s.do(ctx, by, "return material", func(h *hand) (string, error) {
		return fmt.Sprint(id), h.onSubmission(id, version, org.PublishItems, act.SubmissionReturned, func(x *proactive.Submission) error {
			return x.GiveBack(h.day, by.Viewer.Person, strings.TrimSpace(reason), due)
		})
	})
}

// CancelMaterial takes back what nobody received yet. It needs EditItems.
func (s *Store) CancelMaterial(ctx context.Context, by By, id, version int64, reason string) (Done, error) {
	return s.do(ctx, by, "cancel material", func(h *hand) (string, error) {
		return fmt.Sprint(id), h.onSubmission(id, version, org.EditItems, act.SubmissionCancelled, func(x *proactive.Submission) error {
			return x.Cancel(h.day, strings.TrimSpace(reason))
		})
	})
}

// tellOfSubmission tells those who have the next step. What the material is
// about stands on the desk alone.
func (h *hand) tellOfSubmission(kind string, x proactive.Submission, to org.Subject) error {
	if err := h.settle(SubmissionRef(x.ID)); err != nil {
		return err
	}
	n := News{Kind: kind, Ref: SubmissionRef(x.ID), Organ: x.Organ, Number: x.Number, Subject: x.Number + " " + x.Title, Link: fmt.Sprintf("/desk/submissions/%d", x.ID), Due: x.Due}
	var list []To
	switch x.State {
	case proactive.MaterialAsked:
		list = []To{ToRole(org.Drafter, x.Organ), ToRole(org.Drafter, to.Home)}
	case proactive.MaterialSent:
		n.Due = law.Date{}
		list = []To{ToRole(org.Publisher, to.Home)}
	case proactive.MaterialReturned:
		list = []To{ToPerson(x.Sender)}
	default:
		return nil
	}
	_, err := h.notify(n, list...)
	return err
}

// forgetMaterial takes away what an item was made of, once the item is removed in
// emergency or withheld: what was handed in may be what has to go, whole also
// its title.
func (h *hand) forgetMaterial(item int64, whole bool) error {
	rows, err := h.QueryContext(h.ctx, "select id, files from submission where item = $1", item)
	if err != nil {
		return err
	}
	type kept struct {
		id    int64
		files []proactive.File
	}
	var list []kept
	if err := scanAll(rows, func(r scanner) error {
		var k kept
		var b []byte
		if err := r.Scan(&k.id, &b); err != nil {
			return err
		}
		err := json.Unmarshal(b, &k.files)
		list = append(list, k)
		return err
	}); err != nil {
		return err
	}
	for _, k := range list {
		for _, f := range k.files {
			if err := h.s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil {
				return err
			}
		}
		queries := []string{"update submission set note = '', files = '[]', amounts = '[]', version = version + 1 where id = $1"}
		if whole {
			queries = append(queries, "update submission set title = '', search = '', reason = '' where id = $1")
		}
		for _, q := range queries {
			if _, err := h.ExecContext(h.ctx, q, k.id); err != nil {
				return err
			}
		}
		if !whole {
			continue
		}
		for _, q := range []string{"update notice set subject = number where ref = $1", "update act set detail = '' where ref = $1 and detail <> ''"} {
			if _, err := h.ExecContext(h.ctx, q, SubmissionRef(k.id)); err != nil {
				return err
			}
		}
	}
	return h.forgetBackfill(item, whole)
}
