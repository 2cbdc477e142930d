package html

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"gongkai/ingest/limit"
)

// isMHTML recognises a page saved as one file (.mht) by its mail header.
func isMHTML(b []byte) bool {
	head := b[:min(len(b), 4096)]
	if i := bytes.IndexByte(head, '<'); i >= 0 && !bytes.Contains(head[:i+1], []byte(":")) {
		return false
	}
	head = bytes.ToLower(head)
	return bytes.Contains(head, []byte("mime-version:")) && bytes.Contains(head, []byte("content-type:"))
}

// unpackMHTML returns the first HTML part and the charset its header names.
func unpackMHTML(b []byte) (page []byte, hint string, err error) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(bytes.TrimLeft(b, "\r\n \t\ufeff"))))
	head, err := r.ReadMIMEHeader()
	if err != nil {
		return nil, "", limit.Broken("mht 网页", err)
	}
	return htmlPart(head, r.R, 0)
}

func htmlPart(head textproto.MIMEHeader, body io.Reader, depth int) ([]byte, string, error) {
	kind, params, err := mime.ParseMediaType(head.Get("Content-Type"))
	if err != nil {
		return nil, "", limit.Broken("mht 网页", err)
	}
	if strings.HasPrefix(kind, "multipart/") && depth < 4 {
		parts := multipart.NewReader(body, params["boundary"])
		for range 200 {
			p, err := parts.NextRawPart()
			if err != nil {
				return nil, "", limit.Broken("mht 网页", err)
			}
			if page, hint, err := htmlPart(p.Header, p, depth+1); err == nil {
				return page, hint, nil
			}
		}
		return nil, "", limit.Broken("mht 网页", errors.New("no html part"))
	}
	if kind != "text/html" && kind != "application/xhtml+xml" {
		return nil, "", limit.Broken("mht 网页", errors.New("part is "+kind))
	}
	switch strings.ToLower(head.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	page, err := limit.ReadAll(body)
	if err != nil && len(page) == 0 {
		return nil, "", limit.Broken("mht 网页", err)
	}
	return page, params["charset"], nil
}
