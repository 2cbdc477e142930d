package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// trail is the mark of all acts up to and with e, after the mark of those before
// it: a SHA-256, hex. A file of which any act, day or fact was changed, dropped or
// moved has another.
func trail(before string, e Event) string {
	var b strings.Builder
	write := func(s string) {
		b.WriteString(strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(s))
		b.WriteByte('\n')
	}
	write(before)
	write(e.Kind)
	write(e.On.String())
	for _, k := range slices.Sorted(maps.Keys(e.Facts)) {
		write(k)
		write(e.Facts[k])
	}
	write("")
	for _, r := range e.Refs {
		write(r)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}
