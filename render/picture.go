package render

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // formats of pictures that are bound into a case file
	_ "image/png"
	"io"

	"github.com/signintech/gopdf"
)

// maxPicture bounds the pixels of a picture that is put on a page.
const maxPicture = 60 << 20

// PicturePDF puts a picture (png, jpeg) on a page of its own, upright or across as
// it fits better, and never larger than it is at 96 dots to the inch.
func PicturePDF(w io.Writer, picture []byte) (err error) {
	defer func() { // the writer indexes the picture without checks of its own
		if v := recover(); v != nil {
			err = fmt.Errorf("render: picture: %v", v)
		}
	}()
	c, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("render: picture: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > maxPicture/c.Height {
		return fmt.Errorf("render: picture of %d by %d", c.Width, c.Height)
	}
	size := gopdf.Rect{W: pageW, H: pageH}
	if c.Width > c.Height {
		size = gopdf.Rect{W: pageH, H: pageW}
	}
	const edge = 10 * mm
	scale := min((size.W-2*edge)/float64(c.Width), (size.H-2*edge)/float64(c.Height), 72.0/96)
	wide, high := float64(c.Width)*scale, float64(c.Height)*scale
	holder, err := gopdf.ImageHolderByBytes(picture)
	if err != nil {
		return fmt.Errorf("render: picture: %w", err)
	}
	gp := &gopdf.GoPdf{}
	gp.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: size})
	gp.AddPage()
	if err := gp.ImageByHolder(holder, (size.W-wide)/2, (size.H-high)/2, &gopdf.Rect{W: wide, H: high}); err != nil {
		return fmt.Errorf("render: picture: %w", err)
	}
	if _, err := gp.WriteTo(w); err != nil {
		return fmt.Errorf("render: picture: %w", err)
	}
	return nil
}
