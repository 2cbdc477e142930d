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

// RegisterRef is the reference of acts on an entry of the register of documents.
func RegisterRef(id int64) string { return fmt.Sprintf("register/%d", id) }

// DocumentQuery chooses documents of the register. Zero fields choose all: what
// stands in it is public.
type DocumentQuery struct {
	Organ  int64
	Kind   proactive.Kind
	Search string
	Year   int // made in it
}

// MaxDocuments bounds a register as it is read.
const MaxDocuments = 20_000

// Documents lists the documents of an organ, or of all, the newest first: items
// of its kinds that are or were public, and what was entered. An item that was
// removed in emergency is not in it.
func (s *Store) Documents(ctx context.Context, q DocumentQuery) ([]proactive.RegisterEntry, error) {
	return either(ctx, s, func(ctx context.Context) ([]proactive.RegisterEntry, error) {
		return s.register(ctx, s.reader(ctx), q)
	})
}

func (s *Store) register(ctx context.Context, db asker, q DocumentQuery) ([]proactive.RegisterEntry, error) {
	var p pick
	p.and("i.kind in ('normative', 'rules')", "i.standing <> ''", "i.standing <> 'removed'")
	p.is(q.Organ != 0, "o.home = ", q.Organ)
	p.is(q.Kind != "", "i.kind = ", string(q.Kind))
	rows, err := p.rows(ctx, db, `select i.id, i.organ, o.name, i.kind, i.title, i.doc_no, coalesce(r.maker, ''), i.made, i.effective, i.until, i.published, case when i.standing = 'live' then i.number else '' end, '', i.abolished,
		coalesce(r.registered, ''), coalesce(r.serial, ''), coalesce(r.released, ''), coalesce(r.abolished_by, ''), coalesce(r.amendments, ''), coalesce(r.note, ''), coalesce(r.version, 0)
		from item i join organ o on o.id = i.organ left join register r on r.id = i.id`, "i.made desc, i.id desc", MaxDocuments)
	list, err := gather("register of documents", rows, err, func(r scanner) (proactive.RegisterEntry, error) {
		x, err := scanRegister(r)
		x.Item = true
		return x, err
	})
	if err != nil {
		return nil, err
	}
	var own pick
	own.and("r.own = 1")
	own.is(q.Organ != 0, "o.home = ", q.Organ)
	own.is(q.Kind != "", "r.kind = ", string(q.Kind))
	rows, err = own.rows(ctx, db, `select r.id, r.organ, o.name, r.kind, r.title, r.doc_no, r.maker, r.made, r.effective, r.until, r.published, '', r.link, r.abolished,
		r.registered, r.serial, r.released, r.abolished_by, r.amendments, r.note, r.version from register r join organ o on o.id = r.organ`, "r.made desc, r.id desc", MaxDocuments)
	more, err := gather("register of documents", rows, err, scanRegister)
	if err != nil {
		return nil, err
	}
	list = append(list, more...)
	f := text.Fold(q.Search)
	list = slices.DeleteFunc(list, func(e proactive.RegisterEntry) bool {
		return q.Year != 0 && e.Made.Year != q.Year || f != "" && !strings.Contains(text.Fold(e.Title+" "+e.DocNo+" "+e.Registered+" "+e.Serial+" "+e.Number), f)
	})
	slices.SortStableFunc(list, func(a, b proactive.RegisterEntry) int {
		switch {
		case a.Made == b.Made:
			return 0
		case a.Made.After(b.Made):
			return -1
		}
		return 1
	})
	return list, nil
}

func scanRegister(r scanner) (x proactive.RegisterEntry, err error) {
	var made, effective, until, published, abolished, released, amendments string
	err = r.Scan(&x.ID, &x.Organ, &x.OrganName, &x.Kind, &x.Title, &x.DocNo, &x.Maker, &made, &effective, &until, &published, &x.Number, &x.Link, &abolished,
		&x.Registered, &x.Serial, &released, &x.AbolishedBy, &amendments, &x.Note, &x.Version)
	if err != nil {
		return x, err
	}
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{made, &x.Made}, {effective, &x.Effective}, {until, &x.Until}, {published, &x.Published}, {abolished, &x.Abolished}, {released, &x.Released}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return x, err
		}
	}
	if amendments != "" {
		err = json.Unmarshal([]byte(amendments), &x.Amendments)
	}
	return x, err
}

// Document is one document of the register, or ErrNotFound.
func (s *Store) Document(ctx context.Context, id int64) (proactive.RegisterEntry, error) {
	list, err := s.Documents(ctx, DocumentQuery{})
	if err != nil {
		return proactive.RegisterEntry{}, err
	}
	if i := slices.IndexFunc(list, func(e proactive.RegisterEntry) bool { return e.ID == id }); i >= 0 {
		return list[i], nil
	}
	return proactive.RegisterEntry{}, fmt.Errorf("store: document %d: %w", id, ErrNotFound)
}

// SaveDocument keeps an entry of the register: a new one where ID is 0, an older
// one, or what is noted of an item (its title and days stay those of the item).
// It needs EditCatalogue at the organ; Done.Answer is the id.
func (s *Store) SaveDocument(ctx context.Context, by By, e proactive.RegisterEntry) (Done, error) {
	if e.ID == 0 {
		e.ID = s.NewID()
	}
	return s.do(ctx, by, "save document", func(h *hand) (string, error) {
		return fmt.Sprint(e.ID), h.putRegister(e, act.RegisterSaved)
	})
}

// ImportDocuments enters old documents; those that are there under the same title
// and number are left alone. Done.Answer is how many were entered.
func (s *Store) ImportDocuments(ctx context.Context, by By, organ int64, list []proactive.RegisterEntry) (Done, error) {
	for i := range list {
		list[i].ID, list[i].Organ, list[i].Item, list[i].Version = s.NewID(), organ, false, 0
	}
	return s.do(ctx, by, "import documents", func(h *hand) (string, error) {
		if len(list) == 0 || len(list) > 2000 {
			return "", act.Refuse("一次导入1至2000件文件。")
		}
		if err := h.edits(org.EditCatalogue, organ); err != nil {
			return "", err
		}
		there, err := s.register(h.ctx, h, DocumentQuery{Organ: organ})
		if err != nil {
			return "", err
		}
		has := map[string]bool{}
		for _, e := range there {
			has[registerKey(e)] = true
		}
		n := 0
		for _, e := range list {
			if has[registerKey(e)] {
				continue
			}
			has[registerKey(e)] = true
			if err := h.putRegister(e, act.RegisterImported); err != nil {
				return "", err
			}
			n++
		}
		return fmt.Sprint(n), nil
	})
}

func registerKey(e proactive.RegisterEntry) string { return text.Fold(e.Title + "|" + e.DocNo) }

// registerOf reads an entry in the transaction.
func (h *hand) registerOf(id int64) (proactive.RegisterEntry, bool, error) {
	x, err := scanRegister(h.QueryRowContext(h.ctx, `select r.id, r.organ, '', r.kind, r.title, r.doc_no, r.maker, r.made, r.effective, r.until, r.published, '', r.link, r.abolished,
		r.registered, r.serial, r.released, r.abolished_by, r.amendments, r.note, r.version from register r where r.id = $1`, id))
	if notFound(err) == ErrNotFound {
		return x, false, nil
	}
	return x, err == nil, err
}

func (h *hand) putRegister(e proactive.RegisterEntry, kind string) error {
	if err := firstBad(e.Check(h.day)); err != nil {
		return err
	}
	old, there, err := h.registerOf(e.ID)
	if err != nil {
		return err
	}
	if there && old.Version != e.Version || !there && e.Version != 0 {
		return ErrConflict
	}
	if there {
		e.Organ = old.Organ
	}
	if e.Item {
		var k proactive.Kind
		if err := h.QueryRowContext(h.ctx, "select organ, kind from item where id = $1 and standing <> '' and standing <> 'removed'", e.ID).Scan(&e.Organ, &k); err != nil {
			return err
		}
		if k != proactive.Normative && k != proactive.Rules {
			return ErrNotFound
		}
		// What the item says itself is not kept twice.
		e = proactive.RegisterEntry{ID: e.ID, Organ: e.Organ, Item: true, Maker: e.Maker, Registered: e.Registered, Serial: e.Serial, Released: e.Released, AbolishedBy: e.AbolishedBy, Amendments: e.Amendments, Note: e.Note, Version: e.Version}
	} else if there {
		if own, err := h.exists("select exists (select 1 from register where id = $1 and own = 1)", e.ID); err != nil {
			return err
		} else if !own {
			return ErrNotFound
		}
	}
	to, err := h.subject(e.Organ)
	if err != nil {
		return err
	}
	if !org.May(h.by.Viewer, org.SeeItems, to) {
		return ErrNotFound
	}
	if err := h.may(org.EditCatalogue, to); err != nil {
		return err
	}
	amendments := ""
	if len(e.Amendments) > 0 {
		b, err := json.Marshal(e.Amendments)
		if err != nil {
			return err
		}
		amendments = string(b)
	}
	res, err := h.ExecContext(h.ctx, `insert into register (id, organ, own, kind, title, doc_no, maker, made, effective, until, published, link, registered, serial, released, abolished, abolished_by, amendments, note, version, saved_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1, $20)
		on conflict (id) do update set kind = excluded.kind, title = excluded.title, doc_no = excluded.doc_no, maker = excluded.maker, made = excluded.made, effective = excluded.effective, until = excluded.until,
			published = excluded.published, link = excluded.link, registered = excluded.registered, serial = excluded.serial, released = excluded.released, abolished = excluded.abolished, abolished_by = excluded.abolished_by,
			amendments = excluded.amendments, note = excluded.note, saved_at = excluded.saved_at, version = register.version + 1 where register.version = $21`,
		e.ID, e.Organ, flag(!e.Item), string(e.Kind), e.Title, e.DocNo, e.Maker, e.Made.String(), e.Effective.String(), e.Until.String(), e.Published.String(), e.Link, e.Registered, e.Serial, e.Released.String(),
		e.Abolished.String(), e.AbolishedBy, amendments, e.Note, h.now, e.Version)
	if err := one(res, err); err != nil {
		return err
	}
	if err := touch(h.ctx, h.Tx, topicItem, e.Organ%shards); err != nil {
		return err
	}
	day := func(name string, a, b law.Date) act.Change {
		return act.Change{Field: name, Old: a.String(), New: b.String()}
	}
	return h.note(kind, RegisterRef(e.ID), e.Organ, nil, act.Change{Field: "标题", Old: old.Title, New: e.Title}, act.Change{Field: "文号", Old: old.DocNo, New: e.DocNo},
		day("成文日期", old.Made, e.Made), day("施行日期", old.Effective, e.Effective), day("有效期至", old.Until, e.Until), day("废止、失效日期", old.Abolished, e.Abolished),
		act.Change{Field: "登记号", Old: old.Registered, New: e.Registered}, act.Change{Field: "统一编号", Old: old.Serial, New: e.Serial}, day("统一发布", old.Released, e.Released),
		act.Change{Field: "废止依据", Old: old.AbolishedBy, New: e.AbolishedBy}, act.Change{Field: "说明", Old: old.Note, New: e.Note})
}
