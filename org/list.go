package org

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// Bounds of a list of organs: the largest real one, a nation's, has some fifty
// thousand lines.
const (
	MaxListBytes = 16 << 20
	MaxListLines = 200_000
)

// ErrList is the error for a list that cannot be read at all; its text is a
// Chinese sentence.
var ErrList = errors.New("机关名单无法读取")

// A Listed is what one line of a list of organs says. Organ.ID is the line's
// number until the store gives a real one, and Organ.Parent is the line number
// of the parent, 0 if none or if ParentName is not in the list.
type Listed struct {
	Line       int // counted from 1
	Organ      Organ
	ParentName string // as written
	OK         bool   // the line can be taken over
	Message    string // Chinese: what was taken, or what is wrong and what to do
}

// ParseList reads a list of organs, one a line: name[,code[,kind[,parent]]].
// Fields are divided by commas, full-width commas or tabs and may be quoted; a
// heading line, empty lines and lines that begin with # are passed over. Every
// other line comes back with its report. The text is UTF-8.
func ParseList(s string) ([]Listed, error) {
	if len(s) > MaxListBytes {
		return nil, fmt.Errorf("%w：超过 %d MB。", ErrList, MaxListBytes>>20)
	}
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%w：不是 UTF-8 编码的文本，请另存为 UTF-8 格式的 CSV 后再导入。", ErrList)
	}
	s = strings.ReplaceAll(strings.TrimPrefix(s, "\ufeff"), "\r\n", "\n")
	lines := strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")
	if len(lines) > MaxListLines {
		return nil, fmt.Errorf("%w：超过 %d 行。", ErrList, MaxListLines)
	}
	var out []Listed
	first := true
	for i, l := range lines {
		if strings.TrimSpace(l) == "" || strings.HasPrefix(strings.TrimSpace(l), "#") {
			continue
		}
		fields, err := splitLine(l)
		if first {
			first = false
			if err == nil && heading(fields) {
				continue
			}
		}
		out = append(out, readLine(i+1, fields, err))
	}
	linkParents(out)
	return out, nil
}

func splitLine(l string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(l))
	r.LazyQuotes, r.FieldsPerRecord, r.TrimLeadingSpace = true, -1, true
	switch {
	case strings.Contains(l, "\t"):
		r.Comma = '\t'
	case !strings.Contains(l, ","):
		r.Comma = '，'
	}
	f, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	for i := range f {
		f[i] = strings.Trim(strings.TrimSpace(f[i]), "\u3000\u00a0\u200b")
	}
	return f, err
}

func heading(f []string) bool {
	if len(f) == 0 {
		return false
	}
	switch text.Fold(f[0]) {
	case "名称", "机关", "机关名称", "单位", "单位名称", "机构名称", "全称", "机关全称", "name", "organ":
		return true
	}
	return false
}

func readLine(line int, f []string, err error) Listed {
	at := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return ""
	}
	l := Listed{Line: line, Organ: Organ{ID: int64(line), Name: at(0), Code: at(1)}, ParentName: at(3)}
	bad := func(format string, args ...any) Listed {
		l.Message = fmt.Sprintf("第%d行：", line) + fmt.Sprintf(format, args...)
		return l
	}
	if err != nil {
		return bad("引号不成对，请检查该行。")
	}
	if l.Organ.Name == "" {
		return bad("缺少机关名称，请补填后再导入。")
	}
	kind, level := GuessKind(l.Organ.Name)
	l.Organ.Kind, l.Organ.Level = kind, level
	how := "按名称识别为"
	if w := at(2); w != "" {
		k, ok := ParseKind(w)
		if !ok {
			return bad("机关类别“%s”无法识别，请填写：%s。", w, kindList())
		}
		if k != kind {
			l.Organ.Level = 0
		}
		if (k == Town || k == Street) && l.Organ.Level == 0 {
			l.Organ.Level = Township
		}
		l.Organ.Kind, how = k, "类别"
	}
	if err := l.Organ.Check(); err != nil {
		return bad("%s", err.Error())
	}
	l.OK = true
	what := how + l.Organ.Kind.Chinese()
	if l.Organ.Kind == "" {
		what = "类别未填，名称看不出类别"
	}
	if c := l.Organ.Code; len(c) == 18 && !ValidCreditCode(strings.ToUpper(c)) {
		what += "；统一社会信用代码“" + c + "”校验不符，请核对"
	}
	return bad("“%s”，%s。", l.Organ.Name, what)
}

// linkParents finds duplicates and every line's parent within the list.
func linkParents(list []Listed) {
	byName, byCode := map[string]int{}, map[string]int{}
	for i := range list {
		l := &list[i]
		if !l.OK {
			continue
		}
		n := text.Fold(l.Organ.Name)
		if j, dup := byName[n]; dup {
			l.fail("“%s”与第%d行重复，请删去一行。", l.Organ.Name, list[j].Line)
			continue
		}
		if c := text.Fold(l.Organ.Code); c != "" {
			if j, dup := byCode[c]; dup {
				l.fail("代码“%s”与第%d行相同，一个代码只能属于一个机关。", l.Organ.Code, list[j].Line)
				continue
			}
			byCode[c] = i
		}
		byName[n] = i
	}
	for i := range list {
		l := &list[i]
		p := text.Fold(l.ParentName)
		if !l.OK || p == "" {
			continue
		}
		j, ok := byName[p]
		if !ok {
			j, ok = byCode[p]
		}
		switch {
		case !ok:
			l.Message += fmt.Sprintf("上级“%s”不在名单中。", l.ParentName)
		case j == i:
			l.fail("“%s”不能是自己的上级。", l.Organ.Name)
		default:
			l.Organ.Parent = list[j].Organ.ID
		}
	}
	for _, i := range cycles(list) {
		list[i].fail("“%s”的上级关系成环，请检查“上级”一列。", list[i].Organ.Name)
	}
	failBelow(list)
}

// failBelow fails the lines whose parent's line failed, all the way down.
func failBelow(list []Listed) {
	at := make(map[int64]int, len(list))
	for i := range list {
		at[list[i].Organ.ID] = i
	}
	for again := true; again; {
		again = false
		for i := range list {
			l := &list[i]
			if !l.OK || l.Organ.Parent == 0 {
				continue
			}
			if p := list[at[l.Organ.Parent]]; !p.OK {
				l.fail("上级“%s”所在的第%d行有误，请先改正该行。", l.ParentName, p.Line)
				again = true
			}
		}
	}
	for i := range list {
		if !list[i].OK {
			list[i].Organ.Parent = 0
		}
	}
}

func (l *Listed) fail(format string, args ...any) {
	l.OK = false
	l.Message = fmt.Sprintf("第%d行：", l.Line) + fmt.Sprintf(format, args...)
}

// cycles returns the positions of lines that stand above themselves.
func cycles(list []Listed) []int {
	at := make(map[int64]int, len(list))
	for i := range list {
		at[list[i].Organ.ID] = i
	}
	var out []int
	walk := make([]int, len(list)) // number of the walk that came by first, from 1
	for i := range list {
		j, ok := i, true
		for ok && walk[j] == 0 {
			walk[j] = i + 1
			j, ok = at[list[j].Organ.Parent]
		}
		if !ok || walk[j] != i+1 {
			continue // ended at a top, or where an earlier walk was
		}
		for k := j; ; {
			out = append(out, k)
			if k = at[list[k].Organ.Parent]; k == j {
				break
			}
		}
	}
	return out
}
