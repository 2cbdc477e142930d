package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"gongkai/collect"
	"gongkai/ingest/limit"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// kitPage asks for a county's files.
type kitPage struct {
	page.Base
	Message string
	Gone    bool // the files of a collection have just been deleted
	Left    []page.Field
	Right   []page.Field
	Kinds   string
}

var kitTemplate = page.NewTemplate(templates, "templates/kit.html", "templates/drop.html")

func (d *Desk) kitForm(w http.ResponseWriter, r *http.Request) error {
	owing, err := d.owing(r)
	if err != nil {
		return err
	}
	return d.kitAsk(w, r, http.StatusOK, form{Values: url.Values{"organs": {strings.Join(owing, "\n")}}}, map[string]string{}, "")
}

// mostOwing bounds the list that is filled in by itself: a county's.
const mostOwing = 500

// owing names the organs whose reports of last year the viewer collects, for the
// list of who has to report; none for who collects nothing, or too many.
func (d *Desk) owing(r *http.Request) ([]string, error) {
	v := page.VisitOf(r).Viewer
	if d.store == nil || !org.Able(v, org.ReviewReports) {
		return nil, nil
	}
	rows, next, err := d.store.Filings(r.Context(), store.FilingQuery{Year: d.cfg.Today().Year - 1, Viewer: v, Limit: mostOwing})
	if err != nil || next != "" {
		return nil, err
	}
	office := officeOf(v, "")
	var out []string
	for _, x := range rows {
		if x.Organ.ID != office {
			out = append(out, x.Organ.Name)
		}
	}
	return out, nil
}

func (d *Desk) kitAsk(w http.ResponseWriter, r *http.Request, code int, f form, msg map[string]string, message string) error {
	p := kitPage{Base: d.base(r, "kit", "收报", "desk.js"), Message: message, Kinds: kinds, Gone: r.URL.Query().Has("deleted")}
	year := d.cfg.Today().Year - 1
	if n, err := strconv.Atoi(f.Get("year")); err == nil {
		year = n
	}
	var years []int
	for y := d.cfg.Today().Year; y >= 2019; y-- {
		years = append(years, y)
	}
	p.Left = []page.Field{
		{Name: "year", Kind: "select", Label: "年度", Hint: "报告所属的年度：一月份收的是上一年的报告", Options: page.Years(years, year), Message: msg["year"]},
		{Name: "from", Kind: "text", Label: "收报单位", Hint: "写在退回意见上，例如：云岭县人民政府办公室", Value: f.Get("from"), Max: 60, Message: msg["from"]},
		{Name: "deadline", Kind: "text", Label: "改正期限", Hint: "写在退回意见上，可不填，例如：" + fmt.Sprintf("%d-01-25", d.cfg.Today().Year), Value: f.Get("deadline"), Message: msg["deadline"]},
		{Name: "previous", Kind: "file", Label: "上次的结果文件（结果.json）", Hint: "在上次下载的压缩包里；带来就能看到改了什么。", Accept: ".json", Message: msg["previous"]},
	}
	p.Right = []page.Field{
		{Name: "organs", Kind: "textarea", Label: "应报机关名单", Rows: 6, Hint: "每行一个机关全称，可直接从 WPS 或 Excel 粘贴；不填就不检查缺报。", Value: f.Get("organs"), Message: msg["organs"]},
		{Name: "organsfile", Kind: "file", Label: "或者上传名单文件", Hint: "xlsx、csv、txt、docx 均可，取每行第一列。", Accept: ".xlsx,.xls,.csv,.txt,.docx", Message: msg["organsfile"]},
	}
	return page.RenderStatus(w, r, code, kitTemplate, p)
}

// kitRun reads what came in and holds the result.
func (d *Desk) kitRun(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	msg := map[string]string{}
	k := &kit{From: clip(strings.TrimSpace(f.Get("from")), 60)}
	if s := f.Get("year"); s != "" {
		if k.Year, err = strconv.Atoi(s); err != nil || k.Year < 2008 || k.Year > 2200 {
			msg["year"] = "年度请写成四位数字，例如 2025。"
		}
	}
	if k.Deadline, err = parseDay(f.Get("deadline")); err != nil {
		msg["deadline"] = fmt.Sprintf("“%s”不是日期，请写成 %d-01-25 的样子。", clip(f.Get("deadline"), 20), d.cfg.Today().Year)
	}
	at := ""
	if k.Organs, k.Unclear, at, err = organList(r.Context(), f); err != nil {
		msg[at] = limit.Message(err)
	}
	var previous []byte
	if u, ok := f.file("previous"); ok {
		previous = u.Data
	}
	taken, rej := kitFiles(f)
	a := newReply(w, r)
	ask := func(message string) func() error {
		return func() error { return d.kitAsk(w, r, http.StatusUnprocessableEntity, f, msg, message) }
	}
	if len(msg) > 0 {
		return a.refuse("有几项需要修改，见下面红色的说明。", msg, ask("有几项需要修改，见下面红色的说明。文件需要重新选择。"))
	}
	k.Files, k.Rejected = taken, rej
	if message, err := d.collect(r.Context(), k, previous, a.progress()); err != nil {
		return err
	} else if message != "" {
		return a.refuse(message, nil, ask(message))
	}
	return a.done("/kit/" + d.kits.put(k))
}

// kitMore takes corrected files: the new file of an organ replaces the old one,
// and the list says what changed.
func (d *Desk) kitMore(w http.ResponseWriter, r *http.Request) error {
	old := d.kits.get(r.PathValue("id"))
	if old == nil {
		return d.kitGone(w, r)
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	a := newReply(w, r)
	again := func(message string) func() error {
		return func() error { return d.kitList(w, r, http.StatusUnprocessableEntity, old, message) }
	}
	fresh, rej := kitFiles(f)
	if len(fresh) == 0 {
		message := "还没有选择改正后的文件。请把各机关改好的文件拖到框里，再提交。"
		if len(rej) > 0 {
			message = "“" + rej[0].Name + "”：" + rej[0].Why
		}
		return a.refuse(message, nil, again(message))
	}
	before, err := json.Marshal(old.Result.Snapshot(old.From, d.cfg.Today().String()))
	if err != nil {
		return err
	}
	k := &kit{ID: old.ID, Organs: old.Organs, Unclear: old.Unclear, Year: old.Result.Year, From: old.From, Deadline: old.Deadline, Rejected: rej, Rounds: old.Rounds}
	if k.Files, err = d.replace(r.Context(), old, fresh); err != nil {
		return err
	}
	if message, err := d.collect(r.Context(), k, before, a.progress()); err != nil {
		return err
	} else if message != "" {
		return a.refuse(message, nil, again(message))
	}
	return a.done("/kit/" + d.kits.put(k))
}

// replace drops the old files of those organs that the new files are from.
func (d *Desk) replace(ctx context.Context, old *kit, fresh []collect.File) ([]collect.File, error) {
	probe, err := collect.Run(ctx, collect.Input{Files: fresh, Organs: old.Organs, Year: old.Result.Year, Today: d.cfg.Today()}, nil)
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for _, f := range fresh {
		gone[f.Name] = true
	}
	for _, row := range probe.Rows {
		if row.Report == nil {
			continue
		}
		if was := old.Result.Row(row.Organ); was != nil {
			gone[was.File] = true
			for _, o := range was.Other {
				gone[o] = true
			}
		}
	}
	var files []collect.File
	for _, f := range old.Files {
		if !gone[f.Name] {
			files = append(files, f)
		}
	}
	return append(files, fresh...), nil
}

// collect runs the collection; the message is for a person.
func (d *Desk) collect(ctx context.Context, k *kit, previous []byte, progress collect.Progress) (string, error) {
	size := 0
	for _, f := range k.Files {
		size += len(f.Data)
	}
	if size > kitsBytes*3/4 {
		return fmt.Sprintf("文件合计超过 %d MB，请用命令 gongkai report collect 处理整个文件夹。", kitsBytes*3/4>>20), nil
	}
	res, err := collect.Run(ctx, collect.Input{Files: k.Files, Organs: k.Organs, Year: k.Year, From: k.From,
		Today: d.cfg.Today(), Deadline: k.Deadline, Previous: previous, Last: d.lastOfAll(ctx, k), Fonts: d.cfg.Fonts}, progress)
	switch {
	case errors.Is(err, collect.ErrPrevious):
		return "“上次的结果文件”不是本系统保存的 结果.json，或者不是同一年度的。请选择上次下载的压缩包里的 结果.json。", nil
	case errors.Is(err, collect.ErrNothing):
		return "还没有选择文件。请把各机关的报告文件一起拖到框里，或者打成一个 zip 压缩包。", nil
	case err != nil:
		return "", fmt.Errorf("desk: collect: %w", err)
	}
	k.Result = res
	k.Rounds++
	return "", nil
}

// kitFiles takes the files of a form, archives unpacked, and says which could
// not be taken.
func kitFiles(f form) ([]collect.File, []rejected) {
	var files []upload
	for _, u := range f.files {
		if u.Field == "files" {
			files = append(files, u)
		}
	}
	files = unzip(files)
	var out []collect.File
	var rej []rejected
	seen := map[string]bool{}
	for _, u := range files {
		name := u.Name
		if u.Err != nil {
			rej = append(rej, rejected{name, limit.Message(u.Err)})
			continue
		}
		for n := 2; seen[name]; n++ { // two folders dropped at once may hold the same name
			name = strings.TrimSuffix(u.Name, path.Ext(u.Name)) + fmt.Sprintf("（%d）", n) + path.Ext(u.Name)
		}
		seen[name] = true
		out = append(out, collect.File{Name: name, Data: u.Data})
	}
	return out, rej
}
