package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

// adminCommand makes the first administrator of a data folder. Everybody else is
// recorded on the desk.
func (p *program) adminCommand() *cobra.Command {
	var cfg config
	var file, name, login, organ string
	var noFactor bool
	c := &cobra.Command{
		Use: "admin", Short: "设立首位管理员", Args: cobra.NoArgs,
		Long: `设立首位管理员：主管部门兼安全管理员。机关名单里还没有这个机关的，一并登记。
屏幕上显示一次性口令，首次登录时须更换。已有安全管理员时拒绝。`,
		Example: `  gongkai admin --name 林知远 --login xian --organ 云岭县人民政府`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				file = p.getenv("GONGKAI_CONFIG")
			}
			if err := settle(cmd.Flags(), p.getenv, file); err != nil {
				return err
			}
			if err := cfg.validate(); err != nil {
				return err
			}
			if name == "" || login == "" || organ == "" {
				return errors.New("请写明 --name 姓名、--login 账号、--organ 机关全称")
			}
			ctx := cmd.Context()
			st, err := p.openLogged(ctx, cfg)
			if err != nil {
				return err
			}
			defer st.Close()
			at, err := organNamed(cmd, st, organ)
			if err != nil {
				return err
			}
			id, err := st.FirstAdministrator(ctx, name, login, at.ID)
			if err != nil {
				return refusalText(err)
			}
			by := store.By{Viewer: org.Program("gongkai admin")}
			password := oneTime()
			if _, err := st.OpenAccount(ctx, by, id, login, password); err != nil {
				return refusalText(err)
			}
			if noFactor {
				if _, err := st.SaveSetting(ctx, by, store.Setting{Name: account.SettingFactor, Value: account.NoRoles}); err != nil && !errors.Is(err, store.ErrConflict) {
					return err
				}
			}
			fmt.Fprintf(p.out, "已设立首位管理员：%s（%s，主管部门、安全管理员）\n账号：%s\n一次性口令：%s\n首次登录时请更换口令。\n", name, at.Name, login, password)
			return nil
		},
	}
	cfg.flags(c.Flags())
	c.Flags().StringVar(&file, "config", "", "配置文件")
	c.Flags().StringVar(&name, "name", "", "姓名")
	c.Flags().StringVar(&login, "login", "", "账号：小写字母、数字、点、横线")
	c.Flags().StringVar(&organ, "organ", "", "所在机关的全称")
	c.Flags().BoolVar(&noFactor, "no-second-factor", false, "不要求管理员使用动态口令（没有手机的内网环境；以后可在设置中改回）")
	return c
}

// organNamed finds an organ by its full name, or records it as a top.
func organNamed(cmd *cobra.Command, st *store.Store, name string) (org.Organ, error) {
	list, err := st.Organs(cmd.Context())
	if err != nil {
		return org.Organ{}, err
	}
	for _, o := range list {
		if o.Name == name {
			return o, nil
		}
	}
	o := org.Organ{Name: name}
	o.Kind, o.Level = org.GuessKind(name)
	if err := o.Check(); err != nil {
		return o, err
	}
	return st.SaveOrgan(cmd.Context(), o)
}

// oneTime draws a password that can be read out: three groups without letters
// that look alike.
func oneTime() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b strings.Builder
	for b.Len() < 14 {
		var x [1]byte
		_, _ = io.ReadFull(rand.Reader, x[:]) // never fails
		if int(x[0]) >= 256-256%len(letters) {
			continue // each letter is as likely as the others
		}
		if b.Len() == 4 || b.Len() == 9 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(x[0])%len(letters)])
	}
	return b.String()
}

// refusalText is what a refusal says, without the names of packages.
func refusalText(err error) error {
	var r *act.Refusal
	if errors.As(err, &r) {
		return errors.New(r.Text)
	}
	return err
}
