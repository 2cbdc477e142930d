package store

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// Quiet is when nobody is disturbed 免打扰: from one time of day to another, over
// midnight too, and, if Off is set, all day on days that are no working days.
// Times are minutes since midnight in China. From equal to To is no time at all.
type Quiet struct {
	From, To int
	Off      bool
}

// DefaultQuiet holds where an organ has not decided: 20:00 to 08:00 and days off.
func DefaultQuiet() Quiet { return Quiet{From: 20 * 60, To: 8 * 60, Off: true} }

// Names of settings about notices.
const (
	SettingQuiet = org.NoticeQuiet // a Quiet, as String writes it
	SettingGroup = org.NoticeGroup
)

// String is the form in which it is kept: 20:00-08:00+非工作日.
func (q Quiet) String() string {
	s := fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
	if q.Off {
		s += "+非工作日"
	}
	return s
}

// Chinese is how people read it.
func (q Quiet) Chinese() string {
	var s []string
	if q.From != q.To {
		s = append(s, fmt.Sprintf("%02d:%02d 至 %02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60))
	}
	if q.Off {
		s = append(s, "非工作日全天")
	}
	if len(s) == 0 {
		return "不设免打扰"
	}
	return strings.Join(s, "、")
}

var quietForm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)(\+非工作日)?$`)

// ParseQuiet reads what String writes.
func ParseQuiet(s string) (Quiet, error) {
	m := quietForm.FindStringSubmatch(s)
	if m == nil {
		return Quiet{}, fmt.Errorf("store: %q is no quiet time", s)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // digits only
	return Quiet{From: n(1)*60 + n(2), To: n(3)*60 + n(4), Off: m[5] != ""}, nil
}

// After is the first instant from t on that is not quiet. A make-up day worked
// 调休上班 is a working day. A quiet time without end gives t itself: a message
// is late rather than lost.
func (q Quiet) After(t time.Time, cal *calendar.Calendar) time.Time {
	at := t
	for range 100 { // the longest holiday has far fewer days
		d := law.DateOf(at)
		start := d.Start()
		m := int(at.Sub(start) / time.Minute)
		switch {
		case q.Off && !cal.Working(d):
			at = d.AddDays(1).Start()
		case q.From < q.To && m >= q.From && m < q.To, q.From > q.To && m < q.To:
			at = start.Add(time.Duration(q.To) * time.Minute)
		case q.From > q.To && m >= q.From:
			at = d.AddDays(1).Start()
		default:
			return at
		}
	}
	return t
}

// quiet is what holds for a person: his own choice, else that of the nearest
// organ above him that has decided, else that of the instance, else the default.
func (h *hand) quiet(p recipient) (Quiet, error) {
	if p.choice.Quiet != "" {
		if q, err := ParseQuiet(p.choice.Quiet); err == nil {
			return q, nil
		}
	}
	v, err := h.s.inherited(h.ctx, h.Tx, p.path, SettingQuiet)
	if err != nil {
		return Quiet{}, err
	}
	if q, err := ParseQuiet(v); err == nil {
		return q, nil
	}
	return DefaultQuiet(), nil
}

// inherited is a setting as it holds at a path: the organ's own, else of the
// nearest above it, else of the instance, else "".
func (s *Store) inherited(ctx context.Context, q asker, path, name string) (string, error) {
	args := []any{name, int64(0)}
	in := "$2"
	for part := range strings.SplitSeq(path, "/") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			args = append(args, id)
			in += fmt.Sprintf(", $%d", len(args))
		}
	}
	rows, err := q.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> '' and organ in ("+in+")", args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	found, depth := "", -1
	for rows.Next() {
		var organ int64
		var value string
		if err := rows.Scan(&organ, &value); err != nil {
			return "", err
		}
		for i, a := range args[1:] {
			if a == organ && i > depth {
				found, depth = value, i
			}
		}
	}
	return found, rows.Err()
}

// QuietAt is what an organ's people have unless they choose otherwise, and
// whether the organ has decided it itself.
func (s *Store) QuietAt(ctx context.Context, organ int64) (q Quiet, own bool, err error) {
	var path string
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return Quiet{}, false, fmt.Errorf("store: quiet time: %w", notFound(err))
	}
	v, err := s.inherited(ctx, s.read, path, SettingQuiet)
	if err != nil {
		return Quiet{}, false, fmt.Errorf("store: quiet time: %w", err)
	}
	if err := s.read.QueryRowContext(ctx, "select exists (select 1 from setting where organ = $1 and name = $2 and value <> '')", organ, SettingQuiet).Scan(&own); err != nil {
		return Quiet{}, false, fmt.Errorf("store: quiet time: %w", err)
	}
	if q, err = ParseQuiet(v); err != nil {
		return DefaultQuiet(), own, nil
	}
	return q, own, nil
}
