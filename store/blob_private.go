package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// privateColumn is the name of the column with the object of a private file.
const privateColumn = "private_object"

// privateKey is the purpose under which keys of private files are sealed.
const privateKey = "private-file"

// keySize is the length of such a key, in bytes; the hash of the content is
// sealed beside it.
const keySize = 32

// A PrivateFile is personal: an identity paper, an applicant's attachment. It is
// encrypted under a key of its own, lies under a name made by chance and is
// never shared, also if its content is there already.
type PrivateFile struct {
	ID   int64
	Ref  string // what it belongs to
	Size int64  // in bytes
	Type string // content type, by its content
	Hash string // SHA-256 of the content, in hexadecimal
	Made int64  // milliseconds since 1970
}

// PutPrivate keeps a private file. The content never lies unencrypted on a disk
// and is not held in memory. The act that names it keeps it for good, by
// hand.keepPrivate; without one it is erased after 24 hours. It returns
// ErrNoSecret, ErrNoBlobs, ErrTooLarge beyond MaxBlob, or an act.Refusal for
// what the malware scan finds.
func (s *Store) PutPrivate(ctx context.Context, ref string, r io.Reader) (PrivateFile, error) {
	p, err := s.putPrivate(ctx, ref, r)
	if err != nil {
		return PrivateFile{}, fmt.Errorf("store: keep private file of %s: %w", ref, err)
	}
	return p, nil
}

func (s *Store) putPrivate(ctx context.Context, ref string, r io.Reader) (p PrivateFile, err error) {
	if len(s.secret) == 0 {
		return p, ErrNoSecret
	}
	name, key := newName(), make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	tmp, err := s.blobs.spool()
	if err != nil {
		return p, err
	}
	defer func() { discardTmp(tmp, err) }()
	content, form := sha256.New(), sha256.New()
	if p.Size, err = encrypt(io.MultiWriter(tmp, form), io.TeeReader(r, content), key, name, MaxBlob); err != nil {
		return p, err
	}
	p.ID, p.Ref, p.Hash = s.NewID(), ref, hex.EncodeToString(content.Sum(nil))
	sealed, err := s.seal(privateKey, name, content.Sum(bytes.Clone(key)))
	if err != nil {
		return p, err
	}
	state, detail, err := s.lookAt(ctx, tmp, key, name, &p)
	if err != nil {
		return p, err
	}
	o := object{privateName(name), hex.EncodeToString(form.Sum(nil)), streamSize(p.Size), unknownType}
	if err = s.blobs.place.take(ctx, tmp, o, true); err != nil {
		return p, err
	}
	err = s.tx(ctx, "row", func(ctx context.Context, tx *sql.Tx) error {
		if p.Made, err = s.now(ctx, tx); err != nil {
			return err
		}
		scanned := int64(0)
		if state != fileNew {
			scanned = p.Made
		}
		_, err := tx.ExecContext(ctx, `insert into private_file (id, ref, private_object, sealed_key, size, type, state, scanned_at, detail, made_at, kept, dropped_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)`, p.ID, p.Ref, name, sealed, p.Size, p.Type, state, scanned, detail, p.Made)
		return err
	})
	return p, err
}

// newName is a name made by chance.
func newName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// lookAt finds the content type of a private file that was just encrypted, and
// asks the malware scanner.
func (s *Store) lookAt(ctx context.Context, tmp *os.File, key []byte, name string, p *PrivateFile) (state, detail string, err error) {
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return "", "", err
	}
	r, err := decrypt(tmp, key, name, p.Size, streamSize(p.Size))
	if err != nil {
		return "", "", err
	}
	if p.Type, err = sniff(readerAt{r}, p.Size); err != nil || s.scanner == nil {
		return fileNew, "", err
	}
	state, detail, err = s.scanWithin(ctx, scanAtOnce, r)
	switch {
	case err != nil:
		return "", "", err
	case state == fileInfected:
		return "", "", infected()
	case state == "":
		return fileNew, "", nil
	}
	return state, detail, nil
}

// readerAt reads from any place by seeking. It is not for concurrent use.
type readerAt struct{ io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, at int64) (int, error) {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// keepPrivate keeps a private file for good: the act of this hand names it. It
// is ErrNotFound unless the file is there and belongs to ref.
func (h *hand) keepPrivate(id int64, ref string) error {
	res, err := h.ExecContext(h.ctx, "update private_file set kept = 1 where id = $1 and ref = $2 and dropped_at = 0", id, ref)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("%w: private file %d of %s", ErrNotFound, id, ref)
}

// privateRow is a row of private_file.
type privateRow struct {
	PrivateFile
	object, state string
	sealed        []byte
	dropped       int64
}

const privateColumns = "id, ref, private_object, sealed_key, size, type, state, made_at, dropped_at"

func (p *privateRow) dest() []any {
	return []any{&p.ID, &p.Ref, &p.object, &p.sealed, &p.Size, &p.Type, &p.state, &p.Made, &p.dropped}
}

// OpenPrivate opens a private file: ErrNotFound if it is not there or was
// erased, an act.Refusal if the malware scan has not passed it, ErrSealed if it
// was changed, which reading may also find later. Whoever calls has asked
// whether the viewer may see it, and has the reading logged.
func (s *Store) OpenPrivate(ctx context.Context, id int64) (PrivateFile, *File, error) {
	p, f, err := s.openPrivate(ctx, id)
	if err != nil {
		return PrivateFile{}, nil, fmt.Errorf("store: open private file %d: %w", id, err)
	}
	return p, f, nil
}

func (s *Store) openPrivate(ctx context.Context, id int64) (PrivateFile, *File, error) {
	var p privateRow
	if err := s.read.QueryRowContext(ctx, "select "+privateColumns+" from private_file where id = $1", id).Scan(p.dest()...); err != nil {
		return PrivateFile{}, nil, notFound(err)
	}
	if p.dropped != 0 {
		return PrivateFile{}, nil, fmt.Errorf("%w: erased", ErrNotFound)
	}
	if err := s.passes(p.state); err != nil {
		return PrivateFile{}, nil, err
	}
	f, err := s.openRow(ctx, &p)
	return p.PrivateFile, f, err
}

// openRow opens the file of a row, whatever the scan said, and fills in the hash
// of its content.
func (s *Store) openRow(ctx context.Context, p *privateRow) (*File, error) {
	key, err := s.unseal(privateKey, p.object, p.sealed)
	if err != nil {
		return nil, err
	}
	if len(key) != keySize+sha256.Size {
		return nil, fmt.Errorf("%w: key of %s", ErrSealed, p.object)
	}
	if s.blobs.place == nil {
		return nil, ErrNoBlobs
	}
	in, err := s.blobs.place.open(ctx, privateName(p.object))
	if err != nil {
		return nil, err
	}
	r, err := decrypt(in, key[:keySize], p.object, p.Size, in.Size)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	p.Hash = hex.EncodeToString(key[keySize:])
	return &File{r, p.Size, p.Type}, nil
}

// DropPrivate erases a private file: its key is destroyed, and with it the
// content, wherever the encrypted form still lies. Backups taken before hold the
// key until they are thrown away. It is ErrNotFound for one that is not there;
// one that was erased before is no error.
func (s *Store) DropPrivate(ctx context.Context, id int64) error {
	return s.tx(ctx, "erase private file", func(ctx context.Context, tx *sql.Tx) error { return s.dropPrivate(ctx, tx, id) })
}

// dropPrivate is DropPrivate inside the transaction of the act that erases.
func (s *Store) dropPrivate(ctx context.Context, tx *sql.Tx, id int64) error {
	now, err := s.now(ctx, tx)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `update private_file set sealed_key = $2, detail = '', dropped_at = case when dropped_at = 0 then $3 else dropped_at end
		where id = $1`, id, []byte{}, now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("%w: private file %d", ErrNotFound, id)
}

// dropUnkept erases what no act came to name.
func (s *Store) dropUnkept(ctx context.Context, before int64) error {
	return s.tx(ctx, "erase private files", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "update private_file set sealed_key = $2, detail = '', dropped_at = made_at where kept = 0 and dropped_at = 0 and made_at < $1", before, []byte{})
		return err
	})
}

// scanPrivate looks at private files that the malware scan has not passed.
func (s *Store) scanPrivate(ctx context.Context, limit int, done *Scan) error {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return err
	}
	list, err := s.privateRows(ctx, "where state in ('new', 'unscanned') and dropped_at = 0 and scanned_at < $1 order by scanned_at, id limit $2", now-scanAgain.Milliseconds(), max(limit, 0))
	if err != nil {
		return err
	}
	for i := range list {
		f, err := s.openRow(ctx, &list[i])
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrSealed) {
			continue // doctor names it
		}
		if err != nil {
			return err
		}
		state, detail, err := s.scanFile(ctx, f, done)
		if errors.Is(err, ErrSealed) {
			continue
		}
		if err != nil {
			return err
		}
		err = s.tx(ctx, "keep the state of a file", func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "update private_file set state = $2, scanned_at = $3, detail = $4 where id = $1", list[i].ID, state, now, detail)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) privateRows(ctx context.Context, where string, args ...any) ([]privateRow, error) {
	rows, err := s.read.QueryContext(ctx, "select "+privateColumns+" from private_file "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []privateRow
	for rows.Next() {
		var p privateRow
		if err := rows.Scan(p.dest()...); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
