package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Content types of what has no mark of its own. What sniff does not know is
// unknownType: nothing is ever taken for a type because somebody called it so.
const (
	unknownType = "application/octet-stream"
	textType    = "text/plain; charset=utf-8"
	legacyText  = "text/plain"
)

// sniffHead and sniffTail are how much of the two ends is looked at: a zip file
// has its list at the end, of an office document at most a few KiB.
const (
	sniffHead = 8 << 10
	sniffTail = 64 << 10
)

// magic is what files of a kind begin with, at an offset.
var magic = []struct {
	at       int
	is, kind string
}{
	{0, "%PDF-", "application/pdf"},
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "\xff\xd8\xff", "image/jpeg"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{8, "WEBP", "image/webp"},
	{0, "BM", "image/bmp"},
	{0, "II*\x00", "image/tiff"},
	{0, "MM\x00*", "image/tiff"},
	{0, `{\rtf`, "application/rtf"},
	{4, "ftyp", "video/mp4"},
	{0, "ID3", "audio/mpeg"},
	{8, "WAVE", "audio/wav"},
	{0, "Rar!\x1a\x07", "application/vnd.rar"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "\x1f\x8b\x08", "application/gzip"},
	{0, "MZ", "application/vnd.microsoft.portable-executable"},
	{0, "\x7fELF", "application/x-executable"},
	{0, "#!", "text/x-script"},
}

// zipped is what a zip file of a kind holds by name.
var zipped = []struct{ name, kind string }{
	{"OFD.xml", "application/ofd"},
	{"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"xl/workbook.", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
	{"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"},
}

// stored is what the directory of an OLE file of a kind names.
var stored = []struct{ name, kind string }{
	{"WordDocument", "application/msword"}, // also wps
	{"Workbook", "application/vnd.ms-excel"},
	{"Book", "application/vnd.ms-excel"}, // also et
	{"PowerPoint Document", "application/vnd.ms-powerpoint"},
}

// sniff is the content type of a file by its content.
func sniff(r io.ReaderAt, size int64) (string, error) {
	head, err := readPart(r, 0, min(size, sniffHead))
	switch {
	case err != nil:
		return "", err
	case len(head) == 0:
		return textType, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return sniffZip(r, size, head)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return sniffOLE(r, head), nil
	}
	for _, m := range magic {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.is)) {
			return m.kind, nil
		}
	}
	return sniffText(head, int64(len(head)) < size), nil
}

// readPart reads exactly n bytes.
func readPart(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, at); err != nil && (!errors.Is(err, io.EOF) || int64(got) < n) {
		return nil, err
	}
	return b, nil
}

func sniffZip(r io.ReaderAt, size int64, head []byte) (string, error) {
	n := min(size, sniffTail)
	tail, err := readPart(r, size-n, n)
	if err != nil {
		return "", err
	}
	for _, z := range zipped {
		if bytes.Contains(head, []byte(z.name)) || bytes.Contains(tail, []byte(z.name)) {
			return z.kind, nil
		}
	}
	return "application/zip", nil
}

// sniffOLE looks into the first sector of the directory.
func sniffOLE(r io.ReaderAt, head []byte) string {
	const kind = "application/x-ole-storage"
	if len(head) < 512 {
		return kind
	}
	shift, first := binary.LittleEndian.Uint16(head[30:]), binary.LittleEndian.Uint32(head[48:])
	if shift != 9 && shift != 12 || first > MaxBlob>>9 {
		return kind
	}
	dir := make([]byte, 4<<10)
	n, _ := r.ReadAt(dir, int64(first+1)<<shift) // what is not there names nothing
	for _, s := range stored {
		var name []byte
		for _, u := range append(utf16.Encode([]rune(s.name)), 0) {
			name = binary.LittleEndian.AppendUint16(name, u)
		}
		for at := 0; at+128 <= n; at += 128 { // an entry begins with its name
			if bytes.HasPrefix(dir[at:], name) {
				return s.kind
			}
		}
	}
	return kind
}

// sniffText tells pages, XML and plain text from bytes that are none. cut says
// that more follows.
func sniffText(head []byte, cut bool) string {
	b := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	low := strings.ToLower(string(b[:min(len(b), 1024)]))
	valid := utf8.Valid(head)
	for i := 1; cut && !valid && i < utf8.UTFMax && i < len(head); i++ { // a character may be cut in two
		valid = utf8.Valid(head[:len(head)-i])
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")):
		return legacyText // UTF-16
	case bytes.IndexByte(head, 0) >= 0:
		return unknownType
	case strings.HasPrefix(low, "<!doctype html") || strings.HasPrefix(low, "<html") || strings.Contains(low, "<script"):
		return "text/html"
	case strings.Contains(low, "<svg"):
		return "image/svg+xml"
	case strings.HasPrefix(low, "<?xml"):
		return "text/xml"
	case valid:
		return textType
	}
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' {
			return unknownType
		}
	}
	return legacyText // GB18030, as many old files are
}
