package collect

import (
	"bytes"
	"fmt"
	"path"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/ingest/limit"
)

// maxNesting is how many archives may stand inside each other: the county's zip
// of the towns' zips.
const maxNesting = 2

// An Unpacked file, or in Err what kept it from being unpacked.
type Unpacked struct {
	File
	Err error
}

type unpacker struct {
	out  []Unpacked
	left int64 // bytes still allowed in all
}

// Unpack opens every archive among the files, also one archive in another, and
// drops what is surely no report (see Skip). A file that cannot be unpacked
// stays in the list with its error, so that a person sees it. Names are
// readable and lead nowhere: archive.zip/folder/file.docx.
func Unpack(files []File) []Unpacked {
	u := &unpacker{left: limit.ArchiveBytes}
	for _, f := range files {
		u.add(f, 0)
	}
	return u.out
}

func (u *unpacker) add(f File, depth int) {
	if Skip(f.Name) {
		return
	}
	if depth == 0 {
		u.left -= int64(len(f.Data))
		if u.left < 0 {
			u.fail(f.Name, limit.TooLarge("全部文件合计", limit.ArchiveBytes>>20, "MB"))
			return
		}
	}
	if len(f.Data) > limit.FileBytes && !isZip(f.Data) {
		u.fail(f.Name, limit.TooLarge("文件", limit.FileBytes>>20, "MB"))
		return
	}
	if !isZip(f.Data) {
		u.out = append(u.out, Unpacked{File: f})
		return
	}
	z, err := limit.OpenZip("zip 压缩包", f.Data)
	if err != nil {
		// A broken Word file is a broken zip: its reader words that better.
		if strings.EqualFold(path.Ext(f.Name), ".zip") {
			u.fail(f.Name, err)
		} else {
			u.out = append(u.out, Unpacked{File: f})
		}
		return
	}
	if document(z) {
		u.out = append(u.out, Unpacked{File: f})
		return
	}
	if depth == maxNesting {
		u.fail(f.Name, &limit.Error{Code: "NOT-SUPPORTED", Msg: fmt.Sprintf("压缩包套了%d层以上，请解开后再上传。", maxNesting)})
		return
	}
	u.open(f.Name, z, depth)
}

func (u *unpacker) open(archive string, z *limit.Zip, depth int) {
	names := append([]string(nil), z.Names...)
	sort.Strings(names)
	for _, n := range names {
		name := archive + "/" + entryName(n)
		if strings.HasSuffix(n, "/") || strings.HasSuffix(n, `\`) || Skip(name) {
			continue
		}
		b, err := z.Read(n)
		if err == nil {
			if u.left -= int64(len(b)); u.left < 0 {
				err = limit.TooLarge("压缩包解压后合计", limit.ArchiveBytes>>20, "MB")
			}
		}
		if err != nil {
			u.fail(name, err)
			if limit.Code(err) == "ZIP-BOMB" || u.left < 0 {
				return // nothing more is read from an archive that swells
			}
			continue
		}
		u.add(File{name, b}, depth+1)
	}
}

func (u *unpacker) fail(name string, err error) {
	u.out = append(u.out, Unpacked{File: File{Name: name}, Err: err})
}

func isZip(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06"))
}

// document tells a file that is a zip by nature (docx, xlsx, ofd) from an archive.
func document(z *limit.Zip) bool {
	for _, n := range []string{"[Content_Types].xml", "OFD.xml", "mimetype", "content.xml"} {
		if z.Has(n) {
			return true
		}
	}
	return false
}

// entryName makes the name of a zip entry readable and harmless. Windows
// writes names in GBK without saying so; the name is only ever shown, never a
// path to write to.
func entryName(n string) string {
	if !utf8.ValidString(n) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(n); err == nil && utf8.ValidString(s) {
			n = s
		} else {
			n = strings.ToValidUTF8(n, "?")
		}
	}
	n = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ReplaceAll(n, `\`, "/"))
	n = strings.TrimPrefix(path.Clean("/"+n), "/")
	if r := []rune(n); len(r) > 200 {
		n = string(r[len(r)-200:])
	}
	return n
}

// Skip reports whether a file by its name is surely no report: what Word, WPS,
// macOS, Windows and browsers leave beside documents, and what the kit itself
// wrote. A picture is looked at, because some send a photograph of the report
// and have to be told; only the pictures of a saved web page are not.
func Skip(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	ofPage := false
	for _, part := range strings.Split(path.Dir(name), "/") {
		low := strings.ToLower(part)
		if part == "__MACOSX" || part == ".git" {
			return true
		}
		ofPage = ofPage || strings.HasSuffix(low, "_files") || strings.HasSuffix(low, ".files") || low == "images" || low == "img"
	}
	b := path.Base(name)
	if b == "" || b == "__MACOSX" || strings.HasPrefix(b, ".") || strings.HasPrefix(b, "~$") || strings.HasPrefix(b, "._") {
		return true
	}
	switch strings.ToLower(b) {
	case "thumbs.db", "desktop.ini", "结果.json", "清单.xlsx", "清单.csv", "汇总.xlsx", "汇总.docx", "名单.txt", "名单.csv", "名单.xlsx":
		return true
	}
	switch strings.ToLower(path.Ext(b)) {
	case ".tmp", ".bak", ".lnk", ".url", ".ini", ".db", ".exe", ".dll", ".css", ".js", ".mp4", ".mp3":
		return true
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp":
		return ofPage
	}
	return false
}
