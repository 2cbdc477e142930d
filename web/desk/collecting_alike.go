package desk

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/text"
	"gongkai/web/page"
)

// proses remembers what comparing reports word by word needs of each, so that
// going through a county's queue reads every report once and not sixty times.
// What it holds may be lost at any time.
type proses struct {
	mu    sync.Mutex
	kept  map[proseKey]*proseOf
	pairs map[uint64][]scored // of sets of reports as they stood, by a hash of their keys
}

// proseKey is a report as it stands: another version is another report.
type proseKey struct {
	organ   int64
	year    int
	version int64
}

type proseOf struct {
	print reporting.Fingerprint
	words string
	once  sync.Once
	full  *text.Profile
}

func (p *proseOf) profile() *text.Profile {
	p.once.Do(func() { p.full = text.NewProfile(p.words) })
	return p.full
}

// keptProses bounds what is remembered: some 150 kB each at most.
const keptProses = 400

func (s *proses) get(k proseKey) *proseOf {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[k]
}

func (s *proses) put(k proseKey, p *proseOf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil {
		s.kept = map[proseKey]*proseOf{}
	}
	for old := range s.kept {
		if len(s.kept) < keptProses && (old.organ != k.organ || old.year != k.year) {
			continue
		}
		delete(s.kept, old) // what was before this version, and any one where it gets too much
	}
	s.kept[k] = p
}

// keptPairs bounds how many sets of reports are remembered with their pairs.
const keptPairs = 16

// pairsOf compares a set of reports, once as long as none of them changes.
func (s *proses) pairsOf(ctx context.Context, keys []proseKey, all []*proseOf) ([]scored, error) {
	h := fnv.New64a()
	for _, k := range keys {
		_ = binary.Write(h, binary.LittleEndian, []int64{k.organ, int64(k.year), k.version}) // a hash never fails
	}
	set := h.Sum64()
	s.mu.Lock()
	out, known := s.pairs[set]
	s.mu.Unlock()
	if known {
		return out, nil
	}
	out, err := alikePairs(ctx, all, -1)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pairs == nil || len(s.pairs) >= keptPairs {
		s.pairs = map[uint64][]scored{}
	}
	s.pairs[set] = out
	return out, nil
}

// alikeIn says of the organs below one how many others each one's report is
// like; nil where there are too many to compare for a list.
func (d *Desk) alikeIn(ctx context.Context, v org.Viewer, year int, under int64) (map[int64]int, error) {
	rows, next, err := d.store.Filings(ctx, store.FilingQuery{Year: year, Viewer: v, Under: under, Limit: maxNeighbours})
	if err != nil || next != "" {
		return nil, err
	}
	var keys []proseKey
	var all []*proseOf
	for _, x := range rows {
		if !x.Begun {
			continue
		}
		o, err := d.proseOf(ctx, v, x.Organ.ID, year, x.Version)
		if err != nil {
			return nil, err
		}
		if o != nil {
			keys, all = append(keys, proseKey{x.Organ.ID, year, x.Version}), append(all, o)
		}
	}
	pairs, err := d.proses.pairsOf(ctx, keys, all)
	if err != nil {
		return nil, err
	}
	out := map[int64]int{}
	for _, p := range pairs {
		out[keys[p.a].organ]++
		out[keys[p.b].organ]++
	}
	return out, nil
}

// maxNeighbours is up to how many organs of the same superior are compared on
// the page of one; beyond it the comparison has a page of its own.
const maxNeighbours = 120

// shownAlike is how many of those that are alike the page of one names.
const shownAlike = 5

// neighbours finds the organs of the same superior whose prose is like this
// one's.
func (d *Desk) neighbours(ctx context.Context, v org.Viewer, f *store.FilingFile, p *reviewPage, ticked []string) error {
	if f.Organ.Parent == 0 {
		return nil
	}
	rows, next, err := d.store.Filings(ctx, store.FilingQuery{Year: f.Year, Viewer: v, Under: f.Organ.Parent, Direct: true, Limit: maxNeighbours})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	all := page.With("/desk/collecting/alike", "year", strconv.Itoa(f.Year), "under", strconv.FormatInt(f.Organ.Parent, 10), "of", strconv.FormatInt(f.Organ.ID, 10))
	if next != "" {
		p.AlikeAll = all
		return nil
	}
	own := &proseOf{print: reporting.FingerprintOf(f.Report), words: f.Report.Prose()}
	var who []org.Organ
	var prints []reporting.Fingerprint
	var others []*proseOf
	for _, x := range rows {
		if !x.Begun || x.Organ.ID == f.Organ.ID {
			continue
		}
		o, err := d.proseOf(ctx, v, x.Organ.ID, f.Year, x.Version)
		if err != nil {
			return err
		}
		if o != nil {
			who, prints, others = append(who, x.Organ), append(prints, o.print), append(others, o)
		}
	}
	type hit struct {
		n     int
		score float64
	}
	var hits []hit
	for _, n := range own.print.Suspects(prints) {
		if score := own.profile().Score(others[n].profile()); score >= reporting.AlikeFrom {
			hits = append(hits, hit{n, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	for i, h := range hits {
		if i == shownAlike {
			p.AlikeMore, p.AlikeAll = len(hits)-shownAlike, all
			break
		}
		id := strconv.FormatInt(who[h.n].ID, 10)
		a := alikeView{ID: id, Organ: page.Link{Text: who[h.n].Name, Href: reviewHref(who[h.n].ID, f.Year)}, Score: fmt.Sprintf("%.0f%%", h.score*100), Ticked: slices.Contains(ticked, id)}
		a.Shared = sharedWords(own, others[h.n], 160)
		p.Alike = append(p.Alike, a)
	}
	return nil
}

// Passages that two reports share are shown from this many characters on, and
// so many of them.
const (
	sharedFrom = 16
	sharedMost = 5
)

// proseOf is a report's prose, read once for each version; nil for a filing
// without a report.
func (d *Desk) proseOf(ctx context.Context, v org.Viewer, organ int64, year int, version int64) (*proseOf, error) {
	k := proseKey{organ, year, version}
	if p := d.proses.get(k); p != nil {
		return p, nil
	}
	o, err := d.store.Filing(ctx, v, organ, year)
	if err != nil || o.Report == nil {
		return nil, err
	}
	p := &proseOf{print: reporting.FingerprintOf(o.Report), words: o.Report.Prose()}
	d.proses.put(k, p)
	return p, nil
}

// alikePage lists the pairs of a county whose prose is alike.
type alikePage struct {
	page.Base
	Year   int
	Years  []page.Option
	Under  string
	Looked int
	Pairs  []alikePair
	More   int // pairs that are not listed
	Cut    bool
}

type alikePair struct {
	A, B   page.Link
	Score  string
	Shared []string
}

var alikeTemplate = page.NewTemplate(templates, "templates/collecting_alike.html")

// maxAlike bounds how many reports are compared with each other at once.
const maxAlike = 1000

// collectingAlike compares the prose of all reports below an organ, or of one
// with the others.
func (d *Desk) collectingAlike(w http.ResponseWriter, r *http.Request) error {
	q, err := d.listQueryOf(r.URL.Query().Get)
	if err != nil {
		return err
	}
	if d.store == nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	of, _ := strconv.ParseInt(r.URL.Query().Get("of"), 10, 64)
	p := alikePage{Base: d.collectingBase(r, fmt.Sprintf("%d年度年报文字雷同比对", q.Year)), Year: q.Year, Years: d.collectingYears(q.Year)}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: q.Year, Under: q.Under}.at()}}
	if q.Under != 0 {
		p.Under = strconv.FormatInt(q.Under, 10)
	}
	var who []org.Organ
	var prose []*proseOf
	own := -1
	f := store.FilingQuery{Year: q.Year, Viewer: v, Under: q.Under, Limit: store.MaxReports}
	for more := true; more; {
		rows, next, err := d.store.Filings(ctx, f)
		if err != nil {
			return missing(err)
		}
		for _, x := range rows {
			if !x.Begun {
				continue
			}
			if len(who) == maxAlike {
				p.Cut = true
				break
			}
			o, err := d.proseOf(ctx, v, x.Organ.ID, q.Year, x.Version)
			if err != nil {
				return err
			}
			if o == nil {
				continue
			}
			if x.Organ.ID == of {
				own = len(who)
			}
			who, prose = append(who, x.Organ), append(prose, o)
		}
		f.After = next
		more = next != "" && !p.Cut
	}
	p.Looked = len(who)
	pairs, err := alikePairs(ctx, prose, own)
	if err != nil {
		return err
	}
	p.More = max(len(pairs)-shownPairs, 0)
	for _, x := range pairs[:min(len(pairs), shownPairs)] {
		link := func(n int) page.Link {
			return page.Link{Text: who[n].Name, Href: reviewHref(who[n].ID, q.Year) + "#alike"}
		}
		p.Pairs = append(p.Pairs, alikePair{A: link(x.a), B: link(x.b), Score: fmt.Sprintf("%.0f%%", x.score*100), Shared: sharedWords(prose[x.a], prose[x.b], 200)})
	}
	return page.Render(w, r, alikeTemplate, p)
}

// shownPairs is how many pairs the page lists, most alike first.
const shownPairs = 200

type scored struct {
	a, b  int
	score float64
}

// alikePairs are the pairs that are too much alike, most alike first; of one
// report with the others unless own is -1.
func alikePairs(ctx context.Context, all []*proseOf, own int) ([]scored, error) {
	prints := make([]reporting.Fingerprint, len(all))
	for i, p := range all {
		prints[i] = p.print
	}
	var out []scored
	for i, x := range reporting.SuspectPairs(prints) {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if own >= 0 && x[1] == own {
			x[0], x[1] = x[1], x[0]
		}
		if own >= 0 && x[0] != own {
			continue
		}
		if score := all[x[0]].profile().Score(all[x[1]].profile()); score >= reporting.AlikeFrom {
			out = append(out, scored{x[0], x[1], score})
		}
	}
	slices.SortStableFunc(out, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// sharedWords are the longest passages that two reports share, in the words of
// the first.
func sharedWords(a, b *proseOf, most int) []string {
	var out []string
	for _, s := range text.Longest(a.words, a.profile().Shared(b.profile(), sharedFrom), sharedMost) {
		out = append(out, clip(s, most))
	}
	return out
}
