package requests

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
	"gongkai/store"
	"gongkai/web/page"
)

// form builds the fields of one action, filled as they were sent.
type form struct {
	r    *http.Request
	mine bool
	bad  map[string]string
	out  []page.Field
	// the day, for what the answers of the guided path propose
	today law.Date
}

// preset fills a field with what the file proposes, unless something was sent.
func (f *form) preset(name, value string) *form {
	for i := range f.out {
		x := &f.out[i]
		if x.Name != name || f.mine || value == "" {
			continue
		}
		x.Value = value
		for j := range x.Options {
			x.Options[j].Selected = x.Options[j].Value == value
		}
	}
	return f
}

func (f *form) add(name, label, kind, hint string, options ...page.Option) *form {
	x := page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Options: options, Max: 200}
	if f.mine {
		x.Value, x.Message = f.r.FormValue(name), f.bad[name]
		for i := range x.Options {
			x.Options[i].Selected = x.Options[i].Value == x.Value
		}
	}
	if kind == "textarea" {
		x.Max, x.Rows = 2000, 3
	}
	f.out = append(f.out, x)
	return f
}

func options(pairs ...string) []page.Option {
	var out []page.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, page.Option{Value: pairs[i], Text: pairs[i+1]})
	}
	return out
}

// actions are the forms that the file has a place for now.
func (q *Requests) actions(r *http.Request, x *store.RequestFile, cal *calendar.Calendar, charges bool, s shown) []action {
	var out []action
	add := func(a action, fields func(f *form)) {
		if !x.Can(a.Kind) {
			return
		}
		f := &form{r: r, mine: s.do == a.Key, bad: s.bad, today: q.cfg.Today()}
		if fields != nil {
			fields(f)
		}
		if a.Key != "subject" && a.Key != "assign" {
			f.add("on", "日期", "date", "不填为今天。")
		}
		if a.Paper {
			f.add("paper", "纸质签批日期", "date", "线下签批的，写签批日期和签批人，并上传扫描件。").add("signer", "签批人", "text", "").add("files", "扫描件", "file", "")
		}
		if a.Fact {
			f.add("fact", "此事已经发生，如实补登", "checkbox", "不符合规定的，会连同条文一起记录在案，不会被阻止。")
		}
		if a.Button == "" {
			a.Button = a.Label
		}
		a.Fields, a.Open = f.out, s.do == a.Key || a.Main
		out = append(out, a)
	}
	add(action{Key: "confirm", Label: "与申请人确认收到", Kind: act.RequestConfirmed, Hint: "确认之日为收到申请之日（条例第三十一条）。", Main: true}, nil)
	if x.Asked == 0 || s.do == "correct" {
		last := ""
		if l, err := deadline.Of(cal, deadline.AskCorrection, x.Received); err == nil {
			last = "最迟" + l.Due.Chinese() + "发出，只能一次。"
		}
		add(action{Key: "correct", Label: "告知补正", Kind: act.RequestAsked, Hint: last + "请先写好补正告知书。", Fact: true}, func(f *form) {
			f.add("items", "补正事项", "textarea", "每行一项").add("until", "补正截止日期", "date", "给申请人合理的期限")
			if g := x.Content.Guide[casework.Clarity]; g.Answer == "ask" {
				f.preset("items", g.Fields["items"]).preset("until", g.Fields["by"])
			}
		})
	}
	add(action{Key: "corrected", Label: "收到补正的申请", Kind: act.RequestCorrected, Hint: "答复期限自次日起重新计算。", Main: true}, func(f *form) {
		f.add("wanted", "补正的内容", "textarea", "").add("files", "补正材料", "file", "")
	})
	add(action{Key: "consult", Label: "征求意见", Kind: act.RequestConsulted, Hint: "所需时间不计算在期限内（条例第三十三条第三款）。三种意见各有规则：第三方15个工作日，逾期由本机关决定；共同制作机关15个工作日，逾期视为同意；其他机关没有法定期限，不视为同意。"}, func(f *form) {
		f.add("kind", "征求谁的意见", "select", "", options(string(casework.AskThird), "第三方（商业秘密、个人隐私）", string(casework.AskJoint), "共同制作机关", string(casework.AskOther), "其他机关")...).
			add("delivered", "对方收到的日期", "date", "知道的填写；对方的期限从这一天起算")
	})
	for _, c := range x.Consults {
		if !c.Answered.IsZero() {
			continue
		}
		add(action{Key: "hear", Label: "登记" + c.Kind.Chinese() + "的结果", Kind: act.RequestAnswered, Main: true}, func(f *form) {
			f.add("n", "", "hidden", "")
			f.out[0].Value = strconv.Itoa(c.N)
			f.add("opinion", "意见", "select", "", options("agree", "同意公开", "object", "不同意公开", "silent", "逾期未提出意见")...).add("text", "意见内容和判断", "textarea", "").add("files", "意见书扫描件", "file", "")
		})
	}
	if x.Extended == 0 || s.do == "extend" {
		add(action{Key: "extend", Label: "延长答复期限", Kind: act.RequestExtended, Hint: "只能一次，最长20个工作日，原期限届满前经公开机构负责人同意（条例第三十三条第二款）：由负责人本人在这里办理，或者先提请审批，或者录入纸质签批。", Paper: true, Fact: true}, func(f *form) {
			f.add("days", "延长的工作日数", "number", "1至20")
		})
	}
	if x.Reasons.IsZero() {
		add(action{Key: "reasons", Label: "要求说明理由", Kind: act.RequestReasons, Hint: "申请数量、频次明显超过合理范围的（条例第三十五条）。"}, nil)
	} else {
		add(action{Key: "delay", Label: "延迟答复", Kind: act.RequestDelayed, Hint: "理由合理但不能按期答复的，确定延迟的合理期限并告知申请人（条例第三十五条）。"}, func(f *form) { f.add("until", "延迟至", "date", "") })
	}
	q.feeActions(x, charges, add)
	add(action{Key: "find", Label: "记录认定材料", Kind: act.RequestFound, Hint: "检索记录、第三方意见、危害评估……作出答复前，程序按处理结果核对需要的材料。"}, func(f *form) {
		var list []page.Option
		for _, what := range findings {
			list = append(list, page.Option{Value: what, Text: casework.FindingChinese(what)})
		}
		f.add("what", "材料", "select", "", list...).add("text", "内容", "textarea", "检索的写明谁、查了哪里、用了什么词、结果").add("files", "附件", "file", "")
	})
	q.endActions(x, add)
	q.remedyActions(x, add)
	q.kinActions(x, add)
	add(action{Key: "note", Label: "电话记录、说明", Kind: act.RequestNoted}, func(f *form) {
		f.add("kind", "类别", "select", "", options("phone", "电话记录", "remark", "说明", "transfer", "转送提示")...).add("text", "内容", "textarea", "")
	})
	add(action{Key: "subject", Label: "修改事由摘要", Kind: act.RequestNoted}, func(f *form) {
		f.add("subject", "事由摘要", "text", "不写姓名、住址等个人信息")
		if f.out[0].Value == "" {
			f.out[0].Value = x.Subject
		}
	})
	return out
}

func (q *Requests) feeActions(x *store.RequestFile, charges bool, add func(action, func(*form))) {
	if x.Payment == nil {
		if !charges { // off until the organ decides otherwise
			return
		}
		add(action{Key: "fee", Label: "收费通知", Kind: act.RequestFeeAsked, Hint: "同一申请只能按件或者按量一种方式；先写好收费通知书。", Fact: true}, func(f *form) {
			f.add("method", "计收方式", "select", "", options(string(fee.ByItem), "按件：本月同一申请人累计件数", string(fee.ByPage), "按量：本件页数")...).add("units", "件数或者页数", "number", "")
		})
		return
	}
	add(action{Key: "pay", Label: "登记缴费", Kind: act.RequestFeePaid, Hint: fmt.Sprintf("应缴%s，全部缴清后登记；办理期限自次日起重新计算。", x.Payment.Fen), Main: true}, nil)
	add(action{Key: "waive", Label: "减免收费", Kind: act.RequestFeeWaived}, func(f *form) { f.add("text", "减免依据", "text", "") })
	if !x.Payment.Paid.IsZero() && x.Payment.Refunded.IsZero() {
		add(action{Key: "refund", Label: "退费", Kind: act.RequestFeeBack}, func(f *form) { f.add("text", "退费原因", "text", "") })
	}
}

func (q *Requests) endActions(x *store.RequestFile, add func(action, func(*form))) {
	add(action{Key: "decide", Label: "作出答复", Kind: act.RequestDecided, Hint: "先起草文书；由签发人办理，或者提请签发通过后由经办人办理，或者录入纸质签批。起草人不能自己签发。", Paper: true, Fact: true}, func(f *form) {
		var list []page.Option
		for _, res := range outcomesOf(x) {
			list = append(list, page.Option{Value: string(res.Outcome), Text: res.Chinese})
		}
		f.add("outcome", "处理结果", "select", "每件申请只计一种结果，统计在表三对应的一行。", list...).add("letter", "文号", "text", "已起草文书的可以不填")
		f.preset("outcome", string(x.Propose(x.Content, f.today, nil).Outcome))
	})
	add(action{Key: "withdraw", Label: "申请人撤回", Kind: act.RequestDecided}, nil)
	add(action{Key: "serve", Label: "登记送达", Kind: act.RequestServed, Main: true}, func(f *form) {
		f.add("way", "送达方式", "select", "", pairs(casework.Ways())...).serviceFields()
	})
	add(action{Key: "void", Label: "作废登记", Kind: act.RequestVoided, Hint: "重复登记、登记错误的。登记号不再使用，不计入统计，记录保留。"}, func(f *form) {
		f.add("reason", "原因", "select", "", options("duplicate", "重复登记", "mistake", "登记错误", "other_organ", "投错机关，已当场告知")...)
	})
}

func (q *Requests) remedyActions(x *store.RequestFile, add func(action, func(*form))) {
	if x.Answers > 0 || len(x.Remedies) > 0 {
		add(action{Key: "remedy", Label: "登记复议、诉讼", Kind: act.RemedyRegistered, Hint: "收到申请书或者起诉状副本之日起算答复、答辩的期限；逾期视为没有证据。"}, func(f *form) {
			var list []page.Option
			for _, k := range casework.RemedyKinds() {
				list = append(list, page.Option{Value: string(k), Text: k.Chinese()})
			}
			f.add("kind", "类别", "select", "", list...).add("letter", "所针对的文书", "select", "", letterOptions(x)...).add("caseno", "案号", "text", "通知书上的，可以以后补").add("before", "复议机关、法院", "text", "").
				add("simple", "适用简易程序", "checkbox", "书面答复5日，普通程序10日").add("uncounted", "本机关不计入表四", "checkbox", "如复议机关仅作为共同被告").add("files", "申请书、起诉状副本", "file", "")
		})
	}
	for _, y := range x.Remedies {
		n := func(f *form) {
			f.add("n", "", "hidden", "")
			f.out[0].Value = strconv.Itoa(y.N)
		}
		name := fmt.Sprintf("%s（第%d件）", y.Kind.Chinese(), y.N)
		if y.Ended.IsZero() {
			add(action{Key: "remedystep", Label: name + "进展", Kind: act.RemedyStep}, func(f *form) {
				n(f)
				f.add("what", "进展", "select", "", pairs(casework.RemedySteps())...).add("hearing", "听证、开庭的日期", "date", "收到通知的写").add("judgment", "一审裁判的结果", "select", "登记一审裁判的选", endings()...).add("files", "材料", "file", "")
			})
			add(action{Key: "remedyend", Label: name + "结果", Kind: act.RemedyEnded}, func(f *form) {
				n(f)
				f.add("ending", "结果", "select", "计入表四的哪一列由结果决定。可以上诉的一审裁判登记在进展里，生效后再登记结果。", endings()[1:]...).add("files", "决定书、判决书", "file", "")
			})
			continue
		}
		if y.Ending.Corrects() && !y.Redone {
			add(action{Key: "reopen", Label: "按结果重新答复", Kind: act.RequestReopened, Hint: "期限从收到生效文书起算；决定书、判决书写明工作日数的填写，没有写明的填 0。", Main: true}, func(f *form) {
				n(f)
				f.add("days", "工作日数", "number", "")
			})
		}
	}
}
