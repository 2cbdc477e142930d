package ingest_test

import (
	"bytes"
	"context"
	"testing"

	"gongkai/ingest"
	"gongkai/render"
)

func TestCSVComesBack(t *testing.T) {
	want := foreignReport()
	var b bytes.Buffer
	if err := render.CSV(&b, want, render.Options{}); err != nil {
		t.Fatal(err)
	}
	rd, err := ingest.Read(context.Background(), "报告.csv", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, rd.Report)
}
