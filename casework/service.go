package casework

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// serviceLaw cites the rules of civil procedure on service, which administrative
// organs follow where they have none of their own.
func serviceLaw(article, says string) law.Cite {
	return law.Cite{Instrument: "民事诉讼法", Number: "2023年修正", Article: article, Paraphrase: says}
}

// A Service is how a letter reached whom it is for 送达: what its way asks for. It
// is personal and stands in the sealed part; the act has the way and the day.
type Service struct {
	Letter  int      `json:"letter"` // number in the file, from 1; 0 for an answer that is on paper only
	Way     string   `json:"way"`
	On      law.Date `json:"on"`
	Number  string   `json:"number,omitempty"`  // 邮件号、挂号
	To      string   `json:"to,omitempty"`      // address, e-mail address, fax number
	Taker   string   `json:"taker,omitempty"`   // who took it 签收人
	Tie     string   `json:"tie,omitempty"`     // 与受送达人的关系, where somebody else took it
	Witness string   `json:"witness,omitempty"` // 见证人、送达人
	Record  string   `json:"record,omitempty"`  // 发送记录、拒收情况、公告载体
	Proof   int64    `json:"proof,omitempty"`   // private file: 送达回证、回执
}

// A WayRule is one way of service and what has to be on record for it.
type WayRule struct {
	Code, Chinese string
	Needs         []string // of number, to, taker, witness, record
}

// wayRules in the order of the form.
var wayRules = []WayRule{
	{"person", "当面送交，申请人签收", []string{"taker"}},
	{"ems", "邮政特快专递", []string{"number"}},
	{"registered", "挂号信", []string{"number"}},
	{"email", "电子邮件", []string{"to"}},
	{"online", "网上平台", nil},
	{"fax", "传真", []string{"to"}},
	{"left", "留置送达", []string{"witness", "record"}},
	{"notice", "公告送达", []string{"record"}},
	{"none", "无需送达", nil},
}

// Ways lists the ways of service: code and Chinese.
func Ways() [][2]string {
	var out [][2]string
	for _, w := range wayRules {
		out = append(out, [2]string{w.Code, w.Chinese})
	}
	return out
}

// WayChinese is a way of service on screen.
func WayChinese(code string) string { return chineseOf(Ways(), code) }

var serviceFields = map[string]string{"number": "邮件号", "to": "送达的地址、邮箱或者号码", "taker": "签收人", "witness": "见证人", "record": "送达情况（拒收和留置的经过、公告的载体）"}

// Missing are the required facts of the way that are not on record, in Chinese.
func (s Service) Missing() []string {
	have := map[string]string{"number": s.Number, "to": s.To, "taker": s.Taker, "witness": s.Witness, "record": s.Record}
	var out []string
	for _, w := range wayRules {
		if w.Code != s.Way {
			continue
		}
		for _, need := range w.Needs {
			if strings.TrimSpace(have[need]) == "" {
				out = append(out, serviceFields[need])
			}
		}
	}
	return out
}

// ServeLetter 送达 with what its way asks for. The answer ends the file; another
// letter goes on record. Public notice counts once its days are over.
func (r *Request) ServeLetter(d Doing, s Service) error {
	if WayChinese(s.Way) == "" {
		return act.Refuse("请选择送达方式。")
	}
	if missing := s.Missing(); len(missing) > 0 && !d.Fact && !r.Ledger {
		return act.Refuse("“" + WayChinese(s.Way) + "”还要写明：" + strings.Join(missing, "、") + "。")
	}
	if s.Letter == 0 {
		return r.serve(d, s)
	}
	l, err := r.good(s.Letter)
	switch {
	case err != nil:
		return err
	case !l.Served.IsZero():
		return act.Refuse("这份文书" + l.Served.Chinese() + "已经送达。")
	case d.On.Before(l.On):
		return act.Refuse("送达日期早于文书的成文日期（" + l.On.Chinese() + "），请核对。")
	}
	return r.serve(d, s)
}

// serve closes the file if the letter is its answer.
func (r *Request) serve(d Doing, s Service) error {
	var marks []string
	if s.Way == "notice" && (r.NoticeOf != s.Letter || !d.On.After(r.NoticeUntil)) {
		says := "公告送达要先登记公告，公告期满后才算送达。"
		if r.NoticeOf == s.Letter && !r.NoticeUntil.IsZero() {
			says = "公告到" + r.NoticeUntil.Chinese() + "期满，期满后才算送达。"
		}
		if err := d.refuse(&marks, "notice_early", says); err != nil {
			return err
		}
	}
	l := r.Letter(s.Letter)
	answer := l == nil || l.No != "" && l.No == r.LetterNo
	if !answer && r.State == Decided && r.LetterNo == "" { // the answer has no number of its own
		res, ok := ResultOf(r.decision())
		answer = ok && res.Letter == l.Code
	}
	kind := act.RequestLetterServed
	if answer {
		kind = act.RequestServed
		if err := r.fits(kind); err != nil {
			return err
		}
		if err := d.when(r.lastOf(act.RequestDecided), "答复之日"); err != nil {
			return err
		}
	} else if err := d.when(law.Date{}, ""); err != nil {
		return err
	}
	return r.happen(Event{Kind: kind, On: d.On, Facts: d.facts(marks, "way", s.Way, "n", plain(s.Letter))})
}

// decision is the outcome of the last answer.
func (r *Request) decision() Outcome {
	for i := len(r.events) - 1; i >= 0; i-- {
		if r.events[i].Kind == act.RequestDecided {
			return Outcome(r.events[i].Facts["outcome"])
		}
	}
	return ""
}
