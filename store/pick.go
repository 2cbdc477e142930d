package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"gongkai/org"
	"gongkai/text"
)

// A pick is the conditions of a list as they are gathered, with their
// parameters in the order of their places.
type pick struct {
	cond []string
	args []any
}

// arg gives one more parameter its place.
func (p *pick) arg(x any) string {
	p.args = append(p.args, x)
	return fmt.Sprintf("$%d", len(p.args))
}

func (p *pick) and(cond ...string) { p.cond = append(p.cond, cond...) }

// is adds a condition that ends in its parameter, if it is of use.
func (p *pick) is(use bool, cond string, x any) {
	if use {
		p.and(cond + p.arg(x))
	}
}

// in adds what a viewer may see, as scope does.
func (p *pick) in(sc org.Scope, home, path, person string) {
	p.and(scope(sc, home, path, person, &p.args))
}

// found adds that a folded column holds what was searched for, if anything was.
func (p *pick) found(column, search string) {
	if f := text.Fold(search); f != "" {
		p.and(contains(column, p.arg(f)))
	}
}

// rows asks for the rows in their order. There is at least one condition.
func (p *pick) rows(ctx context.Context, q asker, from, order string, limit int) (*sql.Rows, error) {
	query := from + " where " + strings.Join(p.cond, " and ") + " order by " + order + " limit " + p.arg(limit)
	return q.QueryContext(ctx, query, p.args...)
}

// atMost is how long a list gets: as asked for, within its bound.
func atMost(asked, bound int) int {
	if asked <= 0 || asked > bound {
		return bound
	}
	return asked
}

// gather reads the rows of a list. err is that of the query; what names the list
// in errors.
func gather[T any](what string, rows *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	var out []T
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			x, err := scan(r)
			out = append(out, x)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", what, err)
	}
	return out, nil
}
