package site

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
	"gongkai/web/page"
)

// reckonRoutes are the two public calculators. They count as the desk does.
func (s *Site) reckonRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	return []page.Route{get("/deadline", s.deadline), get("/fee", s.fee)}
}

type deadlinePage struct {
	page.Base
	Fields  []page.Field
	Failure string
	Asked   bool
	Result  deadline.Result
	Trace   []deadline.Day
}

var (
	deadlineTemplate = page.NewTemplate(files, "deadline.html")
	feeTemplate      = page.NewTemplate(files, "fee.html")
)

// deadline is 期限计算器: the reply period of a request, day by day.
func (s *Site) deadline(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := deadlinePage{Base: s.cfg.Base(r, "apply", "期限计算器")}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	bad := map[string]string{}
	day := func(name string) law.Date {
		text := strings.TrimSpace(q.Get(name))
		if text == "" {
			return law.Date{}
		}
		d, err := law.ParseDate(text)
		if err != nil || d.Year > 2200 {
			bad[name] = "请写成年-月-日的形式，如 2026-09-30。"
			return law.Date{}
		}
		return d
	}
	c := deadline.Clock{Received: day("received")}
	if d := day("corrected"); !d.IsZero() {
		if d.Before(c.Received) {
			bad["corrected"] = "应当在收到申请之日以后。"
		} else {
			c.Segments = append(c.Segments, deadline.Segment{Kind: deadline.Correction, From: c.Received, To: d})
		}
	}
	if from, to := day("from"), day("to"); !from.IsZero() || !to.IsZero() {
		switch {
		case from.IsZero() && bad["from"] == "":
			bad["from"] = "请写开始的日期。"
		case to.IsZero() && bad["to"] == "":
			bad["to"] = "请写收到答复的日期。"
		case to.Before(from):
			bad["to"] = "应当在开始的日期以后。"
		default:
			c.Segments = append(c.Segments, deadline.Segment{Kind: deadline.AskOther, From: from, To: to})
		}
	}
	extend := 0
	if text := strings.TrimSpace(q.Get("extend")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 20 {
			bad["extend"] = "请写0至20之间的整数。"
		}
		extend = n
	}
	field := func(name, label, kind, hint string) page.Field {
		return page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Value: clip(q.Get(name), 20), Message: bad[name]}
	}
	p.Fields = []page.Field{field("received", "收到申请之日", "date", "当面提交、签收之日；网络、传真和平常信函为双方确认之日"), field("corrected", "收到补正的申请之日", "date", "没有补正的不填"),
		field("from", "征求意见开始", "date", "没有征求意见的不填"), field("to", "收到意见", "date", ""), field("extend", "延长的工作日数", "number", "最长20个工作日")}
	code := http.StatusOK
	if len(bad) > 0 {
		code = http.StatusUnprocessableEntity
	} else if !c.Received.IsZero() {
		if err := s.count(r, &p, c, extend); errors.Is(err, law.ErrNotInForce) {
			p.Failure, code = "那一天《政府信息公开条例》还没有施行，没有可适用的期限。", http.StatusUnprocessableEntity
		} else if err != nil {
			return err
		}
	}
	return page.RenderStatus(w, r, code, deadlineTemplate, p)
}

func (s *Site) count(r *http.Request, p *deadlinePage, c deadline.Clock, extend int) error {
	cal, err := s.store.Calendar(r.Context())
	if err != nil {
		return err
	}
	today := s.cfg.Today()
	if p.Result, err = deadline.Compute(cal, c, today); err != nil {
		return err
	}
	if extend > 0 {
		c.Segments = append(c.Segments, deadline.Segment{Kind: deadline.Extended, From: p.Result.First, Days: calendar.Workdays(extend)})
		if p.Result, err = deadline.Compute(cal, c, today); err != nil {
			return err
		}
	}
	p.Trace, err = deadline.Trace(cal, c, today)
	p.Asked = err == nil
	return err
}

type feePage struct {
	page.Base
	Method  []page.Option
	Units   page.Field
	Failure string
	Asked   bool
	Amount  fee.Amount
	Scales  []feeScale
}

type feeScale struct {
	Name string
	Rows [][2]string
}

// fee is the calculator of the processing fee with its working.
func (s *Site) fee(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := feePage{Base: s.cfg.Base(r, "apply", "信息处理费计算")}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	for _, m := range []fee.Method{fee.ByItem, fee.ByPage} {
		p.Method = append(p.Method, page.Option{Value: string(m), Text: m.Chinese(), Selected: q.Get("method") == string(m)})
	}
	p.Units = page.Field{Name: "units", Label: "件数或者页数", Kind: "number", Value: clip(q.Get("units"), 10), Hint: "按件：同一申请人一个自然月内的申请件数；按量：一件申请的页数"}
	p.Scales = []feeScale{{"按件计收（同一申请人一个自然月）", [][2]string{{"1至10件", "不收费"}, {"11至30件", "每件100元"}, {"31件以上", "每增加10件为一档，每件依次200元、300元、400元……"}}},
		{"按量计收（一件申请）", [][2]string{{"1至30页", "不收费"}, {"31至100页", "每页10元"}, {"101至200页", "每页20元"}, {"201页以上", "每页40元"}}}}
	code := http.StatusOK
	if q.Get("units") != "" {
		n, err := strconv.Atoi(strings.TrimSpace(q.Get("units")))
		if err == nil {
			p.Amount, err = fee.Of(fee.Method(q.Get("method")), n, s.cfg.Today())
		}
		if err != nil {
			p.Units.Message, code = fmt.Sprintf("请写0至%d之间的整数，并选择计收方式。", fee.Most), http.StatusUnprocessableEntity
		}
		p.Asked = err == nil
	}
	return page.RenderStatus(w, r, code, feeTemplate, p)
}
