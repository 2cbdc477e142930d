package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// A Package is a package or an answer that was read and whose signature holds.
type Package struct {
	File   reporting.PackageFile
	Hash   string // of the body
	Peer   Peer
	Organ  org.Organ
	Year   int
	N      int
	Answer *reporting.Answer  // of an answer
	Report *annual.Report     // of a package
	Body   *reporting.Package // of a package
}

// OpenPackage reads a package or an answer and checks who sent it: a peer that
// may send it for that organ, with its signature over that very content. What is
// refused is an act.Refusal, ErrNotFound an organ that is none of the viewer's.
// Nothing is kept, but for the key of a peer that was replaced.
func (s *Store) OpenPackage(ctx context.Context, by By, b []byte) (*Package, error) {
	f, sum, err := reporting.ReadPackageFile(b)
	if err != nil {
		return nil, err
	}
	p := &Package{File: f, Hash: hex.EncodeToString(sum[:])}
	may := func(x Peer) bool { return x.Sends }
	if f.Form == reporting.AnswerForm {
		may = func(x Peer) bool { return x.Decides }
	}
	by.Key = ""
	_, err = s.do(ctx, by, "open package", func(h *hand) (_ string, err error) {
		p.Peer, err = h.trusts(f.Signature, f.Form, sum, f.Keys, may)
		return "", err
	})
	if err != nil {
		return nil, err
	}
	if err := s.readPackage(ctx, by.Viewer, p); err != nil {
		return nil, err
	}
	return p, nil
}

// readPackage reads the body of a file whose signature holds, and finds whose it
// is.
func (s *Store) readPackage(ctx context.Context, v org.Viewer, p *Package) error {
	var organ reporting.PackageOrgan
	var from string
	verb := org.ReviewReports
	if p.File.Form == reporting.AnswerForm {
		a, err := p.File.Answer()
		if err != nil {
			return err
		}
		p.Answer, p.Year, p.N, organ, from, verb = &a, a.Year, a.N, a.Organ, a.From, org.EditReports
		if own := s.LogKey(); own == nil || own.Name() != a.To {
			return act.Refuse(fmt.Sprintf("这份答复是给另一个系统（%.80s）的。", a.To))
		}
	} else {
		body, r, err := p.File.Package()
		if err != nil {
			return err
		}
		p.Body, p.Report, p.Year, p.N, organ, from = &body, r, body.Year, body.N, body.Organ, body.From
	}
	if from != p.Peer.Log {
		return reporting.ErrPackage("签名的系统与写明的发出系统不是同一个。")
	}
	o, err := s.OrganByCode(ctx, organ.Code)
	if errors.Is(err, ErrNotFound) {
		return act.Refuse(fmt.Sprintf("本系统没有代码为%.64s的机关（%.100s）。请核对对方的机关代码。", organ.Code, organ.Name))
	}
	if err != nil {
		return err
	}
	x, err := s.filer(ctx, o.ID, p.Year)
	if err != nil {
		return err
	}
	p.Organ = x.organ
	covered, err := s.covers(ctx, p.Peer, x)
	switch {
	case err != nil:
		return err
	case !covered:
		return act.Refuse("“" + p.Peer.Title + "”不能为“" + x.organ.Name + "”收发报送包：登记的机关不包括它。")
	case !org.May(v, org.SeeReports, x.subject):
		return ErrNotFound
	case !org.May(v, verb, x.subject):
		return Forbidden(verb)
	}
	return nil
}

// JudgePackage checks the report of a package as one that is handed in here is
// checked: against what this instance knows of the year before, and its day.
func (s *Store) JudgePackage(ctx context.Context, p *Package) ([]annual.Finding, error) {
	x, err := s.filer(ctx, p.Organ.ID, p.Year)
	if err != nil {
		return nil, fmt.Errorf("store: judge package: %w", err)
	}
	c := &annual.Context{Level: x.organ.OrganLevel(), Deadline: x.due.Day}
	if last, err := s.Report(ctx, x.organ.ID, p.Year-1); err == nil {
		c.Last = last.Report
	} else if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return reporting.Judge(p.Report, c), nil
}

// TakePackage takes in a package that OpenPackage read: the organ's report is
// handed in here as it was there, or published as it was published there. What
// this instance's own check finds is given along; it is for the office to decide
// on, and keeps no package out. The same package again changes nothing, an older
// one is refused. It needs ReviewReports, and PublishReports for a publication.
func (s *Store) TakePackage(ctx context.Context, by By, p *Package, findings []annual.Finding) (Done, error) {
	if p.Body == nil {
		return Done{}, fmt.Errorf("store: take package: an answer is no package")
	}
	x, err := s.visible(ctx, by.Viewer, p.Organ.ID, p.Year)
	if err != nil {
		return Done{}, fmt.Errorf("store: take package: %w", err)
	}
	var source PrivateFile
	ref := FilingRef(p.Organ.ID, p.Year)
	if len(p.File.Source) > 0 && p.Body.State == reporting.FilingSubmitted {
		if source, err = s.PutPrivate(ctx, ref, bytes.NewReader(p.File.Source)); err != nil {
			return Done{}, err
		}
	}
	return s.do(ctx, by, "take package", func(h *hand) (string, error) {
		verb := org.ReviewReports
		if p.Body.State == reporting.FilingPublished {
			verb = org.PublishReports
		}
		if err := h.mayFile(verb, x); err != nil {
			return "", err
		}
		known, err := h.knownPackage(p)
		if err != nil || known {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `insert into package_in (year, organ, n, peer, hash, state, correction, on_day, received_at, received_by, answered)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) on conflict (year, organ, n) do nothing`,
			p.Year, p.Organ.ID, p.N, p.Peer.ID, p.Hash, string(p.Body.State), p.Body.Correction, p.Body.On.String(), h.now, by.Viewer.Person)
		if err := one(res, err); err != nil {
			return "", err
		}
		if p.Body.On.After(h.day) {
			return "", act.Refuse("报送包上的日期" + p.Body.On.Chinese() + "还没有到，请核对双方系统的时钟。")
		}
		// What follows is the other side's doing, carried out by the program.
		there := *h
		there.by = By{Viewer: org.Program("报送包"), Reason: "由“" + p.Peer.Title + "”的报送包导入", On: p.Body.On}
		if p.Body.State == reporting.FilingPublished {
			err = there.publishPackage(x, p)
		} else {
			err = there.handInPackage(x, p, findings, source)
		}
		if err != nil {
			return "", err
		}
		h.acts, h.last = there.acts, there.last
		return p.Hash, h.note(act.PackageTaken, PackageRef(p.Organ.ID, p.Year), p.Organ.ID, []string{PeerRef(p.Peer.ID)},
			act.Change{Field: "报送包", New: fmt.Sprintf("第%d版", p.N)}, act.Change{Field: "状态", New: p.Body.State.Chinese()})
	})
}

// knownPackage reports whether the very package came in before; an older one,
// and another of the same number, are refused.
func (h *hand) knownPackage(p *Package) (bool, error) {
	var n int
	var hash string
	err := h.QueryRowContext(h.ctx, "select n, hash from package_in where year = $1 and organ = $2 order by n desc limit 1", p.Year, p.Organ.ID).Scan(&n, &hash)
	switch {
	case notFound(err) == ErrNotFound:
		return false, nil
	case err != nil:
		return false, err
	case n == p.N && hash == p.Hash:
		return true, nil
	case n == p.N:
		return false, act.Refuse(fmt.Sprintf("“%s”的第%d版已经收到过，内容却与这一份不同，不能导入。请向对方核实。", p.Organ.Name, n))
	case n > p.N:
		return false, act.Refuse(fmt.Sprintf("这是旧的报送包（第%d版），已经收到过第%d版，不能用旧的覆盖新的。", p.N, n))
	}
	return false, nil
}

// handInPackage does what the organ did: its report is entered, explained and
// handed in.
func (h *hand) handInPackage(x *filer, p *Package, findings []annual.Finding, source PrivateFile) error {
	k, err := h.s.readFiling(h.ctx, h, x, p.Year)
	if err != nil {
		return err
	}
	switch k.State {
	case reporting.FilingSubmitted: // handed in again before the office decided
		if _, err := h.file(x, p.Year, nil, act.FilingWithdrawn, func(f *FilingFile, _ law.Date) error { return f.Withdraw() }); err != nil {
			return err
		}
	case reporting.FilingAccepted:
		return act.Refuse("“" + p.Organ.Name + "”的报告已审核通过。对方要重新报送的，请先退回，再导入；对方已发布的，请先导入发布后的报送包。")
	case reporting.FilingPublished:
		if p.Body.Correction <= k.Correction {
			return act.Refuse("“" + p.Organ.Name + "”的报告已发布，这份报送包不是更正，不能导入。")
		}
		if _, err := h.file(x, p.Year, nil, act.FilingReopened, func(f *FilingFile, _ law.Date) error { return f.Correct(p.Body.Note) }); err != nil {
			return err
		}
	}
	_, err = h.file(x, p.Year, nil, act.FilingSaved, func(f *FilingFile, _ law.Date) error {
		f.Report, f.Findings, f.Explanations = p.Report, findings, p.Body.Explanations
		f.FileName = ""
		return nil
	})
	if err != nil {
		return err
	}
	if source.ID != 0 {
		if err := h.keepPrivate(source.ID, FilingRef(x.organ.ID, p.Year)); err != nil {
			return err
		}
		if _, err := h.ExecContext(h.ctx, "update filing set file = $3, file_name = $4 where year = $1 and organ = $2", p.Year, x.organ.ID, source.ID, cleanName(p.Body.Source.Name)); err != nil {
			return err
		}
	} else if _, err := h.ExecContext(h.ctx, "update filing set file = 0 where year = $1 and organ = $2", p.Year, x.organ.ID); err != nil {
		return err
	}
	// Whether it may be handed in was asked there; what is found here is for the
	// office to decide on.
	_, err = h.file(x, p.Year, nil, act.FilingSubmitted, func(f *FilingFile, on law.Date) error { return f.Submit(nil, on) })
	return err
}

// publishPackage publishes here what was accepted here and is published there.
func (h *hand) publishPackage(x *filer, p *Package) error {
	k, err := h.s.readFiling(h.ctx, h, x, p.Year)
	if err != nil {
		return err
	}
	content := ""
	if k.Report != nil {
		if content, err = reporting.ContentHash(k.Report); err != nil {
			return err
		}
	}
	switch {
	case k.State == reporting.FilingPublished && content == p.Body.Content && k.Correction == p.Body.Correction:
		return nil // the office published it itself
	case k.State != reporting.FilingAccepted:
		return act.Refuse("对方已发布“" + p.Organ.Name + "”的报告，本系统还没有审核通过（" + k.State.Chinese() + "）。请先审核，再导入。")
	case content != p.Body.Content:
		return act.Refuse("对方发布的报告与本系统审核通过的不是同一份内容，不能导入。请向对方核实。")
	}
	_, err = h.file(x, p.Year, nil, act.FilingPublished, func(f *FilingFile, on law.Date) error { return f.Publish(on) })
	return err
}

// TakeAnswer takes in the answer to a package of ours that OpenPackage read: the
// report is returned or accepted here as it was there. The same answer again
// changes nothing, an older one is refused. It needs EditReports.
func (s *Store) TakeAnswer(ctx context.Context, by By, p *Package) (Done, error) {
	if p.Answer == nil {
		return Done{}, fmt.Errorf("store: take answer: a package is no answer")
	}
	x, err := s.visible(ctx, by.Viewer, p.Organ.ID, p.Year)
	if err != nil {
		return Done{}, fmt.Errorf("store: take answer: %w", err)
	}
	a := p.Answer
	return s.do(ctx, by, "take answer", func(h *hand) (string, error) {
		if err := h.mayFile(org.EditReports, x); err != nil {
			return "", err
		}
		var hash, was string
		var seq int64
		err := h.QueryRowContext(h.ctx, "select hash, seq, answer from package_out where year = $1 and organ = $2 and n = $3", p.Year, p.Organ.ID, p.N).Scan(&hash, &seq, &was)
		switch {
		case notFound(err) == ErrNotFound || err == nil && hash != a.Package:
			return "", act.Refuse("这份答复不是对本系统发出的报送包的，不能导入。")
		case err != nil:
			return "", err
		case a.Seq < seq:
			return "", act.Refuse("这是旧的答复，之后的答复已经导入过。")
		case a.Seq == seq:
			return "", nil
		}
		var last int
		if err := h.QueryRowContext(h.ctx, "select max(n) from filing_version where year = $1 and organ = $2 and state = $3", p.Year, p.Organ.ID, string(reporting.FilingSubmitted)).Scan(&last); err != nil {
			return "", err
		}
		if last > p.N {
			return "", act.Refuse(fmt.Sprintf("这份答复针对第%d版，之后又报送过第%d版，请等对新一版的答复。", p.N, last))
		}
		there := *h
		there.by = By{Viewer: org.Program("报送包"), Reason: "由“" + p.Peer.Title + "”的答复导入", On: a.On}
		if err := there.answer(x, p); err != nil {
			return "", err
		}
		h.acts, h.last = there.acts, there.last
		if _, err := h.ExecContext(h.ctx, "update package_out set peer = $4, answer = $5, seq = $6, answer_on = $7 where year = $1 and organ = $2 and n = $3",
			p.Year, p.Organ.ID, p.N, p.Peer.ID, string(a.State), a.Seq, a.On.String()); err != nil {
			return "", err
		}
		return string(a.State), h.note(act.AnswerTaken, PackageRef(p.Organ.ID, p.Year), p.Organ.ID, []string{PeerRef(p.Peer.ID)},
			act.Change{Field: "答复", Old: reporting.FilingState(was).Chinese(), New: a.State.Chinese()})
	})
}

// answer does what the office there did.
func (h *hand) answer(x *filer, p *Package) error {
	k, err := h.s.readFiling(h.ctx, h, x, p.Year)
	if err != nil {
		return err
	}
	gone := act.Refuse("报告已在本系统撤回（" + k.State.Chinese() + "），这份答复不再适用。")
	switch p.Answer.State {
	case reporting.FilingReturned:
		if k.State != reporting.FilingSubmitted && k.State != reporting.FilingAccepted {
			return gone
		}
		_, err = h.file(x, p.Year, nil, act.FilingReturned, func(f *FilingFile, _ law.Date) error { return f.Return(cleanMarks(p.Answer.Marks)) })
	case reporting.FilingAccepted, reporting.FilingPublished:
		if k.State == reporting.FilingAccepted || k.State == reporting.FilingPublished {
			return nil
		}
		if k.State != reporting.FilingSubmitted {
			return gone
		}
		_, err = h.file(x, p.Year, nil, act.FilingAccepted, func(f *FilingFile, on law.Date) error {
			f.Decisions = p.Answer.Decisions
			return f.Accept(nil, on)
		})
	}
	return err
}

// cleanMarks leaves out what no page here could show.
func cleanMarks(marks []reporting.Mark) []reporting.Mark {
	out := make([]reporting.Mark, len(marks))
	for i, m := range marks {
		m.Settled, m.Text = false, strings.TrimSpace(m.Text)
		out[i] = m
	}
	return out
}
