package org

import "gongkai/law"

// ItemHeldText is whether the text of an item that is not disclosed is kept 不主动公开信息的正文.
const ItemHeldText = "item.held_text"

// KeepHeldText keeps it.
const KeepHeldText = "保留"

func heldChoices() []Choice {
	return []Choice{{Name: ItemHeldText, Label: "审定不主动公开的信息的正文", Hint: "缺省不保留：只留标题、文号、理由和评估审查日期，正文和附件清除。", Default: "不保留", Options: []string{"不保留", KeepHeldText},
		Cite: law.Cite{Instrument: "保守国家秘密法", Number: "2024年修订", Article: "第六十四条", Paraphrase: "工作秘密按规定管理；本系统只处理可以公开的信息，不存放不公开的内容。"}}}
}
