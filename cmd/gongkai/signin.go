package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"gongkai/web/signin"
)

// signing is how people may sign in beside passwords, and what stands in front
// of the program.
type signing struct {
	issuer, client, secret, name string
	strong                       bool
	proxies                      []string
}

func (s *signing) flags(f *pflag.FlagSet) {
	f.StringVar(&s.issuer, "oidc-issuer", "", "统一身份认证（OpenID Connect）的发行者网址；不写就只用口令登录")
	f.StringVar(&s.client, "oidc-client", "", "在统一身份认证登记的客户端标识")
	f.StringVar(&s.secret, "oidc-secret", "", "客户端密钥；写在 GONGKAI_OIDC_SECRET_FILE 指定的文件里")
	f.StringVar(&s.name, "oidc-name", "统一身份认证", "登录按钮上的名称")
	f.BoolVar(&s.strong, "oidc-strong", false, "统一身份认证自己要求双因素，不再要求动态口令")
	f.StringSliceVar(&s.proxies, "trusted-proxy", nil, "可信的反向代理地址或网段，可多次给出；只相信它们写的 X-Forwarded-For")
}

// options reads the settings. Errors say in Chinese what to write.
func (s *signing) options(address string) (signin.Options, error) {
	var o signin.Options
	for _, p := range s.proxies {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			a, err := netip.ParseAddr(p)
			if err != nil {
				return o, fmt.Errorf("--trusted-proxy 的值 %q 不是地址或网段，应写成 10.0.0.5 或 10.0.0.0/8", p)
			}
			prefix = netip.PrefixFrom(a, a.BitLen())
		}
		o.Trusted = append(o.Trusted, prefix)
	}
	if s.issuer == "" {
		if s.client != "" || s.secret != "" {
			return o, errors.New("写了 --oidc-client 或 --oidc-secret，却没有写 --oidc-issuer")
		}
		return o, nil
	}
	u, err := url.Parse(s.issuer)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return o, errors.New("--oidc-issuer 应是完整的网址，如 https://sso.example.gov.cn/realms/xian")
	case s.client == "":
		return o, errors.New("写了 --oidc-issuer，还须写 --oidc-client（在统一身份认证登记时取得）")
	case address == "":
		return o, errors.New("使用统一身份认证须写 --address：登录后要回到这个网址")
	}
	o.OIDC = &signin.OIDC{Name: s.name, Issuer: s.issuer, ClientID: s.client, Secret: strings.TrimSpace(s.secret), Strong: s.strong}
	return o, nil
}
