package ofd

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/ingest/limit"
)

// maxNodes bounds the elements of one entry.
const maxNodes = 1_000_000

// A node is an element. All methods work on a nil node, which has nothing.
type node struct {
	name string // without prefix
	attr map[string]string
	text string
	kids []*node
}

func (n *node) one(name string) *node {
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				return k
			}
		}
	}
	return nil
}

func (n *node) all(name string) []*node {
	var out []*node
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				out = append(out, k)
			}
		}
	}
	return out
}

func (n *node) textOf() string {
	if n == nil {
		return ""
	}
	return n.text
}

// parse reads an entry into nodes. Entities other than XML's own are errors,
// so nothing expands.
func parse(ctx context.Context, b []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		switch strings.ToLower(label) {
		case "gb2312", "gbk", "gb18030":
			return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
		case "utf8":
			return r, nil
		}
		return nil, errors.New("unknown charset " + label)
	}
	root := &node{}
	stack := []*node{root}
	texts := []strings.Builder{{}}
	count := 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			if len(stack) != 1 || len(root.kids) == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return root.kids[0], nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if count++; count > maxNodes {
				return nil, limit.TooLarge("OFD 文件的对象数", maxNodes, "个")
			}
			if len(stack) > limit.Depth {
				return nil, limit.TooLarge("OFD 文件的嵌套", limit.Depth, "层")
			}
			if count%4096 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			n := &node{name: t.Name.Local}
			if len(t.Attr) > 0 {
				n.attr = make(map[string]string, len(t.Attr))
				for _, a := range t.Attr {
					n.attr[a.Name.Local] = a.Value
				}
			}
			top := stack[len(stack)-1]
			top.kids = append(top.kids, n)
			stack = append(stack, n)
			texts = append(texts, strings.Builder{})
		case xml.CharData:
			texts[len(texts)-1].Write(t)
		case xml.EndElement:
			last := len(stack) - 1
			stack[last].text = texts[last].String()
			stack, texts = stack[:last], texts[:last]
		}
	}
}
