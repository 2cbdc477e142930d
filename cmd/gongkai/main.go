// Command gongkai runs the regime of open government information: it serves
// the site, and reads, checks, adds up, prints and collects annual reports.
// Only this package reads the clock and the environment.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"gongkai/law"
)

// version is set by the linker.
var version = "dev"

func main() {
	allowDoubleClick()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit statuses of design and manual.
const (
	clean      = 0 // all clean
	faulty     = 1 // a finding of level error
	unreadable = 2 // a file could not be read, or the command was not understood
)

// An exitError ends the program with a status after everything was printed.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// program is what a command may use of the world outside.
type program struct {
	getenv   func(string) string
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	fonts    []string
}

func (p *program) today() law.Date { return law.DateOf(p.now()) }

// run is the whole program with the world as arguments.
func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) int {
	p := &program{getenv: getenv, in: in, out: out, err: errOut, now: time.Now}
	root := p.root()
	root.SetArgs(args)
	if args == nil {
		root.SetArgs([]string{}) // cobra would take the test binary's
	}
	err := root.ExecuteContext(ctx)
	var code exitError
	switch {
	case err == nil:
		return clean
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(errOut, "已中断。")
		return unreadable
	}
	fmt.Fprintf(errOut, "gongkai: %s\n", plain(err))
	return unreadable
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "gongkai",
		Short: "政府信息公开：年度报告的读取、核对、汇总、打印、收报与网站",
		Long: `政府信息公开工作年度报告的读取、核对、汇总、打印、收报与网站。

不带参数启动（或双击）时，在本机打开网站并启动浏览器。`,
		Args:          cobra.NoArgs,
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.launch(cmd.Context()) },
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("命令的参数无法识别（%v）。用法见 %s --help", err, c.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringSliceVar(&p.fonts, "fonts", nil, "另外查找中文字体的文件夹（可多次给出）")
	root.AddCommand(p.reportCommand(), p.serveCommand(), p.adminCommand(), p.demoCommand(), p.doctorCommand(), p.verifyCommand(), p.logCommand(), p.backupCommand(), p.restoreCommand(), p.migrateCommand(), p.zoneCommand(), p.configCommand(), p.deadlineCommand(), p.feeCommand(), &cobra.Command{
		Use: "version", Short: "显示版本", Args: cobra.NoArgs,
		Run: func(*cobra.Command, []string) { fmt.Fprintln(p.out, "gongkai", version) },
	})
	return root
}
