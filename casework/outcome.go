package casework

import (
	"slices"
	"strings"

	"gongkai/law"
)

// Outcome is how a request ended 处理结果; every file ends with exactly one.
type Outcome string

// The outcomes. Each is a letter of its own.
const (
	Published   Outcome = "published"   // 已主动公开，告知获取方式
	Granted     Outcome = "granted"     // 予以公开
	Partial     Outcome = "partial"     // 部分公开
	Secret      Outcome = "secret"      // 国家秘密
	Forbidden   Outcome = "forbidden"   // 法律、行政法规禁止公开
	Safety      Outcome = "safety"      // 危及三安全一稳定
	Third       Outcome = "third"       // 第三方合法权益
	Internal    Outcome = "internal"    // 内部事务信息
	Process     Outcome = "process"     // 过程性信息
	CaseFile    Outcome = "casefile"    // 行政执法案卷
	Inquiry     Outcome = "inquiry"     // 行政查询事项
	NotHeld     Outcome = "nothold"     // 信息不存在
	NotOurs     Outcome = "notours"     // 不属于本机关负责公开
	MustMake    Outcome = "make"        // 需要另行制作
	Unclear     Outcome = "unclear"     // 补正后仍不明确
	Petition    Outcome = "petition"    // 信访举报投诉
	Repeated    Outcome = "repeat"      // 重复申请
	Publication Outcome = "publication" // 公开出版物
	Massive     Outcome = "massive"     // 无正当理由大量反复申请
	Confirming  Outcome = "confirm"     // 要求确认或重新出具
	NotMended   Outcome = "overdue"     // 逾期不补正
	NotPaid     Outcome = "unpaid"      // 逾期未缴费
	Withdrawn   Outcome = "withdrawn"   // 申请人撤回
	NotInfo     Outcome = "notinfo"     // 不属于政府信息
	Misc        Outcome = "misc"        // 其他
	Merged      Outcome = "merged"      // 并入另一件办理
	Lapsed      Outcome = "lapsed"      // 申请人死亡或者终止
)

// Group is which of the six groups of table 三 an outcome belongs to.
type Group string

// The groups.
const (
	Disclosing  Group = "disclose" // 予以公开、部分公开
	Withholding Group = "withhold" // 不予公开
	Unable      Group = "unable"   // 无法提供
	Declining   Group = "decline"  // 不予处理
	Other       Group = "other"    // 其他处理
)

// Remedy is which paragraph on remedies a letter carries.
type Remedy string

// The paragraphs. Those of decisions before 2024 are all [Choose].
const (
	ReviewFirst Remedy = "R1" // 复议前置
	Choose      Remedy = "R2" // 复议或者诉讼
	ThirdParty  Remedy = "R3" // 决定公开告知第三方
	FeeLater    Remedy = "R4" // 收费通知：不单独救济
	NoRemedy    Remedy = "R5" // 过程性告知
)

// A Result is one line of the table of outcomes.
type Result struct {
	Outcome  Outcome
	Letter   string // code of the letter
	Chinese  string
	Group    Group
	Row      string // row of table 三 by its cell key, as practice has it by default
	Remedy   Remedy
	Cite     law.Cite
	Evidence []string // findings that must be on file before the program writes the letter
}

func reg(article, says string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: article, Paraphrase: says}
}

// The findings that a letter may need.
const (
	FoundSearch   = "search"   // 检索记录：谁、查了哪里、用什么词、结果
	FoundGround   = "ground"   // 不公开的事实和理由
	FoundOpinion  = "opinion"  // 第三方意见或者公共利益的判断
	FoundSecrecy  = "secrecy"  // 密级、保密期限、定密机关
	FoundLaw      = "law"      // 禁止公开的法律、行政法规条文
	FoundDanger   = "danger"   // 危害评估
	FoundRedacted = "redacted" // 区分处理后的文本
	FoundOwner    = "owner"    // 负责公开的机关及联系方式
	FoundFormer   = "former"   // 前一次答复的文号和日期
	FoundReasons  = "reasons"  // 申请人说明的理由及判断
	FoundKind     = "kind"     // 所申请的是什么：信访、出版物、查询事项……
	FoundEnded    = "ended"    // 申请人死亡、终止的证明
	FoundAnswer   = "answer"   // 七步法的回答，没有另外的认定材料
)

// FindingChinese names a finding on screen and in refusals.
func FindingChinese(code string) string {
	return map[string]string{FoundSearch: "检索记录（谁、查了哪里、用了什么词、结果）", FoundGround: "不公开的事实和理由", FoundOpinion: "第三方意见或者公共利益判断", FoundSecrecy: "密级、保密期限和定密机关",
		FoundLaw: "禁止公开的法律、行政法规条文", FoundDanger: "危害评估", FoundRedacted: "区分处理后的文本", FoundOwner: "负责公开的机关及其联系方式", FoundFormer: "前一次答复的文号和日期",
		FoundReasons: "申请人说明的理由及其判断", FoundKind: "所申请事项的性质", FoundEnded: "申请人死亡、终止且无人继续申请的证明"}[code]
}

var results = []Result{
	{Published, "D01", "已主动公开，告知获取方式", Disclosing, "granted", Choose, reg("第三十六条第一项", "所申请公开信息已经主动公开的，告知获取该政府信息的方式、途径。"), nil},
	{Granted, "D02", "予以公开", Disclosing, "granted", Choose, reg("第三十六条第二项", "可以公开的，向申请人提供，或者告知获取的方式、途径和时间。"), nil},
	{Partial, "D03", "部分公开", Disclosing, "partial", ReviewFirst, reg("第三十七条", "含有不应当公开内容但能够区分处理的，提供可以公开的内容，并对不予公开的内容说明理由。"), []string{FoundRedacted, FoundGround}},
	{Secret, "D04", "不予公开（国家秘密）", Withholding, "deny_secret", ReviewFirst, reg("第十四条、第三十六条第三项", "依法确定为国家秘密的政府信息不予公开。"), []string{FoundSecrecy}},
	{Forbidden, "D05", "不予公开（法律、行政法规禁止公开）", Withholding, "deny_law", ReviewFirst, reg("第十四条、第三十六条第三项", "法律、行政法规禁止公开的政府信息不予公开。"), []string{FoundLaw}},
	{Safety, "D06", "不予公开（危及国家安全、公共安全、经济安全、社会稳定）", Withholding, "deny_safety", ReviewFirst, reg("第十四条、第三十六条第三项", "公开后可能危及国家安全、公共安全、经济安全、社会稳定的不予公开。"), []string{FoundDanger}},
	{Third, "D07", "不予公开（第三方合法权益）", Withholding, "deny_third", ReviewFirst, reg("第十五条、第三十二条、第三十六条第三项", "涉及商业秘密、个人隐私等公开会损害第三方合法权益的，不得公开；第三方同意或者不公开会对公共利益造成重大影响的除外。"), []string{FoundOpinion}},
	{Internal, "D08", "不予公开（内部事务信息）", Withholding, "deny_internal", ReviewFirst, reg("第十六条第一款", "人事管理、后勤管理、内部工作流程等方面的内部事务信息可以不予公开。"), []string{FoundGround}},
	{Process, "D09", "不予公开（过程性信息）", Withholding, "deny_process", ReviewFirst, reg("第十六条第二款", "讨论记录、过程稿、磋商信函、请示报告等过程性信息可以不予公开。"), []string{FoundGround}},
	{CaseFile, "D10", "不予公开（行政执法案卷信息）", Withholding, "deny_casefile", ReviewFirst, reg("第十六条第二款", "行政执法案卷信息可以不予公开。"), []string{FoundGround}},
	{Inquiry, "D11", "告知（行政查询事项）", Withholding, "deny_inquiry", Choose, reg("第三十六条第七项", "工商、不动产登记资料等信息，有关法律、行政法规对获取有特别规定的，告知依照其规定办理。"), []string{FoundKind}},
	{NotHeld, "D12", "信息不存在", Unable, "unable_nohold", Choose, reg("第三十六条第四项", "经检索没有所申请公开信息的，告知该政府信息不存在。"), []string{FoundSearch}},
	{NotOurs, "D13", "不属于本机关负责公开", Unable, "unable_nohold", Choose, reg("第三十六条第五项", "不属于本行政机关负责公开的，告知申请人并说明理由；能够确定负责公开的行政机关的，告知其名称、联系方式。"), []string{FoundOwner}},
	{MustMake, "D14", "没有现成信息，需要另行制作", Unable, "unable_make", Choose, reg("第三十八条", "向申请人提供的信息应当是已制作或者获取的，需要加工、分析的可以不予提供。"), []string{FoundSearch}},
	{Unclear, "D15", "补正后仍不明确", Unable, "unable_unclear", Choose, reg("第三十条", "经补正申请内容仍不明确的，无法提供。"), nil},
	{Petition, "D16", "信访、投诉、举报类申请", Declining, "reject_petition", Choose, reg("第三十九条第一款", "以政府信息公开申请的形式进行信访、投诉、举报等活动的，告知不作为政府信息公开申请处理，并可以告知通过相应渠道提出。"), []string{FoundKind}},
	{Repeated, "D17", "重复申请", Declining, "reject_repeat", Choose, reg("第三十六条第六项", "已就该申请作出答复、申请人重复申请公开相同信息的，告知不予重复处理。"), []string{FoundFormer}},
	{Publication, "D18", "公开出版物", Declining, "reject_publication", Choose, reg("第三十九条第二款", "要求提供政府公报、报刊、书籍等公开出版物的，可以告知获取的途径。"), []string{FoundKind}},
	{Massive, "D19", "无正当理由大量反复申请", Declining, "reject_massive", Choose, reg("第三十五条", "申请公开的数量、频次明显超过合理范围，要求说明理由后理由不合理的，不予处理。"), []string{FoundReasons}},
	{Confirming, "D20", "要求确认或者重新出具已获取信息", Declining, "reject_confirm", Choose, reg("第三十六条", "要求对已获取的信息进行确认或者重新出具的，不予处理。"), []string{FoundFormer}},
	{NotMended, "D21", "逾期不补正，不再处理", Other, "other_overdue", Choose, reg("第三十条", "申请人无正当理由逾期不补正的，视为放弃申请，不再处理。"), nil},
	{NotPaid, "D22", "逾期未缴费，不再处理", Other, "other_unpaid", Choose, law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: "申请人未按期缴费的，视为放弃申请，不再处理。"}, nil},
	{Withdrawn, "D23", "申请人撤回申请", Other, "other_misc", NoRemedy, reg("第四十五条", "申请的登记、审核、办理、答复、归档应当有工作制度。"), nil},
	{NotInfo, "D24", "不属于政府信息", Other, "other_misc", Choose, reg("第二条", "政府信息是行政机关在履行行政管理职能过程中制作或者获取并保存的信息。"), []string{FoundKind}},
	{Merged, "D27", "并入另一件申请办理", Other, "other_misc", NoRemedy, reg("第四十五条", "申请的登记、审核、办理、答复、归档应当有工作制度。"), nil},
	{Lapsed, "D28", "申请人死亡、终止，不再处理", Other, "other_misc", NoRemedy, reg("第四十五条", "申请的登记、审核、办理、答复、归档应当有工作制度。"), []string{FoundEnded}},
	{Misc, "D26", "其他处理", Other, "other_misc", Choose, reg("第四十五条", "申请的登记、审核、办理、答复、归档应当有工作制度。"), []string{FoundKind}},
}

// Results lists every outcome in the order of table 三.
func Results() []Result { return slices.Clone(results) }

// ResultOf is the line of an outcome.
func ResultOf(o Outcome) (Result, bool) {
	for _, list := range [][]Result{results, mending} {
		if i := slices.IndexFunc(list, func(r Result) bool { return r.Outcome == o }); i >= 0 {
			return list[i], true
		}
	}
	return Result{}, false
}

// reviewFirst is from when decisions not to disclose go to reconsideration
// before a court.
var reviewFirst = law.Day(2024, 1, 1)

// RemedyOn is the paragraph on remedies that a letter of the day carries.
func (r Result) RemedyOn(day law.Date) Remedy {
	if r.Remedy == ReviewFirst && day.Before(reviewFirst) {
		return Choose
	}
	return r.Remedy
}

// A Mapping says in which row of table 三 each outcome counts, from a day on.
// The authority in charge 主管部门 decides it; an outcome that it does not name
// counts as by default, and "" is 不计入.
type Mapping struct {
	From law.Date
	Rows map[Outcome]string
}

// RowOf is the row of table 三 that an outcome of a day counts in, "" for none.
// maps are in the order of their days.
func RowOf(o Outcome, day law.Date, maps []Mapping) string {
	row := ""
	if r, ok := ResultOf(o); ok {
		row = r.Row
	}
	for _, m := range maps { // in the order of their days
		if m.From.After(day) {
			continue
		}
		if x, ok := m.Rows[o]; ok {
			row = x
		}
	}
	return row
}

// ParseMappings reads how the authority in charge maps outcomes to rows: “day
// outcome row”, divided by semicolons; 不计入 is the row of what counts nowhere.
// bad is the first entry that is not understood.
func ParseMappings(text string) (maps []Mapping, bad string) {
	for x := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '；' || r == ';' }) {
		f := strings.Fields(x)
		if len(f) != 3 {
			return nil, strings.TrimSpace(x)
		}
		day, err := law.ParseDate(f[0])
		o := Outcome(f[1])
		row := f[2]
		if row == "不计入" {
			row = ""
		}
		known := row == "" || slices.ContainsFunc(results, func(r Result) bool { return r.Row == row })
		if _, ok := ResultOf(o); err != nil || !ok || !known {
			return nil, strings.TrimSpace(x)
		}
		maps = append(maps, Mapping{From: day, Rows: map[Outcome]string{o: row}})
	}
	slices.SortStableFunc(maps, func(a, b Mapping) int { return a.From.DaysSince(b.From) })
	return maps, ""
}
