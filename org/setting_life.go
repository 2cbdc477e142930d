package org

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
)

// The names of choices on the life of a request in the organ.
const (
	RequestSteps = "request.steps" // 内部时限：收集、起草、审核、签发
	RequestKeep  = "request.keep"  // 案卷的保管期限
)

func lifeChoices() []Choice {
	work := law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十五条", Paraphrase: "行政机关应当建立政府信息公开申请登记、审核、办理、答复、归档的工作制度。"}
	return []Choice{
		{Name: RequestSteps, Label: "申请的内部时限（工作日）", Hint: "收到后几个工作日内完成收集、起草、审核、签发，从小到大写四个数，如 5 10 13 16。到时提醒经办人；不影响法定期限，每件可以另定。", Default: "5 10 13 16", Cite: work,
			check: func(s string) string {
				if ParseRequestSteps(s) == nil {
					return "请从小到大写四个整数，每个1至60，用空格分开，如 5 10 13 16。"
				}
				return ""
			}},
		{Name: RequestKeep, Label: "申请案卷内容的保管期限（年）", Hint: "写年数，从办结的次年起算；可以按处理结果分别写，如 10；不予公开 30；无法提供 30。期满并已移交归档的，两人办理后清除网上的内容和个人信息，办理过程和统计数保留。不写的不清除。", Cite: work,
			check: func(s string) string {
				if _, _, bad := ParseKeep(s); bad != "" {
					return "“" + bad + "”应当写成年数（1至100），或者 处理结果 年数，如 不予公开 30。处理结果可以是：" + strings.Join(keepKinds, "、") + "。"
				}
				return ""
			}},
	}
}

// ParseRequestSteps reads four numbers of working days, each at least as large as
// the one before; nil if they are not.
func ParseRequestSteps(s string) []int {
	f := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" 　、，,", r) })
	var out []int
	for _, x := range f {
		n, err := strconv.Atoi(x)
		if err != nil || n < 1 || n > 60 || len(out) > 0 && n < out[len(out)-1] {
			return nil
		}
		out = append(out, n)
	}
	if len(out) != 4 {
		return nil
	}
	return out
}

// keepKinds are the kinds of results that may be kept for a time of their own.
var keepKinds = []string{"公开", "不予公开", "无法提供", "不予处理", "其他处理"}

// ParseKeep reads how many years the content of files is kept: by default, 0 for
// ever, and by kind of result. bad is the first part that is not understood.
func ParseKeep(s string) (years int, kinds map[string]int, bad string) {
	kinds = map[string]int{}
	for x := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '；' || r == ';' }) {
		f := strings.Fields(x)
		if len(f) == 0 {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(f[len(f)-1], "年"))
		switch {
		case err != nil || n < 1 || n > 100 || len(f) > 2:
			return 0, nil, strings.TrimSpace(x)
		case len(f) == 1:
			years = n
		case !slices.Contains(keepKinds, f[0]):
			return 0, nil, strings.TrimSpace(x)
		default:
			kinds[f[0]] = n
		}
	}
	return years, kinds, ""
}
