package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errInside says that an address is not one of the open internet.
var errInside = errors.New("不是公网地址，没有检查")

// linkTrier tries whether links to other sites answer. It asks for no content,
// follows few redirects, and goes to addresses of the open internet only: a link
// in a text must not make this machine knock at others of its own network.
func linkTrier() func(ctx context.Context, address string) (problem string) {
	d := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := at.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip) {
			return errInside
		}
		return nil
	}}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 8 * time.Second, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > 5 {
				return errors.New("跳转太多")
			}
			return nil
		}}
	return func(ctx context.Context, address string) string {
		code := 0
		for _, method := range []string{http.MethodHead, http.MethodGet} { // some sites do not know HEAD
			req, err := http.NewRequestWithContext(ctx, method, address, nil)
			if err != nil {
				return "网址无法识别"
			}
			req.Header.Set("User-Agent", "gongkai link check")
			res, err := client.Do(req)
			var no *net.DNSError
			switch {
			case errors.Is(err, errInside):
				return errInside.Error()
			case errors.As(err, &no):
				return "域名找不到"
			case err != nil:
				return "没有回应"
			}
			_ = res.Body.Close()
			if code = res.StatusCode; code < 400 {
				return ""
			}
		}
		return fmt.Sprintf("对方网站回答 %d", code)
	}
}
