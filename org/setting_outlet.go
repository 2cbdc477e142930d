package org

import (
	"strings"
	"unicode/utf8"
)

// OutletTopics names the choice of topics that postings are counted by.
const OutletTopics = "outlet.topics" // 渠道公开的内容类别

func outletChoices() []Choice {
	return []Choice{{Name: OutletTopics, Label: "渠道公开的内容类别", Hint: "登记公众号、视频号、公开栏发了什么时选择的类别，用“、”分开。统计和年报按它分类；党务、村务另外统计，不写在这里。", Default: "民生、财务、新闻政策宣传",
		check: func(s string) string {
			if utf8.RuneCountInString(s) > 200 || strings.ContainsRune(s, 0) {
				return "类别太多，最多写200个字。"
			}
			return ""
		}}}
}
