package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/reporting"
)

// A format is something that print can write.
type format struct {
	name, says string
	write      func(w io.Writer, r *annual.Report, o render.Options) error
}

func formats() []format {
	return []format{{"docx", "Word 文档", render.DOCX}, {"pdf", "PDF", render.PDF}, {"xlsx", "Excel 工作簿", render.XLSX}, {"html", "网页", render.HTML},
		{"rich", "可粘贴到其他系统的富文本", render.Rich}, {"csv", "逗号分隔的数据", render.CSV}, {"json", "机器可读", render.JSON}}
}

func formatNamed(name string) (format, error) {
	var names []string
	for _, f := range formats() {
		if f.name == strings.ToLower(strings.TrimPrefix(name, ".")) {
			return f, nil
		}
		names = append(names, f.name)
	}
	return format{}, fmt.Errorf("不支持的格式 %q，可用：%s", name, strings.Join(names, "、"))
}

func (p *program) printCommand() *cobra.Command {
	var to, output, watermark string
	c := &cobra.Command{
		Use: "print 文件…", Short: "把报告写成 docx、pdf、xlsx、html、rich、csv、json", Args: cobra.MinimumNArgs(1),
		Long: "把读出的报告按规定格式重新写出。一个文件写到 -o 文件；多个文件写到 -o 文件夹。",
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == "" {
				to = filepath.Ext(output)
			}
			f, err := formatNamed(to)
			if err != nil {
				return err
			}
			entries, err := p.read(cmd.Context(), args)
			if err != nil {
				return err
			}
			check(entries)
			p.showUnreadable(entries)
			o := render.Options{Watermark: watermark, Fonts: p.fonts}
			if err := p.printAll(entries, f, o, output); err != nil {
				return err
			}
			for _, e := range entries {
				if e.Report == nil {
					return exitError(unreadable)
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&to, "to", "", "格式：docx、pdf、xlsx、html、rich、csv、json（缺省看 -o 的扩展名）")
	c.Flags().StringVarP(&output, "output", "o", "", "写到的文件，多份时为文件夹；“-”为标准输出")
	c.Flags().StringVar(&watermark, "watermark", "", "每页页眉上的字样，如：草稿")
	return c
}

func (p *program) printAll(entries []reporting.Entry, f format, o render.Options, output string) error {
	var reports []reporting.Entry
	for _, e := range entries {
		if e.Report != nil {
			reports = append(reports, e)
		}
	}
	if len(reports) == 0 {
		return exitError(unreadable)
	}
	folder := len(reports) > 1
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		folder = true
	}
	if !folder {
		return p.output(output, func(w io.Writer) error {
			o.Findings = reports[0].Findings
			return f.write(w, reports[0].Report, o)
		})
	}
	if output == "" || output == "-" {
		return errors.New("有多份报告，请用 -o 指定一个文件夹")
	}
	if err := os.MkdirAll(output, 0o755); err != nil {
		return err
	}
	ext := f.name
	if ext == "rich" {
		ext = "html"
	}
	taken := map[string]bool{}
	for _, e := range reports {
		base := strings.TrimSuffix(filepath.Base(e.File), filepath.Ext(e.File))
		name := base
		for k := 2; taken[name]; k++ {
			name = fmt.Sprintf("%s（%d）", base, k)
		}
		taken[name] = true
		o.Findings = e.Findings
		err := p.output(filepath.Join(output, name+"."+ext), func(w io.Writer) error { return f.write(w, e.Report, o) })
		if err != nil {
			return err
		}
	}
	return nil
}

// output writes a file whole or not at all; "" and "-" are standard output.
func (p *program) output(name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if name == "" || name == "-" {
		if terminal(p.out) && bytes.IndexByte(b.Bytes(), 0) >= 0 {
			return errors.New("不把二进制文件写到终端，请用 -o 指定文件")
		}
		_, err := p.out.Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "已写出 %s\n", name)
	return nil
}

func (p *program) sumCommand() *cobra.Command {
	var to, output, organ string
	var asJSON bool
	c := &cobra.Command{
		Use: "sum 文件…", Short: "汇总多份报告（同一格式）", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := p.read(cmd.Context(), args)
			if err != nil {
				return err
			}
			check(entries)
			p.showUnreadable(entries)
			s, err := sumOf(entries, organ)
			if err != nil {
				return err
			}
			if to == "" {
				to = strings.TrimPrefix(filepath.Ext(output), ".")
			}
			if asJSON {
				to = "json"
			}
			switch to {
			case "":
				fmt.Fprintf(p.out, "%d 份报告之和\n", len(s.Parts))
				p.showFigures(s.Total)
			case "xlsx":
				err = p.output(output, func(w io.Writer) error { return render.SumXLSX(w, s) })
			case "docx":
				err = p.output(output, func(w io.Writer) error { return render.SumDOCX(w, s) })
			case "pdf":
				err = p.output(output, func(w io.Writer) error { return render.SumPDF(w, s, p.fonts) })
			case "json":
				var b []byte
				if b, err = annual.EncodeJSON("", s.Total, annual.CheckFigures(s.Total)); err == nil {
					err = p.output(output, func(w io.Writer) error { _, err := fmt.Fprintf(w, "%s\n", bytes.TrimSpace(b)); return err })
				}
			default:
				err = fmt.Errorf("汇总不支持格式 %q，可用：xlsx、docx、pdf、json", to)
			}
			if err != nil {
				return err
			}
			return status(entries)
		},
	}
	c.Flags().StringVar(&to, "to", "", "格式：xlsx、docx、pdf、json；缺省显示在屏幕上")
	c.Flags().StringVarP(&output, "output", "o", "", "写到的文件")
	c.Flags().StringVar(&organ, "organ", "", "汇总的名义，如：云岭县")
	c.Flags().BoolVar(&asJSON, "json", false, "输出一行 JSON")
	return c
}

func sumOf(entries []reporting.Entry, organ string) (render.Sum, error) {
	var reports []*annual.Report
	s := render.Sum{Organ: organ, Year: reporting.MostlyYear(entries)}
	for _, e := range entries {
		if e.Report == nil {
			continue
		}
		name := e.Report.Organ
		if name == "" {
			name = filepath.Base(e.File)
		}
		reports = append(reports, e.Report)
		s.Parts = append(s.Parts, render.SumPart{Organ: name, Report: e.Report})
	}
	if len(reports) == 0 {
		return s, exitError(unreadable)
	}
	for _, r := range reports {
		if r.Form != reports[0].Form {
			return s, errors.New("新旧两种格式的报告不能相加，请按年度分开汇总")
		}
	}
	total, err := annual.Sum(reports...)
	if err != nil {
		return s, err
	}
	total.Organ, total.Year = organ, s.Year
	s.Total = total
	return s, nil
}

func (p *program) diffCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "diff 文件1 文件2", Short: "逐格比较两份报告，并比较文字", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return p.diff(cmd.Context(), args, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "每处不同输出一行 JSON")
	return c
}

func (p *program) diff(ctx context.Context, args []string, asJSON bool) error {
	var two []reporting.Entry
	for _, a := range args {
		e, err := p.read(ctx, []string{a})
		if err != nil {
			return err
		}
		if len(e) != 1 {
			return fmt.Errorf("%s 含有 %d 个文件，比较只能用单个文件", a, len(e))
		}
		two = append(two, e[0])
	}
	p.showUnreadable(two)
	if two[0].Report == nil || two[1].Report == nil {
		return exitError(unreadable)
	}
	a, b := two[0].Report, two[1].Report
	diffs := annual.Compare(a, b)
	if asJSON {
		e := json.NewEncoder(p.out)
		e.SetEscapeHTML(false)
		for _, d := range diffs {
			if d.Comparable && d.A == d.B {
				continue
			}
			line := struct {
				Cell       string `json:"cell"`
				Label      string `json:"label"`
				A          string `json:"a"`
				B          string `json:"b"`
				Comparable bool   `json:"comparable"`
			}{d.Cell, d.Label, valueText(a, b, d.Cell, d.A), valueText(b, a, d.Cell, d.B), d.Comparable}
			if err := e.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	t := textTable{head: []string{"单元格", "项目", title(a), title(b), "增减"}, right: map[int]bool{2: true, 3: true, 4: true}}
	for _, d := range diffs {
		if d.Comparable && d.A == d.B {
			continue
		}
		change := ""
		switch {
		case !d.Comparable:
			change = "不可比"
		case d.A.Known() && d.B.Known():
			change = valueText(b, a, d.Cell, annual.Value{Kind: annual.Number, N: d.B.N - d.A.N})
			if d.B.N > d.A.N {
				change = "+" + change
			}
		}
		t.add(d.Cell, shorten(d.Label, 50), valueText(a, b, d.Cell, d.A), valueText(b, a, d.Cell, d.B), change)
	}
	if len(t.rows) == 0 {
		fmt.Fprintln(p.out, "两份报告的数据完全相同。")
	} else {
		t.write(p.out)
	}
	score, shared := annual.Similarity(a, b)
	fmt.Fprintf(p.out, "\n文字相似度 %.0f%%\n", score*100)
	for _, s := range shared {
		fmt.Fprintf(p.out, "  相同：%s\n", shorten(oneLine(s), 100))
	}
	return nil
}

func title(r *annual.Report) string {
	return shorten(strings.TrimSpace(oneLine(r.Organ)+" "+year(r.Year)), 30)
}

// valueText prints a value with the type its cell has in either edition.
func valueText(r, other *annual.Report, cell string, v annual.Value) string {
	for _, x := range []*annual.Report{r, other} {
		if i, ok := x.Form.Index(cell); ok {
			if v.Known() {
				return v.Format(x.Form.Cells[i].Type)
			}
			break
		}
	}
	switch v.Kind {
	case annual.Number, annual.Zero:
		return v.Format(annual.Count)
	case annual.Blank:
		return "（空）"
	case annual.Absent:
		return "—"
	}
	return "（文字）"
}

func (p *program) rulesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "rules", Short: "列出全部核对规则及依据", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return p.rulesJSON()
			}
			for _, r := range annual.Rules() {
				scope := "各版"
				if len(r.Editions) > 0 {
					scope = strings.Join(r.Editions, "、") + "年版"
				}
				fmt.Fprintf(p.out, "%s  %s（%s，%s）\n  %s\n", r.Code, r.Title, levelChinese(r.Level), scope, r.Says)
				if r.Left != "" {
					fmt.Fprintf(p.out, "  %s ↔ %s\n", r.Left, r.Right)
				}
				fmt.Fprintf(p.out, "  依据：%s　%s\n\n", r.Cite, r.Cite.Paraphrase)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "每条规则输出一行 JSON")
	return c
}

func (p *program) rulesJSON() error {
	e := json.NewEncoder(p.out)
	e.SetEscapeHTML(false)
	for _, r := range annual.Rules() {
		line := struct {
			Code     string       `json:"code"`
			Level    annual.Level `json:"level"`
			Editions []string     `json:"editions,omitempty"`
			Title    string       `json:"title"`
			Says     string       `json:"says"`
			Left     string       `json:"left,omitempty"`
			Right    string       `json:"right,omitempty"`
			Cite     string       `json:"cite"`
			Why      string       `json:"why"`
		}{r.Code, r.Level, r.Editions, r.Title, r.Says, r.Left, r.Right, r.Cite.String(), r.Cite.Paraphrase}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
