package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
)

// ItemFile is an item as those who work on it see it: with the text in work, or
// where none is, the public one.
type ItemFile struct {
	*proactive.Item
	ID         int64
	Organ      int64
	OrganName  string
	Content    proactive.Content
	AuthorName string
	Saved      time.Time
	Version    int64
	Due        law.Date // last day on which the text has to be out, zero for none

	hand  *hand // in a verb
	to    org.Subject
	salt  []byte
	code  string // of the organ
	drawn bool   // the text was changed in this verb
}

// ItemRef is the reference of acts on an item, and of its private files.
func ItemRef(id int64) string { return fmt.Sprintf("disclosure/%d", id) }

// topicItem counts changes of what the public sees of items.
const topicItem = "item"

// itemHash is the salted hash of a content: what acts and the public log
// commit to. What can be read in a file follows from its bytes and is left out.
func itemHash(salt []byte, c proactive.Content) (string, error) {
	b, err := CanonicalItem(c)
	if err != nil {
		return "", err
	}
	return act.SealOf(salt, b), nil
}

// CanonicalItem is the content as its salted hash commits to it.
func CanonicalItem(c proactive.Content) ([]byte, error) {
	c.Files = slices.Clone(c.Files)
	for i := range c.Files {
		c.Files[i].Text = ""
	}
	return act.Canonical(c)
}

const itemSQL = `select i.id, i.organ, i.salt, i.version, i.saved_at, i.due, o.name, o.code, o.home, o.path, coalesce(p.name, ''), coalesce(t.content, '')
	from item i join organ o on o.id = i.organ left join person p on p.id = i.author
	left join item_text t on t.item = i.id and t.n = 0`

func scanItem(row scanner) (x *ItemFile, err error) {
	x = &ItemFile{}
	var saved int64
	var content []byte
	var due string
	err = row.Scan(&x.ID, &x.Organ, &x.salt, &x.Version, &saved, &due, &x.OrganName, &x.code, &x.to.Home, &x.to.Path, &x.AuthorName, &content)
	if err != nil {
		return nil, err
	}
	x.to.Organ, x.Saved = x.Organ, time.UnixMilli(saved)
	if err := x.Due.UnmarshalText([]byte(due)); err != nil {
		return nil, err
	}
	if len(content) == 0 {
		return x, nil
	}
	return x, json.Unmarshal(content, &x.Content)
}

// replayItem makes the state of an item of its acts.
func (s *Store) replayItem(ctx context.Context, q asker, id int64) (*proactive.Item, error) {
	events, err := s.eventsOf(ctx, q, ItemRef(id), "item.", act.ItemSealedRead, act.ItemDecided, act.ItemResolved)
	if err != nil {
		return nil, fmt.Errorf("item %d: %w", id, err)
	}
	x, err := proactive.Replay(events)
	if err != nil {
		return nil, fmt.Errorf("item %d: %w", id, err)
	}
	return x, nil
}

// eventsOf reads the acts of a file, in their order, of the kinds that begin
// with prefix; of beside nothing happened to the file.
func (s *Store) eventsOf(ctx context.Context, q asker, ref, prefix string, beside ...string) ([]act.Event, error) {
	rows, err := q.QueryContext(ctx, "select entry from act where ref = $1 order by seq", ref)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []act.Event
	for rows.Next() {
		var entry []byte
		if err := rows.Scan(&entry); err != nil {
			return nil, err
		}
		a, err := act.KeptEntry(entry)
		if err != nil {
			return nil, err
		}
		if r, ok := a.Body.(act.Record); ok && strings.HasPrefix(a.Kind, prefix) && !slices.Contains(beside, a.Kind) {
			events = append(events, act.Event{Kind: a.Kind, On: a.On, Facts: r.Facts, Refs: r.Refs})
		}
	}
	return events, rows.Err()
}

// Item is one item that the viewer may see, or ErrNotFound.
func (s *Store) Item(ctx context.Context, v org.Viewer, id int64) (*ItemFile, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeeItems), "o.home", "o.path", "", &args)
	x, err := scanItem(s.read.QueryRowContext(ctx, itemSQL+" where i.id = $1 and "+see, args...))
	if err == nil {
		x.Item, err = s.replayItem(ctx, s.read, id)
	}
	if err != nil {
		return nil, fmt.Errorf("store: item %d: %w", id, s.dialect.translate(err))
	}
	return x, nil
}

// May reports whether the viewer may do what the verb says to the item.
func (x *ItemFile) May(v org.Viewer, verb org.Verb) bool { return org.May(v, verb, x.to) }

// By is how the viewer does something to the item today.
func (x *ItemFile) By(v org.Viewer, today law.Date) proactive.Doing {
	d := proactive.Doing{On: today, Today: today, Person: v.Person}
	for _, p := range v.Posts {
		if p.Organ == x.to.Home {
			d.Roles = append(d.Roles, p.Role)
		}
	}
	return d
}

// A NewItem is what opens an item.
type NewItem struct {
	ID       int64 // from NewID, so that files may be put before; 0 for a new one
	Organ    int64
	Kind     proactive.Kind
	Content  proactive.Content
	Backfill bool
	Request  int64 // it comes from, 0 for none
}

// DraftItem opens an item; Done.Answer is its id. It needs EditItems at the organ.
func (s *Store) DraftItem(ctx context.Context, by By, n NewItem) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "draft item", func(h *hand) (string, error) {
		x, err := h.draftItem(n, cal)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(x.ID), nil
	})
}

func (h *hand) draftItem(n NewItem, cal *calendar.Calendar) (*ItemFile, error) {
	x := &ItemFile{Item: &proactive.Item{}, ID: n.ID, Organ: n.Organ, Content: n.Content, Version: 1, hand: h, salt: newSalt(), drawn: true}
	if x.ID == 0 {
		x.ID = h.s.NewID()
	}
	var err error
	if x.to, err = h.subject(n.Organ); err != nil {
		return nil, err
	}
	if err := h.may(org.EditItems, x.to); err != nil {
		return nil, err
	}
	if err := firstBad(n.Content.Check(n.Kind, true)); err != nil {
		return nil, err
	}
	sum, err := itemHash(x.salt, x.Content)
	if err != nil {
		return nil, err
	}
	if err := x.Draft(x.doing(), proactive.Draft{Kind: n.Kind, Content: sum, Backfill: n.Backfill, Request: n.Request}); err != nil {
		return nil, err
	}
	values, err := x.values(h, cal)
	if err != nil {
		return nil, err
	}
	_, err = h.ExecContext(h.ctx, "insert into item (id, organ, version, "+itemColumns+") values ($1, $2, 1, "+params(3, 2+len(values))+")", append([]any{x.ID, x.Organ}, values...)...)
	if err != nil {
		return nil, err
	}
	return x, h.keepItemText(x, nil)
}

// firstBad refuses what a form should have shown at its fields.
func firstBad(bad map[string]string) error {
	fields := make([]string, 0, len(bad))
	for f := range bad {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	for _, f := range fields {
		return act.Refuse(bad[f])
	}
	return nil
}

// doing is who acts in the transaction of the item, today.
func (x *ItemFile) doing() proactive.Doing {
	d := x.By(x.hand.by.Viewer, x.hand.day)
	d.Paper = x.hand.by.Paper != nil
	if d.Paper {
		d.On = x.hand.by.Paper.On
	}
	if by := x.hand.by; by.Viewer.ProgramName() != "" && !by.On.IsZero() {
		d.On = by.On // the sample has a past; nobody else has a say in the day
	}
	return d
}

// ItemVerb is what is done with an item. It may run twice.
type ItemVerb func(x *ItemFile, d proactive.Doing, cal *calendar.Calendar) error

// WithItem replays an item, runs a verb on it and keeps what happened. version is
// the one last read: ErrConflict if somebody was faster. What each act needs is
// asked at the organ.
func (s *Store) WithItem(ctx context.Context, by By, id, version int64, verb ItemVerb) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "item", func(h *hand) (string, error) {
		x, err := h.item(id)
		if err != nil {
			return "", err
		}
		if x.Version != version {
			return "", ErrConflict
		}
		return fmt.Sprint(id), h.onItem(x, cal, verb)
	})
}

// item reads an item in the transaction, as far as the viewer may see it.
func (h *hand) item(id int64) (*ItemFile, error) {
	x, err := scanItem(h.QueryRowContext(h.ctx, itemSQL+" where i.id = $1", id))
	if err != nil {
		return nil, err
	}
	if !org.May(h.by.Viewer, org.SeeItems, x.to) {
		return nil, ErrNotFound
	}
	x.hand = h
	x.Item, err = h.s.replayItem(h.ctx, h, id)
	return x, err
}

// needs is what an act on an item needs.
var needs = map[string]org.Verb{
	act.ItemDrafted: org.EditItems, act.ItemEdited: org.EditItems, act.ItemSubmitted: org.EditItems, act.ItemRecalled: org.EditItems, act.ItemRevised: org.EditItems, act.ItemDiscarded: org.EditItems,
	act.ItemSigned: org.ReviewItems, act.ItemReturned: org.ReviewItems, act.ItemAsked: org.ReviewItems, act.ItemAnswered: org.ReviewItems, act.ItemWithheld: org.ReviewItems, act.ItemReReviewed: org.ReviewItems,
	act.ItemScheduled: org.PublishItems, act.ItemPublished: org.PublishItems, act.ItemWithdrawn: org.PublishItems, act.ItemEnded: org.PublishItems, act.ItemAbolished: org.PublishItems, act.ItemArchived: org.PublishItems,
	act.ItemRemoved: org.RemoveItems,
}

// onItem runs a verb and keeps what it made.
func (h *hand) onItem(x *ItemFile, cal *calendar.Calendar, verb ItemVerb) error {
	before := slices.Clone(x.Content.Files)
	if err := verb(x, x.doing(), cal); err != nil {
		return err
	}
	if len(x.Fresh()) == 0 {
		return nil
	}
	for _, e := range x.Fresh() {
		verb := needs[e.Kind]
		if h.by.Paper != nil && verb == org.ReviewItems && !org.May(h.by.Viewer, verb, x.to) {
			verb = org.EditItems // the clerk enters what the leader signed on paper
		}
		if err := h.may(verb, x.to); err != nil {
			return err
		}
	}
	if err := h.empty(x); err != nil {
		return err
	}
	values, err := x.values(h, cal)
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update item set version = version + 1, "+assign(itemColumns, 3)+" where id = $1 and version = $2", append([]any{x.ID, x.Version}, values...)...)
	if err := one(res, err); err != nil {
		return err
	}
	if err := h.keepLimit(x, cal); err != nil {
		return err
	}
	return h.keepItemText(x, before)
}

// keepItemText writes the text in work, keeps its files and appends the acts.
func (h *hand) keepItemText(x *ItemFile, before []proactive.File) error {
	if x.drawn {
		if err := h.putItemText(x, 0); err != nil {
			return err
		}
		for _, f := range x.Content.Files {
			if !slices.ContainsFunc(before, func(o proactive.File) bool { return o.ID == f.ID }) {
				if err := h.keepPrivate(f.ID, ItemRef(x.ID)); err != nil {
					return err
				}
			}
		}
	}
	if err := h.appendItem(x); err != nil {
		return err
	}
	return h.tellOfItem(x)
}

func (h *hand) putItemText(x *ItemFile, n int) error {
	b, err := json.Marshal(x.Content)
	if err != nil {
		return err
	}
	sum, err := itemHash(x.salt, x.Content)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, `insert into item_text (item, n, hash, content, made_at) values ($1, $2, $3, $4, $5)
		on conflict (item, n) do update set hash = excluded.hash, content = excluded.content, made_at = excluded.made_at`, x.ID, n, sum, string(b), h.now)
	return err
}

// appendItem writes the acts that a verb made.
func (h *hand) appendItem(x *ItemFile) error {
	for _, e := range x.Fresh() {
		d := act.Details{From: h.by.From, Signer: h.by.Signer, Program: h.by.Viewer.ProgramName(), Reason: h.by.Reason}
		day := h.by.On
		h.by.On = e.On
		err := h.append(act.Act{Ref: ItemRef(x.ID), Kind: e.Kind, Organ: x.Organ, Body: act.Record{Refs: e.Refs, Paper: h.by.Paper, Facts: e.Facts}}, d)
		if h.by.On = day; err != nil {
			return err
		}
	}
	return nil
}

// Rewrite puts another text in place of the one in work. It is of use only
// inside a verb.
func (x *ItemFile) Rewrite(d proactive.Doing, kind proactive.Kind, c proactive.Content) error {
	if err := firstBad(c.Check(kind, true)); err != nil {
		return err
	}
	sum, err := itemHash(x.salt, c)
	if err != nil {
		return err
	}
	if sum == x.Item.Content && kind == x.Kind {
		return nil
	}
	x.Content, x.drawn = c, true
	return x.Edit(d, kind, sum)
}

// Hand 送审 submits the text by the chain that the organ has for its kind.
func (x *ItemFile) Hand(d proactive.Doing) error {
	if bad := x.Content.Check(x.Kind, false); len(bad) > 0 {
		return firstBad(bad)
	}
	setting, err := x.hand.s.inherited(x.hand.ctx, x.hand, x.to.Path, org.ItemChain)
	if err != nil {
		return err
	}
	c, bad := proactive.ChainOf(setting, x.Kind)
	if bad != "" {
		return act.Refuse("本机关的审核链设置有误：" + bad)
	}
	return x.Submit(d, c)
}

// Begin starts another version of what is public.
func (x *ItemFile) Begin(d proactive.Doing, why proactive.Change, reason string) error {
	c := x.Content
	c.Note = reason
	sum, err := itemHash(x.salt, c)
	if err != nil {
		return err
	}
	x.Content, x.drawn = c, true
	return x.Revise(d, why, sum, reason)
}
