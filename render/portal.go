package render

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
)

// PortalFormat names the form of the manifest of a portal package.
const PortalFormat = "gongkai-portal/1"

// A PortalReport is one published report as it goes to a portal.
type PortalReport struct {
	Organ     string // name on the last day of the fiscal year
	Code      string // how the organ stands in addresses
	Year      int
	Version   int64
	Report    *annual.Report // as the public sees it
	Published law.Date
	Corrected law.Date // of the last correction, zero for none
	Note      string   // what the public is told about it
	Page      string   // address of the report on our own public site, "" if it is not known
	URL       string   // address on the portal, "" where it is not there yet
	Receipt   []byte   // of the public log, nil for none
}

// A PortalSet is what a package for a portal is made of.
type PortalSet struct {
	From     string // who gives it out, e.g. 云岭县人民政府
	Site     string // name of the site, for the standard page tags
	Column   string // column it goes to, 政府信息公开年报 if empty
	Base     string // address under which the files will lie, "" if it is not known
	Made     law.Date
	Formats  []string // of PortalFormats; all if nil
	Columns  []PortalColumn
	Fonts    []string
	Reports  iter.Seq2[PortalReport, error] // one is held at a time
	Progress func(n int)                    // told after each report; may be nil
}

// PortalFormats are the attachments a package may hold, by their extensions.
func PortalFormats() []string { return []string{"docx", "pdf", "xlsx", "json", "csv"} }

func portalWriter(ext string) func(io.Writer, *annual.Report, Options) error {
	switch ext {
	case "docx":
		return DOCX
	case "pdf":
		return PDF
	case "xlsx":
		return XLSX
	case "json":
		return JSON
	case "csv":
		return CSV
	}
	return nil
}

// A PortalManifest lists what is in a package, with hashes.
type PortalManifest struct {
	Format  string           `json:"format"`
	From    string           `json:"from"`
	Made    law.Date         `json:"made"`
	Column  string           `json:"column"`
	Base    string           `json:"base,omitempty"`
	Reports []ManifestReport `json:"reports"`
	Files   []ManifestFile   `json:"files"` // every file but the manifest and SHA256SUMS
}

// A ManifestReport is one report of a package. Content is the hash that the
// public log states: SHA-256 of the canonical content, in lower-case hex.
type ManifestReport struct {
	Organ     string   `json:"organ"`
	Code      string   `json:"code"`
	Year      int      `json:"year"`
	Version   int64    `json:"version"`
	Edition   string   `json:"edition"`
	Title     string   `json:"title"`
	Published law.Date `json:"published"`
	Corrected law.Date `json:"corrected,omitzero"`
	Content   string   `json:"content"`
	Path      string   `json:"path"` // folder of its files
	URL       string   `json:"url,omitempty"`
}

// A ManifestFile is one file of a package.
type ManifestFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// portalPackage is a package being written.
type portalPackage struct {
	set      PortalSet
	zip      *zip.Writer
	manifest PortalManifest
	items    []portalItem
}

// portalItem is what the lists say of a report.
type portalItem struct {
	ManifestReport
	note    string
	page    string
	summary string
	dated   law.Date
	rich    string   // body, for the list that carries it
	files   []string // extensions of the attachments
}

// Portal writes a package for a portal that publishes by files: for every report
// a page and a fragment with inline styles and its attachments, a page that
// lists them, feeds, lists in the portal's own column names and a manifest with
// hashes. The same set gives the same bytes. It returns the manifest's hash. A
// *FontError says that pdf cannot be written here.
func Portal(w io.Writer, set PortalSet) (string, error) {
	if set.Column == "" {
		set.Column = "政府信息公开年报"
	}
	if set.Formats == nil {
		set.Formats = PortalFormats()
	}
	if len(set.Columns) == 0 {
		set.Columns = DefaultPortalColumns()
	}
	if set.Base != "" && !strings.HasSuffix(set.Base, "/") {
		set.Base += "/"
	}
	p := &portalPackage{set: set, zip: zip.NewWriter(w), manifest: PortalManifest{Format: PortalFormat, From: set.From, Made: set.Made, Column: set.Column, Base: set.Base}}
	n := 0
	for r, err := range set.Reports {
		if err != nil {
			return "", err
		}
		if err := p.report(r); err != nil {
			return "", fmt.Errorf("render: portal: %s %d: %w", r.Organ, r.Year, err)
		}
		if n++; set.Progress != nil {
			set.Progress(n)
		}
	}
	if n == 0 {
		return "", errors.New("render: portal: no report")
	}
	if err := p.lists(); err != nil {
		return "", err
	}
	return p.finish()
}

// file puts a file into the package. Times are fixed: what matters is in the
// manifest.
func (p *portalPackage) file(path string, b []byte) error {
	p.manifest.Files = append(p.manifest.Files, ManifestFile{path, int64(len(b)), digest(b)})
	return p.raw(path, b)
}

func (p *portalPackage) raw(path string, b []byte) error {
	h := &zip.FileHeader{Name: path, Method: zip.Deflate, Modified: time.Date(p.set.Made.Year, time.Month(max(p.set.Made.Month, 1)), max(p.set.Made.Day, 1), 0, 0, 0, 0, time.UTC)}
	f, err := p.zip.CreateHeader(h)
	if err != nil {
		return fmt.Errorf("render: portal: %w", err)
	}
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("render: portal: %w", err)
	}
	return nil
}

func digest(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// portalFolder is an organ's code as the name of a folder on any system.
func portalFolder(code string) string {
	var b strings.Builder
	for _, r := range code {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_%x", r)
		}
	}
	return b.String()
}

// report writes the files of one report.
func (p *portalPackage) report(r PortalReport) error {
	content, err := annual.Canonical(r.Report)
	if err != nil {
		return err
	}
	it := portalItem{ManifestReport: ManifestReport{Organ: line(r.Organ), Code: r.Code, Year: r.Year, Version: r.Version, Edition: r.Report.Form.Edition,
		Title: portalTitle(r), Published: r.Published, Corrected: r.Corrected, Content: digest(content),
		Path: "reports/" + strconv.Itoa(r.Year) + "/" + portalFolder(r.Code) + "/", URL: r.URL},
		note: line(r.Note), page: r.Page, dated: r.Report.Dated, summary: portalSummary(r.Report)}
	if slices.ContainsFunc(p.items, func(x portalItem) bool { return x.Path == it.Path }) {
		return errors.New("two reports of one organ and year")
	}
	for _, ext := range PortalFormats() { // in this order, whatever was asked for
		if !slices.Contains(p.set.Formats, ext) {
			continue
		}
		var b bytes.Buffer
		if err := portalWriter(ext)(&b, r.Report, Options{Fonts: p.set.Fonts}); err != nil {
			return err
		}
		if err := p.file(it.Path+"report."+ext, b.Bytes()); err != nil {
			return err
		}
		it.files = append(it.files, ext)
	}
	if r.Receipt != nil {
		if err := p.file(it.Path+"receipt.json", r.Receipt); err != nil {
			return err
		}
	}
	var rich bytes.Buffer
	if err := Rich(&rich, r.Report, Options{}); err != nil {
		return err
	}
	it.rich = rich.String()
	if err := p.file(it.Path+"fragment.html", []byte(p.fragment(it))); err != nil {
		return err
	}
	if err := p.file(it.Path+"index.html", []byte(p.page(it, r.Receipt != nil))); err != nil {
		return err
	}
	if !p.carriesBody() {
		it.rich = ""
	}
	p.items = append(p.items, it)
	return nil
}

// finish writes the manifest and the sums, and closes the package.
func (p *portalPackage) finish() (string, error) {
	p.manifest.Reports = make([]ManifestReport, len(p.items))
	for i, it := range p.items {
		p.manifest.Reports[i] = it.ManifestReport
	}
	b, err := json.MarshalIndent(p.manifest, "", " ")
	if err != nil {
		return "", fmt.Errorf("render: portal: %w", err)
	}
	b = append(b, '\n')
	if err := p.raw("manifest.json", b); err != nil {
		return "", err
	}
	var sums strings.Builder
	for _, f := range p.manifest.Files {
		sums.WriteString(f.SHA256 + "  " + f.Path + "\n")
	}
	sums.WriteString(digest(b) + "  manifest.json\n")
	if err := p.raw("SHA256SUMS", []byte(sums.String())); err != nil {
		return "", err
	}
	if err := p.zip.Close(); err != nil {
		return "", fmt.Errorf("render: portal: %w", err)
	}
	return digest(b), nil
}

func portalTitle(r PortalReport) string {
	if t := line(r.Report.Title); t != "" {
		return t
	}
	return fmt.Sprintf("%s%d年政府信息公开工作年度报告", line(r.Organ), r.Year)
}

// portalSummary is the first words of the report, for lists and feeds.
func portalSummary(r *annual.Report) string {
	for _, text := range append([]string{r.Intro}, r.Chapters...) {
		for _, p := range paragraphs(text) {
			if p = strings.TrimLeft(p, "　"); width(p) > 20 {
				if w := []rune(p); len(w) > 120 {
					return string(w[:119]) + "…"
				}
				return p
			}
		}
	}
	return ""
}

// carriesBody reports whether a list of the portal's columns holds whole bodies.
func (p *portalPackage) carriesBody() bool {
	return slices.ContainsFunc(p.set.Columns, func(c PortalColumn) bool { return c.Field == "正文" })
}
