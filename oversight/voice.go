package oversight

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/text"
)

// A Voice is one complaint, suggestion or question 投诉、意见、问政. What the
// person wrote and who it is stands in Content, which is kept encrypted and can
// be erased; the rest names nobody.
type Voice struct {
	ID       int64
	Number   string // year and sequence of the organ it came to, e.g. 2026-0007
	Kind     VoiceKind
	Channel  VoiceChannel
	Topic    string // one of VoiceTopics
	Entry    int64  // organ it came to, whose sequence the number is of
	Organ    int64  // organ that has to answer now
	About    int64  // organ it is about, 0 if it names none
	Handler  int64  // person who works on it, 0 while nobody does
	Received law.Date
	Entered  int64 // instant, milliseconds since 1970; it may be later than Received
	Due      law.Date
	Extended bool
	Reopened bool
	State    VoiceState
	Ended    law.Date // day it was answered, declined or merged; zero before
	Into     int64    // the voice it was merged into
	Verdict  Verdict  // of a complaint, "" before
	Rating   int      // 1 to 5 by the person, 0 before
	Consent  bool     // the person agrees that question and answer are published
	Shown    Shown
	Version  int64
	Content  VoiceContent
	Erased   bool // the content is gone for good
}

// Shown is what the public reads: words of the officer's own, without personal
// data. Zero while nothing is published.
type Shown struct {
	On                      law.Date
	Title, Question, Answer string
}

// VoiceContent is what is personal.
type VoiceContent struct {
	Name    string       `json:"name,omitempty"` // "" for somebody who does not say
	Phone   string       `json:"phone,omitempty"`
	Email   string       `json:"email,omitempty"`
	Address string       `json:"address,omitempty"`
	Title   string       `json:"title"`
	Text    string       `json:"text"`
	Matter  string       `json:"matter,omitempty"` // which request or item, as the person names it
	Finding string       `json:"finding,omitempty"`
	Measure string       `json:"measure,omitempty"` // what follows: 督促整改, 通报批评
	Answer  string       `json:"answer,omitempty"`
	How     string       `json:"how,omitempty"`     // how the answer went out
	Comment string       `json:"comment,omitempty"` // with the rating
	Events  []VoiceEvent `json:"events,omitempty"`
	Files   []VoiceFile  `json:"files,omitempty"`
}

// A VoiceEvent is one step as the person is told it.
type VoiceEvent struct {
	On   law.Date `json:"on"`
	What string   `json:"what"` // one of the Event constants
	To   int64    `json:"to,omitempty"`
	Due  law.Date `json:"due,omitzero"`
	Why  string   `json:"why,omitempty"`
}

// What happened to a voice.
const (
	EventReceived    = "received"
	EventTransferred = "transferred"
	EventExtended    = "extended"
	EventAnswered    = "answered"
	EventDeclined    = "declined"
	EventMerged      = "merged"
	EventReopened    = "reopened"
	EventRated       = "rated"
	EventPublished   = "published"
	EventWithdrawn   = "withdrawn"
)

// EventChinese is what happened, on screen.
func EventChinese(what string) string {
	return map[string]string{EventReceived: "收到", EventTransferred: "转办", EventExtended: "延期", EventAnswered: "答复", EventDeclined: "不予受理", EventMerged: "并案",
		EventReopened: "重新办理", EventRated: "评价", EventPublished: "公开问答", EventWithdrawn: "撤下问答"}[what]
}

// Chinese is the step in words. to is the name of the organ it names.
func (e VoiceEvent) Chinese(to string) string {
	var s []string
	switch e.What {
	case EventReceived:
		s = append(s, to+"收到")
	case EventTransferred:
		s = append(s, "转由"+to+"办理")
	}
	if !e.Due.IsZero() {
		s = append(s, "答复期限"+e.Due.Chinese())
	}
	if e.Why != "" {
		s = append(s, e.Why)
	}
	return strings.Join(s, "。")
}

// A VoiceFile is an attachment or a scan, kept encrypted under a key of its own.
type VoiceFile struct {
	ID   int64  `json:"id"` // of the private file
	Name string `json:"name"`
	Size int64  `json:"size"`
	Ours bool   `json:"ours,omitempty"` // put there by an officer
}

// Bounds of a voice, in characters; of files, in number.
const (
	MaxVoiceTitle = 60
	MaxVoiceText  = 4000
	MaxVoiceName  = 30
	MaxVoiceFiles = 20 // in all
	minVoiceText  = 5
)

var (
	voicePhone = regexp.MustCompile(`^[0-9+() -]{5,30}$`)
	voiceEmail = regexp.MustCompile(`^[^\s@<>"',;:]{1,64}@[^\s@<>"',;:]{1,190}$`)
)

// Check reports in Chinese what is wrong with a voice that is to be entered, by
// the field it is about, or nothing.
func (v Voice) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	c := v.Content
	rule, known := VoiceRuleOf(v.Kind)
	switch {
	case !known:
		bad["kind"] = "请选择要办的是哪一类。"
	case rule.Upward && v.About == 0:
		bad["about"] = "请写明投诉举报的是哪个机关。"
	case rule.Named && strings.TrimSpace(c.Name) == "":
		bad["name"] = "这一类涉及您本人的合法权益，请写姓名或名称，否则无法核实和答复。"
	case rule.Named && c.Phone == "" && c.Email == "" && c.Address == "":
		bad["phone"] = "请至少留一种联系方式：电话、邮箱或通信地址。"
	}
	if v.Channel.Chinese() == "" {
		bad["channel"] = "请选择是怎样收到的。"
	}
	for _, x := range []struct {
		field, text string
		most        int
		lines       bool
	}{{"title", c.Title, MaxVoiceTitle, false}, {"text", c.Text, MaxVoiceText, true}, {"name", c.Name, MaxVoiceName, false}, {"address", c.Address, 100, false},
		{"matter", c.Matter, 200, false}} {
		if bad[x.field] == "" {
			if m := badText(x.text, x.most, x.lines); m != "" {
				bad[x.field] = m
			}
		}
	}
	if v.Topic != "" && !slices.Contains(VoiceTopics(), v.Topic) && !isComment(v.Topic) {
		bad["topic"] = "请从列出的类目中选择。"
	}
	if bad["title"] == "" && strings.TrimSpace(c.Title) == "" {
		bad["title"] = "请用一句话写明是什么事，例如“低保名单公示栏没有更新”。"
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(c.Text)); bad["text"] == "" && n < minVoiceText {
		bad["text"] = "请写明具体情况：什么时间、在哪里、哪一条信息、希望怎样解决。"
	}
	if c.Phone != "" && !voicePhone.MatchString(c.Phone) {
		bad["phone"] = "电话号码无法识别，请只写数字，例如 0550-1234567。"
	}
	if c.Email != "" && !voiceEmail.MatchString(c.Email) {
		bad["email"] = "邮箱地址无法识别，请写成 name@example.com 的形式。"
	}
	switch {
	case v.Received.IsZero() || !v.Received.Valid():
		bad["received"] = "请写收到的日期，如 2026-03-02。"
	case v.Received.After(today):
		bad["received"] = "收到的日期" + v.Received.Chinese() + "还没有到。"
	case v.Received.Before(law.Day(2008, 5, 1)):
		bad["received"] = "收到的日期早于条例施行（2008年5月1日），请核对年份。"
	}
	if len(c.Files) > MaxVoiceFiles {
		bad["files"] = fmt.Sprintf("附件最多%d个。", MaxVoiceFiles)
	}
	if v.Organ == 0 {
		bad["organ"] = "请选择由哪个机关办理。"
	}
	return bad
}

// badText is what is wrong with a text of people.
func badText(s string, most int, lines bool) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !(lines && (r == '\n' || r == '\r' || r == '\t')) || r == '\u202e' || r == '\u2066' || r == '\u2067' || r == '\u2068'
	}) {
		return "文字里有无法显示的字符，请删去后再试。"
	}
	if utf8.RuneCountInString(s) > most {
		return fmt.Sprintf("最多%d个字；较长的材料请作为附件。", most)
	}
	return ""
}

// Late reports whether the answer is or was late.
func (v Voice) Late(today law.Date) bool {
	if v.Due.IsZero() || v.State == VoiceMerged {
		return false
	}
	if v.Ended.IsZero() {
		return today.After(v.Due)
	}
	return v.Ended.After(v.Due)
}

func (v *Voice) event(e VoiceEvent) { v.Content.Events = append(v.Content.Events, e) }

// live is a refusal for one that is over or erased.
func (v *Voice) live() error {
	switch {
	case v.Erased:
		return act.Refuse("这一件的内容已经按规定清除，只保留登记，不能再办理。")
	case v.State != VoiceOpen:
		return act.Refuse("这一件" + v.State.Chinese() + "，不能再这样办理。")
	}
	return nil
}

// reason is a refusal where no reason was given.
func reason(why, example string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(why)); n == 0 {
		return act.Refuse("请写明理由，提出人会看到，例如“" + example + "”。")
	} else if n > 500 {
		return act.Refuse("理由最多500字。")
	}
	if m := badText(why, 500, true); m != "" {
		return act.Refuse(m)
	}
	return nil
}

// Alike is how alike two voices read, in percent: pairs of characters that they
// share, over all. Voices are short, so single words count.
func Alike(a, b string) int {
	x, y := text.Bigrams(text.Fold(a)), text.Bigrams(text.Fold(b))
	if len(x)+len(y) == 0 {
		return 0
	}
	count := map[string]int{}
	for _, p := range x {
		count[p]++
	}
	same := 0
	for _, p := range y {
		if count[p] > 0 {
			count[p]--
			same++
		}
	}
	return 200 * same / (len(x) + len(y))
}
