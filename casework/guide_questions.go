package casework

import "gongkai/law"

func lines(name, label, hint string) Detail {
	return Detail{Field: need(name, label, hint), Kind: "textarea"}
}

func word(name, label, hint string) Detail {
	return Detail{Field: need(name, label, hint), Kind: "text"}
}

func maybe(name, label, hint string) Detail {
	return Detail{Field: may(name, label, hint), Kind: "textarea"}
}

func oneFrom(name, label, hint string, options ...string) Detail {
	return Detail{Field: need(name, label, hint), Kind: "select", Options: options}
}

// whole is asked of every refusal: what can be separated has to be disclosed.
var whole = oneFrom("whole", "为什么不能部分公开", "能够区分处理的，应当改选“部分公开”（条例第三十七条）", "全部内容都属于不应公开的内容", "不应公开的内容与其他内容不能区分")

// withhold is a refusal under articles 14 to 16.
func withhold(code, text, follows string, o Outcome, finding string, details ...Detail) Choice {
	return Choice{Code: code, Text: text, Follows: follows, Outcome: o, Ends: true, Finding: finding, Details: append(details, whole)}
}

// ended is an answer that nothing more is asked after.
func ended(code, text, follows string, o Outcome, finding string, details ...Detail) Choice {
	return Choice{Code: code, Text: text, Follows: follows, Outcome: o, Ends: true, Finding: finding, Details: details}
}

func unless(no func(r *Request) bool, why string) func(*Request, law.Date) string {
	return func(r *Request, _ law.Date) string {
		if no(r) {
			return why
		}
		return ""
	}
}

var archiveCite = law.Cite{Instrument: "档案法", Number: "2020年修订", Article: "第十五条第二款", Paraphrase: "已经移交国家档案馆的，依照档案开放利用的规定查阅。"}

// questions is the guided path 七步法 as data.
var questions = []Question{
	{Code: Clarity, Name: "补不补", Asks: "申请的内容明确、要件齐全吗？要不要补正？",
		Law:   "申请应当有申请人的姓名或者名称、身份证明、联系方式，所需信息的名称、文号或者便于查询的其他特征描述，和形式要求。内容不明确的，自收到之日起7个工作日内一次性告知补正的事项和合理期限；补正只能一次，答复期限自收到补正的申请之日起重新计算。",
		Cites: []law.Cite{reg("第二十九条", "申请应当包括的内容。"), reg("第三十条", "内容不明确的，一次性告知补正。")},
		Choices: []Choice{
			{Code: "clear", Text: "明确，不需要补正", Follows: "接着判断是不是政府信息公开申请。"},
			{Code: "ask", Text: "不明确，需要补正", Follows: "先发补正告知书，登记“告知补正”；期间不计入答复期限，收到补正后重新计算。", Waits: "N02",
				Details: []Detail{lines("items", "需要补正的事项", "逐项写明哪里不明确、怎样补正，每行一项"), {Field: need("by", "补正截止日期", "给申请人合理的期限"), Kind: "date"}},
				Fits:    unless(func(r *Request) bool { return r.Asked > 0 }, "已经告知过一次补正。内容仍不明确的，选“补正后仍不明确”。")},
			{Code: "still", Text: "补正后仍不明确", Follows: "答复无法提供（补正后申请内容仍不明确）。", Outcome: Unclear, Ends: true, Details: []Detail{lines("why", "补正后哪里仍不明确", "如 没有写明年度和工程名称，无法确定查找的范围")},
				Fits: unless(func(r *Request) bool { return r.Asked == 0 }, "还没有告知过补正。")},
			{Code: "overdue", Text: "期满没有补正，也没有正当理由", Follows: "视为放弃申请，不再处理。", Outcome: NotMended, Ends: true,
				Fits: func(r *Request, today law.Date) string {
					switch {
					case r.State != Correcting:
						return "没有等待中的补正通知。"
					case !today.After(r.CorrectBy):
						return "补正期限到" + r.CorrectBy.Chinese() + "，期满后才能选。"
					}
					return ""
				}},
		}},
	{Code: Nature, Name: "是不是", Asks: "申请的是不是政府信息？",
		Law: "政府信息是行政机关在履行行政管理职能过程中制作或者获取的，以一定形式记录、保存的信息。信访、投诉、举报，索要公开出版物，重复申请，和法律、行政法规对查询另有规定的，各有答复的方式，不再审查能不能公开。",
		Cites: []law.Cite{reg("第二条", "政府信息的定义。"), reg("第三十五条", "数量、频次明显超过合理范围的，可以要求说明理由。"), reg("第三十六条第六项、第七项", "重复申请不予重复处理；对获取有特别规定的依照其规定。"),
			reg("第三十九条", "信访、投诉、举报和索要公开出版物的处理。")},
		Choices: []Choice{
			{Code: "info", Text: "是政府信息", Follows: "接着判断由谁负责公开。"},
			ended("petition", "以申请的形式进行信访、投诉、举报", "告知不作为政府信息公开申请处理，可以告知相应的渠道。", Petition, FoundKind,
				oneFrom("kind", "属于什么活动", "", "信访", "投诉", "举报", "咨询"), maybe("where", "可以提出的渠道", "如 县信访局来访接待室，或者12345热线")),
			ended("publication", "索要公开出版物", "告知获取的途径。", Publication, FoundKind, word("what", "属于什么出版物", "政府公报、报刊、书籍的名称、期号"), lines("where", "获取的途径", "如 县图书馆政府信息查阅点，政府网站“政府公报”栏目")),
			ended("inquiry", "工商、不动产登记资料等，查询另有规定", "告知依照有关法律、行政法规的规定办理。统计在“不予公开”第8项，可以选择复议或者诉讼。", Inquiry, FoundKind,
				word("law", "对获取有特别规定的法律、行政法规", "如 《不动产登记暂行条例》第二十七条"), lines("where", "办理的部门和方式", "如 县不动产登记中心查询窗口，持身份证明办理")),
			ended("repeat", "已经答复过的同一申请人的相同申请", "告知不予重复处理。", Repeated, FoundFormer,
				word("former", "前一次答复的文号和日期", "如 青政公开告〔2026〕3号，2026年3月6日"), lines("same", "为什么是相同的信息", "对照两次申请的内容")),
			ended("confirm", "要求确认或者重新出具已经获取的信息", "不予处理。", Confirming, FoundFormer, word("former", "已经获取的信息和前一次提供的日期", "写明文号")),
			{Code: "massive", Text: "数量、频次明显超过合理范围，说明的理由不合理", Follows: "不予处理。理由合理的，应当办理，可以延迟答复。", Outcome: Massive, Ends: true, Finding: FoundReasons,
				Details: []Detail{lines("facts", "数量、频次的事实", "如 自2026年1月以来共提出申请46件"), lines("judge", "对所说明理由的判断", "写明申请人说明的理由，为什么不合理；没有说明的照写")},
				Fits:    unless(func(r *Request) bool { return r.Reasons.IsZero() }, "还没有要求申请人说明理由。请先在案卷页面办理“要求说明理由”。")},
			ended("notinfo", "不属于政府信息", "告知不属于政府信息，如党务信息、咨询、对行为的要求。", NotInfo, FoundKind, word("kind", "申请的是什么", "如 党委的会议记录"), maybe("where", "可以提出的渠道", "")),
			ended("other", "其他情形", "按查明的情况答复，统计在“其他”。", Misc, FoundKind, lines("why", "查明的情况", ""), lines("result", "怎样处理", "")),
		}},
	{Code: Keeper, Name: "谁负责", Asks: "由本机关负责公开吗？",
		Law:   "制作的信息由制作机关负责公开；从公民、法人获取的由保存机关负责，从其他行政机关获取的由制作或者最初获取的机关负责，共同制作的由牵头机关负责。不由本机关负责的，告知申请人并说明理由；能够确定负责机关的，告知其名称、联系方式。",
		Cites: []law.Cite{reg("第十条", "政府信息由谁负责公开。"), reg("第三十四条", "共同制作的，可以征求其他机关的意见，15个工作日内不答复的视为同意。"), reg("第三十六条第五项", "不属于本机关负责公开的告知。")},
		Choices: []Choice{
			{Code: "ours", Text: "由本机关负责", Follows: "接着检索有没有。", Details: []Detail{oneFrom("source", "信息的来源", "", "本机关制作", "从公民、法人和其他组织获取，由本机关保存", "共同制作，本机关牵头", "派出机构、内设机构以自己名义履职形成")}},
			ended("other", "不由本机关负责，知道由谁负责", "告知负责机关的名称和联系方式。", NotOurs, FoundOwner, lines("why", "为什么不由本机关负责", "如 该项补贴由县农业农村局审核发放，本机关没有制作，也没有保存"),
				word("organ", "负责公开的机关", "机关全称"), word("contact", "地址、电话", "申请人照着就能找到")),
			ended("unknown", "不由本机关负责，不能确定由谁负责", "告知不属于本机关负责公开，并写明查过哪些依据。", NotOurs, FoundOwner, lines("why", "为什么不由本机关负责，为什么不能确定负责机关", "")),
		}},
	{Code: Holding, Name: "有没有", Asks: "本机关有没有这份信息？", Searches: true,
		Law:   "答复不存在之前应当尽到检索的义务：谁、查了哪些部门、系统和档案，用什么名称、文号、关键词，结果如何，都要有记录，诉讼中由机关证明。提供的应当是现有的信息，需要加工、分析的可以不予提供。",
		Cites: []law.Cite{reg("第三十六条第四项", "经检索没有的，告知不存在。"), reg("第三十八条", "不需要对现有信息加工、分析。"), archiveCite},
		Choices: []Choice{
			{Code: "held", Text: "有", Follows: "接着审查给不给。", Details: []Detail{lines("what", "查到的信息", "名称、文号、页数、附件")}},
			{Code: "none", Text: "经检索没有", Follows: "告知信息不存在。必须有检索记录。", Outcome: NotHeld, Ends: true, Finding: FoundSearch, Searches: true},
			{Code: "make", Text: "没有现成的，需要加工、分析", Follows: "可以不予提供。必须有检索记录。", Outcome: MustMake, Ends: true, Finding: FoundSearch, Searches: true, Details: []Detail{lines("work", "有哪些现成的信息，为什么需要加工、分析", "")}},
			{Code: "archive", Text: "已经移交国家档案馆", Follows: "告知依照档案开放利用的规定向档案馆查阅（文书 D25），统计在“其他”，主管部门另有规定的从其规定。", Outcome: Misc, Ends: true, Letter: "D25", Finding: FoundKind,
				Details: []Detail{lines("where", "保存的档案馆及联系方式", "")}},
		}},
	{Code: Openness, Name: "给不给", Asks: "能不能公开？",
		Law: "公开为常态、不公开为例外：除条例第十四条、第十五条、第十六条规定的以外，应当公开；每一种例外都要有自己的依据和材料，由机关证明。涉及第三方合法权益的先书面征求意见，第三方不同意且有合理理由的不予公开，但不公开会对公共利益造成重大影响的除外。",
		Cites: []law.Cite{reg("第五条", "公开为常态、不公开为例外。"), reg("第十四条", "国家秘密，法律、行政法规禁止公开，危及三安全一稳定的不予公开。"), reg("第十五条", "损害第三方合法权益的不得公开，同意或者涉及重大公共利益的除外。"),
			reg("第十六条", "内部事务、过程性信息、行政执法案卷可以不予公开，另有规定的从其规定。"), reg("第三十二条", "书面征求第三方意见，15个工作日。"), reg("第三十七条", "能够区分处理的，应当部分公开。")},
		Choices: []Choice{
			ended("published", "已经主动公开", "告知获取的方式、途径。", Published, "", lines("where", "已公开的位置", "网址、栏目、公报期号，让人照着就能找到")),
			{Code: "open", Text: "可以公开", Follows: "接着判断怎么给。", Outcome: Granted},
			{Code: "despite", Text: "第三方不同意，仍应当公开", Follows: "予以公开，并把决定公开的内容和理由书面告知第三方（文书 N12）。", Outcome: Granted, Finding: FoundOpinion,
				Details: []Detail{oneFrom("basis", "公开的根据", "", "第三方的理由不成立", "不公开会对公共利益造成重大影响"), lines("whythird", "理由", "写给第三方看的理由")}},
			{Code: "part", Text: "部分不应当公开，能够区分处理", Follows: "部分公开；对不公开的部分说明理由，须先复议。", Outcome: Partial, Finding: FoundGround,
				Details: []Detail{lines("withheld", "不予公开的内容", "概括说明遮盖了哪些内容，不写内容本身"), oneFrom("article", "不予公开的依据", "", "第十四条", "第十五条", "第十六条第一款", "第十六条第二款"), lines("why", "不予公开的理由", "")}},
			withhold("secret", "国家秘密", "不予公开，须先复议。要有密级、期限和定密机关。", Secret, FoundSecrecy, oneFrom("level", "密级", "", "秘密", "机密", "绝密"), word("term", "保密期限", "如 10年，至2030年6月30日"), word("by", "定密机关", "")),
			withhold("law", "法律、行政法规禁止公开", "不予公开，须先复议。规章和文件不能作为依据。", Forbidden, FoundLaw, word("law", "禁止公开的法律、行政法规条文", "名称和条、款、项"), lines("why", "为什么属于该条规定的情形", "")),
			withhold("safety", "危及国家安全、公共安全、经济安全、社会稳定", "不予公开，须先复议。要有危害评估。", Safety, FoundDanger, oneFrom("which", "危及哪一种", "", "国家安全", "公共安全", "经济安全", "社会稳定"),
				lines("danger", "可能造成的危害", "公开哪一部分会怎样危及，写成“可能……”"), word("assessed", "由谁评估、什么时候", "如 县应急管理局会商，2026年3月6日")),
			withhold("third", "损害第三方合法权益", "不予公开，须先复议。应当先书面征求第三方意见。", Third, FoundOpinion, oneFrom("kind", "涉及的权益", "", "商业秘密", "个人隐私"), lines("why", "公开会造成的损害和第三方意见", "第三方的理由为什么成立；不公开为什么不会对公共利益造成重大影响")),
			withhold("internal", "内部事务信息", "可以不予公开，须先复议。", Internal, FoundGround, oneFrom("kind", "属于哪一类", "", "人事管理", "后勤管理", "内部工作流程"), lines("why", "理由", "对外不产生什么影响")),
			withhold("process", "过程性信息", "可以不予公开，须先复议。法律、法规、规章规定应当公开的除外。", Process, FoundGround, oneFrom("kind", "属于哪一类", "", "讨论记录", "过程稿", "磋商信函", "请示报告"), lines("why", "理由", "为什么仍处于过程之中；法律、法规、规章没有规定应当公开")),
			withhold("casefile", "行政执法案卷信息", "可以不予公开，须先复议。法律、法规、规章规定应当公开的除外。", CaseFile, FoundGround, lines("why", "理由", "属于哪一件执法案卷"), maybe("read", "当事人怎样查阅案卷", "")),
		}},
	{Code: Manner, Name: "怎么给", Asks: "用什么形式提供？",
		Law:   "按照申请人要求的形式和机关保存信息的实际情况提供；可能危及信息载体安全或者成本过高的，可以改用电子数据或者安排查阅、抄录。提供信息不收费，数量、频次明显超过合理范围的可以收取信息处理费。",
		Cites: []law.Cite{reg("第四十条", "提供的形式。"), reg("第四十二条", "不收取费用，明显超过合理范围的可以收取信息处理费。"), reg("第三十七条", "区分处理。")},
		Choices: []Choice{
			{Code: "asked", Text: "按申请人要求的形式", Follows: "起草答复。", Details: []Detail{lines("form", "提供的形式和途径", "如 随本告知书邮寄纸质复印件12页"), maybe("time", "提供的时间", "当场或者随函提供的不写"), redactedCopy}},
			{Code: "instead", Text: "改用其他形式", Follows: "起草答复，写明改用的形式。", Details: []Detail{lines("form", "提供的形式和途径", "如 通过电子邮件提供扫描件"), lines("reason", "为什么不按要求的形式", "危及载体安全，或者成本过高"), maybe("time", "提供的时间", ""), redactedCopy}},
			{Code: "onsite", Text: "安排现场查阅、抄录", Follows: "起草答复，写明时间和地点。", Details: []Detail{lines("form", "提供的形式和途径", "如 到本机关政府信息查阅点查阅、抄录"), lines("time", "提供的时间", "可以查阅的日期和时段"), redactedCopy}},
			{Code: "fee", Text: "先收信息处理费", Follows: "发收费通知书，登记“收费通知”；缴清后重新计算期限。", Waits: "N11", Details: []Detail{word("way", "缴纳方式", "如 凭通知书的缴款码到代收银行缴纳")},
				Fits: unless(func(r *Request) bool { return r.Payment != nil }, "这件申请已经发过收费通知。")},
			{Code: "unpaid", Text: "期满没有缴费", Follows: "视为放弃申请，不再处理。", Outcome: NotPaid, Ends: true,
				Fits: func(r *Request, today law.Date) string {
					switch {
					case r.State != Unpaid:
						return "没有等待中的收费通知。"
					case !today.After(r.Payment.PayBy):
						return "缴费期限到" + r.Payment.PayBy.Chinese() + "，期满后才能选。"
					}
					return ""
				}},
		}},
	{Code: Reply, Name: "怎么答", Asks: "怎样送达？",
		Law:   "答复应当书面作出，说明事实、理由、依据，告知复议机关、法院和期限，并留存送达的凭证。通过互联网送达的，还应当告知通过互联网提交复议申请的渠道。",
		Cites: []law.Cite{reg("第三十三条", "在期限内答复。"), reg("第三十六条", "根据情况分别答复。"), {Instrument: "行政复议法", Number: "2023年修订", Article: "第二十二条第二款、第二十三条第二款", Paraphrase: "通过互联网送达的，同时提供提交复议申请的互联网渠道；复议前置的应当告知。"}},
		Choices: []Choice{
			{Code: "net", Text: "通过互联网送达", Follows: "告知书写明通过互联网提交复议申请的渠道。", Details: []Detail{maybe("address", "送达的网上平台、电子邮箱", "")}},
			{Code: "post", Text: "邮寄送达", Follows: "用邮政特快专递或者挂号信，保存寄件凭证。", Details: []Detail{maybe("address", "收件人和地址", "与申请表一致的不写")}},
			{Code: "person", Text: "当面送交", Follows: "由申请人在送达回证上签收。"},
		}},
}

// redactedCopy is the text after separation, wanted for a partial disclosure.
var redactedCopy = Detail{Field: need("redacted", "区分处理后的文本", "遮盖了哪几页、哪几处；上传处理后的文件"), Kind: "textarea", Only: Partial, Finding: FoundRedacted}
