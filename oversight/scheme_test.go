package oversight

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Every shipped scheme can be published as it is, and stands in the form the
// program writes.
func TestShippedSchemesAreSound(t *testing.T) {
	list, err := ShippedSchemes()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 6 {
		t.Fatalf("%d schemes", len(list))
	}
	for _, s := range list {
		for _, f := range s.Check() {
			t.Errorf("%s: %s", s.Code, f)
		}
		if s.Note == "" {
			t.Errorf("%s does not say how its source was read", s.Code)
		}
		b, err := s.JSON()
		if err != nil {
			t.Fatal(err)
		}
		file := "schemes/" + s.Code + ".json"
		if *update {
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, b) {
			t.Errorf("%s is not in the form the program writes (%v)", file, err)
		}
	}
}
