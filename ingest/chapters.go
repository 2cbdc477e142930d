package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/text"
)

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
	if len(s) > lineMax {
		return law.Date{}
	}
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

var chineseDigits = map[rune]string{'〇': "0", 'O': "0", 'o': "0", 'Ｏ': "0", '0': "0", '○': "0", '零': "0", '一': "1", '二': "2", '三': "3", '四': "4", '五': "5", '六': "6", '七': "7", '八': "8", '九': "9"}

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

// lineMax is the length in bytes beyond which a line is prose and neither an
// organ's name nor a date.
const lineMax = 400

// signature takes 落款 and 成文日期 off the end of the last chapter, with what a
// web page puts behind them.
func signature(body string, r *annual.Report) string {
	lines := strings.Split(body, "\n")
	plain := make([]string, len(lines))
	for i, l := range lines {
		if len(lines)-i > 12 {
			continue // so far up nothing is looked at
		}
		if plain[i] = l; len(l) > lineMax {
			continue
		}
		plain[i] = signatureMarks.ReplaceAllString(strings.TrimSpace(l), "")
	}
	for back := 1; back <= 8 && back <= len(lines); back++ {
		i := len(lines) - back
		organ, d := "", parseDate(strings.Join(strings.Fields(plain[i]), ""))
		if f := strings.Fields(plain[i]); d.IsZero() && len(f) > 1 && organLike(strings.Join(f[:len(f)-1], "")) {
			organ, d = strings.Join(f[:len(f)-1], ""), parseDate(f[len(f)-1])
		}
		if d.IsZero() {
			continue
		}
		r.Dated = d
		from := i
		for from > 0 && i-from < 2 && plain[from-1] == "" { // the seal's own line
			from--
		}
		switch {
		case organ != "":
		case from > 0 && organLike(plain[from-1]):
			from--
			organ = plain[from]
		case i+1 < len(lines) && organLike(plain[i+1]):
			organ = plain[i+1]
		default:
			from = i
		}
		r.Signature = strings.Join(strings.Fields(organ), "")
		return strings.Join(lines[:from], "\n")
	}
	if n := len(lines); n > 1 && organLike(plain[n-1]) {
		r.Signature = strings.Join(strings.Fields(plain[n-1]), "")
		return strings.Join(lines[:n-1], "\n")
	}
	return body
}

// signatureMarks are what stands beside an organ's name or a date below a text.
var signatureMarks = regexp.MustCompile(`[（(](盖章|印章|公章|签章|加盖公章|章)[）)]|^(落款|单位|编制单位|填报单位|发布单位|日期|时间|成文日期)\s*[:：]\s*`)

var organEnding = regexp.MustCompile(`(政府|街道|办事处|局|委|委员会|办|办公室|中心|处|院|厅|部|站|所|队|社|会|公司|学校|医院|镇|乡)$`)

// organLike reports whether a line may be the name of an organ.
func organLike(s string) bool {
	if len(s) > lineMax {
		return false
	}
	s = text.Fold(s)
	n := utf8.RuneCountInString(s)
	return n >= 3 && n <= 30 && !strings.ContainsAny(s, ".,:;") && organEnding.MatchString(s)
}
