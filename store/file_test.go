package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func filesBed(address string) storetest.FilesBed {
	return storetest.FilesBed{
		Open:    func(t testing.TB, o store.Options) *store.Store { return open(t, address, o) },
		TryOpen: func(o store.Options) (*store.Store, error) { return store.Open(context.Background(), address, o) },
		Keep: func(ctx context.Context, s *store.Store, id int64, ref string) error {
			return s.KeepPrivate(ctx, id, ref)
		},
	}
}

func TestFilesSQLite(t *testing.T) {
	storetest.RunFiles(t, func(t testing.TB) storetest.FilesBed { return filesBed("sqlite:" + filepath.Join(t.TempDir(), "x.db")) })
}

func TestFilesPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunFiles(t, func(t testing.TB) storetest.FilesBed { return filesBed(server.Migrated(t)) })
}
