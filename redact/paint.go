package redact

import (
	"bytes"
	"embed"
	"image"
	"image/color"
	"image/draw"
	"image/png"
)

// labels are pictures of what boxes say, white on black, one for each code.
//
//go:embed labels
var labels embed.FS

// label is the picture for a code, nil if there is none.
func label(code string) image.Image {
	if code == "" {
		return nil
	}
	b, err := labels.ReadFile("labels/" + code + ".png")
	if err != nil {
		return nil
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	return img
}

// area is a box in pixels, rounded outward and a pixel wider, so that no rim of
// a letter is left.
func area(b Box, in image.Rectangle) image.Rectangle {
	w, h := in.Dx(), in.Dy()
	return image.Rect(b.X0*w/Full-1, b.Y0*h/Full-1, (b.X1*w+Full-1)/Full+1, (b.Y1*h+Full-1)/Full+1).Add(in.Min).Intersect(in)
}

// paint covers the boxes, then writes what they say.
func paint(img *image.RGBA, boxes []Box) {
	for _, b := range boxes {
		draw.Draw(img, area(b, img.Rect), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	for _, b := range boxes {
		write(img, area(b, img.Rect), label(b.Label))
	}
}

// write puts a label in the middle of a black box, as large as fits and not
// larger than it was drawn. One that would be too small to read is left out.
func write(img *image.RGBA, box image.Rectangle, text image.Image) {
	if text == nil {
		return
	}
	const least = 14 // pixels
	t := text.Bounds()
	h := min(t.Dy(), box.Dy()-2, (box.Dx()-4)*t.Dy()/t.Dx())
	if h < least {
		return
	}
	w := t.Dx() * h / t.Dy()
	at := image.Pt(box.Min.X+(box.Dx()-w)/2, box.Min.Y+(box.Dy()-h)/2)
	for y := range h {
		for x := range w {
			v := mean(text, image.Rect(x*t.Dx()/w, y*t.Dy()/h, max((x+1)*t.Dx()/w, x*t.Dx()/w+1), max((y+1)*t.Dy()/h, y*t.Dy()/h+1)).Add(t.Min))
			img.SetRGBA(at.X+x, at.Y+y, color.RGBA{v, v, v, 0xff})
		}
	}
}

// mean is the mean brightness of part of a picture.
func mean(img image.Image, r image.Rectangle) uint8 {
	sum := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return uint8(sum / max(1, r.Dx()*r.Dy()))
}
