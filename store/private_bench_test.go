package store_test

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkFiles keeps and reads a scan of 4 MiB: as a public file, which is the
// baseline, and as a private one.
func BenchmarkFiles(b *testing.B) {
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "x.db"), store.Options{Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	content := noise(4<<20, 1)
	drain := func(b *testing.B, f *store.File, err error) {
		if err == nil {
			_, err = io.Copy(io.Discard, f)
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	var k store.Kept
	var p store.PrivateFile
	for _, c := range []struct {
		name string
		run  func(b *testing.B)
	}{
		{"BaselinePut", func(b *testing.B) { k, err = s.PutFile(b.Context(), bytes.NewReader(content)) }},
		{"PutPrivate", func(b *testing.B) { p, err = s.PutPrivate(b.Context(), "request/1", bytes.NewReader(content)) }},
		{"BaselineOpen", func(b *testing.B) { f, err := s.OpenFile(b.Context(), k.Hash); drain(b, f, err) }},
		{"OpenPrivate", func(b *testing.B) { _, f, err := s.OpenPrivate(b.Context(), p.ID); drain(b, f, err) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if c.run(b); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
