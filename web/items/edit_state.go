package items

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law/calendar"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// statePage is shown where there is no text in work to edit: what can be done
// instead.
type statePage struct {
	page.Base
	X       *store.ItemFile
	State   page.Tag
	Failure string
	At      string
	Recall  bool
	Revise  bool
	Discard bool
	Reason  page.Field
}

var stateTemplate = page.NewTemplate(templates, "templates/draft_state.html")

func (t *Items) showState(w http.ResponseWriter, r *http.Request, code int, x *store.ItemFile, failure string) error {
	p := statePage{Base: t.base(r, "items", "修改信息"), X: x, State: stateTag(x.Stage, x.Standing), Failure: failure, At: fmt.Sprintf("/desk/items/%d", x.ID),
		Recall: x.Can(act.ItemRecalled), Revise: x.Can(act.ItemRevised), Discard: x.Can(act.ItemDiscarded)}
	p.Crumbs = []page.Link{{Text: "主动公开信息", Href: "/desk/items"}, {Text: clip(x.Content.Title, 24), Href: p.At}}
	p.Reason = page.Field{Name: "reason", Label: "原因", Kind: "textarea", Rows: 3, Max: 300, Required: true, Hint: "写清改什么、为什么，它随新的版本一起公布。例如“第三条的办理时限误写为15日，更正为10日”。", Value: r.FormValue("reason")}
	if code == http.StatusUnprocessableEntity && p.Revise && strings.TrimSpace(r.FormValue("reason")) == "" {
		p.Reason.Message = "请写明变更或者更正的原因。"
	}
	return page.RenderStatus(w, r, code, stateTemplate, p)
}

// recall 撤回送审.
func (t *Items) recall(w http.ResponseWriter, r *http.Request) error {
	return t.turn(w, r, "/edit", "recalled", func(x *store.ItemFile, d proactive.Doing) error { return x.Recall(d) })
}

// discard 作废.
func (t *Items) discard(w http.ResponseWriter, r *http.Request) error {
	return t.turn(w, r, "", "discarded", func(x *store.ItemFile, d proactive.Doing) error { return x.Drop(d) })
}

// revise 变更、更正 begins another version of what is public.
func (t *Items) revise(w http.ResponseWriter, r *http.Request) error {
	why := proactive.Change(r.FormValue("change"))
	if why != proactive.Changing && why != proactive.Correcting {
		return &page.Input{Text: "请选择是内容变更还是更正。"}
	}
	reason := clip(strings.TrimSpace(strings.ReplaceAll(r.FormValue("reason"), "\r", "")), 300)
	return t.turn(w, r, "/edit", "revising", func(x *store.ItemFile, d proactive.Doing) error { return x.Begin(d, why, reason) })
}

// turn does one thing with the item and leads on.
func (t *Items) turn(w http.ResponseWriter, r *http.Request, to, word string, verb func(*store.ItemFile, proactive.Doing) error) error {
	x, err := t.drafted(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	d, err := t.store.WithItem(r.Context(), page.By(r), x.ID, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) })
	var no *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		if x, err = t.drafted(r); err != nil {
			return err
		}
		return t.showState(w, r, http.StatusConflict, x, "在您办理期间，别人已经改动了这份信息，现在“"+x.Where()+"”。请核对后再办理。")
	case errors.As(err, &no):
		return t.showState(w, r, http.StatusUnprocessableEntity, x, no.Text)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/items/%d%s", x.ID, to), word, d)
}
