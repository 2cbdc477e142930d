package vetting

import "gongkai/law"

const regulation, regulationNumber = "政府信息公开条例", "国务院令第711号"

// Where the rules come from. The law on personal information is named without
// articles: it is the whole of it that a list of persons has to keep.
var (
	citeAccurate = law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第六条", Paraphrase: "公开的信息应当准确。"}
	cite14       = law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第十四条",
		Paraphrase: "国家秘密，法律、行政法规禁止公开的，以及公开后可能危及国家安全、公共安全、经济安全、社会稳定的，不予公开。"}
	cite15 = law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第十五条",
		Paraphrase: "涉及商业秘密、个人隐私，公开会损害第三方合法权益的不得公开，第三方同意或者不公开会对公共利益造成重大影响的除外。"}
	cite16 = law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第十六条",
		Paraphrase: "内部事务信息、过程性信息和行政执法案卷信息可以不予公开，法律、法规、规章规定应当公开的除外。"}
	citeReview = law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第十七条",
		Paraphrase: "公开前要逐件审查；不能确定的，报主管部门或者保密行政管理部门确定。"}
	citeSecrecy = law.Cite{Instrument: "保守国家秘密法", Article: "第三十五条",
		Paraphrase: "拟公开的信息先经保密审查，带密级标志的不得公开。"}
	citeWorkSecret = law.Cite{Instrument: "保守国家秘密法", Article: "第六十四条",
		Paraphrase: "工作中产生的、不属于国家秘密但泄露后会造成不利影响的事项是工作秘密，应当管理好，不得公开。"}
	citePersonal = law.Cite{Instrument: "个人信息保护法",
		Paraphrase: "公开个人信息要有依据、限于必要，敏感个人信息和未成年人的信息从严保护。"}
	citeWording = law.Cite{Instrument: "政府网站与政务新媒体检查指标", Number: "国办秘函〔2019〕19号",
		Paraphrase: "网站内容不得有严重表述错误。"}
)
