package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/collect"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

func levelChinese(l annual.Level) string { return collect.LevelChinese(l) }

type collectFlags struct {
	organs, out, from, previous, last, deadline string
	year                                        int
	asJSON                                      bool
}

func (p *program) collectCommand() *cobra.Command {
	var f collectFlags
	c := &cobra.Command{
		Use: "collect 文件夹…", Short: "一月收报：谁缺报、谁有错、谁雷同，退回意见和全县汇总", Args: cobra.MinimumNArgs(1),
		Long: `一月收报：读取一个文件夹或压缩包里各机关的报告，写出
  清单.xlsx、清单.csv    谁缺报、谁有错、错在哪里、谁与谁雷同
  退回意见/〈机关〉.docx  每个须改正或说明的机关一份
  汇总.xlsx、汇总.docx    各机关数据之和
  结果.json              下一次用 --previous 给出，清单会列出改了什么`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.collect(cmd, args, f) },
	}
	c.Flags().StringVar(&f.organs, "organs", "", "应报机关名单：文本文件，每行一个机关全称")
	c.Flags().StringVar(&f.out, "out", "", "写到的文件夹，缺省为第一个文件夹下的“收报结果”")
	c.Flags().StringVar(&f.from, "from", "", "退回意见的署名，如：云岭县人民政府办公室")
	c.Flags().IntVar(&f.year, "year", 0, "报告年度，缺省取多数报告的年度")
	c.Flags().StringVar(&f.previous, "previous", "", "上一次收报写出的 结果.json")
	c.Flags().StringVar(&f.last, "last", "", "上一年度报告的文件夹，用于核对结转等跨年数据")
	c.Flags().StringVar(&f.deadline, "deadline", "", "更正的期限，如 2026-01-25，写入退回意见")
	c.Flags().BoolVar(&f.asJSON, "json", false, "把 结果.json 的内容输出到屏幕")
	return c
}

func (p *program) collect(cmd *cobra.Command, args []string, f collectFlags) error {
	in := collect.Input{From: f.from, Year: f.year, Today: p.today(), Fonts: p.fonts}
	var err error
	if f.deadline != "" {
		if in.Deadline, err = law.ParseDate(f.deadline); err != nil {
			return fmt.Errorf("--deadline 应写成 2026-01-25 的形式")
		}
	}
	if f.organs != "" {
		if in.Organs, err = p.readOrgans(f.organs); err != nil {
			return err
		}
	}
	if f.previous != "" {
		if in.Previous, err = os.ReadFile(f.previous); err != nil {
			return err
		}
	}
	if f.last != "" {
		if in.Last, err = p.lastYear(cmd, f.last); err != nil {
			return err
		}
	}
	if f.out == "" {
		f.out = filepath.Join(filepath.Dir(args[0]), "收报结果")
		if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
			f.out = filepath.Join(args[0], "收报结果")
		}
	}
	if in.Files, err = p.gather(args); err != nil {
		return err
	}
	in.Files = outside(in.Files, filepath.ToSlash(f.out), filepath.ToSlash(f.organs), filepath.ToSlash(f.previous))
	progress, done := p.progress()
	res, err := collect.Run(cmd.Context(), in, progress)
	done()
	if err != nil {
		return err
	}
	if err := res.WriteDir(f.out); err != nil {
		return err
	}
	if f.asJSON {
		e := json.NewEncoder(p.out)
		e.SetEscapeHTML(false)
		if err := e.Encode(res.Snapshot(res.From, res.Today.String())); err != nil {
			return err
		}
	} else {
		p.showCollection(res, f.out)
	}
	switch {
	case res.Count(reporting.Unreadable) > 0 || len(res.Unknown) > 0:
		return exitError(unreadable)
	case res.Count(reporting.Return) > 0 || res.Count(reporting.Missing) > 0:
		return exitError(faulty)
	}
	return nil
}

// outside drops what an earlier run wrote below the folder that is read, and
// the other files of the command.
func outside(files []collect.File, out string, others ...string) []collect.File {
	var keep []collect.File
	for _, f := range files {
		if !strings.HasPrefix(f.Name, strings.TrimSuffix(out, "/")+"/") && !slices.Contains(others, f.Name) {
			keep = append(keep, f)
		}
	}
	return keep
}

// lastYear reads the reports of the year before, by organ.
func (p *program) lastYear(cmd *cobra.Command, dir string) (map[string]*annual.Report, error) {
	entries, err := p.read(cmd.Context(), []string{dir})
	if err != nil {
		return nil, err
	}
	out := map[string]*annual.Report{}
	for _, e := range entries {
		if e.Report != nil && e.Report.Organ != "" {
			out[e.Report.Organ] = e.Report
		}
	}
	return out, nil
}

func (p *program) readOrgans(name string) ([]org.Organ, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(b) { // Notepad of older Windows saves in GBK
		if b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil {
			return nil, errors.New("名单文件的编码无法识别，请另存为 UTF-8 格式的文本文件")
		}
	}
	listed, err := org.ParseList(string(b))
	if err != nil {
		return nil, err
	}
	var out []org.Organ
	for _, l := range listed {
		if !l.OK {
			fmt.Fprintf(p.err, "名单%s\n", l.Message)
			continue
		}
		out = append(out, l.Organ)
	}
	if len(out) == 0 {
		return nil, errors.New("名单里没有机关，请每行写一个机关全称")
	}
	return out, nil
}

func (p *program) showCollection(res *collect.Result, out string) {
	t := textTable{head: []string{"机关", "结论", "错误", "须说明", "文件", "说明"}, right: map[int]bool{2: true, 3: true}}
	for _, r := range res.Rows {
		errs, warns := "", ""
		if r.Report != nil {
			errs, warns = fmt.Sprint(r.Errors), fmt.Sprint(r.Warnings)
		}
		note := r.Problem
		if note == "" && len(r.Notes) > 0 {
			note = r.Notes[0]
		}
		if like := res.AlikeTo(r.Organ); len(like) > 0 {
			note = strings.TrimSpace("与" + strings.Join(like, "、") + "雷同 " + note)
		}
		file := ""
		if r.File != "" {
			file = filepath.Base(r.File)
		}
		t.add(shorten(oneLine(r.Organ), 40), r.Status.Chinese(), errs, warns, shorten(oneLine(file), 36), shorten(oneLine(note), 60))
	}
	t.write(p.out)
	for _, e := range res.Unknown {
		why := e.Problem
		if e.Report != nil {
			why = "看不出是哪个机关的报告。"
		}
		fmt.Fprintf(p.out, "未计入：%s（%s）\n", oneLine(e.File), oneLine(why))
	}
	fmt.Fprintf(p.out, "\n%d年度，%d 个文件：缺报 %d，读不出 %d，须退回 %d，请说明 %d，可接受 %d；雷同 %d 对。\n", res.Year, res.FileCount,
		res.Count(reporting.Missing), res.Count(reporting.Unreadable), res.Count(reporting.Return), res.Count(reporting.Explain), res.Count(reporting.Accept), len(res.Alike))
	if res.Changes != nil {
		fixed, still, fresh, filed := 0, 0, 0, 0
		for _, c := range res.Changes {
			fixed, still, fresh = fixed+len(c.Fixed), still+len(c.StillWrong), fresh+len(c.NewlyWrong)
			if c.NewlyFiled {
				filed++
			}
		}
		fmt.Fprintf(p.out, "与上次相比：已改正 %d 处，仍有 %d 处，新出现 %d 处，新报来 %d 个机关。\n", fixed, still, fresh, filed)
	}
	fmt.Fprintf(p.out, "汇总含 %d 个机关；结果写在 %s\n", len(res.SumOf), out)
}
