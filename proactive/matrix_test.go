package proactive

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
)

var update = flag.Bool("update", false, "write the golden matrix anew")

// Which acts an item has a place for, by stage and standing: a change of this
// table is a change of what the program lets happen, and is read as such.
func TestWhatMayHappenWhere(t *testing.T) {
	var kinds []string
	for k := range steps {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	var b strings.Builder
	for _, standing := range []Standing{Unpublished, Live, Withdrawn, Ended, Removed} {
		for _, stage := range append([]Stage{Nothing}, Stages()...) {
			x := &Item{Stage: stage, Standing: standing}
			var can []string
			for _, k := range kinds {
				if x.Can(k) {
					can = append(can, act.Kinds()[k].Chinese)
				}
			}
			b.WriteString(standing.Chinese() + "，" + stage.Chinese() + "：" + strings.Join(can, "、") + "\n")
		}
	}
	const golden = "testdata/matrix.txt"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(b.String(), "\n"); !slices.Equal(got, strings.Split(string(want), "\n")) {
		for i, line := range strings.Split(string(want), "\n") {
			if i < len(got) && got[i] != line {
				t.Errorf("was  %s\nnow  %s", line, got[i])
			}
		}
	}
}
