package render

import (
	"io"
	"strings"
	"unicode/utf8"

	"gongkai/reporting"
)

// Letter writes an official letter (催报通知, 通报) as a Word document.
func Letter(w io.Writer, l reporting.Letter) error { return writeDOCX(w, letterPaper(l)) }

// LetterPDF writes the same letter as pdf; folders are further places to look
// for fonts. It returns a *FontError if there is no Chinese font.
func LetterPDF(w io.Writer, l reporting.Letter, folders []string) error {
	return writePDF(w, letterPaper(l), folders)
}

func letterPaper(l reporting.Letter) *paper {
	p := &paper{number: line(l.Number), title: breakTitle(line(l.Title), "")}
	if i := strings.Index(p.title, "\n"); i > 0 { // break where the sense breaks
		p.title = letterTitle(line(l.Title))
	}
	if to := strings.TrimRight(line(l.To), "：:"); to != "" {
		p.add(addressee, to+"：")
	}
	for _, t := range paragraphs(l.Text) {
		if letterHeading(t) {
			p.add(chapter, t)
		} else {
			p.prose(t)
		}
	}
	if l.Annex && len(l.Tables) > 0 {
		p.add(body, "附件："+line(l.Tables[0].Caption))
		p.sign(line(l.From), l.Dated)
	}
	for i, t := range l.Tables {
		if l.Annex && i == 0 {
			p.blocks = append(p.blocks, block{style: addressee, text: "附件", fresh: true})
		}
		if c := line(t.Caption); c != "" {
			p.add(caption, c)
		}
		p.blocks = append(p.blocks, block{table: plainTable(t.Head, t.Shares, t.Rows)})
	}
	if !l.Annex || len(l.Tables) == 0 {
		p.sign(line(l.From), l.Dated)
	}
	return p
}

// letterHeading reports whether a paragraph is a heading of the first level:
// 一、总体情况.
func letterHeading(t string) bool {
	rest := strings.TrimLeft(t, "一二三四五六七八九十")
	return rest != t && strings.HasPrefix(rest, "、") && !strings.ContainsAny(t, "。；") && utf8.RuneCountInString(t) <= 30
}

// letterTitle breaks a long title behind the name of what it is about, or before
// 报送情况, so that no word is torn.
func letterTitle(s string) string {
	const most = textW / 22
	for _, word := range []string{"工作年度报告", "年度报告", "政府信息公开"} {
		i := strings.Index(s, word)
		if i < 0 {
			continue
		}
		for _, at := range []int{i + len(word), i} {
			if a, b := s[:at], s[at:]; a != "" && b != "" && width(a) <= most && width(b) <= most {
				return a + "\n" + b
			}
		}
	}
	return breakTitle(s, "")
}
