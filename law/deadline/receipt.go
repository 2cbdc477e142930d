package deadline

import "gongkai/law"

// Channel is how an application came in.
type Channel string

// The channels of the statute.
const (
	InPerson   Channel = "person"   // 当面提交
	SignedPost Channel = "signed"   // 邮寄，需签收（挂号、快递）
	PlainPost  Channel = "plain"    // 平常信函等无需签收的邮寄
	Internet   Channel = "internet" // 互联网渠道
	Fax        Channel = "fax"      // 传真
)

// Channels lists them in the order of the form.
func Channels() []Channel { return []Channel{InPerson, SignedPost, PlainPost, Internet, Fax} }

// Chinese is the channel on screen.
func (c Channel) Chinese() string {
	return map[Channel]string{InPerson: "当面提交", SignedPost: "邮寄（签收）", PlainPost: "平常信函", Internet: "互联网", Fax: "传真"}[c]
}

// A Receipt is when an application counts as received.
type Receipt struct {
	Legal   law.Date // 收到申请之日; zero while the confirmation is missing
	Prudent law.Date // the day it came in: who counts from here is never late
	Pending bool     // somebody has to confirm with the applicant, today
	Step    law.Step
}

// Received derives the day of receipt from the channel, the day the application
// came in and the day it was confirmed with the applicant, zero if it was not.
func Received(c Channel, arrived, confirmed law.Date) Receipt {
	cite := reg("第三十一条", "当面提交的以提交之日、邮寄签收的以签收之日为收到申请之日；平常信函以当日确认之日、网络和传真以双方确认之日为收到申请之日。")
	r := Receipt{Legal: arrived, Prudent: arrived}
	switch c {
	case InPerson:
		r.Step = law.Step{On: arrived, Text: "当面提交，提交之日为收到申请之日。", Cite: cite}
	case SignedPost:
		r.Step = law.Step{On: arrived, Text: "邮寄并签收，签收之日为收到申请之日。", Cite: cite}
	default:
		if r.Legal = confirmed; confirmed.IsZero() {
			r.Pending = true
			r.Step = law.Step{On: arrived, Text: c.Chinese() + "收到的申请，须与申请人确认，确认之日为收到申请之日；尚未确认，请当日联系。", Cite: cite}
			return r
		}
		r.Step = law.Step{On: confirmed, Text: c.Chinese() + "收到的申请，" + confirmed.Chinese() + "与申请人确认，确认之日为收到申请之日；为稳妥起见可以从" + arrived.Chinese() + "起算。", Cite: cite}
	}
	return r
}
