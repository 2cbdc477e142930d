package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gongkai/store"
	"gongkai/translog"
)

// Files of the log beside the data. The key is secret and never in the
// database; the newest head is kept outside it too, because only then is it
// seen when the whole database is put back.
const (
	keyFile    = "log.key"
	pubFile    = "log.pub"
	anchorFile = "log.checkpoint"
)

func (c *config) logKeyFile() string {
	if c.logKey != "" {
		return c.logKey
	}
	return filepath.Join(c.data, keyFile)
}

func (c *config) pubFile() string    { return filepath.Join(filepath.Dir(c.logKeyFile()), pubFile) }
func (c *config) anchorFile() string { return filepath.Join(filepath.Dir(c.logKeyFile()), anchorFile) }

// readLogKey reads the signing key; nil without an error if there is none.
func (c *config) readLogKey() (*translog.Key, error) { return readKeyFile(c.logKeyFile()) }

func readKeyFile(name string) (*translog.Key, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("存证密钥 %s：%w", name, err)
	}
	k, err := translog.ParseKey(string(b))
	if err != nil {
		return nil, fmt.Errorf("存证密钥 %s 不是有效的密钥文件；请从备份取回，不要编辑它", name)
	}
	return k, nil
}

// logName names a new log: the public address if it is known, else a name that
// no other log has.
func (c *config) logName() string {
	if u, err := url.Parse(c.address); err == nil && u.Host != "" {
		return u.Host + strings.TrimRight(u.EscapedPath(), "/") + "/log"
	}
	return "gongkai-" + strings.ToLower(rand.Text()[:8])
}

// openLogged opens the store with the key of its log, which is made where a log
// has not begun; what was published before then is its beginning. Where the key
// of a log that has begun is gone, the site works without logging and says so:
// another key could not continue it.
func (p *program) openLogged(ctx context.Context, cfg config) (*store.Store, error) {
	key, err := cfg.readLogKey()
	if err != nil {
		return nil, err
	}
	o, err := p.working(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if o.Signer = key; key != nil {
		return p.openSigning(ctx, cfg, o)
	}
	st, err := store.Open(ctx, cfg.store(), o)
	if err != nil {
		return nil, storeError(err)
	}
	begun, err := st.LogBegun(ctx)
	if err != nil {
		st.Close()
		return nil, err
	}
	if begun {
		fmt.Fprintf(p.err, "注意：公开存证的密钥 %s 不见了，新发布的报告暂不存证。请从密钥的备份取回后重新启动。\n", cfg.logKeyFile())
		return st, nil
	}
	st.Close()
	if o.Signer, err = cfg.makeLogKey(); err != nil {
		return nil, err
	}
	fmt.Fprintf(p.err, "已生成公开存证的签名密钥 %s，请另行备份，不要外传；验证公钥在 %s。\n", cfg.logKeyFile(), cfg.pubFile())
	if st, err = store.Open(ctx, cfg.store(), o); err != nil {
		return nil, storeError(err)
	}
	if _, err := st.StartLog(ctx); err != nil {
		st.Close()
		return nil, err
	}
	return st, cfg.writePublicKeys(st)
}

// openSigning opens the store with a key. One that another has replaced gives
// way to it if that one lies beside, as after a rotation that was cut short.
func (p *program) openSigning(ctx context.Context, cfg config, o store.Options) (*store.Store, error) {
	st, err := store.Open(ctx, cfg.store(), o)
	if err != nil {
		return nil, storeError(err)
	}
	if now, retired := st.LogKeyRetired(); retired {
		if next, err := readKeyFile(cfg.nextKeyFile()); err == nil && next != nil && next.Verifier == now {
			st.Close()
			if err := cfg.takeNextKey(p.today()); err != nil {
				return nil, err
			}
			o.Signer = next
			return p.openSigning(ctx, cfg, o)
		}
		fmt.Fprintf(p.err, "注意：%s 里的存证密钥已经停用，新发布的报告和办理记录暂不能存证。请放回接替它的密钥。\n", cfg.logKeyFile())
		return st, nil
	}
	if _, err := st.Head(ctx); errors.Is(err, store.ErrLog) {
		fmt.Fprintf(p.err, "注意：公开存证不是用 %s 里的密钥签的，新发布的报告暂不能存证。请放回原来的密钥文件。\n", cfg.logKeyFile())
		return st, nil
	}
	return st, cfg.writePublicKeys(st)
}

// writePublicKeys keeps the public halves beside the key, with the statements
// that lead to them, as /log/keys serves them.
func (c *config) writePublicKeys(st *store.Store) error {
	text := []byte(st.LogKeys().Text())
	if old, err := os.ReadFile(c.pubFile()); err == nil && bytes.Equal(old, text) {
		return nil
	}
	return writeWhole(c.pubFile(), text)
}

// makeLogKey writes a new key that only this user can read, and its public half.
func (c *config) makeLogKey() (*translog.Key, error) {
	secret, public, err := translog.NewKey(c.logName())
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(c.logKeyFile()), 0o750); err != nil {
		return nil, err
	}
	if err := writeSecret(c.logKeyFile(), secret); err != nil {
		return nil, err
	}
	if err := writeWhole(c.pubFile(), []byte(public+"\n")); err != nil {
		return nil, err
	}
	return translog.ParseKey(secret)
}

// writeSecret writes a key that is not there yet, for this user alone.
func writeSecret(name, secret string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(secret + "\n")
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("存证密钥：%w", err)
	}
	return nil
}

// writeWhole writes a file so that it is there whole or as it was.
func writeWhole(name string, b []byte) error {
	part := name + ".part"
	if err := os.WriteFile(part, b, 0o644); err != nil {
		return err
	}
	return os.Rename(part, name)
}

// How often queued entries are taken in, and the newest head written outside
// the database.
const (
	integrateEvery = 100 * time.Millisecond
	anchorEvery    = 10 // rounds
)

// keepLog works on the log until the returned function is called.
func (p *program) keepLog(ctx context.Context, st *store.Store, cfg config, log *slog.Logger) (stop func()) {
	if st.LogKey() == nil {
		return func() {}
	}
	list, err := cfg.witnesses()
	if err != nil {
		log.Error("public log", "error", err) // serve has refused it before
	}
	var files, services []witness
	for _, w := range list {
		if w.url == "" {
			files = append(files, w)
		} else {
			services = append(services, w)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	if len(services) > 0 {
		wg.Go(func() { keepWitnesses(ctx, st, services, log) })
	}
	wg.Go(func() {
		tick := time.NewTicker(integrateEvery)
		defer tick.Stop()
		said := ""
		for round := 0; ; round++ {
			_, err := st.Integrate(ctx)
			if err == nil && round%anchorEvery == 0 {
				for _, w := range files {
					err = errors.Join(err, anchor(ctx, st, w))
				}
			}
			if err != nil && ctx.Err() == nil && err.Error() != said {
				said = err.Error() // once, not ten times a second
				log.Error("public log", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		cancel()
		wg.Wait()
		// One last time, so that what was just published is in the file.
		end, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer done()
		if _, err := st.Integrate(end); err == nil {
			for _, w := range files {
				_ = anchor(end, st, w) // told while running
			}
		}
	}
}
