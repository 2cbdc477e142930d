package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// nationOfRequests writes rows of requests over 45,000 organs as the store does,
// without their acts: a fifth open, four years. It returns the organs of a county
// of ordinary size too.
func nationOfRequests(b *testing.B) (*store.Store, []org.Organ) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "x.db")
	s, err := store.Open(b.Context(), "sqlite:"+file, store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	organs, err := s.SaveOrgans(b.Context(), storetest.Nation(45_000, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	in, err := tx.Prepare(`insert into request (id, organ, number, subject, search, state, channel, applicant, arrived, received, due, prudent, provisional, waiting, outcome, answer, letter_no, extended, corrected, late,
		days, fen, marks, remedies, answer_by, reopened, ledger, new_in, result_in, person, who, code, clock, version, saved_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '', 0, 0, ?, ?, ?, '', ?, '', 1, 0)`)
	if err != nil {
		b.Fatal(err)
	}
	random, results, kinds, channels := rand.New(rand.NewPCG(1, 2)), casework.Results(), casework.Applicants(), deadline.Channels()
	words := []string{"征地补偿", "项目验收", "预算执行", "低保名单", "规划许可", "环评批复", "招标文件", "会议纪要"}
	flag := func(one int) int {
		if random.IntN(one) == 0 {
			return 1
		}
		return 0
	}
	for i := range requestCount() {
		o := organs[random.IntN(len(organs))]
		day := law.Day(2023, 1, 2).AddDays(random.IntN(1400))
		number, subject := fmt.Sprintf("%d-%06d", day.Year, i), words[random.IntN(len(words))]+words[random.IntN(len(words))]
		state, due, answer, outcome, ended, letter := "closed", "", day.AddDays(25).String(), string(results[random.IntN(len(results))].Outcome), day.AddDays(25).Year, fmt.Sprintf("某公开告〔%d〕%d号", day.Year, i%90)
		if i%5 == 0 {
			state, due, answer, outcome, ended, letter = "running", day.AddDays(28).String(), "", "", 0, ""
		}
		if _, err := in.Exec(i+1, o.ID, number, subject, number+" "+subject+" "+letter, state, string(channels[random.IntN(len(channels))]), string(kinds[random.IntN(6)]), day.String(), day.String(), due, due, outcome, answer, letter,
			flag(10), flag(12), flag(20), 5+random.IntN(20), day.Year, ended, 1+random.IntN(3), number); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := tx.Exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
		insert into request_gram (gram, request)
		select distinct unicode(substr(r.search, n.i, 1)) * 2097152 + unicode(substr(r.search, n.i + 1, 1)), r.id
		from request r join n on n.i < length(r.search)
		where unicode(substr(r.search, n.i, 1)) > 127 and unicode(substr(r.search, n.i + 1, 1)) > 127`); err != nil {
		b.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("analyze"); err != nil {
		b.Fatal(err)
	}
	return s, organs
}

// BenchmarkRequestFigures measures figures, search without a hit and table three
// over a nation. The targets are for a million requests of 45,000 organs: figures
// of a county 100 ms, of the nation 2 s, search 200 ms, table three 100 ms.
func BenchmarkRequestFigures(b *testing.B) {
	s, organs := nationOfRequests(b)
	ctx := context.Background()
	nation, today := org.Program("测量"), law.Day(2026, 11, 2)
	var county org.Organ
	for _, o := range organs {
		if o.Level == org.County && o.Kind == org.Government {
			county = o
			break
		}
	}
	full, err := s.Organ(ctx, county.ID)
	if err != nil {
		b.Fatal(err)
	}
	office := org.Viewer{Person: 1, Posts: []org.Post{{Organ: full.ID, Path: full.Path, Role: org.Office}}}
	for b.Loop() {
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(requestCount()), "requests")
	b.ReportMetric(float64(len(organs)), "organs")
	figures := func(v org.Viewer, all bool) func(int) error {
		return func(int) error {
			f, err := s.RequestFigures(ctx, v, store.FigureQuery{Year: 2025, Today: today, Near: today.AddDays(7)}, all)
			if err == nil && f.Total.New == 0 {
				err = fmt.Errorf("no figures")
			}
			return err
		}
	}
	p95(b, "ms-county-figures", 20, figures(office, false))
	p95(b, "ms-nation-figures", 5, figures(nation, false))
	p95(b, "ms-nation-figures-all", 2, figures(nation, true))
	search := func(word string) func(int) error {
		return func(int) error {
			_, _, err := s.Requests(ctx, nation, store.RequestQuery{Search: word, Limit: 50})
			return err
		}
	}
	p95(b, "ms-search-no-such-word", 20, search("没有这个词"))
	p95(b, "ms-search-words-apart", 20, search("补偿预算"))
	p95(b, "ms-search-common", 20, search("征地补偿项目"))
	p95(b, "ms-table-three", 40, func(i int) error {
		_, err := s.TableThree(ctx, organs[i*37].ID, 2025, nil)
		return err
	})
}
