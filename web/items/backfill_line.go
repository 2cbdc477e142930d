package items

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) backfillLine(w http.ResponseWriter, r *http.Request) error {
	return t.showBackfillLine(w, r, http.StatusOK, "")
}

func (t *Items) showBackfillLine(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := t.store.Backfill(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	p := backfillLinePage{Base: t.base(r, "backfill", orOther(x.Title, "补录")), ID: id, State: backfillTag(x.State), Failure: failure, Version: x.Version, May: x.Edits && x.Item == 0, File: x.FileName, Dropped: x.Dropped}
	p.Crumbs = []page.Link{{Text: "补录清单", Href: "/desk/backfill"}}
	if x.File != 0 {
		p.FileHref = fmt.Sprintf("/desk/backfill/%d/file", id)
	}
	if x.Item != 0 {
		p.Item = itemHref(x.Item)
	}
	value := func(name, v string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return v
	}
	people := []page.Option{{Text: "没有指定"}}
	if p.May {
		list, err := t.store.PeopleAt(r.Context(), x.Organ, t.cfg.Today())
		if err != nil {
			return err
		}
		for _, y := range list {
			people = append(people, page.Option{Value: fmt.Sprint(y.ID), Text: y.Name, Selected: y.ID == x.Person})
		}
	}
	kinds := kindOptions(proactive.KindNamed(value("kind", string(x.Kind))))
	p.Fields = []page.Field{{Name: "title", Label: "标题", Required: true, Max: proactive.MaxTitle, Value: value("title", x.Title)}, {Name: "doc_no", Label: "文号", Max: 60, Value: value("doc_no", x.DocNo)}, {Name: "made", Label: "成文日期", Kind: "date", Value: value("made", x.Made.String())},
		{Name: "original", Label: "原发布日期", Kind: "date", Value: value("original", x.Original.String()), Hint: "作为说明列在页面上，不改平台的发布时间。"}, {Name: "url", Label: "原网址", Max: 600, Value: value("url", x.URL), Hint: "没有网址的，要有原文件。"},
		{Name: "kind", Label: "信息类别", Kind: "select", Options: kinds}, {Name: "category", Label: "目录代码", Max: 20, Value: value("category", x.Category)}, {Name: "person", Label: "经办人", Kind: "select", Options: people}}
	return page.RenderStatus(w, r, code, backfillLineTemplate, p)
}

func (t *Items) backfillSave(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	by := page.By(r)
	old, err := t.store.Backfill(r.Context(), by.Viewer, id)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is a conflict
	var d store.Done
	if drop := r.PostFormValue("do") == "drop"; drop && old.Dropped == "" && by.Reason == "" {
		return t.showBackfillLine(w, r, http.StatusUnprocessableEntity, "请写明不补录的原因，例如“已经废止”。")
	} else if drop {
		d, err = t.store.DropBackfill(r.Context(), by, id, version, by.Reason)
	} else {
		v := map[string]string{}
		for _, c := range backfillColumns {
			v[c.name] = r.PostFormValue(c.name)
		}
		x, says := t.stockOf(v)
		if len(says) > 0 {
			return t.showBackfillLine(w, r, http.StatusUnprocessableEntity, strings.Join(says, " "))
		}
		x.ID, x.Version, x.File, x.FileName = id, version, old.File, old.FileName
		x.Person, _ = strconv.ParseInt(r.PostFormValue("person"), 10, 64)
		by.Reason = ""
		d, err = t.store.ChangeBackfill(r.Context(), by, x)
	}
	if code, message, say := catSay(err); say {
		return t.showBackfillLine(w, r, code, message)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/backfill/%d", id), "saved", d)
}

func (t *Items) backfillFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	name, _, f, err := t.store.OpenBackfillFile(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	defer f.Close()
	page.Attach(w, name)
	w.Header().Set("Content-Type", "application/octet-stream")
	_, err = io.Copy(w, f)
	return err
}
