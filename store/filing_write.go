package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// filingKinds is what each kind of act needs and where it leads. An act of
// another verb than its kind says is a mistake of the program.
var filingKinds = map[string]struct {
	verb org.Verb
	to   []reporting.FilingState // "" leaves the state as it is
}{
	act.FilingSaved:     {org.EditReports, []reporting.FilingState{reporting.FilingDraft, reporting.FilingReturned}},
	act.FilingExplained: {org.EditReports, []reporting.FilingState{""}},
	act.FilingChecked:   {org.EditReports, []reporting.FilingState{reporting.FilingChecked}},
	act.FilingSubmitted: {org.EditReports, []reporting.FilingState{reporting.FilingSubmitted}},
	act.FilingWithdrawn: {org.EditReports, []reporting.FilingState{reporting.FilingDraft, reporting.FilingReturned}},
	act.FilingReopened:  {org.EditReports, []reporting.FilingState{reporting.FilingDraft}},
	act.FilingReturned:  {org.ReviewReports, []reporting.FilingState{reporting.FilingReturned}},
	act.FilingAccepted:  {org.ReviewReports, []reporting.FilingState{reporting.FilingAccepted}},
	act.FilingDecided:   {org.ReviewReports, []reporting.FilingState{""}},
	act.FilingReminded:  {org.ReviewReports, []reporting.FilingState{""}},
	act.FilingPublished: {org.PublishReports, []reporting.FilingState{reporting.FilingPublished}},
}

// WithFiling runs a verb on a filing and keeps what it changed; Done.Answer is
// the new version. version is the one last read, 0 for one nobody began:
// ErrConflict if somebody was faster. kind is the kind of the act and decides
// which permission is asked: EditReports for FilingSaved, FilingExplained,
// FilingChecked, FilingSubmitted, FilingWithdrawn and FilingReopened,
// ReviewReports for FilingReturned, FilingAccepted, FilingDecided and
// FilingReminded, PublishReports for FilingPublished. Only FilingSaved may
// change the report. FilingPublished writes the public report, with its leaf.
func (s *Store) WithFiling(ctx context.Context, by By, organ int64, year int, version int64, kind string, verb FilingVerb) (Done, error) {
	return s.withFiling(ctx, by, organ, year, &version, kind, verb)
}

// withFiling takes any version for nil.
func (s *Store) withFiling(ctx context.Context, by By, organ int64, year int, version *int64, kind string, verb FilingVerb) (Done, error) {
	rule, ok := filingKinds[kind]
	if !ok {
		return Done{}, fmt.Errorf("store: filing: %q is no act on a filing", kind)
	}
	x, err := s.visible(ctx, by.Viewer, organ, year)
	if err != nil {
		return Done{}, fmt.Errorf("store: filing of %d for %d: %w", organ, year, err)
	}
	return s.do(ctx, by, "filing", func(h *hand) (string, error) {
		if err := h.mayFile(rule.verb, x); err != nil {
			return "", err
		}
		k, err := h.file(x, year, version, kind, verb)
		if err != nil {
			return "", err
		}
		return strconv.FormatInt(k.Version, 10), nil
	})
}

// file is one act on a filing; permission was asked.
func (h *hand) file(x *filer, year int, version *int64, kind string, verb FilingVerb) (*kept, error) {
	k, err := h.s.readFiling(h.ctx, h, x, year)
	if err != nil {
		return nil, err
	}
	if version != nil && k.Version != *version {
		return nil, ErrConflict
	}
	before := k.FilingFile
	before.Filing = k.Filing.Clone()
	if k.Report != nil {
		k.Report = k.Report.Clone()
	}
	on := h.by.On
	if on.IsZero() {
		on = h.day
	}
	if kind == act.FilingSaved {
		if err := k.Filing.Edited(); err != nil { // frozen, whatever the verb asks
			return nil, err
		}
	}
	if err := verb(&k.FilingFile, on); err != nil {
		return nil, err
	}
	if err := h.settleFiling(x, k, &before, kind); err != nil {
		return nil, err
	}
	return k, h.writeFiling(x, k, &before, kind, on)
}

// mayFile asks for the permission, and keeps an organ from reviewing itself: a
// government's office reviews the government's own report, nobody else's office
// its own.
func (h *hand) mayFile(verb org.Verb, x *filer) error {
	if !x.organ.Filer() {
		return act.Refuse("“" + x.organ.Name + "”不编制政府信息公开工作年度报告。")
	}
	if err := h.may(verb, x.subject); err != nil || verb != org.ReviewReports {
		return err
	}
	from := x.subject
	from.Home = 0
	if x.organ.Kind == org.Government || len(x.above) == 0 || org.May(h.by.Viewer, verb, from) {
		return nil
	}
	return act.Refuse("本机关的年度报告由上级主管部门审核。")
}

// settleFiling holds what a verb did against the kind of its act, and fills in
// what the verb leaves to the store.
func (h *hand) settleFiling(x *filer, k *kept, before *FilingFile, kind string) error {
	// What a verb may not touch.
	k.Filing.Organ, k.Year, k.Version, k.Public = x.organ.ID, before.Year, before.Version, before.Public
	k.Organ, k.Content, k.FilingFile.Saved, k.SavedBy = before.Organ, before.Content, before.Saved, before.SavedBy
	fits := false
	for _, to := range filingKinds[kind].to {
		fits = fits || to == k.State || to == "" && k.State == before.State
	}
	if !fits {
		return fmt.Errorf("store: act %s left a filing %q that was %q", kind, k.State, before.State)
	}
	person := h.by.Viewer.Person
	switch kind {
	case act.FilingSubmitted:
		if k.Report == nil {
			return act.Refuse("还没有填写报告，请先填写或者上传。")
		}
		if k.SubmittedBy = person; h.enteredFor(x) {
			k.SubmittedBy = 0 // the organ handed it in, on paper; who entered it stands in the act
		}
	case act.FilingAccepted:
		if err := h.fourEyes(x, before); err != nil {
			return err
		}
		k.AcceptedBy = person
	}
	return nil
}

// enteredFor reports whether somebody of another organ enters what this one
// signed on paper.
func (h *hand) enteredFor(x *filer) bool {
	return h.by.Paper != nil && h.by.Signer != "" && !slices.ContainsFunc(h.by.Viewer.Posts, func(p org.Post) bool { return p.Organ == x.subject.Home })
}

// fourEyes is a refusal where the one who accepts is the one who handed in. A
// county of one person may allow it by the setting report.own_review, with a
// reason each time; a signature on paper is somebody else's.
func (h *hand) fourEyes(x *filer, f *FilingFile) error {
	person := h.by.Viewer.Person
	if person == 0 || person != f.SubmittedBy || h.by.Paper != nil && h.by.Signer != "" {
		return nil
	}
	allowed := false
	for _, p := range h.by.Viewer.Posts {
		if org.ReachOf(p.Role, org.ReviewReports) == 0 {
			continue
		}
		var value string
		err := h.QueryRowContext(h.ctx, "select value from setting where organ = $1 and name = $2", p.Organ, org.OwnReview).Scan(&value)
		if err != nil && notFound(err) != ErrNotFound {
			return err
		}
		allowed = allowed || value == "开"
	}
	switch {
	case !allowed:
		return act.Refuse("这份报告是您报送的，不能由您自己审核通过，请由另一位同志审核。只有一人经办的，可以在“机关设置”中开启“报送人可以审核”，并每次写明理由。", org.FourEyes())
	case h.by.Reason == "":
		return act.Refuse("这份报告是您报送的。由报送人自己审核通过的，请写明理由。", org.FourEyes())
	}
	return nil
}

// writeFiling keeps a filing after a verb, with its snapshot, its public report,
// its notices and its act.
func (h *hand) writeFiling(x *filer, k *kept, before *FilingFile, kind string, on law.Date) error {
	if err := h.pack(k, before, kind); err != nil {
		return err
	}
	if kind == act.FilingSubmitted || kind == act.FilingPublished {
		if err := h.snapshot(x, k, kind, on); err != nil {
			return err
		}
	}
	if err := h.putFiling(k); err != nil {
		return err
	}
	if err := h.tellOfFiling(x, &k.FilingFile, kind); err != nil {
		return err
	}
	changes := []act.Change{{Field: "状态", Old: before.State.Chinese(), New: k.State.Chinese()}}
	if k.Content != before.Content {
		changes = append(changes, act.Change{Field: "内容", New: fmt.Sprintf("第%d次修改", k.Content)})
	}
	if n, m := len(before.Explanations), len(k.Explanations); n != m || kind == act.FilingExplained {
		changes = append(changes, act.Change{Field: "情况说明", New: fmt.Sprintf("%d条", m)})
	}
	if kind == act.FilingDecided {
		changes = append(changes, act.Change{Field: "认定", New: fmt.Sprintf("%d条", len(k.Decisions))})
	}
	if kind == act.FilingReturned {
		changes = append(changes, act.Change{Field: "退回理由", New: fmt.Sprintf("%d条", len(k.Marks))})
	}
	if kind == act.FilingReopened {
		changes = append(changes, act.Change{Field: "更正说明", Old: before.Note, New: k.Note})
	}
	return h.note(kind, FilingRef(x.organ.ID, k.Year), x.organ.ID, nil, changes...)
}

// pack encodes the content, if there is any, and counts it as changed only where
// its figures or words did.
func (h *hand) pack(k *kept, before *FilingFile, kind string) error {
	if k.Report == nil {
		if before.Report != nil {
			return fmt.Errorf("store: act %s took the report out of a filing", kind)
		}
		k.figures, k.body = []byte{}, []byte{}
		return nil
	}
	if k.Report.Form == nil || len(k.Report.Values) != len(k.Report.Form.Cells) {
		return fmt.Errorf("store: a report of a filing fits no form")
	}
	same, err := sameContent(before.Report, k.Report)
	switch {
	case err != nil:
		return err
	case same && kind == act.FilingSaved && k.FileName == before.FileName && k.there:
		// Saved again as it was.
	case !same && kind != act.FilingSaved:
		return fmt.Errorf("store: act %s changed the report", kind)
	case !same:
		k.Content++
	}
	if kind == act.FilingSaved || k.Content == 0 {
		k.Saved, k.savedBy = momentOf(h.now), h.by.Viewer.Person
		k.Content = max(k.Content, 1)
	}
	k.figures, k.body, err = closeContent(k.Report, k.Findings)
	return err
}

// sameContent compares two reports in everything but their findings.
func sameContent(a, b *annual.Report) (bool, error) {
	if a == nil || b == nil {
		return a == b, nil
	}
	if a.Form != b.Form {
		return false, nil
	}
	f1, d1, err := closeContent(a, nil)
	if err != nil {
		return false, err
	}
	f2, d2, err := closeContent(b, nil)
	return bytes.Equal(f1, f2) && bytes.Equal(d1, d2), err
}

// putFiling writes the two rows; k.Version is the version read, and the new one
// afterwards.
func (h *hand) putFiling(k *kept) error {
	due, basis, publishBy := "", "", ""
	if !k.Published.IsZero() { // fixed from now on
		due, basis, publishBy = k.Due.String(), k.Basis, k.PublishBy.String()
	}
	edition, status := "", annual.Status("")
	var c Counts
	errs, warnings := 0, 0
	if k.Report != nil {
		edition, status, c = k.Report.Form.Edition, k.Report.Status(), countsOf(k.Report)
		for _, f := range k.Findings {
			switch f.Level {
			case annual.Error:
				errs++
			case annual.Warning:
				warnings++
			}
		}
	}
	k.Note, k.FileName = cleanName(k.Note), cleanName(k.FileName)
	args := []any{k.Year, k.Filing.Organ, k.Version, string(k.State), k.Correction, due, basis, publishBy, k.Submitted.String(), k.SubmittedBy, k.Filed.String(),
		k.Accepted.String(), k.AcceptedBy, k.Published.String(), k.Corrected.String(), k.Note, k.Returned, k.Reminded.String(), k.Reminders, k.Public,
		k.Content, edition, string(status), errs, warnings, column(c.New), column(c.CarriedIn), column(c.ResultTotal), column(c.CarriedOut), column(c.Review), column(c.Litigation),
		k.FileName, k.file, savedAt(k), k.savedBy, int64(briefOf(&k.Filing, k.Content > 0)), k.figures}
	talk, err := json.Marshal(filingTalk{k.Explanations, k.Decisions, k.Marks})
	if err != nil {
		return err
	}
	if len(talk) > maxTalk {
		return act.Refuse("说明和意见太多，已超过存储上限。请合并后再试。")
	}
	var res sql.Result
	if !k.there {
		res, err = h.ExecContext(h.ctx, `insert into filing (year, organ, version, state, correction, due, basis, publish_by, submitted, submitted_by, filed,
			accepted, accepted_by, published, corrected, note, returned, reminded, reminders, public,
			content, edition, status, errors, warnings, received, carried_in, result_total, carried_out, review, litigation, file_name, file, saved_at, saved_by, brief, figures)
			values ($1, $2, $3 + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
			$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37) on conflict (year, organ) do nothing`, args...)
	} else {
		res, err = h.ExecContext(h.ctx, `update filing set version = version + 1, state = $4, correction = $5, due = $6, basis = $7, publish_by = $8, submitted = $9, submitted_by = $10, filed = $11,
			accepted = $12, accepted_by = $13, published = $14, corrected = $15, note = $16, returned = $17, reminded = $18, reminders = $19, public = $20,
			content = $21, edition = $22, status = $23, errors = $24, warnings = $25, received = $26, carried_in = $27, result_total = $28, carried_out = $29, review = $30, litigation = $31,
			file_name = $32, file = $33, saved_at = $34, saved_by = $35, brief = $36, figures = $37 where year = $1 and organ = $2 and version = $3`, args...)
	}
	if err := one(res, err); err != nil {
		return err
	}
	detail := "update filing_detail set body = $3, talk = $4 where year = $1 and organ = $2"
	if !k.there {
		detail = "insert into filing_detail (year, organ, body, talk) values ($1, $2, $3, $4)"
	}
	k.Version++
	k.there = true
	_, err = h.ExecContext(h.ctx, detail, k.Year, k.Filing.Organ, k.body, string(talk))
	return err
}

// maxTalk bounds what is said about one filing, in bytes.
const maxTalk = 1 << 20

func savedAt(k *kept) int64 {
	if k.FilingFile.Saved.IsZero() {
		return 0
	}
	return k.FilingFile.Saved.UnixMilli()
}
