package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
)

// enterIncident begins the report that a removal in emergency owes: an entry of
// the register of incidents, with no word of what was removed.
func (x *ItemFile) enterIncident(cause proactive.Cause) error {
	h := x.hand
	n := oversight.Incident{Organ: x.to.Home, Kind: oversight.Leak, Secrecy: true, Found: h.day, Content: oversight.IncidentContent{
		Title: "紧急撤下一条已公开的信息（" + cause.Chinese() + "）",
		What:  "索引号" + x.Number + "的信息发布后发现" + cause.Chinese() + "，已于" + h.day.Chinese() + "紧急撤下：公开页面、附件、检索、订阅和缓存中的内容已经清除，封存一份备查。请向有关部门报告，并登记报告的时间和方式。",
		Where: "公开网站 索引号" + x.Number,
	}}
	if cause == proactive.PersonalData {
		n.Kind, n.Secrecy = oversight.PrivacyLost, false
	}
	by := h.by
	h.by.Reason, h.by.Paper, h.by.Signer = "", nil, ""
	_, err := h.enterIncident(n, x.to)
	h.by = by
	return err
}

// OpenSealedFile opens a file of the sealed copy of an item that was removed in
// emergency. It needs OpenSealed at the organ, and is logged like the copy itself.
func (s *Store) OpenSealedFile(ctx context.Context, by By, id, file int64) (proactive.File, *File, error) {
	versions, err := s.SealedItem(ctx, by, id)
	if err != nil {
		return proactive.File{}, nil, err
	}
	for _, c := range versions {
		if f := c.File(file); f != nil {
			_, r, err := s.OpenPrivate(ctx, file)
			return *f, r, err
		}
	}
	return proactive.File{}, nil, ErrNotFound
}

// Held is what an item that is not disclosed keeps: title, number, dates and
// category. The ground and the day of the next look stand in its acts.
func Held(c proactive.Content) proactive.Content {
	return proactive.Content{Title: c.Title, DocNo: c.DocNo, Category: c.Category, Made: c.Made, Issuer: c.Issuer, Withhold: c.Withhold}
}

// empty takes text and files out of an item that was just withheld, unless the
// organ keeps them by its setting. A new salt makes the hashes of what was
// there say nothing any more.
func (h *hand) empty(x *ItemFile) error {
	fresh := x.Fresh()
	switch {
	case len(fresh) == 0:
		return nil
	case fresh[len(fresh)-1].Kind == act.ItemReReviewed && x.Stage == proactive.Drafting: // nobody proposes any more to keep it
		x.Content.Withhold, x.drawn = "", true
		return nil
	case fresh[len(fresh)-1].Kind != act.ItemWithheld:
		return nil
	}
	keep, err := h.s.inherited(h.ctx, h, x.to.Path, org.ItemHeldText)
	if err != nil || keep == org.KeepHeldText {
		return err
	}
	if err := h.forgetMaterial(x.ID, false); err != nil {
		return err
	}
	files := x.Content.Files
	x.Content, x.drawn, x.salt = Held(x.Content), true, newSalt()
	for _, q := range []string{"delete from item_mark where item = $1", "delete from item_text where item = $1"} {
		if _, err := h.ExecContext(h.ctx, q, x.ID); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := h.s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil {
			return fmt.Errorf("file %d: %w", f.ID, err)
		}
	}
	return nil
}
