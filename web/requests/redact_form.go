package requests

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/redact"
	"gongkai/store"
	"gongkai/web/page"
)

// redactSent is the form as it was sent.
type redactSent struct {
	page  int
	text  string // boxes
	finds string
	kinds []string
	// ground is that of new boxes.
	ground    string
	sure      bool
	bad, said string
	left      []leftover
}

// Boxes are kept in the form as lines that a person can read and mend: page,
// left, top, right, bottom in percent, ground.

// parseCovers reads them; bad says what is wrong.
func parseCovers(text string) (out []casework.Cover, bad string) {
	n := 0
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if n++; n > redact.MaxBoxes {
			return nil, fmt.Sprintf("遮盖框太多，一次最多 %d 个。", redact.MaxBoxes)
		}
		c := casework.Cover{}
		ok := len(f) == 5 || len(f) == 6
		for i := 0; ok && i < 5; i++ {
			v, err := strconv.ParseFloat(f[i], 64)
			if ok = err == nil && v >= 0 && v <= 100; !ok {
				break
			}
			u := int(math.Round(v * redact.Full / 100))
			switch i {
			case 0:
				c.Page, ok = int(v), v == math.Trunc(v) && v >= 1
			case 1:
				c.X0 = u
			case 2:
				c.Y0 = u
			case 3:
				c.X1 = u
			case 4:
				c.Y1 = u
			}
		}
		if len(f) == 6 {
			c.Ground = groundCode(f[5])
		}
		if !ok || c.X0 >= c.X1 || c.Y0 >= c.Y1 {
			return nil, fmt.Sprintf("“遮盖的位置”第 %d 行看不懂，应为：页码 左 上 右 下 理由，位置是占页面宽、高的百分比，如“1 10 20 35.5 22.5 个人隐私”。", n)
		}
		out = append(out, c)
	}
	return out, ""
}

func groundCode(name string) string {
	for _, g := range casework.CoverGrounds() {
		if g.Chinese == name {
			return g.Code
		}
	}
	return ""
}

func coverText(boxes []casework.Cover) string {
	var b strings.Builder
	pc := func(v int) string {
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%02d", v/100, v%100), "0"), ".")
	}
	for _, c := range boxes {
		g, _ := casework.CoverGroundOf(c.Ground)
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s %s", c.Page, pc(c.X0), pc(c.Y0), pc(c.X1), pc(c.Y1), g.Chinese)))
	}
	return b.String()
}

// addCovers adds boxes with a ground, each place once.
func addCovers(boxes, more []casework.Cover, ground string) []casework.Cover {
	for _, c := range more {
		c.Ground = ground
		if len(boxes) < redact.MaxBoxes && !slices.ContainsFunc(boxes, func(o casework.Cover) bool {
			return o.Page == c.Page && o.X0 <= c.X0 && o.Y0 <= c.Y0 && o.X1 >= c.X1 && o.Y1 >= c.Y1
		}) {
			boxes = append(boxes, c)
		}
	}
	return boxes
}

type redactLine struct{ Value, Text string }

// A coverMark is a box on the picture, in the units of the drawing over it.
type coverMark struct {
	X, Y, W, H int
	Ground     string
}

type redactPage struct {
	page.Base
	X            *store.RequestFile
	File         casework.File
	Key          string
	N, Pages     int
	Numbers      []int // pages to go to
	Picture      string
	High         int // of the drawing over the picture that is redact.Full wide
	Marks        []coverMark
	Count        int
	Tally        string
	Boxes        string
	Rows         int
	Find         string
	Kinds        []page.Option
	Grounds      []page.Option
	Cites        []casework.CoverGround
	Lines        []redactLine
	Hidden       int
	Failure      string
	Said         string
	Left         []leftover
	Sure         bool
	May          bool
	Former       []page.Link
	Back, Action string
}

var redactTemplate = page.NewTemplate(templates, "templates/redact.html")

func (q *Requests) showRedact(w http.ResponseWriter, r *http.Request, code int, s redactSent) error {
	x, file, data, err := q.redactable(r)
	if err != nil {
		return err
	}
	sheet, pages, err := q.editor.Page(r.Context(), data, s.page, textDots, true)
	if pages > 0 && s.page > pages {
		s.page = pages
		sheet, pages, err = q.editor.Page(r.Context(), data, s.page, textDots, true)
	}
	if err != nil {
		return input(err)
	}
	boxes, _ := parseCovers(s.text)
	p := redactPage{Base: q.base(r, "requests", "遮盖《"+file.Name+"》", "redact.js"), X: x, File: file, Key: page.NewKey(), N: s.page, Pages: pages, Count: len(boxes), Boxes: s.text, Find: s.finds,
		Failure: s.bad, Said: s.said, Left: s.left, Sure: s.sure, May: x.Can(act.RequestRedacted), Back: fmt.Sprintf("/desk/requests/%d", x.ID), High: int(sheet.H * redact.Full / sheet.W)}
	p.Styles = append(p.Styles, q.assets.Path("redact.css"))
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: p.Back}}
	p.Action = fmt.Sprintf("%s/redact/%d", p.Back, file.ID)
	p.Picture = fmt.Sprintf("%s/pages/%d", p.Action, s.page)
	p.Rows = min(max(len(boxes)+1, 3), 12)
	p.Tally = casework.GroundsChinese(casework.Redaction{Covers: boxes}.Grounds())
	for n := 1; n <= pages; n++ {
		p.Numbers = append(p.Numbers, n)
	}
	p.Cites = casework.CoverGrounds()
	for _, g := range p.Cites {
		p.Grounds = append(p.Grounds, page.Option{Value: g.Code, Text: g.Chinese + "（" + g.Cite.Article + "）", Selected: g.Code == s.ground})
	}
	for _, k := range redact.Kinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: k.Code, Text: k.Chinese, Selected: slices.Contains(s.kinds, k.Code)})
	}
	for _, c := range boxes {
		if c.Page == s.page {
			g, _ := casework.CoverGroundOf(c.Ground)
			p.Marks = append(p.Marks, coverMark{c.X0, c.Y0 * p.High / redact.Full, c.X1 - c.X0, (c.Y1 - c.Y0) * p.High / redact.Full, g.Chinese})
		}
	}
	for _, l := range redact.Lines(sheet) {
		c := casework.Cover{Page: l.Box.Page, X0: l.Box.X0, Y0: l.Box.Y0, X1: l.Box.X1, Y1: l.Box.Y1}
		if c.X0 < c.X1 && c.Y0 < c.Y1 && len(p.Lines) < 400 {
			p.Lines = append(p.Lines, redactLine{strings.TrimSpace(coverText([]casework.Cover{c})), l.Text})
		}
	}
	for _, g := range sheet.Glyphs {
		if g.Hidden {
			p.Hidden++
		}
	}
	for _, o := range x.Content.Redactions {
		if o.Of == file.ID {
			p.Former = append(p.Former, page.Link{Text: o.On.Chinese() + "，" + casework.GroundsChinese(o.Grounds()), Href: fmt.Sprintf("%s/redactions/%d", p.Back, o.As)})
		}
	}
	return page.RenderStatus(w, r, code, redactTemplate, p)
}

type redactionPage struct {
	page.Base
	X            *store.RequestFile
	R            casework.Redaction
	Stands       bool // an act of the file names this record
	Intact       bool // the files are the ones of the record
	Who          string
	Tally        string
	Open         bool
	Rows         []redactionRow
	Numbers      []page.Link
	N            int
	Before, Then string // pictures
	Download     string
	Again        string
	Back         string
}

type redactionRow struct {
	Page, Places int
	Grounds      string
}

var redactionTemplate = page.NewTemplate(templates, "templates/redaction.html")

// redaction shows a redacted file beside the one it was made of, with the proof.
func (q *Requests) redaction(w http.ResponseWriter, r *http.Request) error {
	x, file, after, err := q.redactable(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(x.Content.Redactions, func(o casework.Redaction) bool { return o.As == file.ID })
	if i < 0 {
		return page.ErrNotFound
	}
	rec := x.Content.Redactions[i]
	before, err := q.privateBytes(r.Context(), rec.Of)
	if err != nil {
		return err
	}
	p := redactionPage{Base: q.base(r, "requests", file.Name), X: x, R: rec, Stands: x.Stands(rec), Intact: redact.Digest(before) == rec.Before && redact.Digest(after) == rec.After,
		Tally: casework.GroundsChinese(rec.Grounds()), Open: file.Open, N: 1, Back: fmt.Sprintf("/desk/requests/%d", x.ID)}
	p.Styles = append(p.Styles, q.assets.Path("redact.css"))
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: p.Back}}
	if n, err := strconv.Atoi(r.FormValue("page")); err == nil && n >= 1 && n <= rec.Pages {
		p.N = n
	}
	if who, err := q.store.Person(r.Context(), page.VisitOf(r).Viewer, rec.By); err == nil {
		p.Who = who.Name
	}
	for n := 1; n <= rec.Pages; n++ {
		one := casework.Redaction{}
		for _, c := range rec.Covers {
			if c.Page == n {
				one.Covers = append(one.Covers, c)
			}
		}
		if len(one.Covers) > 0 {
			p.Rows = append(p.Rows, redactionRow{n, len(one.Covers), casework.GroundsChinese(one.Grounds())})
		}
		p.Numbers = append(p.Numbers, page.Link{Text: strconv.Itoa(n), Href: fmt.Sprintf("?page=%d", n)})
	}
	p.Before, p.Then = fmt.Sprintf("%s/redact/%d/pages/%d", p.Back, rec.Of, p.N), fmt.Sprintf("%s/redact/%d/pages/%d", p.Back, rec.As, p.N)
	p.Download, p.Again = fmt.Sprintf("%s/files/%d", p.Back, rec.As), fmt.Sprintf("%s/redact/%d", p.Back, rec.Of)
	return page.Render(w, r, redactionTemplate, p)
}

// redactLinks are the files that can be redacted, and what came of them.
func redactLinks(x *store.RequestFile) []page.Link {
	var out []page.Link
	if !x.Can(act.RequestRedacted) {
		return nil
	}
	for _, f := range x.Content.Files {
		if f.Kind != "redacted" && f.Kind != "identity" && canCover(f.Name) {
			out = append(out, page.Link{Text: f.Name, Href: fmt.Sprintf("/desk/requests/%d/redact/%d", x.ID, f.ID)})
		}
	}
	return out
}

func canCover(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{".pdf", ".png", ".jpg", ".jpeg"}, func(ext string) bool { return strings.HasSuffix(name, ext) })
}

// redactedLine is a redaction on the page of the file.
type redactedLine struct {
	Text, Href string
	On         law.Date
	Open       bool
}

func redactedLines(x *store.RequestFile) []redactedLine {
	var out []redactedLine
	for _, o := range x.Content.Redactions {
		open := slices.ContainsFunc(x.Content.Files, func(f casework.File) bool { return f.ID == o.As && f.Open })
		out = append(out, redactedLine{o.Told(), fmt.Sprintf("/desk/requests/%d/redactions/%d", x.ID, o.As), o.On, open})
	}
	return out
}
