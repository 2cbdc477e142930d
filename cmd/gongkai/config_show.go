package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// configCommand shows what is in force and where it came from.
func (p *program) configCommand() *cobra.Command {
	var cfg config
	var file string
	c := &cobra.Command{
		Use: "config", Short: "显示生效的设置和每一项的来源", Args: cobra.NoArgs,
		Long: `显示生效的设置，每项一行：名称、值、来源（命令行、环境变量、配置文件、缺省）。
密码和密钥不显示。serve、backup、restore、migrate、doctor 等用同一份设置。
写错的名称和互相矛盾的设置在这里指出；退出状态：0 可用，2 不可用。`,
	}
	settings := pflag.NewFlagSet("config", pflag.ContinueOnError)
	cfg.flags(settings)
	c.Flags().AddFlagSet(settings)
	c.Flags().StringVar(&file, "config", "", "配置文件，每行“名称 = 值”，名称同命令行参数")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if fonts := cmd.Flags().Lookup("fonts"); fonts != nil {
			settings.AddFlag(fonts)
		}
		if file == "" {
			file = p.getenv("GONGKAI_CONFIG")
		}
		origin, err := settleFrom(settings, p.getenv, file)
		if err != nil {
			return err
		}
		p.showConfig(settings, origin)
		return errors.Join(cfg.validate(), strangers(settings, os.Environ()))
	}
	return c
}

func (p *program) showConfig(settings *pflag.FlagSet, origin map[string]string) {
	t := textTable{}
	settings.VisitAll(func(x *pflag.Flag) {
		if unsettled(x.Name) {
			return
		}
		from := origin[x.Name]
		if from == "" {
			from = "缺省"
		}
		t.add(x.Name+" =", shownValue(x), "# "+from)
	})
	t.write(p.out)
}

// ours are the variables beside the settings.
var ours = []string{"GONGKAI_CONFIG", "GONGKAI_BROWSER", "GONGKAI_BENCH", "GONGKAI_TEST_"}

// strangers names variables that look like settings and are none: a misspelt
// GONGKAI_DATABASE would leave the site on another database in silence.
func strangers(settings *pflag.FlagSet, environ []string) error {
	known := map[string]bool{}
	settings.VisitAll(func(x *pflag.Flag) {
		v := variable(x.Name)
		known[v] = true
		known[v+"_FILE"] = secret[x.Name] || paths[x.Name]
	})
	var bad []string
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		is := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		if is("GONGKAI_") && !known[name] && !slices.ContainsFunc(ours, is) {
			bad = append(bad, name)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	return fmt.Errorf("环境变量 %s 不是可以设置的项目，没有起作用；名称是否写错？", strings.Join(bad, "、"))
}
