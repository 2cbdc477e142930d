package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/org"
	"gongkai/store"
	"gongkai/text"
	"gongkai/web/page"
)

// Bounds of a list of addresses.
const (
	linksBytes = 4 << 20
	linksMost  = 3000
	linksShown = 500
)

// linkWords are the words of a heading.
var linkWords = map[string]string{
	"机关代码": "code", "代码": "code", "统一社会信用代码": "code", "机构代码": "code",
	"机关名称": "name", "机关": "name", "名称": "name", "发布机构": "name", "单位": "name", "单位名称": "name",
	"年度": "year", "报告年度": "year", "年份": "year",
	"网址": "url", "门户网址": "url", "链接": "url", "地址": "url", "页面地址": "url", "url": "url",
	"门户公开日期": "on", "公开日期": "on", "公布日期": "on", "发布时间": "on",
}

type portalLinksPage struct {
	page.Base
	Table   page.Field
	File    page.Field
	Year    page.Field
	Replace page.Field
	Failure string
	Preview *linksPreview
	Back    string
}

// linksPreview says what a list would do. The list travels in the form and is
// read again.
type linksPreview struct {
	Table, Year              string
	Replace                  bool
	New, Changed, Same, Bad  int
	Lines                    []linkLine
	Cut                      int
	Ignored                  []string
	Ready, Partly, Collected bool
}

type linkLine struct {
	N           int
	Organ, Year string
	URL, Old    string
	Tag         page.Tag
	Message     string
}

var portalLinksTemplate = page.NewTemplate(templates, "templates/portal_links.html")

func (d *Desk) portalLinksForm(w http.ResponseWriter, r *http.Request) error {
	return d.showLinks(w, r, http.StatusOK, "", nil)
}

func (d *Desk) showLinks(w http.ResponseWriter, r *http.Request, code int, failure string, v *linksPreview) error {
	p := portalLinksPage{Base: d.base(r, "portal", "批量登记门户网址"), Failure: failure, Preview: v, Back: "/desk/portal"}
	p.Crumbs = []page.Link{{Text: "发布导出", Href: "/desk/portal"}}
	p.Table = page.Field{Name: "table", Label: "粘贴表格", Kind: "textarea", Rows: 10, Value: r.PostFormValue("table"),
		Hint: "从表格软件或门户后台的清单里复制，第一行是列名。要有机关（名称、简称或代码）和网址，年度和门户公开日期可以没有。"}
	p.File = page.Field{Name: "file", Label: "或者选择文件", Kind: "file", Accept: ".xlsx,.csv,.txt", Hint: "xlsx 或 CSV，列同上。"}
	p.Year = page.Field{Name: "year", Label: "表里没有年度时，按哪个年度", Kind: "text", Value: r.FormValue("year"), Max: 4, Hint: "四位数字，如 " + strconv.Itoa(d.cfg.Today().Year-1) + "。"}
	p.Replace = page.Field{Name: "replace", Label: "替换已登记的网址", Kind: "checkbox", Value: r.PostFormValue("replace"), Hint: "不选时，已有另一个网址的那一行不改，并且指出来。"}
	return page.RenderStatus(w, r, code, portalLinksTemplate, p)
}

// portalLinks shows what a list would do, and takes it over when that is
// confirmed.
func (d *Desk) portalLinks(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	name, data, err := linksSent(r)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return d.showLinks(w, r, http.StatusUnprocessableEntity, "请粘贴表格，或者选择文件。", nil)
	}
	s, err := rows.Read(name, data, linkWords)
	if err != nil {
		return d.showLinks(w, r, http.StatusUnprocessableEntity, limit.Message(err), nil)
	}
	switch {
	case len(s.Rows) > linksMost:
		return d.showLinks(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("表格有%d行，一次最多%d行，请分几次登记。", len(s.Rows), linksMost), nil)
	case !slices.Contains(s.Fields, "url"), !slices.Contains(s.Fields, "code") && !slices.Contains(s.Fields, "name"):
		return d.showLinks(w, r, http.StatusUnprocessableEntity, "表头里要有“网址”一列，以及“机关名称”或“机关代码”一列。", nil)
	}
	replace := r.PostFormValue("replace") != ""
	lines, list, err := d.readLinks(r, s)
	if err != nil {
		return err
	}
	if r.PostFormValue("do") == "save" {
		_, done, err := d.store.LinkPortals(r.Context(), page.By(r), list, replace)
		if err != nil {
			return err
		}
		return page.Done(w, r, "/desk/portal", "saved", done)
	}
	out, err := d.store.PlanPortals(r.Context(), page.VisitOf(r).Viewer, list, replace)
	if err != nil {
		return err
	}
	v := &linksPreview{Table: carriedLinks(s), Year: r.PostFormValue("year"), Replace: replace, Ignored: s.Ignored}
	i := 0
	for _, l := range lines {
		if l.Message == "" {
			l = plannedLine(l, out[i])
			i++
		}
		v.count(l)
	}
	v.Ready = v.New+v.Changed > 0
	code := http.StatusOK
	if v.Bad > 0 {
		code = http.StatusUnprocessableEntity
	}
	return d.showLinks(w, r, code, "", v)
}

func plannedLine(l linkLine, o store.PortalOutcome) linkLine {
	l.Old = o.Old
	switch {
	case o.Refused != nil:
		l.Message = o.Refused.Text
	case o.Same:
		l.Tag = page.Tag{Text: "不变"}
	case o.Old == "":
		l.Tag = page.Tag{Tone: "ok", Text: "登记"}
	default:
		l.Tag = page.Tag{Tone: "warn", Text: "替换"}
	}
	return l
}

func (v *linksPreview) count(l linkLine) {
	switch {
	case l.Message != "":
		l.Tag = page.Tag{Tone: "err", Text: "不登记"}
		v.Bad++
	case l.Tag.Tone == "":
		v.Same++
	case l.Tag.Tone == "ok":
		v.New++
	default:
		v.Changed++
	}
	if len(v.Lines) == linksShown {
		v.Cut++
		return
	}
	v.Lines = append(v.Lines, l)
}

// linksSent takes the list out of the form: what was pasted, or a file.
func linksSent(r *http.Request) (name string, data []byte, err error) {
	var big *http.MaxBytesError
	err = r.ParseMultipartForm(linksBytes)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	switch {
	case errors.As(err, &big):
		return "", nil, err
	case err != nil:
		return "", nil, &page.Input{Text: "提交的表单不完整，请返回后重新提交。"}
	}
	f, h, err := r.FormFile("file")
	if err == nil {
		defer f.Close()
		if data, err = io.ReadAll(io.LimitReader(f, linksBytes)); err != nil {
			return "", nil, err
		}
		return cleanName(h.Filename), data, nil
	}
	return "粘贴的表格", []byte(strings.TrimSpace(r.PostFormValue("table"))), nil
}

// readLinks finds the organ of each line. What is wrong with a line stands at it;
// the list holds the others, in order.
func (d *Desk) readLinks(r *http.Request, s rows.Sheet) ([]linkLine, []store.PortalLink, error) {
	v := page.VisitOf(r).Viewer
	known, err := d.linkOrgans(r, v)
	if err != nil {
		return nil, nil, err
	}
	var lines []linkLine
	var list []store.PortalLink
	seen := map[[2]int64]int{}
	for _, row := range s.Rows {
		l := linkLine{N: row.Line, Organ: row.Get("name"), Year: row.Get("year"), URL: row.Get("url")}
		if l.Organ == "" {
			l.Organ = row.Get("code")
		}
		if l.Year == "" {
			l.Year = strings.TrimSpace(r.PostFormValue("year"))
		}
		x := store.PortalLink{}
		l.Message = d.readLink(&x, known, row, l)
		if l.Message == "" {
			at := [2]int64{x.Organ, int64(x.Year)}
			if n, twice := seen[at]; twice {
				l.Message = fmt.Sprintf("与第%d行是同一个机关、同一个年度。", n)
			} else {
				seen[at] = row.Line
				list = append(list, x)
			}
		}
		lines = append(lines, l)
	}
	return lines, list, nil
}

func (d *Desk) readLink(x *store.PortalLink, known map[string][]org.Organ, row rows.Row, l linkLine) string {
	var found []org.Organ
	for _, w := range []string{row.Get("code"), row.Get("name")} {
		if w != "" {
			if found = known[text.Fold(w)]; len(found) > 0 {
				break
			}
		}
	}
	switch len(found) {
	case 0:
		return "没有找到这个机关，或者不在您能发布的范围内。请写全称、简称或代码。"
	case 1:
		x.Organ = found[0].ID
	default:
		return fmt.Sprintf("有%d个机关叫这个名称，请写机关代码。", len(found))
	}
	y, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(l.Year, "度"), "年"))
	if err != nil || y < 2000 || y > 2200 {
		return "没有写年度，或者年度不是四位数字。"
	}
	x.Year = y
	var problem string
	if x.URL, problem = org.CheckPortalURL(l.URL); problem != "" {
		return problem
	}
	if x.On, err = org.ParseDay(row.Get("on")); err != nil {
		return err.Error()
	}
	if x.On.After(d.cfg.Today()) {
		return "门户公开日期" + x.On.Chinese() + "还没有到。"
	}
	return ""
}

// linkOrgans are the organs the viewer may publish for, by code, name, short name
// and the names they had at the ends of years.
func (d *Desk) linkOrgans(r *http.Request, v org.Viewer) (map[string][]org.Organ, error) {
	all, err := d.store.Organs(r.Context())
	if err != nil {
		return nil, err
	}
	out := map[string][]org.Organ{}
	for _, o := range all {
		if !org.May(v, org.PublishReports, o.Subject()) {
			continue
		}
		seen := map[string]bool{"": true}
		for _, w := range []string{o.Code, o.Name, o.Short} {
			if w = text.Fold(w); !seen[w] {
				seen[w] = true
				out[w] = append(out[w], o)
			}
		}
	}
	return out, nil
}

// carriedLinks writes the list as it travels in the form.
func carriedLinks(s rows.Sheet) string {
	var b strings.Builder
	b.WriteString("机关代码\t机关名称\t年度\t网址\t门户公开日期\n")
	for _, row := range s.Rows {
		for i, f := range []string{"code", "name", "year", "url", "on"} {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(strings.NewReplacer("\t", " ", "\n", " ", "\r", " ", `"`, "＂").Replace(row.Get(f)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
