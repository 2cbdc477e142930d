package desk

import (
	"net/http"
	"strings"

	"gongkai/law/annual"
	"gongkai/web/page"
)

// A ruleView is one rule as pages print it.
type ruleView struct {
	Code, Title, Says string
	Left, Right       string
	Tag               page.Tag
	Editions          string
	Cite, Paraphrase  string
	Group             string
}

// ruleFor returns the rule behind a finding, nil if the book has none.
func ruleFor(code string) *ruleView {
	r, ok := annual.FindRule(code)
	if !ok {
		return nil
	}
	v := ruleOf(r)
	return &v
}

func ruleOf(r annual.Rule) ruleView {
	v := ruleView{Code: r.Code, Title: r.Title, Says: r.Says, Left: r.Left, Right: r.Right, Tag: page.LevelTag(r.Level),
		Cite: r.Cite.String(), Paraphrase: r.Cite.Paraphrase, Group: groupOf(r.Code), Editions: "两种版本都适用"}
	if len(r.Editions) == 1 {
		switch r.Editions[0] {
		case "2019":
			v.Editions = "2019版格式（2019、2020年度）"
		case "2021":
			v.Editions = "2021版格式（2021年度起）"
		}
	}
	return v
}

// groups of the rule-book by what a rule speaks of; the key is the beginning
// of its codes.
var groups = []struct{ key, name string }{
	{"T2", "表二 主动公开"}, {"T3", "表三 依申请公开"}, {"T4", "表四 复议诉讼"},
	{"D", "文字与格式"}, {"H", "汇总"}, {"READ", "读入"}, {"X", "其他"},
}

func groupOf(code string) string {
	prefix, _, _ := strings.Cut(code, "-")
	for _, g := range groups {
		if g.key == prefix {
			return g.key
		}
	}
	return "X"
}

type rulesPage struct {
	page.Base
	Groups  []ruleGroup
	Filters []filterLink
	Count   int
}

type ruleGroup struct {
	Key, Name string
	Rules     []ruleView
}

type filterLink struct {
	Text, Href string
	On         bool
}

var rulesTemplate = page.NewTemplate(templates, "templates/rules.html")

// rules prints the rule-book, all of it or what speaks of one table or edition.
func (d *Desk) rules(w http.ResponseWriter, r *http.Request) error {
	about, edition := r.URL.Query().Get("about"), r.URL.Query().Get("edition")
	p := rulesPage{Base: d.base(r, "rules", "核对规则")}
	p.Filters = append(p.Filters, filterLink{"全部", page.With("/rules", "edition", edition), about == ""})
	for _, g := range groups {
		rg := ruleGroup{Key: g.key, Name: g.name}
		any := false
		for _, rule := range annual.Rules() {
			if groupOf(rule.Code) != g.key {
				continue
			}
			any = true
			if edition == "" || len(rule.Editions) == 0 || rule.Editions[0] == edition {
				rg.Rules = append(rg.Rules, ruleOf(rule))
			}
		}
		if !any {
			continue
		}
		p.Filters = append(p.Filters, filterLink{g.name, page.With("/rules", "about", g.key, "edition", edition), about == g.key})
		if (about == "" || about == g.key) && len(rg.Rules) > 0 {
			p.Groups = append(p.Groups, rg)
			p.Count += len(rg.Rules)
		}
	}
	return page.Render(w, r, rulesTemplate, p)
}
