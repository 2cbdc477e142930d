package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A Volume is a volume of the archive 案卷 that items of an organ were put into.
type Volume struct {
	Organ       int64
	OrganName   string
	Name        string // 卷号
	N           int
	First, Last law.Date // days of publication
	Handed      []VolumeHand
}

// A VolumeHand is one handing over of a volume, to the state archives or to the
// public library (条例第二十五条).
type VolumeHand struct {
	To     string // who took it
	On     law.Date
	Copies int
	Taker  string // who signed for it
	Scan   int64  // private file of the signed list, 0 for none
}

// VolumeRef is the reference of acts on a volume.
func VolumeRef(organ int64, name string) string { return fmt.Sprintf("volume/%d/%s", organ, name) }

// Volumes lists the volumes of organs that the viewer may see, the newest first.
func (s *Store) Volumes(ctx context.Context, v org.Viewer, limit int) ([]Volume, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.and("i.volume <> ''")
	rows, err := s.read.QueryContext(ctx, "select i.organ, o.name, i.volume, count(*), min(i.published), max(i.published) from item i join organ o on o.id = i.organ where "+strings.Join(p.cond, " and ")+
		" group by i.organ, o.name, i.volume order by max(i.archived) desc, i.volume desc limit "+p.arg(atMost(limit, MaxItems)), p.args...)
	list, err := gather("volumes", rows, err, func(r scanner) (x Volume, err error) {
		var first, last string
		if err = r.Scan(&x.Organ, &x.OrganName, &x.Name, &x.N, &first, &last); err == nil {
			err = dates(first, last, &x.First, &x.Last)
		}
		return x, err
	})
	for i := range list {
		if list[i].Handed, err = s.volumeHands(ctx, list[i]); err != nil {
			return nil, err
		}
	}
	return list, err
}

func (s *Store) volumeHands(ctx context.Context, x Volume) ([]VolumeHand, error) {
	rows, err := s.read.QueryContext(ctx, entrySQL+" where a.ref = $1 order by a.seq", VolumeRef(x.Organ, x.Name))
	if err != nil {
		return nil, fmt.Errorf("store: volume: %w", err)
	}
	list, err := scanEntries(rows)
	if err != nil {
		return nil, err
	}
	var out []VolumeHand
	for _, e := range list {
		h := VolumeHand{On: e.Act.On, Taker: e.Details.Signer, Scan: ScanOf(e.Act)}
		for _, c := range e.Details.Changes {
			switch c.Field {
			case "接收单位":
				h.To = c.New
			case "份数":
				h.Copies, _ = strconv.Atoi(c.New)
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// VolumeItems lists what is in a volume, the earliest published first.
func (s *Store) VolumeItems(ctx context.Context, v org.Viewer, organ int64, name string) ([]ItemRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(true, "i.organ = ", organ)
	p.is(true, "i.volume = ", name)
	rows, err := p.rows(ctx, s.read, itemRowSQL, "i.published_at, i.id", 2000)
	return gather("items of a volume", rows, err, scanItemRow)
}

// HandVolume registers that a volume was handed over; the scan of the signed list
// is a private file of VolumeRef. It needs PublishItems at the organ.
func (s *Store) HandVolume(ctx context.Context, by By, organ int64, name string, x VolumeHand, hash string) (Done, error) {
	by.On, by.Signer = x.On, x.Taker
	by.Paper = &act.Paper{On: x.On, Scan: hash}
	return s.do(ctx, by, "hand over volume", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.PublishItems, to); err != nil {
			return "", err
		}
		if there, err := h.exists("select exists (select 1 from item where organ = $1 and volume = $2)", organ, name); err != nil || !there {
			return "", notThere(err)
		}
		switch {
		case strings.TrimSpace(x.To) == "" || len(x.To) > 180:
			return "", act.Refuse("请写接收的单位，例如“云岭县档案馆”。")
		case !x.On.Valid() || x.On.After(h.day):
			return "", act.Refuse("请写移交的日期，不能晚于今天。")
		case x.Copies < 1 || x.Copies > 999:
			return "", act.Refuse("请写移交的份数，1至999。")
		}
		var refs []string
		if x.Scan != 0 {
			if err := h.keepPrivate(x.Scan, VolumeRef(organ, name)); err != nil {
				return "", err
			}
			refs = append(refs, scanRef(x.Scan))
		}
		return "", h.note(act.VolumeHanded, VolumeRef(organ, name), organ, refs, act.Change{Field: "接收单位", New: strings.TrimSpace(x.To)}, act.Change{Field: "份数", New: strconv.Itoa(x.Copies)})
	})
}

// notThere is ErrNotFound unless something else went wrong.
func notThere(err error) error {
	if err != nil {
		return err
	}
	return ErrNotFound
}

// OpenVolumeScan opens the scan of a signed list of a volume.
func (s *Store) OpenVolumeScan(ctx context.Context, v org.Viewer, organ int64, name string, file int64) (PrivateFile, *File, error) {
	list, err := s.VolumeItems(ctx, v, organ, name)
	if err != nil || len(list) == 0 {
		return PrivateFile{}, nil, notThere(err)
	}
	hands, err := s.volumeHands(ctx, Volume{Organ: organ, Name: name})
	if err != nil {
		return PrivateFile{}, nil, err
	}
	for _, h := range hands {
		if h.Scan == file && file != 0 {
			return s.OpenPrivate(ctx, file)
		}
	}
	return PrivateFile{}, nil, ErrNotFound
}

// Resolve records what the leading group decided of an item 领导小组研究决定, with
// the meeting, 0 for none. It needs EditItems at the organ.
func (s *Store) Resolve(ctx context.Context, by By, id, meeting int64, changes ...act.Change) (Done, error) {
	return s.do(ctx, by, "resolve item", func(h *hand) (string, error) {
		x, err := h.item(id)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditItems, x.to); err != nil {
			return "", err
		}
		var refs []string
		if meeting != 0 {
			m, err := readMeeting(h.ctx, h, meeting)
			if err != nil {
				return "", err
			}
			if m.Organ != x.to.Home {
				return "", ErrNotFound
			}
			refs = append(refs, fmt.Sprintf("meeting/%d", meeting))
		}
		return "", h.note(act.ItemResolved, ItemRef(id), x.Organ, refs, changes...)
	})
}
