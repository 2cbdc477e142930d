package lead

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type trainingCodePage struct {
	page.Base
	T       store.TrainingRow
	Address string // that the code leads to
	Present int
}

var trainingCodeTemplate = page.NewTemplate(templates, "templates/training_code.html")

// trainingCode is shown on the wall: the number and the way to sign in.
func (l *Lead) trainingCode(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Training(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	if !x.Edits {
		return store.Forbidden(org.EditLedgers)
	}
	if x.Code == "" {
		http.Redirect(w, r, fmt.Sprintf("/desk/trainings/%d", id), http.StatusSeeOther)
		return nil
	}
	p := trainingCodePage{Base: l.base(r, "ledgers", x.Title+"签到"), T: x, Address: l.cfg.Root(r) + page.With("/desk/trainings/sign", "code", x.Code), Present: x.Present()}
	p.Crumbs = []page.Link{{Text: "培训", Href: "/desk/trainings"}, {Text: x.Title, Href: fmt.Sprintf("/desk/trainings/%d", id)}}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, trainingCodeTemplate, p)
}

type trainingSignPage struct {
	page.Base
	Key     string
	Code    string
	Failure string
}

var trainingSignTemplate = page.NewTemplate(templates, "templates/training_sign.html")

// trainingSignForm is where the code of the wall leads. It says nothing of the
// session: who has the number learns what it is once he has signed in.
func (l *Lead) trainingSignForm(w http.ResponseWriter, r *http.Request) error {
	return l.trainingSignShow(w, r, http.StatusOK, "")
}

func (l *Lead) trainingSignShow(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	p := trainingSignPage{Base: l.base(r, "ledgers", "培训签到"), Key: page.NewKey(), Code: ledgerShort(r.FormValue("code"), 6), Failure: failure}
	p.Crumbs = []page.Link{{Text: "培训", Href: "/desk/trainings?mine=1"}}
	return page.RenderStatus(w, r, code, trainingSignTemplate, p)
}

func (l *Lead) trainingSign(w http.ResponseWriter, r *http.Request) error {
	code := strings.TrimSpace(r.FormValue("code"))
	id, err := l.store.TrainingOfCode(r.Context(), code)
	var d store.Done
	if err == nil {
		d, err = l.store.SignTraining(r.Context(), page.By(r), id, code)
	}
	refusal, _, rest := ledgerFailed(err)
	switch {
	case errors.Is(rest, store.ErrNotFound):
		return l.trainingSignShow(w, r, http.StatusUnprocessableEntity, "签到号不对，或者签到已经结束。请看现场显示的六位数字；已经结束的，请向组织培训的同志说明，在签到表上补签。")
	case rest != nil:
		return rest
	case refusal != "":
		return l.trainingSignShow(w, r, http.StatusUnprocessableEntity, refusal)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/trainings/%d", id), "signed", d)
}

type trainingTestPage struct {
	page.Base
	ID        int64
	Key       string
	Failure   string
	Questions []testQuestion
	Pass      int
	Left      int // tries
	Result    string
	Passed    bool
}

type testQuestion struct {
	N       int
	Name    string
	Text    string
	Many    bool
	Options []page.Option
}

var trainingTestTemplate = page.NewTemplate(templates, "templates/training_test.html")

func (l *Lead) trainingTestForm(w http.ResponseWriter, r *http.Request) error {
	return l.trainingTestShow(w, r, http.StatusOK, "", "")
}

func (l *Lead) trainingTestShow(w http.ResponseWriter, r *http.Request, code int, failure, result string) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	x, err := l.store.Training(r.Context(), v, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(x.People, func(t oversight.Trainee) bool { return t.Person != 0 && t.Person == v.Person })
	if i < 0 || len(x.Test.Questions) == 0 {
		return page.ErrNotFound
	}
	me := x.People[i]
	p := trainingTestPage{Base: l.base(r, "ledgers", x.Title+"测试"), ID: id, Key: page.NewKey(), Failure: failure, Pass: x.Test.Pass, Left: max(0, x.Test.Tries-me.Tries), Result: result, Passed: me.Passed}
	p.Crumbs = []page.Link{{Text: "培训", Href: "/desk/trainings?mine=1"}, {Text: x.Title, Href: fmt.Sprintf("/desk/trainings/%d", id)}}
	for n, q := range x.Test.Questions {
		t := testQuestion{N: n + 1, Name: fmt.Sprintf("q%d", n), Text: q.Text, Many: q.Many()}
		for o, text := range q.Options {
			value := strconv.Itoa(o)
			t.Options = append(t.Options, page.Option{Value: value, Text: text, Selected: failure != "" && slices.Contains(r.PostForm[t.Name], value)})
		}
		p.Questions = append(p.Questions, t)
	}
	return page.RenderStatus(w, r, code, trainingTestTemplate, p)
}

func (l *Lead) trainingTest(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Training(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	given := make([][]int, len(x.Test.Questions))
	for i := range given {
		for _, s := range r.PostForm[fmt.Sprintf("q%d", i)] {
			if n, err := strconv.Atoi(s); err == nil && len(given[i]) < 20 {
				given[i] = append(given[i], n)
			}
		}
	}
	d, err := l.store.AnswerTraining(r.Context(), page.By(r), id, given)
	refusal, _, rest := ledgerFailed(err)
	switch {
	case rest != nil:
		return rest
	case refusal != "":
		return l.trainingTestShow(w, r, http.StatusUnprocessableEntity, refusal, "")
	case d.Repeated:
		return page.Done(w, r, fmt.Sprintf("/desk/trainings/%d", id), "again", d)
	}
	return l.trainingTestShow(w, r, http.StatusOK, "", d.Answer)
}
