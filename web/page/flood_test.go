package page

import (
	"fmt"
	"testing"
	"time"
)

func TestFloodLetsSomeThroughAndThenSlowly(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	f := NewFlood(2, 0.5, func() time.Time { return now })
	for i := range 2 {
		if f.Take("a") != 0 {
			t.Errorf("number %d has to wait", i)
		}
	}
	if w := f.Take("a"); w != 2*time.Second {
		t.Errorf("the third waits %s", w)
	}
	if f.Take("b") != 0 {
		t.Error("somebody else has to wait too")
	}
	now = now.Add(2 * time.Second)
	if f.Take("a") != 0 || f.Take("a") == 0 {
		t.Error("after two seconds one more, and not two")
	}
}

func TestFloodForgets(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	f := NewFlood(1, 1, func() time.Time { return now })
	for i := range maxBuckets + 10 {
		f.Take(fmt.Sprint(i))
	}
	if len(f.all) > maxBuckets {
		t.Errorf("%d names are remembered", len(f.all))
	}
}
