package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/render"
)

// The states of a check. What only limits the program, such as a missing font,
// is worth a look; a fault needs somebody to act and makes the exit status 1.
const (
	healthy = "正常"
	look    = "注意"
	fault   = "错误"
)

// stateNames are the states in the machine form.
var stateNames = map[string]string{healthy: "ok", look: "warning", fault: "error"}

type doctorOptions struct {
	quick  bool // files are not read whole
	asJSON bool
}

func (p *program) doctorCommand() *cobra.Command {
	var o doctorOptions
	c := &cobra.Command{
		Use: "doctor", Short: "体检：数据、原件、病毒检查、密钥、存证、作业、日历、时钟、磁盘、权限、字体、LibreOffice",
		Long: `每项检查一行：正常、注意、错误。网站运行时也可以体检；只读，不改动任何数据。
逐份读出报告，核对列表与内容是否一致；逐个核对报告原件（--quick 只看在不在）。

退出状态：0 没有错误；1 有错误。`,
	}
	c.Flags().BoolVar(&o.quick, "quick", false, "不逐个读报告原件，只看在不在")
	c.Flags().BoolVar(&o.asJSON, "json", false, "每项检查一个 JSON 对象一行")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error { return p.doctor(ctx, cfg, o) })
}

// doctor prints one line a check and ends with status 1 if one of them fails.
func (p *program) doctor(ctx context.Context, cfg config, o doctorOptions) error {
	bad := false
	t := textTable{}
	lines := json.NewEncoder(p.out)
	lines.SetEscapeHTML(false)
	say := func(state, what, detail string) {
		bad = bad || state == fault
		if !o.asJSON {
			t.add(state, what, detail)
			return
		}
		_ = lines.Encode(struct {
			Check  string `json:"check"`
			State  string `json:"state"`
			Detail string `json:"detail"`
		}{what, stateNames[state], oneLine(detail)}) // an output that is gone is nobody's to tell
	}
	say(healthy, "程序", fmt.Sprintf("%s，%s/%s，%s，%d 核", version, runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU()))
	p.doctorData(ctx, cfg, o, say)
	if err := ctx.Err(); err != nil {
		return err
	}
	p.doctorDisk(cfg, say)
	p.doctorPermissions(cfg, say)
	today := p.today()
	doctorCalendar(today, say)
	for _, f := range annual.Editions() {
		to := "现行"
		if f.ToYear > 0 {
			to = fmt.Sprint(f.ToYear) + "年度"
		}
		say(healthy, "报告格式", fmt.Sprintf("%s年版：%d年度至%s，%d 格，%s", f.Edition, f.FromYear, to, len(f.Cells), f.Cite.Number))
	}
	p.doctorTools(today, say)
	t.write(p.out)
	if bad {
		return exitError(faulty)
	}
	return nil
}

func doctorCalendar(today law.Date, say func(state, what, detail string)) {
	cal, err := calendar.Load()
	if err != nil {
		say(fault, "工作日历", err.Error())
		return
	}
	detail := fmt.Sprintf("%s 至 %s；自 %s 起的期限是暂定的", cal.First(), cal.Horizon(), cal.Horizon().AddDays(1))
	if cal.Horizon().DaysSince(today) < 60 {
		say(look, "工作日历", detail+"，请换用含下一年度放假通知的版本")
		return
	}
	say(healthy, "工作日历", detail)
}

func (p *program) doctorTools(today law.Date, say func(state, what, detail string)) {
	if f, err := annual.FormFor(today.Year); err == nil {
		blank := annual.New(f, "体检", today.Year)
		if err := render.PDF(io.Discard, blank, render.Options{Fonts: p.fonts}); err != nil {
			say(look, "中文字体", plain(err))
		} else {
			say(healthy, "中文字体", "可以写 PDF")
		}
	}
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			say(healthy, "LibreOffice", path+"，可以读 doc、wps、xls、et、rtf")
			return
		}
	}
	say(look, "LibreOffice", "没有找到；doc、wps、xls、et、rtf 文件请先另存为 docx、xlsx")
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
