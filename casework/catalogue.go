package casework

import "gongkai/law"

var since = law.Day(2019, 5, 15)

func need(name, label, hint string) Field { return Field{name, label, hint, true} }

func may(name, label, hint string) Field { return Field{name, label, hint, false} }

// answer is a letter that ends a file.
func answer(o Outcome, code, name string, fields []Field, parts ...Part) LetterKind {
	res, _ := ResultOf(o)
	return LetterKind{Code: code, Name: name, From: since, Outcome: o, To: "applicant", Cites: []law.Cite{res.Cite}, Remedy: res.Remedy, Fields: fields,
		Parts: append([]Part{receivedPart, historyPart}, parts...)}
}

// onTheWay is a letter that ends nothing.
func onTheWay(code, name, to string, remedy Remedy, cite law.Cite, fields []Field, parts ...Part) LetterKind {
	return LetterKind{Code: code, Name: name, From: since, To: to, Cites: []law.Cite{cite}, Remedy: remedy, Fields: fields, Parts: parts}
}

func inside(code, name string, cite law.Cite, fields []Field, parts ...Part) LetterKind {
	k := onTheWay(code, name, "organ", NoRemedy, cite, fields, parts...)
	k.Inside = true
	return k
}

func part(element, text string) Part { return Part{element, text, ""} }

func when(name, element, text string) Part { return Part{element, text, name} }

var (
	feeCite  = law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: "收取信息处理费应当在办理期限内告知依据、标准、数额和缴纳方式。"}
	archive  = law.Cite{Instrument: "档案法", Number: "2020年修订", Article: "第十五条第二款", Paraphrase: "已经移交档案馆的档案涉及政府信息公开的，依照规定由档案馆办理。"}
	register = reg("第二十九条、第四十五条", "申请应当登记，并依法审核、办理、答复、归档。")
	mended   = reg("第四十一条", "有证据证明行政机关记录的自身信息不准确的，可以要求更正。")
	widened  = reg("第四十四条", "申请人可以建议将所申请的信息纳入主动公开范围，行政机关经审核认为属于的，应当及时主动公开。")
)

// catalogue is every letter, with our own wording. People may change the words
// within the required elements.
var catalogue = []LetterKind{
	onTheWay("N01", "政府信息公开申请接收回执", "applicant", NoRemedy, register, nil,
		part(ElementReceived, "本机关已于{arrived}收到您（单位）通过{channel}提出的政府信息公开申请，登记号{number}，申请内容：“{wanted}”。"),
		part(ElementOther, "收到申请之日依法确定为{received}，答复期限至{due}。需要补正、征求意见、延长期限或者收取信息处理费的，将另行书面告知。")),
	onTheWay("N02", "政府信息公开申请补正告知书", "applicant", NoRemedy, reg("第三十条", "申请内容不明确的，应当一次性告知补正的事项和合理的补正期限。"),
		[]Field{need("items", "需要补正的事项", "逐项写明哪里不明确、怎样补正"), need("by", "补正截止日期", "如 2026年3月20日")},
		receivedPart, part(ElementFinding, "经审查，申请内容不明确，需要补正以下事项：{items}。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十条，请于{by}前补正。答复期限自本机关收到补正的申请之日起计算；无正当理由逾期不补正的，视为放弃申请，本机关不再处理。")),
	onTheWay("N03", "政府信息公开申请说明理由告知书", "applicant", NoRemedy, reg("第三十五条", "申请的数量、频次明显超过合理范围的，可以要求申请人说明理由。"),
		[]Field{need("facts", "数量、频次的事实", "如 自2026年1月以来共提出申请46件"), need("by", "说明理由的截止日期", "")},
		receivedPart, part(ElementFinding, "{facts}，申请的数量、频次明显超过合理范围。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十五条，请于{by}前说明理由。理由不合理的，本机关不予处理；理由合理但不能在规定期限内答复的，本机关将确定延迟答复的合理期限并告知您（单位）。")),
	onTheWay("N04", "政府信息公开申请延期答复告知书", "applicant", NoRemedy, reg("第三十三条第二款", "延长答复期限应当经公开机构负责人同意并告知申请人。"),
		[]Field{need("why", "延期的原因", "写明需要查找、核实、汇集什么"), need("extra", "延长的工作日数", "1至20")},
		receivedPart, historyPart, part(ElementFinding, "因{why}，不能在规定期限内答复。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十三条第二款，经本机关政府信息公开工作机构负责人同意，答复期限延长{extra}个工作日，至{due}届满。")),
	onTheWay("N05", "政府信息公开申请延迟答复告知书", "applicant", NoRemedy, reg("第三十五条", "理由合理但不能在规定期限内答复的，可以确定延迟答复的合理期限。"),
		[]Field{need("why", "延迟的理由", ""), need("by", "延迟至哪一天", "")},
		receivedPart, historyPart, part(ElementGround, "您（单位）说明的理由合理，但{why}，不能在规定期限内答复。根据《中华人民共和国政府信息公开条例》第三十五条，本机关将延迟至{by}答复。")),
	onTheWay("N06", "政府信息公开征求意见书", "third", NoRemedy, reg("第三十二条", "公开会损害第三方合法权益的，应当书面征求第三方的意见。"),
		[]Field{need("about", "涉及第三方的信息", "写明信息的名称和涉及的内容，不写申请人是谁")},
		part(ElementReceived, "本机关收到一件政府信息公开申请，其中的{about}涉及您（单位）。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十二条，请自收到本征求意见书之日起15个工作日内，书面提出是否同意公开的意见；不同意的，请说明理由。逾期未提出意见的，由本机关依照条例决定是否公开。")),
	onTheWay("N07", "政府信息公开征求意见告知书", "applicant", NoRemedy, reg("第三十二条、第三十三条第三款", "征求第三方和其他机关意见所需时间不计算在答复期限内。"),
		[]Field{need("whom", "征求谁的意见", "第三方、共同制作机关或者其他机关，不写名称")},
		receivedPart, part(ElementGround, "因需要征求{whom}的意见，根据《中华人民共和国政府信息公开条例》第三十三条第三款，征求意见所需时间不计算在答复期限内。")),
	inside("N08", "共同制作机关意见征询函", reg("第三十四条", "共同制作的信息可以征求其他制作机关的意见，15个工作日内不答复的视为同意。"),
		[]Field{need("to", "收函机关", ""), need("about", "共同制作的信息", "")},
		part(ElementReceived, "我机关收到一件政府信息公开申请，涉及与贵机关共同制作的{about}。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十四条，请自收到本函之日起15个工作日内提出意见；逾期未提出的，视为同意公开。")),
	inside("N09", "政府信息公开申请协办单", register,
		[]Field{need("to", "协办单位", ""), need("task", "请协办的事项", ""), need("by", "反馈期限", "")},
		part(ElementReceived, "登记号{number}的政府信息公开申请，申请内容：“{wanted}”。"), part(ElementOther, "请协助办理：{task}，于{by}前书面反馈。答复期限至{due}。")),
	inside("N10", "政府信息公开保密审查送审函", reg("第十七条第三款", "不能确定是否可以公开的，应当报有关主管部门或者保密行政管理部门确定。"),
		[]Field{need("to", "收函机关", ""), need("about", "请予确定的信息", ""), need("doubt", "本机关的初步意见", "")},
		part(ElementFinding, "我机关办理政府信息公开申请时，对{about}是否可以公开不能确定。初步意见：{doubt}。"), part(ElementGround, "根据《中华人民共和国政府信息公开条例》第十七条第三款，请予确定并函复。")),
	onTheWay("N11", "信息处理费收费通知书", "applicant", FeeLater, feeCite,
		[]Field{need("way", "缴纳方式", "如 凭本通知书的缴款码到代收银行或者网上缴纳")},
		receivedPart, part(ElementFinding, "根据申请的数量、频次，按照规定的标准计算，应缴信息处理费{fee}。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第四十二条和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），请自收到本通知书次日起20个工作日内缴纳，缴纳方式：{way}。逾期未缴纳的，视为放弃申请，本机关不再处理；缴清后，办理期限自次日起重新计算。"),
		part(ElementOther, "对收费决定不单独提出复议、诉讼；对因逾期未缴费而不再处理有异议的，可以在缴费期满后依法申请行政复议或者提起行政诉讼。")),
	onTheWay("N12", "政府信息公开决定告知书（第三方）", "third", ThirdParty, reg("第十五条、第三十二条", "决定公开第三方不同意公开的信息的，应当将决定公开的内容和理由书面告知第三方。"),
		[]Field{need("about", "决定公开的内容", ""), need("why", "决定公开的理由", "不公开会对公共利益造成什么重大影响，或者意见的理由为什么不成立")},
		part(ElementReceived, "本机关曾就一件政府信息公开申请涉及您（单位）的信息征求意见。"), part(ElementFinding, "经审查，{why}。"),
		part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十五条、第三十二条，决定公开以下内容：{about}。")),
	answer(Published, "D01", "政府信息公开告知书", []Field{need("where", "已公开的位置", "网址、栏目、公报期号，让人照着就能找到")},
		part(ElementFinding, "经查，您（单位）申请公开的信息已经主动公开。"), part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十六条第一项，现告知获取方式：{where}。")),
	answer(Granted, "D02", "政府信息公开告知书", []Field{need("what", "提供的信息", "名称、文号、页数、附件"), need("form", "提供的形式和途径", "如 随本告知书邮寄纸质复印件12页"), may("time", "提供的时间", "当场或者随函提供的不写")},
		part(ElementFinding, "经查，您（单位）申请公开的信息可以公开。"), part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十六条第二项，决定予以公开。"),
		part(ElementProvide, "提供的信息：{what}。提供形式：{form}。"), when("time", ElementProvide, "提供时间：{time}。")),
	answer(Partial, "D03", "政府信息部分公开告知书", []Field{need("what", "公开的内容", "名称、文号、页数"), need("withheld", "不予公开的内容", "概括说明遮盖了哪些内容，不写内容本身"), need("why", "不予公开的理由", ""), need("article", "不予公开的依据", "如 第十五条"), need("form", "提供的形式和途径", "")},
		part(ElementFinding, "经查，您（单位）申请公开的信息中含有不应当公开的内容，但能够区分处理。"),
		part(ElementGround, "根据《中华人民共和国政府信息公开条例》第三十七条，对可以公开的内容予以公开：{what}；根据条例{article}，对以下内容不予公开：{withheld}，理由是{why}。"), part(ElementProvide, "提供形式：{form}。")),
	answer(Secret, "D04", "政府信息不予公开告知书", []Field{need("level", "密级", "绝密、机密、秘密"), need("term", "保密期限", ""), need("by", "定密机关", "")},
		part(ElementFinding, "经查，您（单位）申请公开的信息由{by}依法确定为国家秘密，密级为{level}，保密期限{term}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十四条、第三十六条第三项，决定不予公开。")),
	answer(Forbidden, "D05", "政府信息不予公开告知书", []Field{need("law", "禁止公开的法律、行政法规条文", "写明名称和条、款、项"), need("why", "为什么属于该条规定的情形", "")},
		part(ElementFinding, "经查，您（单位）申请公开的信息属于{law}规定禁止公开的情形：{why}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十四条、第三十六条第三项，决定不予公开。")),
	answer(Safety, "D06", "政府信息不予公开告知书", []Field{need("danger", "可能造成的危害", "危及哪一种安全或者社会稳定，怎样危及")},
		part(ElementFinding, "经审查，您（单位）申请公开的信息公开后，{danger}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十四条、第三十六条第三项，决定不予公开。")),
	answer(Third, "D07", "政府信息不予公开告知书", []Field{need("kind", "涉及的权益", "商业秘密或者个人隐私"), need("why", "公开会造成的损害和第三方意见", "")},
		part(ElementFinding, "经审查，您（单位）申请公开的信息涉及第三方的{kind}，{why}；不公开不会对公共利益造成重大影响。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十五条、第三十二条、第三十六条第三项，决定不予公开。")),
	answer(Internal, "D08", "政府信息不予公开告知书", []Field{need("kind", "属于哪一类", "人事管理、后勤管理或者内部工作流程"), need("why", "理由", "对外不产生什么影响")},
		part(ElementFinding, "经审查，您（单位）申请公开的信息属于{kind}方面的内部事务信息，{why}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十六条第一款、第三十六条第三项，决定不予公开。")),
	answer(Process, "D09", "政府信息不予公开告知书", []Field{need("kind", "属于哪一类", "讨论记录、过程稿、磋商信函或者请示报告"), need("why", "理由", "为什么仍处于过程之中，法律、法规、规章是否规定应当公开")},
		part(ElementFinding, "经审查，您（单位）申请公开的信息是本机关履行行政管理职能过程中形成的{kind}，{why}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十六条第二款、第三十六条第三项，决定不予公开。")),
	answer(CaseFile, "D10", "政府信息不予公开告知书", []Field{need("why", "理由", "哪一件执法案卷"), may("read", "当事人怎样查阅案卷", "")},
		part(ElementFinding, "经审查，您（单位）申请公开的信息属于行政执法案卷信息，{why}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十六条第二款、第三十六条第三项，决定不予公开。"), when("read", ElementOther, "您（单位）是案件当事人、利害关系人的，可以依照有关规定查阅：{read}。")),
	answer(Inquiry, "D11", "政府信息公开告知书", []Field{need("law", "对获取有特别规定的法律、行政法规", ""), need("where", "办理的部门和方式", "")},
		part(ElementFinding, "经审查，您（单位）申请的是{law}对获取作出特别规定的信息。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十六条第七项，请依照该规定办理：{where}。")),
	answer(NotHeld, "D12", "政府信息不存在告知书", []Field{need("search", "检索的情况", "查了哪些部门、系统、档案，用什么名称、文号、关键词，结果如何")},
		part(ElementFinding, "本机关对您（单位）申请公开的信息进行了检索：{search}。经检索，没有查到您（单位）申请公开的信息。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十六条第四项，现告知该政府信息不存在。")),
	answer(NotOurs, "D13", "政府信息公开告知书", []Field{need("why", "为什么不属于本机关负责公开", ""), may("whom", "负责公开的机关及联系方式", "能够确定的必须写明名称、地址、电话")},
		part(ElementFinding, "经审查，{why}，您（单位）申请公开的信息不属于本机关负责公开。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第十条、第三十六条第五项，现予告知。"), when("whom", ElementProvide, "负责公开该信息的行政机关是：{whom}，请向其提出申请。")),
	answer(MustMake, "D14", "政府信息公开告知书", []Field{need("search", "检索的情况", "有哪些现成信息，为什么需要加工、分析")},
		part(ElementFinding, "经检索，{search}，本机关没有现成的信息，需要对现有信息进行加工、分析。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十八条，本机关不予提供。")),
	answer(Unclear, "D15", "政府信息公开告知书", []Field{need("why", "补正后哪里仍不明确", "")},
		part(ElementFinding, "经补正，{why}，申请内容仍不明确，本机关无法据此查找信息。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十条，本机关无法提供。")),
	answer(Petition, "D16", "政府信息公开告知书", []Field{need("kind", "属于什么活动", "信访、投诉、举报、咨询"), may("where", "可以提出的渠道", "")},
		part(ElementFinding, "经审查，您（单位）以政府信息公开申请的形式进行{kind}活动。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十九条第一款，不作为政府信息公开申请处理。"), when("where", ElementProvide, "您（单位）可以通过以下渠道提出：{where}。")),
	answer(Repeated, "D17", "政府信息公开告知书", []Field{need("former", "前一次答复的文号和日期", "")},
		part(ElementFinding, "经查，本机关已就您（单位）申请公开的相同信息作出答复（{former}）。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十六条第六项，不予重复处理。")),
	answer(Publication, "D18", "政府信息公开告知书", []Field{need("what", "属于什么出版物", ""), need("where", "获取的途径", "")},
		part(ElementFinding, "经审查，您（单位）要求提供的是公开出版物：{what}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十九条第二款，现告知获取的途径：{where}。")),
	answer(Massive, "D19", "政府信息公开告知书", []Field{need("facts", "数量、频次的事实", ""), need("judge", "对所说明理由的判断", "")},
		part(ElementFinding, "{facts}，申请的数量、频次明显超过合理范围。本机关要求说明理由后，{judge}。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十五条，本机关不予处理。")),
	answer(Confirming, "D20", "政府信息公开告知书", []Field{need("former", "已经获取的信息和前一次提供的日期", "")},
		part(ElementFinding, "经查，您（单位）要求确认或者重新出具的信息已经获取：{former}。"), part(ElementDecision, "本机关对重新出具或者确认的要求不予处理。")),
	answer(NotMended, "D21", "政府信息公开告知书", nil,
		part(ElementFinding, "本机关已告知补正，您（单位）在补正期限（{until}）内没有补正，也没有说明正当理由。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第三十条，视为放弃申请，本机关不再处理。")),
	answer(NotPaid, "D22", "政府信息公开告知书", nil,
		part(ElementFinding, "本机关已发出收费通知，您（单位）在缴费期限（{payby}）内没有缴纳。"), part(ElementDecision, "根据《政府信息公开信息处理费管理办法》（国办函〔2020〕109号），视为放弃申请，本机关不再处理。")),
	answer(Withdrawn, "D23", "政府信息公开申请撤回确认书", nil, part(ElementDecision, "您（单位）已自愿撤回申请，本机关对该申请不再处理。")),
	answer(NotInfo, "D24", "政府信息公开告知书", []Field{need("kind", "申请的是什么", "如 党务信息、咨询、对行为的要求"), may("where", "可以提出的渠道", "")},
		part(ElementFinding, "经审查，您（单位）申请的是{kind}，不是行政机关在履行行政管理职能过程中制作或者获取并保存的信息。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第二条，不属于政府信息。"), when("where", ElementProvide, "您（单位）可以通过以下渠道提出：{where}。")),
	answer(Merged, "D27", "政府信息公开申请合并办理告知书", []Field{need("into", "并入的申请", "登记号和收到日期"), need("why", "合并的理由", "为什么是同一申请人的相同事项")},
		part(ElementFinding, "经核对，{why}。"), part(ElementDecision, "本机关将该申请并入登记号{into}的申请一并办理，对该申请不再另行答复；一并办理的答复将说明两件申请的情况。")),
	answer(Lapsed, "D28", "政府信息公开申请终止办理告知书", []Field{need("why", "查明的情况", "申请人何时死亡或者终止，有无继续申请的人，由什么证明")},
		part(ElementFinding, "经查，{why}。"), part(ElementDecision, "因没有继续申请的人，本机关对该申请终止办理。继续需要该信息的，可以另行提出申请。")),
	answer(Misc, "D26", "政府信息公开告知书", []Field{need("why", "查明的情况", ""), need("result", "怎样处理", "")},
		part(ElementFinding, "经审查，{why}。"), part(ElementDecision, "对该申请，{result}。")),
	onTheWay("D25", "政府信息公开告知书（已移交国家档案馆）", "applicant", Choose, archive, []Field{need("where", "保存的档案馆及联系方式", "")},
		receivedPart, historyPart, part(ElementFinding, "经查，您（单位）申请公开的信息已经移交国家档案馆。"), part(ElementDecision, "请依照档案开放利用的规定，向{where}申请查阅。")),
	onTheWay("C01", "政府信息更正告知书", "applicant", Choose, mended, []Field{need("what", "要求更正的记录", ""), need("result", "处理结果", "予以更正、转送有权机关或者不予更正及理由")},
		part(ElementReceived, "本机关收到您（单位）关于更正{what}的申请。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第四十一条，{result}。")),
	onTheWay("C02", "转为主动公开建议答复书", "applicant", NoRemedy, widened, []Field{need("result", "审核结果", "纳入主动公开的写明公开位置；不纳入的写明理由")},
		part(ElementReceived, "您（单位）建议将登记号{number}的申请所涉信息转为主动公开。"), part(ElementDecision, "根据《中华人民共和国政府信息公开条例》第四十四条，经审核，{result}。")),
}
