package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gongkai/store"
)

// dataCommand makes a command that works on the data of a site and so is told
// where they lie in the same ways as serve, with the same file: a timer runs
// backup with the configuration of the site.
func (p *program) dataCommand(c *cobra.Command, run func(ctx context.Context, cfg config) error) *cobra.Command {
	var cfg config
	var file string
	c.Args = cobra.NoArgs
	// Only these come from environment and file: what is particular to a
	// command, such as where a backup goes, is given to the command.
	settings := pflag.NewFlagSet(c.Name(), pflag.ContinueOnError)
	cfg.flags(settings)
	c.Flags().AddFlagSet(settings)
	c.Flags().StringVar(&file, "config", "", "配置文件，与 serve 的相同")
	for _, name := range []string{"addr", "checking", "check-links", "county", "address", "sample", "blobs-access-key", "blobs-secret-key", "without-secret"} {
		c.Flags().Lookup(name).Hidden = true
	}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if fonts := cmd.Flags().Lookup("fonts"); fonts != nil {
			settings.AddFlag(fonts)
		}
		if file == "" {
			file = p.getenv("GONGKAI_CONFIG")
		}
		if err := settle(settings, p.getenv, file); err != nil {
			return err
		}
		cfg.fonts = p.fonts
		if err := cfg.validate(); err != nil {
			return err
		}
		return run(cmd.Context(), cfg)
	}
	return c
}

// where names the data to the operator, without a password.
func (c *config) where() string {
	if c.database != "" {
		return "PostgreSQL " + redacted(c.database)
	}
	return "数据文件夹 " + c.data
}

// openAsIs opens what is there without making or migrating anything.
func (p *program) openAsIs(ctx context.Context, cfg config) (*store.Store, error) {
	st, err := store.Open(ctx, cfg.store(), cfg.asIs())
	if err != nil {
		return nil, dataError(cfg, err)
	}
	return st, nil
}

// dataError says in Chinese what stands in the way.
func dataError(cfg config, err error) error {
	var damage *store.DamagedError
	switch {
	case errors.As(err, &damage):
		var b strings.Builder
		b.WriteString("备份已损坏或不完整，没有恢复任何内容：")
		for i, d := range damage.Files {
			if i == 20 {
				fmt.Fprintf(&b, "\n  另有 %d 个文件", len(damage.Files)-i)
				break
			}
			fmt.Fprintf(&b, "\n  %s：%s", oneLine(d.File), damageText[d.Fault])
		}
		b.WriteString("\n请改用另一份备份；从光盘、U 盘或网络取来的，先重新复制一次。")
		return errors.New(b.String())
	case errors.Is(err, store.ErrNewer):
		return fmt.Errorf("由更新版本的程序写成，请使用新版本的 gongkai（本程序 %s）", version)
	case errors.Is(err, store.ErrNotEmpty):
		return fmt.Errorf("%s 已有数据，恢复只写入空的位置，不会覆盖；请换一个空文件夹或新建的空数据库（%w）", cfg.where(), err)
	case errors.Is(err, store.ErrNoBlobs):
		return errors.New("没有指定存放报告原件的文件夹，请用 --blobs 或 --data 指定")
	}
	return err
}

var damageText = map[string]string{
	store.DamageMissing:    "缺少这个文件",
	store.DamageContent:    "内容与清单记录的不符",
	store.DamageUnexpected: "清单里没有这个文件",
	store.DamageUnreadable: "读不出，文件已损坏或没有写完",
}

// dataProgress prints how far the work has come, every two seconds and,
// if parts is set, each part when it is done.
func (p *program) dataProgress(verb string, parts bool) store.Progress {
	last, done := p.now(), map[string]bool{}
	return func(what string, n, total int64) {
		if finished := total > 0 && n == total; finished && parts {
			if done[what] {
				return
			}
			done[what] = true
		} else if now := p.now(); now.Sub(last) < 2*time.Second {
			return
		} else {
			last = now
		}
		unit := "行"
		switch what {
		case "blobs":
			what, unit = "报告原件", "个"
		case "check":
			what, unit = "核对备份的文件", "个"
		default:
			what = "表 " + what
		}
		if total > 0 {
			fmt.Fprintf(p.err, "%s：%s %d/%d %s\n", verb, what, n, total, unit)
			return
		}
		fmt.Fprintf(p.err, "%s：%s %d %s\n", verb, what, n, unit)
	}
}

// emptyFolder reports whether nothing stands in the way at a folder: it is not
// there, or has nothing in it but what a file system puts there.
func emptyFolder(dir string) (bool, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	for _, f := range list {
		if f.Name() != "lost+found" {
			return false, err
		}
	}
	return true, err
}
