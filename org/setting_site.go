package org

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/law"
)

// Names of choices about the public site as a whole 网站标识. They stand in the
// foot of every page and in the tags that inspections read.
const (
	SiteName   = "site.name"   // 网站名称
	SiteHost   = "site.host"   // 主办单位
	SiteMaker  = "site.maker"  // 承办单位
	SiteDomain = "site.domain" // 域名
	SiteCode   = "site.code"   // 网站标识码
	SiteICP    = "site.icp"    // ICP备案号
	SitePolice = "site.police" // 公安备案号
	SitePhone  = "site.phone"  // 联系电话
)

var (
	siteCode   = regexp.MustCompile(`^[0-9A-Za-z]{10}$`)
	siteDomain = regexp.MustCompile(`^[0-9a-z]([0-9a-z.-]{0,120}[0-9a-z])?(:[0-9]{1,5})?$`)
)

func siteChoices() []Choice {
	cite := law.Cite{Instrument: "政府网站发展指引", Number: "国办发〔2017〕47号", Paraphrase: "网站页面底部应当列明主办单位、承办单位、网站标识码、备案编号和联系方式；页面标签应当有网站名称、域名和标识码。"}
	short := func(s string) string {
		if utf8.RuneCountInString(s) > 60 || strings.ContainsAny(s, "\x00\n\r<>") {
			return "最多60个字，写在一行里，不要有尖括号。"
		}
		return ""
	}
	return []Choice{
		{Name: SiteName, Label: "网站名称", Hint: "页面标签 SiteName，如“云岭县人民政府”。不写则用“地名+政府信息公开”。", Instance: true, Cite: cite, check: short},
		{Name: SiteHost, Label: "主办单位", Hint: "写在每页底部，如“云岭县人民政府办公室”。", Instance: true, Cite: cite, check: short},
		{Name: SiteMaker, Label: "承办单位", Hint: "没有的不写。", Instance: true, Cite: cite, check: short},
		{Name: SiteDomain, Label: "网站域名", Hint: "页面标签 SiteDomain，如 www.example.gov.cn，不带 http://。", Instance: true, Cite: cite, check: func(s string) string {
			if !siteDomain.MatchString(s) {
				return "只写域名，如 www.example.gov.cn，不带 http:// 和路径。"
			}
			return ""
		}},
		{Name: SiteCode, Label: "网站标识码", Hint: "10位，如 3100000087。", Instance: true, Cite: cite, check: func(s string) string {
			if !siteCode.MatchString(s) {
				return "网站标识码是10位数字或字母。"
			}
			return ""
		}},
		{Name: SiteICP, Label: "ICP备案号", Hint: "如“皖ICP备00000000号”。", Instance: true, Cite: cite, check: short},
		{Name: SitePolice, Label: "公安备案号", Hint: "如“皖公网安备 00000000000000号”。", Instance: true, Cite: cite, check: short},
		{Name: SitePhone, Label: "网站联系电话", Hint: "写在每页底部。", Instance: true, Cite: cite, check: short},
	}
}
