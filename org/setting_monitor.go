package org

import "gongkai/law"

// ItemWatched is which columns have to be kept up, and how often 栏目更新时限.
const ItemWatched = "item.watched"

// Further choices of the monitoring.
const (
	ItemGuideMonths   = "item.guide_months"   // 公开指南、公开目录多久更新一次
	ItemInterpretDays = "item.interpret_days" // 政策解读的时限
	ItemWatchNotice   = "item.watch_notice"   // 每周把监测发现的问题通知有关机关
)

func monitorChoices() []Choice {
	return []Choice{{Name: ItemWatched, Office: true, Label: "栏目更新时限", Hint: "每行写“栏目=类别或目录代码=时限”，写在一行的用分号隔开，例如“工作动态=工作动态=14天；通知公告=通知公告、公示=6月；机构职能=机构职能=不限”。不写按缺省：动态两周，通知公告、政策文件六个月。信息不在本平台发布的，写“不检查”。",
		Cite: law.Cite{Instrument: "政府网站与政务新媒体检查指标", Number: "国办秘函〔2019〕19号", Paraphrase: "动态要闻类栏目两周、通知公告和政策文件类一级栏目六个月内应有更新，空白栏目达到规定个数的单项否决。"},
		check: func(s string) string {
			if len(s) > 4000 {
				return "太长，最多写4000个字节。"
			}
			return ""
		}},
		{Name: ItemGuideMonths, Office: true, Label: "公开指南、公开目录几个月内应更新", Hint: "0至60，0表示不按时间检查；机构信息变了而指南没有改，随时提醒。", Default: "12", check: between(0, 60),
			Cite: law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十二条", Paraphrase: "编制、公布公开指南和公开目录并及时更新；多久算及时没有规定。"}},
		{Name: ItemInterpretDays, Office: true, Label: "政策解读的时限（工作日）", Hint: "规章、行政规范性文件公布后几个工作日内应有解读，0至20，0表示同日。", Default: "3", check: between(0, 20),
			Cite: law.Cite{Instrument: "关于全面推进政务公开工作的意见实施细则", Number: "国办发〔2016〕80号", Paraphrase: "解读材料与政策文件同步组织、公布；几个工作日由各地规定。"}},
		{Name: ItemWatchNotice, Office: true, Label: "每周通知监测发现的问题", Hint: "开：每周第一个工作日，把信息监测发现的问题通知有问题的机关。", Default: "关", Options: []string{"关", "开"},
			Cite: law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十七条", Paraphrase: "主管部门对日常公开工作监督检查，发现问题督促整改。"}},
	}
}
