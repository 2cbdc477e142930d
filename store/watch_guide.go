package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// A guideKept is what an organ has of guide 公开指南 and catalogue 公开目录.
type guideKept struct {
	mark    string   // of the facts that the guide in force was made of
	made    law.Date // day it was made
	signed  law.Date // zero where there is none
	maybe   bool     // something that a guide says was changed since: only a comparison can tell
	edition law.Date // day of the newest edition of the catalogue, zero for none
}

// guidesKept reads them of the organs o that where chooses, as of a day.
func (s *Store) guidesKept(ctx context.Context, day law.Date, where string, args []any) (map[int64]guideKept, error) {
	on := fmt.Sprintf("$%d", len(args)+1)
	args = append(args, day.String())
	out := map[int64]guideKept{}
	rows, err := s.read.QueryContext(ctx, `select g.organ, g.mark, g.made, g.signed from guide g join organ o on o.id = g.organ
		where g.signed <> '' and g.signed <= `+on+" and "+where+" order by g.organ, g.n", args...)
	if err != nil {
		return nil, err
	}
	first := day
	if err := scanAll(rows, func(r scanner) error {
		var organ int64
		var k guideKept
		var made, signed string
		if err := r.Scan(&organ, &k.mark, &made, &signed); err != nil {
			return err
		}
		if err := dates(made, signed, &k.made, &k.signed); err != nil {
			return err
		}
		if out[organ] = k; k.made.Before(first) {
			first = k.made
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if err := s.guidesTouched(ctx, first, out); err != nil {
		return nil, err
	}
	rows, err = s.read.QueryContext(ctx, "select g.organ, max(g.on_day) from catalogue_edition g join organ o on o.id = g.organ where g.on_day <= "+on+" and "+where+" group by g.organ", args...)
	if err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		var organ int64
		var on string
		if err := r.Scan(&organ, &on); err != nil {
			return err
		}
		k := out[organ]
		err := dayOf(on, &k.edition)
		out[organ] = k
		return err
	})
}

// guideSettings are the settings that a guide speaks of.
func guideSettings() []string {
	list := []string{org.RequestFee}
	for _, c := range channelSettings {
		list = append(list, c.name)
	}
	return list
}

// guidesTouched marks the guides of organs of which, or above which, something
// was changed since they were made that a guide may speak of: comparing each of
// a nation with the records would take minutes.
func (s *Store) guidesTouched(ctx context.Context, first law.Date, kept map[int64]guideKept) error {
	if len(kept) == 0 {
		return nil
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return err
	}
	last := map[int64]string{} // day of the last change by organ; 0 for everybody
	note := func(organ int64, day string) { last[organ] = max(last[organ], day) }
	names := guideSettings()
	args := []any{startOf(first)}
	var kinds []string
	for _, k := range []string{act.OfficeChanged, act.RemedyChanged, act.SettingChanged, act.OrganChanged, act.OrganRenamed, act.OrganMoved, act.OrganMerged, act.OrganSplit, act.OrganImported} {
		args = append(args, k)
		kinds = append(kinds, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := s.read.QueryContext(ctx, "select a.organ, a.kind, a.ref, a.at from act a where a.at >= $1 and a.kind in ("+strings.Join(kinds, ", ")+")", args...)
	if err != nil {
		return err
	}
	if err := scanAll(rows, func(r scanner) error {
		var organ, at int64
		var kind, ref string
		if err := r.Scan(&organ, &kind, &ref, &at); err != nil {
			return err
		}
		switch kind {
		case act.SettingChanged:
			p := strings.SplitN(ref, "/", 3)
			if len(p) < 3 || !slices.Contains(names, p[2]) {
				return nil
			}
			organ, _ = strconv.ParseInt(p[1], 10, 64)
		case act.OrganImported:
			organ = 0
		}
		note(organ, law.DateOf(time.UnixMilli(at)).String())
		return nil
	}); err != nil {
		return err
	}
	// Who is turned to also changes with the days for which it holds.
	rows, err = s.read.QueryContext(ctx, "select organ, valid_from, valid_to from remedy where valid_from >= $1 or valid_to >= $1", first.String())
	if err != nil {
		return err
	}
	if err := scanAll(rows, func(r scanner) error {
		var organ int64
		var from, to string
		err := r.Scan(&organ, &from, &to)
		note(organ, max(from, to))
		return err
	}); err != nil {
		return err
	}
	for id, k := range kept {
		made := k.made.String()
		k.maybe = last[0] >= made || last[id] >= made
		if i, ok := tree.at[id]; ok && !k.maybe {
			k.maybe = slices.ContainsFunc(above(tree.organs[i].Path), func(up int64) bool { return last[up] >= made })
		}
		kept[id] = k
	}
	return nil
}

// wrongGuide is what is to be said of a guide by its age, "" for nothing; months
// is after how many it has to be looked at again, 0 for never.
func (k guideKept) wrongGuide(months int, day law.Date) string {
	switch {
	case k.signed.IsZero():
		return "还没有签发公开指南。"
	case months > 0 && proactive.MonthsAfter(k.signed, months).Before(day):
		return fmt.Sprintf("%s签发，超过%d个月没有更新。", k.signed.Chinese(), months)
	}
	return ""
}

// wrongCatalogue is the same of the catalogue. What the public reads is made of
// the items and always current; an edition is what is handed in.
func (k guideKept) wrongCatalogue(months int, day law.Date) string {
	if months > 0 && !k.edition.IsZero() && proactive.MonthsAfter(k.edition, months).Before(day) {
		return fmt.Sprintf("最近一版%s编制，超过%d个月没有更新。", k.edition.Chinese(), months)
	}
	return ""
}

// numbersBy finds the number that a setting says at a path, each row read once.
func (s *Store) numbersBy(ctx context.Context, name string) (func(path string) int, error) {
	c, _ := org.ChoiceOf(name)
	usual, _ := strconv.Atoi(c.Default)
	rows, err := s.read.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> ''", name)
	if err != nil {
		return nil, err
	}
	by := map[int64]int{}
	err = scanAll(rows, func(r scanner) error {
		var organ int64
		var value string
		err := r.Scan(&organ, &value)
		if n, bad := strconv.Atoi(value); bad == nil {
			by[organ] = n
		}
		return err
	})
	return func(path string) int {
		for _, id := range append(above(path), 0) {
			if n, ok := by[id]; ok {
				return n
			}
		}
		return usual
	}, err
}
