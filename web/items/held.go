package items

import (
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// grounds are the grounds for not disclosing, each with its article.
func grounds() []page.Option {
	out := []page.Option{{Text: "请选择"}}
	for _, g := range proactive.Grounds() {
		out = append(out, page.Option{Value: string(g), Text: g.Chinese() + "（" + g.Cite().Instrument + g.Cite().Article + "）"})
	}
	return out
}

// withholdFields are those of 登记为不主动公开.
func withholdFields(x *store.ItemFile, today law.Date) func(f *form) {
	return func(f *form) {
		list, hint := grounds(), ""
		if g := x.Content.Withhold; g != "" {
			hint = "起草人建议：" + g.Chinese() + "。"
		}
		for i := range list {
			list[i].Selected = list[i].Value == string(x.Content.Withhold)
		}
		f.choose("ground", "理由", hint, list...).day("review_by", "下次评估审查", "每年至少一次，到期提醒。", today.AddDays(365).String()).words("reason", "说明", "写明为什么属于这一类。不要抄录应当保密的内容。", 2, 300)
	}
}

var withholdDoing = doing{done: "withheld", read: func(s *sent) {
	if proactive.Ground(s.text("ground")).Chinese() == "" {
		s.bad["ground"] = "请选择不主动公开的理由。"
	}
	switch day := s.day("review_by"); {
	case s.bad["review_by"] != "":
	case !day.After(s.today):
		s.bad["review_by"] = "请写下次评估审查的日期，要晚于今天。"
	case day.After(s.today.AddDays(3 * 366)):
		s.bad["review_by"] = "下次评估审查最迟在三年以内，请核对年份。"
	}
	s.by.Reason = clip(s.need("reason", "请写明为什么属于这一类。"), 300)
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.Withhold(d, proactive.Ground(s.text("ground")), s.day("review_by"))
}}

func reReviewFields(today law.Date) func(f *form) {
	return func(f *form) {
		f.choose("open", "结论", "情势变化可以公开的，应当公开（条例第十八条）。", page.Option{Value: "", Text: "请选择"}, page.Option{Value: "keep", Text: "仍不公开"}, page.Option{Value: "open", Text: "可以公开，转为起草"}).
			day("review_by", "下次评估审查", "仍不公开的填写。", today.AddDays(365).String()).words("reason", "理由", "", 2, 300)
	}
}

var reReviewDoing = doing{done: "rereviewed", read: func(s *sent) {
	switch s.text("open") {
	case "keep":
		if day := s.day("review_by"); !day.After(s.today) && s.bad["review_by"] == "" {
			s.bad["review_by"] = "请写下次评估审查的日期，要晚于今天。"
		}
	case "open":
	default:
		s.bad["open"] = "请选择评估审查的结论。"
	}
	s.by.Reason = clip(s.need("reason", "请写明评估审查的理由。"), 300)
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.ReReview(d, s.text("open") == "open", s.day("review_by"))
}}
