package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/web/page"
)

// object is any JSON object.
type object = map[string]any

func description(t *testing.T) object {
	t.Helper()
	var d object
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// at follows keys into an object.
func at(v any, keys ...string) any {
	for _, k := range keys {
		o, ok := v.(object)
		if !ok {
			return nil
		}
		v = o[k]
	}
	return v
}

// conform says where a value does not fit its schema: types, required fields,
// choices, formats, and fields that the schema does not know.
func conform(d object, schema object, v any, where string) (out []string) {
	if ref, ok := schema["$ref"].(string); ok {
		return conform(d, at(d, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(object), v, where)
	}
	bad := func(f string, args ...any) { out = append(out, where+": "+fmt.Sprintf(f, args...)) }
	if v == nil {
		if schema["nullable"] != true {
			bad("null")
		}
		return out
	}
	if list, ok := schema["oneOf"].([]any); ok {
		for _, x := range list {
			if len(conform(d, x.(object), v, where)) == 0 {
				return nil
			}
		}
		bad("%v fits no choice", v)
		return out
	}
	if list, ok := schema["enum"].([]any); ok && !slices.Contains(list, v) {
		bad("%v is none of %v", v, list)
	}
	switch schema["type"] {
	case "string":
		s, ok := v.(string)
		if !ok {
			bad("%T is no text", v)
		} else if _, err := law.ParseDate(s); schema["format"] == "date" && err != nil {
			bad("%q is no day", s)
		}
	case "integer":
		if n, ok := v.(float64); !ok || n != math.Trunc(n) {
			bad("%v is no integer", v)
		}
	case "number":
		if _, ok := v.(float64); !ok {
			bad("%v is no number", v)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			bad("%v is no boolean", v)
		}
	case "array":
		list, ok := v.([]any)
		if !ok {
			bad("%T is no array", v)
		}
		for i, x := range list {
			out = append(out, conform(d, schema["items"].(object), x, fmt.Sprintf("%s[%d]", where, i))...)
		}
	case "object":
		o, ok := v.(object)
		if !ok {
			bad("%T is no object", v)
			return out
		}
		required, _ := schema["required"].([]any)
		for _, k := range required {
			if _, there := o[k.(string)]; !there {
				bad("%s is missing", k)
			}
		}
		properties, _ := schema["properties"].(object)
		extra, _ := schema["additionalProperties"].(object)
		for k, x := range o {
			switch p, known := properties[k].(object); {
			case known:
				out = append(out, conform(d, p, x, where+"."+k)...)
			case extra != nil:
				out = append(out, conform(d, extra, x, where+"."+k)...)
			case properties != nil && schema["required"] != nil && !strings.HasPrefix(where, "report") && !strings.HasPrefix(where, "openapi"):
				bad("%s is not described", k)
			}
		}
	default:
		bad("the schema has no type: %v", schema)
	}
	return out
}

// exampleOf is the address of a described path, with its own examples.
func exampleOf(path string, x object) string {
	params, _ := x["parameters"].([]any)
	query := ""
	for _, p := range params {
		e := at(p, "example")
		if e == nil {
			continue
		}
		if at(p, "in") == "path" {
			path = strings.ReplaceAll(path, "{"+at(p, "name").(string)+"}", fmt.Sprint(e))
		} else if at(p, "required") == true {
			query += "&" + at(p, "name").(string) + "=" + fmt.Sprint(e)
		}
	}
	if query != "" {
		path += "?" + query[1:]
	}
	return path
}

// published county of the API tests: a report was corrected, a cell is blank,
// everything that can be switched on is.
func apiCounty(t *testing.T) *county {
	t.Helper()
	c := judged(t)
	f, err := c.store.Report(t.Context(), c.qs.ID, 2025)
	if err != nil {
		t.Fatal(err)
	}
	f.Report.Set("t3.new.total", annual.Num(17))
	f.Report.Set("t2.fees.amount", annual.Value{Kind: annual.Blank})
	if _, err := c.store.SaveReport(t.Context(), *f); err != nil {
		t.Fatal(err)
	}
	return c
}

// Every path that is described answers, with what its schema says; every answer
// of the interface is described.
func TestOpenAPIDescribesTheRoutes(t *testing.T) {
	c := apiCounty(t)
	d := description(t)
	for _, on := range []bool{false, true} {
		if on {
			for _, b := range org.Blocks() {
				c.decide(t, c.gov, b)
			}
		}
		for path, methods := range d["paths"].(object) {
			x := at(methods, "get").(object)
			for _, must := range []string{"summary", "tags", "responses"} {
				if x[must] == nil {
					t.Errorf("%s has no %s", path, must)
				}
			}
			p := exampleOf(path, x)
			if strings.Contains(p, "{") {
				t.Errorf("%s: no example for a part of the address", path)
				continue
			}
			res, b := c.get(t, p)
			if res.StatusCode != 200 {
				t.Errorf("%s is described and answers %d", p, res.StatusCode)
				continue
			}
			content, _ := at(x, "responses", "200", "content").(object)
			for kind, how := range content {
				if !strings.HasPrefix(res.Header.Get("Content-Type"), kind) {
					t.Errorf("%s: %s, described as %s", p, res.Header.Get("Content-Type"), kind)
				}
				schema, ok := at(how, "schema").(object)
				if !ok {
					continue
				}
				var v any
				if err := json.Unmarshal([]byte(b), &v); err != nil {
					t.Errorf("%s: %v", p, err)
					continue
				}
				where := "answer"
				if strings.HasSuffix(fmt.Sprint(schema["$ref"]), "/Report") {
					where = "report" // the machine form says more than the description
				} else if path == "/api/openapi.json" {
					where = "openapi"
				}
				for _, wrong := range conform(d, schema, v, where) {
					t.Errorf("%s: %s", p, wrong)
				}
			}
		}
	}
	for _, rt := range New(c.cfg, c.store, page.Link{}).Routes() {
		p := strings.TrimPrefix(rt.Pattern, "GET ")
		p = strings.Replace(p, "{path...}", "{path}", 1)
		if rt.JSON && p != "/api/" && at(d["paths"], p) == nil {
			t.Errorf("%s is served and not described", p)
		}
	}
}

// Every parameter that is described does something or is refused, and lists are
// paged without loss.
func TestAPITableFiltersAndPages(t *testing.T) {
	c := apiCounty(t)
	total := func(query string) int {
		t.Helper()
		res, b := c.get(t, "/api/v1/table?year=2025"+query)
		var x struct {
			Total int
			Rows  []object
		}
		if err := json.Unmarshal([]byte(b), &x); err != nil || res.StatusCode != 200 || x.Total != len(x.Rows) {
			t.Fatalf("%s: %d %v %.200s", query, res.StatusCode, err, b)
		}
		return x.Total
	}
	for query, want := range map[string]int{"": 9, "&kind=town": 7, "&kind=department": 1, "&level=4": 2, "&figures=corrected": 1, "&figures=partial": 1, "&figures=whole": 8, "&q=%E9%82%BB%E8%BF%91": 6,
		"&under=11341500MB0C": 1, "&sort=new": 9, "&sort=new&order=up": 9, "&sort=name": 9, "&sort=published": 9, "&kind=town&q=N1": 1} {
		if got := total(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	for path, want := range map[string]int{"/api/v1/table": 400, "/api/v1/table?year=1": 400, "/api/v1/table?year=2025&sort=errors": 400, "/api/v1/table?year=2025&sort=reversal_rate": 400, "/api/v1/table?year=2025&under=none": 404,
		"/api/v1/table?year=2025&after=x": 400, "/api/v1/nothing": 404, "/api/v1/reports/none/2025/versions": 404, "/api/v1/sums/none/2025": 404, "/api/v1/sums/11341500MB0A/2030": 404} {
		res, b := c.get(t, path)
		var v any
		err := json.Unmarshal([]byte(b), &v)
		if res.StatusCode != want || err != nil || len(conform(description(t), object{"$ref": "#/components/schemas/Error"}, v, "error")) > 0 {
			t.Errorf("%s: %d %s", path, res.StatusCode, b)
		}
		if res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: an error cannot be read by other sites", path)
		}
	}
}

// Answers are told apart by a tag, and other sites may read them.
func TestAPIAnswersAreCachedAndOpen(t *testing.T) {
	c := apiCounty(t)
	for _, p := range []string{"/api/openapi.json", "/api/v1/years", "/api/v1/indicators", "/api/v1/reports?year=2025", "/api/v1/reports/11341500MB0C/2025", "/api/v1/reports/11341500MB0C/2025/versions",
		"/api/v1/reports/11341500MB0C/2025/versions/1", "/api/v1/table?year=2025", "/api/v1/sums/11341500MB0A/2025"} {
		res, b := c.get(t, p)
		tag := res.Header.Get("ETag")
		if tag == "" || res.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.Header.Get("Access-Control-Expose-Headers"), "ETag") {
			t.Errorf("%s: %v", p, res.Header)
		}
		r := httptest.NewRequest("GET", p, nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
			t.Errorf("%s with its tag: %d", p, w.Code)
		}
		head := httptest.NewRecorder()
		c.handler.ServeHTTP(head, httptest.NewRequest("HEAD", p, nil))
		if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != fmt.Sprint(len(b)) {
			t.Errorf("%s by HEAD: %d %s", p, head.Code, head.Header().Get("Content-Length"))
		}
	}
	tag := func() string {
		res, _ := c.get(t, "/api/v1/table?year=2025")
		return res.Header.Get("ETag")
	}
	before := tag()
	c.decide(t, c.gov, org.BlockReversal)
	if tag() == before {
		t.Error("a switch does not change what is kept")
	}
}

// The page for people names every path, parameter and field of the description.
func TestAPIPageSaysWhatTheDescriptionSays(t *testing.T) {
	c := newCounty(t)
	s := text(c.see(t, "/open/api"))
	d := description(t)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			if p, ok := v["properties"].(object); ok {
				for name, x := range p {
					if !strings.Contains(s, name) {
						t.Errorf("field %s is not on the page", name)
					}
					if about, _ := at(x, "description").(string); about != "" && !strings.Contains(s, about) {
						t.Errorf("%q is not on the page", about)
					}
				}
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(at(d, "components", "schemas"))
	for path, methods := range d["paths"].(object) {
		if !strings.Contains(s, "GET "+path) || !strings.Contains(s, at(methods, "get", "summary").(string)) {
			t.Errorf("%s is not on the page", path)
		}
		params, _ := at(methods, "get", "parameters").([]any)
		for _, p := range params {
			if about, _ := at(p, "description").(string); about == "" || !strings.Contains(s, about) {
				t.Errorf("%s: parameter %v is not explained", path, at(p, "name"))
			}
		}
	}
}

// The files of the table hold what the page shows, in its order, all pages.
func TestTableFilesHoldWhatIsShown(t *testing.T) {
	c := apiCounty(t)
	_, csv := c.get(t, "/open/table.csv?year=2025&kind=town&sort=new&show=outcomes")
	lines := strings.Split(strings.TrimSpace(csv), "\r\n")
	if len(lines) != 8 || !strings.Contains(lines[0], "不予公开（件）") || strings.Contains(lines[0], "纠错") || !strings.Contains(lines[1], "邻近5镇") {
		t.Errorf("%s", csv)
	}
	_, b := c.get(t, "/open/table.json?year=2025&show=shares")
	var x struct{ Rows []struct{ Figures object } }
	if err := json.Unmarshal([]byte(b), &x); err != nil || len(x.Rows) != 9 || at(x.Rows[0].Figures["disclosed_share"], "of") == nil {
		t.Errorf("%v %.300s", err, b)
	}
	res, sheet := c.get(t, "/open/table.xlsx?year=2025")
	if res.StatusCode != 200 || !bytes.HasPrefix([]byte(sheet), []byte("PK")) {
		t.Errorf("%d", res.StatusCode)
	}
	for _, bad := range []string{"/open/table.exe?year=2025", "/open/table.csv?year=x", "/open/table.csv?year=2025&under=none"} {
		if res, _ := c.get(t, bad); res.StatusCode != 404 && res.StatusCode != 400 {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
}
