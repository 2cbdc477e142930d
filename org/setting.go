package org

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
)

// A Choice is one thing that practice or the law leaves to the organ, or to
// whoever runs the instance. Law that is read in two ways is a choice, never a
// constant.
type Choice struct {
	Name     string
	Label    string // Chinese
	Hint     string // what to write, with an example
	Default  string
	Instance bool // of the whole instance; otherwise of an organ
	Office   bool // decided by the 主管部门 for an organ and all below it, not by the organ
	Options  []string
	Cite     law.Cite
	check    func(string) string
}

// Check is what is wrong with a value, in Chinese, "" if nothing is. An empty
// value means the default.
func (c Choice) Check(value string) string {
	if value == "" {
		return ""
	}
	if len(c.Options) > 0 && !slices.Contains(c.Options, value) {
		return "请从列出的选项中选择。"
	}
	if c.check != nil {
		return c.check(value)
	}
	return ""
}

// The names of choices that programs ask for.
const (
	TownReportDay  = "report.town_day"   // 乡镇年度报告的本地报送日期
	ReturnDays     = "report.return"     // 退回修改的工作日数
	OwnReview      = "report.own_review" // 报送人可以审核: 开 or 关
	ReportSign     = "report.sign"       // 年度报告报送前的签批: one of the Sign… words
	ApprovalPreset = "approval.steps"    // 审批环节
	AppealDays     = "score.appeal"      // 得分公布后可以申诉的工作日数
	AppealReview   = "score.review"      // 申诉复核的工作日数
	RequestWord    = "request.word"      // 依申请公开文书的机关代字
	RequestFee     = "request.fee"       // 是否收取信息处理费
	NoticeDays     = "request.notice"    // 公告送达的天数
	RequestRows    = "request.rows"      // 处理结果计入表三的哪一行
	WarnDays       = "task.warn"         // 提前几个工作日提醒
	CalendarNotice = "calendar.notices"  // 另行录入的放假通知
	NoticeQuiet    = "notice.quiet"      // 短信和群机器人的免打扰时段
	NoticeGroup    = "notice.group"      // 群机器人通知: 开 or 关
	DispatchOn     = "dispatch.day"      // 每月调度的日期
	DispatchReply  = "dispatch.reply"    // 答复调度缺口的工作日数
)

// How an organ signs its annual report before it is handed in.
const (
	SignNone   = "不要求"
	SignPaper  = "线下签批" // on paper; who signed and when is entered
	SignSystem = "系统审批" // through the organ's chain of approvals
)

var quietTime = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d(\+非工作日)?$`)

var monthDay = regexp.MustCompile(`^\d{2}-\d{2}$`)

// Choices lists everything that can be decided on the desk, in the order of the
// page.
func Choices() []Choice {
	return append([]Choice{
		{Name: TownReportDay, Label: "乡镇、街道年度报告的报送日期", Hint: "条例没有规定乡镇的日期，由主管部门确定。写月-日，如 01-20；不写则不计算逾期。",
			Cite: law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条、第五十四条", Paraphrase: "县级以上政府部门每年1月31日前报送；乡镇的时限由主管部门安排。"},
			check: func(s string) string {
				if _, err := law.ParseDate("2024-" + s); !monthDay.MatchString(s) || err != nil {
					return "请写成月-日的形式，如 01-20。"
				}
				return ""
			}},
		{Name: ReturnDays, Label: "退回修改的期限（工作日）", Hint: "退回年度报告时给出的修改时间，1至20。", Default: "5", check: between(1, 20)},
		{Name: ReportSign, Label: "年度报告报送前的签批", Hint: "线下签批：报送时登记签发人和签字日期，可以传扫描件；系统审批：按“审批环节”逐级同意后才能报送。", Default: SignNone, Options: []string{SignNone, SignPaper, SignSystem},
			Cite: FourEyes()},
		{Name: OwnReview, Label: "报送人可以审核自己报送的年度报告", Hint: "只有一人经办的主管部门才开启；每次由报送人审核通过，都要写明理由。", Default: "关", Options: []string{"开", "关"}, Cite: FourEyes()},
		{Name: AppealDays, Label: "考核得分公布后可以申诉的期限（工作日）", Hint: "从公布的第二天算起，1至30。过了期限，只能由考核机关主动复核。", Default: "5", check: between(1, 30)},
		{Name: AppealReview, Label: "申诉的复核期限（工作日）", Hint: "从收到申诉的第二天算起，1至30。到期前提醒。", Default: "10", check: between(1, 30)},
		{Name: RequestWord, Label: "依申请公开文书的机关代字", Hint: "如 青政公开告，文号写成 青政公开告〔2026〕12号，自动编号；不写的由经办人照办公系统的号填写。",
			check: func(s string) string {
				if len([]rune(s)) > 12 || strings.ContainsAny(s, "〔〕[]()（）0123456789 ") {
					return "请只写机关代字，不带年份、括号和号数，最多12个字。"
				}
				return ""
			}},
		{Name: RequestFee, Label: "收取信息处理费", Hint: "缺省不收。改为“收取”前应当有集体研究等决定；打开后办理页面才有收费通知。", Default: "不收", Options: []string{"不收", "收取"},
			Cite: law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十二条", Paraphrase: "依申请提供政府信息不收取费用；数量、频次明显超过合理范围的，可以收取信息处理费。"}},
		{Name: NoticeDays, Label: "公告送达的天数", Hint: "依申请公开的文书用公告送达时，公告多少天视为送达，10至180天。", Default: "30", check: between(10, 180),
			Cite: law.Cite{Instrument: "民事诉讼法", Number: "2023年修正", Article: "第九十五条", Paraphrase: "受送达人下落不明或者其他方式无法送达的，公告送达；自公告之日起经过三十日视为送达。"}},
		{Name: RequestRows, Label: "处理结果计入表三的哪一行", Hint: "由主管部门统一规定，写 日期 结果 行，用“；”分开，如 2026-01-01 notinfo 不计入；2026-01-01 notours unable_nohold。没有写到的按缺省。",
			check: func(s string) string {
				for x := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '；' || r == ';' }) {
					f := strings.Fields(x)
					if len(f) != 3 {
						return "“" + strings.TrimSpace(x) + "”应当写成 日期 结果 行 三项。"
					}
					if _, err := law.ParseDate(f[0]); err != nil {
						return "“" + f[0] + "”不是日期，请写成 2026-01-01 的样子。"
					}
				}
				return ""
			}},
		{Name: WarnDays, Label: "提前几个工作日用黄色提醒", Hint: "还剩这么多工作日时，工作台上标为黄色，1至10。", Default: "3", check: between(1, 10)},
		{Name: ApprovalPreset, Label: "审批环节", Hint: "依次写岗位，用“、”分开，如 审核、保密审查、签发。起草人不能审批自己提请的事项。", Default: "审核、签发",
			Cite: FourEyes(), check: func(s string) string {
				if _, bad := ParseSteps(s); bad != "" {
					return "“" + bad + "”不是能审批的岗位。可用的岗位：审核、保密审查、签发、公开机构负责人、主管部门。"
				}
				return ""
			}},
		{Name: NoticeQuiet, Label: "短信和群机器人的免打扰时段", Hint: "写起止时间，如 20:00-08:00；非工作日全天也不打扰的，在后面加上 +非工作日。下级机关没有设置的，按这里的。", Default: "20:00-08:00+非工作日",
			check: func(s string) string {
				if !quietTime.MatchString(s) {
					return "请写成 20:00-08:00 或 20:00-08:00+非工作日 的形式。"
				}
				return ""
			}},
		{Name: NoticeGroup, Label: "群机器人通知", Hint: "配置了政务微信或钉钉群机器人时，本机关的通知是否也发到群里（只有编号和期限）。", Default: "开", Options: []string{"开", "关"}},
		{Name: DispatchOn, Label: "每月调度的日期", Hint: "写1至28；遇非工作日提前到最近的工作日。到这一天提醒主管部门印发月度调度。", Default: "25", check: between(1, 28)},
		{Name: DispatchReply, Label: "答复调度缺口的期限（工作日）", Hint: "月度调度印发后，各单位在几个工作日内逐项答复，1至20。", Default: "5", check: between(1, 20)},
	}, slices.Concat(blockChoices(), voiceChoices(), requestChoices(), figureChoices(), lifeChoices(), itemChoices(), heldChoices(), catalogueChoices(), siteChoices(), outletChoices(), monitorChoices())...)
}

func between(low, high int) func(string) string {
	return func(s string) string {
		if n, err := strconv.Atoi(s); err != nil || n < low || n > high {
			return "请写" + strconv.Itoa(low) + "至" + strconv.Itoa(high) + "之间的整数。"
		}
		return ""
	}
}

// ParseSteps reads a chain of roles, divided by 、 or commas. bad is the first
// word that is no role which may approve.
func ParseSteps(s string) (steps []ApprovalStep, bad string) {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("、，, →", r) }) {
		r, ok := ParseRole(w)
		if !ok || ReachOf(r, Approve) == 0 {
			return nil, w
		}
		steps = append(steps, ApprovalStep{Role: r})
	}
	if len(steps) == 0 {
		return nil, s
	}
	return steps, ""
}

// ChoiceOf finds a choice by name.
func ChoiceOf(name string) (Choice, bool) {
	for _, c := range Choices() {
		if c.Name == name {
			return c, true
		}
	}
	return Choice{}, false
}
