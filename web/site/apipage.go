package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gongkai/web/page"
)

var apiTemplate = page.NewTemplate(files, "apipage.html")

// apiPage is openapi.json for people: the same description, so that neither says
// what the other does not.
type apiPage struct {
	page.Base
	Version string
	Groups  []apiGroup
	Schemas []apiSchema
	Rows    int
	Table   int
}

type apiGroup struct {
	Name  string
	Paths []apiPath
}

type apiPath struct {
	ID, Path, Summary, About string
	Example                  string
	Params                   []apiParam
	Answers                  []apiAnswer
}

type apiParam struct {
	Name, In, Type, About string
	Required              bool
}

type apiAnswer struct {
	Code, About string
	Schema      page.Link
}

type apiSchema struct {
	Name, About string
	Fields      []apiField
}

type apiField struct {
	Name, Type, About string
	Required          bool
	Ref               page.Link
}

// The parts of the description that the page shows.
type (
	describedDoc struct {
		Info struct{ Version string }
		Tags []struct {
			Name        string
			Description string
		}
		Paths      map[string]map[string]described
		Components struct {
			Schemas   map[string]describedSchema
			Responses map[string]describedResponse
		}
	}
	described struct {
		Tags        []string
		Summary     string
		Description string
		Parameters  []struct {
			Name, In, Description string
			Required              bool
			Schema                describedSchema
			Example               any
		}
		Responses map[string]describedResponse
	}
	describedResponse struct {
		Ref         string `json:"$ref"`
		Description string
		Content     map[string]struct{ Schema describedSchema }
	}
	describedSchema struct {
		Ref                  string `json:"$ref"`
		Type                 string
		Format               string
		Nullable             bool
		Description          string
		Enum                 []any
		Minimum, MaxLength   *int
		Required             []string
		Properties           map[string]describedSchema
		Items                *describedSchema
		AdditionalProperties *describedSchema
		OneOf                []describedSchema
	}
)

func (s *Site) apiPage(w http.ResponseWriter, r *http.Request) error {
	var d describedDoc
	if err := json.Unmarshal(openAPI, &d); err != nil {
		return fmt.Errorf("site: description of the interface: %w", err)
	}
	p := apiPage{Base: s.cfg.Base(r, "open", "开放接口说明"), Version: d.Info.Version, Rows: apiRows, Table: apiTableRows}
	p.Crumbs = []page.Link{{Text: "开放数据", Href: "/open"}}
	for _, t := range d.Tags {
		g := apiGroup{Name: t.Description}
		for path, methods := range d.Paths {
			x, ok := methods["get"]
			if ok && slices.Contains(x.Tags, t.Name) {
				g.Paths = append(g.Paths, d.path(path, x))
			}
		}
		slices.SortFunc(g.Paths, func(a, b apiPath) int { return cmp.Compare(a.Path, b.Path) })
		p.Groups = append(p.Groups, g)
	}
	for name, x := range d.Components.Schemas {
		y := apiSchema{Name: name, About: x.Description}
		y.Fields = x.fields("")
		p.Schemas = append(p.Schemas, y)
	}
	slices.SortFunc(p.Schemas, func(a, b apiSchema) int { return cmp.Compare(a.Name, b.Name) })
	return page.Render(w, r, apiTemplate, p)
}

func (d *describedDoc) path(path string, x described) apiPath {
	out := apiPath{ID: "p" + strings.NewReplacer("/", "-", "{", "", "}", "", ".", "-").Replace(path), Path: path, Summary: x.Summary, About: x.Description, Example: path}
	var query []string
	for _, a := range x.Parameters {
		out.Params = append(out.Params, apiParam{a.Name, map[string]string{"path": "地址中", "query": "问号后"}[a.In], a.Schema.text(), a.Description, a.Required})
		if a.Example == nil {
			continue
		}
		if a.In == "path" {
			out.Example = strings.ReplaceAll(out.Example, "{"+a.Name+"}", fmt.Sprint(a.Example))
		} else if a.Required {
			query = append(query, a.Name+"="+fmt.Sprint(a.Example))
		}
	}
	if len(query) > 0 {
		out.Example += "?" + strings.Join(query, "&")
	}
	for code, a := range x.Responses {
		if a.Ref != "" {
			a = d.Components.Responses[last(a.Ref)]
		}
		y := apiAnswer{Code: code, About: a.Description}
		for _, c := range a.Content {
			if c.Schema.Ref != "" {
				y.Schema = schemaLink(c.Schema.Ref)
			}
		}
		out.Answers = append(out.Answers, y)
	}
	slices.SortFunc(out.Answers, func(a, b apiAnswer) int { return cmp.Compare(a.Code, b.Code) })
	return out
}

func last(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

func schemaLink(ref string) page.Link {
	return page.Link{Text: last(ref), Href: "#s-" + last(ref)}
}

// fields lists what an object has, inner ones by their path.
func (x describedSchema) fields(prefix string) []apiField {
	var out []apiField
	names := make([]string, 0, len(x.Properties))
	for n := range x.Properties {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		y := x.Properties[n]
		f := apiField{Name: prefix + n, Type: y.text(), About: y.Description, Required: slices.Contains(x.Required, n)}
		inner := y
		if y.Items != nil {
			inner = *y.Items
		} else if y.AdditionalProperties != nil {
			inner = *y.AdditionalProperties
		}
		if inner.Ref != "" {
			f.Ref = schemaLink(inner.Ref)
		}
		out = append(out, f)
		switch {
		case inner.Ref != "":
		case y.Items != nil:
			out = append(out, inner.fields(prefix+n+"[].")...)
		case y.AdditionalProperties != nil:
			out = append(out, inner.fields(prefix+n+".*.")...)
		default:
			out = append(out, inner.fields(prefix+n+".")...)
		}
	}
	return out
}

// text is a type in words.
func (x describedSchema) text() string {
	t := map[string]string{"string": "文字", "integer": "整数", "number": "数", "boolean": "真假", "array": "数组", "object": "对象"}[x.Type]
	if x.Ref != "" {
		t = last(x.Ref)
	}
	if len(x.OneOf) > 0 {
		var parts []string
		for _, o := range x.OneOf {
			parts = append(parts, o.text())
		}
		t = strings.Join(parts, "或")
	}
	if x.Format == "date" {
		t = "日期"
	}
	if len(x.Enum) > 0 {
		var values []string
		for _, v := range x.Enum {
			values = append(values, fmt.Sprint(v))
		}
		t += "：" + strings.Join(values, "、")
	}
	if x.Nullable {
		t += "，可为 null"
	}
	return t
}
