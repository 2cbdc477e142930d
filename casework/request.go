// Package casework is the file of a request 依申请公开: what happened to it, one
// act after the other, and what the statute allows next. State is computed from
// the acts; a verb checks the statute, refuses with the article what the program
// must not produce, and marks what already happened against it. A person's data
// are not here: acts hold codes, days and references.
package casework

import (
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// State is where a request stands.
type State string

// The states.
const (
	New        State = ""           // nothing happened yet
	Arrived    State = "arrived"    // 已收件，待与申请人确认
	Running    State = "running"    // 办理中
	Correcting State = "correcting" // 待申请人补正
	Unpaid     State = "unpaid"     // 待申请人缴费
	Decided    State = "decided"    // 已决定，待送达
	Closed     State = "closed"     // 已答复办结
	Void       State = "void"       // 登记作废
)

// Chinese is the state on screen.
func (s State) Chinese() string {
	return map[State]string{New: "未登记", Arrived: "待确认", Running: "办理中", Correcting: "待补正", Unpaid: "待缴费", Decided: "待送达", Closed: "已办结", Void: "已作废"}[s]
}

// States lists the states in the order of the work.
func States() []State { return []State{Arrived, Running, Correcting, Unpaid, Decided, Closed, Void} }

// Open reports whether somebody still has to do something.
func (s State) Open() bool { return s != Closed && s != Void && s != New }

// Applicant is the kind of applicant, a column of table 三.
type Applicant string

// The kinds, keyed as the columns are.
const (
	Natural  Applicant = "natural"  // 自然人
	Business Applicant = "business" // 商业企业
	Research Applicant = "research" // 科研机构
	Charity  Applicant = "charity"  // 社会公益组织
	Legal    Applicant = "legal"    // 法律服务机构
	Others   Applicant = "other"    // 其他
)

// Applicants lists the kinds in the order of table 三.
func Applicants() []Applicant {
	return []Applicant{Natural, Business, Research, Charity, Legal, Others}
}

// Chinese is the kind on screen.
func (a Applicant) Chinese() string {
	return map[Applicant]string{Natural: "自然人", Business: "商业企业", Research: "科研机构", Charity: "社会公益组织", Legal: "法律服务机构", Others: "其他"}[a]
}

// ConsultKind is whom the organ asks.
type ConsultKind string

// The kinds; each has a rule of its own.
const (
	AskThird ConsultKind = "third" // 第三方：15个工作日，逾期由机关决定
	AskJoint ConsultKind = "joint" // 共同制作机关：15个工作日，逾期视为同意
	AskOther ConsultKind = "other" // 其他机关：法律没有规定期限，不视为同意
)

// Chinese is the kind on screen.
func (k ConsultKind) Chinese() string {
	return map[ConsultKind]string{AskThird: "征求第三方意见", AskJoint: "征求共同制作机关意见", AskOther: "征求其他机关意见"}[k]
}

// A Consultation is one letter asking for an opinion.
type Consultation struct {
	N         int
	Kind      ConsultKind
	Sent      law.Date
	Delivered law.Date // zero while unknown
	Answered  law.Date // zero while awaited
	Opinion   string   // agree, object, silent; "" while awaited
}

// A Payment is the fee of a request.
type Payment struct {
	Method   fee.Method
	Units    int
	Fen      fee.Fen
	Notified law.Date
	PayBy    law.Date
	Paid     law.Date
	Waived   law.Date
	Refunded law.Date
}

// A Request is a file as its acts make it.
type Request struct {
	Number    string // of the registration
	Ledger    bool   // kept as a row of the ledger 台账
	Channel   deadline.Channel
	Arrived   law.Date
	Received  law.Date // art. 31; zero while it is not confirmed
	Applicant Applicant
	State     State
	Clock     deadline.Clock

	CorrectBy  law.Date // until when the applicant was asked to correct
	Asked      int      // correction notices
	Consults   []Consultation
	Extended   int      // working days
	Reasons    law.Date // art. 35: reasons were asked for
	Payment    *Payment
	Findings   map[string]bool
	Redactions []RedactionRecord         // redacted texts 遮盖
	Guide      map[QuestionCode]Judgment // answers to the seven questions
	foundIn    map[string]QuestionCode   // findings that an answer put on file

	Outcome  Outcome
	LetterNo string
	Answer   law.Date // day of the letter that counts; the first answer's
	Answers  int
	Replied  law.Date // day of the latest letter
	Served   law.Date
	ServedBy string

	Letters     []LetterRecord // letters as the acts have them
	Tries       []Try          // services that failed
	NoticeOf    int            // letter that is served by public notice, 0 for none
	Noticed     law.Date       // when the notice was posted
	NoticeUntil law.Date       // until when it stands
	Archived    law.Date       // handed over to the archive; zero if not, or if the file was taken up again since

	Reopened int // how often review or court sent it back
	Remedies []RemedyCase

	Matter    string // "" information is asked for; Mend: records are to be corrected
	Links     []Link // other files that belong to this one
	Turn      *Turn  // whether it becomes proactive disclosure; nil while nobody proposed it
	Calls     int    // telephone records
	Unreached bool   // the applicant could not be reached to confirm

	Trail  string // mark of all its acts in their order: another file has another
	Marks  []Mark
	events []Event // all that happened
	fresh  int     // events from here on are new
}

// A Mark is a fact that the law does not allow, with the article it breaks. It
// stays, and is shown.
type Mark struct {
	On   law.Date
	Code string
	Text string
	Cite law.Cite
}

// Doing is how a verb is carried out.
type Doing struct {
	On    law.Date // the day it happens or happened
	Today law.Date
	Fact  bool // it already happened outside the program: recorded and marked, never refused
}

// Fresh are the events since the file was read: what the store keeps.
func (r *Request) Fresh() []Event { return r.events[r.fresh:] }

// Events are all of the file.
func (r *Request) Events() []Event { return r.events }
