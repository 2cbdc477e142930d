package store

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// CountedState is where the list of organs counted for a year stands.
type CountedState struct {
	Root    org.Organ                 // as it was at the end of the year
	Present reporting.CountedList     // what would be signed now: the rules, and what the office decided
	Seen    string                    // stands for Present: who signs gives it back; "" beside a Total
	Signed  *reporting.CountedList    // the list signed last, nil if none was
	Changes []reporting.CountedChange // from Signed to Present; nil where nothing was signed
	Version int64                     // of the decisions, 0 before the first
}

// InForce is the list that counts: the one signed last, else the present one.
func (c *CountedState) InForce() reporting.CountedList {
	if c.Signed != nil {
		return *c.Signed
	}
	return c.Present
}

// CountedRef is the reference of acts on the list of organs counted.
func CountedRef(organ int64, year int) string { return fmt.Sprintf("counted/%d/%d", organ, year) }

// seesBelow is ErrNotFound unless the viewer may see the reports of what lies
// below the organ: a sum shows figures of organs that are not published yet.
func seesBelow(v org.Viewer, o org.Organ) error {
	if org.May(v, org.SeeReports, org.Subject{Organ: -1, Home: -1, Path: o.Path + "0/"}) {
		return nil
	}
	return ErrNotFound
}

// Counted returns where the list of a government stands, for who may see the
// reports below it; others get ErrNotFound. annual.ErrNoForm is for a year
// before the first form.
func (s *Store) Counted(ctx context.Context, v org.Viewer, organ int64, year int) (*CountedState, error) {
	c, err := s.counted(ctx, v, organ, year)
	if err == nil {
		c.Seen, err = fingerprint(&c.Present)
	}
	if err != nil {
		return nil, fmt.Errorf("store: organs counted of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return c, nil
}

func (s *Store) counted(ctx context.Context, v org.Viewer, organ int64, year int) (*CountedState, error) {
	if _, err := annual.FormFor(year); err != nil {
		return nil, err
	}
	now, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	if err := seesBelow(v, now); err != nil {
		return nil, err
	}
	tree, err := s.organTreeOn(ctx, law.Day(year, 12, 31))
	if err != nil {
		return nil, err
	}
	c := &CountedState{}
	last, err := s.lastCounted(ctx, s.read, organ, year)
	if err != nil {
		return nil, err
	}
	choices := last.Choices()
	if last.Signed() {
		c.Signed = &last
	}
	edits, version, err := countedEdits(ctx, s.read, organ, year)
	if err != nil {
		return nil, err
	}
	for id, x := range edits {
		choices[id] = x
	}
	pos, ok := tree.at[organ]
	if !ok {
		return nil, ErrNotFound
	}
	c.Version, c.Root, c.Present = version, tree.organs[pos], tree.countedList(pos, year, choices)
	if c.Signed != nil {
		c.Changes = reporting.CountedChanges(c.Signed.Lines, c.Present.Lines)
	}
	return c, nil
}

// countedList is the list over a place of the tree.
func (t *organTree) countedList(pos, year int, choices map[int64]reporting.Choice) reporting.CountedList {
	below := make([]reporting.Candidate, 0, t.end[pos]-pos-1)
	for _, o := range t.organs[pos+1 : t.end[pos]] {
		below = append(below, reporting.Candidate{Organ: o, Line: t.line[o.ID]})
	}
	return reporting.Counted(t.organs[pos], below, year, choices)
}

// fingerprint stands for a list that is not signed yet.
func fingerprint(l *reporting.CountedList) (string, error) {
	b, err := l.Canonical()
	if err != nil {
		return "", err
	}
	return act.Digest(b)[:24], nil
}

// countedEdits are the decisions since the list was signed last.
func countedEdits(ctx context.Context, q asker, organ int64, year int) (map[int64]reporting.Choice, int64, error) {
	var text string
	var version int64
	err := q.QueryRowContext(ctx, "select choices, version from counted_edit where organ = $1 and year = $2", organ, year).Scan(&text, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var byID map[string]reporting.Choice
	if err := json.Unmarshal([]byte(text), &byID); err != nil {
		return nil, 0, err
	}
	out := make(map[int64]reporting.Choice, len(byID))
	for k, x := range byID {
		id, err := strconv.ParseInt(k, 10, 64)
		if err != nil {
			return nil, 0, err
		}
		out[id] = x
	}
	return out, version, nil
}

// maxListChanges bounds how many organs one act names.
const maxListChanges = 100

// EditCounted keeps what the office decided about organs of the list, each with
// its reason. version is the one last read: ErrConflict if somebody was faster.
// It needs SumReports.
func (s *Store) EditCounted(ctx context.Context, by By, organ int64, year int, version int64, choices map[int64]reporting.Choice) (Done, error) {
	c, err := s.Counted(ctx, by.Viewer, organ, year)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "edit organs counted", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SumReports, to); err != nil {
			return "", err
		}
		edits, now, err := countedEdits(h.ctx, h, organ, year)
		if err != nil {
			return "", err
		}
		if now != version || c.Version != version {
			return "", ErrConflict
		}
		kept := map[string]reporting.Choice{}
		for id, x := range edits {
			kept[strconv.FormatInt(id, 10)] = x
		}
		var changes []act.Change
		for _, l := range c.Present.Lines {
			x, ok := choices[l.Organ]
			if !ok || x.Way == l.Way && strings.TrimSpace(x.Reason) == l.Reason {
				continue
			}
			if why := l.CheckChoice(x); why != "" {
				return "", act.Refuse(why)
			}
			x.Reason = strings.TrimSpace(x.Reason)
			kept[strconv.FormatInt(l.Organ, 10)] = x
			changes = append(changes, act.Change{Field: l.Name, Old: l.Way.Chinese(), New: x.Way.Chinese() + "：" + x.Reason})
		}
		for id := range choices {
			if c.Present.Line(id) == nil {
				return "", act.Refuse("有一个机关已不在名单中，请刷新后再改。")
			}
		}
		if len(changes) == 0 {
			return "", nil
		}
		if n := len(changes); n > maxListChanges {
			changes = append(changes[:maxListChanges], act.Change{Field: "其余机关", New: fmt.Sprintf("另改%d个", n-maxListChanges)})
		}
		text, err := json.Marshal(kept)
		if err != nil {
			return "", err
		}
		if err := h.keepEdits(organ, year, version, string(text)); err != nil {
			return "", err
		}
		return "", h.note(act.CountedEdited, CountedRef(organ, year), organ, nil, changes...)
	})
}

func (h *hand) keepEdits(organ int64, year int, version int64, choices string) error {
	res, err := h.ExecContext(h.ctx, `insert into counted_edit (organ, year, choices, version, saved_at, saved_by) values ($1, $2, $3, 1, $4, $5)
		on conflict (organ, year) do update set choices = excluded.choices, version = counted_edit.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
		where counted_edit.version = $6`, organ, year, choices, h.now, h.by.Viewer.Person, version)
	return one(res, err)
}

// SignCounted signs the list: from now on it is what the sum of the year counts.
// seen is what [CountedState.Seen] was when it was shown: ErrConflict if the list
// is another one now. It needs SumReports. Done.Answer is the list's number. The
// act holds the hash of the list; what was signed before stays as it is.
func (s *Store) SignCounted(ctx context.Context, by By, organ int64, year int, seen, note string) (Done, error) {
	c, err := s.Counted(ctx, by.Viewer, organ, year)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "sign organs counted", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SumReports, to); err != nil {
			return "", err
		}
		_, version, err := countedEdits(h.ctx, h, organ, year)
		if err != nil {
			return "", err
		}
		before, err := s.lastCounted(h.ctx, h, organ, year)
		if err != nil {
			return "", err
		}
		if c.Seen != seen || version != c.Version || before.Signed() != (c.Signed != nil) || c.Signed != nil && before.Number != c.Signed.Number {
			return "", ErrConflict
		}
		l := c.Present // its lines are only read
		on := by.On
		if on.IsZero() {
			on = h.day
		}
		if err := l.Sign(&before, by.Viewer.Person, by.Viewer.Name, note, on); err != nil {
			return "", err
		}
		if err := h.keepCounted(&l); err != nil {
			return "", err
		}
		if version > 0 {
			if err := h.keepEdits(organ, year, version, "{}"); err != nil {
				return "", err
			}
		}
		n := strconv.Itoa(l.Number)
		return n, h.note(act.CountedSigned, CountedRef(organ, year), organ, []string{"sha256/" + l.Hash},
			act.Change{Field: "名单", New: fmt.Sprintf("第%s号，计入%d个机关", n, l.Count())}, act.Change{Field: "说明", New: l.Note})
	})
}

func (h *hand) keepCounted(l *reporting.CountedList) error {
	body, err := l.Canonical()
	if err != nil {
		return err
	}
	packed, err := deflated(body)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, `insert into counted_list (organ, year, number, signed_on, signer, signer_name, hash, body, made_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, l.Organ, l.Year, l.Number, l.SignedOn.String(), l.By, l.ByName, l.Hash, packed, h.now)
	return err
}

const countedSQL = "select signer, signer_name, hash, body from counted_list where organ = $1 and year = $2"

// lastCounted is the list signed last, one that is not signed where there is
// none.
func (s *Store) lastCounted(ctx context.Context, q asker, organ int64, year int) (reporting.CountedList, error) {
	l, err := scanCounted(q.QueryRowContext(ctx, countedSQL+" order by number desc limit 1", organ, year))
	if errors.Is(err, sql.ErrNoRows) {
		return reporting.CountedList{}, nil
	}
	if err != nil {
		return reporting.CountedList{}, err
	}
	return *l, nil
}

func scanCounted(row scanner) (*reporting.CountedList, error) {
	var by int64
	var name, hash string
	var packed []byte
	if err := row.Scan(&by, &name, &hash, &packed); err != nil {
		return nil, err
	}
	l, err := openCounted(hash, packed)
	if err != nil {
		return nil, err
	}
	l.By, l.ByName = by, name
	return l, nil
}

// openCounted reads a signed list, without who signed it.
func openCounted(hash string, packed []byte) (*reporting.CountedList, error) {
	body, err := inflated(packed)
	if err != nil {
		return nil, err
	}
	return reporting.ParseCounted(body, hash)
}

// CountedLists are the lists signed for a year, the newest first, for who may
// see the reports below the organ.
func (s *Store) CountedLists(ctx context.Context, v org.Viewer, organ int64, year int) ([]reporting.CountedList, error) {
	o, err := s.Organ(ctx, organ)
	if err == nil {
		err = seesBelow(v, o)
	}
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, countedSQL+" order by number desc", organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: lists of organs counted: %w", err)
	}
	defer rows.Close()
	var out []reporting.CountedList
	for rows.Next() {
		l, err := scanCounted(rows)
		if err != nil {
			return nil, fmt.Errorf("store: list of organs counted of %d for %d: %w", organ, year, err)
		}
		out = append(out, *l)
	}
	return out, rows.Err()
}

// maxInflated bounds what a deflated column of ours holds.
const maxInflated = 64 << 20

func deflated(b []byte) ([]byte, error) {
	var z bytes.Buffer
	w, err := flate.NewWriter(&z, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

func inflated(b []byte) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), maxInflated+1))
	if err == nil && len(out) > maxInflated {
		err = ErrTooLarge
	}
	return out, err
}
