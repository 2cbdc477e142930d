package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// packageBytes bounds an upload of packages.
const packageBytes = reporting.MaxPackage + 1<<20

func (d *Desk) packageRoutes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /desk/packages", Verb: org.SeeReports, Serve: d.packages},
		{Pattern: "POST /desk/packages/import", Verb: org.EditReports, Body: packageBytes, Time: readTime, Serve: d.packageImport},
		{Pattern: "POST /desk/packages/out", Verb: org.EditReports, Time: readTime, Serve: d.packageOut},
		{Pattern: "POST /desk/packages/answer", Verb: org.ReviewReports, Time: readTime, Serve: d.packageAnswer},
		{Pattern: "GET /desk/packages/peers", Verb: org.EditSettings, Serve: d.packagePeers},
		{Pattern: "POST /desk/packages/peers", Verb: org.EditSettings, Sure: true, Serve: d.packagePeerSave},
	}
	for i := range routes {
		routes[i].Role = page.Officer
	}
	return routes
}

type packagesPage struct {
	page.Base
	Failure string
	Years   []page.Option
	Year    int
	Own     []ownPackage // of the viewer's own organs
	In, Out []packageLine
	Imports bool // the viewer may take something in
	File    page.Field
	Reviews bool
	Peers   string // where other instances are entered, "" for who may not
	Known   bool   // any other instance is entered
}

// ownPackage is a report of the viewer's own organ that may go out.
type ownPackage struct {
	Organ  int64
	Name   string
	State  page.Tag
	Ready  bool
	Source bool // there is a file to go along
	Href   string
}

// packageLine is a package that came in, or one that went out.
type packageLine struct {
	Organ    int64
	Name     string
	Href     string
	N        int
	State    page.Tag
	On       law.Date
	Peer, At string
	Now      string // the filing as it stands
	Answer   bool   // an answer may be made
	Answered bool
}

var packagesTemplate = page.NewTemplate(templates, "templates/packages.html")

func (d *Desk) packages(w http.ResponseWriter, r *http.Request) error {
	return d.showPackages(w, r, http.StatusOK, r.URL.Query().Get("year"), "")
}

func (d *Desk) showPackages(w http.ResponseWriter, r *http.Request, code int, askedYear, failure string) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	year, err := d.collectingYear(askedYear)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := packagesPage{Base: d.packageBase(r, "报送包"), Failure: failure, Year: year, Years: d.collectingYears(year),
		Imports: org.Able(v, org.EditReports), Reviews: org.Able(v, org.ReviewReports)}
	p.File = page.Field{Name: "file", Label: "报送包或答复", Kind: "file", Accept: ".json,application/json", Required: true, Hint: "对方给的 .json 文件，是哪一种会自动识别。"}
	if org.Able(v, org.EditSettings) {
		p.Peers = "/desk/packages/peers"
	}
	peers, err := d.store.Peers(ctx, v)
	if err != nil {
		return err
	}
	p.Known = len(peers) > 0
	for _, id := range v.Scope(org.EditReports).Homes() {
		f, err := d.store.Filing(ctx, v, id, year)
		if err != nil {
			return err
		}
		if f.Version == 0 {
			continue
		}
		p.Own = append(p.Own, ownPackage{Organ: id, Name: f.Organ.Name, State: packageTag(f.State), Source: f.FileName != "", Href: fmt.Sprintf("/desk/filing/%d/%d", id, year),
			Ready: f.State == reporting.FilingSubmitted || f.State == reporting.FilingAccepted || f.State == reporting.FilingPublished})
	}
	rows, err := d.store.Packages(ctx, v, year)
	if err != nil {
		return err
	}
	for _, x := range rows {
		l := packageLine{Organ: x.Organ.ID, Name: x.Organ.Name, N: x.N, State: packageTag(x.State), On: x.On, Peer: x.Peer, At: x.At.In(law.Beijing).Format("2006-01-02 15:04"),
			Now: x.Filing.Chinese(), Answered: x.Answer}
		if x.Out {
			l.Href = fmt.Sprintf("/desk/filing/%d/%d", x.Organ.ID, year)
			if x.State == reporting.FilingSubmitted {
				l.State = page.Tag{Text: "对方已收到"}
			}
			p.Out = append(p.Out, l)
			continue
		}
		l.Href = fmt.Sprintf("/desk/collecting/%d/%d", x.Organ.ID, year)
		l.Answer = x.Last && p.Reviews
		p.In = append(p.In, l)
	}
	return page.RenderStatus(w, r, code, packagesTemplate, p)
}

func (d *Desk) packageBase(r *http.Request, title string) page.Base {
	b := d.base(r, "packages", title)
	b.Styles = append(b.Styles, d.assets.Path("collecting.css"))
	return b
}

func packageTag(s reporting.FilingState) page.Tag {
	t := page.Tag{Text: s.Chinese()}
	switch s {
	case reporting.FilingAccepted, reporting.FilingPublished:
		t.Tone = "ok"
	case reporting.FilingReturned:
		t.Tone = "warn"
	case "":
		t.Text = "还没有答复"
	}
	return t
}

// refusedText is what a refusal says, or what to say of a conflict; "" for any
// other error.
func refusedText(err error) string {
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return refused.Text
	case errors.Is(err, store.ErrConflict):
		return "在您办理期间，同事已经改动了这份报告。请核对后再试。"
	}
	return ""
}

// packageImport takes in a package or an answer.
func (d *Desk) packageImport(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	again := func(text string) error {
		return d.showPackages(w, r, http.StatusUnprocessableEntity, f.Get("year"), text)
	}
	u, ok := f.file("file")
	switch {
	case !ok:
		return again("请选择要导入的文件：对方生成的报送包，或者对报送包的答复。")
	case u.Err != nil:
		return again(fmt.Sprintf("文件太大，报送包不超过%d MB。", reporting.MaxPackage>>20))
	}
	p, err := d.store.OpenPackage(r.Context(), page.By(r), u.Data)
	if text := refusedText(err); text != "" {
		return again(text)
	}
	if err != nil {
		return missing(err)
	}
	to, word := fmt.Sprintf("/desk/packages?year=%d", p.Year), "tookpackage"
	var done store.Done
	if p.Answer != nil {
		word = "tookanswer"
		done, err = d.store.TakeAnswer(r.Context(), page.By(r), p)
	} else {
		findings, judged := d.store.JudgePackage(r.Context(), p)
		if judged != nil {
			return judged
		}
		done, err = d.store.TakePackage(r.Context(), page.By(r), p, findings)
	}
	if text := refusedText(err); text != "" {
		return again(text)
	}
	if err != nil {
		return missing(err)
	}
	if done.Act == 0 && !done.Repeated {
		word = "samepackage"
	}
	return page.Done(w, r, to, word, done)
}

// packageForm reads which organ and year a form is about.
func packageForm(r *http.Request) (organ int64, year int, err error) {
	if err := r.ParseForm(); err != nil {
		return 0, 0, &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	organ, err = strconv.ParseInt(r.PostFormValue("organ"), 10, 64)
	if err != nil {
		return 0, 0, page.ErrNotFound
	}
	if year, err = strconv.Atoi(r.PostFormValue("year")); err != nil {
		return 0, 0, page.ErrNotFound
	}
	return organ, year, nil
}

// packageOut makes a package and hands it over as a file.
func (d *Desk) packageOut(w http.ResponseWriter, r *http.Request) error {
	organ, year, err := packageForm(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	by.Key = "" // made again it is the same file
	b, err := d.store.ExportPackage(r.Context(), by, organ, year, r.PostFormValue("source") != "")
	return d.handOver(w, r, "报送包", organ, year, b, err)
}

func (d *Desk) packageAnswer(w http.ResponseWriter, r *http.Request) error {
	organ, year, err := packageForm(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	by.Key = ""
	b, err := d.store.ExportAnswer(r.Context(), by, organ, year)
	return d.handOver(w, r, "答复", organ, year, b, err)
}

func (d *Desk) handOver(w http.ResponseWriter, r *http.Request, what string, organ int64, year int, b []byte, err error) error {
	if text := refusedText(err); text != "" {
		return d.showPackages(w, r, http.StatusUnprocessableEntity, strconv.Itoa(year), text)
	}
	if err != nil {
		return missing(err)
	}
	o, err := d.store.Organ(r.Context(), organ)
	if err != nil {
		return missing(err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", `attachment; filename="package.json"; filename*=UTF-8''`+url.PathEscape(cleanName(fmt.Sprintf("%s-%s-%d年度.json", what, strings.TrimSpace(o.ShortName()), year))))
	_, err = w.Write(b)
	return err
}
