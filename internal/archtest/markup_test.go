package archtest

import (
	"go/ast"
	"path"
	"regexp"
	"strings"
	"testing"
	"text/template/parse"
)

var (
	inline  = regexp.MustCompile(`(?i)<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["'{]|javascript:|<script(?:[^>]*)>[^<]`)
	script  = regexp.MustCompile(`(?i)<script\b[^>]*>`)
	form    = regexp.MustCompile(`(?is)<form\b[^>]*>.*?</form>`)
	tagged  = regexp.MustCompile(`(?is)<(input|select|textarea)\b[^>]*>`)
	attr    = regexp.MustCompile(`(?i)\s([a-z-]+)(?:="([^"]*)")?`)
	labels  = regexp.MustCompile(`(?is)<label\b[^>]*>.*?</label>`)
	actions = regexp.MustCompile(`(?i)\smethod="post"`)
)

// The content policy lets no script or style run that stands in a page.
func TestTemplatesHaveNoInlineScriptOrStyle(t *testing.T) {
	visible(t, func(name, text string) {
		if m := inline.FindString(text); m != "" {
			t.Errorf("%s: %q stands in the page", name, m)
		}
		for _, s := range script.FindAllString(text, -1) {
			if !strings.Contains(s, "src=") {
				t.Errorf("%s: %q has no address", name, s)
			}
		}
	}, ".html")
}

// keyless are the forms that change nothing of record, or stand before anybody
// is signed in, where nobody could be asked whose key it is.
var keyless = map[string]string{
	"/signin": "no session yet", "/signin/code": "no session yet", "/signin/confirm": "a right answer twice is right twice",
	"/signin/oidc/confirm": "only leads to the provider", "/signout": "twice signed out is signed out", "/display": "a choice of the browser",
	"/desk/organs/import": "a preview, nothing is kept", "/desk/people/import": "a preview, nothing is kept",
}

// A double click or a retry acts once: forms of officers carry an operation key.
func TestFormsThatActCarryAKey(t *testing.T) {
	seen := 0
	visible(t, func(name, text string) {
		if !strings.HasPrefix(name, "web/office/") && !strings.HasPrefix(name, "web/signin/") {
			return
		}
		for _, f := range form.FindAllString(text, -1) {
			head := f[:strings.Index(f, ">")+1]
			if !actions.MatchString(head) {
				continue
			}
			seen++
			if keyless[attribute(head, "action")] == "" && !strings.Contains(f, `name="key"`) && !strings.Contains(f, `{{template "key"`) {
				t.Errorf("%s: %s carries no operation key", name, head)
			}
		}
	}, ".html")
	if seen < 30 {
		t.Errorf("only %d forms found", seen)
	}
}

func attribute(tag, name string) string {
	for _, m := range attr.FindAllStringSubmatch(tag, -1) {
		if strings.EqualFold(m[1], name) {
			return m[2]
		}
	}
	return ""
}

// Every input says what it is for, also to those who do not see it.
func TestInputsHaveLabels(t *testing.T) {
	visible(t, func(name, text string) {
		inside := strings.Join(labels.FindAllString(text, -1), "\n")
		for _, in := range tagged.FindAllString(text, -1) {
			switch kind := attribute(in, "type"); {
			case kind == "hidden" || kind == "submit" || strings.Contains(in, `aria-hidden="true"`):
			case strings.Contains(in, "aria-label=") || strings.Contains(in, "aria-labelledby="):
			case strings.Contains(inside, in):
			case attribute(in, "id") != "" && strings.Contains(text, `for="`+attribute(in, "id")+`"`):
			default:
				t.Errorf("%s: %s has no label", name, in)
			}
		}
	}, ".html")
}

// A page has one heading of the first level, whatever branch of its template is
// drawn: it is what a screen reader announces.
func TestPagesHaveOneHeading(t *testing.T) {
	trees := map[string]map[string]*parse.Tree{} // by folder: parts are shared there
	mains := map[string]*parse.Tree{}
	visible(t, func(name, text string) {
		set := map[string]*parse.Tree{}
		p := parse.New(name)
		p.Mode = parse.SkipFuncCheck
		if _, err := p.Parse(text, "", "", set); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		dir := path.Dir(name)
		if trees[dir] == nil {
			trees[dir] = map[string]*parse.Tree{}
		}
		for part, tree := range set {
			switch part {
			case "main":
				mains[name] = tree
			case name:
			default:
				trees[dir][part] = tree
			}
		}
	}, ".html")
	for name, tree := range mains {
		if lo, hi := headings(tree.Root, trees[path.Dir(name)], 0); lo != 1 || hi != 1 {
			t.Errorf("%s: between %d and %d headings of the first level", name, lo, hi)
		}
	}
	if len(mains) < 40 {
		t.Errorf("only %d pages found", len(mains))
	}
}

// headings counts the headings of the branches that have fewest and most.
func headings(n parse.Node, parts map[string]*parse.Tree, depth int) (lo, hi int) {
	if depth > 20 {
		return 0, 0
	}
	branch := func(list, other *parse.ListNode) {
		al, ah := headings(list, parts, depth+1)
		bl, bh := 0, 0
		if other != nil {
			bl, bh = headings(other, parts, depth+1)
		}
		lo, hi = min(al, bl), max(ah, bh)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, x := range n.Nodes {
			a, b := headings(x, parts, depth)
			lo, hi = lo+a, hi+b
		}
	case *parse.TextNode:
		lo = strings.Count(string(n.Text), "<h1")
		hi = lo
	case *parse.IfNode:
		branch(n.List, n.ElseList)
	case *parse.WithNode:
		if n.ElseList == nil && depth == 0 { // a page of one thing, never drawn without it
			return headings(n.List, parts, depth)
		}
		branch(n.List, n.ElseList)
	case *parse.RangeNode:
		branch(n.List, n.ElseList)
		hi *= 2 // may be drawn more than once
	case *parse.TemplateNode:
		if t := parts[n.Name]; t != nil {
			return headings(t.Root, parts, depth+1)
		}
	}
	return lo, hi
}

// A page that has a field of the name of one of the layout's hides that from
// the layout, which then draws the wrong thing.
func TestPagesHideNothingFromTheLayout(t *testing.T) {
	all := tree(t)
	fields := func(st *ast.StructType) (names []string, base bool) {
		for _, f := range st.Fields.List {
			if len(f.Names) == 0 {
				if s, ok := f.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Base" {
					base = true
				}
			}
			for _, n := range f.Names {
				names = append(names, n.Name)
			}
		}
		return names, base
	}
	structs := func(s source, fn func(name string, st *ast.StructType)) {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if d, ok := n.(*ast.TypeSpec); ok {
				if st, ok := d.Type.(*ast.StructType); ok {
					fn(d.Name.Name, st)
				}
			}
			return true
		})
	}
	layout := map[string]bool{}
	for _, s := range all {
		if s.pkg == "web/page" {
			structs(s, func(name string, st *ast.StructType) {
				if name == "Base" {
					names, _ := fields(st)
					for _, n := range names {
						layout[n] = true
					}
				}
			})
		}
	}
	if !layout["Title"] || !layout["Crumbs"] {
		t.Fatal("the fields of page.Base were not found")
	}
	pages := 0
	for _, s := range all {
		structs(s, func(name string, st *ast.StructType) {
			names, base := fields(st)
			if !base {
				return
			}
			pages++
			for _, n := range names {
				if layout[n] {
					t.Errorf("%s: %s.%s hides that of the layout", s.file, name, n)
				}
			}
		})
	}
	if pages < 30 {
		t.Errorf("only %d pages found", pages)
	}
}
