package annual

import (
	"strings"
	"testing"
	"time"
)

// saying is a report of 2023 whose first chapter ends with the given words.
func saying(r *Report, s string) *Report {
	r.Chapters[0] += "\n" + s
	return r
}

func TestNumbersOfTheProse(t *testing.T) {
	b := func(s string) *Report { return saying(busy("2021", 2023), s) }
	o := func(s string, cells map[string]int64) *Report { return saying(with(zeros("2019", 2020), cells), s) }
	runRule(t, "D-NUMBER", []ruleCase{
		{"all right", b("2023年，全年新收政府信息公开申请15件，上年结转2件，办结16件，结转下年度继续办理1件。"), nil, 0, ""},
		{"new wrong", b("2023年，全年新收政府信息公开申请14件，上年结转2件，办结16件。"), nil, 1, ""},
		{"carried in wrong", b("新收政府信息公开申请15件，上年结转3件。"), nil, 1, ""},
		{"done wrong", b("收到政府信息公开申请15件，办结15件。"), nil, 1, Warning},
		{"done wrong, named", b("共办结政府信息公开申请15件。"), nil, 1, ""},
		{"carried out wrong", b("依申请公开：结转下年度2件。"), nil, 1, ""},
		{"received with those carried in", b("共收到政府信息公开申请17件（含上年结转2件）。"), nil, 0, ""},
		{"number before the noun", b("全年收到18件政府信息公开申请。"), nil, 1, ""},
		{"Chinese numeral", b("全年收到政府信息公开申请十五件。"), nil, 0, ""},
		{"Chinese numeral wrong", b("全年收到政府信息公开申请二十五件。"), nil, 1, ""},
		{"full width", b("全年收到政府信息公开申请１５件。"), nil, 0, ""},
		{"full width wrong", b("全年收到政府信息公开申请１６件。"), nil, 1, ""},
		{"about", b("全年收到政府信息公开申请10余件。"), nil, 0, ""},
		{"about, too far", b("全年收到政府信息公开申请30余件。"), nil, 1, Warning},
		{"zero said", b("全年收到政府信息公开申请0件。"), nil, 1, ""},
		{"last year's", b("2022年收到政府信息公开申请9件。"), nil, 0, ""},
		{"last year's in words", b("上年收到政府信息公开申请9件，今年收到15件。"), nil, 0, ""},
		{"growth", b("收到政府信息公开申请15件，同比增长20%，较上年增加3件。"), nil, 0, ""},
		{"other papers", b("办结人大建议12件、政协提案5件，答复网民留言30件，收到群众来信8件。"), nil, 0, ""},
		{"other papers in one sentence", b("收到政府信息公开申请15件，办理网民留言30件。"), nil, 0, ""},
		{"part of the whole", b("收到政府信息公开申请15件，其中自然人12件，企业3件。"), nil, 0, ""},
		{"percent", b("政府信息公开申请按时办结率100%。"), nil, 0, ""},
		{"items published", b("主动公开政府信息199条。依申请公开渠道畅通，更新信息30条。"), nil, 0, ""},
		{"granted wrong", b("收到政府信息公开申请15件，其中予以公开11件。"), nil, 1, Warning},
		{"reviews", b("因政府信息公开被申请行政复议2件，被提起行政诉讼1件。"), nil, 0, ""},
		{"reviews wrong", b("因政府信息公开被申请行政复议3件，被提起行政诉讼2件。"), nil, 2, ""},
		{"reviews together", b("发生政府信息公开行政复议、行政诉讼案件共3起。"), nil, 0, ""},
		{"reviews handled for others", b("全年办理行政复议案件86件。"), nil, 0, ""},
		{"documents", b("制发行政规范性文件0件。"), nil, 0, ""},
		{"documents wrong", b("制发行政规范性文件3件，废止1件。"), nil, 1, ""},
		{"procurement 元", o("政府集中采购项目共13项，采购总金额合计约36万元。", map[string]int64{"t2.procurement.projects": 13, "t2.procurement.amount": 360000}), nil, 0, ""},
		{"procurement 万元", o("政府集中采购项目共13项，采购总金额合计约36万元。", map[string]int64{"t2.procurement.projects": 13, "t2.procurement.amount": 36}), nil, 0, ""},
		{"procurement wrong", o("政府集中采购项目共12项，采购总金额36万元。", map[string]int64{"t2.procurement.projects": 13, "t2.procurement.amount": 350000}), nil, 2, Warning},
		{"procurement in words is another rule's", set(o("采购总金额合计约36万元。", nil), "t2.procurement.amount", "约36万元"), nil, 0, ""},
		{"blank cell says nothing", blank(b("新收政府信息公开申请14件。"), "t3.new.total"), nil, 0, ""},
		{"denied", saying(zeros("2021", 2023), "截至目前，未发生一例因有关政府信息公开事务而引起的行政复议、诉讼和申诉情况。没有1件政府信息公开申请。"), nil, 0, ""},
		{"a long honest paragraph", b("2023年，我局共收到依申请公开15件，较去年增加3件，增长33.3%，其中网络申请8件，信函申请7件，上年结转2件，本年度办结16件，结转下年度办理1件。在办结的16件中，予以公开12件，占比75%；部分公开1件，无法提供3件。"), nil, 0, ""},
		{"with those carried in", b("全年共办理依申请公开件17件（含上年结转2件），已答复16件，1件正在办理中。按时办结率100%。"), nil, 0, ""},
		{"kinds of applicants", b("全年受理政府信息公开申请15件，其中：自然人申请12件，法人申请3件。"), nil, 0, ""},
		{"outcomes of cases", b("因信息公开引发行政复议2件，其中维持1件，尚未审结1件；行政诉讼1件，结果纠正1件。"), nil, 0, ""},
		{"new and carried in", b("共收到信息公开申请17件，其中新收15件、上年结转2件。"), nil, 0, ""},
		{"by month and channel", b("收到申请公开15件，通过当面5件、网络10件，平均每件办理12天，答复字数3000余字。"), nil, 0, ""},
		{"training and meetings", b("组织依申请公开培训3次，参训120人次，答复咨询40余次，印发政府信息公开申请指南500份。"), nil, 0, ""},
		{"guide and catalogue", b("修订依申请公开流程，受理窗口1个，公布受理点12个，受理电话1部。"), nil, 0, ""},
		{"legal aid", b("应诉行政诉讼案件5件，审理行政复议案件86件，办理公开信箱来信30件。"), nil, 0, ""},
		{"documents reviewed", b("合法性审查行政规范性文件12件，清理规范性文件30件，主动公开规范性文件8件，转发上级规范性文件5件。"), nil, 0, ""},
		{"period", b("2023年1月至6月收到政府信息公开申请9件，7月至12月收到6件。"), nil, 0, ""},
		{"said twice, one finding", b("新收政府信息公开申请14件。综上，新收政府信息公开申请14件。"), nil, 1, ""},
	})
}

func TestZeroClaims(t *testing.T) {
	z := func(s string) *Report { return saying(zeros("2021", 2023), s) }
	b := func(s string) *Report { return saying(busy("2021", 2023), s) }
	runRule(t, "D-ZERO-CLAIM", []ruleCase{
		{"true", z("目前，尚未收到依申请公开事项。未发生一例因有关政府信息公开事务而引起的行政复议、诉讼和申诉情况。"), nil, 0, ""},
		{"requests there were", b("目前，尚未收到依申请公开事项。"), nil, 1, ""},
		{"none", b("本年度无依申请公开件。"), nil, 1, ""},
		{"other wording", b("2023年，我镇未收到公民、法人和其他组织提出的政府信息公开申请。"), nil, 1, ""},
		{"reviews and suits there were", b("截至目前，未发生一例因有关政府信息公开事务而引起的行政复议、诉讼和申诉情况。"), nil, 2, ""},
		{"only reviews denied", b("没有发生行政复议。"), nil, 1, ""},
		{"narrowed", b("未收到涉及国家秘密的政府信息公开申请。未发生因依申请公开引发的舆情。无超期未答复的依申请公开件。未出现行政复议被纠正情况。"), nil, 0, ""},
		{"another year", b("2022年未收到依申请公开事项。"), nil, 0, ""},
		{"no way out of a review", b("不服答复的，可以申请行政复议或者提起行政诉讼。"), nil, 0, ""},
		{"blank cell says nothing", blank(b("尚未收到依申请公开事项。"), "t3.new.total"), nil, 0, ""},
	})
	runRule(t, "D-ALLDONE", []ruleCase{
		{"something left", b("收到政府信息公开申请15件，全部办结。"), nil, 1, ""},
		{"nothing left", z("依申请公开全部办结。"), nil, 0, ""},
		{"other papers", b("依申请公开渠道畅通，网民留言全部办结。"), nil, 0, ""},
		{"only those carried in", b("依申请公开：上年结转的2件全部办结。"), nil, 0, ""},
		{"blank", blank(b("依申请公开全部办结。"), "t3.carried_out.total"), nil, 0, ""},
	})
	runRule(t, "D-SUM-PROSE", []ruleCase{
		{"adds up", z("通过公示栏共计199条，其中民生方面122条，财务方面 24条，新闻政策宣传方面53条。"), nil, 0, ""},
		{"one short", z("通过公示栏共计200条，其中民生方面122条，财务方面 24条，新闻政策宣传方面53条。"), nil, 1, ""},
		{"parts exceed", z("发布信息100条，其中网站80条，微信50条。"), nil, 1, ""},
		{"a selection", z("发布信息100条，其中网站20条，微信10条。"), nil, 0, ""},
		{"other units", z("召开会议共3次，其中培训120人次，印发资料500份。"), nil, 0, ""},
		{"about", z("共发布信息200余条，其中网站120条，微信50条。"), nil, 0, ""},
	})
}

func TestContentRules(t *testing.T) {
	edit := func(f func(*Report)) *Report { r := zeros("2021", 2023); f(r); return r }
	five := func(s string) *Report { return edit(func(r *Report) { r.Chapters[4] = s }) }
	six := func(s string) *Report { return edit(func(r *Report) { r.Chapters[5] = s }) }
	say := func(s string) *Report { return saying(zeros("2021", 2023), s) }
	runRule(t, "D-ASPECTS", []ruleCase{{"all five", zeros("2021", 2023), nil, 0, ""}, {"two gone", edit(func(r *Report) { r.Chapters[0] = "主动公开信息，在网站发布，严格审核。" }), nil, 1, ""}})
	runRule(t, "D-ASPECT-GOV", []ruleCase{{"not a government", zeros("2021", 2023), nil, 0, ""}, {"lacks two", zeros("2021", 2023), &Context{Level: LevelGovernment}, 1, ""},
		{"has all", say("开展社会评议，没有责任追究情形。"), &Context{Level: LevelGovernment}, 0, ""}})
	runRule(t, "D-FIVE-EMPTY", []ruleCase{{"both", zeros("2021", 2023), nil, 0, ""}, {"无", five("无"), nil, 1, Error}, {"empty", five(""), nil, 1, Error}, {"short", five("存在问题：公开不及时。下一步将加强培训。"), nil, 1, Warning},
		{"no remedy", five("存在的问题是公开内容不够细，解读形式单一，公开栏更新不及时，人员流动大，业务不熟练，群众知晓率不高，政策文件发布较慢，栏目内容重复。"), nil, 1, Warning}})
	runRule(t, "D-SIX", []ruleCase{{"said", zeros("2021", 2023), nil, 0, ""}, {"无", six("无"), nil, 1, ""}, {"empty", six(""), nil, 1, ""},
		{"2019 needs no fee", func() *Report { r := zeros("2019", 2020); r.Chapters[5] = "无"; return r }(), nil, 0, ""}})
	runRule(t, "D-YEAR", []ruleCase{{"fits", say("2023年度，我镇主动公开政府信息30条。"), nil, 0, ""}, {"old draft", say("2022年度，我镇政府信息公开工作稳步推进。"), nil, 1, ""},
		{"period", edit(func(r *Report) { r.Intro = "统计期限为2022年1月1日至2022年12月31日。" }), nil, 1, ""}, {"compared", say("较2022年增加3条，与2022年度工作相比有进步。"), nil, 0, ""},
		{"a title", say("印发《2022年度政府信息公开工作要点》。"), nil, 0, ""}, {"plans", five("存在的问题是公开内容不细，解读形式不够丰富，更新有时滞后，人员培训不足。2024年，我镇将加强培训，改进发布流程，完善公开栏管理。"), nil, 0, ""},
		{"carried in", say("依申请公开：2022年度结转0件。"), nil, 0, ""}})
	runRule(t, "D-ORG-LEVEL", []ruleCase{{"own", say("组织全镇干部学习，我县统一部署。"), nil, 0, ""}, {"another's", say("组织全乡领导干部学习。"), nil, 1, ""}, {"乡镇", say("全乡镇覆盖，本乡镇无问题。"), nil, 0, ""}})
	runRule(t, "D-PRIVACY", []ruleCase{{"contact line", say("联系电话：13900001234，地址：柳河镇政府。"), nil, 0, ""}, {"landline", say("电话：0570-1234567。"), nil, 0, ""},
		{"a villager's", say("村民李某（13900001234）的申请已办结。"), nil, 1, ""}, {"no label", say("请找小李13900001234。"), nil, 1, ""},
		{"identity number", say("身份证号11010519491231002X。"), nil, 1, ""}, {"18 digits, wrong check digit", say("流水号110105194912310021。"), nil, 0, ""},
		{"inner material", say("内部资料 注意保存"), nil, 1, ""}})
	runRule(t, "D-SECRET", []ruleCase{{"the form's words", say("不涉及国家秘密、商业秘密。对是否属于机密的，商请保密部门审定。"), nil, 0, ""}, {"mark", say("机密★一年"), nil, 1, ""}, {"密级", say("密级：秘密"), nil, 1, ""}, {"inner file", say("内部文件"), nil, 1, ""}})
}

func TestStyleRules(t *testing.T) {
	say := func(s string) *Report { return saying(zeros("2021", 2023), s) }
	runRule(t, "D-TYPO", []ruleCase{{"none", say("党政办负责。"), nil, 0, ""}, {"office", say("党镇办负责日常工作。"), nil, 1, ""}, {"doubled", say("更新信息公开公开指南。"), nil, 1, ""},
		{"doubled word", say("进一步加强加强管理。"), nil, 1, ""}, {"fee", say("没有产生信息公开处理费。"), nil, 1, ""}, {"distributive doubling", say("家家户户、实实在在、一项一项。"), nil, 0, ""},
		{"right in running text", say("本年度新收申请0件，决定不予以公开的0件。"), nil, 0, ""}})
	runRule(t, "D-VAGUE", []ruleCase{{"round", say("发布2000余条、360余条。"), nil, 0, ""}, {"exact", say("公开信息58余条。"), nil, 1, ""}, {"about", say("约13件。"), nil, 1, ""}, {"money", say("约36万元。"), nil, 0, ""}})
	runRule(t, "D-ENUM", []ruleCase{{"in order", say("一是甲。二是乙。三是丙。一是丁。"), nil, 0, ""}, {"repeated", say("一是甲。二是乙。二是丙。三是丁。"), nil, 1, ""}, {"skipped", say("一是甲；三是乙。"), nil, 1, ""},
		{"not an ordinal", say("统一是关键，二是乙。"), nil, 0, ""}, {"mixed brackets", say("（一）存在的问题\n甲\n(2) 改进情况\n乙"), nil, 1, ""}})
	runRule(t, "D-BOOKMARK", []ruleCase{{"none", say("无"), nil, 0, ""}, {"word", say("[bookmark: _GoBack]2023年以来"), nil, 1, ""}, {"page", say("无标题文档"), nil, 1, ""}})
	runRule(t, "D-PUNCT", []ruleCase{{"good", say("公开（含更新）3条，“专栏”1个。"), nil, 0, ""}, {"half width", say("我镇认真贯彻,落实到位;成效明显。"), nil, 1, ""}, {"1)", say("1)甲"), nil, 0, ""}, {"一)", say("一)存在问题"), nil, 1, ""}, {"open", say("通过（网站公开。"), nil, 1, ""},
		{"decimal and time", say("3.5万元，9:30开会，www.example.com"), nil, 0, ""}})
	prose := strings.Repeat("我镇围绕群众关切，及时更新公开栏，组织村干部参加业务培训，严格执行先审后发。", 3)
	other := strings.Repeat("县局梳理权责清单，开设数据专栏，邀请代表座谈，逐项回应意见，年终组织抽查。", 3)
	mk := func(s string) *Report {
		r := zeros("2021", 2023)
		r.Intro, r.Chapters = "", []string{s, "", "", "", "", ""}
		return r
	}
	runRule(t, "D-SIMILAR", []ruleCase{{"alone", mk(prose), nil, 0, ""}, {"copied", mk(prose), &Context{Neighbours: []*Report{mk(prose)}}, 1, ""}, {"different", mk(prose), &Context{Neighbours: []*Report{mk(other)}}, 0, ""},
		{"last year again", mk(prose), &Context{Last: func() *Report { r := mk(prose); r.Year = 2022; return r }()}, 1, ""}, {"无 is nobody's copy", mk("无"), &Context{Neighbours: []*Report{mk("无")}}, 0, ""}})
}

func TestProseFindingsQuote(t *testing.T) {
	r := saying(busy("2021", 2023), "新收政府信息公开申请14件。")
	for _, g := range Check(r, nil) {
		if g.Code == "D-NUMBER" && (!strings.Contains(g.Quote, "14件") || !strings.Contains(g.Message, "第一部分")) {
			t.Errorf("finding must quote and say where: %+v", g)
		}
	}
}

func BenchmarkProseRules(b *testing.B) {
	r := busy("2021", 2023)
	para := "（一）主动公开。2023年，我镇通过政府网站、公示栏和微信公众号共计公开信息199条，其中民生方面122条，财务方面24条，新闻政策宣传方面53条。一是加强组织领导，明确专人负责；二是严格审核，做到先审后发；三是拓宽渠道，方便群众查阅。收到政府信息公开申请15件，办结16件，结转下年度1件。\n"
	for len([]rune(r.Prose())) < 2000 {
		r.Chapters[0] += "\n" + para
	}
	b.ReportAllocs()
	for b.Loop() {
		Check(r, nil)
	}
}

func BenchmarkCheckFigures(b *testing.B) {
	r := busy("2021", 2023)
	if n := testing.AllocsPerRun(10, func() { CheckFigures(r) }); n != 0 {
		b.Fatalf("%v allocations on a clean report", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		CheckFigures(r)
	}
}

// Hostile text costs bounded time: no rule may be quadratic in a document. Four
// times the text would take sixteen times as long; a busy machine may need a few
// attempts to show that it does not.
func TestHostileProseIsBounded(t *testing.T) {
	for _, unit := range []string{"收到政府信息公开申请1件，", "2022年", "未收到", "《2021年", "13900001234", "其中3条，"} {
		took := func(size int) time.Duration {
			r := busy("2021", 2023)
			r.Chapters[0] = strings.Repeat(unit, size/len(unit))
			start := time.Now()
			Check(r, nil)
			return time.Since(start)
		}
		for attempt := 1; ; attempt++ {
			part, whole := took(100_000), took(400_000)
			if whole < 9*part+20*time.Millisecond {
				break
			}
			if attempt == 5 {
				t.Errorf("%q: four times the text takes %.1f times as long, %v", unit, float64(whole)/float64(part), whole)
				break
			}
		}
	}
}

// Forty towns compared with each other, as the January kit does.
func BenchmarkSimilarityOfForty(b *testing.B) {
	reports := make([]*Report, 40)
	for i := range reports {
		r := zeros("2021", 2023)
		for k := 0; len([]rune(r.Chapters[0])) < 2000; k++ {
			r.Chapters[0] += "第" + string(rune('一'+(i*7+k)%5000)) + "项工作按计划推进，由" + string(rune('一'+(i*31+k*17)%5000)) + "科室负责落实。"
		}
		reports[i] = r
	}
	for b.Loop() {
		for i := range reports {
			for j := range i {
				Similarity(reports[i], reports[j])
			}
		}
	}
}
