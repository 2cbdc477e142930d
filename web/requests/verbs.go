package requests

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/fee"
)

// date reads a date of a form inside a verb; one that is none is a refusal.
func (s sent) date(name, what string) (law.Date, error) {
	text := s.text(name)
	if text == "" {
		return law.Date{}, nil
	}
	d, err := law.ParseDate(text)
	if err != nil {
		return d, act.Refuse(what + "请写成年-月-日的形式，如 2026-01-20。")
	}
	return d, nil
}

// verbs are what the forms of a file do, by their do.
var verbs = map[string]func(s sent) error{
	"confirm": func(s sent) error { return s.x.Confirm(s.d) },
	"correct": func(s sent) error {
		until, err := s.date("until", "补正截止日期")
		if err != nil {
			return err
		}
		if items := s.text("items"); items != "" {
			s.x.Content.Items = strings.Split(items, "\n")
		}
		return s.x.AskClarification(s.cal, s.d, until)
	},
	"corrected": func(s sent) error {
		if text := s.text("wanted"); text != "" {
			s.x.Content.Wanted += "\n（补正）" + text
		}
		return s.x.Clarify(s.d)
	},
	"consult": func(s sent) error {
		delivered, err := s.date("delivered", "送达日期")
		if err != nil {
			return err
		}
		return s.x.Consult(s.d, casework.ConsultKind(s.text("kind")), delivered)
	},
	"hear": func(s sent) error {
		n := s.num("n")
		if err := s.x.Hear(s.cal, s.d, n, s.text("opinion")); err != nil {
			return err
		}
		if text := s.text("text"); text != "" {
			return s.find(casework.FoundOpinion, text)
		}
		return nil
	},
	"extend":  func(s sent) error { return s.x.Extend(s.cal, s.d, s.num("days"), s.x.Consent) },
	"reasons": func(s sent) error { return s.x.AskReasons(s.d) },
	"delay": func(s sent) error {
		until, err := s.date("until", "延迟至的日期")
		if err != nil {
			return err
		}
		return s.x.Delay(s.d, until)
	},
	"fee": func(s sent) error {
		if on, err := s.q.store.Charges(s.r.Context(), s.x.Organ); err != nil || !on {
			if err == nil {
				err = act.Refuse("本机关没有决定收取信息处理费。需要收取的，先在设置中打开并写明决定。")
			}
			return err
		}
		a, err := fee.Of(fee.Method(s.text("method")), s.num("units"), s.d.On)
		if err != nil {
			return act.Refuse("请选择计收方式并填写件数或者页数（整数）。")
		}
		return s.x.NotifyFee(s.cal, s.d, a)
	},
	"pay":    func(s sent) error { return s.x.Pay(s.d) },
	"waive":  func(s sent) error { return s.basis("减免依据", s.x.Waive) },
	"refund": func(s sent) error { return s.basis("退费原因", s.x.Refund) },
	"find": func(s sent) error {
		text := s.text("text")
		if text == "" {
			return act.Refuse("请写明认定的内容。")
		}
		return s.find(s.text("what"), text)
	},
	"note": func(s sent) error {
		text, kind := s.text("text"), s.text("kind")
		if text == "" || noteWord(kind) == "" {
			return act.Refuse("请选择类别并写明内容。")
		}
		s.x.Content.Notes = append(s.x.Content.Notes, casework.Note{On: s.d.On, Kind: kind, Text: clip(text, 2000)})
		return s.x.Note(s.d, kind)
	},
	"assign": func(s sent) error {
		s.x.Handler = int64(s.num("person"))
		if s.x.Handler == 0 {
			return act.Refuse("请选择经办人。")
		}
		return s.x.Assign(s.d, fmt.Sprintf("person/%d", s.x.Handler))
	},
	"subject": func(s sent) error {
		s.x.Subject = clip(s.text("subject"), 40)
		return nil
	},
	"decide": func(s sent) error {
		o, no := casework.Outcome(s.text("outcome")), s.text("letter")
		if no == "" && s.letter(o) != nil {
			no = s.letter(o).No
		} else if res, ok := casework.ResultOf(o); ok && no == "" && res.Letter != "" && !s.d.Fact && o != casework.Withdrawn {
			return act.Refuse("还没有“" + res.Chinese + "”的文书：请先起草告知书；在其他系统制发的，填写文号。")
		}
		return s.x.Decide(s.cal, s.d, o, clip(no, 40))
	},
	"withdraw":   func(s sent) error { return s.x.Withdraw(s.cal, s.d) },
	"serve":      sent.serve,
	"void":       func(s sent) error { return s.x.VoidRegistration(s.d, s.text("reason")) },
	"remedy":     sent.remedyOpen,
	"remedystep": sent.remedyStep,
	"remedyend":  func(s sent) error { return s.x.EndRemedy(s.d, s.num("n"), casework.Ending(s.text("ending"))) },
	"reopen":     func(s sent) error { return s.x.Reopen(s.d, s.num("n"), s.num("days")) },
}

// basis keeps why, and does it.
func (s sent) basis(what string, do func(casework.Doing) error) error {
	text := s.text("text")
	if text == "" {
		return act.Refuse("请写明" + what + "。")
	}
	s.x.Content.Notes = append(s.x.Content.Notes, casework.Note{On: s.d.On, Kind: "remark", Text: what + "：" + clip(text, 1000)})
	return do(s.d)
}

// find keeps a finding: its words in the sealed part, that it is on file as an act.
func (s sent) find(what, text string) error {
	if s.x.Content.Findings == nil {
		s.x.Content.Findings = map[string]string{}
	}
	s.x.Content.Findings[what] = clip(text, 4000)
	return s.x.Find(s.d, what)
}

// letter is the latest letter that was written for an outcome, nil if none was.
func (s sent) letter(o casework.Outcome) *casework.Letter {
	k, _ := casework.LetterFor(o, s.d.On)
	codes := []string{k.Code}
	if p := s.x.Propose(s.x.Content, s.d.On, nil); p.Outcome == o { // D25 is an answer of 其他
		codes = append(codes, p.Letter)
	}
	for i := len(s.x.Content.Letters) - 1; i >= 0; i-- {
		if l := &s.x.Content.Letters[i]; slices.Contains(codes, l.Code) && l.Void == "" {
			return l
		}
	}
	return nil
}
