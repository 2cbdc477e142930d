package store

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"
)

// partial is what the name of a backup ends in while it is written.
const (
	partial      = ".part"
	tablePartial = ".table.part"
)

// An archive is a backup that is being written: a folder, or a compressed file.
type archive struct {
	to    string
	names []string // files of a folder, to be synced
	dirs  map[string]bool
	// folders of earlier backups: what is in them is not copied again
	earlier []string

	file *os.File // of a compressed file, else nil
	hash hash.Hash
	buf  *bufio.Writer
	zip  *gzip.Writer
	tar  *tar.Writer
}

func isPacked(name string) bool { return strings.HasSuffix(name, ".tar.gz") }

// newArchive begins a backup beside its final name. What is left of one that was
// cut short is never taken away: another may be writing it now.
func newArchive(to string) (*archive, error) {
	to, err := filepath.Abs(to)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, fmt.Errorf("%w: %s", ErrExists, to))
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return nil, err
	}
	a := &archive{to: to, dirs: map[string]bool{}}
	if isPacked(to) {
		a.file, err = os.OpenFile(to+partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	} else {
		err = os.Mkdir(to+partial, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: %s", ErrExists, to+partial)
	}
	if err != nil {
		return nil, err
	}
	if a.file != nil {
		a.hash = sha256.New()
		a.buf = bufio.NewWriterSize(io.MultiWriter(a.file, a.hash), 1<<18)
		// Files of office programs are compressed already, and the rows are mostly
		// base64 of compressed bytes: more effort gains little.
		a.zip, _ = gzip.NewWriterLevel(a.buf, gzip.BestSpeed)
		a.tar = tar.NewWriter(a.zip)
	}
	return a, nil
}

// add writes a file of known size.
func (a *archive) add(name string, r io.Reader, size int64) (ManifestFile, error) {
	h := sha256.New()
	if a.file != nil {
		err := a.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX})
		if err != nil {
			return ManifestFile{}, err
		}
		n, err := io.Copy(io.MultiWriter(a.tar, h), r)
		return entry(name, n, h), err
	}
	f, err := a.create(name)
	if err != nil {
		return ManifestFile{}, err
	}
	n, err := io.Copy(io.MultiWriter(f, h), r)
	return entry(name, n, h), errors.Join(err, f.Close())
}

func entry(name string, size int64, h hash.Hash) ManifestFile {
	return ManifestFile{Name: name, Size: size, SHA256: hex.EncodeToString(h.Sum(nil))}
}

// create makes a file of a folder.
func (a *archive) create(name string) (*os.File, error) {
	p := filepath.Join(a.to+partial, filepath.FromSlash(name))
	if d := filepath.Dir(p); !a.dirs[d] {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
		a.dirs[d] = true
	}
	a.names = append(a.names, p)
	return os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

// addGrowing writes a file whose size is known only when it has been written. A
// compressed file has to know it first, so there it goes to the disk before.
func (a *archive) addGrowing(name string, write func(io.Writer) error) (m ManifestFile, err error) {
	var f *os.File
	if a.file != nil {
		// Nobody else has it: newArchive has the name with .part for itself.
		if f, err = os.OpenFile(a.to+tablePartial, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600); err != nil {
			return m, err
		}
		defer os.Remove(f.Name())
	} else if f, err = a.create(name); err != nil {
		return m, err
	}
	defer f.Close()
	h := sha256.New()
	counted := &counter{w: io.MultiWriter(f, h)}
	buf := bufio.NewWriterSize(counted, 1<<18)
	if err := write(buf); err != nil {
		return m, err
	}
	if err := buf.Flush(); err != nil {
		return m, err
	}
	m = entry(name, counted.n, h)
	if a.file == nil {
		return m, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return m, err
	}
	again, err := a.add(name, f, m.Size)
	if err == nil && again != m {
		err = errors.New("the disk gave back other bytes than were written")
	}
	return m, err
}

// again takes a file from an earlier backup, if that has it whole. hash is that
// of its content, "" if it is not known: a private file has a name of its own,
// and its bytes never change.
func (a *archive) again(name, hash string) (m ManifestFile, ok bool, err error) {
	for _, dir := range a.earlier {
		if a.file != nil {
			break // a compressed backup holds bytes, not links
		}
		from := filepath.Join(dir, filepath.FromSlash(name))
		if m, err = hashFile(from, name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return m, false, err
		}
		if hash != "" && m.SHA256 != hash {
			continue // it was damaged there
		}
		f, err := a.create(name)
		if err != nil {
			return m, false, err
		}
		err = errors.Join(f.Close(), os.Remove(f.Name()), os.Link(from, f.Name()))
		if err == nil {
			return m, true, nil
		}
		a.names = a.names[:len(a.names)-1] // no links on this disk, or not to that one
	}
	return ManifestFile{}, false, nil
}

func hashFile(path, name string) (ManifestFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return ManifestFile{}, err
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	return entry(name, n, h), errors.Join(err, f.Close())
}

// addChecked writes a file whose content has the hash, or any if that is "".
// same is false, and nothing is written, for another content.
func (a *archive) addChecked(name string, r io.Reader, hash string) (m ManifestFile, same bool, err error) {
	if a.file == nil {
		m, err = a.add(name, r, 0)
		if err != nil || hash == "" || m.SHA256 == hash {
			return m, err == nil, err
		}
		last := a.names[len(a.names)-1]
		a.names = a.names[:len(a.names)-1]
		return m, false, os.Remove(last)
	}
	// What is in a compressed file cannot be taken back.
	f, err := os.OpenFile(a.to+tablePartial, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return m, false, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), r)
	if err != nil {
		return m, false, err
	}
	if m = entry(name, n, h); hash != "" && m.SHA256 != hash {
		return m, false, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return m, false, err
	}
	again, err := a.add(name, f, n)
	if err == nil && again != m {
		err = errors.New("the disk gave back other bytes than were written")
	}
	return m, err == nil, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// finish brings everything to the disk and gives the backup its name.
func (a *archive) finish() error {
	if a.file != nil {
		if err := errors.Join(a.tar.Close(), a.zip.Close(), a.buf.Flush()); err != nil {
			return err
		}
		_, err := a.file.Write(seal(a.hash))
		if err := errors.Join(err, a.file.Sync(), a.file.Close()); err != nil {
			return err
		}
	} else if err := syncFiles(a.names); err != nil {
		return err
	}
	if _, err := os.Lstat(a.to); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%w: %s", ErrExists, a.to))
	}
	if err := os.Rename(a.to+partial, a.to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(a.to))
}

// seal is the end of a compressed backup: an empty gzip member, which programs
// that unpack pass over, with the hash of all bytes before it as its comment.
// Some bits of a compressed stream mean nothing, and no checksum covers them.
func seal(h hash.Hash) []byte {
	b := []byte{0x1f, 0x8b, 8, 16, 0, 0, 0, 0, 0, 0xff}
	b = fmt.Appendf(b, "sha256 %x\x00", h.Sum(nil))
	return append(b, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

// syncFiles brings files and the folders they lie in to the disk, several at
// once: one after the other waits for the disk every time.
func syncFiles(names []string) error {
	dirs := map[string]bool{}
	var g errgroup.Group
	g.SetLimit(16)
	for _, name := range names {
		dirs[filepath.Dir(name)], dirs[filepath.Dir(filepath.Dir(name))] = true, true
		g.Go(func() error {
			f, err := os.OpenFile(name, os.O_RDWR, 0)
			if err != nil {
				return err
			}
			return errors.Join(f.Sync(), f.Close())
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for d := range dirs {
		g.Go(func() error { return syncDir(d) })
	}
	return g.Wait()
}

// discard takes away what was written of a backup that failed.
func (a *archive) discard() {
	if a.file != nil {
		a.file.Close()
	}
	os.RemoveAll(a.to + partial)
}
