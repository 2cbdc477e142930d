package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"time"

	"gongkai/ingest/limit"
)

const (
	maxPixels = 16 << 20        // of one picture; a larger page is drawn coarser
	drawTime  = 3 * time.Minute // for all pages of a file
)

// Flags of FPDF_RenderPageBitmap.
const (
	drawAnnotations = 0x01
	drawRGBA        = 0x10 // red first
)

const invisible = 3 // text rendering mode

// A Sheet is a page as it is shown: cropped, turned, with its annotations.
type Sheet struct {
	Number  int         // from 1
	W, H    float64     // in points
	Picture *image.RGBA // opaque
	Glyphs  []Glyph     // in the order of the file, if they were asked for
}

// A Glyph is a character of a sheet. Its box is in points from the top left
// corner of the page as shown and reaches from line to line.
type Glyph struct {
	R              rune // 0xfffd if the file does not say what it means
	X0, Y0, X1, Y1 float64
	Turn           int  // quarters clockwise by which the writing is turned
	Hidden         bool // it cannot be seen in the picture: invisible, covered, cut off, or of the colour of the paper
	Lost           bool // it is hidden though it should be drawn on bare paper: a font is missing, or it is white
}

// A Drawer draws pages. Its engine can be stopped at any moment and sees the
// machine's fonts, read-only, so that text of fonts that are not in the file is
// drawn too. It draws one file at a time.
type Drawer struct {
	start starter
	slot  chan struct{}
}

// NewDrawer returns a drawer that keeps the compiled engine in cacheDir, as New
// does. Fonts are looked for where Linux
// keeps them and in at most two more folders.
func NewDrawer(cacheDir string, fonts []string) *Drawer {
	return &Drawer{start: starter{cacheDir: cacheDir, guarded: true, fonts: append([]string{"/usr/share/fonts", "/usr/local/share/fonts"}, fonts...)}, slot: make(chan struct{}, 1)}
}

// Close stops the engine. A closed drawer draws nothing more.
func (d *Drawer) Close() error {
	d.slot <- struct{}{}
	defer func() { <-d.slot }()
	return d.start.close()
}

// A Wish says what to draw.
type Wish struct {
	Page   int // from 1; 0 for all
	DPI    int // dots to the inch
	Glyphs bool
	Most   int // pages a file may have
}

// Draw draws pages and hands each to show, in order. It returns how many pages
// the file has. The error is that of show, or a *limit.Error.
func (d *Drawer) Draw(ctx context.Context, data []byte, w Wish, show func(*Sheet) error) (pages int, err error) {
	if len(data) > limit.FileBytes {
		return 0, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return 0, limit.Broken("PDF", errors.New("pdf: no header"))
	}
	select {
	case d.slot <- struct{}{}:
		defer func() { <-d.slot }()
	case <-ctx.Done():
		return 0, drawFailure(ctx, ctx.Err())
	}
	eng, err := d.start.engine(ctx)
	if err != nil {
		return 0, drawFailure(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, drawTime)
	defer cancel()
	in, err := eng.open(ctx)
	if err != nil {
		return 0, drawFailure(ctx, err)
	}
	defer in.release()
	file, n, err := in.load(data)
	if err == nil && w.Most > 0 && n > w.Most {
		err = &limit.Error{Code: "TOO-LARGE", Msg: fmt.Sprintf("文件有 %d 页，一次最多处理 %d 页，请先拆成几个文件。", n, w.Most)}
	}
	if err != nil {
		return 0, drawFailure(ctx, err)
	}
	for i := range n {
		if w.Page != 0 && i+1 != w.Page {
			continue
		}
		s, err := in.sheet(file, i, w)
		if err == nil {
			err = in.err
		}
		if err != nil {
			return 0, drawFailure(ctx, err)
		}
		if err := show(s); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func drawFailure(ctx context.Context, err error) error {
	var known *limit.Error
	if !errors.As(err, &known) && ctx.Err() != nil {
		return &limit.Error{Code: "TIMEOUT", Msg: "PDF 文件的页面太复杂，在规定时间内没有画完，已停止。请另存或者打印成新的 PDF 再试。", Err: err}
	}
	return failure(ctx, err)
}

// sheet draws page i, from 0.
func (in *instance) sheet(file uint64, i int, w Wish) (*Sheet, error) {
	h := in.call("FPDF_LoadPage", file, uint64(i))
	if in.err != nil || h == 0 {
		return nil, limit.Broken("PDF", fmt.Errorf("pdf: page %d: %w", i+1, errors.Join(in.err, errors.New("cannot be loaded"))))
	}
	defer in.call("FPDF_ClosePage", h)
	v := in.upright(h)
	if !(v.w >= 1 && v.h >= 1 && v.w < 20000 && v.h < 20000) {
		return nil, limit.Broken("PDF", fmt.Errorf("pdf: page %d is %g × %g points", i+1, v.w, v.h))
	}
	scale := float64(w.DPI) / 72
	if px := v.w * v.h * scale * scale; px > maxPixels {
		scale *= math.Sqrt(maxPixels / px)
	}
	s := &Sheet{Number: i + 1, W: v.w, H: v.h}
	wide, high := max(1, int(math.Round(v.w*scale))), max(1, int(math.Round(v.h*scale)))
	bmp := in.call("FPDFBitmap_Create", uint64(wide), uint64(high), 0)
	if in.err != nil || bmp == 0 {
		return nil, errors.Join(in.err, errors.New("pdf: no memory for the picture"))
	}
	defer in.call("FPDFBitmap_Destroy", bmp)
	var text uint64
	if w.Glyphs {
		if text = in.call("FPDFText_LoadPage", h); text != 0 {
			defer in.call("FPDFText_ClosePage", text)
		}
	}
	var err error
	if s.Picture, err = in.render(h, bmp, wide, high); err != nil || text == 0 {
		return s, err
	}
	n := int(int32(in.call("FPDFText_CountChars", text)))
	if n <= 0 {
		return s, in.err
	}
	s.Glyphs = make([]Glyph, 0, min(n, limit.Text))
	tight := make([]glyphInk, 0, min(n, limit.Text))
	for k := range n {
		if g, ink, ok := in.glyph(text, uint64(k), v); ok {
			s.Glyphs, tight = append(s.Glyphs, g), append(tight, ink)
		}
	}
	// The page without its text: what differs is text that can be seen.
	left := maxObjects
	for k, count := 0, int(int32(in.call("FPDFPage_CountObjects", h))); k < count && in.err == nil; k++ {
		in.mute(in.call("FPDFPage_GetObject", h, uint64(k)), 0, &left)
	}
	bare, err := in.render(h, bmp, wide, high)
	if err != nil {
		return nil, err
	}
	sx, sy := float64(wide)/v.w, float64(high)/v.h
	for k := range s.Glyphs {
		s.Glyphs[k].see(tight[k], s.Picture, bare, sx, sy)
	}
	return s, in.err
}

// upright is the view of a page as its own rotation turns it.
func (in *instance) upright(h uint64) view {
	in.call("FPDF_GetPageBoundingBox", h, in.scratch(0))
	box := boxOf(in)
	return viewOf(box, int(in.call("FPDFPage_GetRotation", h))&3)
}

func (in *instance) render(page, bmp uint64, w, h int) (*image.RGBA, error) {
	in.call("FPDFBitmap_FillRect", bmp, 0, 0, uint64(w), uint64(h), 0xffffffff)
	in.call("FPDF_RenderPageBitmap", bmp, page, 0, 0, uint64(w), uint64(h), 0, drawAnnotations|drawRGBA)
	at, stride := uint32(in.call("FPDFBitmap_GetBuffer", bmp)), int(in.call("FPDFBitmap_GetStride", bmp))
	if in.err != nil {
		return nil, in.err
	}
	raw, ok := in.mod.Memory().Read(at, uint32(stride*h))
	if !ok || stride < 4*w {
		return nil, errors.New("pdf: the picture is not where PDFium says")
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		copy(img.Pix[y*img.Stride:], raw[y*stride:y*stride+4*w])
	}
	for k := 3; k < len(img.Pix); k += 4 {
		img.Pix[k] = 0xff
	}
	return img, nil
}

// mute makes the text of an object invisible, also that of forms in forms.
func (in *instance) mute(obj uint64, depth int, left *int) {
	if *left--; *left < 0 || obj == 0 || depth > maxNesting {
		return
	}
	switch in.call("FPDFPageObj_GetType", obj) {
	case objText:
		in.call("FPDFTextObj_SetTextRenderMode", obj, invisible)
	case objForm:
		for k, n := 0, int(int32(in.call("FPDFFormObj_CountObjects", obj))); k < n && in.err == nil && *left > 0; k++ {
			in.mute(in.call("FPDFFormObj_GetObject", obj, uint64(k)), depth+1, left)
		}
	}
}
