package proactive

import (
	"strings"
)

// ColumnOf is the column of a portal for an item, by a setting of lines
// 类别或目录代码=栏目代码: the kind goes before its category, the category before
// its article, and 其他 stands for all that is not named.
func ColumnOf(setting string, k Kind, category string) string {
	article, _, _ := strings.Cut(category, ".")
	best, rank := "", 0
	for line := range strings.FieldsFuncSeq(setting, func(r rune) bool { return r == '\n' || r == ';' || r == '；' }) {
		name, column, ok := strings.Cut(strings.ReplaceAll(line, "＝", "="), "=")
		if !ok {
			continue
		}
		n := 0
		switch strings.TrimSpace(name) {
		case k.Chinese():
			n = 4
		case category, CategoryName(category):
			n = 3
		case article:
			n = 2
		case "其他":
			n = 1
		}
		if n > rank {
			best, rank = strings.TrimSpace(column), n
		}
	}
	return best
}
