// Package sample makes the sample county 云岭县: invented organs with several
// years of reports, consistent from year to year, in the file formats in which
// reports arrive, with the faults that real ones have. The reports are written
// as files and read back through ingest, so that places, raw text and repairs
// are what a reader really saw. Everything is invented and the same on every run.
package sample

import (
	"strings"

	"gongkai/law"
	"gongkai/org"
)

// Name is the sample county's name.
const Name = "云岭县"

// Office is the office that collects its reports.
const Office = "云岭县人民政府办公室"

// FirstYear and LastYear bound the fiscal years of the sample.
const (
	FirstYear = 2019
	LastYear  = 2025
)

// trade is what an organ does, which decides the size of its figures.
type trade int

const (
	town trade = iota
	busy       // 自然资源、公安、市场监管: many decisions, many requests
	quiet
)

// An organ of the county. kit organs only appear in the folder of files for the
// January kit: a county has more organs than a demonstration needs pages.
type organ struct {
	name  string
	short string
	kind  org.Kind
	trade trade
	kit   bool
	topic []string // what it publishes about
}

func organs() []organ {
	t := func(name string, topic ...string) organ {
		return organ{Name + name + "人民政府", name, org.Town, town, false, topic}
	}
	d := func(name string, tr trade, kit bool, topic ...string) organ {
		return organ{Name + name, "县" + name, org.Department, tr, kit, topic}
	}
	return []organ{
		{Name + "人民政府", Name, org.Government, busy, false, []string{"重点项目", "财政预决算", "民生实事"}},
		t("城关镇", "老旧小区改造", "社区养老", "农贸市场管理"),
		t("青石镇", "石材产业整治", "村级财务", "危房改造"),
		t("白鹿镇", "茶叶基地建设", "惠农补贴", "村庄规划"),
		t("双河镇", "河道治理", "移民后扶", "防汛值守"),
		t("松坪镇", "林下经济", "森林防火", "农村公路"),
		t("石桥镇", "集镇建设", "蔬菜大棚", "饮水安全"),
		t("柳溪镇", "湿地保护", "乡村旅游", "垃圾分类"),
		t("大坪乡", "易地搬迁后续", "高山药材", "义务教育资助"),
		t("云台乡", "光伏帮扶", "土地流转", "临时救助"),
		t("梨树乡", "水果合作社", "村务公开", "人居环境"),
		t("黄泥乡", "中低产田改造", "养殖污染治理", "道路亮化"),
		{Name + "东山街道办事处", "东山街道", org.Street, town, false, []string{"物业管理", "就业服务", "消防通道整治"}},
		d("教育局", quiet, false, "招生入学", "教师招聘", "学校收费"),
		d("公安局", busy, false, "治安处罚", "户籍办理", "交通管制"),
		d("民政局", quiet, false, "低保审批", "养老机构", "殡葬服务"),
		d("财政局", quiet, false, "预算执行", "政府采购监管", "惠民补贴"),
		d("人力资源和社会保障局", busy, false, "社保经办", "招聘公告", "劳动监察"),
		d("自然资源局", busy, false, "征地补偿", "规划许可", "不动产登记"),
		d("住房和城乡建设局", busy, false, "房屋征收", "施工许可", "保障性住房"),
		d("农业农村局", quiet, false, "农机补贴", "动物防疫", "种子执法"),
		d("卫生健康局", quiet, false, "医疗机构执业", "公共场所卫生", "疫苗接种"),
		d("市场监督管理局", busy, false, "食品抽检", "登记注册", "价格执法"),
		d("发展和改革局", quiet, true, "项目审批", "价格监测", "粮食储备"),
		d("科学技术局", quiet, true, "科技项目", "技术合同"),
		d("工业和信息化局", quiet, true, "技改奖补", "企业培育"),
		d("司法局", quiet, true, "法律援助", "公证管理", "行政复议"),
		d("生态环境局", busy, true, "环评审批", "排污许可", "环境执法"),
		d("交通运输局", quiet, true, "客运线路", "公路养护", "治超执法"),
		d("水务局", quiet, true, "取水许可", "水库安全", "河长履职"),
		d("林业局", quiet, true, "采伐许可", "野生动物保护"),
		d("商务局", quiet, true, "成品油市场", "电商进村"),
		d("文化和旅游局", quiet, true, "文物保护", "旅行社监管"),
		d("退役军人事务局", quiet, true, "优抚对象", "安置就业"),
		d("应急管理局", quiet, true, "安全检查", "救灾物资"),
		d("审计局", quiet, true, "审计结果", "整改情况"),
		d("统计局", quiet, true, "统计公报", "普查工作"),
		d("医疗保障局", quiet, true, "参保缴费", "异地就医"),
		d("城市管理局", busy, true, "占道经营", "市容执法", "户外广告"),
		d("行政审批局", busy, true, "窗口服务", "一件事改革"),
	}
}

// Organs is the tree of the county: the government at the top, towns and
// departments under it. Ids are positions from 1; a store gives its own.
func Organs() []org.Organ {
	var out []org.Organ
	for i, o := range organs() {
		if o.kit {
			continue
		}
		out = append(out, o.organ(int64(i+1)))
	}
	return out
}

// KitOrgans is the list of the organs that hand in a report to the county: its
// towns and departments, also those that the sample site leaves out.
func KitOrgans() []org.Organ {
	var out []org.Organ
	for i, o := range organs() {
		if o.kind != org.Government {
			out = append(out, o.organ(int64(i+1)))
		}
	}
	return out
}

// List is KitOrgans as the text file that the county office keeps: one full
// name a line.
func List() string {
	var b strings.Builder
	b.WriteString("# 云岭县应报送年度报告的机关（示例，机关均为虚构）\n")
	for _, o := range KitOrgans() {
		b.WriteString(o.Name + "\n")
	}
	return b.String()
}

func (o organ) organ(id int64) org.Organ {
	x := org.Organ{ID: id, Name: o.name, Short: o.short, Kind: o.kind, Level: org.County, From: law.Day(2001, 1, 1), Region: "999901"}
	if o.kind == org.Town || o.kind == org.Street {
		x.Level = org.Township
	}
	if o.kind != org.Government {
		x.Parent = 1
	}
	x.Code = code(int(id))
	return x
}

// code is a local code that cannot be taken for a real one.
func code(i int) string {
	return "YL" + string(rune('0'+i/10)) + string(rune('0'+i%10))
}
