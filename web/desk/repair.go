package desk

// repairName says in words what a repair mended; a code that is not listed
// stands for itself.
func repairName(code string) string {
	if n, ok := map[string]string{
		"LABEL-MISPRINT":       "项目名称有误，按格式认出",
		"LABEL-SPLIT":          "项目名称被拆开，已合并",
		"HEADING-NUMBER":       "章节序号有误或丢失，按格式认出",
		"HEADING-MISPRINT":     "章节标题有误，按格式认出",
		"COLUMN-ORDER":         "列的次序与格式不同，按列名归位",
		"EXTRA-CELL":           "多出的空格子未读入",
		"EXTRA-FIGURE":         "多出的数字未读入",
		"ROW-TWICE":            "同一行出现两次，只计一次",
		"ROW-SPLIT-BY-PAGE":    "一行被分页拆开，已合并",
		"FIGURES-IN-ONE-CELL":  "几个数字挤在一格，已分开",
		"FIGURES-IN-NEXT-ROW":  "数字落在下一行，已归位",
		"UNKNOWN-ROW":          "格式中没有的一行，未读入",
		"GLUED":                "数字连写，按勾稽关系拆开",
		"WORD-RESIDUE":         "文档残留的标记，已去除",
		"HEADER-MISSING":       "缺列名行，按格式的列次读入",
		"HEADER-DIFFERS":       "列名与格式不同，按格式认出",
		"HEADING-ORDER":        "章节次序与格式不同，按标题归位",
		"ROW-MOVED":            "行的次序与格式不同，按行名归位",
		"TWO-REPORTS":          "文件里不止一份报告，只读了第一份",
		"TABLE-TWICE":          "同一张表出现两次，只读其中一张",
		"DATA-SHEET-DIFFERS":   "数据页与表格页不一致，以表格页为准",
		"ORGAN-FROM-PROSE":     "机关名称取自正文",
		"ORGAN-FROM-SIGNATURE": "机关名称取自落款",
		"YEAR-FROM-DATE":       "年度由成文日期推得",
		"YEAR-FROM-PROSE":      "年度取自正文",
	}[code]; ok {
		return n
	}
	return code
}
