package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/doc"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/text"
)

// titlePattern matches a folded title in any order of its words.
var titlePattern = regexp.MustCompile(`(信息|政务)公开.*(年度|年).*报告|年度?.*(信息|政务)公开.*(报告|年报)|(信息|政务)公开.*(年度|工作)报告`)

// findTitle looks for the title before chapter 一; it may be split over up to
// four lines. It returns the tokens [from, to) it covers.
func findTitle(tokens []token, limit int) (title string, from, to int) {
	seen := 0
	for i := 0; i < limit && seen < 40; i++ {
		if tokens[i].n == 0 {
			continue
		}
		seen++
		raw, fold := "", ""
		lines := 0
		for k := i; k < limit && lines < 4; k++ {
			t := &tokens[k]
			if t.n == 0 {
				continue
			}
			if pageMark[t.fold] && k == i {
				break // a page's word for what follows
			}
			if t.n > 60 || strings.ContainsAny(t.raw, "。；>") || furniture(t.fold) || documentNumber.MatchString(t.raw) {
				break
			}
			lines++
			raw += strings.TrimSpace(t.raw)
			fold += t.fold
			if utf8.RuneCountInString(fold) <= 70 && titlePattern.MatchString(fold) {
				if lines > 1 && wholeTitle(t) { // a menu above the title is not its first line
					return cleanTitle(t.raw), k, k + 1
				}
				return cleanTitle(raw), i, k + 1
			}
		}
	}
	return "", 0, 0
}

// pageMark are words a page prints above the article that are no part of its
// title.
var pageMark = map[string]bool{"正文": true, "[正文]": true, "全文": true, "详细内容": true, "文章正文": true}

// wholeTitle reports whether one line alone is a title with organ and year.
func wholeTitle(t *token) bool {
	if !titlePattern.MatchString(t.fold) {
		return false
	}
	organ, year := splitTitle(cleanTitle(t.raw))
	return organ != "" && year != 0
}

// documentNumber matches 文号, which has a year that is not the report's.
var documentNumber = regexp.MustCompile(`[〔\[【（(]20\d\d[〕\]】）)]第?\d+号`)

func cleanTitle(s string) string {
	s = strings.Trim(strings.Join(strings.Fields(s), ""), "#*《》")
	if m := attachment.FindString(s); m != "" && m != s {
		s = strings.Trim(s[len(m):], "《》")
	}
	return s
}

var attachment = regexp.MustCompile(`^附件[一二三四五六七八九十\d]{0,2}[:：.、]?`)

var (
	yearPattern   = regexp.MustCompile(`(20[0-4]\d|二[〇○零Oo0Ｏ]二?[〇○零Oo0Ｏ一二三四五六七八九]{1,2})年?度?`)
	titleWords    = regexp.MustCompile(`((政府|政务)?信息公开|政务公开)(工作)?(情况)?(的)?(年度)?(工作)?(情况)?(的)?(年度)?(年)?(报告|年报)?(年度)?(报告)?`)
	firstSentence = regexp.MustCompile(`^(?:20\d\d年?度?(?:以来)?[,，]?)?([\p{Han}]{2,12}?(?:人民政府|街道办事处|街道|镇|乡))(?:人民政府)?(?:坚持|深入|认真|严格|全面|紧紧|以|在|按|高度|积极|继续|扎实|政府|党委|始终)`)
)

// splitTitle reads organ and year out of a title. Words stand in any order in
// real titles; what is left when the fixed words are taken out is the organ.
func splitTitle(title string) (organ string, year int) {
	plain := text.Simplify(title)
	organ, year = splitPlain(plain)
	if i := strings.Index(plain, organ); plain != title && i >= 0 { // the name as it is printed
		organ = title[i : i+len(organ)]
	}
	return organ, year
}

// splitPlain is splitTitle for a title in simplified characters.
func splitPlain(title string) (organ string, year int) {
	s := strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, title)
	if m := yearPattern.FindStringSubmatchIndex(s); m != nil {
		year = yearOf(s[m[2]:m[3]])
		s = s[:m[0]] + s[m[1]:]
	}
	// 政府信息公开办公室 has the words in its name: the title's stand last.
	if all := titleWords.FindAllStringIndex(s, -1); all != nil {
		loc := all[len(all)-1]
		head, tail := s[:loc[0]], s[loc[1]:]
		if strings.HasSuffix(head, "人民") { // …人民政府信息公开…: 政府 belongs to both
			head += "政府"
		}
		s = head
		if trimOrgan(head) == "" {
			s = tail
		}
	}
	return trimOrgan(s), year
}

// trimOrgan drops what stands around an organ's name in a title; brackets that
// are part of the name stay.
func trimOrgan(s string) string {
	s = strings.TrimPrefix(s, "关于")
	for {
		t := strings.Trim(s, "的《》、,，. \u3000")
		t = strings.TrimSuffix(t, "关于")
		for _, b := range []string{"()", "（）", "〔〕", "[]"} {
			pair := []rune(b)
			open, shut := string(pair[0]), string(pair[1])
			t = strings.ReplaceAll(t, b, "")
			if strings.Count(t, open) < strings.Count(t, shut) {
				t = strings.TrimSuffix(t, shut)
			}
			if strings.Count(t, open) > strings.Count(t, shut) {
				t = strings.TrimSuffix(strings.TrimPrefix(t, open), open)
			}
		}
		if t == s {
			return s
		}
		s = t
	}
}

func yearOf(s string) int {
	if s[0] >= '0' && s[0] <= '9' {
		return atoi(s[:4])
	}
	out := ""
	for _, r := range s {
		out += chineseDigits[r]
	}
	if len(out) == 4 {
		return atoi(out)
	}
	return 0
}

// readFront fills title, organ, year and publication facts.
func readFront(d *doc.Document, tokens []token, r *annual.Report, limit int) (bodyFrom int) {
	title, _, to := findTitle(tokens, limit)
	if title == "" {
		for _, s := range append(metaValues(d, "ArticleTitle"), d.Title) {
			if f := text.Fold(s); titlePattern.MatchString(f) {
				title = cleanTitle(s)
				break
			}
		}
	}
	r.Title = title
	r.Organ, r.Year = splitTitle(title)
	to = subtitle(tokens, r, to, limit)
	r.Published = publishedOn(d, tokens[:min(max(limit, to), len(tokens))])
	return to
}

// subtitle reads the lines below a title that lacks organ or year: they may
// stand there by themselves.
func subtitle(tokens []token, r *annual.Report, to, limit int) int {
	if r.Title == "" {
		return to
	}
	for i, seen := to, 0; i < limit && seen < 2; i++ {
		t := &tokens[i]
		if t.n == 0 {
			continue
		}
		seen++
		year := yearPattern.FindStringSubmatch(t.fold)
		switch {
		case r.Organ == "" && organLike(t.raw):
			r.Organ = strings.Join(strings.Fields(t.raw), "")
		case r.Year == 0 && year != nil && t.n <= len("(2023年度)"):
			r.Year = yearOf(year[1])
		default:
			return to
		}
		to = i + 1
	}
	return to
}

func metaValues(d *doc.Document, names ...string) []string {
	var out []string
	for _, n := range names {
		for _, m := range d.Meta {
			if strings.EqualFold(m.Name, n) {
				out = append(out, m.Value)
			}
		}
	}
	return out
}

var isoDay = regexp.MustCompile(`(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?`)

// publishedOn reads the publication date that a page states above the report.
func publishedOn(d *doc.Document, front []token) law.Date {
	for _, v := range metaValues(d, "PubDate", "发布时间", "发布日期", "publishdate") {
		if m := isoDay.FindStringSubmatch(v); m != nil {
			return dayOf(m)
		}
	}
	for i := range front {
		t := &front[i]
		if t.n == 0 || t.n > 40 {
			continue
		}
		if m := isoDay.FindStringSubmatch(t.raw); m != nil && (strings.Contains(t.raw, ":") || strings.Contains(t.raw, "发布")) {
			return dayOf(m)
		}
	}
	return law.Date{}
}

func dayOf(m []string) law.Date {
	d := law.Date{Year: atoi(m[1]), Month: atoi(m[2]), Day: atoi(m[3])}
	if !d.Valid() {
		return law.Date{}
	}
	return d
}

// guessFront fills organ and year from the signature and the first sentences
// when the title does not say; it notes that it did.
func guessFront(d *doc.Document, r *annual.Report) {
	first := r.Intro
	if first == "" {
		first = r.Chapters[0]
	}
	fold := text.Fold(first)
	if r.Organ == "" && r.Signature != "" {
		r.Organ = r.Signature
		r.Notes = append(r.Notes, doc.Note{Code: "ORGAN-FROM-SIGNATURE", Text: "没有标题或标题中没有机关名称，按落款读为“" + r.Organ + "”。"})
	}
	if r.Organ == "" {
		if m := firstSentence.FindStringSubmatch(fold); m != nil {
			r.Organ = m[1]
			r.Notes = append(r.Notes, doc.Note{Code: "ORGAN-FROM-PROSE", Text: "没有标题和落款，按正文读为“" + r.Organ + "”，请核对。"})
		}
	}
	if r.Year == 0 {
		if len(fold) > 200 {
			fold = fold[:200]
		}
		if m := yearPattern.FindStringSubmatch(fold); m != nil {
			r.Year = yearOf(m[1])
			r.Notes = append(r.Notes, doc.Note{Code: "YEAR-FROM-PROSE", Text: "没有标题或标题中没有年份，按正文读为报告年度，请核对。"})
		}
	}
	if r.Year == 0 && !r.Dated.IsZero() {
		r.Year = r.Dated.Year - 1
		r.Notes = append(r.Notes, doc.Note{Code: "YEAR-FROM-DATE", Text: "标题和正文都没有年份，按成文日期的上一年读为报告年度，请核对。"})
	}
}

var contactWords = []string{"联系电话", "电话:", "电话：", "地址:", "地址：", "邮编"}

// readContact takes the sentence that says where to ask.
func readContact(r *annual.Report) {
	for _, s := range append([]string{r.Intro}, r.Chapters...) {
		plain, at := text.Simplify(s), len(s)
		for _, w := range contactWords {
			if i := strings.Index(plain[:at], w); i >= 0 {
				at = i
			}
		}
		if at == len(s) {
			continue
		}
		for _, end := range []string{"。", "\n"} {
			if i := strings.LastIndex(s[:at], end); i >= 0 {
				s, at = s[i+len(end):], at-i-len(end)
			}
			if i := strings.Index(s[at:], end); i >= 0 {
				s = s[:at+i]
			}
		}
		r.Contact = strings.TrimSpace(s)
		return
	}
}
