package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"gongkai/collect"
	"gongkai/ingest"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/web/page"
)

// kitListPage is the county's list: who is wrong, which cell, why; who is
// missing; who copied whom; what changed.
type kitListPage struct {
	page.Base
	ID, Message string
	Year        int
	From        string
	Rounds      int
	Files       int
	Counts      []kitCount
	Rows        []kitRow
	Shown       string // the only conclusion that is listed, "" for all
	Alike       []pairView
	Unknown     []rejected
	Compared    bool
	Changes     []changedView
	Sum         *sumView
	Kinds       string
	Minutes     int
	Doubt       string   // the list of organs does not look like the one of these files
	Unclear     []string // lines of the list that were not taken over
	Store       string   // where the reports are put into the organs' filings, "" for who may not
}

type kitCount struct {
	Tone, Text string
	N          int
	Href       string // the list of these only, or of all when these are shown
	On         bool
}

type kitRow struct {
	N         int
	Organ     string
	Status    page.Tag
	Errors    int
	Warns     int
	Problem   string
	Flaws     []flawView
	More      int
	Notes     []string
	File      string
	Open      string // address of the report page, "" if it was not read
	Notice    string // address of the 退回意见
	Unlisted  bool
	Alike     []string
	HasReport bool
}

type flawView struct {
	Tag                  page.Tag
	Where, Message, Cell string
	Code                 string
}

type pairView struct {
	A, B   string
	Score  string
	Shared []string
}

type changedView struct {
	Organ    string
	Was, Is  page.Tag
	Moved    bool
	New      bool
	Fixed    []string
	Still    []string
	Fresh    []string
	Figures  int
	Improved bool
}

type sumView struct {
	Of, Doubt, Lacks []string
	New, Done, Out   string
}

var kitListTemplate = page.NewTemplate(templates, "templates/kitlist.html", "templates/drop.html")

func statusTag(s reporting.Status) page.Tag {
	switch s {
	case reporting.Missing, reporting.Unreadable, reporting.Return:
		return page.Tag{Tone: "err", Text: s.Chinese()}
	case reporting.Explain:
		return page.Tag{Tone: "warn", Text: s.Chinese()}
	}
	return page.Tag{Tone: "ok", Text: s.Chinese()}
}

func (d *Desk) kitShow(w http.ResponseWriter, r *http.Request) error {
	k := d.kits.get(r.PathValue("id"))
	if k == nil {
		return d.kitGone(w, r)
	}
	return d.kitList(w, r, http.StatusOK, k, "")
}

func (d *Desk) kitGone(w http.ResponseWriter, r *http.Request) error {
	return d.kitAsk(w, r, http.StatusGone, form{}, map[string]string{}, "这次收报的结果已经不在了：结果只在内存中保留 30 分钟，不存盘。请重新上传文件；如果下载过压缩包，带上里面的“结果.json”就能接着看改了什么。")
}

func (d *Desk) kitForget(w http.ResponseWriter, r *http.Request) error {
	d.kits.forget(r.PathValue("id"))
	http.Redirect(w, r, "/kit?deleted", http.StatusSeeOther)
	return nil
}

// maxFlaws bounds the findings of one row of the list; the organ's page has
// them all.
const maxFlaws = 4

func (d *Desk) kitList(w http.ResponseWriter, r *http.Request, code int, k *kit, message string) error {
	res := k.Result
	p := kitListPage{Base: d.base(r, "kit", fmt.Sprintf("%d年度收报清单", res.Year), "desk.js"), ID: k.ID, Message: message, Year: res.Year,
		From: k.From, Rounds: k.Rounds, Files: res.FileCount, Kinds: kinds, Minutes: int(kitsTime.Minutes())}
	p.Crumbs = []page.Link{{Text: "收报", Href: "/kit"}}
	p.Doubt, p.Unclear = listDoubt(res), k.Unclear
	if v := page.VisitOf(r).Viewer; d.store != nil && org.Able(v, org.ReviewReports) && org.Able(v, org.EditReports) {
		p.Store = "/desk/collecting/kit/" + k.ID
	}
	show := r.URL.Query().Get("show")
	for _, s := range []reporting.Status{reporting.Return, reporting.Missing, reporting.Unreadable, reporting.Explain, reporting.Accept} {
		t := statusTag(s)
		c := kitCount{Tone: t.Tone, Text: t.Text, N: res.Count(s), Href: "/kit/" + k.ID + "?show=" + string(s) + "#list", On: show == string(s)}
		if c.On {
			c.Href, p.Shown = "/kit/"+k.ID+"#list", t.Text
		}
		p.Counts = append(p.Counts, c)
	}
	for i := range res.Rows {
		if p.Shown == "" || string(res.Rows[i].Status) == show {
			p.Rows = append(p.Rows, kitRowOf(k, i))
		}
	}
	for _, a := range res.Alike {
		p.Alike = append(p.Alike, pairView{a.A, a.B, fmt.Sprintf("%.0f%%", a.Score*100), a.Shared})
	}
	for _, e := range res.Unknown {
		why := e.Problem
		if why == "" {
			why = "没有认出是哪个机关的报告：标题、落款和文件名里都没有名单上的机关名称。"
		}
		p.Unknown = append(p.Unknown, rejected{e.File, why})
	}
	for _, e := range res.Strange {
		p.Unknown = append(p.Unknown, rejected{e.File, fmt.Sprintf("这是 %d 年度的报告，本次收的是 %d 年度。", e.Report.Year, res.Year)})
	}
	p.Unknown = append(p.Unknown, k.Rejected...)
	p.Compared = res.Changes != nil
	for _, c := range res.Changes {
		p.Changes = append(p.Changes, changedView{Organ: c.Organ, Was: statusTag(c.Was), Is: statusTag(c.Is), Moved: c.Was != c.Is, New: c.NewlyFiled,
			Fixed: flawTexts(c.Fixed), Still: flawTexts(c.StillWrong), Fresh: flawTexts(c.NewlyWrong), Figures: c.Figures, Improved: len(c.Fixed) > 0 && len(c.NewlyWrong) == 0})
	}
	if s := res.Sum; s != nil {
		p.Sum = &sumView{Of: res.SumOf, Doubt: res.SumDoubt, Lacks: res.SumLacks,
			New: figureOf(s, "t3.new.total"), Done: figureOf(s, "t3.result_total.total"), Out: figureOf(s, "t3.carried_out.total")}
	}
	return page.RenderStatus(w, r, code, kitListTemplate, p)
}

// listDoubt says so when most reports are from organs that the list does not
// have: then it is likely the wrong list, and whom it calls missing means little.
func listDoubt(res *collect.Result) string {
	listed, came, strangers := 0, 0, 0
	for _, r := range res.Rows {
		switch {
		case !r.Listed:
			strangers++
		case r.Report != nil:
			came++
			fallthrough
		default:
			listed++
		}
	}
	if strangers <= came {
		return ""
	}
	return fmt.Sprintf("名单上有 %d 个机关，只有 %d 个对上了文件；另有 %d 份报告的机关不在名单里，没有计入汇总。很可能用错了名单：请核对后换一份名单重新收报，否则“缺报”和汇总不能作准。", listed, came, strangers)
}

func figureOf(r *annual.Report, id string) string {
	if i, ok := r.Form.Index(id); ok {
		return render.Figure(r, i)
	}
	return ""
}

func flawTexts(fs []reporting.Flaw) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Message)
	}
	return out
}

func kitRowOf(k *kit, i int) kitRow {
	r := &k.Result.Rows[i]
	row := kitRow{N: i + 1, Organ: r.Organ, Status: statusTag(r.Status), Errors: r.Errors, Warns: r.Warnings, Problem: r.Problem, Notes: r.Notes,
		File: r.File, Unlisted: !r.Listed, HasReport: r.Report != nil, Alike: k.Result.AlikeTo(r.Organ)}
	if r.Report != nil {
		row.Open = fmt.Sprintf("/kit/%s/organ/%d", k.ID, i+1)
	}
	for _, n := range k.Result.Notices {
		if n.To == r.Organ {
			row.Notice = fmt.Sprintf("/kit/%s/notice/%d", k.ID, i+1)
		}
	}
	for _, f := range sorted(r.Findings) {
		if f.Level == annual.Info || f.Code == "D-SIMILAR" { // said by Alike
			continue
		}
		if len(row.Flaws) == maxFlaws {
			row.More++
			continue
		}
		fv := flawView{Tag: page.LevelTag(f.Level), Message: f.Message, Code: f.Code}
		if r.Report != nil {
			fv.Where = whereShort(r.Report, f)
		}
		if len(f.Cells) > 0 {
			fv.Cell = "#" + page.CellID(f.Cells[0])
		}
		row.Flaws = append(row.Flaws, fv)
	}
	return row
}

// whereShort names the first cell of a finding; the message says the rest.
func whereShort(r *annual.Report, f annual.Finding) string {
	if len(f.Cells) == 0 {
		return reporting.Where(r, f)
	}
	where := reporting.Where(r, annual.Finding{Cells: f.Cells[:1]})
	if n := len(f.Cells); n > 1 {
		where += fmt.Sprintf("等 %d 格", n)
	}
	return where
}

// kitAnd finds the kit and the row that an address names.
func (d *Desk) kitAnd(r *http.Request) (*kit, *reporting.Row, error) {
	k := d.kits.get(r.PathValue("id"))
	n, err := strconv.Atoi(r.PathValue("n"))
	if k == nil || err != nil || n < 1 || n > len(k.Result.Rows) {
		return nil, nil, page.ErrNotFound
	}
	return k, &k.Result.Rows[n-1], nil
}

// kitOrgan shows one organ's report with every finding at its cell. The file
// is still in memory, so the original stands beside it.
func (d *Desk) kitOrgan(w http.ResponseWriter, r *http.Request) error {
	k, row, err := d.kitAnd(r)
	if err != nil {
		return err
	}
	if row.Report == nil {
		return page.ErrNotFound
	}
	one := read{name: row.File, report: row.Report.Clone(), findings: row.Findings}
	for _, f := range k.Files {
		if f.Name != row.File {
			continue
		}
		one.data = f.Data
		if !slowToRead(f.Name) {
			if dc, err := ingest.File(r.Context(), f.Name, f.Data); err == nil {
				one.doc = dc
			}
		}
	}
	return d.showResultAt(w, r, "kit", []page.Link{{Text: "收报", Href: "/kit"}, {Text: fmt.Sprintf("%d年度清单", k.Result.Year), Href: "/kit/" + k.ID}}, one, nil, nil, nil)
}

// kitNotice is the 退回意见 to one organ.
func (d *Desk) kitNotice(w http.ResponseWriter, r *http.Request) error {
	k, row, err := d.kitAnd(r)
	if err != nil {
		return err
	}
	for _, n := range k.Result.Notices {
		if n.To != row.Organ {
			continue
		}
		var b bytes.Buffer
		if err := render.Notice(&b, n); err != nil {
			return fmt.Errorf("desk: notice: %w", err)
		}
		attach(w, cleanName("退回意见_"+row.Organ)+".docx", formats()[0].mime)
		_, _ = w.Write(b.Bytes())
		return nil
	}
	return page.ErrNotFound
}

// kitZip is everything in one archive.
func (d *Desk) kitZip(w http.ResponseWriter, r *http.Request) error {
	k := d.kits.get(r.PathValue("id"))
	if k == nil {
		return d.kitGone(w, r)
	}
	var b bytes.Buffer
	if err := k.Result.WriteZip(&b); err != nil {
		return fmt.Errorf("desk: zip: %w", err)
	}
	attach(w, fmt.Sprintf("%d年度收报结果.zip", k.Result.Year), "application/zip")
	_, _ = w.Write(b.Bytes())
	return nil
}

// kitFile is one file of the result.
func (d *Desk) kitFile(w http.ResponseWriter, r *http.Request) error {
	k := d.kits.get(r.PathValue("id"))
	if k == nil {
		return d.kitGone(w, r)
	}
	want := map[string]string{"sum.xlsx": collect.SumXLSX, "sum.docx": collect.SumDOCX, "list.xlsx": collect.ListXLSX, "list.csv": collect.ListCSV, "result.json": collect.Machine}[r.PathValue("name")]
	for _, o := range k.Result.Outputs() {
		if o.Name != want {
			continue
		}
		var b bytes.Buffer
		if err := o.Write(&b); err != nil {
			return fmt.Errorf("desk: %s: %w", want, err)
		}
		mime := "application/octet-stream"
		for _, f := range formats() {
			if strings.HasSuffix(f.ext, path.Ext(want)) {
				mime = f.mime
			}
		}
		name := want
		if want != collect.Machine {
			name = fmt.Sprintf("%d年度%s", k.Result.Year, want)
		}
		attach(w, name, mime)
		_, _ = w.Write(b.Bytes())
		return nil
	}
	return page.ErrNotFound
}
