package act

// The kinds of acts on the prose of annual reports. Their body is a [Record].
const (
	ProseSaved    = "prose.saved"    // 报告文字的数字关联、上年问题的改进情况
	TemplateSaved = "prose.template" // 报告文字模板
)

func proseKinds() map[string]Kind {
	return map[string]Kind{
		ProseSaved:    {1, "编写年度报告文字"},
		TemplateSaved: {1, "修改报告文字模板"},
	}
}
