package store

import (
	"context"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// Grant gives a person a role at an organ and answers with the post's id. A
// post at an 内设机构 or 村 is one at the organ that answers for it. Business
// roles need GrantPosts there, guarding ones GrantGuards, and nobody gives a
// guarding role to himself. Refused are also the same post twice and roles that
// one person must not hold together, counted over all his posts anywhere.
func (s *Store) Grant(ctx context.Context, by By, p org.Post) (Done, error) {
	return s.do(ctx, by, "grant post", func(h *hand) (string, error) {
		id, err := h.grant(p)
		return strconv.FormatInt(id, 10), err
	})
}

// GrantAll gives several roles together, all or none. The answer is the id of
// the last post.
func (s *Store) GrantAll(ctx context.Context, by By, list []org.Post) (Done, error) {
	return s.do(ctx, by, "grant posts", func(h *hand) (string, error) {
		var last int64
		for _, p := range list {
			id, err := h.grant(p)
			if err != nil {
				return "", err
			}
			last = id
		}
		return strconv.FormatInt(last, 10), nil
	})
}

// mayGrant asks everything about a post but what its holder holds already.
// It settles organ and first day.
func (h *hand) mayGrant(p *org.Post) error {
	if err := refuse(p.Check()); err != nil {
		return err
	}
	at, err := h.subject(p.Organ)
	if err != nil {
		return err
	}
	if p.Organ = at.Home; at.Organ != at.Home {
		if at, err = h.subject(at.Home); err != nil {
			return err
		}
	}
	switch {
	case !org.MayGrant(h.by.Viewer, p.Role, at) && org.May(h.by.Viewer, p.Role.GrantVerb(), at):
		return act.Refuse("“" + p.Role.Chinese() + "”可以管理下级机关，只能由上级的主管部门授予。")
	case !org.MayGrant(h.by.Viewer, p.Role, at):
		return Forbidden(p.Role.GrantVerb())
	case p.Role.Guarding() && p.Person == h.by.Viewer.Person:
		return act.Refuse("不能给自己授予“" + p.Role.Chinese() + "”。监督和三员岗位由另一位安全管理员授予。")
	}
	if p.From.IsZero() {
		p.From = h.day
		if err := refuse(p.Check()); err != nil { // also how long it lasts
			return err
		}
	}
	var last string
	if err := h.QueryRowContext(h.ctx, "select valid_to from organ where id = $1", p.Organ).Scan(&last); err != nil {
		return err
	}
	if last != "" && last < p.From.String() {
		return act.Refuse("“" + h.organName(p.Organ) + "”已于" + last + "撤销，不能再授予岗位。")
	}
	return nil
}

func (h *hand) grant(p org.Post) (int64, error) {
	if err := h.mayGrant(&p); err != nil {
		return 0, err
	}
	return h.keepPost(p)
}

// keepPost writes a post that may be granted.
func (h *hand) keepPost(p org.Post) (int64, error) {
	who, at, err := h.person(p.Person)
	if err != nil {
		return 0, err
	}
	if !org.May(h.by.Viewer, org.SeePeople, at) {
		return 0, ErrNotFound
	}
	if !who.To.IsZero() && (p.To.IsZero() || p.To.After(who.To)) {
		return 0, act.Refuse("“" + who.Name + "”" + who.To.Chinese() + "离岗，岗位的任期不能超过这一天。")
	}
	// Two grants to one person follow one another, so that roles that must not
	// meet cannot pass each other.
	if _, err := h.ExecContext(h.ctx, "update person set saved_at = $2 where id = $1", p.Person, h.now); err != nil {
		return 0, err
	}
	held, err := h.s.posts(h.ctx, h.Tx, "x.person = $1 order by x.id", p.Person)
	if err != nil {
		return 0, err
	}
	var posts []org.Post
	for _, x := range held {
		posts = append(posts, x.Post)
	}
	if err := p.Joins(posts); err != nil {
		return 0, act.Refuse("“" + who.Name + "”：" + err.Error())
	}
	p.ID = h.s.NewID()
	if _, err := h.ExecContext(h.ctx, "insert into post (id, person, organ, role, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6)",
		p.ID, p.Person, p.Organ, string(p.Role), p.From.String(), p.To.String()); err != nil {
		return 0, err
	}
	return p.ID, h.note(act.PostGranted, PersonRef(p.Person), p.Organ, []string{PostRef(p.ID)}, act.Change{Field: "岗位", New: roleText(h.organName(p.Organ), p)})
}

// EndPost ends a post after its last day, which may be past, today or to come.
// It needs what granting it needs. The last 安全管理员 of an organ that no other
// reaches cannot be ended: nobody could be made one again.
func (s *Store) EndPost(ctx context.Context, by By, id int64, last law.Date) (Done, error) {
	return s.do(ctx, by, "end post", func(h *hand) (string, error) { return "", h.endPost(id, last, true) })
}

func (h *hand) endPost(id int64, last law.Date, ask bool) error {
	list, err := h.s.posts(h.ctx, h.Tx, "x.id = $1", id)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrNotFound
	}
	p := list[0]
	at, err := h.subject(p.Organ)
	if err != nil {
		return err
	}
	if ask && !org.MayGrant(h.by.Viewer, p.Role, at) {
		return Forbidden(p.Role.GrantVerb())
	}
	if last.IsZero() {
		last = h.day
	}
	switch {
	case !last.Valid():
		return act.Refuse("请写明岗位的最后一天，例如 2026-03-31。")
	case last.Before(p.From):
		return act.Refuse("最后一天" + last.Chinese() + "早于到岗日期" + p.From.Chinese() + "。")
	case !p.To.IsZero() && !p.To.After(last):
		return act.Refuse("这个岗位已于" + p.To.Chinese() + "结束。")
	}
	if p.Role == org.SecurityAdmin {
		if err := h.notLast(p, last); err != nil {
			return err
		}
	}
	res, err := h.ExecContext(h.ctx, "update post set valid_to = $2 where id = $1 and valid_to = $3", id, last.String(), p.To.String())
	if err := one(res, err); err != nil {
		return err
	}
	ended := p.Post
	ended.To = last
	return h.note(act.PostEnded, PersonRef(p.Person), p.Organ, []string{PostRef(id)},
		act.Change{Field: "岗位", Old: roleText(p.OrganName, p.Post), New: roleText(p.OrganName, ended)})
}

// notLast is a refusal if after the day nobody would be 安全管理员 for the post's
// organ.
func (h *hand) notLast(p PostRow, last law.Date) error {
	others, err := h.s.posts(h.ctx, h.Tx, `x.role = $1 and x.id <> $2 and (x.valid_to = '' or x.valid_to > $3) and (p.valid_to = '' or p.valid_to > $3)
		and substr(cast($4 as text), 1, length(o.path)) = o.path order by x.id limit 1`, string(p.Role), p.ID, last.String(), p.Path)
	if err != nil {
		return err
	}
	if len(others) == 0 {
		return act.Refuse("这是最后一位安全管理员：收回以后，再没有人能授予监督和三员岗位。请先给另一位同事授予“安全管理员”。")
	}
	return nil
}

// OrganPosts lists the posts held at an organ on the day, by id, if the viewer
// may see its people; else there are none.
func (s *Store) OrganPosts(ctx context.Context, v org.Viewer, organ int64, day law.Date) ([]PostRow, error) {
	args := []any{organ, day.String()}
	see := scope(v.Scope(org.SeePeople), "o.home", "o.path", "", &args)
	return s.posts(ctx, s.read, "x.organ = $1 and "+see+` and (x.valid_from = '' or x.valid_from <= $2) and (x.valid_to = '' or x.valid_to >= $2)
		and (p.valid_from = '' or p.valid_from <= $2) and (p.valid_to = '' or p.valid_to >= $2) order by x.id`, args...)
}
