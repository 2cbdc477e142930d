package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

// Besides the suite: what was removed in emergency is not left in the file of
// the database either.
func TestItemsSQLite(t *testing.T) {
	base := t.TempDir()
	var folders []string
	t.Cleanup(func() { // after the stores are closed
		for _, dir := range folders {
			files, err := filepath.Glob(filepath.Join(dir, "g.db*"))
			if err != nil || len(files) == 0 {
				t.Error(files, err)
			}
			for _, f := range files {
				b, err := os.ReadFile(f)
				if err != nil {
					t.Error(err)
				}
				for _, word := range []string{"绝密", "某某"} {
					if bytes.Contains(b, []byte(word)) {
						t.Errorf("%q stands in %s", word, filepath.Base(f))
					}
				}
			}
		}
	})
	storetest.RunItems(t, func(sub testing.TB) *store.Store {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			sub.Fatal(err)
		}
		folders = append(folders, dir)
		return open(sub, "sqlite:"+filepath.Join(dir, "g.db"), store.Options{Signer: storetest.LogKey(sub), Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "blobs")})
	})
}

func TestItemsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunItems(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir()})
	})
}
