package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// A shot is one picture of the manual: a page of the sample county, or the page
// that its first link of a kind leads to.
type shot struct {
	name, login, path string
	first             string // selector of the link to follow, "" for none
	width, height     int64
}

var shots = []shot{
	{"home", "", "/", "", 1200, 760}, {"items", "", "/items", "", 1200, 760}, {"report", "", "/reports/YL01/2025", "", 1200, 760},
	{"apply", "", "/apply", "", 1200, 700}, {"apply-phone", "", "/apply", "", 390, 780}, {"deadline", "", "/deadline?received=2026-09-30", "", 1200, 1100}, {"log", "", "/log", "", 1200, 700}, {"signin", "", "/signin", "", 1000, 560}, {"help", "", "/help", "", 1200, 700},
	{"desk", "xian", "/desk", "", 1280, 800}, {"organs", "xian", "/desk/organs", "", 1280, 700}, {"people", "xian", "/desk/people", "", 1280, 700}, {"notices", "xian", "/desk/notices", "", 1280, 640},
	{"plan", "xian", "/desk/plan", "", 1280, 760}, {"dispatch", "xian", "/desk/dispatch", "", 1280, 760}, {"scores", "xian", "/desk/scores", "", 1280, 700}, {"collecting", "xian", "/desk/collecting", "", 1280, 760}, {"totals", "xian", "/desk/totals", "", 1280, 700}, {"voices", "xian", "/desk/voices", "", 1280, 640}, {"monitor", "xian", "/desk/monitor", "", 1280, 700},
	{"desk-items", "qingshi", "/desk/items", "", 1280, 760}, {"item", "qingshi", "/desk/items", `main table a[href^="/desk/items/4"]`, 1280, 800}, {"catalogue", "qingshi", "/desk/catalogue", "", 1280, 700}, {"outlets", "qingshi", "/desk/outlets", "", 1280, 640},
	{"requests", "qingshi", "/desk/requests", "", 1280, 700}, {"request", "qingshi", "/desk/requests", `main table a[href^="/desk/requests/4"]`, 1280, 820}, {"filing", "qingshi", "/desk/filing", "", 1280, 700},
	{"signoff", "qingshi2", "/desk/items/signoff", "", 1280, 640}, {"approvals-phone", "qingshi2", "/desk/approvals", "", 390, 780}, {"settings", "qingshi2", "/desk/settings", "", 1280, 700},
}

// TestPictures makes the pictures of the manual into the folder that
// GONGKAI_PICTURES names: make pictures.
func TestPictures(t *testing.T) {
	dir := os.Getenv("GONGKAI_PICTURES")
	if dir == "" {
		t.Skip("make pictures makes the pictures of the manual")
	}
	address := os.Getenv("GONGKAI_PICTURES_OF") // a sample county that already runs
	if address == "" {
		address, _, _ = start(t, func(string) string { return "" }, "serve", "--sample", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"))
	}
	b := newBrowser(t, address)
	login := ""
	for _, s := range shots {
		if s.login != login {
			if login != "" {
				b.signOut()
			}
			b.do(chromedp.EmulateViewport(1280, 800))
			if login = s.login; login != "" {
				b.signIn(login)
			}
		}
		b.do(chromedp.EmulateViewport(s.width, s.height))
		b.open(s.path)
		if s.first != "" {
			b.open(b.told("document.querySelector(" + js(s.first) + ").getAttribute('href')"))
		}
		if b.told(`document.querySelector('.failure')!==null`) == "true" {
			t.Errorf("%s: %s is not for %s", s.name, s.path, s.login)
			continue
		}
		b.told(`(function(){var a=document.activeElement;if(a&&a.blur)a.blur();window.scrollTo(0,0);return 0})()`)
		taken, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		small, err := reduce(taken)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d KB", s.name, len(small)>>10)
		if err := os.WriteFile(filepath.Join(dir, s.name+".png"), small, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// largest is what a picture of the manual may have.
const largest = 60 << 10

// reduce writes a picture with as many colours as stay within the limit.
func reduce(taken []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(taken))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, n := range []int{64, 32, 16, 8} {
		out.Reset()
		p := image.NewPaletted(full.Bounds(), palette(full, n))
		known := map[color.RGBA]uint8{}
		for y := p.Rect.Min.Y; y < p.Rect.Max.Y; y++ {
			for x := p.Rect.Min.X; x < p.Rect.Max.X; x++ {
				c := rgba(full.At(x, y))
				i, ok := known[c]
				if !ok {
					i = uint8(p.Palette.Index(c))
					known[c] = i
				}
				p.SetColorIndex(x, y, i)
			}
		}
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, p); err != nil {
			return nil, err
		}
		if out.Len() <= largest {
			break
		}
	}
	return out.Bytes(), nil
}

func rgba(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
}

// palette is n colours by median cut: the box of colours that spreads widest is
// divided at its middle.
func palette(m image.Image, n int) color.Palette {
	count := map[color.RGBA]int{}
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			count[rgba(m.At(x, y))]++
		}
	}
	var all []color.RGBA
	for c := range count {
		all = append(all, c)
	}
	part := func(c color.RGBA, k int) int { return int([3]uint8{c.R, c.G, c.B}[k]) }
	order := func(box []color.RGBA, k int) {
		slices.SortFunc(box, func(a, b color.RGBA) int {
			return (part(a, k)-part(b, k))<<24 + (int(a.R)-int(b.R))<<16 + (int(a.G)-int(b.G))<<8 + int(a.B) - int(b.B)
		})
	}
	spread := func(box []color.RGBA) (widest, k int) {
		for i := range 3 {
			lo, hi := 255, 0
			for _, c := range box {
				lo, hi = min(lo, part(c, i)), max(hi, part(c, i))
			}
			if hi-lo > widest {
				widest, k = hi-lo, i
			}
		}
		return widest, k
	}
	boxes := [][]color.RGBA{all}
	for len(boxes) < n {
		at, widest, by := -1, 0, 0
		for i, box := range boxes {
			if w, k := spread(box); len(box) > 1 && w > widest {
				at, widest, by = i, w, k
			}
		}
		if at < 0 {
			break
		}
		box := boxes[at]
		order(box, by)
		boxes[at] = box[:len(box)/2]
		boxes = append(boxes, box[len(box)/2:])
	}
	var out color.Palette
	for _, box := range boxes { // the commonest colour of a box stands for it: paper stays paper
		best := box[0]
		for _, c := range box {
			if count[c] > count[best] || count[c] == count[best] && part(c, 0)+part(c, 1)+part(c, 2) > part(best, 0)+part(best, 1)+part(best, 2) {
				best = c
			}
		}
		out = append(out, best)
	}
	return out
}
