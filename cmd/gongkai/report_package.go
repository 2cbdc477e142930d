package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/act"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

func (p *program) packageCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "package", Short: "报送包：向另一个系统报送，收取报送，答复",
		Long: `两个系统之间不联网也能报送：报送方生成报送包文件，用U盘、邮件或者政务内网送到收取方；
收取方导入后审核，生成答复文件送回，报送方导入。文件由存证密钥签名，改动一个字都会被发现；
同一个文件导入几次结果相同，旧的不会覆盖新的。

先用 peers 登记对方的公钥。双方的存证名称必须不同。`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(p.packageExport(), p.packageImport(), p.packageAnswer(), p.packagePeers())
	return c
}

// operator is who acts when a command is typed.
func operator() store.By { return store.By{Viewer: org.Program("命令行")} }

// withOrgan is a command about one organ's report of a year, which writes a file.
func (p *program) withOrgan(c *cobra.Command, name string, run func(ctx context.Context, st *store.Store, o org.Organ, year int) ([]byte, error)) *cobra.Command {
	var organ, output string
	var year int
	c.Flags().StringVar(&organ, "organ", "", "机关的统一社会信用代码，或者全称")
	c.Flags().IntVar(&year, "year", 0, "年度，如 2025")
	c.Flags().StringVarP(&output, "output", "o", "", "写到的文件（缺省为“"+name+"-机关代码-年度.json”），“-”为标准输出")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		if organ == "" || year == 0 {
			return errors.New("请用 --organ 和 --year 写明哪个机关、哪个年度")
		}
		return p.logged(ctx, cfg, func(st *store.Store) error {
			o, err := filerNamed(ctx, st, organ)
			if err != nil {
				return err
			}
			b, err := run(ctx, st, o, year)
			if err != nil {
				return err
			}
			if output == "-" {
				_, err := p.out.Write(b)
				return err
			}
			if output == "" {
				output = fmt.Sprintf("%s-%s-%d.json", name, o.Code, year)
			}
			if err := writeWhole(output, b); err != nil {
				return err
			}
			fmt.Fprintln(p.err, "已写入", output)
			return nil
		})
	})
}

// logged runs with the store of the site and the key of its log.
func (p *program) logged(ctx context.Context, cfg config, run func(*store.Store) error) error {
	st, err := p.openLogged(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	return said(run(st))
}

// said turns a refusal into its words.
func said(err error) error {
	var refused *act.Refusal
	if errors.As(err, &refused) {
		return errors.New(refused.Text)
	}
	return err
}

// filerNamed finds an organ by its code or its whole name.
func filerNamed(ctx context.Context, st *store.Store, named string) (org.Organ, error) {
	o, err := st.OrganByCode(ctx, named)
	if !errors.Is(err, store.ErrNotFound) {
		return o, err
	}
	list, err := st.Organs(ctx)
	if err != nil {
		return o, err
	}
	var found []org.Organ
	for _, x := range list {
		if x.Name == named {
			found = append(found, x)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return o, fmt.Errorf("没有代码或全称为“%s”的机关", named)
	}
	return o, fmt.Errorf("有%d个机关叫“%s”，请写代码", len(found), named)
}

func (p *program) packageExport() *cobra.Command {
	var source bool
	c := &cobra.Command{
		Use: "export", Short: "生成报送包：最近一次报送或发布的报告",
		Long: "生成报送包。报告须已报送（或已发布）。内容没有变化时，再生成一次，逐字节相同。",
	}
	c.Flags().BoolVar(&source, "source", false, "附上报告的原件")
	return p.withOrgan(c, "报送包", func(ctx context.Context, st *store.Store, o org.Organ, year int) ([]byte, error) {
		return st.ExportPackage(ctx, operator(), o.ID, year, source)
	})
}

func (p *program) packageAnswer() *cobra.Command {
	c := &cobra.Command{
		Use: "answer", Short: "生成答复：收到、退回（附意见）、审核通过",
		Long: "对最近收到的报送包生成答复，写明它现在的状态。导入用 import。",
	}
	return p.withOrgan(c, "答复", func(ctx context.Context, st *store.Store, o org.Organ, year int) ([]byte, error) {
		return st.ExportAnswer(ctx, operator(), o.ID, year)
	})
}

func (p *program) packageImport() *cobra.Command {
	var files []string
	c := p.dataCommand(&cobra.Command{
		Use: "import 文件…", Short: "导入报送包或答复",
		Long: `导入报送包（作为对方的报送，等本系统审核）或者答复（在本系统退回、审核通过）。

退出状态：0 全部导入；1 有文件被拒绝，写明原因；2 文件无法读取。`,
	}, func(ctx context.Context, cfg config) error {
		return p.logged(ctx, cfg, func(st *store.Store) error { return p.importPackages(ctx, st, files) })
	})
	c.Args = func(_ *cobra.Command, args []string) error {
		if files = args; len(args) == 0 {
			return errors.New("请写要导入的文件")
		}
		return nil
	}
	return c
}

func (p *program) importPackages(ctx context.Context, st *store.Store, files []string) error {
	code := clean
	for _, name := range files {
		b, err := readPackage(name)
		if err != nil {
			fmt.Fprintf(p.err, "%s：%s\n", name, plain(err))
			code = unreadable
			continue
		}
		text, err := takePackage(ctx, st, b)
		var refused *act.Refusal
		switch {
		case errors.As(err, &refused):
			fmt.Fprintf(p.out, "%s：没有导入。%s\n", name, refused.Text)
			code = max(code, 1)
		case err != nil:
			return err
		default:
			fmt.Fprintf(p.out, "%s：%s\n", name, text)
		}
	}
	if code != clean {
		return exitError(code)
	}
	return nil
}

func readPackage(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, reporting.MaxPackage+1))
}

// takePackage takes in one file and says what became of it.
func takePackage(ctx context.Context, st *store.Store, b []byte) (string, error) {
	x, err := st.OpenPackage(ctx, operator(), b)
	if err != nil {
		return "", err
	}
	what := fmt.Sprintf("%s%d年度报告第%d版", x.Organ.Name, x.Year, x.N)
	if x.Answer != nil {
		d, err := st.TakeAnswer(ctx, operator(), x)
		if err == nil && d.Act == 0 {
			return what + "的这份答复导入过，没有变化。", nil
		}
		return what + "的答复已导入：" + answered(x.Answer.State) + "。", err
	}
	findings, err := st.JudgePackage(ctx, x)
	if err != nil {
		return "", err
	}
	d, err := st.TakePackage(ctx, operator(), x, findings)
	if err == nil && d.Act == 0 {
		return what + "导入过，没有变化。", nil
	}
	return what + "已导入（" + x.Body.State.Chinese() + "），来自“" + x.Peer.Title + "”。", err
}

// answered is what an answer says.
func answered(s reporting.FilingState) string {
	if s == reporting.FilingSubmitted {
		return "对方已收到"
	}
	return s.Chinese()
}

func (p *program) packagePeers() *cobra.Command {
	var key, title, organs string
	var sends, decides, stop bool
	c := &cobra.Command{
		Use: "peers", Short: "互联单位：列出，登记，停用",
		Long: `不带参数时列出登记的互联单位。登记：

  gongkai report package peers --key 公钥文件 --title 清溪镇 --organ 机关代码 --sends

公钥是对方“公开存证”页上的，或 gongkai log keys 的输出；请通过电话等另一途径核对后再登记。
--sends：对方为这些机关向本系统报送；--decides：对方审核本系统这些机关的报送。机关包括其下级。`,
	}
	c.Flags().StringVar(&key, "key", "", "对方的公钥，或存放公钥的文件")
	c.Flags().StringVar(&title, "title", "", "对方单位的名称")
	c.Flags().StringVar(&organs, "organ", "", "涉及的机关：代码或全称，几个用逗号分开")
	c.Flags().BoolVar(&sends, "sends", false, "对方向本系统报送")
	c.Flags().BoolVar(&decides, "decides", false, "对方审核本系统的报送")
	c.Flags().BoolVar(&stop, "stop", false, "停用")
	return p.dataCommand(c, func(ctx context.Context, cfg config) error {
		return p.logged(ctx, cfg, func(st *store.Store) error {
			if key != "" {
				if err := p.enterPeer(ctx, st, store.Peer{Title: title, Verifier: key, Sends: sends, Decides: decides, Stopped: stop}, organs); err != nil {
					return err
				}
			}
			list, err := st.Peers(ctx, operator().Viewer)
			for _, x := range list {
				fmt.Fprintf(p.out, "%s\t%s\t%s\n", x.Title, x.Uses(), x.Verifier)
			}
			return err
		})
	})
}

func (p *program) enterPeer(ctx context.Context, st *store.Store, x store.Peer, organs string) error {
	if exists(x.Verifier) {
		b, err := os.ReadFile(x.Verifier)
		if err != nil {
			return err
		}
		x.Verifier = string(b[:min(len(b), maxKeys)])
	}
	for w := range strings.FieldsFuncSeq(organs, func(r rune) bool { return strings.ContainsRune(",，、", r) }) {
		o, err := filerNamed(ctx, st, strings.TrimSpace(w))
		if err != nil {
			return err
		}
		x.Organs = append(x.Organs, o.ID)
	}
	list, err := st.Peers(ctx, operator().Viewer)
	if err != nil {
		return err
	}
	for _, was := range list { // the same name or the same key: it is changed
		if was.Title == x.Title || was.Verifier == strings.TrimSpace(x.Verifier) {
			x.ID, x.Version = was.ID, was.Version
			if len(x.Organs) == 0 {
				x.Organs = was.Organs
			}
		}
	}
	_, err = st.SavePeer(ctx, operator(), x)
	return err
}
