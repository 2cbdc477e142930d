package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// launch is a start without arguments, as by double click: it serves on this
// machine with the data folder beside the program and opens the browser. A
// second start finds the first and only opens the browser. GONGKAI_BROWSER=0
// keeps the browser shut; GONGKAI_DATA names another folder.
func (p *program) launch(ctx context.Context) error {
	dir, err := p.dataFolder()
	if err != nil {
		return err
	}
	mark := filepath.Join(dir, "running.txt")
	if address := p.running(ctx, mark); address != "" {
		fmt.Fprintf(p.out, "程序已在运行：%s\n", address)
		p.browse(address)
		return nil
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "gongkai.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	defer logFile.Close()
	cfg := config{addr: p.freeAddr(ctx), data: dir, checking: true, county: p.getenv("GONGKAI_COUNTY"), fonts: p.fonts}
	defer os.Remove(mark)
	return p.serve(ctx, cfg, logFile, func(address string) {
		if err := os.WriteFile(mark, []byte(address+"\n"), 0o600); err != nil {
			fmt.Fprintf(logFile, "running.txt: %v\n", err) // only the next start is less clever
		}
		fmt.Fprintf(p.out, "政府信息公开工具已启动，请在浏览器中使用：\n\n    %s\n\n数据放在 %s\n只有这台电脑可以访问。关闭本窗口即停止。命令行用法见 gongkai --help。\n", address, dir)
		fmt.Fprintf(logFile, "%s 启动 %s\n", p.now().Format(time.DateTime), address)
		p.browse(address)
	})
}

// dataFolder is gongkai-data beside the program, or in the user's own folder
// where the program's cannot be written.
func (p *program) dataFolder() (string, error) {
	if d := p.getenv("GONGKAI_DATA"); d != "" {
		return d, os.MkdirAll(d, 0o750)
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(exe), "gongkai-data")
	if err := writable(dir); err == nil {
		return dir, nil
	}
	user, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("程序所在的文件夹不可写，请把程序移到可写的文件夹：%w", err)
	}
	dir = filepath.Join(user, "gongkai-data")
	return dir, writable(dir)
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".try")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}

// freeAddr prefers port 8080, so that a bookmark stays good.
func (p *program) freeAddr(ctx context.Context) string {
	if a := p.getenv("GONGKAI_ADDR"); a != "" {
		return a
	}
	const usual = "127.0.0.1:8080"
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", usual)
	if err != nil {
		return "127.0.0.1:0"
	}
	l.Close()
	return usual
}

// running returns the address of a program that already serves this folder.
func (p *program) running(ctx context.Context, mark string) string {
	b, err := os.ReadFile(mark)
	if err != nil {
		return ""
	}
	address := strings.TrimSpace(string(b))
	if !strings.HasPrefix(address, "http://127.0.0.1:") {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/healthz", nil)
	if err != nil {
		return ""
	}
	res, err := (&http.Client{Transport: &http.Transport{Proxy: nil}}).Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 100))
	if err != nil || res.StatusCode != http.StatusOK || !bytes.HasPrefix(body, []byte("ok")) {
		return ""
	}
	return address
}

var errNoBrowser = errors.New("no browser")

func (p *program) browse(address string) {
	if p.getenv("GONGKAI_BROWSER") == "0" {
		return
	}
	if err := openBrowser(address); err != nil {
		fmt.Fprintln(p.out, "没有自动打开浏览器，请自行打开上面的地址。")
	}
}
