package requests

import (
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
)

// Somebody comes to the counter and cannot write: the clerk enters what he says
// and prints the receipt and the record that he signs.
func TestCounterPrintsReceiptAndRecord(t *testing.T) {
	x := newDesk(t)
	x.as(3, x.town, org.Handler)
	_, body, at := x.send("/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "wanted", "低保名单", "subject", "低保名单", "name", "甲某某", "oral", "1")
	if !strings.Contains(body, "接收回执 PDF") || !strings.Contains(body, "口头申请笔录 Word") {
		t.Fatalf("%s: %s", at, main(body))
	}
	for path, magic := range map[string]string{"receipt/pdf": "%PDF", "receipt/docx": "PK", "oral/pdf": "%PDF", "oral/docx": "PK"} {
		if code, file := x.get(at + "/intake/" + path); code != 200 || !strings.HasPrefix(file, magic) {
			t.Errorf("%s: %d %.20q", path, code, file)
		}
	}
	for _, path := range []string{"receipt/exe", "other/pdf"} {
		if code, _ := x.get(at + "/intake/" + path); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
	x.as(8, x.next, org.Handler)
	if code, _ := x.get(at + "/intake/receipt/pdf"); code != 404 {
		t.Errorf("a neighbour prints it: %d", code)
	}
	x.as(3, x.town, org.Handler)
	_, body, at = x.send("/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "wanted", "低保名单", "subject", "低保名单", "name", "甲某某")
	if strings.Contains(body, "口头申请笔录") {
		t.Error("a record of words that were written")
	}
	if code, _ := x.get(at + "/intake/oral/pdf"); code != 404 {
		t.Errorf("it is printed all the same: %d", code)
	}
}

// Those in charge see what pointing out published information did; clerks do not.
func TestHintsForThoseInCharge(t *testing.T) {
	x := newDesk(t)
	if err := x.st.CountHint(t.Context(), x.town.ID, store.HintCount{Shown: 7, Opened: 3, Avoided: 2}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		role org.Role
		at   org.Organ
		sees bool
	}{{org.Signer, x.town, true}, {org.Handler, x.town, false}, {org.Signer, x.next, false}} {
		x.as(5, c.at, c.role, org.Handler)
		_, body := x.get("/desk/requests")
		if got := strings.Contains(body, "提示已公开的信息 7 次，点开 3 次，因此不再申请 2 次"); got != c.sees {
			t.Errorf("%s at %s: %v", c.role, c.at.Name, got)
		}
	}
}
