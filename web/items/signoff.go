package items

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) signoffRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/signoff", Verb: org.ReviewItems, Serve: t.signoff},
		{Pattern: "POST /desk/items/signoff", Verb: org.ReviewItems, Body: 256 << 10, Serve: t.signList},
	}
}

type signoffPage struct {
	page.Base
	Key     string
	Rows    []signoffRow
	Failure string
	Signed  int
	Failed  []page.Link // title and why
	Secrecy bool        // some step is the review for secrecy
	Sure    bool        // the declaration was ticked
	More    bool
}

type signoffRow struct {
	ID           int64
	What         page.Link
	Kind, Step   string
	Who, Organ   string
	Limit        page.Limit
	Content      string // hash of the text, as it is signed
	Version      int64
	Marks        page.Tag
	No           string // why it cannot be ticked
	Files, Words int
	Ticked       bool
	Secrecy      bool
}

var signoffTemplate = page.NewTemplate(templates, "templates/signoff.html")

// signList bounds one list.
const signRows = 60

func (t *Items) signoff(w http.ResponseWriter, r *http.Request) error {
	return t.showSignoff(w, r, http.StatusOK, signoffPage{})
}

func (t *Items) showSignoff(w http.ResponseWriter, r *http.Request, code int, p signoffPage) error {
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	p.Base, p.Key = t.base(r, "signoff", "成批审签"), page.NewKey()
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = crumbs()
	rows, err := t.store.Items(r.Context(), v, store.ItemQuery{Waiting: true, Limit: signRows})
	if err != nil {
		return err
	}
	p.More = len(rows) == signRows
	for _, row := range rows {
		x, err := t.store.Item(r.Context(), v, row.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if x.Next() < 0 {
			continue // signed meanwhile
		}
		l := signoffRow{ID: x.ID, What: page.Link{Text: titleOf(x), Href: itemHref(x.ID) + "/review"}, Kind: x.Kind.Chinese(), Step: x.Waiting().Name, Who: x.AuthorName, Organ: x.OrganName,
			Content: x.Item.Content, Version: x.Version, Files: len(x.Content.Attached()), Words: len([]rune(x.Content.Body.Text())), Secrecy: x.Waiting().Secrecy}
		if !x.Due.IsZero() {
			l.Limit = page.LimitOf(cal, today, x.Due, "", warnDays)
			l.Limit.Trace = nil
		}
		if err := t.signoffMarks(r, x, &l); err != nil {
			return err
		}
		if err := signable(x, x.By(v, today)); err != "" && l.No == "" {
			l.No = err
		}
		l.Ticked = l.No == "" && r.PostFormValue(fmt.Sprintf("c%d", x.ID)) != "" && ticked(r, x.ID)
		p.Secrecy = p.Secrecy || l.Secrecy
		p.Rows = append(p.Rows, l)
	}
	return page.RenderStatus(w, r, code, signoffTemplate, p)
}

func ticked(r *http.Request, id int64) bool {
	for _, s := range r.PostForm["tick"] {
		if s == strconv.FormatInt(id, 10) {
			return true
		}
	}
	return false
}

// signable is why the person may not sign the item in a list, "" if he may.
func signable(x *store.ItemFile, d proactive.Doing) string {
	switch {
	case x.Content.Withhold != "":
		return "起草人建议不主动公开，请打开审定"
	case !x.MaySign(d):
		return "不由您签"
	}
	return ""
}

// signoffMarks says how many marks are in the way.
func (t *Items) signoffMarks(r *http.Request, x *store.ItemFile, l *signoffRow) error {
	marks, decided, err := t.store.Look(r.Context(), x)
	if err != nil {
		return err
	}
	stops, open := 0, 0
	for _, m := range marks {
		if _, ok := decided[m.Key()]; m.Stops {
			stops++
		} else if !ok {
			open++
		}
	}
	switch {
	case stops > 0:
		l.Marks, l.No = page.Tag{Tone: "err", Text: fmt.Sprintf("%d处不能公开", stops)}, "有密级标志等，只能退回"
	case open > 0:
		l.Marks = page.Tag{Tone: "warn", Text: fmt.Sprintf("%d处待处理", open)}
		if l.Secrecy {
			l.No = "有标记没有处理，请打开逐处看"
		}
	case len(marks) > 0:
		l.Marks = page.Tag{Tone: "ok", Text: fmt.Sprintf("%d处已说明", len(marks))}
	default:
		l.Marks = page.Tag{Tone: "ok", Text: "没有标记"}
	}
	return nil
}

// signList signs the ticked rows, each in an act of its own.
func (t *Items) signList(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	ticks := r.PostForm["tick"]
	sure := r.PostFormValue("sure") != ""
	switch {
	case len(ticks) == 0:
		return t.showSignoff(w, r, http.StatusUnprocessableEntity, signoffPage{Failure: "请先勾选要签的信息。", Sure: sure})
	case len(ticks) > signRows:
		return &page.Input{Text: fmt.Sprintf("一次最多签%d件，请分几次。", signRows)}
	}
	base := page.By(r)
	p := signoffPage{Sure: sure}
	for _, tick := range ticks {
		id, err := strconv.ParseInt(tick, 10, 64)
		if err != nil {
			return page.ErrNotFound
		}
		version, _ := strconv.ParseInt(r.PostFormValue("v"+tick), 10, 64)
		by := base
		if by.Key != "" {
			by.Key = clip(by.Key, 60) + "-" + tick
		}
		by.Reason = "成批审签"
		_, err = t.store.WithItem(r.Context(), by, id, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			codes := ""
			if x.Waiting().Secrecy {
				if !sure {
					return act.Refuse("请先勾选表格下面的声明：逐件看过，五个问题都是“否”。")
				}
				codes = "nnnnn"
			}
			return x.Pass(d, r.PostFormValue("c"+tick), codes)
		})
		var no *act.Refusal
		switch {
		case err == nil:
			p.Signed++
			continue
		case errors.As(err, &no):
		case errors.Is(err, store.ErrConflict):
			no = act.Refuse("别人刚刚改动或者办理了这一件，请刷新后再看。")
		case errors.Is(err, store.ErrNotFound):
			return err
		default:
			return err
		}
		x, err := t.store.Item(r.Context(), base.Viewer, id)
		if err != nil {
			return err
		}
		p.Failed = append(p.Failed, page.Link{Text: titleOf(x), Href: itemHref(id), Key: no.Text})
	}
	if len(p.Failed) == 0 {
		return page.Done(w, r, "/desk/items/signoff", "listsigned", store.Done{})
	}
	return t.showSignoff(w, r, http.StatusUnprocessableEntity, p)
}
