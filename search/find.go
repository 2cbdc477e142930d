package search

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"gongkai/text"
)

// A Query asks for items.
type Query struct {
	Text   string     // words, numbers, phrases in quotation marks; "" for all items
	All    []string   // filters, each of which holds
	Any    [][]string // groups of filters, of each of which one holds
	Newest bool       // by the time of publication alone
	Limit  int        // hits to give, 20 when 0, at most MaxLimit
	Offset int

	Synonyms []Synonym
	Day      string // today, 2026-11-23: which synonyms are in force

	// Scope says which items may be shown; nil shows all. It is asked in the
	// order of the hits, until there are enough.
	Scope func(ctx context.Context, ids []int64) ([]bool, error)
}

const (
	// Counted is up to how many items a search counts and ranks: the newest that
	// match, and the newest whose titles do.
	Counted  = 1000
	MaxLimit = 100
	// Scattered is how many more are added that hold the words apart from each
	// other, where few hold them together.
	Scattered = 200
	// few is under how many hits words are also looked for apart from each other.
	few = 5
)

// A Result is what was found.
type Result struct {
	Hits      []Hit
	More      bool
	Count     int
	Plus      bool     // there are more than Count
	Strict    int      // how many of Count hold every term as it was asked for
	Terms     []string // what was looked for
	Corrected string   // what was searched instead, "" when nothing had to be
}

// A Hit is one item of a result. Score says how well it fits: a hit never
// stands behind one with a lower score, except by Newest.
type Hit struct {
	ID      int64
	Version int64 // that was put
	Score   float64
	Title   []text.Piece
	Snippet []text.Piece // of the text, at most 120 characters
}

// How an item fits, best first. Within one of them what is in force stands
// before what is not, and newer before older.
const (
	byNumber    = iota // its 文号 or 索引号 is what was asked for
	sameTitle          // its title is what was asked for
	inTitle            // its title holds every term
	partlyTitle        // its title holds a term, its text the others
	inText
	apartTitle // the words stand apart from each other
	apartText
	worst
)

type candidate struct {
	slot, id, at int64
	gone         bool
	class        int
}

func (c candidate) score() float64 {
	s := float64((worst - c.class) * 2)
	if !c.gone {
		s++
	}
	return s + float64(c.at)/float64(int64(1)<<45)*0.9
}

// A finder answers one query in one reading of the file.
type finder struct {
	ctx   context.Context
	tx    *sql.Tx
	q     *Query
	all   []string
	any   [][]string
	dense map[string]float64
	span  int64 // of the newest items, to compare with
	top   int64
	seen  map[int64]bool
	list  []candidate
}

// Find searches. The newest Counted items that match are ranked, and the newest
// Counted whose titles do; an exact number is found however old it is.
func (x *Index) Find(ctx context.Context, q Query) (Result, error) {
	r, err := x.find(ctx, q)
	return r, fault("find", err)
}

func (x *Index) find(ctx context.Context, q Query) (r Result, err error) {
	tx, err := x.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return r, err
	}
	defer tx.Rollback()
	if q.Limit <= 0 {
		q.Limit = 20
	}
	q.Limit = min(q.Limit, MaxLimit)
	q.Offset = max(q.Offset, 0)
	terms := parse(q.Text, q.Synonyms, q.Day)
	if len(terms) == 0 && strings.TrimSpace(q.Text) != "" {
		return r, nil // nothing but marks
	}
	f := &finder{ctx: ctx, tx: tx, q: &q, dense: map[string]float64{}, seen: map[int64]bool{}}
	f.filters()
	if err := f.measure(); err != nil {
		return r, err
	}
	shown := terms
	if err := f.byNumber(q.Text); err != nil {
		return r, err
	}
	if r.Plus, err = f.search(terms, false); err != nil {
		return r, err
	}
	r.Strict, r.Count = len(f.list), len(f.list)
	if r.Plus {
		r.Count, r.Strict = Counted, Counted
	}
	if len(f.list) < few && len(terms) > 0 {
		loose, err := f.loosen(terms)
		if err != nil {
			return r, err
		}
		if loose != nil {
			if r.Plus, err = f.search(loose, true); err != nil {
				return r, err
			}
			r.Count = len(f.list)
			if r.Strict == 0 && len(f.list) > 0 {
				shown = loose
			} else if len(f.list) > r.Strict {
				shown = slices.Concat(terms, loose)
			}
		}
	}
	if len(f.list) == 0 && len(terms) > 0 {
		better, err := f.correct(terms)
		if err != nil {
			return r, err
		}
		if better != nil {
			if r.Plus, err = f.search(better, false); err != nil {
				return r, err
			}
			if r.Count = len(f.list); r.Plus {
				r.Count = Counted
			}
			if len(f.list) > 0 {
				shown, r.Strict = better, 0
				var words []string
				for _, t := range better {
					words = append(words, t.String())
				}
				r.Corrected = strings.Join(words, " ")
			}
		}
	}
	for _, t := range shown {
		r.Terms = append(r.Terms, t.String())
	}
	f.rank()
	return r, f.page(&r, shown)
}

func (f *finder) rank() {
	slices.SortFunc(f.list, func(a, b candidate) int {
		if !f.q.Newest {
			if a.class != b.class {
				return a.class - b.class
			}
			if a.gone != b.gone {
				if a.gone {
					return 1
				}
				return -1
			}
		}
		if a.at != b.at {
			return cmp.Compare(b.at, a.at)
		}
		return cmp.Compare(b.id, a.id)
	})
}

// page fills in the hits that are shown.
func (f *finder) page(r *Result, terms []term) error {
	list := f.list
	if f.q.Scope != nil {
		var err error
		if list, err = f.visible(f.q.Offset + f.q.Limit + 1); err != nil {
			return err
		}
	}
	list = list[min(f.q.Offset, len(list)):]
	if len(list) > f.q.Limit {
		list, r.More = list[:f.q.Limit], true
	}
	var ways [][]needle
	for _, t := range terms {
		ways = append(ways, t.needles())
	}
	st, err := f.tx.PrepareContext(f.ctx, "select d.version, d.head, b.text from doc d join body b on b.slot = d.slot where d.slot = $1")
	if err != nil {
		return err
	}
	defer st.Close()
	for _, c := range list {
		var version int64
		var raw []byte
		var body string
		if err := st.QueryRowContext(f.ctx, c.slot).Scan(&version, &raw, &body); err != nil {
			return err
		}
		h, err := readHead(raw)
		if err != nil {
			return err
		}
		r.Hits = append(r.Hits, Hit{ID: c.id, Version: version, Score: c.score(), Title: marked(string(h.title), ways), Snippet: snippet(body, ways)})
	}
	return nil
}

// visible asks which hits may be shown until there are n of them.
func (f *finder) visible(n int) ([]candidate, error) {
	var out []candidate
	for from := 0; from < len(f.list) && len(out) < n; {
		to := min(from+max(n-len(out), 20), len(f.list))
		ids := make([]int64, 0, to-from)
		for _, c := range f.list[from:to] {
			ids = append(ids, c.id)
		}
		ok, err := f.q.Scope(f.ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, c := range f.list[from:to] {
			if i < len(ok) && ok[i] {
				out = append(out, c)
			}
		}
		from = to
	}
	return out, nil
}
