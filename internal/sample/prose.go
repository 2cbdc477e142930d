package sample

import (
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// A voice is how one organ speaks of itself in one year. Each paragraph has
// several wordings; which one is used depends on organ and year, so that two
// organs, and two years of one organ, share little.
type voice struct {
	o    organ
	k    int // position of the organ
	year int
	self string // 我镇, 我局 …
	r    *annual.Report
}

func (v voice) pick(paragraph int, wordings ...string) string {
	// steps without common factor, so that neighbours differ in most paragraphs
	i := (v.k*(2*paragraph+1) + v.k/len(wordings) + 2*(v.year-FirstYear) + paragraph*3) % len(wordings)
	s := wordings[i]
	t := func(k int) string { return v.o.topic[k%len(v.o.topic)] }
	return strings.NewReplacer("〔甲〕", t(v.year), "〔乙〕", t(v.year+1), "〔我〕", v.self, "〔年〕", fmt.Sprint(v.year), "〔明年〕", fmt.Sprint(v.year+1)).Replace(s)
}

func (v voice) n(id string) int64 { return v.r.Get(id).N }

// write fills in title, prose, signature and dates of a report.
func write(k int, o organ, r *annual.Report) {
	v := voice{o, k, r.Year, "本机关", r}
	switch {
	case o.kind == org.Street:
		v.self = "本街道"
	case strings.Contains(o.name, "乡人民"):
		v.self = "我乡"
	case o.kind == org.Town:
		v.self = "我镇"
	case o.kind == org.Government:
		v.self = "全县"
	case strings.HasSuffix(o.name, "局"):
		v.self = "我局"
	}
	r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", o.name, r.Year)
	r.Intro = v.intro()
	r.Chapters[0] = strings.Join([]string{v.proactive(), v.requests(), v.management(), v.platform(), v.guarantee()}, "\n")
	r.Chapters[4] = v.problems()
	r.Chapters[5] = v.other()
	for i, c := range r.Form.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
	}
	r.Signature = o.name
	r.Dated = law.Day(r.Year+1, 1, 8+(k*5+r.Year)%18)
	if o.kind == org.Government { // the county reports when it has everybody's figures
		r.Dated = law.Day(r.Year+1, 3, 6+r.Year%12)
	}
}

func (v voice) intro() string {
	return v.pick(0,
		"本报告依照《中华人民共和国政府信息公开条例》第五十条的规定编制，所列数据的统计期限自〔年〕年1月1日起至12月31日止。",
		"现向社会公布〔年〕年度〔我〕政府信息公开工作情况。统计期限为〔年〕年1月1日至12月31日，内容按照《政府信息公开条例》的要求编写。",
		"按照《政府信息公开条例》和年度报告格式的要求，〔我〕对〔年〕年的公开工作作了回顾，形成本报告，数据截至〔年〕年12月31日。",
		"根据《政府信息公开条例》，现公布〔年〕年政府信息公开工作年度报告，报告期为〔年〕年1月1日至12月31日。",
		"〔年〕年1月1日至12月31日期间，〔我〕履行《政府信息公开条例》规定职责的情况报告如下。")
}

func (v voice) proactive() string {
	posts := 36 + (v.k*17+v.year*7)%90
	a, b := posts/2, posts/4
	s := v.pick(1,
		"（一）主动公开。围绕〔甲〕和〔乙〕，〔我〕把群众最关心的事项列入公开清单，做到事前有预告、事中有进度、事后有结果。",
		"（一）主动公开。〔我〕对照法定公开内容逐条梳理，重点充实〔甲〕栏目，补齐了〔乙〕方面的历史信息。",
		"（一）主动公开。年初列出公开任务表，按月对账，〔甲〕、〔乙〕的政策、标准和结果都在形成后二十个工作日内上网。",
		"（一）主动公开。结合基层政务公开标准目录，〔我〕将〔甲〕事项细化到岗位，〔乙〕事项明确了时限和责任人。",
		"（一）主动公开。坚持哪里有需求就向哪里公开，〔甲〕的办事流程制成图解，〔乙〕的资金分配逐户公示。",
		"（一）主动公开。对〔甲〕实行专题发布，对〔乙〕实行定期发布，重要文件同步配发解读材料。")
	return s + fmt.Sprintf("全年通过各类渠道发布信息%d条，其中工作动态%d条，政策文件%d条，公示公告%d条。", posts, a, b, posts-a-b)
}

func (v voice) requests() string {
	fresh, done, out, in := v.n("t3.new.total"), v.n("t3.result_total.total"), v.n("t3.carried_out.total"), v.n("t3.carried_in.total")
	head := v.pick(2,
		"（二）依申请公开。申请渠道保持畅通，指南载明了当面、邮寄和网络三种方式。",
		"（二）依申请公开。〔我〕修订了答复文书样式，登记、会商、审核、送达环环留痕。",
		"（二）依申请公开。收到申请先电话沟通，弄清申请人真正需要什么，再依法作出答复。",
		"（二）依申请公开。由专人收件，疑难件请法律顾问把关，答复书写明依据和救济途径。",
		"（二）依申请公开。建立台账，临期前三个工作日提醒承办人，没有超期答复。")
	if fresh+in == 0 {
		return head + "本年度未收到政府信息公开申请。"
	}
	s := head + fmt.Sprintf("本年新收政府信息公开申请%d件，", fresh)
	if in > 0 {
		s += fmt.Sprintf("上年结转%d件，", in)
	}
	s += fmt.Sprintf("共办结%d件", done)
	if out > 0 {
		s += fmt.Sprintf("，结转下年度继续办理%d件", out)
	}
	return s + "。"
}

func (v voice) management() string {
	return v.pick(3,
		"（三）政府信息管理。发布前一律经过保密审查，已失效的信息定期清理，文件库按年份归集。",
		"（三）政府信息管理。完善了拟稿、审核、发布、归档四道程序，〔甲〕方面的过时内容做到随清随改。",
		"（三）政府信息管理。制定公文时同步确定公开属性，对〔乙〕信息实行动态调整，全年未发生泄密问题。",
		"（三）政府信息管理。开展了一次存量信息排查，规范了标题、文号和索引，涉及个人隐私的内容作了遮盖。",
		"（三）政府信息管理。落实先审查后公开，一事一审，审查记录存档备查。")
}

func (v voice) platform() string {
	return v.pick(4,
		"（四）政府信息公开平台建设。依托县政府门户网站专栏发布，线下设查阅点一处，并安排人员引导。",
		"（四）政府信息公开平台建设。优化了网站栏目层级，〔甲〕一步可达，政务新媒体同步转载。",
		"（四）政府信息公开平台建设。在办事大厅增设电子查询屏，公开栏每月更换，老年人可以请工作人员代查。",
		"（四）政府信息公开平台建设。网站专栏由县里统一管理，〔我〕负责内容保障，全年没有错链断链。",
		"（四）政府信息公开平台建设。打通网站与公众号的发布流程，〔乙〕信息两端一致。",
		"（四）政府信息公开平台建设。配合完成网站适老化改造，纸质资料在便民服务中心免费取阅。")
}

func (v voice) guarantee() string {
	s := v.pick(5,
		"（五）监督保障。主要负责人每半年听取一次汇报，公开工作纳入考核，组织培训两次，欢迎社会评议。",
		"（五）监督保障。明确一名分管负责人和一名专职人员，把公开情况列入年度考核，开展业务培训，未发生责任追究情形。",
		"（五）监督保障。设立监督电话并公布，接受社会评议；对发布不及时的股室予以提醒，考核结果在单位内通报。",
		"（五）监督保障。年内组织学习《政府信息公开条例》一次，业务考核一次，按季度自查，发现的问题当季改正。",
		"（五）监督保障。请人大代表和居民代表评议公开工作，评议意见逐条回应；工作考核与绩效挂钩。")
	if v.o.kind == org.Government {
		s += "全年对各乡镇、各部门开展工作考核一次，组织社会评议一次，没有因政府信息公开工作被追究责任的情形。"
	}
	return s
}

func (v voice) problems() string {
	p := v.pick(6,
		"（一）存在的主要问题。一是〔甲〕方面的解读偏文字，图表少；二是经办人员更换较勤，业务不够熟练。",
		"（一）存在的主要问题。一是部分栏目更新间隔偏长；二是〔乙〕信息与群众的实际需求还有距离。",
		"（一）存在的主要问题。一是公开渠道之间内容不够同步；二是基层站所主动提供信息的意识还要加强。",
		"（一）存在的主要问题。一是历史文件的整理进度不快；二是对〔甲〕的答疑互动不够多。",
		"（一）存在的主要问题。一是答复文书说理不够充分；二是线下查阅点利用率不高。")
	i := v.pick(7,
		"（二）改进情况。针对上年指出的问题，〔我〕已补录文件、固定人员；〔明年〕年将为〔甲〕制作图解，并每季度轮训一次。",
		"（二）改进情况。上年的问题已基本改正。下一步实行栏目包干，〔乙〕信息按月更新，落实情况列入督查。",
		"（二）改进情况。一年来重新核定了发布流程，多渠道内容由同一底稿生成；今后每季度到站所收集一次信息。",
		"（二）改进情况。已安排专人整理〔甲〕档案，完成约定目录；〔明年〕年设在线答疑，对常见问题集中回应。",
		"（二）改进情况。制作了答复文书范例，请司法所指导说理；查阅点迁到办事大厅，由窗口人员兼管。",
		"（二）改进情况。去年提出的三项措施都已落实，今年把〔乙〕作为重点，请服务对象先行试读再发布。")
	return p + "\n" + i
}

func (v voice) other() string {
	if v.year < 2021 {
		return v.pick(8, "本年度没有其他需要报告的事项。", "无其他需要报告的事项。", "除上述情况外，没有需要另行报告的事项。")
	}
	return v.pick(8,
		"本年度未收取信息处理费，没有其他需要报告的事项。",
		"按照《政府信息公开信息处理费管理办法》，本年度没有发出收费通知，未收取信息处理费。",
		"〔年〕年〔我〕依申请公开未产生信息处理费，其他需要报告的事项为无。",
		"信息处理费收取情况：本年度未收取信息处理费。其他情况：没有。")
}
