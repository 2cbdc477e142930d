package redact

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"gongkai/ingest/limit"
	"gongkai/ingest/pdf"
)

// Verify reads a result again and says in the error what is wrong with it: it
// must be a file as Redact writes it, to the last byte, with every box painted
// in its pictures, and neither its own text nor what the PDF reader finds in it
// may lie under a box.
func (e *Editor) Verify(ctx context.Context, result []byte, boxes []Box) error {
	if err := check(boxes); err != nil {
		return err
	}
	switch kindOf(result) {
	case typePNG:
		return verifyPNG(result, boxes)
	case typeJPEG:
		return verifyJPEG(result, boxes)
	case typePDF:
		return e.verifyPDF(ctx, result, boxes)
	}
	return errKind
}

// painted compares the boxes of a picture with what paint makes of them. exact
// is for pictures that were written without loss.
func painted(img image.Image, boxes []Box, exact bool) error {
	got := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(got, got.Rect, img, img.Bounds().Min, draw.Src)
	want := image.NewRGBA(got.Rect)
	copy(want.Pix, got.Pix)
	paint(want, boxes)
	for i, b := range boxes {
		r := area(b, got.Rect)
		sum := 0
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				at := got.PixOffset(x, y)
				for k := range 3 {
					d := int(got.Pix[at+k]) - int(want.Pix[at+k])
					if d != 0 && exact {
						return fmt.Errorf("box %d: pixel %d,%d shows through", i+1, x, y)
					}
					sum += max(d, -d)
				}
			}
		}
		const noise = 12 // what a JPEG adds, on the mean
		if sum > noise*3*r.Dx()*r.Dy() {
			return fmt.Errorf("box %d shows through", i+1)
		}
	}
	return nil
}

func verifyPNG(b []byte, boxes []Box) error {
	for at := 8; at < len(b); {
		if at+12 > len(b) {
			return errors.New("png: bytes after the end")
		}
		n := int64(binary.BigEndian.Uint32(b[at:]))
		kind := string(b[at+4 : at+8])
		switch kind {
		case "IHDR", "PLTE", "IDAT", "IEND":
		default:
			return fmt.Errorf("png: chunk %q", kind)
		}
		if n > int64(len(b)-at-12) || kind == "IEND" && at+12+int(n) != len(b) {
			return errors.New("png: bytes after the end")
		}
		at += 12 + int(n)
	}
	img, _, err := picture(b)
	if err != nil {
		return err
	}
	return painted(img, boxes, true)
}

func verifyJPEG(b []byte, boxes []Box) error {
	if err := plainJPEG(b); err != nil {
		return err
	}
	img, _, err := picture(b)
	if err != nil {
		return err
	}
	return painted(img, boxes, false)
}

// plainJPEG reports anything beside one picture: application data, comments,
// bytes after the end.
func plainJPEG(b []byte) error {
	for at := 2; at+4 <= len(b); {
		mark := b[at+1]
		if b[at] != 0xff {
			return errors.New("jpeg: no marker")
		}
		switch mark {
		case 0xdb, 0xc0, 0xc4, 0xda:
		default:
			return fmt.Errorf("jpeg: segment %#x", mark)
		}
		at += 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if mark != 0xda {
			continue
		}
		for ; at+1 < len(b); at++ {
			if b[at] == 0xff && b[at+1] != 0 {
				if b[at+1] != 0xd9 || at+2 != len(b) {
					return errors.New("jpeg: bytes after the end")
				}
				return nil
			}
		}
	}
	return errors.New("jpeg: no end")
}

// An object of a result: its dictionary without the length, and its stream.
type object struct {
	dict string
	data []byte
}

var lengthEntry = regexp.MustCompile(`/Length (\d+)>>stream\n$`)

// objects splits a file as finish writes it, and nothing else.
func objects(b []byte) ([]object, error) {
	bad := func(n int) error { return fmt.Errorf("pdf: object %d is not as it was written", n) }
	head := "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
	if !bytes.HasPrefix(b, []byte(head)) {
		return nil, bad(0)
	}
	out := []object{{}}
	at, where := len(head), []int{0}
	for n := 1; ; n++ {
		start := fmt.Sprintf("%d 0 obj\n", n)
		if !bytes.HasPrefix(b[at:], []byte(start)) {
			break
		}
		where = append(where, at)
		at += len(start)
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return nil, bad(n)
		}
		line := string(b[at : at+i+1])
		at += i + 1
		o := object{dict: strings.TrimSuffix(line, "\n")}
		if m := lengthEntry.FindStringSubmatchIndex(line); m != nil {
			size, err := strconv.Atoi(line[m[2]:m[3]])
			if err != nil || size > len(b)-at {
				return nil, bad(n)
			}
			o = object{line[:m[0]] + ">>", b[at : at+size]}
			at += size
			if !bytes.HasPrefix(b[at:], []byte("\nendstream\n")) {
				return nil, bad(n)
			}
			at += len("\nendstream\n")
		}
		if !bytes.HasPrefix(b[at:], []byte("endobj\n")) {
			return nil, bad(n)
		}
		at += len("endobj\n")
		out = append(out, o)
	}
	if string(b[at:]) != tail(where, at) {
		return nil, errors.New("pdf: the table of objects is not as it was written")
	}
	return out, nil
}

// unpack decompresses a stream to a bounded size.
func unpack(b []byte) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	const most = 64 << 20
	out, err := io.ReadAll(io.LimitReader(z, most+1))
	if err == nil && len(out) > most {
		err = errors.New("pdf: stream is too large")
	}
	return out, err
}

var (
	pageDict  = regexp.MustCompile(`^<</Type/Page/Parent 2 0 R/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]/Resources<</XObject<</I (\d+) 0 R>>/Font<</F 3 0 R>>>>/Contents (\d+) 0 R>>$`)
	imageDict = regexp.MustCompile(`^<</Type/XObject/Subtype/Image/Width (\d+)/Height (\d+)/ColorSpace/Device(Gray|RGB)/BitsPerComponent 8/Filter/(DCTDecode|FlateDecode/DecodeParms<</Predictor 15/Colors [13]/BitsPerComponent 8/Columns \d+>>)>>$`)
	drawn     = regexp.MustCompile(`^q [\d.]+ 0 0 [\d.]+ 0 0 cm /I Do Q\n(?:BT 3 Tr /F 1 Tf\n((?:(?:-?[\d.]+ ){6}Tm <[0-9A-F]{4}> Tj\n)*)ET\n)?$`)
	meaning   = regexp.MustCompile(`<([0-9A-F]{4})> <((?:[0-9A-F]{4}){1,2})>`)
)

func (e *Editor) verifyPDF(ctx context.Context, b []byte, boxes []Box) error {
	list, err := objects(b)
	if err != nil {
		return err
	}
	if len(list) <= firstPage || (len(list)-firstPage)%3 != 0 {
		return errors.New("pdf: objects are missing")
	}
	w := newWriter()
	cmap, err := unpack(list[objMeanings].data)
	if err != nil {
		return err
	}
	for _, m := range meaning.FindAllStringSubmatch(string(cmap), -1) {
		var u []uint16
		for i := 0; i < len(m[2]); i += 4 {
			v, _ := strconv.ParseUint(m[2][i:i+4], 16, 16) // the expression lets nothing else through
			u = append(u, uint16(v))
		}
		w.runes = append(w.runes, utf16.Decode(u)[0])
	}
	w.pages = make([][3][]byte, (len(list)-firstPage)/3)
	want, err := objects(w.finish())
	if err != nil {
		return err
	}
	for n := 1; n < firstPage; n++ {
		if list[n].dict != want[n].dict {
			return fmt.Errorf("pdf: object %d is %s", n, list[n].dict)
		}
		if list[n].data == nil {
			continue
		}
		got, err := unpack(list[n].data)
		expected, err2 := unpack(want[n].data)
		if err != nil || err2 != nil || !bytes.Equal(got, expected) {
			return fmt.Errorf("pdf: the stream of object %d is not as it was written", n)
		}
	}
	for i := range w.pages {
		at := firstPage + 3*i
		if err := verifyPage(list[at], list[at+1], list[at+2], at, len(w.runes), onPage(boxes, i+1)); err != nil {
			return fmt.Errorf("page %d: %w", i+1, err)
		}
	}
	return e.readAgain(ctx, b, boxes)
}

// readAgain asks the PDF reader what it finds under the boxes.
func (e *Editor) readAgain(ctx context.Context, b []byte, boxes []Box) error {
	_, err := e.drawer.Draw(ctx, b, pdf.Wish{DPI: 20, Glyphs: true}, func(s *pdf.Sheet) error {
		for _, g := range s.Glyphs {
			if under(g, s, onPage(boxes, s.Number), reaching) {
				return fmt.Errorf("page %d: the reader finds a character under a box", s.Number)
			}
		}
		return nil
	})
	return err
}

// verifyPage checks a page, its text by its own codes and its picture.
func verifyPage(page, content, pic object, at, codes int, boxes []Box) error {
	m := pageDict.FindStringSubmatch(page.dict)
	if m == nil || m[3] != strconv.Itoa(at+2) || m[4] != strconv.Itoa(at+1) || content.dict != "<</Filter/FlateDecode>>" {
		return fmt.Errorf("pdf: page is %s", page.dict)
	}
	s := &pdf.Sheet{}
	s.W, _ = strconv.ParseFloat(m[1], 64)
	s.H, _ = strconv.ParseFloat(m[2], 64)
	text, err := unpack(content.data)
	if err != nil {
		return err
	}
	shows := drawn.FindSubmatch(text)
	if shows == nil {
		return errors.New("pdf: the page does something else than show its picture and its text")
	}
	for line := range strings.Lines(string(shows[1])) {
		f := strings.Fields(line)
		var v [6]float64
		for k := range v {
			v[k], _ = strconv.ParseFloat(f[k], 64)
		}
		x1, y1 := v[4]+v[0]+v[2], v[5]+v[1]+v[3]
		g := pdf.Glyph{X0: min(v[4], x1), X1: max(v[4], x1), Y0: s.H - max(v[5], y1), Y1: s.H - min(v[5], y1)}
		if v[0] == 0 {
			g.Turn = 1
		}
		if under(g, s, boxes, reaching) {
			return errors.New("pdf: a character lies under a box")
		}
		if c, err := strconv.ParseUint(strings.Trim(f[7], "<>"), 16, 16); err != nil || c < 1 || int(c) > codes {
			return errors.New("pdf: a code without a meaning")
		}
	}
	img, exact, err := decodePicture(pic)
	if err != nil {
		return err
	}
	return painted(img, boxes, exact)
}

// decodePicture reads an image object as encodePicture writes it.
func decodePicture(o object) (img image.Image, exact bool, err error) {
	m := imageDict.FindStringSubmatch(o.dict)
	if m == nil {
		return nil, false, fmt.Errorf("pdf: picture is %s", o.dict)
	}
	if m[4] == "DCTDecode" {
		if err := plainJPEG(o.data); err != nil {
			return nil, false, err
		}
		img, err := jpeg.Decode(bytes.NewReader(o.data))
		return img, false, err
	}
	w, _ := strconv.Atoi(m[1])
	h, _ := strconv.Atoi(m[2])
	if w < 1 || h < 1 || w > 2*maxPixels/h {
		return nil, false, limit.Broken("PDF", errors.New("pdf: size of a picture"))
	}
	// The same rows as a PNG.
	head := binary.BigEndian.AppendUint32(nil, uint32(w))
	head = append(binary.BigEndian.AppendUint32(head, uint32(h)), 8, map[string]byte{"Gray": 0, "RGB": 2}[m[3]], 0, 0, 0)
	b := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		kind string
		data []byte
	}{{"IHDR", head}, {"IDAT", o.data}, {"IEND", nil}} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(c.data)))
		from := len(b)
		b = append(append(b, c.kind...), c.data...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:]))
	}
	img, err = png.Decode(bytes.NewReader(b))
	return img, true, err
}
