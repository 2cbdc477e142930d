package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/ingest/rows"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// taken reports whether something is there already, or was changed meanwhile.
func taken(err error) bool { return errors.Is(err, store.ErrConflict) }

// An organForm is what officers fill in to do something to an organ. One
// template draws all of them: fields on the left, on the right what will happen.
type organForm struct {
	page.Base
	Heading  string
	Action   string
	Version  int64
	Failure  string
	Changed  []act.Change // what somebody else changed meanwhile
	Conflict bool
	By       string
	Explain  []string
	Warn     []string
	Fields   []page.Field
	Button   string
	Back     string
}

var organFormTemplate = page.NewTemplate(templates, "templates/organ_form.html", "templates/organ_trouble.html")

// input reads a form; what cannot be taken is remembered by field.
type input struct {
	o   *Office
	r   *http.Request
	bad map[string]string
	opt map[string][]org.Organ // organs to choose from, by field
}

func (o *Office) input(r *http.Request) (*input, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	return &input{o, r, map[string]string{}, map[string][]org.Organ{}}, nil
}

func (in *input) text(name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(in.r.PostForm.Get(name), ""))
}

func (in *input) number(name string) int64 {
	n, _ := strconv.ParseInt(in.r.PostForm.Get(name), 10, 64) // a damaged version is a conflict, and says so
	return n
}

func (in *input) day(name string, required bool) law.Date {
	d, err := org.ParseDay(in.text(name))
	switch {
	case err != nil:
		in.bad[name] = err.Error()
	case d.IsZero() && required:
		in.bad[name] = "请填写日期，例如 2026-03-01。"
	}
	return d
}

// organ finds the organ that a field names. Where several fit, they are offered.
func (in *input) organ(name string, verb org.Verb, required bool) (int64, error) {
	v := in.text(name)
	if v == "" {
		if required {
			in.bad[name] = "请填写机关的名称或代码。"
		}
		return 0, nil
	}
	x, why, err := in.find(v, verb)
	if err != nil {
		return 0, err
	}
	if why != "" {
		in.bad[name] = why
		if len(x) > 1 {
			in.opt[name] = x
		}
		return 0, nil
	}
	return x[0].ID, nil
}

// mostMatches bounds how many organs a form offers.
const mostMatches = 20

// find is the one organ of that name, code or id:…; else why not, in Chinese,
// with those that fit.
func (in *input) find(named string, verb org.Verb) (list []org.Organ, why string, err error) {
	ctx, v := in.r.Context(), page.VisitOf(in.r).Viewer
	if id, ok := strings.CutPrefix(named, "id:"); ok {
		n, _ := strconv.ParseInt(id, 10, 64)
		f, err := in.o.store.OrganFile(ctx, v, n)
		if errors.Is(err, store.ErrNotFound) {
			return nil, "没有这个机关，请重新填写。", nil
		}
		return []org.Organ{f.Organ}, "", err
	}
	list, err = in.o.store.MatchOrgans(ctx, v, verb, named, mostMatches)
	switch {
	case err != nil:
		return nil, "", err
	case len(list) == 0:
		return nil, fmt.Sprintf("没有找到“%s”。请写全称、简称或代码；只能选您管理范围内现有的机关。", rows.Short(named)), nil
	case len(list) > 1:
		return list, fmt.Sprintf("有 %d 个机关符合“%s”，请选择是哪一个。", len(list), rows.Short(named)), nil
	}
	return list, "", nil
}

// field is a field as it was filled in, with its message; a field that names an
// organ becomes a choice where several fit.
func (in *input) field(f page.Field) page.Field {
	if in == nil {
		return f
	}
	f.Value = in.r.PostForm.Get(f.Name)
	for i := range f.Options {
		f.Options[i].Selected = f.Options[i].Value == f.Value
	}
	if list := in.opt[f.Name]; len(list) > 0 {
		f.Kind, f.Options = "select", []page.Option{{Text: "请选择"}}
		for _, x := range list {
			f.Options = append(f.Options, page.Option{Value: fmt.Sprintf("id:%d", x.ID), Text: x.Name + in.under(x)})
		}
	}
	f.Message = in.bad[f.Name]
	return f
}

// under says what an organ belongs to, to tell it from others of its name.
func (in *input) under(x org.Organ) string {
	if p, err := in.o.store.Organ(in.r.Context(), x.Parent); err == nil {
		return "（" + p.ShortName() + "）"
	}
	return ""
}

// answer says how an act ended: done, or the form again with why not.
func (o *Office) organAnswer(w http.ResponseWriter, r *http.Request, f *store.OrganFile, again func(code int, failure string, conflict bool) error, err error) error {
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return again(http.StatusUnprocessableEntity, refusal.Text, false)
	case errors.Is(err, store.ErrConflict):
		if f != nil {
			if *f, err = o.organAt(r); err != nil {
				return err
			}
		}
		return again(http.StatusConflict, "", true)
	}
	return err
}

// lastChange is what was changed at an organ last, and by whom, for somebody who
// was overtaken. Who may not see the log is told only that there was something.
func (o *Office) lastChange(r *http.Request, ref string) (by string, changes []act.Change, err error) {
	list, err := o.store.Entries(r.Context(), page.VisitOf(r).Viewer, store.EntryQuery{Ref: ref, Limit: 1})
	if err != nil || len(list) == 0 {
		return "", nil, err
	}
	return list[0].Officer, list[0].Details.Changes, nil
}

// organTitle fills what all forms about an organ share.
func (o *Office) organTitle(r *http.Request, f store.OrganFile, title string) (page.Base, error) {
	b := o.base(r, "organs", title)
	b.Styles = append(b.Styles, o.assets.Path("organs.css"))
	var err error
	b.Crumbs, err = o.organCrumbs(r, f, true)
	return b, err
}
