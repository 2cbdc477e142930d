package annual

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/text"
)

// readingRules speak of what the source does not settle.
func readingRules() []entry {
	return []entry{
		{Rule: Rule{Code: "READ-UNDECIDED", Level: Warning, Figures: true,
			Title: "读不确定的数字", Says: "来件中不能确定读法的格不当作空白，也不猜测，须由人确认。",
			Left: "读不确定的格", Right: "没有",
			Cite:  citeRegulation("第六条", "公开的信息应当准确，不能确定的数字不得自行推定。"),
			Check: checkUndecided}},
	}
}

// wholeRules speak of the report as a whole: edition, title, chapters, dates.
func wholeRules() []entry {
	return []entry{
		{Rule: Rule{Code: "D-FORMAT-VER", Level: Error,
			Title: "格式版本与年度相符", Says: "2019、2020年度用试行格式，2021年度起用现行格式。",
			Left: "报告所用格式", Right: "该年度应用的格式",
			Cite:  citeForm("通知正文", "现行格式自2021年度报告起使用，此前两个年度使用试行格式。"),
			Check: checkEdition}},
		{Rule: Rule{Code: "D-TITLE", Level: Error,
			Title: "标题完整", Says: "标题依次写机关名称、年度和“政府信息公开工作年度报告”。",
			Cite:  citeForm("标题", "标题由机关名称、年度和报告名称组成。"),
			Check: checkTitle}},
		{Rule: Rule{Code: "D-CHAPTERS", Level: Error,
			Title: "六个部分齐全有序", Says: "六个部分的标题都有，各出现一次，序号为一至六。",
			Cite:  citeForm("全文结构", "年度报告由固定的六个部分组成，标题和顺序不变。"),
			Check: checkChapters}},
		{Rule: Rule{Code: "D-DATE", Level: Warning,
			Title: "落款与日期", Says: "落款机关与标题机关一致；成文日期不晚于公布日期；公布日期不晚于期限。",
			Cite:  citeRegulation("第四十九条", "县级以上政府部门每年1月31日前提交并公布上年度报告，县级以上地方政府3月31日前公布。"),
			Check: checkDates}},
	}
}

func checkUndecided(r *Report, _ *Context) []Finding {
	var out []Finding
	for _, u := range r.Undecided {
		where := ""
		if len(u.Cells) > 0 {
			where = r.Form.labelOf(u.Cells[0])
			if len(u.Cells) > 1 {
				where += fmt.Sprintf("等%d格", len(u.Cells))
			}
		}
		why := strings.TrimSuffix(u.Why, "。")
		if why == "" {
			why = "来件不能确定读法"
		}
		msg := where + "读不确定：" + why
		if u.Raw != "" {
			msg += "（原文“" + clip(u.Raw, 60) + "”）"
		}
		g := finding("READ-UNDECIDED", Warning, u.Cells, msg+"。")
		g.Expected, g.Found, g.At, g.Quote = "能够确定的数字", u.Raw, u.At, u.Raw
		g.Suggest = "请对照原件确认这些数字后填入；未确认前不计入汇总，也不当作空白。"
		out = append(out, g)
	}
	return out
}

func checkEdition(r *Report, _ *Context) []Finding {
	if r.Year == 0 || r.Form.InForce(r.Year) {
		return nil
	}
	want := "没有该年度的格式"
	if f, err := FormFor(r.Year); err == nil {
		want = f.Edition + "年格式"
	}
	g := finding("D-FORMAT-VER", Error, nil, fmt.Sprintf("%d年度的报告用了%s年格式，应为%s。", r.Year, r.Form.Edition, want))
	g.Expected, g.Found = want, r.Form.Edition+"年格式"
	g.Suggest = "请改用该年度应用的格式重新填写，两版格式的表二、表三不能直接套用。"
	return []Finding{g}
}

func checkTitle(r *Report, _ *Context) []Finding {
	const name = "政府信息公开工作年度报告"
	organ, year := r.Organ, yearWords(r.Year)
	if organ == "" {
		organ = "（机关全称）"
	}
	if year == "" {
		year = "××××"
	}
	want := organ + year + "年" + name
	report := func(level Level, msg string) []Finding {
		g := finding("D-TITLE", level, nil, msg)
		g.Expected, g.Found, g.Quote = want, r.Title, r.Title
		g.Suggest = "请改为“" + want + "”。"
		return []Finding{g}
	}
	title := strings.TrimSpace(r.Title)
	if title == "" {
		return report(Error, "没有标题。标题应写明机关名称、年度和“"+name+"”。")
	}
	t := text.Fold(title)
	at, y := yearIn(t)
	end := strings.Index(t, name)
	switch {
	case y == 0:
		return report(Error, "标题没有年度："+title+"。")
	case r.Year != 0 && y != r.Year:
		return report(Error, fmt.Sprintf("标题的年度是%d年，报告的年度是%d年。", y, r.Year))
	case strings.TrimSpace(t[:at]) == "":
		return report(Error, "标题没有机关名称："+title+"。")
	case end < 0 && strings.Contains(t, "政府信息公开年度报告"):
		return report(Warning, "标题少了“工作”二字，规定的写法是“"+name+"”。")
	case end < 0 || end < at:
		return report(Error, "标题的用语或词序不合格式："+title+"。")
	}
	return nil
}

// yearIn finds the first year 20xx followed by 年 or 年度, and where.
func yearIn(s string) (at, year int) {
	for i := 0; i+4 <= len(s); i++ {
		if s[i] == '2' && s[i+1] == '0' && digits(s[i:i+4]) && strings.HasPrefix(s[i+4:], "年") && (i == 0 || s[i-1] < '0' || s[i-1] > '9') {
			y, _ := strconv.Atoi(s[i : i+4])
			return i, y
		}
	}
	return -1, 0
}

func checkChapters(r *Report, _ *Context) []Finding {
	// A report that was filled in rather than read has no headings of its own:
	// print sets the form's.
	read := slices.ContainsFunc(r.Headings, func(h string) bool { return strings.TrimSpace(h) != "" })
	var out []Finding
	for i, c := range r.Form.Chapters {
		full := c.Ordinal + "、" + c.Title
		heading := ""
		if i < len(r.Headings) {
			heading = strings.TrimSpace(r.Headings[i])
		}
		gone := slices.Contains(r.Missing, "chapter."+strconv.Itoa(i+1))
		if heading == "" && (read || gone) {
			g := finding("D-CHAPTERS", Error, nil, "缺少第"+c.Ordinal+"部分“"+full+"”。")
			g.Expected, g.Found = full, "没有"
			g.Suggest = "请按格式补上“" + full + "”。"
			out = append(out, g)
			continue
		}
		if i == 0 && strings.TrimSpace(r.Chapters[i]) == "" && !r.blankForm() { // 五 and 六 have rules of their own
			g := finding("D-CHAPTERS", Error, nil, "第"+c.Ordinal+"部分是空的。")
			g.Expected, g.Found = "按五个方面写明总体情况", "没有文字"
			g.Suggest = "请按五个方面分段撰写，没有发生的也写明没有。"
			out = append(out, g)
		}
		if heading == "" {
			continue
		}
		if msg := headingFault(c, heading); msg != "" {
			g := finding("D-CHAPTERS", Warning, nil, msg)
			g.Expected, g.Found, g.Quote = full, heading, heading
			g.Suggest = "请改为“" + full + "”。"
			out = append(out, g)
		}
	}
	return out
}

// headingFault says what is wrong with a printed heading, "" if nothing.
func headingFault(c ChapterDef, heading string) string {
	h := text.Fold(heading)
	rest, ok := strings.CutPrefix(h, c.Ordinal)
	if ok {
		rest = strings.TrimLeft(rest, ".,:;)、 ")
	} else {
		rest = strings.TrimLeft(h, "0123456789.,:;()第部分章一二三四五六七八九十 ")
	}
	fits := false
	for _, t := range append([]string{c.Title}, c.Also...) {
		fits = fits || text.Fold(t) == rest
	}
	switch {
	case !ok && !fits:
		return "第" + c.Ordinal + "部分的标题“" + heading + "”序号和文字都与格式不一致。"
	case !ok:
		return "第" + c.Ordinal + "部分的标题“" + heading + "”缺少序号或序号不对，应为“" + c.Ordinal + "、”。"
	case !fits:
		return "第" + c.Ordinal + "部分的标题“" + heading + "”文字与格式不一致。"
	}
	return ""
}

func checkDates(r *Report, c *Context) []Finding {
	var out []Finding
	add := func(level Level, msg, want, found, suggest string) {
		g := finding("D-DATE", level, nil, msg)
		g.Expected, g.Found, g.Suggest = want, found, suggest
		out = append(out, g)
	}
	if r.Signature != "" && r.Organ != "" && !sameOrgan(r.Signature, r.Organ) {
		add(Warning, "落款“"+r.Signature+"”与标题机关“"+r.Organ+"”不一致。", r.Organ, r.Signature, "请核对落款，应写机关全称。")
	}
	published := c.Published
	if published.IsZero() {
		published = r.Published
	}
	if !r.Dated.IsZero() && !published.IsZero() && r.Dated.After(published) {
		add(Warning, fmt.Sprintf("成文日期%s晚于公布日期%s。", r.Dated.Chinese(), published.Chinese()), "不晚于"+published.String(), r.Dated.String(), "请核对成文日期。")
	}
	if !r.Dated.IsZero() && r.Year != 0 && r.Dated.Year <= r.Year {
		add(Warning, fmt.Sprintf("成文日期%s在统计年度结束之前。", r.Dated.Chinese()), fmt.Sprintf("%d年1月1日以后", r.Year+1), r.Dated.String(), "请核对成文日期；年度报告统计到12月31日。")
	}
	deadline := c.Deadline
	if deadline.IsZero() && r.Year != 0 {
		deadline = statutoryDeadline(c.Level, r.Year)
	}
	day, word := published, "公布"
	if day.IsZero() {
		day, word = r.Dated, "成文"
	}
	if !deadline.IsZero() && !day.IsZero() && day.After(deadline) {
		add(Error, fmt.Sprintf("%s日期%s晚于期限%s。", word, day.Chinese(), deadline.Chinese()), "不晚于"+deadline.String(), day.String(), "逾期已成事实的，请照实保留日期并说明原因。")
	}
	return out
}

// statutoryDeadline is the day of article 49. Towns are not named there: they
// have a deadline only where one was set locally.
func statutoryDeadline(level OrganLevel, year int) law.Date {
	switch level {
	case LevelDepartment, LevelMinistry:
		return law.Day(year+1, 1, 31)
	case LevelGovernment:
		return law.Day(year+1, 3, 31)
	}
	return law.Date{}
}

// sameOrgan allows the short and the full name of one organ.
func sameOrgan(a, b string) bool {
	a, b = text.Fold(a), text.Fold(b)
	a, b = strings.TrimSuffix(strings.TrimSuffix(a, "人民政府"), "办公室"), strings.TrimSuffix(strings.TrimSuffix(b, "人民政府"), "办公室")
	return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// clip shortens a quotation to n runes.
func clip(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}
