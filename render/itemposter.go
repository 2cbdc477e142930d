package render

import (
	"fmt"
	"io"
	"math"

	"github.com/signintech/gopdf"
	"rsc.io/qr"

	"gongkai/law"
	"gongkai/rich"
)

// A PosterPaper is an item on one sheet for a notice board 公开栏, to be read
// from two steps away.
type PosterPaper struct {
	Organ    string // on top
	Title    string
	DocNo    string
	Body     rich.Body // what does not fit is cut, and the code leads to the rest
	Pictures func(id int64) (data []byte, kind string, err error)
	Made     law.Date // under the text, with Organ; zero if the body is signed
	Address  string   // that the code leads to; "" for no code
	From, To law.Date // posting period 公示期; zero for none
	Contact  string   // who answers, and by which telephone
	A3       bool     // else A4
	Across   bool     // landscape
}

// A posterSheet is a poster being set; everything grows with unit, which is 1
// on A4.
type posterSheet struct {
	sheet
	w, h, unit, edge float64
	opened           map[int64]*picture
}

// ItemPoster writes the poster as pdf of one page; folders are further places to
// look for fonts. It returns a *FontError if there is no Chinese font.
func ItemPoster(w io.Writer, p PosterPaper, folders []string) (err error) {
	defer func() { // as writePDF: font files are whatever the machine has
		if v := recover(); v != nil {
			err = fmt.Errorf("render: poster: a font file is damaged: %v", v)
		}
	}()
	fonts, err := findFonts(folders)
	if err != nil {
		return err
	}
	s := &posterSheet{w: pageW, h: pageH, unit: 1}
	if p.A3 {
		s.unit = math.Sqrt2
	}
	if s.w, s.h = s.w*s.unit, s.h*s.unit; p.Across {
		s.w, s.h = s.h, s.w
	}
	s.edge = 20 * mm * s.unit
	s.fonts, s.page = fonts, 1
	s.gp = &gopdf.GoPdf{}
	s.gp.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: s.w, H: s.h}})
	s.gp.SetInfo(gopdf.PdfInfo{Title: line(p.Title), Producer: "Gongkai"})
	s.gp.AddPage()
	s.head(p)
	foot := s.foot(p)
	s.text(p, foot)
	if s.err != nil {
		return fmt.Errorf("render: poster: %w", s.err)
	}
	if _, err := s.gp.WriteTo(w); err != nil {
		return fmt.Errorf("render: poster: %w", err)
	}
	return nil
}

func (s *posterSheet) width() float64 { return s.w - 2*s.edge }

func (s *posterSheet) seal() { s.gp.SetFillColor(0xa8, 0x27, 0x1b) }

func (s *posterSheet) bar(y, thick float64) {
	s.seal()
	s.gp.RectFromUpperLeftWithStyle(s.edge, y, s.width(), thick, "F")
	s.gp.SetFillColor(0, 0, 0)
}

// middle sets lines in the middle.
func (s *posterSheet) middle(st style, text string, size, leading float64) {
	if text == "" {
		return
	}
	for _, l := range s.fonts.breakLines(st, text, 0, size, s.width(), 0) {
		s.draw(l, (s.w-l.width)/2, s.y+leading/2+size*0.36, size, 0)
		s.y += leading
	}
}

// head is the organ in red over a red rule, and the title.
func (s *posterSheet) head(p PosterPaper) {
	u := s.unit
	s.seal()
	s.gp.RectFromUpperLeftWithStyle(0, 0, s.w, 10*u, "F")
	s.y = s.edge*0.75 + 6*u
	s.gp.SetTextColor(0xa8, 0x27, 0x1b)
	organ := line(p.Organ)
	size := 34 * u
	for size > 16*u && width(organ)*size > s.width() {
		size -= u
	}
	s.middle(title, organ, size, size*1.35)
	s.gp.SetTextColor(0, 0, 0)
	s.y += 4 * u
	if organ != "" {
		s.bar(s.y, 2.4*u)
		s.bar(s.y+4.4*u, 0.8*u)
		s.y += 5.2 * u
	}
	s.y += 16 * u
	whole := line(p.Title)
	whole, size = fitTitle(whole, s.width(), 40*u, 22*u)
	s.middle(title, whole, size, size*1.35)
	if no := line(p.DocNo); no != "" {
		s.y += 4 * u
		s.middle(body, no, 16*u, 24*u)
	}
	s.y += 12 * u
}

// foot is the code with what to do, the period and who answers; it returns
// where it begins.
func (s *posterSheet) foot(p PosterPaper) float64 {
	u := s.unit
	var code *qr.Code
	if a := line(p.Address); a != "" {
		code, _ = qr.Encode(a, qr.M) // an address too long for one is printed all the same
	}
	type text struct {
		st    style
		s     string
		size  float64
		after float64
	}
	var lines []text
	if code != nil {
		lines = append(lines, text{chapter, "全文请扫码", 22 * u, 4 * u})
	}
	if !p.From.IsZero() || !p.To.IsZero() {
		lines = append(lines, text{body, "公示期：" + period(p.From, p.To), 17 * u, 2 * u})
	}
	if c := line(p.Contact); c != "" {
		lines = append(lines, text{body, "联系：" + c, 17 * u, 2 * u})
	}
	if a := line(p.Address); a != "" {
		lines = append(lines, text{note, a, 11 * u, 0})
	}
	if len(lines) == 0 {
		return s.h - s.edge*0.8
	}
	side, left := 0.0, s.edge
	if code != nil {
		side = 40 * mm * u
		left += side + 14*u
	}
	high := 0.0
	for _, l := range lines {
		high += float64(len(s.fonts.breakLines(l.st, l.s, 0, l.size, s.w-s.edge-left, 0)))*l.size*1.4 + l.after
	}
	top := s.h - s.edge*0.7 - max(side, high)
	s.bar(top-10*u, 1.2*u)
	if code != nil {
		s.code(code, s.edge-side*4/float64(code.Size+8)+2*u, top, side)
	}
	y := top + max(0, (max(side, high)-high)/2)
	for _, l := range lines {
		for _, set := range s.fonts.breakLines(l.st, l.s, 0, l.size, s.w-s.edge-left, 0) {
			s.draw(set, left, y+l.size*1.06, l.size, 0)
			y += l.size * 1.4
		}
		y += l.after
	}
	return top - 18*u
}

func period(from, to law.Date) string {
	switch {
	case from.IsZero():
		return "至" + to.Chinese() + "止"
	case to.IsZero():
		return "自" + from.Chinese() + "起"
	}
	return from.Chinese() + "至" + to.Chinese()
}

// A strip is what stands on one line of the poster.
type strip struct {
	h    float64
	draw func(y float64)
}

// text sets the body as large as it fits; what does not fit at a size that can
// be read from two steps is cut.
func (s *posterSheet) text(p PosterPaper, foot float64) {
	const largest = 30.0
	smallest := 15.0
	for _, x := range p.Body.Blocks {
		if x.Kind == rich.Grid {
			smallest = 12 // a list of names is to be whole, rather than large
		}
	}
	room := foot - s.y
	b := beginning(p.Body).Tidy()
	s.opened = map[int64]*picture{}
	for _, x := range b.Blocks {
		if x.Kind == rich.Picture && s.opened[x.Image.File] == nil {
			s.opened[x.Image.File] = openPicture(x.Image, p.Pictures)
		}
	}
	for size := largest; ; size -= 1 {
		strips := s.strips(b, p, size*s.unit)
		total := 0.0
		for _, x := range strips {
			total += x.h
		}
		if total <= room {
			y := s.y + min((room-total)/3, 24*s.unit)
			for _, x := range strips {
				x.draw(y)
				y += x.h
			}
			return
		}
		if size <= smallest {
			s.cut(s.strips(b, p, (size+1)*s.unit), room, (size+1)*s.unit, line(p.Address) != "")
			return
		}
	}
}

// beginning is as much of a body as a poster could hold at the smallest type,
// and then some: nobody waits for the rest to be set in vain.
func beginning(b rich.Body) rich.Body {
	const most = 12_000
	n := 0
	for i, x := range b.Blocks {
		n += 10 + len(x.Spans)
		for _, sp := range x.Spans {
			n += len(sp.Text) / 3
		}
		for r, row := range x.Rows {
			for _, c := range row.Cells {
				n += 5 + len(plain(c.Spans))/3
			}
			if n > most {
				x.Rows = x.Rows[:r+1]
				return rich.Body{Blocks: append(append([]rich.Block(nil), b.Blocks[:i]...), x)}
			}
		}
		if n > most {
			if len(x.Spans) > 0 && len(x.Rows) == 0 {
				x.Spans = []rich.Span{{Text: string([]rune(plain(x.Spans))[:min(len([]rune(plain(x.Spans))), most)])}}
			}
			return rich.Body{Blocks: append(append([]rich.Block(nil), b.Blocks[:i]...), x)}
		}
	}
	return b
}

// cut draws what fits and says that there is more.
func (s *posterSheet) cut(strips []strip, room, size float64, code bool) {
	y, left := s.y, room-size*2
	for _, x := range strips {
		if x.h > left {
			break
		}
		x.draw(y)
		y += x.h
		left -= x.h
	}
	more := "……（以下略，全文请到公开查阅点查阅）"
	if code {
		more = "……（以下略，全文请扫码或到公开查阅点查阅）"
	}
	l := s.fonts.breakLines(section, more, 0, size*0.9, s.width(), 0)[0]
	s.draw(l, s.w-s.edge-l.width, y+size*1.3, size*0.9, 0)
}

// strips sets the body at a size.
func (s *posterSheet) strips(b rich.Body, p PosterPaper, size float64) []strip {
	var out []strip
	leading := size * 1.6
	para := func(st style, forms []rich.Span, align rich.Align, indent float64) {
		for i, l := range s.fonts.setForms(st, forms, false, size, s.width(), indent) {
			x, wide := s.edge, s.width()
			if i == 0 {
				x, wide = x+indent, wide-indent
			}
			out = append(out, strip{h: leading, draw: func(y float64) { s.drawForms(l, forms, align, x, y+leading/2+size*0.36, wide, size) }})
		}
	}
	one := func(text string) []rich.Span { return []rich.Span{{Text: text}} }
	ordinals := b.Ordinals()
	for k, x := range b.Blocks {
		switch x.Kind {
		case rich.Para:
			indent := 2 * size
			if x.Flush || x.Align != "" {
				indent = 0
			}
			para(body, x.Spans, x.Align, indent)
		case rich.Heading:
			para(map[int]style{2: chapter, 3: section}[x.Level], x.Spans, x.Align, 2*size)
		case rich.Entry:
			mark := "· "
			if x.Numbered {
				mark = fmt.Sprintf("%d. ", ordinals[k])
			}
			para(body, append(one(mark), x.Spans...), "", 2*size*float64(max(x.Level, 1)))
		case rich.Grid:
			if len(x.Spans) > 0 {
				para(chapter, x.Spans, rich.Centre, 0)
			}
			out = append(out, s.tableStrips(x, size)...)
		case rich.Picture:
			pic := s.opened[x.Image.File]
			if pic.data == nil {
				para(body, one(pic.words()), rich.Centre, 0)
				continue
			}
			wide, high := pic.fit(s.h * 0.3)
			out = append(out, strip{h: high + size, draw: func(y float64) { s.fail(s.place(pic.data, (s.w-wide)/2, y+size/2, wide, high)) }})
		case rich.Rule:
			out = append(out, strip{h: leading / 2, draw: func(y float64) { s.bar(y+leading/4, 0.6*s.unit) }})
		}
	}
	if !p.Made.IsZero() && signedAt(b, line(p.Organ), p.Made) < 0 {
		out = append(out, strip{h: leading / 2, draw: func(float64) {}})
		para(body, one(line(p.Organ)), rich.Right, 0)
		para(body, one(p.Made.Chinese()), rich.Right, 0)
	}
	return out
}
