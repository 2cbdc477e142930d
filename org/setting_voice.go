package org

import "gongkai/law"

// voiceChoices are the periods for answering voices. The law names none, so the
// organ decides, and what holds above an organ holds for it too.
func voiceChoices() []Choice {
	cite := law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第九条、第四十七条、第五十一条", Paraphrase: "公众可以监督、建议、投诉举报；办理期限没有规定，由机关确定。"}
	var out []Choice
	for _, c := range [][3]string{{"voice.days.question", "网络问政的答复期限（工作日）", "5"}, {"voice.days.advice", "意见建议的答复期限（工作日）", "15"}, {"voice.days.mistake", "找错的答复期限（工作日）", "3"},
		{"voice.days.complaint", "公开工作投诉举报的办理期限（工作日）", "20"}, {"voice.days.infringed", "侵权投诉举报的办理期限（工作日）", "20"}} {
		out = append(out, Choice{Name: c[0], Label: c[1], Hint: "1至60。下级机关没有设置的，按上级的。", Default: c[2], Cite: cite, check: between(1, 60)})
	}
	return append(out, Choice{Name: VoiceOpen, Label: "网上接收投诉意见", Hint: "公开网站上的投诉意见入口是否向本机关开放。下级机关没有设置的，按上级的。", Default: "开", Options: []string{"开", "关"}, Cite: cite})
}

// VoiceOpen is the setting whether the public may write on the web.
const VoiceOpen = "voice.web"
