package act

import (
	"bytes"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

// What is written in the order of the canonical form is the canonical form.
func TestSortedIsCanonical(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "青石镇", "a<b>&c", "\"\\", "\u2028", "\x00\x1f\x7f", "\xff\xfe", "\U0001F600", "\t\n"}))
	rapid.Check(t, func(t *rapid.T) {
		d := Details{Reason: text.Draw(t, "reason"), From: text.Draw(t, "from"), Signer: text.Draw(t, "signer"), Program: text.Draw(t, "program")}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			d.Changes = append(d.Changes, Change{Field: text.Draw(t, "field"), Old: text.Draw(t, "old"), New: text.Draw(t, "new")})
		}
		body, _, err := d.Seal([]byte("0123456789abcdef"))
		want, err2 := Canonical(d)
		if err != nil || err2 != nil || !bytes.Equal(body, want) {
			t.Fatalf("%s\n%s\n%v %v", body, want, err, err2)
		}
		facts := rapid.MapOfN(rapid.StringMatching(`[a-z][a-z_]{0,9}`), text.Filter(func(s string) bool { return s != "" && len(s) < 50 }), 0, 4).Draw(t, "facts")
		r := Record{Facts: facts, Fields: rapid.SliceOfN(text.Filter(func(s string) bool { return s != "" }), 0, 3).Draw(t, "fields"), Refs: rapid.SliceOfN(text.Filter(func(s string) bool { return s != "" }), 0, 3).Draw(t, "refs")}
		if rapid.Bool().Draw(t, "paper") {
			r.Paper = &Paper{On: law.Day(2026, 3, 1)}
		}
		a := Act{ID: rapid.Int64Min(1).Draw(t, "id"), Ref: "x" + text.Draw(t, "ref"), Seq: rapid.Int64Range(1, 1<<60).Draw(t, "seq"), Kind: SettingChanged, Version: 1, On: law.Day(2026, 3, 2),
			At: rapid.Int64Range(0, 1<<54).Draw(t, "at"), Officer: rapid.Int64Min(0).Draw(t, "officer"), Organ: 5, Body: r}
		raw, err := Canonical(r)
		if err != nil {
			t.Fatal(err)
		}
		want, err2 = Canonical(entry{leaf{EntryFormat, strconv.FormatInt(a.ID, 10), a.Ref, a.Seq, a.Kind, a.Version, a.On, a.At, raw}, strconv.FormatInt(a.Officer, 10), "5"})
		got, err := a.Entry()
		if (err == nil) != (err2 == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%s\n%s\n%v %v", got, want, err, err2)
		}
	})
}
