package office

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a scan of a signed paper, and of the form that brings it.
const (
	scanBytes = 20 << 20
	scanBody  = scanBytes + 64<<10
)

// scanTypes are what a scan may be, by its content.
var scanTypes = []string{"application/pdf", "image/jpeg", "image/png"}

func scanTooLarge(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return &page.Input{Text: "扫描件超过 20 MB。请用较低的分辨率重新扫描，或者拍照后再传。"}
	}
	return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
}

// keepScan keeps the scan that a form brings, if it brings one. message says in
// Chinese why it cannot be kept.
func (o *Office) keepScan(r *http.Request, id int64) (scan org.Scan, message string, err error) {
	f, head, err := r.FormFile("scan")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return scan, "", nil
	}
	if err != nil {
		return scan, "", scanTooLarge(err)
	}
	defer f.Close()
	if head.Size > scanBytes {
		return scan, "扫描件超过 20 MB。请用较低的分辨率重新扫描，或者拍照后再传。", nil
	}
	// The approval has to be there and seen before anything is kept for it.
	if _, err := o.readApproval(r); err != nil {
		return scan, "", err
	}
	p, err := o.store.PutPrivate(r.Context(), store.ApprovalRef(id), f)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return scan, refusal.Text, nil
	case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
		return scan, "这台服务器没有设置加密密钥或文件夹，不能保存扫描件。请先不传扫描件登记，并告诉系统管理员。", nil
	case err != nil:
		return scan, "", err
	case !slices.Contains(scanTypes, p.Type):
		if err := o.store.DropPrivate(r.Context(), p.ID); err != nil {
			return scan, "", err
		}
		return scan, "扫描件应是 PDF、JPG 或 PNG。这个文件的内容不是这几种，请检查是否选错了文件。", nil
	}
	return org.Scan{Hash: p.Hash, File: p.ID}, "", nil
}

// approvalScan shows the scan of one step to those who see the approval, and
// logs that it was read.
func (o *Office) approvalScan(w http.ResponseWriter, r *http.Request) error {
	a, err := o.readApproval(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("step"))
	if err != nil || n < 0 || n >= len(a.Steps) || a.Steps[n].Scan.File == 0 {
		return page.ErrNotFound
	}
	p, f, err := o.store.OpenPrivate(r.Context(), a.Steps[n].Scan.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := o.store.PersonalRead(r.Context(), page.By(r), "审批单扫描件", store.ApprovalRef(a.ID)); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Length", strconv.FormatInt(p.Size, 10))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", fmt.Sprintf(`inline; filename="scan-%d-%d"`, a.ID, n+1))
	_, err = io.Copy(w, f)
	return err
}
