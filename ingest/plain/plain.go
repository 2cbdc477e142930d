// Package plain reads text files: flattened text as converters and people
// leave it, text pasted from a spreadsheet, text laid out in columns, and
// Markdown.
package plain

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"strings"
	"unicode"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// Read reads a text file in UTF-8, GB18030 or UTF-16. Every line becomes a
// paragraph that keeps its spaces and leading tabs, and blank lines stay as
// empty paragraphs, because in flattened text both tell cells and rows apart.
// Lines with inner tabs, columns set with spaces and pipe tables become grids.
// The error is a *limit.Error.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	if len(data) > limit.FileBytes {
		return nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errEmpty()
	}
	s, bad, err := decode(data)
	if err != nil {
		return nil, err
	}
	if strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }) == "" {
		return nil, errEmpty()
	}
	if len(s) > limit.Text {
		return nil, limit.TooLarge("文字", limit.Text>>20, "MB")
	}
	d := &doc.Document{Name: name, Format: "txt"}
	if bad {
		d.Note("BAD-BYTES", doc.Place{}, "文件中有无法识别的字符，已用“\ufffd”代替，请核对原文。")
	}
	b := &builder{doc: d, lines: split(s)}
	if isMarkdown(name, b.lines) {
		d.Format = "md"
		err = b.markdown(ctx)
	} else {
		b.lines = loosePipes(b.lines)
		err = b.text(ctx)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func errEmpty() error {
	return &limit.Error{Code: "EMPTY", Msg: "文件是空的，没有任何文字，请检查是否选错了文件。"}
}

func stopped(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &limit.Error{Code: "TIMEOUT", Msg: "读取文件超时，已停止。请另存为其他格式后再试。", Err: err}
	}
	return nil
}

// A line is one line of the file without its end.
type line struct {
	text string
	at   doc.Place
}

// split cuts a text at every kind of line end. A form feed begins a page: it
// ends a line but is not counted as one.
func split(s string) []line {
	lines := make([]line, 0, strings.Count(s, "\n")+strings.Count(s, "\r")+1)
	n, page := 1, 0
	if strings.ContainsRune(s, '\f') {
		page = 1
	}
	start := 0
	add := func(end int) {
		lines = append(lines, line{s[start:end], doc.Place{Line: n, Page: page}})
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > '\r' && c < 0xc2:
		case c == '\n', c == '\r':
			add(i)
			if c == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			start, n = i+1, n+1
		case c == '\v':
			add(i)
			start = i + 1
		case c == '\f':
			if i > start {
				add(i)
			}
			start, page = i+1, page+1
		case c == 0xe2 && i+2 < len(s) && s[i+1] == 0x80 && (s[i+2] == 0xa8 || s[i+2] == 0xa9): // U+2028, U+2029
			add(i)
			i += 2
			start = i + 1
		case c == 0xc2 && i+1 < len(s) && s[i+1] == 0x85: // U+0085
			add(i)
			i++
			start, n = i+1, n+1
		}
	}
	if start < len(s) {
		add(len(s))
	}
	return lines
}

// A builder turns lines into blocks.
type builder struct {
	doc    *doc.Document
	lines  []line
	cells  int
	tables int
	noTabs int // no line before this one begins a table of tabs
	noCols int // no line before this one begins a table of columns
}

// text walks lines that are not Markdown.
func (b *builder) text(ctx context.Context) error {
	for i := 0; i < len(b.lines); {
		if i&0xff == 0 {
			if err := stopped(ctx); err != nil {
				return err
			}
		}
		if rows, next := b.tabRows(i); rows != nil {
			if err := b.addRows(rows); err != nil {
				return err
			}
			i = next
			continue
		}
		if g, next := b.columns(i); g != nil {
			if err := b.addGrid(g); err != nil {
				return err
			}
			i = next
			continue
		}
		b.doc.AddPara(b.lines[i].text, 0, b.lines[i].at)
		i++
	}
	return nil
}

// A row is the cells of one printed row and where it stands.
type row struct {
	cells []string
	at    doc.Place
}

// addRows adds a grid without spans.
func (b *builder) addRows(rows []row) error {
	g := &doc.Grid{Rows: len(rows), At: rows[0].at}
	for r, w := range rows {
		g.Cols = max(g.Cols, len(w.cells))
		for c, s := range w.cells {
			g.Cells = append(g.Cells, doc.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: s, At: w.at})
		}
	}
	return b.addGrid(g)
}

func (b *builder) addGrid(g *doc.Grid) error {
	if b.cells += len(g.Cells); b.cells > limit.Cells {
		return limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	b.tables++
	g.At.Table = b.tables
	for i := range g.Cells {
		c := &g.Cells[i]
		c.At.Table, c.At.Row, c.At.Col = b.tables, c.Row+1, c.Col+1
	}
	b.doc.AddGrid(g)
	return nil
}

var (
	ruleRow = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$`)
	atx     = regexp.MustCompile(`^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$`)
)

// isMarkdown goes by the extension, else by marks that flattened text does not
// have: the rule under a table's head, or several # headings.
func isMarkdown(name string, lines []line) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mkd":
		return true
	}
	heads := 0
	for _, l := range lines {
		if strings.IndexByte(l.text, '|') >= 0 && strings.Contains(l.text, "--") && ruleRow.MatchString(l.text) {
			return true
		}
		if strings.HasPrefix(l.text, "#") && atx.MatchString(l.text) {
			if heads++; heads > 1 {
				return true
			}
		}
	}
	return false
}
