package requests

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"gongkai/casework"
	"gongkai/store"
)

// caseMeta is the description of a package for machines.
type caseMeta struct {
	XMLName   xml.Name   `json:"-" xml:"案卷"`
	Format    string     `json:"format" xml:"format,attr"`
	Organ     string     `json:"organ" xml:"机关"`
	Number    string     `json:"number" xml:"登记号"`
	Arrived   string     `json:"arrived" xml:"收件日期"`
	Received  string     `json:"received" xml:"收到申请之日"`
	Applicant string     `json:"applicant" xml:"申请人类别"`
	Outcome   string     `json:"outcome" xml:"处理结果"`
	LetterNo  string     `json:"letter_no" xml:"答复文号"`
	Answer    string     `json:"answer" xml:"答复日期"`
	Served    string     `json:"served" xml:"送达日期"`
	Made      string     `json:"made" xml:"制作日期"`
	Trail     string     `json:"trail" xml:"办理过程标识"` // mark of all acts in their order
	Documents []metaFile `json:"documents" xml:"文件"`
}

type metaFile struct {
	Name   string `json:"name" xml:"名称"`
	On     string `json:"on" xml:"日期"`
	Volume string `json:"volume" xml:"卷别"`
	From   int    `json:"page,omitempty" xml:"页号,omitempty"`
	Pages  int    `json:"pages,omitempty" xml:"页数,omitempty"`
	Path   string `json:"path" xml:"路径"`
	SHA256 string `json:"sha256" xml:"SHA256"`
	Note   string `json:"note,omitempty" xml:"备注,omitempty"`
}

// caseAct is an act of the file with its proof in the log.
type caseAct struct {
	Kind    string            `json:"kind"`
	Chinese string            `json:"chinese"`
	On      string            `json:"on"`
	Facts   map[string]string `json:"facts,omitempty"`
	Receipt string            `json:"receipt,omitempty"` // path in the package
}

// pack writes the package for the archive: both volumes, every document as it is,
// description, acts with their receipts, and a list of hashes.
func (c *caseFile) pack(ctx context.Context, w io.Writer) (bound []int, err error) {
	z := zip.NewWriter(w)
	var sums bytes.Buffer
	add := func(name string, r io.Reader) (string, error) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
		f, err := z.CreateHeader(h)
		if err != nil {
			return "", err
		}
		sum := sha256.New()
		if _, err := io.Copy(io.MultiWriter(f, sum), r); err != nil {
			return "", err
		}
		text := hex.EncodeToString(sum.Sum(nil))
		if name != "SHA256SUMS" {
			fmt.Fprintf(&sums, "%s  %s\n", text, name)
		}
		return text, nil
	}
	for i, inner := range []bool{false, true} {
		n := 0
		if slices.ContainsFunc(c.docs, func(d casework.Document) bool { return d.Inner == inner }) {
			var b bytes.Buffer
			if n, err = c.bind(ctx, &b, inner); err != nil {
				return nil, err
			}
			if _, err := add(volumes[i]+".pdf", &b); err != nil {
				return nil, err
			}
		}
		bound = append(bound, n)
	}
	m := caseMeta{Format: "gongkai-case/1", Organ: c.x.OrganName, Number: c.x.Number, Arrived: c.x.Arrived.String(), Received: c.x.Received.String(), Applicant: string(c.x.Applicant), Outcome: string(c.x.Outcome),
		LetterNo: c.x.LetterNo, Answer: c.x.Answer.String(), Served: c.x.Served.String(), Made: c.q.cfg.Today().String(), Trail: c.x.Trail}
	for i := range c.docs {
		d := &c.docs[i]
		var r io.Reader
		switch {
		case d.File != 0 && d.Hash != "":
			_, rc, err := c.q.store.OpenPrivate(ctx, d.File)
			if err != nil {
				return nil, err
			}
			defer rc.Close()
			r = rc
		case c.data[i] != nil:
			r = bytes.NewReader(c.data[i])
		}
		volume := volumes[0]
		if d.Inner {
			volume = volumes[1]
		}
		if r != nil {
			end := path.Ext(d.Path)
			if d.File == 0 {
				end = ".pdf"
			}
			d.Path = fmt.Sprintf("files/%03d-%s%s", i+1, strings.TrimSuffix(clip(strings.Map(printable, d.Name), 60), end), end)
			if d.Hash, err = add(d.Path, r); err != nil {
				return nil, err
			}
		}
		m.Documents = append(m.Documents, metaFile{d.Name, d.On.String(), volume, d.From, d.Pages, d.Path, d.Hash, d.Note})
	}
	acts, err := c.acts(ctx, add)
	if err != nil {
		return nil, err
	}
	if err := addJSON(add, "acts.json", acts); err != nil {
		return nil, err
	}
	if err := addJSON(add, "metadata.json", m); err != nil {
		return nil, err
	}
	text, err := xml.MarshalIndent(m, "", "  ")
	if err == nil {
		_, err = add("metadata.xml", io.MultiReader(strings.NewReader(xml.Header), bytes.NewReader(text)))
	}
	if err == nil {
		_, err = add("SHA256SUMS", &sums)
	}
	if err != nil {
		return nil, err
	}
	return bound, z.Close()
}

// acts adds the receipts of the acts, as far as the log gives any.
func (c *caseFile) acts(ctx context.Context, add func(string, io.Reader) (string, error)) ([]caseAct, error) {
	var out []caseAct
	for i, e := range c.x.Events() {
		a := caseAct{Kind: e.Kind, Chinese: kindChinese(e.Kind), On: e.On.String(), Facts: e.Facts}
		receipt, err := c.q.store.RequestReceipt(ctx, c.x.ID, i)
		switch {
		case err == nil:
			a.Receipt = fmt.Sprintf("receipts/%03d.json", i+1)
			if err := addJSON(add, a.Receipt, receipt); err != nil {
				return nil, err
			}
		case !errors.Is(err, store.ErrNoLog) && !errors.Is(err, store.ErrNotFound):
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func addJSON(add func(string, io.Reader) (string, error), name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		_, err = add(name, bytes.NewReader(append(b, '\n')))
	}
	return err
}
