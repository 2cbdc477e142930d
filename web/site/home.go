package site

import (
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

var homeTemplate = page.NewTemplate(files, "home.html", "rows.html")

// homePage says what is here.
type homePage struct {
	page.Base
	Years   []homeYear
	Latest  int
	Totals  []total // of the newest year
	SumHref string
	Twice   bool // some reports are sums themselves and not added again
	Rows    []row
	More    bool
	Desk    page.Link
	Empty   page.Empty
	Newest  []itemRow // of what is published proactively
	Running []itemRow // 公示 that have not ended
	Asking  []itemRow // drafts that opinions are asked for
	Asked   []itemRow // drafts whose time is over
}

type homeYear struct{ Year int }

type total struct{ Label, Value, Unit string }

// homeRows is how many reports of the newest year the home page names.
const homeRows = 12

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	p := homePage{Base: s.cfg.Base(r, "home", "首页"),
		Empty: page.Empty{Text: "本站还没有已发布的年度报告。报告发布后会列在这里。"}}
	if s.cfg.Checking {
		p.Desk = s.desk
		if s.desk.Href != "" {
			p.Empty.Action = s.desk
		}
	}
	p.Styles = append(p.Styles, applyAssets.Path("item.css"))
	p.Listed = page.Link{Text: "最近公开的信息", Href: "/items.xml"}
	if err := s.homeItems(r, &p); err != nil {
		return err
	}
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	for _, y := range years {
		p.Years = append(p.Years, homeYear{y})
	}
	if len(years) > 0 {
		p.Latest = years[0]
		rows, next, err := s.list(r.Context(), store.TableQuery{Year: years[0], Limit: homeRows})
		if err != nil {
			return err
		}
		p.Rows, p.More = rows, next != ""
		if err := s.totals(r, &p); err != nil {
			return err
		}
	}
	return page.Render(w, r, homeTemplate, p)
}

// homeItems fills what is new, what is running and what was asked.
func (s *Site) homeItems(r *http.Request, p *homePage) error {
	ctx := fresh(r.Context())
	for _, x := range []struct {
		to *[]itemRow
		q  store.PublicQuery
	}{{&p.Newest, store.PublicQuery{Limit: homeRows}}, {&p.Running, store.PublicQuery{Kind: proactive.Publicity, Limit: 6}}, {&p.Asking, store.PublicQuery{Kind: proactive.Consultation, Limit: 6}}} {
		list, _, err := s.store.PublicItems(ctx, x.q)
		if err != nil {
			return err
		}
		if *x.to, err = s.itemRows(ctx, list, true); err != nil {
			return err
		}
	}
	closed, err := s.store.ClosedItems(ctx, proactive.Consultation, 0, 4)
	if err != nil {
		return err
	}
	if p.Asked, err = s.itemRows(ctx, closed, true); err != nil {
		return err
	}
	for i, x := range closed {
		p.Asked[i].Left = "截止于" + x.PeriodTo.Chinese()
	}
	return nil
}

// totals are the main figures of the newest year over the whole tree.
func (s *Site) totals(r *http.Request, p *homePage) error {
	top, ok, err := s.top(r.Context())
	if err != nil || !ok {
		return err
	}
	t, err := s.store.PublicSum(r.Context(), top.ID, p.Latest)
	if err != nil {
		return err
	}
	if len(t.Filed) == 0 {
		return nil
	}
	p.SumHref = sumHref(organKey(top), p.Latest)
	p.Totals = []total{{"已发布报告", strconv.Itoa(len(t.Filed) + len(t.Summaries) + len(t.Other)), "份"}}
	p.Twice = len(t.Summaries) > 0
	for _, f := range []figure{received, results, carriedOut, review, litigation} {
		if v := f.of(t.Sum); v.Known() {
			p.Totals = append(p.Totals, total{f.label, v.Format(annual.Count), "件"})
		}
	}
	return nil
}
