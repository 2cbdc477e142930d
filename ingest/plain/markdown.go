package plain

import (
	"context"
	"html"
	"regexp"
	"strings"

	"gongkai/ingest/limit"
)

var (
	image   = regexp.MustCompile(`!\[([^\]]*)\]\([^)]*\)`)
	link    = regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`)
	breaks  = regexp.MustCompile(`(?i)[ \t]*<br[ \t]*/?>[ \t]*`)
	setext  = regexp.MustCompile(`^ {0,3}(=+|-+)[ \t]*$`)
	escaped = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
)

// markdown walks the lines of a Markdown file: headings, pipe tables, and
// everything else line by line.
func (b *builder) markdown(ctx context.Context) error {
	fence := ""
	for i := 0; i < len(b.lines); i++ {
		if i&0xff == 0 {
			if err := stopped(ctx); err != nil {
				return err
			}
		}
		l := b.lines[i]
		t := strings.TrimSpace(l.text)
		if mark := fenceOf(t); mark != "" && (fence == "" || fence == mark) {
			if fence == "" {
				fence = mark
			} else {
				fence = ""
			}
			continue
		}
		if fence != "" {
			b.doc.AddPara(l.text, 0, l.at)
			continue
		}
		if strings.HasPrefix(t, "<!--") && strings.HasSuffix(t, "-->") {
			continue
		}
		if rows, next := b.pipeRows(i); rows != nil {
			if err := b.addRows(rows); err != nil {
				return err
			}
			i = next - 1
			continue
		}
		if rows, next := b.tabRows(i); rows != nil {
			if err := b.addRows(rows); err != nil {
				return err
			}
			i = next - 1
			continue
		}
		if m := atx.FindStringSubmatch(l.text); m != nil {
			b.doc.AddPara(inline(m[2]), len(m[1]), l.at)
			continue
		}
		if setext.MatchString(l.text) && t != "" {
			if n := len(b.doc.Blocks); i > 0 && n > 0 && strings.TrimSpace(b.lines[i-1].text) != "" {
				if p := b.doc.Blocks[n-1].Para; p != nil && p.Level == 0 && len(t) >= 2 {
					p.Level = 1
					if t[0] == '-' {
						p.Level = 2
					}
					continue
				}
			}
			if t[0] == '-' && len(t) >= 3 {
				continue // a rule
			}
		}
		b.pictures(l)
		b.doc.AddPara(inline(l.text), 0, l.at)
	}
	return nil
}

func (b *builder) pictures(l line) {
	if len(b.doc.Notes) < 100 && image.MatchString(l.text) {
		b.doc.Note("PICTURE-TABLE", l.at, "此处是一张图片，图片中的文字和表格没有读取，请核对原文。")
	}
}

func fenceOf(t string) string {
	for _, f := range []string{"```", "~~~"} {
		if strings.HasPrefix(t, f) {
			return f
		}
	}
	return ""
}

// pipeRows reads the pipe table at line i: lines with pipes over a rule, or at
// least two lines that begin and end with one.
func (b *builder) pipeRows(i int) (rows []row, next int) {
	if strings.IndexByte(b.lines[i].text, '|') < 0 {
		return nil, i
	}
	ruled := i+1 < len(b.lines) && strings.IndexByte(b.lines[i+1].text, '-') >= 0 && ruleRow.MatchString(b.lines[i+1].text)
	j := i
	for ; j < len(b.lines); j++ {
		t := strings.TrimSpace(b.lines[j].text)
		framed := strings.HasPrefix(t, "|") && strings.HasSuffix(t, "|") && len(t) > 1
		if strings.IndexByte(t, '|') < 0 || !ruled && !framed {
			break
		}
		if ruleRow.MatchString(t) && strings.Contains(t, "-") {
			continue
		}
		cells := pipes(t)
		for k := range cells {
			cells[k] = inline(cells[k])
		}
		rows = append(rows, row{cells, b.lines[j].at})
	}
	if len(rows) == 0 || !ruled && len(rows) < 2 {
		return nil, i
	}
	return rows, j
}

// pipes splits a row at pipes that are not escaped and not inside code.
func pipes(t string) []string {
	t = strings.TrimPrefix(t, "|")
	var cells []string
	start := 0
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '\\':
			i++
		case '|':
			cells = append(cells, strings.TrimSpace(t[start:i]))
			start = i + 1
			if len(cells) > limit.Cells {
				return cells
			}
		}
	}
	if rest := strings.TrimSpace(t[start:]); rest != "" {
		cells = append(cells, rest)
	}
	return cells
}

// inline drops the marks inside a line and keeps what is read.
func inline(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = html.UnescapeString(breaks.ReplaceAllString(s, "\n"))
	}
	if strings.Contains(s, "](") {
		s = image.ReplaceAllString(s, "$1")
		s = link.ReplaceAllString(s, "$1")
	}
	s = strings.ReplaceAll(s, "**", "")
	if strings.HasPrefix(s, "__") && strings.HasSuffix(s, "__") && len(s) > 4 {
		s = s[2 : len(s)-2]
	}
	if strings.IndexByte(s, '\\') >= 0 {
		s = escaped.ReplaceAllString(s, "$1")
	}
	return s
}
