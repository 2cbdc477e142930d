// Package pdf reads pdf files into paragraphs and grids. PDFium, compiled to
// WebAssembly and run in a sandbox without files, clock or network, says which
// characters, lines and pictures a page shows; ruled makes text and tables of
// them. A page without text is named in a note, never guessed.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf16"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/ingest/ruled"
)

// A Reader holds the PDF engine. The engine starts with the first document,
// which takes some seconds if the cache folder is empty, and reads at most two
// documents at once; more wait. Files that could keep it busy for long go to a
// second, slower engine that can be stopped at any moment.
type Reader struct {
	plain, guarded starter
	slots          chan struct{}
	closing        chan struct{}
	once           sync.Once
}

// New returns a reader that keeps the compiled engine in cacheDir. The folder
// is used only if no other user can write to it; with "" nothing is kept.
func New(cacheDir string) *Reader {
	return &Reader{
		plain:   starter{cacheDir: cacheDir},
		guarded: starter{cacheDir: cacheDir, guarded: true},
		slots:   make(chan struct{}, workers),
		closing: make(chan struct{}),
	}
}

var standard = sync.OnceValue(func() *Reader {
	return New(filepath.Join(os.TempDir(), "gongkai-pdfium"))
})

// Read reads with a reader of its own that lasts as long as the program, with
// its cache in the folder gongkai-pdfium for temporary files.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	return standard().Read(ctx, name, data)
}

// Close stops the engine once the documents being read are done. A closed
// reader reads nothing more.
func (r *Reader) Close() error {
	var err error
	r.once.Do(func() {
		close(r.closing)
		for range workers {
			r.slots <- struct{}{} // and keep them
		}
		err = errors.Join(r.plain.close(), r.guarded.close())
	})
	return err
}

// Read reads one file. The error is a *limit.Error with a sentence for a
// person: EMPTY, BROKEN, ENCRYPTED, TOO-LARGE, TIMEOUT.
func (r *Reader) Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &limit.Error{Code: "EMPTY", Msg: "文件是空的，没有任何内容，请检查是否上传成功。"}
	}
	if len(data) > limit.FileBytes {
		return nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, limit.Broken("PDF", errors.New("pdf: no header"))
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-r.closing:
		return nil, failure(ctx, errClosed)
	case <-ctx.Done():
		return nil, failure(ctx, ctx.Err())
	}
	start := &r.plain
	if swells(data) {
		start = &r.guarded
	}
	// Compiling the engine the first time is not the file's time.
	eng, err := start.engine(ctx)
	if err != nil {
		return nil, failure(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, limit.PerFile)
	defer cancel()
	in, err := eng.open(ctx)
	if err != nil {
		return nil, failure(ctx, err)
	}
	defer in.release()
	d, err := in.read(ctx, name, data)
	if err != nil {
		return nil, failure(ctx, err)
	}
	return d, nil
}

// failure gives every error its sentence.
func failure(ctx context.Context, err error) error {
	var known *limit.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return &limit.Error{Code: "TIMEOUT", Msg: "读取已取消。", Err: err}
	case ctx.Err() != nil:
		return &limit.Error{Code: "TIMEOUT", Msg: fmt.Sprintf("PDF 文件读取超过 %d 秒，已停止，请换成 .docx 文件再试。", int(limit.PerFile.Seconds())), Err: err}
	case errors.Is(err, ruled.ErrTooLarge):
		return limit.TooLarge("PDF 文件的表格或文字", limit.Cells, "格")
	case errors.Is(err, errClosed):
		return &limit.Error{Code: "BROKEN", Msg: "程序正在退出，没有读取 PDF 文件。", Err: err}
	}
	return limit.Broken("PDF", err)
}

// Results of FPDF_GetLastError.
const (
	errPassword = 4
	errSecurity = 5
)

// load opens a file in the sandbox and counts its pages.
func (in *instance) load(data []byte) (file uint64, pages int, err error) {
	at := in.call("malloc", uint64(len(data)))
	if in.err == nil && (at == 0 || !in.mod.Memory().Write(uint32(at), data)) {
		return 0, 0, errors.New("pdf: file does not fit in the sandbox")
	}
	file = in.call("FPDF_LoadMemDocument", at, uint64(len(data)), 0)
	if in.err != nil {
		return 0, 0, in.err
	}
	if file == 0 {
		switch code := in.call("FPDF_GetLastError"); code {
		case errPassword, errSecurity:
			return 0, 0, limit.Encrypted("PDF")
		default:
			return 0, 0, limit.Broken("PDF", fmt.Errorf("pdf: PDFium error %d", code))
		}
	}
	n := int(int32(in.call("FPDF_GetPageCount", file)))
	switch {
	case in.err != nil:
		return 0, 0, in.err
	case n <= 0:
		return 0, 0, limit.Broken("PDF", errors.New("pdf: no pages"))
	case n > limit.Pages:
		return 0, 0, limit.TooLarge("页数", limit.Pages, "页")
	}
	return file, n, nil
}

func (in *instance) read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	file, n, err := in.load(data)
	if err != nil {
		return nil, err
	}
	d := &doc.Document{Name: name, Format: "pdf", Title: in.meta(file, "Title")}
	for _, key := range []string{"Author", "Creator", "Producer", "CreationDate", "ModDate"} {
		if v := in.meta(file, key); v != "" {
			d.Meta = append(d.Meta, doc.Meta{Name: key, Value: v})
		}
	}
	pages := make([]ruled.Page, 0, n)
	chars := 0
	for i := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, bad := in.page(file, i)
		if in.err != nil {
			return nil, in.err
		}
		if chars += len(p.Chars); chars > limit.Text {
			return nil, limit.TooLarge("PDF 文件的文字", limit.Text>>20, "百万字")
		}
		p.Tell(d, "PDF", bad)
		pages = append(pages, p)
	}
	if err := ruled.Build(d, pages, ruled.Limits{Cells: limit.Cells, Text: limit.Text}); err != nil {
		return nil, err
	}
	return d, nil
}

// meta reads a property of the file, "" if it has none.
func (in *instance) meta(file uint64, key string) string {
	const most = 4096
	mem := in.mod.Memory()
	tag := append([]byte(key), 0)
	if in.err != nil || !mem.Write(in.buf, tag) {
		return ""
	}
	n := in.call("FPDF_GetMetaText", file, uint64(in.buf), 0, 0)
	if n <= 2 || n > most {
		return ""
	}
	to := in.call("malloc", n)
	in.call("FPDF_GetMetaText", file, uint64(in.buf), to, n)
	b, ok := mem.Read(uint32(to), uint32(n))
	if in.err != nil || !ok {
		return ""
	}
	u := make([]uint16, 0, n/2)
	for i := 0; i+1 < len(b); i += 2 {
		if c := uint16(b[i]) | uint16(b[i+1])<<8; c != 0 {
			u = append(u, c)
		}
	}
	in.call("free", to)
	return strings.TrimSpace(string(utf16.Decode(u)))
}
