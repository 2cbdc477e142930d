package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"gongkai/ingest/limit"
)

// Bounds of what is bound into one file.
const (
	bindBytes = 128 << 20
	bindPages = 3000
	bindTime  = 3 * time.Minute
)

// A Leaf is a file that is bound with others: its pages, and why it could not be
// read, nil if it could.
type Leaf struct {
	Pages int
	Err   error
}

// Bind writes the pages of several pdf files, in order, as one file. A file that
// cannot be read (damaged, encrypted) is left out and says so in its leaf; the
// error is for the whole: a *limit.Error if there is too much.
func Bind(ctx context.Context, w io.Writer, files [][]byte) ([]Leaf, error) {
	size := 0
	for _, f := range files {
		size += len(f)
	}
	if size > bindBytes {
		return nil, limit.TooLarge("案卷", bindBytes>>20, "MB")
	}
	r := standard()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-r.closing:
		return nil, failure(ctx, errClosed)
	case <-ctx.Done():
		return nil, failure(ctx, ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, bindTime)
	defer cancel()
	eng, err := r.guarded.engine(ctx)
	if err != nil {
		return nil, failure(ctx, err)
	}
	in, err := eng.open(ctx)
	if err != nil {
		return nil, failure(ctx, err)
	}
	defer in.release()
	leaves, err := in.bind(w, files)
	if err != nil {
		return nil, failure(ctx, err)
	}
	return leaves, nil
}

func (in *instance) bind(w io.Writer, files [][]byte) (leaves []Leaf, err error) {
	// A stopped engine makes go-pdfium index memory that is gone.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("pdf: bind: %v", v)
		}
	}()
	whole, err := in.pdfium.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
	if err != nil {
		return nil, err
	}
	total := 0
	for _, data := range files {
		var l Leaf
		l.Pages, l.Err = in.append(whole.Document, data, total)
		if in.ended.Load() {
			return nil, in.ctx.Err()
		}
		if total += l.Pages; total > bindPages {
			return nil, limit.TooLarge("案卷", bindPages, "页")
		}
		leaves = append(leaves, l)
	}
	if total == 0 {
		return nil, limit.Broken("PDF", errors.New("pdf: nothing to bind"))
	}
	_, err = in.pdfium.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: whole.Document, FileWriter: w})
	return leaves, err
}

// append adds the pages of one file behind the first at pages.
func (in *instance) append(whole references.FPDF_DOCUMENT, data []byte, at int) (int, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return 0, limit.Broken("PDF", errors.New("pdf: no header"))
	}
	doc, err := in.pdfium.FPDF_LoadMemDocument(&requests.FPDF_LoadMemDocument{Data: &data})
	if err != nil {
		return 0, limit.Broken("PDF", err)
	}
	defer func() {
		_, _ = in.pdfium.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}) // the sandbox is dropped anyway
	}()
	n, err := in.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err == nil && n.PageCount == 0 {
		err = errors.New("pdf: no pages")
	}
	if err != nil {
		return 0, limit.Broken("PDF", err)
	}
	if _, err := in.pdfium.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: doc.Document, Destination: whole, Index: at}); err != nil {
		return 0, limit.Broken("PDF", err)
	}
	return n.PageCount, nil
}
