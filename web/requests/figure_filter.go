package requests

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/store"
)

// nearDays is how many working days ahead a limit counts as near.
const nearDays = 5

// nearDay is the last day that counts as near today.
func nearDay(cal *calendar.Calendar, today law.Date) law.Date {
	d, _ := cal.Add(today, nearDays)
	return d
}

var monthForm = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)

// figureFilter reads what a figure's link asks of the list. pairs are its
// parameters again, says what is looked at in words.
func figureFilter(r *http.Request, cal *calendar.Calendar, today law.Date) (f store.FigureFilter, pairs, says []string) {
	use := func(name, text string) {
		pairs = append(pairs, name, r.FormValue(name))
		says = append(says, text)
	}
	if r.FormValue("near") != "" {
		f.Near = nearDay(cal, today)
		use("near", "期限在"+f.Near.Chinese()+"以前、没有逾期")
	}
	if r.FormValue("waiting") != "" {
		f.Waiting = true
		use("waiting", "等待补正、意见或者缴费")
	}
	if n, err := strconv.ParseInt(r.FormValue("person"), 10, 64); err == nil && n != 0 {
		f.Person = n
		text := "同一经办人"
		if n < 0 {
			text = "还没有分办"
		}
		use("person", text)
	}
	if c := deadline.Channel(r.FormValue("channel")); c.Chinese() != "" {
		f.Channel = c
		use("channel", c.Chinese())
	}
	if m := r.FormValue("month"); monthForm.MatchString(m) {
		f.Month = m
		use("month", m+" 收到")
	}
	for _, x := range []struct {
		name, text string
		to         *bool
	}{{"answered", "已答复", &f.Answered}, {"overdue", "超过期限才答复", &f.Late}, {"extended", "延长过期限", &f.Extended}, {"asked", "要求过补正", &f.Asked}} {
		if r.FormValue(x.name) != "" {
			*x.to = true
			use(x.name, x.text)
		}
	}
	for _, x := range []struct {
		name, text string
		to         *int
	}{{"ended", "年复议、诉讼审结", &f.Ended}, {"reversed", "年复议、诉讼结果纠正", &f.Reversed}} {
		if n, err := strconv.Atoi(r.FormValue(x.name)); err == nil && n > 2000 && n < 2200 {
			*x.to = n
			use(x.name, fmt.Sprint(n)+x.text)
		}
	}
	return f, pairs, says
}
