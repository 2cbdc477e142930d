package casework

import (
	"slices"

	"gongkai/act"
)

// Mend is the matter of a file in which somebody asks that records about himself
// be corrected 更正, art. 41. It is no request for information: it counts in no row
// of table three.
const Mend = "mend"

// Outcomes of such a file; all of them go out as letter C01.
const (
	Mended     Outcome = "mended"   // 予以更正
	PassedOn   Outcome = "passed"   // 转送有权更正的机关，或者告知向其提出
	LeftAsItIs Outcome = "unmended" // 不予更正
)

// Mending is the group of these outcomes; it is in no table.
const Mending Group = "mend"

var mendCite = reg("第四十一条", "有证据证明行政机关提供的与其自身相关的政府信息记录不准确的，可以要求更正；有权更正的机关审核属实的应当更正并告知，不属于本机关职能范围的可以转送或者告知向有权机关提出。")

var mending = []Result{
	{Mended, "C01", "予以更正", Mending, "", Choose, mendCite, nil},
	{PassedOn, "C01", "不属于本机关职能，转送或者告知有权更正的机关", Mending, "", Choose, mendCite, []string{FoundOwner}},
	{LeftAsItIs, "C01", "不予更正", Mending, "", Choose, mendCite, []string{FoundGround}},
}

// ResultsOf lists the outcomes that a file of the matter may end with. A merger
// and a withdrawal have verbs of their own.
func ResultsOf(matter string) []Result {
	if matter != Mend {
		return slices.DeleteFunc(Results(), func(r Result) bool { return r.Outcome == Merged || r.Outcome == Withdrawn })
	}
	var out []Result
	for _, r := range append(slices.Clone(mending), results...) {
		if r.Group == Mending || r.Outcome == Lapsed || r.Outcome == NotMended {
			out = append(out, r)
		}
	}
	return out
}

// suits refuses an outcome that is not for the matter of the file.
func (r *Request) suits(res Result) error {
	of := slices.ContainsFunc(ResultsOf(r.Matter), func(x Result) bool { return x.Outcome == res.Outcome })
	switch {
	case res.Outcome == Merged && r.linkOf(MergedInto) == "":
		return act.Refuse("请先写明并入哪一件申请。")
	case of || res.Outcome == Withdrawn || res.Outcome == Merged && r.Matter == "":
		return nil
	case r.Matter == Mend:
		return act.Refuse("这是更正记录的申请，处理结果应当是予以更正、转送或者不予更正。要公开信息的，另行登记为公开申请。", mendCite)
	}
	return act.Refuse("这是公开政府信息的申请，不能以更正的结果办结。", mendCite)
}

// gone reports that there is nobody who waits for an answer any more: what is
// under way with the applicant or others need not be over.
func (o Outcome) gone() bool { return o == Withdrawn || o == Lapsed }
