package casework

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law"
)

func sheetText(s Sheet) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", s.Title, s.No)
	if s.To != "" {
		fmt.Fprintf(&b, "%s：\n", s.To)
	}
	for _, p := range s.Paras {
		fmt.Fprintf(&b, "　　%s\n", p)
	}
	for _, t := range s.Tables {
		fmt.Fprintf(&b, "\n%s\n", strings.Join(t.Head, " | "))
		for _, r := range t.Rows {
			fmt.Fprintf(&b, "%s\n", strings.Join(r, " | "))
		}
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", s.From, s.Dated.Chinese())
	return b.String()
}

// Receipts of service, lists of evidence, written answers, and the papers of a case
// file, as a lawyer would read them.
func TestSheetsAsTheyArePrinted(t *testing.T) {
	const organ = "云岭县青石镇人民政府"
	day := law.Day(2026, 4, 28)
	r := eventful(t)["reviewed"]
	letter := Letter{Code: "D03", No: "云公开告〔2026〕3号", On: day}
	note := CaseNote{N: 1, No: "云政复〔2026〕3号", Before: "云岭县人民政府", Claims: "请求撤销告知书，责令公开合同单价。", Facts: "合同单价属于第三方的商业秘密，第三方书面不同意公开，理由成立。",
		Evidence: []Evidence{{Name: "政府信息公开申请表", Proves: "申请的内容和收到的时间", Pages: 2}, {Name: "政府信息部分公开告知书", Proves: "依法答复", Letter: 3, Pages: 3}, {Name: "送达凭证", Proves: "已经送达", Pages: 1}}}
	docs := []Document{{Name: "办理过程表", On: day, From: 3, Pages: 2, Hash: someHash}, {Name: "政府信息部分公开告知书（盖章件）", On: day, From: 5, Pages: 1, Hash: someHash}, {Name: "证据 录音.wav", On: day, Note: "另附（不能装订的格式）", Hash: someHash}}
	facts := ReplyFacts{Organ: organ, Applicant: "甲某某", Before: note.Before, No: note.No, Claims: note.Claims, Facts: note.Facts, Dated: law.Day(2026, 6, 5), Evidence: 3, Letter: r.Letter(3)}
	first, err := Replay(r.Events()[:22]) // when the review came in
	must(t, err)
	reply, missing := ReplySheet(first, 1, facts)
	if len(missing) > 0 {
		t.Errorf("the answer lacks %v", missing)
	}
	for name, s := range map[string]Sheet{
		"送达回证":     ServiceReceipt(r, organ, letter, "甲某某", nil),
		"送达回证（邮寄）": ServiceReceipt(r, organ, letter, "甲某某", &Service{Way: "ems", On: law.Day(2026, 4, 29), Number: "EX100000001CN", To: "云岭县青石镇一号", Taker: "甲某某"}),
		"证据清单":     EvidenceList(organ, r.Remedies[0], note, "甲某某", law.Day(2026, 6, 5)),
		"行政复议答复书":  reply,
		"案卷封面":     CaseCover(r, organ, "正卷", 3, 5, law.Day(2026, 11, 2)),
		"卷内目录":     CaseIndex(organ+"案卷（正卷）", docs),
		"办理过程表":    CaseProgress(r, organ, func(e Event) string { return e.Facts["way"] }),
		"移交清单":     HandoverList(r, organ, docs, someHash, law.Day(2026, 11, 2)),
	} {
		got := sheetText(s)
		if strings.ContainsAny(got, "{}【】") || strings.Contains(got, "。。") {
			t.Errorf("%s has holes:\n%s", name, got)
		}
		file := filepath.Join("testdata", "sheets", name+".txt")
		if *update {
			must(t, os.MkdirAll(filepath.Dir(file), 0o755))
			must(t, os.WriteFile(file, []byte(got), 0o644))
			continue
		}
		if want, err := os.ReadFile(file); err != nil || string(want) != got {
			t.Errorf("%s differs from %s (%v); after reading it run go test ./casework -update\n%s", name, file, err, got)
		}
	}
}

// What nobody wrote yet is a hole in the answer, and is named.
func TestReplyNamesWhatIsMissing(t *testing.T) {
	r := begun(t)
	must(t, r.OpenRemedy(on(5, 6), SuedDirectly, false, true))
	paras, missing := ComposeReply(r, 1, ReplyFacts{Organ: "青石镇人民政府", Dated: law.Day(2026, 5, 8)})
	all := strings.Join(missing, " ")
	for _, want := range []string{"申请人", "原告的请求和理由", "未答复的原因", "事实和理由", "法院", "证据清单"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not named: %v", want, missing)
		}
	}
	text := ""
	for _, p := range paras {
		text += p.Text
	}
	if !strings.Contains(text, "尚未作出答复") || !strings.Contains(text, "驳回原告的诉讼请求") {
		t.Errorf("the answer to a court: %s", text)
	}
}

// Words of a letter may change; what it stands on may not.
func TestEditedLetterKeepsItsElements(t *testing.T) {
	k, _ := LetterFor(Partial, law.Day(2026, 4, 28))
	r := lettered(t)
	d := Compose(k, r, factsOf(), filled(k))
	var body []string
	for _, p := range d.Paras {
		body = append(body, p.Text)
	}
	if gone := d.Dropped(r, body); len(gone) > 0 {
		t.Errorf("its own words lack %v", gone)
	}
	polite := append([]string{"您好。"}, body...)
	polite[2] = strings.ReplaceAll(polite[2], "办理经过", "本机关办理的经过")
	if gone := d.Dropped(r, polite); len(gone) > 0 {
		t.Errorf("other words: %v", gone)
	}
	for cut, want := range map[string]string{"2026-0012": "收到的申请", "第三十七条": "法律依据", "60日": "救济途径", "先向": "救济途径"} {
		edited := make([]string, len(body))
		for i := range body {
			edited[i] = strings.ReplaceAll(body[i], cut, "……")
		}
		if gone := strings.Join(d.Dropped(r, edited), " "); !strings.Contains(gone, want) {
			t.Errorf("without %s: %q", cut, gone)
		}
	}
	got := Compare([]string{"甲", "乙", "丙"}, []string{"甲", "乙改", "丙", "丁"})
	if want := []Change{{"甲", "甲"}, {"乙", "乙改"}, {"丙", "丙"}, {"", "丁"}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("versions compared: %v", got)
	}
}
