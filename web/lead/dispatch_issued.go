package lead

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/web/page"
)

// dispatch is one that was issued.
func (l *Lead) dispatch(w http.ResponseWriter, r *http.Request) error {
	return l.showDispatch(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showDispatch(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[int64]string) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	f, err := l.store.Dispatch(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := dispatchPage{Base: l.base(r, "dispatch", f.Number()), Heading: f.Number(), Issued: true, D: f.Dispatch, Office: f.OrganName, On: f.Day.String(), Failure: failure, Print: fmt.Sprintf("/desk/dispatch/%d/print", id)}
	p.Crumbs = []page.Link{{Text: "月度调度", Href: "/desk/dispatch"}}
	if f.Whole {
		p.figures(f.Sources, f.Dispatch.Organs, len(f.Organs), f.Gaps, f.Carried, f.Settled)
		p.Clear = max(f.Dispatch.Organs-len(f.Organs), 0)
	} else {
		p.figures(f.Sources, 0, 0, 0, 0, 0)
		p.Figures, p.Says, p.Print = nil, nil, ""
	}
	want := planID(r.FormValue("organ"))
	if len(f.Organs) == 1 && !f.Whole {
		want = f.Organs[0].Organ.ID
	}
	for _, o := range f.Organs {
		row := dispatchRow{Organ: page.Link{Text: o.Organ.ShortName(), Href: fmt.Sprintf("/desk/dispatch/%d?organ=%d", id, o.Organ.ID)}, Carried: o.Carried, Total: o.Gaps, Answered: fmt.Sprintf("%d/%d", o.Answered, o.Gaps)}
		row.Figures = groupFigures(func(g oversight.GapGroup) int { return o.Count[g] }, f.Sources)
		if len(p.Rows) < mostOrgans {
			p.Rows = append(p.Rows, row)
		} else {
			p.Cut++
		}
		if o.Organ.ID != want {
			continue
		}
		gaps, err := l.store.DispatchGaps(r.Context(), v, id, want, mostGaps)
		if err != nil {
			return err
		}
		x := dispatchOrgan{ID: o.Organ.ID, Name: o.Organ.Name, Key: page.NewKey(), Action: fmt.Sprintf("/desk/dispatch/%d/answer", id), Answers: org.May(v, org.DoPlans, o.Organ.Subject())}
		if f.Whole {
			x.Back = fmt.Sprintf("/desk/dispatch/%d", id)
		}
		for _, g := range gaps {
			part := org.Organ{}
			if g.Part != 0 {
				if part, err = l.store.Organ(r.Context(), g.Part); err != nil {
					return err
				}
			}
			line := gapLineOf(g, oversight.MonthName(f.Year, f.Month), part, org.May(v, org.GiveOrders, o.Organ.Subject()))
			if r.Method == http.MethodPost {
				line.Answer, line.Promise = r.PostFormValue(line.AnswerID), r.PostFormValue(line.PromiseID)
			}
			line.Message = bad[g.ID]
			x.Gaps = append(x.Gaps, line)
		}
		p.Organ = &x
	}
	if p.Organ != nil && !f.Whole {
		p.Rows = nil
	}
	p.Empty = page.Empty{Text: "这一个月没有缺口。"}
	return page.RenderStatus(w, r, code, dispatchTemplate, p)
}

func (l *Lead) dispatchAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	f, err := l.store.Dispatch(r.Context(), v, id)
	if err != nil {
		return err
	}
	organ := planID(r.PostFormValue("organ"))
	if organ == 0 && len(f.Organs) == 1 {
		organ = f.Organs[0].Organ.ID
	}
	gaps, err := l.store.DispatchGaps(r.Context(), v, id, organ, mostGaps)
	if err != nil {
		return err
	}
	bad := map[int64]string{}
	var list []oversight.GapAnswer
	for _, g := range gaps {
		text, promise := strings.TrimSpace(r.PostFormValue(fmt.Sprintf("answer-%d", g.ID))), strings.TrimSpace(r.PostFormValue(fmt.Sprintf("promise-%d", g.ID)))
		if text == "" && promise == "" || text == g.Answer && promise == g.Promise.String() {
			continue
		}
		a := oversight.GapAnswer{Gap: g.ID, Text: text}
		a.Version, _ = strconv.ParseInt(r.PostFormValue(fmt.Sprintf("version-%d", g.ID)), 10, 64) // a damaged one conflicts
		if a.Promise, err = law.ParseDate(promise); err != nil && promise != "" {
			bad[g.ID] = "完成日期请写成年-月-日的形式，如 2026-02-10。"
		}
		for _, why := range a.Wrong(f.Issued) {
			if bad[g.ID] == "" {
				bad[g.ID] = why
			}
		}
		list = append(list, a)
	}
	if len(bad) > 0 {
		return l.showDispatch(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.AnswerGaps(r.Context(), page.By(r), id, list)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showDispatch(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/dispatch/%d?organ=%d", id, organ), "answered", d)
}
