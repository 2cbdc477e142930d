package search

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a query. What is longer is not searched for.
const (
	MaxQuery = 600 // bytes
	maxTerms = 10
	maxUnits = 40 // of a term
	maxAlts  = 5  // ways to say one term
)

// A term is one thing that has to stand in an item: units in a row, or one of
// the other ways to say it.
type term struct {
	units  []string
	alts   [][]string // by synonyms, without units
	quoted bool
}

func (t term) String() string { return word(t.units) }

// word writes units as a reader does.
func word(units []string) string {
	var b strings.Builder
	for i, u := range units {
		if i > 0 && ascii(u) && ascii(units[i-1]) {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ReplaceAll(u, pointMark, "."))
	}
	return b.String()
}

// A Synonym is two or more ways to say one thing, in force from one day to
// another.
type Synonym struct {
	Words       []string
	Since, Till string // 2019-05-15, both included; "" without bound
}

// Synonyms are those an office begins with.
func Synonyms() []Synonym {
	var out []Synonym
	for _, s := range []string{
		"低保 最低生活保障", "医保 基本医疗保险 医疗保险", "社保 社会保险", "公积金 住房公积金", "新农合 新型农村合作医疗", "居民医保 城乡居民基本医疗保险", "五险一金 社会保险和住房公积金",
		"特困 特困人员", "五保 特困供养", "残联 残疾人联合会", "妇联 妇女联合会", "工信局 工业和信息化局", "发改委 发展和改革委员会", "发改局 发展和改革局", "人社局 人力资源和社会保障局", "住建局 住房和城乡建设局",
		"卫健委 卫生健康委员会", "卫健局 卫生健康局", "文旅局 文化和旅游局", "市监局 市场监督管理局", "自规局 自然资源和规划局", "城管局 城市管理局", "退役局 退役军人事务局", "应急局 应急管理局",
		"高新企业 高新技术企业", "小微企业 小型微型企业", "双减 减轻义务教育阶段学生作业负担和校外培训负担", "宅改 宅基地制度改革", "农转非 农业户口转为非农业户口", "征地 土地征收", "拆迁 房屋征收", "环评 环境影响评价",
		"能评 节能审查", "安评 安全评价", "一网通办 网上办理",
	} {
		out = append(out, Synonym{Words: strings.Fields(s)})
	}
	return out
}

// ReadSynonyms reads a list as an office writes it, a line for each:
//
//	低保=最低生活保障
//	新农合、城乡居民医保 2003-01-01至2019-12-31
//
// A line that cannot be read is named.
func ReadSynonyms(s string) (list []Synonym, bad []string) {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		x, ok := readSynonym(line)
		if !ok || len(list) >= MaxSynonyms {
			bad = append(bad, line)
			continue
		}
		list = append(list, x)
	}
	return list, bad
}

// readSynonym reads a line: words apart by =, 、 or spaces, then the days in force.
func readSynonym(line string) (x Synonym, ok bool) {
	ok = true
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("=＝、，,;； 　\t", r) }) {
		from, to, dated := strings.Cut(w, "至")
		if dated && isDay(from) && isDay(to) {
			x.Since, x.Till = from, to
			continue
		}
		ok = ok && len(flat(w)) > 0 && len(flat(w)) <= maxUnits && len(w) <= 120 && !slices.Contains(x.Words, w)
		x.Words = append(x.Words, w)
	}
	return x, ok && len(x.Words) >= 2 && len(x.Words) <= maxSaid && (x.Since == "" || x.Till == "" || x.Since <= x.Till)
}

// String is a line as ReadSynonyms reads it.
func (x Synonym) String() string {
	s := strings.Join(x.Words, "=")
	if x.Since != "" || x.Till != "" {
		s += " " + x.Since + "至" + x.Till
	}
	return s
}

// MaxSynonyms is how many lines one list may have.
const MaxSynonyms = 1000

// maxSaid is how many ways one line may say a thing.
const maxSaid = 12

var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func isDay(s string) bool { return s == "" || dayForm.MatchString(s) }

// parse reads a query: words parted by spaces and marks, each of which has to
// stand in an item; what stands in quotation marks or 《》 is not taken apart.
func parse(q string, list []Synonym, day string) []term {
	q = joined(cut(q, MaxQuery))
	var out []term
	for _, p := range parts(q) {
		for _, us := range runs(p.s, p.quoted) {
			t := term{units: us, quoted: p.quoted}
			same := slices.ContainsFunc(out, func(o term) bool { return slices.Equal(o.units, us) })
			if len(out) < maxTerms && !same {
				t.alts = alternatives(us, list, day)
				out = append(out, t)
			}
		}
	}
	return out
}

type part struct {
	s      string
	quoted bool
}

// parts cuts a query at its quotation marks. One that is not closed is none.
func parts(q string) []part {
	var out []part
	for q != "" {
		i := strings.IndexAny(q, `"“”「『《＂`)
		if i < 0 {
			break
		}
		r, n := utf8.DecodeRuneInString(q[i:])
		closing := map[rune]string{'"': `"“”＂`, '＂': `"“”＂`, '“': `"”＂`, '”': `"”＂`, '「': "」", '『': "』", '《': "》"}[r]
		j := strings.IndexAny(q[i+n:], closing)
		if j < 0 {
			out = append(out, part{q[:i], false})
			q = q[i+n:]
			continue
		}
		_, m := utf8.DecodeRuneInString(q[i+n+j:])
		out = append(out, part{q[:i], false}, part{q[i+n : i+n+j], true})
		q = q[i+n+j+m:]
	}
	return append(out, part{q, false})
}

// runs cuts a text into units that stand together. Outside of quotation marks a
// space parts, too.
func runs(s string, quoted bool) [][]string {
	var out [][]string
	pieces := []string{s}
	if !quoted {
		pieces = strings.FieldsFunc(s, func(r rune) bool { c, _ := classify(r); return c == nothing && r != '\u200b' && r != '\ufeff' })
	}
	for _, p := range pieces {
		for i, u := range units(p) {
			if i == 0 || u.apart || len(out) == 0 || len(out[len(out)-1]) == maxUnits {
				out = append(out, nil)
			}
			out[len(out)-1] = append(out[len(out)-1], u.s)
		}
	}
	return out
}

// alternatives are the other ways to say a term, its words replaced by what
// means the same on a day.
func alternatives(us []string, list []Synonym, day string) [][]string {
	var out [][]string
	for _, s := range list {
		if s.Since != "" && day < s.Since || s.Till != "" && day > s.Till {
			continue
		}
		for _, w := range s.Words {
			from := flat(w)
			at := indexOf(us, from)
			if len(from) == 0 || at < 0 {
				continue
			}
			for _, v := range s.Words {
				to := flat(v)
				if len(to) == 0 || v == w || indexOf(us, to) >= 0 && len(to) > len(from) {
					continue // 行政规范性文件 is not to be searched as 行政行政规范性文件
				}
				alt := slices.Concat(us[:at], to, us[at+len(from):])
				if len(alt) <= maxUnits && len(out) < maxAlts && !slices.ContainsFunc(out, func(o []string) bool { return slices.Equal(o, alt) }) {
					out = append(out, alt)
				}
			}
			break
		}
	}
	return out
}

// flat are the units of a text as words.
func flat(s string) []string {
	var out []string
	for _, u := range units(cut(s, 200)) {
		out = append(out, u.s)
	}
	return out
}

// indexOf is where in a row of units another stands, -1 where it does not.
func indexOf(in, of []string) int {
	for i := 0; i+len(of) <= len(in); i++ {
		if slices.Equal(in[i:i+len(of)], of) {
			return i
		}
	}
	return -1
}
