package reporting

import (
	_ "embed" // the shipped templates
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// Bounds of a template.
const (
	MaxTemplate  = 20_000 // characters
	maxNesting   = 4
	maxTemplates = 400 // paragraphs
)

//go:embed templates/prose.txt
var shippedProse string

//go:embed templates/prose_government.txt
var shippedGovernment string

// ShippedTemplate is the template of the prose that comes with the program: for
// a government, whose report speaks for the organs below too, or for one organ.
func ShippedTemplate(government bool) string {
	if government {
		return shippedGovernment
	}
	return shippedProse
}

// ProseSections are the parts of a report that a template writes: the five
// aspects of chapter 一, and chapters 五 and 六. Field is the name of the part in
// the form that is filled in.
func ProseSections() []ProseSection {
	return []ProseSection{
		{"aspect.1", "主动公开"}, {"aspect.2", "依申请公开"}, {"aspect.3", "政府信息管理"}, {"aspect.4", "政府信息公开平台建设"}, {"aspect.5", "监督保障"},
		{"chapter.5", "存在的主要问题及改进情况"}, {"chapter.6", "其他需要报告的事项"},
	}
}

// A ProseSection is one part of a report's prose.
type ProseSection struct{ Field, Title string }

// A TemplateFault is what is wrong with a template and on which line.
type TemplateFault struct {
	Line    int // from 1
	Name    string
	Message string // Chinese
}

// ProseNames are what a template can say that is no figure.
type ProseNames struct {
	Organ string
	Year  int
}

// The words of a template that stand for names.
var proseNames = map[string]func(ProseNames) string{
	"机关名称": func(n ProseNames) string { return n.Organ },
	"年度":   func(n ProseNames) string { return fmt.Sprint(n.Year) },
	"上年度":  func(n ProseNames) string { return fmt.Sprint(n.Year - 1) },
}

// A Template is a text of sections with places for figures. One line is one
// paragraph. {{名称}} is a figure by its label or key, or the list of a family;
// […] falls away where a figure in it is not known or zero; a sentence falls
// away where a figure of its own is not known, and where its first is zero,
// unless [无：…] follows, which then takes its place.
type Template struct {
	sections []templateSection
}

type templateSection struct {
	field string
	paras [][]templateSentence
}

type templateSentence struct {
	parts []templatePart
	none  []templatePart // takes its place where the first figure is zero
}

// A templatePart is a literal, a figure, a name, or a part that may fall away.
type templatePart struct {
	text   string
	key    string // of a figure or family
	family bool
	name   string // of proseNames
	inner  []templatePart
}

// ParseTemplate reads a template. With faults, what could be read is there.
func ParseTemplate(s string) (*Template, []TemplateFault) {
	t := &Template{}
	p := templateParser{t: t}
	if n := utf8.RuneCountInString(s); n > MaxTemplate {
		return t, []TemplateFault{{1, "", fmt.Sprintf("模板有 %d 字，最多 %d 字，请精简。", n, MaxTemplate)}}
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return t, []TemplateFault{{1, "", "模板里有不能识别的字符，请重新输入。"}}
	}
	paras := 0
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		p.line = i + 1
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, "#"):
			p.heading(strings.TrimSpace(strings.TrimLeft(line, "#")))
		case len(t.sections) == 0:
			p.fault("", "第一行应当是小标题，例如“# 主动公开”。")
		default:
			if paras++; paras > maxTemplates {
				p.fault("", fmt.Sprintf("模板超过 %d 段，请精简。", maxTemplates))
				return t, p.faults
			}
			if list := p.paragraph(line); len(list) > 0 {
				at := &t.sections[len(t.sections)-1]
				at.paras = append(at.paras, list)
			}
		}
		if len(p.faults) > 50 {
			break
		}
	}
	return t, p.faults
}

type templateParser struct {
	t      *Template
	line   int
	faults []TemplateFault
}

func (p *templateParser) fault(name, message string) {
	p.faults = append(p.faults, TemplateFault{p.line, name, fmt.Sprintf("第%d行：%s", p.line, message)})
}

func (p *templateParser) heading(title string) {
	bare := title
	if i := strings.IndexAny(title, "、）"); i >= 0 {
		_, n := utf8.DecodeRuneInString(title[i:])
		bare = title[i+n:]
	}
	var names []string
	for _, s := range ProseSections() {
		if names = append(names, s.Title); s.Title != strings.TrimSpace(bare) {
			continue
		}
		for _, have := range p.t.sections {
			if have.field == s.Field {
				p.fault(title, "小标题“"+s.Title+"”写了两次。")
			}
		}
		p.t.sections = append(p.t.sections, templateSection{field: s.Field})
		return
	}
	p.fault(title, "没有“"+title+"”这一部分，小标题只能是："+strings.Join(names, "、")+"。")
	p.t.sections = append(p.t.sections, templateSection{})
}

// paragraph reads a line into its sentences.
func (p *templateParser) paragraph(line string) []templateSentence {
	parts, _ := p.parts(&line, 0)
	var out []templateSentence
	var now templateSentence
	flush := func() {
		if len(now.parts) > 0 {
			out = append(out, now)
		}
		now = templateSentence{}
	}
	for _, x := range parts {
		if x.inner != nil {
			if first := x.inner; len(first) > 0 && strings.HasPrefix(first[0].text, "无：") {
				if flush(); len(out) == 0 || out[len(out)-1].none != nil || firstFigure(out[len(out)-1].parts) == "" {
					p.fault("", "“[无：…]”要紧跟在一个有数字的句子后面。")
					continue
				}
				first[0].text = strings.TrimPrefix(first[0].text, "无：")
				out[len(out)-1].none = first
				continue
			}
			if now.parts = append(now.parts, x); endsSentence(x.inner) {
				flush()
			}
			continue
		}
		for x.text != "" {
			head, tail, ended := strings.Cut(x.text, "。")
			if ended {
				head += "。"
			}
			now.parts = append(now.parts, templatePart{text: head})
			if x.text = tail; ended {
				flush()
			}
		}
		if x.key != "" || x.name != "" {
			now.parts = append(now.parts, x)
		}
	}
	flush()
	return out
}

// endsSentence reports whether the last words of a part end a sentence.
func endsSentence(parts []templatePart) bool {
	if len(parts) == 0 {
		return false
	}
	last := parts[len(parts)-1]
	return strings.HasSuffix(last.text, "。") || endsSentence(last.inner)
}

// parts reads up to the closing bracket, or to the end on the outside, and says
// whether it ended as it should.
func (p *templateParser) parts(s *string, depth int) ([]templatePart, bool) {
	out := []templatePart{}
	for *s != "" {
		i := strings.IndexAny(*s, "[]{")
		if i != 0 {
			if i < 0 {
				i = len(*s)
			}
			out = append(out, templatePart{text: (*s)[:i]})
			*s = (*s)[i:]
			continue
		}
		switch {
		case strings.HasPrefix(*s, "{{"):
			name, rest, ok := strings.Cut((*s)[2:], "}}")
			if !ok {
				p.fault("", "“{{”没有配对的“}}”。")
				*s = ""
				return out, true
			}
			*s = rest
			if x, ok := p.named(strings.TrimSpace(name)); ok {
				out = append(out, x)
			}
		case (*s)[0] == '{':
			out, *s = append(out, templatePart{text: "{"}), (*s)[1:]
		case (*s)[0] == ']':
			if *s = (*s)[1:]; depth > 0 {
				return out, true
			}
			p.fault("", "“]”没有配对的“[”。")
		case depth == maxNesting:
			p.fault("", fmt.Sprintf("方括号最多套 %d 层。", maxNesting))
			*s = ""
			return out, true
		default:
			*s = (*s)[1:]
			inner, closed := p.parts(s, depth+1)
			if !closed {
				p.fault("", "“[”没有配对的“]”。")
			}
			out = append(out, templatePart{inner: inner})
		}
	}
	return out, depth == 0
}

// named is what a name in double braces stands for.
func (p *templateParser) named(name string) (templatePart, bool) {
	if proseNames[name] != nil {
		return templatePart{name: name}, true
	}
	if k, key, ok := kindNamed(name); ok {
		return templatePart{key: key, family: k.Key == key && k.Family()}, true
	}
	near := ""
	if s := nearestFact(name); s != "" {
		near = "相近的有“" + s + "”。"
	}
	p.fault(name, "没有名为“"+name+"”的数字。"+near)
	return templatePart{}, false
}

// nearestFact is the label most like a name, "" if none is.
func nearestFact(name string) string {
	best, score := "", 0
	mine := map[string]bool{}
	for _, b := range text.Bigrams(name) {
		mine[b] = true
	}
	for _, k := range factKinds {
		n := 0
		for _, b := range text.Bigrams(k.Label) {
			if mine[b] {
				n++
			}
		}
		if n > score {
			best, score = k.Label, n
		}
	}
	return best
}

// firstFigure is the key of the first figure that stands in a sentence itself.
func firstFigure(parts []templatePart) string {
	for _, x := range parts {
		if x.key != "" {
			return x.key
		}
	}
	return ""
}
