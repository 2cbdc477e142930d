package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

// A RequestDraft is an application that somebody began on the web and has not
// sent 草稿. Whoever has its code may go on with it; nothing else leads to it.
type RequestDraft struct {
	Organ     int64              `json:"-"`
	Request   int64              `json:"-"` // id the request will have: its files belong to RequestRef of it
	Ends      law.Date           `json:"-"` // last day on which it is found
	Applicant casework.Applicant `json:"applicant"`
	Content   casework.Content   `json:"content"`
}

const draftKey = "request-draft" // purpose under which keys of drafts are sealed

// draftDays is how long a draft is kept where nobody decided otherwise.
const draftDays = 30

func draftRef(id int64) string { return fmt.Sprintf("request-draft/%d", id) }

// draftCode is the code of a draft. It is kept nowhere: it follows from the id
// and the secret.
func (s *Store) draftCode(id int64) (string, error) {
	m, err := s.mac("draft code", []byte(strconv.FormatInt(id, 10)))
	if err != nil {
		return "", err
	}
	return codeLetters.EncodeToString(m)[:codeLength], nil
}

func (s *Store) draftMark(code string) (string, error) {
	m, err := s.mac("draft code mark", []byte(plainCode(code)))
	return hex.EncodeToString(m), err
}

// SaveDraft keeps an application for later and returns the code it is found by
// and the last day on which it is. With the code of a draft it takes the place of
// what was kept before; without one it is a new draft. key is the operation key
// of the form. ErrNotFound is a code that names none.
func (s *Store) SaveDraft(ctx context.Context, key, code string, d RequestDraft) (string, law.Date, error) {
	by := By{Viewer: org.Program("公开网站"), Key: key}
	var ends law.Date
	done, err := s.do(ctx, by, "save draft", func(h *hand) (string, error) {
		id, day, err := h.saveDraft(code, d)
		ends = day
		return strconv.FormatInt(id, 10), err
	})
	if err != nil {
		return "", ends, err
	}
	id, err := strconv.ParseInt(done.Answer, 10, 64)
	if err != nil {
		return "", ends, fmt.Errorf("store: save draft: %w", err)
	}
	saved, err := s.draftCode(id)
	if err == nil && done.Repeated { // an old page, sent again with other words
		return s.SaveDraft(ctx, "", saved, d)
	}
	return saved, ends, err
}

func (h *hand) saveDraft(code string, d RequestDraft) (id int64, ends law.Date, err error) {
	to, err := h.subject(d.Organ)
	if err != nil {
		return 0, ends, err
	}
	days := draftDays
	v, err := h.s.inherited(h.ctx, h, to.Path, org.RequestDraft)
	if err != nil {
		return 0, ends, err
	}
	if n, err := strconv.Atoi(v); err == nil && n > 0 {
		days = n
	}
	ends = h.day.AddDays(days)
	var before RequestDraft
	var key recordKey
	if code != "" {
		if id, before, key, err = h.s.scanDraft(h.ctx, h, code, h.day); err != nil {
			return 0, ends, err
		}
		d.Request = before.Request
	} else {
		id = h.s.NewID()
		if key, err = h.s.newRecordKey(draftKey, draftRef(id)); err != nil {
			return 0, ends, err
		}
		if code, err = h.s.draftCode(id); err != nil {
			return 0, ends, err
		}
	}
	mark, err := h.s.draftMark(code)
	if err != nil {
		return 0, ends, err
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return 0, ends, err
	}
	sealed, err := key.seal("content", plain)
	if err != nil {
		return 0, ends, err
	}
	_, err = h.ExecContext(h.ctx, `insert into request_draft (id, organ, code, request, ends, sealed_key, sealed_content) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (id) do update set organ = excluded.organ, ends = excluded.ends, sealed_content = excluded.sealed_content`,
		id, d.Organ, mark, d.Request, ends.String(), key.sealed, sealed)
	if err != nil {
		return 0, ends, err
	}
	for _, f := range d.Content.Files {
		if err := h.keepPrivate(f.ID, RequestRef(d.Request)); err != nil {
			return 0, ends, err
		}
	}
	return id, ends, h.dropOthers(before.Content.Files, d.Content.Files)
}

// dropOthers erases the private files of a draft that are not kept any more.
func (h *hand) dropOthers(before, kept []casework.File) error {
	for _, f := range before {
		if slices.ContainsFunc(kept, func(k casework.File) bool { return k.ID == f.ID }) {
			continue
		}
		if err := h.s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil {
			return err
		}
	}
	return nil
}

// Draft is the draft that a code names, or ErrNotFound: also after its last day.
// Who asks has to be slowed down by the caller.
func (s *Store) Draft(ctx context.Context, code string) (RequestDraft, error) {
	now, err := s.today(ctx)
	if err != nil {
		return RequestDraft{}, fmt.Errorf("store: draft: %w", err)
	}
	_, d, _, err := s.scanDraft(ctx, s.read, code, now)
	if err != nil {
		return RequestDraft{}, fmt.Errorf("store: draft: %w", notFound(err))
	}
	return d, nil
}

func (s *Store) scanDraft(ctx context.Context, q asker, code string, day law.Date) (id int64, d RequestDraft, key recordKey, err error) {
	if len(code) > 40 || len(plainCode(code)) != codeLength {
		return 0, d, key, ErrNotFound
	}
	mark, err := s.draftMark(code)
	if err != nil {
		return 0, d, key, err
	}
	return s.readDraft(q.QueryRowContext(ctx, draftSQL+" where code = $1 and ends >= $2", mark, day.String()))
}

const draftSQL = "select id, organ, request, ends, sealed_key, sealed_content from request_draft"

func (s *Store) readDraft(row scanner) (id int64, d RequestDraft, key recordKey, err error) {
	var ends string
	var sealedKey, sealed []byte
	if err = row.Scan(&id, &d.Organ, &d.Request, &ends, &sealedKey, &sealed); err != nil {
		return id, d, key, err
	}
	if d.Ends, err = law.ParseDate(ends); err != nil {
		return id, d, key, err
	}
	if key, err = s.openRecordKey(draftKey, draftRef(id), sealedKey); err != nil {
		return id, d, key, err
	}
	plain, err := key.open("content", sealed)
	if err != nil {
		return id, d, key, err
	}
	return id, d, key, json.Unmarshal(plain, &d)
}

// endDraft takes away the draft that was sent as a request with the files kept.
// One that is not there any more does not matter.
func (h *hand) endDraft(code string, kept []casework.File) error {
	id, d, _, err := h.s.scanDraft(h.ctx, h, code, h.day)
	if err = notFound(err); errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		err = h.dropOthers(d.Content.Files, kept)
	}
	if err == nil {
		_, err = h.ExecContext(h.ctx, "delete from request_draft where id = $1", id)
	}
	return err
}

// DropDraft erases a draft and its files at the wish of who wrote it.
func (s *Store) DropDraft(ctx context.Context, code string) error {
	_, err := s.do(ctx, By{Viewer: org.Program("公开网站")}, "drop draft", func(h *hand) (string, error) { return "", h.endDraft(code, nil) })
	return err
}

// expiredAtOnce is how many drafts one transaction erases.
const expiredAtOnce = 100

// ExpireDrafts erases the drafts whose last day is over, with their files, and
// returns how many.
func (s *Store) ExpireDrafts(ctx context.Context) (int, error) {
	day, err := s.today(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: expire drafts: %w", err)
	}
	for n := 0; ; {
		some := 0
		err := s.tx(ctx, "expire drafts", func(ctx context.Context, tx *sql.Tx) error {
			some = 0
			ids, files, err := s.expiredDrafts(ctx, tx, day)
			if err != nil {
				return err
			}
			for _, f := range files {
				if err := s.dropPrivate(ctx, tx, f); err != nil && !errors.Is(err, ErrNotFound) {
					return err
				}
			}
			for _, id := range ids {
				if _, err := tx.ExecContext(ctx, "delete from request_draft where id = $1", id); err != nil {
					return err
				}
			}
			some = len(ids)
			return nil
		})
		if n += some; err != nil || some < expiredAtOnce {
			return n, err
		}
	}
}

// expiredDrafts are some drafts that are over, and their files. A draft that
// cannot be opened any more is over all the same.
func (s *Store) expiredDrafts(ctx context.Context, tx *sql.Tx, day law.Date) (ids, files []int64, err error) {
	rows, err := tx.QueryContext(ctx, draftSQL+fmt.Sprintf(" where ends < $1 order by ends, id limit %d", expiredAtOnce), day.String())
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		id, d, _, err := s.readDraft(rows)
		if err != nil && !errors.Is(err, ErrSealed) && !errors.Is(err, ErrErased) {
			return nil, nil, err
		}
		ids = append(ids, id)
		for _, f := range d.Content.Files {
			files = append(files, f.ID)
		}
	}
	return ids, files, rows.Err()
}
