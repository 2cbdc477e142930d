package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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

// kitStorePage says before anything is stored which reports of a kit go into
// whose filing, and which do not and why.
type kitStorePage struct {
	page.Base
	ID      string
	Year    int
	Take    []kitStoreRow
	Leave   []kitStoreRow
	Key     string
	How     page.Field
	Day     page.Field
	Note    page.Field
	Failure string
	Kept    []kitStoreRow // what became of each, after it was sent
	Stored  int
	List    string
}

type kitStoreRow struct {
	N        int
	Said     string // what the kit calls the organ
	Organ    page.Link
	File     string
	Errors   int
	Warns    int
	Why      string // why not, or what to know
	Replaces bool   // something is there already: only taken when ticked
	Ticked   bool
	Good     bool
}

var kitStoreTemplate = page.NewTemplate(templates, "templates/collecting_kit.html")

// A kitMatch is a row of the kit with the filing it goes into.
type kitMatch struct {
	row    *reporting.Row
	filing *store.FilingFile
	out    kitStoreRow
	ok     bool
}

// kitMatches finds for each row of a kit whose filing it is.
func (d *Desk) kitMatches(ctx context.Context, v org.Viewer, k *kit) ([]kitMatch, error) {
	all, err := d.store.Organs(ctx)
	if err != nil {
		return nil, err
	}
	mine := func(o org.Organ) bool {
		return org.May(v, org.ReviewReports, o.Subject()) && org.May(v, org.EditReports, o.Subject()) && o.Filer()
	}
	form, formErr := annual.FormFor(k.Result.Year)
	var out []kitMatch
	taken := map[int64]string{}
	for i := range k.Result.Rows {
		row := &k.Result.Rows[i]
		m := kitMatch{row: row, out: kitStoreRow{N: i + 1, Said: row.Organ, File: row.File, Errors: row.Errors, Warns: row.Warnings}}
		no := func(format string, args ...any) { m.out.Why = fmt.Sprintf(format, args...) }
		o, sure := org.Match(all, row.Organ) // among all: a neighbour's town is no town of ours with another name
		if l := reporting.LevelOf(row.Organ); sure == org.Likely && l != annual.LevelUnknown && l != o.OrganLevel() {
			sure = org.NoMatch // 临江县白沙镇 is not 临江县
		}
		switch {
		case row.Report == nil && row.Problem != "":
			no("文件没有读出：%s", row.Problem)
		case row.Report == nil:
			no("没有收到文件。")
		case formErr != nil || row.Report.Form != form:
			no("报告用的不是%d年度的格式，请核对年度，或者在该机关的页面上传。", k.Result.Year)
		case row.Report.Status() == annual.Incomplete:
			no("读入不完整（有数字没有读准或者缺少内容），请在该机关的页面上传，逐格确认。")
		case sure == org.Ambiguous:
			no("系统里有不止一个机关叫这个名字，不能确定是哪一个。")
		case sure != org.Certain && sure != org.Likely, !mine(o):
			no("系统的机关名单里没有这个机关，或者不在您的管辖范围内。")
		case taken[o.ID] != "":
			no("与“%s”对应的是同一个机关。", taken[o.ID])
		default:
			taken[o.ID] = row.Organ
			f, err := d.store.Filing(ctx, v, o.ID, k.Result.Year)
			if err != nil {
				return nil, err
			}
			m.filing = f
			m.out.Organ = page.Link{Text: o.Name, Href: reviewHref(o.ID, k.Result.Year)}
			var refused *act.Refusal
			if err := f.MayEdit(); errors.As(err, &refused) {
				no("系统里这个机关的报告%s，不能改写。", filingTag(f.Filing, true).Text)
				break
			}
			m.ok, m.out.Good, m.out.Ticked = true, true, true
			if sure == org.Likely {
				m.out.Ticked = false
				no("名称不完全一致，请核对是否就是这个机关，确认后勾选。")
			}
			if f.Report != nil {
				m.out.Replaces, m.out.Ticked = true, false
				no("系统里已有草稿（%s保存），勾选后将被这份文件替换。", dayOfSaving(f))
			}
		}
		out = append(out, m)
	}
	return out, nil
}

func dayOfSaving(f *store.FilingFile) string {
	if f.Saved.IsZero() {
		return ""
	}
	s := law.DateOf(f.Saved).Chinese()
	if f.SavedBy != "" {
		s += f.SavedBy
	}
	return s
}

// kitToStore is the kit an address names, if it can be stored at all.
func (d *Desk) kitToStore(r *http.Request) (*kit, error) {
	k := d.kits.get(r.PathValue("id"))
	if d.store == nil || k == nil || k.Result == nil {
		return nil, page.ErrNotFound
	}
	return k, nil
}

func (d *Desk) kitStoreForm(w http.ResponseWriter, r *http.Request) error {
	k, err := d.kitToStore(r)
	if err != nil {
		return err
	}
	return d.showKitStore(w, r, http.StatusOK, k, nil, "")
}

func (d *Desk) showKitStore(w http.ResponseWriter, r *http.Request, code int, k *kit, bad map[string]string, failure string) error {
	list, err := d.kitMatches(r.Context(), page.VisitOf(r).Viewer, k)
	if err != nil {
		return err
	}
	p := kitStorePage{Base: d.collectingBase(r, "存入系统"), ID: k.ID, Year: k.Result.Year, Key: page.NewKey(), Failure: failure, List: listQuery{Year: k.Result.Year}.at()}
	if key := r.PostFormValue("key"); key != "" {
		p.Key = key
	}
	p.Crumbs = []page.Link{{Text: "收报", Href: "/kit"}, {Text: fmt.Sprintf("%d年度清单", k.Result.Year), Href: "/kit/" + k.ID}}
	posted := r.Method == http.MethodPost
	for _, m := range list {
		if posted && m.ok {
			m.out.Ticked = slices.Contains(r.PostForm["row"], strconv.Itoa(m.out.N))
		}
		if m.ok {
			p.Take = append(p.Take, m.out)
		} else {
			p.Leave = append(p.Leave, m.out)
		}
	}
	p.How = page.Field{Name: "how", Kind: "select", Label: "来件方式", Message: bad["how"]}
	for _, s := range enterWays {
		p.How.Options = append(p.How.Options, page.Option{Value: s, Text: s, Selected: s == r.PostFormValue("how") || !posted && s == "电子邮件"})
	}
	p.Day = page.Field{Name: "day", Kind: "date", Label: "收到日期", Value: r.PostFormValue("day"), Message: bad["day"], Hint: "按这一天算是否逾期；各机关收到的日期不同的，请分批勾选存入。"}
	if p.Day.Value == "" && !posted {
		p.Day.Value = d.cfg.Today().String()
	}
	p.Note = page.Field{Name: "reason", Kind: "text", Label: "说明", Value: r.PostFormValue("reason"), Max: 200, Message: bad["reason"], Hint: "记入办理留痕，可以不写。"}
	return page.RenderStatus(w, r, code, kitStoreTemplate, p)
}

// kitStore puts the ticked reports into the filings of their organs, each on its
// own: content, file, and that it came in.
func (d *Desk) kitStore(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新勾选。"}
	}
	k, err := d.kitToStore(r)
	if err != nil {
		return err
	}
	by, bad := d.arrival(r)
	if len(bad) > 0 {
		return d.showKitStore(w, r, http.StatusUnprocessableEntity, k, bad, "有一项需要修改，见红色的说明。")
	}
	if len(r.PostForm["row"]) == 0 {
		return d.showKitStore(w, r, http.StatusUnprocessableEntity, k, nil, "还没有勾选要存入的报告。")
	}
	list, err := d.kitMatches(r.Context(), by.Viewer, k)
	if err != nil {
		return err
	}
	p := kitStorePage{Base: d.collectingBase(r, "存入系统的结果"), ID: k.ID, Year: k.Result.Year, List: listQuery{Year: k.Result.Year, State: store.FilingsWaiting}.at()}
	p.Crumbs = []page.Link{{Text: "收报", Href: "/kit"}, {Text: fmt.Sprintf("%d年度清单", k.Result.Year), Href: "/kit/" + k.ID}}
	for _, m := range list {
		if !slices.Contains(r.PostForm["row"], strconv.Itoa(m.out.N)) {
			continue
		}
		if !m.ok {
			m.out.Good = false
			p.Kept = append(p.Kept, m.out)
			continue
		}
		why, err := d.storeRow(r.Context(), by, k, m)
		if err != nil {
			return err
		}
		m.out.Why, m.out.Good = why, why == "" || strings.HasPrefix(why, storedBut)
		if m.out.Good {
			p.Stored++
		}
		p.Kept = append(p.Kept, m.out)
	}
	return page.Render(w, r, kitStoreTemplate, p)
}

// storedBut begins what is said of a report that was stored without its file.
const storedBut = "已存入，但是"

// storeRow puts one report of a kit into its organ's filing. The sentence says
// why it was not, "" if all of it was.
func (d *Desk) storeRow(ctx context.Context, by store.By, k *kit, m kitMatch) (string, error) {
	f, rep := m.filing, m.row.Report.Clone()
	findings, err := d.judged(ctx, by.Viewer, f, rep)
	if err != nil {
		return "", err
	}
	if by.Signer = rep.Signature; by.Signer == "" {
		by.Signer = rep.Organ
	}
	by.Signer = clip(by.Signer, 60)
	each := func(step string) store.By {
		b := by
		if b.Key != "" {
			b.Key = fmt.Sprintf("%s/%d/%s", by.Key, f.Organ.ID, step)
		}
		return b
	}
	saved, err := d.store.WithFiling(ctx, each("saved"), f.Organ.ID, f.Year, f.Version, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		if err := x.Edited(); err != nil {
			return err
		}
		x.Report, x.Findings, x.FileName = rep, findings, cleanName(m.row.File)
		return nil
	})
	if err != nil {
		return whyRefused(err)
	}
	version, err := strconv.ParseInt(saved.Answer, 10, 64)
	if err != nil {
		return "", fmt.Errorf("desk: version %q of a filing", saved.Answer)
	}
	lost := ""
	for _, file := range k.Files {
		if file.Name != m.row.File {
			continue
		}
		kept, err := d.store.PutFilingSource(ctx, each("file"), f.Organ.ID, f.Year, version, cleanName(file.Name), bytes.NewReader(file.Data))
		switch {
		case err == nil:
			if version, err = strconv.ParseInt(kept.Answer, 10, 64); err != nil {
				return "", fmt.Errorf("desk: version %q of a filing", kept.Answer)
			}
		case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
			lost = storedBut + "原件没有保存下来（本机没有配置文件存储），请自行留存原件。"
		default:
			if lost, err = whyRefused(err); err != nil {
				return "", err
			}
			lost = storedBut + "原件没有保存：" + lost
		}
	}
	if _, err = d.store.WithFiling(ctx, each("received"), f.Organ.ID, f.Year, version, act.FilingSubmitted, func(x *store.FilingFile, on law.Date) error { return x.Receive(on) }); err != nil {
		why, err := whyRefused(err)
		return "已存为草稿，没有登记收到：" + why, err
	}
	return lost, nil
}
