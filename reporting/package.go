package reporting

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
)

// Forms of files that instances hand to each other 报送包.
const (
	PackageForm = "gongkai-package/1" // a report, upwards
	AnswerForm  = "gongkai-answer/1"  // what the office decided, downwards
)

// Bounds of such a file, in bytes.
const (
	MaxPackage       = 64 << 20 // the whole file
	MaxPackageBody   = 8 << 20  // without the source file
	MaxPackageSource = 32 << 20
	maxPackageText   = 20_000 // of one explanation or mark
	maxPackageList   = 2000   // explanations, findings, marks, decisions
)

// A PackageFile is the file as it is carried: the body that is signed, and
// beside it the file that the report was read from, whose hash the body states.
type PackageFile struct {
	Form      string          `json:"form"`
	Body      json.RawMessage `json:"body"`
	Signature string          `json:"signature"`      // note of translog.SignDigest over the canonical body
	Keys      []string        `json:"keys,omitempty"` // statements that lead from earlier keys of the signer to this one
	Source    []byte          `json:"source,omitempty"`
}

// A PackageOrgan is an organ as both instances know it.
type PackageOrgan struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// A Package is an organ's report as it was handed in or published at the
// instance it comes from. N counts the snapshots there: a later one replaces an
// earlier one, and the same N never has two contents.
type Package struct {
	From         string         `json:"from"` // name of the log of the instance
	Organ        PackageOrgan   `json:"organ"`
	Year         int            `json:"year"`
	N            int            `json:"n"`
	State        FilingState    `json:"state"` // FilingSubmitted or FilingPublished
	Correction   int            `json:"correction"`
	Note         string         `json:"note,omitempty"` // on the correction
	On           law.Date       `json:"on"`             // it was handed in, or published
	Report       string         `json:"report"`         // machine form of annual: it holds fractions, which canonical JSON does not
	Content      string         `json:"content"`        // SHA-256 of annual.Canonical
	Explanations []Explanation  `json:"explanations,omitempty"`
	Findings     []string       `json:"findings,omitempty"` // identities of what the sender's own check found
	Source       *PackageSource `json:"source,omitempty"`
}

// A PackageSource is the file a report was read from.
type PackageSource struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Hash string `json:"sha256"`
}

// An Answer is what became of a package at the instance that received it. Seq
// grows with every answer about an organ's year.
type Answer struct {
	From      string       `json:"from"`
	To        string       `json:"to"` // name of the log of the instance that sent the package
	Organ     PackageOrgan `json:"organ"`
	Year      int          `json:"year"`
	N         int          `json:"n"`
	Package   string       `json:"package"` // hash of its body
	Seq       int64        `json:"seq"`
	State     FilingState  `json:"state"` // FilingSubmitted for received, FilingReturned, FilingAccepted, FilingPublished
	On        law.Date     `json:"on"`
	Marks     []Mark       `json:"marks,omitempty"`
	Decisions []Decision   `json:"decisions,omitempty"`
}

// ErrPackage is the refusal of a file that is no package or was changed.
func ErrPackage(why string) *act.Refusal {
	return act.Refuse("这个文件不是有效的报送包：" + why + "请向发出的单位重新要一份。")
}

// SealPackage writes the body of a package or answer in canonical form, with its
// hash.
func SealPackage(body any) (canonical []byte, hash [sha256.Size]byte, err error) {
	canonical, err = act.Canonical(body)
	if err == nil && len(canonical) > MaxPackageBody {
		err = act.Refuse("报送包过大，无法生成。请缩短报告的文字。")
	}
	return canonical, sha256.Sum256(canonical), err
}

// ReadPackageFile reads the outer form of a package or answer and the hash of
// its body. Whether the signature holds is for who knows the keys. Errors are
// refusals.
func ReadPackageFile(b []byte) (f PackageFile, hash [sha256.Size]byte, err error) {
	switch {
	case len(b) > MaxPackage:
		return f, hash, ErrPackage(fmt.Sprintf("超过%d MB。", MaxPackage>>20))
	case strict(b, &f) != nil || len(f.Body) == 0:
		return f, hash, ErrPackage("格式不对。")
	case f.Form != PackageForm && f.Form != AnswerForm:
		return f, hash, act.Refuse(fmt.Sprintf("这种报送包（%.40q）本系统还不认识，可能由更新的版本生成。请升级后再导入。", f.Form))
	case len(f.Body) > MaxPackageBody || len(f.Source) > MaxPackageSource:
		return f, hash, ErrPackage("内容过大。")
	}
	canonical, err := act.Recanonical(f.Body)
	if err != nil {
		return f, hash, ErrPackage("内容不是规范格式。")
	}
	f.Body = canonical // however it was printed in between
	return f, sha256.Sum256(canonical), nil
}

// strict decodes JSON that says nothing its form does not know.
func strict(b []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("text after the value")
	}
	return nil
}

// Package reads the body as a package, with its report. Errors are refusals.
func (f PackageFile) Package() (p Package, r *annual.Report, err error) {
	if f.Form != PackageForm || strict(f.Body, &p) != nil {
		return p, nil, ErrPackage("内容不是年度报告。")
	}
	if why := p.check(); why != "" {
		return p, nil, ErrPackage(why)
	}
	_, r, _, err = annual.DecodeJSON([]byte(p.Report))
	if err != nil {
		return p, nil, ErrPackage("其中的报告无法读出。")
	}
	if hash, err := ContentHash(r); err != nil || hash != p.Content {
		return p, nil, ErrPackage("其中的报告与摘要不符。")
	}
	if len(f.Source) > 0 {
		sum := sha256.Sum256(f.Source)
		if p.Source == nil || hex.EncodeToString(sum[:]) != p.Source.Hash || int64(len(f.Source)) != p.Source.Size {
			return p, nil, ErrPackage("所附原件与摘要不符。")
		}
	}
	return p, r, nil
}

// Answer reads the body as an answer. Errors are refusals.
func (f PackageFile) Answer() (a Answer, err error) {
	if f.Form != AnswerForm || strict(f.Body, &a) != nil {
		return a, ErrPackage("内容不是答复。")
	}
	if why := a.check(); why != "" {
		return a, ErrPackage(why)
	}
	return a, nil
}

// ContentHash is the hash of a report's canonical content, as the public log
// states it.
func ContentHash(r *annual.Report) (string, error) {
	b, err := annual.Canonical(r)
	if err != nil {
		return "", err
	}
	return act.Digest(b), nil
}

func (p *Package) check() string {
	switch {
	case p.From == "" || p.Organ.Code == "" || p.Organ.Name == "":
		return "没有写明发出的系统和机关。"
	case p.Year < 2008 || p.Year > 9998 || p.N < 1 || p.Correction < 0 || !p.On.Valid():
		return "年度、序号或日期不对。"
	case p.State != FilingSubmitted && p.State != FilingPublished:
		return "报告不在已报送或已发布的状态。"
	case p.Correction > 0 && strings.TrimSpace(p.Note) == "" || len(p.Note) > maxNote:
		return "更正说明缺失或过长。"
	case len(p.Explanations) > maxPackageList || len(p.Findings) > maxPackageList:
		return "说明过多。"
	case slices.ContainsFunc(p.Explanations, func(e Explanation) bool {
		return len(e.Text) > maxPackageText || len(e.Finding) > maxPackageText || len(e.Name) > 200
	}):
		return "有一条说明过长。"
	case p.Source != nil && (len(p.Source.Name) > 300 || p.Source.Size < 0 || len(p.Source.Hash) != 2*sha256.Size):
		return "原件的记载不对。"
	}
	return ""
}

func (a *Answer) check() string {
	switch {
	case a.From == "" || a.To == "" || a.Organ.Code == "":
		return "没有写明双方系统和机关。"
	case a.Year < 2008 || a.Year > 9998 || a.N < 1 || a.Seq < 1 || !a.On.Valid() || len(a.Package) != 2*sha256.Size:
		return "年度、序号或日期不对。"
	case a.State != FilingSubmitted && a.State != FilingReturned && a.State != FilingAccepted && a.State != FilingPublished:
		return "没有写明结果。"
	case a.State == FilingReturned && len(a.Marks) == 0:
		return "退回没有写明理由。"
	case len(a.Marks) > maxPackageList || len(a.Decisions) > maxPackageList:
		return "意见过多。"
	case slices.ContainsFunc(a.Marks, func(m Mark) bool { return len(m.Text) > maxPackageText || len(m.Cell) > 200 || len(m.Code) > 200 }),
		slices.ContainsFunc(a.Decisions, func(d Decision) bool {
			return len(d.Text) > maxPackageText || len(d.Finding) > maxPackageText || len(d.Name) > 200
		}):
		return "有一条意见过长。"
	}
	return ""
}
