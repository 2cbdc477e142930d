package render

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"gongkai/law/annual"
)

type writer func(io.Writer, *annual.Report, Options) error

var formats = []struct {
	name  string
	write writer
}{{"docx", DOCX}, {"html", HTML}, {"rich", Rich}, {"xlsx", XLSX}, {"csv", CSV}, {"pdf", PDF}}

// The same report gives the same bytes, so that files can be compared and logged.
func TestWritingIsDeterministic(t *testing.T) {
	for _, f := range formats {
		for _, edition := range []string{"2019", "2021"} {
			var first []byte
			for range 3 {
				var b bytes.Buffer
				r := sample(t, edition)
				r.Set("t3.result_total.total", annual.Num(1)) // comments in xlsx
				if err := f.write(&b, r, Options{Watermark: "草稿", Findings: []annual.Finding{{Code: "X", Level: annual.Error, Cells: []string{"t3.new.total", "t3.granted.total"}, Message: "m"}}}); err != nil {
					fontsMissing(t, err)
					t.Fatal(err)
				}
				if first == nil {
					first = b.Bytes()
				} else if !bytes.Equal(first, b.Bytes()) {
					t.Errorf("%s: the same report gave different bytes", f.name)
				}
			}
		}
	}
}

// Names come from files of strangers: markup, control characters, broken UTF-8.
func TestHostileTextStaysText(t *testing.T) {
	evil := "甲<b>&\"'</w:t>乡\x00\x08\xff\xfe\u202e镇]]>\r\n<script>alert(1)</script>"
	for _, f := range formats {
		r := sample(t, "2021")
		r.Organ, r.Title, r.Intro, r.Signature, r.Contact = evil, evil, evil, evil, evil
		r.Headings[0], r.Chapters[0] = evil, evil+"\n（一）"+evil
		r.Sources = make([]annual.Source, len(r.Values))
		for i := range r.Values {
			r.Values[i], r.Sources[i].Raw = annual.Value{Kind: annual.Text}, evil
		}
		var b bytes.Buffer
		if err := f.write(&b, r, Options{Watermark: evil, Findings: []annual.Finding{{Message: evil, Code: evil, Cells: []string{"t3.new.total"}}}}); err != nil {
			fontsMissing(t, err)
			t.Fatalf("%s: %v", f.name, err)
		}
		switch f.name {
		case "docx", "xlsx":
			for name, part := range wellFormed(t, b.Bytes()) {
				if strings.Contains(part, "<script>") || strings.Contains(part, "\u202e") {
					t.Errorf("%s: markup of the text is live in %s", f.name, name)
				}
			}
		case "html", "rich":
			if strings.Contains(b.String(), "<script>") || strings.Contains(b.String(), "\u202e") || strings.ContainsRune(b.String(), 0) {
				t.Errorf("%s: markup of the text is live", f.name)
			}
		}
	}
}

// A report that was built by hand may lack everything.
func TestEmptyReportsAreWritten(t *testing.T) {
	f := annual.Edition("2021")
	for _, r := range []*annual.Report{annual.New(f, "", 0), {Form: f}} {
		for _, w := range formats {
			var b bytes.Buffer
			if err := w.write(&b, r, Options{}); err != nil {
				fontsMissing(t, err)
				t.Errorf("%s: %v", w.name, err)
			}
		}
	}
}

// What was not read is shown as not read; a blank stays blank.
func TestUnreadIsNotBlank(t *testing.T) {
	r := sample(t, "2021")
	r.Set("t3.new.natural", annual.Value{})
	r.Set("t3.new.business", annual.Value{Kind: annual.Blank})
	r.Set("t3.new.research", annual.Value{Kind: annual.NA})
	got := map[string]string{}
	for _, row := range Grid(r, r.Form.Table("t3")) {
		for _, c := range row {
			got[c.ID] = c.Print()
		}
	}
	for id, want := range map[string]string{"t3.new.natural": Unread, "t3.new.business": "", "t3.new.research": "/", "t3.new.charity": "0", "t3.new.total": "35"} {
		if got[id] != want {
			t.Errorf("%s prints %q, want %q", id, got[id], want)
		}
	}
	var b bytes.Buffer
	if err := DOCX(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(wellFormed(t, b.Bytes())["word/document.xml"], "未能确定读出") {
		t.Error("nothing says what the mark means")
	}
}

// Text of a megabyte, in one paragraph or in one cell, ends in bounded time.
func TestVeryLongTextIsWritten(t *testing.T) {
	r := sample(t, "2021")
	r.Chapters[0] = strings.Repeat("长", 200_000)
	r.Chapters[4] = strings.Repeat("a", 100_000)
	r.Sources = make([]annual.Source, len(r.Values))
	i, _ := r.Form.Index("t4.review.other")
	r.Values[i], r.Sources[i].Raw = annual.Value{Kind: annual.Text}, strings.Repeat("9", 100_000)
	for _, f := range formats {
		start := time.Now()
		var b bytes.Buffer
		if err := f.write(&b, r, Options{}); err != nil {
			fontsMissing(t, err)
			t.Fatalf("%s: %v", f.name, err)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", f.name, d)
		}
	}
}
