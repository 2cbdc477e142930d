package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/store"
)

// A FilesBed is what RunFiles works on.
type FilesBed struct {
	// Open opens the database of the test, again and again the same.
	Open    func(t testing.TB, o store.Options) *store.Store
	TryOpen func(o store.Options) (*store.Store, error)
	// Keep keeps a private file for good, as the act that names it does.
	Keep func(ctx context.Context, s *store.Store, id int64, ref string) error
}

// RunFiles checks how files are kept: public ones once, looked at for malware
// before anybody gets them; private ones encrypted, apart, and erased with their
// key. Every call of bed gives an empty database.
func RunFiles(t *testing.T, bed func(testing.TB) FilesBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, FilesBed)
	}{
		{"MalwareIsRefused", malwareRefused},
		{"NotServedBeforeItPassed", notServedBefore},
		{"WhatCannotBeScanned", cannotBeScanned},
		{"PrivateFiles", privateFiles},
		{"PrivateFilesAreApart", privateApart},
		{"PrivateDamageIsFound", privateDamage},
		{"PrivateFilesAreErased", privateErased},
		{"PrivateFilesAreScanned", privateScanned},
		{"NobodysPrivateFileIsErased", privateUnkept},
		{"AnotherSecretIsNoticed", anotherSecret},
		{"RecoveryCodesWithoutTheSecret", recoveryWithoutSecret},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, bed(t)) })
	}
}

// Secret is a secret for tests.
func Secret(seed byte) []byte { return bytes.Repeat([]byte{seed}, store.SecretSize) }

func refusal(err error) string {
	var r *act.Refusal
	if errors.As(err, &r) {
		return r.Text
	}
	return ""
}

func malwareRefused(t *testing.T, bed FilesBed) {
	scanner, dir := NewClamd(t), t.TempDir()
	s := bed.Open(t, store.Options{Clamd: scanner.Address, Blobs: dir, Secret: Secret(1)})
	if v := must(s.Scanner(ctx))(t); !strings.HasPrefix(v, "ClamAV 1.0.7/27500") {
		t.Errorf("the scanner is %q", v)
	}
	bad := strings.Repeat("x", 200_000) + Malware
	for range 2 { // the second time it is known
		if _, err := s.PutFile(ctx, strings.NewReader(bad)); !strings.Contains(refusal(err), "病毒") {
			t.Errorf("malware was answered with %v", err)
		}
	}
	if _, err := s.PutPrivate(ctx, "request/1", strings.NewReader(bad)); !strings.Contains(refusal(err), "病毒") {
		t.Errorf("private malware was answered with %v", err)
	}
	if n := scanner.Scans(); n != 2 {
		t.Errorf("%d scans", n)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("malware was kept: %v", left)
	}
	// Without a scanner what was found before is refused all the same.
	s = bed.Open(t, store.Options{Blobs: dir})
	if _, err := s.PutFile(ctx, strings.NewReader(bad)); refusal(err) == "" {
		t.Errorf("known malware without a scanner: %v", err)
	}
	if v, err := s.Scanner(ctx); v != "" || err != nil {
		t.Errorf("no scanner is %q, %v", v, err)
	}
}

// files lists what lies in a folder.
func files(t testing.TB, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A file comes in while the scanner is away, one came before there was any.
func notServedBefore(t *testing.T, bed FilesBed) {
	scanner, dir := NewClamd(t), t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir})
	o := county(t, s, 2)
	f := Filed(o[1].ID, 2023).Example(1)
	f.FileName, f.Source = "旧.txt", []byte("came before")
	must(s.SaveReport(ctx, f))(t)
	_, r := must2(s.Source(ctx, o[1].ID, 2023))(t)
	r.Close()

	s = bed.Open(t, store.Options{Blobs: dir, Clamd: scanner.Address})
	scanner.Stop()
	g := Filed(o[2].ID, 2023).Example(2)
	g.FileName, g.Source = "新.txt", []byte("bad: "+Malware)
	must(s.SaveReport(ctx, g))(t)
	for _, organ := range []int64{o[1].ID, o[2].ID} {
		if _, _, err := s.Source(ctx, organ, 2023); !strings.Contains(refusal(err), "还没有通过病毒检查") {
			t.Errorf("served before it passed: %v", err)
		}
	}
	if x := must(s.InspectBlobs(ctx, true, nil))(t); x.Waiting != 2 {
		t.Errorf("%d wait", x.Waiting)
	}
	if _, err := s.ScanPending(ctx, 10); !errors.Is(err, store.ErrScanner) {
		t.Errorf("a scan without a scanner: %v", err)
	}
	scanner.Start(t)
	if done := must(s.ScanPending(ctx, 10))(t); done != (store.Scan{Clean: 1, Infected: 1}) {
		t.Errorf("%+v", done)
	}
	if done := must(s.ScanPending(ctx, 10))(t); done != (store.Scan{}) {
		t.Errorf("again: %+v", done)
	}
	_, r = must2(s.Source(ctx, o[1].ID, 2023))(t)
	if b := must(io.ReadAll(r))(t); string(b) != "came before" {
		t.Errorf("%q", b)
	}
	r.Close()
	if _, _, err := s.Source(ctx, o[2].ID, 2023); !strings.Contains(refusal(err), "病毒或恶意代码") {
		t.Errorf("infected, and served: %v", err)
	}
	x := must(s.InspectBlobs(ctx, true, nil))(t)
	if len(x.Infected) != 1 || x.Infected[0].Detail != "Gongkai.Test.Malware" || x.Waiting != 0 {
		t.Errorf("%+v", x)
	}
	m := must(s.Backup(ctx, filepath.Join(t.TempDir(), "b"), "", nil))(t)
	if n, _ := m.Blobs(); n != 1 || len(m.Lost) != 1 || !m.Lost[0].Infected {
		t.Errorf("malware in a backup: %d files, %+v", n, m.Lost)
	}
}

func cannotBeScanned(t *testing.T, bed FilesBed) {
	scanner := NewClamd(t)
	s := bed.Open(t, store.Options{Blobs: t.TempDir(), Clamd: scanner.Address})
	k := must(s.PutFile(ctx, strings.NewReader(TooLarge)))(t)
	if _, err := s.OpenFile(ctx, k.Hash); refusal(err) == "" {
		t.Errorf("what could not be looked at was served: %v", err)
	}
	if done := must(s.ScanPending(ctx, 10))(t); done != (store.Scan{}) {
		t.Errorf("tried again at once: %+v", done)
	}
	good := must(s.PutFile(ctx, strings.NewReader("clean")))(t)
	f := must(s.OpenFile(ctx, good.Hash))(t)
	defer f.Close()
	if f.Size != 5 || f.Type != "text/plain; charset=utf-8" {
		t.Errorf("%d bytes of %s", f.Size, f.Type)
	}
}

func must2[A, B any](a A, b B, err error) func(testing.TB) (A, B) {
	return func(t testing.TB) (A, B) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
}
