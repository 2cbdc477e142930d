package desk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/web/page"
)

// A format is one kind of file that a report is written as.
type format struct {
	Key, Name, Hint string
	ext, mime       string
	write           func(io.Writer, *annual.Report, render.Options) error
}

// formats in the order in which they are offered: what is handed in first.
func formats() []format {
	return []format{
		{"docx", "Word 文档", "按规定版式，可直接报送、盖章", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", render.DOCX},
		{"pdf", "PDF", "用于打印和公开", ".pdf", "application/pdf", render.PDF},
		{"xlsx", "Excel 表格", "三张表各一页，合计带公式", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render.XLSX},
		{"html", "网页", "可上传到网站", ".html", "text/html; charset=utf-8", render.HTML},
		{"json", "数据", "供其他程序读取，也可以再次载入", ".gongkai.json", "application/json; charset=utf-8", render.JSON},
		{"csv", "CSV", "每行一格，用表格软件打开", ".csv", "text/csv; charset=utf-8", render.CSV},
	}
}

// download writes the report as a file.
func (d *Desk) download(w http.ResponseWriter, key string, r *annual.Report, findings []annual.Finding) error {
	for _, f := range formats() {
		if f.Key != key {
			continue
		}
		var b bytes.Buffer
		if err := f.write(&b, r, render.Options{Findings: findings, Fonts: d.cfg.Fonts}); err != nil {
			return writeError(f, err)
		}
		attach(w, fileName(r)+f.ext, f.mime)
		_, _ = w.Write(b.Bytes())
		return nil
	}
	return &page.Input{Text: "没有这种下载格式，请在页面上选择一种。"}
}

// writeError tells a person what this machine lacks for a format.
func writeError(f format, err error) error {
	var font *render.FontError
	if errors.As(err, &font) {
		return &page.Unavailable{Text: font.Error(), Err: err}
	}
	return fmt.Errorf("desk: %s: %w", f.Key, err)
}

// fileName is the name a clerk would give the file, without extension.
func fileName(r *annual.Report) string {
	n := r.Organ
	if r.Year > 0 {
		n += fmt.Sprintf("%d年", r.Year)
	}
	return cleanName(n + "政府信息公开工作年度报告")
}

// attach names a download and says what it is.
func attach(w http.ResponseWriter, name, mime string) {
	page.Attach(w, name)
	w.Header().Set("Content-Type", mime)
}
