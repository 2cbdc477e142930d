package items

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

func (t *Items) wordsRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/words", Verb: org.SeeItems, Serve: t.words},
		{Pattern: "GET /desk/words/new", Verb: org.EditCatalogue, Serve: t.wordsForm},
		{Pattern: "POST /desk/words/new", Verb: org.EditCatalogue, Body: catBody, Serve: t.wordsForm},
		{Pattern: "GET /desk/words/shipped", Verb: org.SeeItems, Serve: t.wordsShipped},
		{Pattern: "GET /desk/words/synonyms", Verb: org.SeeItems, Serve: t.synonyms},
		{Pattern: "POST /desk/words/synonyms", Verb: org.EditSettings, Serve: t.synonymsSave},
		{Pattern: "GET /desk/words/{id}", Verb: org.SeeItems, Serve: t.wordsForm},
		{Pattern: "POST /desk/words/{id}", Verb: org.EditCatalogue, Body: catBody, Serve: t.wordsForm},
		{Pattern: "GET /desk/words/{id}/export", Verb: org.SeeItems, Serve: t.wordsExport},
	}
}

func wordsHref(id int64) string { return fmt.Sprintf("/desk/words/%d", id) }

type wordsPage struct {
	page.Base
	Organs          []page.Option
	Name            string
	May             bool
	New, Synonyms   string
	Own, Above      []wordsRow
	Shipped         []wordsRow
	Groups, Decided int // of synonyms: here, and above
}

type wordsRow struct {
	What                    page.Link
	Kind, Whose, From, To   string
	Source, Count, SavedDay string
	State                   page.Tag
}

var wordsTemplate = page.NewTemplate(templates, "templates/words.html")

// wordsTag is whether a list holds today.
func wordsTag(l vetting.List, today law.Date) page.Tag {
	switch {
	case l.InForce(today):
		return page.Tag{Tone: "ok", Text: "在用"}
	case today.Before(l.From):
		return page.Tag{Tone: "warn", Text: "还没有施行"}
	}
	return page.Tag{Text: "已停用"}
}

func (t *Items) words(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	list, err := t.store.WordLists(r.Context(), v, o.ID)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	p := wordsPage{Base: t.catBase(r, "words", "审查词表和同义词"), Organs: options, Name: o.Name, May: org.May(v, org.EditCatalogue, o.Subject()),
		New: page.With("/desk/words/new", "organ", id), Synonyms: page.With("/desk/words/synonyms", "organ", id)}
	for _, x := range list {
		row := wordsRow{What: page.Link{Text: x.Name, Href: wordsHref(x.ID)}, Kind: x.Kind.Chinese(), Whose: x.OrganName, From: x.From.String(), To: x.To.String(), Source: x.Source, Count: fmt.Sprint(x.Count),
			SavedDay: law.DateOf(x.Saved).String(), State: wordsTag(x.List, t.cfg.Today())}
		if x.Organ == o.ID {
			p.Own = append(p.Own, row)
		} else {
			p.Above = append(p.Above, row)
		}
	}
	for i, l := range vetting.Shipped() {
		p.Shipped = append(p.Shipped, wordsRow{What: page.Link{Text: l.Name, Href: page.With("/desk/words/shipped", "list", fmt.Sprint(i))}, Count: fmt.Sprint(len(l.Entries))})
	}
	said, err := t.synonymsOf(r, o)
	if err != nil {
		return err
	}
	p.Groups = len(said.own)
	for _, g := range said.above {
		p.Decided += len(g.Lines)
	}
	return page.Render(w, r, wordsTemplate, p)
}

type wordsShippedPage struct {
	page.Base
	Entries []vetting.Entry
	Inside  bool
}

var wordsShippedTemplate = page.NewTemplate(templates, "templates/words_shipped.html")

// wordsShipped shows a list that everybody has; nobody can change it, and an
// exception is a list of the office's own.
func (t *Items) wordsShipped(w http.ResponseWriter, r *http.Request) error {
	list := vetting.Shipped()
	n, err := strconv.Atoi(r.FormValue("list"))
	if err != nil || n < 0 || n >= len(list) {
		return page.ErrNotFound
	}
	p := wordsShippedPage{Base: t.catBase(r, "words", list[n].Name, page.Link{Text: "审查词表和同义词", Href: "/desk/words"}), Entries: list[n].Entries, Inside: list[n].Kind == vetting.Internal}
	return page.Render(w, r, wordsShippedTemplate, p)
}

type wordsFormPage struct {
	page.Base
	X             store.WordList
	State         page.Tag
	Action, Back  string
	Kind          string
	Whose         string
	May           bool
	Old           int64 // edition that is shown, 0 for the present one
	Failure       string
	Kinds         *page.Field
	Name, Origin  page.Field
	From, To      page.Field
	Text, File    page.Field
	Faults        []vetting.Fault
	Checked       bool
	Count         int
	Added, Gone   []vetting.Entry
	More          int // changes that are not listed
	Entries       []vetting.Entry
	Editions      []wordsEdition
	Xlsx, History string
}

type wordsEdition struct {
	N                                  int64
	When, Who, From, To, Source, Count string
	Href                               string
	Now                                bool
}

var wordsFormTemplate = page.NewTemplate(templates, "templates/words_form.html")

// wordsMost is how many changes a preview lists.
const wordsMost = 200

// wordsForm shows a list, takes in changes, shows what they change and keeps them.
func (t *Items) wordsForm(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := catParse(r); err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	var x store.WordList
	if r.PathValue("id") != "" {
		id, err := page.PathID(r)
		if err != nil {
			return err
		}
		if x, err = t.store.WordList(r.Context(), v, id); err != nil {
			return err
		}
		if n, err := strconv.ParseInt(r.FormValue("edition"), 10, 64); err == nil && r.Method == http.MethodGet && n != x.Edition {
			if x, err = t.store.WordEdition(r.Context(), v, id, n); err != nil {
				return err
			}
			return t.wordsShow(w, r, http.StatusOK, wordsFormPage{X: x, Old: n, Entries: x.Entries})
		}
	} else {
		o, _, err := t.catOrgan(r, org.EditCatalogue)
		if err != nil {
			return err
		}
		x.Organ, x.OrganName, x.From, x.Kind = o.ID, o.Name, t.cfg.Today(), vetting.Banned
	}
	if r.Method == http.MethodGet {
		p := wordsFormPage{X: x, Entries: x.Entries}
		p.Text.Value = entriesText(x.Entries)
		return t.wordsShow(w, r, http.StatusOK, p)
	}
	return t.wordsTake(w, r, x)
}

// entriesText are entries as people write them, one a line.
func entriesText(list []vetting.Entry) string {
	s := vetting.List{Entries: list}.Text()
	for range 4 { // remarks that tell of the list stand in fields of their own
		_, s, _ = strings.Cut(s, "\n")
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(strings.TrimSpace(line), ",") + "\n")
	}
	return b.String()
}

// wordsTake reads what was sent.
func (t *Items) wordsTake(w http.ResponseWriter, r *http.Request, x store.WordList) error {
	bad := map[string]string{}
	next := x
	next.Edition, _ = strconv.ParseInt(r.PostFormValue("edition"), 10, 64)
	if x.ID == 0 {
		next.Kind = vetting.ListKind(r.PostFormValue("kind"))
	}
	next.Name, next.Source = strings.TrimSpace(r.PostFormValue("name")), strings.TrimSpace(r.PostFormValue("source"))
	next.From, next.To = catDay(r, "from", bad), catDay(r, "to", bad)
	written := strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")
	p := wordsFormPage{}
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0 {
		name, data, err := catUpload(r)
		if err != nil {
			return err
		}
		sheet, err := rows.Read(name, data, map[string]string{"词语": "word", "词": "word", "错误写法": "word", "错词": "word", "姓名": "word", "表述": "word", "正确写法": "right", "正确": "right", "规范写法": "right", "职务": "right", "说明": "note", "备注": "note"})
		if err != nil {
			bad["file"] = limit.Message(err)
		} else {
			var more []vetting.Entry
			for _, row := range sheet.Rows {
				more = append(more, vetting.Entry{Word: strings.TrimSpace(row.Values["word"]), Right: strings.TrimSpace(row.Values["right"]), Note: strings.TrimSpace(row.Values["note"])})
			}
			if len(more) == 0 {
				bad["file"] = "文件里没有读到词语。第一行写“词语、正确写法、说明”，词语必须有。"
			}
			if written != "" && !strings.HasSuffix(written, "\n") {
				written += "\n"
			}
			have := map[string]bool{}
			for line := range strings.Lines(written) {
				have[strings.TrimSpace(line)] = true
			}
			for line := range strings.Lines(entriesText(more)) {
				if !have[strings.TrimSpace(line)] {
					written += line
				}
			}
		}
	}
	l, faults := vetting.ParseList([]byte(written))
	next.Entries, p.Faults = l.Entries, faults
	if len(next.Entries) > store.MaxWords {
		bad["text"] = fmt.Sprintf("一个词表最多%d条，现在有%d条。请分成几个词表。", store.MaxWords, len(next.Entries))
	}
	p.X, p.Text.Value, p.Checked, p.Count = next, written, true, len(next.Entries)
	p.Added, p.Gone = entriesLess(next.Entries, x.Entries), entriesLess(x.Entries, next.Entries)
	for _, list := range []*[]vetting.Entry{&p.Added, &p.Gone} {
		if n := len(*list) - wordsMost; n > 0 {
			*list, p.More = (*list)[:wordsMost], p.More+n
		}
	}
	p.Name.Message, p.From.Message, p.To.Message, p.File.Message, p.Text.Message = bad["name"], bad["from"], bad["to"], bad["file"], bad["text"]
	if r.PostFormValue("do") == "stop" {
		next = x
		next.Edition, next.To = p.X.Edition, t.cfg.Today().AddDays(-1)
		if next.To.Before(next.From.AddDays(-1)) {
			next.To = next.From.AddDays(-1)
		}
		bad, p.Faults = nil, nil
	} else if r.PostFormValue("do") != "keep" || len(bad)+len(faults) > 0 {
		code := http.StatusOK
		if len(bad)+len(faults) > 0 {
			code = http.StatusUnprocessableEntity
		}
		return t.wordsShow(w, r, code, p)
	}
	d, err := t.store.SaveWordList(r.Context(), page.By(r), next)
	if code, message, ok := catSay(err); ok {
		if code == http.StatusConflict { // the newest edition is what is changed next
			now, err := t.store.WordList(r.Context(), page.VisitOf(r).Viewer, x.ID)
			if err != nil {
				return err
			}
			p.X.Edition, message = now.Edition, "在您填写期间，别人改动了这个词表。下面是您填写的内容，增减是和最新的一版比较的，请核对后再保存。"
			p.Added, p.Gone = entriesLess(p.X.Entries, now.Entries), entriesLess(now.Entries, p.X.Entries)
		}
		p.Failure = message
		return t.wordsShow(w, r, code, p)
	}
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		return err
	}
	return page.Done(w, r, wordsHref(id), "saved", d)
}

// entriesLess are the entries of one list that another does not have.
func entriesLess(from, than []vetting.Entry) []vetting.Entry {
	have := map[vetting.Entry]bool{}
	for _, e := range than {
		have[e] = true
	}
	return slices.DeleteFunc(slices.Clone(from), func(e vetting.Entry) bool { return have[e] })
}

func (t *Items) wordsShow(w http.ResponseWriter, r *http.Request, code int, p wordsFormPage) error {
	x, v := p.X, page.VisitOf(r).Viewer
	o, err := t.store.Organ(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	title := "新建词表"
	p.Action = page.With("/desk/words/new", "organ", fmt.Sprint(x.Organ))
	if x.ID != 0 {
		title, p.Action = "词表："+x.Name, wordsHref(x.ID)
		p.Xlsx, p.History = page.With(p.Action+"/export", "format", "xlsx"), page.With("/desk/log", "ref", store.WordsRef(x.ID))
	}
	p.Back = page.With("/desk/words", "organ", fmt.Sprint(x.Organ))
	if !org.May(v, org.SeeItems, o.Subject()) {
		p.Back = "/desk/words"
	}
	p.Base = t.catBase(r, "words", title, page.Link{Text: "审查词表和同义词", Href: p.Back})
	p.State, p.Kind, p.Whose = wordsTag(x.List, t.cfg.Today()), x.Kind.Chinese(), o.Name
	p.May = p.Old == 0 && org.May(v, org.EditCatalogue, o.Subject())
	if x.ID == 0 {
		p.Kinds = &page.Field{Name: "kind", Label: "种类", Kind: "select", Hint: "错词改为正确写法的选“禁用词”；放行的词语、号码选“放行”，审查时不再提示。"}
		for _, k := range vetting.ListKinds() {
			p.Kinds.Options = append(p.Kinds.Options, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == x.Kind})
		}
	}
	fill := func(f *page.Field, name, label, kind, hint, value string, most int) {
		f.Name, f.Label, f.Kind, f.Hint, f.Value, f.Max = name, label, kind, hint, value, most
	}
	fill(&p.Name, "name", "名称", "", "例如：县领导姓名职务", x.Name, 60)
	fill(&p.Origin, "source", "来源", "", "哪一份通知、哪个部门提供，例如：县委宣传部2026年3月通知", x.Source, 200)
	fill(&p.From, "from", "施行日期", "date", "从这一天起成文的信息按它审查。", x.From.String(), 0)
	fill(&p.To, "to", "截止日期", "date", "没有期限的不填。", x.To.String(), 0)
	fill(&p.Text, "text", "词语", "textarea", "每行一条：词语,正确写法,说明。后两项可以没有。例如：敬老助残,敬老爱老", p.Text.Value, 0)
	fill(&p.File, "file", "或者从表格导入", "file", "xlsx 或 CSV，第一行写“词语、正确写法、说明”。导入的加在上面的词语后面，先核对，再保存。", "", 0)
	p.File.Accept, p.Text.Rows, p.Name.Required, p.Origin.Required, p.From.Required = ".xlsx,.csv,.txt", 14, true, true, true
	if x.ID != 0 {
		list, err := t.store.WordEditions(r.Context(), v, x.ID)
		if err != nil {
			return err
		}
		for i, e := range list {
			row := wordsEdition{N: e.Edition, When: e.At.In(law.Beijing).Format("2006-01-02 15:04"), Who: orOther(e.PersonName, "系统"), From: e.From.String(), To: e.To.String(), Source: e.Source, Count: fmt.Sprint(e.Count), Now: i == 0}
			if i > 0 {
				row.Href = page.With(wordsHref(x.ID), "edition", fmt.Sprint(e.Edition))
			} else {
				row.Href = wordsHref(x.ID)
			}
			p.Editions = append(p.Editions, row)
		}
	}
	return page.RenderStatus(w, r, code, wordsFormTemplate, p)
}

func (t *Items) wordsExport(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := t.store.WordList(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	var lines [][]string
	for _, e := range x.Entries {
		lines = append(lines, []string{e.Word, e.Right, e.Note})
	}
	return page.SendAsked(w, r, x.Name, linesSheet("词表", []string{"词语", "正确写法", "说明"}, []float64{30, 30, 40}, lines))
}
