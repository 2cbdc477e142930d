package site

import (
	"gongkai/law/annual"
)

// A figure is one line of an organ's years: an indicator, as it is called there.
type figure struct {
	key   string // of the indicator
	label string
	sum   bool
	note  int // number of a note below the table, 0 for none
}

// of returns the figure of a report, not Known where the report or its edition
// does not state it.
func (f figure) of(r *annual.Report) annual.Value {
	x, ok := annual.IndicatorOf(f.key)
	if r == nil || !ok {
		return annual.Value{}
	}
	v := x.For(r.Form).Of(r.Values)
	if !v.Shown() {
		return annual.Value{}
	}
	return annual.Num(v.N())
}

type figureGroup struct {
	title   string
	figures []figure
}

// Figures that domain practice compares over the years. What the two editions
// count differently is left out or, where a reader expects it, noted.
var (
	received   = figure{key: "new", label: "本年新收"}
	carriedIn  = figure{key: "carried_in", label: "上年结转"}
	results    = figure{key: "result_total", label: "办理结果总计", sum: true}
	carriedOut = figure{key: "carried_out", label: "结转下年度"}
	outcomes   = []figure{
		{key: "granted", label: "予以公开"},
		{key: "partial", label: "部分公开"},
		{key: "denied", label: "不予公开"},
		{key: "unable", label: "无法提供"},
		{key: "rejected", label: "不予处理"},
		{key: "other", label: "其他处理"},
	}
	review     = figure{key: "review", label: "行政复议"}
	litigation = figure{key: "litigation", label: "行政诉讼"}
)

func figureGroups() []figureGroup {
	return []figureGroup{
		{"依申请公开（件）", append(append([]figure{received, carriedIn}, outcomes...), results, carriedOut)},
		{"行政复议与行政诉讼（件）", []figure{review, {key: "review_corrected", label: "其中：复议结果纠正"}, litigation, {key: "litigation_corrected", label: "其中：诉讼结果纠正"}}},
		{"主动公开（件）", []figure{
			{key: "rules", label: "制发规章", note: 1},
			{key: "normative", label: "制发行政规范性文件", note: 1},
			{key: "normative_in_force", label: "现行有效行政规范性文件", note: 2},
			{key: "licence", label: "行政许可处理决定"},
			{key: "penalty", label: "行政处罚处理决定"},
			{key: "coercion", label: "行政强制处理决定"}}},
	}
}
