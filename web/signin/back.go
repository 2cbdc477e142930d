package signin

import (
	"net/url"
	"strings"
)

const home = "/desk"

// safeBack is the address within this site that somebody came from, or the
// desk: an address elsewhere would make the sign-in a springboard.
func safeBack(s string) string {
	if s == "" || len(s) > 2000 || s[0] != '/' || strings.HasPrefix(s, "//") || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return home
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return home
	}
	for _, p := range []string{"/signin", "/signout"} {
		if u.Path == p || strings.HasPrefix(u.Path, p+"/") {
			return home
		}
	}
	return u.RequestURI()
}

// device names a browser and its system in a few words, from what it says.
func device(agent string) string {
	name := ""
	for _, x := range [][2]string{{"MicroMessenger", "微信"}, {"DingTalk", "钉钉"}, {"Edg", "Edge"}, {"360", "360浏览器"}, {"QQBrowser", "QQ浏览器"},
		{"UOS", "统信浏览器"}, {"Firefox", "Firefox"}, {"Chrom", "Chromium 内核浏览器"}, {"Safari", "Safari"}, {"curl", "curl"}} {
		if strings.Contains(agent, x[0]) {
			name = x[1]
			break
		}
	}
	if name == "" {
		name = "其他浏览器"
	}
	for _, x := range [][2]string{{"HarmonyOS", "鸿蒙"}, {"Android", "安卓手机"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"loongarch", "龙芯 Linux"}, {"aarch64", "ARM Linux"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, x[0]) {
			return x[1] + " 上的 " + name
		}
	}
	return name
}
