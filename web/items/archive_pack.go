package items

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
	"net/http"
	"path"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// packTime is how long writing a package may take.
const packTime = 10 * time.Minute

// packMeta is the description of an item in a package, for machines.
type packMeta struct {
	XMLName   xml.Name   `xml:"政府信息"`
	Format    string     `xml:"format,attr"`
	Organ     string     `xml:"机关"`
	Number    string     `xml:"索引号"`
	Kind      string     `xml:"类别"`
	Title     string     `xml:"题名"`
	DocNo     string     `xml:"文号"`
	Category  string     `xml:"公开目录"`
	Made      string     `xml:"成文日期"`
	Published string     `xml:"发布日期"`
	Changed   string     `xml:"修订日期"`
	Standing  string     `xml:"状态"`
	Versions  int        `xml:"版本数"`
	Volume    string     `xml:"卷号"`
	Salt      string     `xml:"存证随机数"`
	Files     []packFile `xml:"文件"`
}

type packFile struct {
	Name   string `xml:"名称"`
	Path   string `xml:"路径"`
	SHA256 string `xml:"SHA256"`
}

type packAct struct {
	Kind    string            `json:"kind"`
	Chinese string            `json:"chinese"`
	On      string            `json:"on"`
	At      string            `json:"at"`
	Officer string            `json:"officer,omitempty"`
	Reason  string            `json:"reason,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"`
}

// A packer writes a package: every file it takes is in the list of hashes.
type packer struct {
	t    *Items
	z    *zip.Writer
	sums bytes.Buffer
}

func (p *packer) add(name string, r io.Reader) (string, error) {
	f, err := p.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(f, sum), r); err != nil {
		return "", err
	}
	text := hex.EncodeToString(sum.Sum(nil))
	fmt.Fprintf(&p.sums, "%s  %s\n", text, name)
	return text, nil
}

func (p *packer) addJSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		_, err = p.add(name, bytes.NewReader(append(b, '\n')))
	}
	return err
}

// archivePack gives a volume as one package: of each item its texts, files,
// description, acts and proof, and a list of hashes of all.
func (t *Items) archivePack(w http.ResponseWriter, r *http.Request) error {
	_, volume, list, err := t.volumeOf(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	page.Attach(w, "归档包"+clip(strings.Map(printable, volume), 40)+".zip")
	w.Header().Set("Content-Type", "application/zip")
	p := &packer{t: t, z: zip.NewWriter(w)}
	for i, row := range list {
		if err := p.item(r.Context(), v, fmt.Sprintf("%03d-%s/", i+1, strings.ReplaceAll(row.Number, "/", "_")), volume, row); err != nil {
			return err
		}
	}
	sums := bytes.NewReader(bytes.Clone(p.sums.Bytes()))
	if _, err := p.add("SHA256SUMS", sums); err != nil {
		return err
	}
	return p.z.Close()
}

func (p *packer) item(ctx context.Context, v org.Viewer, dir, volume string, row store.ItemRow) error {
	st := p.t.store
	m := packMeta{Format: "gongkai-item/1", Organ: row.OrganName, Number: row.Number, Kind: row.Kind.Chinese(), Title: row.Title, DocNo: row.DocNo, Category: proactive.CategoryName(row.Category), Made: row.Made.String(),
		Published: row.Published.String(), Changed: row.Changed.String(), Standing: row.Standing.Chinese(), Versions: row.Versions, Volume: volume}
	if row.Standing != proactive.Removed {
		x, err := st.PublicItem(ctx, row.Number, 0)
		if err != nil {
			return err
		}
		m.Salt = hex.EncodeToString(x.Salt)
		for _, ver := range x.Versions {
			old, err := st.PublicItem(ctx, row.Number, ver.N)
			if err != nil {
				return err
			}
			b, err := store.CanonicalItem(old.Content) // what the hash in the log commits to
			if err != nil {
				return err
			}
			if _, err := p.add(fmt.Sprintf("%stext-%d.json", dir, ver.N), bytes.NewReader(b)); err != nil {
				return err
			}
		}
		html := "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"></head><body>\n" + x.Content.Body.Fragment(rich.Look{Title: x.Content.Title}) + "</body></html>\n"
		if _, err := p.add(dir+"text.html", strings.NewReader(html)); err != nil {
			return err
		}
		for i, f := range x.Content.Files {
			_, in, err := st.OpenPrivate(ctx, f.ID)
			if err != nil {
				return err
			}
			name := fmt.Sprintf("%sfiles/%02d-%s%s", dir, i+1, clip(strings.TrimSuffix(strings.Map(printable, f.Name), path.Ext(f.Name)), 60), path.Ext(f.Name))
			sum, err := p.add(name, in)
			_ = in.Close() // only read from
			if err != nil {
				return err
			}
			m.Files = append(m.Files, packFile{f.Name, name, sum})
		}
	}
	if err := p.acts(ctx, v, dir, row); err != nil {
		return err
	}
	text, err := xml.MarshalIndent(m, "", "  ")
	if err == nil {
		_, err = p.add(dir+"metadata.xml", io.MultiReader(strings.NewReader(xml.Header), bytes.NewReader(text)))
	}
	return err
}

// acts adds what happened, and the receipt of the public log if there is one.
func (p *packer) acts(ctx context.Context, v org.Viewer, dir string, row store.ItemRow) error {
	list, err := p.t.store.ItemHistory(ctx, v, row.ID)
	if err != nil {
		return err
	}
	var acts []packAct
	for _, e := range list {
		rec, _ := e.Act.Body.(act.Record)
		acts = append(acts, packAct{Kind: e.Act.Kind, Chinese: act.Kinds()[e.Act.Kind].Chinese, On: e.Act.On.String(), At: minuteText(e.Act.At), Officer: e.Officer, Reason: e.Details.Reason, Facts: rec.Facts})
	}
	if err := p.addJSON(dir+"acts.json", acts); err != nil {
		return err
	}
	receipt, err := p.t.store.Receipt(ctx, act.ItemRef(row.Number))
	switch {
	case err == nil:
		return p.addJSON(dir+"receipt.json", receipt)
	case errors.Is(err, store.ErrNoLog), errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrPending):
		return nil
	}
	return err
}
