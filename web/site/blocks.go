package site

import (
	"context"
	"slices"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// shows is the one question behind every block of the public pages: whether the
// public may see it about the organ. The nearest office above that has decided
// decides; where none has, it may not.
func (s *Site) shows(ctx context.Context, organ int64, b org.Block) (bool, error) {
	sw, err := s.store.Switches(ctx)
	if err != nil {
		return false, err
	}
	return sw.Shows(organ, b), nil
}

// mayCompare reports whether the reports of two organs may be laid side by side.
// An organ with itself always may.
func (s *Site) mayCompare(ctx context.Context, a, b int64) (bool, error) {
	if a == b {
		return true, nil
	}
	for _, id := range []int64{a, b} {
		if may, err := s.shows(ctx, id, org.BlockNeighbours); err != nil || !may {
			return false, err
		}
	}
	return true, nil
}

// ratesOver is a share over the years.
type ratesOver struct {
	Label, Formula, Note string
	Least                int64
	Years                []int
	Cells                []cell
}

// peers is an organ beside those of its kind below the same organ.
type peers struct {
	Year     int
	Kind     string
	Count    int
	Lines    []peerLine
	Evidence string // the table of those organs
}

type peerLine struct {
	Label  string
	Own    cell
	Median string
	Of     int
}

// leastPeers is the smallest number of organs of which a median is shown.
const leastPeers = 5

// organBlocks adds what the office has switched on about one organ.
func (s *Site) organBlocks(ctx context.Context, p *organPage, o org.Organ, years []int, reports []*annual.Report) error {
	sw, err := s.store.Switches(ctx)
	if err != nil {
		return err
	}
	if sw.Shows(o.ID, org.BlockReversal) {
		x, _ := annual.IndicatorOf("reversal_rate")
		rates := &ratesOver{Label: x.Label, Formula: x.Formula, Note: x.Note, Least: x.Least, Years: years}
		for _, r := range reports {
			f := x.For(r.Form).Of(r.Values)
			c := cellText(x, f)
			if c.Note == "" {
				c.Note = "—"
			} else if f.Few {
				c.Note = "不足 " + strconv.FormatInt(x.Least, 10)
			}
			rates.Cells = append(rates.Cells, c)
		}
		p.Reversal = rates
	}
	if sw.Shows(o.ID, org.BlockNeighbours) {
		return s.fillPeers(ctx, p, sw, o, years[len(years)-1])
	}
	return nil
}

func (s *Site) fillPeers(ctx context.Context, p *organPage, sw *store.Switches, o org.Organ, year int) error {
	q := store.TableQuery{Year: year, Under: o.Parent, Kinds: []org.Kind{o.Kind}, Limit: store.MaxReports, Only: func(id int64) bool { return sw.Shows(id, org.BlockNeighbours) }}
	if o.Parent == 0 || o.Kind == "" {
		return nil
	}
	var rows []store.TableRow
	for {
		t, err := s.store.Table(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range t.Rows {
			if r.Organ.Parent == o.Parent {
				rows = append(rows, r)
			}
		}
		if q.After = t.Next; q.After == "" {
			break
		}
	}
	at := slices.IndexFunc(rows, func(r store.TableRow) bool { return r.Organ.ID == o.ID })
	if at < 0 || len(rows) < leastPeers {
		return nil
	}
	parent, err := s.store.Organ(ctx, o.Parent)
	if err != nil {
		return err
	}
	a := &tableAsk{year: year, under: parent, kind: o.Kind, show: "main"}
	x := &peers{Year: year, Kind: o.Kind.Chinese(), Count: len(rows), Evidence: a.href("/reports")}
	for i, ind := range annual.Indicators() {
		if b := blockOf(ind.Key); b != "" && !sw.Shows(o.ID, b) {
			continue
		}
		var list []int64
		for _, r := range rows {
			if f := r.Figures[i]; f.Shown() && (blockOf(ind.Key) == "" || sw.Shows(r.Organ.ID, blockOf(ind.Key))) {
				list = append(list, f.N())
			}
		}
		l := peerLine{Label: ind.Label, Own: cellText(ind, rows[at].Figures[i]), Of: len(list), Median: "—"}
		if len(list) >= leastPeers {
			slices.Sort(list)
			l.Median = medianText(ind, list)
		}
		x.Lines = append(x.Lines, l)
	}
	p.Peers = x
	return nil
}

// medianText is the middle of an ordered list, of an even number the mean of the
// two in the middle.
func medianText(x annual.Indicator, list []int64) string {
	n := len(list)
	twice := list[(n-1)/2] + list[n/2]
	if x.Share() {
		return percent((twice + 1) / 2)
	}
	if twice%2 == 0 {
		return strconv.FormatInt(twice/2, 10)
	}
	return strconv.FormatInt(twice/2, 10) + ".5"
}
