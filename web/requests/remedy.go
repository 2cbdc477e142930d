package requests

import (
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/store"
	"gongkai/web/page"
)

// remedyOpen registers a review or a court case against a letter of the file.
func (s sent) remedyOpen() error {
	n := s.num("letter")
	if n == 0 { // the latest letter that was served, as a rule
		for _, l := range s.x.Letters {
			if k, ok := casework.LetterOf(l.Code, l.On); ok && k.Outcome != "" && l.Void == "" && !l.Served.IsZero() {
				n = l.N
			}
		}
	}
	if err := s.x.OpenRemedyAgainst(s.d, casework.RemedyKind(s.text("kind")), s.text("simple") != "", s.text("uncounted") == "", n); err != nil {
		return err
	}
	c := casework.CaseNote{N: len(s.x.Remedies), No: clip(s.text("caseno"), 60), Before: clip(s.text("before"), 80)}
	if c.No+c.Before != "" {
		s.x.Content.KeepCase(c)
	}
	return nil
}

// remedyStep records what happened in a case.
func (s sent) remedyStep() error {
	held, err := s.date("hearing", "听证、开庭的日期")
	if err != nil {
		return err
	}
	return s.x.StepRemedy(s.cal, s.d, s.num("n"), casework.RemedyAct{What: s.text("what"), Due: held, Ending: casework.Ending(s.text("judgment"))})
}

// serve registers how the answer reached the applicant.
func (s sent) serve() error {
	n := s.num("letter")
	if n == 0 {
		for _, l := range s.x.Letters {
			if s.x.LetterNo != "" && l.No == s.x.LetterNo && s.x.Current(l.N) {
				n = l.N
			}
		}
	}
	return s.serveLetter(n)
}

// serveLetter registers the service of one letter with what its way asks for.
func (s sent) serveLetter(n int) error {
	v := casework.Service{Letter: n, Way: s.text("way"), On: s.d.On, Number: clip(s.text("number"), 60), To: clip(s.text("to"), 200), Taker: clip(s.text("taker"), 60), Tie: clip(s.text("tie"), 40),
		Witness: clip(s.text("witness"), 60), Record: clip(s.text("record"), 1000)}
	p := s.x.Content.Person
	switch { // what the application says counts where nothing else was written
	case v.To == "" && v.Way == "email":
		v.To = p.Email
	case v.To == "" && v.Way == "fax":
		v.To = p.Fax
	case v.To == "" && (v.Way == "ems" || v.Way == "registered"):
		v.To = p.Address
	case v.Taker == "" && v.Way == "person":
		if v.Taker = p.Name; v.Taker == "" {
			v.Taker = "申请人本人"
		}
	}
	if strings.TrimSpace(v.Way) == "" {
		return act.Refuse("请选择送达方式。")
	}
	if err := s.x.ServeLetter(s.d, v); err != nil {
		return err
	}
	for _, f := range s.files {
		v.Proof = f.ID
	}
	s.x.Content.Services = append(s.x.Content.Services, v)
	return nil
}

// pairs are the options of a list of codes with their Chinese.
func pairs(list [][2]string) []page.Option {
	var out []page.Option
	for _, p := range list {
		out = append(out, page.Option{Value: p[0], Text: p[1]})
	}
	return out
}

// endings are the options of how a case ended, the first for none.
func endings() []page.Option {
	out := []page.Option{{Text: "—"}}
	for _, e := range casework.Endings() {
		out = append(out, page.Option{Value: string(e), Text: e.Chinese()})
	}
	return out
}

// letterOptions are the letters a case may be against, the first for the latest
// answer that was served.
func letterOptions(x *store.RequestFile) []page.Option {
	out := []page.Option{{Text: "最近送达的答复"}}
	for _, l := range x.Letters {
		if k, ok := casework.LetterOf(l.Code, l.On); ok && l.Void == "" && !k.Inside {
			out = append(out, page.Option{Value: strconv.Itoa(l.N), Text: strings.TrimSpace(k.Name + " " + l.No)})
		}
	}
	return out
}

// serviceFields are the fields of a service: each way asks for some of them.
func (f *form) serviceFields() *form {
	return f.add("number", "邮件号", "text", "特快专递、挂号信必填").add("to", "送达的地址、邮箱或者号码", "text", "不填用申请表上的").add("taker", "签收人", "text", "当面送交的；不填为申请人本人").
		add("tie", "与申请人的关系", "text", "他人代收的写").add("witness", "见证人", "text", "留置送达必填").add("record", "送达情况", "textarea", "留置的写拒收经过；公告的写公告登在哪里；电子邮件可以贴发送记录").
		add("files", "送达回证、寄件凭证", "file", "")
}
