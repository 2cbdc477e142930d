package org

import "gongkai/law"

// Choices about the figures of requests, and about proposing to turn what many
// ask for into proactive disclosure.
const (
	FigureSample = "request.sample" // 计算比率的最小样本
	TurnMany     = "request.turn"   // 几个申请人申请相同信息时提议转为主动公开
)

func figureChoices() []Choice {
	return []Choice{
		{Name: FigureSample, Label: "依申请公开比率的最小样本（件）", Hint: "少于这么多件的，统计页面只写件数，不算百分比，免得一两件就成了百分之百。5至200。", Default: "10", Office: true, check: between(5, 200)},
		{Name: TurnMany, Label: "几个申请人申请相同信息时提议转为主动公开", Hint: "2至20。提议由本机关审核决定，不自动公开。", Default: "3", check: between(2, 20),
			Cite: law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十四条", Paraphrase: "多个申请人就相同政府信息向同一机关申请且可以公开的，可以纳入主动公开范围。"}},
	}
}
