package store

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, n := range names {
		method := zip.Deflate
		if n == "mimetype" {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: n, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		content := strings.Repeat("x", 20_000)
		if n == "mimetype" {
			content = "application/vnd.oasis.opendocument.text"
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ole is a compound file whose directory names a stream.
func ole(stream string) []byte {
	b := make([]byte, 512*4)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // the directory is the second sector
	for i, u := range utf16.Encode([]rune(stream)) {
		binary.LittleEndian.PutUint16(b[512*2+128+2*i:], u)
	}
	return b
}

// A file is what its bytes say, whatever it is called.
func TestSniff(t *testing.T) {
	word := "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for _, c := range []struct {
		name, want string
		content    []byte
	}{
		{"pdf", "application/pdf", []byte("%PDF-1.7\n")},
		{"png", "image/png", []byte("\x89PNG\r\n\x1a\n....")},
		{"docx", word, zipOf(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")},
		{"docx with much before", word, zipOf(t, "docProps/a", "docProps/b", "docProps/c", "word/document.xml")},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zipOf(t, "[Content_Types].xml", "xl/workbook.xml")},
		{"ofd", "application/ofd", zipOf(t, "Doc_0/Document.xml", "OFD.xml")},
		{"odt", "application/vnd.oasis.opendocument.text", zipOf(t, "mimetype", "content.xml")},
		{"zip", "application/zip", zipOf(t, "a.txt")},
		{"zip cut off", "application/zip", []byte("PK\x03\x04")},
		{"doc", "application/msword", ole("WordDocument")},
		{"xls", "application/vnd.ms-excel", ole("Workbook")},
		{"some ole", "application/x-ole-storage", ole("WordDocuments")},
		{"ole cut off", "application/x-ole-storage", ole("WordDocument")[:600]},
		{"ole whose directory is far away", "application/x-ole-storage", func() []byte {
			b := ole("WordDocument")
			binary.LittleEndian.PutUint32(b[48:], 0xfffffffe)
			return b
		}()},
		{"program", "application/vnd.microsoft.portable-executable", []byte("MZ\x90\x00")},
		{"page", "text/html", []byte("\ufeff\n <!DOCTYPE html><p>x")},
		{"script in text", "text/html", []byte("通知<script>alert(1)</script>")},
		{"svg", "image/svg+xml", []byte(`<?xml version="1.0"?><svg onload="x">`)},
		{"xml", "text/xml", []byte(`<?xml version="1.0"?><a/>`)},
		{"text", textType, []byte("关于公开的通知")},
		{"long text cut in a character", textType, []byte("x" + strings.Repeat("公", sniffHead))},
		{"text in GB18030", legacyText, []byte("\xb9\xab\xbf\xaa\r\n")},
		{"nothing", textType, nil},
		{"bytes", unknownType, []byte{1, 2, 0xff, 0xfe}},
		{"bytes with zeros", unknownType, []byte("abc\x00def")},
	} {
		got, err := sniff(bytes.NewReader(c.content), int64(len(c.content)))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

// No content makes it fail or run long.
func FuzzSniff(f *testing.F) {
	f.Add(ole("WordDocument"))
	f.Add([]byte("PK\x03\x04OFD.xml"))
	f.Add([]byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if kind, err := sniff(bytes.NewReader(b), int64(len(b))); err != nil || kind == "" {
			t.Errorf("%q, %v", kind, err)
		}
	})
}

type closing struct{ *bytes.Reader }

func (closing) Close() error { return nil }

// Whatever bytes lie where an encrypted file was, nothing is given out that was
// not encrypted.
func FuzzDecrypt(f *testing.F) {
	key := bytes.Repeat([]byte{7}, keySize)
	for _, n := range []int{0, 5, streamChunk, streamChunk + 1} {
		var form bytes.Buffer
		if _, err := encrypt(&form, bytes.NewReader(make([]byte, n)), key, "a", MaxBlob); err != nil {
			f.Fatal(err)
		}
		f.Add(form.Bytes(), int64(n))
	}
	f.Fuzz(func(t *testing.T, b []byte, size int64) {
		if size < 0 || size > 4*streamChunk {
			return
		}
		r, err := decrypt(closing{bytes.NewReader(b)}, key, "a", size, int64(len(b)))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := out.ReadFrom(r); err == nil && (int64(out.Len()) != size || len(bytes.Trim(out.Bytes(), "\x00")) > 0) {
			t.Errorf("%d bytes came out of what nobody encrypted", out.Len())
		}
	})
}
