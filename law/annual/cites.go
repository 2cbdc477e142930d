package annual

import "gongkai/law"

// Citations of the rule-book. Paraphrases are our own sentences.

func citeForm(article, paraphrase string) law.Cite {
	return law.Cite{Instrument: "政府信息公开工作年度报告格式", Number: "国办公开办函〔2021〕30号", Article: article, Paraphrase: paraphrase}
}

func citeForm2019(article, paraphrase string) law.Cite {
	return law.Cite{Instrument: "政府信息公开工作年度报告格式（试行）", Number: "国办公开办函〔2019〕60号", Article: article, Paraphrase: paraphrase}
}

func citeRegulation(article, paraphrase string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: article, Paraphrase: paraphrase}
}

func citeFee(paraphrase string) law.Cite {
	return law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: paraphrase}
}
