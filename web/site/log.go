package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
)

var logTemplate = page.NewTemplate(files, "log.html")

// logPage explains the public log, shows its head and newest entries, and
// checks a receipt.
type logPage struct {
	page.Base
	On       bool // there is a log
	Verifier string
	Office   string // verifier key of the internal log
	Former   int    // keys before this one
	Origin   string
	Size     int64
	Root     string
	Damaged  bool // the head does not hold
	Entries  []logEntry
	Newer    string
	Older    string
	Result   *logResult
	Text     string // what was pasted
}

type logEntry struct {
	Index   int64
	What    string
	Href    string // of the report
	Receipt string
	At      string
}

// logResult is what a check found. Tone is ok or err, as tags have it.
type logResult struct {
	Tag   page.Tag
	Lines []string
	Whole string // the receipt with its proof, in place of a promise
}

// logRows is how many entries one page lists.
const logRows = 15

// receiptBody bounds what is sent to be checked: a receipt and a report.
const receiptBody = 16 << 20

func (s *Site) logRoutes(get, api func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	return []page.Route{
		get("/log", s.log),
		{Pattern: "POST /log", Role: page.Public, Body: receiptBody, Serve: s.checkReceipt},
		api("/log/receipt/{index}", s.receiptAt),
		api("/log/keys", s.logKeys),
		api("/log/office/checkpoint", s.officeCheckpoint),
		api("/checkpoint", s.checkpoint),
		api("/tile/{path...}", s.tile),
	}
}

func (s *Site) drawLog(r *http.Request) (logPage, error) {
	p := logPage{Base: s.cfg.Base(r, "log", "公开存证")}
	k := s.store.LogKey()
	if k == nil {
		return p, nil
	}
	keys := s.store.LogKeys()
	p.On, p.Verifier, p.Office, p.Origin = true, k.Verifier, keys.Office, k.Name()
	for _, text := range keys.Vouches {
		if v, err := translog.OpenVouch(text); err == nil && v.Next {
			p.Former++
		}
	}
	head, err := s.store.Head(r.Context())
	switch {
	case errors.Is(err, store.ErrLog):
		p.Damaged = true
		return p, nil
	case err != nil:
		return p, err
	}
	p.Size, p.Root = head.Size, head.Root.String()
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 1 || before > p.Size {
		before = p.Size
	}
	list, err := s.store.Leaves(r.Context(), before, logRows)
	if err != nil {
		return p, err
	}
	for _, l := range list {
		p.Entries = append(p.Entries, entryOf(l))
	}
	if before < p.Size {
		p.Newer = "/log"
	}
	if n := len(list); n > 0 && list[n-1].Index > 0 {
		p.Older = page.With("/log", "before", strconv.FormatInt(list[n-1].Index, 10))
	}
	return p, nil
}

func entryOf(l store.Leaf) logEntry {
	e := logEntry{Index: l.Index, What: l.Act.Chinese(), Receipt: "/log/receipt/" + strconv.FormatInt(l.Index, 10), At: minute(l.At())}
	if r, ok := l.Act.Body.(act.Report); ok {
		organ := r.Organ
		if organ == "" {
			organ = "~" + strings.Split(l.Act.Ref+"//", "/")[1]
		}
		e.Href = reportHref(organ, r.Year)
		e.What = fmt.Sprintf("%s%d年度报告", r.Name, r.Year)
		if l.Act.Kind == act.ReportCorrected {
			e.What += fmt.Sprintf("（更正，第%d版）", r.Version)
		}
	}
	if x, ok := l.Act.Body.(act.Item); ok {
		e.Href = page.ItemHref(x.Number)
		e.What = fmt.Sprintf("%s%s %s", x.Name, l.Act.Chinese(), x.Number)
		if x.Version > 1 {
			e.What += fmt.Sprintf("（第%d版）", x.Version)
		}
	}
	return e
}

// minute is an instant as people here read it.
func minute(t time.Time) string { return t.In(law.Beijing).Format("2006-01-02 15:04") }

func (s *Site) log(w http.ResponseWriter, r *http.Request) error {
	p, err := s.drawLog(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, logTemplate, p)
}

// checkReceipt shows the page with the result of a check. What is sent is read
// in memory and not kept.
func (s *Site) checkReceipt(w http.ResponseWriter, r *http.Request) error {
	p, err := s.drawLog(r)
	if err != nil {
		return err
	}
	receipt, report, err := sent(r)
	if err != nil {
		return err
	}
	if len(receipt) == 0 {
		p.Result = refused("没有收到回执。请选择回执文件（receipt.json），或把它的内容粘贴到文本框。")
	} else if p.On {
		p.Text = pasted(r)
		if p.Result, err = s.judge(r, receipt, report); err != nil {
			return err
		}
	}
	return page.Render(w, r, logTemplate, p)
}

func refused(text string) *logResult {
	return &logResult{Tag: page.Tag{Tone: "err", Text: "不相符"}, Lines: []string{text}}
}

func pasted(r *http.Request) string { return r.PostFormValue("text") }

// sent takes receipt and report out of a form, with files or without.
func sent(r *http.Request) (receipt, report []byte, err error) {
	kind := r.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "multipart/form-data") {
		err = r.ParseMultipartForm(receiptBody)
	} else {
		err = r.ParseForm()
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return nil, nil, err
	case err != nil:
		return nil, nil, &page.Input{Text: "提交的内容无法读取。请回到公开存证页重新选择文件。"}
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }() // parts beyond memory; there are none
	}
	if receipt, err = formFile(r, "receipt", translog.MaxReceipt); err != nil {
		return nil, nil, err
	}
	if len(receipt) == 0 {
		receipt = []byte(strings.TrimSpace(pasted(r)))
	}
	report, err = formFile(r, "report", receiptBody)
	return receipt, report, err
}

func formFile(r *http.Request, name string, most int64) ([]byte, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File[name]) == 0 {
		return nil, nil
	}
	f, err := r.MultipartForm.File[name][0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// judge checks a receipt with our own keys, and whether the log of today still
// holds what it was given for. A promise is made whole if its entry is in the
// log by now.
func (s *Site) judge(r *http.Request, receipt, report []byte) (*logResult, error) {
	var f *translog.Fault
	rec, err := translog.ParseReceipt(receipt)
	keys := s.store.LogKeys()
	if err == nil {
		err = translog.VerifyReceipt(rec, keys.Public, keys.Vouches...)
	}
	if errors.As(err, &f) {
		return refused(f.Text), nil
	}
	if err != nil {
		return nil, err
	}
	res := &logResult{Tag: page.Tag{Tone: "ok", Text: "相符"}}
	say := func(text string, args ...any) { res.Lines = append(res.Lines, fmt.Sprintf(text, args...)) }
	if rec.Promised() {
		say("签收有效：本站的签名成立，签收的就是回执所载的内容。")
		whole, err := s.store.CompleteReceipt(r.Context(), rec)
		switch {
		case errors.Is(err, store.ErrPending):
			say("这一条还在编号，请稍后再来补全证明。")
			return res, nil
		case errors.Is(err, store.ErrNotFound):
			res.Tag = page.Tag{Tone: "err", Text: "本站存证有异"}
			say("但是本站的存证里没有这一条。请保存好这份回执：它证明本站签收过，而记录被删除或改动了。")
			return res, nil
		case err != nil:
			return nil, logError(err)
		}
		rec = whole
		b, err := json.MarshalIndent(whole, "", "  ")
		if err != nil {
			return nil, err
		}
		res.Whole = string(b)
		say("证明已经补全，请保存下面的完整回执。")
	}
	say("回执有效：第 %d 条，出具时共 %d 条，签名成立。", rec.Index, rec.Size)
	var a act.Act
	if rec.Salt != "" {
		a, err = act.ParseEntry([]byte(rec.Leaf))
	} else {
		a, err = act.ParseLeaf([]byte(rec.Leaf))
	}
	if err == nil {
		say("内容：%s，%s 存证。", a.Chinese(), minute(time.UnixMilli(a.At)))
	}
	if b, ok := a.Body.(act.Record); ok {
		say("这是内部办理行为的回执：对象 %s 的第 %d 条留痕，办理日期 %s。", a.Ref, a.Seq, a.On.Chinese())
		if len(b.Fields) > 0 {
			say("改动的项目：%s。改动前后的内容不在回执里。", strings.Join(b.Fields, "、"))
		}
	}
	switch err := s.store.Extends(r.Context(), []byte(rec.Checkpoint)); {
	case errors.Is(err, store.ErrLog):
		res.Tag = page.Tag{Tone: "err", Text: "本站存证有异"}
		say("但是本站现在的存证不包含出具回执时的内容。请保存好这份回执：它证明本站的存证被改动过。")
	case err != nil:
		return nil, err
	default:
		say("本站现在的存证仍然完整包含出具回执时的全部条目。")
	}
	if b, ok := a.Body.(act.Item); ok {
		say("索引号 %s，%s，第 %d 版。", b.Number, b.Name, b.Version)
		if len(report) > 0 {
			holds, says := store.HoldItem(b, receipt, report)
			if !holds {
				res.Tag = page.Tag{Tone: "err", Text: "内容不相符"}
			}
			res.Lines = append(res.Lines, says...)
			return res, nil
		}
	}
	body, ok := a.Body.(act.Report)
	if len(report) == 0 || !ok {
		return res, nil
	}
	m, err := annual.HoldAgainst(body, report)
	if err != nil {
		return nil, err
	}
	if !m.Holds() {
		res.Tag = page.Tag{Tone: "err", Text: "报告不相符"}
	}
	say("%s", m.Chinese())
	return res, nil
}

// receiptExt is how the receipt of a report is asked for: as one of its files.
const receiptExt = "receipt.json"

// receipt serves the newest receipt of a report. One that was kept is against
// an earlier head, and holds as well.
func (s *Site) receipt(w http.ResponseWriter, r *http.Request, o org.Organ, year int) error {
	rec, err := s.store.Receipt(r.Context(), act.ReportRef(o.ID, year))
	return s.sendReceipt(w, rec, err, fmt.Sprintf("%s%d年度报告存证回执.json", o.Name, year))
}

func (s *Site) receiptAt(w http.ResponseWriter, r *http.Request) error {
	i, err := strconv.ParseInt(r.PathValue("index"), 10, 64)
	if err != nil || i < 0 {
		return page.ErrNotFound
	}
	rec, err := s.store.ReceiptAt(r.Context(), i)
	return s.sendReceipt(w, rec, err, fmt.Sprintf("存证回执第%d条.json", i))
}

func (s *Site) sendReceipt(w http.ResponseWriter, rec translog.Receipt, err error, name string) error {
	if err != nil {
		return logError(err)
	}
	b, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return err
	}
	attach(w, name)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append(b, '\n'))
	return err
}

// logError says what a reader can do about it.
func logError(err error) error {
	switch {
	case errors.Is(err, store.ErrNoLog):
		return page.ErrNotFound
	case errors.Is(err, store.ErrPending):
		return &page.Unavailable{Text: "刚刚发布，存证还在编号，请过几秒再下载回执。", Err: err}
	case errors.Is(err, store.ErrLog):
		return &page.Unavailable{Text: "本站的存证正在检修，暂时不能出具回执。已经下载的回执仍可离线核对。", Err: err}
	}
	return err
}

// logKeys serves the verifier keys with the statements that lead from one to the
// next: the file that gongkai verify takes.
func (s *Site) logKeys(w http.ResponseWriter, _ *http.Request) error {
	if s.store.LogKey() == nil {
		return page.ErrNotFound
	}
	return sendText(w, []byte(s.store.LogKeys().Text()), nil)
}

func (s *Site) checkpoint(w http.ResponseWriter, r *http.Request) error {
	b, err := s.store.Checkpoint(r.Context())
	return sendText(w, b, err)
}

func (s *Site) officeCheckpoint(w http.ResponseWriter, r *http.Request) error {
	b, err := s.store.OfficeCheckpoint(r.Context())
	return sendText(w, b, err)
}

func sendText(w http.ResponseWriter, b []byte, err error) error {
	if err != nil {
		return logError(err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(b)
	return err
}

func (s *Site) tile(w http.ResponseWriter, r *http.Request) error {
	b, _, err := s.store.Tile(r.Context(), r.PathValue("path"))
	if err != nil {
		return logError(err)
	}
	// A tile of a given width never changes, full or not.
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err = w.Write(b)
	return err
}

// proofPanel is what the page of a report says of its log entries.
type proofPanel struct {
	Receipt string
	Acts    []page.Link // each with the receipt of that state; no address while it has no number
}

// proof is nil for a report that was not logged. The receipt is that of the
// state shown.
func (s *Site) proof(r *http.Request, o org.Organ, filed *store.Filed) (*proofPanel, error) {
	if s.store.LogKey() == nil {
		return nil, nil
	}
	list, err := s.store.History(r.Context(), act.ReportRef(o.ID, filed.Year))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	p := &proofPanel{Receipt: reportHref(organKey(o), filed.Year) + "." + receiptExt}
	for i, l := range list {
		what := "发布存证"
		if l.Act.Kind == act.ReportCorrected {
			what = "更正存证"
		}
		x := page.Link{Text: minute(l.At()) + " " + what}
		if l.Index >= 0 {
			x.Href = "/log/receipt/" + strconv.FormatInt(l.Index, 10)
		}
		b, ok := l.Act.Body.(act.Report)
		if mine := ok && b.Version == filed.Version; mine {
			x.Key = "on"
			if i < len(list)-1 { // a later state has the address of the report
				p.Receipt = x.Href
			}
		}
		p.Acts = append(p.Acts, x)
	}
	return p, nil
}
