package office

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"gongkai/ingest/rows"
	"gongkai/web/page"
)

// listBody is what a form with a list of organs or people may bring in all.
const listBody = rows.MaxBytes + 1<<20

// uploaded reads the file of a form's field. Where none was chosen it gives no
// data and no error. Other fields of the form can be read afterwards as usual.
func uploaded(r *http.Request, field string) (name string, data []byte, err error) {
	if err := r.ParseMultipartForm(listBody); errors.Is(err, http.ErrNotMultipart) {
		return "", nil, nil
	} else if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return "", nil, err
		}
		return "", nil, &page.Input{Text: "提交的表单不完整，请返回后重新提交。"}
	}
	f, h, err := r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, &page.Input{Text: "上传的文件无法读取，请返回后重新提交。"}
	}
	defer f.Close()
	if data, err = io.ReadAll(io.LimitReader(f, rows.MaxBytes+1)); err != nil {
		return "", nil, err
	}
	return rows.Short(rows.Clean(strings.ToValidUTF8(h.Filename, ""))), data, nil
}
