package casework

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// An Event is one act of a file as it is replayed.
type Event = act.Event

// ErrFile is a file whose acts do not follow from each other: an act is missing,
// was moved or changed. It is never mended in silence.
var ErrFile = errors.New("casework: the acts of the file do not follow from each other")

// A step is what a kind of act does to a file, and where it may stand in it.
type step struct {
	from []State
	do   func(r *Request, e Event, f *act.Facts)
}

// Replay makes a file of its acts, or ErrFile.
func Replay(events []Event) (*Request, error) {
	r := &Request{}
	for i, e := range events {
		if err := r.apply(e); err != nil {
			return nil, fmt.Errorf("act %d, %s: %w", i+1, e.Kind, err)
		}
	}
	r.fresh = len(r.events)
	return r, nil
}

// apply is the one way in which a file changes.
func (r *Request) apply(e Event) error {
	s, ok := steps[e.Kind]
	switch {
	case !ok:
		return fmt.Errorf("%w: kind %q", ErrFile, e.Kind)
	case !e.On.Valid():
		return fmt.Errorf("%w: day %v", ErrFile, e.On)
	case !slices.Contains(s.from, r.State):
		return fmt.Errorf("%w: %s while the file is %q", ErrFile, e.Kind, r.State)
	}
	f := act.ReadFacts(e.Facts)
	for code := range strings.SplitSeq(f.Maybe("marks"), ",") {
		if code == "" {
			continue
		}
		m, ok := breaches[code]
		if !ok {
			return fmt.Errorf("%w: mark %q", ErrFile, code)
		}
		r.Marks = append(r.Marks, Mark{On: e.On, Code: code, Text: m.text, Cite: m.cite})
	}
	f.Yes("fact")
	s.do(r, e, f)
	if err := f.Err(); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrFile, e.Kind, err)
	}
	r.events, r.Trail = append(r.events, e), trail(r.Trail, e)
	return nil
}

// happen applies an event that a verb made. A file that it does not fit is a
// refusal for the person: somebody was faster, or the step is not due; facts that
// nobody could read again were not chosen or written as they have to be.
func (r *Request) happen(e Event) error {
	for k, v := range e.Facts {
		if v == "" {
			delete(e.Facts, k)
		}
	}
	if err := r.fits(e.Kind); err != nil {
		return err
	}
	if err := r.apply(e); err != nil {
		return act.Refuse("填写的内容不完整或者无法识别，请在表单中重新选择、填写后再提交。")
	}
	return nil
}

// Can reports whether the file has a place for an act of the kind now. What the
// statute says beyond that, the verb says.
func (r *Request) Can(kind string) bool { return slices.Contains(steps[kind].from, r.State) }

// fits is a refusal for a step that the file has no place for now.
func (r *Request) fits(kind string) error {
	if r.Can(kind) {
		return nil
	}
	return act.Refuse("申请现在“" + r.State.Chinese() + "”，不能办理这一步：" + act.Kinds()[kind].Chinese + "。请刷新页面查看最新情况。")
}

// A breach is something the statute does not allow.
type breach struct {
	text string // what was done, for the mark
	cite law.Cite
}

// breaches are what a mark may say, by code. A code once used stays.
var breaches = map[string]breach{
	"correct_late":   {"补正通知超过7个工作日才发出。", reg("第三十条", "申请内容不明确的，自收到申请之日起7个工作日内一次性告知补正。")},
	"correct_twice":  {"不止一次要求补正。", reg("第三十条", "补正应当一次性告知。")},
	"extend_late":    {"在原期限届满之后才决定延长。", reg("第三十三条第二款", "需要延长的，应当在期限届满前经同意并告知申请人。")},
	"extend_twice":   {"不止一次延长答复期限。", reg("第三十三条第二款", "答复期限的延长不得超过一次规定的期限。")},
	"extend_long":    {"延长超过规定的工作日数。", reg("第三十三条第二款", "延长的期限最长不得超过20个工作日。")},
	"extend_consent": {"延长没有公开机构负责人的同意记录。", reg("第三十三条第二款", "延长应当经政府信息公开工作机构负责人同意。")},
	"answer_late":    {"超过答复期限才答复。", reg("第三十三条", "应当在法定期限内答复。")},
	"no_finding":     {"作出决定时缺少应有的认定材料。", reg("第三十六条", "答复应当根据认定的事实作出，并说明理由。")},
	"no_consult":     {"未征求第三方意见即决定公开可能损害其合法权益的信息。", reg("第三十二条", "应当书面征求第三方的意见。")},
	"fee_late":       {"超过办理期限才发出收费通知。", law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: "应当在申请处理期限内发出收费通知。"}},
	"mend_early":     {"补正期限未满即不再处理。", reg("第三十条", "补正应当给予合理的期限。")},
	"pay_early":      {"缴费期限未满即不再处理。", law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: "申请人有20个工作日的缴费期限。"}},
	"remedy_late":    {"超过期限才提交书面答复、答辩和证据。", law.Cite{Instrument: "行政复议法", Number: "2023年修订", Article: "第七十条", Paraphrase: "不按期提出书面答复、提交证据的，视为行政行为没有证据、依据。"}},
	"notice_untried": {"没有用其他方式送达未成的记录即公告送达。", serviceLaw("第九十五条", "受送达人下落不明，或者用其他方式无法送达的，才公告送达。")},
	"notice_early":   {"公告期未满即登记为公告送达。", serviceLaw("第九十五条", "自发出公告之日起经过规定的日数，视为送达。")},
	"not_asked":      {"未曾要求补正即以补正后仍不明确答复。", reg("第三十条", "经补正仍不明确的，才可以不予提供。")},
}

// refuse is what a verb says to something the statute does not allow: no, or for
// what already happened the mark that goes with it.
func (d Doing) refuse(marks *[]string, code, text string) error {
	if d.Fact {
		*marks = append(*marks, code)
		return nil
	}
	return act.Refuse(text, breaches[code].cite)
}

// when checks the day of a verb: not in the future, not before what it follows.
func (d Doing) when(after law.Date, what string) error {
	switch {
	case !d.On.Valid():
		return act.Refuse("请写明日期。")
	case d.On.After(d.Today):
		return act.Refuse(d.On.Chinese() + "还没有到，请写实际发生的日期。")
	case !after.IsZero() && d.On.Before(after):
		return act.Refuse(d.On.Chinese() + "早于" + what + "（" + after.Chinese() + "），请核对日期。")
	}
	return nil
}

func (d Doing) facts(marks []string, kv ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	if d.Fact {
		m["fact"] = "1"
	}
	m["marks"] = strings.Join(marks, ",")
	return m
}
