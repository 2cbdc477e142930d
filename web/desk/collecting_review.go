package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/doc"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// reviewPage is one organ's report before the office: every finding at its cell
// with what the organ says to it, last year beside, the file it was read from,
// and what the office may decide.
type reviewPage struct {
	page.Base
	Organ     string
	Name      string // 青石镇人民政府2025年度报告
	At        string // address of this page
	Year      int
	Version   int64
	State     page.Tag
	Late      string
	Due       page.Limit
	Submitted string
	SavedBy   string
	Returned  int
	Reminded  string
	Note      string // on a correction
	File      string

	View      *view // nil while nothing was entered
	Findings  []reviewFinding
	Errors    int // that still stand in the way
	Open      int // warnings nobody explained
	HasLast   bool
	Marks     []reviewMark
	Changes   []reviewChange
	Versions  []reviewSnapshot
	Alike     []alikeView
	AlikeMore int    // more of them than are named here
	AlikeAll  string // where all are compared, if they are too many for this page

	Prev, Next page.Link
	Place      string // 第 3 份，共 17 份待审
	MayReview  bool
	Why        string // why the office cannot decide now
	MayReturn  bool
	MayRemind  bool
	Enter      string
	Withdraw   bool // the office entered it and may take it back
	Edit       string
	HasSource  bool
	Log        string // everything that was done with it
	Letter     string // of the last return
	Key        string
	Opinion    string
	Failure    string
	Changed    bool // somebody changed it meanwhile
}

// A reviewFinding is a finding with what the organ and the office said to it.
type reviewFinding struct {
	findingView
	Key         string // stands for its identity in forms
	Explanation *reviewSaid
	Decision    *reviewSaid
	Stands      bool
	Passed      bool // no longer in the way
	Ticked      bool
	May         bool // the office may decide on it
	At          string
	Version     int64
}

type reviewSaid struct{ Text, Name, On string }

// A reviewMark is one reason of the last return.
type reviewMark struct {
	Cell, Where, Href, Code, Text, By string
	Settled                           bool
	Judged                            bool // a new report came in, so Settled says something
}

type reviewChange struct{ Label, Href, Old, New string }

type reviewSnapshot struct {
	N        int
	What     page.Tag
	On, Name string
	Note     string
	Errors   int
	Warns    int
	Href     string
	Changes  []reviewChange
	More     int
}

type alikeView struct {
	ID     string
	Organ  page.Link
	Score  string
	Shared []string
	Ticked bool
}

var reviewTemplate = page.NewTemplate(templates, "templates/collecting_review.html", "templates/view.html", "templates/collecting_parts.html")

// reviewed is the filing that an address names, for who reviews it.
func (d *Desk) reviewed(r *http.Request) (*store.FilingFile, error) {
	organ, err := strconv.ParseInt(r.PathValue("organ"), 10, 64)
	year, err2 := strconv.Atoi(r.PathValue("year"))
	if d.store == nil || err != nil || err2 != nil || year < 2008 || year > 2200 {
		return nil, page.ErrNotFound
	}
	v := page.VisitOf(r).Viewer
	o, err := d.store.Organ(r.Context(), organ)
	if err != nil {
		return nil, missing(err)
	}
	if !org.May(v, org.ReviewReports, o.Subject()) || !o.Filer() {
		return nil, page.ErrNotFound
	}
	f, err := d.store.Filing(r.Context(), v, organ, year)
	return f, missing(err)
}

func (d *Desk) review(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	return d.showReview(w, r, http.StatusOK, f, "")
}

// showReview draws the page; failure is why the office's act was not done.
func (d *Desk) showReview(w http.ResponseWriter, r *http.Request, code int, f *store.FilingFile, failure string) error {
	p, err := d.reviewOf(r, f)
	if err != nil {
		return err
	}
	p.Failure, p.Changed, p.Opinion = failure, code == http.StatusConflict, clip(r.PostFormValue("reason"), maxMark)
	if key := r.PostFormValue("key"); key != "" && !p.Changed {
		p.Key = key
	}
	return page.RenderStatus(w, r, code, reviewTemplate, p)
}

func (d *Desk) reviewOf(r *http.Request, f *store.FilingFile) (reviewPage, error) {
	ctx, v, today := r.Context(), page.VisitOf(r).Viewer, d.cfg.Today()
	title := fmt.Sprintf("%s%d年度报告", f.Organ.Name, f.Year)
	p := reviewPage{Base: d.collectingBase(r, title), Name: title, Organ: f.Organ.Name, At: reviewHref(f.Organ.ID, f.Year), Year: f.Year, Version: f.Version, Key: page.NewKey(),
		State: filingTag(f.Filing, f.Report != nil), Submitted: f.Submitted.Chinese(), SavedBy: f.SavedBy, Returned: f.Returned, Note: f.Note, File: f.FileName}
	p.Log = page.With("/desk/log", "ref", store.FilingRef(f.Organ.ID, f.Year))
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: f.Year}.at()}}
	cal, err := d.days(ctx)
	if err != nil {
		return p, err
	}
	if n := f.Late(today); n > 0 {
		p.Late = fmt.Sprintf("逾期 %d 天", n)
	}
	if f.Filed != f.Submitted && !f.Submitted.IsZero() && !f.Filed.IsZero() && f.Correction == 0 {
		p.Submitted += "（首次" + f.Filed.Chinese() + "）"
	}
	if f.MayEdit() == nil {
		p.Due = d.filingLimit(cal, &f.Filing, today)
	} else {
		p.Due = page.Limit{Date: f.Due.String(), Basis: f.Basis}
	}
	if f.Reminders > 0 {
		p.Reminded = fmt.Sprintf("已催报 %d 次，最近 %s", f.Reminders, f.Reminded)
	}
	p.MayReview = f.State == reporting.FilingSubmitted
	p.MayReturn = p.MayReview || f.State == reporting.FilingAccepted
	p.MayRemind = f.MayEdit() == nil
	if p.MayRemind {
		p.Enter = p.At + "/enter"
		p.Edit = fmt.Sprintf("/desk/filing/%d/%d", f.Organ.ID, f.Year)
	}
	p.Withdraw = p.MayReview && org.May(v, org.EditReports, f.Organ.Subject())
	if f.Returned > 0 && len(f.Marks) > 0 {
		p.Letter = p.At + "/notice/"
	}
	if err := d.queue(ctx, v, f, &p); err != nil {
		return p, err
	}
	if err := d.history(ctx, v, f, &p); err != nil {
		return p, err
	}
	if f.Report == nil {
		return p, nil
	}
	errs, open := f.Filing.Open(f.Findings)
	p.Errors, p.Open = len(errs), len(open)
	dc, err := d.filingDoc(ctx, v, f)
	if err != nil {
		return p, err
	}
	p.HasSource = f.FileName != ""
	last, err := d.lastOf(ctx, v, f)
	if err != nil {
		return p, err
	}
	p.HasLast = last != nil
	q := r.URL.Query()
	opts := page.TableOptions{Beside: besideOf(f.Report, last), Ticked: map[string]bool{}}
	if p.MayReturn {
		opts.Tick = "back"
	}
	for _, c := range q["cell"] {
		opts.Ticked[c] = true
	}
	p.View = newViewWith(f.FileName, f.Report, f.Findings, dc, p.cellMarks(), opts)
	p.View.Organ = f.Organ.Name
	for i, x := range sorted(f.Findings) {
		rf := reviewFinding{findingView: p.View.Findings[i], Key: findingKey(x), At: p.At, Version: f.Version, May: p.MayReview && x.Level != annual.Info}
		rf.Ticked = slices.Contains(q["finding"], rf.Key)
		if e := f.Explained(x); e != nil {
			rf.Explanation = &reviewSaid{e.Text, e.Name, e.On.String()}
			rf.Passed = x.Level == annual.Warning
		}
		if c := f.Decided(x); c != nil {
			rf.Decision = &reviewSaid{c.Text, c.Name, c.On.String()}
			rf.Stands = c.Stands
			rf.Passed = !c.Stands
		}
		p.Findings = append(p.Findings, rf)
	}
	return p, d.neighbours(ctx, v, f, &p, q["alike"])
}

// findingKey stands for a finding's identity where the whole would be too long.
func findingKey(x annual.Finding) string {
	h := sha256.Sum256([]byte(reporting.Identity(x)))
	return hex.EncodeToString(h[:10])
}

// findingBy is the finding that a key stands for, or nil.
func findingBy(list []annual.Finding, key string) *annual.Finding {
	for i := range list {
		if findingKey(list[i]) == key {
			return &list[i]
		}
	}
	return nil
}

// filingDoc is the file a draft was read from, as it is shown beside; nil where
// there is none or it takes too long to read.
func (d *Desk) filingDoc(ctx context.Context, v org.Viewer, f *store.FilingFile) (*doc.Document, error) {
	if f.FileName == "" {
		return nil, nil
	}
	name, file, err := d.store.FilingSource(ctx, v, f.Organ.ID, f.Year)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, dc := openDoc(ctx, name, file)
	return dc, nil
}

// lastOf is the organ's report of the year before: what was published, else its
// filing.
func (d *Desk) lastOf(ctx context.Context, v org.Viewer, f *store.FilingFile) (*annual.Report, error) {
	x, err := d.store.Report(ctx, f.Organ.ID, f.Year-1)
	if err == nil {
		return x.Report, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	was, err := d.store.Filing(ctx, v, f.Organ.ID, f.Year-1)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return was.Report, nil
}

// besideOf gives last year's figure of a cell where it says something: two
// noughts do not.
func besideOf(r, last *annual.Report) func(i int) string {
	if last == nil {
		return nil
	}
	return func(i int) string {
		k, ok := last.Form.Index(r.Form.Cells[i].ID)
		if !ok || !last.Values[k].Known() || last.Values[k].N == 0 && r.Values[i].Known() && r.Values[i].N == 0 {
			return ""
		}
		return "上年" + render.Figure(last, k)
	}
}

// cellMarks are the cells of the last return, as the tables show them.
func (p *reviewPage) cellMarks() map[string]cellMark {
	out := map[string]cellMark{}
	for _, m := range p.Marks {
		if m.Cell == "" || m.Judged && m.Settled {
			continue
		}
		note := "退回意见：" + m.Text
		if m.Judged {
			note += "（仍未改动）"
		}
		out[m.Cell] = cellMark{page.Mark{Tone: "bad", Note: note}, "#marks"}
	}
	return out
}

// queue finds the reports that wait before and after this one.
func (d *Desk) queue(ctx context.Context, v org.Viewer, f *store.FilingFile, p *reviewPage) error {
	const most = 300
	rows, next, err := d.store.Filings(ctx, store.FilingQuery{Year: f.Year, Viewer: v, State: store.FilingsWaiting, Limit: most})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rows, func(x store.FilingRow) bool { return x.Organ.ID == f.Organ.ID })
	link := func(i int) page.Link {
		return page.Link{Text: rows[i].Organ.Name, Href: reviewHref(rows[i].Organ.ID, f.Year)}
	}
	total := strconv.Itoa(len(rows))
	if next != "" {
		total = fmt.Sprintf("%d+", most)
	}
	switch {
	case at >= 0:
		p.Place = fmt.Sprintf("待审第 %d 份，共 %s 份", at+1, total)
		if at > 0 {
			p.Prev = link(at - 1)
		}
		if at+1 < len(rows) {
			p.Next = link(at + 1)
		}
	case len(rows) > 0: // decided already: the next is the first that stands behind it
		p.Place = fmt.Sprintf("还有 %s 份待审", total)
		i := slices.IndexFunc(rows, func(x store.FilingRow) bool { return x.Organ.Path > f.Organ.Path })
		p.Next = link(max(i, 0))
	default:
		p.Place = "没有待审的报告了"
	}
	return nil
}
