package office

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/org"
	"gongkai/web/page"
)

type permissionsPage struct {
	page.Base
	Roles []roleHead
	Rows  []permissionLine
	Small [][]smallLine // the same by role, for a narrow screen
}

type roleHead struct {
	Name, Work string
	By         string // who grants it
	Guarding   bool
}

type permissionLine struct {
	Verb  string
	Cells []string
}

type smallLine struct{ Verb, Reach string }

var permissionsTemplate = page.NewTemplate(templates, "templates/people_permissions.html")

// permissions prints the one table that everything asks.
func (o *Office) permissions(w http.ResponseWriter, r *http.Request) error {
	p := permissionsPage{Base: o.base(r, "people", "岗位权限表")}
	p.Crumbs = peopleCrumbs
	for _, role := range org.Roles() {
		p.Roles = append(p.Roles, roleHead{role.Chinese(), role.Work(), role.GrantedBy(), role.Guarding()})
		var small []smallLine
		for _, verb := range org.Verbs() {
			if reach := org.ReachOf(role, verb); reach != 0 {
				small = append(small, smallLine{verb.Chinese(), reach.Chinese()})
			}
		}
		p.Small = append(p.Small, small)
	}
	for _, verb := range org.Verbs() {
		l := permissionLine{Verb: verb.Chinese()}
		for _, role := range org.Roles() {
			l.Cells = append(l.Cells, shortReach(org.ReachOf(role, verb)))
		}
		p.Rows = append(p.Rows, l)
	}
	return page.Render(w, r, permissionsTemplate, p)
}

// shortReach is a reach as the wide table has it, one character each.
func shortReach(r org.Reach) string {
	s := ""
	for _, x := range []struct {
		reach org.Reach
		text  string
	}{{org.Own, "本"}, {org.Below, "下"}, {org.Self, "己"}} {
		if r&x.reach != 0 {
			s += x.text
		}
	}
	return s
}

type rolesPage struct {
	page.Base
	Organs   []page.Option
	Organ    org.Organ
	Rows     []roleLine
	Lacks    []lackLine
	Must     int          // lacks without which work stands still
	Overview []organLacks // where no organ is chosen
	Cut      bool
}

type roleLine struct {
	Role, Work string
	Holders    []holder
	Guarding   bool
	Missing    bool
}

type holder struct {
	Name    page.Link
	Title   string
	Term    string
	Outside bool // works at another organ
}

type lackLine struct {
	Tag  page.Tag
	Text string
	Cite string
}

type organLacks struct {
	Organ      page.Link
	Must, Lean int
	Text       string
}

var rolesTemplate = page.NewTemplate(templates, "templates/people_roles.html")

// maxOverview bounds how many organs are looked at for the overview.
const maxOverview = 300

// roles shows who holds which role at an organ, and what is missing; without an
// organ, where something is missing.
func (o *Office) roles(w http.ResponseWriter, r *http.Request) error {
	v, ctx, today := page.VisitOf(r).Viewer, r.Context(), o.cfg.Today()
	p := rolesPage{Base: o.base(r, "people", "岗位一览")}
	p.Crumbs = peopleCrumbs
	organs, err := o.homes(r, v, org.SeePeople)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(r.FormValue("organ"), 10, 64) // what is no number chooses nothing
	if id == 0 && len(organs) == 1 {
		id = organs[0].ID
	}
	if len(organs) > 1 && len(organs) <= maxChoices {
		p.Organs = append(p.Organs, page.Option{Text: "全部机关"})
		p.Organs = append(p.Organs, organOptions(organs, id)...)
	}
	if id == 0 {
		if len(organs) > maxOverview {
			organs, p.Cut = organs[:maxOverview], true
		}
		for _, x := range organs {
			lacks, err := o.lacks(r, v, x)
			if err != nil {
				return err
			}
			l := organLacks{Organ: page.Link{Text: x.Name, Href: page.With("/desk/people/roles", "organ", fmt.Sprint(x.ID))}}
			for i, k := range lacks {
				if k.Must {
					l.Must++
				} else {
					l.Lean++
				}
				if i > 0 {
					l.Text += "、"
				}
				l.Text += k.Role.Chinese()
			}
			if len(lacks) > 0 {
				p.Overview = append(p.Overview, l)
			}
		}
		return page.Render(w, r, rolesTemplate, p)
	}
	if p.Organ, err = o.store.Organ(ctx, id); err != nil {
		return err
	}
	if !org.May(v, org.SeePeople, p.Organ.Subject()) {
		return page.ErrNotFound
	}
	if home := p.Organ.HomeID(); home != p.Organ.ID {
		http.Redirect(w, r, page.With("/desk/people/roles", "organ", fmt.Sprint(home)), http.StatusSeeOther)
		return nil
	}
	p.Title = p.Organ.ShortName() + "岗位一览"
	posts, err := o.store.OrganPosts(ctx, v, id, today)
	if err != nil {
		return err
	}
	at := map[int64]bool{id: true}
	children, err := o.store.Children(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range children {
		at[c.ID] = c.HomeID() == id
	}
	var held []org.Post
	by := map[org.Role][]holder{}
	for _, x := range posts {
		held = append(held, x.Post)
		by[x.Role] = append(by[x.Role], holder{page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/people/%d", x.Person)}, x.Title, term(x.From, x.To), !at[x.Works]})
	}
	lacks := org.Staffing(p.Organ, held)
	gone := map[org.Role]bool{}
	for _, l := range lacks {
		line := lackLine{Tag: page.Tag{Tone: "warn", Text: "请留意"}, Text: l.Text, Cite: l.Cite.String()}
		if l.Must {
			line.Tag = page.Tag{Tone: "err", Text: "须补齐"}
			p.Must++
		}
		gone[l.Role] = gone[l.Role] || len(by[l.Role]) == 0
		p.Lacks = append(p.Lacks, line)
	}
	for _, role := range org.Roles() {
		if role.Guarding() && len(by[role]) == 0 && !gone[role] {
			continue
		}
		p.Rows = append(p.Rows, roleLine{role.Chinese(), role.Work(), by[role], role.Guarding(), gone[role]})
	}
	return page.Render(w, r, rolesTemplate, p)
}

func (o *Office) lacks(r *http.Request, v org.Viewer, x org.Organ) ([]org.Lack, error) {
	posts, err := o.store.OrganPosts(r.Context(), v, x.ID, o.cfg.Today())
	if err != nil {
		return nil, err
	}
	var held []org.Post
	for _, p := range posts {
		held = append(held, p.Post)
	}
	return org.Staffing(x, held), nil
}
