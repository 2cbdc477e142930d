package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What may be wrong with a file of a backup.
const (
	DamageMissing    = "missing"
	DamageContent    = "content"    // its bytes or their number are not those of the manifest
	DamageUnexpected = "unexpected" // the manifest does not name it
	DamageUnreadable = "unreadable"
)

// Damage is a file of a backup that is not as it was written.
type Damage struct{ File, Fault string }

// A DamagedError names the files for which a backup is refused.
type DamagedError struct{ Files []Damage }

func (e *DamagedError) Error() string {
	var b strings.Builder
	b.WriteString("store: the backup is damaged:")
	for i, d := range e.Files {
		if i == 10 {
			fmt.Fprintf(&b, " and %d more", len(e.Files)-i)
			break
		}
		fmt.Fprintf(&b, " %s: %s;", d.File, d.Fault)
	}
	return b.String()
}

func damaged(file, fault string) error { return &DamagedError{[]Damage{{file, fault}}} }

// entryName is what a file of a backup may be called.
var entryName = regexp.MustCompile(`^(manifest\.json|manifest\.json\.sha256|tables/[a-z][a-z0-9_]*\.jsonl|blobs/[0-9a-f]{2}/[0-9a-f]{64}|private/[0-9a-f]{2}/[0-9a-f]{32})$`)

// maxManifest bounds a manifest, in bytes: a few hundred for every file.
const maxManifest = 4 << 30

// walkBackup calls fn with every file of a backup: those of a folder by name,
// tables in the order of the manifest first, those of a compressed file as they
// come, which is the same.
func walkBackup(ctx context.Context, from string, m *Manifest, fn func(name string, r io.Reader) error) error {
	i, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, from)
	}
	if err != nil {
		return err
	}
	if i.IsDir() {
		return walkFolder(ctx, from, m, fn)
	}
	return walkPacked(ctx, from, fn)
}

func walkFolder(ctx context.Context, from string, m *Manifest, fn func(name string, r io.Reader) error) error {
	var names []string
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if !d.Type().IsRegular() {
			return damaged(rel, DamageUnexpected)
		}
		names = append(names, rel)
		return nil
	})
	if err != nil {
		return err
	}
	if m != nil {
		place := make(map[string]int, len(m.Files))
		for i, f := range m.Files {
			place[f.Name] = i - len(m.Files) // before all others
		}
		slices.SortStableFunc(names, func(a, b string) int { return place[a] - place[b] })
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := os.Open(filepath.Join(from, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if err := errors.Join(fn(name, f), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// sealed reports whether a compressed backup ends in the hash of itself.
func sealed(f *os.File) (bool, error) {
	i, err := f.Stat()
	if err != nil {
		return false, err
	}
	h := sha256.New()
	body := i.Size() - int64(len(seal(h)))
	if body < 0 {
		return false, nil
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, body)); err != nil {
		return false, err
	}
	end, err := io.ReadAll(io.NewSectionReader(f, body, int64(len(seal(h)))))
	return bytes.Equal(end, seal(h)), err
}

func walkPacked(ctx context.Context, from string, fn func(name string, r io.Reader) error) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	bad := damaged(filepath.Base(from), DamageUnreadable)
	in := bufio.NewReaderSize(f, 1<<18)
	zip, err := gzip.NewReader(in)
	if err != nil {
		return bad
	}
	t := tar.NewReader(zip)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return bad
		}
		if h.Typeflag != tar.TypeReg {
			return damaged(h.Name, DamageUnexpected)
		}
		if err := fn(h.Name, t); err != nil {
			return err
		}
	}
	// To the end of the file, where the checksum of the whole is.
	if _, err := io.Copy(io.Discard, zip); err != nil {
		return bad
	}
	if ok, err := sealed(f); err != nil || !ok {
		return errors.Join(err, bad)
	}
	return nil
}

// readFault marks an error of reading, to be told from one of the callback.
type readFault struct {
	r   io.Reader
	err error
}

func (f *readFault) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}

// CheckBackup reads a backup whole and returns its manifest if every file is as
// it was written, or a DamagedError that names those that are not. It returns
// ErrNotFound if there is no such backup, and ErrNewer if a newer program wrote
// it.
func CheckBackup(ctx context.Context, from string, progress Progress) (*Manifest, error) {
	m, err := checkBackup(ctx, from, progress)
	if err != nil {
		var d *DamagedError
		if errors.As(err, &d) {
			return nil, d
		}
		return nil, fmt.Errorf("store: check backup: %w", err)
	}
	return m, nil
}

func checkBackup(ctx context.Context, from string, progress Progress) (*Manifest, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	found := map[string]ManifestFile{}
	var manifest, sum bytes.Buffer
	var bad []Damage
	err := walkBackup(ctx, from, nil, func(name string, r io.Reader) error {
		if _, twice := found[name]; twice || !entryName.MatchString(name) {
			bad = append(bad, Damage{name, DamageUnexpected})
			return nil
		}
		h := sha256.New()
		w := io.Writer(h)
		switch name {
		case manifestName:
			w, r = io.MultiWriter(h, &manifest), io.LimitReader(r, maxManifest)
		case sumName:
			w, r = io.MultiWriter(h, &sum), io.LimitReader(r, 1<<10)
		}
		in := &readFault{r: r}
		n, err := io.Copy(w, in)
		if in.err != nil {
			bad = append(bad, Damage{name, DamageUnreadable})
			return nil
		}
		found[name] = entry(name, n, h)
		progress("check", int64(len(found)), 0)
		return err
	})
	var cut *DamagedError
	if errors.As(err, &cut) {
		return nil, &DamagedError{append(bad, cut.Files...)}
	}
	if err != nil {
		return nil, err
	}
	m, err := readManifest(manifest.Bytes(), sum.Bytes(), found)
	if err != nil {
		return nil, err
	}
	for _, f := range m.Files {
		switch got, ok := found[f.Name]; {
		case !ok:
			if !slices.ContainsFunc(bad, func(d Damage) bool { return d.File == f.Name }) {
				bad = append(bad, Damage{f.Name, DamageMissing})
			}
		case got != f:
			bad = append(bad, Damage{f.Name, DamageContent})
		}
		delete(found, f.Name)
	}
	for name := range found {
		if name != manifestName && name != sumName {
			bad = append(bad, Damage{name, DamageUnexpected})
		}
	}
	if len(bad) > 0 {
		slices.SortFunc(bad, func(a, b Damage) int { return strings.Compare(a.File, b.File) })
		return nil, &DamagedError{bad}
	}
	return m, nil
}

func readManifest(b, sum []byte, found map[string]ManifestFile) (*Manifest, error) {
	for _, name := range []string{manifestName, sumName} {
		if _, ok := found[name]; !ok {
			return nil, damaged(name, DamageMissing)
		}
	}
	hash := sha256.Sum256(b)
	if string(sum) != hex.EncodeToString(hash[:])+"  "+manifestName+"\n" {
		return nil, &DamagedError{[]Damage{{manifestName, DamageContent}, {sumName, DamageContent}}}
	}
	var head struct{ Format int }
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, damaged(manifestName, DamageUnreadable)
	}
	if head.Format > backupFormat {
		return nil, fmt.Errorf("%w: the backup has format %d, this program knows %d", ErrNewer, head.Format, backupFormat)
	}
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil || head.Format < 1 {
		return nil, damaged(manifestName, DamageUnreadable)
	}
	return m, nil
}
