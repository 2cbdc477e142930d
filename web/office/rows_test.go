package office

import (
	"bytes"
	"strings"
	"testing"

	"gongkai/ingest/rows"
)

func TestAFileTravelsInAForm(t *testing.T) {
	data := []byte(strings.Repeat("名称,代码\n", 1000))
	if back, err := unpack(pack(data)); err != nil || !bytes.Equal(back, data) {
		t.Error(err)
	}
	for _, bad := range []string{"", "!", "AAAA", pack(make([]byte, rows.MaxBytes+2))} {
		if _, err := unpack(bad); err == nil {
			t.Errorf("%.8q was taken", bad)
		}
	}
}
