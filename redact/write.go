package redact

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"unicode/utf16"

	"gongkai/ingest/pdf"
)

// The objects that every result begins with; pages follow, three objects each.
const (
	objCatalog = 1 + iota
	objPages
	objFont
	objCIDFont
	objDescriptor
	objFontFile
	objGlyphMap
	objMeanings
	firstPage
)

// A writer makes a pdf of pictures and the characters that can be seen in them.
type writer struct {
	pages [][3][]byte  // page, content, picture
	codes map[rune]int // code of each character, from 1
	runes []rune
}

func newWriter() *writer { return &writer{codes: map[rune]int{}} }

func (w *writer) code(r rune) int {
	if c := w.codes[r]; c != 0 {
		return c
	}
	w.runes = append(w.runes, r)
	w.codes[r] = len(w.runes)
	return len(w.runes)
}

// page adds a sheet whose picture is covered already.
func (w *writer) page(s *pdf.Sheet, glyphs []pdf.Glyph) error {
	pic, err := encodePicture(s.Picture)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "q %s 0 0 %s 0 0 cm /I Do Q\n", num(s.W), num(s.H))
	if len(glyphs) > 0 {
		b.WriteString("BT 3 Tr /F 1 Tf\n")
		for _, g := range glyphs {
			if len(w.runes) >= 0xfff0 && w.codes[g.R] == 0 {
				continue
			}
			// The cell of the font is one by one; the matrix makes it the glyph's.
			x, y, wide, high := g.X0, s.H-g.Y1, g.X1-g.X0, g.Y1-g.Y0
			m := [6]float64{wide, 0, 0, high, x, y}
			switch g.Turn {
			case 1:
				m = [6]float64{0, -high, wide, 0, x, y + high}
			case 2:
				m = [6]float64{-wide, 0, 0, -high, x + wide, y + high}
			case 3:
				m = [6]float64{0, high, -wide, 0, x + wide, y}
			}
			for _, v := range m {
				b.WriteString(num(v) + " ")
			}
			fmt.Fprintf(&b, "Tm <%04X> Tj\n", w.code(g.R))
		}
		b.WriteString("ET\n")
	}
	n := firstPage + 3*len(w.pages)
	dict := fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources<</XObject<</I %d 0 R>>/Font<</F %d 0 R>>>>/Contents %d 0 R>>",
		objPages, num(s.W), num(s.H), n+2, objFont, n+1)
	w.pages = append(w.pages, [3][]byte{[]byte(dict), packed("", b.Bytes()), pic})
	return nil
}

// num writes a number of points to a hundredth: finer places would tell how wide
// the characters were that are gone.
func num(v float64) string {
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// stream is a stream object.
func stream(dict string, data []byte) []byte {
	return fmt.Appendf(nil, "<<%s/Length %d>>stream\n%s\nendstream", dict, len(data), data)
}

// packed is a stream object, compressed.
func packed(dict string, data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(data) // a buffer takes everything
	_ = z.Close()
	return stream(dict+"/Filter/FlateDecode", b.Bytes())
}

// large is the size in bytes from which a page is tried as a JPEG.
const large = 400 << 10

// encodePicture makes an image object: without loss, unless it is a photograph.
func encodePicture(img *image.RGBA) ([]byte, error) {
	var from image.Image = img
	colors, space := 3, "DeviceRGB"
	if g := gray(img); g != nil {
		from, colors, space = g, 1, "DeviceGray"
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.DefaultCompression}).Encode(&b, from); err != nil {
		return nil, err
	}
	size := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8", img.Rect.Dx(), img.Rect.Dy(), space)
	// The rows of a PNG are what a pdf calls predictor 15.
	rows := idat(b.Bytes())
	if len(rows) > large {
		var j bytes.Buffer
		if err := jpeg.Encode(&j, from, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if 2*j.Len() < len(rows) {
			return stream(size+"/Filter/DCTDecode", j.Bytes()), nil
		}
	}
	return stream(fmt.Sprintf("%s/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent 8/Columns %d>>", size, colors, img.Rect.Dx()), rows), nil
}

// gray is the picture in shades of gray, nil if it has colours.
func gray(img *image.RGBA) *image.Gray {
	for i := 0; i < len(img.Pix); i += 4 {
		if img.Pix[i] != img.Pix[i+1] || img.Pix[i] != img.Pix[i+2] {
			return nil
		}
	}
	g := image.NewGray(img.Rect)
	for i := range g.Pix {
		g.Pix[i] = img.Pix[4*i]
	}
	return g
}

// idat joins the data chunks of a PNG.
func idat(b []byte) (out []byte) {
	for at := 8; at+12 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[at:]))
		if string(b[at+4:at+8]) == "IDAT" {
			out = append(out, b[at+8:at+8+n]...)
		}
		at += 12 + n
	}
	return out
}

// finish writes the file.
func (w *writer) finish() []byte {
	var kids strings.Builder
	for i := range w.pages {
		fmt.Fprintf(&kids, " %d 0 R", firstPage+3*i)
	}
	objects := [][]byte{
		objCatalog: fmt.Appendf(nil, "<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)>>", objPages),
		objPages:   fmt.Appendf(nil, "<</Type/Pages/Count %d/Kids[%s]>>", len(w.pages), strings.TrimPrefix(kids.String(), " ")),
		objFont:    fmt.Appendf(nil, "<</Type/Font/Subtype/Type0/BaseFont/Blank/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", objCIDFont, objMeanings),
		objCIDFont: fmt.Appendf(nil, "<</Type/Font/Subtype/CIDFontType2/BaseFont/Blank/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/CIDToGIDMap %d 0 R>>",
			objDescriptor, objGlyphMap),
		objDescriptor: fmt.Appendf(nil, "<</Type/FontDescriptor/FontName/Blank/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 1000/Descent 0/CapHeight 1000/StemV 80/FontFile2 %d 0 R>>", objFontFile),
		objFontFile:   packed(fmt.Sprintf("/Length1 %d", len(blankFont())), blankFont()),
		objGlyphMap:   packed("", make([]byte, 2*(len(w.runes)+1))),
		objMeanings:   packed("", w.meanings()),
	}
	for _, p := range w.pages {
		objects = append(objects, p[0], p[1], p[2])
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for n, o := range objects[1:] {
		at[n+1] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n+1, o)
	}
	b.WriteString(tail(at, b.Len()))
	return b.Bytes()
}

// tail is the table of where the objects stand, from object 1, and the trailer.
func tail(at []int, table int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at))
	for _, x := range at[1:] {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at), objCatalog, table)
	return b.String()
}

// meanings is the CMap that says which character each code means.
func (w *writer) meanings() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Meanings def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	const most = 100 // of one block
	for i := 0; i < len(w.runes); i += most {
		part := w.runes[i:min(i+most, len(w.runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for k, r := range part {
			fmt.Fprintf(&b, "<%04X> <", i+k+1)
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
