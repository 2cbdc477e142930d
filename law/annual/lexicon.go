package annual

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed lexicon.json
var lexiconFile []byte

// A lexicon holds the words that the prose rules look for. It is data, so that
// an office can read and extend it.
type lexicon struct {
	Typos []struct {
		Wrong, Right string
		Label        bool // only wrong as a label of the form, right in running text
	} `json:"typos"`
	DoubledOK        []string   `json:"doubled_ok"`
	Residue          []string   `json:"residue"`
	Aspects          [][]string `json:"aspects"` // in the order of Form.Aspects
	GovernmentDuties []struct {
		Name  string
		Words []string
	} `json:"government_duties"`
	ProblemWords []string `json:"problem_words"`
	RemedyWords  []string `json:"remedy_words"`
	CitizenWords []string `json:"citizen_words"`
	Marks        []string `json:"marks"`
	InnerMarks   []string `json:"inner_marks"`

	typos, residue finder // the same words, for one pass over a text
}

// A finder looks for many words in one pass, by their first character.
type finder map[rune][]findWord

type findWord struct {
	word string
	n    int // position in the list it was made of
}

func newFinder(n int, word func(int) string) finder {
	f := finder{}
	for i := range n {
		w := word(i)
		r, _ := utf8.DecodeRuneInString(w)
		f[r] = append(f[r], findWord{w, i})
	}
	return f
}

// each calls use for every word found, with its place.
func (f finder) each(s string, use func(n, at int)) {
	for i, r := range s {
		for _, w := range f[r] {
			if strings.HasPrefix(s[i:], w.word) {
				use(w.n, i)
			}
		}
	}
}

var words = sync.OnceValue(func() *lexicon {
	var l lexicon
	if err := json.Unmarshal(lexiconFile, &l); err != nil {
		panic(fmt.Errorf("annual: lexicon.json: %w", err)) // embedded: cannot fail in a built program
	}
	l.typos = newFinder(len(l.Typos), func(i int) string { return l.Typos[i].Wrong })
	l.residue = newFinder(len(l.Residue), func(i int) string { return l.Residue[i] })
	return &l
})
