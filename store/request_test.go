package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

// Besides the suite: nothing personal lies readable in the file of the database.
func TestRequestsSQLite(t *testing.T) {
	dir := t.TempDir()
	n := 0
	storetest.RunRequests(t, func(t testing.TB) *store.Store {
		n++
		return open(t, "sqlite:"+filepath.Join(dir, string(rune('a'+n))+".db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
	files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
	if err != nil || len(files) < n {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"甲某某", "13955550001", "340000199001010011", "资金使用情况"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, filepath.Base(f))
			}
		}
	}
}

func TestRequestsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequests(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}
