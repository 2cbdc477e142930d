package site

import (
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// Of a correction the public reads why, and each figure before and after.
func TestCorrectionIsToldToThePublic(t *testing.T) {
	c := newCounty(t)
	page := "/reports/11341500MB0C/2025"
	if strings.Contains(text(c.see(t, page)), "更正") {
		t.Fatal("a correction before there was one")
	}
	version := int64(0)
	do := func(kind string, verb store.FilingVerb) {
		t.Helper()
		if _, err := c.store.WithFiling(t.Context(), store.By{Viewer: org.Program("测试")}, c.qs.ID, 2025, version, kind, verb); err != nil {
			t.Fatal(err)
		}
		version++
	}
	do(act.FilingReopened, func(f *store.FilingFile, _ law.Date) error {
		return f.Correct("表二收费漏填，<b>予以</b>更正。")
	})
	do(act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report.Set("t2.fees.amount", annual.Num(12_500_000))
		return nil
	})
	do(act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(nil, on) })
	do(act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(nil, on) })
	if strings.Contains(text(c.see(t, page)), "更正") {
		t.Error("the public reads a correction that is not published")
	}
	do(act.FilingPublished, func(f *store.FilingFile, on law.Date) error { return f.Publish(on) })
	doc := c.see(t, page)
	s := text(byID(doc, "corrections"))
	for _, want := range []string{"更正说明", "表二收费漏填，<b>予以</b>更正。", "表二 · ", "12.5"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page does not say %q: %s", want, s)
		}
	}
}
