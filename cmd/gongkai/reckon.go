package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// deadlineCommand counts the reply period of a request, the same way as the
// public calculator and the desk do.
func (p *program) deadlineCommand() *cobra.Command {
	var received, corrected string
	var pauses []string
	var days, extend int
	var asJSON bool
	c := &cobra.Command{
		Use: "deadline --received 日期", Short: "计算依申请公开的答复期限，逐日列出依据", Args: cobra.NoArgs,
		Example: "  gongkai deadline --received 2026-09-30\n  gongkai deadline --received 2026-09-30 --pause 2026-10-12..2026-10-16 --extend 10 --json",
		RunE: func(*cobra.Command, []string) error {
			clock := deadline.Clock{Days: calendar.Workdays(days)}
			var err error
			if received == "" {
				return errors.New("请用 --received 写收到申请之日，例如 --received 2026-09-30")
			}
			if clock.Received, err = law.ParseDate(received); err != nil {
				return fmt.Errorf("--received：“%s”不是日期，请写成 2026-09-30 的样子", received)
			}
			switch {
			case days < 0 || days > 1000:
				return errors.New("--days：请写 0 至 1000 之间的整数，0 表示法定期限")
			case extend < 0 || extend > 1000:
				return errors.New("--extend：请写延长的工作日数，0 至 1000")
			}
			if corrected != "" {
				d, err := law.ParseDate(corrected)
				if err != nil || d.Before(clock.Received) {
					return fmt.Errorf("--corrected：“%s”应当是收到申请之日或者以后的日期，例如 2026-10-12", corrected)
				}
				clock.Segments = append(clock.Segments, deadline.Segment{Kind: deadline.Correction, From: clock.Received, To: d})
			}
			for _, s := range pauses {
				a, b, ok := strings.Cut(s, "..")
				from, err1 := law.ParseDate(a)
				to, err2 := law.ParseDate(b)
				if !ok || err1 != nil || err2 != nil || to.Before(from) {
					return fmt.Errorf("--pause：“%s”应当写成 开始日..结束日，两日都不计入期限，例如 2026-10-12..2026-10-16", s)
				}
				clock.Segments = append(clock.Segments, deadline.Segment{Kind: deadline.Disregarding, From: from, To: to})
			}
			return p.deadline(clock, calendar.Workdays(extend), asJSON)
		},
	}
	f := c.Flags()
	f.StringVar(&received, "received", "", "收到申请之日")
	f.StringVar(&corrected, "corrected", "", "收到补正的申请之日，期限自次日起重新计算")
	f.IntVar(&days, "days", 0, "期限的工作日数，0 为收到之日施行的法定期限")
	f.StringArrayVar(&pauses, "pause", nil, "不计入期限的时间，首尾两日都包括在内，可多次给出")
	f.IntVar(&extend, "extend", 0, "延长的工作日数")
	f.BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

func (p *program) deadline(clock deadline.Clock, extend calendar.Workdays, asJSON bool) error {
	cal, err := calendar.Load()
	if err != nil {
		return err
	}
	r, err := deadline.Compute(cal, clock, p.today())
	if errors.Is(err, law.ErrNotInForce) {
		return fmt.Errorf("%s时《政府信息公开条例》尚未施行，没有可适用的期限", clock.Received.Chinese())
	}
	if err != nil {
		return err
	}
	if extend > 0 { // decided in time, on the last day
		clock.Segments = append(clock.Segments, deadline.Segment{Kind: deadline.Extended, From: r.First, Days: extend})
		if r, err = deadline.Compute(cal, clock, p.today()); err != nil {
			return err
		}
	}
	trace, err := deadline.Trace(cal, clock, p.today())
	if err != nil {
		return err
	}
	if asJSON {
		return p.json(struct {
			Due         law.Date       `json:"due"`
			Provisional bool           `json:"provisional"`
			Trace       []deadline.Day `json:"trace"`
			Steps       []string       `json:"steps"`
			Marks       []string       `json:"marks,omitempty"`
		}{r.Due, r.Provisional, trace, stepTexts(r.Steps), stepTexts(r.Marks)})
	}
	for _, s := range stepTexts(r.Steps) {
		fmt.Fprintln(p.out, s)
	}
	for _, s := range stepTexts(r.Marks) {
		fmt.Fprintln(p.out, "注意："+s)
	}
	fmt.Fprintln(p.out)
	for _, d := range trace {
		n := "    "
		if d.N > 0 {
			n = fmt.Sprintf("%3d ", d.N)
		}
		fmt.Fprintf(p.out, "%s %s %s %s\n", d.On, d.Weekday, n, d.Why)
	}
	return nil
}

func stepTexts(steps []law.Step) []string {
	out := []string{}
	for _, s := range steps {
		text := s.Text
		if c := s.Cite.String(); c != "" {
			text += "（" + c + "）"
		}
		out = append(out, text)
	}
	return out
}

// feeCommand works out the information processing fee.
func (p *program) feeCommand() *cobra.Command {
	var asJSON bool
	var on string
	c := &cobra.Command{
		Use: "fee items|pages N", Short: "计算信息处理费，列出算式", Args: cobra.ExactArgs(2),
		Long:      "计算信息处理费：items 按件（同一申请人一个自然月内的件数），pages 按量（一件申请的页数）。同一申请只能选一种。",
		Example:   "  gongkai fee items 31\n  gongkai fee pages 68 --json",
		ValidArgs: []string{string(fee.ByItem), string(fee.ByPage)},
		RunE: func(_ *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[1])
			if err != nil || n < 0 || n > fee.Most {
				return fmt.Errorf("“%s”应当是 0 至 %d 之间的整数", args[1], fee.Most)
			}
			day := p.today()
			if on != "" {
				if day, err = law.ParseDate(on); err != nil {
					return fmt.Errorf("--on：“%s”不是日期，请写成 2026-09-30 的样子", on)
				}
			}
			a, err := fee.Of(fee.Method(args[0]), n, day)
			switch {
			case errors.Is(err, fee.ErrMethod):
				return fmt.Errorf("“%s”不是计收方式，请写 items（按件）或 pages（按量）", args[0])
			case errors.Is(err, law.ErrNotInForce):
				return fmt.Errorf("%s时信息处理费的规定尚未施行", day.Chinese())
			case err != nil:
				return err
			}
			if asJSON {
				if a.Steps == nil {
					a.Steps = []fee.Step{}
				}
				return p.json(struct {
					Fen   fee.Fen    `json:"fen"`
					Steps []fee.Step `json:"steps"`
					Cite  string     `json:"cite"`
				}{a.Fen, a.Steps, a.Cite.String()})
			}
			for _, s := range a.Steps {
				fmt.Fprintln(p.out, s.Text)
			}
			fmt.Fprintf(p.out, "合计%s（%s，%s）\n", a.Fen, a.Method.Chinese(), a.Cite)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	c.Flags().StringVar(&on, "on", "", "按哪一天施行的标准，缺省为今天")
	return c
}

// json prints one object on a line.
func (p *program) json(v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = fmt.Fprintln(p.out, string(b))
	}
	return err
}
