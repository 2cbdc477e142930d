package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/render"
	"gongkai/store"
)

func (p *program) doctorCommand() *cobra.Command {
	var cfg config
	var file string
	c := &cobra.Command{
		Use: "doctor", Short: "体检：数据、日历、字体、LibreOffice、磁盘", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := settle(cmd.Flags(), p.getenv, file); err != nil {
				return err
			}
			if err := cfg.validate(); err != nil {
				return err
			}
			return p.doctor(cmd.Context(), cfg)
		},
	}
	cfg.flags(c.Flags())
	c.Flags().StringVar(&file, "config", "", "配置文件")
	return c
}

// doctor prints one line a check and ends with status 1 if one of them fails.
// What only limits the program, such as a missing font, does not fail.
func (p *program) doctor(ctx context.Context, cfg config) error {
	bad := false
	t := textTable{}
	say := func(state, what, detail string) {
		t.add(state, what, detail)
		bad = bad || state == "故障"
	}
	say("正常", "程序", fmt.Sprintf("%s，%s/%s，%s，%d 核", version, runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU()))
	p.doctorData(ctx, cfg, say)
	today := p.today()
	if cal, err := calendar.Load(); err != nil {
		say("故障", "工作日历", err.Error())
	} else if left := cal.Horizon().DaysSince(today); left < 60 {
		say("注意", "工作日历", fmt.Sprintf("已知到 %s；之后的期限是暂定的，请换用含下一年度放假通知的版本", cal.Horizon()))
	} else {
		say("正常", "工作日历", fmt.Sprintf("%s 至 %s", cal.First(), cal.Horizon()))
	}
	for _, f := range annual.Editions() {
		to := "现行"
		if f.ToYear > 0 {
			to = fmt.Sprint(f.ToYear) + "年度"
		}
		say("正常", "报告格式", fmt.Sprintf("%s年版：%d年度至%s，%d 格，%s", f.Edition, f.FromYear, to, len(f.Cells), f.Cite.Number))
	}
	p.doctorTools(today, say)
	t.write(p.out)
	if bad {
		return exitError(faulty)
	}
	return nil
}

func (p *program) doctorData(ctx context.Context, cfg config, say func(state, what, detail string)) {
	if cfg.database == "" && !exists(cfg.data) {
		say("注意", "数据", fmt.Sprintf("文件夹 %s 还不存在，第一次启动网站时建立", cfg.data))
		return
	}
	st, err := store.Open(ctx, cfg.store(), store.Options{Now: p.now, Blobs: cfg.blobFolder()})
	if err != nil {
		say("故障", "数据", plain(storeError(err)))
		return
	}
	defer st.Close()
	s, err := st.Stats(ctx)
	if err != nil {
		say("故障", "数据", plain(err))
		return
	}
	say("正常", "数据", fmt.Sprintf("%s，结构版本 %d，机关 %d，报告 %d（旧版 %d），数据库 %s，原件 %d 个共 %s",
		s.Dialect, s.Schema, s.Organs, s.Reports, s.Versions, size(s.Bytes), s.Blobs, size(s.BlobSize)))
	if cfg.database != "" {
		return
	}
	switch free, err := diskFree(cfg.data); {
	case err != nil:
		say("注意", "磁盘", "无法得知剩余空间")
	case free < 1<<30:
		say("注意", "磁盘", "剩余 "+size(free)+"，请清理")
	default:
		say("正常", "磁盘", "剩余 "+size(free))
	}
}

func (p *program) doctorTools(today law.Date, say func(state, what, detail string)) {
	if f, err := annual.FormFor(today.Year); err == nil {
		blank := annual.New(f, "体检", today.Year)
		if err := render.PDF(io.Discard, blank, render.Options{Fonts: p.fonts}); err != nil {
			say("注意", "中文字体", plain(err))
		} else {
			say("正常", "中文字体", "可以写 PDF")
		}
	}
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			say("正常", "LibreOffice", path+"，可以读 doc、wps、xls、et、rtf")
			return
		}
	}
	say("注意", "LibreOffice", "没有找到；doc、wps、xls、et、rtf 文件请先另存为 docx、xlsx")
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", n>>10)
}
