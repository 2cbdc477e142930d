// Package ingest reads annual reports in two steps: any file becomes a
// doc.Document, and a doc.Document becomes an annual.Report in which every
// figure remembers where it came from. It never judges: law/annual does.
//
// The second step is the same for every file type. The document becomes a
// stream of tokens (cells, lines, paragraphs); the labels of each edition of
// the form are a sequence; the best order-preserving alignment of the two says
// which token is which label, and the figures behind a label are its cells.
package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/docx"
	"gongkai/ingest/html"
	"gongkai/ingest/limit"
	"gongkai/ingest/ofd"
	"gongkai/ingest/office"
	"gongkai/ingest/pdf"
	"gongkai/ingest/plain"
	"gongkai/ingest/xlsx"
	"gongkai/law/annual"
)

// A Reading is what became of one file.
type Reading struct {
	File   string         // name as given, inside an archive "archive.zip/name.docx"
	Doc    *doc.Document  // what the file says; nil if it could not be read
	Report *annual.Report // nil if Err is set
	Err    error          // a *limit.Error with a sentence for a person
}

// Read reads one file of any supported kind. The kind is told from content, the
// name only helps. The Reading is never nil; the error is also kept in it.
func Read(ctx context.Context, name string, data []byte) (rd *Reading, err error) {
	rd = &Reading{File: name}
	defer func() {
		// A reader must not panic; should one do so on a hostile file, that file
		// is broken and the others are still read.
		if p := recover(); p != nil {
			rd.Report, err = nil, limit.Broken(path.Ext(name), fmt.Errorf("panic: %v", p))
		}
		rd.Err = err
	}()
	ctx, cancel := context.WithTimeout(ctx, limit.PerFile)
	defer cancel()
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' && bytes.Contains(data, []byte(`"cells"`)) {
		_, r, _, err := annual.DecodeJSON(data)
		if err != nil {
			return rd, &limit.Error{Code: "BROKEN", Msg: "这个 JSON 文件不是本系统导出的年度报告，无法读取。", Err: err}
		}
		rd.Report = r
		rd.Doc = &doc.Document{Name: name, Format: "json"}
		return rd, nil
	}
	if rd.Doc, err = File(ctx, name, data); err != nil {
		return rd, err
	}
	rd.Report, err = Align(rd.Doc)
	return rd, err
}

// File turns one file into a document.
func File(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	if len(data) > limit.FileBytes {
		return nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &limit.Error{Code: "EMPTY", Msg: "文件是空的，请检查是否选错了文件。"}
	}
	d, err := readKind(ctx, kindOf(name, data), name, data)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, &limit.Error{Code: "TIMEOUT", Msg: fmt.Sprintf("读取超过 %d 秒仍未完成，已停止。请换一种格式再试。", int(limit.PerFile.Seconds())), Err: err}
	}
	return d, err
}

func readKind(ctx context.Context, kind, name string, data []byte) (*doc.Document, error) {
	switch kind {
	case "docx":
		return docx.Read(ctx, name, data)
	case "xlsx":
		return xlsx.Read(ctx, name, data)
	case "ofd":
		return ofd.Read(ctx, name, data)
	case "pdf":
		return pdf.Read(ctx, name, data)
	case "html":
		return html.Read(ctx, name, data)
	case "csv":
		if d, ok := readCSV(name, data); ok {
			return d, nil
		}
		return plain.Read(ctx, name, data)
	case "text":
		d, err := plain.Read(ctx, name, data)
		if err != nil && limit.Code(err) == "BROKEN" {
			if other := misnamed(name, false); other != nil {
				return nil, other
			}
		}
		return d, err
	case "office":
		newName, converted, err := office.Convert(ctx, name, data)
		if err != nil {
			return nil, err
		}
		if kind := kindOf(newName, converted); kind == "docx" || kind == "xlsx" {
			return readKind(ctx, kind, newName, converted)
		}
		return nil, limit.Broken("Word 或 Excel", nil)
	case "encrypted":
		return nil, limit.Encrypted("Word 或 Excel")
	case "zip":
		_, broken := limit.OpenZip("压缩", data)
		if broken != nil && limit.Code(broken) != "BROKEN" {
			return nil, broken
		}
		if other := misnamed(name, broken == nil); other != nil {
			return nil, other
		}
		return nil, &limit.Error{Code: "NOT-SUPPORTED", Msg: "这是一个压缩包，里面没有 Word、Excel 或 OFD 文档的内容。请解压后上传其中的报告文件，或用“一月收报”整包上传。"}
	case "picture":
		return nil, &limit.Error{Code: "PICTURE", Msg: "这是一张图片，系统不会根据图片猜数字。请上传由 Word 或 WPS 直接导出的文件。"}
	}
	if other := misnamed(name, false); other != nil {
		return nil, other
	}
	return nil, &limit.Error{Code: "NOT-SUPPORTED", Msg: "不支持这种文件。可以读取：docx、doc、wps、xlsx、xls、pdf、ofd、网页（html）和纯文本（txt）。"}
}

// kindOf tells the kind from content; the extension decides only between kinds
// of text.
func kindOf(name string, data []byte) string {
	ext := strings.ToLower(path.Ext(name))
	head := data[:min(len(data), 4096)]
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return kindOfZip(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		switch office.Sniff(data) {
		case "doc", "xls":
			return "office"
		case "encrypted-ooxml":
			return "encrypted"
		}
		if ext == ".wps" || ext == ".et" || ext == ".doc" || ext == ".xls" {
			return "office"
		}
		return "unknown"
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return "office"
	case bytes.HasPrefix(data, []byte("\x89PNG")), bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("GIF8")), bytes.HasPrefix(data, []byte("BM")) && ext == ".bmp", bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return "picture"
	}
	lower := lowered(head)
	for _, mark := range []string{"<!doctype html", "<html", "<head", "<body", "<table", "<div", "<meta", "mime-version:"} {
		if bytes.Contains(lower, []byte(mark)) {
			return "html"
		}
	}
	if ext == ".html" || ext == ".htm" || ext == ".mht" || ext == ".mhtml" {
		return "html"
	}
	if ext == ".csv" {
		return "csv"
	}
	if binary(head) {
		return "unknown"
	}
	return "text"
}

// lowered is the bytes with ASCII letters in lower case.
func lowered(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		out[i] = c
	}
	return out
}

func kindOfZip(data []byte) string {
	z, err := limit.OpenZip("压缩", data)
	if err != nil {
		// A truncated container still says in its first entries what it was.
		head := data[:min(len(data), 4096)]
		switch {
		case bytes.Contains(head, []byte("word/")), bytes.Contains(head, []byte("[Content_Types].xml")):
			return "docx"
		case bytes.Contains(head, []byte("xl/")):
			return "xlsx"
		case bytes.Contains(head, []byte("OFD.xml")):
			return "ofd"
		}
		return "zip"
	}
	for _, n := range z.Names {
		switch {
		case strings.HasPrefix(n, "word/"):
			return "docx"
		case strings.HasPrefix(n, "xl/"):
			return "xlsx"
		case n == "OFD.xml":
			return "ofd"
		}
	}
	return "zip"
}

// binary reports whether bytes cannot be text of any encoding we read: control
// characters that are not those of UTF-16.
func binary(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return false
	}
	zeros, controls := 0, 0
	for _, b := range head {
		switch {
		case b == 0:
			zeros++
		case b < 9 || b > 13 && b < 32 && b != 27:
			controls++
		}
	}
	if zeros > len(head)/5 { // UTF-16 without a mark: every other byte of ASCII text
		return controls > len(head)/20
	}
	return zeros > 0 || controls > len(head)/20
}
