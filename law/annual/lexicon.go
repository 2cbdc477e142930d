package annual

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
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
}

var words = sync.OnceValue(func() *lexicon {
	var l lexicon
	if err := json.Unmarshal(lexiconFile, &l); err != nil {
		panic(fmt.Errorf("annual: lexicon.json: %w", err)) // embedded: cannot fail in a built program
	}
	return &l
})
