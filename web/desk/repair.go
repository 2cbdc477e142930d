package desk

// repairName says in words what a repair mended; a code that is not listed
// stands for itself.
func repairName(code string) string {
	if n, ok := map[string]string{
		"LABEL-MISPRINT":      "项目名称有误，按格式认出",
		"LABEL-SPLIT":         "项目名称被拆开，已合并",
		"HEADING-NUMBER":      "章节序号有误或丢失，按格式认出",
		"HEADING-MISPRINT":    "章节标题有误，按格式认出",
		"COLUMN-ORDER":        "列的次序与格式不同，按列名归位",
		"EXTRA-CELL":          "多出的空格子未读入",
		"EXTRA-FIGURE":        "多出的数字未读入",
		"ROW-TWICE":           "同一行出现两次，只计一次",
		"ROW-SPLIT-BY-PAGE":   "一行被分页拆开，已合并",
		"FIGURES-IN-ONE-CELL": "几个数字挤在一格，已分开",
		"FIGURES-IN-NEXT-ROW": "数字落在下一行，已归位",
		"UNKNOWN-ROW":         "格式中没有的一行，未读入",
		"GLUED":               "数字连写，按勾稽关系拆开",
		"WORD-RESIDUE":        "文档残留的标记，已去除",
	}[code]; ok {
		return n
	}
	return code
}
