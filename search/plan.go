package search

import (
	"bytes"
	"cmp"
	"database/sql"
	"slices"
	"strings"
)

// How a search reads the index. FTS5 walks the lists of all words that are
// asked for, however common they are; the four rarest are enough to come
// to few items, each of which is then looked at (with two, six common characters
// took six times as long among a million). What is looked at decides: the
// index only has to let in every item that matches.
const (
	probe     = 48  // newest items of a word, by which its share is told
	rarest    = 4   // words of a term that are asked of the index
	useless   = 0.5 // the share of items from which a filter is not asked of it
	fromIndex = 300 // matches by number
)

// filters turns the filters of a query into words.
func (f *finder) filters() {
	for _, s := range f.q.All {
		f.all = append(f.all, filterWord(s))
	}
	for _, group := range f.q.Any {
		var words []string
		for _, s := range group {
			words = append(words, filterWord(s))
		}
		if len(words) > 0 {
			f.any = append(f.any, words)
		}
	}
}

// fits reports whether the filters of an item are those asked for.
func (f *finder) fits(tokens []byte) bool {
	has := func(word string) bool {
		for from := 0; ; {
			i := bytes.Index(tokens[from:], []byte(word))
			if i < 0 {
				return false
			}
			i += from
			from = i + len(word)
			if i > 0 && tokens[i-1] == ' ' && from < len(tokens) && tokens[from] == ' ' {
				return true
			}
		}
	}
	for _, w := range f.all {
		if !has(w) {
			return false
		}
	}
	for _, group := range f.any {
		if !slices.ContainsFunc(group, has) {
			return false
		}
	}
	return true
}

// measure takes the slots of the newest items, the measure of how common words
// are.
func (f *finder) measure() error {
	var low, n int64
	err := f.tx.QueryRowContext(f.ctx, "select coalesce(max(slot), 0), coalesce(min(slot), 0), count(*) from (select slot from doc order by slot desc limit $1)", probe).Scan(&f.top, &low, &n)
	f.span = f.top - low + 1
	return err
}

// share is about which part of all items has a word, by its newest ones: their
// number when they are few.
func (f *finder) share(table, word string) (float64, error) {
	if s, ok := f.dense[table+word]; ok {
		return s, nil
	}
	var low, n int64
	err := f.tx.QueryRowContext(f.ctx, "select coalesce(min(rowid), 0), count(*) from (select rowid from "+table+" where "+table+" match $1 order by rowid desc limit $2)", quote(word), probe).Scan(&low, &n)
	s := float64(n) * 1e-9
	if n == probe {
		s = min(float64(f.span)/float64(f.top-low+1), 1)
	}
	f.dense[table+word] = s
	return s, err
}

func quote(word string) string { return `"` + word + `"` }

// pair is the word of the index for two units.
func pair(a, b string) string {
	if ascii(a) && ascii(b) {
		return a + between + b
	}
	return a + b
}

// grams are the words of the index that a row of units stands under: every three
// characters, and the pairs that stand in none of these.
func grams(us []string) []string {
	var out []string
	add := func(w string) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	three := func(i int) bool { // begins at i
		return i >= 0 && i+3 <= len(us) && !ascii(us[i]) && !ascii(us[i+1]) && !ascii(us[i+2])
	}
	for i := range us[1:] {
		if three(i) {
			add(us[i] + us[i+1] + us[i+2])
		} else if !three(i - 1) {
			add(pair(us[i], us[i+1]))
		}
	}
	return out
}

// row is the expression for one row of units, and whether it says all.
func (f *finder) row(table string, us []string) (expr string, sure bool, err error) {
	if len(us) == 1 {
		return quote(us[0]), true, nil
	}
	list := grams(us)
	if len(list) == 1 { // 政政政政 has one, too, and that does not say how often
		return quote(list[0]), len(us) == 2 || len(us) == 3 && !ascii(us[0]) && !ascii(us[1]) && !ascii(us[2]), nil
	}
	if len(list) > rarest {
		list = spread(list)
		for _, p := range list {
			if _, err := f.share(table, p); err != nil {
				return "", false, err
			}
		}
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(f.dense[table+a], f.dense[table+b]) })
		list = list[:rarest]
	}
	for i := range list {
		list[i] = quote(list[i])
	}
	return "(" + strings.Join(list, " AND ") + ")", false, nil
}

// spread takes 12 of a long row of pairs.
func spread(list []string) []string {
	const most = 12
	if len(list) <= most {
		return list
	}
	var out []string
	for i := range most {
		out = append(out, list[i*len(list)/most])
	}
	return out
}

// expression is what is asked of the index, "" for all items, and whether the
// texts have to be looked at.
func (f *finder) expression(table string, terms []term) (expr string, look bool, err error) {
	var parts []string
	for _, t := range terms {
		var ways []string
		for _, us := range append([][]string{t.units}, t.alts...) {
			way, sure, err := f.row(table, us)
			if err != nil {
				return "", false, err
			}
			ways = append(ways, way)
			look = look || !sure
		}
		parts = append(parts, "("+strings.Join(ways, " OR ")+")")
	}
	groups := f.any
	for _, w := range f.all {
		groups = append(groups[:len(groups):len(groups)], []string{w})
	}
	for _, group := range groups {
		sum := 0.0
		var words []string
		for _, w := range group {
			s, err := f.share(table, w)
			if err != nil {
				return "", false, err
			}
			sum += s
			words = append(words, quote(w))
		}
		if sum < useless {
			parts = append(parts, "("+strings.Join(words, " OR ")+")")
		}
	}
	return strings.Join(parts, " AND "), look, nil
}

// search adds what matches, the newest Counted of it, or Scattered of what
// stands apart, and tells whether there is more. Where there is, titles are searched by themselves: an old item with
// the words in its title stands before a new one that has them in its text.
func (f *finder) search(terms []term, apart bool) (more bool, err error) {
	if more, err = f.scan("x", terms, apart); err != nil || !more || f.q.Newest || len(terms) == 0 {
		return more, err
	}
	_, err = f.scan("t", terms, apart)
	return true, err
}

// scan reads the newest items of one of the two indexes that match.
func (f *finder) scan(table string, terms []term, apart bool) (more bool, err error) {
	expr, look, err := f.expression(table, terms)
	if err != nil {
		return false, err
	}
	var ways [][]needle
	var whole []string
	for _, t := range terms {
		ways = append(ways, t.needles())
		whole = append(whole, t.units...)
	}
	look = look && table == "x"
	var q strings.Builder
	var args []any
	q.WriteString("select d.slot, d.id, d.head")
	if look {
		q.WriteString(", b.text")
	}
	if expr == "" {
		q.WriteString(" from doc d")
	} else {
		q.WriteString(" from " + table + " f cross join doc d on d.slot = f.rowid")
		args = append(args, expr)
	}
	if look {
		q.WriteString(" cross join body b on b.slot = d.slot")
	}
	if expr == "" {
		q.WriteString(" order by d.slot desc")
	} else {
		q.WriteString(" where f." + table + " match $1 order by f.rowid desc")
	}
	most := Counted
	if apart {
		most = Scattered
	}
	rows, err := f.tx.QueryContext(f.ctx, q.String(), args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for n := 0; rows.Next(); {
		var c candidate
		var raw, body sql.RawBytes
		into := []any{&c.slot, &c.id, &raw, &body}
		if !look {
			into = into[:3]
		}
		if err := rows.Scan(into...); err != nil {
			return false, err
		}
		h, err := readHead(raw)
		if err != nil {
			return false, err
		}
		if !f.fits(h.tokens) {
			continue
		}
		inTitles, inside := 0, true
		for _, list := range ways {
			switch {
			case anyIn(list, h.title, h.plain) || anyIn(list, h.number, h.plain):
				inTitles++
			case table == "t" || look && !anyIn(list, body, h.plain):
				inside = false
			}
		}
		if !inside {
			continue
		}
		if n++; n > most {
			return true, nil
		}
		if f.seen[c.slot] {
			continue
		}
		f.seen[c.slot] = true
		c.at, c.gone = h.at, h.gone
		c.class = fit(inTitles, len(ways), apart)
		if c.class == inTitle && sameWords(string(h.title), whole) {
			c.class = sameTitle
		}
		f.list = append(f.list, c)
	}
	return false, rows.Err()
}

func fit(inTitles, terms int, apart bool) int {
	switch {
	case terms == 0:
		return inText
	case apart && inTitles == terms:
		return apartTitle
	case apart:
		return apartText
	case inTitles == terms:
		return inTitle
	case inTitles > 0:
		return partlyTitle
	}
	return inText
}

// sameWords reports whether a title is what was asked for.
func sameWords(title string, asked []string) bool {
	sc := scan{src: title}
	for _, want := range asked {
		if _, _, u, _, ok := sc.next(); !ok || string(u) != want {
			return false
		}
	}
	_, _, _, _, more := sc.next()
	return !more
}

// byNumber adds the items whose 文号 or 索引号 is the query.
func (f *finder) byNumber(q string) error {
	key := numberKey(cut(q, MaxQuery))
	if key == "" {
		return nil
	}
	rows, err := f.tx.QueryContext(f.ctx, "select d.slot, d.id, d.head from number n join doc d on d.slot = n.slot where n.key = $1 order by n.slot desc limit $2", key, fromIndex)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		c := candidate{class: byNumber}
		var raw sql.RawBytes
		if err := rows.Scan(&c.slot, &c.id, &raw); err != nil {
			return err
		}
		h, err := readHead(raw)
		if err != nil {
			return err
		}
		if c.at, c.gone = h.at, h.gone; f.fits(h.tokens) {
			f.seen[c.slot] = true
			f.list = append(f.list, c)
		}
	}
	return rows.Err()
}
