package oversight

import (
	"errors"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

var voiceDay = law.Day(2026, 3, 2)

func aVoice() Voice {
	return Voice{ID: 1, Kind: Question, Channel: ByPhone, Entry: 5, Organ: 5, Received: voiceDay, Due: law.Day(2026, 3, 9), State: VoiceOpen, Consent: true,
		Content: VoiceContent{Name: "甲某", Phone: "13955550001", Title: "低保名单什么时候更新", Text: "公示栏里还是去年的名单，请问什么时候更新？"}}
}

func refused(t *testing.T, err error, says string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not refused: %v", err)
	}
	if !strings.Contains(r.Text, says) {
		t.Errorf("the refusal says %q, not %q", r.Text, says)
	}
}

// Every kind stands on a rule, and its period can be decided on the desk.
func TestEveryKindOfVoiceCitesItsRule(t *testing.T) {
	for _, r := range VoiceRules() {
		if r.Cite.Empty() || r.Basis == "" || r.Days <= 0 || r.Ask == "" {
			t.Errorf("%s: %+v", r.Kind, r)
		}
		c, ok := org.ChoiceOf(r.Setting)
		if !ok || c.Default != strings.TrimSpace(c.Default) || c.Check(c.Default) != "" {
			t.Errorf("%s: setting %q is no choice of an organ", r.Kind, r.Setting)
		}
		if n := c.Default; n != voiceDigits(int(r.Days)) {
			t.Errorf("%s: the setting says %s days by default, the rule %d", r.Kind, n, r.Days)
		}
		if r.Upward != r.Finding || r.Upward == r.Shown {
			t.Errorf("%s: a complaint goes up, needs a finding and is never published: %+v", r.Kind, r)
		}
	}
}

func voiceDigits(n int) string {
	if n >= 10 {
		return string(rune('0'+n/10)) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// 2026-02-12 is followed by the Spring Festival (15 to 23 February, with work on
// the 14th and 28th): the fifth working day is 2026-02-26.
func TestPeriodIsCountedInWorkingDays(t *testing.T) {
	c, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	n, _ := c.Between(law.Day(2026, 2, 12), VoiceDue(c, law.Day(2026, 2, 12), 5))
	if n != 5 {
		t.Errorf("%d working days", n)
	}
	if d := VoiceDue(c, law.Day(2026, 2, 12), 5); d.Before(law.Day(2026, 2, 24)) {
		t.Errorf("due on %s, in the holidays", d)
	}
}

func TestVoiceIsCheckedFieldByField(t *testing.T) {
	if bad := aVoice().Check(voiceDay); len(bad) > 0 {
		t.Fatalf("a good one: %v", bad)
	}
	for field, spoil := range map[string]func(*Voice){
		"kind":     func(v *Voice) { v.Kind = "x" },
		"title":    func(v *Voice) { v.Content.Title = "  " },
		"text":     func(v *Voice) { v.Content.Text = "嗯" },
		"phone":    func(v *Voice) { v.Content.Phone = "打我电话" },
		"email":    func(v *Voice) { v.Content.Email = "a@b@c" },
		"received": func(v *Voice) { v.Received = law.Day(2026, 3, 3) },
		"channel":  func(v *Voice) { v.Channel = "pigeon" },
		"topic":    func(v *Voice) { v.Topic = "张三的事" },
		"about":    func(v *Voice) { v.Kind = Complaint },
		"organ":    func(v *Voice) { v.Organ = 0 },
		"name":     func(v *Voice) { v.Kind, v.About, v.Content.Name = Infringed, 7, "" },
		"matter":   func(v *Voice) { v.Content.Matter = "a\x00b" },
		"files":    func(v *Voice) { v.Content.Files = make([]VoiceFile, MaxVoiceFiles+1) },
	} {
		v := aVoice()
		spoil(&v)
		if bad := v.Check(voiceDay); bad[field] == "" {
			t.Errorf("%s: nothing said, but %v", field, bad)
		}
	}
	long := aVoice()
	long.Content.Text = strings.Repeat("长", MaxVoiceText+1)
	if bad := long.Check(voiceDay); !strings.Contains(bad["text"], "4000") {
		t.Errorf("too long: %v", bad)
	}
}

// Who complains of an organ must not find his letter on that organ's desk.
func TestComplaintNeverGoesToWhomItComplainsOf(t *testing.T) {
	v := aVoice()
	v.Kind, v.About = Complaint, 9
	refused(t, v.Transfer(9, "请你单位处理", voiceDay), "不能转给被投诉举报的机关")
	if err := v.Transfer(8, "由市主管部门办理", voiceDay); err != nil || v.Organ != 8 {
		t.Errorf("to another: %v", err)
	}
}

func TestTransferKeepsTheClock(t *testing.T) {
	v := aVoice()
	due := v.Due
	refused(t, v.Transfer(6, " ", voiceDay), "理由")
	refused(t, v.Transfer(5, "x", voiceDay), "现在就由")
	if err := v.Transfer(6, "属于教育局职责", voiceDay); err != nil {
		t.Fatal(err)
	}
	if v.Due != due || v.Organ != 6 || v.Handler != 0 || len(v.Content.Events) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestPeriodIsExtendedOnceAndInTime(t *testing.T) {
	v := aVoice()
	latest := law.Day(2026, 3, 16)
	refused(t, v.Extend(law.Day(2026, 3, 17), latest, "需要核实", voiceDay), "最多到")
	refused(t, v.Extend(latest, latest, "需要核实", law.Day(2026, 3, 10)), "已经过去")
	if err := v.Extend(latest, latest, "需要到现场核实", voiceDay); err != nil {
		t.Fatal(err)
	}
	refused(t, v.Extend(law.Day(2026, 3, 18), law.Day(2026, 3, 20), "还要", voiceDay), "已经延期一次")
}

// A complaint is answered only after it was looked into; one that is true leads
// to something.
func TestComplaintNeedsAFinding(t *testing.T) {
	v := aVoice()
	v.Kind, v.About = Complaint, 9
	refused(t, v.AnswerWith("已处理", "", voiceDay, voiceDay), "查证结论")
	refused(t, v.Find(Proven, "栏目八个月未更新", ""), "督促整改")
	if err := v.Find(Proven, "栏目八个月未更新", "督促整改，限十日内补齐"); err != nil {
		t.Fatal(err)
	}
	if err := v.AnswerWith("经查证属实，已督促整改。", "邮寄", voiceDay, voiceDay); err != nil {
		t.Fatal(err)
	}
	q := aVoice()
	refused(t, q.Find(Proven, "x", "y"), "只有投诉举报")
}

// A letter that went out before is recordable as it was, also late.
func TestAnswerSentBeforeIsEnteredAsItWas(t *testing.T) {
	v := aVoice()
	refused(t, v.AnswerWith("答复", "", law.Day(2026, 3, 1), voiceDay), "早于收到")
	refused(t, v.AnswerWith("答复", "", law.Day(2026, 3, 20), voiceDay), "还没有到")
	if err := v.AnswerWith("已更新。", "来信回复", law.Day(2026, 3, 12), law.Day(2026, 3, 20)); err != nil {
		t.Fatal(err)
	}
	if !v.Late(law.Day(2026, 3, 20)) || v.Ended != law.Day(2026, 3, 12) {
		t.Errorf("late %v, ended %s", v.Late(law.Day(2026, 3, 20)), v.Ended)
	}
}

func TestReopenedOnceAndRatedOnceForEachAnswer(t *testing.T) {
	v := aVoice()
	refused(t, v.Rate(5, "", voiceDay), "还没有答复")
	if err := errors.Join(v.AnswerWith("已更新。", "", voiceDay, voiceDay), v.Rate(2, "没有说明日期", voiceDay)); err != nil {
		t.Fatal(err)
	}
	refused(t, v.Rate(5, "", voiceDay), "已经评价过")
	if err := v.Reopen("没有说明日期", law.Day(2026, 3, 16), voiceDay); err != nil || v.State != VoiceOpen || v.Rating != 0 || !v.Ended.IsZero() {
		t.Fatalf("reopened: %v %+v", err, v)
	}
	if err := errors.Join(v.AnswerWith("3月5日更新。", "", voiceDay, voiceDay), v.Rate(5, "", voiceDay)); err != nil {
		t.Fatal(err)
	}
	refused(t, v.Reopen("还是不行", law.Day(2026, 3, 30), voiceDay), "重新办理过一次")
}

func TestNothingPersonalIsPublished(t *testing.T) {
	v := aVoice()
	s := Shown{Title: "低保名单何时更新", Question: "公示栏里的名单何时更新？", Answer: "3月5日前更新。"}
	refused(t, v.Publish(s, voiceDay), "答复之后")
	if err := v.AnswerWith("3月5日前更新。", "", voiceDay, voiceDay); err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{"提出人姓名": "甲 某反映：名单没有更新", "手机号码": "请打13800001111", "身份证号码": "证号11010119900307123X", "银行卡号": "卡号 6222 0000 0000 0000 000",
		"门牌号": "家住石坊街18号楼2单元", "邮箱": "写信到 a.b@example.com"} {
		spoilt := s
		spoilt.Question = text
		refused(t, v.Publish(spoilt, voiceDay), what)
	}
	silent := v
	silent.Consent = false
	refused(t, silent.Publish(s, voiceDay), "没有同意")
	complaint := v
	complaint.Kind = Complaint
	refused(t, complaint.Publish(s, voiceDay), "不公开")
	if err := v.Publish(s, voiceDay); err != nil || v.Shown.On != voiceDay {
		t.Errorf("published: %v", err)
	}
	if err := v.Withdraw(voiceDay); err != nil || v.Shown != (Shown{}) {
		t.Errorf("withdrawn: %v", err)
	}
}

func TestMaskedContentNamesNobody(t *testing.T) {
	c := VoiceContent{Name: "甲乙丙", Phone: "13955550001", Email: "jia@example.com", Address: "石坊街18号", Title: "标题", Text: "我的电话是13955550001，身份证11010119900307123X，座机0550-1234567。",
		Events: []VoiceEvent{{Why: "已联系13955550001"}}}
	m := c.Masked()
	all := m.Name + m.Phone + m.Email + m.Address + m.Text + m.Events[0].Why
	for _, secret := range []string{"甲乙丙", "13955550001", "jia@", "石坊街", "11010119900307123X", "1234567"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is still there: %s", secret, all)
		}
	}
	if c.Events[0].Why != "已联系13955550001" {
		t.Error("masking changed the original")
	}
}

func TestErasedVoiceCannotBeWorkedOn(t *testing.T) {
	v := aVoice()
	v.State, v.Erased = VoiceAnswered, true
	for _, err := range []error{v.Reopen("x", voiceDay, voiceDay), v.Rate(3, "", voiceDay), v.Publish(Shown{Title: "x", Question: "x", Answer: "x"}, voiceDay)} {
		refused(t, err, "已经按规定清除")
	}
}

func TestMergedInAnotherOfTheSameOrgan(t *testing.T) {
	v, other := aVoice(), aVoice()
	refused(t, v.Merge(other, "重复", voiceDay), "自己")
	other.ID, other.Organ = 2, 6
	refused(t, v.Merge(other, "重复", voiceDay), "同一个机关")
	other.Organ = 5
	if err := v.Merge(other, "同一件事", voiceDay); err != nil || v.Into != 2 || v.State != VoiceMerged || v.Late(law.Day(2027, 1, 1)) {
		t.Errorf("%v %+v", err, v)
	}
}
