package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/ingest/limit"
	"gongkai/law/annual"
)

// fuzzWords are put into documents: labels that stand in several tables,
// figures in every writing, and bytes that are no text.
var fuzzWords = []string{"", "\t", "\n", "0", "12", "640020470", "３", "3.5", "-1", "—", "总计", "合计", "其他", "行政许可", "一、本年新收政府信息公开申请数量",
	"（七）总计", "3.其他", "三、收到和处理政府信息公开申请情况", "2019年", "\u200b", "\xff\xfe", "\x00", "[bookmark: x]", "</td>", "\ufeff", "。"}

// spoil edits the lines of a document: three bytes are what is done, to which
// line, and with what. Coverage finds short lists of edits; whole documents
// would be kilobytes, which the fuzzer spends its time cutting down.
func spoil(lines []string, edits []byte) []string {
	for ; len(edits) >= 3 && len(lines) > 0; edits = edits[3:] {
		do, k, arg := edits[0]%8, int(edits[1])*len(lines)/256, int(edits[2])
		word := fuzzWords[arg%len(fuzzWords)]
		other := arg * len(lines) / 256
		switch do {
		case 0:
			lines = slices.Delete(lines, k, min(k+1+arg/32, len(lines)))
		case 1:
			lines[k] = word
		case 2:
			lines = slices.Insert(lines, k, word)
		case 3:
			lines[k] += word
		case 4:
			lines[k], lines[other] = lines[other], lines[k]
		case 5: // a part of the document again
			lines = slices.Insert(lines, k, slices.Clone(lines[other:min(other+40, len(lines))])...)
		case 6:
			lines[k] = strings.TrimLeft(lines[k], "\t ")
		case 7:
			cut := arg * len(lines[k]) / 256 // may cut a character
			lines = slices.Insert(lines, k+1, lines[k][cut:])
			lines[k] = lines[k][:cut]
		}
	}
	return lines
}

// FuzzRead feeds spoilt reports in every layout, and text that is none:
// nothing panics, every error is a sentence, and every cell of a report that
// was read is a figure with a source, a named gap or an honest blank.
func FuzzRead(f *testing.F) {
	r := annual.New(annual.Edition("2021"), "青石镇", 2023)
	for i := range r.Values {
		r.Values[i] = annual.Num(int64(i % 7))
	}
	var bodies []string
	for _, s := range []style{tabStyle, webStyle, rowStyle, gluedStyle, denseStyle, spacedDense} {
		bodies = append(bodies, write(r, s))
	}
	for i := range bodies {
		f.Add(uint8(i), []byte{})
		f.Add(uint8(i), []byte{0, 100, 40, 5, 90, 100, 1, 140, 6})
	}
	f.Add(uint8(255), []byte("一、总体情况\n二、主动公开\n"))
	f.Add(uint8(255), []byte{0xff, 0xfe, 0x00})
	f.Fuzz(func(t *testing.T, layout uint8, edits []byte) {
		if len(edits) > 96 {
			return
		}
		data := edits
		if int(layout) < len(bodies) {
			data = []byte(strings.Join(spoil(strings.Split(bodies[layout], "\n"), edits), "\n"))
		}
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
