package store

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A handoverPart is one kind of thing that can be somebody's. The parts
// together are the check list of a handover.
type handoverPart struct {
	name    string // of org.Matter.Part and in the database; never changed
	chinese string
	count   string // a query: how many such things person $1 has on day $2
	// list gives those things that are open: Ref, What, Passable, and of one
	// that only ends also Ends. how says what a matter means when the person
	// leaves or only changes posts.
	list func(h *hand, person int64, day law.Date, leaves bool) ([]org.Matter, error)
	// move gives one to the receiver; nil where nothing can be given.
	move func(h *hand, m org.Matter, day law.Date) error
	// end ends one that goes to nobody; nil where nothing has to be done.
	end func(h *hand, m org.Matter, day law.Date) error
}

// handoverParts are all of them, in the order of the printed list.
func handoverParts() []handoverPart {
	return []handoverPart{
		{
			name: "posts", chinese: "岗位",
			count: "select count(*) from post where person = $1 and (valid_to = '' or valid_to > $2)",
			list:  (*hand).postMatters, move: (*hand).movePost, end: (*hand).closePost,
		},
		{
			name: "duties", chinese: "责任分工",
			count: "select count(*) from duty where person = $1 and (valid_to = '' or valid_to > $2)",
			list:  (*hand).dutyMatters, move: (*hand).moveDuty, end: (*hand).closeDuty,
		},
		{
			name: "tasks", chinese: "任务",
			count: "select count(*) from task where person = $1 and ended_at = 0 and $2 <> ''",
			list:  (*hand).taskMatters, move: (*hand).moveTask, end: (*hand).closeTask,
		},
		{
			name: "voices", chinese: "投诉意见",
			count: "select count(*) from voice where handler = $1 and state = 'open' and $2 <> ''",
			list:  (*hand).voiceMatters, move: (*hand).moveVoice, end: (*hand).leaveVoice,
		},
		{
			name: "requests", chinese: "依申请公开",
			count: "select count(*) from request where person = $1 and state not in ('closed', 'void') and $2 <> ''",
			list:  (*hand).requestMatters, move: (*hand).moveRequest, end: (*hand).leaveRequest,
		},
		{
			name: "items", chinese: "主动公开信息",
			count: "select count(*) from item where author = $1 and stage in ('draft', 'review', 'asking', 'returned', 'approved') and $2 <> ''",
			list:  (*hand).itemMatters, move: (*hand).moveItem,
		},
		{
			name: "equipment", chinese: "保管的设备场所",
			count: "select count(*) from equipment where keeper = $1 and state <> 'ended' and $2 <> ''",
			list:  (*hand).keptMattersOf, move: (*hand).moveKept, end: (*hand).leaveKept,
		},
		{
			name: "groups", chinese: "领导小组",
			count: "select count(*) from group_member where person = $1 and (valid_to = '' or valid_to > $2)",
			list:  (*hand).groupMatters, end: (*hand).closeMember,
		},
		{
			name: "account", chinese: "账号",
			count: "select count(*) from account where person = $1 and open = 1 and $2 <> ''",
			list:  (*hand).accountMatters, end: (*hand).closeLeaver,
		},
	}
}

func handoverPartOf(name string) (handoverPart, bool) {
	for _, p := range handoverParts() {
		if p.name == name {
			return p, true
		}
	}
	return handoverPart{}, false
}

// dutyName and memberName are what a duty and a seat are called.
func dutyName(kind string) string   { return org.DutyKind(kind).Chinese() }
func memberName(role string) string { return org.GroupRole(role).Chinese() }

// maxMatters bounds the list of one handover.
const maxMatters = 5000

// matters is everything open that is the person's, by part.
func (h *hand) matters(person int64, day law.Date, leaves bool) ([]org.Matter, error) {
	var out []org.Matter
	for _, p := range handoverParts() {
		list, err := p.list(h, person, day, leaves)
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			m.Part, m.Kind = p.name, p.chinese
			out = append(out, m)
		}
	}
	if len(out) > maxMatters {
		return nil, act.Refuse(fmt.Sprintf("名下未了事项有%d项，超过一次交接的上限%d项。请先成批转办或办结一部分。", len(out), maxMatters))
	}
	return out, nil
}

// refID is the number at the end of a reference like post/5.
func refID(ref string) int64 {
	n, _ := strconv.ParseInt(ref[strings.LastIndexByte(ref, '/')+1:], 10, 64) // 0 names nothing
	return n
}

// Posts.

func (h *hand) postMatters(person int64, day law.Date, _ bool) ([]org.Matter, error) {
	list, err := h.s.posts(h.ctx, h.Tx, "x.person = $1 and (x.valid_to = '' or x.valid_to > $2) order by x.id", person, day.String())
	var out []org.Matter
	for _, p := range list {
		m := org.Matter{Ref: PostRef(p.ID), What: roleText(p.OrganName, p.Post), Passable: !p.Role.Guarding()}
		if p.Role.Guarding() {
			m.Ends = "离岗后收回；接替的人由安全管理员另行授予"
		}
		out = append(out, m)
	}
	return out, err
}

// movePost gives the role to the receiver from the last day on: on that day
// both hold it.
func (h *hand) movePost(m org.Matter, day law.Date) error {
	list, err := h.s.posts(h.ctx, h.Tx, "x.id = $1", refID(m.Ref))
	if err != nil || len(list) == 0 {
		return err
	}
	p := list[0]
	held, err := h.s.posts(h.ctx, h.Tx, "x.person = $1 and x.organ = $2 and x.role = $3 and (x.valid_to = '' or x.valid_to > $4) and x.valid_from <= $4",
		m.Receiver, p.Organ, string(p.Role), day.String())
	if err != nil {
		return err
	}
	if len(held) == 0 { // else the receiver holds it already
		if _, err := h.grant(org.Post{Person: m.Receiver, Organ: p.Organ, Role: p.Role, From: day, To: p.To}); err != nil {
			return err
		}
	}
	return h.closePost(m, day)
}

func (h *hand) closePost(m org.Matter, day law.Date) error {
	list, err := h.s.posts(h.ctx, h.Tx, "x.id = $1", refID(m.Ref))
	if err != nil || len(list) == 0 {
		return err
	}
	if p := list[0]; p.From.After(day) { // it never began
		if _, err := h.ExecContext(h.ctx, "delete from post where id = $1", p.ID); err != nil {
			return err
		}
		return h.note(act.PostEnded, PersonRef(p.Person), p.Organ, []string{m.Ref}, act.Change{Field: "岗位", Old: roleText(p.OrganName, p.Post), New: "未到任，取消"})
	}
	return h.endPost(refID(m.Ref), day, false)
}

// Duties and seats in the leading group.

func (h *hand) dutyMatters(person int64, day law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select d.id, d.kind, o.name from duty d join organ o on o.id = d.organ where d.person = $1 and (d.valid_to = '' or d.valid_to > $2) order by d.id", person, day.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		var id int64
		var kind, organ string
		if err := rows.Scan(&id, &kind, &organ); err != nil {
			return nil, err
		}
		out = append(out, org.Matter{Ref: fmt.Sprintf("duty/%d", id), What: organ + "：" + dutyName(kind), Passable: true})
	}
	return out, rows.Err()
}

// moveDuty names the receiver in the person's place from the next day on.
func (h *hand) moveDuty(m org.Matter, day law.Date) error {
	var organ int64
	var kind, from, to string
	if err := h.QueryRowContext(h.ctx, "select organ, kind, valid_from, valid_to from duty where id = $1", refID(m.Ref)).Scan(&organ, &kind, &from, &to); err != nil {
		return err
	}
	who, _, err := h.person(m.Receiver)
	if err != nil {
		return err
	}
	start := day.AddDays(1).String()
	if start < from {
		start = from
	}
	if _, err := h.ExecContext(h.ctx, "insert into duty (id, organ, kind, person, name, title, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7, $8)",
		h.s.NewID(), organ, kind, who.ID, who.Name, who.Title, start, to); err != nil {
		return err
	}
	return h.endDuty(m, day, organ, kind, who.Name)
}

func (h *hand) closeDuty(m org.Matter, day law.Date) error {
	var organ int64
	var kind string
	if err := h.QueryRowContext(h.ctx, "select organ, kind from duty where id = $1", refID(m.Ref)).Scan(&organ, &kind); err != nil {
		return err
	}
	return h.endDuty(m, day, organ, kind, "")
}

func (h *hand) endDuty(m org.Matter, day law.Date, organ int64, kind, next string) error {
	var was string
	if err := h.QueryRowContext(h.ctx, "select coalesce(p.name, d.name) from duty d left join person p on p.id = d.person and d.person <> 0 where d.id = $1", refID(m.Ref)).Scan(&was); err != nil {
		return err
	}
	if err := h.endRow("duty", refID(m.Ref), day); err != nil {
		return err
	}
	if err := h.bumpPart(organ, partDuty); err != nil {
		return err
	}
	return h.note(act.DutyChanged, OrganRef(organ), organ, []string{m.Ref}, act.Change{Field: dutyName(kind), Old: was, New: next})
}

// endRow ends what has a term. What never began is removed.
func (h *hand) endRow(table string, id int64, day law.Date) error {
	res, err := h.ExecContext(h.ctx, "delete from "+table+" where id = $1 and valid_from > $2", id, day.String())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = h.ExecContext(h.ctx, "update "+table+" set valid_to = $2 where id = $1", id, day.String())
	return err
}

// bumpPart tells whoever is editing the organ's part that it changed.
func (h *hand) bumpPart(organ int64, part string) error {
	_, err := h.ExecContext(h.ctx, "update organ_part set version = version + 1 where organ = $1 and part = $2", organ, part)
	return err
}

func (h *hand) groupMatters(person int64, day law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select m.id, m.role, o.name from group_member m join organ o on o.id = m.organ where m.person = $1 and (m.valid_to = '' or m.valid_to > $2) order by m.id", person, day.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		var id int64
		var role, organ string
		if err := rows.Scan(&id, &role, &organ); err != nil {
			return nil, err
		}
		out = append(out, org.Matter{Ref: fmt.Sprintf("member/%d", id), What: organ + "政务公开领导小组：" + memberName(role),
			Ends: "任期截止；由谁接任，须发文调整领导小组"})
	}
	return out, rows.Err()
}

// closeMember ends a seat. Who follows is for a document of the organ to say.
func (h *hand) closeMember(m org.Matter, day law.Date) error {
	var organ int64
	var role, name string
	if err := h.QueryRowContext(h.ctx, "select m.organ, m.role, coalesce(p.name, m.name) from group_member m left join person p on p.id = m.person and m.person <> 0 where m.id = $1", refID(m.Ref)).Scan(&organ, &role, &name); err != nil {
		return err
	}
	if err := h.endRow("group_member", refID(m.Ref), day); err != nil {
		return err
	}
	if err := h.bumpPart(organ, partGroup); err != nil {
		return err
	}
	return h.note(act.GroupChanged, OrganRef(organ), organ, []string{m.Ref}, act.Change{Field: memberName(role), Old: name})
}

// The account.

func (h *hand) accountMatters(person int64, day law.Date, leaves bool) ([]org.Matter, error) {
	if !leaves {
		return nil, nil
	}
	w, err := h.owner(person)
	if err != nil || !w.open {
		return nil, err
	}
	return []org.Matter{{Ref: AccountRef(person), What: "登录账号 " + w.login, Ends: day.Chinese() + "后停用，不移交他人"}}, nil
}

// closeLeaver closes the account of one whose last day is over, and ends his
// sessions. Before, he works on: nobody is let in after the last day, because
// he is no viewer any more, and CloseLeft closes what is left open.
func (h *hand) closeLeaver(m org.Matter, day law.Date) error {
	w, err := h.owner(refID(m.Ref))
	if err != nil || !w.open || !day.Before(h.day) {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "update account set open = 0, version = version + 1 where person = $1", w.id); err != nil {
		return err
	}
	if _, err := h.endSessions(w, 0); err != nil {
		return err
	}
	return h.note(act.AccountClosed, AccountRef(w.id), w.at.Home, []string{PersonRef(w.id)})
}
