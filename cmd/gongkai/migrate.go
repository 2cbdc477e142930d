package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gongkai/store"
)

func (p *program) migrateCommand() *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use: "migrate", Short: "把数据库结构升到本程序的版本（serve 启动时也会自动升）",
		Long: `把数据库结构升到本程序的版本，显示升级前后的版本。SQLite 数据库在升级前复制为
gongkai.db.v旧版本.bak。PostgreSQL 请先用 gongkai backup 备份。
--check 只显示版本，不升级；需要升级时退出状态为 1。`,
	}
	c.Flags().BoolVar(&check, "check", false, "只显示版本，不升级")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		return p.migrate(ctx, cfg, check)
	})
}

func (p *program) migrate(ctx context.Context, cfg config, check bool) error {
	var before, known int64
	st, err := p.openAsIs(ctx, cfg)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if check {
			return fmt.Errorf("%s 里没有数据库", cfg.where())
		}
	case err != nil:
		return err
	default:
		before, known, err = st.Schema(ctx)
		if err := errors.Join(err, st.Close()); err != nil {
			return err
		}
	}
	if check {
		fmt.Fprintf(p.out, "%s：结构版本 %d，本程序 %d\n", cfg.where(), before, known)
		if before < known {
			return exitError(faulty)
		}
		return nil
	}
	if st, err = store.Open(ctx, cfg.store(), store.Options{Now: p.now, Blobs: cfg.blobFolder(), Keys: cfg.asIs().Keys}); err != nil {
		return storeError(err)
	}
	defer st.Close()
	after, _, err := st.Schema(ctx)
	if err != nil {
		return err
	}
	if before == after {
		fmt.Fprintf(p.out, "%s：结构版本已是 %d，不需要升级\n", cfg.where(), after)
		return nil
	}
	fmt.Fprintf(p.out, "%s：结构版本 %d → %d\n", cfg.where(), before, after)
	if cfg.database == "" && before > 0 {
		fmt.Fprintf(p.out, "升级前的数据库：%s.v%d.bak\n", cfg.databaseFile(), before)
	}
	return nil
}
