package desk

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"gongkai/ingest/limit"
	"gongkai/web/page"
)

// Bounds of a form apart from its files.
const (
	maxParts = 6000
	maxValue = 24 << 20 // a report in machine form, a page pasted from Word
)

// An upload is one file of a form. Err is set instead of Data when it is too
// large, so that the other files of the form are still looked at.
type upload struct {
	Field, Name string
	Data        []byte
	Err         error
}

// A form is what a request carries, bounded and wholly in memory.
type form struct {
	url.Values
	files []upload
}

// file returns the first file of the field that holds something.
func (f form) file(field string) (upload, bool) {
	for _, u := range f.files {
		if u.Field == field {
			return u, true
		}
	}
	return upload{}, false
}

// readForm reads a POST in either encoding. Files are not spooled to disk, so
// nothing stays behind on the server whatever happens.
func readForm(r *http.Request) (form, error) {
	f := form{Values: url.Values{}}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		if err := r.ParseForm(); err != nil {
			var big *http.MaxBytesError
			if errors.As(err, &big) {
				return f, err
			}
			return f, &page.Input{Text: "提交的表单无法读取，请返回后重新提交。"}
		}
		f.Values = r.PostForm
		return f, nil
	}
	mr, err := r.MultipartReader()
	if err != nil {
		return f, &page.Input{Text: "提交的表单不完整，请返回后重新提交。"}
	}
	for n := 0; ; n++ {
		p, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, formError(err)
		}
		if n >= maxParts {
			return f, &page.Input{Text: "一次提交的文件太多，请打成一个压缩包再上传。"}
		}
		_, params, _ := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
		if given, isFile := params["filename"]; isFile {
			if given == "" { // a file input that was left empty
				continue
			}
			u := upload{Field: p.FormName(), Name: cleanName(given)}
			u.Data, u.Err = limit.ReadAll(p)
			if u.Err != nil && limit.Code(u.Err) != "TOO-LARGE" {
				return f, formError(u.Err)
			}
			if u.Err != nil {
				if _, err := io.Copy(io.Discard, p); err != nil {
					return f, formError(err)
				}
			}
			f.files = append(f.files, u)
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, maxValue+1))
		if err != nil {
			return f, formError(err)
		}
		if len(b) > maxValue {
			return f, &page.Input{Text: "粘贴的内容太多，请改为上传文件。"}
		}
		f.Add(p.FormName(), strings.ToValidUTF8(string(b), "�"))
	}
}

func formError(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return &page.Input{Text: "上传中断，文件没有收全，请检查网络后重新提交。"}
}
