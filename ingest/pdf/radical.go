package pdf

import "golang.org/x/text/unicode/norm"

// Browsers and some printers name glyphs by the first code point of a font's
// table, which for many Han characters is that of the radical alone.

// unified returns the character that a reader sees: radicals and compatibility
// forms of Han characters become the ordinary character.
func unified(r rune) rune {
	switch {
	case r < 0x2e80:
		return r
	case r <= 0x2eff:
		if i, ok := radicals[r]; ok {
			return i
		}
		return r
	case r >= 0x2f00 && r <= 0x2fdf, r >= 0xf900 && r <= 0xfaff, r >= 0x2f800 && r <= 0x2fa1f:
		for _, n := range norm.NFKC.String(string(r)) {
			return n
		}
	}
	return r
}

// radicals are the simplified forms of the CJK Radicals Supplement, for which
// Unicode gives no decomposition.
var radicals = map[rune]rune{
	0x2e81: '厂', 0x2e84: '乙', 0x2e88: '刀', 0x2e8b: '卩', 0x2e8e: '兀', 0x2e8f: '尣', 0x2e92: '巳',
	0x2e93: '幺', 0x2e95: '彐', 0x2e98: '扌', 0x2e9b: '旡', 0x2e9c: '日', 0x2e9d: '月', 0x2e9f: '母',
	0x2ea0: '民', 0x2ea1: '氵', 0x2ea3: '灬', 0x2ea6: '丬', 0x2eaa: '疋', 0x2eae: '竹', 0x2eb0: '纟',
	0x2eb6: '羊', 0x2eb7: '羊', 0x2eb9: '老', 0x2ebb: '聿', 0x2ebc: '肉', 0x2ebe: '艹', 0x2ebf: '艹',
	0x2ec1: '虎', 0x2ec4: '西', 0x2ec5: '见', 0x2ec6: '角', 0x2ec8: '讠', 0x2ec9: '贝', 0x2eca: '足',
	0x2ecb: '车', 0x2ecc: '辶', 0x2ecf: '邑', 0x2ed0: '钅', 0x2ed1: '長', 0x2ed2: '镸', 0x2ed3: '长',
	0x2ed4: '门', 0x2ed6: '阜', 0x2ed8: '青', 0x2ed9: '韦', 0x2eda: '页', 0x2edb: '风', 0x2edc: '飞',
	0x2edd: '食', 0x2ee0: '饣', 0x2ee2: '马', 0x2ee3: '骨', 0x2ee4: '鬼', 0x2ee5: '鱼', 0x2ee6: '鸟',
	0x2ee7: '卤', 0x2ee8: '麦', 0x2ee9: '黄', 0x2eea: '黾', 0x2eec: '齐', 0x2eee: '齿', 0x2ef0: '龙',
	0x2ef3: '龟',
}
