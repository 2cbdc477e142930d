package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
)

// AccountabilityRef is the reference of acts on holding to account.
func AccountabilityRef(id int64) string { return fmt.Sprintf("accountability/%d", id) }

// An AccountabilityRow is a record of holding to account with its names. Detail
// is what was said about a person; it is gone once the act's details are erased,
// and only those who may give orders read it.
type AccountabilityRow struct {
	oversight.Account
	OrganName, IssuerName, PersonName string
	Detail                            string
}

// KeepAccountability records that an organ was held to account. detail, which
// may name persons, goes into the details of the act only. It needs GiveOrders
// at the organ and its issuer. The answer is its id.
func (s *Store) KeepAccountability(ctx context.Context, by By, a oversight.Account, detail string) (Done, error) {
	a.ID = s.NewID()
	return s.do(ctx, by, "keep accountability", func(h *hand) (string, error) {
		for _, why := range a.Wrong(h.day) {
			return "", act.Refuse(why)
		}
		if len([]rune(detail)) > 2000 {
			return "", act.Refuse("情况说明过长，最多 2000 字。")
		}
		to, err := h.subject(a.Organ)
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeePlans, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.GiveOrders, to); err != nil {
			return "", err
		}
		if err := h.edits(org.GiveOrders, a.Issuer); err != nil {
			return "", err
		}
		if a.Person != 0 {
			_, at, err := h.person(a.Person)
			if err != nil {
				return "", err
			}
			if at.Home != to.Home {
				return "", act.Refuse("选择的人员不在这个机关。")
			}
		}
		if kind, _, _ := strings.Cut(a.Ref, "/"); kind == "order" {
			if err := h.sourceOrder(refID(a.Ref), to.Home); err != nil {
				return "", err
			}
		}
		if err := h.note(act.AccountabilityKept, AccountabilityRef(a.ID), to.Home, personRefs(a.Person), act.Change{Field: "方式", New: a.Kind.Chinese()},
			act.Change{Field: "文件", New: a.Document}, act.Change{Field: accountDetail, New: strings.TrimSpace(detail)}); err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, "insert into accountability (id, organ, issuer, kind, on_day, document, ref, person, act, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			a.ID, a.Organ, a.Issuer, string(a.Kind), a.On.String(), a.Document, a.Ref, a.Person, h.last, h.now)
		return strconv.FormatInt(a.ID, 10), err
	})
}

// accountDetail is the field of the act's details that tells what happened.
const accountDetail = "情况"

func (h *hand) sourceOrder(order, home int64) error {
	var at int64
	if err := h.QueryRowContext(h.ctx, "select o.home from rectification x join organ o on o.id = x.organ where x.id = $1", order).Scan(&at); err != nil {
		return err
	}
	if at != home {
		return act.Refuse("整改通知不是发给这个机关的。")
	}
	return nil
}

// Accountability lists records of holding to account, the newest first. The
// detail is filled in for those who may give orders there.
func (s *Store) Accountability(ctx context.Context, v org.Viewer, organ int64) ([]AccountabilityRow, error) {
	var args []any
	cond := scope(v.Scope(org.SeePlans), "o.home", "o.path", "", &args)
	if organ != 0 {
		args = append(args, organ)
		cond += fmt.Sprintf(" and o.home = $%d", len(args))
	}
	rows, err := s.read.QueryContext(ctx, `select a.id, a.organ, a.issuer, a.kind, a.on_day, a.document, a.ref, a.person, o.name, i.name, coalesce(p.name, ''), coalesce(c.detail, ''), o.home, o.path
		from accountability a join organ o on o.id = a.organ join organ i on i.id = a.issuer left join person p on p.id = a.person left join act c on c.id = a.act
		where `+cond+" order by a.on_day desc, a.id desc limit 300", args...)
	if err != nil {
		return nil, fmt.Errorf("store: accountability: %w", err)
	}
	var out []AccountabilityRow
	err = scanAll(rows, func(r scanner) error {
		var x AccountabilityRow
		var on, detail string
		var at org.Subject
		if err := r.Scan(&x.ID, &x.Organ, &x.Issuer, &x.Kind, &on, &x.Document, &x.Ref, &x.Person, &x.OrganName, &x.IssuerName, &x.PersonName, &detail, &at.Home, &at.Path); err != nil {
			return err
		}
		if err := dayOf(on, &x.On); err != nil {
			return err
		}
		if org.May(v, org.GiveOrders, at) {
			d, err := act.ParseDetails([]byte(detail))
			if err != nil {
				return err
			}
			for _, c := range d.Changes {
				if c.Field == accountDetail {
					x.Detail = c.New
				}
			}
		} else {
			x.Person, x.PersonName = 0, ""
		}
		out = append(out, x)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: accountability: %w", err)
	}
	return out, nil
}
