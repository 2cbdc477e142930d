package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/collect"
	"gongkai/law/annual"
	"gongkai/store"
)

type checkAllOptions struct {
	year        int
	all, words  bool
	keep        bool
	organs      bool
	asJSON      bool
	first, last int
}

func (p *program) checkAllCommand() *cobra.Command {
	var o checkAllOptions
	c := &cobra.Command{
		Use: "checkall", Short: "核对在库的全部已发布报告：勾稽、跨年、上下级",
		Long: `逐份核对数据库里已发布的年度报告：表内勾稽、与上一年的衔接、政府汇总数与计入机关之和
（按签署的计入单位名单，没有签署的按缺省名单）。网站运行时也可以核对；不加 --keep 时只读。
全国规模（四万五千个机关六年）通常不到一分钟；加 --words 时连文字规则一起核对，慢一百倍。

退出状态：0 没有错误级的问题；1 有；2 命令有误。`,
	}
	c.Flags().IntVar(&o.year, "year", 0, "只核对这一年度（缺省为上一年度）")
	c.Flags().BoolVar(&o.all, "all", false, "核对 2019 年度以来的全部年度")
	c.Flags().BoolVar(&o.words, "words", false, "也核对文字规则")
	c.Flags().BoolVar(&o.keep, "keep", false, "把结果存下来，显示在“年度报告—汇总—全面核对”")
	c.Flags().BoolVar(&o.organs, "organs", false, "每条规则列出机关编号")
	c.Flags().BoolVar(&o.asJSON, "json", false, "每条规则一个 JSON 对象一行")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error { return p.checkAll(ctx, cfg, o) })
}

func (p *program) checkAll(ctx context.Context, cfg config, o checkAllOptions) error {
	first := annual.Editions()[0].FromYear
	switch {
	case o.all && o.year != 0:
		return fmt.Errorf("--year 与 --all 只能用一个")
	case o.all:
		o.first, o.last = first, p.today().Year-1
	default:
		if o.year == 0 {
			o.year = p.today().Year - 1
		}
		if _, err := annual.FormFor(o.year); err != nil {
			return fmt.Errorf("没有 %d 年度的报告格式，请填 %d 以后的年度", o.year, first)
		}
		o.first, o.last = o.year, o.year
	}
	st, err := p.openAsIs(ctx, cfg) // says it if there are no data: nothing is made here
	if err == nil && o.keep {
		st.Close()
		st, err = p.openToKeep(ctx, cfg)
	}
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%s 没有数据库，请用 --data 或 --database 指定", cfg.where())
	}
	if err != nil {
		return err
	}
	defer st.Close()
	began := p.now()
	sweep, err := st.CheckAll(ctx, store.CheckOptions{First: o.first, Last: o.last, Words: o.words, Progress: func(year, n int) {
		fmt.Fprintf(p.err, "%d 年度：%d 份\n", year, n)
	}})
	if err != nil {
		return err
	}
	if o.keep {
		if _, err := st.KeepCheck(ctx, sweep); err != nil {
			return err
		}
	}
	if o.asJSON {
		return p.sweepJSON(sweep)
	}
	p.showSweep(sweep, o)
	fmt.Fprintf(p.out, "\n%d 个机关的 %d 份报告，用时 %.1f 秒。\n", sweep.Organs, sweep.Reports, p.now().Sub(began).Seconds())
	return sweepStatus(sweep)
}

// openToKeep opens the data of a site beside its server.
func (p *program) openToKeep(ctx context.Context, cfg config) (*store.Store, error) {
	o, err := p.working(ctx, cfg)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, cfg.store(), o)
	if err != nil {
		return nil, storeError(err)
	}
	return st, nil
}

// showSweep prints a line a rule, a column a year.
func (p *program) showSweep(s *store.Sweep, o checkAllOptions) {
	type key struct {
		level annual.Level
		code  string
	}
	rows := map[key]map[int]store.SweepHit{}
	var keys []key
	for _, h := range s.Hits {
		k := key{h.Level, h.Code}
		if rows[k] == nil {
			rows[k] = map[int]store.SweepHit{}
			keys = append(keys, k)
		}
		rows[k][h.Year] = h
	}
	rank := map[annual.Level]int{annual.Error: 0, annual.Warning: 1, annual.Info: 2}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(rank[a.level], rank[b.level]), strings.Compare(a.code, b.code))
	})
	if len(keys) == 0 {
		fmt.Fprintln(p.out, "没有发现问题。")
		return
	}
	t := textTable{head: []string{"级别", "规则", "内容"}, right: map[int]bool{}}
	for y := s.First; y <= s.Last; y++ {
		t.right[len(t.head)] = true
		t.head = append(t.head, fmt.Sprint(y))
	}
	for _, k := range keys {
		title := ""
		if r, ok := annual.FindRule(k.code); ok {
			title = r.Title
		}
		row := []string{collect.LevelChinese(k.level), k.code, shorten(title, 36)}
		for y := s.First; y <= s.Last; y++ {
			cell := ""
			if h, ok := rows[k][y]; ok {
				cell = fmt.Sprint(len(h.Organs))
			}
			row = append(row, cell)
		}
		t.add(row...)
	}
	t.write(p.out)
	if o.organs {
		for _, h := range s.Hits {
			fmt.Fprintf(p.out, "%d %s：%s\n", h.Year, h.Code, strings.Trim(fmt.Sprint(h.Organs), "[]"))
		}
	}
}

// sweepJSON prints one object a rule and year.
func (p *program) sweepJSON(s *store.Sweep) error {
	lines := json.NewEncoder(p.out)
	lines.SetEscapeHTML(false)
	for _, h := range s.Hits {
		organs := make([]string, len(h.Organs))
		for i, id := range h.Organs {
			organs[i] = fmt.Sprint(id) // no program rounds it
		}
		err := lines.Encode(struct {
			Year    int          `json:"year"`
			Code    string       `json:"code"`
			Level   annual.Level `json:"level"`
			Reports int          `json:"reports"`
			Found   int          `json:"found"`
			Organs  []string     `json:"organs"`
		}{h.Year, h.Code, h.Level, len(h.Organs), h.Found, organs})
		if err != nil {
			return err
		}
	}
	return sweepStatus(s)
}

func sweepStatus(s *store.Sweep) error {
	if slices.ContainsFunc(s.Hits, func(h store.SweepHit) bool { return h.Level == annual.Error }) {
		return exitError(faulty)
	}
	return nil
}
