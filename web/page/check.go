package page

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"reflect"
	"strings"
	"text/template/parse"
)

// Check compares the template, with layout and parts, against the type of the
// page: every field, method, range and call must exist. It returns all faults
// joined, or nil. Tests call it for every page.
func (t *Template) Check(sample Page) error {
	tt, err := template.New("").Funcs(funcs).ParseFS(templates, "templates/*.html")
	if err != nil {
		return err
	}
	for _, n := range t.names { // a fresh parse: executed templates carry escapers in their trees
		b, err := fs.ReadFile(t.files, n)
		if err != nil {
			return err
		}
		if _, err := tt.New(n).Parse(string(b)); err != nil {
			return err
		}
	}
	c := &checker{set: tt, seen: map[string]bool{}}
	if typ := reflect.TypeOf(sample); typ.Kind() == reflect.Struct && typ != reflect.TypeFor[Base]() {
		for i := range typ.NumField() {
			if f := typ.Field(i); !f.Anonymous {
				if _, hides := reflect.TypeFor[Base]().FieldByName(f.Name); hides {
					c.fault("%s.%s hides what the layout shows", typ, f.Name)
				}
			}
		}
	}
	c.template("layout", reflect.TypeOf(sample))
	return errors.Join(c.faults...)
}

// checker walks parse trees with the type of dot. A nil type is unknown (a nil
// literal, a comparison of mixed branches) and is not followed.
type checker struct {
	set    *template.Template
	seen   map[string]bool
	name   string
	faults []error
	root   reflect.Type
	vars   []variable
}

type variable struct {
	name string
	typ  reflect.Type
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("template %s: %s", c.name, fmt.Sprintf(format, args...)))
}

func (c *checker) template(name string, dot reflect.Type) {
	key := fmt.Sprint(name, "|", dot)
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	tt := c.set.Lookup(name)
	if tt == nil || tt.Tree == nil {
		c.fault("calls %q, which does not exist", name)
		return
	}
	outer := *c
	c.name, c.root, c.vars = name, dot, []variable{{"$", dot}}
	c.list(tt.Tree.Root, dot)
	c.name, c.root, c.vars = outer.name, outer.root, outer.vars
}

func (c *checker) list(l *parse.ListNode, dot reflect.Type) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		c.node(n, dot)
	}
}

func (c *checker) node(n parse.Node, dot reflect.Type) {
	switch n := n.(type) {
	case *parse.ActionNode:
		c.pipe(n.Pipe, dot)
	case *parse.TemplateNode:
		var t reflect.Type
		if n.Pipe != nil {
			t = c.pipe(n.Pipe, dot)
		}
		c.template(n.Name, t)
	case *parse.IfNode:
		c.branch(&n.BranchNode, dot, func(reflect.Type) reflect.Type { return dot })
	case *parse.WithNode:
		c.branch(&n.BranchNode, dot, func(t reflect.Type) reflect.Type { return t })
	case *parse.RangeNode:
		c.ranges(n, dot)
	}
}

func (c *checker) branch(n *parse.BranchNode, dot reflect.Type, inner func(reflect.Type) reflect.Type) {
	mark := len(c.vars)
	t := c.pipe(n.Pipe, dot)
	c.list(n.List, inner(t))
	c.list(n.ElseList, dot)
	c.vars = c.vars[:mark]
}

func (c *checker) ranges(n *parse.RangeNode, dot reflect.Type) {
	mark := len(c.vars)
	t := indirect(c.pipe(n.Pipe, dot))
	var key, elem reflect.Type
	if t != nil {
		switch t.Kind() {
		case reflect.Slice, reflect.Array:
			key, elem = reflect.TypeFor[int](), t.Elem()
		case reflect.Map:
			key, elem = t.Key(), t.Elem()
		case reflect.Int:
			key, elem = t, t
		default:
			c.fault("ranges over %s in %s", t, n.Pipe)
		}
	}
	if d := n.Pipe.Decl; len(d) > 0 {
		types := []reflect.Type{elem}
		if len(d) == 2 {
			types = []reflect.Type{key, elem}
		}
		for i := range d {
			c.vars = append(c.vars, variable{d[i].Ident[0], types[i]})
		}
	}
	c.list(n.List, elem)
	c.list(n.ElseList, dot)
	c.vars = c.vars[:mark]
}

func (c *checker) pipe(p *parse.PipeNode, dot reflect.Type) reflect.Type {
	if p == nil {
		return nil
	}
	var t reflect.Type
	for _, cmd := range p.Cmds {
		t = c.command(cmd, dot)
	}
	if !p.IsAssign && len(p.Decl) == 1 {
		c.vars = append(c.vars, variable{p.Decl[0].Ident[0], t})
	}
	return t
}

func (c *checker) command(cmd *parse.CommandNode, dot reflect.Type) reflect.Type {
	for _, a := range cmd.Args[1:] {
		c.arg(a, dot)
	}
	if id, ok := cmd.Args[0].(*parse.IdentifierNode); ok {
		return c.call(id.Ident, cmd.Args[1:], dot)
	}
	return c.arg(cmd.Args[0], dot)
}

func (c *checker) call(name string, args []parse.Node, dot reflect.Type) reflect.Type {
	if f, ok := funcs[name]; ok {
		ft := reflect.TypeOf(f)
		if len(args) > 0 && !ft.IsVariadic() && len(args) != ft.NumIn() {
			c.fault("%s wants %d arguments", name, ft.NumIn())
		}
		return ft.Out(0)
	}
	switch name {
	case "and", "or":
		if len(args) > 0 {
			return c.arg(args[0], dot)
		}
	case "index", "slice":
		if len(args) > 0 {
			if t := indirect(c.arg(args[0], dot)); t != nil && name == "index" && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map) {
				return t.Elem()
			}
		}
	case "not", "eq", "ne", "lt", "le", "gt", "ge":
		return reflect.TypeFor[bool]()
	case "len":
		return reflect.TypeFor[int]()
	case "print", "printf", "println", "urlquery", "html":
		return reflect.TypeFor[string]()
	}
	return nil
}

func (c *checker) arg(n parse.Node, dot reflect.Type) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.FieldNode:
		return c.chain(dot, n.Ident, n)
	case *parse.ChainNode:
		return c.chain(c.arg(n.Node, dot), n.Field, n)
	case *parse.PipeNode:
		return c.pipe(n, dot)
	case *parse.VariableNode:
		for i := len(c.vars) - 1; i >= 0; i-- {
			if c.vars[i].name == n.Ident[0] {
				return c.chain(c.vars[i].typ, n.Ident[1:], n)
			}
		}
	case *parse.StringNode:
		return reflect.TypeFor[string]()
	case *parse.NumberNode:
		return reflect.TypeFor[int]()
	case *parse.BoolNode:
		return reflect.TypeFor[bool]()
	}
	return nil
}

// chain follows names from a type.
func (c *checker) chain(t reflect.Type, names []string, at parse.Node) reflect.Type {
	for _, name := range names {
		if t == nil {
			return nil
		}
		if m, ok := t.MethodByName(name); ok {
			t = m.Type.Out(0)
			continue
		}
		s := indirect(t)
		if s.Kind() == reflect.Map {
			t = s.Elem()
			continue
		}
		if s.Kind() != reflect.Struct {
			c.fault("%s has no %s (in %s)", t, name, at)
			return nil
		}
		f, ok := s.FieldByName(name)
		if !ok || !f.IsExported() && !f.Anonymous {
			if m, ok := reflect.PointerTo(s).MethodByName(name); ok && t.Kind() == reflect.Pointer {
				t = m.Type.Out(0)
				continue
			}
			c.fault("%s has no %s (in %s)", t, name, strings.TrimSpace(at.String()))
			return nil
		}
		t = f.Type
	}
	return t
}

func indirect(t reflect.Type) reflect.Type {
	if t != nil && t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
