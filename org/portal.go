package org

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// MaxPortalURL bounds an address on a portal, in bytes.
const MaxPortalURL = 500

// CheckPortalURL reads the address of a page on a portal that everybody can
// reach. It gives the address as it is kept, or says in Chinese what is wrong
// with it: it has to be http or https at a host of the internet, neither this
// machine nor a network of one's own. Nothing is asked over the network.
func CheckPortalURL(s string) (address, problem string) {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
	const write = "请写门户网站上这份报告的完整网址，如 https://www.example.gov.cn/xxgk/2025/nb.html。"
	switch {
	case s == "":
		return "", "网址是空的。" + write
	case len(s) > MaxPortalURL:
		return "", "网址过长，最多" + strconv.Itoa(MaxPortalURL) + "个字符。"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }) || strings.ContainsAny(s, `"<>\^{}|`+"`"):
		return "", "网址里有空格或不能用在网址里的字符。" + write
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return "", "网址无法识别。" + write
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
	case "":
		return "", "网址要以 http:// 或 https:// 开头。" + write
	default:
		return "", "只能写 http 或 https 的网址。" + write
	}
	if u.User != nil {
		return "", "网址里不能带用户名和口令。" + write
	}
	if problem := publicHost(u); problem != "" {
		return "", problem + write
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	return u.String(), ""
}

// privateNames are endings of names that no public network answers for.
var privateNames = []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "localdomain", "invalid", "test", "onion", "arpa"}

func publicHost(u *url.URL) string {
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return "网址的端口无效。"
		}
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if host == "" {
		return "网址里没有网站的名称。"
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if !publicAddr(ip) {
			return "这是内部网络的地址，公众打不开。"
		}
		return ""
	}
	labels := strings.Split(host, ".")
	for _, l := range labels {
		// Browsers fold other letters and dots into these, so that a name could be
		// another than it looks; Chinese names are the exception.
		if l == "" || len(l) > 63*3 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") || strings.ContainsFunc(l, func(r rune) bool {
			return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || unicode.Is(unicode.Han, r) && r < '\uf900')
		}) {
			return "网站的名称无效。"
		}
	}
	last := labels[len(labels)-1]
	if len(labels) == 1 {
		return "这是内部网络的名称，公众打不开。"
	}
	for _, p := range privateNames {
		if last == p {
			return "这是内部网络的名称，公众打不开。"
		}
	}
	// 127.1 and 0x7f.1 are addresses to a browser.
	if last[0] >= '0' && last[0] <= '9' {
		return "网站的名称无效。"
	}
	return ""
}

// Networks that netip does not call private and that nobody reaches from the
// internet, or that lead into such a network.
var closedNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("100::/64"),
}

func publicAddr(ip netip.Addr) bool {
	if ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, n := range closedNetworks {
		if n.Contains(ip) {
			return false
		}
	}
	return true
}
