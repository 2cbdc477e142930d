package act

// The kinds of acts on catalogue, guide, registers and the monthly ledger. Their
// body is a [Record].
const (
	MonthSaved       = "month.saved"       // 登记月度台账
	MonthCorrected   = "month.corrected"   // 更正月度台账
	RegisterSaved    = "register.saved"    // 登记、修改文件库
	RegisterImported = "register.imported" // 导入文件库
	CleanupOpened    = "cleanup.opened"    // 开始清理
	CleanupDecided   = "cleanup.decided"   // 对一件文件提出清理意见
	CleanupClosed    = "cleanup.closed"
	GuideMade        = "guide.made"
	GuideSigned      = "guide.signed"
	CatalogueIssued  = "catalogue.issued"
	PowersImported   = "powers.imported"
	StandardImported = "standard.imported"
	WordsSaved       = "words.saved" // 维护审查词表
)

func catalogueKinds() map[string]Kind {
	return map[string]Kind{
		MonthSaved:       {1, "登记月度台账"},
		MonthCorrected:   {1, "更正月度台账"},
		RegisterSaved:    {1, "登记文件库"},
		RegisterImported: {1, "导入文件库"},
		CleanupOpened:    {1, "开始清理规范性文件"},
		CleanupDecided:   {1, "提出清理意见"},
		CleanupClosed:    {1, "完成清理规范性文件"},
		GuideMade:        {1, "编制公开指南"},
		GuideSigned:      {1, "签发公开指南"},
		CatalogueIssued:  {1, "编制公开目录"},
		PowersImported:   {1, "导入权责清单"},
		StandardImported: {1, "导入基层标准目录"},
		WordsSaved:       {1, "维护审查词表"},
	}
}
