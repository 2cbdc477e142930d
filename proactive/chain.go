package proactive

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
)

// A Step is one signature that a text needs before it goes out.
type Step struct {
	Name    string     // as the organ calls it, e.g. 党政办审核兼保密审查
	Roles   []org.Role // whoever holds one of them at the organ may sign
	Secrecy bool       // it is the review for secrecy 保密审查: the five questions are answered here
}

// A Chain is the steps of review of an organ for a kind, in their order 审核链.
type Chain struct {
	Steps []Step
}

// maxSteps bounds a chain; facts of an act have room for them.
const maxSteps = 8

// Town is the chain of a small organ: its office looks through it and reviews it
// for secrecy, the leader in charge signs.
func Town() Chain {
	return Chain{[]Step{{"审核兼保密审查", []org.Role{org.Reviewer, org.Secrecy}, true}, {"分管领导签发", []org.Role{org.Signer, org.Head}, false}}}
}

// Thrice is the chain of a county 三审三校.
func Thrice() Chain {
	return Chain{[]Step{{"初审校对", []org.Role{org.Reviewer}, false}, {"复审校对兼保密审查", []org.Role{org.Secrecy}, true}, {"终审签发", []org.Role{org.Signer, org.Head}, false}}}
}

// Wrong is what is wrong with a chain, in Chinese, "" if nothing is.
func (c Chain) Wrong() string {
	switch {
	case len(c.Steps) == 0:
		return "审核链至少要有一个环节。"
	case len(c.Steps) > maxSteps:
		return fmt.Sprintf("审核链最多%d个环节。", maxSteps)
	case !slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Secrecy }):
		return "审核链中要有一个环节做保密审查，在它的名称后面写“+保密”。"
	}
	for i, s := range c.Steps {
		switch {
		case strings.TrimSpace(s.Name) == "" || len(s.Name) > 60 || strings.ContainsAny(s.Name, "/;；\n"):
			return fmt.Sprintf("第%d个环节的名称不对，写20个字以内，不用斜线和分号。", i+1)
		case len(s.Roles) == 0:
			return fmt.Sprintf("第%d个环节“%s”没有写由哪个岗位签。", i+1, s.Name)
		}
		for _, r := range s.Roles {
			if !r.Valid() || r.Guarding() {
				return fmt.Sprintf("第%d个环节“%s”的岗位不能是“%s”。", i+1, s.Name, r.Chinese())
			}
		}
	}
	return ""
}

// code is a step as a fact of an act.
func (s Step) code() string {
	roles := make([]string, len(s.Roles))
	for i, r := range s.Roles {
		roles[i] = string(r)
	}
	t := s.Name + "/" + strings.Join(roles, ",")
	if s.Secrecy {
		t += "/s"
	}
	return t
}

func parseStep(t string) (Step, bool) {
	p := strings.Split(t, "/")
	if len(p) < 2 || len(p) > 3 || len(p) == 3 && p[2] != "s" {
		return Step{}, false
	}
	s := Step{Name: p[0], Secrecy: len(p) == 3}
	for r := range strings.SplitSeq(p[1], ",") {
		s.Roles = append(s.Roles, org.Role(r))
	}
	return s, true
}

// Text is the chain as settings have it, one step a line: 名称：岗位、岗位+保密.
func (c Chain) Text() string {
	var b strings.Builder
	for i, s := range c.Steps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s.Name + "：")
		for k, r := range s.Roles {
			if k > 0 {
				b.WriteString("、")
			}
			b.WriteString(r.Chinese())
		}
		if s.Secrecy {
			b.WriteString("+保密")
		}
	}
	return b.String()
}

// ParseChain reads a chain as Text writes it, or the word of a preset: 乡镇,
// 三审三校. What is wrong is said in Chinese.
func ParseChain(text string) (Chain, string) {
	switch strings.TrimSpace(text) {
	case "", "乡镇":
		return Town(), ""
	case "三审三校":
		return Thrice(), ""
	}
	var c Chain
	for i, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' || r == '；' }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, roles, ok := strings.Cut(strings.ReplaceAll(line, ":", "："), "：")
		if !ok {
			return Chain{}, "第" + strconv.Itoa(i+1) + "行没有冒号。写“名称：岗位、岗位”，例如“分管领导签发：签发”。"
		}
		s := Step{Name: strings.TrimSpace(name)}
		if r, cut := strings.CutSuffix(strings.TrimSpace(roles), "+保密"); cut {
			s.Secrecy, roles = true, r
		}
		for w := range strings.FieldsFuncSeq(roles, func(r rune) bool { return r == '、' || r == '，' || r == ',' }) {
			r, ok := org.ParseRole(w)
			if !ok {
				return Chain{}, "第" + strconv.Itoa(i+1) + "行的“" + strings.TrimSpace(w) + "”不是岗位名称，请按岗位表中的名称写。"
			}
			s.Roles = append(s.Roles, r)
		}
		c.Steps = append(c.Steps, s)
	}
	if bad := c.Wrong(); bad != "" {
		return Chain{}, bad
	}
	return c, ""
}

// ChainOf is the chain for a kind by a setting: lines that begin with the name of
// a kind in brackets, 【公示】, hold for that kind alone, those before the first
// for all others.
func ChainOf(setting string, k Kind) (Chain, string) {
	parts := strings.Split(setting, "【")
	general, bad := ParseChain(parts[0])
	if bad != "" {
		return Chain{}, bad
	}
	for _, p := range parts[1:] {
		names, text, ok := strings.Cut(p, "】")
		if !ok {
			return Chain{}, "“【”后面没有“】”。"
		}
		c, bad := ParseChain(text)
		if bad != "" {
			return Chain{}, "【" + names + "】" + bad
		}
		for n := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == '、' }) {
			i := slices.IndexFunc(kinds, func(f kindFacts) bool { return f.chinese == strings.TrimSpace(n) })
			if i < 0 {
				return Chain{}, "【" + n + "】不是信息类别的名称。"
			}
			if kinds[i].kind == k {
				return c, ""
			}
		}
	}
	return general, ""
}

// reviewLaw is what the chain stands on.
var reviewLaw = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十七条", Paraphrase: "行政机关应当建立公开审查机制，明确审查的程序和责任，公开前依法审查。"}
