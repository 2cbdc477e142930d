package org

import "gongkai/law"

// ItemWatched is which columns have to be kept up, and how often 栏目更新时限.
const ItemWatched = "item.watched"

func monitorChoices() []Choice {
	return []Choice{{Name: ItemWatched, Office: true, Label: "栏目更新时限", Hint: "每行写“栏目=类别或目录代码=时限”，写在一行的用分号隔开，例如“工作动态=工作动态=14天；通知公告=通知公告、公示=6月；机构职能=机构职能=不限”。不写按缺省：动态两周，通知公告、政策文件六个月。",
		Cite: law.Cite{Instrument: "政府网站与政务新媒体检查指标", Number: "国办秘函〔2019〕19号", Paraphrase: "动态要闻类栏目两周、通知公告和政策文件类一级栏目六个月内应有更新，空白栏目达到规定个数的单项否决。"},
		check: func(s string) string {
			if len(s) > 4000 {
				return "太长，最多写4000个字节。"
			}
			return ""
		}}}
}
