package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gongkai/act"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// A TakenTotal is what a sum held when it was written into the government's own
// report: later changes of the organs are told against it.
type TakenTotal struct {
	Number      int // from 1
	List        int // number of the signed list it rested on, 0 if that was not signed
	Provisional bool
	At          time.Time
	By          string
	Sum         *annual.Report
	Shares      []reporting.TakenShare // in the order of the list
}

// takenVersion begins the packed shares: then for each the organ, its name then,
// the place of its state, the version and its figures with their length.
const takenVersion = 1

// takenStates are the states that bring figures in, by the number they are kept
// under.
var takenStates = [...]reporting.ShareState{reporting.CountsPublished, reporting.CountsAccepted, reporting.CountsSubmitted, reporting.CountsOwn}

var errTaken = errors.New("store: damaged shares of a sum")

func packShares(shares []reporting.TakenShare) ([]byte, error) {
	b := []byte{takenVersion}
	for _, x := range shares {
		k := slices.Index(takenStates[:], x.State)
		if k < 0 {
			return nil, fmt.Errorf("store: a share of state %q cannot be kept", x.State)
		}
		figures, err := encodeFigures(x.Form.Edition, x.Values)
		if err != nil {
			return nil, err
		}
		b = binary.AppendVarint(b, x.Organ)
		b = binary.AppendUvarint(b, uint64(len(x.Name)))
		b = append(append(b, x.Name...), byte(k))
		b = binary.AppendVarint(b, x.Version)
		b = binary.AppendUvarint(b, uint64(len(figures)))
		b = append(b, figures...)
	}
	return deflated(b)
}

func unpackShares(packed []byte) ([]reporting.TakenShare, error) {
	b, err := inflated(packed)
	if err != nil {
		return nil, err
	}
	if len(b) == 0 || b[0] != takenVersion {
		return nil, errTaken
	}
	var out []reporting.TakenShare
	for b = b[1:]; len(b) > 0; {
		var x reporting.TakenShare
		var w int
		if x.Organ, w = binary.Varint(b); w <= 0 {
			return nil, errTaken
		}
		b = b[w:]
		n, w := binary.Uvarint(b)
		if w <= 0 || n >= uint64(len(b)-w) || int(b[w+int(n)]) >= len(takenStates) {
			return nil, errTaken
		}
		x.Name, x.State = string(b[w:w+int(n)]), takenStates[b[w+int(n)]]
		b = b[w+int(n)+1:]
		if x.Version, w = binary.Varint(b); w <= 0 {
			return nil, errTaken
		}
		b = b[w:]
		if n, w = binary.Uvarint(b); w <= 0 || n > uint64(len(b)-w) {
			return nil, errTaken
		}
		edition, values, err := decodeFigures(b[w:w+int(n)], nil)
		if err != nil {
			return nil, err
		}
		if x.Form = annual.Edition(string(edition)); x.Form == nil || len(x.Form.Cells) != len(values) {
			return nil, errTaken
		}
		x.Values = values
		out, b = append(out, x), b[w+int(n):]
	}
	return out, nil
}

// TakeTotal keeps what a sum holds at the moment it is written into the
// government's own report. It needs SumReports. Done.Answer is the number it is
// kept under.
func (s *Store) TakeTotal(ctx context.Context, by By, t *Total) (Done, error) {
	organ, year := t.List.Organ, t.List.Year
	var shares []reporting.TakenShare
	for x, err := range s.shares(ctx, &t.List, year, t.Provisional) {
		if err != nil {
			return Done{}, fmt.Errorf("store: take total: %w", err)
		}
		if x.State.Counts() && x.Form == t.Form {
			shares = append(shares, reporting.TakenShare{Organ: x.Line.Organ, Name: x.Line.Name, State: x.State, Version: x.Version, Form: x.Form, Values: slices.Clone(x.Values)})
		}
	}
	// What is kept is the sum of what is kept beside it, whatever changed since t
	// was made.
	tally := reporting.NewTally(t.Form)
	for _, x := range shares {
		tally.Add(x.Values)
	}
	values := make([]annual.Value, len(t.Form.Cells))
	for i := range values {
		values[i] = tally.Value(i)
	}
	if !slices.Equal(values, t.Sum.Values) {
		return Done{}, fmt.Errorf("store: take total: %w", ErrConflict)
	}
	figures, err := encodeFigures(t.Form.Edition, values)
	if err != nil {
		return Done{}, err
	}
	packed, err := packShares(shares)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "take total", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SumReports, to); err != nil {
			return "", err
		}
		var n int
		if err := h.QueryRowContext(h.ctx, "select coalesce(max(number), 0) + 1 from total_taken where organ = $1 and year = $2", organ, year).Scan(&n); err != nil {
			return "", err
		}
		provisional := 0
		if t.Provisional {
			provisional = 1
		}
		_, err = h.ExecContext(h.ctx, `insert into total_taken (organ, year, number, list, list_hash, provisional, edition, figures, shares, taken_at, taken_by, taken_name)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			organ, year, n, t.List.Number, t.List.Hash, provisional, t.Form.Edition, figures, packed, h.now, by.Viewer.Person, by.Viewer.Name)
		if err != nil {
			return "", err
		}
		refs := []string{fmt.Sprintf("filing/%d/%d", organ, year)}
		if t.List.Hash != "" {
			refs = append(refs, "sha256/"+t.List.Hash)
		}
		return strconv.Itoa(n), h.note(act.TotalTaken, CountedRef(organ, year), organ, refs,
			act.Change{Field: "汇总", New: fmt.Sprintf("计入%d个机关，未计入%d个", len(t.Counted), len(t.Lacking))})
	})
}

// Taken is the sum that was written into the government's report last, or
// ErrNotFound: of one that was never written, or for who may not see it.
func (s *Store) Taken(ctx context.Context, v org.Viewer, organ int64, year int) (*TakenTotal, error) {
	x, err := s.taken(ctx, v, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: sum taken for %d, %d: %w", organ, year, s.dialect.translate(err))
	}
	return x, nil
}

func (s *Store) taken(ctx context.Context, v org.Viewer, organ int64, year int) (*TakenTotal, error) {
	o, err := s.Organ(ctx, organ)
	if err == nil {
		err = seesBelow(v, o)
	}
	if err != nil {
		return nil, err
	}
	x := &TakenTotal{}
	var at int64
	var edition string
	var figures, shares []byte
	err = s.read.QueryRowContext(ctx, `select number, list, provisional, edition, figures, shares, taken_at, taken_name from total_taken
		where organ = $1 and year = $2 order by number desc limit 1`, organ, year).Scan(&x.Number, &x.List, &x.Provisional, &edition, &figures, &shares, &at, &x.By)
	if err != nil {
		return nil, err
	}
	form, values, err := figuresOf(edition, figures)
	if err != nil {
		return nil, err
	}
	x.At = time.UnixMilli(at)
	x.Sum = annual.New(form, o.Name, year)
	x.Sum.Values = values
	x.Shares, err = unpackShares(shares)
	return x, err
}

// Brought are the shares of a sum that was taken; none of one that never was.
func (t *TakenTotal) Brought() []reporting.TakenShare {
	if t == nil {
		return nil
	}
	return t.Shares
}
