package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

func newSalt() []byte {
	b := make([]byte, keySize)
	_, _ = rand.Read(b) // never fails
	return b
}

const itemColumns = `kind, category, field, title, doc_no, search, number, stage, standing, roles, author, hands, made, due, published, published_at, changed, versions,
	effective, until, period_from, period_to, abolished, takedown, release_at, ground, review_by, five, backfill, request, policy, archived, volume, salt, saved_at`

// values are the columns of an item, in the order of itemColumns. While a
// revision of something public is in work they are those of the public text:
// public lists read them.
func (x *ItemFile) values(h *hand, cal *calendar.Calendar) ([]any, error) {
	c := x.Content
	if x.Standing == proactive.Live && x.Open() {
		var err error
		if c, err = h.itemText(x.ID, x.Versions); err != nil {
			return nil, err
		}
	}
	x.Due = x.Item.Due(cal, x.Content)
	var roles, hands strings.Builder
	for _, r := range x.Waiting().Roles {
		roles.WriteString("," + string(r))
	}
	for _, p := range x.Hands {
		fmt.Fprintf(&hands, ",%d", p)
	}
	closed := func(b *strings.Builder) string {
		if b.Len() == 0 {
			return ""
		}
		return b.String() + ","
	}
	var number any
	if x.Number != "" {
		number = x.Number
	}
	five := make([]string, len(c.Five))
	for i, f := range c.Five {
		five[i] = string(f)
	}
	d := func(x law.Date) any { return x.String() }
	return []any{string(x.Kind), c.Category, c.Field, c.Title, c.DocNo, text.Fold(c.Title + " " + c.DocNo + " " + x.Number), number, string(x.Stage), string(x.Standing), closed(&roles),
		x.Author, closed(&hands), d(c.Made), d(x.Due), d(x.Published), x.PublishedAt, d(x.Changed), x.Versions, d(c.Effective), d(c.Until), d(c.From), d(c.To),
		d(x.Abolished), d(x.Takedown), x.ReleaseAt, string(x.Ground), d(x.ReviewBy), strings.Join(five, ","), flag(x.Backfill), x.Turned, c.Policy, d(x.Archived), x.Volume, x.salt, h.now}, nil
}

// tellOfItem tells those who have the next step, and settles what others were
// told before. Of what was removed in emergency nothing is said.
func (h *hand) tellOfItem(x *ItemFile) error {
	if err := h.settle(ItemRef(x.ID)); err != nil || len(x.Fresh()) == 0 {
		return err
	}
	last := x.Fresh()[len(x.Fresh())-1].Kind
	n := News{Kind: last, Ref: ItemRef(x.ID), Organ: x.Organ, Subject: x.Content.Title, Link: fmt.Sprintf("/desk/items/%d", x.ID), Due: x.Due}
	var to []To
	switch last {
	case act.ItemSubmitted, act.ItemSigned, act.ItemAnswered:
		if x.Stage == proactive.Approved {
			to = append(to, ToRole(org.Publisher, x.to.Home))
			break
		}
		for _, r := range x.Waiting().Roles {
			to = append(to, ToRole(r, x.to.Home))
		}
	case act.ItemReturned:
		if x.Author != 0 {
			to = append(to, ToPerson(x.Author))
		}
	case act.ItemRemoved:
		n.Subject = ""
		to = append(to, ToRole(org.Secrecy, x.to.Home), ToRole(org.Head, x.to.Home))
	}
	if len(to) == 0 {
		return nil
	}
	_, err := h.notify(n, to...)
	return err
}

// An ItemRow is an item as lists show it.
type ItemRow struct {
	ID, Organ            int64
	OrganName            string
	Kind                 proactive.Kind
	Title, DocNo, Number string
	Category             string
	Stage                proactive.Stage
	Standing             proactive.Standing
	Author               int64
	AuthorName           string
	Made, Due            law.Date
	Published, Changed   law.Date
	PublishedAt          int64
	Versions             int
	PeriodTo             law.Date
	Abolished            law.Date
	Until                law.Date
	Release              int64
	Ground               proactive.Ground
	ReviewBy             law.Date
	Backfill             bool
	Archived             law.Date
	Waits                []org.Role // who may sign the step that waits
	Version              int64
}

const itemRowSQL = `select i.id, i.organ, o.name, i.kind, i.title, i.doc_no, coalesce(i.number, ''), i.category, i.stage, i.standing, i.author, coalesce(p.name, ''), i.made, i.due,
	i.published, i.changed, i.published_at, i.versions, i.period_to, i.abolished, i.until, i.release_at, i.ground, i.review_by, i.backfill, i.archived, i.roles, i.version
	from item i join organ o on o.id = i.organ left join person p on p.id = i.author`

func scanItemRow(row scanner) (x ItemRow, err error) {
	var made, due, published, changed, to, abolished, until, review, archived, roles string
	var backfill int
	err = row.Scan(&x.ID, &x.Organ, &x.OrganName, &x.Kind, &x.Title, &x.DocNo, &x.Number, &x.Category, &x.Stage, &x.Standing, &x.Author, &x.AuthorName, &made, &due,
		&published, &changed, &x.PublishedAt, &x.Versions, &to, &abolished, &until, &x.Release, &x.Ground, &review, &backfill, &archived, &roles, &x.Version)
	if err != nil {
		return x, err
	}
	x.Backfill = backfill != 0
	for r := range strings.SplitSeq(strings.Trim(roles, ","), ",") {
		if r != "" {
			x.Waits = append(x.Waits, org.Role(r))
		}
	}
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{made, &x.Made}, {due, &x.Due}, {published, &x.Published}, {changed, &x.Changed}, {to, &x.PeriodTo}, {abolished, &x.Abolished}, {until, &x.Until}, {review, &x.ReviewBy}, {archived, &x.Archived}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return x, err
		}
	}
	return x, nil
}

// An ItemQuery chooses items on the desk. Zero fields choose all that the viewer
// may see.
type ItemQuery struct {
	Organ    int64
	Under    string // path of an organ, with all below it
	Stage    proactive.Stage
	Standing proactive.Standing
	Kind     proactive.Kind
	Category string
	Open     bool     // somebody still has to do something with the text
	Down     bool     // withdrawn, removed or ended
	Waiting  bool     // for a signature that the viewer may give
	Mine     bool     // the viewer wrote last
	Late     law.Date // has to be out, and was not by this day
	ReviewBy law.Date // withheld, to be looked at again by this day
	Year     int      // published in it
	Backfill bool
	Loose    bool // not yet in a volume
	Search   string
	Before   int64 // id, for the next page
	Limit    int
}

// MaxItems bounds one page of items.
const MaxItems = 200

// Items lists items, the newest first.
func (s *Store) Items(ctx context.Context, v org.Viewer, q ItemQuery) ([]ItemRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Organ != 0, "i.organ = ", q.Organ)
	if q.Under != "" {
		p.and("o.path >= "+p.arg(q.Under), "o.path < "+p.arg(afterPrefix(q.Under)))
	}
	p.is(q.Stage != "", "i.stage = ", string(q.Stage))
	p.is(q.Standing != "", "i.standing = ", string(q.Standing))
	p.is(q.Kind != "", "i.kind = ", string(q.Kind))
	p.is(q.Category != "", "i.category = ", q.Category)
	p.is(q.Mine, "i.author = ", v.Person)
	p.is(!q.Late.IsZero(), "i.due <> '' and i.due < ", q.Late.String())
	p.is(!q.ReviewBy.IsZero(), "i.review_by <> '' and i.review_by <= ", q.ReviewBy.String())
	if q.Year != 0 {
		p.and("i.published >= "+p.arg(law.Day(q.Year, 1, 1).String()), "i.published <= "+p.arg(law.Day(q.Year, 12, 31).String()))
	}
	if q.Open {
		p.and("i.stage in ('draft', 'review', 'asking', 'returned', 'approved')")
	}
	if q.Down {
		p.and("i.standing in ('withdrawn', 'removed', 'ended')")
	}
	if q.Backfill {
		p.and("i.backfill = 1")
	}
	if q.Loose {
		p.and("i.archived = ''", "i.standing <> ''")
	}
	if q.Waiting {
		mine := []string{"1 = 0"}
		for _, post := range v.Posts {
			mine = append(mine, "(o.home = "+p.arg(post.Organ)+" and "+contains("i.roles", p.arg(","+string(post.Role)+","))+")")
		}
		p.and("("+strings.Join(mine, " or ")+")", "not "+contains("i.hands", p.arg(fmt.Sprintf(",%d,", v.Person))), "i.stage = 'review'")
	}
	p.found("i.search", q.Search)
	p.is(q.Before > 0, "i.id < ", q.Before)
	rows, err := p.rows(ctx, s.read, itemRowSQL, "i.id desc", atMost(q.Limit, MaxItems))
	return gather("items", rows, err, scanItemRow)
}

// ItemCounts counts an organ's items by stage and by standing.
func (s *Store) ItemCounts(ctx context.Context, v org.Viewer, organ int64) (map[proactive.Stage]int, map[proactive.Standing]int, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "i.organ = ", organ)
	stages, standings := map[proactive.Stage]int{}, map[proactive.Standing]int{}
	rows, err := s.read.QueryContext(ctx, "select i.stage, i.standing, count(*) from item i join organ o on o.id = i.organ where "+strings.Join(p.cond, " and ")+" group by i.stage, i.standing", p.args...)
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var stage proactive.Stage
			var standing proactive.Standing
			var n int
			err := r.Scan(&stage, &standing, &n)
			stages[stage] += n
			standings[standing] += n
			return err
		})
	}
	if err != nil {
		return nil, nil, fmt.Errorf("store: count items: %w", err)
	}
	return stages, standings, nil
}
