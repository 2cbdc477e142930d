package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/web/page"
)

// A format is one way to take a report away.
type format struct {
	ext, name, use, kind string
	inline               bool // shown in the browser
	write                func(io.Writer, *annual.Report, render.Options) error
}

var formats = []format{
	{"docx", "Word 文档", "原格式，可编辑", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false, render.DOCX},
	{"pdf", "PDF", "打印、存档", "application/pdf", false, render.PDF},
	{"xlsx", "Excel 表格", "三张表，带公式", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false, render.XLSX},
	{"html", "可复制的网页", "粘贴到其他系统", "text/html; charset=utf-8", true, render.Rich},
	{"csv", "CSV", "每格一行", "text/csv; charset=utf-8", false, render.CSV},
	{"json", "JSON", "供程序读取", "application/json; charset=utf-8", false, render.JSON},
}

// download writes a report as a file. It is rendered whole first, so that a
// failure answers as a page and not as half a file.
func (s *Site) download(w http.ResponseWriter, o org.Organ, year int, rep *annual.Report, ext string) error {
	for _, f := range formats {
		if f.ext != ext {
			continue
		}
		var b bytes.Buffer
		err := f.write(&b, rep, render.Options{Fonts: s.cfg.Fonts})
		var font *render.FontError
		if errors.As(err, &font) {
			return &page.Unavailable{Text: "本站暂时不能生成 PDF，请改为下载 Word 文档，或在报告页使用浏览器的打印功能另存为 PDF。", Err: err}
		}
		if err != nil {
			return fmt.Errorf("site: %s: %w", ext, err)
		}
		h := w.Header()
		if f.inline { // its inline styles are the point of it; nothing else may run or load
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-same-origin")
		} else {
			attach(w, fmt.Sprintf("%s%d年政府信息公开工作年度报告.%s", o.Name, year, ext))
		}
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "no-cache")
		_, err = b.WriteTo(w)
		return err
	}
	return page.ErrNotFound
}

// attach names the file for the browser.
func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
