package store

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// A row is a JSON array: integers as numbers, text as strings, bytes as strings
// in base64, null. Text that is no UTF-8, which a file name of SQLite may be, is
// an object {"base64": "…"}.

func appendRow(b []byte, columns []Column, values []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := v.(type) {
		case nil:
			b = append(b, "null"...)
		case int64:
			if columns[i].Type != typeInt {
				return nil, fmt.Errorf("column %s holds a number", columns[i].Name)
			}
			b = strconv.AppendInt(b, v, 10)
		case string:
			switch {
			case columns[i].Type != typeText:
				return nil, fmt.Errorf("column %s holds text", columns[i].Name)
			case utf8.ValidString(v):
				b = appendString(b, v)
			default:
				b = append(b, `{"base64":"`...)
				b = base64.StdEncoding.AppendEncode(b, []byte(v))
				b = append(b, `"}`...)
			}
		case []byte:
			if columns[i].Type != typeBytes {
				return nil, fmt.Errorf("column %s holds bytes", columns[i].Name)
			}
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, v)
			b = append(b, '"')
		default:
			return nil, fmt.Errorf("column %s holds a %T", columns[i].Name, v)
		}
	}
	return append(b, ']', '\n'), nil
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = append(b, `\u00`...)
			b = append(b, hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// rowReader reads the rows of a table. It is what pgx copies from.
type rowReader struct {
	columns []Column
	in      *bufio.Reader
	raw     []json.RawMessage
	values  []any
	n       int64
	err     error
	each    func(n int64) error // called after every row
}

// maxRow bounds a line of a backup.
const maxRow = 2 * maxDetail

// Next reads a row; false is the end or an error.
func (r *rowReader) Next() bool {
	if r.err != nil {
		return false
	}
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		line = append(line, part...)
		if err == nil {
			break
		}
		if err == io.EOF && len(line) == 0 {
			return false
		}
		if !errors.Is(err, bufio.ErrBufferFull) || len(line) > maxRow {
			r.err = fmt.Errorf("row %d: %w", r.n+1, err)
			return false
		}
	}
	if r.err = r.parse(line); r.err != nil {
		r.err = fmt.Errorf("row %d: %w", r.n+1, r.err)
		return false
	}
	r.n++
	if r.each != nil {
		r.err = r.each(r.n)
	}
	return r.err == nil
}

// Values are those of the last row.
func (r *rowReader) Values() ([]any, error) { return r.values, r.err }

// Err is what ended the rows too early.
func (r *rowReader) Err() error { return r.err }

func (r *rowReader) parse(line []byte) error {
	r.raw = r.raw[:0]
	if err := json.Unmarshal(line, &r.raw); err != nil {
		return err
	}
	if len(r.raw) != len(r.columns) {
		return fmt.Errorf("%d values for %d columns", len(r.raw), len(r.columns))
	}
	if r.values == nil {
		r.values = make([]any, len(r.columns))
	}
	for i, x := range r.raw {
		v, err := parseValue(r.columns[i].Type, x)
		if err != nil {
			return fmt.Errorf("column %s: %w", r.columns[i].Name, err)
		}
		r.values[i] = v
	}
	return nil
}

func parseValue(kind string, x json.RawMessage) (any, error) {
	if string(x) == "null" {
		return nil, nil
	}
	switch {
	case kind == typeInt:
		return strconv.ParseInt(string(x), 10, 64)
	case kind == typeBytes:
		b := []byte{} // empty, never null
		err := json.Unmarshal(x, &b)
		return b, err
	case len(x) > 0 && x[0] == '{':
		var o struct {
			Base64 []byte `json:"base64"`
		}
		err := json.Unmarshal(x, &o)
		return string(o.Base64), err
	}
	var s string
	err := json.Unmarshal(x, &s)
	return s, err
}
