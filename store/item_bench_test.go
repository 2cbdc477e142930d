package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/store/storetest"
)

// publisher brings items out as towns do: drafted, handed in, signed by the
// office and by the leader, published; each step is an act of its own that the
// next one waits for. The officers are of eight towns.
func publisher(b testing.TB, s *store.Store) func(officer, i int) error {
	b.Helper()
	ctx := context.Background()
	var towns [officers]org.Organ
	for i := range towns {
		o, err := s.SaveOrgan(ctx, org.Organ{Code: fmt.Sprint("T", i), Name: fmt.Sprintf("第%d镇人民政府", i+1), Kind: org.Town, Level: org.Township})
		if err != nil {
			b.Fatal(err)
		}
		towns[i] = o
	}
	var body rich.Body
	for range 12 {
		body.Blocks = append(body.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: "各村、各单位：为做好汛期安全工作，现将有关事项通知如下，请结合实际抓好落实，遇有情况及时报告镇政府值班室，不得迟报、漏报、瞒报。"}}})
	}
	var n atomic.Int64
	return func(officer, i int) error {
		o := towns[officer]
		by := func(person int, roles ...org.Role) store.By {
			v := org.Viewer{Person: int64(officer*10 + person), Name: "某人", Organ: o.ID}
			for _, r := range roles {
				v.Posts = append(v.Posts, org.Post{Person: v.Person, Organ: o.ID, Path: o.Path, Role: r})
			}
			return store.By{Viewer: v, Key: fmt.Sprint("p", n.Add(1))}
		}
		clerk := func() store.By { return by(1, org.Drafter, org.Publisher) }
		done, err := s.DraftItem(ctx, clerk(), store.NewItem{Organ: o.ID, Kind: proactive.Notice, Content: proactive.Content{
			Title: fmt.Sprintf("关于做好第%d号堤段汛期安全工作的通知", i), Category: "20.15", Made: law.Day(2026, 11, 2), DocNo: fmt.Sprintf("测政〔2026〕%d号", i), Body: body}})
		if err != nil {
			return err
		}
		var id int64
		if _, err := fmt.Sscan(done.Answer, &id); err != nil {
			return err
		}
		var version int64
		for k, step := range []struct {
			by   store.By
			verb func(x *store.ItemFile, d proactive.Doing) error
		}{
			{clerk(), func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) }},
			{by(2, org.Secrecy, org.Head), func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }},
			{by(3, org.Signer), func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }},
			{clerk(), func(x *store.ItemFile, d proactive.Doing) error { return x.Release(d) }},
		} {
			x, err := s.Item(ctx, step.by.Viewer, id) // as the page that the step is taken on
			if err != nil {
				return err
			}
			version = x.Version
			if _, err := s.WithItem(ctx, step.by, id, version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return step.verb(x, d) }); err != nil {
				return fmt.Errorf("step %d: %w", k+1, err)
			}
		}
		return nil
	}
}

// BenchmarkPublish compares items published with their trail of review, five
// acts each, with the same number of bare rows to a commit each; durable, SQLite.
func BenchmarkPublish(b *testing.B) {
	dir := b.TempDir()
	now := time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files"), Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	one := publisher(b, s)
	bare := bareRows(b, filepath.Join(dir, "bare.db"))
	const items = 200
	for b.Loop() {
		rows := atOnce(b, items*5, bare)
		n := atOnce(b, items, one)
		b.ReportMetric(n, "items/s")
		b.ReportMetric(n*5/rows, "acts-per-bare-row")
		fmt.Printf("%.0f items a second with five acts each; %.0f bare rows a second: %.2f ×\n", n, rows, n*5/rows)
	}
}
