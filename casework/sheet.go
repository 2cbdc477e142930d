package casework

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// A Sheet is a form or list that goes with a file and is printed: receipts of
// service, lists of evidence, the index of the case file.
type Sheet struct {
	Name   string // in the name of the file
	Title  string
	No, To string
	Paras  []string
	Tables []SheetTable
	From   string
	Dated  law.Date
}

// A SheetTable is a table in a sheet. Shares divide its width.
type SheetTable struct {
	Caption string
	Head    []string
	Shares  []float64
	Rows    [][]string
}

// ServiceReceipt is the receipt of service 送达回证 of a letter, filled in as far as
// it is known; who serves and who receives sign it.
func ServiceReceipt(r *Request, organ string, l Letter, to string, done *Service) Sheet {
	k, _ := LetterOf(l.Code, l.On)
	rows := [][]string{{"案件", "政府信息公开申请 " + r.Number}, {"送达文书", strings.TrimSpace(k.Name + " " + l.No)}, {"受送达人", to}}
	way, when, taker, witness, record := "□当面送交　□邮寄　□留置　□其他", "　　年　　月　　日　　时", "", "", ""
	if done != nil {
		way, when, taker, witness, record = WayChinese(done.Way), done.On.Chinese(), done.Taker, done.Witness, done.Record
		if done.Tie != "" {
			taker += "（" + done.Tie + "）"
		}
		if done.Number != "" {
			record = strings.TrimPrefix(record+"；邮件号"+done.Number, "；")
		}
		if done.To != "" {
			record = strings.TrimPrefix(record+"；送至"+done.To, "；")
		}
	}
	return Sheet{Name: "送达回证", Title: organ + "政府信息公开文书送达回证", From: organ, Dated: l.On,
		Tables: []SheetTable{{Head: []string{"项目", "内容"}, Shares: []float64{1, 3}, Rows: append(rows, [][]string{{"送达方式", way}, {"送达地点", ""}, {"送达时间", when},
			{"受送达人签名或者盖章", taker}, {"代收人与受送达人的关系", ""}, {"见证人（留置送达）", witness}, {"送达情况、未能送达的原因", record}, {"送达人（两人）", ""}}...)}},
		Paras: []string{"受送达人拒绝签收的，邀请有关组织的代表到场，说明情况，记明拒收事由和日期，由送达人、见证人签名，把文书留在受送达人的住所，即视为送达。"}}
}

// EvidenceList is the list of evidence 证据清单 of a case, pages numbered through.
func EvidenceList(organ string, x RemedyCase, note CaseNote, applicant string, on law.Date) Sheet {
	list, pages := Paged(note.Evidence)
	whom := "申请人"
	if x.Kind != Reconsideration {
		whom = "原告"
	}
	s := Sheet{Name: "证据清单", Title: organ + "证据清单", To: note.Before, From: organ, Dated: on}
	no := ""
	if note.No != "" {
		no = "（" + note.No + "）"
	}
	s.Paras = []string{fmt.Sprintf("%s%s与本机关政府信息公开%s一案%s，本机关提交证据%d件，共%d页。", whom, applicant, x.Kind.Chinese(), no, len(list), pages)}
	t := SheetTable{Head: []string{"序号", "证据名称", "证明对象", "页码"}, Shares: []float64{0.7, 3, 4, 1.2}}
	for i, e := range list {
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), e.Name, e.Proves, e.PageRange()})
	}
	s.Tables = []SheetTable{t}
	return s
}

// ReplySheet is the organ's written answer to a review or a court.
func ReplySheet(r *Request, n int, f ReplyFacts) (s Sheet, missing []string) {
	paras, missing := ComposeReply(r, n, f)
	s = Sheet{Name: r.Remedies[n-1].Kind.ReplyTitle(), Title: f.Organ + r.Remedies[n-1].Kind.ReplyTitle(), To: f.Before, From: f.Organ, Dated: f.Dated}
	for _, p := range paras {
		s.Paras = append(s.Paras, p.Text)
	}
	return s, missing
}

// A Document is one document of the case file.
type Document struct {
	Name  string
	On    law.Date
	Kind  string // sheet, letter, scan, or the kind of a File
	Note  string // why it stands beside the bound file, "" if it is bound in
	Pages int    // bound in; 0 for one beside it
	From  int    // first page
	Inner bool   // 副卷: what is for the organ alone
	File  int64  // private file, 0 for what the program prints
	N     int    // letter, 0 for none
	Path  string // in the package
	Hash  string // SHA-256 of its bytes
	Size  int64
}

// InnerFile reports whether a kind of file belongs to the 副卷: what was weighed inside
// the organ, not what went out or came in.
func InnerFile(kind string) bool { return kind == "internal" }

// CaseIndex is the index of a case file 卷内目录.
func CaseIndex(title string, docs []Document) Sheet {
	t := SheetTable{Head: []string{"序号", "文件名称", "日期", "页号", "备注"}, Shares: []float64{0.7, 4.2, 1.6, 1, 1.8}}
	for i, d := range docs {
		at := "—"
		if d.Pages == 1 {
			at = strconv.Itoa(d.From)
		} else if d.Pages > 1 {
			at = fmt.Sprintf("%d—%d", d.From, d.From+d.Pages-1)
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), d.Name, d.On.String(), at, d.Note})
	}
	return Sheet{Name: "卷内目录", Title: title + "卷内目录", Tables: []SheetTable{t}}
}

// CaseCover is the cover of a case file 案卷封面.
func CaseCover(r *Request, organ, which string, docs, pages int, on law.Date) Sheet {
	s := Sheet{Name: "封面", Title: organ + "政府信息公开申请案卷", From: organ, Dated: on}
	result := "未办结"
	if res, ok := ResultOf(r.Outcome); ok {
		result = res.Chinese
	}
	rows := [][]string{{"卷别", which}, {"登记号", r.Number}, {"收件日期", r.Arrived.Chinese()}, {"收到申请之日", r.Received.Chinese()}, {"申请人类别", r.Applicant.Chinese()}, {"处理结果", result},
		{"答复文号", r.LetterNo}, {"答复日期", r.Answer.Chinese()}, {"送达日期", r.Served.Chinese()}, {"复议、诉讼", strconv.Itoa(len(r.Remedies)) + "件"}, {"卷内文件", strconv.Itoa(docs) + "件"}, {"页数", strconv.Itoa(pages)}, {"保管期限", ""}, {"立卷人", ""}, {"检查人", ""}}
	s.Tables = []SheetTable{{Head: []string{"项目", "内容"}, Shares: []float64{1, 3}, Rows: rows}}
	return s
}

// CaseProgress is the acts of a file as a table 办理过程表.
func CaseProgress(r *Request, organ string, says func(Event) string) Sheet {
	s := Sheet{Name: "办理过程表", Title: organ + "政府信息公开申请办理过程表", No: r.Number}
	t := SheetTable{Head: []string{"序号", "日期", "办理事项", "内容", "记录"}, Shares: []float64{0.7, 1.5, 2, 4, 2}}
	marks := r.Marks
	for i, e := range r.events {
		mark := ""
		for n := strings.Count(e.Facts["marks"], ",") + 1; e.Facts["marks"] != "" && n > 0 && len(marks) > 0; n-- {
			mark += marks[0].Text + marks[0].Cite.Article
			marks = marks[1:]
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), e.On.String(), act.Kinds()[e.Kind].Chinese, says(e), mark})
	}
	s.Tables = []SheetTable{t}
	return s
}

// HandoverList is the list that both sides sign when a case file goes to the
// archive 移交清单.
func HandoverList(r *Request, organ string, docs []Document, hash string, on law.Date) Sheet {
	s := Sheet{Name: "移交清单", Title: organ + "政府信息公开申请案卷移交清单", From: organ, Dated: on}
	s.Paras = []string{fmt.Sprintf("登记号%s的政府信息公开申请案卷，文件%d件，移交档案部门保管。归档包的校验值（SHA-256）：%s。", r.Number, len(docs), hash),
		"移交人（签名）：　　　　　　　　接收人（签名）：　　　　　　　　移交日期：　　年　　月　　日"}
	t := SheetTable{Head: []string{"序号", "文件名称", "日期", "页数", "校验值（前16位）"}, Shares: []float64{0.7, 4, 1.5, 0.8, 2.4}}
	for i, d := range docs {
		h := d.Hash
		if len(h) > 16 {
			h = h[:16]
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), d.Name, d.On.String(), strconv.Itoa(d.Pages), h})
	}
	s.Tables = []SheetTable{t}
	return s
}

// A Package is the file for the archive 归档包 as it was made last.
type Package struct {
	On    law.Date   `json:"on"`
	File  int64      `json:"file"`
	Hash  string     `json:"hash"`  // SHA-256, hex
	Trail string     `json:"trail"` // of the file when it was made
	Docs  []Document `json:"docs"`
	Bound []int      `json:"bound"` // pages of 正卷 and 副卷
}
