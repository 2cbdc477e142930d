package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/org"
)

// A Setting is one value that an organ has decided on.
type Setting struct {
	Organ   int64 // 0 for the whole instance
	Name    string
	Value   string
	Version int64 // as read; 0 for one that is new
}

// Settings lists what was decided for an organ, 0 for the whole instance, by
// name.
func (s *Store) Settings(ctx context.Context, organ int64) ([]Setting, error) {
	rows, err := s.read.QueryContext(ctx, "select organ, name, value, version from setting where organ = $1 order by name", organ)
	if err != nil {
		return nil, fmt.Errorf("store: settings: %w", err)
	}
	defer rows.Close()
	var out []Setting
	for rows.Next() {
		var x Setting
		if err := rows.Scan(&x.Organ, &x.Name, &x.Value, &x.Version); err != nil {
			return nil, fmt.Errorf("store: settings: %w", err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// SettingRef is the reference of acts on a setting.
func SettingRef(organ int64, name string) string { return fmt.Sprintf("setting/%d/%s", organ, name) }

// SaveSetting keeps a setting. Version must be the one last read: ErrConflict if
// somebody else was faster. An organ's settings need EditSettings there, those
// of the instance need Configure; what the 主管部门 decides for what it collects
// needs ReviewReports.
func (s *Store) SaveSetting(ctx context.Context, by By, x Setting) (Done, error) {
	return s.do(ctx, by, "save setting", func(h *hand) (string, error) {
		if x.Organ == 0 {
			if !org.Able(by.Viewer, org.Configure) {
				return "", Forbidden(org.Configure)
			}
		} else {
			to, err := h.subject(x.Organ)
			if err != nil {
				return "", err
			}
			verb := org.EditSettings
			if c, ok := org.ChoiceOf(x.Name); ok && c.Office {
				verb = org.ReviewReports
			}
			if err := h.may(verb, to); err != nil {
				return "", err
			}
		}
		old := ""
		if x.Version > 0 {
			if err := h.QueryRowContext(h.ctx, "select value from setting where organ = $1 and name = $2 and version = $3", x.Organ, x.Name, x.Version).Scan(&old); err != nil {
				if notFound(err) == ErrNotFound {
					return "", ErrConflict
				}
				return "", err
			}
			if old == x.Value {
				return "", nil
			}
		}
		res, err := h.ExecContext(h.ctx, `insert into setting (organ, name, value, version) values ($1, $2, $3, 1)
			on conflict (organ, name) do update set value = excluded.value, version = setting.version + 1 where setting.version = $4`, x.Organ, x.Name, x.Value, x.Version)
		if err := one(res, err); err != nil {
			return "", err
		}
		if isPublic(x.Name) {
			if err := touch(h.ctx, h.Tx, topicPublic, 0); err != nil {
				return "", err
			}
		}
		if x.Organ == 0 && x.Name == org.CalendarNotice {
			if err := h.enqueue(recountJob, struct{}{}, time.Time{}); err != nil {
				return "", err
			}
		}
		return "", h.note(act.SettingChanged, SettingRef(x.Organ, x.Name), x.Organ, nil, act.Change{Field: x.Name, Old: old, New: x.Value})
	})
}
