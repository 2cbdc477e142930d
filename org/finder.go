package org

import (
	"slices"
	"strings"
)

// A Topic is a thing people ask for in their own words, and the bodies that
// usually have it 职责. Who is responsible is laid down locally (三定规定): this is a
// hint for who looks for an organ, never a reason to refuse.
type Topic struct {
	Word   string   // as people say it
	Bodies []string // parts of the names of bodies, the likeliest first
}

// topics are everyday words by field. A body of a level is found by the part of
// its name: 教育 is in 教育局, 教育厅 and 教育和体育局.
var topics = []struct {
	words  string
	bodies string
}{
	{"征地 拆迁 土地 宅基地 不动产 规划 矿产 林权 林地 国土", "自然资源 国土 林业"},
	{"房屋征收 棚改 公租房 保障房 物业 危房 施工许可 商品房 维修基金 建设工程", "住房 建设 房屋"},
	{"低保 救助 特困 养老院 婚姻 殡葬 社会组织 村委会选举 地名", "民政"},
	{"学校 招生 入学 教师 学区 幼儿园 校车 助学", "教育"},
	{"医院 疫苗 卫生 医生 生育 计划生育 传染病", "卫生健康"},
	{"医保 生育保险 医疗报销", "医疗保障"},
	{"社保 养老保险 养老金 工伤 就业 招聘 事业单位考试 职称 劳动仲裁 欠薪 工资", "人力资源"},
	{"预算 决算 三公 财政 政府采购 专项资金 补贴资金 国有资产", "财政"},
	{"审计", "审计"},
	{"环评 污染 环境 排污 噪声 水源地", "生态环境 环境保护"},
	{"农田水利 河道 水库 供水 水利 防汛 取水", "水利 水务"},
	{"农业 农机 种粮 耕地地力 农村集体 扶贫 乡村振兴 养殖 合作社", "农业农村 农业"},
	{"公路 道路运输 出租车 公交 客运 交通工程 治超", "交通"},
	{"户口 户籍 治安 身份证 报案 出警 交通事故 监控", "公安"},
	{"违建 城管 占道 垃圾 市容 停车", "城市管理 综合执法 综合行政执法"},
	{"营业执照 食品 药品 计量 价格投诉 消费 特种设备 企业登记", "市场监督"},
	{"项目审批 立项 可研 发改 价格 收费标准 粮食", "发展和改革 发展改革"},
	{"文物 图书馆 旅游 广播 电视 体育 演出", "文化 体育"},
	{"安全生产 事故调查 应急 消防 地震", "应急"},
	{"法律援助 公证 律师 人民调解 行政复议", "司法"},
	{"税 发票 个税", "税务"},
	{"退役 军人 优抚 烈士", "退役军人"},
	{"信访", "信访"},
	{"统计 普查", "统计"},
	{"残疾", "残疾人"},
	{"行政审批 办事大厅 政务服务 许可办理", "政务服务 行政审批"},
}

// TopicsIn finds the everyday words of a text, in its order, and who usually has
// what they mean. It gives at most so many, each body group once.
func TopicsIn(text string, most int) []Topic {
	type hit struct {
		at int
		Topic
	}
	var hits []hit
	for _, m := range topics {
		best := hit{at: -1}
		for w := range strings.FieldsSeq(m.words) {
			if i := strings.Index(text, w); i >= 0 && (best.at < 0 || i < best.at || i == best.at && len(w) > len(best.Word)) {
				best = hit{i, Topic{w, strings.Fields(m.bodies)}}
			}
		}
		if best.at >= 0 {
			hits = append(hits, best)
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.at - b.at })
	var out []Topic
	for _, h := range hits {
		if len(out) < most {
			out = append(out, h.Topic)
		}
	}
	return out
}

// Has reports whether an organ of the name is one of the bodies that usually have
// it. Governments of every level, towns among them, have something of everything.
func (m Topic) Has(name string) bool {
	return strings.Contains(name, "人民政府") || strings.Contains(name, "街道办事处") || slices.ContainsFunc(m.Bodies, func(b string) bool { return strings.Contains(name, b) })
}
