package render

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // formats of pictures in a text
	"image/jpeg"
	"image/png"

	"rsc.io/qr"

	"gongkai/rich"
)

// Bounds of a picture in a text.
const (
	maxInline = 24 << 20 // pixels
	maxSide   = 20_000
)

// openPicture reads a picture of the body. One that cannot be read stays as its
// words.
func openPicture(img *rich.Image, pictures func(int64) ([]byte, string, error)) *picture {
	p := &picture{}
	if img == nil {
		return p
	}
	p.alt = line(img.Alt)
	if pictures == nil {
		return p
	}
	data, _, err := pictures(img.File)
	if err != nil {
		return p
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxInline {
		return p
	}
	m, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return p
	}
	// Written anew: what came with the picture (place, camera, a smaller copy of
	// what was cut off) does not go on, and the pdf writer gets what it can read.
	flat := image.NewRGBA(image.Rect(0, 0, c.Width, c.Height))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), m, m.Bounds().Min, draw.Over)
	var b bytes.Buffer
	if kind == "jpeg" {
		p.kind = "jpeg"
		err = jpeg.Encode(&b, flat, &jpeg.Options{Quality: 88})
	} else {
		p.kind = "png"
		err = png.Encode(&b, flat)
	}
	if err != nil {
		return p
	}
	p.data, p.wide, p.high = b.Bytes(), c.Width, c.Height
	return p
}

// fit is the size in points at which the picture stands in the text.
func (p *picture) fit(most float64) (w, h float64) {
	w, h = float64(p.wide)*72/96, float64(p.high)*72/96
	scale := min(1, textW/w, most/h)
	return w * scale, h * scale
}

// words stand where the picture cannot be shown.
func (p *picture) words() string {
	if p.alt == "" {
		return "［图片］"
	}
	return "［图片：" + p.alt + "］"
}

// code is the address as a picture, nil if it is none or too long for one.
func (i *imprint) code() *qr.Code {
	if i.address == "" {
		return nil
	}
	c, err := qr.Encode(i.address, qr.M)
	if err != nil {
		return nil
	}
	return c
}
