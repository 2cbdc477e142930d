// Package rows reads lists that people keep in spreadsheets: a heading
// somewhere at the top, a line for each thing, from xlsx or from text in any of
// the encodings and with any of the separators that such lists come in.
package rows

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/ingest/xlsx"
	"gongkai/text"
)

// Bounds of a list of organs or people. The largest real one, a nation's, has
// some fifty thousand lines.
const (
	MaxBytes = 16 << 20
	MaxRows  = 200_000

	maxColumns   = 200
	maxCellRunes = 2000
	headingDepth = 20 // rows above the heading: titles, notes on how to fill in
	rowsTime     = 30 * time.Second
)

// A Row is one line of a list. A field whose column the file does not have is
// not in it: the import leaves that alone. An empty cell is there, empty.
type Row struct {
	Line   int               // as the file counts, from 1
	Values map[string]string // by field
}

// Get is the text of a field, "" if the file has no such column.
func (r Row) Get(field string) string { return r.Values[field] }

// Has reports whether the file has a column of the field.
func (r Row) Has(field string) bool { _, ok := r.Values[field]; return ok }

// A Sheet is a list as read.
type Sheet struct {
	Rows    []Row
	Fields  []string // that have a column, in the order of the columns
	Ignored []string // headings that mean nothing to us, as written
}

// Read reads a list from a csv or xlsx file. known says which field a word of the
// heading stands for. Empty lines and lines that begin with # are passed over.
// The error is a Chinese sentence (*limit.Error) that a form may show.
func Read(name string, data []byte, known map[string]string) (Sheet, error) {
	folded := make(map[string]string, len(known))
	for w, f := range known {
		folded[headWord(w)] = f
	}
	switch {
	case len(data) > MaxBytes:
		return Sheet{}, limit.TooLarge("名单文件", MaxBytes>>20, "MB")
	case len(bytes.TrimSpace(data)) == 0:
		return Sheet{}, listError("EMPTY", "文件是空的，没有任何内容，请检查是否选错了文件。")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readBook(name, data, folded)
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return Sheet{}, listError("NOT-SUPPORTED", "这是旧版 Excel（xls）或加密的文件。请在 Excel 或 WPS 中另存为 xlsx 或 CSV 格式后再导入。")
	}
	return readCSV(data, folded)
}

func listError(code, format string, args ...any) error {
	return &limit.Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// headWord is a heading as it is looked up: folded, without marks of what has
// to be filled in and without what stands in brackets.
func headWord(s string) string {
	s = text.Fold(s)
	if i := strings.IndexAny(s, "(（[【"); i > 0 {
		s = s[:i]
	}
	return strings.Trim(s, "*＊:： ")
}

// readBook takes the first visible sheet that has a heading.
func readBook(name string, data []byte, known map[string]string) (Sheet, error) {
	ctx, stop := context.WithTimeout(context.Background(), rowsTime)
	defer stop()
	d, err := xlsx.Read(ctx, name, data)
	if err != nil {
		if limit.Code(err) == "TOO-LARGE" {
			return Sheet{}, listError("TOO-LARGE", "Excel 文件的内容太多（上限 %d 格、%d MB 文字）。请另存为 CSV 格式后再导入，CSV 最多 %d 行。", limit.Cells, limit.Text>>20, MaxRows)
		}
		return Sheet{}, err
	}
	var first error
	for _, b := range d.Blocks {
		if b.Grid == nil {
			continue
		}
		s, err := collect(gridLines(b.Grid), known)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = noHeading(known)
	}
	return Sheet{}, first
}

// A line is one line of a file as its cells.
type line struct {
	n     int
	cells []string
}

func gridLines(g *doc.Grid) []line {
	lines := make([]line, g.Rows)
	for _, c := range g.Cells {
		l := &lines[c.Row]
		if l.n == 0 {
			l.n = c.At.Row
		}
		if c.Col >= maxColumns {
			continue
		}
		for len(l.cells) <= c.Col {
			l.cells = append(l.cells, "")
		}
		l.cells[c.Col] = c.Text
	}
	for i := range lines {
		if lines[i].n == 0 {
			lines[i].n = i + 1
		}
	}
	return lines
}

// readCSV tries the encodings that Chinese lists come in. A byte order mark
// decides; else it is the one in which the heading can be read.
func readCSV(data []byte, known map[string]string) (Sheet, error) {
	var texts []string
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		texts = []string{string(data[3:])}
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		texts = []string{utf16Text(data[2:], binary.LittleEndian)}
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		texts = []string{utf16Text(data[2:], binary.BigEndian)}
	default:
		if utf8.Valid(data) {
			texts = append(texts, string(data))
		}
		if gb, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
			texts = append(texts, string(gb))
		}
	}
	var first error
	for _, t := range texts {
		if !utf8.ValidString(t) || strings.ContainsRune(t, 0) || strings.ContainsRune(t, utf8.RuneError) {
			continue
		}
		s, err := csvSheet(t, known)
		if err == nil {
			return s, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = listError("BROKEN", "文件不是文本，或编码无法识别。请另存为 UTF-8 编码的 CSV，或直接上传 xlsx 文件。")
	}
	return Sheet{}, first
}

func utf16Text(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

func csvSheet(t string, known map[string]string) (Sheet, error) {
	r := csv.NewReader(strings.NewReader(t))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.Comma = -1, true, delimiter(t, known)
	var lines []line
	for {
		f, err := r.Read()
		if errors.Is(err, io.EOF) {
			return collect(lines, known)
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return Sheet{}, listError("BROKEN", "第%d行的引号不成对，无法分清各列。请改正后再导入，或直接上传 xlsx 文件。", bad.StartLine)
		}
		if err != nil {
			return Sheet{}, limit.Broken("CSV", err)
		}
		n, _ := r.FieldPos(0)
		if len(lines) >= MaxRows+headingDepth {
			return Sheet{}, limit.TooLarge("名单行数", MaxRows, "行")
		}
		lines = append(lines, line{n, f[:min(len(f), maxColumns)]})
	}
}

// delimiter is what divides the words of the heading: among the candidates, the
// one by which most known words are found at the top of the file.
func delimiter(t string, known map[string]string) rune {
	best, most := ',', 0
	for _, d := range []rune{',', '\t', ';', '，', '；', '|'} {
		rest := t
		for range headingDepth {
			var l string
			var more bool
			l, rest, more = strings.Cut(rest, "\n")
			n := 0
			for _, w := range strings.Split(l, string(d)) {
				if known[headWord(strings.Trim(strings.TrimSpace(w), `"`))] != "" {
					n++
				}
			}
			if n > most {
				best, most = d, n
			}
			if !more {
				break
			}
		}
	}
	return best
}

// collect finds the heading and names the cells below it.
func collect(lines []line, known map[string]string) (Sheet, error) {
	head, most := -1, 0
	for i := range lines[:min(len(lines), headingDepth)] {
		n := 0
		for _, c := range lines[i].cells {
			if known[headWord(c)] != "" {
				n++
			}
		}
		if n > most {
			head, most = i, n
		}
	}
	if head < 0 {
		return Sheet{}, noHeading(known)
	}
	var s Sheet
	fields := make([]string, len(lines[head].cells))
	at := map[string]string{}
	for i, c := range lines[head].cells {
		f := known[headWord(c)]
		switch {
		case f != "" && at[f] != "":
			return Sheet{}, listError("BROKEN", "表头“%s”与“%s”是同一项，无法判断用哪一列。请删去一列后再导入。", at[f], Clean(c))
		case f != "":
			fields[i], at[f] = f, Clean(c)
			s.Fields = append(s.Fields, f)
		case Clean(c) != "":
			s.Ignored = append(s.Ignored, Short(Clean(c)))
		}
	}
	for _, l := range lines[head+1:] {
		r := Row{l.n, make(map[string]string, len(s.Fields))}
		blank := true
		for i, f := range fields {
			if f == "" {
				continue
			}
			v := ""
			if i < len(l.cells) {
				v = Clean(l.cells[i])
			}
			if utf8.RuneCountInString(v) > maxCellRunes {
				return Sheet{}, listError("TOO-LARGE", "第%d行“%s”一格超过 %d 字，请检查是否粘错了内容。", l.n, at[f], maxCellRunes)
			}
			r.Values[f], blank = v, blank && v == ""
		}
		if blank || len(l.cells) > 0 && strings.HasPrefix(strings.TrimSpace(l.cells[0]), "#") {
			continue
		}
		if len(s.Rows) == MaxRows {
			return Sheet{}, limit.TooLarge("名单行数", MaxRows, "行")
		}
		s.Rows = append(s.Rows, r)
	}
	if len(s.Rows) == 0 {
		return Sheet{}, listError("EMPTY", "表头下面没有内容，请检查是否选错了文件。")
	}
	return s, nil
}

// noHeading says what the heading has to look like.
func noHeading(known map[string]string) error {
	for _, w := range []string{"机关名称", "姓名"} {
		if known[headWord(w)] != "" {
			return listError("NOT-LIST", "没有找到表头。请在第一行写明各列的名称，例如“%s”；可以先下载样表，照着填写。", w)
		}
	}
	return listError("NOT-LIST", "没有找到表头。请在第一行写明各列的名称；可以先下载样表，照着填写。")
}

// Clean takes from a cell what spreadsheets leave around a text, and the mark
// that keeps them from taking it for a formula.
func Clean(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool {
		return r <= ' ' || r == '\u3000' || r == '\u00a0' || r == '\u200b' || r == '\ufeff'
	})
	if len(s) > 1 && s[0] == '\'' && strings.ContainsAny(s[1:2], "=+-@\t\r'") {
		s = s[1:]
	}
	return s
}

// Short is a text as a sentence quotes it.
func Short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}
