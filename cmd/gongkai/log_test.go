package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

// settled changes a setting, and returns the receipt of that act.
func settled(t *testing.T, st *store.Store, value string, version int64) []byte {
	t.Helper()
	organs, err := st.Organs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := st.SaveSetting(t.Context(), store.By{Viewer: org.Program("测试")}, store.Setting{Organ: organs[0].ID, Name: "退回期限", Value: value, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	r, err := st.ActReceipt(t.Context(), org.Program("测试"), d.Act)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(context.Background(), args, func(string) string { return "" }, nil, &out, &out)
	return code, out.String()
}

// Another key takes over by a command; receipts of before and after hold with
// the old key, the new one and the file, and doctor is content.
func TestKeyIsRotated(t *testing.T) {
	dir, st, _ := published(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	write := func(name string, b []byte) {
		if err := os.WriteFile(in(name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old := st.LogKey().Verifier
	write("before.json", settled(t, st, "5", 0))
	st.Close()
	if code, out := command(t, "log", "rotate", "--data", dir); code == clean || !strings.Contains(out, "--yes") {
		t.Errorf("rotated without being sure: %d %s", code, out)
	}
	if code, out := command(t, "log", "rotate", "--yes", "--data", dir); code != clean {
		t.Fatalf("%d %s", code, out)
	}
	p := &program{getenv: func(string) string { return "" }, out: io.Discard, err: io.Discard, now: time.Now}
	again, err := p.openLogged(t.Context(), config{data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	now := again.LogKey().Verifier
	if now == old {
		t.Fatal("the old key still signs")
	}
	write("after.json", settled(t, again, "7", 1))
	for _, c := range []struct{ receipt, key string }{{"before.json", in(pubFile)}, {"after.json", in(pubFile)}, {"after.json", old}, {"after.json", now}, {"receipt.json", in(pubFile)}, {"before.json", old}} {
		if code, out := command(t, "verify", in(c.receipt), "--key", c.key); code != clean || !strings.Contains(out, "回执有效") {
			t.Errorf("%s with %.20s: %d %s", c.receipt, c.key, code, out)
		}
	}
	if _, out := command(t, "verify", in("after.json"), "--data", dir); !strings.Contains(out, "修改设置") || !strings.Contains(out, "改动的项目：退回期限") || strings.Contains(out, "“7”") {
		t.Errorf("a private receipt says %s", out)
	}
	if code, out := command(t, "doctor", "--data", dir); code != clean || !strings.Contains(out, store.OfficeLogName) {
		t.Errorf("doctor: %d %s", code, out)
	}
	if _, out := command(t, "log", "keys", "--data", dir); !strings.HasPrefix(out, now) {
		t.Errorf("keys: %s", out)
	}
}

// aWitness is a witness of C2SP tlog-witness as its specification has it.
type aWitness struct {
	t       *testing.T
	key     ed25519.PrivateKey
	hash    uint32
	log     []note.Verifier
	heads   map[string]translog.Checkpoint
	refused int
}

func newWitness(t *testing.T, logs ...string) (*aWitness, string) {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	raw := append([]byte{4}, pub...)
	sum := sha256.Sum256(append([]byte("witness.example\n"), raw...))
	w := &aWitness{t: t, key: key, hash: binary.BigEndian.Uint32(sum[:]), heads: map[string]translog.Checkpoint{}}
	for _, l := range logs {
		v, err := translog.ReadVerifier(l)
		if err != nil {
			t.Fatal(err)
		}
		w.log = append(w.log, v)
	}
	return w, fmt.Sprintf("witness.example+%08x+%s", w.hash, base64.StdEncoding.EncodeToString(raw))
}

func (w *aWitness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	earlier, proof, head, err := translog.ReadAddCheckpoint(b)
	if err != nil || r.URL.Path != "/add-checkpoint" {
		http.Error(out, "bad request", http.StatusBadRequest)
		return
	}
	for _, v := range w.log {
		c, err := translog.OpenCheckpoint(head, v)
		if err != nil {
			continue
		}
		have := w.heads[c.Origin]
		if have.Size != earlier {
			w.refused++
			out.Header().Set("Content-Type", "text/x.tlog.size")
			out.WriteHeader(http.StatusConflict)
			fmt.Fprintln(out, have.Size)
			return
		}
		if earlier > 0 && earlier < c.Size {
			if err := tlog.CheckTree(proof, c.Size, c.Root, have.Size, have.Root); err != nil {
				http.Error(out, "not consistent", http.StatusUnprocessableEntity)
				return
			}
		}
		w.heads[c.Origin] = c
		text, _, _ := bytes.Cut(head, []byte("\n\n"))
		sig := ed25519.Sign(w.key, fmt.Appendf(nil, "cosignature/v1\ntime 1800000000\n%s\n", text))
		raw := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, w.hash), 1800000000)
		fmt.Fprintf(out, "— witness.example %s\n", base64.StdEncoding.EncodeToString(append(raw, sig...)))
		return
	}
	http.Error(out, "unknown log", http.StatusForbidden)
}

// A witness cosigns each head after it has seen that the log only grew; its
// copies are anchors for doctor, and it finds a log that was put back.
func TestWitnessCosigns(t *testing.T) {
	dir, st, _ := published(t)
	keys := st.LogKeys()
	ws, verifier := newWitness(t, keys.Public, keys.Office)
	srv := httptest.NewServer(ws)
	defer srv.Close()
	cfg := config{data: dir, witness: []string{srv.URL + "#" + verifier, "file:" + filepath.Join(dir, "elsewhere.checkpoint")}}
	list, err := cfg.witnesses()
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	service := list[1]
	send := func() error { return cosign(t.Context(), st, service, srv.Client()) }
	for i := range 3 {
		settled(t, st, fmt.Sprint(i), int64(i))
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	if n := ws.heads[keys.Office[:strings.Index(keys.Office, "+")]].Size; n < 3 {
		t.Errorf("the witness has %d entries of the internal log", n)
	}
	if err := os.Remove(service.file + officeExt); err != nil { // what was kept is lost: the witness says where it stands
		t.Fatal(err)
	}
	settled(t, st, "9", 3)
	if err := send(); err != nil || ws.refused != 1 {
		t.Errorf("%v, refused %d times", err, ws.refused)
	}
	if err := anchor(t.Context(), st, list[2]); err != nil {
		t.Error(err)
	}
	code, out := command(t, "doctor", "--data", dir, "--witness", cfg.witness[0], "--witness", cfg.witness[1])
	if code != clean || !strings.Contains(out, "log.witness.") || !strings.Contains(out, "elsewhere.checkpoint") {
		t.Errorf("doctor: %d %s", code, out)
	}
	// The witness knows a longer log than there is.
	name := st.OfficeKey().Name()
	ws.heads[name] = translog.Checkpoint{Origin: name, Size: 1000}
	settled(t, st, "11", 4)
	if err := send(); !errors.Is(err, errWitness) {
		t.Errorf("a log that was put back: %v", err)
	}
	// One that signs with another key is not believed.
	_, foreign := newWitness(t)
	other, err := cfg.parseWitness(srv.URL + "/b#" + foreign)
	if err != nil {
		t.Fatal(err)
	}
	other.url = srv.URL
	ws.heads = map[string]translog.Checkpoint{}
	if err := cosign(t.Context(), st, other, srv.Client()); !errors.Is(err, errWitness) || exists(other.file) {
		t.Errorf("another witness's signature: %v", err)
	}
	for _, bad := range []string{"ftp://x", "file:", "https://", "https://w.example#key"} {
		if _, err := cfg.parseWitness(bad); err == nil {
			t.Errorf("%q is a witness", bad)
		}
	}
}
