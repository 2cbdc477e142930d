package act

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"gongkai/law"
)

func granted() Act {
	return Act{ID: 1 << 60, Ref: "person/12", Seq: 3, Kind: PostGranted, Version: 1, On: law.Day(2026, 3, 2), At: 1772400000000, Officer: 77, Organ: 5,
		Body: Record{Fields: []string{"岗位"}, Refs: []string{"organ/5"}, Detail: strings.Repeat("0f", 32)}}
}

// An act of the office never becomes public by being written as a leaf, and a
// public act is whole in the internal log.
func TestActsOfTheOfficeHaveNoPublicLeaf(t *testing.T) {
	if _, err := granted().Leaf(); !errors.Is(err, ErrKind) {
		t.Errorf("a granted post became a public leaf: %v", err)
	}
	e, err := granted().Entry()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseLeaf(e); err == nil {
		t.Error("an entry was taken for a public leaf")
	}
	a, err := ParseEntry(e)
	if err != nil || a.Officer != 77 || a.Organ != 5 {
		t.Errorf("the entry came back as %+v (%v)", a, err)
	}
	p, err := sample().Entry()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseEntry(p); err != nil || back.Body != sample().Body {
		t.Errorf("a published report is not whole in the internal log: %+v (%v)", back, err)
	}
}

// Who acted and what was said are both bound by the entry: neither can be
// changed afterwards without its hash changing.
func TestEntryBindsOfficerAndDetails(t *testing.T) {
	d := Details{Changes: []Change{{Field: "岗位", New: "审核"}}, Reason: "工作需要"}
	body, hash, err := d.Seal([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	d.Reason = "工作不需要"
	if _, other, _ := d.Seal([]byte("0123456789abcdef")); other == hash {
		t.Error("other details have the same hash")
	}
	if SealOf([]byte("fedcba9876543210"), body) == hash {
		t.Error("the salt does not count: erased details could be guessed")
	}
	a := granted()
	one, _ := a.Entry()
	a.Officer++
	if two, _ := a.Entry(); bytes.Equal(one, two) {
		t.Error("the officer does not count")
	}
	back, err := ParseDetails(body)
	if err != nil || len(back.Changes) != 1 || back.Changes[0].New != "审核" || back.Reason != "工作需要" {
		t.Errorf("details came back as %+v (%v)", back, err)
	}
}
