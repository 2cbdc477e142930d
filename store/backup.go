package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// A backup is a folder, or the same as a .tar.gz file:
//
//	tables/NAME.jsonl     one JSON array a row, in the order of the primary key
//	blobs/ab/abcd…        the public files, by their SHA-256
//	private/01/0123…      the private files, encrypted; their keys are in the
//	                      rows, sealed under the secret, which is not in it
//	manifest.json         a Manifest: what belongs to it, with sizes and hashes
//	manifest.json.sha256  the hash of the manifest, as sha256sum writes it
//
// It is the same whichever database it was taken from, so that it can be
// restored into the other.
const (
	backupFormat = 1
	manifestName = "manifest.json"
	sumName      = "manifest.json.sha256"
	tablesDir    = "tables/"
	blobsDir     = "blobs/"
)

// A Manifest says what a backup holds.
type Manifest struct {
	Format  int             `json:"format"`
	Program string          `json:"program"`
	Dialect string          `json:"database"` // sqlite or postgres, where it came from
	Schema  int64           `json:"schema"`
	Taken   time.Time       `json:"taken"`
	Tables  []ManifestTable `json:"tables"`
	Files   []ManifestFile  `json:"files"` // all but the manifest and its hash
	Lost    []LostBlob      `json:"lost,omitempty"`
}

// A ManifestTable is a table of a backup.
type ManifestTable struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	Rows    int64    `json:"rows"`
}

// A ManifestFile is a file of a backup.
type ManifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// A LostBlob is a file that a row names and that is not in the backup: it was
// already gone or damaged when that was taken, or the malware scan found
// something in it.
type LostBlob struct {
	Hash     string `json:"hash"`               // of a public file, or private/ and the name of its object
	Damaged  bool   `json:"damaged"`            // there, but its bytes are others
	Infected bool   `json:"infected,omitempty"` // left out, so that no scanner takes the whole backup for malware
}

// Rows is the number of rows of all tables.
func (m *Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Blobs is the number of public files kept in the store and their bytes.
func (m *Manifest) Blobs() (n int, size int64) { return m.count(blobsDir) }

// Private is the number of private files and the bytes of their encrypted form.
func (m *Manifest) Private() (n int, size int64) { return m.count(privateDir) }

func (m *Manifest) count(dir string) (n int, size int64) {
	for _, f := range m.Files {
		if strings.HasPrefix(f.Name, dir) {
			n, size = n+1, size+f.Size
		}
	}
	return n, size
}

// Size is the number of bytes of all files.
func (m *Manifest) Size() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// A Progress tells how far a backup, a restore or a check has come. What is the
// name of a table, or "blobs"; total is 0 if it is not known.
type Progress func(what string, done, total int64)

// ErrExists is returned by Backup if its target is there already.
var ErrExists = errors.New("store: there is something of this name already")

// Backup writes everything the store keeps to the folder or, if the name ends
// in .tar.gz, to the file. It may run while others write: what it holds is the
// state of one instant. The result appears under its name only when it is whole
// and on the disk; nothing is ever written over (ErrExists). A file that the
// store has lost does not stop it: see Manifest.Lost. Files that earlier backups
// hold, which are folders beside it, are linked from there where the disk allows
// it, and not read from the store again.
func (s *Store) Backup(ctx context.Context, to, program string, progress Progress, earlier ...string) (*Manifest, error) {
	m, err := s.backup(ctx, to, program, progress, earlier)
	if err != nil {
		return nil, fmt.Errorf("store: backup: %w", err)
	}
	return m, nil
}

func (s *Store) backup(ctx context.Context, to, program string, progress Progress, earlier []string) (m *Manifest, err error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	out, err := newArchive(to)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			out.discard()
		}
	}()
	defer s.blobs.markBackup(ctx)()
	m = &Manifest{Format: backupFormat, Program: program, Dialect: s.dialect.name}
	out.earlier = earlier
	files, err := s.backupTables(ctx, out, m, progress)
	if err != nil {
		return nil, err
	}
	// The database first, then the files: every row of it has its file by now.
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		progress("blobs", int64(i), int64(len(files)))
		if err := s.backupBlob(ctx, out, m, f); err != nil {
			return nil, fmt.Errorf("file %s: %w", f.to, err)
		}
	}
	progress("blobs", int64(len(files)), int64(len(files)))
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	b = append(b, '\n')
	if _, err := out.add(manifestName, bytes.NewReader(b), int64(len(b))); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	line := hex.EncodeToString(sum[:]) + "  " + manifestName + "\n"
	if _, err := out.add(sumName, strings.NewReader(line), int64(len(line))); err != nil {
		return nil, err
	}
	return m, out.finish()
}

// fleeting tables are no part of a backup: who is signed in and who has to wait
// is so now. After a restore everyone signs in again.
var fleeting = map[string]bool{"session": true, "attempt": true, "channel": true}

// backupTables writes all tables as of one instant and returns the hashes of
// the files that their rows name, sorted.
func (s *Store) backupTables(ctx context.Context, out *archive, m *Manifest, progress Progress) ([]backupFile, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if m.Schema, err = s.dialect.schema(ctx, tx); err != nil {
		return nil, err
	}
	now, err := s.now(ctx, tx)
	if err != nil {
		return nil, err
	}
	m.Taken = time.UnixMilli(now).UTC()
	list, err := s.dialect.tables(ctx, tx)
	if err != nil {
		return nil, err
	}
	named := map[string]backupFile{}
	for _, t := range list {
		if fleeting[t.name] {
			continue
		}
		mt := ManifestTable{Name: t.name, Columns: t.columns}
		f, err := out.addGrowing(tablesDir+t.name+".jsonl", func(w io.Writer) error {
			mt.Rows, err = dump(ctx, tx, t, w, named, func(n int64) { progress(t.name, n, 0) })
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.name, err)
		}
		progress(t.name, mt.Rows, mt.Rows)
		m.Tables = append(m.Tables, mt)
		m.Files = append(m.Files, f)
	}
	return slices.SortedFunc(maps.Values(named), func(a, b backupFile) int { return strings.Compare(a.to, b.to) }), nil
}

// dump writes the rows of a table and notes the hashes of files they name.
func dump(ctx context.Context, tx *sql.Tx, t table, w io.Writer, named map[string]backupFile, progress func(int64)) (n int64, err error) {
	var names []string
	place := map[string]int{}
	for i, c := range t.columns {
		names = append(names, `"`+c.Name+`"`)
		place[c.Name] = i + 1
	}
	at := func(values []any, column string) string {
		i := place[column]
		if i == 0 {
			return ""
		}
		v, _ := values[i-1].(string)
		return v
	}
	query := "select " + strings.Join(names, ", ") + ` from "` + t.name + `"`
	if len(t.key) > 0 {
		query += ` order by "` + strings.Join(t.key, `", "`) + `"`
	}
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values := make([]any, len(names))
	dest := make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	var line []byte
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return 0, err
		}
		if line, err = appendRow(line[:0], t.columns, values); err != nil {
			return 0, err
		}
		if _, err := w.Write(line); err != nil {
			return 0, err
		}
		if h := at(values, fileColumn); validHash(h) {
			f := named[h]
			f.from, f.to, f.hash = blobName(h), blobsDir+blobName(h), h
			named[h] = f
		}
		if t.name == "blob_state" && at(values, "state") == fileInfected {
			h := at(values, "hash")
			f := named[h]
			f.infected = true
			named[h] = f
		}
		if o := at(values, privateColumn); privateID.MatchString(o) {
			if key, _ := values[place["sealed_key"]-1].([]byte); len(key) > 0 {
				named[o] = backupFile{from: privateName(o), to: privateName(o), infected: at(values, "state") == fileInfected}
			}
		}
		if n++; n%10_000 == 0 {
			progress(n)
		}
	}
	return n, rows.Err()
}
