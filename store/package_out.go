package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gongkai/act"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/translog"
)

// PackageRef is the reference of acts on the packages of an organ's year.
func PackageRef(organ int64, year int) string { return fmt.Sprintf("package/%d/%d", organ, year) }

// packageKey is the key that signs packages, or a refusal.
func (s *Store) packageKey() (*translog.Key, error) {
	k := s.LogKey()
	if k == nil {
		return nil, act.Refuse("本系统没有存证密钥，不能签名。请由系统管理员配置存证密钥后再生成报送包。")
	}
	if _, retired := s.LogKeyRetired(); retired {
		return nil, act.Refuse("本系统的存证密钥已更换，请由系统管理员装上新密钥后再生成报送包。")
	}
	return k, nil
}

// sealed is a file with its body signed.
func (s *Store) sealed(k *translog.Key, form string, body any, source []byte) (file []byte, hash string, err error) {
	canonical, sum, err := reporting.SealPackage(body)
	if err != nil {
		return nil, "", err
	}
	signature, err := translog.SignDigest(form, sum, k)
	if err != nil {
		return nil, "", err
	}
	f := reporting.PackageFile{Form: form, Body: canonical, Signature: string(signature), Source: source}
	for _, v := range s.LogKeys().Vouches {
		if x, err := translog.OpenVouch(v); err == nil && x.Next {
			f.Keys = append(f.Keys, v)
		}
	}
	file, err = json.Marshal(f)
	return file, act.Digest(canonical), err
}

// ExportPackage makes the package of an organ's report as it was last handed in
// or published, signed with the key of the log, for an instance that collects
// it. Made again it is the same to the byte. It needs EditReports. With source
// the file it was read from goes along.
func (s *Store) ExportPackage(ctx context.Context, by By, organ int64, year int, source bool) ([]byte, error) {
	x, err := s.visible(ctx, by.Viewer, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: package of %d for %d: %w", organ, year, err)
	}
	key, err := s.packageKey()
	if err != nil {
		return nil, err
	}
	var attached []byte
	if source {
		if attached, err = s.packageSource(ctx, organ, year); err != nil {
			return nil, fmt.Errorf("store: package of %d for %d: %w", organ, year, err)
		}
	}
	var file []byte
	_, err = s.do(ctx, by, "make package", func(h *hand) (string, error) {
		if err := h.may(org.EditReports, x.subject); err != nil {
			return "", err
		}
		body, err := h.packageBody(x, year, key.Name())
		if err != nil {
			return "", err
		}
		if body.Source == nil {
			attached = nil
		}
		var hash string
		if file, hash, err = s.sealed(key, reporting.PackageForm, body, attached); err != nil {
			return "", err
		}
		if len(file) > reporting.MaxPackage {
			return "", act.Refuse("加上原件后报送包过大，请不带原件再生成。")
		}
		var was string
		err = h.QueryRowContext(h.ctx, "select hash from package_out where year = $1 and organ = $2 and n = $3", year, organ, body.N).Scan(&was)
		if err != nil && notFound(err) != ErrNotFound || was == hash {
			return "", h.ignoreMissing(err)
		}
		_, err = h.ExecContext(h.ctx, `insert into package_out (year, organ, n, hash, made_at, made_by, peer, answer, seq, answer_on) values ($1, $2, $3, $4, $5, $6, 0, '', 0, '')
			on conflict (year, organ, n) do update set hash = excluded.hash, made_at = excluded.made_at, made_by = excluded.made_by`, year, organ, body.N, hash, h.now, by.Viewer.Person)
		if err != nil {
			return "", err
		}
		return "", h.note(act.PackageMade, PackageRef(organ, year), organ, nil, act.Change{Field: "报送包", New: fmt.Sprintf("第%d版", body.N)})
	})
	if err == nil && file == nil { // a key that was answered before
		return nil, fmt.Errorf("store: package of %d for %d: %w", organ, year, ErrConflict)
	}
	return file, err
}

func (h *hand) ignoreMissing(err error) error {
	if notFound(err) == ErrNotFound {
		return nil
	}
	return err
}

// packageBody is the last snapshot as a package carries it.
func (h *hand) packageBody(x *filer, year int, from string) (p reporting.Package, err error) {
	k, err := h.s.readFiling(h.ctx, h, x, year)
	if err != nil {
		return p, err
	}
	switch k.State {
	case reporting.FilingSubmitted, reporting.FilingAccepted, reporting.FilingPublished:
	default:
		return p, act.Refuse("报告" + k.State.Chinese() + "，还没有报送。请先自检、报送，再生成报送包。")
	}
	if x.now.Code == "" {
		return p, act.Refuse("“" + x.now.Name + "”没有统一社会信用代码，对方无法对应机关。请先在“机关”页补上。")
	}
	var n int
	var state, day string
	var file int64
	err = h.QueryRowContext(h.ctx, `select n, state, on_day, file from filing_version where year = $1 and organ = $2 order by n desc limit 1`, year, x.organ.ID).Scan(&n, &state, &day, &file)
	if notFound(err) == ErrNotFound {
		return p, act.Refuse("报告没有经过报送，是直接录入的，不能生成报送包。")
	}
	if err != nil {
		return p, err
	}
	f, err := h.s.filingVersion(h.ctx, h, x, year, n)
	if err != nil {
		return p, err
	}
	report, err := annual.EncodeJSON("", f.Report, nil)
	if err != nil {
		return p, err
	}
	p = reporting.Package{From: from, Organ: reporting.PackageOrgan{Code: x.now.Code, Name: x.organ.Name}, Year: year, N: n, State: reporting.FilingState(state),
		Correction: f.Correction, Note: f.Note, Report: string(report), Explanations: f.Explanations}
	for i := range p.Explanations {
		p.Explanations[i].By = 0 // a number of this instance alone
	}
	for _, d := range f.Findings {
		if d.Level != annual.Info {
			p.Findings = append(p.Findings, reporting.Identity(d))
		}
	}
	if p.Content, err = reporting.ContentHash(f.Report); err != nil {
		return p, err
	}
	if file != 0 {
		var row privateRow
		if err := h.QueryRowContext(h.ctx, "select "+privateColumns+" from private_file where id = $1", file).Scan(row.dest()...); err == nil && row.dropped == 0 {
			if hash, err := h.s.privateHash(&row); err == nil {
				p.Source = &reporting.PackageSource{Name: f.FileName, Size: row.Size, Hash: hash}
			}
		}
	}
	return p, p.On.UnmarshalText([]byte(day))
}

// packageSource is the file of the last snapshot, nil if there is none or it is
// too large to go along.
func (s *Store) packageSource(ctx context.Context, organ int64, year int) ([]byte, error) {
	_, f, err := s.filingSource(ctx, "select file_name, file from filing_version where year = $1 and organ = $2 order by n desc limit 1", year, organ)
	if err != nil {
		if errors.Is(notFound(err), ErrNotFound) {
			return nil, nil
		}
		return nil, err
	}
	defer f.Close()
	if f.Size > reporting.MaxPackageSource {
		return nil, act.Refuse(fmt.Sprintf("原件超过%d MB，请不带原件再生成。", reporting.MaxPackageSource>>20))
	}
	return io.ReadAll(io.LimitReader(f, reporting.MaxPackageSource+1))
}

// ExportAnswer makes the answer to the package of an organ's report that came in
// last: received, returned with its marks, accepted, published. It needs
// ReviewReports.
func (s *Store) ExportAnswer(ctx context.Context, by By, organ int64, year int) ([]byte, error) {
	x, err := s.visible(ctx, by.Viewer, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: answer to the package of %d for %d: %w", organ, year, err)
	}
	key, err := s.packageKey()
	if err != nil {
		return nil, err
	}
	var file []byte
	_, err = s.do(ctx, by, "answer package", func(h *hand) (string, error) {
		if err := h.may(org.ReviewReports, x.subject); err != nil {
			return "", err
		}
		a := reporting.Answer{From: key.Name(), Organ: reporting.PackageOrgan{Code: x.now.Code, Name: x.organ.Name}, Year: year}
		var answered int64
		err := h.QueryRowContext(h.ctx, `select i.n, i.hash, i.answered, p.log from package_in i join peer p on p.id = i.peer where i.year = $1 and i.organ = $2 order by i.n desc limit 1`,
			year, organ).Scan(&a.N, &a.Package, &answered, &a.To)
		if notFound(err) == ErrNotFound {
			return "", act.Refuse("没有收到过“" + x.organ.Name + "”的报送包，没有可以答复的。")
		}
		if err != nil {
			return "", err
		}
		k, err := h.s.readFiling(h.ctx, h, x, year)
		if err != nil {
			return "", err
		}
		a.Seq, a.State, a.On = k.Version, k.State, h.day
		switch k.State {
		case reporting.FilingSubmitted:
			a.On = k.Submitted
		case reporting.FilingReturned:
			a.Marks = k.Marks
		case reporting.FilingAccepted, reporting.FilingPublished:
			a.On = k.Accepted
			a.Decisions = k.Decisions
		default:
			return "", act.Refuse("这份报告正在本系统上修改，等报送、退回或审核通过后再生成答复。")
		}
		if a.On.IsZero() {
			a.On = h.day
		}
		for i := range a.Decisions {
			a.Decisions[i].By = 0
		}
		if file, _, err = s.sealed(key, reporting.AnswerForm, a, nil); err != nil || answered == a.Seq {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "update package_in set answered = $4 where year = $1 and organ = $2 and n = $3", year, organ, a.N, a.Seq); err != nil {
			return "", err
		}
		return "", h.note(act.PackageAnswered, PackageRef(organ, year), organ, nil, act.Change{Field: "答复", New: a.State.Chinese()})
	})
	if err == nil && file == nil {
		return nil, fmt.Errorf("store: answer to the package of %d for %d: %w", organ, year, ErrConflict)
	}
	return file, err
}

// privateHash is the hash of the content of a private file.
func (s *Store) privateHash(p *privateRow) (string, error) {
	key, err := s.unseal(privateKey, p.object, p.sealed)
	if err == nil && len(key) != keySize+sha256.Size {
		err = ErrSealed
	}
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(key[keySize:]), nil
}
