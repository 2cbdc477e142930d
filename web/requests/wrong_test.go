package requests

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"gongkai/law"
	"gongkai/org"
)

// In every state of a file every form, sent with nothing in it, with nonsense or
// by somebody's own program, is answered with what is wrong; nothing fails.
func TestWrongInputIsAnsweredInEveryState(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("与申请人确认收到", "/desk/requests/new", "channel", "internet", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "wanted", "农田水利工程的资金使用情况")
	// These ask for nothing that has to be written.
	empty := []string{"confirm", "corrected", "reasons", "withdraw", "pay"}
	wrong := func(state string) {
		t.Helper()
		for _, do := range append(slices.DeleteFunc(append(slices.Sorted(maps.Keys(verbs)), slices.Sorted(maps.Keys(kinVerbs))...), func(s string) bool { return s == "subject" || s == "turnask" }), "", "exec") { // a summary is whatever somebody writes, a proposal needs no words
			for name, in := range map[string][]string{
				"nothing": nil,
				"nonsense": {"kind", "x", "what", "x", "opinion", "x", "outcome", "x", "way", "x", "reason", "x", "ending", "x", "method", "x", "n", "-1", "days", "99999999999999999999", "units", "-5", "until", "昨天", "delivered", "x",
					"on", "2999-01-01", "person", "x", "letter", "x", "paper", "x", "items", "\x00", "text", "\x00", "to", "x", "version", "x"},
				"far days": {"kind", "third", "n", "999", "days", "999999", "units", "999999999", "until", "0001-01-01", "delivered", "9999-12-31", "on", "0001-01-01", "text", "x", "items", "x", "version", "1"},
			} {
				if name == "nothing" && slices.Contains(empty, do) {
					continue
				}
				before := x.visit
				code, body, _ := x.send(at, append([]string{"do", do}, in...)...)
				if code >= 500 || code == 0 {
					t.Errorf("%s: %s with %s: %d %s", state, do, name, code, main(body))
				}
				if x.visit = before; code == http.StatusOK {
					t.Errorf("%s: %s takes %s", state, do, name)
				}
			}
		}
	}
	wrong("arrived")
	step := func(state, text string, kv ...string) {
		t.Helper()
		x.ok(text, at, kv...)
		wrong(state)
	}
	x.ok("收到申请之日", at, "do", "confirm")
	x.ok("待补正", at, "do", "correct", "items", "年度不明确", "until", "2026-03-20")
	wrong("correcting")
	x.day = law.Day(2026, 3, 12)
	step("running", "自次日起重新计算", "do", "corrected", "wanted", "2025年度")
	x.as(2, x.town, org.Head)
	step("extended", "公开机构负责人办理", "do", "extend", "days", "10")
	x.as(1, x.town, org.Handler)
	step("consulting", "征求第三方意见", "do", "consult", "kind", "third", "delivered", "2026-03-12")
	step("heard", "不同意公开", "do", "hear", "n", "1", "opinion", "object", "text", "理由成立")
	step("answered", "待送达", "do", "decide", "outcome", "granted", "letter", "青政公开告〔2026〕1号", "paper", "2026-03-12", "signer", "梁某")
	step("closed", "已办结", "do", "serve", "way", "email", "to", "jia@example.cn")
	step("in review", "行政复议", "do", "remedy", "kind", "review")
	step("annulled", "撤销", "do", "remedyend", "n", "1", "ending", "annulled")
	step("reopened", "办理中", "do", "reopen", "n", "1", "days", "15")
}
