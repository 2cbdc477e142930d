package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/org"
)

// EraseDetails takes away what stands beside an act: values before and after,
// reason, signer, network address. The act stays with the hash they were sealed
// by, so that the log verifies as before and nobody can put other details in
// their place. That they were erased, by whom and why, is an act itself. It needs
// EditSettings at the organ of the act, or Configure where it has none; nobody
// erases what he did himself. Where there is nothing left nothing happens.
// ErrNotFound if there is no such act.
func (s *Store) EraseDetails(ctx context.Context, by By, id int64, reason string) (Done, error) {
	if by.Reason = reason; reason == "" {
		return Done{}, fmt.Errorf("store: erase details: %w", act.Refuse("请写明清除的理由，例如“申请人信息保存期满”。理由会留在清除的记录里。"))
	}
	return s.do(ctx, by, "erase details", func(h *hand) (string, error) {
		var ref, detail string
		var organ, officer int64
		if err := h.QueryRowContext(h.ctx, "select ref, organ, officer, detail from act where id = $1", id).Scan(&ref, &organ, &officer, &detail); err != nil {
			return "", err
		}
		verb := org.EditSettings
		if organ == 0 {
			verb = org.Configure
		}
		if err := h.mayAt(verb, organ); err != nil {
			return "", err
		}
		if officer != 0 && officer == by.Viewer.Person {
			return "", act.Refuse("这是您本人办理的留痕，不能由本人清除。请由本机关另一位有权限的同志办理。")
		}
		if detail == "" {
			return "", nil
		}
		if err := one(h.ExecContext(h.ctx, "update act set detail = '' where id = $1", id)); err != nil {
			return "", err
		}
		return "", h.note(act.DetailsErased, ActRef(id), organ, []string{ref})
	})
}
