package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/collect"
	"gongkai/law/annual"
	"gongkai/reporting"
)

func (p *program) reportCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "report", Short: "读取、核对、汇总、比较、收集、打印、报送年度报告",
		Long: `读取、核对、汇总、比较、收集、打印政府信息公开工作年度报告。

文件可以是 docx、doc、wps、xlsx、xls、pdf、ofd、html、txt、md，也可以是文件夹或 zip 压缩包；“-”为标准输入。
退出状态：0 没有错误；1 有错误级的问题；2 有文件读不出或命令有误。`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(p.readCommand(), p.checkCommand(), p.sumCommand(), p.diffCommand(), p.collectCommand(), p.printCommand(), p.checkAllCommand(), p.rulesCommand(), p.packageCommand(), p.portalCommand())
	return c
}

func (p *program) readCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "read 文件…", Short: "读出报告：数据、位置、修补之处", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := p.read(cmd.Context(), args)
			if err != nil {
				return err
			}
			check(entries)
			if asJSON {
				return p.machine(entries)
			}
			if len(entries) == 1 && entries[0].Report != nil {
				p.showReport(entries[0])
			} else {
				p.showList(entries)
			}
			p.showUnreadable(entries)
			return status(entries)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "每个文件输出一行 JSON")
	return c
}

func (p *program) checkCommand() *cobra.Command {
	var asJSON, all bool
	c := &cobra.Command{
		Use: "check 文件…", Short: "核对报告：列出每一处问题", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := p.read(cmd.Context(), args)
			if err != nil {
				return err
			}
			check(entries)
			if asJSON {
				return p.machine(entries)
			}
			p.showFindings(entries, all)
			p.showUnreadable(entries)
			return status(entries)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "每个文件输出一行 JSON")
	c.Flags().BoolVar(&all, "all", false, "也列出提示级的问题")
	return c
}

// A failure is the line of a file that could not be read.
type failure struct {
	File  string `json:"file"`
	Code  string `json:"code"`
	Error string `json:"error"`
}

// machine prints one object a line: the machine form of a report, or a failure.
func (p *program) machine(entries []reporting.Entry) error {
	for _, e := range entries {
		var b []byte
		var err error
		if e.Report == nil {
			b, err = json.Marshal(failure{e.File, e.Code, e.Problem})
		} else {
			b, err = annual.EncodeJSON(e.File, e.Report, e.Findings)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s\n", strings.TrimRight(string(b), "\n"))
	}
	return status(entries)
}

func (p *program) showUnreadable(entries []reporting.Entry) {
	for _, e := range entries {
		if e.Report == nil {
			fmt.Fprintf(p.err, "%s：%s\n", oneLine(e.File), oneLine(e.Problem))
		}
	}
}

func counts(fs []annual.Finding) (errs, warns int) {
	for _, f := range fs {
		switch f.Level {
		case annual.Error:
			errs++
		case annual.Warning:
			warns++
		}
	}
	return errs, warns
}

func (p *program) showList(entries []reporting.Entry) {
	t := textTable{head: []string{"文件", "机关", "年度", "格式", "读取", "错误", "须说明"}, right: map[int]bool{5: true, 6: true}}
	for _, e := range entries {
		if e.Report == nil {
			t.add(shorten(oneLine(e.File), 48), "", "", "", "读不出", "", "")
			continue
		}
		r := e.Report
		errs, warns := counts(e.Findings)
		t.add(shorten(oneLine(e.File), 48), shorten(oneLine(r.Organ), 40), year(r.Year), r.Form.Edition, collect.ReadingChinese(r.Status()), fmt.Sprint(errs), fmt.Sprint(warns))
	}
	t.write(p.out)
}

func year(y int) string {
	if y == 0 {
		return "未写"
	}
	return fmt.Sprint(y)
}

// showReport prints one report: what it is, its figures, what was mended.
func (p *program) showReport(e reporting.Entry) {
	r := e.Report
	errs, warns := counts(e.Findings)
	t := textTable{}
	for _, kv := range [][2]string{{"文件", e.File}, {"机关", r.Organ}, {"年度", year(r.Year)}, {"格式", r.Form.Edition + "年版"}, {"标题", r.Title}, {"落款", r.Signature},
		{"成文日期", r.Dated.String()}, {"发布日期", r.Published.String()}, {"读取", collect.ReadingChinese(r.Status())}, {"核对", fmt.Sprintf("错误 %d，须说明 %d", errs, warns)}} {
		if kv[1] != "" {
			t.add(kv[0], oneLine(kv[1]))
		}
	}
	t.write(p.out)
	p.showFigures(r)
	if len(r.Repairs) > 0 {
		fmt.Fprintf(p.out, "\n修补 %d 处\n", len(r.Repairs))
		m := textTable{head: []string{"代码", "位置", "原文", "读作"}}
		for _, x := range r.Repairs {
			m.add(x.Code, x.At.String(), shorten(oneLine(x.Was), 40), shorten(oneLine(x.ReadAs), 40))
		}
		m.write(p.out)
	}
	for _, u := range r.Undecided {
		fmt.Fprintf(p.out, "未能确定：%s（%s）\n", oneLine(u.Why), oneLine(u.At.String()))
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(p.out, "原文缺少：%s\n", strings.Join(r.Missing, "、"))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(p.out, "注意：%s\n", oneLine(n.Text))
	}
}

// showFigures prints the tables: a row a line, columns aligned.
func (p *program) showFigures(r *annual.Report) {
	for ti := range r.Form.Tables {
		def := &r.Form.Tables[ti]
		fmt.Fprintf(p.out, "\n%s\n", def.Name)
		for pi := range def.Parts {
			part := &def.Parts[pi]
			t := textTable{head: []string{part.Title}, right: map[int]bool{}}
			if len(part.Rows) == 1 && part.Rows[0].Label() == "" { // 表四: one row, print it upright
				for ci, col := range part.Columns {
					t.add(strings.Join(col.Path, " · "), figure(r, part.Cells[0][ci]))
				}
				t.head, t.right[1] = nil, true
				t.write(p.out)
				continue
			}
			for ci, col := range part.Columns {
				t.head = append(t.head, shorten(col.Label(), 18))
				t.right[ci+1] = true
			}
			for ri, row := range part.Rows {
				cells := []string{shorten(row.Label(), 40)}
				for ci := range part.Columns {
					cells = append(cells, figure(r, part.Cells[ri][ci]))
				}
				t.add(cells...)
			}
			t.write(p.out)
		}
	}
}

// figure is a cell as a person should see it: the number, or what stood there.
func figure(r *annual.Report, i int) string {
	v := r.Values[i]
	switch v.Kind {
	case annual.Number, annual.Zero:
		return v.Format(r.Form.Cells[i].Type)
	case annual.Blank:
		return "（空）"
	case annual.Absent:
		return "（缺）"
	}
	return "“" + shorten(oneLine(r.Raw(i)), 20) + "”"
}

func (p *program) showFindings(entries []reporting.Entry, all bool) {
	total, wrong, read := 0, 0, 0
	for _, e := range entries {
		if e.Report == nil {
			continue
		}
		read++
		errs, warns := counts(e.Findings)
		total += errs
		if errs > 0 {
			wrong++
		}
		name := e.Report.Organ
		if name == "" {
			name = filepath.Base(e.File)
		}
		fmt.Fprintf(p.out, "%s  %s年度  %s  错误 %d，须说明 %d\n", oneLine(name), year(e.Report.Year), oneLine(e.File), errs, warns)
		for _, f := range e.Findings {
			if f.Level == annual.Info && !all {
				continue
			}
			fmt.Fprintf(p.out, "  %s %s  %s\n", collect.LevelChinese(f.Level), f.Code, oneLine(f.Message))
			if where := at(e.Report, f); where != "" {
				fmt.Fprintf(p.out, "      位置：%s\n", where)
			}
			if f.Suggest != "" {
				fmt.Fprintf(p.out, "      建议：%s\n", oneLine(f.Suggest))
			}
		}
	}
	if read > 1 {
		fmt.Fprintf(p.out, "\n共 %d 份，%d 份有错误，错误合计 %d 处。\n", read, wrong, total)
	}
}

// at is where a finding stands: the cell and its place in the source.
func at(r *annual.Report, f annual.Finding) string {
	s := oneLine(reporting.Where(r, f))
	if len(f.Cells) > 0 {
		if i, ok := r.Form.Index(f.Cells[0]); ok {
			if place := r.At(i); !place.IsZero() {
				s += "（" + place.String() + "）"
			}
		}
	}
	return s
}
