package lead

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type scoreAppealsPage struct {
	page.Base
	Tabs    []page.Link
	Decided bool
	Rows    []scoreAppealLine
	Pager   page.Pager
}

var scoreAppealsTemplate = page.NewTemplate(templates, "templates/score_appeals.html", "templates/score_parts.html")

func appealTag(s oversight.AppealState) page.Tag {
	return page.Tag{Tone: map[oversight.AppealState]string{oversight.AppealAsked: "warn", oversight.AppealUpheld: "ok"}[s], Text: s.Chinese()}
}

func appealLineOf(days ledgerDays, x store.AppealRow) scoreAppealLine {
	l := scoreAppealLine{Link: page.Link{Text: x.RoundName, Href: fmt.Sprintf("/desk/scores/appeals/%d", x.ID)}, Item: x.Item + " " + x.ItemName, Organ: x.OrganName, Was: x.Was.String(), Want: x.Want.String(),
		On: x.On.String(), State: appealTag(x.State)}
	if x.State == oversight.AppealAsked {
		l.Limit = days.limit(x.Due, "申诉的复核期限")
	} else if x.State == oversight.AppealUpheld {
		l.Became = x.To.String()
	}
	return l
}

func (l *Lead) scoreAppeals(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := scoreAppealsPage{Base: l.base(r, "scores", "得分申诉"), Tabs: scoreTabs(v, "appeals"), Decided: r.FormValue("decided") != ""}
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // a damaged mark gives the first page
	const limit = 50
	list, err := l.store.Appeals(r.Context(), v, p.Decided, before, limit)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	for _, x := range list {
		p.Rows = append(p.Rows, appealLineOf(days, x))
	}
	if len(list) == limit {
		p.Pager.Next = page.With("/desk/scores/appeals", "decided", r.FormValue("decided"), "before", fmt.Sprint(list[limit-1].ID))
	}
	return page.Render(w, r, scoreAppealsTemplate, p)
}

type scoreAppealPage struct {
	page.Base
	A                page.Link // the indicator in the table
	X                oversight.Appeal
	F                store.AssessmentFile
	State            page.Tag
	Limit            page.Limit
	Item             string
	Points           string // as it stands
	Lines            []scoreStepLine
	Reason           string
	Files            []page.Link
	Photos           []page.Link // of the scorer
	Key              string
	Failure          string
	Changed          bool
	Decide, Withdraw bool
	Not              string // why the viewer does not decide
	To, Reply        page.Field
	Veto             bool
}

var scoreAppealTemplate = page.NewTemplate(templates, "templates/score_appeal.html", "templates/score_parts.html")

func (l *Lead) scoreAppeal(w http.ResponseWriter, r *http.Request) error {
	return l.showAppeal(w, r, http.StatusOK, "", false)
}

func (l *Lead) showAppeal(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v, today := page.VisitOf(r).Viewer, l.cfg.Today()
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, f, err := l.store.Appeal(r.Context(), v, id)
	if err != nil {
		return err
	}
	i, _ := f.Round.Sheet.Indicator(x.Item)
	m := f.Mark(x.Item)
	if i == nil || m == nil {
		return page.ErrNotFound
	}
	p := scoreAppealPage{Base: l.base(r, "scores", "得分申诉"), X: x, F: f, State: appealTag(x.State), Item: i.Key + " " + i.Name, Points: m.Points.String(), Reason: m.Reason, Key: page.NewKey(), Failure: failure, Changed: changed,
		A: page.Link{Text: i.Key + " " + i.Name, Href: fmt.Sprintf("/desk/scores/sheets/%d/items/%s", f.ID, i.Key)}, Files: photoLinks(f.ID, x.Files), Photos: photoLinks(f.ID, m.Files), Veto: i.Kind == oversight.VetoOf}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: "申诉", Href: "/desk/scores/appeals"})
	for _, s := range i.Reckon(m, f.Round.Span()).Lines {
		line := scoreStepLine{Text: s.Text}
		if s.Points != 0 {
			line.Points = signed(s.Points)
		}
		p.Lines = append(p.Lines, line)
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	p.Limit = appealLineOf(days, store.AppealRow{Appeal: x}).Limit
	if x.State == oversight.AppealAsked {
		try, sheet := x, f.Assessment
		sheet.Marks = append([]oversight.Mark(nil), f.Marks...)
		switch err := try.Decide(f.Round.Sheet, &f.Round.Round, &sheet, v, false, 0, "维持", today); {
		case !f.Round.Assesses:
		case err == nil:
			p.Decide = true
		default:
			p.Not, _, _ = ledgerFailed(err)
		}
		p.Withdraw = x.Own && f.Round.Assesses || !x.Own && f.Speaks
	}
	low, high := i.Bounds()
	p.To = page.Field{Name: "to", Label: fmt.Sprintf("更正后的得分（%s 至 %s）", low, high), Value: r.PostFormValue("to"), Max: 8, Hint: "维持原得分的不用填。"}
	p.Reply = page.Field{Name: "reply", Label: "复核的理由", Kind: "textarea", Rows: 4, Max: 1000, Value: r.PostFormValue("reply"), Required: true, Hint: "采信了哪些证据，依据评分标准哪一条。机关看得到。"}
	return page.RenderStatus(w, r, code, scoreAppealTemplate, p)
}

func (l *Lead) scoreAppealAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	x, _, err := l.store.Appeal(r.Context(), v, id) // what cannot be seen tells nothing
	if err != nil {
		return err
	}
	version := whole(r.PostFormValue("version"))
	kind, word := act.AppealDecided, "appealdone"
	var verb store.AppealVerb
	switch do := r.PostFormValue("do"); do {
	case "uphold", "keep":
		var to oversight.Points
		if do == "uphold" && r.PostFormValue("to") != "" {
			if to, err = oversight.ParsePoints(r.PostFormValue("to")); err != nil {
				return l.showAppeal(w, r, http.StatusUnprocessableEntity, err.Error()+"。", false)
			}
		} else if do == "uphold" {
			to = x.Want
		}
		verb = func(x *oversight.Appeal, a *oversight.Assessment, m *oversight.Scheme, rd *oversight.Round, on law.Date) error {
			return x.Decide(m, rd, a, v, do == "uphold", to, lines(r, "reply"), on)
		}
	case "withdraw":
		kind, word = act.AppealWithdrawn, "appealback"
		verb = func(x *oversight.Appeal, _ *oversight.Assessment, _ *oversight.Scheme, _ *oversight.Round, on law.Date) error {
			return x.Withdraw(v, on)
		}
	default:
		return &page.Input{Text: "没有选择更正还是维持，请返回页面点其中一个按钮。"}
	}
	d, err := l.store.WithAppeal(r.Context(), page.By(r), id, version, kind, verb)
	return acted(w, r, d, err, fmt.Sprintf("/desk/scores/appeals/%d", id), word, l.showAppeal)
}
