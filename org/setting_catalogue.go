package org

import (
	"slices"
	"strings"

	"gongkai/law"
)

// StandardFields names the choice of the fields of the standard catalogue of
// basic-level disclosure 基层政务公开标准领域.
const StandardFields = "item.fields"

// standardFields are the 26 fields of the pilot as they are commonly listed.
const standardFields = "重大建设项目、公共资源交易、财政预决算、安全生产、税收管理、征地补偿、国有土地上房屋征收与补偿、保障性住房、农村危房改造、生态环境、公共文化服务、公共法律服务、扶贫、救灾、食品药品监管、城市综合执法、就业、社会保险、社会救助、养老服务、户籍管理、涉农补贴、义务教育、医疗卫生、市政服务、国土空间规划"

// ParseStandardFields reads the list, one field a line or joined by 、; "" is the
// usual one.
func ParseStandardFields(s string) []string {
	if s == "" {
		s = standardFields
	}
	var out []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,;；\n", r) }) {
		if f = strings.TrimSpace(f); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

func catalogueChoices() []Choice {
	return []Choice{{Name: StandardFields, Label: "基层政务公开标准领域", Hint: "标准目录分成的领域，用顿号或者换行分开。名称按本省的标准目录写。", Default: standardFields,
		Cite: law.Cite{Instrument: "国务院办公厅关于全面推进基层政务公开标准化规范化工作的指导意见", Number: "国办发〔2019〕54号", Paraphrase: "对26个试点领域制定标准指引，基层据此编制标准目录；各地的名称和范围以本省公布的为准。"},
		check: func(s string) string {
			list := ParseStandardFields(s)
			if len(list) == 0 || len(list) > 60 || slices.ContainsFunc(list, func(f string) bool { return len([]rune(f)) > 40 }) {
				return "请写1至60个领域，每个不超过40个字。"
			}
			return ""
		}}}
}
