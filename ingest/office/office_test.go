package office

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"gongkai/ingest/limit"
)

const page = `<html><head><meta charset="utf-8"></head><body><p>一、总体情况</p><table border="1"><tr><td colspan="2">申请人情况</td></tr><tr><td>自然人</td><td>12</td></tr></table></body></html>`

func need(t *testing.T) {
	t.Helper()
	if find() != "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("LibreOffice is missing: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui")
	}
	t.Skip("LibreOffice is not installed")
}

// old makes a file in an old format with LibreOffice.
func old(t *testing.T, ext, export, filter string) []byte {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.html")
	if err := os.WriteFile(in, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(find(), "-env:UserInstallation="+fileURL(filepath.Join(dir, "p")), "--headless", "--infilter="+filter, "--convert-to", ext+":"+export, "--outdir", dir, in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "in."+ext))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// part is one entry of the result.
func part(t *testing.T, b []byte, name string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	var s bytes.Buffer
	_, _ = s.ReadFrom(f)
	return s.String()
}

func TestConvert(t *testing.T) {
	need(t)
	doc := old(t, "doc", "MS Word 97", "HTML (StarWriter)")
	rtf := old(t, "rtf", "Rich Text Format", "HTML (StarWriter)")
	xls := old(t, "xls", "MS Excel 97", "HTML (StarCalc)")
	if Sniff(doc) != "doc" || Sniff(xls) != "xls" {
		t.Errorf("sniffed %q and %q", Sniff(doc), Sniff(xls))
	}
	c := New(1)
	var wg sync.WaitGroup
	for _, f := range []struct {
		name string
		data []byte
		want string
		part string
		has  []string
	}{
		{"年报 2023.doc", doc, "年报 2023.docx", "word/document.xml", []string{"一、总体情况", `w:gridSpan w:val="2"`, "12"}},
		{"a.WPS", doc, "a.docx", "word/document.xml", []string{"自然人"}},
		{"dir/a.rtf", rtf, "dir/a.docx", "word/document.xml", []string{"自然人"}},
		{"web.doc", []byte(page), "web.docx", "word/document.xml", []string{"自然人"}},
		{"a.xls", xls, "a.xlsx", "xl/sharedStrings.xml", []string{"申请人情况"}},
		{"a.et", xls, "a.xlsx", "xl/worksheets/sheet1.xml", []string{"mergeCell"}},
	} {
		wg.Go(func() {
			name, out, err := c.Convert(context.Background(), f.name, f.data)
			if err != nil {
				t.Errorf("%s: %v", f.name, err)
				return
			}
			if name != f.want {
				t.Errorf("%s became %s, want %s", f.name, name, f.want)
			}
			s := part(t, out, f.part)
			for _, w := range f.has {
				if !strings.Contains(s, w) {
					t.Errorf("%s: %q is lost", f.name, w)
				}
			}
		})
	}
	wg.Wait()
}

func TestRefusals(t *testing.T) {
	c := New(1)
	for name, f := range map[string]struct {
		file string
		data []byte
		code string
	}{
		"empty":      {"a.doc", nil, "EMPTY"},
		"noise":      {"a.doc", []byte("\x01\x02\x03 noise"), "BROKEN"},
		"new format": {"a.docx", []byte("PK\x03\x04"), "NOT-SUPPORTED"},
		"slides":     {"a.doc", ole("PowerPoint Document"), "NOT-SUPPORTED"},
		"password":   {"a.doc", ole("EncryptionInfo", "EncryptedPackage"), "ENCRYPTED"},
		"locked doc": {"a.doc", lockedDoc(), "ENCRYPTED"},
		"large":      {"a.doc", make([]byte, limit.FileBytes+1), "TOO-LARGE"},
	} {
		_, out, err := c.Convert(context.Background(), f.file, f.data)
		if limit.Code(err) != f.code || err == nil || out != nil {
			t.Errorf("%s: code %q (%v), want %s", name, limit.Code(err), err, f.code)
		}
	}
}

// Without LibreOffice a person learns what to install, on either system.
func TestMissing(t *testing.T) {
	c := New(1)
	c.find = func() string { return "" }
	_, _, err := c.Convert(context.Background(), "a.doc", ole("WordDocument"))
	if limit.Code(err) != "NEEDS-OFFICE" {
		t.Fatal(err)
	}
	for _, w := range []string{"libreoffice-writer-nogui", "libreoffice-calc-nogui", "Windows", ".docx"} {
		if !strings.Contains(limit.Message(err), w) {
			t.Errorf("message does not name %s: %s", w, limit.Message(err))
		}
	}
}

// A broken document ends with a message, not with a stack of dialogs.
func TestBrokenDocument(t *testing.T) {
	need(t)
	b := ole("WordDocument")
	_, out, err := New(1).Convert(context.Background(), "a.doc", b)
	if err == nil && len(out) == 0 {
		t.Error("neither output nor error")
	}
	if err != nil && limit.Code(err) != "BROKEN" {
		t.Error(err)
	}
}

// A program that hangs is stopped with everything it started, and leaves no
// files behind.
func TestTimeoutKillsTheGroup(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("needs a Unix shell")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	script, mark := filepath.Join(dir, "soffice"), filepath.Join(dir, "alive")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n(sleep 2; echo x > '"+mark+"') &\nwait\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := New(1)
	c.find = func() string { return script }
	c.timeout = 300 * time.Millisecond
	start := time.Now()
	_, _, err := c.Convert(context.Background(), "a.doc", ole("WordDocument"))
	if limit.Code(err) != "TIMEOUT" {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("took %v", d)
	}
	time.Sleep(2500*time.Millisecond - time.Since(start))
	if _, err := os.Stat(mark); err == nil {
		t.Error("what the program had started lived on")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "gongkai-office-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// ole is a compound file with such streams, empty of content.
func ole(names ...string) []byte {
	b := make([]byte, 512*16)
	le := binary.LittleEndian
	copy(b, oleMagic)
	le.PutUint16(b[28:], 0xfffe)
	le.PutUint16(b[26:], 3)
	le.PutUint16(b[30:], 9)
	le.PutUint16(b[32:], 6)
	le.PutUint32(b[44:], 1)
	le.PutUint32(b[48:], 1) // directory in sector 1
	le.PutUint32(b[56:], 4096)
	le.PutUint32(b[60:], 0xfffffffe)
	le.PutUint32(b[68:], 0xfffffffe)
	for i := 76; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xffffffff)
	}
	le.PutUint32(b[76:], 0) // allocation table in sector 0
	fat := b[512:1024]
	for i := 0; i < 512; i += 4 {
		le.PutUint32(fat[i:], 0xfffffffe)
	}
	for i, n := range append([]string{"Root Entry"}, names...) {
		e := b[1024+128*i:]
		u := utf16.Encode([]rune(n))
		for k, r := range u {
			le.PutUint16(e[2*k:], r)
		}
		le.PutUint16(e[64:], uint16(2*len(u)+2))
		e[66] = 2
		if i == 0 {
			e[66] = 5
		}
		le.PutUint32(e[116:], 3)
		le.PutUint64(e[120:], 4096)
	}
	return b
}

func lockedDoc() []byte {
	b := ole("WordDocument")
	at := 512 * 4
	b[at], b[at+1], b[at+11] = 0xec, 0xa5, 1
	return b
}

func TestSniff(t *testing.T) {
	for want, data := range map[string][]byte{
		"doc": ole("WordDocument", "1Table"), "xls": ole("Workbook"), "ppt": ole("PowerPoint Document"),
		"encrypted-ooxml": ole("EncryptionInfo", "EncryptedPackage"), "": ole("Other"),
	} {
		if got := Sniff(data); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, junk := range [][]byte{nil, []byte(oleMagic), ole("WordDocument")[:700], []byte("PK\x03\x04")} {
		if got := Sniff(junk); got != "" {
			t.Errorf("junk of %d bytes is %q", len(junk), got)
		}
	}
	loop := ole("Other")
	binary.LittleEndian.PutUint32(loop[512+4:], 1) // the directory's chain goes in a circle
	if got := Sniff(loop); got != "" {
		t.Errorf("%q", got)
	}
}

func FuzzSniff(f *testing.F) {
	f.Add(ole("WordDocument"))
	f.Add(lockedDoc())
	f.Add(ole("Workbook", "EncryptedPackage"))
	f.Fuzz(func(t *testing.T, b []byte) {
		Sniff(b)
		Locked(b)
		passworded(b)
		if len(b) > 0 {
			known(b)
		}
	})
}
