package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/org"
)

func (s *Store) meetings(ctx context.Context, organ int64) ([]org.Meeting, error) {
	rows, err := s.read.QueryContext(ctx, "select id, on_day, chair, topics, version from meeting where organ = $1 order by on_day desc, id desc limit 500", organ)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Meeting
	for rows.Next() {
		m := org.Meeting{Organ: organ}
		var day string
		if err := rows.Scan(&m.ID, &day, &m.Chair, &m.Topics, &m.Version); err != nil {
			return nil, err
		}
		if err := m.On.UnmarshalText([]byte(day)); err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Meeting is one meeting of an organ's leading group, whole.
func (s *Store) Meeting(ctx context.Context, v org.Viewer, id int64) (org.Meeting, error) {
	m, err := readMeeting(ctx, s.read, id)
	if err == nil {
		err = s.seesOrgan(ctx, v, m.Organ)
	}
	if err != nil {
		return org.Meeting{}, fmt.Errorf("store: meeting %d: %w", id, s.dialect.translate(err))
	}
	return m, nil
}

func readMeeting(ctx context.Context, q asker, id int64) (org.Meeting, error) {
	m := org.Meeting{ID: id}
	var day string
	err := q.QueryRowContext(ctx, "select organ, on_day, chair, present, topics, minutes, version from meeting where id = $1", id).
		Scan(&m.Organ, &day, &m.Chair, &m.Present, &m.Topics, &m.Minutes, &m.Version)
	if err == nil {
		err = m.On.UnmarshalText([]byte(day))
	}
	return m, err
}

// SaveMeeting keeps a meeting; without id it is new. The answer is its id.
func (s *Store) SaveMeeting(ctx context.Context, by By, m org.Meeting) (Done, error) {
	fresh := m.ID == 0
	if fresh {
		m.ID = s.NewID()
	}
	return s.do(ctx, by, "save meeting", func(h *hand) (string, error) {
		for _, why := range m.Wrong(h.day) {
			return "", act.Refuse(why)
		}
		old := org.Meeting{}
		if !fresh {
			var err error
			if old, err = readMeeting(h.ctx, h, m.ID); errors.Is(err, sql.ErrNoRows) {
				return "", ErrNotFound
			} else if err != nil {
				return "", err
			}
			m.Organ = old.Organ
		}
		if err := h.edits(org.EditGroup, m.Organ); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `insert into meeting (id, organ, on_day, chair, present, topics, minutes, version, saved_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8)
			on conflict (id) do update set on_day = excluded.on_day, chair = excluded.chair, present = excluded.present, topics = excluded.topics,
				minutes = excluded.minutes, version = meeting.version + 1, saved_at = excluded.saved_at where meeting.version = $9`,
			m.ID, m.Organ, m.On.String(), m.Chair, m.Present, m.Topics, m.Minutes, h.now, m.Version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return strconv.FormatInt(m.ID, 10), h.note(act.MeetingKept, OrganRef(m.Organ), m.Organ, []string{fmt.Sprintf("meeting/%d", m.ID)},
			act.Change{Field: "日期", Old: old.On.String(), New: m.On.String()}, act.Change{Field: "主持", Old: old.Chair, New: m.Chair},
			act.Change{Field: "参加人员", Old: old.Present, New: m.Present}, act.Change{Field: "议题", Old: old.Topics, New: m.Topics},
			act.Change{Field: "议定事项", Old: old.Minutes, New: m.Minutes})
	})
}
