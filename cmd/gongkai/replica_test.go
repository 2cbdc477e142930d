package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

// Doctor says which standby is read, that one which stands still is behind, and
// that one which is gone is no reason to call the site faulty. No password is
// shown.
func TestDoctorLooksAtTheReplica(t *testing.T) {
	pair := storetest.StartPair(t)
	pair.Database(t, "gk")
	st, err := store.Open(t.Context(), pair.Both("gk"), store.Options{Blobs: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	pair.Catch(t)
	env := map[string]string{"GONGKAI_DATABASE": pair.Both("gk"), "GONGKAI_REPLICA": pair.Standby.Address("gk") + "&password=geheim"}
	told := func(args ...string) (int, string) {
		t.Helper()
		var b bytes.Buffer
		code := run(context.Background(), append(args, "--data", t.TempDir()), func(k string) string { return env[k] }, nil, &b, &b)
		return code, b.String()
	}
	if _, out := told("config"); !strings.Contains(out, "replica =") || strings.Contains(out, "geheim") {
		t.Errorf("config:\n%s", out)
	}
	code, out := told("doctor", "--quick")
	if code != clean || !strings.Contains(out, "可以读") {
		t.Errorf("doctor, status %d:\n%s", code, out)
	}
	pair.Standby.Stop()
	if code, out = told("doctor", "--quick"); code != clean || !strings.Contains(out, "连接不上") {
		t.Errorf("doctor without the standby, status %d:\n%s", code, out)
	}
}

func TestReplicaWithoutPostgres(t *testing.T) {
	for _, c := range []struct{ database, replica, want string }{
		{"", "postgres://a/b", "--database"},
		{"postgres://a:1,b/c", "/srv/replica", "--replica"},
		{"postgres://a:1,b/c?target_session_attrs=read-write", "postgres://u:p@b:1,a/c", ""},
	} {
		err := (&config{database: c.database, replica: c.replica}).validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if got := redacted("postgres://u:geheim@a/c?replica=postgres%3A%2F%2Fu%3Ageheim%40b%2Fc&password=geheim"); strings.Contains(got, "geheim") {
		t.Errorf("shown: %s", got)
	}
}
