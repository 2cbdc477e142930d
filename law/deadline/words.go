package deadline

import (
	"fmt"

	"gongkai/law"
	"gongkai/law/calendar"
)

func length(p Period) string { return fmt.Sprintf("%d%s", p.N, p.Unit.Chinese()) }

func provisionalWord(p bool) string {
	if p {
		return "（暂定：超出已公布的放假通知，新通知发布后重新计算）"
	}
	return ""
}

func restartText(s Segment) string {
	if s.Kind == Fee {
		if s.To.IsZero() {
			return s.From.Chinese() + "发出收费通知，尚未缴清，期限暂停；缴清后自次日起重新计算。"
		}
		return s.To.Chinese() + "缴清信息处理费，自次日起重新计算。"
	}
	if s.To.IsZero() {
		return s.From.Chinese() + "发出补正通知，尚未收到补正的申请；收到后自次日起重新计算。"
	}
	return s.To.Chinese() + "收到补正的申请，答复期限自次日起重新计算。"
}

func restartCite(k SegmentKind) law.Cite {
	if k == Fee {
		return feeNotice("申请人缴纳信息处理费的，办理期限自缴清的次日起重新计算。")
	}
	return reg("第三十条", "答复期限自行政机关收到补正的申请之日起计算。")
}

func suspendText(cal *calendar.Calendar, s Segment, to law.Date) string {
	n, _ := cal.Between(s.From.AddDays(-1), to)
	end := to.Chinese()
	if s.To.IsZero() {
		end = "今（尚未收到答复）"
	}
	return fmt.Sprintf("%s，%s至%s，其间%d个工作日不计入期限。", s.Kind.Chinese(), s.From.Chinese(), end, n)
}

func suspendCite(k SegmentKind) law.Cite {
	switch k {
	case AskThird:
		return reg("第三十二条、第三十三条第三款", "征求第三方意见所需时间不计算在答复期限内。")
	case AskJoint:
		return reg("第三十三条第三款、第三十四条", "征求其他机关意见所需时间不计算在答复期限内。")
	case AskOther:
		return reg("第三十三条第三款", "征求其他机关意见所需时间不计算在答复期限内；法律没有规定对方的答复期限，逾期不答复也不视为同意。")
	}
	return law.Cite{}
}
