package site

import (
	"bytes"
	"context"
	"errors"
	"io"

	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// An itemFormat is a paper form of an item.
type itemFormat struct {
	ext, name, use, kind string
	write                func(w io.Writer, p render.ItemPaper, fonts []string) error
}

func itemFormats() []itemFormat {
	return []itemFormat{
		{"docx", "Word 文档", "可编辑", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", func(w io.Writer, p render.ItemPaper, _ []string) error { return render.ItemDocx(w, p) }},
		{"pdf", "PDF", "打印、存档", "application/pdf", render.ItemPDF},
	}
}

// maxPicture bounds a picture that is put on paper.
const maxPicture = 20 << 20

// paperOf is the item as paper has it; address is that of its page.
func (s *Site) paperOf(ctx context.Context, x *store.PublicItem, address string) render.ItemPaper {
	c := x.Content
	p := render.ItemPaper{Title: c.Title, DocNo: c.DocNo, Organ: x.OrganName, Made: c.Made, Published: x.Published, Index: x.Number, Source: c.Source, Address: address, Body: c.Body}
	if p.Source == "" {
		p.Source = x.OrganName
	}
	for _, f := range c.Attached() {
		p.Files = append(p.Files, f.Name)
	}
	p.Pictures = func(id int64) ([]byte, string, error) {
		f, rc, err := s.store.OpenItemFile(ctx, x.Number, id)
		if err != nil {
			return nil, "", err
		}
		defer rc.Close()
		b, err := io.ReadAll(io.LimitReader(rc, maxPicture+1))
		if err == nil && len(b) > maxPicture {
			err = errors.New("site: picture too large for paper")
		}
		return b, f.Type, err
	}
	return p
}

// writeItem writes one form whole, so that a failure answers as a page.
func (s *Site) writeItem(ctx context.Context, f itemFormat, x *store.PublicItem, address string) (*bytes.Buffer, error) {
	var b bytes.Buffer
	err := f.write(&b, s.paperOf(ctx, x, address), s.cfg.Fonts)
	var font *render.FontError
	if errors.As(err, &font) {
		return nil, &page.Unavailable{Text: "本站暂时不能生成 PDF，请改为下载 Word 文档，或使用浏览器的打印功能另存为 PDF。", Err: err}
	}
	return &b, err
}

// onPaper reports whether the item can be taken away as paper.
func onPaper(x *store.PublicItem) bool {
	return x.Standing == proactive.Live && x.N == len(x.Versions)
}
