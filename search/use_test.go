package search

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// One puts, one takes out, one merges and four search, all at once: each search
// sees whole transactions.
func TestSearchesWhileWriting(t *testing.T) {
	x := newIndex(t)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var wg sync.WaitGroup
	fail := make(chan error, 20)
	loop := func(f func(i int) error) {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if err := f(i); err != nil && ctx.Err() == nil {
					fail <- err
					stop()
				}
			}
		})
	}
	m := newMaker(5)
	loop(func(i int) error { // ten items at a time, of one word
		var docs []Doc
		for k := range 10 {
			d := m.doc(int64(i%20*10+k), 400)
			d.Version, d.Title = int64(i), d.Title+"饕餮"
			docs = append(docs, d)
		}
		return x.Feed(ctx, docs, nil, int64(i))
	})
	loop(func(i int) error {
		var ids []int64
		for k := range 10 {
			ids = append(ids, int64(i%20*10+k))
		}
		return x.Delete(ctx, ids)
	})
	loop(func(int) error { time.Sleep(5 * time.Millisecond); return x.Merge(ctx) })
	for range 4 {
		loop(func(int) error {
			r, err := x.Find(ctx, Query{Text: "饕餮", Limit: MaxLimit})
			if err == nil && r.Count%10 != 0 {
				err = fmt.Errorf("%d items: half of a transaction", r.Count)
			}
			if err == nil {
				_, err = x.Cursor(ctx)
			}
			return err
		})
	}
	select {
	case err := <-fail:
		t.Error(err)
	case <-time.After(1500 * time.Millisecond):
	}
	stop()
	wg.Wait()
}

// A process that is killed while it writes leaves a file that opens and holds
// what it had fed, no more and no less than its cursor says.
func TestKilled(t *testing.T) {
	if file := os.Getenv("GONGKAI_SEARCH_KILLED"); file != "" {
		feedForever(t, file)
	}
	file := filepath.Join(t.TempDir(), "search.db")
	var last int64
	for round := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "GONGKAI_SEARCH_KILLED="+file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := make([]byte, 3) // a mark for every batch
		if _, err := io.ReadFull(out, said); err != nil || strings.Trim(string(said), ".") != "" {
			t.Fatal(string(said), err)
		}
		time.Sleep(time.Duration(7+31*round) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		x, err := Open(file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if round > 0 && x.Made() != "" {
			t.Fatalf("a new file was made: %s", x.Made())
		}
		n, err := x.Cursor(context.Background())
		if err != nil || n < last {
			t.Fatal(n, err)
		}
		last = n
		r := find(t, x, Query{All: []string{"pub"}})
		if want := min(n*batch, Counted); int64(r.Count) != want || r.Plus != (n*batch > Counted) {
			t.Errorf("%d items of %d batches, %d and more %v", n*batch, n, r.Count, r.Plus)
		}
		if n > 0 {
			d := newMaker(uint64(n*batch-1)).doc(n*batch-1, 100000)
			r := find(t, x, Query{Text: d.Title})
			if len(r.Hits) == 0 || r.Hits[0].ID != d.ID {
				t.Errorf("the last item is not found by its title %s: %v", d.Title, ids(r))
			}
		}
		var ok string
		for _, q := range []string{"pragma integrity_check", "insert into x (x) values ('integrity-check')", "insert into t (t) values ('integrity-check')"} {
			if strings.HasPrefix(q, "pragma") {
				err = x.write.QueryRow(q).Scan(&ok)
			} else {
				_, err = x.write.Exec(q)
			}
			if err != nil || ok != "ok" {
				t.Fatal(q, ok, err)
			}
		}
		x.Close()
	}
	if last == 0 {
		t.Error("nothing was fed before the end")
	}
}

const batch = 50

func feedForever(t *testing.T, file string) {
	x, err := Open(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	n, err := x.Cursor(ctx)
	for ; err == nil; n++ {
		var docs []Doc
		for k := range batch {
			m := newMaker(uint64(n*batch) + uint64(k))
			docs = append(docs, m.doc(n*batch+int64(k), 100000))
		}
		if err = x.Feed(ctx, docs, nil, n+1); err == nil {
			fmt.Print(".")
			err = x.Merge(ctx)
		}
	}
	t.Fatal(err)
}

// A file that is not an index, an older one or a broken one is thrown away; one
// that breaks while it is open says so.
func TestDamaged(t *testing.T) {
	ctx := context.Background()
	for name, spoil := range map[string]func(t *testing.T, file string){
		"a text":         func(t *testing.T, file string) { write(t, file, []byte("this is no database at all, but long enough")) },
		"an empty file":  func(t *testing.T, file string) { write(t, file, nil) },
		"an older shape": func(t *testing.T, file string) { execute(t, file, "pragma user_version = 99") },
		"another's file": func(t *testing.T, file string) { execute(t, file, "pragma application_id = 7") },
		"half of it": func(t *testing.T, file string) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			write(t, file, b[:len(b)/2])
		},
		"no table": func(t *testing.T, file string) { execute(t, file, "drop table t") },
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "search.db")
			x, err := Open(file, Options{})
			if err != nil || x.Made() == "" {
				t.Fatal(err)
			}
			if err := x.Feed(ctx, cabinet, nil, 6); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			if x, err = Open(file, Options{}); err != nil || x.Made() != "" {
				t.Fatal("an index that is whole is made again", err)
			}
			x.Close()
			spoil(t, file)
			if x, err = Open(file, Options{}); err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			if n, err := x.Cursor(ctx); err != nil || n != 0 || x.Made() == "" {
				t.Errorf("cursor %d %v, made %q", n, err, x.Made())
			}
			put(t, x, cabinet)
			if r := find(t, x, Query{Text: "政务公开"}); len(r.Hits) == 0 {
				t.Error("the new index finds nothing")
			}
		})
	}
	t.Run("while open", func(t *testing.T) {
		x := newIndex(t)
		put(t, x, cabinet)
		if _, err := x.write.Exec("update doc set head = x'00'"); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Find(ctx, Query{Text: "低保"}); !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
		if _, err := x.write.Exec("update x_data set block = zeroblob(length(block)) where id > 100"); err != nil {
			t.Fatal(err)
		}
		if err := x.Delete(ctx, []int64{1}); !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, file, q string) {
	t.Helper()
	x, err := Open(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.write.Exec(q); err != nil {
		t.Fatal(err)
	}
}

// Ten thousand items of one day, as a register that is taken over, have places.
func TestManyOfOneMoment(t *testing.T) {
	x := newIndex(t)
	var docs []Doc
	for i := range 10000 {
		docs = append(docs, Doc{ID: int64(i + 1), At: start, Version: 1, Title: fmt.Sprint("旧文件第", i, "件"), Tokens: []string{"pub"}})
	}
	docs = append(docs, Doc{ID: 20000, At: start + 1000, Version: 1, Title: "新的", Tokens: []string{"pub"}}, Doc{ID: 20001, At: -3e12, Title: "旧的"})
	began := time.Now()
	for i := 0; i < len(docs); i += 1000 {
		if err := x.Put(context.Background(), docs[i:min(i+1000, len(docs))]); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("%v for %d items", took, len(docs))
	}
	if r := find(t, x, Query{Text: "7777"}); len(r.Hits) != 1 || r.Hits[0].ID != 7778 {
		t.Error(ids(r))
	}
	if r := find(t, x, Query{All: []string{"pub"}, Newest: true}); r.Count != Counted || !r.Plus || !r.More || r.Hits[0].ID != 20000 {
		t.Errorf("%d %v", r.Count, r.Plus)
	}
}
