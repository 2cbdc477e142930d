package proactive

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/rich"
)

// Genres lists the 体裁 of official papers (党政机关公文处理工作条例第八条) and the
// two that items have besides.
func Genres() []string {
	return []string{"决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "函", "纪要", "公示", "其他"}
}

// GenreOf is the genre that a title names at its end, "" for none.
func GenreOf(title string) string {
	t := strings.TrimSpace(title)
	for {
		i := strings.LastIndexAny(t, "（(")
		if i <= 0 || !strings.HasSuffix(t, "）") && !strings.HasSuffix(t, ")") {
			break
		}
		t = strings.TrimSpace(t[:i])
	}
	for _, g := range Genres() {
		if g != "其他" && strings.HasSuffix(t, g) {
			return g
		}
	}
	return ""
}

// KindOf guesses the kind from a title, OtherKind if it says nothing.
func KindOf(title string) Kind {
	t := strings.TrimSpace(title)
	for _, x := range []struct {
		words []string
		kind  Kind
	}{
		{[]string{"解读", "一图读懂"}, Interpretation}, {[]string{"征求意见", "公开征集", "意见征集"}, Consultation}, {[]string{"公示"}, Publicity},
		{[]string{"预算", "决算", "三公"}, Budget}, {[]string{"专项资金", "补助资金", "补贴资金"}, Funds}, {[]string{"招标", "中标", "成交", "采购"}, Procurement},
		{[]string{"行政处罚"}, Penalty}, {[]string{"行政许可"}, Licence}, {[]string{"招考", "招聘", "录用"}, Recruitment}, {[]string{"应急预案", "预警", "突发事件"}, Emergency},
		{[]string{"统计公报", "统计数据"}, Statistics}, {[]string{"权责清单", "权力清单", "责任清单"}, Powers}, {[]string{"机构职能", "内设机构"}, Institution},
		{[]string{"建议的答复", "提案的答复", "提案办理"}, Proposal}, {[]string{"公告", "通告"}, Notice}, {[]string{"规划", "工作计划"}, Plan}, {[]string{"通知", "意见", "决定", "方案", "办法", "函", "批复"}, Document},
	} {
		for _, w := range x.words {
			if strings.Contains(t, w) {
				return x.kind
			}
		}
	}
	return OtherKind
}

// Themes lists the 主题分类 of the State Council's catalogue of papers, as far as
// towns and counties use them; others may be written.
func Themes() []string {
	return []string{"综合政务", "国民经济管理、国有资产监管", "财政、金融、审计", "国土资源、能源", "农业、林业、水利", "工业、交通", "商贸、海关、旅游", "市场监管、安全生产监管", "城乡建设、环境保护",
		"科技、教育", "文化、广电、新闻出版", "卫生、体育", "人口与计划生育、妇女儿童工作", "劳动、人事、监察", "公安、安全、司法", "民政、扶贫、救灾", "民族、宗教", "国防", "其他"}
}

// ProposeSummary is the first sentences of the text, at most 120 characters, to
// be made better by a person. Salutations and headings are left out.
func ProposeSummary(b rich.Body) string {
	var s strings.Builder
	for _, x := range b.Blocks {
		if x.Kind != rich.Para || x.Align != "" {
			continue
		}
		line := strings.TrimSpace(rich.Body{Blocks: []rich.Block{x}}.Text())
		n := utf8.RuneCountInString(line)
		if n < 8 || strings.HasSuffix(line, "：") || strings.HasSuffix(line, ":") {
			continue
		}
		for line != "" {
			i := strings.IndexAny(line, "。！？\n")
			sentence := line
			if i >= 0 {
				_, size := utf8.DecodeRuneInString(line[i:])
				sentence = line[:i+size]
			}
			line = strings.TrimSpace(line[len(sentence):])
			have, more := utf8.RuneCountInString(s.String()), utf8.RuneCountInString(sentence)
			switch {
			case have+more <= 120:
				s.WriteString(strings.TrimSpace(sentence))
			case have == 0:
				return string([]rune(sentence)[:118]) + "……"
			default:
				return s.String()
			}
		}
		if utf8.RuneCountInString(s.String()) >= 60 {
			break
		}
	}
	return s.String()
}

// emptyWords say nothing of what a paper is about.
var emptyWords = []string{"关于", "做好", "印发", "转发", "进一步", "加强", "推进", "开展", "组织", "实施", "落实", "通知", "公告", "通告", "公示", "意见", "办法", "方案", "工作", "有关", "事项", "问题", "情况", "报告", "解读", "试行", "暂行", "人民政府", "办公室"}

// ProposeKeywords are up to five words from the title, those first that the text
// says most often.
func ProposeKeywords(title string, b rich.Body) []string {
	t := title
	if i := strings.Index(t, "关于"); i > 0 { // before it stands who speaks
		t = t[i:]
	}
	for _, w := range emptyWords {
		t = strings.ReplaceAll(t, w, " ")
	}
	body := b.Text()
	if len(body) > 200_000 {
		body = body[:200_000]
	}
	type word struct {
		s string
		n int
	}
	var words []word
	for _, w := range strings.FieldsFunc(t, func(r rune) bool {
		return !unicode.Is(unicode.Han, r) || strings.ContainsRune("的和与及对在为等年月日号镇县市省区乡第〇一二三四五六七八九十", r)
	}) {
		n := utf8.RuneCountInString(w)
		if n < 2 || n > 8 || slices.ContainsFunc(words, func(x word) bool { return x.s == w }) {
			continue
		}
		words = append(words, word{w, strings.Count(body, w)})
	}
	slices.SortStableFunc(words, func(a, b word) int { return b.n - a.n })
	var out []string
	for i := 0; i < len(words) && i < 5; i++ {
		out = append(out, words[i].s)
	}
	return out
}
