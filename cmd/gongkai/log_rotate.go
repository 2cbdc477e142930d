package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

func (p *program) logCommand() *cobra.Command {
	c := &cobra.Command{Use: "log", Short: "公开存证的密钥：更换、查看"}
	var yes bool
	rotate := &cobra.Command{
		Use: "rotate", Short: "更换存证的签名密钥",
		Long: `生成新的签名密钥，由新旧两把密钥共同签署接替声明，此后只用新密钥签名。
先前的回执和检查点照样有效：凭旧公钥或新公钥都可以核对。

请先停止网站，更换后再启动；同一数据库有几个实例时，把新的密钥文件放到每个实例。
旧密钥改名为 log.key.日期，确认新密钥可用并已备份后请销毁它。`,
	}
	rotate.Flags().BoolVar(&yes, "yes", false, "确认更换")
	c.AddCommand(p.dataCommand(rotate, func(ctx context.Context, cfg config) error {
		if !yes {
			return errors.New("更换密钥不能撤回。请先停止网站、备份旧密钥，再加 --yes 运行")
		}
		return p.rotateKey(ctx, cfg)
	}), p.dataCommand(&cobra.Command{Use: "keys", Short: "显示验证公钥和历次接替声明"}, func(ctx context.Context, cfg config) error {
		o := cfg.logOptions()
		if o.Signer == nil {
			return fmt.Errorf("没有存证密钥 %s", cfg.logKeyFile())
		}
		o.AsIs, o.Blobs = true, cfg.blobFolder()
		st, err := store.Open(ctx, cfg.store(), o)
		if err != nil {
			return dataError(cfg, err)
		}
		defer st.Close()
		fmt.Fprint(p.out, st.LogKeys().Text())
		return nil
	}))
	return c
}

// nextKeyFile holds a key that is about to take over: it is on the disk before
// the database says that it signs.
func (c *config) nextKeyFile() string { return c.logKeyFile() + ".next" }

// takeNextKey puts the next key in the place of the one it replaces, which stays
// under another name.
func (c *config) takeNextKey(today law.Date) error {
	old := c.logKeyFile() + "." + today.String()
	for n := 2; exists(old); n++ {
		old = fmt.Sprintf("%s.%s-%d", c.logKeyFile(), today, n)
	}
	if err := os.Rename(c.logKeyFile(), old); err != nil {
		return err
	}
	return os.Rename(c.nextKeyFile(), c.logKeyFile())
}

func (p *program) rotateKey(ctx context.Context, cfg config) error {
	key, err := cfg.readLogKey()
	if err != nil {
		return err
	}
	if key == nil {
		return fmt.Errorf("没有存证密钥 %s，无从更换", cfg.logKeyFile())
	}
	st, err := store.Open(ctx, cfg.store(), store.Options{Now: p.now, Blobs: cfg.blobFolder(), Signer: key})
	if err != nil {
		return storeError(err)
	}
	defer st.Close()
	if _, retired := st.LogKeyRetired(); retired {
		return errors.New("这把密钥已经停用。请启动一次网站，或放回接替它的密钥")
	}
	if exists(cfg.nextKeyFile()) { // of a rotation that did not come to pass
		if err := os.Remove(cfg.nextKeyFile()); err != nil {
			return err
		}
	}
	secret, _, err := translog.NewKey(key.Name())
	if err != nil {
		return err
	}
	next, err := translog.ParseKey(secret)
	if err != nil {
		return err
	}
	if err := writeSecret(cfg.nextKeyFile(), secret); err != nil {
		return err
	}
	_, err = st.RotateLogKey(ctx, store.By{Viewer: org.Program("gongkai log rotate"), Reason: "运维更换密钥"}, next)
	if errors.Is(err, store.ErrLog) {
		return errors.New("现存的存证与签名不符，不能更换密钥；请先运行 gongkai doctor 查明")
	}
	if err != nil {
		return err
	}
	if err := cfg.takeNextKey(p.today()); err != nil {
		return fmt.Errorf("密钥已经更换，但新密钥还在 %s，请改名为 %s：%w", cfg.nextKeyFile(), cfg.logKeyFile(), err)
	}
	if err := cfg.writePublicKeys(st); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "已更换。新密钥 %s 请另行备份；验证公钥和接替声明在 %s，请公告。\n", cfg.logKeyFile(), filepath.Clean(cfg.pubFile()))
	return nil
}
