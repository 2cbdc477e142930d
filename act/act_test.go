package act

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

// Every kind and version ever released is kept as one file, and every file is
// still read and written byte for byte. Acts of the public log are kept as
// leaves, those of the office as entries.
func TestEveryActEverReleasedIsRead(t *testing.T) {
	seen := map[string]bool{}
	for folder, form := range map[string]struct {
		read  func([]byte) (Act, error)
		write func(Act) ([]byte, error)
	}{"acts": {ParseLeaf, Act.Leaf}, "entries": {ParseEntry, Act.Entry}} {
		files, err := filepath.Glob("testdata/" + folder + "/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			b = bytes.TrimSuffix(b, []byte("\n"))
			a, err := form.read(b)
			if err != nil {
				t.Errorf("%s: %v", f, err)
				continue
			}
			name := fmt.Sprintf("%s.v%d", a.Kind, a.Version)
			if seen[name] = true; filepath.Base(f) != name+".json" {
				t.Errorf("%s holds %s", f, name)
			}
			if again, err := form.write(a); err != nil || !bytes.Equal(again, b) {
				t.Errorf("%s is written otherwise now: %v\n%s\n%s", f, err, b, again)
			}
		}
	}
	for kind, k := range Kinds() {
		if k.Chinese == "" {
			t.Errorf("%s has no Chinese name", kind)
		}
		for v := 1; v <= k.Version; v++ {
			if name := fmt.Sprintf("%s.v%d", kind, v); !seen[name] {
				t.Errorf("testdata keeps no %s", name)
			}
		}
	}
}

func TestOfficerIsNotPublic(t *testing.T) {
	a := sample()
	one, _ := a.Leaf()
	a.Officer = 987654321
	two, err := a.Leaf()
	if err != nil || !bytes.Equal(one, two) || bytes.Contains(two, []byte("987654321")) {
		t.Errorf("the officer stands in the leaf: %s (%v)", two, err)
	}
}

func sample() Act {
	return Act{ID: 1 << 60, Ref: ReportRef(7, 2025), Seq: 1, Kind: ReportPublished, Version: 1, On: law.Day(2026, 1, 20), At: 1768870000000,
		Body: Report{Name: "青石镇人民政府", Year: 2025, Edition: "2021", Version: 1, Published: law.Day(2026, 1, 20), Content: strings.Repeat("ab", 32)}}
}

func TestDamagedLeavesAreRefused(t *testing.T) {
	good, err := sample().Leaf()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseLeaf(good); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"space": {`,"on"`, `, "on"`}, "kind": {"report.published", "report.invented"}, "later version": {`"seq":1,"version":1`, `"seq":1,"version":2`},
		"unknown field": {`"seq":1`, `"seq":1,"sex":1`}, "number as text": {`"seq":1`, `"seq":"1"`}, "fraction": {`"seq":1`, `"seq":1.0`}, "no such day": {"2026-01-20", "2026-02-30"},
		"short hash": {"abab", "ab"}, "capital hash": {"abab", "ABab"}, "no name": {"青石镇人民政府", ""}, "cut": {`"seq":1,"version":1}`, `"seq":1,"version":1`}, "more": {`"seq":1,"version":1}`, `"seq":1,"version":1} `},
	} {
		b := strings.Replace(string(good), edit[0], edit[1], 1)
		if b == string(good) {
			t.Errorf("%s: nothing to edit in %s", name, good)
		}
		if _, err := ParseLeaf([]byte(b)); !errors.Is(err, ErrLeaf) && !errors.Is(err, ErrKind) {
			t.Errorf("%s is read: %v", name, err)
		}
	}
}

// The vectors are those rules of RFC 8785 that we use.
func TestCanonicalForm(t *testing.T) {
	for in, want := range map[string]string{
		`{ "b":1, "a":[true,null,-5] }`:                               `{"a":[true,null,-5],"b":1}`,
		`{"\u20ac":1,"\r":2,"1":3,"\ud83d\ude00":4,"\ufb33":5,"é":6}`: "{\"\\r\":2,\"1\":3,\"é\":6,\"€\":1,\"😀\":4,\"\ufb33\":5}",
		`"\u0001\u000b\/\u003c\u2028汉\u000A\""`:                       "\"\\u0001\\u000b/<\u2028汉\\n\\\"\"",
		`9007199254740991`:                                            `9007199254740991`,
	} {
		if got, err := Recanonical([]byte(in)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "1.5", "1e3", "-0", "9007199254740992", `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, "[1", "1 2", strings.Repeat("[", 99) + strings.Repeat("]", 99), "\x00"} {
		if got, err := Recanonical([]byte(bad)); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
}

func TestCanonicalFormIsStableAndKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.String())).Draw(t, "m")
		a, err := Canonical(m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Recanonical(a)
		if err != nil || !bytes.Equal(a, b) {
			t.Fatalf("%s, then %s: %v", a, b, err)
		}
		var back map[string][]string
		if err := json.Unmarshal(a, &back); err != nil {
			t.Fatal(err)
		}
		if len(back) != len(m) {
			t.Fatalf("%d keys of %d", len(back), len(m))
		}
	})
}

func FuzzParseLeaf(f *testing.F) {
	b, _ := sample().Leaf()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ParseLeaf(b)
		if err != nil {
			return
		}
		if again, err := a.Leaf(); err != nil || !bytes.Equal(b, again) {
			t.Fatalf("read %q, written %q: %v", b, again, err)
		}
	})
}
