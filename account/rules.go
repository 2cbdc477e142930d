package account

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Rules are what an instance decides about signing in.
type Rules struct {
	Idle        time.Duration // a session ends after so long without a request 空闲时限
	Longest     time.Duration // and after so long at all 最长时限
	Sure        time.Duration // how long a confirmation of who one is lasts 再次确认
	OneTime     time.Duration // how long a one-time password may be used 一次性口令有效期
	Age         time.Duration // after which a password has to be changed, 0 for never 口令有效期
	FactorRoles []string      // names of roles, Chinese or English, that need a second factor 双因素岗位
	AccountFree int           // wrong attempts at one account before waiting begins
	AddressFree int           // wrong attempts from one address before waiting begins
}

// The names of the settings of the instance.
const (
	SettingIdle    = "signin.idle"
	SettingLongest = "signin.longest"
	SettingAge     = "signin.password_age"
	SettingFactor  = "signin.factor"
)

// NoRoles is the value of SettingFactor that asks nobody for a second factor.
const NoRoles = "无"

// Defaults are the rules where nothing was decided.
func Defaults() Rules {
	return Rules{Idle: 30 * time.Minute, Longest: 12 * time.Hour, Sure: 10 * time.Minute, OneTime: 7 * 24 * time.Hour,
		FactorRoles: roleNames("系统管理员、安全管理员、审计管理员"), AccountFree: 5, AddressFree: 30}
}

// A Setting is one that people may decide, with what it means.
type Setting struct {
	Name    string
	Label   string // Chinese
	Hint    string
	Unit    string // 分钟, 小时, 天; "" for a list
	Min     int
	Max     int
	Default string // value where nothing was decided
}

// Settings lists them.
func Settings() []Setting {
	return []Setting{
		{SettingIdle, "没有操作多久自动退出", "5至480", "分钟", 5, 480, "30"},
		{SettingLongest, "登录后最长多久要重新登录", "1至72", "小时", 1, 72, "12"},
		{SettingAge, "口令用多久必须更换", "0至3650，0为不要求", "天", 0, 3650, "0"},
		{SettingFactor, "必须使用动态口令的岗位", "写岗位名称，用顿号隔开，如 系统管理员、安全管理员；写“" + NoRoles + "”为都不要求", "", 0, 0, "系统管理员、安全管理员、审计管理员"},
	}
}

// roleNames are the words between which a list of roles is cut.
func roleNames(s string) []string {
	var out []string
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;； ", r) }) {
		if f != NoRoles {
			out = append(out, f)
		}
	}
	return out
}

// CheckSetting says in Chinese why a setting cannot have the value, or nil. An
// empty value is the default. known tells whether a word is the name of a role.
func CheckSetting(name, value string, known func(role string) bool) error {
	i := slices.IndexFunc(Settings(), func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return fmt.Errorf("没有名为“%s”的登录设置。", name)
	}
	s := Settings()[i]
	if strings.TrimSpace(value) == "" {
		return nil
	}
	if s.Unit == "" {
		for _, r := range roleNames(value) {
			if !known(r) {
				return fmt.Errorf("“%s”不是岗位名称。请按“人员”页上的岗位名称填写。", r)
			}
		}
		return nil
	}
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err != nil || n < s.Min || n > s.Max {
		return fmt.Errorf("请填写%d至%d之间的整数（%s）。", s.Min, s.Max, s.Unit)
	}
	return nil
}

// Decided are the rules with what was decided. What cannot be read counts as
// not decided: a wrong setting must not open a door.
func Decided(get func(name string) string) Rules {
	r := Defaults()
	for _, x := range []struct {
		name string
		unit time.Duration
		to   *time.Duration
	}{{SettingIdle, time.Minute, &r.Idle}, {SettingLongest, time.Hour, &r.Longest}, {SettingAge, 24 * time.Hour, &r.Age}} {
		v := strings.TrimSpace(get(x.name))
		if v == "" || CheckSetting(x.name, v, nil) != nil {
			continue
		}
		n, err := strconv.Atoi(v)
		if err == nil {
			*x.to = time.Duration(n) * x.unit
		}
	}
	if v := strings.TrimSpace(get(SettingFactor)); v != "" {
		r.FactorRoles = roleNames(v)
	}
	return r
}
