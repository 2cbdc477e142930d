package main

import (
	"strings"
	"testing"
)

// Settings that cannot work are explained at the start, not at the first
// sign-in.
func TestSignInSettings(t *testing.T) {
	for name, c := range map[string]struct {
		s       signing
		address string
		says    string // "" if it is accepted
	}{
		"none":                {signing{}, "", ""},
		"proxy address":       {signing{proxies: []string{"10.0.0.5", "10.1.0.0/16", "fd00::1"}}, "", ""},
		"proxy name":          {signing{proxies: []string{"proxy.local"}}, "", "--trusted-proxy"},
		"client alone":        {signing{client: "gongkai"}, "", "--oidc-issuer"},
		"issuer alone":        {signing{issuer: "https://sso.example.gov.cn"}, "https://x.example.gov.cn", "--oidc-client"},
		"issuer is a name":    {signing{issuer: "sso.example.gov.cn", client: "gongkai"}, "https://x.example.gov.cn", "完整的网址"},
		"without own address": {signing{issuer: "https://sso.example.gov.cn", client: "gongkai"}, "", "--address"},
		"whole":               {signing{issuer: "https://sso.example.gov.cn", client: "gongkai", secret: "s\n", name: "省统一身份认证"}, "https://x.example.gov.cn", ""},
	} {
		o, err := c.s.options(c.address)
		switch {
		case (err == nil) != (c.says == ""), err != nil && !strings.Contains(err.Error(), c.says):
			t.Errorf("%s: %v", name, err)
		case err == nil && len(o.Trusted) != len(c.s.proxies), name == "whole" && (o.OIDC == nil || o.OIDC.Secret != "s"):
			t.Errorf("%s: %+v", name, o)
		}
	}
}
