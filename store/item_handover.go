package store

import (
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// Texts that somebody was writing when he left.

func (h *hand) itemMatters(person int64, _ law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select i.id, i.title, i.stage, i.due, o.name from item i join organ o on o.id = i.organ where i.author = $1 and i.stage in ('draft', 'review', 'asking', 'returned', 'approved') order by i.due, i.id", person)
	if err != nil {
		return nil, err
	}
	var out []org.Matter
	return out, scanAll(rows, func(r scanner) error {
		var id int64
		var title, due, organ string
		var stage proactive.Stage
		if err := r.Scan(&id, &title, &stage, &due, &organ); err != nil {
			return err
		}
		m := org.Matter{Ref: ItemRef(id), What: organ + "：信息“" + clip(title, 40) + "”（" + stage.Chinese() + "）", Passable: true}
		if due != "" {
			m.What += "（期限 " + due + "）"
		}
		out = append(out, m)
		return nil
	})
}

// moveItem gives a text in work to the receiver. As its writer he cannot sign it.
func (h *hand) moveItem(m org.Matter, _ law.Date) error {
	id := refID(m.Ref)
	x, err := scanItem(h.QueryRowContext(h.ctx, itemSQL+" where i.id = $1", id))
	if err != nil {
		return err
	}
	x.hand = h
	if x.Item, err = h.s.replayItem(h.ctx, h, id); err != nil {
		return err
	}
	if !x.Open() {
		return nil // it was finished meanwhile
	}
	cal, err := h.s.Calendar(h.ctx)
	if err != nil {
		return err
	}
	if err := x.Assign(proactive.Doing{On: h.day, Today: h.day}, m.Receiver); err != nil {
		return err
	}
	values, err := x.values(h, cal)
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update item set version = version + 1, "+assign(itemColumns, 3)+" where id = $1 and version = $2", append([]any{x.ID, x.Version}, values...)...)
	if err := one(res, err); err != nil {
		return err
	}
	return h.appendItem(x)
}
