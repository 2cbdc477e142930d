package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"gongkai/act"
)

// What the malware scan says of a file.
const (
	fileNew       = "new" // nobody looked yet
	fileClean     = "clean"
	fileInfected  = "infected"  // kept apart: never opened, in no backup
	fileUnscanned = "unscanned" // the scanner could not look at it
)

// Limits of a scan.
const (
	scanAtOnce = 8 * time.Second // while somebody waits for his upload
	scanLater  = 5 * time.Minute
	scanAgain  = time.Hour // a file that could not be looked at is tried again after
	scanEvery  = 2 * time.Minute
	scanBatch  = 200 // files of one run
)

func infected() *act.Refusal {
	return act.Refuse("这个文件带有病毒或恶意代码，没有收下，也不能打开。请先杀毒，用干净的文件重新上传；如认为是误报，请联系系统管理员。")
}

func notScanned() *act.Refusal {
	return act.Refuse("这个文件还没有通过病毒检查，暂时不能打开。检查一般几分钟内完成，请稍后再试；一直打不开的，请联系系统管理员查看杀毒程序是否在运行。")
}

// scanNew looks at a public file before it is kept. Where the scanner does not
// answer in time the file stays behind for ScanPending.
func (s *Store) scanNew(ctx context.Context, f *os.File, k Kept) error {
	old, err := s.fileState(ctx, k.Hash)
	if err != nil {
		return err
	}
	if old == fileInfected {
		return infected()
	}
	if s.scanner == nil || old == fileClean {
		return nil
	}
	state, detail, err := s.scanWithin(ctx, scanAtOnce, f)
	if err != nil || state == "" {
		return err
	}
	if err := s.setFileState(ctx, k.Hash, state, detail); err != nil {
		return err
	}
	if state == fileInfected {
		return infected()
	}
	return nil
}

// scanWithin gives no state where the scanner does not answer in time.
func (s *Store) scanWithin(ctx context.Context, limit time.Duration, f io.ReadSeeker) (state, detail string, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", "", err
	}
	scan, stop := context.WithTimeout(ctx, limit)
	defer stop()
	state, detail, err = s.scanner.scan(scan, f)
	if errors.Is(err, ErrScanner) && ctx.Err() == nil {
		return "", "", nil
	}
	return state, detail, err
}

func (s *Store) fileState(ctx context.Context, hash string) (string, error) {
	var state string
	err := s.read.QueryRowContext(ctx, "select state from blob_state where hash = $1", hash).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return fileNew, nil
	}
	return state, err
}

// setFileState keeps what a scan said. What was found is never unsaid.
func (s *Store) setFileState(ctx context.Context, hash, state, detail string) error {
	return s.tx(ctx, "keep the state of a file", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into blob_state (hash, state, scanned_at, detail) values ($1, $2, $3, $4)
			on conflict (hash) do update set state = excluded.state, scanned_at = excluded.scanned_at, detail = excluded.detail
			where blob_state.state <> 'infected'`, hash, state, now, detail)
		return err
	})
}

// passed is a refusal for a file that must not be opened.
func (s *Store) passed(ctx context.Context, hash string) error {
	state, err := s.fileState(ctx, hash)
	if err != nil {
		return fmt.Errorf("store: state of a file: %w", err)
	}
	return s.passes(state)
}

func (s *Store) passes(state string) error {
	switch {
	case state == fileInfected:
		return infected()
	case state != fileClean && s.scanner != nil:
		return notScanned()
	}
	return nil
}

// A Scan is what ScanPending did.
type Scan struct{ Clean, Infected, Unscanned int }

// ScanPending looks at files that the malware scan has not passed, at most limit
// of them, public and private. Without a scanner it does nothing. Files that
// could not be looked at come again after an hour. ErrScanner ends it: the rest
// waits. Several may run at once.
func (s *Store) ScanPending(ctx context.Context, limit int) (Scan, error) {
	var done Scan
	if s.scanner == nil || s.blobs.place == nil {
		return done, nil
	}
	if err := s.scanPending(ctx, limit, &done); err != nil {
		return done, fmt.Errorf("store: scan files: %w", err)
	}
	return done, nil
}

func (s *Store) scanPending(ctx context.Context, limit int, done *Scan) error {
	hashes, err := s.pendingFiles(ctx, limit)
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		f, err := s.blobs.Open(ctx, hash)
		if errors.Is(err, ErrNotFound) {
			continue // doctor names it
		}
		if err != nil {
			return err
		}
		state, detail, err := s.scanFile(ctx, f, done)
		if err == nil {
			err = s.setFileState(ctx, hash, state, detail)
		}
		if err != nil {
			return err
		}
	}
	if len(s.secret) == 0 {
		return nil
	}
	return s.scanPrivate(ctx, limit-len(hashes), done)
}

// scanFile looks at an open file and closes it.
func (s *Store) scanFile(ctx context.Context, f *File, done *Scan) (state, detail string, err error) {
	ctx, stop := context.WithTimeout(ctx, scanLater)
	defer stop()
	state, detail, err = s.scanner.scan(ctx, f)
	if errors.Is(err, ErrScanner) && ctx.Err() == nil {
		// It is there but broke off over this file: the others must not wait for it.
		if pong, _ := s.scanner.ask(ctx, "PING", nil); pong == "PONG" {
			state, detail, err = fileUnscanned, "the scanner broke off", nil
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", "", err
	}
	switch state {
	case fileClean:
		done.Clean++
	case fileInfected:
		done.Infected++
	default:
		done.Unscanned++
	}
	return state, detail, nil
}

// pendingFiles lists public files that rows name and no scan passed, those never
// looked at first.
func (s *Store) pendingFiles(ctx context.Context, limit int) ([]string, error) {
	tables, err := s.fileColumns(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{}
	collect := func(query string, args ...any) error {
		rows, err := s.read.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h string
			if err := rows.Scan(&h); err != nil {
				return err
			}
			if !seen[h] && len(out) < limit {
				seen[h] = true
				out = append(out, h)
			}
		}
		return rows.Err()
	}
	for _, t := range tables {
		if err := collect(`select distinct file_hash from "`+t+`" where file_hash <> '' and not exists (select 1 from blob_state b where b.hash = file_hash) limit $1`, limit); err != nil {
			return nil, err
		}
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return nil, err
	}
	err = collect("select hash from blob_state where state = 'unscanned' and scanned_at < $1 order by scanned_at limit $2", now-scanAgain.Milliseconds(), limit)
	return out, err
}
