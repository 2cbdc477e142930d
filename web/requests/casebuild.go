package requests

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"gongkai/casework"
	"gongkai/ingest/pdf"
	"gongkai/law"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// maxBound bounds what is read into memory for the bound file, in bytes; what goes
// beyond it stands beside.
const maxBound = 96 << 20

// A caseFile is a case file being put together: its documents, and the bytes of
// those that are bound.
type caseFile struct {
	q    *Requests
	x    *store.RequestFile
	docs []casework.Document
	data map[int][]byte // by place in docs; nil for what is read as it is packed
	size int
}

// volumes are the two parts of a case file.
var volumes = [2]string{"正卷", "副卷"}

// put adds a document that the program prints.
func (c *caseFile) put(d casework.Document, data []byte) {
	sum := sha256.Sum256(data)
	d.Hash, d.Size = hex.EncodeToString(sum[:]), int64(len(data))
	c.size += len(data)
	c.data[len(c.docs)] = data
	c.docs = append(c.docs, d)
}

// sheet adds a sheet.
func (c *caseFile) sheet(s casework.Sheet, on law.Date, inner bool) error {
	b, err := c.print(s)
	if err == nil {
		c.put(casework.Document{Name: s.Name, On: on, Kind: "sheet", Inner: inner}, b)
	}
	return err
}

func (c *caseFile) print(s casework.Sheet) ([]byte, error) {
	var b bytes.Buffer
	err := render.LetterPDF(&b, printed(s), c.q.cfg.Fonts)
	var font *render.FontError
	if errors.As(err, &font) {
		return nil, &page.Unavailable{Text: "本机没有中文字体，不能生成案卷的 PDF。请在服务器上安装中文字体后再试。", Err: err}
	}
	return b.Bytes(), err
}

// file adds a private file: pdf and pictures are bound, the rest stands beside.
func (c *caseFile) file(ctx context.Context, f casework.File, name string, inner bool) error {
	p, rc, err := c.q.store.OpenPrivate(ctx, f.ID)
	if errors.Is(err, store.ErrNotFound) {
		c.docs = append(c.docs, casework.Document{Name: name, On: f.On, Kind: f.Kind, Inner: inner, File: f.ID, Note: "文件已经不在"})
		return nil
	}
	if err != nil {
		return err
	}
	defer rc.Close()
	d := casework.Document{Name: name, On: f.On, Kind: f.Kind, Inner: inner, File: f.ID, Hash: p.Hash, Size: p.Size, Path: f.Name}
	picture := p.Type == "image/png" || p.Type == "image/jpeg"
	if p.Type != "application/pdf" && !picture {
		d.Note = "另附（不能装订的格式）"
		c.docs = append(c.docs, d)
		return nil
	}
	if int64(c.size)+p.Size > maxBound {
		d.Note = "另附（太大）"
		c.docs = append(c.docs, d)
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(rc, maxBound))
	if err != nil {
		return err
	}
	if picture {
		var b bytes.Buffer
		if err := render.PicturePDF(&b, data); err != nil {
			d.Note = "另附（图片不能读取）"
			c.docs = append(c.docs, d)
			return nil
		}
		data = b.Bytes()
	}
	c.size += len(data)
	c.data[len(c.docs)] = data
	c.docs = append(c.docs, d)
	return nil
}

// innerFiles are the kinds of files of the 副卷: what was weighed inside the organ.
var innerFiles = []string{"evidence", "signoff"}

// gather puts the documents of a file in order: what came in, what went out, how it
// was served, what followed; then what is for the organ alone.
func (q *Requests) gather(ctx context.Context, x *store.RequestFile) (*caseFile, error) {
	c := &caseFile{q: q, x: x, data: map[int][]byte{}}
	if err := c.sheet(casework.CaseProgress(x.Request, x.OrganName, eventText), q.cfg.Today(), false); err != nil {
		return nil, err
	}
	if err := c.sheet(applicationSheet(x), x.Arrived, false); err != nil {
		return nil, err
	}
	byKind := func(inner bool, kinds ...string) error {
		for _, f := range x.Content.Files {
			if !slices.Contains(kinds, f.Kind) {
				continue
			}
			if err := c.file(ctx, f, fileKind(f.Kind)+" "+f.Name, inner); err != nil {
				return err
			}
		}
		return nil
	}
	if err := byKind(false, "identity", "mandate", "paper"); err != nil {
		return nil, err
	}
	for _, inner := range []bool{false, true} {
		if err := c.letters(ctx, inner); err != nil {
			return nil, err
		}
		if !inner {
			if err := byKind(false, "redacted", "proof", "remedy"); err != nil {
				return nil, err
			}
			if err := c.remedies(); err != nil {
				return nil, err
			}
			continue
		}
		if len(x.Content.Findings)+len(x.Content.Notes) > 0 {
			if err := c.sheet(findingSheet(x), q.cfg.Today(), true); err != nil {
				return nil, err
			}
		}
		if err := byKind(true, innerFiles...); err != nil {
			return nil, err
		}
		for _, f := range x.Content.Files { // what no list names is not left out
			if !slices.Contains([]string{"identity", "mandate", "paper", "redacted", "proof", "remedy", "scan", "package", "handover", "evidence", "signoff"}, f.Kind) {
				if err := c.file(ctx, f, strings.TrimSpace(fileKind(f.Kind)+" "+f.Name), true); err != nil {
					return nil, err
				}
			}
		}
	}
	return c, nil
}

// letters adds the letters of one volume. Those in force that went to the outside
// are in the first, as the stamped scan where there is one.
func (c *caseFile) letters(ctx context.Context, inner bool) error {
	x := c.x
	for i, l := range x.Content.Letters {
		k, _ := casework.LetterOf(l.Code, l.On)
		good := l.Void == "" && (x.Letter(i+1) == nil || x.Current(i+1))
		if inner == (good && !k.Inside) {
			continue
		}
		name := strings.TrimSpace(k.Name + " " + l.No)
		switch {
		case l.Void != "":
			name += "（作废）"
		case !good:
			name += "（旧版本）"
		}
		if l.Scan != 0 {
			f := casework.File{ID: l.Scan, Kind: "scan", On: l.On, Name: name}
			for _, y := range x.Content.Files {
				if y.ID == l.Scan {
					f.Name = y.Name
				}
			}
			if err := c.file(ctx, f, name+"（盖章件）", inner); err != nil {
				return err
			}
			continue
		}
		var b bytes.Buffer
		if err := render.LetterPDF(&b, letterPaper(x, l), c.q.cfg.Fonts); err != nil {
			return err
		}
		c.put(casework.Document{Name: name, On: l.On, Kind: "letter", Inner: inner, N: i + 1}, b.Bytes())
	}
	return nil
}

// remedies adds the lists of evidence and the written answers of the cases.
func (c *caseFile) remedies() error {
	for _, y := range c.x.Remedies {
		note := c.x.Content.Case(y.N)
		if note.Facts != "" || !y.Answered().IsZero() {
			s, _ := replyOf(c.x, y.N, c.q.cfg.Today())
			if err := c.sheet(s, y.Answered(), false); err != nil {
				return err
			}
		}
		if len(note.Evidence) > 0 {
			if err := c.sheet(casework.EvidenceList(c.x.OrganName, y, note, c.x.Content.Person.Name, c.q.cfg.Today()), y.Begun, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// bind writes one volume as one pdf: cover, index with page numbers, documents. It
// fills in where each document stands.
func (c *caseFile) bind(ctx context.Context, w io.Writer, inner bool) (pages int, err error) {
	which := volumes[0]
	if inner {
		which = volumes[1]
	}
	var at []int
	var files [][]byte
	for i := range c.docs {
		if c.docs[i].Inner == inner {
			if c.data[i] != nil {
				at, files = append(at, i), append(files, c.data[i])
			}
		}
	}
	list := func() []casework.Document {
		var out []casework.Document
		for _, d := range c.docs {
			if d.Inner == inner {
				out = append(out, d)
			}
		}
		return out
	}
	cover, err := c.print(casework.CaseCover(c.x.Request, c.x.OrganName, which, len(list()), 0, c.q.cfg.Today()))
	if err != nil {
		return 0, err
	}
	index, err := c.print(casework.CaseIndex(c.x.OrganName+"政府信息公开申请案卷（"+which+"）", list()))
	if err != nil {
		return 0, err
	}
	// How many pages each has is known once they were read.
	leaves, err := pdf.Bind(ctx, io.Discard, append([][]byte{cover, index}, files...))
	if err != nil {
		return 0, err
	}
	page := 1 + leaves[0].Pages + leaves[1].Pages
	for i, n := range at {
		l := leaves[i+2]
		if l.Err != nil {
			c.docs[n].Note, c.docs[n].Pages, c.data[n] = "另附（不能读取）", 0, nil
			continue
		}
		c.docs[n].From, c.docs[n].Pages = page, l.Pages
		page += l.Pages
	}
	pages = page - 1
	if cover, err = c.print(casework.CaseCover(c.x.Request, c.x.OrganName, which, len(list()), pages, c.q.cfg.Today())); err != nil {
		return 0, err
	}
	if index, err = c.print(casework.CaseIndex(c.x.OrganName+"政府信息公开申请案卷（"+which+"）", list())); err != nil {
		return 0, err
	}
	files = [][]byte{cover, index}
	for _, n := range at {
		if c.data[n] != nil {
			files = append(files, c.data[n])
		}
	}
	_, err = pdf.Bind(ctx, w, files)
	return pages, err
}

// applicationSheet is the application as it was registered.
func applicationSheet(x *store.RequestFile) casework.Sheet {
	p := x.Content.Person
	rows := [][]string{{"登记号", x.Number}, {"收件日期、渠道", x.Arrived.Chinese() + "，" + x.Channel.Chinese()}, {"申请人", p.Name}, {"证件", strings.TrimSpace(p.IDKind + " " + p.IDNumber)}, {"电话", p.Phone}, {"电子邮箱", p.Email},
		{"通信地址", strings.TrimSpace(p.Address + " " + p.Postcode)}, {"申请内容", strings.ReplaceAll(x.Content.Wanted, "\n", "；")}, {"提供形式、获取途径", strings.Join(append(slices.Clone(x.Content.Forms), x.Content.Ways...), "、")}}
	if a := x.Content.Agent; a != nil {
		rows = append(rows, []string{"代理人", strings.TrimSpace(a.Name + " " + a.Phone)})
	}
	return casework.Sheet{Name: "政府信息公开申请表", Title: "政府信息公开申请登记表", From: x.OrganName, Dated: x.Arrived, Tables: []casework.SheetTable{{Head: []string{"项目", "内容"}, Shares: []float64{1, 3}, Rows: rows}}}
}

// findingSheet is what was found and noted on the way, for the organ alone.
func findingSheet(x *store.RequestFile) casework.Sheet {
	s := casework.Sheet{Name: "认定材料和记录", Title: x.OrganName + "政府信息公开申请认定材料和记录", No: x.Number}
	var rows [][]string
	for _, what := range findings {
		if text := x.Content.Findings[what]; text != "" {
			rows = append(rows, []string{casework.FindingChinese(what), strings.ReplaceAll(text, "\n", "；")})
		}
	}
	if rows != nil {
		s.Tables = append(s.Tables, casework.SheetTable{Caption: "认定材料", Head: []string{"材料", "内容"}, Shares: []float64{1, 3}, Rows: rows})
	}
	rows = nil
	for _, n := range x.Content.Notes {
		rows = append(rows, []string{n.On.String(), noteWord(n.Kind), strings.ReplaceAll(n.Text, "\n", "；")})
	}
	if rows != nil {
		s.Tables = append(s.Tables, casework.SheetTable{Caption: "记录", Head: []string{"日期", "类别", "内容"}, Shares: []float64{1, 1, 4}, Rows: rows})
	}
	return s
}
