// Package ingest reads annual reports in two steps: any file becomes a
// doc.Document, and a doc.Document becomes an annual.Report in which every
// figure remembers where it came from. It never judges: law/annual does.
package ingest

import (
	"context"

	"gongkai/doc"
	"gongkai/law/annual"
)

// A Reading is what became of one file.
type Reading struct {
	File   string         // name as given, inside an archive "archive.zip/name.docx"
	Doc    *doc.Document  // what the file says; nil if it could not be read
	Report *annual.Report // nil if Err is set
	Err    error          // a *limit.Error with a sentence for a person
}

// Read reads one file of any supported kind. The kind is sniffed from content,
// the name only helps. The error is also kept in the Reading.
func Read(ctx context.Context, name string, data []byte) (*Reading, error) {
	d, err := File(ctx, name, data)
	if err != nil {
		return &Reading{File: name, Err: err}, err
	}
	r, err := Align(d)
	return &Reading{File: name, Doc: d, Report: r, Err: err}, err
}

// File turns one file into a document.
func File(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	return nil, nil
}

// Align reads the report out of a document. The error says in a sentence that
// the document is no annual report, or an empty template.
func Align(d *doc.Document) (*annual.Report, error) {
	return nil, nil
}
