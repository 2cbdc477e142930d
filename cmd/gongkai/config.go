package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/pflag"
)

// A config is everything serve can be told. A setting is taken from the flag,
// else from the environment (GONGKAI_ADDR …), else from the file, else it has
// its default. GONGKAI_DATABASE_FILE names a file that holds the value, for
// secrets.
type config struct {
	addr     string
	data     string
	database string
	blobs    string
	checking bool
	county   string
	address  string
	sample   bool
	fonts    []string
	logKey   string
	witness  []string
}

func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.addr, "addr", "127.0.0.1:8080", "监听的地址和端口；端口 0 为任选空闲端口")
	f.StringVar(&c.data, "data", "gongkai-data", "数据文件夹（SQLite 数据库和报告原件）")
	f.StringVar(&c.database, "database", "", "PostgreSQL 地址，如 postgres://…；缺省用数据文件夹里的 SQLite")
	f.StringVar(&c.blobs, "blobs", "", "报告原件的文件夹，缺省在数据文件夹内")
	f.StringVar(&c.logKey, "log-key", "", "公开存证的签名密钥文件，缺省为数据文件夹里的 log.key，第一次启动时生成")
	f.StringSliceVar(&c.witness, "witness", nil, "另外保存签名检查点的地方，可多次给出：file:文件，或 https://见证人的网址#公钥；不配置就不向外连接")
	f.BoolVar(&c.checking, "checking", false, "开放核对、填报、收报页面（不需要登录，只应在内网或本机开放）")
	f.StringVar(&c.county, "county", "", "页眉显示的地名，如 云岭县")
	f.StringVar(&c.address, "address", "", "对外的网址，如 https://xxgk.example.gov.cn")
	f.BoolVar(&c.sample, "sample", false, "载入示例县（机关和数据均为虚构）")
}

// secret settings may also be named by a file, and are never printed whole.
var secret = map[string]bool{"database": true}

// settle fills every flag that was not given from environment and file.
func settle(f *pflag.FlagSet, getenv func(string) string, file string) error {
	values, err := readConfig(file)
	if err != nil {
		return err
	}
	var failed error
	f.VisitAll(func(x *pflag.Flag) {
		if failed != nil || x.Changed || x.Name == "help" || x.Name == "config" || x.Name == "print-config" {
			return
		}
		env := "GONGKAI_" + strings.ToUpper(strings.ReplaceAll(x.Name, "-", "_"))
		v, from := getenv(env), "环境变量 "+env
		if v == "" && secret[x.Name] && getenv(env+"_FILE") != "" {
			b, err := os.ReadFile(getenv(env + "_FILE"))
			if err != nil {
				failed = fmt.Errorf("%s_FILE：%w", env, err)
				return
			}
			v = strings.TrimSpace(string(b))
		}
		if v == "" {
			var ok bool
			if v, ok = values[x.Name]; !ok {
				return
			}
			from = "配置文件 " + file
		}
		if err := f.Set(x.Name, v); err != nil {
			failed = fmt.Errorf("%s 中 %s 的值 %q 无效：%w", from, x.Name, v, err)
		}
	})
	if failed != nil {
		return failed
	}
	for k := range values {
		if f.Lookup(k) == nil {
			return fmt.Errorf("配置文件 %s 中的 %s 不是可以设置的项目", file, k)
		}
	}
	return nil
}

// readConfig reads lines of the form name = value; # begins a remark.
func readConfig(name string) (map[string]string, error) {
	out := map[string]string{}
	if name == "" {
		return out, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, v, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("配置文件 %s 第%d行应写成“名称 = 值”", name, n)
		}
		out[strings.TrimSpace(k)] = strings.Trim(strings.TrimSpace(v), `"`)
	}
	return out, s.Err()
}

// validate explains combinations that cannot work.
func (c *config) validate() error {
	if c.database != "" {
		u, err := url.Parse(c.database)
		if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
			return errors.New("--database 应是 postgres:// 开头的地址；使用 SQLite 时请只给 --data 文件夹")
		}
	}
	if c.address != "" {
		u, err := url.Parse(c.address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return errors.New("--address 应是完整的网址，如 https://xxgk.example.gov.cn")
		}
		c.address = strings.TrimRight(c.address, "/")
	}
	if _, err := c.witnesses(); err != nil {
		return err
	}
	if c.sample && c.database != "" {
		return errors.New("--sample 只能用于本机的 SQLite 数据，以免示例混入正式数据库")
	}
	return nil
}

// store is the address that store.Open understands.
func (c *config) store() string {
	if c.database != "" {
		return c.database
	}
	return "sqlite:" + filepath.ToSlash(c.databaseFile())
}

// databaseFile is the SQLite file.
func (c *config) databaseFile() string { return filepath.Join(c.data, "gongkai.db") }

func (c *config) blobFolder() string {
	if c.blobs != "" {
		return c.blobs
	}
	return filepath.Join(c.data, "files")
}

// effective lists every setting as it is in force, secrets without passwords.
func effective(f *pflag.FlagSet) []string {
	var out []string
	f.VisitAll(func(x *pflag.Flag) {
		if x.Name == "help" || x.Name == "print-config" || x.Name == "config" {
			return
		}
		v := x.Value.String()
		if secret[x.Name] {
			v = redacted(v)
		}
		out = append(out, x.Name+" = "+strings.TrimSuffix(strings.TrimPrefix(v, "["), "]"))
	})
	sort.Strings(out)
	return out
}

// redacted is an address without its password.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "（已隐藏）"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// exists reports whether a file is there.
func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
