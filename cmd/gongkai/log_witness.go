package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"gongkai/store"
	"gongkai/translog"
)

// A witness keeps the newest head of each log outside the database: a file, or
// a service that checks and cosigns it (C2SP tlog-witness).
type witness struct {
	file string        // of the public log; that of the internal one has officeExt behind it
	url  string        // "" for a file alone
	key  note.Verifier // of the service, nil if it was not given
}

// officeExt ends the name of a file with a head of the internal log.
const officeExt = ".office"

// parseWitness reads file:PATH, or https://ADDRESS with the witness's key
// behind a #.
func (c *config) parseWitness(text string) (witness, error) {
	if name, ok := strings.CutPrefix(text, "file:"); ok && name != "" {
		return witness{file: name}, nil
	}
	address, key, _ := strings.Cut(text, "#")
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return witness{}, fmt.Errorf("--witness %q 应写成 file:文件 或 https://见证人的网址（后面可加 #见证人的公钥）", text)
	}
	w := witness{url: strings.TrimRight(address, "/")}
	if key != "" {
		if w.key, err = translog.ReadWitness(key); err != nil {
			return witness{}, fmt.Errorf("--witness %s 的公钥写法不对，请从见证人处完整复制", address)
		}
	}
	place := strings.Map(func(r rune) rune {
		if r == '/' || r == ':' {
			return '_'
		}
		return r
	}, u.Host+u.Path)
	w.file = filepath.Join(filepath.Dir(c.logKeyFile()), "log.witness."+strings.Trim(place, "_"))
	return w, nil
}

// witnesses are those of the configuration, behind the file beside the key.
func (c *config) witnesses() ([]witness, error) {
	out := []witness{{file: c.anchorFile()}}
	for _, text := range c.witness {
		w, err := c.parseWitness(text)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// anchorFiles are the files that hold heads of either log.
func (c *config) anchorFiles() []string {
	list, err := c.witnesses()
	if err != nil {
		list = []witness{{file: c.anchorFile()}}
	}
	var out []string
	for _, w := range list {
		out = append(out, w.file, w.file+officeExt)
	}
	return out
}

// keptHead is the newest head of one of the logs, and where a witness keeps it.
type keptHead struct {
	note []byte
	file string
}

func heads(ctx context.Context, st *store.Store, w witness) ([]keptHead, error) {
	var out []keptHead
	for _, l := range []struct {
		read func(context.Context) ([]byte, error)
		ext  string
	}{{st.Checkpoint, ""}, {st.OfficeCheckpoint, officeExt}} {
		b, err := l.read(ctx)
		if errors.Is(err, store.ErrNotFound) {
			continue // still empty
		}
		if err != nil {
			return nil, err
		}
		out = append(out, keptHead{b, w.file + l.ext})
	}
	return out, nil
}

// anchor writes the newest heads outside the database. One that the log no
// longer extends stays: it is the evidence.
func anchor(ctx context.Context, st *store.Store, w witness) error {
	list, err := heads(ctx, st, w)
	if err != nil {
		return err
	}
	var failed error
	for _, h := range list {
		failed = errors.Join(failed, anchorOne(ctx, st, h))
	}
	return failed
}

func anchorOne(ctx context.Context, st *store.Store, h keptHead) error {
	old, err := os.ReadFile(h.file)
	switch {
	case err == nil && bytes.Equal(old, h.note):
		return nil
	case err == nil:
		if err := st.Extends(ctx, old); err != nil {
			return fmt.Errorf("%s: %w", h.file, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return writeWhole(h.file, h.note)
}

// errWitness says that a witness knows more of the log than there is, or that
// its answer does not hold.
var errWitness = errors.New("the witness does not agree")

// cosign sends the newest heads to a witness and keeps them with its signature.
func cosign(ctx context.Context, st *store.Store, w witness, client *http.Client) error {
	list, err := heads(ctx, st, w)
	if err != nil {
		return err
	}
	var failed error
	for _, h := range list {
		failed = errors.Join(failed, w.cosignOne(ctx, st, h, client))
	}
	return failed
}

func (w witness) cosignOne(ctx context.Context, st *store.Store, h keptHead, client *http.Client) error {
	now, err := translog.PeekCheckpoint(h.note)
	if err != nil {
		return err
	}
	var earlier int64
	if old, err := os.ReadFile(h.file); err == nil {
		c, err := translog.PeekCheckpoint(old)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", h.file, err)
		case c.Size == now.Size:
			return nil
		}
		if err := st.Extends(ctx, old); err != nil {
			return fmt.Errorf("%s: %w", h.file, err)
		}
		earlier = c.Size
	}
	for range 2 { // the second time with the size that the witness names
		var proof []translog.Hash
		if earlier > 0 && earlier < now.Size {
			if proof, err = st.ConsistencyOf(ctx, now.Origin, earlier, now.Size); err != nil {
				return err
			}
		}
		status, answer, err := w.post(ctx, client, translog.AddCheckpoint(earlier, proof, h.note))
		if err != nil {
			return err
		}
		switch status {
		case http.StatusOK:
			b, err := translog.Cosigned(h.note, answer, w.key)
			if err != nil {
				return fmt.Errorf("%s: %w: %w", w.url, errWitness, err)
			}
			return writeWhole(h.file, b)
		case http.StatusConflict:
			n, err := strconv.ParseInt(strings.TrimSpace(string(answer)), 10, 64)
			if err != nil || n < 0 || n > now.Size || n == earlier {
				return fmt.Errorf("%s: %w: it has signed %.20q entries, there are %d", w.url, errWitness, answer, now.Size)
			}
			earlier = n
		default:
			return fmt.Errorf("%s: %w: status %d: %.200s", w.url, errWitness, status, answer)
		}
	}
	return fmt.Errorf("%s: %w: it names another size each time", w.url, errWitness)
}

func (w witness) post(ctx context.Context, client *http.Client, body []byte) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	res, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 16<<10))
	return res.StatusCode, b, err
}

// How often heads go to witnesses that are asked over the network, and how long
// one may take to answer.
const (
	witnessEvery = time.Minute
	witnessTime  = 10 * time.Second
)

// keepWitnesses sends heads to the witnesses that are configured until ctx ends.
func keepWitnesses(ctx context.Context, st *store.Store, list []witness, log *slog.Logger) {
	client := &http.Client{Timeout: witnessTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	tick := time.NewTicker(witnessEvery)
	defer tick.Stop()
	said := map[string]string{}
	for {
		for _, w := range list {
			err := cosign(ctx, st, w, client)
			if err == nil {
				delete(said, w.url)
			} else if ctx.Err() == nil && err.Error() != said[w.url] {
				said[w.url] = err.Error() // once
				log.Error("witness of the log", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
