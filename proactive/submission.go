package proactive

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/rich"
)

// SubmissionState is how far material is that is handed to the publishing desk.
type SubmissionState string

// The states.
const (
	MaterialAsked     SubmissionState = "asked"     // 已催要，等移送
	MaterialSent      SubmissionState = "sent"      // 已移送，等接收
	MaterialReturned  SubmissionState = "returned"  // 退回补正
	MaterialAccepted  SubmissionState = "accepted"  // 已接收
	MaterialCancelled SubmissionState = "cancelled" // 撤回、取消
)

// SubmissionStates lists them in the order of the work.
func SubmissionStates() []SubmissionState {
	return []SubmissionState{MaterialAsked, MaterialSent, MaterialReturned, MaterialAccepted, MaterialCancelled}
}

// Chinese is the state on screen.
func (s SubmissionState) Chinese() string {
	return map[SubmissionState]string{MaterialAsked: "等待移送", MaterialSent: "等待接收", MaterialReturned: "退回补正", MaterialAccepted: "已接收", MaterialCancelled: "已撤回"}[s]
}

// Open reports whether somebody still has to do something.
func (s SubmissionState) Open() bool {
	return s == MaterialAsked || s == MaterialSent || s == MaterialReturned
}

// A Submission is material that a section 内设机构 or a village hands to the
// publishing desk 政府信息公开移送单, or that the desk asked it for.
type Submission struct {
	ID       int64
	Organ    int64  // the section, the village, or the organ itself
	Number   string // of the organ's series, e.g. 移2026-0007
	Title    string
	Kind     Kind   // proposed, "" for none
	Category string // code, "" for the usual one of the kind
	Made     law.Date
	Due      law.Date // by which the desk wants it, zero for none
	Note     string
	Files    []File
	Amounts  []Amount
	State    SubmissionState
	Sender   int64
	Taker    int64
	Asked    law.Date
	Sent     law.Date
	Settled  law.Date // accepted, returned or cancelled
	Late     bool     // it was sent after the day
	Reason   string   // of a return
	Item     int64    // the draft made of it, 0 before
	Version  int64
}

// An Amount is one line of a special fund 财政专项资金.
type Amount struct {
	Project  string `json:"project"`            // 项目
	Fund     string `json:"fund,omitempty"`     // 资金名称、来源
	Basis    string `json:"basis,omitempty"`    // 文件依据
	Fen      int64  `json:"fen"`                // 金额，分
	Receiver string `json:"receiver,omitempty"` // 拨付对象
	Note     string `json:"note,omitempty"`
}

// Bounds of a submission.
const (
	MaxMaterial = 20  // files
	MaxAmounts  = 300 // lines
	maxFen      = 1e16
)

// ParseYuan reads an amount in 元 with at most two decimals, with or without
// thousands separators, as 分. ok is false for what is none; nothing is rounded.
func ParseYuan(s string) (fen int64, ok bool) {
	s = strings.TrimSuffix(strings.TrimSpace(strings.NewReplacer(",", "", "，", "", "￥", "", "¥", "").Replace(s)), "元")
	whole, cents, dot := strings.Cut(s, ".")
	if whole == "" || len(whole) > 14 || dot && (cents == "" || len(cents) > 2) {
		return 0, false
	}
	for len(cents) < 2 {
		cents += "0"
	}
	for _, r := range whole + cents {
		if r < '0' || r > '9' {
			return 0, false
		}
		fen = fen*10 + int64(r-'0')
	}
	return fen, fen <= maxFen
}

// Yuan writes 分 as 元 with two decimals.
func Yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// SumFen adds amounts up; ok is false where the sum leaves the range.
func SumFen(list []Amount) (fen int64, ok bool) {
	for _, a := range list {
		if a.Fen < 0 || a.Fen > maxFen || fen > maxFen {
			return 0, false
		}
		fen += a.Fen
	}
	return fen, true
}

// Check is what is wrong with a submission, a sentence by field.
func (x Submission) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	if strings.TrimSpace(x.Title) == "" {
		bad["title"] = "请写材料的标题，例如“2026年第三季度农村低保资金发放情况”。"
	}
	for _, f := range []struct {
		field, s string
		most     int
	}{{"title", x.Title, MaxTitle}, {"note", x.Note, 1000}, {"reason", x.Reason, 500}} {
		if n := utf8.RuneCountInString(f.s); n > f.most {
			bad[f.field] = "这一项有" + num(n) + "个字，最多" + num(f.most) + "个字，请缩短。"
		}
		if strings.ContainsRune(f.s, 0) || !utf8.ValidString(f.s) {
			bad[f.field] = "这一项有不能识别的字符，请重新输入。"
		}
	}
	if x.Kind != "" && x.Kind.Chinese() == "" {
		bad["kind"] = "请从列出的信息类别中选择。"
	}
	if x.Category != "" && CategoryName(x.Category) == "" {
		bad["category"] = "请从列出的公开目录中选择。"
	}
	if x.Made.After(today) {
		bad["made"] = "形成日期在今天以后，请核对。"
	}
	if len(x.Files) > MaxMaterial {
		bad["files"] = "附件最多" + num(MaxMaterial) + "个，请打包或者分几次移送。"
	}
	if len(x.Amounts) > MaxAmounts {
		bad["amounts"] = "金额明细最多" + num(MaxAmounts) + "行，请用表格文件移送。"
	}
	for i, a := range x.Amounts {
		if strings.TrimSpace(a.Project) == "" || a.Fen < 0 || a.Fen > maxFen {
			bad["amounts"] = "金额明细第" + num(i+1) + "行要有项目和金额。"
		}
	}
	return bad
}

// Ask 催要 asks a section for material by a day.
func (x *Submission) Ask(today law.Date, person int64) error {
	switch {
	case x.State != "":
		return act.Refuse("这份移送单已经登记，不能再催要一次。")
	case !x.Due.IsZero() && x.Due.Before(today):
		return act.Refuse("要求移送的日期已经过去，请写今天或者以后的日期。")
	}
	x.State, x.Asked, x.Taker = MaterialAsked, today, person
	return nil
}

// Send 移送 hands the material over. It needs something to publish.
func (x *Submission) Send(today law.Date, person int64) error {
	switch {
	case x.State != "" && x.State != MaterialAsked && x.State != MaterialReturned:
		return act.Refuse("这份材料现在“" + x.State.Chinese() + "”，不能再移送。")
	case len(x.Files) == 0 && len(x.Amounts) == 0 && strings.TrimSpace(x.Note) == "":
		return act.Refuse("移送单上没有内容：请上传文件、填写金额明细，或者在说明里写明要公开的内容。")
	}
	x.State, x.Sent, x.Sender, x.Settled, x.Reason = MaterialSent, today, person, law.Date{}, ""
	x.Late = x.Late || !x.Due.IsZero() && today.After(x.Due)
	return nil
}

// Accept 接收 takes the material over; item is the draft made of it. Who sent it
// does not receive it himself unless nobody else is there: that is the organ's
// own concern, the receipt names both.
func (x *Submission) Accept(today law.Date, person, item int64) error {
	if x.State != MaterialSent {
		return act.Refuse("这份材料现在“" + x.State.Chinese() + "”，没有等待接收的内容。")
	}
	x.State, x.Settled, x.Taker, x.Item = MaterialAccepted, today, person, item
	return nil
}

// GiveBack 退回 says what is missing.
func (x *Submission) GiveBack(today law.Date, person int64, reason string, due law.Date) error {
	switch {
	case x.State != MaterialSent:
		return act.Refuse("这份材料现在“" + x.State.Chinese() + "”，没有可以退回的内容。")
	case strings.TrimSpace(reason) == "":
		return act.Refuse("请写明退回的原因和要补正的内容。")
	case !due.IsZero() && due.Before(today):
		return act.Refuse("重新移送的日期已经过去，请写今天或者以后的日期。")
	}
	x.State, x.Settled, x.Taker, x.Reason = MaterialReturned, today, person, reason
	if !due.IsZero() {
		x.Due = due
	}
	return nil
}

// Cancel 撤回 ends what nobody received yet.
func (x *Submission) Cancel(today law.Date, reason string) error {
	switch {
	case !x.State.Open():
		return act.Refuse("这份材料现在“" + x.State.Chinese() + "”，不能撤回。")
	case strings.TrimSpace(reason) == "":
		return act.Refuse("请写明撤回、取消的原因。")
	}
	x.State, x.Settled, x.Reason = MaterialCancelled, today, reason
	return nil
}

// Overdue reports whether it should have been sent before the day.
func (x Submission) Overdue(today law.Date) bool {
	return (x.State == MaterialAsked || x.State == MaterialReturned) && !x.Due.IsZero() && x.Due.Before(today)
}

// DraftKind is the kind that the draft gets.
func (x Submission) DraftKind() Kind {
	switch {
	case x.Kind != "":
		return x.Kind
	case len(x.Amounts) > 0:
		return Funds
	}
	return KindOf(x.Title)
}

// AmountTable is the lines of a special fund as the table of a text.
func AmountTable(list []Amount) rich.Block {
	cell := func(s string, head bool) rich.Cell {
		c := rich.Cell{Head: head}
		if s != "" {
			c.Spans = []rich.Span{{Text: s}}
		}
		return c
	}
	row := func(head bool, texts ...string) (r rich.Row) {
		for _, s := range texts {
			r.Cells = append(r.Cells, cell(s, head))
		}
		return r
	}
	b := rich.Block{Kind: rich.Grid, Rows: []rich.Row{row(true, "序号", "项目", "资金名称", "文件依据", "金额（元）", "拨付对象", "备注")}}
	for i, a := range list {
		b.Rows = append(b.Rows, row(false, num(i+1), a.Project, a.Fund, a.Basis, Yuan(a.Fen), a.Receiver, a.Note))
	}
	if sum, ok := SumFen(list); ok && len(list) > 1 {
		b.Rows = append(b.Rows, row(false, "", "合计", "", "", Yuan(sum), "", ""))
	}
	return b
}
