package org_test

import (
	"strings"
	"testing"

	"gongkai/org"
)

func TestPortalAddressesThatThePublicCanOpen(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.example.gov.cn/xxgk/2025/nb.html":            "https://www.example.gov.cn/xxgk/2025/nb.html",
		"  http://WWW.Example.gov.cn:8080/a?id=5&x=1#top\u3000":   "http://www.example.gov.cn:8080/a?id=5&x=1#top",
		"HTTPS://www.example.gov.cn":                              "https://www.example.gov.cn",
		"http://云岭县.政务.cn/年报":                                     "",
		"http://8.8.8.8/a":                                        "http://8.8.8.8/a",
		"https://xn--fiq228c.example.cn/a":                        "https://xn--fiq228c.example.cn/a",
		"https://www.example.gov.cn/%E5%B9%B4%E6%8A%A5/index.htm": "https://www.example.gov.cn/%E5%B9%B4%E6%8A%A5/index.htm",
	} {
		got, problem := org.CheckPortalURL(in)
		if problem != "" || want != "" && got != want {
			t.Errorf("%q: %q %s", in, got, problem)
		}
		if again, problem := org.CheckPortalURL(got); again != got || problem != "" {
			t.Errorf("%q is kept as %q, which is read as %q %s", in, got, again, problem)
		}
	}
}

func TestPortalAddressesThatAreRefused(t *testing.T) {
	for _, in := range []string{"", "   ", "www.example.gov.cn/nb", "//www.example.gov.cn/nb", "/nb", "ftp://www.example.gov.cn/nb", "javascript:alert(1)", "JaVaScRiPt://www.example.gov.cn/%0aalert(1)",
		"data:text/html,x", "file:///etc/passwd", "mailto:a@example.gov.cn", "http:www.example.gov.cn", "http:///nb", "http://",
		"http://localhost/nb", "http://LOCALHOST:80/", "http://a.localhost/", "http://oa/nb", "http://oa.local/nb", "http://oa.lan/nb", "http://x.internal/",
		"http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://0/", "http://10.1.2.3/nb", "http://192.168.1.1/nb", "http://172.16.0.9/", "http://169.254.1.1/",
		"http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]/",
		"http://[::ffff:10.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://www.example.gov.cn@10.0.0.1/", "http://user:pass@www.example.gov.cn/",
		"http://www.example.gov.cn:99999/", "http://www.example.gov.cn:0/", "http://www.exa mple.gov.cn/", "http://www.example.gov.cn/\n<script>", "http://www.example.gov.cn/\u202eabc", "http://-a.cn/", "http://a..cn/",
		"http://www.example.gov.cn/\"onload=", "https://www.example.gov.cn/" + strings.Repeat("a", 600)} {
		if got, problem := org.CheckPortalURL(in); problem == "" {
			t.Errorf("%q is taken as %q", in, got)
		} else if got != "" || !strings.HasSuffix(problem, "。") {
			t.Errorf("%q: %q %q", in, got, problem)
		}
	}
}

func FuzzPortalURL(f *testing.F) {
	f.Add("https://www.example.gov.cn/a?b=c#d")
	f.Add("http://[::ffff:10.0.0.1]/")
	f.Fuzz(func(t *testing.T, s string) {
		got, problem := org.CheckPortalURL(s)
		if (got == "") == (problem == "") {
			t.Fatalf("%q: %q %q", s, got, problem)
		}
		if got == "" {
			return
		}
		if !strings.HasPrefix(got, "http://") && !strings.HasPrefix(got, "https://") {
			t.Fatalf("%q: %q", s, got)
		}
		if again, problem := org.CheckPortalURL(got); problem != "" || again != got {
			t.Fatalf("%q is kept as %q, which is read as %q %s", s, got, again, problem)
		}
	})
}
