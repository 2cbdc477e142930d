package pdf_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gongkai/ingest/pdf"
)

// named is a page whose Chinese text names SimSun and does not carry it, and
// whose Latin text lies half under a black bar.
const named = `%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F 4 0 R/G 7 0 R>>>>/Contents 5 0 R>>
endobj
4 0 obj
<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>
endobj
5 0 obj
<</Length 118>>
stream
BT /F 20 Tf 20 150 Td <cdc1b5d8c5fabcfe> Tj /G 12 Tf 0 -40 Td (Latin text) Tj ET 0 0 0 rg 15 100 34 20 re f            
endstream
endobj
6 0 obj
<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 8 0 R/DW 1000>>
endobj
7 0 obj
<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>
endobj
8 0 obj
<</Type/FontDescriptor/FontName/SimSun/Flags 6/Ascent 859/Descent -141/StemV 80/FontBBox[0 -141 1000 859]/CapHeight 683/ItalicAngle 0>>
endobj
trailer <</Root 1 0 R>>
`

// Text of a font that is not in the file is drawn with one of the machine's, and
// text under a bar is known as hidden though the file has it.
func TestDrawKnowsWhatCanBeSeen(t *testing.T) {
	if fonts, _ := filepath.Glob("/usr/share/fonts/truetype/*/*gbsn00lp*"); len(fonts) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chinese font: apt-get install fonts-arphic-gbsn00lp")
		}
		t.Skip("no Chinese font is installed (apt-get install fonts-arphic-gbsn00lp)")
	}
	d := pdf.NewDrawer(filepath.Join(os.TempDir(), "gongkai-pdfium"), nil)
	defer d.Close()
	seen, hidden := "", ""
	n, err := d.Draw(context.Background(), []byte(named), pdf.Wish{DPI: 150, Glyphs: true}, func(s *pdf.Sheet) error {
		for _, g := range s.Glyphs {
			if g.Lost {
				t.Errorf("%c is taken for lost", g.R)
			}
			if g.Hidden {
				hidden += string(g.R)
			} else {
				seen += string(g.R)
			}
		}
		return nil
	})
	if err != nil || n != 1 || seen != "土地批件text" || hidden != "Latin" {
		t.Errorf("%d pages, %v; seen %q, hidden %q", n, err, seen, hidden)
	}
}
