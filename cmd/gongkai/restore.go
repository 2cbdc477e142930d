package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gongkai/store"
)

func (p *program) restoreCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use: "restore", Short: "从备份恢复到新的文件夹或空的数据库",
		Long: `先核对备份的每一个文件，有一处不符就拒绝，什么也不写；再恢复到新的数据文件夹
（SQLite），或空的 PostgreSQL 数据库（--database，原件放在 --data 或 --blobs 的文件夹）；
最后清点行数和原件，并逐份核对报告。从一种数据库备份的可以恢复到另一种。
旧版本的备份恢复后升到现行结构。从不写入已有数据的位置。

备份里没有密钥：恢复后把原来数据文件夹里的 log.key（公开存证）和 secret.key（加密的
附件）复制到新的数据文件夹，再启动。登录状态不恢复，人人重新登录。`,
	}
	c.Flags().StringVar(&from, "from", "", "备份：文件夹或 .tar.gz 文件")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		if from == "" {
			return errors.New("请用 --from 指定备份")
		}
		return p.restore(ctx, cfg, from)
	})
}

func (p *program) restore(ctx context.Context, cfg config, from string) error {
	if cfg.database == "" {
		switch empty, err := emptyFolder(cfg.data); {
		case err != nil:
			return err
		case !empty:
			return fmt.Errorf("文件夹 %s 不是空的，恢复只写入空的位置，不会覆盖；请换一个新文件夹", cfg.data)
		}
	}
	made := !exists(cfg.data)
	start := p.now()
	o, err := cfg.options()
	if err != nil {
		return err
	}
	o.Secret = nil // what is sealed comes back as it is
	m, err := store.Restore(ctx, from, cfg.store(), o, p.dataProgress("恢复", true))
	if err != nil {
		if made {
			_ = os.Remove(cfg.blobFolder() + "/tmp") // only what is empty
			_ = os.Remove(cfg.blobFolder())
			_ = os.Remove(cfg.data)
		}
		if errors.Is(err, store.ErrNotFound) && !exists(from) {
			return fmt.Errorf("找不到备份 %s", from)
		}
		return dataError(cfg, err)
	}
	n, bytes := m.Blobs()
	fmt.Fprintf(p.out, "已恢复到 %s\n", cfg.where())
	fmt.Fprintf(p.out, "备份：%s 数据库，结构版本 %d，数据截至 %s\n", m.Dialect, m.Schema, m.Taken.In(beijing).Format(time.DateTime))
	empty := 0
	for _, t := range m.Tables {
		if t.Rows == 0 {
			empty++
			continue
		}
		fmt.Fprintf(p.out, "  表 %s：%d 行\n", t.Name, t.Rows)
	}
	fmt.Fprintf(p.out, "  其余 %d 个表是空的\n", empty)
	fmt.Fprintf(p.out, "  报告原件：%d 个共 %s%s\n备份的每个文件校验无误，行数和原件清点相符；用时 %.1f 秒\n", n, size(bytes), privateText(m), p.now().Sub(start).Seconds())
	if err := p.restoredLog(ctx, cfg, m); err != nil {
		return err
	}
	if err := p.restoredSecret(ctx, cfg); err != nil {
		return err
	}
	return p.lost(m)
}

// restoredLog verifies the log that has come back, if its key is here.
func (p *program) restoredLog(ctx context.Context, cfg config, m *store.Manifest) error {
	logged := slices.ContainsFunc(m.Tables, func(t store.ManifestTable) bool { return t.Name == "log_leaf" && t.Rows > 0 })
	if !logged {
		return nil
	}
	o := cfg.logOptions()
	if o.Signer == nil {
		fmt.Fprintf(p.out, "公开存证的签名密钥不在备份里：请把密钥文件放到 %s，再运行 gongkai doctor 核对存证\n", cfg.logKeyFile())
		return nil
	}
	o.Blobs, o.AsIs = cfg.blobFolder(), true
	st, err := store.Open(ctx, cfg.store(), o)
	if err != nil {
		return storeError(err)
	}
	defer st.Close()
	c, err := st.VerifyLog(ctx)
	if err != nil {
		return err
	}
	if len(c.Faults) > 0 {
		return fmt.Errorf("数据已恢复，但存证核对不符，共 %d 处：%s%s：%s", len(c.Faults)+c.More, c.Faults[0].Log, c.Faults[0].Where, c.Faults[0].Text)
	}
	fmt.Fprintf(p.out, "公开存证 %d 条、内部存证 %d 条，全部重新计算相符\n", c.Size, c.Office.Size)
	return nil
}

// restoredSecret says what is missing to read what is encrypted.
func (p *program) restoredSecret(ctx context.Context, cfg config) error {
	st, err := store.Open(ctx, cfg.store(), cfg.asIs())
	if err != nil {
		return storeError(err)
	}
	defer st.Close()
	n, err := st.SealedRows(ctx)
	if err != nil || n == 0 {
		return err
	}
	switch err := st.CheckSecret(ctx); {
	case errors.Is(err, store.ErrNoSecret):
		fmt.Fprintf(p.out, "其中 %d 条是加密的（附件、身份材料、动态口令），加密密钥不在备份里：启动前请把原来的 %s 放到 %s，没有它不能启动\n", n, secretKeyName, cfg.secretFile())
	case errors.Is(err, store.ErrOtherSecret):
		return fmt.Errorf("数据已恢复，但 %s 不是原来的加密密钥，%d 条加密的内容读不出来；请换上原来的密钥文件", cfg.secretFile(), n)
	case err != nil:
		return err
	default:
		fmt.Fprintf(p.out, "加密密钥 %s 与恢复的数据相符，加密的内容 %d 条\n", cfg.secretFile(), n)
	}
	return nil
}
