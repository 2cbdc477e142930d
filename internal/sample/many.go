package sample

import (
	"fmt"

	"gongkai/law/annual"
	"gongkai/org"
)

// A Filer is an organ with its true reports: what it would have filed had nobody
// made a mistake.
type Filer struct {
	Name, Short string
	Kind        org.Kind
	Reports     map[int]*annual.Report // by fiscal year, FirstYear to LastYear

	made organ
}

// Copy takes over a neighbour's prose of a year, only the names and the counts of
// applications changed, as a copyist does.
func (f *Filer) Copy(from Filer, year int) {
	copyProse(f.Reports[year], from.Reports[year], f.made, from.made)
}

// Filers are so many towns and bureaus of an invented county, for tests that need
// more of them than the sample county has.
func Filers(towns, bureaus int) []Filer {
	var out []Filer
	add := func(o organ) {
		i := len(out) + 1
		f := Filer{o.name, o.short, o.kind, history(i, o), o}
		for year := FirstYear; year <= LastYear; year++ {
			write(i, o, f.Reports[year])
		}
		out = append(out, f)
	}
	things := []string{"农村公路", "危房改造", "惠农补贴", "村庄规划", "河道治理", "森林防火", "饮水安全", "乡村旅游", "光伏帮扶", "土地流转", "临时救助", "村务公开", "人居环境", "道路亮化", "社区养老", "物业管理", "就业服务",
		"招生入学", "动物防疫", "安全检查", "统计公报", "法律援助", "客运线路"}
	topics := func(i int) []string {
		n := len(things)
		return []string{things[i%n], things[(i*5+7)%n], things[(i*11+3)%n]}
	}
	heads := []rune("青白石柳双松云梨黄龙凤银金玉清河")
	tails := []rune("山水坪桥溪")
	for i := range towns {
		short := fmt.Sprintf("%c%c镇", heads[i%len(heads)], tails[i/len(heads)%len(tails)])
		add(organ{Name + short + "人民政府", short, org.Town, town, false, topics(i)})
	}
	for i, o := range organs() {
		if bureaus > 0 && o.kind == org.Department {
			bureaus--
			o.topic = topics(towns + i)
			add(o)
		}
	}
	return out
}
