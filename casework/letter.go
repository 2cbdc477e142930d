package casework

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// A Field is something a letter says that somebody has to write.
type Field struct {
	Name     string
	Label    string // Chinese
	Hint     string
	Required bool
}

// A Part is a paragraph of a letter before it is filled in. {name} stands for a
// fact of the file or a field. A part with When is there only where that fact
// says something.
type Part struct {
	Element string // which required element it is
	Text    string
	When    string
}

// A LetterKind is one letter of the catalogue, with the days from which it is
// written this way.
type LetterKind struct {
	Code     string
	Name     string
	From     law.Date
	Outcome  Outcome // "" for letters on the way
	Inside   bool    // 内部文书: no remedy, no applicant's letterhead
	To       string  // whom it addresses: applicant, third, organ
	Cites    []law.Cite
	Remedy   Remedy
	Fields   []Field
	Parts    []Part
	Preserve bool // its wording is set by a form and not edited
}

// The elements that letters to the outside must have 必备要素.
const (
	ElementReceived = "received" // 何时、以何种方式收到的什么申请
	ElementHistory  = "history"  // 补正、延期、征求意见的经过
	ElementFinding  = "finding"  // 查明的事实
	ElementGround   = "ground"   // 法律依据
	ElementDecision = "decision" // 决定
	ElementProvide  = "provide"  // 提供的内容、方式、时间
	ElementRemedy   = "remedy"   // 救济途径
	ElementOther    = "other"
)

// ElementChinese names an element on the preview.
func ElementChinese(e string) string {
	return map[string]string{ElementReceived: "收到的申请", ElementHistory: "办理经过", ElementFinding: "查明的事实和理由", ElementGround: "法律依据", ElementDecision: "处理决定", ElementProvide: "提供的内容和方式",
		ElementRemedy: "救济途径", ElementOther: "其他"}[e]
}

// A Para is a paragraph of a letter that was filled in.
type Para struct {
	Element string
	Text    string
	From    []string // labels of the answers it was made of
}

// Chinese names the element that the paragraph is.
func (p Para) Chinese() string { return ElementChinese(p.Element) }

// A Draft is a letter before it is signed.
type Draft struct {
	Kind    LetterKind
	Title   string
	No      string
	To      string
	Paras   []Para
	From    string // 落款
	Dated   law.Date
	Missing []string // what has to be there before it is signed, in Chinese
}

// Where is whom one turns to against a letter.
type Where struct {
	Review, ReviewAddress, ReviewWeb string
	Court                            string
}

// Facts are what the program knows for a letter.
type Facts struct {
	Organ     string
	Applicant string
	Third     string
	Wanted    string
	Where     Where
	ByNet     bool // it is served through the internet
	Due       law.Date
	Fee       string // amount with its working
	Dated     law.Date
	No        string
	Sources   map[string]string // by field: the answer of the guided path that its text comes from
}

// Compose writes a letter of the catalogue from the file, the fields that people
// filled in and what the program knows. It never fails: what is missing is named,
// and a letter with anything missing is not signed.
func Compose(k LetterKind, r *Request, f Facts, fields map[string]string) Draft {
	d := Draft{Kind: k, Title: f.Organ + k.Name, No: f.No, From: f.Organ, Dated: f.Dated}
	switch k.To {
	case "applicant":
		d.To = f.Applicant
	case "third":
		d.To = f.Third
	case "organ":
		d.To = strings.TrimSpace(fields["to"])
	}
	values, labels := known(r, f), map[string]string{}
	for _, x := range k.Fields {
		values[x.Name], labels[x.Name] = strings.TrimSpace(fields[x.Name]), x.Label
		if src := f.Sources[x.Name]; src != "" {
			labels[x.Name] += "（" + src + "）"
		}
		if x.Required && values[x.Name] == "" {
			d.Missing = append(d.Missing, x.Label)
		}
	}
	if !k.Inside {
		if d.To == "" {
			d.Missing = append(d.Missing, "收件人的姓名或者名称")
		}
		if d.No == "" && k.Numbered() {
			d.Missing = append(d.Missing, "文号")
		}
	}
	for _, p := range k.Parts {
		if p.When != "" && values[p.When] == "" {
			continue
		}
		text, from := fill(p.Text, values, labels)
		if text != "" {
			d.Paras = append(d.Paras, Para{p.Element, text, from})
		}
	}
	if text, missing := f.Where.paragraph(k.remedyOn(f.Dated), f.ByNet); text != "" || len(missing) > 0 {
		d.Paras = append(d.Paras, Para{ElementRemedy, text, []string{"复议机关、管辖法院设置"}})
		d.Missing = append(d.Missing, missing...)
	}
	return d
}

// Numbered reports whether the letter has a number of its own series.
func (k LetterKind) Numbered() bool { return !k.Inside && k.Code != "N01" }

func (k LetterKind) remedyOn(day law.Date) Remedy {
	if res, ok := ResultOf(k.Outcome); ok {
		return res.RemedyOn(day)
	}
	return k.Remedy
}

// fill puts values into a text; sentences about nothing stay empty.
func fill(text string, values, labels map[string]string) (out string, from []string) {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			b.WriteString(text)
			return strings.TrimSpace(b.String()), from
		}
		j := strings.IndexByte(text[i:], '}')
		name := text[i+1 : i+j]
		b.WriteString(text[:i])
		v := values[name]
		if v == "" {
			l, _, _ := strings.Cut(label(name, labels), "（第")
			v = "【" + l + "】"
		}
		b.WriteString(v)
		if l := label(name, labels); !slices.Contains(from, l) {
			from = append(from, l)
		}
		text = text[i+j+1:]
	}
}

var knownLabels = map[string]string{"organ": "机关名称", "applicant": "申请人", "third": "第三方", "wanted": "申请内容", "received": "收到申请之日", "channel": "收件渠道", "number": "登记号", "due": "答复期限",
	"history": "办理经过", "days": "延长的工作日数", "until": "截止日期", "fee": "应缴数额", "payby": "缴费期限", "arrived": "收件日期", "opinion": "征求意见的结果"}

func label(name string, labels map[string]string) string {
	if l := labels[name]; l != "" {
		return l
	}
	if l := knownLabels[name]; l != "" {
		return l
	}
	return name
}

// known are the facts of the file by name.
func known(r *Request, f Facts) map[string]string {
	v := map[string]string{"organ": f.Organ, "applicant": f.Applicant, "third": f.Third, "wanted": f.Wanted, "number": r.Number, "channel": r.Channel.Chinese(), "arrived": r.Arrived.Chinese(),
		"received": r.Received.Chinese(), "due": f.Due.Chinese(), "fee": f.Fee, "history": history(r)}
	if v["received"] == "" {
		v["received"] = v["arrived"]
	}
	if r.Extended > 0 {
		v["days"] = fmt.Sprint(r.Extended)
	}
	if !r.CorrectBy.IsZero() {
		v["until"] = r.CorrectBy.Chinese()
	}
	if r.Payment != nil {
		v["payby"] = r.Payment.PayBy.Chinese()
	}
	return v
}

// history is what happened on the way, as a letter tells it; "" if nothing did.
func history(r *Request) string {
	var s []string
	for _, e := range r.events {
		day := e.On.Chinese()
		switch e.Kind {
		case act.RequestAsked:
			s = append(s, day+"告知补正")
		case act.RequestCorrected:
			s = append(s, day+"收到补正的申请")
		case act.RequestConsulted:
			s = append(s, day+ConsultKind(e.Facts["kind"]).Chinese())
		case act.RequestAnswered:
			s = append(s, day+map[string]string{"agree": "收到同意公开的意见", "object": "收到不同意公开的意见", "silent": "对方逾期未提出意见"}[e.Facts["opinion"]])
		case act.RequestExtended:
			s = append(s, day+"告知延长答复期限"+e.Facts["days"]+"个工作日")
		case act.RequestFeePaid:
			s = append(s, day+"缴清信息处理费")
		case act.RequestReopened:
			s = append(s, day+"根据复议、诉讼的结果重新办理")
		}
	}
	return strings.Join(s, "，")
}

// paragraph is what a letter says on remedies, and what it lacks for that.
func (w Where) paragraph(r Remedy, byNet bool) (text string, missing []string) {
	if r == NoRemedy || r == "" || r == FeeLater {
		return "", nil
	}
	or := func(s, name string) string {
		if s == "" {
			missing = append(missing, name+"（在机关信息的“救济途径”中设置）")
			return "【" + name + "】"
		}
		return s
	}
	review := or(w.Review, "复议机关")
	if w.ReviewAddress != "" {
		review += "（" + w.ReviewAddress + "）"
	}
	net := ""
	if byNet { // 行政复议法第二十二条第二款
		net = "；也可以通过互联网渠道提交行政复议申请：" + or(w.ReviewWeb, "互联网复议渠道")
	}
	court := or(w.Court, "管辖法院")
	if r == ReviewFirst {
		return "如对本决定不服，应当自收到本告知书之日起60日内，先向" + review + "申请行政复议" + net + "；对行政复议决定不服的，可以自收到行政复议决定书之日起15日内，向" + court + "提起行政诉讼。", missing
	}
	return "如对本告知不服，可以自收到本告知书之日起60日内，向" + review + "申请行政复议" + net + "；或者自收到本告知书之日起6个月内，向" + court + "提起行政诉讼。", missing
}

// Kinds of letters that are in force on a day, in the order of the catalogue.
func LetterKinds(day law.Date) []LetterKind {
	var out []LetterKind
	for _, k := range catalogue {
		if !k.From.After(day) {
			out = append(out, k)
		}
	}
	return out
}

// LetterOf is the letter of a code.
func LetterOf(code string, day law.Date) (LetterKind, bool) {
	list := LetterKinds(day)
	i := slices.IndexFunc(list, func(k LetterKind) bool { return k.Code == code })
	if i < 0 {
		return LetterKind{}, false
	}
	return list[i], true
}

// LetterFor is the letter of an outcome.
func LetterFor(o Outcome, day law.Date) (LetterKind, bool) {
	list := LetterKinds(day)
	if res, ok := ResultOf(o); ok && res.Group == Mending {
		return LetterOf(res.Letter, day)
	}
	i := slices.IndexFunc(list, func(k LetterKind) bool { return k.Outcome == o })
	if i < 0 {
		return LetterKind{}, false
	}
	return list[i], true
}

// Number is a document number in the order of 发文字号: 机关代字〔年份〕顺序号号.
func Number(word string, year, n int) string { return fmt.Sprintf("%s〔%d〕%d号", word, year, n) }

// receivedPart is how every answer begins.
var receivedPart = Part{ElementReceived, "本机关于{received}收到您（单位）通过{channel}提出的政府信息公开申请（登记号{number}），申请公开：“{wanted}”。", ""}

var historyPart = Part{ElementHistory, "办理经过：{history}。", "history"}

// Text is the letter's paragraphs as one text.
func (d Draft) Text() string {
	var b strings.Builder
	for _, p := range d.Paras {
		b.WriteString(p.Text + "\n")
	}
	return b.String()
}
