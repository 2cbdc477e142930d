package annual

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// prose is the running text of a report, split once for all rules: passages
// (introduction, chapters), paragraphs in them, sentences in those.
type prose struct {
	report    *Report
	sentences []sentence
	paras     []para
	size      int // bytes taken in
}

// A para is one line of a chapter.
type para struct {
	where   string // "引言" or 第一部分
	chapter int    // index into Form.Chapters, -1 for the introduction
	n       int    // ordinal in its chapter, from 1
	text    string
}

// A sentence ends at 。！？ or with its paragraph.
type sentence struct {
	*para
	text    string
	numbers []proseNumber
	asks    bool // it, its paragraph so far or the heading above speak of requests 依申请公开
}

// Bounds on hostile text; a report of a whole province stays far below them.
// What lies beyond is not examined.
const (
	maxProse    = 300_000 // bytes of prose, some 100,000 characters
	maxPara     = 9_000   // bytes of a paragraph, longer ones are cut in two
	maxSentence = 3_000   // bytes of a sentence, likewise
	maxFigures  = 200     // figures looked at in a sentence
	maxFindings = 50      // findings shown of one prose rule
)

func newProse(r *Report) *prose {
	p := &prose{report: r, paras: make([]para, 0, 32), sentences: make([]sentence, 0, 64)}
	p.add(-1, "引言", r.Intro)
	for i, t := range r.Chapters {
		if i < len(r.Form.Chapters) {
			p.add(i, "第"+r.Form.Chapters[i].Ordinal+"部分", t)
		}
	}
	p.split()
	return p
}

func (p *prose) add(chapter int, where, s string) {
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		n++
		for line != "" && p.size < maxProse {
			piece := cut(line, maxPara)
			p.size += len(piece)
			p.paras = append(p.paras, para{where, chapter, n, piece})
			line = line[len(piece):]
		}
	}
}

// cut is the beginning of s, at most n bytes, on a rune boundary.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if n == 0 { // not UTF-8
		return s[:1]
	}
	return s[:n]
}

func (p *prose) split() {
	above := false // a short line just above is a heading for the paragraph below
	for i := range p.paras {
		q := &p.paras[i]
		asks := above
		for rest := q.text; rest != ""; {
			end := sentenceEnd(cut(rest, maxSentence))
			s := sentence{para: q, text: rest[:end], numbers: scanNumbers(rest[:end])}
			s.numbers = s.numbers[:min(len(s.numbers), maxFigures)]
			asks = asks || speaksOfRequests(s.text)
			s.asks = asks
			p.sentences = append(p.sentences, s)
			rest = strings.TrimSpace(rest[end:])
		}
		above = asks && utf8.RuneCountInString(q.text) <= 25
	}
}

// sentenceEnd is the offset behind the first end mark.
func sentenceEnd(s string) int {
	for i, r := range s {
		switch r {
		case '。', '！', '？', '!', '?':
			return i + utf8.RuneLen(r)
		}
	}
	return len(s)
}

func speaksOfRequests(s string) bool {
	return strings.Contains(s, "依申请") || strings.Contains(s, "公开申请") || strings.Contains(s, "申请公开")
}

// isDelim reports the marks that end a clause.
func isDelim(r rune) bool {
	switch r {
	case '，', ',', '；', ';', '：', ':', '（', '(', '）', ')', '。':
		return true
	}
	return false
}

// lastClause is what stands behind the last delimiter of s. A clause that only
// says 共, 合计 and the like takes the one before with it.
func lastClause(s string) string {
	s = strings.TrimRight(s, " \u3000")
	cut := strings.LastIndexFunc(s, isDelim)
	if cut < 0 {
		return s
	}
	_, w := utf8.DecodeRuneInString(s[cut:])
	if strings.Trim(s[cut+w:], "共合计总累全部为达有是约近数量分别 \u3000") == "" {
		prev := strings.TrimRightFunc(s[:cut], isDelim)
		if k := strings.LastIndexFunc(prev, isDelim); k >= 0 {
			return s[k:]
		}
		return s
	}
	return s[cut+w:]
}

// firstClause is what stands before the first delimiter of s. A list 、 ends it
// too, but for 行政复议、行政诉讼, which are named together.
func firstClause(s string) string {
	for i, r := range s {
		if isDelim(r) || r == '、' && !strings.HasPrefix(strings.TrimPrefix(s[i+len("、"):], "行政"), "诉讼") {
			return s[:i]
		}
	}
	return s
}

// around gives the clause before a number, from the number before it on, and
// the words behind it up to the next delimiter or number.
func (s *sentence) around(k int) (before, after string) {
	n := s.numbers[k]
	from, to := 0, len(s.text)
	if k > 0 {
		from = s.numbers[k-1].End
	}
	if k+1 < len(s.numbers) {
		to = s.numbers[k+1].Start
	}
	return lastClause(s.text[from:n.Start]), firstClause(s.text[n.End:to])
}

// yearBefore is the last year named before an offset, 0 if none.
func (s *sentence) yearBefore(offset int) int {
	t, year := s.text[:offset], 0
	for {
		at, y := yearIn(t)
		if y == 0 {
			return year
		}
		year = y
		t = t[at+4:]
	}
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// nearest returns the word that ends last in s, "" if none occurs. Of words
// that end at the same place the longest counts.
func nearest(s string, words ...string) string {
	best, at := "", -1
	for _, w := range words {
		if i := strings.LastIndex(s, w); i >= 0 && (i+len(w) > at || i+len(w) == at && len(w) > len(best)) {
			best, at = w, i+len(w)
		}
	}
	return best
}

// finding starts a finding about this sentence, with its words.
func (s *sentence) finding(code string, level Level, cells []string, message string) Finding {
	g := finding(code, level, cells, message)
	g.Quote = clip(s.text, 80)
	return g
}

// place says in words where a paragraph stands.
func (q *para) place() string { return q.where + "第" + strconv.Itoa(q.n) + "段" }
