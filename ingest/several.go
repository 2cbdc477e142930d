package ingest

import (
	"slices"
	"strings"

	"gongkai/law/annual"
)

// reportMin is the length in folded characters of the shortest report, tables
// and all; what is shorter and has all headings is a table of contents.
const reportMin = 300

// firstReport cuts the tokens where a second report begins: a title with
// another 一 below it, behind a report that has reached its last chapters. Read
// as one, the tables of the second would fill the gaps of the first. The
// repair names both; nil if there is one report only.
func firstReport(tokens []token) ([]token, *annual.Repair) {
	first, last := -1, -1 // the first heading, and the latest chapter
	length := 0
	counted := 0
	for _, sec := range sections(tokens) {
		switch {
		case sec.chapter < 0:
			continue
		case first < 0:
			first, counted = sec.from, sec.from
		}
		for ; counted < sec.from; counted++ {
			length += tokens[counted].n
		}
		if sec.chapter == 0 && last >= 4 && length >= reportMin {
			if title, at := titleAbove(tokens, first, sec.from); title != "" {
				own, _, _ := findTitle(tokens, first)
				if own == "" {
					own = "第一份"
				}
				return tokens[:at], &annual.Repair{Code: "TWO-REPORTS", At: tokens[at].at, Was: title, ReadAs: own + "（文件里不止一份报告，只读了第一份；其余请分开另存再读）"}
			}
		}
		last = sec.chapter
	}
	return tokens, nil
}

// titleAbove looks for a report's title in the lines above token i, down from
// the first line that may belong to it.
func titleAbove(tokens []token, floor, i int) (string, int) {
	const lines = 15
	from, seen := i, 0
	for from-1 > floor && seen < lines {
		from--
		if tokens[from].n > 0 {
			seen++
		}
	}
	// The nearest title counts; the lines above it are the first report's.
	for k := i - 1; k >= from; k-- {
		title, a, b := findTitle(tokens[k:i], i-k)
		if title == "" || a != 0 {
			continue
		}
		// Lines further up may belong to it: the organ's name alone.
		for up := k - 1; up >= from && k-up <= 3; up-- {
			if t, a, c := findTitle(tokens[up:k+b], k+b-up); t != "" && a == 0 && c > 0 && strings.HasSuffix(t, title) && t != title && !slices.ContainsFunc(tokens[up:k], func(t token) bool { return !organLike(t.raw) && t.n > 0 }) {
				return t, up
			}
		}
		return title, k
	}
	return "", 0
}
