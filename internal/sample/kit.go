package sample

import (
	"archive/zip"
	"bytes"
	"fmt"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/collect"
)

// Files is what forty organs handed in for a year, as it lies in the county
// office's folder: Word, pages, text in two encodings, Excel, a town's zip with
// names from Windows, a file handed in twice, one that cannot be opened and what
// Word leaves beside documents. Two organs have not filed.
func Files(year int) ([]collect.File, error) {
	c := makeCounty()
	var out []collect.File
	n := 0
	for i, o := range c.organs {
		if o.kind == "government" || missing(shortName(o), LastYear) && year == LastYear {
			continue
		}
		f, err := c.kitFile(i, year, n)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
		n++
	}
	twice, err := c.corrected("城关镇", year)
	if err != nil {
		return nil, err
	}
	out = append(out, twice,
		collect.File{Name: "~$城关镇.docx", Data: []byte("lock")},
		collect.File{Name: "商务局（扫描件打不开）.docx", Data: []byte("PK\x03\x04 broken")})
	return out, nil
}

// kitFile gives the files a mix of formats; where the sample has a fault that
// needs a format, that format stays.
func (c *county) kitFile(i, year, n int) (collect.File, error) {
	o := c.organs[i]
	if _, faulty := faults()[shortName(o)][year]; faulty {
		f, err := c.file(i, year)
		return collect.File{Name: f.name, Data: f.data}, err
	}
	r := c.reports[i][year]
	format := []string{"docx", "xlsx", "html", "gbk", "docx", "txt"}[n%6]
	data, err := encode(r, lay(r), format, r.Dated.AddDays(1))
	if err != nil {
		return collect.File{}, err
	}
	ext := format
	if format == "gbk" {
		ext = "txt"
	}
	name := fmt.Sprintf("%s%d年年报.%s", shortTitle(o), year, ext)
	if n%11 == 7 {
		data, err = zipGBK(name, data)
		name = shortTitle(o) + "报送.zip"
	}
	return collect.File{Name: name, Data: data}, err
}

// corrected is a second file of an organ.
func (c *county) corrected(short string, year int) (collect.File, error) {
	i := c.position(short)
	r := c.reports[i][year].Clone()
	r.Dated = r.Dated.AddDays(3)
	data, err := encode(r, lay(r), "docx", r.Dated)
	return collect.File{Name: fmt.Sprintf("%s%d年年报（更正）.docx", short, year), Data: data}, err
}

// zipGBK packs one file the way Windows does: the name in GBK, unmarked.
func zipGBK(name string, data []byte) ([]byte, error) {
	raw, err := simplifiedchinese.GBK.NewEncoder().String(name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: raw, NonUTF8: true, Method: zip.Deflate})
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
