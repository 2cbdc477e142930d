package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

// MaxBlob is the largest file kept, in bytes.
const MaxBlob = 64 << 20

// Blobs are the files kept: public ones named by the SHA-256 of their content,
// private ones by chance. They lie in a folder or in an S3-compatible bucket. A
// file is whole and durable before its name is known to anyone.
//
//	ab/abcd…             a public file
//	private/01/0123…     a private one, encrypted
//	tmp/…                what is being written (in a folder)
type Blobs struct{ place place } // nil: nowhere

// A place keeps files by name. Names are those of Blobs.
type place interface {
	// spool makes a temporary file that take can have.
	spool() (*os.File, error)
	// take gives a temporary file its name and closes it. A file of that name is
	// written over: the bytes are the same, but it is young again. With durable
	// unset settle must follow.
	take(ctx context.Context, tmp *os.File, f object, durable bool) error
	// settle makes taken files durable.
	settle(names []string) error
	open(ctx context.Context, name string) (*File, error) // ErrNotFound
	size(ctx context.Context, name string) (int64, error) // ErrNotFound
	remove(ctx context.Context, name string) error        // of what is not there is no error
	// walk calls fn with everything there whose name begins with under, a folder's
	// name with a slash or ""; also with what is being written.
	walk(ctx context.Context, under string, fn func(name string, size int64, changed time.Time) error) error
}

// An object is a file on its way into a place.
type object struct {
	name string
	hash string // SHA-256 of its bytes, in hexadecimal
	size int64
	kind string // content type
}

// A File is an open file. It can be read from any place, so that a part of it
// can be served. It is not for concurrent use.
type File struct {
	io.ReadSeekCloser
	Size int64  // in bytes
	Type string // content type, by its content
}

// Kept says how a file was kept.
type Kept struct {
	Hash string // SHA-256, in hexadecimal
	Size int64  // in bytes
	Type string // content type, by its content
}

// Keys open an S3-compatible bucket.
type Keys struct{ Access, Secret string }

// newBlobs opens a folder, or s3://bucket/prefix?endpoint=…; "" is nowhere.
func newBlobs(address string, keys Keys) (*Blobs, error) {
	switch {
	case address == "":
		return &Blobs{}, nil
	case strings.HasPrefix(address, "s3:"):
		b, err := newBucket(address, keys)
		if err != nil {
			return nil, err
		}
		return &Blobs{place: b}, nil
	}
	return &Blobs{place: folder(address)}, nil
}

// Blobs gives the files the store keeps.
func (s *Store) Blobs() *Blobs { return s.blobs }

// Remote names the bucket in which the files lie, "" if they lie in a folder.
func (b *Blobs) Remote() string {
	if r, is := b.place.(*bucket); is {
		return r.String()
	}
	return ""
}

// Put keeps what r holds and returns its hash in hexadecimal and its size. It
// returns ErrTooLarge beyond MaxBlob. The same content is kept once. It is not
// looked at for malware: see Store.PutFile.
func (b *Blobs) Put(ctx context.Context, r io.Reader) (hash string, size int64, err error) {
	k, err := b.put(ctx, r, nil)
	return k.Hash, k.Size, err
}

// put asks look, if there is one, before the file is kept.
func (b *Blobs) put(ctx context.Context, r io.Reader, look func(f *os.File, k Kept) error) (k Kept, err error) {
	tmp, err := b.spool()
	if err != nil {
		return Kept{}, err
	}
	defer func() { discardTmp(tmp, err) }()
	h := sha256.New()
	k.Size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(r, MaxBlob+1))
	if err != nil {
		return Kept{}, err
	}
	if k.Size > MaxBlob {
		err = ErrTooLarge
		return Kept{}, err
	}
	k.Hash = hex.EncodeToString(h.Sum(nil))
	if k.Type, err = sniff(tmp, k.Size); err != nil {
		return Kept{}, err
	}
	if look != nil {
		if err = look(tmp, k); err != nil {
			return Kept{}, err
		}
	}
	err = b.place.take(ctx, tmp, object{blobName(k.Hash), k.Hash, k.Size, k.Type}, true)
	return k, err
}

// spool makes a temporary file on this machine's disk.
func (b *Blobs) spool() (*os.File, error) {
	if b.place == nil {
		return nil, ErrNoBlobs
	}
	return b.place.spool()
}

// discardTmp takes away the temporary file of something that failed.
func discardTmp(tmp *os.File, err error) {
	if err != nil {
		tmp.Close()
		os.Remove(tmp.Name())
	}
}

// Open opens a public file by its hash, or returns ErrNotFound. It does not ask
// what the malware scan said: see Store.OpenFile.
func (b *Blobs) Open(ctx context.Context, hash string) (*File, error) {
	if b.place == nil {
		return nil, ErrNoBlobs
	}
	if !validHash(hash) {
		return nil, ErrNotFound
	}
	return b.place.open(ctx, blobName(hash))
}

// Has reports whether the public file is kept.
func (b *Blobs) Has(ctx context.Context, hash string) (bool, error) {
	if b.place == nil || !validHash(hash) {
		return false, nil
	}
	_, err := b.place.size(ctx, blobName(hash))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// privateDir is where private files lie, in the store and in a backup.
const privateDir = "private/"

func blobName(hash string) string      { return hash[:2] + "/" + hash }
func privateName(object string) string { return privateDir + object[:2] + "/" + object }

// privateID is what the object of a private file is called.
var privateID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// blobOf is the hash or the random name in a name of Blobs, both "" for what is
// still being written or was left so. ours is false for what is not ours.
func blobOf(name string) (hash, private string, ours bool) {
	if rest, is := strings.CutPrefix(name, privateDir); is {
		if len(rest) > 3 && privateID.MatchString(rest[3:]) {
			return "", rest[3:], true
		}
		return "", "", false
	}
	if len(name) > 3 && name[2] == '/' && validHash(name[3:]) {
		return name[3:], "", true
	}
	return "", "", strings.HasPrefix(name, "tmp/")
}

func validHash(h string) bool {
	raw, err := hex.DecodeString(h)
	return err == nil && len(raw) == sha256.Size
}

func (b *Blobs) count(ctx context.Context) (n int, size int64, err error) {
	if b.place == nil {
		return 0, 0, nil
	}
	err = b.place.walk(ctx, "", func(name string, bytes int64, _ time.Time) error {
		if _, _, ours := blobOf(name); ours {
			n, size = n+1, size+bytes
		}
		return nil
	})
	return n, size, err
}

// PutFile keeps a public file. Where a malware scanner is set it is asked first:
// what it finds is refused and not kept (an act.Refusal), what it could not look
// at in time is kept and not served before ScanPending looked. A file nobody
// names in a column called file_hash is taken away after 24 hours.
func (s *Store) PutFile(ctx context.Context, r io.Reader) (Kept, error) {
	k, err := s.blobs.put(ctx, r, func(f *os.File, k Kept) error { return s.scanNew(ctx, f, k) })
	if err != nil {
		return Kept{}, fmt.Errorf("store: keep file: %w", err)
	}
	return k, nil
}

// OpenFile opens a public file by its hash for those who may see it: ErrNotFound
// if it is not there, an act.Refusal if the malware scan has not passed it.
func (s *Store) OpenFile(ctx context.Context, hash string) (*File, error) {
	if err := s.passed(ctx, hash); err != nil {
		return nil, err
	}
	f, err := s.blobs.Open(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("store: open file: %w", err)
	}
	return f, nil
}
