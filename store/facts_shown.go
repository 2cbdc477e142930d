package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"gongkai/proactive"
	"gongkai/reporting"
	"gongkai/text"
)

// shownKeys are the facts that are counted over the postings.
var shownKeys = []string{"items.total", "items.outside", "items.shown", "items.topic.*", "items.channel.*"}

// A postedMatter is a posting of the year with what it is about.
type postedMatter struct {
	proactive.Shown
	item, posting int64
	title, outlet string
}

// posted lists the postings of the year, the first ones first.
func (c *factScope) posted(ctx context.Context, q asker) ([]postedMatter, error) {
	var args []any
	var list []postedMatter
	err := rowsOf(ctx, q, func(r *sql.Rows) error {
		var x postedMatter
		var home int64
		var title, day string
		if err := r.Scan(&x.posting, &x.item, &home, &title, &x.title, &x.outlet, &x.Topic, &x.Side, &x.Kind, &day); err != nil {
			return err
		}
		// Two towns may each hang up a notice of the same title.
		if x.Matter = fmt.Sprint("t:", home, ":", text.Fold(title)); x.item != 0 {
			x.Matter = fmt.Sprint("i:", x.item)
		}
		list = append(list, x)
		return list[len(list)-1].On.UnmarshalText([]byte(day))
	}, c.query(`select p.id, p.item, o.home, p.title, case when p.item = 0 then p.title when coalesce(i.title, '') = '' then '（已紧急撤下的信息）' else i.title end, t.name, p.topic, p.side, t.kind, p.day
		from posting p join outlet t on t.id = p.outlet join organ o on o.id = p.organ left join item i on i.id = p.item where `+yearOf("p.day")+" and :mine order by p.day, p.id", &args), args...)
	return list, err
}

// outside reports whether a posting is of a public matter that is no item.
func (x postedMatter) outside() bool { return x.item == 0 && x.Side == proactive.Government }

// shown counts what was made public over the channels, each matter once in the
// whole and once in each channel, and with it the whole of what was disclosed:
// the items of the year, and what stood on channels alone. Reposting an item of
// an earlier year is no new disclosure.
func (c *factScope) shown(ctx context.Context, q asker, out map[string][]reporting.Fact) error {
	posted, err := c.posted(ctx, q)
	if err != nil {
		return err
	}
	list := make([]proactive.Shown, len(posted))
	outside := map[string]bool{}
	for i, x := range posted {
		if list[i] = x.Shown; x.outside() {
			outside[x.Matter] = true
		}
	}
	add := func(key string, n int) {
		out[key] = append(out[key], factKind(key).Fact(int64(n)))
	}
	if len(list) > 0 {
		sum := proactive.SumOutlets(nil, list)
		add("items.shown", sum.All)
		add("items.outside", len(outside))
		for _, t := range sum.Topics {
			if t != "" {
				out["items.topic.*"] = append(out["items.topic.*"], factKind("items.topic.*").Member(t, t, int64(sum.Total[t])))
			}
		}
		for _, k := range sum.Kinds {
			out["items.channel.*"] = append(out["items.channel.*"], factKind("items.channel.*").Member(string(k), k.Chinese(), int64(sum.Column[k])))
		}
	}
	if published := out["items.published"]; len(published) > 0 || len(list) > 0 {
		n := len(outside)
		for _, f := range published {
			n += int(f.N)
		}
		add("items.total", n)
	}
	return nil
}

// shownRows are the postings behind a figure of the channels: the first of each
// matter, the newest on top.
func (c *factScope) shownRows(ctx context.Context, q asker, key, member string) ([]FactRow, error) {
	posted, err := c.posted(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []FactRow
	seen := map[string]bool{}
	topic := map[string]string{}
	for _, x := range posted {
		if x.Side != proactive.Government {
			continue
		}
		first, known := topic[x.Matter]
		if !known {
			first = x.Topic
			topic[x.Matter] = first
		}
		fits := true
		switch key {
		case "items.outside":
			fits = x.outside()
		case "items.topic.*":
			fits = first == member
		case "items.channel.*":
			fits = string(x.Kind) == member
		}
		if !fits || seen[x.Matter] {
			continue
		}
		seen[x.Matter] = true
		out = append(out, FactRow{On: x.On, Text: x.outlet + "：" + x.title, Href: fmt.Sprintf("/desk/postings/%d", x.posting)})
	}
	slices.Reverse(out)
	return out, nil
}
