// Package office turns the older and rarer office formats (doc, wps, xls, et,
// rtf) into docx or xlsx with LibreOffice, run as a separate program that is
// held in time, number and file size and finds no macros, no network services
// and no profile of a person.
package office

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai/ingest/limit"
)

// formats are what is converted, and what becomes of it.
var formats = map[string]struct{ to, export string }{
	".doc": {".docx", "docx:MS Word 2007 XML"},
	".wps": {".docx", "docx:MS Word 2007 XML"},
	".rtf": {".docx", "docx:MS Word 2007 XML"},
	".xls": {".xlsx", "xlsx:Calc MS Excel 2007 XML"},
	".et":  {".xlsx", "xlsx:Calc MS Excel 2007 XML"},
}

// Missing is the sentence for a machine without LibreOffice.
const Missing = "读取 doc、wps、xls、et、rtf 文件需要 LibreOffice：Debian、Ubuntu、统信、麒麟请安装 libreoffice-writer-nogui 和 libreoffice-calc-nogui 软件包（没有时装 libreoffice-writer 和 libreoffice-calc）；Windows 请安装 LibreOffice，或在 WPS、Word 中另存为 .docx 或 .xlsx 后再读取。"

// A Converter runs at most so many conversions at once; more wait.
type Converter struct {
	slots   chan struct{}
	timeout time.Duration
	find    func() string // the program's path, "" if there is none
}

// New returns a converter for so many jobs at once, at least one.
func New(jobs int) *Converter {
	return &Converter{slots: make(chan struct{}, max(1, jobs)), timeout: limit.PerFile, find: find}
}

var standard = sync.OnceValue(func() *Converter { return New(runtime.NumCPU()) })

// Convert converts with at most one job per core.
func Convert(ctx context.Context, name string, data []byte) (newName string, converted []byte, err error) {
	return standard().Convert(ctx, name, data)
}

// Convert turns one file into docx or xlsx by the ending of its name; newName
// is the name with the new ending. A .doc that is really rtf or html, as some
// systems export, is read for what it is. The error is a *limit.Error with a
// sentence for a person: NEEDS-OFFICE, ENCRYPTED, BROKEN, TOO-LARGE,
// NOT-SUPPORTED, EMPTY, TIMEOUT.
func (c *Converter) Convert(ctx context.Context, name string, data []byte) (newName string, converted []byte, err error) {
	ext := strings.ToLower(filepath.Ext(name))
	f, ok := formats[ext]
	switch {
	case !ok:
		return "", nil, &limit.Error{Code: "NOT-SUPPORTED", Msg: "不支持的文件格式 " + ext + "，请另存为 .docx 或 .xlsx 后再读取。"}
	case len(data) == 0:
		return "", nil, &limit.Error{Code: "EMPTY", Msg: "文件是空的，没有任何内容，请检查是否上传成功。"}
	case len(data) > limit.FileBytes:
		return "", nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	kind := strings.TrimPrefix(ext, ".")
	if err := check(kind, data); err != nil {
		return "", nil, err
	}
	program := c.find()
	if program == "" {
		return "", nil, &limit.Error{Code: "NEEDS-OFFICE", Msg: Missing}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return "", nil, late(ctx, kind, ctx.Err())
	}
	out, err := c.run(ctx, program, ext, f.to, f.export, data)
	if err != nil {
		return "", nil, err
	}
	return name[:len(name)-len(ext)] + f.to, out, nil
}

// check rejects what LibreOffice would take a password, or minutes, for.
func check(kind string, data []byte) error {
	ole := Sniff(data)
	switch {
	case ole == "encrypted-ooxml" || Locked(data):
		return limit.Encrypted(kind)
	case ole == "ppt":
		return &limit.Error{Code: "NOT-SUPPORTED", Msg: "这是演示文稿（PPT），不是年度报告，请提供 Word、Excel 或 PDF 文件。"}
	case !known(data):
		return limit.Broken(kind, errors.New("office: neither OLE, rtf, html nor zip"))
	}
	return nil
}

// known reports whether the data is of a kind that stands behind the old
// endings: OLE, rtf, html or xml, zip, or the Excel of before OLE.
func known(data []byte) bool {
	if bytes.HasPrefix(data, []byte(oleMagic)) || bytes.HasPrefix(data, []byte("\xff\xfe<\x00")) || data[0] == 0x09 && len(data) > 8 {
		return true
	}
	head := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\ufeff")), " \t\r\n"))
	for _, p := range []string{`{\rtf`, "<", "pk\x03\x04", "mime-version"} {
		if bytes.HasPrefix(head, []byte(p)) {
			return true
		}
	}
	return false
}

// find looks for LibreOffice.
func find() string {
	for _, name := range []string{"soffice", "libreoffice"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	for _, p := range installed {
		if fi, err := os.Stat(p); err == nil && !fi.IsDir() {
			return p
		}
	}
	return ""
}

// settings forbid macros, links and everything that asks or calls out.
const settings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
`

func (c *Converter) run(ctx context.Context, program, ext, to, export string, data []byte) ([]byte, error) {
	kind := strings.TrimPrefix(ext, ".")
	dir, err := os.MkdirTemp("", "gongkai-office-")
	if err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	defer os.RemoveAll(dir)
	// A name of our own: the given one may hold anything.
	in, outDir := filepath.Join(dir, "in"+ext), filepath.Join(dir, "out")
	user := filepath.Join(dir, "profile", "user")
	if err := errors.Join(os.MkdirAll(user, 0o700), os.Mkdir(outDir, 0o700),
		os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(settings), 0o600),
		os.WriteFile(in, data, 0o600)); err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	cmd := exec.CommandContext(ctx, program,
		"-env:UserInstallation="+fileURL(filepath.Join(dir, "profile")),
		"--headless", "--invisible", "--nologo", "--norestore", "--nodefault", "--nolockcheck", "--nofirststartwizard",
		"--convert-to", export, "--outdir", outDir, in)
	cmd.Dir = dir
	cmd.Env = append(withoutSecrets(cmd.Environ()), "HOME="+dir, "TMPDIR="+dir, "SAL_USE_VCLPLUGIN=svp", "http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9")
	var said tail
	cmd.Stdout, cmd.Stderr = &said, &said
	own(cmd) // its processes end together
	cmd.WaitDelay = 5 * time.Second
	runErr := cmd.Run()
	if ctx.Err() != nil {
		return nil, late(ctx, kind, runErr)
	}
	f, err := os.Open(filepath.Join(outDir, "in"+to))
	if err != nil {
		if passworded(data) {
			return nil, limit.Encrypted(kind)
		}
		return nil, limit.Broken(kind, fmt.Errorf("office: no output (%v): %s", runErr, said.b))
	}
	defer f.Close()
	out, err := io.ReadAll(io.LimitReader(f, limit.FileBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("office: %w", err)
	case len(out) > limit.FileBytes:
		return nil, limit.TooLarge("转换后的文件", limit.FileBytes>>20, "MB")
	case len(out) == 0:
		return nil, limit.Broken(kind, fmt.Errorf("office: empty output: %s", said.b))
	}
	return out, nil
}

func late(ctx context.Context, kind string, err error) error {
	msg := kind + " 文件转换超时，已停止，请在 WPS 或 Word 中另存为 .docx 或 .xlsx 后再读取。"
	if errors.Is(ctx.Err(), context.Canceled) {
		msg = "读取已取消。"
	}
	return &limit.Error{Code: "TIMEOUT", Msg: msg, Err: err}
}

// fileURL is a path as a file address.
func fileURL(p string) string {
	p = filepath.ToSlash(p)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	return "file://" + strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F").Replace(p)
}

// A tail keeps the beginning of what a program says.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	if n := 2048 - len(t.b); n > 0 {
		t.b = append(t.b, p[:min(n, len(p))]...)
	}
	return len(p), nil
}

// withoutSecrets drops what this program and its database are configured by:
// the converter reads a stranger's file and need not know passwords.
func withoutSecrets(env []string) []string {
	return slices.DeleteFunc(env, func(kv string) bool {
		return strings.HasPrefix(kv, "GONGKAI_") || strings.HasPrefix(kv, "PG")
	})
}
