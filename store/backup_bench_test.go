package store_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

// Every tenth report of the benchmark comes with a file of this size, which does
// not compress: a docx or a pdf.
const (
	benchFileEvery = 10
	benchFileSize  = 30 << 10
)

// withFiles adds a file to every tenth report.
func withFiles(reports iter.Seq[store.Filed]) iter.Seq[store.Filed] {
	return func(yield func(store.Filed) bool) {
		n, seed := 0, [32]byte{1}
		rng := rand.NewChaCha8(seed)
		for f := range reports {
			if n++; n%benchFileEvery == 0 {
				f.FileName, f.Source = "a.docx", make([]byte, benchFileSize)
				_, _ = rng.Read(f.Source) // never fails
			}
			if !yield(f) {
				return
			}
		}
	}
}

// BenchmarkBackup backs up and restores a nation of 45,000 organs with the
// reports of one year. The baseline copies the same database and files, synced
// as a backup is: what an operator does while the program is stopped. MB/s are
// of the bytes that the data folder holds.
func BenchmarkBackup(b *testing.B) {
	organs := 45_000
	if v := os.Getenv("GONGKAI_BENCH_ORGANS"); v != "" {
		var err error
		if organs, err = strconv.Atoi(v); err != nil {
			b.Fatal(err)
		}
	}
	ctx := context.Background()
	dir := b.TempDir()
	data := filepath.Join(dir, "data")
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(data, "x.db"))
	if err != nil {
		b.Fatal(err)
	}
	list, err := s.SaveOrgans(ctx, storetest.Nation(organs, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.ImportReports(ctx, withFiles(storetest.Reports(list, benchYear, 1, 1))); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil { // writes the log of changes into the file
		b.Fatal(err)
	}
	if s, err = store.Open(ctx, "sqlite:"+filepath.Join(data, "x.db"), store.Options{AsIs: true}); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	total := folderSize(b, data)
	measure := func(name string, run func(b *testing.B, to string)) string {
		to := ""
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				d, err := os.MkdirTemp(dir, "run")
				if err != nil {
					b.Fatal(err)
				}
				to = filepath.Join(d, "b.tar.gz")
				if name == "BackupFolder" {
					to = filepath.Join(d, "b")
				}
				b.StartTimer()
				run(b, to)
			}
			b.SetBytes(total)
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/run")
			b.ReportMetric(float64(folderSize(b, to))/(1<<20), "MiB-written")
		})
		return to
	}
	backup := func(b *testing.B, to string) {
		if _, err := s.Backup(ctx, to, "", nil); err != nil {
			b.Fatal(err)
		}
	}
	restore := func(from string) func(*testing.B, string) {
		return func(b *testing.B, to string) {
			if _, err := store.Restore(ctx, from, "sqlite:"+filepath.Join(to, "x.db"), store.Options{}, nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	measure("BaselineCopy", func(b *testing.B, to string) {
		if err := copyFolder(data, to); err != nil {
			b.Fatal(err)
		}
	})
	folder := measure("BackupFolder", backup)
	packed := measure("BackupTarGz", backup)
	measure("RestoreFolder", restore(folder))
	measure("RestoreTarGz", restore(packed))
	b.Run("CheckBackup", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.CheckBackup(ctx, packed, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(total)
	})
	b.Run("Inspect", func(b *testing.B) {
		for b.Loop() {
			if x, err := s.Inspect(ctx, nil); err != nil || x.Count > 0 {
				b.Fatal(x, err)
			}
			if x, err := s.InspectBlobs(ctx, true, nil); err != nil || len(x.Missing)+len(x.Damaged) > 0 {
				b.Fatal(x, err)
			}
		}
		b.SetBytes(total)
	})
}

func folderSize(b *testing.B, dir string) (n int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err == nil {
			n += i.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// copyFolder copies a folder file by file, each synced.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		in, err := os.Open(p)
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := os.Create(filepath.Join(to, rel))
		if err != nil {
			return err
		}
		_, err = io.Copy(out, in)
		return errors.Join(err, out.Sync(), out.Close())
	})
}
