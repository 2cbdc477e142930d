package redact

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gongkai/ingest/limit"
	"gongkai/ingest/pdf"
)

var editor = sync.OnceValue(func() *Editor { return New(nil) })

// file makes a pdf of objects, from 1; a body with "stream" gets its length.
func file(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		if head, data, ok := strings.Cut(o, "|"); ok {
			o = fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", head, len(data), data)
		}
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer <</Root 1 0 R/Info 9 0 R>>\n%%EOF\n")
	return b.Bytes()
}

// trap is a page with a secret in every place where pdf files keep such things.
// The page's own attributes and content are given.
func trap(page, content string) []byte {
	return file(
		"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\('SecretScript'\\))>>/Metadata 10 0 R/Names<</EmbeddedFiles<</Names[(SecretName) 11 0 R]>>>>/AcroForm<</Fields[12 0 R]>>/Outlines 15 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R"+page+"/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>/Contents 5 0 R/Annots[12 0 R 14 0 R]/Thumb 13 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"|"+content,
		"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 10 0]/Resources<</XObject<</Y 7 0 R>>>>|/Y Do",
		"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Matrix[1 0 0 1 0 5]/Resources<</Font<</F 4 0 R>>>>|BT /F 14 Tf 90 395 Td (Nested SecretNest tail) Tj ET",
		"|BT (SecretOrphan) Tj ET",
		"<</Title(SecretTitle)/Author(SecretAuthor)>>",
		"/Type/Metadata/Subtype/XML|<x>SecretXMP</x>",
		"<</Type/Filespec/F(SecretFile.txt)/EF<</F 8 0 R>>>>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(SecretField)/V(SecretValue)/Rect[300 600 400 620]>>",
		"/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8|S",
		"<</Type/Annot/Subtype/Text/Contents(SecretNote)/Rect[10 10 30 30]>>",
		"<</Count 1/First 16 0 R/Last 16 0 R>>",
		"<</Title(SecretMark)/Parent 15 0 R>>",
	)
}

const lines = `BT /F 14 Tf 100 700 Td (Before SecretWord after) Tj 0 -100 Td [(Kerned )-20(Secret)15(Kern)-30( rest)] TJ ET
BT 3 Tr /F 14 Tf 100 650 Td (SecretHidden) Tj ET
BT 0 Tr 1 g /F 14 Tf 100 640 Td (SecretWhite) Tj ET
0 g BT /F 14 Tf 100 500 Td (SecretCovered) Tj ET 0 0 0 rg 95 495 140 20 re f
BT /F 14 Tf 900 500 Td (SecretOutside) Tj ET
0.5 0 0 rg 300 300 80 40 re f /X Do`

// boxAround finds where the words stand and makes boxes of it.
func boxAround(t *testing.T, data []byte, words ...string) (out []Box) {
	t.Helper()
	_, err := editor().Sheets(context.Background(), data, 72, func(s *pdf.Sheet) error {
		var all []rune
		for _, g := range s.Glyphs {
			all = append(all, g.R)
		}
		for _, w := range words {
			i := strings.Index(string(all), w)
			if i < 0 {
				t.Fatalf("%q is not on the page: %s", w, string(all))
			}
			i = len([]rune(string(all)[:i]))
			b := Box{Page: s.Number, X0: Full, Y0: Full, Label: "privacy"}
			for _, g := range s.Glyphs[i : i+len([]rune(w))] {
				b.X0, b.Y0 = min(b.X0, int(math.Ceil(g.X0*Full/s.W))), min(b.Y0, int(g.Y0*Full/s.H))
				b.X1, b.Y1 = max(b.X1, int(g.X1*Full/s.W)), max(b.Y1, int(math.Ceil(g.Y1*Full/s.H)))
			}
			out = append(out, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// streams are all streams of a pdf, as they stand and unpacked.
func streams(b []byte) string {
	var out strings.Builder
	out.Write(b)
	for rest := b; ; {
		i := bytes.Index(rest, []byte("stream\n"))
		if i < 0 {
			return out.String()
		}
		rest = rest[i+7:]
		if z, err := zlib.NewReader(bytes.NewReader(rest)); err == nil {
			_, _ = io.Copy(&out, z)
		}
	}
}

func redacted(t *testing.T, data []byte, boxes []Box) *Result {
	t.Helper()
	r, err := editor().Redact(context.Background(), data, boxes)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever way a page is turned and cropped: what lies under the boxes, and
// everything that cannot be seen, is in no stream of the result, the reader of
// another maker finds nothing of it, and what stays has not moved.
func TestNothingUnderTheBoxSurvives(t *testing.T) {
	for name, page := range map[string]string{
		"upright": "/MediaBox[0 0 612 792]",
		"turned":  "/MediaBox[0 0 612 792]/Rotate 90",
		"upside":  "/MediaBox[0 0 612 792]/Rotate 180",
		"left":    "/MediaBox[0 0 612 792]/Rotate 270",
		"cropped": "/MediaBox[-50 -50 700 900]/CropBox[50 100 500 750]",
	} {
		t.Run(name, func(t *testing.T) {
			data := trap(page, lines)
			r := redacted(t, data, boxAround(t, data, "SecretWord", "SecretKern", "SecretNest"))
			all := streams(r.Data)
			if strings.Contains(all, "Secret") {
				t.Error("the word is in the file")
			}
			// The text layer writes codes; what they mean is the CMap.
			if got := layer(t, r.Data); strings.Contains(got, "Secret") || !strings.Contains(got, "Beforeafter") || !strings.Contains(got, "Kernedrest") || !strings.Contains(got, "Nestedtail") {
				t.Errorf("text beside the picture: %s", got)
			}
			for _, word := range []string{"/Annot", "/JavaScript", "/Metadata", "/Info", "/EmbeddedFile", "/AcroForm", "/Thumb", "/Outlines", "/Rotate"} {
				if strings.Contains(all, word) {
					t.Errorf("%s is still there", word)
				}
			}
			before, after := words(t, data), words(t, r.Data)
			for w := range after {
				if strings.Contains(w, "Secret") {
					t.Errorf("pdftotext still finds %s", w)
				}
			}
			for _, w := range []string{"Before", "after", "rest", "Nested", "tail"} {
				b, a := before[w], after[w]
				if len(b) == 0 || len(a) == 0 {
					t.Errorf("%s: before %v, after %v", w, b, a)
					continue
				}
				along := []int{0, 2} // the sides that lie along the writing; the others depend on the font's height
				if name == "turned" || name == "left" {
					along = []int{1, 3}
				}
				for _, k := range along {
					if math.Abs(b[k]-a[k]) > 0.5 {
						t.Errorf("%s moved from %v to %v", w, b, a)
					}
				}
			}
		})
	}
}

// layer is the text that the result carries, by its own codes.
func layer(t *testing.T, b []byte) string {
	t.Helper()
	list, err := objects(b)
	if err != nil {
		t.Fatal(err)
	}
	cmap, err := unpack(list[objMeanings].data)
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, m := range meaning.FindAllStringSubmatch(string(cmap), -1) {
		v, _ := strconv.ParseUint(m[2], 16, 32)
		of[m[1]] = string(rune(v))
	}
	var out strings.Builder
	for i := firstPage + 1; i < len(list); i += 3 {
		text, err := unpack(list[i].data)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`<([0-9A-F]{4})> Tj`).FindAllStringSubmatch(string(text), -1) {
			out.WriteString(of[m[1]])
		}
	}
	return out.String()
}

// words are the boxes of the words that pdftotext finds.
func words(t *testing.T, data []byte) map[string][]float64 {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := tool(t, "pdftotext", "-cropbox", "-bbox", name, "-")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, m := range regexp.MustCompile(`<word xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)">([^<]*)</word>`).FindAllSubmatch(b, -1) {
		var v []float64
		for _, s := range m[1:5] {
			x, _ := strconv.ParseFloat(string(s), 64)
			v = append(v, x)
		}
		out[string(m[5])] = v
	}
	return out
}

// tool runs a Debian program that tests need.
func tool(t *testing.T, name string, args ...string) ([]byte, error) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("%s is not installed (Debian package poppler-utils)", name)
		}
		t.Fatal(err)
	}
	return exec.Command(name, args...).Output()
}

// Outside the boxes the page looks as before, under them it is black.
func TestOnlyTheBoxesChange(t *testing.T) {
	data := trap("/MediaBox[0 0 612 792]", lines)
	boxes := boxAround(t, data, "SecretWord")
	boxes[0].Label = ""
	r := redacted(t, data, boxes)
	before, _, err := editor().Page(context.Background(), data, 1, dpi, false)
	if err != nil {
		t.Fatal(err)
	}
	list, err := objects(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	img, exact, err := decodePicture(list[firstPage+2])
	if err != nil || !exact || img.Bounds() != before.Picture.Rect {
		t.Fatalf("%v, exact %v, %v against %v", err, exact, img.Bounds(), before.Picture.Rect)
	}
	in := area(boxes[0], before.Picture.Rect)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			R, G, B, _ := before.Picture.At(x, y).RGBA()
			inside := x >= in.Min.X && x < in.Max.X && y >= in.Min.Y && y < in.Max.Y
			if inside && r|g|b != 0 || !inside && (r != R || g != G || b != B) {
				t.Fatalf("pixel %d,%d, in the box: %v, is %d %d %d, was %d %d %d", x, y, inside, r>>8, g>>8, b>>8, R>>8, G>>8, B>>8)
			}
		}
	}
	// Another maker's program draws the two alike, too.
	dir := t.TempDir()
	shots := [2][]byte{}
	for i, d := range [][]byte{data, r.Data} {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, d, 0o600); err != nil {
			t.Fatal(err)
		}
		if shots[i], err = tool(t, "pdftoppm", "-gray", "-r", "36", name); err != nil {
			t.Fatal(err)
		}
	}
	if len(shots[0]) != len(shots[1]) {
		t.Fatalf("pictures of %d and %d bytes", len(shots[0]), len(shots[1]))
	}
	off := 0
	for i := range shots[0] {
		if d := int(shots[0][i]) - int(shots[1][i]); d > 100 || d < -100 {
			off++
		}
	}
	const boxPixels, slack = 40 * 10, 350 // at 36 dpi; the two draw letters and notes with other outlines
	if off > boxPixels+slack {
		t.Errorf("%d pixels differ", off)
	}
}

// A result that somebody tampers with does not pass.
func TestVerifyFindsWhatWasAdded(t *testing.T) {
	data := trap("/MediaBox[0 0 612 792]", lines)
	boxes := boxAround(t, data, "SecretWord")
	r := redacted(t, data, boxes)
	ctx := context.Background()
	if err := editor().Verify(ctx, r.Data, boxes); err != nil {
		t.Fatal(err)
	}
	wider := append([]Box{{Page: 1, X0: 1000, Y0: 3000, X1: 9000, Y1: 6000}}, boxes...)
	for name, c := range map[string]struct {
		data  []byte
		boxes []Box
	}{
		"the old file":         {data, boxes},
		"bytes after the end":  {append(bytes.Clone(r.Data), "%% Secret"...), boxes},
		"an update":            {append(bytes.Clone(r.Data), "9 0 obj\n(Secret)\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"...), boxes},
		"an entry":             {bytes.Replace(r.Data, []byte("/Lang(zh-CN)"), []byte("/Perms(zhCN)"), 1), boxes},
		"a box not painted":    {r.Data, wider},
		"a page that is not":   {r.Data, []Box{{Page: 1, X0: 0, Y0: 0, X1: Full, Y1: Full}}},
		"a comment in between": {bytes.Replace(r.Data, []byte("endobj\n4 0 obj"), []byte("endobj\n%\n4 0 obj"), 1), boxes},
	} {
		if err := editor().Verify(ctx, c.data, c.boxes); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// What cannot be redacted safely is refused with a sentence for a person.
func TestRefused(t *testing.T) {
	box := []Box{{Page: 1, X1: Full, Y1: Full}}
	good := trap("/MediaBox[0 0 612 792]", lines)
	many := strings.Repeat("3 0 R ", MaxPages+1)
	for name, c := range map[string]struct {
		data  []byte
		boxes []Box
		code  string
	}{
		"no box":      {good, nil, "BOX"},
		"box outside": {good, []Box{{Page: 1, X0: 5, X1: 20000, Y1: 5}}, "BOX"},
		"other page":  {good, []Box{{Page: 2, X1: 5, Y1: 5}}, "BOX"},
		"word":        {[]byte("PK\x03\x04..."), box, "NOT-SUPPORTED"},
		"broken":      {[]byte("%PDF-1.4 nothing"), box, "BROKEN"},
		"long":        {bytes.Replace(good, []byte("Kids[3 0 R]/Count 1"), []byte("Kids["+many+"]/Count "+fmt.Sprint(MaxPages+1)), 1), box, "TOO-LARGE"},
		"locked":      {bytes.Replace(good, []byte("/Info 9 0 R"), []byte("/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<"+strings.Repeat("41", 32)+">/U<"+strings.Repeat("42", 32)+">>>/ID[<00><00>]"), 1), box, "ENCRYPTED"},
	} {
		_, err := editor().Redact(context.Background(), c.data, c.boxes)
		if limit.Code(err) != c.code || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add(trap("/MediaBox[0 0 200 200]", lines), 100, 100, 5000, 5000)
	f.Add([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 5, 5)
	f.Add([]byte("\xff\xd8\xff\xe0"), 0, 0, 5, 5)
	f.Fuzz(func(t *testing.T, data []byte, x0, y0, x1, y1 int) {
		if len(data) > 1<<16 {
			return
		}
		boxes := []Box{{Page: 1, X0: x0, Y0: y0, X1: x1, Y1: y1}}
		r, err := editor().Redact(context.Background(), data, boxes)
		if err != nil {
			if strings.Contains(err.Error(), "did not pass") {
				t.Fatal(err)
			}
			return
		}
		if err := editor().Verify(context.Background(), r.Data, boxes); err != nil {
			t.Fatal(err)
		}
	})
}
