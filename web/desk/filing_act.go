package desk

import (
	"errors"
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

// filingAct does what one of the plain buttons of a filing asks.
func (d *Desk) filingAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	findings, err := d.judge(r, c, c.Report)
	if err != nil {
		return err
	}
	switch r.PostForm.Get("do") {
	case "check":
		return d.withFiling(w, r, c, act.FilingChecked, "selfchecked", func(f *store.FilingFile, _ law.Date) error {
			f.Findings = findings
			return settled(f.Report, f.Check(findings))
		}, filingSaid{})
	case "withdraw":
		return d.withFiling(w, r, c, act.FilingWithdrawn, "withdrawn", func(f *store.FilingFile, _ law.Date) error { return f.Withdraw() }, filingSaid{})
	case "note":
		note := strings.TrimSpace(r.PostForm.Get("note"))
		if note == "" || len(note) > 6000 {
			return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{fields: map[string]string{"note": "请写明更正说明：更正了什么、为什么，不超过2000字。"}})
		}
		return d.withFiling(w, r, c, act.FilingSaved, "saved", func(f *store.FilingFile, _ law.Date) error {
			if err := f.MayEdit(); err != nil {
				return err
			}
			f.Note = note
			return nil
		}, filingSaid{})
	case "explain":
		return d.filingExplain(w, r, c, findings)
	}
	return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
}

// filingExplain keeps why a warning is right as it stands, signed by who says it.
func (d *Desk) filingExplain(w http.ResponseWriter, r *http.Request, c *filingCase, findings []annual.Finding) error {
	mark := r.PostForm.Get("finding")
	text := r.PostForm.Get("text-" + mark)
	if text == "" {
		text = r.PostForm.Get("text")
	}
	r.Form.Set("text", text)
	for _, x := range findings {
		if findingMark(x) != mark {
			continue
		}
		said := filingSaid{finding: mark}
		var refused *act.Refusal
		if err := c.try(func(f *reporting.Filing) error { return f.Explain(x, text, c.viewer.Person, c.viewer.Name, c.today) }); errors.As(err, &refused) {
			said.fields = map[string]string{"text": refused.Text}
			return d.showFiling(w, r, c, http.StatusUnprocessableEntity, said)
		}
		return d.withFiling(w, r, c, act.FilingExplained, "explained", func(f *store.FilingFile, on law.Date) error {
			f.Findings = findings
			return f.Explain(x, text, c.viewer.Person, c.viewer.Name, on)
		}, said)
	}
	return d.showFiling(w, r, c, http.StatusConflict, filingSaid{failure: "这条核对意见已经不在了：报告在您填写期间有改动，下面是按现在的内容核对的结果。"})
}

// withFiling does a verb and leads back to the filing, or shows it with why not.
func (d *Desk) withFiling(w http.ResponseWriter, r *http.Request, c *filingCase, kind, word string, verb store.FilingVerb, said filingSaid) error {
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	done, err := d.store.WithFiling(r.Context(), keyed(page.By(r), r.FormValue("do"), r.FormValue("text"), r.FormValue("note")), c.id, c.Year, version, kind, verb)
	return d.filingDone(w, r, c, done, err, word, said)
}

// filingDone answers what a verb came to.
func (d *Desk) filingDone(w http.ResponseWriter, r *http.Request, c *filingCase, done store.Done, err error, word string, said filingSaid) error {
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		said.failure = refused.Text
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, said)
	case errors.Is(err, store.ErrConflict):
		now, ferr := d.filingOf(r)
		if ferr != nil {
			return ferr
		}
		said.changed = true
		return d.showFiling(w, r, now, http.StatusConflict, said)
	case err != nil:
		return err
	}
	return page.Done(w, r, c.path(""), word, done)
}

// filingPublish puts the accepted report before the public.
func (d *Desk) filingPublish(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	return d.withFiling(w, r, c, act.FilingPublished, "published", func(f *store.FilingFile, on law.Date) error { return f.Publish(on) }, filingSaid{})
}

type correctPage struct {
	page.Base
	Organ     string
	Year      int
	Path      string
	Key       string
	Version   int64
	Note      page.Field
	Published string
	Why       string // why it cannot be corrected now
	Failure   string
}

var correctTemplate = page.NewTemplate(templates, "templates/filing_correct.html")

// filingCorrectForm asks what the public will be told about a correction.
func (d *Desk) filingCorrectForm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	return d.showCorrect(w, r, c, http.StatusOK, "", "")
}

func (d *Desk) showCorrect(w http.ResponseWriter, r *http.Request, c *filingCase, code int, message, failure string) error {
	p := correctPage{Base: d.filingBase(r, "更正"), Organ: c.Organ.Name, Year: c.Year, Path: c.path(""), Key: page.NewKey(), Version: c.Version,
		Note: noteField(r.FormValue("note"), message), Published: c.Published.Chinese(), Failure: failure}
	p.Crumbs = c.crumbs(true)
	var refused *act.Refusal
	if err := c.try(func(f *reporting.Filing) error { return f.Correct("更正") }); errors.As(err, &refused) {
		p.Why = refused.Text
	} else if !c.may(org.EditReports) {
		p.Why = store.Forbidden(org.EditReports).Text
	}
	return page.RenderStatus(w, r, code, correctTemplate, p)
}

func (d *Desk) filingCorrect(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	note := r.PostForm.Get("note")
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	done, err := d.store.WithFiling(r.Context(), keyed(page.By(r), note), c.id, c.Year, version, act.FilingReopened, func(f *store.FilingFile, _ law.Date) error { return f.Correct(note) })
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused) && c.State == reporting.FilingPublished:
		return d.showCorrect(w, r, c, http.StatusUnprocessableEntity, refused.Text, "")
	case errors.As(err, &refused):
		return d.showCorrect(w, r, c, http.StatusUnprocessableEntity, "", refused.Text)
	case errors.Is(err, store.ErrConflict):
		return d.showCorrect(w, r, c, http.StatusConflict, "", "在您填写期间，别人已经改动了这份报告。下面填写的内容还在，请核对后再提交一次。")
	case err != nil:
		return err
	}
	return page.Done(w, r, c.path(""), "correcting", done)
}
