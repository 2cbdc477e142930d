// Package redact covers 遮盖 parts of pdf files and pictures so that nothing
// under a box survives. The result is a new file made of what is seen: every
// page is drawn, the boxes are painted into the drawing, and only characters
// that can be seen and lie under no box are written beside it, so that the rest
// can still be searched and copied. Nothing of the old file is copied over:
// hidden text, annotations, fields, attachments, scripts, properties and former
// versions have no way in. Verify reads a result again and says whether that
// holds.
package redact

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"gongkai/ingest/limit"
	"gongkai/ingest/pdf"
)

// Bounds of what is redacted at once.
const (
	MaxPages  = 60
	MaxBoxes  = 2000
	maxPixels = 40 << 20 // of a picture as given
	dpi       = 200      // of the pages of the result
)

// Full is the whole width or height of a page, in the unit of boxes.
const Full = 10_000

// A Box is what to cover. Its sides are in ten-thousandths of the width and
// height of the page as it is shown, from the top left corner.
type Box struct {
	Page           int // from 1
	X0, Y0, X1, Y1 int
	Label          string // what the box says: the code of a ground, "" for nothing
}

// A Result is a redacted file.
type Result struct {
	Data          []byte
	Type          string // content type
	Pages         int
	Before, After string // SHA-256 of the file as given and of Data, in hexadecimal
	Hidden        int    // characters of the old file that cannot be seen in it; they are gone
}

// An Editor shows files and redacts them.
type Editor struct{ drawer *pdf.Drawer }

// New makes an editor. Fonts are looked for where the machine keeps them and in
// at most two more folders. The engine starts with the first pdf and keeps what
// it compiled in the folder for temporary files.
func New(fonts []string) *Editor {
	return &Editor{pdf.NewDrawer(filepath.Join(os.TempDir(), "gongkai-pdfium"), fonts)}
}

// The content types that can be redacted.
const (
	typePDF  = "application/pdf"
	typePNG  = "image/png"
	typeJPEG = "image/jpeg"
)

// kindOf is the content type by the content, "" if it cannot be redacted.
func kindOf(data []byte) string {
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return typePDF
	}
	if t := http.DetectContentType(data); t == typePNG || t == typeJPEG {
		return t
	}
	return ""
}

// Redacts reports whether files of a content type can be redacted.
func Redacts(contentType string) bool {
	return slices.Contains([]string{typePDF, typePNG, typeJPEG}, contentType)
}

var errKind = &limit.Error{Code: "NOT-SUPPORTED", Msg: "只能遮盖 PDF、PNG、JPEG 文件。Word、Excel 等文件请先另存为 PDF，其他图片请先转成 PNG 或者 JPEG。"}

// Page shows page n of a file, from 1, and says how many there are. glyphs asks
// for the characters too; a picture has none.
func (e *Editor) Page(ctx context.Context, data []byte, n, dots int, glyphs bool) (s *pdf.Sheet, pages int, err error) {
	switch kindOf(data) {
	case typePDF:
		pages, err = e.drawer.Draw(ctx, data, pdf.Wish{Page: n, DPI: dots, Glyphs: glyphs, Most: MaxPages}, func(x *pdf.Sheet) error {
			s = x
			return nil
		})
	case typePNG, typeJPEG:
		var img *image.RGBA
		if img, _, err = picture(data); err == nil && n == 1 {
			b := img.Bounds()
			s = &pdf.Sheet{Number: 1, W: float64(b.Dx()), H: float64(b.Dy()), Picture: img}
		}
		pages = 1
	default:
		return nil, 0, errKind
	}
	if err == nil && s == nil {
		err = fmt.Errorf("redact: no page %d of %d", n, pages)
	}
	return s, pages, err
}

// Sheets hands every page of a file with its characters to show.
func (e *Editor) Sheets(ctx context.Context, data []byte, dots int, show func(*pdf.Sheet) error) (pages int, err error) {
	if kindOf(data) != typePDF {
		s, n, err := e.Page(ctx, data, 1, dots, true)
		if err != nil {
			return 0, err
		}
		return n, show(s)
	}
	return e.drawer.Draw(ctx, data, pdf.Wish{DPI: dots, Glyphs: true, Most: MaxPages}, show)
}

// Redact covers the boxes and verifies what came out. A file it cannot do
// safely is refused with a *limit.Error.
func (e *Editor) Redact(ctx context.Context, data []byte, boxes []Box) (*Result, error) {
	if err := check(boxes); err != nil {
		return nil, err
	}
	r := &Result{Before: Digest(data)}
	var err error
	switch kind := kindOf(data); kind {
	case typePDF:
		r.Type = typePDF
		err = e.redactPDF(ctx, data, boxes, r)
	case typePNG, typeJPEG:
		r.Type, r.Pages = kind, 1
		r.Data, err = redactPicture(data, boxes)
	default:
		err = errKind
	}
	if err != nil {
		return nil, err
	}
	if last := slices.MaxFunc(boxes, func(a, b Box) int { return a.Page - b.Page }).Page; last > r.Pages {
		return nil, &limit.Error{Code: "BOX", Msg: fmt.Sprintf("有遮盖框在第 %d 页，文件只有 %d 页。", last, r.Pages)}
	}
	if len(r.Data) > limit.FileBytes {
		return nil, &limit.Error{Code: "TOO-LARGE", Msg: fmt.Sprintf("遮盖后的文件超过 %d MB，请拆成几个文件分别遮盖。", limit.FileBytes>>20)}
	}
	r.After = Digest(r.Data)
	if err := e.Verify(ctx, r.Data, boxes); err != nil {
		return nil, fmt.Errorf("redact: the result did not pass: %w", err)
	}
	return r, nil
}

func check(boxes []Box) error {
	switch {
	case len(boxes) == 0:
		return &limit.Error{Code: "BOX", Msg: "还没有画遮盖框。"}
	case len(boxes) > MaxBoxes:
		return &limit.Error{Code: "BOX", Msg: fmt.Sprintf("遮盖框太多，一次最多 %d 个。", MaxBoxes)}
	}
	for i, b := range boxes {
		if b.Page < 1 || b.X0 < 0 || b.Y0 < 0 || b.X1 > Full || b.Y1 > Full || b.X0 >= b.X1 || b.Y0 >= b.Y1 {
			return &limit.Error{Code: "BOX", Msg: fmt.Sprintf("第 %d 个遮盖框的位置不对。", i+1)}
		}
	}
	return nil
}

// Digest is the SHA-256 of a file in hexadecimal, as results have it.
func Digest(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// onPage are the boxes of a page.
func onPage(boxes []Box, n int) []Box {
	var out []Box
	for _, b := range boxes {
		if b.Page == n {
			out = append(out, b)
		}
	}
	return out
}

// redactPDF draws, covers and writes page by page.
func (e *Editor) redactPDF(ctx context.Context, data []byte, boxes []Box, r *Result) error {
	w := newWriter()
	var lost, drawn int
	pages, err := e.drawer.Draw(ctx, data, pdf.Wish{DPI: dpi, Glyphs: true, Most: MaxPages}, func(s *pdf.Sheet) error {
		mine := onPage(boxes, s.Number)
		paint(s.Picture, mine)
		var keep []pdf.Glyph
		for _, g := range s.Glyphs {
			switch {
			case g.Hidden:
				r.Hidden++
				if g.Lost {
					lost++
				}
				continue
			case g.R == 0xfffd, covered(g, s, mine), g.X1-g.X0 < 0.01 || g.Y1-g.Y0 < 0.01:
			default:
				keep = append(keep, g)
			}
			drawn++
		}
		if lost > 20 && lost > drawn/10 {
			return &limit.Error{Code: "FONTS", Msg: fmt.Sprintf("到第 %d 页有 %d 个字在本机画不出来（文件没有带上字体，或者是白色的字），遮盖后会缺字，没有生成。请用原来的软件另存为 PDF 并嵌入字体，或者打印后扫描，再来遮盖。", s.Number, lost)}
		}
		level(keep, s, mine)
		return w.page(s, keep)
	})
	if err != nil {
		return err
	}
	r.Pages = pages
	r.Data = w.finish()
	return nil
}

// level gives the characters of a line one height, so that readers take them for
// one word, but for those that would come under a box by it.
func level(gs []pdf.Glyph, s *pdf.Sheet, boxes []Box) {
	for _, run := range runs(gs) {
		y0, y1 := run[0].Y0, run[0].Y1
		for _, g := range run {
			y0, y1 = min(y0, g.Y0), max(y1, g.Y1)
		}
		for i, g := range run {
			if g.Turn&1 == 1 || y1-y0 > 1.5*(g.Y1-g.Y0) {
				continue
			}
			if g.Y0, g.Y1 = y0, y1; !covered(g, s, boxes) {
				run[i] = g
			}
		}
	}
}

// How much of a character, along its writing, may reach into a box before it
// counts as covered. Cells touch each other, and boxes are rounded outward. What
// writes is stricter than what verifies.
const (
	touching = 0.05
	reaching = 0.08
)

func covered(g pdf.Glyph, s *pdf.Sheet, boxes []Box) bool { return under(g, s, boxes, touching) }

// under reports whether any of the glyph lies under a box. Its cell reaches from
// line to line, and a box around the line above often cuts into it, so the outer
// sixths of the cell do not count, nor does the part along at its sides.
func under(g pdf.Glyph, s *pdf.Sheet, boxes []Box, along float64) bool {
	rimX, rimY := (g.X1-g.X0)*along, (g.Y1-g.Y0)/6
	if g.Turn&1 == 1 {
		rimX, rimY = (g.X1-g.X0)/6, (g.Y1-g.Y0)*along
	}
	for _, b := range boxes {
		x0, x1 := float64(b.X0)*s.W/Full, float64(b.X1)*s.W/Full
		y0, y1 := float64(b.Y0)*s.H/Full, float64(b.Y1)*s.H/Full
		if g.X0+rimX < x1 && g.X1-rimX > x0 && g.Y0+rimY < y1 && g.Y1-rimY > y0 {
			return true
		}
	}
	return false
}
