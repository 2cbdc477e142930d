package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gongkai/store"
)

func (p *program) backupCommand() *cobra.Command {
	var out, into, base string
	var folders bool
	c := &cobra.Command{
		Use: "backup", Short: "备份数据库和报告原件；网站不必停",
		Long: `把数据库和报告原件备份到一个文件夹，或一个 .tar.gz 文件。网站运行时也可以备份，
备份的是开始那一刻的数据。写完并落盘后才改成最终的名字；从不覆盖已有的备份。
备份不含程序、配置文件、日志和两把密钥（log.key、secret.key）。密钥请另存一份，与
备份分开保管。备份含全部数据，请像原数据一样保管。

备份到文件夹时，上一次备份里已有的文件（--base，或 --into 与 --folder 同用时自动找）核对
后用硬链接接过来，不再复制：对象存储里的文件不必每天全部下载。

退出状态：0 完成；1 完成，但有报告原件早已丢失或损坏；2 没有备份成。`,
	}
	c.Flags().StringVar(&out, "out", "", "备份到的文件夹，或以 .tar.gz 结尾的文件")
	c.Flags().StringVar(&into, "into", "", "备份到这个已有的文件夹里，文件按日期时间命名；定时备份用")
	c.Flags().StringVar(&base, "base", "", "上一次备份的文件夹：内容相同的文件不再复制")
	c.Flags().BoolVar(&folders, "folder", false, "与 --into 同用：备份成文件夹，接着其中最近一次备份")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		switch {
		case (out == "") == (into == ""):
			return errors.New("请用 --out 指定备份到哪里，如 --out /backup/gongkai-20260131.tar.gz；或用 --into 指定放备份的文件夹")
		case into != "" && !exists(into):
			// A disk that is not there must not become a folder on another.
			return fmt.Errorf("文件夹 %s 不存在（移动硬盘或网络盘没有接上？）", into)
		case into != "":
			out = filepath.Join(into, "gongkai-"+p.now().In(beijing).Format("20060102-150405"))
			if !folders {
				out += ".tar.gz"
			} else if base == "" {
				base = newestBackup(into)
			}
		}
		if base != "" && !exists(filepath.Join(base, "manifest.json")) {
			return fmt.Errorf("%s 不是完整的备份文件夹（没有 manifest.json）", base)
		}
		return p.backup(ctx, cfg, out, base)
	})
}

// newestBackup is the last backup in a folder of backups, "" if there is none.
// Their names sort by time.
func newestBackup(into string) string {
	list, err := filepath.Glob(filepath.Join(into, "gongkai-????????-??????", "manifest.json"))
	if err != nil || len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return filepath.Dir(list[len(list)-1])
}

func (p *program) backup(ctx context.Context, cfg config, out, base string) error {
	st, err := p.openAsIs(ctx, cfg)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s 里没有数据库，没有可备份的；请检查 --data", cfg.where())
	}
	if err != nil {
		return err
	}
	defer st.Close()
	start := p.now()
	var earlier []string
	if base != "" {
		earlier = append(earlier, base)
	}
	m, err := st.Backup(ctx, out, version, p.dataProgress("备份", true), earlier...)
	if errors.Is(err, store.ErrExists) {
		return existing(out)
	}
	if err != nil {
		return fmt.Errorf("没有备份成：%w", err)
	}
	took := p.now().Sub(start)
	n, bytes := m.Blobs()
	fmt.Fprintf(p.out, "已备份到 %s\n%s，结构版本 %d，数据截至 %s；%d 个表共 %d 行，报告原件 %d 个共 %s%s；%s，用时 %.1f 秒\n", out, cfg.where(), m.Schema,
		m.Taken.In(beijing).Format(time.DateTime), len(m.Tables), m.Rows(), n, size(bytes), privateText(m), size(m.Size()), took.Seconds())
	if note := cfg.keysNote(); note != "" {
		fmt.Fprintln(p.out, note)
	}
	return p.lost(m)
}

// privateText counts the private files of a backup, if there are any.
func privateText(m *store.Manifest) string {
	n, bytes := m.Private()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("，加密的文件 %d 个共 %s", n, size(bytes))
}

// lost names the files that were gone before the backup, and those that are left
// out because the malware scan found something in them.
func (p *program) lost(m *store.Manifest) error {
	var err error
	for _, l := range m.Lost {
		what := "已丢失"
		switch {
		case l.Infected:
			fmt.Fprintf(p.err, "注意：文件 %s 带有病毒，已隔离，备份里没有它\n", l.Hash)
			continue
		case l.Damaged:
			what = "已损坏"
		}
		fmt.Fprintf(p.err, "注意：备份之前报告原件 %s %s，备份里没有它\n", l.Hash, what)
		err = exitError(faulty)
	}
	return err
}

// existing says what is in the way of a backup.
func existing(out string) error {
	if exists(out) {
		return fmt.Errorf("%s 已经存在，不覆盖；请换一个名字，例如带上日期", out)
	}
	part, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	part += ".part"
	age := ""
	if i, err := os.Stat(part); err == nil {
		age = "，最后改动 " + i.ModTime().In(beijing).Format(time.DateTime)
	}
	return fmt.Errorf("已有 %s%s：另一次备份正在进行，或上次中断留下的。确认没有备份在进行后删除它再试", part, age)
}

// beijing is the legal time of the country, whatever the machine's.
var beijing = time.FixedZone("UTC+8", 8*60*60)
