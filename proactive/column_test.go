package proactive

import "testing"

func TestColumnsOfThePortal(t *testing.T) {
	const setting = "公示=1023\n20.1=1024；20=1000;其他=999"
	for _, c := range []struct {
		kind     Kind
		category string
		want     string
	}{{Publicity, "20.1", "1023"}, {Document, "20.1", "1024"}, {Document, "20.12", "1000"}, {Document, "21.town.3", "999"}} {
		if got := ColumnOf(setting, c.kind, c.category); got != c.want {
			t.Errorf("%s in %s goes to %q, want %q", c.kind, c.category, got, c.want)
		}
	}
	if got := ColumnOf("", Notice, "20.15"); got != "" {
		t.Errorf("no mapping gives %q", got)
	}
}
