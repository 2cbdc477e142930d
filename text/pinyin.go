package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// second holds the other sound of characters of which both are common: 银行 and
// 行政, 重庆 and 重点.
const second = "重chong 长chang 行hang 会kuai 调tiao 率shuai 都du 单shan 曾zeng 降xiang 解xie 参shen 差chai 传zhuan 给ji 角jue 校jiao 着zhuo 大dai 还huan 便pian 强jiang 区ou 朴piao 查zha 卡qia 露lou 落la 模mu 塞se 石dan 厦xia " +
	"阿e 什shi 乐yue 藏zang 埔bu 泊bo 仇qiu 六lu 盖ge 提di 种chong 属zhu 宿xiu 系ji 血xie 畜xu 殖shi 称chen 车ju 弹tan 度duo 番pan 否pi 奇ji 巷hang 核hu 识zhi 屏bing 迫pai 说shui 沓ta 溃hui"

// sounds gives the sounds of characters: one, or two parted by a space.
var sounds = sync.OnceValue(func() map[rune]string {
	m := make(map[rune]string, 7000)
	for line := range strings.Lines(syllables) {
		sound, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range chars {
			m[r] = sound
		}
	}
	for _, p := range strings.Fields(second) {
		r, n := utf8.DecodeRuneInString(p)
		if s := p[n:]; m[r] != s {
			m[r] += " " + s
		}
	}
	return m
})

// Pinyin gives the sounds of a character without tone, the commonest first, ü
// written v; none for one that is not in GB 2312. A traditional character
// sounds as its simplified one.
func Pinyin(r rune) []string {
	s, ok := sounds()[FoldRune(r)]
	if !ok {
		return nil
	}
	return strings.Fields(s)
}

// spoken are words in which a character does not sound as it mostly does, with
// their first letters.
var spoken = sync.OnceValue(func() map[[2]rune]string {
	m := map[[2]rune]string{}
	for _, p := range strings.Fields("调整tz 调节tj 调解tj 调控tk 调价tj 调剂tj 调理tl 重复cf 重新cx 重建cj 重组cz 重庆cq 重阳cy 重审cs 银行yh 行业hy 支行zh 分行fh 央行yh 商行sh " +
		"长期cq 长远cy 长江cj 长效cx 长度cd 长途ct 长城cc 延长yc 会计kj 财会ck 供给gj 给付jf 给水js 率先sx 首都sd 都市ds 兴趣xq 音乐yy 曾经cj 便宜py 番禺py 参差cc 人参rs") {
		r := []rune(p)
		m[[2]rune{r[0], r[1]}] = string(r[2:])
	}
	return m
})

// Initials are the first letters of the sounds of a text, letters and digits as
// they are, in lower case: 政务公开2026 gives zwgk2026. Everything else is left
// out.
func Initials(s string) string {
	var b strings.Builder
	var prev rune
	for _, r := range s {
		f := FoldRune(r)
		switch {
		case f >= 'a' && f <= 'z' || f >= '0' && f <= '9':
			b.WriteByte(byte(f))
		case f > 0:
			p, ok := sounds()[f]
			if !ok {
				break
			}
			if w, ok := spoken()[[2]rune{prev, f}]; ok {
				was := b.String()
				b.Reset()
				b.WriteString(was[:len(was)-1] + w)
				prev = 0
				continue
			}
			b.WriteByte(p[0])
		}
		prev = f
	}
	return b.String()
}

// AlikeSound writes a syllable as those hear it who part neither zh from z nor
// ing from in: two characters that are typed for each other have the same.
func AlikeSound(s string) string {
	if len(s) > 2 && s[1] == 'h' {
		s = s[:1] + s[2:]
	}
	if strings.HasSuffix(s, "ang") || strings.HasSuffix(s, "eng") || strings.HasSuffix(s, "ing") {
		s = s[:len(s)-1]
	}
	return s
}

// Syllables splits letters into syllables of Pinyin, the longest first, and
// reports whether they are nothing else: zhengwugongkai is zheng wu gong kai.
func Syllables(s string) ([]string, bool) {
	if len(s) > 60 {
		return nil, false
	}
	// from[i] is the length of the syllable to take at i, 0 where none leads to
	// the end.
	from := make([]int, len(s)+1)
	known := known()
	for i := len(s) - 1; i >= 0; i-- {
		for n := min(6, len(s)-i); n > 0; n-- {
			if known[s[i:i+n]] && (i+n == len(s) || from[i+n] > 0) {
				from[i] = n
				break
			}
		}
	}
	if len(s) == 0 || from[0] == 0 {
		return nil, false
	}
	var out []string
	for i := 0; i < len(s); i += from[i] {
		out = append(out, s[i:i+from[i]])
	}
	return out, true
}

var known = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool, 400)
	for line := range strings.Lines(syllables) {
		sound, _, _ := strings.Cut(line, " ")
		m[sound] = true
	}
	return m
})
