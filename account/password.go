package account

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The length of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 128
)

// easy is how many tries a password has to withstand, as a power of two, when
// whoever tries knows the words, dates, names and walks over the keyboard that
// people use. At 2^32 a stolen hash costs years of a core.
const easy = 32

// CheckPassword says in Chinese why a password is not accepted, or nil. about
// is what others know of its owner: login, name, organ. There is no rule that
// asks for kinds of characters: such rules give Admin@123456, which this
// refuses (NIST SP 800-63B, 5.1.1.2).
func CheckPassword(password string, about ...string) error {
	if !utf8.ValidString(password) {
		return fmt.Errorf("口令中有无法识别的字符。")
	}
	p := fold(password)
	switch n := utf8.RuneCountInString(p); {
	case n < MinPassword:
		return fmt.Errorf("口令太短：至少%d个字符，现在是%d个。可以用几个不相干的词连起来。", MinPassword, n)
	case n > MaxPassword:
		return fmt.Errorf("口令太长：最多%d个字符。", MaxPassword)
	}
	for _, r := range p {
		if unicode.IsControl(r) {
			return fmt.Errorf("口令中有无法显示的字符，可能是粘贴时带进来的换行。")
		}
	}
	low := strings.ToLower(p)
	for _, a := range about {
		if a = strings.ToLower(fold(strings.TrimSpace(a))); utf8.RuneCountInString(a) >= 2 && len(a) >= 3 && strings.Contains(low, a) {
			return fmt.Errorf("口令中不能含有账号、本人姓名或机关名称（“%s”）。", a)
		}
	}
	if Strength(p) < easy {
		return fmt.Errorf("这个口令容易被猜到：它由常见的词、日期、姓名拼音、连续或重复的字符组成。请换一个，例如四个不相干的词。")
	}
	return nil
}

//go:embed roots.txt
var rootsText string

// words gives the rank of each word of the list, from 1.
var words = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	for line := range strings.Lines(rootsText) {
		if w := strings.TrimSpace(line); w != "" && w[0] != '#' && out[w] == 0 {
			out[w] = len(out) + 1
		}
	}
	return out
})

// syllables are those of pinyin, a few more than there are.
var syllables = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	finals := strings.Fields("a o e i u v ai ei ao ou an en ang eng ong er ia ie iao iu ian in iang ing iong ua uo uai ui uan un uang ue")
	for _, i := range strings.Fields("b p m f d t n l g k h j q x zh ch sh r z c s y w") {
		for _, f := range finals {
			out[i+f] = true
		}
	}
	for _, f := range strings.Fields("a o e ai ei ao ou an en ang er") {
		out[f] = true
	}
	return out
})

// tracks are the ways fingers walk over a keyboard; so are they backwards.
var tracks = sync.OnceValue(func() []string {
	list := strings.Fields("`1234567890-= ~!@#$%^&*()_+ qwertyuiop[]\\ asdfghjkl;' zxcvbnm,./ abcdefghijklmnopqrstuvwxyz 01234567890 " +
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ !qaz@wsx#edc$rfv%tgb^yhn&ujm*ik, qazwsxedcrfvtgbyhnujmikolp qweasdzxc rtyfghvbn " +
		"1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 a1s2d3f4g5h6 z1x2c3v4b5n6 1a2b3c4d5e6f7g a1b2c3d4e5f6g7 147258369 159357 789456123 741852963 13579 24680 " +
		"112233445566778899 0102030405060708 qqwweerrttyy aabbccddeeff 1!2@3#4$5%6^7&8*9(0)")
	for _, t := range list {
		b := []byte(t)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		list = append(list, string(b))
	}
	return list
})

// plainer undoes the usual replacements: p@ssw0rd.
var plainer = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "i", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t", "8", "b")

// longestPiece bounds what is taken for one piece, in characters.
const longestPiece = 40

// Strength is the power of two of the tries that a password withstands: the
// cheapest way to put it together from words of the list, pinyin, dates, walks
// over the keyboard, repetitions and single characters. It is no more than an
// estimate.
func Strength(password string) float64 {
	r := []rune(fold(password))
	if len(r) > MaxPassword {
		r = r[:MaxPassword]
	}
	low := []rune(strings.ToLower(string(r)))
	if len(low) != len(r) { // a letter whose lower case is two
		low = r
	}
	best := make([]float64, len(r)+1)
	for j := 1; j <= len(r); j++ {
		best[j] = best[j-1] + single(r[j-1])
		for i := max(0, j-longestPiece); i < j-1; i++ {
			if c := piece(r[i:j], low[i:j], low[:i]); best[i]+c+0.7 < best[j] {
				best[j] = best[i] + c + 0.7
			}
		}
	}
	return best[len(r)]
}

// single is what one character costs that belongs to nothing.
func single(r rune) float64 {
	switch {
	case r >= '0' && r <= '9':
		return 3.3
	case r >= 'a' && r <= 'z':
		return 4.5
	case r >= 'A' && r <= 'Z':
		return 5.2
	case r < utf8.RuneSelf:
		return 4.7
	}
	return 8.5
}

// piece is what some characters cost if they are one thing, or infinity. low
// is the same in lower case, before what comes before it.
func piece(s, low, before []rune) float64 {
	c := math.Inf(1)
	n, text := float64(len(s)), string(low)
	shift := 0.0 // capitals
	if string(s) != text {
		shift = 1
		if !unicode.IsUpper(s[0]) || strings.ToUpper(text) != string(s) && strings.ToLower(string(s[1:])) != string(low[1:]) {
			shift = 2
		}
	}
	if same(s) {
		c = min(c, single(s[0])+math.Log2(n))
	}
	if len(s) >= 2 && strings.Contains(string(before), text) {
		c = min(c, 2+math.Log2(n)+shift)
	}
	if len(s) >= 3 {
		for _, t := range tracks() {
			if strings.Contains(t, text) {
				c = min(c, 5+math.Log2(n)+shift)
				break
			}
		}
	}
	if rank := words()[text]; rank > 0 {
		c = min(c, math.Log2(float64(rank)+4)+shift)
	} else if rank := words()[plainer.Replace(text)]; rank > 0 {
		c = min(c, math.Log2(float64(rank)+4)+shift+1.5)
	}
	if syllables()[text] {
		c = min(c, 7+shift)
	}
	return min(c, number(text))
}

func same(s []rune) bool {
	for _, r := range s {
		if r != s[0] {
			return false
		}
	}
	return true
}

// number is what a year, a day or a telephone number costs.
func number(s string) float64 {
	for _, r := range s {
		if r < '0' || r > '9' {
			return math.Inf(1)
		}
	}
	part := func(i, j, low, high int) bool {
		n := 0
		for _, r := range s[i:j] {
			n = n*10 + int(r-'0')
		}
		return n >= low && n <= high
	}
	switch {
	case len(s) == 4 && part(0, 4, 1940, 2049):
		return 6
	case len(s) == 4 && part(0, 2, 1, 12) && part(2, 4, 1, 31):
		return 8
	case len(s) == 8 && part(0, 4, 1940, 2049) && part(4, 6, 1, 12) && part(6, 8, 1, 31):
		return 14
	case len(s) == 6 && part(2, 4, 1, 12) && part(4, 6, 1, 31), len(s) == 6 && part(0, 4, 1940, 2049) && part(4, 6, 1, 12):
		return 13
	case len(s) == 11 && part(0, 2, 13, 19): // 手机号码
		return 20
	}
	return math.Inf(1)
}
