package oversight

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed schemes/*.json
var schemeFiles embed.FS

// ShippedSchemes are the schemes that come with the program: A to E follow real
// score tables, T is one to begin with. Points and labels are those of the
// tables, the wording is ours; Note says where a table left room.
func ShippedSchemes() ([]*Scheme, error) {
	list, err := schemeFiles.ReadDir("schemes")
	if err != nil {
		return nil, err
	}
	var out []*Scheme
	for _, f := range list {
		b, err := schemeFiles.ReadFile("schemes/" + f.Name())
		if err != nil {
			return nil, err
		}
		s, err := ParseScheme(b)
		if err != nil {
			return nil, fmt.Errorf("oversight: %s: %w", f.Name(), err)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b *Scheme) int { return strings.Compare(a.Code, b.Code) })
	return out, nil
}

// ShippedScheme is one of them by code.
func ShippedScheme(code string) (*Scheme, bool) {
	list, err := ShippedSchemes()
	if err != nil {
		return nil, false
	}
	for _, s := range list {
		if s.Code == code {
			return s, true
		}
	}
	return nil, false
}
