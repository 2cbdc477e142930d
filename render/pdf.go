package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"

	"gongkai/law/annual"
)

// PDF writes the report as an official paper with Chinese TrueType fonts found
// in o.Fonts or on the system; a *FontError if there are none. Text can be
// selected and copied. A character that no font has is printed as 〓 and named
// in a note at the end.
func PDF(w io.Writer, r *annual.Report, o Options) error {
	return writePDF(w, reportPaper(r, o), o.Fonts)
}

// A sheet is a pdf being set: y is the distance of the next line's top from the
// page's top.
type sheet struct {
	gp    *gopdf.GoPdf
	fonts *fontSet
	page  int
	y     float64
	mark  string
	err   error
}

func writePDF(w io.Writer, p *paper, folders []string) (err error) {
	// The pdf writer indexes font tables without checks of its own; font files
	// are whatever the machine has.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("render: pdf: a font file is damaged: %v", v)
		}
	}()
	fonts, err := findFonts(folders)
	if err != nil {
		return err
	}
	gp := &gopdf.GoPdf{}
	gp.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: pageW, H: pageH}})
	gp.SetInfo(gopdf.PdfInfo{Title: line(strings.ReplaceAll(p.title, "\n", "")), Producer: "Gongkai"})
	s := &sheet{gp: gp, fonts: fonts, mark: p.mark}
	s.newPage()
	s.paper(p)
	s.missing()
	if s.err != nil {
		return fmt.Errorf("render: pdf: %w", s.err)
	}
	if _, err := gp.WriteTo(w); err != nil {
		return fmt.Errorf("render: pdf: %w", err)
	}
	return nil
}

func (s *sheet) newPage() {
	s.gp.AddPage()
	s.page++
	s.y = marginT
	if s.mark != "" {
		s.gp.SetTextColor(0xa8, 0x27, 0x1b)
		l := s.fonts.breakLines(chapter, s.mark, 0, 14, textW, 0)[0]
		s.draw(l, marginL+(textW-l.width)/2, 62, 14, 0)
		s.gp.SetTextColor(0, 0, 0)
	}
	l := s.fonts.breakLines(note, fmt.Sprintf("－ %d －", s.page), 0, 14, textW, 0)[0]
	x := marginL + 14.0 // one character in from the outer edge
	if s.page%2 == 1 {
		x = marginL + textW - 14 - l.width
	}
	s.draw(l, x, pageH-marginB+7*mm+14, 14, 0)
}

func (s *sheet) left() float64 { return pageH - marginB - s.y }

// need begins a page unless h points are left, or the page is still empty.
func (s *sheet) need(h float64) {
	if s.left() < h-0.01 && s.y > marginT {
		s.newPage()
	}
}

// draw puts a line with its baseline at y; spread is added behind every
// character.
func (s *sheet) draw(l setLine, x, y, size, spread float64) {
	for _, p := range l.pieces {
		if !p.face.added {
			p.face.added = true
			s.fail(s.gp.AddTTFFontData(p.face.name, p.face.data))
		}
		s.fail(s.gp.SetFont(p.face.name, "", size))
		s.fail(s.gp.SetCharSpacing(spread))
		s.gp.SetXY(x, y)
		if s.err != nil {
			return
		}
		s.fail(s.gp.Text(p.text))
		for _, r := range p.text {
			x += p.face.advance(r)*size + spread
		}
	}
}

func (s *sheet) fail(err error) {
	if s.err == nil && err != nil {
		s.err = err
	}
}

func (s *sheet) paper(p *paper) {
	if p.number != "" {
		for _, l := range s.fonts.breakLines(body, p.number, 0, bodySize, textW, 0) {
			s.draw(l, marginL+(textW-l.width)/2, s.y+bodyLine/2+bodySize*0.36, bodySize, 0)
			s.y += bodyLine
		}
		s.y += bodyLine
	}
	if p.title != "" {
		for _, l := range s.fonts.breakLines(title, p.title, 0, 22, textW, 0) {
			s.need(35)
			s.draw(l, marginL+(textW-l.width)/2, s.y+28, 22, 0)
			s.y += 35
		}
		s.y += bodyLine
	}
	organ, on := p.signText()
	organIn, onIn := signIndents(organ, on)
	for i, b := range p.blocks {
		if b.fresh && s.y > marginT {
			s.newPage()
		}
		if i > 0 && p.blocks[i-1].table != nil && b.table == nil && b.style != note && s.y > marginT {
			s.y += 8
		}
		switch {
		case b.inset != nil:
			s.inset(b, s.follows(p.blocks[i+1:]))
		case b.table != nil:
			s.table(b.table, i > 0 && (p.blocks[i-1].style == chapter || p.blocks[i-1].style == section))
		case b.style == signature:
			// The signature never stands alone on a page: it takes its two
			// lines of space along only where there is room.
			s.need(4 * bodyLine)
			s.y += 2 * bodyLine
			s.flushRight(b, organIn)
		case b.style == dated:
			s.flushRight(b, onIn)
		case b.style == note:
			s.paragraph(b, cellSize, 14, 0)
		case b.style == caption:
			s.need(44 + s.follows(p.blocks[i+1:])) // a title goes with its table
			s.y += 14
			for _, l := range s.fonts.breakLines(caption, b.text, 0, 14, textW, 0) {
				s.need(20)
				s.draw(l, marginL+(textW-l.width)/2, s.y+15, 14, 0)
				s.y += 20
			}
			s.y += 6
		case b.style == addressee:
			s.paragraph(b, bodySize, bodyLine, 0)
		default:
			if b.style == chapter || b.style == section {
				s.need(bodyLine + s.follows(p.blocks[i+1:]))
			}
			s.paragraph(b, bodySize, bodyLine, 2*bodySize)
		}
	}
}

// follows is the height that must stand under a heading: a table that fits a
// page whole, else one line.
func (s *sheet) follows(rest []block) float64 {
	if len(rest) == 0 {
		return 0
	}
	if t := rest[0].table; t != nil {
		if _, total := s.rowHeights(t); total <= textH-bodyLine-8 {
			return total
		}
		return 4 * bodyLine
	}
	return bodyLine
}

func (s *sheet) paragraph(b block, size, leading, indent float64) {
	lines := s.fonts.breakLines(b.style, b.text, b.lead, size, textW, indent)
	for i, l := range lines {
		s.need(leading)
		x, room := marginL, textW
		if i == 0 {
			x, room = x+indent, room-indent
		}
		spread := 0.0
		if i+1 < len(lines) && l.chars > 1 && size == bodySize {
			spread = min((room-l.width)/float64(l.chars-1), size/8)
		}
		s.draw(l, x, s.y+leading/2+size*0.36, size, spread)
		s.y += leading
	}
}

func (s *sheet) flushRight(b block, indent float64) {
	for _, l := range s.fonts.breakLines(b.style, b.text, 0, bodySize, textW-min(indent, textW/2), 0) {
		s.need(bodyLine)
		s.draw(l, max(marginL, marginL+textW-min(indent, textW/2)-l.width), s.y+bodyLine/2+bodySize*0.36, bodySize, 0)
		s.y += bodyLine
	}
}

// missing names the characters that were printed as 〓.
func (s *sheet) missing() {
	lost := s.fonts.missing()
	if len(lost) == 0 {
		return
	}
	const most = 30
	var names []string
	for i, r := range lost {
		if i == most {
			names = append(names, fmt.Sprintf("等共%d个", len(lost)))
			break
		}
		names = append(names, fmt.Sprintf("U+%04X", r))
	}
	s.y += 8
	s.paragraph(block{style: note, text: "注：本机字体缺少下列字符，文中以“〓”代替，请核对原文或安装含有这些字符的字体后重新生成：" + strings.Join(names, "、") + "。"}, cellSize, 14, 0)
}
