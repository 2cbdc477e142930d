package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/store/storetest"
)

// itemsEach is how many items every organ of the nation has published.
const itemsEach = 10

// BenchmarkItemsOfANation monitors and scores 45,000 organs with ten items each,
// a guide, a board and a document that is late: the gaps of the dispatch, the
// office's table, and a quarter by every measure of proactive disclosure. The
// baseline reads the rows of the items and does nothing with them.
func BenchmarkItemsOfANation(b *testing.B) {
	ctx := context.Background()
	file := filepath.Join(b.TempDir(), "x.db")
	today := law.Day(2026, 4, 8)
	s, err := store.Open(ctx, "sqlite:"+file, store.Options{Signer: storetest.LogKey(b), Now: func() time.Time { return today.Start().Add(9 * time.Hour) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	organs, err := s.SaveOrgans(ctx, storetest.Nation(45_000, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	db := plainBench(b, file)
	fillItems(b, s, db, organs)
	top := organs[0]
	office := store.By{Viewer: org.Viewer{Person: 1, Name: "测量", Organ: top.ID, Posts: []org.Post{{Person: 1, Organ: top.ID, Path: "/" + strconv.FormatInt(top.ID, 10) + "/", Role: org.Office}}}}
	b.Run("Gaps", func(b *testing.B) {
		gaps := 0
		for b.Loop() {
			sheet, err := s.Gaps(ctx, office.Viewer, top.ID, today)
			if err != nil {
				b.Fatal(err)
			}
			gaps = sheet.Gaps
		}
		if gaps < 100_000 {
			b.Errorf("only %d gaps", gaps)
		}
		b.ReportMetric(float64(gaps), "gaps")
	})
	b.Run("TableOfTheOffice", func(b *testing.B) {
		for b.Loop() {
			x, err := s.WatchTable(ctx, office.Viewer, top.ID, today)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(x.Looked), "organs")
		}
	})
	b.Run("ComputeAndFreeze", func(b *testing.B) {
		round := openWide(b, s, office, top.ID)
		for version := int64(1); b.Loop(); version++ {
			if _, err := s.ComputeRound(ctx, office, round, version); err != nil {
				b.Fatal(err)
			}
		}
		f, err := s.Round(ctx, office.Viewer, round)
		if err != nil {
			b.Fatal(err)
		}
		if f.Organs < 40_000 || f.Failed > 0 {
			b.Errorf("%d organs, %d measures failed", f.Organs, f.Failed)
		}
		b.ReportMetric(float64(f.Organs), "organs")
	})
	b.Run("BaselineReadRows", func(b *testing.B) {
		for b.Loop() {
			rows, err := db.Query("select organ, id, kind, title, published from item")
			if err != nil {
				b.Fatal(err)
			}
			var x, y int64
			var t, u, v string
			for rows.Next() {
				if err := rows.Scan(&x, &y, &t, &u, &v); err != nil {
					b.Fatal(err)
				}
			}
			rows.Close()
		}
	})
}

// openWide opens a quarter by a scheme with one indicator for each measure of
// proactive disclosure.
func openWide(b *testing.B, s *store.Store, office store.By, top int64) int64 {
	b.Helper()
	ctx := context.Background()
	scheme, _ := oversight.ShippedScheme("T")
	g := oversight.SchemeGroup{Name: "主动公开"}
	for _, n := range []string{"items.posted", "items.blank", "items.late", "items.ontime", "items.bare", "items.corrected", "document.marked", "interpret.ontime", "review.done", "review.overdue", "secrecy.reviewed",
		"columns.empty", "columns.stale", "guide.current", "standard.covered", "secrecy.events", "board.updated", "channels.used", "place.set", "system.live"} {
		m, _ := oversight.MeasureOf(n)
		i := oversight.Indicator{Key: n, Name: m.Chinese, Kind: oversight.Presence, Max: 5 * oversight.Point, Measure: n, Source: oversight.ByProgram}
		if m.Shape == oversight.ShapeRatio {
			i.Kind, i.Rule = oversight.RatioOf, oversight.Rule{Full: 100, Least: 1}
		}
		g.Indicators = append(g.Indicators, i)
	}
	scheme.Groups, scheme.Full = []oversight.SchemeGroup{g}, 100*oversight.Point
	id := func(d store.Done, err error) int64 {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		n, err := strconv.ParseInt(d.Answer, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	x := id(s.SaveScheme(ctx, office, top, 0, 0, scheme))
	if _, err := s.PublishScheme(ctx, office, x, 1); err != nil {
		b.Fatal(err)
	}
	return id(s.OpenRound(ctx, office, oversight.Round{Scheme: x, Name: "一季度", Year: 2026, Period: oversight.PeriodQuarter, Number: 1}, nil))
}

// fillItems writes items straight into the tables: through the acts of officers
// it would take hours.
func fillItems(b *testing.B, s *store.Store, db *sql.DB, organs []org.Organ) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(q string, args ...any) {
		if _, err := tx.Exec(q, args...); err != nil {
			b.Fatal(err)
		}
	}
	item, err := tx.Prepare(`insert into item (id, organ, kind, category, field, title, doc_no, search, number, stage, standing, roles, author, hands, made, due, published, published_at, changed, versions,
		effective, until, period_from, period_to, abolished, takedown, release_at, ground, review_by, five, backfill, request, policy, archived, volume, salt, version, saved_at, limit_day)
		values (?, ?, ?, '20.15', '', ?, '测政〔2026〕1号', ?, ?, ?, ?, '', 0, '', ?, ?, ?, ?, '', 1, '', '', '', '', '', '', 0, '', '', '', 0, 0, 0, '', '', x'00', 1, 0, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	kinds := []string{"news", "notice", "document", "normative", "interpretation"}
	for n, o := range organs {
		for i := range itemsEach {
			made := law.Day(2026, 1, 5+(i*9+n)%80)
			out := made.AddDays(3 + (n+i)%40)
			id, title := s.NewID(), fmt.Sprintf("%s关于第%d号事项的通知", o.Name, i)
			stage, standing, due, published, limit, number := "settled", "live", "", out.String(), made.AddDays(28).String(), any(fmt.Sprintf("%s/2026-%05d", o.Code, i))
			if i == 0 { // late and not out
				stage, standing, due, published, limit, number = "draft", "", made.AddDays(28).String(), "", "", nil
			}
			if _, err := item.Exec(id, o.ID, kinds[i%len(kinds)], title, title, number, stage, standing, made.String(), due, published, out.Start().UnixMilli(), limit); err != nil {
				b.Fatal(err)
			}
		}
		exec("insert into guide (organ, n, body, mark, made, author, signed, signer, paper, version) values (?, 1, '{}', 'x', '2026-01-10', 0, '2026-01-12', 0, '', 1)", o.ID)
		board := s.NewID()
		exec(`insert into outlet (id, organ, kind, name, account, place, size, keeper, sides, since, until, note, playlist, code, search, version) values (?, ?, 'board', '公开栏', '', '院外', '', '', '', '2025-01-01', '', '', '{}', null, '公开栏', 1)`, board, o.ID)
		exec(`insert into posting (id, organ, outlet, item, title, topic, side, day, until, down, link, photo, taken, note, must, version, made_at) values (?, ?, ?, 0, '公示', '民生', '', '2026-02-10', '', '', '', 0, 0, '', 0, 1, 0)`, s.NewID(), o.ID, board)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
