package reporting

import (
	"fmt"
	"strings"

	"gongkai/law/annual"
)

// A Difference is one thing that a correction changed, as the public reads it.
type Difference struct {
	Cell  string `json:"cell,omitempty"` // cell id, "" for prose
	Part  string `json:"part,omitempty"` // of prose: title, intro, chapter.1 …, signature, contact
	Label string `json:"label"`          // 表三 · 新收 · 总计, or the chapter's heading
	Old   string `json:"old"`            // as the form prints it; of prose the passage that changed
	New   string `json:"new"`
}

// Differences lists what differs between two reports of one organ and year:
// every cell in the order of the form, then every part of the prose with the
// passage in which it differs. It is empty if they say the same.
func Differences(was, is *annual.Report) []Difference {
	var out []Difference
	if was == nil || is == nil {
		return nil
	}
	for _, d := range annual.Compare(was, is) {
		out = append(out, Difference{Cell: d.Cell, Label: where(d, is, was), Old: cellText(was, d, d.A), New: cellText(is, d, d.B)})
	}
	prose := func(part, label, a, b string) {
		if a, b := strings.TrimSpace(a), strings.TrimSpace(b); a != b {
			a, b = passage(a, b)
			out = append(out, Difference{Part: part, Label: label, Old: a, New: b})
		}
	}
	prose("title", "标题", was.Title, is.Title)
	prose("intro", "引言", was.Intro, is.Intro)
	for i := range max(len(was.Chapters), len(is.Chapters)) {
		prose(fmt.Sprintf("chapter.%d", i+1), chapterLabel(is.Form, i), nth(was.Chapters, i), nth(is.Chapters, i))
	}
	prose("signature", "落款", was.Signature, is.Signature)
	prose("contact", "联系方式", was.Contact, is.Contact)
	if was.Dated != is.Dated {
		out = append(out, Difference{Part: "dated", Label: "成文日期", Old: was.Dated.Chinese(), New: is.Dated.Chinese()})
	}
	return out
}

func chapterLabel(f *annual.Form, i int) string {
	if i >= len(f.Chapters) {
		return fmt.Sprintf("第%d部分", i+1)
	}
	return f.Chapters[i].Ordinal + "、" + f.Chapters[i].Title
}

func nth(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// where is the place of a cell for a person, by the first report whose form has
// it.
func where(d annual.Difference, reports ...*annual.Report) string {
	for _, r := range reports {
		if _, ok := r.Form.Index(d.Cell); ok {
			return CellName(r.Form, d.Cell)
		}
	}
	return d.Label
}

func cellText(r *annual.Report, d annual.Difference, v annual.Value) string {
	i, there := r.Form.Index(d.Cell)
	switch {
	case v.Kind == annual.Absent:
		return "（无此项）"
	case v.Kind == annual.Blank:
		return "（空）"
	case v.Kind == annual.NA:
		return "/"
	case there && v.Kind == annual.Text:
		return r.Raw(i)
	case there:
		return v.Format(r.Form.Cells[i].Type)
	}
	return v.Format(annual.Count)
}

// passage cuts from two texts what they share at both ends, up to the sentence.
func passage(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	for head > 0 && !strings.ContainsRune("。；！？\n", x[head-1]) {
		head--
	}
	for tail > 0 && !strings.ContainsRune("。；！？\n", x[len(x)-1-tail]) {
		tail--
	}
	return strings.TrimSpace(string(x[head : len(x)-tail])), strings.TrimSpace(string(y[head : len(y)-tail]))
}
