package requests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/ingest/limit"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) caseRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/case", Verb: org.SeeRequests, Serve: q.caseFile},
		{Pattern: "POST /desk/requests/{id}/case", Verb: org.SeeRequests, Body: body, Serve: q.caseAct},
		{Pattern: "GET /desk/requests/{id}/case/volume/{volume}", Verb: org.SeeRequests, Serve: q.caseVolume},
		{Pattern: "GET /desk/requests/{id}/case/handover/{format}", Verb: org.SeeRequests, Serve: q.caseHandover},
	}
}

type casePage struct {
	page.Base
	X       *store.RequestFile
	Key     string
	Docs    []caseLine
	Package *casework.Package
	Href    string // of the package
	Stale   bool   // something happened since it was made
	Failure string
	Changed bool
	Can     bool // it may be handed over now
	Why     string
	Receipt page.Field
	On      page.Field
}

type caseLine struct {
	Name, Volume, Note string
	On                 law.Date
}

var caseTemplate = page.NewTemplate(templates, "templates/casefile.html")

func (q *Requests) caseFile(w http.ResponseWriter, r *http.Request) error {
	return orFile(w, r, q.showCase(w, r, http.StatusOK, "", false))
}

func (q *Requests) showCase(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	p := casePage{Base: q.base(r, "requests", "案卷 "+x.Number), X: x, Key: page.NewKey(), Failure: failure, Changed: changed, Package: x.Content.Package}
	p.Crumbs = fileCrumbs(x)
	p.Receipt = page.Field{Name: "files", Label: "双方签字的移交清单", Kind: "file"}
	p.On = page.Field{Name: "on", Label: "移交日期", Kind: "date", Hint: "不填为今天。", Value: r.FormValue("on")}
	if k := p.Package; k != nil {
		p.Href = fmt.Sprintf("/desk/requests/%d/files/%d", x.ID, k.File)
		p.Stale = k.Trail != x.Trail
		for _, d := range k.Docs {
			v := volumes[0]
			if d.Inner {
				v = volumes[1]
			}
			p.Docs = append(p.Docs, caseLine{d.Name, v, d.Note, d.On})
		}
	}
	switch {
	case !x.Archived.IsZero():
	case x.State != casework.Closed:
		p.Why = "申请还没有办结，办结以后才能移交归档。"
	case slices.ContainsFunc(x.Remedies, func(y casework.RemedyCase) bool { return y.Ended.IsZero() }):
		p.Why = "还有没有结果的复议、诉讼，案卷不能移交。"
	default:
		p.Can = p.Package != nil && !p.Stale
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开案卷", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, caseTemplate, p)
}

// caseVolume gives one volume as one pdf.
func (q *Requests) caseVolume(w http.ResponseWriter, r *http.Request) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	i := slices.Index([]string{"main", "inner"}, r.PathValue("volume"))
	if i < 0 {
		return page.ErrNotFound
	}
	c, err := q.gather(r.Context(), x)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(c.docs, func(d casework.Document) bool { return d.Inner == (i == 1) }) {
		return &page.Input{Text: "副卷里没有文件。"}
	}
	var b bytes.Buffer
	if _, err := c.bind(r.Context(), &b, i == 1); err != nil {
		return tooMuch(err)
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开案卷", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return send(w, &b, "application/pdf", x.Number+volumes[i]+".pdf")
}

// tooMuch says what a bound of the binder means for the person.
func tooMuch(err error) error {
	var l *limit.Error
	if errors.As(err, &l) {
		return &page.Input{Text: "案卷不能合成一个 PDF：" + l.Msg + "可以下载归档包，里面每份文件各自在。"}
	}
	return err
}

// caseHandover prints the list that both sides sign.
func (q *Requests) caseHandover(w http.ResponseWriter, r *http.Request) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	k := x.Content.Package
	if k == nil {
		return page.ErrNotFound
	}
	return q.give(w, r, x, printed(casework.HandoverList(x.Request, x.OrganName, k.Docs, k.Hash, k.On)), "移交清单")
}

// caseAct makes the package, or registers that it was handed over.
func (q *Requests) caseAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	var verb store.RequestVerb
	switch r.FormValue("do") {
	case "pack":
		if x.Version != version {
			return q.showCase(w, r, http.StatusConflict, "", true)
		}
		k, f, err := q.packCase(r.Context(), x)
		if err != nil {
			return q.caseFailure(w, r, err)
		}
		verb = func(x *store.RequestFile, _ *calendar.Calendar, _ law.Date) error {
			x.Content.Package = k
			x.Content.Files = append(slices.DeleteFunc(x.Content.Files, func(o casework.File) bool { return o.Kind == "package" }), f)
			return nil
		}
	case "archive":
		bad := map[string]string{}
		day := dayOf(r, "on", bad)
		if len(bad) > 0 {
			return q.showCase(w, r, http.StatusUnprocessableEntity, bad["on"], false)
		}
		files, err := q.upload(r, x.ID, "files", "handover")
		if err != nil {
			return q.caseFailure(w, r, err)
		}
		verb = func(x *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
			k := x.Content.Package
			switch {
			case k == nil:
				return act.Refuse("请先生成归档包。")
			case k.Trail != x.Trail:
				return act.Refuse("生成归档包以后案卷又有变化，请重新生成，再移交。")
			case len(files) != 1:
				return act.Refuse("请上传双方签字的移交清单，一个文件。")
			}
			if day.IsZero() {
				day = today
			}
			if err := x.Archive(casework.Doing{On: day, Today: today}, k.Hash, len(k.Docs), files[0].ID); err != nil {
				return err
			}
			x.Content.Files = append(x.Content.Files, files...)
			return nil
		}
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	d, err := q.store.WithRequest(r.Context(), page.By(r), x.ID, version, verb)
	if err != nil {
		return q.caseFailure(w, r, err)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/requests/%d/case", x.ID), "saved", d)
}

func (q *Requests) caseFailure(w http.ResponseWriter, r *http.Request, err error) error {
	var no *act.Refusal
	var in *page.Input
	switch {
	case errors.As(err, &no):
		return q.showCase(w, r, http.StatusUnprocessableEntity, no.Text, false)
	case errors.As(err, &in):
		return q.showCase(w, r, http.StatusUnprocessableEntity, in.Text, false)
	case errors.Is(err, store.ErrTooLarge):
		return q.showCase(w, r, http.StatusUnprocessableEntity, "归档包超过64 MB，程序不保存。请把大的附件另行移交并在清单上注明。", false)
	case errors.Is(err, store.ErrConflict):
		return q.showCase(w, r, http.StatusConflict, "", true)
	}
	return err
}

// packCase makes the package and keeps it as a private file.
func (q *Requests) packCase(ctx context.Context, x *store.RequestFile) (*casework.Package, casework.File, error) {
	c, err := q.gather(ctx, x)
	if err != nil {
		return nil, casework.File{}, err
	}
	pr, pw := io.Pipe()
	type result struct {
		bound []int
		err   error
	}
	done := make(chan result, 1)
	go func() {
		bound, err := c.pack(ctx, pw)
		_ = pw.CloseWithError(err) // the reader gets it
		done <- result{bound, err}
	}()
	p, err := q.store.PutPrivate(ctx, store.RequestRef(x.ID), pr)
	_ = pr.Close() // what still writes stops
	res := <-done
	if res.err != nil && !errors.Is(res.err, io.ErrClosedPipe) {
		return nil, casework.File{}, tooMuch(res.err)
	}
	if err != nil {
		return nil, casework.File{}, err
	}
	today := q.cfg.Today()
	f := casework.File{ID: p.ID, Name: "归档包" + x.Number + ".zip", Kind: "package", On: today}
	return &casework.Package{On: today, File: p.ID, Hash: p.Hash, Trail: x.Trail, Docs: c.docs, Bound: res.bound}, f, nil
}

func kindChinese(kind string) string { return act.Kinds()[kind].Chinese }
