package org

// A Block is something about how well organs do that the public sees only where
// the 主管部门 has switched it on: offices do not publish their own errors
// unasked. Every block is off until then.
type Block string

// The blocks.
const (
	BlockFindings   Block = "public.findings"   // 核对意见
	BlockLate       Block = "public.late"       // 是否按期
	BlockMissing    Block = "public.missing"    // 谁没有公布
	BlockRanking    Block = "public.ranking"    // 排名
	BlockReversal   Block = "public.reversal"   // 纠错率
	BlockNeighbours Block = "public.neighbours" // 与同类机关比较
	BlockAnswers    Block = "public.answers"    // 申请答复得怎样
)

// Blocks lists them in the order of the settings page.
func Blocks() []Block {
	return []Block{BlockFindings, BlockLate, BlockMissing, BlockRanking, BlockReversal, BlockNeighbours, BlockAnswers}
}

// Values of a choice between two.
const (
	On  = "开"
	Off = "关"
)

// blockChoices are the settings of the blocks.
func blockChoices() []Choice {
	var out []Choice
	for _, b := range []struct {
		block       Block
		label, hint string
	}{
		{BlockFindings, "公众页面：年度报告的核对意见", "开：报告页列出程序核对出的错误和待核实之处。"},
		{BlockLate, "公众页面：是否按期公布", "开：列出超过规定日期公布的机关和天数。"},
		{BlockMissing, "公众页面：尚未公布报告的机关", "开：规定的日期过后，列出还没有公布年度报告的机关。"},
		{BlockRanking, "公众页面：机关排名", "开：可以按比率指标排列机关，附公式和最低件数。"},
		{BlockReversal, "公众页面：行政复议、行政诉讼纠错率", "开：显示各机关、各年度的纠错率；件数不足的不显示。"},
		{BlockNeighbours, "公众页面：与同类机关比较", "开：机关页显示同级同类机关的中位数，并且可以把两个机关的报告放在一起比较。"},
		{BlockAnswers, "公众页面：申请答复得怎样", "开：用文字和图说明收到和答复了多少公开申请、用了多少天、结果怎样、是否按期；件数少的不算比率。"},
	} {
		out = append(out, Choice{Name: string(b.block), Label: b.label, Hint: b.hint + "下级机关没有另行决定的，按最近的上级主管部门。", Default: Off, Options: []string{On, Off}, Office: true})
	}
	return out
}
