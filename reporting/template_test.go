package reporting

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func fact(label string, n int64) Fact {
	for _, k := range factKinds {
		if k.Label == label {
			return k.Fact(n)
		}
	}
	panic(label)
}

func member(family, id, name string, n int64) Fact {
	for _, k := range factKinds {
		if k.Label == family {
			return k.Member(id, name, n)
		}
	}
	panic(family)
}

func written(t *testing.T, template string, facts []Fact) map[string]Written {
	t.Helper()
	x, faults := ParseTemplate(template)
	if len(faults) > 0 {
		t.Fatalf("%+v", faults)
	}
	out := map[string]Written{}
	for _, w := range x.Write(facts, ProseNames{Organ: "青石镇人民政府", Year: 2025}) {
		out[w.Field] = w
	}
	return out
}

// A town's year, as it has to read.
func TestTownProse(t *testing.T) {
	facts := []Fact{
		fact("主动公开信息总数", 199), member("发布信息分类", "notice", "通知公告", 150), member("发布信息分类", "document", "文件", 49),
		fact("公开文件数", 49), fact("政策解读数", 6), fact("意见征集数", 0),
		fact("渠道公开信息数", 199), member("渠道公开内容分类", "a", "民生", 122), member("渠道公开内容分类", "b", "财务", 24), member("渠道公开内容分类", "c", "新闻政策宣传", 53),
		fact("收到申请数", 0), fact("上年结转申请数", 0), fact("办结申请数", 0), fact("结转下年申请数", 0), fact("行政复议数", 0), fact("行政诉讼数", 0), fact("收费申请数", 0),
		fact("查阅点数", 1), fact("查阅点接待人次", 512), fact("查阅信息数", 703), fact("打印页数", 0),
		fact("培训次数", 2), fact("培训小时数", 75), fact("培训人次", 61), fact("责任追究数", 0),
	}
	got := written(t, ShippedTemplate(false), facts)
	for field, want := range map[string]string{
		"aspect.1":  "2025年，青石镇人民政府主动公开政府信息199条，按信息类别分：通知公告150条、文件49条。\n公开文件49件、发布政策解读6篇。\n通过公开栏、政务新媒体等渠道公开信息199条，按内容分：民生122条、新闻政策宣传53条、财务24条。",
		"aspect.2":  "本年没有收到政府信息公开申请。\n没有结转下年度继续办理的申请。\n没有发生因政府信息公开引起的行政复议。没有发生因政府信息公开引起的行政诉讼。",
		"aspect.3":  "",
		"aspect.4":  "设政府信息查阅点1个，接待512人次，提供查阅703条。",
		"aspect.5":  "举办政府信息公开培训2次，共7.5小时，参加61人次。\n没有发生责任追究的情形。",
		"chapter.5": "",
		"chapter.6": "本年没有收取信息处理费。",
	} {
		if got[field].Text != want {
			t.Errorf("%s\n got %s\nwant %s", field, got[field].Text, want)
		}
	}
	r := []rune(got["aspect.1"].Text)
	for _, l := range got["aspect.1"].Links {
		if string(r[l.At:l.At+l.Len]) != l.Said {
			t.Errorf("%s stands at %q, said %q", l.Key, string(r[l.At:l.At+l.Len]), l.Said)
		}
	}
}

// Money is said in 元, and what is not known is not said at all.
func TestUnknownIsLeftOut(t *testing.T) {
	got := written(t, ShippedTemplate(false), []Fact{fact("收费申请数", 3), fact("信息处理费金额", 12050), {Key: "trainings.sessions"}})
	if s := got["chapter.6"].Text; s != "本年对3件申请收取信息处理费，共120.5元。" {
		t.Error(s)
	}
	if got["aspect.5"].Text != "" || got["aspect.2"].Text != "" {
		t.Errorf("said of nothing: %q %q", got["aspect.5"].Text, got["aspect.2"].Text)
	}
}

func TestTemplateFaultsNameLineAndKey(t *testing.T) {
	_, faults := ParseTemplate("# 主动公开\n公开{{主动公开信息总量}}条。\n# 主动公开\n# 别的\n[甲{{收到申请数}}\n乙{{收到申请数\n[无：没有。]")
	var all []string
	for _, f := range faults {
		all = append(all, f.Message)
	}
	got := strings.Join(all, "\n")
	for _, want := range []string{"第2行：没有名为“主动公开信息总量”的数字。相近的有“主动公开信息总数”。", "第3行：小标题“主动公开”写了两次。", "第4行：没有“别的”这一部分", "第5行：“[”没有配对的“]”。", "第6行：“{{”没有配对的“}}”。", "第7行：“[无：…]”要紧跟在一个有数字的句子后面。"} {
		if !strings.Contains(got, want) {
			t.Errorf("not said: %s\nof %s", want, got)
		}
	}
	for _, government := range []bool{false, true} {
		if _, faults := ParseTemplate(ShippedTemplate(government)); len(faults) > 0 {
			t.Errorf("shipped template: %+v", faults)
		}
	}
}

func TestRecheckNamesWhatNoLongerAgrees(t *testing.T) {
	facts := []Fact{fact("收到申请数", 35), fact("办结申请数", 33), fact("培训次数", 2), fact("培训人次", 61), fact("打印页数", 8)}
	w := written(t, "# 依申请公开\n本年新收申请{{收到申请数}}件。\n办结申请{{办结申请数}}件，举办培训{{培训次数}}次，参加{{培训人次}}人次，打印{{打印页数}}页。", facts)["aspect.2"]
	edited := "今年工作平稳。\n我镇本年新收申请36件。\n参加60余人次，举办培训2次，共办结申请33件。"
	facts[2].N = 3
	checks := Recheck(edited, w.Links, facts)
	var states []string
	for _, c := range checks {
		states = append(states, string(c.State))
	}
	if got := strings.Join(states, " "); got != "edited moved stale vague gone" {
		t.Fatalf("%s: %+v", got, checks)
	}
	if m := checks[0].Message; m != "第2段写“我镇本年新收申请36件”，台账为35件。" {
		t.Error(m)
	}
	if m := checks[2].Message; m != "第3段写“举办培训2次”，台账已变为3次。" {
		t.Error(m)
	}
	for range checks {
		for _, c := range Recheck(edited, w.Links, facts) {
			if c.Fix != "" {
				edited = Mend(edited, c)
				break
			}
		}
	}
	if edited != "今年工作平稳。\n我镇本年新收申请35件。\n参加61人次，举办培训3次，共办结申请33件。" {
		t.Error(edited)
	}
}

// Whatever is written around the figures, they are found; a changed one is found
// out, alone, and one press puts it right.
func TestLinkedFiguresSurviveEditing(t *testing.T) {
	kinds := FactKinds()
	rapid.Check(t, func(t *rapid.T) {
		var facts []Fact
		for _, k := range kinds {
			if k.Family() {
				for i := range rapid.IntRange(0, 3).Draw(t, "members") {
					facts = append(facts, k.Member(fmt.Sprint("m", i), []string{"民生", "财务", "宣传"}[i], rapid.Int64Range(0, 900).Draw(t, "n")))
				}
			} else if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
				facts = append(facts, k.Fact(rapid.Int64Range(0, 30000).Draw(t, "n")))
			}
		}
		tpl, _ := ParseTemplate(ShippedTemplate(rapid.Bool().Draw(t, "government")))
		for _, w := range tpl.Write(facts, ProseNames{"某镇", 2025}) {
			r := []rune(w.Text)
			for _, l := range w.Links {
				if string(r[l.At:l.At+l.Len]) != l.Said {
					t.Fatalf("link %+v stands at %q", l, string(r[l.At:l.At+l.Len]))
				}
			}
			for _, bad := range []string{"、。", "，。", "、，", "，，", "[", "]", "{", "}", "：。", "：；"} {
				if strings.Contains(w.Text, bad) {
					t.Fatalf("%q in %s", bad, w.Text)
				}
			}
			for _, c := range Recheck(w.Text, w.Links, facts) {
				if c.State != LinkSame {
					t.Fatalf("unedited: %+v in %s", c, w.Text)
				}
			}
			if len(w.Links) == 0 {
				continue
			}
			i := rapid.IntRange(0, len(w.Links)-1).Draw(t, "changed")
			l := w.Links[i]
			other := "7" + l.Said
			text := "领导重视，第1次部署。\n" + string(r[:l.At]) + other + string(r[l.At+l.Len:]) + "\n另有5项工作。"
			wrong := 0
			for _, c := range Recheck(text, w.Links, facts) {
				if c.Wrong() || c.State == LinkGone {
					wrong++
					if c.State != LinkEdited || c.Link.Key != l.Key {
						t.Fatalf("%+v, changed %+v in %s", c, l, text)
					}
					text = Mend(text, c)
				}
			}
			if wrong != 1 || strings.Contains(text, other) && !strings.Contains(w.Text, other) {
				t.Fatalf("%d found in %s", wrong, text)
			}
		}
	})
}

// No text, however broken, stops the check or the reading of a template.
func FuzzTemplate(f *testing.F) {
	f.Add("# 主动公开\n[甲{{items.total}}、[乙]]。[无：无。]", "第1段12,345件")
	f.Fuzz(func(t *testing.T, template, text string) {
		x, _ := ParseTemplate(template)
		for _, w := range x.Write([]Fact{fact("主动公开信息总数", 12)}, ProseNames{"某镇", 2025}) {
			for _, c := range Recheck(text, w.Links, nil) {
				Mend(text, c)
			}
			Relinked(text, Recheck(w.Text, w.Links, nil))
		}
	})
}

// Last year's chapter 五 is taken apart into its problems; what became of them is
// said without their numbers.
func TestProblemsOfLastYear(t *testing.T) {
	got := ProblemSentences("（一）存在的主要问题。一是政策解读形式单一；二是栏目更新不及时。\n（二）改进情况。上年的问题已基本改正。")
	if fmt.Sprint(got) != "[一是政策解读形式单一 二是栏目更新不及时 上年的问题已基本改正]" {
		t.Fatal(got)
	}
	text := ProblemText([]ProblemNote{{got[0], BecameDone, "全年发布图解、视频解读6篇。", "/desk/items"}, {got[1], BecameOn, "", ""}, {got[2], BecameDropped, "不是问题", ""}}, 2025)
	if text != "2024年度报告所列问题的改进情况：对“政策解读形式单一”，全年发布图解、视频解读6篇，已经解决；“栏目更新不及时”仍需继续改进。" {
		t.Error(text)
	}
	if ProblemText([]ProblemNote{{Problem: got[0]}}, 2025) != "" {
		t.Error("something is said of what nobody wrote about")
	}
}
