package act

import (
	"bytes"
	"encoding/json"

	"gongkai/law"
)

// What every act writes, with its members in the order of the canonical form:
// JSON in this order that has no escape in it is canonical as it is written,
// and need not be read and sorted again. A test holds each against Canonical.
type (
	sortedEntry struct {
		At      int64           `json:"at"`
		Body    json.RawMessage `json:"body"`
		Format  string          `json:"format"`
		ID      string          `json:"id"`
		Kind    string          `json:"kind"`
		Officer string          `json:"officer"`
		On      law.Date        `json:"on"`
		Organ   string          `json:"organ"`
		Ref     string          `json:"ref"`
		Seq     int64           `json:"seq"`
		Version int             `json:"version"`
	}
	sortedRecord struct {
		Detail string            `json:"detail,omitempty"`
		Facts  map[string]string `json:"facts,omitempty"`
		Fields []string          `json:"fields,omitempty"`
		Paper  *sortedPaper      `json:"paper,omitempty"`
		Refs   []string          `json:"refs,omitempty"`
	}
	sortedPaper struct {
		On   law.Date `json:"on"`
		Scan string   `json:"scan,omitempty"`
	}
	sortedDetails struct {
		Changes []sortedChange `json:"changes,omitempty"`
		From    string         `json:"from,omitempty"`
		Program string         `json:"program,omitempty"`
		Reason  string         `json:"reason,omitempty"`
		Signer  string         `json:"signer,omitempty"`
	}
	sortedChange struct {
		Field string `json:"field"`
		New   string `json:"new,omitempty"`
		Old   string `json:"old,omitempty"`
	}
)

// canonicalSorted is Canonical for one of the types above. Escapes, which the
// canonical form writes otherwise, and integers that may be too large for it
// take the long way.
func canonicalSorted(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if e, ok := v.(sortedEntry); err == nil && bytes.IndexByte(b, '\\') < 0 && (!ok || e.At <= maxInteger && e.Seq <= maxInteger) {
		return b, nil
	}
	return Canonical(v)
}
