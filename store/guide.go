package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// GuideRef is the reference of acts on an organ's guide 公开指南.
func GuideRef(organ int64) string { return fmt.Sprintf("guide/%d", organ) }

const guideSQL = "select organ, n, body, mark, made, author, signed, signer, paper, version from guide"

func scanGuide(r scanner) (g proactive.Guide, err error) {
	var body []byte
	var made, signed string
	if err = r.Scan(&g.Organ, &g.N, &body, &g.Mark, &made, &g.Author, &signed, &g.Signer, &g.Paper, &g.Version); err != nil {
		return g, err
	}
	if err = json.Unmarshal(body, &g.Body); err == nil {
		err = dates(made, signed, &g.Made, &g.Signed)
	}
	return g, err
}

// GuideFacts is what an organ's guide has to say on a day.
func (s *Store) GuideFacts(ctx context.Context, organ int64, day law.Date) (proactive.GuideFacts, error) {
	f, err := s.guideFacts(ctx, organ, day)
	if err != nil {
		return f, fmt.Errorf("store: facts of the guide of %d: %w", organ, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) guideFacts(ctx context.Context, organ int64, day law.Date) (f proactive.GuideFacts, err error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return f, err
	}
	f.Organ = o.Name
	if f.Office, f.Channels, err = s.RequestChannels(ctx, organ); err != nil {
		return f, err
	}
	all, _, err := s.Remedies(ctx, organ)
	if err != nil {
		return f, err
	}
	for _, r := range all {
		if r.InForce(day) {
			f.Remedies = append(f.Remedies, r)
		}
	}
	if o.Parent != 0 {
		top, err := s.Organ(ctx, o.Parent)
		if err != nil {
			return f, err
		}
		f.Superior = top.Name + "的政府信息公开工作主管部门"
	}
	for _, c := range CategoriesOf(o) {
		f.Codes = append(f.Codes, c.Code)
	}
	fee, err := s.settingOf(ctx, organ, org.RequestFee)
	f.Fee = fee == "收取"
	return f, err
}

// CategoriesOf is the statutory list of what an organ publishes, by what it is.
func CategoriesOf(o org.Organ) []proactive.Category {
	town := o.Kind == org.Town || o.Kind == org.Street || o.Level == org.Township
	return proactive.Categories(town, !town && (o.Kind == org.Government || o.Kind == org.Department) && (o.Level == org.County || o.Level == org.Prefecture))
}

// Guide is the guide that an organ has signed off last, or ErrNotFound. It is
// public.
func (s *Store) Guide(ctx context.Context, organ int64) (proactive.Guide, error) {
	return either(ctx, s, func(ctx context.Context) (proactive.Guide, error) {
		g, err := scanGuide(s.reader(ctx).QueryRowContext(ctx, guideSQL+" where organ = $1 and signed <> '' order by n desc limit 1", organ))
		if err != nil {
			return g, fmt.Errorf("store: guide of %d: %w", organ, s.dialect.translate(err))
		}
		return g, nil
	})
}

// Guides lists the versions of an organ's guide, drafts too, the newest first.
func (s *Store) Guides(ctx context.Context, v org.Viewer, organ int64) ([]proactive.Guide, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(true, "g.organ = ", organ)
	rows, err := p.rows(ctx, s.read, "select g.organ, g.n, g.body, g.mark, g.made, g.author, g.signed, g.signer, g.paper, g.version from guide g join organ o on o.id = g.organ", "g.n desc", 100)
	return gather("guides", rows, err, scanGuide)
}

// GuideStale reports whether what the guide says has changed since it was made,
// and that there is a guide at all.
func (s *Store) GuideStale(ctx context.Context, organ int64, day law.Date) (stale, exists bool, err error) {
	g, err := s.Guide(ctx, organ)
	if errors.Is(err, ErrNotFound) {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	f, err := s.GuideFacts(ctx, organ, day)
	return f.Mark() != g.Mark, true, err
}

// DraftGuide makes a new version of the guide of the office record as it is. A
// draft that is there already is replaced. It needs EditCatalogue; Done.Answer is
// its number.
func (s *Store) DraftGuide(ctx context.Context, by By, organ int64) (Done, error) {
	day, err := s.today(ctx)
	if err != nil {
		return Done{}, fmt.Errorf("store: draft guide: %w", err)
	}
	f, err := s.GuideFacts(ctx, organ, day)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "draft guide", func(h *hand) (string, error) {
		if err := h.edits(org.EditCatalogue, organ); err != nil {
			return "", err
		}
		var n int
		var draft bool
		if err := h.QueryRowContext(h.ctx, "select coalesce(max(n), 0) from guide where organ = $1", organ).Scan(&n); err != nil {
			return "", err
		}
		if draft, err = h.exists("select exists (select 1 from guide where organ = $1 and n = $2 and signed = '')", organ, n); err != nil {
			return "", err
		}
		if !draft {
			n++
		}
		body, err := json.Marshal(proactive.MakeGuide(f, h.day))
		if err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, `insert into guide (organ, n, body, mark, made, author, signed, signer, paper, version) values ($1, $2, $3, $4, $5, $6, '', 0, '', 1)
			on conflict (organ, n) do update set body = excluded.body, mark = excluded.mark, made = excluded.made, author = excluded.author, version = guide.version + 1`, organ, n, string(body), f.Mark(), h.day.String(), by.Viewer.Person)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(n), h.note(act.GuideMade, GuideRef(organ), organ, nil, act.Change{Field: "版本", New: fmt.Sprint(n)})
	})
}

// SignGuide signs a draft off, which makes it the organ's guide. Who made it does
// not sign it, unless a leader signed on paper. It needs ReviewItems, or with a
// paper EditCatalogue.
func (s *Store) SignGuide(ctx context.Context, by By, organ int64, n int, version int64) (Done, error) {
	return s.do(ctx, by, "sign guide", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		verb := org.ReviewItems
		if by.Paper != nil {
			verb = org.EditCatalogue
		}
		if err := h.may(verb, to); err != nil {
			return "", err
		}
		g, err := scanGuide(h.QueryRowContext(h.ctx, guideSQL+" where organ = $1 and n = $2", organ, n))
		switch {
		case err != nil:
			return "", err
		case g.Version != version:
			return "", ErrConflict
		case !g.Signed.IsZero():
			return "", act.Refuse("这一版指南已于" + g.Signed.Chinese() + "签发。")
		case by.Paper == nil && g.Author != 0 && g.Author == by.Viewer.Person:
			return "", act.Refuse("自己编制的指南不能由自己签发，请由另一位同事签发，或者登记线下签批。")
		case by.Paper != nil && by.Signer == "":
			return "", act.Refuse("请写明在纸上签批的领导。")
		}
		paper := ""
		if by.Paper != nil {
			paper = by.Signer
		}
		err = one(h.ExecContext(h.ctx, "update guide set signed = $4, signer = $5, paper = $6, version = version + 1 where organ = $1 and n = $2 and version = $3", organ, n, version, h.day.String(), by.Viewer.Person, paper))
		if err != nil {
			return "", err
		}
		if err := touch(h.ctx, h.Tx, topicItem, organ%shards); err != nil {
			return "", err
		}
		return fmt.Sprint(n), h.note(act.GuideSigned, GuideRef(organ), organ, nil, act.Change{Field: "版本", New: fmt.Sprint(n)})
	})
}
