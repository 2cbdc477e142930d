package ingest

import (
	"context"
	"strings"
	"testing"
	"time"

	"gongkai/ingest/limit"
)

// A file that repeats labels without end is refused in time, with a sentence.
func TestEndlessFilesEndInTime(t *testing.T) {
	for name, body := range map[string]string{
		"labels":             strings.Repeat("一、本年新收政府信息公开申请数量\n", 100_000),
		"misprints":          strings.Repeat("一、本年新新收政府信息公开申请数量\n", 100_000),
		"rows":               strings.Repeat("\t（一）予以公开\n\t0\n\t0\n\n", 30_000),
		"headings":           strings.Repeat("一、总体情况\n", 100_000),
		"noughts":            strings.Repeat("\t0\n", 150_000),
		"one line":           strings.Repeat("规章000行政许可0", 60_000),
		"labels, just below": strings.Repeat("一、本年新收政府信息公开申请数量\n", tokensMax-10),
		"rows, just below":   strings.Repeat("\t（一）予以公开\n\t0\n\t0\n\n", tokensMax/3-10),
	} {
		at := time.Now()
		_, err := Read(context.Background(), "报告.txt", []byte(body))
		if d := time.Since(at); d > 5*time.Second {
			t.Errorf("%s: took %s", name, d)
		}
		if err != nil && limit.Message(err) == "" {
			t.Errorf("%s: no sentence in %v", name, err)
		}
	}
}
