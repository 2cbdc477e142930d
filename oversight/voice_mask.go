package oversight

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/org"
)

// Masked is the content as somebody sees it who may read and not handle: the
// matter, without who it is.
func (c VoiceContent) Masked() VoiceContent {
	c.Name, c.Phone, c.Email = MaskName(c.Name), org.MaskPhone(c.Phone), maskMail(c.Email)
	if c.Address != "" {
		c.Address = "（不显示）"
	}
	hide := func(s string) string {
		return hidden.ReplaceAllStringFunc(s, func(x string) string { return strings.Repeat("*", len(x)) })
	}
	for _, s := range []*string{&c.Title, &c.Text, &c.Matter, &c.Finding, &c.Measure, &c.Answer, &c.Comment} {
		*s = hide(*s)
	}
	events := make([]VoiceEvent, len(c.Events))
	for i, e := range c.Events {
		e.Why = hide(e.Why)
		events[i] = e
	}
	c.Events = events
	return c
}

func maskMail(s string) string {
	if s == "" {
		return ""
	}
	return org.MaskEmail(s)
}

// MaskName leaves the first character of a name: 张*.
func MaskName(s string) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) == 0 {
		return ""
	}
	return string(r[:1]) + strings.Repeat("*", max(1, min(len(r)-1, 3)))
}

// hidden are numbers that stand for a person, in any text.
var hidden = regexp.MustCompile(`[0-9]{15,19}[0-9Xx]?|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}`)

var personal = []struct {
	what string
	is   *regexp.Regexp
}{
	{"身份证号码", regexp.MustCompile(`[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])[0-9]{3}[0-9Xx]`)},
	{"手机号码", regexp.MustCompile(`(^|[^0-9])1[3-9][0-9]{9}([^0-9]|$)`)},
	{"银行卡号", regexp.MustCompile(`(^|[^0-9])[0-9]{16,19}([^0-9]|$)`)},
	{"邮箱", regexp.MustCompile(`[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z]`)},
	{"门牌号", regexp.MustCompile(`[0-9]+(号楼|栋|幢)?[0-9]*(单元|室)`)},
}

// PersonalIn names what of the person stands in texts that are to be public: his
// own name, numbers and address, and what looks like anybody's.
func (c VoiceContent) PersonalIn(texts ...string) []string {
	all := strings.Join(texts, "\n")
	squeezed := strings.NewReplacer(" ", "", "\u3000", "", "-", "").Replace(all)
	var out []string
	for _, x := range []struct{ what, text string }{{"提出人姓名", c.Name}, {"提出人电话", c.Phone}, {"提出人邮箱", c.Email}, {"提出人地址", c.Address}} {
		if t := strings.NewReplacer(" ", "", "\u3000", "", "-", "").Replace(x.text); utf8.RuneCountInString(t) >= 2 && strings.Contains(squeezed, t) {
			out = append(out, x.what)
		}
	}
	for _, p := range personal {
		if p.is.MatchString(all) || p.is.MatchString(squeezed) {
			out = append(out, p.what)
		}
	}
	return out
}
