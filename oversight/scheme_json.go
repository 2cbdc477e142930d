package oversight

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gongkai/org"
)

// MaxScheme bounds a scheme in JSON, in bytes.
const MaxScheme = 512 << 10

// schemeForm is a scheme as it is exchanged.
type schemeForm struct {
	Format  string        `json:"format"`
	Code    string        `json:"code,omitempty"`
	Name    string        `json:"name"`
	Source  string        `json:"source,omitempty"`
	Note    string        `json:"note,omitempty"`
	Year    int           `json:"year"`
	Level   string        `json:"level,omitempty"` // Chinese name of the level
	Group   string        `json:"group"`
	Kinds   []org.Kind    `json:"kinds"`
	Rounds  []ScorePeriod `json:"rounds"`
	Full    Points        `json:"full"`
	Self    bool          `json:"self,omitempty"`
	Lacking LackingRule   `json:"lacking,omitempty"`
	Weights Weights       `json:"weights"`
	Most    Points        `json:"most,omitempty"`
	Parts   []ScorePart   `json:"parts,omitempty"`
	Groups  []SchemeGroup `json:"groups"`
}

// JSON writes the scheme in the form that [ParseScheme] reads, indented.
func (s *Scheme) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(schemeForm{SchemeFormat, s.Code, s.Name, s.Source, s.Note, s.Year, s.Level.Chinese(), s.Group, s.Kinds, s.Rounds, s.Full, s.Self, s.Lacking,
		s.Weights, s.Most, s.Parts, s.Groups})
	return b.Bytes(), err
}

// ParseScheme reads a scheme. The error is a Chinese sentence that says what is
// wrong in which line; what can be read but does not make sense is told by
// [Scheme.Check].
func ParseScheme(b []byte) (*Scheme, error) {
	if len(b) > MaxScheme {
		return nil, fmt.Errorf("方案文件超过 %d KB，请检查是否选错了文件。", MaxScheme>>10)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var f schemeForm
	if err := d.Decode(&f); err != nil {
		return nil, jsonFault(b, d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("第%s方案结束以后还有别的内容，请删去。", lineAt(b, d.InputOffset()))
	}
	if f.Format != SchemeFormat {
		return nil, fmt.Errorf("文件的 format 是“%s”，应是“%s”。", clipText(f.Format, 40), SchemeFormat)
	}
	s := &Scheme{Code: f.Code, Name: f.Name, Source: f.Source, Note: f.Note, Year: f.Year, Group: f.Group, Kinds: f.Kinds, Rounds: f.Rounds, Full: f.Full, Self: f.Self,
		Lacking: f.Lacking, Weights: f.Weights, Most: f.Most, Parts: f.Parts, Groups: f.Groups}
	if f.Level != "" {
		var ok bool
		if s.Level, ok = levelOf(f.Level); !ok {
			return nil, fmt.Errorf("level 写的“%s”不是行政层级，请写：%s。", clipText(f.Level, 20), levelWords())
		}
	}
	return s, nil
}

func levelOf(word string) (org.Level, bool) {
	for l := org.Nation; l <= org.Grassroots; l++ {
		if l.Chinese() == word {
			return l, true
		}
	}
	return 0, false
}

func levelWords() string {
	var list []string
	for l := org.Nation; l <= org.Grassroots; l++ {
		list = append(list, l.Chinese())
	}
	return strings.Join(list, "、")
}

// jsonFault says in Chinese where JSON is wrong.
func jsonFault(b []byte, at int64, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("第%s不是正确的 JSON：缺少或多了引号、逗号、括号。", lineAt(b, syntax.Offset))
	case errors.As(err, &kind):
		return fmt.Errorf("第%s“%s”应是%s，写的是%s。", lineAt(b, kind.Offset), kind.Field, jsonWord(kind.Type.Kind().String()), jsonWord(kind.Value))
	case errors.Is(err, errPoints):
		return fmt.Errorf("第%s的%s。", lineAt(b, at), errPoints)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("文件没有写完，或者是空的。")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("第%s附近有不认识的项目 %s，请核对拼写；认识的项目见导出的方案。", lineAt(b, at), clipText(name, 40))
	}
	return fmt.Errorf("第%s无法读出，请核对。", lineAt(b, at))
}

func jsonWord(kind string) string {
	switch kind {
	case "string":
		return "文字"
	case "int", "int64", "number", "float64":
		return "整数"
	case "slice", "array":
		return "列表 […]"
	case "struct", "object", "map":
		return "对象 {…}"
	case "bool":
		return "true 或 false"
	}
	if strings.HasPrefix(kind, "number") {
		return "数 " + strings.TrimPrefix(kind, "number ")
	}
	return kind
}

// lineAt is the line and column of an offset: “3行第5列”.
func lineAt(b []byte, at int64) string {
	at = min(max(at, 0), int64(len(b)))
	head := b[:at]
	line := bytes.Count(head, []byte("\n")) + 1
	col := len([]rune(string(head[bytes.LastIndexByte(head, '\n')+1:])))
	return fmt.Sprintf(" %d 行第 %d 列", line, max(col, 1))
}

func clipText(s string, most int) string {
	r := []rune(s)
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
