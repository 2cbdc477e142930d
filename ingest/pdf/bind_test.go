package pdf_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"gongkai/ingest/pdf"
)

// onePage is the smallest pdf file with one empty page.
func onePage() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, obj := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, obj)
	}
	start := b.Len()
	b.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

// What cannot be read is left out of the bound file and says so; the rest is there.
func TestBindLeavesOutWhatIsDamaged(t *testing.T) {
	good := onePage()
	var b bytes.Buffer
	leaves, err := pdf.Bind(context.Background(), &b, [][]byte{good, []byte("%PDF-1.4\nnothing here"), []byte("a letter"), good})
	if err != nil {
		t.Fatal(err)
	}
	if len(leaves) != 4 || leaves[0].Err != nil || leaves[1].Err == nil || leaves[2].Err == nil || leaves[3].Err != nil || leaves[3].Pages != 1 {
		t.Errorf("%+v", leaves)
	}
	if !strings.HasPrefix(b.String(), "%PDF-") {
		t.Error("nothing was written")
	}
	whole := bytes.Clone(b.Bytes())
	again, err := pdf.Bind(context.Background(), io.Discard, [][]byte{whole})
	if err != nil || again[0].Pages != 2 {
		t.Errorf("the bound file has %+v pages: %v", again, err)
	}
	if _, err := pdf.Bind(context.Background(), io.Discard, [][]byte{[]byte("a letter")}); err == nil {
		t.Error("nothing was bound without an error")
	}
}
