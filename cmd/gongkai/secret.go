package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"gongkai/store"
)

// The secret under which private content is encrypted: identity papers,
// applicants' attachments, one-time codes. Like the key of the log it lies
// beside the data and is in no backup.
const (
	secretKeyName   = "secret.key"
	secretKeyFormat = "gongkai-secret-1 "
)

func (c *config) secretFile() string {
	if c.secretKey != "" {
		return c.secretKey
	}
	return filepath.Join(c.data, secretKeyName)
}

// readSecret reads the secret; nil without an error if there is none.
func (c *config) readSecret() ([]byte, error) {
	b, err := os.ReadFile(c.secretFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("加密密钥 %s：%w", c.secretFile(), err)
	}
	text, found := strings.CutPrefix(strings.TrimSpace(string(b)), secretKeyFormat)
	secret, err := base64.StdEncoding.DecodeString(text)
	if !found || err != nil || len(secret) != store.SecretSize {
		return nil, fmt.Errorf("加密密钥 %s 不是有效的密钥文件；请从密钥的备份取回，不要编辑它", c.secretFile())
	}
	return secret, nil
}

// makeSecret writes a new secret that only this user can read.
func (c *config) makeSecret() ([]byte, error) {
	secret := make([]byte, store.SecretSize)
	_, _ = rand.Read(secret) // never fails
	if err := os.MkdirAll(filepath.Dir(c.secretFile()), 0o750); err != nil {
		return nil, err
	}
	if err := writeSecret(c.secretFile(), secretKeyFormat+base64.StdEncoding.EncodeToString(secret)); err != nil {
		return nil, fmt.Errorf("加密密钥：%w", err)
	}
	return secret, syncFolder(filepath.Dir(c.secretFile()))
}

// syncFolder brings a new name to the disk: what is encrypted under a key that
// is lost with the power is lost too.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // systems that cannot say so by an error that means nothing
	return nil
}

// options are what every command opens the store with: where the files are, what
// looks at them, and the secret, if it is there.
func (c *config) options() (store.Options, error) {
	o := store.Options{Blobs: c.blobFolder(), Keys: store.Keys{Access: c.blobsAccess, Secret: c.blobsSecret}, Clamd: c.clamd}
	var err error
	o.Secret, err = c.readSecret()
	return o, err
}

// asIs are the options of those who only read. A key that cannot be read is told
// by the one who needs it.
func (c *config) asIs() store.Options {
	o, err := c.options()
	if err != nil {
		o.Secret = nil
	}
	o.AsIs = true
	return o
}

// working are the options of a command that writes. A secret is made where there
// is none; where rows are sealed under one that is not here, the start is
// refused: a new one would not open them.
func (p *program) working(ctx context.Context, cfg config) (store.Options, error) {
	o, err := cfg.options()
	if err != nil {
		return o, err
	}
	o.Now, o.Replica, o.Log = p.now, cfg.replica, slog.New(slog.NewTextHandler(p.err, nil))
	if o.Secret != nil || cfg.withoutSecret {
		return o, nil
	}
	n, err := sealedRows(ctx, cfg)
	if err != nil {
		return o, err
	}
	if n > 0 {
		return o, fmt.Errorf("数据里有 %d 条加密的内容（附件、身份材料、动态口令），加密密钥 %s 却不见了。请从密钥的备份把它放回原处再启动；"+
			"恢复的备份里没有密钥，要从原来的数据文件夹复制。确实找不回的，可以加 --without-secret 启动：加密的内容不能再读，也不能新收", n, cfg.secretFile())
	}
	if o.Secret, err = cfg.makeSecret(); err != nil {
		return o, err
	}
	fmt.Fprintf(p.err, "已生成加密密钥 %s，请另行备份，不要外传：丢了它，加密保存的附件、身份材料就读不出来了。\n", cfg.secretFile())
	return o, nil
}

// sealedRows looks into a database as it is; one that is not there has none.
func sealedRows(ctx context.Context, cfg config) (int64, error) {
	st, err := store.Open(ctx, cfg.store(), cfg.asIs())
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, storeError(err)
	}
	defer st.Close()
	return st.SealedRows(ctx)
}

// keysNote says where the keys are, which no backup holds.
func (c *config) keysNote() string {
	var names []string
	for _, f := range []string{c.logKeyFile(), c.secretFile()} {
		if exists(f) {
			names = append(names, f)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "备份里没有密钥：" + strings.Join(names, "、") + "。请另存一份，与备份分开保管；丢了它们，恢复后不能续写存证，加密的附件也读不出来。"
}
