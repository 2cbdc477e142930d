package vetting

import "strings"

// levels are the marks of 国家秘密.
var levels = []string{"绝密", "机密", "秘密"}

// inner are words of papers that are to stay inside. How says where a word is a
// mark and not a word of a sentence.
var inner = []struct {
	words []string
	how   int
	cite  int // 0 art. 16, 1 工作秘密, 2 secrecy
}{
	{[]string{"阅后收回", "阅后即焚", "阅后销毁", "会后收回", "会后交回", "此件不公开", "此件不予公开", "此件不对外公开", "本件不公开", "此件依申请公开", "此件不宜公开", "传达到县团级", "只供内部使用", "仅供内部使用", "仅限内部使用", "仅供内部参考", "供内部参考", "限内部使用"}, always, 0},
	{[]string{"密码电报", "传真密码", "密码传真", "绝密级", "机密级", "秘密级"}, marked, 2},
	{[]string{"不得外传", "请勿外传", "严禁外传", "切勿外传", "禁止外传", "不得扩散", "请勿扩散", "严禁扩散", "不得复印", "请勿翻印", "严禁翻印", "不得翻拍", "不得向社会公开"}, ordered, 0},
	{[]string{"注意保存", "妥善保存", "注意保密", "请注意保密"}, short, 0},
	{[]string{"内部资料", "内部文件", "内部使用", "内部刊物", "内部参考", "内部掌握", "内部传阅", "内部明电", "内部电报", "内部通报", "内部情况", "内部发行"}, marked, 0},
	{[]string{"工作秘密"}, marked, 1},
	{[]string{"密电"}, bare, 2},
	{[]string{"送审稿", "讨论稿", "审议稿", "代拟稿", "内部稿", "汇报稿", "报审稿", "初稿"}, bracketed, 0},
	{[]string{"不予公开", "不公开", "依申请公开"}, valued, 0},
}

const (
	always    = iota
	ordered   // what the reader is told to do: the end of a short sentence
	marked    // alone on a short line, in brackets, or with what the reader is told to do
	short     // on a short line
	bare      // alone on a line or in brackets
	bracketed // in brackets, or at the end of a title
	valued    // behind 公开属性：
)

// addRules puts the words of the rules among what is looked for.
func (c *Checker) addRules() {
	for _, l := range levels {
		c.words.add(&word{said: l, see: (*scan).level})
	}
	for _, x := range inner {
		for _, w := range x.words {
			v := &word{said: w, how: x.how, see: (*scan).inside}
			v.mark = &Mark{Kind: InternalWord, Cite: cite16, Why: "“" + w + "”是内部文件的字样。请确认全文可以公开，并删去这个字样；内部事务、过程性信息可以不予公开。"}
			switch x.cite {
			case 1:
				v.mark.Cite, v.mark.Why = citeWorkSecret, "“工作秘密”标志。工作秘密不得公开，请交保密审查员确认。"
			case 2:
				v.mark.Cite, v.mark.Why = citeSecrecy, "“"+w+"”是涉密文电的字样。请交保密审查员确认，不能确定的送保密行政管理部门。"
			}
			c.words.add(v)
		}
	}
	for _, w := range []string{"密发〔", "密字〔", "密电〔", "密发(", "密电("} {
		c.words.add(&word{said: w, how: always, see: (*scan).inside, mark: &Mark{Kind: InternalWord, Cite: citeSecrecy, Why: "文号像涉密文件的文号。请交保密审查员确认能否公开、能否引用。"}})
	}
	for _, w := range []string{"家庭住址", "住址", "户籍地址", "户籍所在地", "户籍地", "现住", "家住", "住", "居住地址", "现住地址"} {
		c.words.add(&word{said: w, see: (*scan).home})
	}
	c.words.add(&word{said: "地址", see: (*scan).home})
	for _, w := range illnesses {
		c.words.add(&word{said: w, see: (*scan).ill})
	}
	c.words.add(&word{said: "岁", see: (*scan).age})
	c.words.add(&word{said: "月", see: (*scan).day})
	c.addMisprints()
}

// illnesses are named in lists of persons as reasons for help.
var illnesses = []string{"艾滋病", "hiv", "精神分裂", "精神残疾", "智力残疾", "肢体残疾", "视力残疾", "听力残疾", "言语残疾", "多重残疾", "精神病", "精神障碍", "抑郁症", "癫痫", "尿毒症", "白血病", "恶性肿瘤", "肿瘤", "肝癌", "肺癌", "胃癌", "乳腺癌", "食管癌", "肠癌", "宫颈癌", "癌症", "脑瘫", "脑梗", "脑出血", "脑中风", "偏瘫", "瘫痪", "肺结核", "乙肝", "梅毒", "糖尿病", "心脏病", "冠心病", "高血压", "肾衰竭", "血友病", "帕金森", "阿尔茨海默", "自闭症", "孤独症", "唐氏综合征", "尘肺", "类风湿", "股骨头坏死", "不孕不育"}

// level judges 绝密, 机密, 秘密: a mark has a star, stands behind 密级, or alone;
// 保守国家秘密 and 商业秘密 are words.
func (s *scan) level(i int, w *word, from, to int) {
	u := &s.units[i]
	f := u.flat
	is := to < len(f) && (f[to] == '★' || f[to] == '☆' || f[to] == '✩' || f[to] == '✭' || f[to] == '⭐')
	if from >= 2 && (string(f[from-2:from]) == "工作" || string(f[from-2:from]) == "商业") {
		return // another word, or judged as one of papers that are to stay inside
	}
	end := to
	if is {
		for end++; end < len(f) && end-to < 9 && (digit(f[end]) >= 0 || strings.ContainsRune("年月个长期一二三四五六七八九十至", f[end])); end++ {
		}
	}
	if !is {
		lead := string(f[max(0, from-6):from])
		lead = strings.TrimRight(lead, ":([【")
		rest := f[to:min(len(f), to+3)]
		choice := len(rest) > 0 && strings.ContainsRune("、/或\\和及|", rest[0])
		is = strings.HasSuffix(lead, "密级") && !choice
	}
	if !is {
		is = alone(f, from, to, w.said) || has(u.head, "密级") && u.table != nil && len(f) <= 8
	}
	if !is {
		return
	}
	a, z := u.span(from, end)
	s.add(i, a, z, Mark{Kind: SecretMark, Stops: true, Cite: citeSecrecy,
		Why: "国家秘密的密级标志。带密级标志的不得公开：请停止发布并报告保密审查员；已经解密的，先办理解密手续并去掉标志。"})
}

// alone reports a line that is nothing but the mark, with a term, a degree of
// urgency or a number of the copy at most.
func alone(f []rune, from, to int, said string) bool {
	if len(f) > 16 {
		return false
	}
	rest := string(f[:from]) + string(f[to:])
	for _, w := range []string{"特急", "特提", "加急", "平急", "急件", "文件", "件", "级", "长期", "保密期限"} {
		rest = strings.ReplaceAll(rest, w, "")
	}
	return strings.Trim(rest, "0123456789年月个【】[]()（）:·.-—*★〔〕") == ""
}

// inside judges words of papers that are to stay inside.
func (s *scan) inside(i int, w *word, from, to int) {
	u := &s.units[i]
	f := u.flat
	lead, rest := string(f[max(0, from-12):from]), string(f[to:min(len(f), to+8)])
	if strings.HasSuffix(lead, "“") && strings.HasPrefix(rest, "”") || strings.HasSuffix(lead, "\"") && strings.HasPrefix(rest, "\"") {
		return // the word is spoken of
	}
	in := strings.HasSuffix(strings.TrimRight(lead, " "), "(") || strings.HasSuffix(lead, "【") || strings.HasSuffix(lead, "[") || strings.HasSuffix(lead, "〔")
	in = in && (strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, "】") || strings.HasPrefix(rest, "]") || strings.HasPrefix(rest, "〕") || strings.HasPrefix(rest, ",") || strings.HasPrefix(rest, "★"))
	title := s.pieces[u.piece].Field == "title"
	ok := false
	switch w.how {
	case always:
		ok = !has(lead, "标注", "标明", "注明")
	case ordered:
		ok = in || len(f) <= 40 && (to == len(f) || strings.ContainsRune("。,!)】]；;", f[to]))
	case marked:
		told := has(string(f[to:min(len(f), to+10)]), "注意保存", "妥善保管", "外传", "注意保密", "严禁", "请勿", "收回", "★")
		ok = in || told || len(f) <= to-from+6 && !has(lead+rest, "泄露", "保守", "管理", "保护", "定密", "条款", "制度", "培训", "事项", "清单", "范围", "目录")
	case short:
		ok = len(f) <= 14 && len(f)-(to-from) <= 8 || strings.HasSuffix(lead, "内部资料,") || strings.HasSuffix(lead, "内部文件,")
	case bare:
		ok = in || len(f) <= to-from+2
	case bracketed:
		ok = in || title && to == len(f)
	case valued:
		lead = strings.TrimRight(lead, ":(（[【")
		ok = has(lead, "公开属性", "公开选项", "公开类型", "公开类别", "信息属性") && lastOf(lead, "公开属性", "公开选项", "公开类型", "公开类别", "信息属性")+len("公开属性") == len(lead) && !strings.ContainsAny(rest[:min(len(rest), 3)], "、/")
	}
	if !ok {
		return
	}
	a, z := u.span(from, to)
	s.add(i, a, z, *w.mark)
}
