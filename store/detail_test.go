package store

import (
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/law/annual"
)

// fill sets every field that can be set to something that is not its zero
// value, so that a field added to a report one day is not forgotten here.
func fill(t *testing.T, v reflect.Value, skip ...string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("字")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(uint64(annual.Number))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type() != reflect.TypeFor[annual.Report]() || (name != "Form" && name != "Values") {
				fill(t, v.Field(i))
			}
		}
	default:
		t.Fatalf("no filling for %s: teach this test and detail.go about it", v.Type())
	}
}

func TestEveryFieldIsKept(t *testing.T) {
	var r annual.Report
	var findings []annual.Finding
	fill(t, reflect.ValueOf(&r).Elem())
	fill(t, reflect.ValueOf(&findings).Elem())
	b, err := encodeDetail(&r, findings)
	if err != nil {
		t.Fatal(err)
	}
	var got annual.Report
	gotFindings, err := decodeDetail(b, &got)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(findings, gotFindings); d != "" {
		t.Error(d)
	}
}

func TestDamagedDetail(t *testing.T) {
	for _, b := range [][]byte{nil, {9}, {detailPlain}, {detailPlain, '{'}, {detailDeflate, 1, 2, 3}, []byte("\x00{\"raw\":[\"1\"]}")} {
		if _, err := decodeDetail(b, &annual.Report{}); !errors.Is(err, errDetail) {
			t.Errorf("%q: %v", b, err)
		}
	}
}
