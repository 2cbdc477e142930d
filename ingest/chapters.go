package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/text"
)

// A heading found in the stream.
type heading struct {
	chapter int
	token   int
	rest    string // text that follows the heading in the same paragraph
}

// findHeadings aligns the six chapter headings with the stream. A heading is a
// short line; one that runs on into its text is cut behind the title.
func findHeadings(tokens []token, r *annual.Report, covered func(int) bool) []heading {
	var cands []heading
	var fits []float32
	for i := range tokens {
		t := &tokens[i]
		if t.n < 4 || covered(i) || t.cell() && t.n > 40 {
			continue
		}
		for c, def := range r.Form.Chapters {
			if fit, rest := headingFit(t, def); fit > 0 {
				if t.cell() {
					fit *= 0.8
				}
				cands = append(cands, heading{c, i, rest})
				fits = append(fits, fit)
			}
		}
		if len(cands) > candidatesMax {
			break
		}
	}
	best := make([]float32, len(cands))
	prev := make([]int, len(cands))
	top, end := float32(0), -1
	for i := range cands {
		best[i], prev[i] = fits[i], -1
		for j := range i {
			if cands[j].token < cands[i].token && cands[j].chapter < cands[i].chapter && best[j]+fits[i] > best[i] {
				best[i], prev[i] = best[j]+fits[i], j
			}
		}
		if best[i] > top {
			top, end = best[i], i
		}
	}
	var out []heading
	for i := end; i >= 0; i = prev[i] {
		out = append([]heading{cands[i]}, out...)
	}
	return out
}

// headingFit says how well a token fits a chapter's heading; 0 is not at all.
func headingFit(t *token, def annual.ChapterDef) (fit float32, rest string) {
	bare := bareLabel(t.fold)
	numbered := strings.HasPrefix(t.fold, def.Ordinal+".") || strings.HasPrefix(t.fold, "("+def.Ordinal+")")
	for k, title := range append([]string{def.Title}, def.Also...) {
		fold := text.Fold(title)
		w := float32(1)
		if k > 0 {
			w = 0.95
		}
		if numbered {
			w += 0.3
		}
		n := utf8.RuneCountInString(fold)
		body := strings.TrimRight(bare, ".:;,")
		switch {
		case body == fold:
			return w, ""
		case strings.HasPrefix(bare, fold) && numbered:
			return w * 0.9, restAfter(t.raw, def.Ordinal, title)
		case n >= 6 && utf8.RuneCountInString(body) <= n+3 && text.Distance(body, fold, n/4) <= n/4:
			return w * 0.8, ""
		}
	}
	return 0, ""
}

// restAfter returns the text behind the title in the raw paragraph.
func restAfter(raw, ordinal, title string) string {
	want := utf8.RuneCountInString(text.Fold(ordinal + "、" + title))
	_, offs := foldMap(raw)
	if want >= len(offs)-1 {
		return ""
	}
	return strings.TrimLeft(raw[offs[want]:], "。.：: \u3000")
}

// prose joins the tokens of [from, to) that no table covers into paragraphs.
func prose(tokens []token, from, to int, covered func(int) bool) string {
	var b strings.Builder
	para := -1
	for i := from; i < to; i++ {
		t := &tokens[i]
		if covered(i) {
			continue
		}
		s := strings.Trim(t.raw, " \t\u00a0\u3000\n")
		if s == "" || furniture(t.fold) {
			continue
		}
		if b.Len() > 0 {
			switch {
			case t.para == para:
				b.WriteByte(' ')
			default:
				b.WriteByte('\n')
			}
		}
		para = t.para
		b.WriteString(s)
	}
	return b.String()
}

// furniturePrefixes begin the lines a web page puts around a report.
var furniturePrefixes = []string{"头部", "底部", "政务微信", ".政务微信", "您现在所在的位置", "当前位置", "您当前的位置", "分享到", "(字体", ".(字体", "字体:", "关联稿件", "相关附件",
	"扫一扫在手机打开当前页", "扫一扫", "无标题文档", "--", "您访问的链接即将离开", "打印本页", "关闭窗口", "上一篇", "下一篇", "浏览次数", "阅读次数", "责任编辑", "版权所有", "主办单位", "网站标识码"}

func furniture(fold string) bool {
	if len(fold) > 240 {
		return false
	}
	for _, p := range furniturePrefixes {
		if strings.HasPrefix(fold, p) {
			return true
		}
	}
	return fold == "-" || fold == "无标题文档"
}

var datePattern = regexp.MustCompile(`^(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?$`)

// parseDate reads 2024年1月18日, 2024-01-18 and 二〇二四年一月十八日.
func parseDate(s string) law.Date {
	s = text.Fold(s)
	m := datePattern.FindStringSubmatch(arabicDate(s))
	if m == nil {
		return law.Date{}
	}
	var d law.Date
	d.Year, d.Month, d.Day = atoi(m[1]), atoi(m[2]), atoi(m[3])
	if !d.Valid() || d.Year < 2000 || d.Year > 2100 {
		return law.Date{}
	}
	return d
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

var chineseDigits = map[rune]string{'〇': "0", '○': "0", '零': "0", '一': "1", '二': "2", '三': "3", '四': "4", '五': "5", '六': "6", '七': "7", '八': "8", '九': "9"}

// arabicDate turns the numerals of a short date in Chinese into digits.
func arabicDate(s string) string {
	if utf8.RuneCountInString(s) > 14 || !strings.Contains(s, "年") || s[0] < 0x80 {
		return s
	}
	year, rest, _ := strings.Cut(s, "年")
	out := ""
	for _, r := range year {
		out += chineseDigits[r]
	}
	month, rest, _ := strings.Cut(rest, "月")
	day, _, _ := strings.Cut(rest, "日")
	return out + "年" + chineseNumber(month) + "月" + chineseNumber(day) + "日"
}

// chineseNumber reads 一 to 三十一.
func chineseNumber(s string) string {
	tens, ones, has := strings.Cut(s, "十")
	if !has {
		out := ""
		for _, r := range s {
			out += chineseDigits[r]
		}
		return out
	}
	t, o := "1", "0"
	if tens != "" {
		t = chineseDigits[[]rune(tens)[0]]
	}
	if ones != "" {
		o = chineseDigits[[]rune(ones)[0]]
	}
	return t + o
}

// signature takes 落款 and 成文日期 off the end of the last chapter, with what a
// web page puts behind them.
func signature(body string, r *annual.Report) string {
	lines := strings.Split(body, "\n")
	for back := 1; back <= 6 && back <= len(lines); back++ {
		i := len(lines) - back
		d, organ := parseDate(strings.ReplaceAll(lines[i], " ", "")), ""
		if d.IsZero() {
			if a, b, ok := strings.Cut(strings.TrimSpace(lines[i]), " "); ok && organLike(a) {
				d, organ = parseDate(strings.TrimSpace(b)), a
			}
		}
		if d.IsZero() {
			continue
		}
		r.Dated = d
		from := i
		if organ == "" && i > 0 && organLike(lines[i-1]) {
			organ = strings.Join(strings.Fields(lines[i-1]), "")
			from = i - 1
		}
		r.Signature = organ
		return strings.Join(lines[:from], "\n")
	}
	if n := len(lines); n > 1 && organLike(lines[n-1]) {
		r.Signature = strings.Join(strings.Fields(lines[n-1]), "")
		return strings.Join(lines[:n-1], "\n")
	}
	return body
}

var organEnding = regexp.MustCompile(`(政府|街道|办事处|局|委|委员会|办|办公室|中心|处|院|厅|部|站|所|队|社|会|公司|学校|医院|镇|乡)$`)

// organLike reports whether a line may be the name of an organ.
func organLike(s string) bool {
	s = text.Fold(s)
	n := utf8.RuneCountInString(s)
	return n >= 3 && n <= 30 && !strings.ContainsAny(s, ".,:;") && organEnding.MatchString(s)
}
