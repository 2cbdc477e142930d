package signin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

const rulesPath = "/desk/settings/signin"

func (s *SignIn) ruleRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET " + rulesPath, Role: page.Officer, Verb: org.Configure, Serve: s.rulesForm},
		{Pattern: "POST " + rulesPath, Role: page.Officer, Verb: org.Configure, Sure: true, Serve: s.saveRules},
	}
}

type ruleField struct {
	page.Field
	Version int64
}

type rulesPage struct {
	page.Base
	Fields  []ruleField
	Message string
}

var rulesTemplate = page.NewTemplate(templates, "templates/rules.html")

// isRole reports whether a word names a role.
func isRole(word string) bool {
	_, ok := org.ParseRole(word)
	return ok
}

func (s *SignIn) rulesPage(r *http.Request) (rulesPage, error) {
	p := rulesPage{Base: s.deskBase(r, "settings", "登录设置")}
	p.Crumbs = []page.Link{{Text: "设置", Href: "/desk/settings"}}
	list, err := s.store.Settings(r.Context(), 0)
	for _, x := range account.Settings() {
		f := ruleField{Field: page.Field{Name: x.Name, Label: x.Label, Hint: x.Hint + "。不写时为" + x.Default, Max: 200}}
		if x.Unit != "" {
			f.Label += "（" + x.Unit + "）"
		}
		for _, have := range list {
			if have.Name == x.Name {
				f.Value, f.Version = have.Value, have.Version
			}
		}
		p.Fields = append(p.Fields, f)
	}
	return p, err
}

func (s *SignIn) rulesForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.rulesPage(r)
	if err != nil {
		return err
	}
	noStore(w)
	return page.Render(w, r, rulesTemplate, p)
}

// saveRules keeps what was changed, each an act of its own.
func (s *SignIn) saveRules(w http.ResponseWriter, r *http.Request) error {
	p, err := s.rulesPage(r)
	if err != nil {
		return err
	}
	code := http.StatusOK
	was := make([]string, len(p.Fields))
	for i := range p.Fields {
		f := &p.Fields[i]
		was[i], f.Value = f.Value, strings.TrimSpace(r.PostFormValue(f.Name))
		if err := account.CheckSetting(f.Name, f.Value, isRole); err != nil {
			f.Message, code = err.Error(), http.StatusUnprocessableEntity
		}
	}
	by := page.By(r)
	key := by.Key
	for i := range p.Fields {
		f := &p.Fields[i]
		if code != http.StatusOK || f.Value == was[i] {
			continue
		}
		version, _ := strconv.ParseInt(r.PostFormValue("version."+f.Name), 10, 64)
		by.Key = key + "." + f.Name
		_, err := s.store.SaveSetting(r.Context(), by, store.Setting{Name: f.Name, Value: f.Value, Version: version})
		var refused *act.Refusal
		switch {
		case errors.Is(err, store.ErrConflict):
			f.Message, code = "在您填写期间，别人已经改为“"+was[i]+"”。请核对后再保存。", http.StatusConflict
		case errors.As(err, &refused):
			p.Message, code = refused.Text, http.StatusForbidden
		case err != nil:
			return err
		}
	}
	if code != http.StatusOK {
		noStore(w)
		return page.RenderStatus(w, r, code, rulesTemplate, p)
	}
	s.mu.Lock()
	s.rulesAt = s.rulesAt.AddDate(-1, 0, 0) // read again at once
	s.mu.Unlock()
	http.Redirect(w, r, rulesPath+"?done=rules", http.StatusSeeOther)
	return nil
}
