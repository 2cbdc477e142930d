package store

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// stayUp names, for SQL, the kinds of channels where what was shown stays until
// somebody takes it away.
const stayUp = "('board', 'website', 'wechat', 'video', 'group', 'inquiry', 'site', 'feature', 'other')"

// mustComeDown marks what still stands of an item that the public has no more,
// on boards and accounts, and gives whoever publishes the task to take it down
// today. Of one that was removed in emergency the scripts go as well.
func (h *hand) mustComeDown(x *ItemFile) error {
	if x.Standing == proactive.Removed {
		if _, err := h.ExecContext(h.ctx, "delete from script where item = $1", x.ID); err != nil {
			return err
		}
	}
	rows, err := h.QueryContext(h.ctx, `select distinct t.name, p.organ from posting p join outlet t on t.id = p.outlet where p.item = $1 and p.down = '' and p.must = 0 and t.kind in `+stayUp+" order by p.organ, t.name limit 2000", x.ID)
	if err != nil {
		return err
	}
	places := map[int64][]string{}
	var organs []int64
	err = scanAll(rows, func(r scanner) error {
		var name string
		var organ int64
		err := r.Scan(&name, &organ)
		if places[organ] == nil {
			organs = append(organs, organ)
		}
		places[organ] = append(places[organ], name)
		return err
	})
	if err != nil || len(places) == 0 {
		return err
	}
	if _, err := h.ExecContext(h.ctx, `update posting set must = 1, version = version + 1 where item = $1 and down = '' and outlet in (select id from outlet where kind in `+stayUp+")", x.ID); err != nil {
		return err
	}
	for _, organ := range organs {
		list := places[organ]
		var home int64
		if err := h.QueryRowContext(h.ctx, "select home from organ where id = $1", organ).Scan(&home); err != nil {
			return err
		}
		t := org.Task{ID: h.s.NewID(), Organ: home, Role: org.Publisher, Title: fmt.Sprintf("索引号%s的信息已撤下，请当天撤下%d处张贴和转发", x.Number, len(list)),
			Text: "地点和渠道：" + clip(strings.Join(list, "、"), 1500) + "。撤下后在“公开渠道—待撤下”里逐处登记。", Ref: ItemRef(x.ID), Due: h.day, State: org.TaskOpen, By: h.by.Viewer.Person, Version: 1}
		if _, err := h.ExecContext(h.ctx, `insert into task (id, organ, role, person, title, body, ref, due, basis, state, given_by, answer, version, given_at, ended_at, search)
			values ($1, $2, $3, 0, $4, $5, $6, $7, '', $8, $9, '', 1, $10, 0, $11)`, t.ID, t.Organ, string(t.Role), t.Title, t.Text, t.Ref, t.Due.String(), string(t.State), t.By, h.now, text.Fold(t.Title)); err != nil {
			return err
		}
		if err := h.tellOfTask(act.TaskAssigned, t); err != nil {
			return err
		}
		if err := h.note(act.TaskAssigned, TaskRef(t.ID), t.Organ, nil, act.Change{Field: "事项", New: t.Title}, act.Change{Field: "期限", New: t.Due.String()}); err != nil {
			return err
		}
	}
	return nil
}
