package store

import (
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/org"
)

// signatures finds what stands for a signature in this transaction: paper that
// is entered with it, an approval that was given since the last answer, or the
// one who acts, if he may sign.
func (h *hand) signatures(x *RequestFile, to org.Subject) error {
	var last int64
	if err := h.QueryRowContext(h.ctx, "select coalesce(max(at), 0) from act where ref = $1 and kind = $2", RequestRef(x.ID), act.RequestDecided).Scan(&last); err != nil {
		return err
	}
	for _, a := range []struct {
		ref  string
		to   *string
		self bool
	}{{ExtensionRef(x.ID), &x.Consent, holds(h.by.Viewer, org.Head, to)}, {AnswerRef(x.ID), &x.Signed, org.May(h.by.Viewer, org.SignReplies, to)}} {
		if h.by.Paper != nil {
			*a.to = "paper"
			continue
		}
		var id int64
		err := h.QueryRowContext(h.ctx, "select coalesce(max(id), 0) from approval where ref = $1 and state = $2 and ended_at >= $3", a.ref, string(org.ApprovalGiven), last).Scan(&id)
		switch {
		case err != nil:
			return err
		case id != 0:
			*a.to = fmt.Sprintf("approval/%d", id)
		case a.self:
			*a.to = fmt.Sprintf("person/%d", h.by.Viewer.Person)
		}
	}
	return nil
}

// holds reports whether somebody has the role at the organ of the subject.
func holds(v org.Viewer, role org.Role, to org.Subject) bool {
	return slices.ContainsFunc(v.Posts, func(p org.Post) bool { return p.Role == role && p.Organ == to.Home })
}

// signed refuses an answer that nobody signed, or that its author signs himself.
// A row of the ledger is entered after the paper was signed.
func (h *hand) signed(x *RequestFile) error {
	for _, e := range x.Fresh() {
		if e.Kind != act.RequestDecided || e.Facts["outcome"] == string(casework.Withdrawn) || e.Facts["fact"] != "" || x.Ledger {
			continue
		}
		switch {
		case x.Signed == "":
			return act.Refuse("答复须经签发：请提请签发，或者录入纸质签批。")
		case x.Signed == fmt.Sprintf("person/%d", h.by.Viewer.Person) && x.drafter() == h.by.Viewer.Person:
			return act.Refuse("起草人不能签发自己起草的答复，请提请其他负责人签发，或者录入纸质签批。", org.FourEyes())
		}
	}
	return nil
}

// drafter is who wrote the latest letter, 0 if there is none.
func (x *RequestFile) drafter() int64 {
	if n := len(x.Content.Letters); n > 0 {
		return x.Content.Letters[n-1].By
	}
	return 0
}

// tellOfRequest tells those who have to act next. A notice has the number and
// the day, nothing of what was asked.
func (h *hand) tellOfRequest(kind string, x *RequestFile, to org.Subject, row casework.Row) error {
	n := News{Kind: kind, Ref: RequestRef(x.ID), Organ: x.Organ, Number: x.Number, Subject: "依申请公开 " + x.Number, Link: fmt.Sprintf("/desk/requests/%d", x.ID), Due: row.Prudent}
	whom := []To{ToRole(org.Handler, to.Home), ToRole(org.Head, to.Home)}
	if x.Handler != 0 {
		whom = []To{ToPerson(x.Handler)}
	}
	switch kind {
	case act.RequestRegistered, act.RequestAssigned, act.RequestCorrected, act.RequestFeePaid, act.RequestReopened:
	case act.RemedyRegistered:
		n.Due = row.AnswerBy
	case act.RequestDecided, act.RequestServed, act.RequestVoided:
		return h.settle(n.Ref)
	default:
		return nil
	}
	if err := h.settle(n.Ref); err != nil {
		return err
	}
	_, err := h.notify(n, whom...)
	return err
}
