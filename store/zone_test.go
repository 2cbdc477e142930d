package store

import (
	"path/filepath"
	"slices"
	"testing"
)

// Every column of a table that goes outside is placed: a new one fails here until
// somebody has said whether it is public.
func TestZoneColumnsArePlaced(t *testing.T) {
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "z.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tables, err := s.dialect.tables(t.Context(), s.read)
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.IndexFunc(tables, func(x table) bool { return x.name == name }) }
	for _, z := range zoneTables() {
		i := at(z.name)
		if i < 0 {
			t.Errorf("no table %s", z.name)
			continue
		}
		var named []string
		for _, c := range z.columns {
			if named = append(named, c.name); c.why == "" {
				t.Errorf("%s.%s goes out and nothing says why", z.name, c.name)
			}
			if slices.ContainsFunc(tables[i].columns, func(x Column) bool { return x.Name == c.name && isSealed(x) }) && !c.inside {
				t.Errorf("%s.%s is sealed and goes out", z.name, c.name)
			}
		}
		for _, c := range tables[i].columns {
			if !slices.Contains(named, c.Name) {
				t.Errorf("%s.%s is not placed: may the public see it?", z.name, c.Name)
			}
		}
		if len(named) != len(tables[i].columns) {
			t.Errorf("%s: %d columns named, the table has %d", z.name, len(named), len(tables[i].columns))
		}
	}
	for _, secret := range []string{"person", "request", "request_content", "account", "session", "voice", "task", "item_mark", "item_sealed", "filing", "private_file"} {
		if slices.ContainsFunc(zoneTables(), func(z zoneTable) bool { return z.name == secret }) {
			t.Errorf("rows of %s go outside", secret)
		}
	}
}
