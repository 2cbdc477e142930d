package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Offices keep browsers for years: pages serve Chromium 78 and Firefox 78. What
// those do not know may be used only where its absence costs nothing; every such
// use is a line of improvements with its reason.

// newer is a rule of CSS or script that one of the two does not know.
type newer struct {
	name string
	re   *regexp.Regexp
}

func rule(name, re string) newer { return newer{name, regexp.MustCompile(re)} }

// newCSS is asked of a whole style sheet without comments and texts.
var newCSS = []newer{
	rule(":is()", `:is\(`), rule(":where()", `:where\(`), rule(":has()", `:has\(`),
	rule(":not() of more than one simple selector", `:not\([^()]*[ ,>+~][^()]*\)`),
	rule(":focus-visible", `:focus-visible`), rule("::marker", `::marker`), rule("::file-selector-button", `::file-selector-button`),
	rule("@layer, @container, @property, @scope", `@(layer|container|property|scope|starting-style)\b`),
	rule("range in @media", `@media[^{]*[<>]`),
	rule("nesting", `[{};]\s*&`),
	rule("gap", `[{;\s](row-)?gap\s*:`),
	rule("aspect-ratio", `aspect-ratio\s*:`), rule("inset", `[{;\s]inset\s*:`), rule("accent-color", `accent-color\s*:`),
	rule("min(), max(), clamp()", `[^a-z-](min|max|clamp)\(`),
	rule("logical properties", `[{;\s]((margin|padding|border|inset)-(inline|block)|(min-|max-)?(inline|block)-size)`),
	rule("new colours", `(color-mix|oklch|oklab|lch|lab|hwb|light-dark)\(`), rule("conic-gradient", `conic-gradient\(`),
	rule("individual transforms", `[{;\s](translate|rotate|scale)\s*:`),
	rule("new viewport units", `\d(dvh|svh|lvh|dvw|svw|lvw|cqw|cqi)\b`),
	rule("fit-content", `:\s*fit-content`), rule("text-wrap", `text-wrap\s*:`), rule("content-visibility", `content-visibility`),
	rule("scrollbar-gutter", `scrollbar-gutter`), rule("overflow:clip", `overflow(-[xy])?\s*:\s*clip`), rule("backdrop-filter", `backdrop-filter`),
	rule("text-underline-offset", `text-underline-offset\s*:`), rule("text-decoration-thickness", `text-decoration-thickness\s*:`),
	rule("overflow-wrap:anywhere", `overflow-wrap\s*:\s*anywhere`),
}

// improvements may be missing without harm.
var improvements = map[string]string{
	":focus-visible":            "only takes away the outline of :focus for the mouse; without it the outline stays",
	"accent-color":              "the colour of a bar",
	"text-underline-offset":     "how far a line stands from its word",
	"text-decoration-thickness": "how thick that line is",
	"overflow-wrap:anywhere":    "body breaks words everywhere; this narrows tables further",
}

// newJS is asked of a script without comments and texts.
var newJS = []newer{
	rule("optional chaining", `\?\.[^0-9]`), rule("??", `\?\?`), rule("logical assignment", `(\|\||&&)=`),
	rule("private fields", `[^\w]#[A-Za-z_]\w*`), rule("static blocks", `\bstatic\s*\{`),
	rule("modules", `(^|[\n;{}])\s*(import|export)\b`), rule("top-level await", `(^|\n)await\b`),
	rule("replaceAll", `\.replaceAll\(`), rule(".at()", `\.at\(`), rule("replaceChildren", `\.replaceChildren\(`),
	rule("new array methods", `\.(findLast|findLastIndex|toSorted|toReversed|toSpliced|group)\(`),
	rule("Object.hasOwn", `Object\.hasOwn\b`), rule("structuredClone", `\bstructuredClone\(`), rule("Promise.any", `Promise\.any\b`),
	rule("randomUUID", `randomUUID\(`), rule("AbortSignal.timeout", `AbortSignal\.(timeout|any)\b`), rule("dialogs", `\.(showModal|showPicker|showPopover)\(`),
	rule("WeakRef", `\bWeakRef\b`), rule("Intl.Segmenter", `Intl\.Segmenter`),
}

// newMarkup is asked of templates.
var newMarkup = []newer{
	rule("dialog", `<dialog\b`), rule("popover", `\spopover(target)?\b=`), rule("inert", `<[a-z]+[^>]*\sinert\b`), rule("search element", `<search\b`),
	rule("module script", `<script[^>]*type="module"`),
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssText    = regexp.MustCompile(`"[^"\n]*"`)
	cssRule    = regexp.MustCompile(`([^{}]*)\{([^{}]*)\}`)
)

func bareCSS(s string) string {
	return cssText.ReplaceAllString(cssComment.ReplaceAllString(s, " "), `""`)
}

// bareJS drops comments, texts and regular expressions, so that what remains
// are the words of the language.
func bareJS(s string) string {
	var out strings.Builder
	last := byte('(') // the last byte that is no space: tells a division from an expression
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
			out.WriteByte('\n')
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				return out.String()
			}
			i += end + 3
		case c == '"' || c == '\'' || c == '`' || c == '/' && strings.IndexByte("(,=:[!&|?{};\n", last) >= 0:
			class := false
			for i++; i < len(s) && (s[i] != c || class); i++ {
				switch s[i] {
				case '\\':
					i++
				case '[':
					class = c == '/'
				case ']':
					class = false
				}
			}
			out.WriteString(`""`)
			last = '"'
		default:
			out.WriteByte(c)
			if c != ' ' && c != '\t' && c != '\n' {
				last = c
			}
		}
	}
	return out.String()
}

// lacks names what the two browsers do not know of a file.
func lacks(name, text string) (out []string) {
	var rules []newer
	switch filepath.Ext(name) {
	case ".css":
		text, rules = bareCSS(text), newCSS
		out = append(out, lacksInRules(text)...)
	case ".js":
		for _, r := range []string{":is(", ":where(", ":has("} {
			if strings.Contains(text, r) {
				out = append(out, r+")")
			}
		}
		text, rules = bareJS(text), newJS
	case ".html":
		rules = newMarkup
	}
	for _, r := range rules {
		if _, ok := improvements[r.name]; !ok && r.re.MatchString(text) {
			out = append(out, r.name+": "+r.re.FindString(text))
		}
	}
	return out
}

// lacksInRules finds what is new only beside something else in the same rule.
func lacksInRules(css string) (out []string) {
	for _, m := range cssRule.FindAllStringSubmatch(css, -1) {
		sel, body := strings.TrimSpace(m[1]), ";"+strings.ReplaceAll(m[2], " ", "")
		flex := strings.Contains(body, "display:flex") || strings.Contains(body, "display:inline-flex")
		has := func(s string) bool { return strings.Contains(body, s) }
		switch {
		case flex && has("grid-gap"):
			out = append(out, sel+": gap in flex")
		case has(";column-gap:") && !has(";columns:"):
			out = append(out, sel+": column-gap without columns")
		case flex && (has("align-items:start") || has("align-items:end") || has("justify-content:start") || has("justify-content:end")):
			out = append(out, sel+": start or end in flex")
		case has(";appearance:") && !has("-webkit-appearance:"):
			out = append(out, sel+": appearance without its prefix")
		case has(";mask:") && !has("-webkit-mask:"):
			out = append(out, sel+": mask without its prefix")
		case has("position:sticky") && !has("position:-webkit-sticky"):
			out = append(out, sel+": sticky without its prefix")
		case strings.Contains(sel, ":focus-visible") && strings.Contains(sel, ","):
			out = append(out, sel+": a selector that is not known takes the others of its list with it")
		}
	}
	depth, inGroup := 0, []bool{false}
	at := 0
	for i := 0; i < len(css); i++ {
		switch css[i] {
		case '{':
			head := strings.TrimSpace(css[at:i])
			if depth > 0 && !inGroup[depth] {
				out = append(out, head+": nesting")
			}
			depth++
			inGroup = append(inGroup[:depth], strings.HasPrefix(head, "@media") || strings.HasPrefix(head, "@supports") || strings.HasPrefix(head, "@keyframes"))
			at = i + 1
		case '}':
			depth = max(0, depth-1)
			at = i + 1
		case ';':
			at = i + 1
		}
	}
	return out
}

// visible calls fn for every file of the pages with one of the endings.
func visible(t *testing.T, fn func(name, text string), endings ...string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir("../../web", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, e := range endings {
			if filepath.Ext(p) == e {
				b, err := os.ReadFile(p)
				if err != nil {
					return err
				}
				n++
				fn(filepath.ToSlash(strings.TrimPrefix(p, "../../")), string(b))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 3 {
		t.Fatalf("only %d files %v under web: the walk has lost its way", n, endings)
	}
}

func TestPagesServeOldBrowsers(t *testing.T) {
	visible(t, func(name, text string) {
		for _, l := range lacks(name, text) {
			t.Errorf("%s: Chromium 78 or Firefox 78 do not know %s", name, l)
		}
	}, ".css", ".js", ".html")
}

// An improvement that nobody uses any more is no longer tolerated.
func TestImprovementsAreUsed(t *testing.T) {
	used := map[string]bool{}
	visible(t, func(_, text string) {
		for _, r := range newCSS {
			used[r.name] = used[r.name] || r.re.MatchString(bareCSS(text))
		}
	}, ".css")
	for name := range improvements {
		if !used[name] {
			t.Errorf("%s is tolerated and not used", name)
		}
	}
}

func TestOldBrowserRulesFind(t *testing.T) {
	for _, x := range []struct{ name, text string }{
		{"a.css", `a:is(b,c){color:red}`}, {"a.css", `a{display:flex;gap:3px}`}, {"a.css", `a{display:flex;grid-gap:3px}`},
		{"a.css", `a{width:min(3px,4px)}`}, {"a.css", `a{inset:0}`}, {"a.css", `a{margin-inline:3px}`}, {"a.css", `a{color:red;b{color:blue}}`},
		{"a.css", `@media(width>=3px){a{color:red}}`}, {"a.css", `@layer x{a{color:red}}`}, {"a.css", `a:not(.b .c){color:red}`},
		{"a.css", `a:focus-visible,b:focus{outline:none}`}, {"a.css", `a{display:flex;align-items:start}`}, {"a.css", `a{appearance:none}`},
		{"a.js", `a?.b`}, {"a.js", `a=b??c`}, {"a.js", `a||=b`}, {"a.js", `class A{#x=1}`}, {"a.js", "import x from 'y'"}, {"a.js", "f('a').replaceAll('b','c')"},
		{"a.js", `list.at(-1)`}, {"a.js", `document.querySelector('a:has(b)')`}, {"a.html", `<dialog open>`},
	} {
		if len(lacks(x.name, x.text)) == 0 {
			t.Errorf("%s: %s passes", x.name, x.text)
		}
	}
	for _, x := range []struct{ name, text string }{
		{"a.css", `a{display:grid;grid-gap:3px;grid-template-columns:minmax(0,1fr)} /* gap: no */`}, {"a.css", `a{box-shadow:inset 0 0 0 1px red;columns:3;column-gap:3px}`},
		{"a.css", `@media print{a{color:red}b::after{content:"gap: 3px"}}`}, {"a.css", `a:focus:not(:focus-visible){outline:none}`},
		{"a.js", `// a?.b
var a = b ? .5 : c / 2, d = /["'?.]/.test('??') /* ||= */;`},
	} {
		if l := lacks(x.name, x.text); len(l) > 0 {
			t.Errorf("%s: %s is refused: %v", x.name, x.text, l)
		}
	}
}
