package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var commit = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// released is the first release of every version: the tests only read them.
var released sync.Map

func TestMain(m *testing.M) {
	code := m.Run()
	released.Range(func(_, dir any) bool { return os.RemoveAll(filepath.Dir(dir.(string))) == nil })
	os.Exit(code)
}

func release(t *testing.T, version string) string {
	t.Helper()
	if dir, ok := released.Load(version); ok {
		return dir.(string)
	}
	dir, err := os.MkdirTemp("", "dist")
	if err != nil {
		t.Fatal(err)
	}
	out := releaseInto(t, dir, version)
	released.Store(version, out)
	return out
}

// releaseInto packs this test itself, which is a program with modules in it,
// as the program of three platforms.
func releaseInto(t *testing.T, dir, version string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"linux-loong64/gongkai", "linux-amd64/gongkai", "windows-amd64/gongkai.exe"} {
		name := filepath.Join(dir, "in", p)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, b, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	j := job{root: "../..", in: filepath.Join(dir, "in"), out: filepath.Join(dir, "out"), version: version, at: commit}
	if err := j.run(io.Discard); err != nil {
		t.Fatal(err)
	}
	return j.out
}

// need is a program of a Debian package.
func need(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: apt-get install %s", name, pkg)
		}
		t.Skipf("%s is not installed (apt-get install %s)", name, pkg)
	}
	return path
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	b, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, b)
	}
	return string(b)
}

// What is handed out depends on the commit alone.
func TestSameBytesEverywhere(t *testing.T) {
	a, b := release(t, "v1.2.0"), releaseInto(t, t.TempDir(), "v1.2.0")
	list, err := os.ReadDir(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		x, err := os.ReadFile(filepath.Join(a, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(b, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs between two folders", f.Name())
		}
	}
	var names []string
	for _, f := range list {
		names = append(names, f.Name())
	}
	want := []string{"LICENSES.txt", "SHA256SUMS", "gongkai-1.2.0-1.loongarch64.rpm", "gongkai-1.2.0-1.x86_64.rpm", "gongkai-v1.2.0-amd64-image.tar.gz",
		"gongkai-v1.2.0-linux-amd64", "gongkai-v1.2.0-linux-loong64", "gongkai-v1.2.0-loong64-image.tar.gz", "gongkai-v1.2.0-windows-amd64.zip",
		"gongkai-v1.2.0.cdx.json", "gongkai_1.2.0_amd64.deb", "gongkai_1.2.0_loong64.deb"}
	if !slices.Equal(names, want) {
		t.Errorf("made %v, want %v", names, want)
	}
	cmd := exec.Command("sha256sum", "-c", "--quiet", "SHA256SUMS")
	cmd.Dir = a
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("SHA256SUMS: %v %s", err, b)
	}
}

// A machine upgrades to what was made later.
func TestVersionsAreOrdered(t *testing.T) {
	need(t, "dpkg", "dpkg")
	at := func(v string, d int) string { return job{version: v, at: commit.AddDate(0, 0, d)}.packaged() }
	order := []string{at("ffff123", 0), at("0aaa999", 1), at("0aaa999-dirty", 2), at("v1.2.0", 3), at("v1.2.0-3-gabcdef0", 4), at("v1.10.0", 5)}
	for i := 1; i < len(order); i++ {
		if err := exec.Command("dpkg", "--compare-versions", order[i-1], "lt", order[i]).Run(); err != nil {
			t.Errorf("%s is not before %s", order[i-1], order[i])
		}
		if strings.Contains(order[i], "-") {
			t.Errorf("%s has a hyphen, which rpm refuses", order[i])
		}
	}
}

func TestLicencesAreRefused(t *testing.T) {
	for body, want := range map[string]string{
		"GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3":                                 "AGPL",
		"This program is under the GNU General Public License":                         "GPL",
		"Mozilla Public License Version 2.0":                                           "MPL-2.0",
		"\"Commons Clause\" License Condition":                                         "Commons-Clause",
		"| Thing | v1 | LGPL-2.1 | linked |":                                           "LGPL-2.1",
		"Permission is hereby granted, free of charge, to any person obtaining a copy": "",
	} {
		_, problems := licenceText([]module{{path: "example.org/x", licences: identify(body)}}, nil)
		if got := strings.Join(problems, " "); want == "" && got != "" || want != "" && !strings.Contains(got, want) {
			t.Errorf("%q: problems %q, want %q", body, got, want)
		}
	}
	if _, problems := licenceText([]module{{path: "example.org/x", unknown: []string{"LICENSE"}}}, nil); len(problems) != 2 {
		t.Errorf("a licence that nobody understood passes: %v", problems)
	}
}

func TestBillOfMaterials(t *testing.T) {
	out := release(t, "v1.2.0")
	b, err := os.ReadFile(filepath.Join(out, "gongkai-v1.2.0.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BomFormat, SpecVersion, SerialNumber string
		Components                           []struct {
			Name, Version, PURL string
			Licenses            []any
		}
		Dependencies []struct{ DependsOn []string }
	}
	if err := json.Unmarshal(b, &bom); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if bom.BomFormat != "CycloneDX" || len(bom.Components) != len(info.Deps)+1 || len(info.Deps) == 0 {
		t.Fatalf("%s with %d components, the program has %d modules and the standard library", bom.BomFormat, len(bom.Components), len(info.Deps))
	}
	for i, c := range bom.Components {
		if c.Version == "" || len(c.Licenses) == 0 || bom.Dependencies[0].DependsOn[i] != c.PURL {
			t.Errorf("%s: version %q, licences %v", c.Name, c.Version, c.Licenses)
		}
	}
}

// cmd.exe of a Chinese Windows reads code page 936; the Explorer of Windows 7
// knows only ASCII names.
func TestWindowsArchive(t *testing.T) {
	out := release(t, "v1.2.0")
	z, err := zip.OpenReader(filepath.Join(out, "gongkai-v1.2.0-windows-amd64.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	found := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found[f.Name] = string(b)
		if strings.ContainsFunc(f.Name, func(r rune) bool { return r > 126 }) {
			t.Errorf("%s is not ASCII", f.Name)
		}
	}
	for _, n := range []string{"start.cmd", "sample.cmd"} {
		s := found["gongkai/"+n]
		if utf8.ValidString(s) || strings.Count(s, "\n") != strings.Count(s, "\r\n") {
			t.Errorf("%s is not of code page 936 with ends of line of Windows", n)
		}
		back, err := simplifiedchinese.GBK.NewDecoder().String(s)
		if err != nil || !strings.Contains(back, "title 政府信息公开") {
			t.Errorf("%s reads back as %q", n, back)
		}
	}
	if s := found["gongkai/README.txt"]; !strings.HasPrefix(s, "\ufeff政府信息公开") {
		t.Errorf("README.txt begins %.30q", s)
	}
	if found["gongkai/gongkai.exe"] == "" || found["gongkai/LICENSES.txt"] == "" {
		t.Error("no program or no licences in the archive")
	}
}

// docker load and podman load read manifest, configuration and layer.
func TestImage(t *testing.T) {
	out := release(t, "v1.2.0")
	parts := untar(t, filepath.Join(out, "gongkai-v1.2.0-amd64-image.tar.gz"))
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(parts["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Architecture string
		Config       struct{ User string }
		Rootfs       struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	if err := json.Unmarshal(parts[manifest[0].Config], &config); err != nil {
		t.Fatal(err)
	}
	if config.Architecture != "amd64" || config.Config.User != "65532:65532" || len(parts[manifest[0].Layers[0]]) == 0 {
		t.Errorf("image: %+v, manifest %+v", config, manifest)
	}
	if want := strings.TrimSuffix(manifest[0].Layers[0], "/layer.tar"); config.Rootfs.DiffIDs[0] != "sha256:"+want {
		t.Errorf("the layer is %s, the configuration says %s", want, config.Rootfs.DiffIDs[0])
	}
}

func untar(t *testing.T, name string) map[string][]byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if out[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}
