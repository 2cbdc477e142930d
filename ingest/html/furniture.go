package html

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/doc"
)

// metaNames are the labels under which sites describe a page.
const metaNames = `(?:索\s*引\s*号|信息索引号|信息来源|文章来源|稿件来源|来\s*源|发布机构|发布单位|发布机关|发文机关|发文单位|公开主体|发布时间|发布日期|发文日期|公开日期|成文日期|生成日期|更新时间|文\s*号|发文字号|信息名称|名\s*称|标\s*题|主题分类|信息分类|组配分类|服务对象|分\s*类|公开方式|公开范围|公开时限|有\s*效\s*性|时\s*效|主\s*题\s*词|关\s*键\s*词|体\s*裁|作\s*者|责任编辑|编\s*辑|审\s*核|浏览次数|浏览量|阅读次数|阅读量|访问次数|点击数|点击量|字\s*[号体]|撰稿|供稿|统一编号|语\s*种)`

// metaFirst holds the characters with which metaNames begin.
const metaFirst = "索信文稿来发公成生更名标主组服分有时关体作责编审浏阅访点字撰供统语"

// What stands around the article on government sites. Patterns see a line
// without leading bullets and spaces.
var (
	furnitureLine = regexp.MustCompile(`^(?:您?(?:现在)?(?:所在的?|当前的?)?(?:位置|栏目)\s*[:：]|您(?:的|现在|当前)所?[在的]*位置|当前(?:位置|栏目)|首页\s*[>»›＞/]` +
		`|分享(?:到|至|本页|文章)?\s*[:：]?|(?:【?\s*字[体号]\s*[:：]?)|[【\[]?\s*(?:打印本页|打印此页|打印|关闭窗口|关闭本页|关闭|收藏本页|收藏|我要纠错|返回顶部|返回)\s*[】\]]?$` +
		`|扫一扫|扫描二维码|关联稿件|相关附件\s*[:：]?|相关(?:链接|文章|阅读|文件|稿件|信息|新闻|内容|解读|推荐)\s*[:：]?$|[上下]一[篇条页]\s*(?:[:：]|$)|您访问的链接即将离开|.{0,20}即将离开.{0,40}是否继续` +
		`|设为首页|加入收藏|(?:无障碍(?:浏览|阅读|服务)?|长者(?:模式|版|助手)|适老(?:化|版)?(?:模式)?|进入关怀.{0,4}|网站地图|联系我们|关于我们|网站声明|隐私(?:声明|保护))$|版权(?:所有|声明)|Copyright|©|.{0,40}ICP备|.{0,40}公网安备|网站标识码|政府网站标识码|(?:建议|推荐)使用.{0,30}(?:浏览器|分辨率)` +
		`|(?:主办|承办|技术支持|维护)(?:单位)?\s*[:：]|您是第.{0,12}位|(?:本文|本页)?二维码$|无标题文档$|-{2,}$|政务微信$|头部$|底部$|微信扫|浏览次数|阅读次数|点击(?:数|次数|率|量)\s*[:：])`)
	sizes = regexp.MustCompile(`^[【\[(（]?\s*(?:特大|超大|大)\s*[|｜]?\s*中\s*[|｜]?\s*小\s*[】\])）]?\s*(?:打印|关闭|$)`)

	metaLabel = regexp.MustCompile(metaNames + `\s*[:：]`)
	metaStart = regexp.MustCompile(`^[ \x{a0}\x{3000}【\[（(|｜]*` + metaNames + `\s*[:：]`)
	metaOnly  = regexp.MustCompile(`^` + metaNames + `\s*[:：]?$`)
	stamp     = regexp.MustCompile(`^(?:20\d\d)[-/年.]\s*\d{1,2}[-/月.]\s*\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?$`)
	attached  = regexp.MustCompile(`(?i)^.{1,120}\.(?:docx?|wps|xlsx?|et|pdf|ofd|zip|rar|rtf)(?:\s*[(（].{0,20}[)）])?$`)
)

// bullets are dropped before a line is looked at.
func bare(s string) string {
	return strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("•·●○■□▪◆◇★☆*-–|｜>»", r)
	})
}

// furnitureStart holds the characters with which furniture lines begin, and
// furnitureWords what the others contain: most lines need no closer look.
const furnitureStart = "您现所当位栏首分【[字打关收我返扫相上下设加无长适进网联隐版Cc©政建推主承技维本二-微浏阅点头底(（特超大"

var furnitureWords = []string{"即将离开", "ICP备", "公网安备"}

// furniture reports a line that belongs to the site and not to the report.
func furniture(s string) bool {
	if len(s) > 300 {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(s); (!strings.ContainsRune(furnitureStart, r) || strings.Contains(s, "。")) &&
		!slices.ContainsFunc(furnitureWords, func(w string) bool { return strings.Contains(s, w) }) {
		return false
	}
	return furnitureLine.MatchString(s) || sizes.MatchString(s)
}

// metaLine reads lines such as 来源：某镇人民政府 发布时间：2024-01-12 字体：大 中 小.
func metaLine(s string) []doc.Meta {
	if len(s) > 900 {
		return nil
	}
	if !strings.ContainsAny(s[:min(len(s), 60)], ":：") || !metaStart.MatchString(s) {
		if stamp.MatchString(s) {
			return []doc.Meta{{Name: "发布时间", Value: s}}
		}
		return nil
	}
	var out []doc.Meta
	hits := metaLabel.FindAllStringIndex(s, 24)
	for i, h := range hits {
		end := len(s)
		if i+1 < len(hits) {
			end = hits[i+1][0]
		}
		name := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || r == ':' || r == '：' {
				return -1
			}
			return r
		}, s[h[0]:h[1]])
		value := strings.Trim(s[h[1]:end], " \t\n\u00a0\u3000【】[]|｜-()（）")
		if utf8.RuneCountInString(value) > 80 || strings.Contains(value, "。") {
			return nil // a sentence that happens to begin so
		}
		if i == 0 && (name == "名称" || name == "标题" || name == "分类" || name == "作者" || name == "编辑" || name == "审核" || name == "撰稿" || name == "供稿") && len(hits) == 1 {
			return nil // too common alone
		}
		if value != "" && name != "字体" && name != "字号" {
			out = append(out, doc.Meta{Name: name, Value: value})
		}
	}
	if out == nil {
		out = []doc.Meta{}
	}
	return out
}

// chrome finds the parts of a page that are furniture by the name a designer
// gave them.
var chrome = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:bread-?crumbs?|crumbs?|bread|curr?ent-?pos(?:ition)?|position|location|dqwz|weizhi|bdshare\w*|bshare\w*|share\w*|social-share|footer|foot|copyright|nav|navbar|menu|sub-?nav|side-?bar|related|recommend|xgwj|xglj|qr-?code|ewm|erweima|toolbar|pagination|top-?bar)(?:$|[\s_-])`)

// named reports an element that its class or tag says is furniture. One that
// holds a data table, or much prose, is kept.
func named(n *node) bool {
	if n.tables > 0 || n.runes-n.link > 200 {
		return false
	}
	return n.attr != nil && n.attr.class != "" && len(n.attr.class) < 300 && chrome.MatchString(n.attr.class) && !titled(n)
}

// titled reports an element with the report's title in it.
func titled(n *node) bool {
	if n.link > 0 {
		return false
	}
	var b strings.Builder
	rawText(n, &b)
	return strings.Contains(b.String(), "年度报告")
}
