package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// linkBatch is how many items are registered in one transaction.
const linkBatch = 100

// RegisterLinks brings the register of links up to date with what is published
// and tells how many items it looked at. Whether a link is dead is not kept: it
// is asked whenever somebody looks.
func (s *Store) RegisterLinks(ctx context.Context) (n int, err error) {
	var domain string
	err = s.read.QueryRowContext(ctx, "select value from setting where organ = 0 and name = $1", org.SiteDomain).Scan(&domain)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("store: register links: %w", err)
	}
	for {
		var k int
		err := s.tx(ctx, "register links", func(ctx context.Context, tx *sql.Tx) (err error) {
			k, err = s.registerLinks(ctx, tx, domain)
			return err
		})
		if n += k; err != nil || k < linkBatch {
			return n, err
		}
	}
}

func (s *Store) registerLinks(ctx context.Context, tx *sql.Tx, domain string) (int, error) {
	// Of what is public no more nothing stays.
	for _, table := range []string{"item_link", "item_linked"} {
		if _, err := s.exec(ctx, tx, "delete from "+table+" where item in (select l.item from item_linked l join item i on i.id = l.item where i.standing <> 'live')"); err != nil {
			return 0, err
		}
	}
	type text struct {
		id int64
		n  int
		b  []byte
	}
	rows, err := tx.QueryContext(ctx, `select i.id, i.versions, coalesce(t.content, '') from item i left join item_linked l on l.item = i.id left join item_text t on t.item = i.id and t.n = i.versions
		where i.standing = 'live' and (l.n is null or l.n <> i.versions) order by i.id limit $1`, linkBatch)
	list, err := gather("links", rows, err, func(r scanner) (x text, err error) { return x, r.Scan(&x.id, &x.n, &x.b) })
	if err != nil {
		return 0, err
	}
	for _, x := range list {
		var c proactive.Content
		if len(x.b) > 0 {
			if err := json.Unmarshal(x.b, &c); err != nil {
				return 0, fmt.Errorf("item %d: %w", x.id, err)
			}
		}
		if _, err := s.exec(ctx, tx, "delete from item_link where item = $1", x.id); err != nil {
			return 0, err
		}
		for seq, l := range c.Links(domain) {
			if _, err := s.exec(ctx, tx, "insert into item_link (item, seq, kind, url, host, words, target) values ($1, $2, $3, $4, $5, $6, $7)", x.id, seq, string(l.Kind), l.URL, l.Host, l.Words, l.Target); err != nil {
				return 0, err
			}
		}
		if _, err := s.exec(ctx, tx, "insert into item_linked (item, n) values ($1, $2) on conflict (item) do update set n = excluded.n", x.id, x.n); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// deadLink is the condition that link k leads to an item of this site that is not
// there any more, or never was.
const deadLink = "k.kind in ('item', 'file') and not exists (select 1 from item x where x.number = k.target and x.standing = 'live')"

// An ItemLink is a link in the public text of an item.
type ItemLink struct {
	Item   int64
	Title  string
	Number string
	proactive.Link
	Checked law.Date // of one that leads out: when it was tried, zero for never
	Problem string   // why it did not answer
}

// MaxItemLinks bounds a list of links.
const MaxItemLinks = 300

const itemLinkSQL = `select i.id, i.title, coalesce(i.number, ''), k.kind, k.url, k.host, k.words, k.target, coalesce(c.at, 0), coalesce(c.problem, '')
	from item_link k join item i on i.id = k.item join organ o on o.id = i.organ left join link_check c on c.url = k.url`

func scanItemLink(r scanner) (x ItemLink, err error) {
	var at int64
	err = r.Scan(&x.Item, &x.Title, &x.Number, &x.Kind, &x.URL, &x.Host, &x.Words, &x.Target, &at, &x.Problem)
	if at != 0 {
		x.Checked = law.DateOf(time.UnixMilli(at))
	}
	return x, err
}

// A LinkHost is a site that texts lead to.
type LinkHost struct {
	Host                  string
	Links, Items, Untried int
	Failed                int
}

// DeadLinks lists the links of an organ's public texts that lead to items of this
// site which are not there any more, and those out of it that did not answer when
// somebody tried them.
func (s *Store) DeadLinks(ctx context.Context, v org.Viewer, organ int64) ([]ItemLink, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "o.home = ", organ)
	p.and("i.standing = 'live'", "("+deadLink+" or k.kind = 'out' and c.problem <> '')")
	rows, err := p.rows(ctx, s.read, itemLinkSQL, "i.id, k.seq", MaxItemLinks)
	return gather("dead links", rows, err, scanItemLink)
}

// LinkHosts lists the sites that an organ's public texts lead to.
func (s *Store) LinkHosts(ctx context.Context, v org.Viewer, organ int64) ([]LinkHost, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "o.home = ", organ)
	p.and("i.standing = 'live'", "k.kind = 'out'")
	query := `select k.host, count(*), count(distinct k.item), cast(sum(case when c.at is null then 1 else 0 end) as bigint), cast(sum(case when coalesce(c.problem, '') <> '' then 1 else 0 end) as bigint)
		from item_link k join item i on i.id = k.item join organ o on o.id = i.organ left join link_check c on c.url = k.url where ` + strings.Join(p.cond, " and ") + " group by k.host order by count(*) desc, k.host limit " + p.arg(MaxItemLinks)
	rows, err := s.read.QueryContext(ctx, query, p.args...)
	return gather("sites", rows, err, func(r scanner) (x LinkHost, err error) {
		return x, r.Scan(&x.Host, &x.Links, &x.Items, &x.Untried, &x.Failed)
	})
}

// LinksOut lists the links of an organ's public texts that lead to a site, or to
// any where host is "".
func (s *Store) LinksOut(ctx context.Context, v org.Viewer, organ int64, host string) ([]ItemLink, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "o.home = ", organ)
	p.is(host != "", "k.host = ", host)
	p.and("i.standing = 'live'", "k.kind = 'out'")
	rows, err := p.rows(ctx, s.read, itemLinkSQL, "coalesce(c.at, 0), i.id, k.seq", MaxItemLinks)
	return gather("links out", rows, err, scanItemLink)
}

// KeepLinkCheck keeps that a link out of the site was tried; problem is "" where
// it answered.
func (s *Store) KeepLinkCheck(ctx context.Context, url, problem string) error {
	return s.tx(ctx, "keep link check", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, keptTx{s, tx})
		if err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, "insert into link_check (url, at, problem) values ($1, $2, $3) on conflict (url) do update set at = excluded.at, problem = excluded.problem", clip(url, proactive.MaxLink), now, clip(problem, 300))
		return err
	})
}

// ItemNumbered is the item with an index number, for those who may see it.
func (s *Store) ItemNumbered(ctx context.Context, v org.Viewer, number string) (ItemRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(true, "i.number = ", number)
	rows, err := p.rows(ctx, s.read, itemRowSQL, "i.id", 1)
	list, err := gather("item by number", rows, err, scanItemRow)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return ItemRow{}, err
	}
	return list[0], nil
}
