package store

import (
	"context"
	"fmt"

	"gongkai/law"
	"gongkai/org"
)

// Viewer is a person with the posts in force on the day, each with the path of
// its organ as it is now. ErrNotFound for one who is not there or has left.
func (s *Store) Viewer(ctx context.Context, person int64, day law.Date) (org.Viewer, error) {
	v := org.Viewer{Person: person}
	on := day.String()
	err := s.read.QueryRowContext(ctx, `select name, organ from person where id = $1
		and (valid_from = '' or valid_from <= $2) and (valid_to = '' or valid_to >= $2)`, person, on).Scan(&v.Name, &v.Organ)
	if err != nil {
		return org.Viewer{}, fmt.Errorf("store: viewer %d: %w", person, s.dialect.translate(err))
	}
	rows, err := s.read.QueryContext(ctx, `select p.id, p.organ, o.path, p.role, p.valid_from, p.valid_to from post p join organ o on o.id = p.organ
		where p.person = $1 and (p.valid_from = '' or p.valid_from <= $2) and (p.valid_to = '' or p.valid_to >= $2) order by p.id`, person, on)
	if err != nil {
		return org.Viewer{}, fmt.Errorf("store: viewer %d: %w", person, err)
	}
	defer rows.Close()
	for rows.Next() {
		p := org.Post{Person: person}
		var from, to string
		if err := rows.Scan(&p.ID, &p.Organ, &p.Path, &p.Role, &from, &to); err != nil {
			return org.Viewer{}, fmt.Errorf("store: viewer %d: %w", person, err)
		}
		if err := dates(from, to, &p.From, &p.To); err != nil {
			return org.Viewer{}, fmt.Errorf("store: viewer %d: %w", person, err)
		}
		v.Posts = append(v.Posts, p)
	}
	return v, rows.Err()
}

// dates reads the two days of a span.
func dates(from, to string, f, t *law.Date) error {
	if err := f.UnmarshalText([]byte(from)); err != nil {
		return err
	}
	return t.UnmarshalText([]byte(to))
}
