package annual

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A unit of local government as an organ calls itself, and those it could be
// mistaken for. A town may well speak of 全县, so only peers are compared.
var peers = [][]string{{"镇", "乡", "街道"}, {"县", "市", "区", "旗", "州"}}

func checkOrganLevel(p *prose, _ *Context) []Finding {
	own := ownUnit(p.report.Organ)
	if own == "" {
		return nil
	}
	for _, group := range peers {
		mine := false
		for _, u := range group {
			mine = mine || u == own
		}
		if !mine {
			continue
		}
		said := []string{"全", "我", "本"}
		if group[0] == "县" {
			said = said[1:] // 全市 in a county's report may well be the city above it
		}
		for i := range p.sentences {
			s := &p.sentences[i]
			for _, u := range group {
				for _, w := range said {
					k := strings.Index(s.text, w+u)
					if u == own || k < 0 || notTheUnit(s.text[k+len(w+u):], u) {
						continue
					}
					g := s.finding("D-ORG-LEVEL", Info, nil, fmt.Sprintf("%s写“%s”，本机关是%s。", s.place(), w+u, p.report.Organ))
					g.Expected, g.Found = w+own, w+u
					g.Suggest = "请改为“" + w + own + "”，并检查是否沿用了其他单位的稿子。"
					return []Finding{g}
				}
			}
		}
	}
	return nil
}

// notTheUnit skips 全乡镇, 本区域, 全市场, 我区块.
func notTheUnit(rest, u string) bool {
	for _, w := range []string{"镇", "域", "场", "间", "块", "民", "别", "长", "委办"} {
		if strings.HasPrefix(rest, w) && !(u == "镇" && w != "域") {
			return true
		}
	}
	return false
}

func ownUnit(organ string) string {
	base := strings.TrimSpace(organ)
	whole := base
	for _, suffix := range []string{"人民政府", "政府", "办事处", "党政办公室"} {
		base = strings.TrimSuffix(base, suffix)
	}
	for _, u := range []string{"街道", "镇", "乡"} {
		if strings.HasSuffix(base, u) {
			return u
		}
	}
	if base != whole {
		for _, u := range peers[1] {
			if strings.HasSuffix(base, u) {
				return u
			}
		}
	}
	return ""
}

// Prose this alike is reported. Own reports repeat set phrases from year to
// year, so the bar is higher there.
const (
	SimilarToLast      = 0.80
	SimilarToNeighbour = 0.70
)

func checkSimilar(p *prose, c *Context) []Finding {
	var out []Finding
	add := func(other *Report, bar float64, who string) {
		score, shared := Similarity(p.report, other)
		if score < bar {
			return
		}
		g := finding("D-SIMILAR", Warning, nil, fmt.Sprintf("文字与%s相同的部分约占%d%%。", who, int(score*100+0.5)))
		g.Expected, g.Found = fmt.Sprintf("低于%d%%", int(bar*100)), fmt.Sprintf("%d%%", int(score*100+0.5))
		g.Suggest = "请结合本机关当年实际重写相同的段落。"
		if len(shared) > 0 {
			g.Quote = clip(shared[0], 80)
		}
		out = append(out, g)
	}
	if c.Last != nil {
		add(c.Last, SimilarToLast, "本机关上年报告")
	}
	for _, n := range c.Neighbours {
		if n != nil && n != p.report {
			add(n, SimilarToNeighbour, "“"+n.Organ+"”的报告")
		}
	}
	return out
}

func checkPrivacy(p *prose, _ *Context) []Finding {
	var out []Finding
	for i := range p.paras {
		q := &p.paras[i]
		eachDigitRun(q.text, func(at int, run string) {
			switch {
			case (len(run) == 18 || len(run) == 17) && identityNumber(run, q.text[at+len(run):]):
				g := finding("D-PRIVACY", Error, nil, q.place()+"有身份证号码，不得公开。")
				g.Expected, g.Found, g.Quote = "没有公民身份号码", mask(run), mask(run)
				g.Suggest = "请删去或遮盖身份证号码。"
				out = append(out, g)
			case len(run) == 11 && run[0] == '1' && run[1] >= '3' && citizenPhone(q.text, at):
				g := finding("D-PRIVACY", Error, nil, q.place()+"有手机号码，不像是机关公开的联系电话。")
				g.Expected, g.Found, g.Quote = "没有公民手机号码", mask(run), mask(run)
				g.Suggest = "请核对；是公民的号码请删去，是办公电话请写明“联系电话”。"
				out = append(out, g)
			}
		})
		if k := strings.Index(q.text, "内部资料"); k >= 0 && shortLine(q.text) {
			g := finding("D-PRIVACY", Error, nil, q.place()+"有“内部资料”字样。")
			g.Expected, g.Found, g.Quote = "没有内部资料标志", "内部资料", clip(q.text, 40)
			g.Suggest = "请确认全文可以公开后删去该标志。"
			out = append(out, g)
		}
	}
	return out
}

// eachDigitRun calls use for each run of ASCII digits.
func eachDigitRun(s string, use func(at int, run string)) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if i == 0 || s[i-1] != '.' {
			use(i, s[i:j])
		}
		i = j
	}
}

// identityNumber checks the last digit of a 公民身份号码 (GB 11643).
func identityNumber(run, rest string) bool {
	id := run
	if len(run) == 17 {
		if !strings.HasPrefix(rest, "X") && !strings.HasPrefix(rest, "x") {
			return false
		}
		id += "X"
	}
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	total := 0
	for i, w := range weights {
		total += int(id[i]-'0') * w
	}
	month, day := id[10:12], id[12:14]
	return "10X98765432"[total%11] == id[17] && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

// citizenPhone tells a private number from the office's contact line.
func citizenPhone(line string, at int) bool {
	if containsAny(line, words().CitizenWords...) {
		return true
	}
	return !containsAny(line[:at], "联系电话", "咨询电话", "监督电话", "投诉电话", "举报电话", "办公电话", "联系方式", "电话：", "电话:", "热线", "传真", "本机关", "办公室", "服务电话", "地址")
}

// mask hides the middle of a number, so that the finding itself publishes
// nothing.
func mask(run string) string {
	if len(run) < 8 {
		return run
	}
	return run[:3] + strings.Repeat("*", len(run)-5) + run[len(run)-2:]
}

func shortLine(s string) bool { return utf8.RuneCountInString(s) <= 20 }

// checkSecret looks for marks, not for words: 绝密★, 密级：机密, or a short line
// that is nothing but the mark. 属于国家秘密 in a sentence is the form's language.
func checkSecret(p *prose, _ *Context) []Finding {
	var out []Finding
	add := func(q *para, mark string) {
		g := finding("D-SECRET", Error, nil, fmt.Sprintf("%s有“%s”标志。", q.place(), mark))
		g.Expected, g.Found, g.Quote = "没有密级标志", mark, clip(q.text, 40)
		g.Suggest = "请先经保密审查，确认可以公开并按规定解密后再公布。"
		out = append(out, g)
	}
	for i := range p.paras {
		q := &p.paras[i]
		for _, m := range words().Marks {
			for from := 0; ; {
				k := strings.Index(q.text[from:], m)
				if k < 0 {
					break
				}
				k += from
				from = k + len(m)
				rest := strings.TrimLeft(q.text[from:], " \u3000")
				before := strings.TrimRight(q.text[:k], " \u3000：:")
				if strings.HasPrefix(rest, "★") || strings.HasPrefix(rest, "☆") || strings.HasSuffix(before, "密级") || q.text == m {
					add(q, m)
					break
				}
			}
		}
		if shortLine(q.text) {
			for _, m := range words().InnerMarks {
				if m != "内部资料" && strings.HasPrefix(strings.TrimLeft(q.text, "【[（("), m) {
					add(q, m)
					break
				}
			}
		}
	}
	return out
}
