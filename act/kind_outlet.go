package act

// The kinds of acts on channels 公开渠道: boards, screens, accounts, reading
// places. Their body is a [Record].
const (
	OutletSaved    = "outlet.saved"   // 登记公开渠道
	ScreenOpened   = "outlet.screen"  // 设定屏幕播放地址
	PostingKept    = "outlet.posted"  // 登记渠道公开情况
	PostingDown    = "outlet.down"    // 登记撤下
	PostingVoid    = "outlet.void"    // 删除渠道公开登记
	ScriptKept     = "outlet.script"  // 编写广播稿
	PlaceKept      = "outlet.place"   // 登记查阅点对外信息
	CopiesKept     = "outlet.copies"  // 登记指南发放
	CopiesReceived = "outlet.receipt" // 登记指南签收
)

func outletKinds() map[string]Kind {
	return map[string]Kind{
		OutletSaved:    {1, "登记公开渠道"},
		ScreenOpened:   {1, "设定屏幕播放地址"},
		PostingKept:    {1, "登记渠道公开情况"},
		PostingDown:    {1, "登记撤下"},
		PostingVoid:    {1, "删除渠道公开登记"},
		ScriptKept:     {1, "编写广播稿"},
		PlaceKept:      {1, "登记查阅点对外信息"},
		CopiesKept:     {1, "登记指南发放"},
		CopiesReceived: {1, "登记指南签收"},
	}
}
