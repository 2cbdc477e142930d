package site

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/web/page"
)

var reportsTemplate = page.NewTemplate(files, "reports.html")

// pageRows is how many organs one page of a list shows.
const pageRows = 50

// reportsPage lists the reports of one year.
type reportsPage struct {
	page.Base
	Year    int
	Years   []page.Option
	Sorts   []page.Option
	Rows    []row
	Pager   page.Pager
	Empty   page.Empty
	SumHref string
}

func (s *Site) reports(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	year, ok := yearOf(q.Get("year"))
	if !ok {
		if q.Get("year") != "" {
			return &page.Input{Text: "年度应为 2019 年以后的四位数字，例如 2025。请修改网址，或从公开年报重新选择。"}
		}
		if len(years) > 0 {
			year = years[0]
		}
	}
	search := clip(strings.TrimSpace(q.Get("q")), 60)
	order := sortOf(q.Get("sort"))
	p := reportsPage{Base: s.cfg.Base(r, "reports", "公开年报"), Year: year, Years: page.Years(years, year)}
	p.Query = search
	p.Column = "政府信息公开年报"
	if year > 0 {
		p.Title = fmt.Sprintf("%d年度政府信息公开工作年度报告", year)
	}
	for _, o := range sorts {
		p.Sorts = append(p.Sorts, page.Option{Value: o.key, Text: o.text, Selected: o.key == order.key})
	}
	after := q.Get("after")
	rows, next, err := s.list(r.Context(), listQuery{year: year, search: search, sort: order, after: after, limit: pageRows})
	if err != nil {
		return err
	}
	p.Rows = rows
	again := func(after string) string {
		return page.With("/reports", "year", strconv.Itoa(year), "q", search, "sort", order.key, "after", after)
	}
	if after != "" {
		p.Pager.First = again("")
	}
	if next != "" {
		p.Pager.Next = again(next)
		p.Pager.Note = fmt.Sprintf("本页 %d 个机关", len(rows))
	} else if len(rows) > 0 && after == "" {
		p.Pager.Note = fmt.Sprintf("共 %d 个机关", len(rows))
	}
	switch {
	case len(rows) > 0:
	case len(years) == 0:
		p.Empty = page.Empty{Text: "本站还没有已发布的年度报告。"}
	case search != "":
		p.Empty = page.Empty{Text: fmt.Sprintf("%d年度没有名称含“%s”的机关。可以只写名称的一部分，例如“镇”，或换一个年度。", year, search),
			Action: page.Link{Text: "查看该年度全部报告", Href: page.With("/reports", "year", strconv.Itoa(year))}}
	default:
		p.Empty = page.Empty{Text: fmt.Sprintf("%d年度没有已发布的报告，请选择其他年度。", year)}
	}
	if top, ok, err := s.top(r.Context()); err != nil {
		return err
	} else if ok && len(rows) > 0 && search == "" {
		p.SumHref = sumHref(organKey(top), year)
	}
	return page.Render(w, r, reportsTemplate, p)
}

// clip cuts text after n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
