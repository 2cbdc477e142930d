package page

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/render"
)

// The media types of documents by the ending of their names.
var mediaTypes = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pdf":  "application/pdf",
	"csv":  "text/csv; charset=utf-8",
	"json": "application/json",
	"zip":  "application/zip",
}

// Attach names a download that is for this reader only. A plain name serves old
// programs, the other one carries the Chinese.
func Attach(w http.ResponseWriter, name string) {
	plain := strings.Map(func(r rune) rune {
		if r > 0x7e || r < 0x20 || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, name)
	if plain == "" || plain[0] == '.' {
		plain = "file" + plain
	}
	h := w.Header()
	h.Set("Content-Disposition", `attachment; filename="`+plain+`"; filename*=UTF-8''`+url.PathEscape(name))
	h.Set("Cache-Control", "private, no-store")
}

// Writers are the formats a document can be had in, by the ending of its name:
// docx, pdf, xlsx, csv, json or zip.
type Writers map[string]func(io.Writer) error

// Send answers with a document in one of its formats as name.format. A format it
// is not written in is ErrNotFound; a missing font is said with what to do.
// before, if any, is called when the document is ready and nothing is sent yet:
// to log who reads it.
func Send(w http.ResponseWriter, name, format string, formats Writers, before func() error) error {
	write, ok := formats[format]
	if !ok {
		return ErrNotFound
	}
	var b bytes.Buffer
	err := write(&b)
	var font *render.FontError
	if errors.As(err, &font) {
		return &Unavailable{Text: "这台服务器没有中文字体，不能生成 PDF。请下载 Word 文件，或请系统管理员安装字体。", Err: err}
	}
	if err == nil && before != nil {
		err = before()
	}
	if err != nil {
		return err
	}
	Attach(w, name+"."+format)
	h := w.Header()
	h.Set("Content-Type", mediaTypes[format])
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	_, err = b.WriteTo(w)
	return err
}

// SendAsked is Send in the format that the address's query names.
func SendAsked(w http.ResponseWriter, r *http.Request, name string, formats Writers) error {
	format := r.FormValue("format")
	if formats[format] == nil {
		return &Input{Text: "请选择导出的格式：" + strings.Join(slices.Sorted(maps.Keys(formats)), "、") + "。"}
	}
	return Send(w, name, format, formats, nil)
}

// SendFile answers with a private file whose reading is logged already. Only what
// cannot run is shown in the browser.
func SendFile(w http.ResponseWriter, name, mediaType string, size int64, f io.ReadCloser) error {
	defer f.Close()
	Attach(w, name)
	h := w.Header()
	if mediaType == "application/pdf" || mediaType == "image/jpeg" || mediaType == "image/png" {
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
	}
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	_, err := io.Copy(w, f)
	return err
}
