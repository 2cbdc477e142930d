package oversight

import "slices"

// checkRule compares the parameters with the kind.
func (i *Indicator) checkRule(c *schemeCheck) {
	r := &i.Rule
	for _, p := range []Points{r.Short, r.Blank, r.Each, r.Lack, r.Late, r.PerDay, r.Miss, r.Cap} {
		if p < 0 || p > maxPoints {
			c.add("rule", "扣分、给分都写成 0 到 %s 之间的正数，不要写负号。", maxPoints)
			break
		}
	}
	if r.Target < 0 || r.Target > maxCount || r.Least < 0 || r.Least > maxCount {
		c.add("target", "任务数、最少样本应在 0 到 %d 之间。", maxCount)
	}
	if i.Kind != BonusPoints && i.Kind != VetoOf && i.Kind != DeductPerEvent && i.Max == 0 {
		c.add("max", "请填写满分。")
	}
	i.checkUnused(c)
	switch i.Kind {
	case CountTarget:
		if r.Target < 1 {
			c.add("target", "请填写每个周期的任务数。")
		}
		if (r.Short == 0) != (r.Blank == 0) && r.Short == 0 {
			c.add("short", "填了空白期的扣分，也要填不足任务数的扣分。")
		}
		if r.Blank > 0 && r.Blank < r.Short {
			c.add("blank", "空白期扣的分应不少于不足任务数扣的分。")
		}
	case RatioOf:
		if r.Full < 0 || r.Full > 100 || r.Zero < 0 || r.Zero > 100 || r.Full == r.Zero {
			c.add("full", "请填写达到多少（%%）给满分、低到多少（%%）不给分，都在 0 到 100 之间，两者不能相同。越低越好的，满分的比率写小的数。")
		}
		if r.Least < 1 {
			c.add("least", "请填写最少样本：少于它的不计分、不排名，如 5。")
		}
	case DeadlineMet:
		if r.Late == 0 && r.PerDay == 0 {
			c.add("late", "请填写迟办扣几分，或者每迟一天扣几分。")
		}
	case Presence:
		if r.Each > 0 && r.Lack > 0 {
			c.add("each", "“有一项给几分”和“缺一项扣几分”只能填一种。")
		}
		if r.Target > 1 && r.Each == 0 && r.Lack == 0 {
			c.add("lack", "要求不止一项的，请填写有一项给几分，或者缺一项扣几分。")
		}
		if r.Lack > 0 && r.Target == 0 {
			c.add("target", "缺一项扣几分的，请填写应有几项。")
		}
	case DeductPerEvent:
		i.checkFaults(c, true)
		if i.Max == 0 && i.Floor == 0 {
			c.add("max", "请填写满分；只倒扣、没有满分的，请填写下限，如 -10。")
		}
	case VetoOf:
		i.checkFaults(c, false)
		if i.Max != 0 || i.Floor != 0 {
			c.add("max", "单项否决不占分，满分和下限都应为 0。")
		}
	case BonusPoints:
		i.checkBonus(c)
	}
}

// checkUnused names parameters that the kind does not use: they would be read
// and mean nothing.
func (i *Indicator) checkUnused(c *schemeCheck) {
	r := &i.Rule
	for _, x := range []struct {
		set   bool
		label string
		kinds []IndicatorKind
	}{
		{r.Target != 0, "任务数", []IndicatorKind{CountTarget, Presence, BonusPoints}},
		{r.Short != 0, "不足扣", []IndicatorKind{CountTarget}}, {r.Blank != 0, "空白扣", []IndicatorKind{CountTarget}},
		{r.Each != 0, "每项给", []IndicatorKind{Presence}}, {r.Lack != 0, "缺项扣", []IndicatorKind{Presence}},
		{r.Full != 0, "满分比率", []IndicatorKind{RatioOf}}, {r.Zero != 0, "零分比率", []IndicatorKind{RatioOf}}, {r.Least != 0, "最少样本", []IndicatorKind{RatioOf}},
		{r.Late != 0, "迟办扣", []IndicatorKind{DeadlineMet}}, {r.PerDay != 0, "每天扣", []IndicatorKind{DeadlineMet}}, {r.Miss != 0, "未办扣", []IndicatorKind{DeadlineMet}},
		{r.Cap != 0, "否决后至多", []IndicatorKind{VetoOf}},
		{len(r.Faults) > 0, "扣分点", []IndicatorKind{DeductPerEvent, VetoOf}},
		{len(r.Grants) > 0, "加分点", []IndicatorKind{BonusPoints}}, {len(r.Steps) > 0, "加分档", []IndicatorKind{BonusPoints}},
	} {
		if x.set && !slices.Contains(x.kinds, i.Kind) {
			c.add("rule", "“%s”用不上“%s”，请删去，或者改用别的计分方式。", i.Kind.Chinese(), x.label)
		}
	}
}

func (i *Indicator) checkFaults(c *schemeCheck, points bool) {
	list := i.Rule.Faults
	if len(list) == 0 || len(list) > maxRuleLines {
		c.add("faults", "请至少写一个扣分点（情形），最多 %d 个。", maxRuleLines)
	}
	for k, f := range list {
		if !keyForm.MatchString(f.Key) || slices.ContainsFunc(list[:k], func(x Fault) bool { return x.Key == f.Key }) {
			c.add("faults", "第 %d 个扣分点的编号“%s”应是字母、数字，并且不重复。", k+1, clipText(f.Key, 24))
		}
		c.text("faults", "扣分点的名称", f.Name, maxNameText, true)
		c.text("faults", "单位", f.Unit, 30, false)
		switch {
		case points && (f.Each <= 0 || f.Each > maxPoints):
			c.add("faults", "“%s”每次扣的分应大于 0，不要写负号。", clipText(f.Name, 20))
		case !points && f.Each != 0:
			c.add("faults", "单项否决的情形不写分值。")
		case f.Most != 0 && (f.Most < f.Each || f.Most > maxPoints):
			c.add("faults", "“%s”至多扣的分不能少于每次扣的分。", clipText(f.Name, 20))
		}
		if f.Measure != "" {
			if m, ok := MeasureOf(f.Measure); !ok {
				c.add("faults", "“%s”的取数指标“%s”不存在。", clipText(f.Name, 20), clipText(f.Measure, 40))
			} else if m.Shape == ShapeMean {
				c.add("faults", "“%s”的取数指标“%s”是平均数，不能逐次扣分。", clipText(f.Name, 20), m.Chinese)
			}
		}
	}
}

func (i *Indicator) checkBonus(c *schemeCheck) {
	r := &i.Rule
	if i.Max <= 0 {
		c.add("max", "请填写这项加分最多加几分。")
	}
	if i.Floor != 0 {
		c.add("floor", "加分没有下限，请写 0。")
	}
	if len(r.Grants) == 0 && len(r.Steps) == 0 {
		c.add("grants", "请至少写一个加分点，或者一个加分档。")
	}
	if len(r.Grants) > maxRuleLines || len(r.Steps) > maxRuleLines {
		c.add("grants", "加分点、加分档各最多 %d 个。", maxRuleLines)
	}
	for k, g := range r.Grants {
		if !keyForm.MatchString(g.Key) || slices.ContainsFunc(r.Grants[:k], func(x Grant) bool { return x.Key == g.Key }) {
			c.add("grants", "第 %d 个加分点的编号“%s”应是字母、数字，并且不重复。", k+1, clipText(g.Key, 24))
		}
		c.text("grants", "加分点的名称", g.Name, maxNameText, true)
		c.text("grants", "单位", g.Unit, 30, false)
		if g.Each <= 0 || g.Each > maxPoints {
			c.add("grants", "“%s”每次加的分应大于 0。", clipText(g.Name, 20))
		}
	}
	if len(r.Steps) > 0 && r.Target < 1 {
		c.add("target", "有加分档的，请填写每个周期的任务数：超额从它算起。")
	}
	for k, x := range r.Steps {
		switch {
		case x.From < 0 || x.From > 10_000 || x.Every < 0 || x.Every > 10_000 || x.Add <= 0 || x.Add > maxPoints:
			c.add("steps", "第 %d 个加分档：超额百分数应在 0 到 10000 之间，加的分应大于 0。", k+1)
		case k > 0 && x.From < r.Steps[k-1].From:
			c.add("steps", "加分档应按超额百分数从小到大写。")
		}
	}
}
