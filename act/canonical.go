package act

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf16"
)

// Limits of the canonical form, against hostile text.
const (
	maxDepth   = 16
	maxInteger = 1<<53 - 1 // beyond it JSON numbers differ between programs
)

var errForm = errors.New("act: not in canonical form")

// Canonical writes a value as JSON in the one form that is hashed: RFC 8785
// (JCS) without fractions. That is: no space between tokens, the keys of an
// object sorted by their UTF-16 code units, integers in plain decimal between
// -(2^53-1) and 2^53-1, no other numbers (a decimal is written as a string), in
// strings only the escapes \b \t \n \f \r \" \\ and \u00xx below U+0020. Text
// is taken as it is: no Unicode normalisation, but bytes that are no UTF-8
// become U+FFFD, as everywhere in Go's JSON.
func Canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("act: canonical form: %w", err)
	}
	return Recanonical(b)
}

// Recanonical brings JSON text into the canonical form. Two equal keys in one
// object are an error.
func Recanonical(b []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	out, err := appendValue(make([]byte, 0, len(b)), d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: text after the value", errForm)
	}
	return out, nil
}

func appendValue(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errForm, err)
	}
	switch t := t.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, t), nil
	case string:
		return appendString(b, t), nil
	case json.Number:
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil || n > maxInteger || n < -maxInteger || t.String() == "-0" {
			return nil, fmt.Errorf("%w: %s is not an integer below 2^53", errForm, t)
		}
		return strconv.AppendInt(b, n, 10), nil
	case json.Delim:
		if depth >= maxDepth {
			return nil, fmt.Errorf("%w: deeper than %d", errForm, maxDepth)
		}
		if t == '[' {
			return appendArray(b, d, depth+1)
		}
		return appendObject(b, d, depth+1)
	}
	return nil, errForm
}

func appendArray(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	b = append(b, '[')
	for i := 0; d.More(); i++ {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendValue(b, d, depth); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("%w: %v", errForm, err)
	}
	return append(b, ']'), nil
}

func appendObject(b []byte, d *json.Decoder, depth int) ([]byte, error) {
	type member struct {
		key   []uint16
		bytes []byte
	}
	var list []member
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %v", errForm, err)
		}
		key, ok := t.(string)
		if !ok {
			return nil, errForm
		}
		m, err := appendValue(append(appendString(nil, key), ':'), d, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, member{utf16.Encode([]rune(key)), m})
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("%w: %v", errForm, err)
	}
	slices.SortFunc(list, func(x, y member) int { return slices.Compare(x.key, y.key) })
	b = append(b, '{')
	for i, m := range list {
		if i > 0 {
			if slices.Equal(m.key, list[i-1].key) {
				return nil, fmt.Errorf("%w: a key stands twice", errForm)
			}
			b = append(b, ',')
		}
		b = append(b, m.bytes...)
	}
	return append(b, '}'), nil
}

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= 0x20:
			b = append(b, string(r)...)
		default:
			if i := bytes.IndexByte([]byte("\b\t\n\f\r"), byte(r)); i >= 0 {
				b = append(b, '\\', "btnfr"[i])
			} else {
				b = fmt.Appendf(b, `\u%04x`, r)
			}
		}
	}
	return append(b, '"')
}
