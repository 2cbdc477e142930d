package casework

import (
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/law/deadline"
)

// ReceiptCode is the letter 政府信息公开申请接收回执 in the catalogue.
const ReceiptCode = "N01"

// ReceiptText is what the receipt of an application says: what was received,
// when and by which way, and which day counts as the day of receipt and why
// (条例第三十一条). due is zero while that day is not known. code is the query code, ""
// where it is not printed.
func ReceiptText(r *Request, wanted string, due law.Date, code string) []string {
	got := deadline.Received(r.Channel, r.Arrived, r.Received)
	out := []string{fmt.Sprintf("本机关于%s收到您（单位）通过%s提出的政府信息公开申请，登记号%s。", r.Arrived.Chinese(), r.Channel.Chinese(), r.Number),
		"申请内容：" + strings.ReplaceAll(strings.TrimSpace(wanted), "\n", "；")}
	out = append(out, strings.TrimRight(ReceivedWhy(r), "。")+"（"+got.Step.Cite.String()+"）。")
	if !due.IsZero() {
		out = append(out, "答复期限至"+due.Chinese()+"。需要补正、征求意见、延长期限或者收取信息处理费的，另行书面告知，期限相应变化。")
	} else {
		out = append(out, "答复期限自收到申请之日起计算。需要补正、征求意见、延长期限或者收取信息处理费的，另行书面告知，期限相应变化。")
	}
	if code != "" {
		out = append(out, "查询码："+code+"。凭登记号和查询码可以在本机关的公开网站查办理情况、补正、下载答复。")
	}
	return out
}

// ReceivedWhy says to the applicant which day counts as the day of receipt 收到申请之日.
func ReceivedWhy(r *Request) string {
	got := deadline.Received(r.Channel, r.Arrived, r.Received)
	switch {
	case got.Pending:
		return "通过" + r.Channel.Chinese() + "提出的申请，工作人员会与您联系确认，确认之日为收到申请之日。"
	case r.Received != r.Arrived:
		return r.Received.Chinese() + "与您确认收到，这一天为收到申请之日。"
	}
	return got.Step.Text
}

// OralRecord is the record of an application made by word of mouth 口头申请笔录, which
// the applicant hears or reads and signs (条例第二十九条第一款).
func OralRecord(r *Request, organ string, c Content, clerk string) []string {
	or := func(s, blank string) string {
		if s = strings.TrimSpace(s); s == "" {
			return blank
		}
		return s
	}
	const line = "____________"
	out := []string{
		"一、基本情况",
		fmt.Sprintf("时间：%s。地点：%s。记录人：%s。登记号：%s。", r.Arrived.Chinese(), line, or(clerk, line), r.Number),
		fmt.Sprintf("申请人：%s（%s）。%s：%s。联系电话：%s。通信地址：%s。", or(c.Person.Name, line), r.Applicant.Chinese(), or(c.Person.IDKind, "证件名称和号码"), or(c.Person.IDNumber, line), or(c.Person.Phone, line), or(c.Person.Address, line)),
	}
	if c.Agent != nil {
		out = append(out, fmt.Sprintf("代理人：%s。联系电话：%s。授权委托书：附后。", or(c.Agent.Name, line), or(c.Agent.Phone, line)))
	}
	out = append(out, "二、申请内容",
		"申请人因书写确有困难，口头向"+organ+"申请公开下列政府信息："+or(strings.ReplaceAll(c.Wanted, "\n", "；"), line),
		fmt.Sprintf("提供形式：%s。获取途径：%s。", or(strings.Join(c.Forms, "、"), line), or(strings.Join(c.Ways, "、"), line)))
	if c.Help != "" {
		out = append(out, "需要的帮助："+c.Help+"。")
	}
	return append(out, "三、核对",
		"以上内容已经向申请人宣读，或者交申请人阅读。申请人确认：□ 与本人所述一致　□ 需要更正：________________________",
		"申请人（签名或者捺印）：____________　　　　　　　年　　月　　日",
		"记录人（签名）：____________　　　　　　　年　　月　　日",
		"依据：《中华人民共和国政府信息公开条例》第二十九条第一款，采用书面形式确有困难的，申请人可以口头提出，由受理机关代为填写。不询问、不记录申请的用途。")
}
