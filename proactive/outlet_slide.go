package proactive

import (
	"strings"
	"unicode/utf8"

	"gongkai/law"
)

// A Playlist is what a screen shows, in this order: notes of its own, what was
// chosen, what runs for a period, the newest of some kinds.
type Playlist struct {
	Notes      []string // short notices that are no items
	Chosen     []int64  // items
	Periods    bool     // 公示、征集 that run today
	Kinds      []Kind   // the newest of these
	Categories []string // and of these entries of the catalogue
	Newest     int      // how many of them
	Seconds    int      // one page stands
	Narrow     bool     // an upright screen: fewer characters in a line
}

// Bounds of a playlist.
const (
	MaxNotes  = 10
	MaxNote   = 120 // characters
	MaxChosen = 20
	MaxNewest = 20
)

func (p Playlist) check(bad map[string]string) {
	if len(p.Notes) > MaxNotes {
		bad["notes"] = "自编短讯最多10条，每行一条。"
	}
	for _, n := range p.Notes {
		if m := plainText(n, MaxNote, false); m != "" {
			bad["notes"] = "短讯每条最多120个字。" + m
		}
	}
	if len(p.Chosen) > MaxChosen {
		bad["chosen"] = "指定的信息最多20条。"
	}
	if p.Newest < 0 || p.Newest > MaxNewest {
		bad["newest"] = "最新信息写0至20条。"
	}
	if p.Seconds != 0 && (p.Seconds < 5 || p.Seconds > 120) {
		bad["seconds"] = "每页停留写5至120秒。"
	}
	for _, k := range p.Kinds {
		if k.Chinese() == "" {
			bad["kinds"] = "请从列出的类别中选择。"
		}
	}
	for _, c := range p.Categories {
		if CategoryName(c) == "" {
			bad["categories"] = "请从列出的目录中选择。"
		}
	}
}

// Stay is how many seconds one page stands.
func (p Playlist) Stay() int {
	if p.Seconds == 0 {
		return 12
	}
	return p.Seconds
}

// A Slide is one page of a screen: few words in large type.
type Slide struct {
	Tag    string // what it is, e.g. 公示
	Title  string
	Lines  []string // at most SlideLines
	Source string
	Date   law.Date
	N, Of  int    // of the pages of one item
	Number string // index number, "" for a note
	Cut    bool   // the text goes on, but not here
}

// Bounds of slides.
const (
	SlideLines  = 5
	wideLine    = 26 // Chinese characters
	narrowLine  = 15
	mostOfSlide = 6 // pages of one item
)

// Slides cuts a text into pages of five lines. Lines are broken here, so that a
// page never holds more than it can show. What a screen cannot show in six pages
// is cut, and says so.
func Slides(s Slide, text string, narrow bool) []Slide {
	width := wideLine
	if narrow {
		width = narrowLine
	}
	var lines []string
	for p := range strings.Lines(text) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			lines = append(lines, breakLine(p, width)...)
		}
		if len(lines) > SlideLines*mostOfSlide {
			break
		}
	}
	cut := len(lines) > SlideLines*mostOfSlide
	if cut {
		lines = lines[:SlideLines*mostOfSlide]
	}
	of := max(1, (len(lines)+SlideLines-1)/SlideLines)
	out := make([]Slide, of)
	for i := range out {
		x := s
		x.N, x.Of, x.Cut = i+1, of, cut && i == of-1
		x.Lines = lines[min(len(lines), i*SlideLines):min(len(lines), (i+1)*SlideLines)]
		out[i] = x
	}
	return out
}

// breakLine cuts a paragraph into lines of so many Chinese characters; two Latin
// ones or digits take the place of one, and a number stays whole. No line begins
// with a mark that ends something.
func breakLine(p string, width int) []string {
	var out []string
	for p != "" {
		at, word, w := 0, 0, 0.0
		for i, r := range p {
			step := 1.0
			if r < 0x2000 {
				step = 0.55
			}
			if w+step > float64(width) {
				at = i
				break
			}
			if !joint(r) {
				word = i + utf8.RuneLen(r)
			}
			w += step
		}
		if at == 0 {
			return append(out, p)
		}
		if r, _ := utf8.DecodeRuneInString(p[at:]); joint(r) && word > at/2 {
			at = word
		}
		// closing marks hang over, at most two
		for range 2 {
			if r, n := utf8.DecodeRuneInString(p[at:]); strings.ContainsRune("，。、；：！？）》」』”’%％", r) {
				at += n
			}
		}
		out = append(out, strings.TrimSpace(p[:at]))
		p = strings.TrimSpace(p[at:])
	}
	return out
}

// joint reports whether a character belongs to a word or number that is not
// broken.
func joint(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' || r == '/' || r == ':'
}
