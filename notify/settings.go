package notify

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gongkai/portal"
	"gongkai/store"
)

// Settings are the channels that a file of settings names.
type Settings struct {
	Place    string // name in front of every message, e.g. 云岭县
	Root     string // public address of the site, "" if it has none: nobody can subscribe then
	channels []Channel
	portal   *portal.Target
}

// Portal is where published items are pushed to, nil if the file names nothing.
func (c *Settings) Portal() *portal.Target { return c.portal }

// Names lists the channels.
func (c *Settings) Names() []string {
	var out []string
	for _, ch := range c.channels {
		out = append(out, ch.Name)
	}
	return out
}

// maxSettings bounds a file of settings and of a secret, in bytes.
const maxSettings = 64 << 10

// known are the names that a file of settings may have.
var known = []string{
	"place", "proxy",
	"mail.host", "mail.port", "mail.security", "mail.from", "mail.user", "mail.password-file", "mail.ca-file",
	"sms.url", "sms.type", "sms.body", "sms.header", "sms.ok", "sms.secret-file",
	"wecom.url", "wecom.url-file", "dingtalk.url", "dingtalk.url-file", "dingtalk.secret-file",
	"file.folder",
	"portal.url", "portal.url-file", "portal.secret-file",
}

// values of one file, with the folder that relative names start from.
type values struct {
	name string
	dir  string
	v    map[string]string
}

// Load reads a file of settings: lines of the form name = value, # begins a
// remark. Passwords and keys stand in files of their own, named by …-file. now
// is the clock, for signatures. Errors say in Chinese what to write.
func Load(name string, now func() time.Time) (*Settings, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("通知配置文件：%w", err)
	}
	defer f.Close()
	v, err := parse(f, name)
	if err != nil {
		return nil, err
	}
	return v.settings(now)
}

func parse(r io.Reader, name string) (values, error) {
	v := values{name: name, dir: filepath.Dir(name), v: map[string]string{}}
	s := bufio.NewScanner(io.LimitReader(r, maxSettings))
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, val, ok := strings.Cut(line, "=")
		k, val = strings.TrimSpace(k), strings.TrimSpace(val)
		switch {
		case !ok:
			return v, fmt.Errorf("通知配置文件 %s 第%d行应写成“名称 = 值”", name, n)
		case !slices.Contains(known, k):
			return v, fmt.Errorf("通知配置文件 %s 第%d行：没有“%s”这个项目", name, n, k)
		case v.v[k] != "":
			return v, fmt.Errorf("通知配置文件 %s 第%d行：“%s”写了两次", name, n, k)
		}
		v.v[k] = val
	}
	return v, s.Err()
}

func (v values) fault(format string, args ...any) error {
	return fmt.Errorf("通知配置文件 %s：%s", v.name, fmt.Sprintf(format, args...))
}

// path is a file named in the settings.
func (v values) path(key string) string {
	p := v.v[key]
	if p != "" && !filepath.IsAbs(p) {
		p = filepath.Join(v.dir, p)
	}
	return p
}

// secret is the content of a file named in the settings, "" if none is.
func (v values) secret(key string) (string, error) {
	p := v.path(key)
	if p == "" {
		return "", nil
	}
	f, err := os.Open(p)
	if err != nil {
		return "", v.fault("%s：%v", key, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSettings))
	if err != nil {
		return "", v.fault("%s：%v", key, err)
	}
	if s := strings.TrimSpace(string(b)); s != "" {
		return s, nil
	}
	return "", v.fault("%s 指的文件是空的", key)
}

// address is an address of the settings or, because a robot's holds its key, of
// a file they name.
func (v values) address(key string) (string, error) {
	s := v.v[key]
	if s == "" {
		var err error
		if s, err = v.secret(key + "-file"); err != nil || s == "" {
			return "", err
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", v.fault("%s 应是 https:// 开头的完整网址", key) // not shown: it may hold a key
	}
	return s, nil
}

func (v values) settings(now func() time.Time) (*Settings, error) {
	c := &Settings{Place: v.v["place"]}
	client, err := v.client()
	if err != nil {
		return nil, err
	}
	to := portal.Target{Client: client}
	if to.Address, err = v.address("portal.url"); err != nil {
		return nil, err
	}
	if to.Secret, err = v.secret("portal.secret-file"); err != nil {
		return nil, err
	}
	if to.Address != "" {
		c.portal = &to
	}
	for _, make := range []func() (Channel, error){
		v.mail,
		func() (Channel, error) { return v.sms(client, now) },
		func() (Channel, error) { return v.wecom(client) },
		func() (Channel, error) { return v.dingtalk(client, now) },
		v.folder,
	} {
		ch, err := make()
		if err != nil {
			return nil, err
		}
		if ch.Send != nil {
			c.channels = append(c.channels, ch)
		}
	}
	return c, nil
}

// client follows no redirect and asks no proxy that the settings do not name.
func (v values) client() (*http.Client, error) {
	t := &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second}
	if p := v.v["proxy"]; p != "" {
		u, err := url.Parse(p)
		if err != nil || u.Host == "" {
			return nil, v.fault("proxy 应是 http:// 开头的地址")
		}
		t.Proxy = http.ProxyURL(u)
	}
	return &http.Client{Transport: t, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// folder writes every message into a file of its own, so that a county without a
// gateway sees what would go out.
func (v values) folder() (Channel, error) {
	dir := v.path("file.folder")
	if dir == "" {
		return Channel{}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Channel{}, v.fault("file.folder：%v", err)
	}
	return Channel{store.ChannelFile, fileSender(dir)}, nil
}
