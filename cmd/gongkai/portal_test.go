package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/internal/sample"
	"gongkai/law"
	"gongkai/render"
	"gongkai/store"
	"gongkai/store/storetest"
)

// The command writes what was published of an organ and everything below it.
func TestPortalPackageOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "gongkai.db"), store.Options{Signer: storetest.LogKey(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := sample.Load(t.Context(), st, law.Day(2026, 6, 1)); err != nil {
		t.Fatal(err)
	}
	organs, err := st.Organs(t.Context())
	if err != nil || st.Close() != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "包.zip")
	args := []string{"report", "portal", "--data", dir, "--organ", organs[0].Name, "--year", "2024", "--formats", "csv,json", "-o", out}
	if code, o, e := gongkai(t, args...); code != clean || !strings.Contains(o, "SHA-256") {
		t.Fatalf("%d %s %s", code, o, e)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var m render.PortalManifest
	rc, err := zr.Open("manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(rc)
	if err != nil || json.Unmarshal(text, &m) != nil {
		t.Fatal(err)
	}
	if len(m.Reports) < 20 || m.From != organs[0].Name {
		t.Errorf("%d reports from %s", len(m.Reports), m.From)
	}
	for _, r := range m.Reports {
		if r.Year != 2024 || r.Published.IsZero() {
			t.Errorf("%+v", r)
		}
	}
	for name, bad := range map[string][]string{
		"--organ":  {"report", "portal", "--data", dir},
		"没有 exe":   {"report", "portal", "--data", dir, "--organ", organs[0].Name, "--formats", "exe"},
		"没有已发布的报告": {"report", "portal", "--data", dir, "--organ", organs[0].Name, "--year", "2001", "-o", filepath.Join(dir, "none.zip")},
	} {
		if code, _, e := gongkai(t, bad...); code == clean || !strings.Contains(e, name) {
			t.Errorf("%s: %d %s", name, code, e)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.zip")); err == nil {
		t.Error("a package of nothing was left")
	}
}
