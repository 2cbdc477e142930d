package site

import (
	"fmt"
	"net/http"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// consultation is what the page of a draft laid open 意见征集 says of the opinions.
type consultation struct {
	Open  bool
	Form  string // where to say something
	State string // how long there is still time, or that it is over
	Count int
	After string // what comes next
}

// consultation is nil for items of other kinds.
func (s *Site) consultation(r *http.Request, x *store.PublicItem) (*consultation, error) {
	if x.Kind != proactive.Consultation {
		return nil, nil
	}
	n, err := s.store.Comments(fresh(r.Context()), x.Number)
	if err != nil {
		return nil, err
	}
	c := &consultation{Count: n, Open: commentsOpen(x, s.cfg.Today())}
	if c.Open {
		c.State = left(s.cfg.Today(), x.Content.To)
		c.Form = page.With("/voice", "organ", key(x.OrganCode, x.Organ), "item", x.Number)
	} else {
		c.State = "征集已经结束。"
		if len(x.Interpreted) == 0 {
			c.After = "采纳情况公布后，会列在这里。"
		}
	}
	return c, nil
}

// commented is the draft that a form's opinion is about, nil where it is about
// none. One whose time is over, or not yet come, is told.
func (s *Site) commented(r *http.Request) (*store.PublicItem, error) {
	number := r.FormValue("item")
	if number == "" {
		return nil, nil
	}
	x, err := s.itemOrgan(r, number)
	if err != nil {
		return nil, err
	}
	if !commentsOpen(x, s.cfg.Today()) {
		return nil, &page.Input{Text: "这次意见征集现在不接收意见：它的时间是" + period(x.Content) + "。可以改用“监督与建议”向机关提出。"}
	}
	return x, nil
}

// comment makes the form one for opinions on a draft.
func (p *voiceWrite) comment(x *store.PublicItem) {
	p.Item, p.About = x.Number, &page.Link{Text: x.Content.Title, Href: page.ItemHref(x.Number)}
	p.Title = "对征集稿提出意见"
	p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}, *p.About}
	if p.Subject.Value == "" {
		p.Subject.Value = "对征集稿的意见"
	}
	p.Text.Label, p.Text.Hint = "意见", "写明对哪一条、哪一款，建议怎样改，理由是什么。"
	p.Consent.Label = "同意把意见和采纳情况公开（公开前由工作人员去掉个人信息）"
}

// commentsOpen reports whether the public may say something to an item.
func commentsOpen(x *store.PublicItem, today law.Date) bool {
	c := x.Content
	return x.Kind == proactive.Consultation && x.Standing == proactive.Live && !today.Before(c.From) && !today.After(c.To)
}

// left says how many days of a period are left.
func left(today, to law.Date) string {
	n := to.DaysSince(today)
	switch {
	case n < 0:
		return "已经到期"
	case n == 0:
		return "今天截止"
	}
	return fmt.Sprintf("还有%d天，%s截止", n, to.Chinese())
}
