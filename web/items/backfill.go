package items

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/collect"
	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) backfillRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/backfill", Verb: org.SeeItems, Serve: t.backfill},
		{Pattern: "POST /desk/backfill", Verb: org.EditItems, Time: draftTime, Serve: t.backfillDo},
		{Pattern: "GET /desk/backfill/import", Verb: org.EditItems, Serve: t.backfillForm},
		{Pattern: "POST /desk/backfill/import", Verb: org.EditItems, Body: draftBody, Time: draftTime, Serve: t.backfillImport},
		{Pattern: "GET /desk/backfill/{id}", Verb: org.SeeItems, Serve: t.backfillLine},
		{Pattern: "POST /desk/backfill/{id}", Verb: org.EditItems, Serve: t.backfillSave},
		{Pattern: "GET /desk/backfill/{id}/file", Verb: org.SeeItems, Serve: t.backfillFile},
	}
}

type backfillPage struct {
	page.Base
	Tabs    []page.Link
	Tab     string
	Q       string
	Rows    []backfillLine
	Pager   page.Pager
	May     bool
	Failed  []page.Link // Key is why
	Began   int
	Failure string
}

type backfillLine struct {
	ID                          int64
	What                        page.Link
	State                       page.Tag
	DocNo, Kind, Made, Original string
	Lacks, File, Who, Item      string
	Version                     int64
	Tick                        bool
}

var backfillTemplate = page.NewTemplate(templates, "templates/backfill.html")

// draftedAtOnce bounds how many files are read for one click.
const draftedAtOnce = 20

func (t *Items) backfill(w http.ResponseWriter, r *http.Request) error {
	return t.showBackfill(w, r, http.StatusOK, backfillPage{})
}

func (t *Items) showBackfill(w http.ResponseWriter, r *http.Request, code int, p backfillPage) error {
	v := page.VisitOf(r).Viewer
	q := store.BackfillQuery{State: proactive.BackfillState(r.FormValue("state")), Search: clip(strings.TrimSpace(r.FormValue("q")), 60), Limit: 60}
	q.After, _ = strconv.ParseInt(r.FormValue("after"), 10, 64) // what is no number is none
	if !slices.Contains(proactive.BackfillStates(), q.State) {
		q.State = ""
	}
	counts, err := t.store.BackfillCounts(r.Context(), v, 0)
	if err != nil {
		return err
	}
	p.Base, p.Tab, p.Q, p.May = t.base(r, "backfill", "补录清单"), string(q.State), q.Search, org.Able(v, org.EditItems)
	again := func(state, after string) string {
		return page.With("/desk/backfill", "state", state, "q", q.Search, "after", after)
	}
	p.Tabs = []page.Link{{Text: "全部", Href: again("", "")}}
	for _, s := range proactive.BackfillStates() {
		p.Tabs = append(p.Tabs, page.Link{Key: string(s), Text: fmt.Sprintf("%s %d", s.Chinese(), counts[s]), Href: again(string(s), "")})
	}
	list, err := t.store.Backfills(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range list {
		l := backfillLine{ID: x.ID, What: page.Link{Text: orOther(x.Title, "（已清除）"), Href: fmt.Sprintf("/desk/backfill/%d", x.ID)}, State: backfillTag(x.State), DocNo: x.DocNo, Kind: x.Kind.Chinese(), Made: x.Made.String(), Original: x.Original.String(), File: x.FileName,
			Who: x.PersonName, Version: x.Version, Tick: x.Edits && (x.State == proactive.StockToDo && x.Lacks() == "" || x.State == proactive.StockDrafted)}
		if x.State == proactive.StockToDo {
			l.Lacks = x.Lacks()
		}
		if x.Item != 0 {
			l.Item = itemHref(x.Item)
		}
		p.Rows = append(p.Rows, l)
	}
	if len(list) == q.Limit {
		p.Pager.Next = again(p.Tab, fmt.Sprint(list[len(list)-1].ID))
	}
	if q.After != 0 {
		p.Pager.First = again(p.Tab, "")
	}
	return page.RenderStatus(w, r, code, backfillTemplate, p)
}

func backfillTag(s proactive.BackfillState) page.Tag {
	return page.Tag{Text: s.Chinese(), Tone: map[proactive.BackfillState]string{proactive.StockToDo: "warn", proactive.StockOut: "ok"}[s]}
}

// backfillDo drafts the ticked lines, or hands their drafts in for review.
func (t *Items) backfillDo(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	ticks := r.PostForm["tick"]
	switch {
	case len(ticks) == 0:
		return t.showBackfill(w, r, http.StatusUnprocessableEntity, backfillPage{Failure: "请先勾选要办的。"})
	case len(ticks) > draftedAtOnce:
		return t.showBackfill(w, r, http.StatusUnprocessableEntity, backfillPage{Failure: fmt.Sprintf("一次最多办%d件，请分几次。", draftedAtOnce)})
	}
	base := page.By(r)
	base.Reason = ""
	var p backfillPage
	for _, tick := range ticks {
		id, err := strconv.ParseInt(tick, 10, 64)
		if err != nil {
			return page.ErrNotFound
		}
		x, err := t.store.Backfill(r.Context(), base.Viewer, id)
		if err != nil {
			return err
		}
		by := base
		if by.Key != "" {
			by.Key = clip(by.Key, 60) + "-" + tick
		}
		if x.Item == 0 {
			err = t.draftStock(r, by, x)
		} else {
			_, err = t.store.WithItem(r.Context(), by, x.Item, x.ItemVersion, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Hand(d) })
		}
		_, message, ok := catSay(err)
		switch {
		case err == nil:
			p.Began++
		case ok:
			p.Failed = append(p.Failed, page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/backfill/%d", id), Key: message})
		default:
			return err
		}
	}
	if len(p.Failed) == 0 {
		return page.Done(w, r, page.With("/desk/backfill", "state", r.PostFormValue("state")), "stockdrafted", store.Done{})
	}
	return t.showBackfill(w, r, http.StatusUnprocessableEntity, p)
}

// draftStock makes the draft of a line: its file is read and attached.
func (t *Items) draftStock(r *http.Request, by store.By, x store.BackfillRow) error {
	n := store.NewItem{ID: t.store.NewID(), Organ: x.Organ, Kind: x.Kind, Content: x.Content()}
	if x.File != 0 {
		name, _, file, err := t.store.OpenBackfillFile(r.Context(), by.Viewer, x.ID)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		if slices.Contains(readable, strings.ToLower(path.Ext(name))) {
			if said, err := t.readBody(r, &n, name, data); err != nil {
				return err
			} else if said != "" {
				return act.Refuse(said)
			}
		}
		if n.Content.Body.Empty() { // a scan: it is shown itself
			f, bad, err := t.putFile(r, n.ID, name, data)
			if err != nil {
				return err
			}
			if bad != "" {
				return act.Refuse(bad)
			}
			n.Content.Files = append(n.Content.Files, f)
		}
	}
	t.propose(&n)
	n.Content.Category = x.Category
	_, err := t.store.DraftBackfill(r.Context(), by, x.ID, x.Version, n)
	return err
}

type backfillImportPage struct {
	page.Base
	Failure string
	Organs  []page.Option
	Fields  []page.Field
	Lines   []catLine // that are wrong
	Columns string
}

var backfillImportTemplate = page.NewTemplate(templates, "templates/backfill_import.html")

var backfillColumns = []struct {
	name  string
	words []string
}{{"title", []string{"标题", "文件名称", "名称"}}, {"doc_no", []string{"文号", "发文字号"}}, {"made", []string{"成文日期", "印发日期"}}, {"original", []string{"原发布日期", "发布日期", "发布时间"}}, {"url", []string{"网址", "原网址", "链接"}},
	{"file", []string{"文件名", "文件", "附件名"}}, {"kind", []string{"类别", "信息类别"}}, {"category", []string{"目录代码", "公开目录", "栏目"}}}

func (t *Items) backfillForm(w http.ResponseWriter, r *http.Request) error {
	return t.showBackfillImport(w, r, http.StatusOK, "", nil)
}

func (t *Items) showBackfillImport(w http.ResponseWriter, r *http.Request, code int, failure string, lines []catLine) error {
	_, options, err := t.sectionOf(r, org.EditItems)
	if err != nil {
		return err
	}
	p := backfillImportPage{Base: t.base(r, "backfill", "导入补录清单"), Failure: failure, Organs: options, Lines: lines}
	p.Crumbs = []page.Link{{Text: "补录清单", Href: "/desk/backfill"}}
	var heads []string
	for _, c := range backfillColumns {
		heads = append(heads, c.words[0])
	}
	p.Columns = strings.Join(heads, "、")
	p.Fields = []page.Field{{Name: "list", Label: "清单", Kind: "file", Accept: ".xlsx,.csv", Hint: "xlsx 或 CSV，每件一行；旧系统导出的表也可以。"},
		{Name: "zip", Label: "文件夹（压缩成 zip）", Kind: "file", Accept: ".zip", Hint: "里面的文件按清单的“文件名”对上；没有清单的，文件名就是标题。合计不超过90 MB。"}}
	return page.RenderStatus(w, r, code, backfillImportTemplate, p)
}

// backfillImport reads a list and a folder. One wrong line keeps all of it out.
func (t *Items) backfillImport(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, _, err := t.sectionOf(r, org.EditItems)
	if err != nil {
		return err
	}
	again := func(failure string, lines []catLine) error {
		return t.showBackfillImport(w, r, http.StatusUnprocessableEntity, failure, lines)
	}
	var list []proactive.Backfill
	var wrong []catLine
	if h := firstFile(r, "list"); h != nil {
		data, bad, err := content(h)
		if err != nil {
			return err
		}
		if bad != "" || len(data) > catBytes {
			return again(orOther(bad, "清单超过8 MB，请分几次导入。"), nil)
		}
		known := map[string]string{}
		for _, c := range backfillColumns {
			for _, word := range c.words {
				known[word] = c.name
			}
		}
		sheet, err := rows.Read(h.Filename, data, known)
		if err != nil {
			return again(limit.Message(err), nil)
		}
		if len(sheet.Rows) > proactive.MaxBackfill {
			return again(fmt.Sprintf("一次最多导入%d件，请分几次。", proactive.MaxBackfill), nil)
		}
		for _, row := range sheet.Rows {
			x, says := t.stockOf(row.Values)
			if list = append(list, x); len(says) > 0 {
				wrong = append(wrong, catLine{N: row.Line, State: page.Tag{Tone: "err", Text: "有误"}, Cells: []string{clip(x.Title, 80)}, Messages: says})
			}
		}
	}
	files := map[string][]byte{}
	if h := firstFile(r, "zip"); h != nil {
		data, bad, err := content(h)
		if err != nil {
			return err
		}
		if bad != "" {
			return again(bad, nil)
		}
		listed := map[string]bool{}
		for _, x := range list {
			listed[x.FileName] = true
		}
		for _, u := range collect.Unpack([]collect.File{{Name: fileName(h.Filename), Data: data}}) {
			name := fileName(path.Base(u.Name))
			switch _, twice := files[name]; {
			case u.Err != nil:
				wrong = append(wrong, catLine{State: page.Tag{Tone: "err", Text: "有误"}, Cells: []string{name}, Messages: []string{limit.Message(u.Err)}})
				continue
			case twice:
				wrong = append(wrong, catLine{State: page.Tag{Tone: "err", Text: "有误"}, Cells: []string{name}, Messages: []string{"压缩包里有两个同名的文件，请改名。"}})
				continue
			}
			files[name] = u.Data
			if !listed[name] {
				list = append(list, proactive.BackfillOf(name))
			}
		}
	}
	if len(list) == 0 && len(wrong) == 0 {
		return again("没有读到内容。请选择清单或者压缩包，清单要有一行写各列的名称。", nil)
	}
	known, err := t.store.Known(r.Context(), o.ID, list)
	if err != nil {
		return err
	}
	for i, x := range list {
		if known[i] {
			wrong = append(wrong, catLine{State: page.Tag{Tone: "err", Text: "重复"}, Cells: []string{clip(x.Title, 80)}, Messages: []string{"标题和文号相同的信息已经在清单或者平台里，请从清单里去掉。"}})
		}
		if _, there := files[x.FileName]; x.FileName != "" && !there {
			wrong = append(wrong, catLine{State: page.Tag{Tone: "err", Text: "有误"}, Cells: []string{clip(x.Title, 80)}, Messages: []string{"压缩包里没有“" + x.FileName + "”。"}})
		}
	}
	if len(wrong) > 0 {
		return again(fmt.Sprintf("有%d处要改，改好以后再导入；现在一件也没有列入。", len(wrong)), wrong[:min(len(wrong), catShown)])
	}
	for i := range list {
		list[i].ID = t.store.NewID()
		if data, ok := files[list[i].FileName]; ok {
			f, err := t.store.PutPrivate(r.Context(), store.BackfillRef(list[i].ID), bytes.NewReader(data))
			if _, message, say := catSay(err); say {
				return again("“"+list[i].FileName+"”："+message, nil)
			}
			if err != nil {
				return err
			}
			list[i].File = f.ID
		}
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.ListBackfill(r.Context(), by, o.ID, list)
	if _, message, say := catSay(err); say {
		return again(message, nil)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/backfill?state=todo", "stocklisted", d)
}

// stockOf reads one line of a list or a form.
func (t *Items) stockOf(v map[string]string) (x proactive.Backfill, says []string) {
	get := func(f string) string { return oneLine(v[f]) }
	x = proactive.Backfill{Title: get("title"), DocNo: get("doc_no"), URL: get("url"), FileName: get("file"), Kind: proactive.KindNamed(get("kind")), Category: proactive.CategoryNamed(get("category"))}
	if get("kind") == "" {
		x.Kind = proactive.KindOf(x.Title)
	}
	if get("category") == "" {
		x.Category = x.Kind.Category()
	}
	var err error
	if x.Made, err = org.ParseDay(get("made")); err != nil {
		says = append(says, "成文日期："+err.Error())
	}
	if x.Original, err = org.ParseDay(get("original")); err != nil {
		says = append(says, "原发布日期："+err.Error())
	}
	bad := x.Check(t.cfg.Today())
	for _, c := range backfillColumns {
		if bad[c.name] != "" {
			says = append(says, c.words[0]+"："+bad[c.name])
		}
	}
	return x, says
}

type backfillLinePage struct {
	page.Base
	ID       int64
	State    page.Tag
	Failure  string
	Fields   []page.Field
	May      bool
	Version  int64
	File     string
	FileHref string
	Item     string
	Dropped  string
}

var backfillLineTemplate = page.NewTemplate(templates, "templates/backfill_line.html")
