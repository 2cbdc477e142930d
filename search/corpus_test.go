package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"gongkai/text"
)

// words are the vocabulary of made-up items; pairs of them make further ones.
var words = strings.Fields(`政府 信息 公开 工作 管理 服务 建设 发展 实施 办法 通知 意见 方案 规定 项目 企业 单位 部门 人员 群众 农村 农业 城镇 乡村 振兴 教育 卫生 医疗 保险
	养老 就业 创业 住房 保障 救助 低保 残疾 儿童 妇女 老人 退役 军人 环境 保护 生态 污染 防治 水利 水库 河道 灌溉 林业 草原 森林 防火 土地 征收 补偿 规划 用地 审批 许可
	处罚 强制 检查 监督 执法 安全 生产 消防 应急 救援 地震 防汛 抗旱 气象 预警 交通 道路 公路 桥梁 客运 货运 停车 公交 铁路 机场 物流 邮政 通信 网络 数据 平台 系统 电子
	政务 大厅 窗口 办理 流程 材料 证明 身份 户籍 婚姻 登记 公证 律师 法律 援助 调解 仲裁 复议 诉讼 法院 检察 公安 治安 禁毒 反诈 宣传 培训 学习 考核 评估 绩效 奖励 表彰
	财政 预算 决算 资金 专项 补贴 税收 收费 价格 物价 市场 监管 食品 药品 质量 标准 计量 认证 商标 专利 知识 产权 科技 创新 研发 成果 转化 人才 引进 职称 招聘 考试 录用
	工资 津贴 劳动 合同 工伤 社保 缴费 基数 公积金 贷款 利率 银行 金融 风险 投资 招商 引资 园区 开发 旅游 文化 文物 遗产 图书 体育 场馆 广播 电视 新闻 出版 档案 统计 普查
	人口 计生 托育 幼儿 小学 中学 高中 大学 职业 学校 教师 学生 资助 营养 校车 疫情 防控 疫苗 接种 医院 诊所 医师 护士 中医 采购 招标 投标 中标 公告 公示 结果 名单 目录
	指南 清单 权责 事项 依据 条件 时限 程序 责任 领导 小组 会议 纪要 报告 总结 计划 要点 目标 任务 措施 要求 落实 推进 加强 提升 优化 完善 健全 规范 深化 改革 试点 示范
	区域 流域 沿线 社区 街道 乡镇 村民 居民 委员 自治 选举 换届 志愿 慈善 捐赠 宗教 民族 侨务 台湾 外事 口岸 海关 贸易 出口 进口 电商 商务 消费 餐饮 酒店 家政 物业 供水
	供电 供气 供热 垃圾 分类 污水 处理 绿化 公园 路灯 管网 老旧 小区 改造 电梯 危房 拆除 违建 工程 施工 监理 验收 竣工 造价 勘察 设计 测绘 地质 矿产 煤矿 能源 电力 光伏
	风电 节能 减排 碳达峰 循环 经济 粮食 种子 化肥 农药 农机 畜牧 兽医 渔业 蔬菜 水果 茶叶 花卉 合作社 家庭 农场 扶贫 帮扶 搬迁 移民 灾害 救灾 物资 储备 国防 动员 人防`)

const rare = "璟翊茗澜崧岙埠圩塬峁墩湾坞岭崮泾浦溇埭堰坪坝寨屯堡营集店铺庄园桥渡津沱滩矶洲屿礁"

// A maker makes realistic items, the same for the same seed.
type maker struct {
	r     *rand.Rand
	vocab []string
	zipf  *rand.Zipf
}

func newMaker(seed uint64) *maker {
	m := &maker{r: rand.New(rand.NewPCG(seed, 6))}
	m.vocab = append(m.vocab, words...)
	seen := map[string]bool{}
	for len(m.vocab) < 6000 {
		w := words[m.r.IntN(len(words))] + words[m.r.IntN(len(words))]
		if !seen[w] {
			seen[w] = true
			m.vocab = append(m.vocab, w)
		}
	}
	// The common ones first: the vocabulary is shuffled after its head.
	m.r.Shuffle(len(m.vocab)-60, func(i, j int) { m.vocab[i+60], m.vocab[j+60] = m.vocab[j+60], m.vocab[i+60] })
	m.zipf = rand.NewZipf(m.r, 1.05, 4, uint64(len(m.vocab)-1))
	return m
}

func (m *maker) word() string { return m.vocab[m.zipf.Uint64()] }

func (m *maker) place() string {
	r := []rune(rare)
	return string([]rune{r[m.r.IntN(len(r))], r[m.r.IntN(len(r))]}) + []string{"镇", "乡", "县", "街道"}[m.r.IntN(4)]
}

func (m *maker) title() string {
	s := m.place() + "人民政府关于"
	for n := 2 + m.r.IntN(4); n > 0; n-- {
		s += m.word()
	}
	return s + []string{"的通知", "的意见", "的公告", "实施方案", "管理办法", "情况的报告"}[m.r.IntN(6)]
}

// text has 60 to 1,500 characters, short ones more often.
func (m *maker) text() string {
	n := int(60 * math.Exp(m.r.Float64()*math.Log(25)))
	var b strings.Builder
	for runes := 0; runes < n; {
		for k := 3 + m.r.IntN(8); k > 0; k-- {
			w := m.word()
			switch m.r.IntN(40) {
			case 0:
				w = fmt.Sprintf("%d年%d月%d日", 2015+m.r.IntN(12), 1+m.r.IntN(12), 1+m.r.IntN(28))
			case 1:
				w = fmt.Sprintf("%d件", m.r.IntN(5000))
			case 2:
				w = m.place()
			case 3:
				w = "的"
			}
			b.WriteString(w)
			runes += len(w) / 3
		}
		b.WriteString([]string{"，", "，", "。", "；", "、"}[m.r.IntN(5)])
		runes++
	}
	return b.String()
}

var start = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

const tenYears = int64(3650 * 24 * 3600 * 1000)

func (m *maker) doc(id int64, of int64) Doc {
	at := start + id*tenYears/max(of, 1)
	year := 2015 + int((at-start)/(365*24*3600*1000))
	organ := m.r.IntN(1200)
	d := Doc{ID: id, At: at, Version: 1, Title: m.title(), Text: m.text(),
		Tokens: []string{fmt.Sprint("o", organ), "p1", fmt.Sprint("p", 2+organ/100), fmt.Sprint("y", year), fmt.Sprint("k", m.r.IntN(12)), fmt.Sprint("c20.", m.r.IntN(15)), "ok", "pub"}}
	if m.r.IntN(10) == 0 {
		d.Tokens[6] = "gone"
	}
	if m.r.IntN(3) == 0 {
		d.DocNo = fmt.Sprintf("%s政发〔%d〕%d号", m.place()[:3], year, 1+m.r.IntN(300))
	}
	d.Index = fmt.Sprintf("%09d/%d-%05d", organ, year, id%100000)
	return d
}

type piece = text.Piece
