package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongkai/act"
	"gongkai/ingest/limit"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/store"
	"gongkai/translog"
)

func (p *program) verifyCommand() *cobra.Command {
	var key, data string
	c := &cobra.Command{
		Use: "verify 回执.json [报告或信息]", Short: "离线核对公开存证的回执", Args: cobra.RangeArgs(1, 2),
		Long: `离线核对存证回执，不联网，也不需要网站配合。

给出第二个文件时，再核对它就是存证的那份报告：从网站下载的 JSON（核对数字和文字），
或报告的原件（核对文件本身）。公开信息的回执和数据文件（JSON）都从信息页面下载，用来核对标题、
正文和附件清单没有改动。

验证公钥在网站的“公开存证”页，应从可靠的途径另行取得；用 --key 给出公钥或存放公钥的文件
（网站 /log/keys 的内容存成文件也可以，其中有历次更换密钥的声明）。
缺省使用数据文件夹里的 log.pub。

内部办理行为的回执也这样核对：回执里有这件事的编号、类别、日期、经办人代号，没有姓名和改动的内容。

退出状态：0 相符；1 不相符；2 文件无法读取或没有公钥。`,
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := verifierKey(key, data)
			if err != nil {
				return err
			}
			report := ""
			if len(args) > 1 {
				report = args[1]
			}
			return p.verify(cmd.Context(), args[0], report, k)
		},
	}
	c.Flags().StringVar(&key, "key", "", "验证公钥，或存放公钥的文件")
	c.Flags().StringVar(&data, "data", "gongkai-data", "数据文件夹，没有 --key 时用其中的 log.pub")
	return c
}

// maxKeys bounds a file of keys: one and the statements of every rotation.
const maxKeys = 256 << 10

func verifierKey(key, data string) (translog.Keys, error) {
	text := key
	if strings.Count(key, "+") < 2 || exists(key) {
		name := key
		if name == "" {
			name = filepath.Join(data, pubFile)
			if !exists(name) {
				return translog.Keys{}, errors.New("请用 --key 给出验证公钥（在网站的“公开存证”页，或向发布机关索取）")
			}
		}
		b, err := readBounded(name, maxKeys)
		if err != nil {
			return translog.Keys{}, fmt.Errorf("公钥文件 %s：%w", name, err)
		}
		text = string(b)
	}
	k, err := translog.ReadKeys(text)
	if err != nil {
		return k, errors.New("验证公钥的写法不对，应是“名称+八位代号+一串字符”的一行文字，请完整复制")
	}
	return k, nil
}

// readBounded reads a file that has no business being larger than max bytes.
func readBounded(name string, max int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, max+1))
	if err == nil && int64(len(b)) > max {
		err = errors.New("文件过大")
	}
	return b, err
}

func (p *program) verify(_ context.Context, receipt, report string, keys translog.Keys) error {
	receiptBytes, err := readBounded(receipt, translog.MaxReceipt)
	if err != nil {
		return fmt.Errorf("回执 %s：%w", receipt, err)
	}
	var doc []byte
	if report != "" {
		if doc, err = readBounded(report, limit.FileBytes); err != nil {
			return fmt.Errorf("报告 %s：%w", report, err)
		}
	}
	var f *translog.Fault
	r, err := translog.ParseReceipt(receiptBytes)
	if errors.As(err, &f) {
		return errors.New(f.Text)
	}
	if err := translog.VerifyReceipt(r, keys.Public, keys.Vouches...); errors.As(err, &f) {
		fmt.Fprintf(p.out, "不相符：%s\n", f.Text)
		return exitError(faulty)
	}
	if r.Promised() {
		fmt.Fprintf(p.out, "签收有效：由 %s 签名。这份回执还没有存证证明，请到“公开存证”页补全。\n", r.Key)
	} else {
		fmt.Fprintf(p.out, "回执有效：第 %d 条，共 %d 条，由 %s 签名。\n", r.Index, r.Size, r.Key)
	}
	a, err := readLeaf(r)
	if err != nil {
		fmt.Fprintln(p.out, "存证的内容属于本程序不认识的类别，只核对了它确已存证。")
		if report != "" {
			return exitError(unreadable)
		}
		return nil
	}
	fmt.Fprintf(p.out, "内容：%s，%s 存证。\n", a.Chinese(), time.UnixMilli(a.At).In(law.Beijing).Format(time.DateTime))
	if b, ok := a.Body.(act.Record); ok {
		p.showRecord(a, b)
		if report != "" {
			return errors.New("这是内部办理行为的回执，没有可以核对的报告")
		}
	}
	if b, ok := a.Body.(act.Item); ok {
		fmt.Fprintf(p.out, "索引号 %s，%s，第 %d 版。\n", b.Number, b.Name, b.Version)
		if report == "" {
			return nil
		}
		holds, says := store.HoldItem(b, receiptBytes, doc)
		for _, line := range says {
			fmt.Fprintln(p.out, line)
		}
		if !holds {
			return exitError(faulty)
		}
		return nil
	}
	body, ok := a.Body.(act.Report)
	if !ok || report == "" {
		return nil
	}
	m, err := annual.HoldAgainst(body, doc)
	if err != nil {
		return fmt.Errorf("报告 %s：%w", report, err)
	}
	fmt.Fprintln(p.out, m.Chinese())
	if !m.Holds() {
		return exitError(faulty)
	}
	return nil
}

// readLeaf reads what a receipt is about, of either log.
func readLeaf(r translog.Receipt) (act.Act, error) {
	if r.Salt != "" {
		return act.ParseEntry([]byte(r.Leaf))
	}
	return act.ParseLeaf([]byte(r.Leaf))
}

// showRecord says what the receipt of an act of the office shows: references,
// no names and none of what was said.
func (p *program) showRecord(a act.Act, r act.Record) {
	who := "程序"
	if a.Officer != 0 {
		who = fmt.Sprintf("人员%d", a.Officer)
	}
	fmt.Fprintf(p.out, "对象：%s 的第 %d 条留痕；办理日期 %s；经办：%s；机关代号：%d。\n", a.Ref, a.Seq, a.On, who, a.Organ)
	if len(r.Fields) > 0 {
		fmt.Fprintf(p.out, "改动的项目：%s（改动前后的内容不在回执里）。\n", strings.Join(r.Fields, "、"))
	}
	if r.Paper != nil {
		fmt.Fprintf(p.out, "纸面签批日期：%s。\n", r.Paper.On)
	}
}
