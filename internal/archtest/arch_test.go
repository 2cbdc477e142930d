package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "gongkai/"

// rank orders the packages: imports point to a lower rank only. The numbers are
// finer than those of the design's table, because siblings there may not import
// each other and a few here do (render writes what reporting words). A package
// that is not listed fails the test, so that a new one is placed on purpose.
var rank = map[string]int{
	"law": 0,
	"act": 1, "doc": 1, "text": 1, "law/calendar": 1, "ingest/limit": 1,
	"account": 2, "law/deadline": 2, "law/fee": 2, "law/annual": 2, "org": 3, "translog": 2, "ingest/ruled": 2,
	"ingest/plain": 2, "ingest/html": 2, "ingest/docx": 2, "ingest/xlsx": 2, "ingest/pdf": 3, "ingest/ofd": 3, "ingest/office": 2, "ingest/rows": 3, "rich": 1, "search": 2, "vetting": 3,
	"casework": 3, "proactive": 4, "reporting": 3, "oversight": 3,
	"ingest": 4, "render": 5, "redact": 4,
	"store": 6, "collect": 6, "store/storetest": 7,
	"portal": 7, "zone": 7, "notify": 8, "web/page": 8, "web/site": 9, "web/desk": 9, "web/office": 9, "web/lead": 9, "web/requests": 9, "web/items": 9, "web/outlets": 9, "web/signin": 9,
	"internal/sample": 10, "internal/doctest": 2, "internal/browsing": 0, "internal/dist": 0, "docs/manual": 0,
	"cmd/gongkai": 11,
}

// may narrows what the rank would allow: a package that is named here imports
// only these of ours.
var may = map[string][]string{
	"law":           {},
	"act":           {"law"},
	"doc":           {"law"},
	"text":          {"law"},
	"law/calendar":  {"law"},
	"law/annual":    {"law", "act", "doc", "text", "law/calendar"},
	"org":           {"law", "act", "law/annual", "text"},
	"account":       {"law"},
	"ingest/limit":  {},
	"ingest/ruled":  {"doc", "text", "ingest/limit", "law"},
	"ingest/plain":  {"doc", "text", "ingest/limit", "law"},
	"ingest/html":   {"doc", "text", "ingest/limit", "law"},
	"ingest/docx":   {"doc", "text", "ingest/limit", "law"},
	"ingest/xlsx":   {"doc", "text", "ingest/limit", "law"},
	"ingest/pdf":    {"doc", "text", "ingest/limit", "ingest/ruled", "law"},
	"ingest/ofd":    {"doc", "text", "ingest/limit", "ingest/ruled", "law"},
	"ingest/office": {"doc", "text", "ingest/limit", "law"},
	"ingest/rows":   {"doc", "text", "ingest/limit", "ingest/xlsx"},
	"redact":        {"ingest/limit", "ingest/pdf", "vetting"},
	"reporting":     {"law", "act", "law/annual", "law/calendar", "text", "doc", "org"},
	"oversight":     {"law", "act", "law/annual", "law/calendar", "text", "doc", "org"},
	"law/deadline":  {"law", "law/calendar"},
	"law/fee":       {"law"},
	"rich":          {"law"},
	"search":        {"text"},
	"vetting":       {"law", "text", "rich"},
	"proactive":     {"law", "act", "law/annual", "law/calendar", "law/deadline", "text", "doc", "org", "rich", "vetting"},
	"casework":      {"law", "act", "law/calendar", "law/deadline", "law/fee", "text", "doc", "org"},
	"render":        {"law", "law/annual", "doc", "text", "org", "reporting", "oversight", "rich", "proactive"},
	"collect":       {"law", "law/annual", "law/calendar", "text", "doc", "org", "reporting", "ingest", "ingest/limit", "render"},
}

// pure packages may not reach the outside world; the message says why.
var pure = []string{"law", "law/calendar", "law/deadline", "law/fee", "law/annual", "doc", "text", "act", "org", "translog", "account", "casework", "proactive", "rich", "vetting", "reporting", "oversight"}

var forbiddenForPure = []string{"database/sql", "net/http", "net", "os", "os/exec"}

// words that name no subject of the field.
var forbiddenNames = regexp.MustCompile(`^(service|services|repository|repositories|manager|util|utils|common|helper|helpers|models?|misc|base|shared|types|interfaces)$`)

// longest is the number of lines from which a file is looked at for a seam.
const longest = 450

type source struct {
	pkg  string // path under the module, e.g. law/annual
	file string // slash path from the root
	test bool
	ast  *ast.File
	text string
	set  *token.FileSet
}

func tree(t *testing.T) []source {
	t.Helper()
	root := "../.."
	var out []source
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin" || name == "dist" || name == "node_modules" || name == "vendor") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, p, b, parser.ParseComments)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		out = append(out, source{path.Dir(rel), rel, strings.HasSuffix(name, "_test.go"), f, string(b), set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d Go files found under %s", len(out), root)
	}
	return out
}

func imports(s source) []string {
	var out []string
	for _, i := range s.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// problem says why pkg may not import the package of ours, or "".
func problem(pkg, imported string) string {
	if list, named := may[pkg]; named {
		for _, x := range list {
			if x == imported {
				return ""
			}
		}
		return "its list in archtest does not name it"
	}
	a, known := rank[pkg]
	b, alsoKnown := rank[imported]
	switch {
	case !known:
		return pkg + " has no rank in archtest"
	case !alsoKnown:
		return imported + " has no rank in archtest"
	case b >= a:
		return "imports point down only"
	case pkg == "store" && (imported == "ingest" || imported == "render"):
		return "the store neither reads nor writes files of reports"
	case imported == "store/storetest":
		return "the conformance suite is for tests"
	case strings.HasPrefix(imported, "internal/") && pkg != "cmd/gongkai":
		return "only cmd shows the sample county" // docs/decisions.md
	case strings.HasPrefix(imported, "web/") && imported != "web/page" && pkg != "cmd/gongkai":
		return "the public site and the desk know nothing of each other"
	}
	return ""
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range tree(t) {
		if s.test {
			continue
		}
		if _, known := rank[s.pkg]; !known && s.pkg != "internal/archtest" {
			t.Errorf("%s: package %s has no rank; place it in rank and in the table of docs/tour.md", s.file, s.pkg)
			continue
		}
		for _, p := range imports(s) {
			ours, is := strings.CutPrefix(p, module)
			if !is {
				continue
			}
			if why := problem(s.pkg, ours); why != "" {
				t.Errorf("%s imports %s: %s", s.file, ours, why)
			}
		}
	}
}

// The rule itself is tested: these imports must be refused.
func TestRuleRefuses(t *testing.T) {
	for _, bad := range [][2]string{
		{"law", "doc"}, {"law/annual", "store"}, {"reporting", "ingest"}, {"reporting", "store"}, {"ingest/html", "ingest/docx"},
		{"ingest/docx", "law/annual"}, {"render", "store"}, {"render", "web/page"}, {"collect", "store"}, {"collect", "web/page"},
		{"store", "render"}, {"store", "web/page"}, {"web/page", "web/site"}, {"web/site", "web/desk"}, {"web/desk", "web/site"}, {"store", "cmd/gongkai"},
		{"nowhere", "law"},
	} {
		if problem(bad[0], bad[1]) == "" {
			t.Errorf("%s may import %s", bad[0], bad[1])
		}
	}
	for _, good := range [][2]string{{"collect", "reporting"}, {"web/desk", "collect"}, {"web/site", "store"}, {"ingest", "ingest/docx"}, {"render", "reporting"}} {
		if why := problem(good[0], good[1]); why != "" {
			t.Errorf("%s may not import %s: %s", good[0], good[1], why)
		}
	}
}

func TestPurePackages(t *testing.T) {
	isPure := map[string]bool{}
	for _, p := range pure {
		isPure[p] = true
	}
	for _, s := range tree(t) {
		if s.test || !isPure[s.pkg] {
			continue
		}
		for _, p := range imports(s) {
			for _, bad := range forbiddenForPure {
				if p == bad {
					t.Errorf("%s imports %s: %s works on values only", s.file, p, s.pkg)
				}
			}
			// law/date.go alone may turn an instant into a legal day.
			if p == "time" && strings.HasPrefix(s.pkg, "law") && s.file != "law/date.go" || p == "time" && s.pkg == "reporting" {
				t.Errorf("%s imports time: a legal day is a law.Date, today is an argument", s.file)
			}
		}
	}
}

// Only cmd reads the clock and the environment.
func TestClockAndEnvironment(t *testing.T) {
	forbidden := map[string]string{"time.Now": "take today or now as an argument", "time.Since": "take now as an argument",
		"os.Getenv": "take configuration as an argument", "os.LookupEnv": "take configuration as an argument", "os.Environ": "take configuration as an argument"}
	for _, s := range tree(t) {
		if s.test || strings.HasPrefix(s.pkg, "cmd/") || s.pkg == "store/storetest" || s.pkg == "internal/browsing" {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			if why, bad := forbidden[x.Name+"."+sel.Sel.Name]; bad {
				t.Errorf("%s: %s.%s: %s", s.set.Position(n.Pos()), x.Name, sel.Sel.Name, why)
			}
			return true
		})
	}
}

func TestNames(t *testing.T) {
	for _, s := range tree(t) {
		for _, part := range strings.Split(s.pkg, "/") {
			if forbiddenNames.MatchString(part) {
				t.Errorf("%s: a package named %s says nothing of its subject", s.file, part)
			}
		}
		if n := strings.TrimSuffix(s.ast.Name.Name, "_test"); forbiddenNames.MatchString(n) {
			t.Errorf("%s: package %s says nothing of its subject", s.file, n)
		}
	}
}

func TestFileLength(t *testing.T) {
	for _, s := range tree(t) {
		if n := strings.Count(s.text, "\n"); n > longest {
			t.Errorf("%s has %d lines, more than %d: look for the seam", s.file, n, longest)
		}
	}
}

// Registration by init and shared state make order and tests suffer.
func TestNoInit(t *testing.T) {
	for _, s := range tree(t) {
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !s.test {
				t.Errorf("%s has an init function", s.file)
			}
		}
	}
}

// Nothing in the repository names the machine it was written on.
func TestNoMachinePaths(t *testing.T) {
	// put together here so that this file does not name them either
	bad := regexp.MustCompile(`/` + `work/(main|shared|\.)|/` + `tmp/brief|/` + `root/|/` + `home/[a-z]+/|C:\\` + `Users\\`)
	root := "../.."
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && (name == ".git" || name == "bin" || name == "dist" || name == "data" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		switch strings.ToLower(filepath.Ext(name)) {
		case ".go", ".md", ".txt", ".html", ".css", ".js", ".json", ".sql", ".mod", ".tmpl", ".yaml", ".yml", "":
		default:
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if loc := bad.Find(b); loc != nil {
			t.Errorf("%s names a path of one machine: %s", p, loc)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
