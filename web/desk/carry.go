package desk

import (
	"encoding/base64"
	"path"
	"strings"

	"gongkai/law/annual"
	"gongkai/web/page"
)

// A carry is what a result page takes along in hidden fields, because the
// server keeps nothing: the report in machine form, the original file while it
// is small, and the changes accepted so far. It comes back from anyone and is
// read as hostile input.
type carry struct {
	File     string
	JSON     string
	Original string   // base64 of the file, "" if it is too large to travel
	Last     string   // last year's report in machine form, "" if none
	Accepted []string // keys of suggestions
}

// maxOriginal bounds the file that travels in the page.
const maxOriginal = 1 << 20

func newCarry(file string, original []byte, r, last *annual.Report, accepted []string) (carry, error) {
	c := carry{File: file, Accepted: accepted}
	j, err := annual.EncodeJSON(file, r, nil)
	if err != nil {
		return c, err
	}
	c.JSON = string(j)
	if len(original) > 0 && len(original) <= maxOriginal && !slowToRead(file) {
		c.Original = base64.StdEncoding.EncodeToString(original)
	}
	if last != nil {
		if j, err = annual.EncodeJSON("", last, nil); err != nil {
			return c, err
		}
		c.Last = string(j)
	}
	return c, nil
}

// slowToRead names the formats that take an office program to read: they are
// not read a second time only to show the original beside the figures.
func slowToRead(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".doc", ".wps", ".xls", ".et", ".rtf":
		return true
	}
	return false
}

var errCarry = &page.Input{Text: "页面带回的报告数据不完整，请重新上传文件再核对一次。"}

// report reads the machine form that came back.
func (c carry) report() (*annual.Report, error) { return decode(c.JSON) }

func decode(s string) (*annual.Report, error) {
	if s == "" || len(s) > maxValue {
		return nil, errCarry
	}
	_, r, _, err := annual.DecodeJSON([]byte(s))
	if err != nil || r == nil || r.Form == nil || len(r.Values) != len(r.Form.Cells) ||
		len(r.Chapters) != len(r.Form.Chapters) || len(r.Headings) != len(r.Form.Chapters) {
		return nil, errCarry
	}
	return r, nil
}

// last reads last year's report, nil if none came along or it is broken.
func (c carry) last() *annual.Report {
	r, err := decode(c.Last)
	if err != nil {
		return nil
	}
	return r
}

func carryFrom(f form) carry {
	c := carry{File: cleanName(f.Get("file")), JSON: f.Get("json"), Original: f.Get("original"), Last: f.Get("last")}
	for _, k := range append(f.Values["accepted"], f.Values["accept"]...) {
		if len(c.Accepted) < 50 && len(k) < 2000 {
			c.Accepted = append(c.Accepted, k)
		}
	}
	return c
}
