package site

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/store"
)

// attached is a private file that somebody sent without signing in. The name it
// came with may be personal: it is called by its number.
type attached struct {
	ID, Size int64
	Name     string
}

// attach keeps the files of a form's field as private files of ref, what they may
// be by their content. message says why one is not taken.
func (s *Site) attach(r *http.Request, ref, field, called string) (out []attached, message string, err error) {
	if r.MultipartForm == nil {
		return nil, "", nil
	}
	heads := r.MultipartForm.File[field]
	if len(heads) > voiceFiles {
		return nil, fmt.Sprintf("附件最多%d个。", voiceFiles), nil
	}
	for i, h := range heads {
		if h.Size > voiceFileBytes {
			return nil, fmt.Sprintf("第%d个附件超过 %d MB，请缩小后再传。", i+1, voiceFileBytes>>20), nil
		}
		f, err := h.Open()
		if err != nil {
			return nil, "", err
		}
		p, err := s.store.PutPrivate(r.Context(), ref, io.LimitReader(f, voiceFileBytes))
		f.Close()
		var refusal *act.Refusal
		switch {
		case errors.As(err, &refusal):
			return nil, refusal.Text, nil
		case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
			return nil, "本站现在不能接收附件，请不带附件提交，或者邮寄材料。", nil
		case err != nil:
			return nil, "", err
		case !slices.Contains(voiceTypes, p.Type):
			return nil, fmt.Sprintf("第%d个附件的内容不是 PDF、JPG、PNG 或 Word（docx），请检查是否选错了文件。", i+1), s.store.DropPrivate(r.Context(), p.ID)
		}
		end := map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", voiceTypes[3]: ".docx"}[p.Type]
		out = append(out, attached{p.ID, p.Size, fmt.Sprintf("%s%d%s", called, i+1, end)})
	}
	return out, "", nil
}

// sendPrivate gives a file that was disclosed to its applicant.
func (s *Site) sendPrivate(w http.ResponseWriter, r *http.Request, f casework.File) error {
	p, rc, err := s.store.OpenPrivate(r.Context(), f.ID)
	if err != nil {
		return err
	}
	defer rc.Close()
	h := w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = io.Copy(w, rc) // the reader has gone: nothing to tell anyone
	return nil
}
