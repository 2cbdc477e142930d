package casework_test

import (
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/deadline"
)

func registered(t *testing.T, channel deadline.Channel) *casework.Request {
	t.Helper()
	r, day := &casework.Request{}, law.Day(2026, 3, 2)
	if err := r.Register(casework.Doing{On: day, Today: day}, casework.Registration{Number: "2026-0001", Channel: channel, Arrived: day, Applicant: casework.Natural}); err != nil {
		t.Fatal(err)
	}
	return r
}

// A receipt says which day counts as received; nothing of it is open at the
// counter, and on the web it says that the day is still to come.
func TestReceiptSaysWhichDayCounts(t *testing.T) {
	counter := strings.Join(casework.ReceiptText(registered(t, deadline.InPerson), "预算表\n决算表", law.Day(2026, 3, 30), "ABCDE-23456"), "\n")
	for _, want := range []string{"2026年3月2日", "当面", "2026-0001", "预算表；决算表", "第三十一条", "答复期限至2026年3月30日", "ABCDE-23456"} {
		if !strings.Contains(counter, want) {
			t.Errorf("no %q in %s", want, counter)
		}
	}
	web := strings.Join(casework.ReceiptText(registered(t, deadline.Internet), "预算表", law.Date{}, ""), "\n")
	if !strings.Contains(web, "确认") || strings.Contains(web, "答复期限至") || strings.Contains(web, "查询码") || strings.Contains(web, "【") {
		t.Error(web)
	}
}

// The record of who applied by word of mouth has what he said and room to sign,
// and never asks why.
func TestOralRecord(t *testing.T) {
	text := strings.Join(casework.OralRecord(registered(t, deadline.InPerson), "青石镇人民政府", casework.Content{Wanted: "低保名单", Help: "请读给我听", Person: casework.Person{Name: "甲某某"}, Agent: &casework.Person{Name: "乙某某"}}, ""), "\n")
	for _, want := range []string{"甲某某", "低保名单", "请读给我听", "乙某某", "授权委托书", "签名", "宣读", "第二十九条", "不询问"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}
