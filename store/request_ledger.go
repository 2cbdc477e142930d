package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// MaxLedger bounds the lines of one ledger that is imported or exported.
const MaxLedger = 5000

// A LedgerLine is a line of a ledger 台账 as it was read.
type LedgerLine struct {
	Line   int // as the sheet counts
	Ledger casework.Ledger
	Faults []casework.LedgerFault // found while reading it
}

// What an import does with a line.
const (
	LedgerNew    = "new"
	LedgerChange = "change"
	LedgerSame   = "same"
	LedgerWrong  = "wrong"
)

// A LedgerPlan is what an import would do with a line, or did.
type LedgerPlan struct {
	Line    int
	Does    string
	ID      int64 // of the file, 0 for a new one
	Ledger  casework.Ledger
	Changes []casework.LedgerChange // what it adds to a file
	Faults  []casework.LedgerFault
	Marks   []casework.Mark // what is on file against the statute afterwards
	Row     casework.Row    // what the list will show
}

// autoNumber stands for a number that the program gives.
const autoNumber = "自动编号"

// PlanLedger says what ImportLedger would do, in the order of the lines. It needs
// HandleRequests at the organ.
func (s *Store) PlanLedger(ctx context.Context, v org.Viewer, organ int64, lines []LedgerLine) ([]LedgerPlan, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	var to org.Subject
	to.Organ = organ
	if err := s.read.QueryRowContext(ctx, "select home, path from organ where id = $1", organ).Scan(&to.Home, &to.Path); err != nil {
		return nil, fmt.Errorf("store: ledger: %w", notFound(err))
	}
	if !org.May(v, org.HandleRequests, to) {
		return nil, Forbidden(org.HandleRequests)
	}
	now, err := s.Clock(ctx)
	if err != nil {
		return nil, err
	}
	l := ledgerImport{s: s, q: s.read, ctx: ctx, organ: organ, cal: cal, today: law.DateOf(now)}
	plans, err := l.all(lines, nil)
	if err != nil {
		return nil, fmt.Errorf("store: ledger: %w", err)
	}
	return plans, nil
}

// ImportLedger enters a ledger, all of it or nothing: each line that is new becomes
// a file, each that says more than before carries its file on, one that says the
// same changes nothing. ErrConflict if a line does not fit what is on file;
// PlanLedger says where. Done.Answer is the number of new files and of those that
// went on, with a blank between.
func (s *Store) ImportLedger(ctx context.Context, by By, organ int64, lines []LedgerLine) (Done, error) {
	return s.importLedger(ctx, by, organ, lines, func(fresh, further int, _ int64) string { return fmt.Sprintf("%d %d", fresh, further) })
}

// EnterLedger is ImportLedger for one line; Done.Answer is the id of its file.
func (s *Store) EnterLedger(ctx context.Context, by By, organ int64, line LedgerLine) (Done, error) {
	return s.importLedger(ctx, by, organ, []LedgerLine{line}, func(_, _ int, id int64) string { return fmt.Sprint(id) })
}

func (s *Store) importLedger(ctx context.Context, by By, organ int64, lines []LedgerLine, answer func(fresh, further int, last int64) string) (Done, error) {
	if len(lines) > MaxLedger {
		return Done{}, act.Refuse(fmt.Sprintf("台账有%d行，一次最多导入%d行，请分成几份。", len(lines), MaxLedger))
	}
	by.Reason = ""
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "import a ledger", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.HandleRequests, to); err != nil {
			return "", err
		}
		l := ledgerImport{s: s, q: h, ctx: h.ctx, organ: organ, cal: cal, today: h.day}
		fresh, further, last := 0, 0, int64(0)
		plans, err := l.all(lines, func(f *ledgerFile) error {
			defer func() { last = f.x.ID }()
			if f.isNew {
				fresh++
				return h.enterLine(f, cal)
			}
			further++
			return h.keepRequest(f.x, to, f.key, cal)
		})
		if err != nil {
			return "", err
		}
		if fresh+further == 0 {
			if len(plans) > 0 {
				last = plans[len(plans)-1].ID
			}
			return answer(fresh, further, last), nil
		}
		return answer(fresh, further, last), h.note(act.RequestsImported, fmt.Sprintf("requests/ledger/%d", organ), organ, nil,
			act.Change{Field: "台账行数", New: fmt.Sprint(len(lines))}, act.Change{Field: "新登记的申请", New: fmt.Sprint(fresh)}, act.Change{Field: "补登的申请", New: fmt.Sprint(further)})
	})
}

// A ledgerFile is a file that a line makes or carries on.
type ledgerFile struct {
	x     *RequestFile
	key   recordKey
	isNew bool
	mark  string // of a line without a number
}

type ledgerImport struct {
	s     *Store
	q     asker
	ctx   context.Context
	organ int64
	cal   *calendar.Calendar
	today law.Date
}

// all goes through the lines. keep, nil for a plan, writes what a line makes;
// then the first fault ends it with ErrConflict.
func (l *ledgerImport) all(lines []LedgerLine, keep func(*ledgerFile) error) ([]LedgerPlan, error) {
	marks := make([]string, len(lines))
	seen := map[string]int{}
	for i, x := range lines {
		if x.Ledger.Number != "" || len(x.Faults) > 0 {
			continue
		}
		id := strings.Join([]string{x.Ledger.Arrived.String(), string(x.Ledger.Channel), string(x.Ledger.Applicant), x.Ledger.Name, strings.Join(strings.Fields(x.Ledger.Wanted), ""), x.Ledger.Subject}, "\x00")
		seen[id]++
		m, err := l.s.mac("ledger line", fmt.Appendf(nil, "%d\x00%s\x00%d", l.organ, id, seen[id]))
		if err != nil {
			return nil, err
		}
		marks[i] = hex.EncodeToString(m)
	}
	ids, err := l.known(lines, marks)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int{}
	plans := make([]LedgerPlan, len(lines))
	for i, x := range lines {
		p := LedgerPlan{Line: x.Line, Ledger: x.Ledger, Faults: slices.Clone(x.Faults)}
		if n := x.Ledger.Number; n != "" {
			if at, twice := numbers[n]; twice {
				p.Faults = append(p.Faults, casework.LedgerFault{Column: "number", Text: fmt.Sprintf("与第%d行的登记号相同。", at)})
			}
			numbers[n] = x.Line
			p.ID = ids[n]
		} else {
			p.ID = ids[marks[i]]
		}
		var f *ledgerFile
		if len(p.Faults) == 0 {
			if f, err = l.line(&p); err != nil {
				return nil, err
			}
		}
		if len(p.Faults) > 0 {
			p.Does = LedgerWrong
		}
		if plans[i] = p; keep == nil {
			continue
		}
		switch p.Does {
		case LedgerWrong:
			return nil, fmt.Errorf("line %d: %w", x.Line, ErrConflict)
		case LedgerNew, LedgerChange:
			f.mark = marks[i]
			if err := keep(f); err != nil {
				return nil, err
			}
		}
	}
	return plans, nil
}

// known finds the files that numbers and marks stand for.
func (l *ledgerImport) known(lines []LedgerLine, marks []string) (map[string]int64, error) {
	ids := map[string]int64{}
	find := func(query string, keys []string) error {
		for chunk := range slices.Chunk(keys, 400) {
			args := []any{l.organ}
			for _, k := range chunk {
				args = append(args, k)
			}
			rows, err := l.q.QueryContext(l.ctx, query+" in ("+params(2, len(args))+")", args...)
			if err != nil {
				return err
			}
			for rows.Next() {
				var key string
				var id int64
				if err := rows.Scan(&key, &id); err != nil {
					rows.Close()
					return err
				}
				ids[key] = id
			}
			rows.Close()
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	}
	var numbers, known []string
	for i, x := range lines {
		if n := x.Ledger.Number; n != "" {
			numbers = append(numbers, n)
		} else if marks[i] != "" {
			known = append(known, marks[i])
		}
	}
	if err := find("select number, id from request where organ = $1 and number", numbers); err != nil {
		return nil, err
	}
	return ids, find("select mark, request from request_ledger where organ = $1 and mark", known)
}

// line makes the file of a line, or carries it on.
func (l *ledgerImport) line(p *LedgerPlan) (*ledgerFile, error) {
	if p.ID == 0 {
		x := p.Ledger
		if x.Number == "" {
			x.Number = autoNumber
		}
		f := &ledgerFile{x: &RequestFile{Request: &casework.Request{}, Organ: l.organ, Subject: x.Subject, Version: 1}, isNew: true}
		p.Does = LedgerNew
		if p.Faults = f.x.EnterLedger(l.cal, l.today, &f.x.Content, x, nil); len(p.Faults) == 0 {
			for _, text := range f.x.Content.Check(false) {
				p.Faults = append(p.Faults, casework.LedgerFault{Text: text})
			}
		}
		p.Marks, p.Row = f.x.Marks, f.x.Row(l.cal, l.today)
		return f, nil
	}
	x, _, key, err := l.s.scanRequest(l.q.QueryRowContext(l.ctx, requestSQL+" where r.id = $1", p.ID))
	if err != nil {
		return nil, err
	}
	if x.Request, err = l.s.replay(l.ctx, l.q, p.ID); err != nil {
		return nil, err
	}
	have := casework.LedgerOf(x.Request, x.Content, x.Subject)
	line := p.Ledger
	if x.Erased { // its words are gone for good
		line.Name, line.Wanted, line.Basis, line.Remark = "", "", "", ""
	}
	add, other := line.Compare(have)
	p.Marks, p.Changes = x.Marks, add
	for _, c := range other {
		p.Faults = append(p.Faults, casework.LedgerFault{Column: c.Column, Text: "系统中已登记为“" + shorter(c.Old) + "”，台账写“" + shorter(c.New) + "”。登记过的不能由导入改掉：台账有误的改台账，系统有误的打开案卷更正。"})
	}
	switch {
	case len(add) == 0:
		p.Does = LedgerSame
	case x.Erased:
		p.Faults = append(p.Faults, casework.LedgerFault{Column: add[0].Column, Text: "这一件的内容已按保管期限清除，不能再补登。"})
	case !x.Ledger:
		p.Faults = append(p.Faults, casework.LedgerFault{Column: add[0].Column, Text: "这一件在系统中办理，不是台账登记的，请打开案卷办理这一步。"})
	case len(p.Faults) == 0:
		p.Does = LedgerChange
		var names []string
		for _, c := range add {
			names = append(names, c.Column)
		}
		if slices.Contains(names, "subject") {
			x.Subject = line.Subject
		}
		p.Faults = x.EnterLedger(l.cal, l.today, &x.Content, line, names)
		p.Marks = x.Marks
	}
	p.Row = x.Row(l.cal, l.today)
	return &ledgerFile{x: x, key: key}, nil
}

func shorter(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

// enterLine writes the file of a new line.
func (h *hand) enterLine(f *ledgerFile, cal *calendar.Calendar) error {
	x := f.x
	x.ID = h.s.NewID()
	if x.Number == autoNumber {
		number, err := h.freeNumber(x.Organ, x.Arrived.Year)
		if err != nil {
			return err
		}
		if err := x.Renumber(number); err != nil {
			return err
		}
	}
	if err := h.putRequest(x, cal); err != nil {
		return err
	}
	if f.mark != "" {
		if _, err := h.ExecContext(h.ctx, "insert into request_ledger (organ, mark, request) values ($1, $2, $3)", x.Organ, f.mark, x.ID); err != nil {
			return err
		}
	}
	if err := h.keepPapers(x, cal); err != nil {
		return err
	}
	return h.appendEvents(x)
}

// freeNumber is the next number of the organ's register that no paper ledger
// took before.
func (h *hand) freeNumber(organ int64, year int) (string, error) {
	for range MaxLedger {
		n, err := h.nextNumber(organ, "request", year)
		if err != nil {
			return "", err
		}
		number := fmt.Sprintf("%d-%04d", year, n)
		if taken, err := h.exists("select exists (select 1 from request where organ = $1 and number = $2)", organ, number); err != nil || !taken {
			return number, err
		}
	}
	return "", errors.New("store: no free number in the register")
}

// A LedgerQuery chooses lines of the register.
type LedgerQuery struct {
	Organ int64
	Year  int // counted in it as new, or answered in it; 0 for all
}

// Ledger is the register of an organ as a ledger, the oldest first, at most
// MaxLedger lines; whole is false if there are more. It needs HandleRequests. Who
// shows it has the reading logged, by the references it returns.
func (s *Store) Ledger(ctx context.Context, v org.Viewer, q LedgerQuery) (lines []casework.Ledger, refs []string, whole bool, err error) {
	args := []any{q.Organ, q.Year, MaxLedger + 1}
	see := scope(v.Scope(org.HandleRequests), "o.home", "o.path", "", &args)
	ids, _, err := s.requestKeys(ctx, `select r.id, r.prudent from request r join organ o on o.id = r.organ
		where r.organ = $1 and ($2 = 0 or r.new_in = $2 or r.result_in = $2) and `+see+` order by r.arrived, r.id limit $3`, args)
	if err != nil {
		return nil, nil, false, fmt.Errorf("store: ledger: %w", err)
	}
	whole = len(ids) <= MaxLedger
	for _, id := range ids[:min(len(ids), MaxLedger)] {
		x, _, _, err := s.scanRequest(s.read.QueryRowContext(ctx, requestSQL+" where r.id = $1", id))
		if err == nil {
			x.Request, err = s.replay(ctx, s.read, id)
		}
		if err != nil {
			return nil, nil, false, fmt.Errorf("store: ledger: %w", err)
		}
		lines = append(lines, casework.LedgerOf(x.Request, x.Content, x.Subject))
		refs = append(refs, RequestRef(id))
	}
	return lines, refs, whole, nil
}
