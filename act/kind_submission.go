package act

// The kinds of acts on material handed to the publishing desk, and on old stock
// that is taken over. Their body is a [Record].
const (
	SubmissionAsked     = "submission.asked"     // 催要材料
	SubmissionSent      = "submission.sent"      // 移送材料
	SubmissionAccepted  = "submission.accepted"  // 接收移送的材料
	SubmissionReturned  = "submission.returned"  // 退回移送的材料
	SubmissionCancelled = "submission.cancelled" // 撤回移送、取消催要
	BackfillListed      = "backfill.listed"      // 列入补录清单
	BackfillChanged     = "backfill.changed"     // 修改补录清单
	BackfillDrafted     = "backfill.drafted"     // 起草补录的信息
	BackfillDropped     = "backfill.dropped"     // 不再补录、恢复补录
)

func submissionKinds() map[string]Kind {
	return map[string]Kind{
		SubmissionAsked:     {1, "催要公开材料"},
		SubmissionSent:      {1, "移送公开材料"},
		SubmissionAccepted:  {1, "接收移送的材料"},
		SubmissionReturned:  {1, "退回移送的材料"},
		SubmissionCancelled: {1, "撤回移送"},
		BackfillListed:      {1, "列入补录清单"},
		BackfillChanged:     {1, "修改补录清单"},
		BackfillDrafted:     {1, "起草补录的信息"},
		BackfillDropped:     {1, "调整补录范围"},
	}
}
