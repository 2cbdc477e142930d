package outlets

import "testing"

// Every template fits the struct of its page.
func TestTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"list": listTemplate.Check(listPage{}), "show": showTemplate.Check(showPage{}), "entry": entryTemplate.Check(entry{}), "postings": postingsTemplate.Check(postingsPage{}), "posting": postingTemplate.Check(postingPage{}),
		"sums": sumsTemplate.Check(sumsPage{}), "scripts": scriptsTemplate.Check(scriptsPage{}), "script": scriptTemplate.Check(scriptPage{}), "places": placesTemplate.Check(placesPage{}),
		"copies": copiesTemplate.Check(copiesPage{}), "needs": needsTemplate.Check(needsPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPackListIsRead(t *testing.T) {
	for in, want := range map[string][2]string{"下河村 50": {"下河村", "50"}, "便民大厅：200份": {"便民大厅", "200"}, "石门村，3": {"石门村", "3"}} {
		m := packLine.FindStringSubmatch(in)
		if m == nil || m[1] != want[0] || m[2] != want[1] {
			t.Errorf("%q is %q", in, m)
		}
	}
	for _, in := range []string{"下河村", "50", "下河村 很多"} {
		if m := packLine.FindStringSubmatch(in); m != nil && m[1] != "" {
			t.Errorf("%q is %q", in, m)
		}
	}
}
