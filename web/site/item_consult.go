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
