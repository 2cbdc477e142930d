package org

import (
	"strings"

	"gongkai/text"
)

// kindWords are the Chinese words for a kind that lists of organs use.
var kindWords = map[string]Kind{
	"政府": Government, "人民政府": Government, "县级以上政府": Government, "本级政府": Government,
	"部门": Department, "政府部门": Department, "工作部门": Department, "局": Department, "委办局": Department, "派出机构": Department, "派出机关": Department,
	"乡镇": Town, "乡镇政府": Town, "镇": Town, "乡": Town, "民族乡": Town,
	"街道": Street, "街道办": Street, "街道办事处": Street,
	"授权组织": Authorised, "法律法规授权组织": Authorised, "事业单位": Authorised,
	"公共企事业单位": Enterprise, "企事业单位": Enterprise, "企业": Enterprise,
	"内设机构": Section, "科室": Section, "中心": Section, "站所": Section,
	"村": Village, "社区": Village, "村(社区)": Village, "村社区": Village, "村居": Village,
}

// ParseKind reads a kind from its Chinese word or its English name.
func ParseKind(s string) (Kind, bool) {
	f := text.Fold(s)
	for _, k := range Kinds() {
		if f == string(k) {
			return k, true
		}
	}
	k, ok := kindWords[strings.ReplaceAll(f, ".", "")]
	return k, ok
}

// GuessKind takes kind and level from the end of a full name, as the law forms
// such names: …镇人民政府, …街道办事处, …局. What the name does not settle stays
// zero.
func GuessKind(name string) (Kind, Level) {
	n := text.Fold(name)
	has := func(ends ...string) bool {
		for _, e := range ends {
			if strings.HasSuffix(n, e) {
				return true
			}
		}
		return false
	}
	switch {
	case has("村民委员会", "村委会", "居民委员会", "居委会", "社区"):
		return Village, Grassroots
	case has("街道办事处", "街道办", "街道"):
		return Street, Township
	case has("镇人民政府", "乡人民政府", "镇政府", "乡政府", "民族乡", "苏木人民政府", "苏木政府", "苏木"):
		return Town, Township
	case has("国务院"):
		return Government, Nation
	case has("人民政府", "政府"):
		return Government, levelOf(strings.TrimSuffix(strings.TrimSuffix(n, "政府"), "人民"))
	case has("镇", "乡"):
		return Town, Township
	case has("科", "股", "室", "站", "所", "中队") && strings.ContainsAny(n, "镇乡"):
		return Section, 0
	case has("局", "委员会", "办公室", "厅", "委", "管委会", "支队", "总队", "部"):
		return Department, 0
	}
	return "", 0
}

// levelOf reads the level of a place from the last character of its name. 市
// alone does not tell a county-level city from a prefecture.
func levelOf(place string) Level {
	switch {
	case strings.HasSuffix(place, "省"), strings.HasSuffix(place, "自治区"):
		return Province
	case strings.HasSuffix(place, "自治州"), strings.HasSuffix(place, "盟"), strings.HasSuffix(place, "地区"):
		return Prefecture
	case strings.HasSuffix(place, "县"), strings.HasSuffix(place, "区"), strings.HasSuffix(place, "旗"):
		return County
	}
	return 0
}

// The characters of 统一社会信用代码 (GB 32100), in the order of their values:
// no I, O, S, V, Z.
const creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ValidCreditCode reports whether s is a 统一社会信用代码 with a right check
// character.
func ValidCreditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum, weight := 0, 1
	for i := 0; i < 17; i++ {
		v := strings.IndexByte(creditDigits, s[i])
		if v < 0 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return s[17] == creditDigits[(31-sum%31)%31]
}
