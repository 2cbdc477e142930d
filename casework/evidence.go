package casework

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// A CaseNote is what is kept of a review or court case besides its acts.
type CaseNote struct {
	N        int        `json:"n"`                // of the case in the file, from 1
	No       string     `json:"no,omitempty"`     // 案号
	Before   string     `json:"before,omitempty"` // 复议机关、法院
	Claims   string     `json:"claims,omitempty"` // 申请人（原告）的请求和理由
	Facts    string     `json:"facts,omitempty"`  // 本机关陈述的事实和理由
	Place    string     `json:"place,omitempty"`  // 听证、开庭地点
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is one line of a list of evidence 证据清单.
type Evidence struct {
	Name   string `json:"name"`
	Proves string `json:"proves"` // 证明对象
	Letter int    `json:"letter,omitempty"`
	File   int64  `json:"file,omitempty"`
	Pages  int    `json:"pages"`
	From   int    `json:"-"` // first page in the bundle
}

// Case is what is kept of a case, empty if nothing is.
func (c *Content) Case(n int) CaseNote {
	for _, x := range c.Cases {
		if x.N == n {
			return x
		}
	}
	return CaseNote{N: n}
}

// KeepCase puts what is kept of a case into the content.
func (c *Content) KeepCase(x CaseNote) {
	for i := range c.Cases {
		if c.Cases[i].N == x.N {
			c.Cases[i] = x
			return
		}
	}
	c.Cases = append(c.Cases, x)
}

// Paged numbers the pages of a list of evidence through, as it is handed in.
func Paged(list []Evidence) (out []Evidence, pages int) {
	for _, e := range list {
		e.From = pages + 1
		pages += max(e.Pages, 1)
		out = append(out, e)
	}
	return out, pages
}

// PageRange is where a piece of evidence stands, as a list says it.
func (e Evidence) PageRange() string {
	if e.Pages <= 1 {
		return fmt.Sprint(e.From)
	}
	return fmt.Sprintf("%d—%d", e.From, e.From+e.Pages-1)
}

// ReplyTitle is what the organ's written answer to a review or a court is called.
func (k RemedyKind) ReplyTitle() string {
	if k == Reconsideration {
		return "行政复议答复书"
	}
	return "行政答辩状"
}

// ReplyFacts are what the program knows for an answer 答复书, 答辩状.
type ReplyFacts struct {
	Organ, Applicant, Before, No string
	Claims, Facts                string // as people wrote them
	Dated, Due                   law.Date
	Evidence                     int // pieces
	Letter                       *LetterRecord
	Decided                      string // words of the decision in the letter
	Cite                         law.Cite
}

// ComposeReply drafts the organ's written answer from the file: what was asked, what was
// done on which day, on which article, and what is asked of who decides. What
// nobody wrote yet shows as a hole and is named.
func ComposeReply(r *Request, n int, f ReplyFacts) (paras []Para, missing []string) {
	x := r.Remedies[n-1]
	hole := func(s, name string) string {
		if s = strings.TrimSpace(s); s == "" {
			missing = append(missing, name)
			return "【" + name + "】"
		}
		return s
	}
	whom, asks := "申请人", "请求复议机关依法维持"
	if x.Kind != Reconsideration {
		whom, asks = "原告", "请求人民法院依法驳回原告的诉讼请求"
	}
	add := func(element, text string, from ...string) { paras = append(paras, Para{element, text, from}) }
	no := ""
	if f.No != "" {
		no = "（" + f.No + "）"
	}
	add(ElementOther, fmt.Sprintf("%s%s不服本机关政府信息公开答复%s一案，本机关于%s收到%s副本，现答复如下。", whom, hole(f.Applicant, "申请人"), no, x.Begun.Chinese(),
		map[bool]string{true: "行政复议申请书", false: "起诉状"}[x.Kind == Reconsideration]), "申请人", "案号", "收到副本之日")
	add(ElementOther, "一、"+whom+"的请求和理由")
	add(ElementOther, hole(f.Claims, whom+"的请求和理由"), "案件信息")
	add(ElementHistory, "二、申请的收到和办理经过")
	received := fmt.Sprintf("本机关于%s收到%s通过%s提出的政府信息公开申请（登记号%s）。", dayOf(r.Received, r.Arrived), whom, r.Channel.Chinese(), r.Number)
	if h := history(r); h != "" {
		received += h + "。"
	}
	add(ElementHistory, received, "办理过程")
	res, ok := ResultOf(r.decision())
	switch {
	case !ok:
		add(ElementDecision, "截至收到副本之日，本机关尚未作出答复。"+hole("", "未答复的原因"), "办理过程")
	default:
		no, what := r.LetterNo, "答复"
		if f.Letter != nil && f.Letter.No != "" {
			if no = f.Letter.No; f.Letter.Code != "" {
				k, _ := LetterOf(f.Letter.Code, f.Letter.On)
				what = k.Name
			}
		}
		served := ""
		if !r.Served.IsZero() {
			served = "，并于" + r.Served.Chinese() + "以“" + WayChinese(r.ServedBy) + "”的方式送达"
		}
		add(ElementDecision, fmt.Sprintf("%s，本机关作出%s（%s），处理结果为“%s”%s。", r.lastOf(act.RequestDecided).Chinese(), what, hole(no, "文号"), res.Chinese, served), "处理结果", "送达")
	}
	add(ElementGround, "三、答复的事实、依据和理由")
	add(ElementFinding, hole(f.Facts, "事实和理由"), "案件信息")
	late := slices.ContainsFunc(r.Marks, func(m Mark) bool { return m.Code == "answer_late" })
	if ok {
		text := fmt.Sprintf("依据%s，%s", res.Cite, res.Cite.Paraphrase)
		if !strings.HasSuffix(text, "。") {
			text += "。"
		}
		text += "本机关的答复认定事实清楚，适用依据正确"
		if !late {
			text += "，程序合法"
		}
		add(ElementGround, text+"。", "处理结果的法律依据")
	}
	if late {
		add(ElementFinding, "本机关的答复超过了法定期限，程序上的这一问题如实陈明。", "办理过程中的记录")
	}
	add(ElementDecision, "综上，"+asks+"。", "案件类别")
	add(ElementOther, fmt.Sprintf("附：证据清单1份，证据%d件。", f.Evidence), "证据清单")
	if strings.TrimSpace(f.Before) == "" {
		missing = append(missing, map[bool]string{true: "复议机关", false: "法院"}[x.Kind == Reconsideration])
	}
	if f.Evidence == 0 {
		missing = append(missing, "证据清单")
	}
	return paras, missing
}

func dayOf(a, b law.Date) string {
	if a.IsZero() {
		return b.Chinese()
	}
	return a.Chinese()
}
