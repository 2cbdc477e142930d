// Package limit is the one table of what a reader accepts: sizes, depths,
// counts and times, each with the message a person sees when it is exceeded.
// Every file is treated as hostile.
package limit

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// The limits. They are generous for any real annual report, of which the
// largest seen has 40 pages and 6 MB.
const (
	FileBytes    = 64 << 20  // one file as given
	ArchiveBytes = 512 << 20 // a zip or folder of files, unpacked in all
	EntryBytes   = 64 << 20  // one entry of a zip container, unpacked
	EntryRatio   = 200       // unpacked : packed, above 1 MiB unpacked
	Entries      = 5_000     // entries of one zip
	Depth        = 200       // nesting of elements or tables
	Cells        = 200_000   // cells of all grids of a document
	Text         = 8 << 20   // bytes of text of a document
	Pages        = 300       // pages of a pdf or ofd
	PerFile      = 60 * time.Second
)

// An Error says in Chinese what is wrong with a file and what to do. Code is
// stable: TOO-LARGE, ZIP-BOMB, ENCRYPTED, BROKEN, NOT-SUPPORTED, NEEDS-OFFICE,
// TIMEOUT, EMPTY, NOT-REPORT, PICTURE, GARBLED.
type Error struct {
	Code string
	Msg  string
	Err  error // the cause, for the log
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Msg + ": " + e.Err.Error()
	}
	return e.Msg
}

func (e *Error) Unwrap() error { return e.Err }

// Message is the sentence for a person, whatever the error is.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Msg
	}
	return "文件无法读取，请换一种格式（如 .docx 或 .pdf）再试。"
}

// Code is the stable code of an error, BROKEN if it has none.
func Code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "BROKEN"
}

// Broken wraps the cause of an unreadable file of the named kind.
func Broken(kind string, cause error) error {
	return &Error{"BROKEN", "文件已损坏或不是有效的 " + kind + " 文件，请重新导出后再试。", cause}
}

// Encrypted is the error for a file that asks for a password.
func Encrypted(kind string) error {
	return &Error{"ENCRYPTED", kind + " 文件设有打开密码，请去掉密码后再上传。", nil}
}

// TooLarge names the limit that a file exceeds.
func TooLarge(what string, limit int64, unit string) error {
	return &Error{"TOO-LARGE", fmt.Sprintf("%s超过上限 %d %s，请检查是否选错了文件，或拆分后再上传。", what, limit, unit), nil}
}

// ReadAll reads at most FileBytes.
func ReadAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, FileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > FileBytes {
		return nil, TooLarge("文件", FileBytes>>20, "MB")
	}
	return b, nil
}

// A Zip is a container (docx, xlsx, ofd) opened with every bound checked.
type Zip struct {
	kind  string
	files map[string]*zip.File
	Names []string // in the archive's order
	left  int64    // unpacked bytes still allowed
}

// OpenFile opens a file that someone chose and that is a container of the named
// kind; one that is empty or too large is refused.
func OpenFile(kind string, b []byte) (*Zip, error) {
	if len(b) > FileBytes {
		return nil, TooLarge("文件", FileBytes>>20, "MB")
	}
	if len(b) == 0 {
		return nil, &Error{Code: "EMPTY", Msg: "文件是空的，没有任何内容，请检查是否选错了文件。"}
	}
	return OpenZip(kind, b)
}

// OpenZip opens a container of the named kind.
func OpenZip(kind string, b []byte) (*Zip, error) {
	if bytes.HasPrefix(b, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		return nil, Encrypted(kind) // an OLE file with the extension of a zip one is a password-protected document
	}
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, Broken(kind, err)
	}
	if len(zr.File) > Entries {
		return nil, TooLarge("压缩包内文件数", Entries, "个")
	}
	z := &Zip{kind: kind, files: map[string]*zip.File{}, left: 4 * EntryBytes}
	for _, f := range zr.File {
		if f.Flags&1 != 0 {
			return nil, Encrypted(kind)
		}
		if _, dup := z.files[f.Name]; !dup {
			z.files[f.Name] = f
			z.Names = append(z.Names, f.Name)
		}
	}
	return z, nil
}

// Has reports whether the container has the entry.
func (z *Zip) Has(name string) bool { return z.files[name] != nil }

// Read unpacks one entry. A missing entry is a broken file.
func (z *Zip) Read(name string) ([]byte, error) {
	f := z.files[name]
	if f == nil {
		return nil, Broken(z.kind, fmt.Errorf("no entry %s", name))
	}
	return z.unpack(f)
}

func (z *Zip) unpack(f *zip.File) ([]byte, error) {
	bomb := &Error{"ZIP-BOMB", "文件解压后异常膨胀，疑似压缩炸弹，已停止读取。", nil}
	max := min(int64(EntryBytes), z.left)
	rc, err := f.Open()
	if err != nil {
		return nil, Broken(z.kind, err)
	}
	defer rc.Close()
	// The header's size is the sender's claim: only what is unpacked counts.
	if packed := int64(f.CompressedSize64); packed*EntryRatio > 1<<20 {
		max = min(max, packed*EntryRatio)
	} else {
		max = min(max, 1<<20)
	}
	b, err := io.ReadAll(io.LimitReader(rc, max+1))
	if err != nil {
		return nil, Broken(z.kind, err)
	}
	if int64(len(b)) > max {
		return nil, bomb
	}
	z.left -= int64(len(b))
	return b, nil
}
