package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/search"
	"gongkai/text"
)

// ErrNoSearch says that OpenSearch was not called: there is no index here.
var ErrNoSearch = errors.New("store: no search index is open")

// itemSearch is the two indexes of this instance: of what is public, and of
// what is on the desks. Both follow from the database and can be made again.
type itemSearch struct {
	folder string
	mu     sync.RWMutex // held for writing while an index is made again
	public *search.Index
	desk   *search.Index
	feed   sync.Mutex     // one feed at a time
	still  map[bool]int64 // cursor of the public index and of the desks' behind which nothing can come any more
}

// OpenSearch opens the indexes in a folder of this instance, or makes them. It
// is called once, before the store is used. FeedSearch fills them.
func (s *Store) OpenSearch(folder string) error {
	x := &itemSearch{folder: folder, still: map[bool]int64{}}
	var err error
	if x.public, err = search.Open(x.file(true), search.Options{}); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if x.desk, err = search.Open(x.file(false), search.Options{Readers: 2}); err != nil {
		return errors.Join(fmt.Errorf("store: %w", err), x.public.Close())
	}
	s.search = x
	return nil
}

func (x *itemSearch) file(public bool) string {
	if public {
		return filepath.Join(x.folder, "public.db")
	}
	return filepath.Join(x.folder, "desk.db")
}

func (x *itemSearch) close() error {
	if x == nil {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return errors.Join(x.public.Close(), x.desk.Close())
}

// again makes an index that is damaged again; it is empty until it is fed.
func (x *itemSearch) again(public bool) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	at, o := &x.public, search.Options{}
	if !public {
		at, o.Readers = &x.desk, 2
	}
	_ = (*at).Close() // it is thrown away
	if err := search.Remove(x.file(public)); err != nil {
		return err
	}
	fresh, err := search.Open(x.file(public), o)
	if err == nil {
		*at = fresh
	}
	return err
}

// A SearchQuery asks for items by their words. Zero fields choose all.
type SearchQuery struct {
	Text     string
	Organ    int64
	Under    string // path of an organ, with all below it
	Kind     proactive.Kind
	Category string // code, or a whole article: 20, 21
	Five     proactive.Five
	Year     int
	InForce  bool
	Newest   bool // by the day of publication alone
	Offset   int
	Limit    int // 20 when 0, at most 100

	words string // path of the organ whose synonyms hold where no organ is searched
}

// SearchResult is what was found.
type SearchResult struct {
	Hits      []FoundItem
	More      bool
	Count     int
	Plus      bool     // there are more than Count
	Strict    int      // how many of them hold every word as it was asked for; the others hold its parts
	Terms     []string // what was looked for
	Corrected string   // what was looked for instead, "" when nothing had to be
}

// FoundItem is one hit: the item as it is now, and where it holds the words. Of
// an item that has changed since it was indexed no text is shown.
type FoundItem struct {
	ItemRow
	Marked  []text.Piece // the title
	Snippet []text.Piece
}

// filters are the words of the index that a query chooses by.
func (q SearchQuery) filters() (all []string) {
	add := func(use bool, s string) {
		if use {
			all = append(all, s)
		}
	}
	add(q.Organ != 0, fmt.Sprint("o", q.Organ))
	add(q.Under != "", "p"+lastID(q.Under))
	add(q.Kind != "", "k"+string(q.Kind))
	add(q.Category != "", "c"+q.Category)
	add(q.Five != "", "f"+string(q.Five))
	add(q.Year != 0, fmt.Sprint("y", q.Year))
	add(q.InForce, "ok")
	return all
}

// lastID is the organ a path ends in.
func lastID(path string) string {
	path = strings.Trim(path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// SearchPublic finds live items. Each one is looked up in the database before it
// is shown: what was taken down a moment ago is not found any more.
func (s *Store) SearchPublic(ctx context.Context, q SearchQuery) (SearchResult, error) {
	return either(ctx, s, func(ctx context.Context) (SearchResult, error) {
		return s.searchItems(ctx, true, q, nil, func(p *pick) { p.and("i.standing = 'live'") })
	})
}

// SearchItems finds items that the viewer may see, those in work among them.
func (s *Store) SearchItems(ctx context.Context, v org.Viewer, q SearchQuery) (SearchResult, error) {
	sc := v.Scope(org.SeeItems)
	if sc.Empty() {
		return SearchResult{}, nil
	}
	if len(v.Posts) > 0 {
		q.words = v.Posts[0].Path
	}
	// The index narrows what the database decides.
	var within []string
	if !sc.All() {
		for _, id := range sc.Homes() {
			within = append(within, fmt.Sprint("h", id))
		}
		for _, path := range sc.Below() {
			within = append(within, "p"+lastID(path))
		}
	}
	return s.searchItems(ctx, false, q, within, func(p *pick) {
		p.in(sc, "o.home", "o.path", "")
		p.and("i.standing <> 'removed'")
	})
}

func (s *Store) searchItems(ctx context.Context, public bool, q SearchQuery, within []string, may func(*pick)) (SearchResult, error) {
	day, err := s.today(ctx)
	if err != nil {
		return SearchResult{}, fmt.Errorf("store: search: %w", err)
	}
	same, err := s.synonyms(ctx, q)
	if err != nil {
		return SearchResult{}, fmt.Errorf("store: search: %w", err)
	}
	rows := map[int64]ItemRow{}
	ask := search.Query{Text: q.Text, All: q.filters(), Newest: q.Newest, Limit: q.Limit, Offset: q.Offset, Synonyms: same, Day: day.String(),
		Scope: func(ctx context.Context, ids []int64) ([]bool, error) {
			var p pick
			list := make([]string, len(ids))
			for i, id := range ids {
				list[i] = p.arg(id)
			}
			p.and("i.id in (" + strings.Join(list, ", ") + ")")
			may(&p)
			r, err := p.rows(ctx, s.reader(ctx), itemRowSQL, "i.id", len(ids))
			found, err := gather("search", r, err, scanItemRow)
			for _, x := range found {
				rows[x.ID] = x
			}
			ok := make([]bool, len(ids))
			for i, id := range ids {
				_, ok[i] = rows[id]
			}
			return ok, err
		}}
	if len(within) > 0 {
		ask.Any = [][]string{within}
	}
	r, err := s.find(ctx, public, ask)
	if err != nil {
		return SearchResult{}, err
	}
	out := SearchResult{More: r.More, Count: r.Count, Plus: r.Plus, Strict: r.Strict, Terms: r.Terms, Corrected: r.Corrected}
	for _, h := range r.Hits {
		f := FoundItem{ItemRow: rows[h.ID], Marked: h.Title, Snippet: h.Snippet}
		if f.Version != h.Version {
			f.Marked, f.Snippet = []text.Piece{{Text: f.Title}}, nil
		}
		out.Hits = append(out.Hits, f)
	}
	return out, nil
}

func (s *Store) find(ctx context.Context, public bool, q search.Query) (search.Result, error) {
	if s.search == nil {
		return search.Result{}, ErrNoSearch
	}
	s.search.mu.RLock()
	defer s.search.mu.RUnlock()
	r, err := s.search.index(public).Find(ctx, q)
	if err != nil {
		err = fmt.Errorf("store: %w", err)
	}
	return r, err
}

func (x *itemSearch) index(public bool) *search.Index {
	if public {
		return x.public
	}
	return x.desk
}

// SuggestPublic completes what a reader types: what others asked on several days,
// subjects of live items, by their beginning or the first letters of their sounds.
func (s *Store) SuggestPublic(ctx context.Context, typed string, limit int) (list []search.Suggestion, err error) {
	err = s.withPublicIndex(func(x *search.Index) error {
		list, err = x.Suggest(ctx, typed, limit)
		return err
	})
	return list, err
}

// CountSearch counts a question that the public asked and whether anything was
// found: what was found is offered to others once it was asked on several days,
// what was not is need. What could name a person is not kept.
func (s *Store) CountSearch(ctx context.Context, query string, day law.Date, found bool) error {
	return s.withPublicIndex(func(x *search.Index) error {
		if found {
			return x.Asked(ctx, query, day.String())
		}
		return x.Missed(ctx, query, day.String())
	})
}

func (s *Store) withPublicIndex(do func(*search.Index) error) error {
	if s.search == nil {
		return ErrNoSearch
	}
	s.search.mu.RLock()
	defer s.search.mu.RUnlock()
	if err := do(s.search.public); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}
