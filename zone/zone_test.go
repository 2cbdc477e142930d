package zone

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/store"
	"gongkai/translog"
)

func inner(t *testing.T, log string) *store.Store {
	t.Helper()
	text, _, err := translog.NewKey(log)
	if err != nil {
		t.Fatal(err)
	}
	k, err := translog.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "g.db"), store.Options{Signer: k, Secret: bytes.Repeat([]byte(log[:1]), store.SecretSize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// Packages of another system, and truncated ones, are refused in words that say
// what to do; what is taken again has no effect.
func TestTakeRefusesStrangers(t *testing.T) {
	ours, theirs, outside := inner(t, "ours.example/log"), inner(t, "theirs.example/log"), inner(t, "x.example/log")
	folder := t.TempDir()
	take := func() Report {
		t.Helper()
		r, err := Take(t.Context(), outside, folder, ours.LogKeys())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if n, err := Out(t.Context(), theirs, folder, false); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r := take(); r.Taken != 0 || !strings.Contains(r.Problem, "theirs.example/log") {
		t.Errorf("a stranger's: %+v", r)
	}
	one := filepath.Join(folder, "000000001.gkz")
	if err := os.Remove(one); err != nil {
		t.Fatal(err)
	}
	if n, err := Out(t.Context(), ours, folder, false); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	whole, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	for _, cut := range []int{0, 10, len(whole) / 2, len(whole) - 1} {
		if err := os.WriteFile(one, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if r := take(); r.Taken != 0 || r.Problem == "" {
			t.Errorf("%d of %d bytes: %+v", cut, len(whole), r)
		}
	}
	for range 2 {
		if err := os.WriteFile(one, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if r := take(); r.Problem != "" {
			t.Errorf("ours: %+v", r)
		}
		if _, err := os.Stat(one); !errors.Is(err, os.ErrNotExist) {
			t.Error("what was taken still lies there")
		}
	}
	if _, taken, _ := outside.ZoneLast(t.Context()); taken != 1 {
		t.Errorf("taken up to %d", taken)
	}
}

// What was sealed for another system, or is no file of ours, is told and stays.
func TestPullLeavesWhatItCannotOpen(t *testing.T) {
	ours, theirs := inner(t, "ours.example/log"), inner(t, "theirs.example/log")
	to, err := recipient(theirs)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := sealTo(to, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	form, code, err := CodesOf("a key of a form")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), form+".gkr")
	if err := os.WriteFile(path, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	var refused *act.Refusal
	if _, err := openSent(ours, path); !errors.As(err, &refused) {
		t.Errorf("opened: %v", err)
	}
	if ReadCode(strings.ToLower(ShownCode(code))) != code || ReadCode(code[:15]) != "" || ReadCode("0"+code[1:]) != "" {
		t.Errorf("code %s is not read as it is shown", code)
	}
	a, err := sealAnswer(code, []byte("甲"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := openAnswer(code, a); err != nil || string(b) != "甲" {
		t.Error(string(b), err)
	}
	if _, err := openAnswer("B"+code[1:], a); err == nil && code[0] != 'B' {
		t.Error("another code opens it")
	}
}
