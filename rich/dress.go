package rich

import "strings"

// dress is the look below an element.
func (r *reader) dress(n *node, l look) look {
	switch n.tag {
	case "b", "strong":
		l.form.Bold = true
	case "i", "em":
		l.form.Italic = true
	case "u":
		l.form.Under = true
	case "sub":
		l.form.Sub, l.form.Sup = true, false
	case "sup":
		l.form.Sub, l.form.Sup = false, true
	case "s", "strike":
		l.struck = true
	case "del":
		l.unseen = Deleted
	case "center":
		l.align = Centre
	case "table":
		l.align = ""
	case "a":
		r.link(n, &l)
	}
	if n.attr == nil && len(r.sheet) == 0 {
		return l
	}
	if _, ok := n.attr["hidden"]; ok {
		l.unseen = Hidden
	}
	switch strings.ToLower(n.attr["align"]) {
	case "center", "middle":
		l.align = Centre
	case "right":
		l.align = Right
	case "left", "justify":
		l.align = ""
	}
	if n.tag == "img" || n.tag == "table" {
		l.align = "" // says where the thing itself stands
	}
	for _, c := range strings.Fields(n.attr["class"]) {
		switch c {
		case "center":
			l.align = Centre
		case "right":
			l.align = Right
		case "MsoCommentReference", "msocomanchor", "msocomtxt", "MsoCommentText":
			l.unseen = Comment
		case "msoDel":
			l.unseen = Deleted
		}
	}
	if v := n.attr["bgcolor"]; v != "" {
		l.ground(strings.ToLower(v))
	}
	if n.attr["background"] != "" {
		l.art = true
	}
	if n.tag == "font" {
		if v := n.attr["color"]; v != "" {
			l.fg, l.clear = parseColour(strings.ToLower(v))
		}
		l.typeface(n.attr["face"])
	}
	l.declared(n, r.sheet.of(n))
	return l
}

// declared applies css.
func (l *look) declared(n *node, css string) {
	away, none, cut := false, false, false
	declarations(css, func(k, v string) {
		switch k {
		case "display":
			if v == "none" {
				l.unseen = Hidden
			}
		case "visibility":
			if v == "hidden" || v == "collapse" {
				l.unseen = Hidden
			}
		case "mso-hide":
			if v == "all" {
				l.unseen = Hidden
			}
		case "opacity":
			if x, ok := length(v); ok && x < 0.05 {
				l.unseen = Faint
			}
		case "mso-element":
			switch v {
			case "comment-list", "comment":
				l.unseen = Comment
			case "header", "footer":
				l.unseen = Margin
			}
		case "mso-special-character":
			if v == "comment" {
				l.unseen = Comment
			}
		case "position":
			away = v == "absolute" || v == "fixed"
		case "left", "top", "margin-left", "text-indent":
			if x, ok := length(v); ok && x < -400 {
				none = true
			}
		case "clip":
			none = none || strings.HasPrefix(v, "rect(0") || strings.HasPrefix(v, "rect(1px")
		case "width", "height", "max-height", "max-width":
			if x, ok := length(v); ok && x <= 1 {
				cut = cut || textual(n.tag)
			}
		case "overflow":
			if v == "hidden" && cut {
				l.unseen = Hidden
			}
		case "color":
			c, clear := parseColour(v)
			if c.known || clear {
				l.fg, l.clear = c, clear
			}
		case "background", "background-color", "mso-highlight":
			l.ground(v)
		case "text-align":
			switch v {
			case "center", "-webkit-center":
				l.align = Centre
			case "right", "end":
				l.align = Right
			case "left", "justify", "start":
				l.align = ""
			}
		case "font-weight":
			l.form.Bold = v == "bold" || v == "bolder" || len(v) == 3 && v[0] >= '6' && v[0] <= '9'
		case "font-style":
			l.form.Italic = v == "italic" || strings.HasPrefix(v, "oblique")
		case "text-decoration", "text-decoration-line":
			l.form.Under = l.form.Under || strings.Contains(v, "underline")
			l.struck = l.struck || strings.Contains(v, "line-through")
		case "vertical-align":
			switch v {
			case "super":
				l.form.Sub, l.form.Sup = false, true
			case "sub":
				l.form.Sub, l.form.Sup = true, false
			}
		case "font-size":
			x, ok := length(v)
			l.tiny = ok && x < 1.6
		case "font-family", "mso-fareast-font-family":
			l.typeface(v)
		case "white-space":
			l.pre = strings.HasPrefix(v, "pre") && v != "pre-line"
		}
	})
	if none && (away || strings.Contains(css, "text-indent") || strings.Contains(css, "margin-left")) {
		l.unseen = Hidden
	}
}

// textual elements are made small to hide their text; a cell, an image or a
// rule is small for other reasons.
func textual(tag string) bool {
	return tag == "div" || tag == "span" || tag == "p" || tag == "font" || tag == "section"
}

// ground sets the colour under the text.
func (l *look) ground(v string) {
	if strings.Contains(v, "url(") || strings.Contains(v, "gradient") {
		l.art = true
		return
	}
	for _, f := range strings.Fields(strings.NewReplacer(", ", ",").Replace(v)) {
		if c, _ := parseColour(f); c.known {
			l.bg, l.art = c, false
			return
		}
	}
}

// typeface notes the two faces that make headings.
func (l *look) typeface(v string) {
	v = strings.ToLower(v)
	first, _, _ := strings.Cut(v, ",")
	first = strings.Trim(first, `"' `)
	switch {
	case first == "":
	case strings.Contains(first, "黑体") || strings.Contains(first, "simhei"):
		l.face = heiti
	case strings.Contains(first, "楷") || strings.Contains(first, "kaiti"):
		l.face = kaiti
	case strings.ContainsAny(first, "宋仿") || strings.Contains(first, "song") || strings.Contains(first, "simsun"):
		l.face = 0
	}
}

// link reads the address of a link.
func (r *reader) link(n *node, l *look) {
	to := strings.TrimSpace(n.attr["href"])
	if to == "" || strings.HasPrefix(to, "#") {
		return
	}
	safe, ok := SafeLink(to)
	if !ok {
		r.bin.Add(BadLink, textBelow(n, 400))
		return
	}
	l.form.Link = safe
}
