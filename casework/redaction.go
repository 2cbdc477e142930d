package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// A CoverGround is why a part of a document is covered 遮盖理由.
type CoverGround struct {
	Code    string
	Chinese string // as the box says it
	Cite    law.Cite
}

var coverGrounds = []CoverGround{
	{"privacy", "个人隐私", reg("第十五条", "涉及个人隐私、公开会损害第三方合法权益的，不得公开，第三方同意或者不公开对公共利益有重大影响的除外。")},
	{"trade", "商业秘密", reg("第十五条", "涉及商业秘密、公开会损害第三方合法权益的，不得公开，第三方同意或者不公开对公共利益有重大影响的除外。")},
	{"secret", "国家秘密", reg("第十四条", "依法确定为国家秘密的政府信息不予公开。")},
	{"banned", "法律法规禁止公开", reg("第十四条", "法律、行政法规禁止公开的政府信息不予公开。")},
	{"safety", "公共安全", reg("第十四条", "公开后可能危及国家安全、公共安全、经济安全、社会稳定的不予公开。")},
	{"internal", "内部事务", reg("第十六条第一款", "人事管理、后勤管理、内部工作流程等内部事务信息可以不予公开。")},
	{"process", "过程性信息", reg("第十六条第二款", "履行职责中形成的讨论记录、过程稿、磋商信函、请示报告等可以不予公开，法律法规规章另有规定的除外。")},
	{"docket", "执法案卷", reg("第十六条第二款", "行政执法案卷信息可以不予公开，法律法规规章另有规定的除外。")},
}

// CoverGrounds are the grounds that hold since 2019-05-15, the commonest first.
func CoverGrounds() []CoverGround { return slices.Clone(coverGrounds) }

// CoverGroundOf is the ground of a code.
func CoverGroundOf(code string) (CoverGround, bool) {
	for _, g := range coverGrounds {
		if g.Code == code {
			return g, true
		}
	}
	return CoverGround{}, false
}

// A Cover is one covered place, in ten-thousandths of the page as it is shown,
// from its top left corner.
type Cover struct {
	Page   int    `json:"page"` // from 1
	X0     int    `json:"x0"`
	Y0     int    `json:"y0"`
	X1     int    `json:"x1"`
	Y1     int    `json:"y1"`
	Ground string `json:"ground"` // code
}

// A Redaction 遮盖 is the proof of how one file of a request was made of another:
// both by their hashes, and every place with its ground. It lies in the sealed
// part; the act has its salted hash.
type Redaction struct {
	Of     int64    `json:"of"` // private file as it was
	As     int64    `json:"as"` // private file that came of it
	Name   string   `json:"name"`
	Pages  int      `json:"pages"`
	Before string   `json:"before"` // SHA-256 in hex
	After  string   `json:"after"`
	Covers []Cover  `json:"covers"`
	On     law.Date `json:"on"`
	By     int64    `json:"by"`   // officer
	Salt   string   `json:"salt"` // of the hash in the act
}

// Proof is the salted hash of the record, in hex.
func (x Redaction) Proof() (string, error) {
	b, err := json.Marshal(x)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:]), nil
}

// Grounds counts the places by ground, in the order of CoverGrounds.
func (x Redaction) Grounds() string {
	var out []string
	for _, g := range coverGrounds {
		n := 0
		for _, c := range x.Covers {
			if c.Ground == g.Code {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s:%d", g.Code, n))
		}
	}
	return strings.Join(out, ",")
}

// GroundsChinese words what Grounds counts.
func GroundsChinese(grounds string) string {
	var out []string
	for part := range strings.SplitSeq(grounds, ",") {
		code, n, _ := strings.Cut(part, ":")
		if g, ok := CoverGroundOf(code); ok {
			out = append(out, g.Chinese+n+"处")
		}
	}
	return strings.Join(out, "、")
}

// Told is the redaction in a sentence, for the finding that a partial disclosure
// stands on.
func (x Redaction) Told() string {
	return fmt.Sprintf("《%s》共%d页，遮盖%d处：%s。", x.Name, x.Pages, len(x.Covers), GroundsChinese(x.Grounds()))
}

// A RedactionRecord is a redaction as the acts have it.
type RedactionRecord struct {
	On      law.Date
	Of, As  string // references of the private files
	Places  int
	Grounds string // as Redaction.Grounds
	Proof   string
}

// Redact 遮盖 puts a redacted text on file, which is the 区分处理 that article 37
// asks for.
func (r *Request) Redact(d Doing, x Redaction) error {
	if err := r.fits(act.RequestRedacted); err != nil {
		return err
	}
	if err := d.when(r.Arrived, "收件之日"); err != nil {
		return err
	}
	if len(x.Covers) == 0 || x.Of == 0 || x.As == 0 || x.Of == x.As || x.Before == x.After {
		return act.Refuse("没有遮盖任何内容。")
	}
	for i, c := range x.Covers {
		if _, ok := CoverGroundOf(c.Ground); !ok {
			return act.Refuse(fmt.Sprintf("第%d处遮盖没有理由，请为每一处选择不予公开的理由。", i+1), reg("第三十七条", "区分处理的，对不予公开的内容说明理由。"))
		}
	}
	proof, err := x.Proof()
	if err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestRedacted, On: d.On, Refs: []string{fileRef(x.Of), fileRef(x.As)},
		Facts: d.facts(nil, "places", strconv.Itoa(len(x.Covers)), "grounds", x.Grounds(), "proof", proof)})
}

func fileRef(id int64) string { return "file/" + strconv.FormatInt(id, 10) }

func (r *Request) redacted(e Event, f *act.Facts) {
	x := RedactionRecord{On: e.On, Places: f.Num("places"), Grounds: f.Word("grounds"), Proof: f.Hash("proof")}
	sum := 0
	for part := range strings.SplitSeq(x.Grounds, ",") {
		code, n, _ := strings.Cut(part, ":")
		k, err := strconv.Atoi(n)
		if _, ok := CoverGroundOf(code); !ok || err != nil || k < 1 {
			f.Fail("grounds")
		}
		sum += k
	}
	if sum != x.Places || len(e.Refs) != 2 || e.Refs[0] == e.Refs[1] {
		f.Fail("places")
		return
	}
	x.Of, x.As = e.Refs[0], e.Refs[1]
	r.Redactions = append(r.Redactions, x)
	if r.Findings == nil {
		r.Findings = map[string]bool{}
	}
	r.Findings[FoundRedacted] = true
}

// Stands reports whether a record is the one that an act of the file names.
func (r *Request) Stands(x Redaction) bool {
	proof, err := x.Proof()
	return err == nil && slices.ContainsFunc(r.Redactions, func(o RedactionRecord) bool { return o.Proof == proof && o.As == fileRef(x.As) })
}
