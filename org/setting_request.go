package org

import (
	"slices"

	"gongkai/law"
)

// Names of choices about how the public applies 依申请公开.
const (
	RequestOnline = "request.web"   // 网上提交申请: 开 or 关
	RequestEmail  = "request.email" // 电子邮箱接收申请
	RequestByFax  = "request.fax"   // 传真接收申请
	RequestDraft  = "request.draft" // 草稿保存的天数
)

func requestChoices() []Choice {
	cite := law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第二十九条", Paraphrase: "申请应当采用信件、数据电文等书面形式；确有困难的可以口头提出。当面提交和邮寄不能关闭。"}
	onOff := []string{"开", "关"}
	hint := "下级机关没有设置的，按上级的。当面提交和邮寄始终开放，不能关闭。"
	return []Choice{
		{Name: RequestOnline, Label: "网上提交公开申请", Hint: hint, Default: "开", Options: onOff, Cite: cite},
		{Name: RequestEmail, Label: "用电子邮箱接收公开申请", Hint: "公开指南列出邮箱渠道的才有效。" + hint, Default: "开", Options: onOff, Cite: cite},
		{Name: RequestByFax, Label: "用传真接收公开申请", Hint: "公开指南列出传真渠道的才有效。" + hint, Default: "开", Options: onOff, Cite: cite},
		{Name: RequestDraft, Label: "公众没有写完的申请保存多少天", Hint: "1至90。到期自动清除，附件一并清除。", Default: "30", check: between(1, 90)},
	}
}

// Open are the channels by which applications are taken: those of the record,
// without what was switched off. The counter and the post are always among them;
// a record that names no channel also takes them on the web.
func (o OfficeRecord) Open(off map[ChannelKind]bool) []Channel {
	var out []Channel
	for _, k := range ChannelKinds() {
		i := slices.IndexFunc(o.Channels, func(c Channel) bool { return c.Kind == k })
		switch {
		case k == Counter || k == ByPost:
		case off[k], i < 0 && (k != Online || len(o.Channels) > 0):
			continue
		}
		c := Channel{Kind: k}
		if i >= 0 {
			c = o.Channels[i]
		}
		out = append(out, c)
	}
	return out
}
