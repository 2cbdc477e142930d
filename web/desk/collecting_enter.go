package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// enterPage is how an office enters the report of an organ that sent it on paper
// or by mail (代报): the content first, then that it came in, when and how.
type enterPage struct {
	page.Base
	Name    string
	At      string // of the review page
	Upload  string
	Fill    string
	Begun   bool
	File    string
	Errors  int
	Warns   int
	Version int64
	Key     string
	How     page.Field
	Day     page.Field
	Signer  page.Field
	Note    page.Field
	Failure string
	Fixed   string // why nothing can be entered now
}

var enterTemplate = page.NewTemplate(templates, "templates/collecting_enter.html")

// enterWays are how reports come in outside the system.
var enterWays = []string{"纸质件", "电子邮件", "工作群", "光盘、U盘", "传真"}

func (d *Desk) enterForm(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	return d.showEnter(w, r, http.StatusOK, f, nil, "")
}

func (d *Desk) showEnter(w http.ResponseWriter, r *http.Request, code int, f *store.FilingFile, bad map[string]string, failure string) error {
	own := fmt.Sprintf("/desk/filing/%d/%d", f.Organ.ID, f.Year)
	p := enterPage{Base: d.collectingBase(r, "代报"), Name: fmt.Sprintf("%s%d年度报告", f.Organ.Name, f.Year), At: reviewHref(f.Organ.ID, f.Year), Upload: own + "/upload", Fill: own + "/fill",
		Begun: f.Report != nil, File: f.FileName, Version: f.Version, Key: page.NewKey(), Failure: failure}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: f.Year}.at()}, {Text: f.Organ.Name, Href: p.At}}
	if key := r.PostFormValue("key"); key != "" && code != http.StatusConflict {
		p.Key = key
	}
	var refused *act.Refusal
	if err := f.MayEdit(); errors.As(err, &refused) {
		p.Fixed = refused.Text
	}
	for _, x := range f.Findings {
		switch x.Level {
		case annual.Error:
			p.Errors++
		case annual.Warning:
			p.Warns++
		}
	}
	p.How = page.Field{Name: "how", Kind: "select", Label: "来件方式", Message: bad["how"]}
	for _, s := range enterWays {
		p.How.Options = append(p.How.Options, page.Option{Value: s, Text: s, Selected: s == r.PostFormValue("how")})
	}
	p.Day = page.Field{Name: "day", Kind: "date", Label: "收到日期", Value: r.PostFormValue("day"), Message: bad["day"], Hint: "按这一天算是否逾期。"}
	if p.Day.Value == "" && code == http.StatusOK {
		p.Day.Value = d.cfg.Today().String()
	}
	p.Signer = page.Field{Name: "signer", Kind: "text", Label: "签发人或盖章单位", Value: r.PostFormValue("signer"), Max: 60, Message: bad["signer"], Hint: "来件上签字的人，或者落款盖章的单位；没有的可以不写。写明了，同一位同志代录以后也可以审核。"}
	p.Note = page.Field{Name: "reason", Kind: "text", Label: "说明", Value: r.PostFormValue("reason"), Max: 200, Message: bad["reason"], Hint: "例如：乡镇网络中断，由县里代录。可以不写。"}
	return page.RenderStatus(w, r, code, enterTemplate, p)
}

// enter records that the report came in.
func (d *Desk) enter(w http.ResponseWriter, r *http.Request) error {
	f, err := d.posted(r)
	if err != nil {
		return err
	}
	by, bad := d.arrival(r)
	if len(bad) > 0 {
		return d.showEnter(w, r, http.StatusUnprocessableEntity, f, bad, "")
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = -1
	}
	done, err := d.store.WithFiling(r.Context(), by, f.Organ.ID, f.Year, version, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Receive(on) })
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return d.showEnter(w, r, http.StatusUnprocessableEntity, f, nil, refused.Text)
	case errors.Is(err, store.ErrConflict):
		return d.showEnter(w, r, http.StatusConflict, f, nil, "在您填写期间，这份报告有了变化。下面是现在的样子，请核对后再登记。")
	case err != nil:
		return missing(err)
	}
	return page.Done(w, r, reviewHref(f.Organ.ID, f.Year), "received", done)
}

// arrival reads how and when a report came in, as the act says it.
func (d *Desk) arrival(r *http.Request) (store.By, map[string]string) {
	bad := map[string]string{}
	by := page.By(r)
	note := by.Reason
	if len([]rune(note)) > 200 {
		bad["reason"] = "说明过长，最多 200 字。"
	}
	how := ""
	for _, s := range enterWays {
		if s == r.PostFormValue("how") {
			how = s
		}
	}
	if how == "" {
		bad["how"] = "请选择来件方式。"
	}
	day, err := parseDay(r.PostFormValue("day"))
	switch {
	case err != nil || day.IsZero():
		bad["day"] = "请写收到的日期，例如 " + d.cfg.Today().String() + "。"
	case day.After(d.cfg.Today()):
		bad["day"] = "收到日期不能晚于今天。"
	}
	by.Signer = clip(strings.TrimSpace(r.PostFormValue("signer")), 60)
	by.Reason = "代录，来件方式：" + how
	if note != "" {
		by.Reason += "；" + note
	}
	by.On, by.Paper = day, &act.Paper{On: day}
	return by, bad
}

// judged checks a report as it would stand in its organ's filing.
func (d *Desk) judged(ctx context.Context, v org.Viewer, f *store.FilingFile, rep *annual.Report) ([]annual.Finding, error) {
	last, err := d.lastOf(ctx, v, f)
	if err != nil {
		return nil, err
	}
	deadline := f.Due
	if deadline.IsZero() {
		deadline = f.PublishBy
	}
	return reporting.Judge(rep, &annual.Context{Last: last, Level: f.Organ.OrganLevel(), Deadline: deadline}), nil
}
