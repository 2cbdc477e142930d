package storetest

import (
	"pgregory.net/rapid"

	"gongkai/doc"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/store"
)

// Report draws a report of any edition with everything a reader may leave in
// it: all kinds of cells, sources, repairs, undecided cells, prose.
func Report() *rapid.Generator[*annual.Report] {
	return rapid.Custom(func(t *rapid.T) *annual.Report {
		f := rapid.SampledFrom(annual.Editions()).Draw(t, "form")
		r := annual.New(f, word().Draw(t, "organ"), rapid.IntRange(0, 2030).Draw(t, "year"))
		for i := range r.Values {
			r.Values[i] = Value().Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "read") {
			r.Sources = make([]annual.Source, len(f.Cells))
			for i := range r.Sources {
				r.Sources[i] = annual.Source{Raw: word().Draw(t, "raw"), At: place().Draw(t, "at")}
			}
		}
		for i := range r.Chapters {
			r.Chapters[i], r.Headings[i] = word().Draw(t, "chapter"), word().Draw(t, "heading")
		}
		r.Title, r.Intro = word().Draw(t, "title"), word().Draw(t, "intro")
		r.Signature, r.Contact = word().Draw(t, "signature"), word().Draw(t, "contact")
		r.Dated, r.Published = day().Draw(t, "dated"), day().Draw(t, "published")
		r.Missing = words().Draw(t, "missing")
		for range rapid.IntRange(0, 3).Draw(t, "repairs") {
			r.Repairs = append(r.Repairs, annual.Repair{Code: word().Draw(t, "code"), At: place().Draw(t, "at"),
				Was: word().Draw(t, "was"), ReadAs: word().Draw(t, "read as"), Cells: words().Draw(t, "cells")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "undecided") {
			r.Undecided = append(r.Undecided, annual.Undecided{Cells: words().Draw(t, "cells"), At: place().Draw(t, "at"),
				Raw: word().Draw(t, "raw"), Why: word().Draw(t, "why")})
		}
		for range rapid.IntRange(0, 2).Draw(t, "notes") {
			r.Notes = append(r.Notes, doc.Note{Code: word().Draw(t, "code"), At: place().Draw(t, "at"), Text: word().Draw(t, "text")})
		}
		return r
	})
}

// Findings draws findings with all their fields.
func Findings() *rapid.Generator[[]annual.Finding] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) annual.Finding {
		x := annual.Finding{Code: word().Draw(t, "code"), Level: rapid.SampledFrom([]annual.Level{annual.Error, annual.Warning, annual.Info}).Draw(t, "level"),
			Cells: words().Draw(t, "cells"), Expected: word().Draw(t, "expected"), Found: word().Draw(t, "found"),
			Message: word().Draw(t, "message"), Suggest: word().Draw(t, "suggest"), At: place().Draw(t, "at"), Quote: word().Draw(t, "quote")}
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			x.Changes = append(x.Changes, annual.Change{Cell: word().Draw(t, "cell"), From: Value().Draw(t, "from"), To: Value().Draw(t, "to")})
		}
		return x
	}), 0, 4)
}

// Filed draws a report as it is kept, without a file.
func Filed(organ int64, year int) *rapid.Generator[store.Filed] {
	return rapid.Custom(func(t *rapid.T) store.Filed {
		return store.Filed{Organ: organ, Year: year, Report: Report().Draw(t, "report"), Findings: Findings().Draw(t, "findings"),
			Published: day().Draw(t, "published")}
	})
}

// Value draws what a cell may hold.
func Value() *rapid.Generator[annual.Value] {
	return rapid.Custom(func(t *rapid.T) annual.Value {
		switch k := annual.Kind(rapid.IntRange(0, int(annual.Text)).Draw(t, "kind")); k {
		case annual.Number:
			return annual.Num(rapid.Int64Range(-annual.MaxCount, annual.MaxCount*annual.Micro).Draw(t, "n"))
		default:
			return annual.Value{Kind: k}
		}
	})
}

func word() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "0", "青石镇人民政府", "约36万元", "a\tb\nc", "<b>&\u2028", "\x00", "𠮷"}), rapid.StringN(0, 12, 60))
}

func words() *rapid.Generator[[]string] { return rapid.SliceOfN(word(), 0, 3) }

func place() *rapid.Generator[annual.Place] {
	return rapid.Custom(func(t *rapid.T) annual.Place {
		n := func(s string) int { return rapid.IntRange(0, 40).Draw(t, s) }
		return annual.Place{Part: word().Draw(t, "part"), Page: n("page"), Line: n("line"), Table: n("table"), Row: n("row"), Col: n("col"), Para: n("para")}
	})
}

func day() *rapid.Generator[law.Date] {
	return rapid.Custom(func(t *rapid.T) law.Date {
		if rapid.Bool().Draw(t, "none") {
			return law.Date{}
		}
		return law.Day(2024, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "day"))
	})
}
