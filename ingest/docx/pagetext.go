package docx

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/ingest/limit"
)

// A pagePara is the paragraph being written.
type pagePara struct {
	line            // style, level, number
	para   paraLook // what it says itself
	base   runLook  // of its style
	styled bool     // base is known
	b      strings.Builder
	boxes  []string
	words  strings.Builder // to be seen
	size   int             // of the largest character
	song   bool            // has characters in 小标宋
	red    bool
}

func (w *pager) paragraph() error {
	if w.paras++; w.paras&0x3ff == 0 && w.ctx.Err() != nil {
		return &limit.Error{Code: "TIMEOUT", Msg: "读取 Word 文件超时，已停止。请另存后再试。", Err: w.ctx.Err()}
	}
	p := &pagePara{line: line{level: -1, ilvl: -1}}
	outer := w.out
	w.out = &p.b
	err := w.inline(p)
	w.out = outer
	if err != nil {
		return err
	}
	w.finish(p)
	for _, s := range p.boxes {
		w.put(s)
	}
	return nil
}

// style is known when the first run begins: properties stand first.
func (w *pager) style(p *pagePara) {
	if !p.styled {
		p.styled = true
		above, run := w.looks.of(p.line.style)
		p.para, p.base = above.over(p.para), run
	}
}

func (w *pager) finish(p *pagePara) {
	w.style(p)
	st := w.styles.resolve(p.line.style)
	if strings.HasPrefix(st.name, "toc ") || strings.HasPrefix(st.name, "目录 ") {
		return // its page numbers mean nothing here
	}
	words := strings.TrimSpace(p.words.String())
	css := ""
	switch p.para.jc {
	case "center":
		css = "text-align:center;"
	case "right", "end":
		css = "text-align:right;"
	}
	if w.isTitle(p, st, words) {
		w.title = append(w.title, words)
		return
	}
	number, list := w.number(p, st)
	if words == "" && p.b.Len() == 0 && number == "" {
		return
	}
	if words != "" {
		w.seen++
		if len(w.title) > 0 {
			w.past = true
		}
	}
	tag := "p"
	level := st.level
	if p.level >= 0 {
		level = p.level % 10
	}
	if level > 0 && utf8.RuneCountInString(words) <= 60 && !strings.HasSuffix(words, "。") && st.name != "title" {
		tag = "h" + strconv.Itoa(min(level+1, 6)) // the first level is the title's
	}
	if said(p.para.indent) {
		css += "text-indent:32pt;"
	} else if tag == "p" {
		css += "text-indent:0;"
	}
	if p.para.fill != "" {
		css += fillCSS(p.para.fill)
	}
	inner := p.b.String()
	switch {
	case list > 0 && tag == "p":
		css += "mso-list:l0 level" + strconv.Itoa(list) + ";"
		inner = `<span style="mso-list:ignore">` + html.EscapeString(number) + "</span>" + inner
	case number != "":
		inner = html.EscapeString(number) + inner
	}
	w.put("<" + tag + ` style="` + css + `">` + inner + "</" + tag + ">\n")
}

func fillCSS(v string) string { return css("background", v) }

// number counts the paragraph of a list: what is printed before it, and the
// level of the list from 1; 0 if it is none.
func (w *pager) number(p *pagePara, st style) (string, int) {
	id, at := p.numID, p.ilvl
	if id == "" {
		if id = st.numID; id == "" {
			id = w.numbers.byStyle[p.line.style]
		}
	}
	u := w.numbers.nums[id]
	if id == "" || id == "0" || u == nil || u.list == nil {
		return "", 0
	}
	if at < 0 {
		at = max(st.ilvl, 0)
		for k := range u.list.levels {
			if st.ilvl < 0 && p.line.style != "" && u.list.levels[k].style == p.line.style {
				at = k
			}
		}
	}
	text := strings.TrimSpace(w.numbers.next(id, at))
	if text == "" && u.level(at).format != "bullet" {
		return "", 0
	}
	return text, at + 1
}

// isTitle reports a line of the title of an official paper: before the text, in
// the middle and larger than text. The red head 某某文件 above it is none.
func (w *pager) isTitle(p *pagePara, st style, words string) bool {
	const large = 36 // half points: 小二号
	n := utf8.RuneCountInString(words)
	if w.past || w.depth > 0 || w.seen > 12 || n < 2 || n > 120 || strings.HasSuffix(words, "。") || p.line.picture {
		return false
	}
	centred := p.para.jc == "center"
	set := centred && (p.size >= large || p.song) || st.name == "title"
	if !set || p.red && (strings.HasSuffix(words, "文件") || p.size > 60) {
		return false
	}
	return strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !docNumber(words)
}

// docNumber reports a line that is only 文号.
func docNumber(s string) bool {
	return strings.ContainsAny(s, "〔[［") && strings.HasSuffix(s, "号") && utf8.RuneCountInString(s) < 30
}

// inline reads the children of a paragraph, or of what may stand in one.
func (w *pager) inline(p *pagePara) error {
	return w.each(func() error {
		s := w.s
		switch string(s.name) {
		case "pPr":
			return w.paraProperties(p)
		case "r":
			if w.foreign() && string(s.prefix) != "m" {
				return s.skip()
			}
			return w.run(p)
		case "del", "moveFrom":
			w.put("<del>")
			err := w.inline(p)
			w.put("</del>")
			return err
		case "hyperlink":
			r, ok := w.related(s.val("id"))
			if !ok || !r.external {
				return w.inline(p)
			}
			w.put(`<a href="` + html.EscapeString(r.to) + `">`)
			err := w.inline(p)
			w.put("</a>")
			return err
		case "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "oMath", "oMathPara":
			return w.inline(p)
		case "AlternateContent":
			return w.choice(func() error { return w.inline(p) })
		case "t":
			return w.text(p, runLook{})
		}
		return s.skip()
	})
}

func (w *pager) paraProperties(p *pagePara) error {
	return w.each(func() error {
		s := w.s
		switch string(s.name) {
		case "pStyle":
			p.line.style = s.val("val")
		case "outlineLvl":
			p.level = s.num("val", 9, 9) + 1
		case "numPr":
			return w.each(func() error {
				switch string(s.name) {
				case "numId":
					p.numID = s.val("val")
				case "ilvl":
					p.ilvl = s.num("val", 0, 8)
				}
				return s.skip()
			})
		case "rPr", "pPrChange", "sectPr":
		default:
			p.para.read(s)
		}
		return s.skip()
	})
}

// run reads one run of text of one form.
func (w *pager) run(p *pagePara) error {
	w.style(p)
	look := p.base
	return w.each(func() error {
		s := w.s
		switch string(s.name) {
		case "rPr":
			return w.each(func() error {
				switch {
				case s.is("rStyle"):
					if st := w.looks.byID[s.val("val")]; st != nil {
						_, r := w.looks.of(s.val("val"))
						r.size, r.face = st.run.size, st.run.face
						look = look.over(r)
					}
				case s.is("rPrChange"):
				default:
					look.read(s)
				}
				return s.skip()
			})
		case "t", "delText":
			return w.text(p, look)
		case "tab", "ptab":
			w.say(p, look, "\u00a0")
		case "br", "cr":
			if k := s.val("type"); k == "" || k == "textWrapping" {
				w.put("<br>")
				if s := p.words.String(); s != "" && s[len(s)-1] < 0x80 {
					p.words.WriteByte(' ')
				}
			}
		case "noBreakHyphen":
			w.say(p, look, "-")
		case "sym":
			w.say(p, look, symbol(s.val("font"), s.val("char")))
		case "instrText":
			return w.instruction()
		case "fldChar":
			w.fieldChar(s.val("fldCharType"))
		case "commentReference":
			if c, ok := w.comments[s.val("id")]; ok {
				w.put(`<span class="MsoCommentReference">` + html.EscapeString(c) + "</span>")
			}
		case "footnoteReference":
			if f := w.footnotes[s.val("id")]; f != "" && len(w.feet) < 1000 {
				w.feet = append(w.feet, f)
				w.put("<sup>[" + strconv.Itoa(len(w.feet)) + "]</sup>")
			}
		case "ruby":
			return w.each(func() error {
				if s.is("rubyBase") {
					return w.inline(p)
				}
				return s.skip()
			})
		case "object":
			w.put("<object>嵌入对象</object>")
			return w.drawing(p)
		case "drawing", "pict":
			return w.drawing(p)
		case "AlternateContent":
			return w.choice(func() error { return w.drawing(p) })
		}
		return s.skip()
	})
}

// text writes what an element holds.
func (w *pager) text(p *pagePara, look runLook) error {
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch t {
		case chars:
			text := string(w.s.text)
			if !w.s.raw {
				text = string(unescape(nil, w.s.text))
			}
			w.say(p, look, text)
			if w.length > limit.Text {
				return limit.TooLarge("文字", limit.Text>>20, "MB")
			}
		case start:
			if err := w.s.skip(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// say writes text in its form.
func (w *pager) say(p *pagePara, l runLook, text string) {
	link := ""
	for i := range w.fields {
		if w.fields[i].code {
			return
		}
		if w.fields[i].link != "" {
			link = w.fields[i].link
		}
	}
	if text == "" {
		return
	}
	w.length += len(text) + 40
	shut := ""
	tag := func(name, style string) {
		w.put("<" + name)
		if style != "" {
			w.put(` style="` + style + `"`)
		}
		w.put(">")
		shut = "</" + name + ">" + shut
	}
	if link != "" {
		w.put(`<a href="` + html.EscapeString(link) + `">`)
		shut = "</a>"
	}
	style := css("color", l.colour) + css("background", l.fill)
	if said(l.hidden) {
		style = "display:none;"
	} else {
		p.words.WriteString(text)
		p.size = max(p.size, l.size)
		p.song = p.song || strings.Contains(l.face, "小标宋") || strings.Contains(l.face, "XiaoBiaoSong")
		p.red = p.red || len(l.colour) == 6 && l.colour[0] >= 'C' && l.colour[2] < '4'
		if l.size > 0 && l.size <= 2 {
			style += "font-size:1pt;"
		}
		switch {
		case strings.Contains(l.face, "黑体"), strings.Contains(l.face, "SimHei"):
			style += "font-family:黑体;"
		case strings.Contains(l.face, "楷"), strings.Contains(l.face, "Kai"):
			style += "font-family:楷体;"
		}
	}
	if style != "" {
		tag("span", style)
	}
	if said(l.bold) {
		tag("b", "")
	}
	if said(l.italic) {
		tag("i", "")
	}
	if said(l.under) {
		tag("u", "")
	}
	if said(l.strike) {
		tag("s", "")
	}
	switch l.vert {
	case "superscript":
		tag("sup", "")
	case "subscript":
		tag("sub", "")
	}
	w.put(strings.NewReplacer("  ", "\u00a0\u00a0").Replace(html.EscapeString(text)))
	w.put(shut)
}

func (w *pager) instruction() error {
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch t {
		case chars:
			if n := len(w.fields); n > 0 && w.fields[n-1].text.Len() < 4000 {
				w.fields[n-1].text.Write(unescape(nil, w.s.text))
			}
		case start:
			if err := w.s.skip(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (w *pager) fieldChar(kind string) {
	n := len(w.fields)
	switch {
	case kind == "begin" && n < limit.Depth:
		w.fields = append(w.fields, field{code: true})
	case n == 0:
	case kind == "separate":
		f := &w.fields[n-1]
		f.code = false
		if rest, ok := strings.CutPrefix(strings.TrimSpace(f.text.String()), "HYPERLINK "); ok {
			if _, to, ok := strings.Cut(rest, `"`); ok {
				f.link, _, _ = strings.Cut(to, `"`)
			}
		}
	case kind == "end":
		w.fields = w.fields[:n-1]
	}
}
