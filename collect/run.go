package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sort"
	"sync"

	"golang.org/x/sync/errgroup"

	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/text"
)

// ErrPrevious is returned when Input.Previous is not the 结果.json of a run.
var ErrPrevious = errors.New("collect: not the result of an earlier run")

// ErrNothing is returned when there is no file to look at.
var ErrNothing = errors.New("collect: no files")

// Run reads, checks and sorts the files on all cores. A file that cannot be
// read is an entry of the result, not an error; errors are a cancelled context,
// ErrPrevious and ErrNothing. progress may be nil.
func Run(ctx context.Context, in Input, progress Progress) (*Result, error) {
	var before *reporting.Snapshot
	if len(in.Previous) > 0 {
		before = &reporting.Snapshot{}
		if err := json.Unmarshal(in.Previous, before); err != nil || before.Kind != reporting.SnapshotKind {
			return nil, fmt.Errorf("%w", ErrPrevious)
		}
	}
	files := Unpack(in.Files)
	if len(files) == 0 && len(in.Organs) == 0 {
		return nil, ErrNothing
	}
	entries, err := readAll(ctx, files, progress)
	if err != nil {
		return nil, err
	}
	year := in.Year
	if year == 0 {
		year = reporting.MostlyYear(entries)
	}
	if before != nil && before.Year != 0 && year != 0 && before.Year != year {
		return nil, fmt.Errorf("%w: it is for %d, this run is for %d", ErrPrevious, before.Year, year)
	}
	if err := checkAll(ctx, entries, in, year); err != nil {
		return nil, err
	}
	res := &Result{Collection: *reporting.Build(entries, in.Organs, year), From: in.From, Today: in.Today, FileCount: len(files), fonts: in.Fonts}
	if err := res.findAlike(ctx); err != nil {
		return nil, err
	}
	if before != nil {
		res.Compare(*before)
	}
	res.addUp()
	for i := range res.Rows {
		if n, ok := reporting.NoticeFor(&res.Rows[i], in.From, res.Year, in.Deadline, in.Today); ok {
			res.Notices = append(res.Notices, n)
		}
	}
	return res, nil
}

// parallel runs fn for 0…n-1 on all cores.
func parallel(ctx context.Context, n int, fn func(ctx context.Context, i int)) error {
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if err := inner.Err(); err != nil {
				return err
			}
			fn(inner, i)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// Read unpacks and reads the files on all cores without judging them: the first
// half of Run. An entry without a report says in Problem why.
func Read(ctx context.Context, files []File, progress Progress) ([]reporting.Entry, error) {
	return readAll(ctx, Unpack(files), progress)
}

// readAll reads every file within its own time limit.
func readAll(ctx context.Context, files []Unpacked, progress Progress) ([]reporting.Entry, error) {
	entries := make([]reporting.Entry, len(files))
	var mu sync.Mutex
	done := 0
	err := parallel(ctx, len(files), func(ctx context.Context, i int) {
		entries[i] = readOne(ctx, files[i])
		files[i].Data = nil // a large folder need not be held twice
		if progress == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		progress(done, len(files), files[i].Name)
	})
	return entries, err
}

func readOne(ctx context.Context, f Unpacked) (e reporting.Entry) {
	e = reporting.Entry{File: f.Name, Bytes: int64(len(f.Data))}
	err := f.Err
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, limit.PerFile)
		defer cancel()
		var r *ingest.Reading
		if r, err = ingest.Read(ctx, f.Name, f.Data); err == nil {
			e.Report = r.Report
		}
	}
	if e.Report == nil {
		if err == nil {
			err = errors.New("no report")
		}
		e.Problem, e.Code = limit.Message(err), limit.Code(err)
	}
	return e
}

// checkAll checks each report, with the organ's report of the year before where
// the folder or the caller has it.
func checkAll(ctx context.Context, entries []reporting.Entry, in Input, year int) error {
	last := map[string]*annual.Report{}
	for _, e := range entries {
		if e.Report != nil && e.Report.Year == year-1 && e.Report.Organ != "" {
			last[e.Report.Organ] = e.Report
		}
	}
	for organ, r := range in.Last {
		last[organ] = r
	}
	return parallel(ctx, len(entries), func(_ context.Context, i int) {
		r := entries[i].Report
		if r == nil {
			return
		}
		c := &annual.Context{Level: reporting.LevelOf(r.Organ)}
		if r.Year == year {
			c.Last = last[r.Organ]
		}
		entries[i].Findings = annual.Check(r, c)
	})
}

// Passages that two reports share are shown from this many characters on, and
// so many of them.
const (
	sharedFrom = 16
	sharedMost = 5
)

// findAlike compares the prose of the pairs that are worth it. Each report's
// prose is folded once, however many pairs it is in.
func (res *Result) findAlike(ctx context.Context) error {
	suspects := res.Suspects()
	var rows []int // that are in any pair
	at := map[int]int{}
	for _, s := range suspects {
		for _, i := range s {
			if _, ok := at[i]; !ok {
				at[i] = len(rows)
				rows = append(rows, i)
			}
		}
	}
	prose := make([]string, len(rows))
	profiles := make([]*text.Profile, len(rows))
	err := parallel(ctx, len(rows), func(_ context.Context, i int) {
		prose[i] = res.Rows[rows[i]].Report.Prose()
		profiles[i] = text.NewProfile(prose[i])
	})
	if err != nil {
		return err
	}
	pairs := make([]reporting.Pair, len(suspects))
	err = parallel(ctx, len(suspects), func(_ context.Context, i int) {
		a, b := at[suspects[i][0]], at[suspects[i][1]]
		pairs[i] = reporting.Pair{A: res.Rows[rows[a]].Organ, B: res.Rows[rows[b]].Organ, Score: profiles[a].Score(profiles[b])}
		if pairs[i].Score >= reporting.AlikeFrom {
			pairs[i].Shared = text.Longest(prose[a], profiles[a].Shared(profiles[b], sharedFrom), sharedMost)
		}
	})
	if err != nil {
		return err
	}
	res.SetAlike(pairs)
	return nil
}

// addUp sums the reports of the year's edition and says who is in and who not.
func (res *Result) addUp() {
	form, err := annual.FormFor(res.Year)
	var reports []*annual.Report
	for _, r := range res.Rows {
		switch {
		case r.Report == nil:
			if r.Listed {
				res.SumLacks = append(res.SumLacks, r.Organ+"（"+r.Status.Chinese()+"）")
			}
		case !r.Listed: // the list decides who is counted
			res.SumLacks = append(res.SumLacks, r.Organ+"（不在名单）")
		case err != nil || r.Report.Form != form:
			res.SumLacks = append(res.SumLacks, r.Organ+"（所用格式不是本年度的格式）")
		default:
			reports = append(reports, r.Report)
			res.SumOf = append(res.SumOf, r.Organ)
			if r.Errors > 0 {
				res.SumDoubt = append(res.SumDoubt, r.Organ)
			}
		}
	}
	if len(reports) == 0 {
		return
	}
	sum, details, err := annual.SumWithDetail(reports...)
	if err != nil {
		res.SumLacks = append(res.SumLacks, "未能汇总："+err.Error())
		return
	}
	sum.Year = res.Year
	for _, d := range details {
		g := SumGap{Cell: d.Cell}
		for _, i := range d.Lacking {
			g.Organs = append(g.Organs, res.SumOf[i])
		}
		res.SumGaps = append(res.SumGaps, g)
	}
	res.Sum = sum
	sort.Strings(res.SumDoubt)
}
