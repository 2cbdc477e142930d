package rich

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Why says why something of a source is not in the body.
type Why string

// The reasons.
const (
	Hidden   Why = "hidden"   // 隐藏文字: nobody saw it in the source, anybody could have found it
	Faint    Why = "faint"    // 与底色相同的文字, or type too small to see
	Deleted  Why = "deleted"  // 修订中已删除的文字
	Comment  Why = "comment"  // 批注
	Struck   Why = "struck"   // 删除线: the text is kept, its line is not
	Script   Why = "script"   // scripts and what else would run
	Embedded Why = "embedded" // frames, forms, films, drawings
	BadLink  Why = "link"     // addresses that are no web addresses; their text is kept
	NoImage  Why = "image"    // pictures that are not among the item's files
	Margin   Why = "margin"   // 页眉页脚
	TooMuch  Why = "too-much" // the source is beyond the limits and nothing was kept
)

// Dropped is what was left out, or changed, for one reason.
type Dropped struct {
	Why     Why
	Count   int
	Samples []string // the first texts, each cut to some 40 characters
}

// Leak reports whether the source holds text its readers do not see and that
// would have been published with it; a person should know of that file.
func (d Dropped) Leak() bool {
	switch d.Why {
	case Hidden, Faint, Deleted, Comment:
		return true
	}
	return false
}

// Sentence says it in Chinese.
func (d Dropped) Sentence() string {
	sample := ""
	if len(d.Samples) > 0 {
		sample = "：“" + strings.Join(d.Samples, "”“") + "”"
		if d.Count > len(d.Samples) {
			sample += "等"
		}
	}
	switch d.Why {
	case Hidden:
		return fmt.Sprintf("原文有%d处隐藏文字，已去掉%s。请检查原文件，不要直接把它作为附件公开。", d.Count, sample)
	case Faint:
		return fmt.Sprintf("原文有%d处看不见的文字（颜色与底色相同或字号极小），已去掉%s。请检查原文件，不要直接把它作为附件公开。", d.Count, sample)
	case Deleted:
		return fmt.Sprintf("原文有%d处修订痕迹中已删除的文字，已去掉%s。请核对是否按接受修订后的文字发布。", d.Count, sample)
	case Comment:
		return fmt.Sprintf("原文有%d处批注，已去掉%s。", d.Count, sample)
	case Struck:
		return fmt.Sprintf("原文有%d处带删除线的文字，文字已保留，删除线没有保留%s。请核对这些文字是否应当删去。", d.Count, sample)
	case Script:
		return "原文含有脚本，已去掉。"
	case Embedded:
		return fmt.Sprintf("原文有%d处嵌入内容（框架、表单、音视频或绘图），已去掉%s。", d.Count, sample)
	case BadLink:
		return fmt.Sprintf("有%d处链接地址不能公开使用，已去掉链接，文字保留%s。", d.Count, sample)
	case NoImage:
		return fmt.Sprintf("有%d张图片没有带入，请用“插入图片”逐张上传并填写图片说明%s。", d.Count, sample)
	case Margin:
		return fmt.Sprintf("页眉、页脚共%d处没有带入正文%s。", d.Count, sample)
	case TooMuch:
		return fmt.Sprintf("内容过多或嵌套过深，没有读入。正文上限为%d段、%d个表格单元格、%d万字，请拆分或改为附件。", MaxBlocks, MaxCells, MaxText/10000)
	}
	return ""
}

// A Bin collects what is dropped, in the order of the reasons' first case.
type Bin struct {
	all []Dropped
}

const (
	maxSamples = 5
	maxSample  = 40 // characters
)

// Add notes one case; the sample is the text it was about, or "".
func (b *Bin) Add(why Why, sample string) {
	i := 0
	for i < len(b.all) && b.all[i].Why != why {
		i++
	}
	if i == len(b.all) {
		b.all = append(b.all, Dropped{Why: why})
	}
	d := &b.all[i]
	d.Count++
	if len(d.Samples) >= maxSamples {
		return
	}
	if sample = OneLine(sample); sample == "" {
		return
	}
	if utf8.RuneCountInString(sample) > maxSample {
		sample = string([]rune(sample)[:maxSample]) + "…"
	}
	d.Samples = append(d.Samples, sample)
}

// Dropped lists them.
func (b *Bin) Dropped() []Dropped { return b.all }
