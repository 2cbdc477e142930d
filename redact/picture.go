package redact

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"

	"gongkai/ingest/limit"
)

const quality = 92 // of a JPEG that is written again

// picture decodes a PNG or JPEG as it is shown: turned as the camera says, on
// white. What lies under transparent pixels is gone.
func picture(data []byte) (img *image.RGBA, format string, err error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width < 1 || c.Height < 1 {
		return nil, "", limit.Broken("图片", errors.Join(err, errors.New("redact: picture without pixels")))
	}
	if c.Width > maxPixels/c.Height {
		return nil, "", &limit.Error{Code: "TOO-LARGE", Msg: fmt.Sprintf("图片有 %d × %d 个像素，最多 %d 百万像素，请缩小后再试。", c.Width, c.Height, maxPixels>>20)}
	}
	from, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", limit.Broken("图片", err)
	}
	b := from.Bounds()
	img = image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(img, img.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(img, img.Rect, from, b.Min, draw.Over)
	if format == "jpeg" {
		img = turned(img, orientation(data))
	}
	return img, format, nil
}

func redactPicture(data []byte, boxes []Box) ([]byte, error) {
	img, format, err := picture(data)
	if err != nil {
		return nil, err
	}
	paint(img, onPage(boxes, 1))
	var out bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	} else {
		err = png.Encode(&out, img)
	}
	return out.Bytes(), err
}

// orientation is the camera's note of how to turn a JPEG, from 1 to 8.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		mark, n := data[at+1], int(binary.BigEndian.Uint16(data[at+2:]))
		if mark == 0xda || n < 2 || at+2+n > len(data) {
			return 1
		}
		if seg := data[at+4 : at+2+n]; mark == 0xe1 && bytes.HasPrefix(seg, []byte("Exif\x00\x00")) {
			return exifTurn(seg[6:])
		}
		at += 2 + n
	}
	return 1
}

func exifTurn(b []byte) int {
	var o binary.ByteOrder = binary.BigEndian
	switch {
	case len(b) < 8:
		return 1
	case string(b[:2]) == "II":
		o = binary.LittleEndian
	}
	first := int64(o.Uint32(b[4:]))
	if first < 8 || first+2 > int64(len(b)) {
		return 1
	}
	entries := b[first+2:]
	for i := 0; i < int(o.Uint16(b[first:])) && 12*i+12 <= len(entries); i++ {
		if e := entries[12*i:]; o.Uint16(e) == 0x0112 {
			if v := int(o.Uint16(e[8:])); v >= 1 && v <= 8 {
				return v
			}
		}
	}
	return 1
}

// turned is the picture as the camera's note says it stands upright.
func turned(img *image.RGBA, note int) *image.RGBA {
	if note < 2 || note > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if note >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			u, v := x, y
			switch note {
			case 2:
				u = w - 1 - x
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				v = h - 1 - y
			case 5:
				u, v = y, x
			case 6:
				u, v = h-1-y, x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(u, v):][:4], img.Pix[img.PixOffset(x, y):][:4])
		}
	}
	return out
}
