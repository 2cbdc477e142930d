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
	replica  string
	blobs    string
	checking bool
	tryLinks bool
	county   string
	address  string
	sample   bool
	fonts    []string
	logKey   string
	clamd    string

	secretKey     string
	withoutSecret bool
	blobsAccess   string
	blobsSecret   string

	notify  string
	witness []string
	signing signing
	zone    zoned
}

func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.addr, "addr", "127.0.0.1:8080", "监听的地址和端口；端口 0 为任选空闲端口")
	f.StringVar(&c.data, "data", "gongkai-data", "数据文件夹（SQLite 数据库和报告原件）")
	f.StringVar(&c.database, "database", "", "PostgreSQL 地址，如 postgres://…；缺省用数据文件夹里的 SQLite")
	f.StringVar(&c.replica, "replica", "", "PostgreSQL 从库的地址，如 postgres://用户@从库甲,从库乙/库名；公众页面从这里读，不可用或落后时自动改读主库")
	f.StringVar(&c.blobs, "blobs", "", "放文件（报告原件、附件）的文件夹，缺省在数据文件夹内；或对象存储 s3://桶/前缀?endpoint=https://主机[&region=…]")
	f.StringVar(&c.blobsAccess, "blobs-access-key", "", "对象存储的访问密钥；写在 GONGKAI_BLOBS_ACCESS_KEY_FILE 指定的文件里")
	f.StringVar(&c.blobsSecret, "blobs-secret-key", "", "对象存储的私有密钥；写在 GONGKAI_BLOBS_SECRET_KEY_FILE 指定的文件里")
	f.StringVar(&c.clamd, "clamd", "", "杀毒程序 clamd：unix:/run/clamav/clamd.ctl 或 tcp:主机:端口；写了以后，没有通过检查的文件不能打开")
	f.StringVar(&c.secretKey, "secret-key", "", "加密密钥文件，缺省为数据文件夹里的 secret.key，第一次启动时生成")
	f.BoolVar(&c.withoutSecret, "without-secret", false, "加密密钥找不回时仍然启动：加密的内容不能再读，也不能新收")
	f.StringVar(&c.logKey, "log-key", "", "公开存证的签名密钥文件，缺省为数据文件夹里的 log.key，第一次启动时生成")
	f.StringSliceVar(&c.witness, "witness", nil, "另外保存签名检查点的地方，可多次给出：file:文件，或 https://见证人的网址#公钥；不配置就不向外连接")
	f.StringVar(&c.notify, "notify", "", "通知渠道（邮件、短信网关、群机器人）的配置文件；不写则只在工作台内通知")
	f.BoolVar(&c.tryLinks, "check-links", false, "允许工作人员检查信息中指向外部网站的链接（要能访问互联网；缺省不访问）")
	f.BoolVar(&c.checking, "checking", false, "开放核对、填报、收报页面（不需要登录，只应在内网或本机开放）")
	f.StringVar(&c.county, "county", "", "页眉显示的地名，如 云岭县")
	f.StringVar(&c.address, "address", "", "对外的网址，如 https://xxgk.example.gov.cn")
	c.signing.flags(f)
	c.zone.flags(f)
	f.BoolVar(&c.sample, "sample", false, "载入示例县（机关和数据均为虚构）")
}

// secret settings may also be named by a file, and are never printed whole.
var secret = map[string]bool{"database": true, "replica": true, "blobs-access-key": true, "blobs-secret-key": true, "oidc-secret": true}

// paths are settings that are files themselves: GONGKAI_SECRET_KEY_FILE is its place.
var paths = map[string]bool{"secret-key": true, "log-key": true}

// settle fills every flag that was not given from environment and file.
func settle(f *pflag.FlagSet, getenv func(string) string, file string) error {
	_, err := settleFrom(f, getenv, file)
	return err
}

// unsettled reports whether a flag is none of the settings.
func unsettled(name string) bool { return name == "help" || name == "config" || name == "print-config" }

func variable(name string) string {
	return "GONGKAI_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// settleFrom is settle that says where each setting came from.
func settleFrom(f *pflag.FlagSet, getenv func(string) string, file string) (origin map[string]string, err error) {
	values, err := readConfig(file)
	if err != nil {
		return nil, err
	}
	origin = map[string]string{}
	var failed error
	f.VisitAll(func(x *pflag.Flag) {
		if failed != nil || unsettled(x.Name) {
			return
		}
		if x.Changed {
			origin[x.Name] = "命令行"
			return
		}
		env := variable(x.Name)
		v, from := getenv(env), "环境变量 "+env
		if v == "" && paths[x.Name] {
			v, from = getenv(env+"_FILE"), "环境变量 "+env+"_FILE"
		}
		if v == "" && secret[x.Name] && getenv(env+"_FILE") != "" {
			from = "环境变量 " + env + "_FILE 所指的文件 " + getenv(env+"_FILE")
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
			if secret[x.Name] {
				v = "（已隐藏）"
			}
			failed = fmt.Errorf("%s 中 %s 的值 %q 无效：%w", from, x.Name, v, err)
		}
		origin[x.Name] = from
	})
	if failed != nil {
		return nil, failed
	}
	for k := range values {
		if f.Lookup(k) == nil || unsettled(k) {
			return nil, fmt.Errorf("配置文件 %s 中的 %s 不是可以设置的项目；可以设置的见 gongkai config", file, k)
		}
	}
	return origin, nil
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
		if k = strings.TrimSpace(k); out[k] != "" {
			return nil, fmt.Errorf("配置文件 %s 第%d行：%s 写了两次", name, n, k)
		}
		out[k] = strings.Trim(strings.TrimSpace(v), `"`)
	}
	return out, s.Err()
}

// validate explains combinations that cannot work.
func (c *config) validate() error {
	if c.database != "" {
		if !isPostgres(c.database) {
			return errors.New("--database 应是 postgres:// 开头的地址；使用 SQLite 时请只给 --data 文件夹")
		}
	}
	switch {
	case c.replica == "":
	case !isPostgres(c.replica):
		return errors.New("--replica 应是 postgres:// 开头的地址")
	case c.database == "":
		return errors.New("--replica 是 PostgreSQL 的从库，要与 --database 一起用；SQLite 没有从库")
	}
	if c.address != "" {
		u, err := url.Parse(c.address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return errors.New("--address 应是完整的网址，如 https://xxgk.example.gov.cn")
		}
		c.address = strings.TrimRight(c.address, "/")
	}
	if err := c.zone.validate(); err != nil {
		return err
	}
	if _, err := c.witnesses(); err != nil {
		return err
	}
	if strings.HasPrefix(c.blobs, "s3:") && (c.blobsAccess == "" || c.blobsSecret == "") {
		return errors.New("--blobs 是对象存储时，还要有访问密钥和私有密钥：写进两个只有本用户可读的文件，用环境变量 GONGKAI_BLOBS_ACCESS_KEY_FILE 和 GONGKAI_BLOBS_SECRET_KEY_FILE 指到它们")
	}
	if network, rest, _ := strings.Cut(c.clamd, ":"); c.clamd != "" && (network != "unix" && network != "tcp" || rest == "") {
		return errors.New("--clamd 应写成 unix:/run/clamav/clamd.ctl 或 tcp:主机:端口")
	}
	if c.sample && c.database != "" {
		return errors.New("--sample 只能用于本机的 SQLite 数据，以免示例混入正式数据库")
	}
	return nil
}

// isPostgres does not read the list of servers: not every one is a URL's.
func isPostgres(address string) bool {
	scheme, _, ok := strings.Cut(address, "://")
	return ok && (scheme == "postgres" || scheme == "postgresql")
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
		if !unsettled(x.Name) {
			out = append(out, x.Name+" = "+shownValue(x))
		}
	})
	sort.Strings(out)
	return out
}

// shownValue is a setting as it may be printed.
func shownValue(x *pflag.Flag) string {
	v := x.Value.String()
	switch {
	case x.Name == "database", x.Name == "replica" && v != "":
		v = redacted(v)
	case secret[x.Name] && v != "":
		v = "（已设置，不显示）"
	}
	return strings.TrimSuffix(strings.TrimPrefix(v, "["), "]")
}

// redacted is an address without its password.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "（已隐藏）"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	if q.Has("replica") { // an address in the address
		q.Set("replica", redacted(q.Get("replica")))
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// exists reports whether a file is there.
func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
