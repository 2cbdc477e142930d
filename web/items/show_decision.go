package items

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// decisionAction is the form for what the leading group decided of an item: it is
// a record and holds nothing up.
func (t *Items) decisionAction(r *http.Request, x *store.ItemFile, add adding) {
	add(org.EditItems, "", action{Key: "decision", Label: "登记领导小组的决定", Button: "登记", Hint: "集体研究决定公开的内容、形式和方式的，在这里登记，作为依据。没有的不填。"}, func(f *form) {
		meetings := []page.Option{{Text: "没有会议记录"}}
		if g, err := t.store.Group(r.Context(), page.VisitOf(r).Viewer, x.Subject().Home); err == nil { // else the record goes without a meeting
			for _, m := range g.Meetings {
				meetings = append(meetings, page.Option{Value: strconv.FormatInt(m.ID, 10), Text: m.On.Chinese() + " " + clip(m.Topics, 30)})
			}
		}
		f.choose("meeting", "会议", "", meetings...).words("content", "公开的内容", "例如：全文公开，附件一的个人信息遮盖", 2, 300).words("form", "公开的形式", "例如：文字、图解、公示表", 1, 60).words("method", "公开的方式", "例如：政府网站、公开栏、广播", 1, 60)
	})
}

// resolve keeps what the leading group decided.
func (t *Items) resolve(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	s := &sent{do: "decision", r: r, bad: map[string]string{}}
	var changes []act.Change
	for _, f := range []struct{ name, label string }{{"content", "内容"}, {"form", "形式"}, {"method", "方式"}} {
		if v := clip(s.text(f.name), 300); v != "" {
			changes = append(changes, act.Change{Field: f.label, New: v})
		}
	}
	if strings.TrimSpace(s.text("content")) == "" {
		s.bad["content"] = "请写决定公开的内容。"
	}
	meeting := int64(0)
	if m := s.text("meeting"); m != "" {
		if meeting, err = strconv.ParseInt(m, 10, 64); err != nil {
			s.bad["meeting"] = "请从列出的会议中选择。"
		}
	}
	if len(s.bad) > 0 {
		return t.showItem(w, r, http.StatusUnprocessableEntity, shown{do: "decision", bad: s.bad, refusal: badRefusal(s.bad)})
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.Resolve(r.Context(), by, x.ID, meeting, changes...)
	var no *act.Refusal
	switch {
	case err == nil:
		return page.Done(w, r, itemHref(x.ID), "saved", d)
	case errors.As(err, &no):
		return t.showItem(w, r, http.StatusUnprocessableEntity, shown{do: "decision", refusal: no})
	case meeting != 0 && errors.Is(err, store.ErrNotFound):
		s.bad["meeting"] = "没有这次会议，请重新选择。"
		return t.showItem(w, r, http.StatusUnprocessableEntity, shown{do: "decision", bad: s.bad, refusal: badRefusal(s.bad)})
	}
	return fmt.Errorf("items: decision: %w", err)
}
