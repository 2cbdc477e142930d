// Package html reads web pages, as published by government sites or saved by
// Word and WPS: it finds the charset, resolves tables, and leaves out the
// page's furniture.
package html

import (
	"bytes"
	"context"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// Read reads an HTML page, a fragment, or an MHTML archive of one page. What a
// page says about itself (meta elements, lines such as 来源 and 发布时间) is in
// Meta under the names the page uses. The error is a *limit.Error.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	if len(data) > limit.FileBytes {
		return nil, limit.TooLarge("文件", limit.FileBytes>>20, "MB")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errEmpty()
	}
	hint := ""
	if isMHTML(data) {
		var err error
		if data, hint, err = unpackMHTML(data); err != nil {
			return nil, err
		}
	}
	s := decode(data, hint)
	if !strings.Contains(s, "<") || controls(s) {
		return nil, limit.Broken("网页", nil)
	}
	p, err := parse(ctx, s)
	if err != nil {
		return nil, err
	}
	d := &doc.Document{Name: name, Format: "html", Title: collapse(p.title)}
	for _, m := range p.meta {
		if v := collapse(m[1]); v != "" && !technical(m[0]) {
			d.Meta = append(d.Meta, doc.Meta{Name: m[0], Value: v})
		}
	}
	p.root.measure(false)
	w := &walker{ctx: ctx, doc: d, main: mainPart(p.root), lines: p.lines}
	w.walk(p.root, w.main == p.root)
	w.flush()
	if w.err != nil {
		return nil, w.err
	}
	if len(d.Blocks) == 0 && len(d.Notes) == 0 {
		return nil, &limit.Error{Code: "EMPTY", Msg: "网页中没有可读的文字，正文可能由脚本载入，请在浏览器中打开后另存或复制正文再试。"}
	}
	return d, nil
}

func errEmpty() error {
	return &limit.Error{Code: "EMPTY", Msg: "文件是空的，没有任何文字，请检查是否选错了文件。"}
}

func stopped(ctx context.Context) error {
	return &limit.Error{Code: "TIMEOUT", Msg: "读取网页超时，已停止。请另存为其他格式后再试。", Err: ctx.Err()}
}

// controls reports text with more control characters than a page can have.
func controls(s string) bool {
	n, bad := 0, 0
	for _, r := range s[:min(len(s), 1<<14)] {
		n++
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == '\ufffd' {
			bad++
		}
	}
	return 20*bad > n
}

// technical reports meta elements that say nothing about the content.
func technical(name string) bool {
	switch strings.ToLower(name) {
	case "viewport", "renderer", "generator", "progid", "originator", "robots", "referrer", "format-detection", "theme-color", "force-rendering", "others", "template,templategroup,version":
		return true
	}
	return strings.HasPrefix(strings.ToLower(name), "apple-") || strings.HasPrefix(strings.ToLower(name), "msapplication")
}
