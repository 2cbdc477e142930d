package redact

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

// photo is a noisy picture whose top left quarter is red.
func photo(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(150 + r.IntN(80)), uint8(150 + r.IntN(80)), 200, 0xff}
			if x < w/2 && y < h/2 {
				c = color.RGBA{200, 0, 0, 0xff}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func encode(t *testing.T, img image.Image, kind string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if kind == "png" {
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with puts segments behind the start of a JPEG.
func with(b []byte, segments ...[]byte) []byte {
	return slices.Concat(b[:2], slices.Concat(segments...), b[2:])
}

func segment(mark byte, data string) []byte {
	return slices.Concat([]byte{0xff, mark}, binary.BigEndian.AppendUint16(nil, uint16(len(data)+2)), []byte(data))
}

// A JPEG is covered as it is seen, turned by its camera's note; the note, the
// place, the small preview, comments and what hangs on behind are gone.
func TestJPEGLosesWhatIsNotSeen(t *testing.T) {
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00SecretPlace"
	data := append(with(encode(t, photo(200, 100), "jpeg"), segment(0xe1, exif), segment(0xfe, "SecretComment")), "SecretTail"...)
	// Turned by a quarter, the red quarter is at the top right.
	boxes := []Box{{Page: 1, X0: 5000, Y0: 0, X1: 10000, Y1: 5000, Label: "privacy"}}
	r := redacted(t, data, boxes)
	if bytes.Contains(r.Data, []byte("Secret")) || bytes.Contains(r.Data, []byte("Exif")) {
		t.Error("something of the old file is left")
	}
	img, err := jpeg.Decode(bytes.NewReader(r.Data))
	if err != nil || img.Bounds().Dx() != 100 || img.Bounds().Dy() != 200 {
		t.Fatalf("%v, %v", img.Bounds(), err)
	}
	for y := range 200 {
		for x := range 100 {
			R, G, _, _ := img.At(x, y).RGBA()
			if R > 0x7000 && G < 0x4000 {
				t.Fatalf("red at %d,%d", x, y)
			}
		}
	}
}

// Colour under transparent pixels and text chunks of a PNG are gone.
func TestPNGLosesWhatIsNotSeen(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 60, 60))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []uint8{200, 0, 0, 0})
	}
	data := encode(t, img, "png")
	text := binary.BigEndian.AppendUint32(nil, 12)
	body := append([]byte("tEXt"), "Secret\x00Words"...)
	text = binary.BigEndian.AppendUint32(append(text, body...), crc32.ChecksumIEEE(body))
	data = append(slices.Concat(data[:33], text, data[33:]), "SecretTail"...)
	boxes := []Box{{Page: 1, X0: 0, Y0: 0, X1: 1000, Y1: 1000}}
	r := redacted(t, data, boxes)
	got, err := png.Decode(bytes.NewReader(r.Data))
	if err != nil || bytes.Contains(r.Data, []byte("Secret")) {
		t.Fatalf("%v, or text is left", err)
	}
	if R, G, B, A := got.At(50, 50).RGBA(); R != 0xffff || G != 0xffff || B != 0xffff || A != 0xffff {
		t.Errorf("a transparent pixel became %x %x %x %x", R, G, B, A)
	}
}

// A scan with the text of a reading machine under it: the picture is covered,
// the hidden text is gone, also where no box lies.
func TestScanWithHiddenText(t *testing.T) {
	scan := encode(t, photo(400, 500), "jpeg")
	var obj bytes.Buffer
	fmt.Fprintf(&obj, "/Type/XObject/Subtype/Image/Width 400/Height 500/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode|%s", scan)
	data := file("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 500]/Resources<</Font<</F 4 0 R>>/XObject<</S 6 0 R>>>>/Contents 5 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"|q 400 0 0 500 0 0 cm /S Do Q BT 3 Tr /F 14 Tf 50 400 Td (SecretRead) Tj 0 -300 Td (SecretBelow) Tj ET", obj.String())
	// The hidden text still tells where words stand.
	boxes := boxAround(t, data, "SecretRead")
	boxes = append(boxes, Box{Page: 1, X0: 0, Y0: 0, X1: 5000, Y1: 5000, Label: "trade"})
	r := redacted(t, data, boxes)
	if got := layer(t, r.Data); got != "" {
		t.Errorf("text beside the scan: %s", got)
	}
	if r.Hidden == 0 {
		t.Error("nobody is told that hidden text is gone")
	}
	list, err := objects(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	img, exact, err := decodePicture(list[firstPage+2])
	if err != nil || exact {
		t.Fatalf("a photograph is written without loss: %v, %v", exact, err)
	}
	b := img.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			if R, G, _, _ := img.At(x, y).RGBA(); R > 0x7000 && G < 0x4000 {
				t.Fatalf("red at %d,%d", x, y)
			}
		}
	}
}

// Every code that boxes are given has its picture, and unknown ones have none.
func TestLabels(t *testing.T) {
	entries, err := labels.ReadDir("labels")
	if err != nil || len(entries) < 8 {
		t.Fatal(len(entries), err)
	}
	for _, e := range entries {
		if label(e.Name()[:len(e.Name())-len(".png")]) == nil {
			t.Errorf("%s is no picture", e.Name())
		}
	}
	if label("../labels/privacy") != nil || label("nothing") != nil {
		t.Error("a label that is none")
	}
}
