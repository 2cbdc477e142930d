package org

import (
	"strings"

	"gongkai/law"
)

// Names of choices about proactive disclosure 主动公开.
const (
	ItemChain   = "item.chain"   // 审核链
	ItemIndex   = "item.index"   // 索引号的样式
	ItemWarn    = "item.warn"    // 公开期限前几个工作日提醒
	ItemColumns = "item.columns" // 信息在门户网站的栏目

	ItemPortalBase = "portal.base" // 门户网站存放文件的地址，与年度报告同一个
)

func itemChoices() []Choice {
	cite := law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十七条", Paraphrase: "行政机关应当建立公开审查机制，明确审查的程序和责任；法律没有规定环节的个数。"}
	return []Choice{
		{Name: ItemChain, Label: "信息公开审核链", Hint: "写“乡镇”（党政办审核兼保密审查、分管领导签发）或“三审三校”，或者每行一个环节，写“名称：岗位、岗位”，做保密审查的后面加“+保密”。某类信息另有环节的，先写“【工作动态】”再写它的环节。", Default: "乡镇", Cite: cite,
			check: func(s string) string {
				if len(s) > 2000 || strings.ContainsRune(s, 0) {
					return "审核链太长，最多写600个字。"
				}
				return ""
			}},
		{Name: ItemIndex, Label: "索引号的样式", Hint: "【机构代码】是统一社会信用代码，【年】是发布年份，【00000】是流水号。用过的号不再使用。", Default: "【机构代码】/【年】-【00000】",
			Cite: law.Cite{Instrument: "政府信息公开目录编制的地方规范", Paraphrase: "索引号由机构代码、年份和流水号组成，各地样式不同。"}},
		{Name: ItemColumns, Label: "信息在门户网站的栏目", Hint: "每行写“类别或目录代码=门户栏目代码”，例如“公示=1023”“20.1=1024”“其他=999”。写在一行的用分号隔开。",
			Cite: law.Cite{Instrument: "关于规范政府信息公开平台有关事项的通知", Number: "国办公开办函〔2019〕61号", Paraphrase: "不单独建设专门网站，在本级政府门户网站的专栏公开。"},
			check: func(s string) string {
				if len(s) > 4000 {
					return "太长，最多写4000个字节。"
				}
				return ""
			}},
		{Name: ItemWarn, Label: "公开期限前几个工作日提醒", Hint: "1至15。", Default: "5", check: between(1, 15)},
	}
}
