package ingest

import (
	"context"
	"errors"
	"testing"

	"gongkai/ingest/limit"
	"gongkai/law/annual"
)

// FuzzRead feeds hostile text: nothing panics, every error is a sentence, and
// every cell of a report that was read is a figure with a source, a named gap
// or an honest blank.
func FuzzRead(f *testing.F) {
	r := annual.New(annual.Edition("2021"), "青石镇", 2023)
	for i := range r.Values {
		r.Values[i] = annual.Num(int64(i % 7))
	}
	for _, s := range []style{tabStyle, webStyle, rowStyle, gluedStyle, denseStyle, spacedDense} {
		f.Add([]byte(write(r, s)))
	}
	f.Add([]byte("一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"))
	f.Add([]byte{0xff, 0xfe, 0x00})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 || kindOf("x.txt", data) != "text" {
			return
		}
		rd, err := Read(context.Background(), "x.txt", data)
		if err != nil {
			var e *limit.Error
			if !errors.As(err, &e) || e.Msg == "" || limit.Code(e) == "" {
				t.Fatalf("error without a sentence: %v", err)
			}
			if e.Err != nil && e.Code == "BROKEN" {
				t.Fatalf("panic: %v", e.Err)
			}
			return
		}
		for i, v := range rd.Report.Values {
			if v.Known() && rd.Report.Sources[i].Raw == "" {
				t.Fatalf("%s has a figure out of nowhere", rd.Report.Form.Cells[i].ID)
			}
		}
	})
}
