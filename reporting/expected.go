package reporting

import (
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// An Expected organ is one that has to hand in a report.
type Expected struct {
	Name  string            // full name, as it stands in the list
	Also  []string          // short and former names under which it may file
	Level annual.OrganLevel // LevelUnknown: taken from the name
}

// ParseList reads a list of organs, one a line: the full name, then, after a
// tab or "|", further names. Empty lines and lines that begin with "#" are
// skipped, leading numbers ("3.", "3、") are dropped, doubles are kept once.
func ParseList(s string) []Expected {
	var out []Expected
	seen := map[string]bool{}
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == '\t' || r == '|' || r == '｜' })
		if len(parts) == 0 {
			continue
		}
		if len(parts) > 1 && strings.Trim(parts[0], "0123456789 .、") == "" {
			parts = parts[1:] // a numbered table pasted from a spreadsheet
		}
		e := Expected{Name: strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(parts[0]), "0123456789.、．　 "))}
		for _, p := range parts[1:] {
			if p = strings.TrimSpace(p); p != "" {
				e.Also = append(e.Also, p)
			}
		}
		if k := text.Fold(e.Name); k != "" && !seen[k] {
			seen[k] = true
			out = append(out, e)
		}
	}
	return out
}

// LevelOf says from an organ's name what kind of organ it is. A name that does
// not tell is LevelUnknown.
func LevelOf(name string) annual.OrganLevel {
	n := text.Fold(name)
	n = strings.TrimSuffix(n, "人民政府")
	whole := len(n) < len(text.Fold(name))
	switch {
	case hasSuffix(n, "街道办事处", "街道", "镇", "乡", "苏木"):
		return annual.LevelTown
	case whole || hasSuffix(n, "县政府", "区政府", "市政府", "省政府"):
		return annual.LevelGovernment
	case hasSuffix(n, "镇政府", "乡政府"):
		return annual.LevelTown
	case hasSuffix(n, "部") && strings.HasPrefix(n, "中华人民共和国"):
		return annual.LevelMinistry
	case hasSuffix(n, "局", "委员会", "委", "办公室", "办", "厅", "中心", "大队", "支队", "分局", "院", "社"):
		return annual.LevelDepartment
	}
	return annual.LevelUnknown
}

func hasSuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}
