package rich

// A Look is how a body is written for pages of others, whose editors drop
// style sheets and classes: everything is said inline, as an official paper has
// it (GB/T 9704: 标题二号小标宋, 正文三号仿宋).
type Look struct {
	Title string // over the text; "" if the portal has a field of its own for it
	Image func(file int64) string
	Small bool // 四号 instead of 三号, for narrow columns
}

// The faces of official papers, each with what stands in for it.
const (
	faceTitle = "font-family:方正小标宋简体,FZXiaoBiaoSong-B05S,'Noto Serif CJK SC','Source Han Serif SC',SimSun,serif;"
	faceText  = "font-family:仿宋_GB2312,FangSong_GB2312,FangSong,仿宋,STFangsong,serif;"
	faceHei   = "font-family:黑体,SimHei,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;"
	faceKai   = "font-family:楷体_GB2312,KaiTi_GB2312,KaiTi,楷体,STKaiti,serif;"
)

// Fragment is the body as an html fragment with inline styles only.
func (b Body) Fragment(o Look) string {
	w := &writer{image: o.Image, look: &o}
	w.put("<div>\n")
	if o.Title != "" {
		w.put(`<p align="center" style="text-align:center;font-size:22pt;line-height:1.6;margin:0 0 16pt 0;`, faceTitle, `">`, escape(o.Title), "</p>\n")
	}
	for i, x := range b.Blocks {
		w.block(i, x)
	}
	w.closeLists(0)
	w.put("</div>\n")
	return w.s.String()
}

func (o *Look) size() string {
	if o.Small {
		return "font-size:14pt;line-height:1.8;margin:0;"
	}
	return "font-size:16pt;line-height:1.8;margin:0;"
}

func (o *Look) form(x Block) string {
	face, indent := faceText, "text-indent:2em;"
	if x.Kind == Heading {
		switch x.Level {
		case 2:
			face = "font-weight:normal;" + faceHei
		case 3:
			face = "font-weight:normal;" + faceKai
		default:
			face += "font-weight:bold;"
		}
	}
	attr := ""
	switch {
	case x.Align == Centre:
		attr, indent = ` align="center"`, "text-align:center;"
	case x.Align == Right:
		attr, indent = ` align="right"`, "text-align:right;"
	case x.Flush:
		indent = ""
	}
	return attr + ` style="` + o.size() + indent + face + `"`
}

func (o *Look) cell(c Cell) string {
	s := ` style="border:1px solid #333;padding:4px 6px;font-size:12pt;line-height:1.5;` + faceText
	if c.Head {
		s += "font-weight:bold;"
	}
	switch {
	case c.Align == Centre || c.Head && c.Align == "":
		return ` align="center"` + s + `text-align:center;"`
	case c.Align == Right:
		return ` align="right"` + s + `text-align:right;"`
	}
	return s + `text-align:left;"`
}

func (o *Look) picture() string { return ` align="center" style="text-align:center;margin:8pt 0;"` }

func (o *Look) element(tag string) string {
	switch tag {
	case "table":
		return ` border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse;width:100%;margin:8pt 0;"`
	case "caption":
		return ` style="text-align:center;font-size:14pt;padding:4pt 0;` + faceHei + `"`
	case "ul", "ol":
		return ` style="margin:0;padding-left:3em;` + faceText + `"`
	case "li":
		return ` style="` + o.size() + `"`
	case "img":
		return ` style="max-width:100%;height:auto;"`
	case "hr":
		return ` style="border:0;border-top:1px solid #999;margin:12pt 0;"`
	}
	return ""
}
