package store

import (
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// Voices that a person works on, and what he keeps of the ledger of equipment.

func (h *hand) voiceMatters(person int64, _ law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select v.id, v.kind, v.number, v.due, o.name from voice v join organ o on o.id = v.organ where v.handler = $1 and v.state = 'open' order by v.due, v.id", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		var id int64
		var kind oversight.VoiceKind
		var number, due, organ string
		if err := rows.Scan(&id, &kind, &number, &due, &organ); err != nil {
			return nil, err
		}
		out = append(out, org.Matter{Ref: VoiceRef(id), What: organ + "：" + kind.Chinese() + " " + number + "（期限 " + due + "）", Passable: true})
	}
	return out, rows.Err()
}

func (h *hand) moveVoice(m org.Matter, _ law.Date) error { return h.giveVoice(m, m.Receiver) }

// leaveVoice leaves it with the organ: nobody is named any more.
func (h *hand) leaveVoice(m org.Matter, _ law.Date) error { return h.giveVoice(m, 0) }

func (h *hand) giveVoice(m org.Matter, to int64) error {
	var organ int64
	id := refID(m.Ref)
	if err := h.QueryRowContext(h.ctx, "select organ from voice where id = $1", id).Scan(&organ); err != nil {
		return err
	}
	if err := one(h.ExecContext(h.ctx, "update voice set handler = $2, version = version + 1 where id = $1", id, to)); err != nil {
		return err
	}
	return h.note(act.VoiceAssigned, m.Ref, organ, personRefs(to))
}

func (h *hand) keptMattersOf(person int64, _ law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select e.id, e.kind, e.name, e.place, o.name from equipment e join organ o on o.id = e.organ where e.keeper = $1 and e.state <> 'ended' order by e.kind, e.id", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		var id int64
		var kind oversight.EquipmentKind
		var name, place, organ string
		if err := rows.Scan(&id, &kind, &name, &place, &organ); err != nil {
			return nil, err
		}
		out = append(out, org.Matter{Ref: EquipmentRef(id), What: organ + "：" + kind.Chinese() + " " + name + "（" + place + "）", Passable: true})
	}
	return out, rows.Err()
}

func (h *hand) moveKept(m org.Matter, _ law.Date) error { return h.giveKept(m, m.Receiver) }

// leaveKept leaves it without a keeper. A 加密计算机 is never without one.
func (h *hand) leaveKept(m org.Matter, _ law.Date) error {
	var kind oversight.EquipmentKind
	if err := h.QueryRowContext(h.ctx, "select kind from equipment where id = $1", refID(m.Ref)).Scan(&kind); err != nil {
		return err
	}
	if kind == oversight.Cipher {
		return act.Refuse("加密计算机必须有专人管理，请指定接手的保管人。")
	}
	return h.giveKept(m, 0)
}

func (h *hand) giveKept(m org.Matter, to int64) error {
	var organ int64
	id := refID(m.Ref)
	if err := h.QueryRowContext(h.ctx, "select organ from equipment where id = $1", id).Scan(&organ); err != nil {
		return err
	}
	if err := one(h.ExecContext(h.ctx, "update equipment set keeper = $2, version = version + 1 where id = $1", id, to)); err != nil {
		return err
	}
	return h.note(act.EquipmentSaved, m.Ref, organ, personRefs(to), act.Change{Field: "保管人", New: "移交"})
}
