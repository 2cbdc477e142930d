package reporting

import (
	"sort"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
)

// NoticeFor words the notice to one organ: errors first, then what is to be
// explained, each in the order of the form. It reports false for an organ that
// needs none.
func NoticeFor(r *Row, from string, year int, deadline, dated law.Date) (Notice, bool) {
	n := Notice{To: r.Organ, From: from, Year: year, Deadline: deadline, Dated: dated}
	switch r.Status {
	case Unreadable:
		n.Items = []NoticeItem{{Code: "UNREADABLE", Level: annual.Error, Where: "所报文件《" + base(r.File) + "》",
			Message: r.Problem, Suggest: "请重新报送可以打开、可以复制文字的 Word、Excel 或 PDF 文件。"}}
		return n, true
	case Return, Explain:
	default:
		return n, false
	}
	for _, f := range r.Findings {
		if f.Level == annual.Info {
			continue
		}
		n.Items = append(n.Items, NoticeItem{Code: f.Code, Level: f.Level, Where: whereUnsaid(r.Report, f), Message: f.Message, Suggest: f.Suggest,
			Expected: f.Expected, Found: f.Found, Cite: citeOf(f.Code)})
	}
	sort.SliceStable(n.Items, func(i, j int) bool {
		return n.Items[i].Level == annual.Error && n.Items[j].Level != annual.Error
	})
	return n, len(n.Items) > 0
}

// Where names for a person what a finding speaks of: the cells, or the place in
// the prose.
func Where(r *annual.Report, f annual.Finding) string {
	if r == nil {
		return ""
	}
	var parts []string
	for i, id := range f.Cells {
		if i == 3 && len(f.Cells) > 4 {
			parts = append(parts, "等")
			break
		}
		parts = append(parts, CellName(r.Form, id))
	}
	s := strings.Join(parts, "；")
	if s == "" {
		s = f.At.String()
		if f.Quote != "" {
			s = strings.TrimSpace(s + "“" + short(f.Quote, 30) + "”")
		}
	}
	return s
}

// whereUnsaid is Where for a letter, empty if the message itself says where: a
// letter that names each place twice is not read.
func whereUnsaid(r *annual.Report, f annual.Finding) string {
	if strings.HasPrefix(f.Message, "表") || f.Quote != "" && strings.Contains(f.Message, f.Quote) {
		return ""
	}
	return Where(r, f)
}

// CellName is a cell for a person, e.g. 表三 · 自然人 · 一、本年新收….
func CellName(f *annual.Form, id string) string {
	i, ok := f.Index(id)
	if !ok {
		return id
	}
	c := f.Cells[i]
	table := map[string]string{"t2": "表二", "t3": "表三", "t4": "表四"}[c.Table]
	return table + " · " + c.Label
}

func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

func base(file string) string {
	if i := strings.LastIndexAny(file, `/\`); i >= 0 {
		return file[i+1:]
	}
	return file
}
