package desk

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of one package made by a page. A county has some sixty organs; more are
// written by the command.
const (
	portalReports = 600
	portalTime    = 12 * time.Minute
)

// Names of the settings of a portal, decided by the nearest organ that has.
const (
	settingPortalBase    = "portal.base"
	settingPortalColumn  = "portal.column"
	settingPortalColumns = "portal.columns"
)

// A PortalSetup is what an organ has decided about its portal.
type PortalSetup struct {
	Organ   org.Organ
	Base    string // address under which the files will lie
	Column  string
	Columns []render.PortalColumn
}

// SetupOf reads it. A mapping that can no longer be read is as none.
func SetupOf(ctx context.Context, st *store.Store, o org.Organ) (PortalSetup, error) {
	p := PortalSetup{Organ: o}
	var err error
	if p.Base, err = st.Inherited(ctx, o.ID, settingPortalBase); err != nil {
		return p, err
	}
	if p.Column, err = st.Inherited(ctx, o.ID, settingPortalColumn); err != nil {
		return p, err
	}
	text, err := st.Inherited(ctx, o.ID, settingPortalColumns)
	p.Columns, _ = render.ParsePortalColumns(text)
	return p, err
}

// portalSetup is that of the organ chosen, or of the first organ where the
// viewer may publish.
func (d *Desk) portalSetup(ctx context.Context, v org.Viewer, o org.Organ) (PortalSetup, error) {
	if o.ID == 0 {
		homes := v.Scope(org.PublishReports).Homes()
		if len(homes) == 0 {
			return PortalSetup{}, nil
		}
		var err error
		if o, err = d.store.Organ(ctx, homes[0]); err != nil {
			return PortalSetup{}, err
		}
	}
	return SetupOf(ctx, d.store, o)
}

// PortalReports reads published reports as they go to a portal. root is the
// address of our own public site, "" if it is not known.
func PortalReports(ctx context.Context, st *store.Store, rows []store.PortalRow, root string) iter.Seq2[render.PortalReport, error] {
	return func(yield func(render.PortalReport, error) bool) {
		for _, row := range rows {
			x, err := portalReport(ctx, st, row, root)
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}

func portalReport(ctx context.Context, st *store.Store, row store.PortalRow, root string) (render.PortalReport, error) {
	// Version by version: what is corrected meanwhile is in the package whole, as
	// it was when the package was noted.
	f, err := st.ReportVersion(ctx, row.Organ.ID, row.Year, row.Version)
	if err != nil {
		return render.PortalReport{}, err
	}
	o, err := st.OrganOn(ctx, row.Organ.ID, law.Day(row.Year, 12, 31))
	if err != nil {
		return render.PortalReport{}, err
	}
	x := render.PortalReport{Organ: o.Name, Code: organKey(row.Organ), Year: row.Year, Version: f.Version, Report: f.Report.Public(), Published: f.Published, URL: row.Link.URL}
	if root != "" {
		x.Page = root + "/reports/" + url.PathEscape(x.Code) + "/" + strconv.Itoa(row.Year)
	}
	notes, err := st.ReportNotes(ctx, row.Organ.ID, row.Year)
	if err != nil {
		return x, err
	}
	for _, n := range notes {
		if n.Version == f.Version {
			x.Corrected, x.Note = n.On, n.Note
		}
	}
	rec, err := st.Receipt(ctx, act.ReportRef(row.Organ.ID, row.Year))
	switch {
	case errors.Is(err, store.ErrNoLog), errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrPending), errors.Is(err, store.ErrLog):
		return x, nil // a package without a receipt is better than none
	case err != nil:
		return x, err
	}
	if a, err := act.ParseLeaf([]byte(rec.Leaf)); err != nil {
		return x, nil
	} else if b, ok := a.Body.(act.Report); !ok || b.Version != f.Version {
		return x, nil
	}
	if x.Receipt, err = json.MarshalIndent(rec, "", "  "); err == nil {
		x.Receipt = append(x.Receipt, '\n')
	}
	return x, err
}

// portalExport writes the package for what was chosen. It is noted in the log
// before the first byte goes out.
func (d *Desk) portalExport(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil || d.store == nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新选择。"}
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	a, err := d.portalAsked(r, nil)
	if err != nil {
		return err
	}
	again := func(text string) error { return d.showPortal(w, r, http.StatusUnprocessableEntity, text, nil) }
	rows, err := d.portalChosen(r, a)
	if err != nil {
		return err
	}
	var formats []string
	for _, f := range render.PortalFormats() {
		if slices.Contains(r.PostForm["format"], f) {
			formats = append(formats, f)
		}
	}
	switch {
	case len(r.PostForm["export"]) == 0:
		return again("请选择要导出的年度，至少一个。")
	case len(rows) == 0:
		return again("所选的机关和年度里没有已发布的报告，没有可以导出的内容。")
	case len(rows) > portalReports:
		return again(fmt.Sprintf("所选的报告有 %d 份以上，一次最多导出 %d 份。请少选几个年度，或者在服务器上用命令 gongkai report portal 导出。", portalReports, portalReports))
	}
	if slices.Contains(formats, "pdf") {
		if err := d.tryPDF(ctx, rows[0]); err != nil {
			return again(err.Error() + "也可以先不选 PDF。")
		}
	}
	set, err := d.portalSetup(ctx, v, a.organ)
	if err != nil {
		return err
	}
	if set.Organ.ID == 0 {
		return store.Forbidden(org.PublishReports)
	}
	if formats == nil {
		formats = []string{}
	}
	by := page.By(r)
	by.Key += ".export" // the form's own key is for the addresses
	what := strings.Join(r.PostForm["export"], "、") + "年度"
	if _, err := d.store.NotePortalExport(ctx, by, set.Organ.ID, clip(what, 100), rows); err != nil {
		return err
	}
	page.Writable(w, d.cfg.Now().Add(portalTime))
	attach(w, "门户文件包-"+d.cfg.Today().String()+".zip", "application/zip")
	_, err = render.Portal(w, render.PortalSet{From: set.Organ.Name, Site: d.cfg.County + "政府信息公开", Column: set.Column, Base: set.Base, Made: d.cfg.Today(), Formats: formats,
		Columns: set.Columns, Fonts: d.cfg.Fonts, Reports: PortalReports(ctx, d.store, rows, d.cfg.Address)})
	return err
}

// portalChosen are the reports that the form chose: those ticked, or where none
// is ticked all of the list, for each year.
func (d *Desk) portalChosen(r *http.Request, a portalAsk) ([]store.PortalRow, error) {
	picked := map[int64]bool{}
	for _, s := range r.PostForm["pick"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			picked[id] = true
		}
	}
	var out []store.PortalRow
	for _, s := range r.PostForm["export"] {
		year, err := strconv.Atoi(s)
		if err != nil {
			return nil, page.ErrNotFound
		}
		q := store.PortalQuery{Viewer: page.VisitOf(r).Viewer, Year: year, Under: a.organ.ID, Search: a.q, Limit: store.MaxReports}
		for {
			rows, next, err := d.store.PortalRows(r.Context(), q)
			if err != nil {
				return nil, err
			}
			for _, x := range rows {
				if len(picked) == 0 || picked[x.Organ.ID] {
					out = append(out, x)
				}
			}
			if q.After = next; next == "" || len(out) > portalReports {
				break
			}
		}
	}
	return out, nil
}

// tryPDF says what this machine lacks before a package is begun.
func (d *Desk) tryPDF(ctx context.Context, row store.PortalRow) error {
	f, err := annual.FormFor(row.Year)
	if err != nil {
		return nil // the package will say it
	}
	var font *render.FontError
	if err := render.PDF(io.Discard, annual.New(f, row.Organ.Name, row.Year), render.Options{Fonts: d.cfg.Fonts}); errors.As(err, &font) {
		return errors.New(font.Error())
	}
	return nil
}

// portalWithout writes the list of published reports that have no address yet,
// in the form in which addresses are handed in.
func (d *Desk) portalWithout(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	a, err := d.portalAsked(r, nil)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	c.UseCRLF = true
	_ = c.Write([]string{"机关代码", "机关名称", "年度", "发布日期", "网址", "门户公开日期"}) // memory does not fail
	q := store.PortalQuery{Viewer: page.VisitOf(r).Viewer, Year: a.year, Under: a.organ.ID, State: store.PortalUnlinked, Limit: store.MaxReports}
	for {
		rows, next, err := d.store.PortalRows(r.Context(), q)
		if err != nil {
			return err
		}
		for _, x := range rows {
			_ = c.Write([]string{page.SheetText(x.Organ.Code), page.SheetText(x.Organ.Name), strconv.Itoa(x.Year), x.Published.String(), "", ""})
		}
		if q.After = next; next == "" {
			break
		}
	}
	c.Flush()
	attach(w, fmt.Sprintf("%d年度没有门户网址的报告.csv", a.year), "text/csv; charset=utf-8")
	_, err = w.Write(b.Bytes())
	return err
}
