package desk

import (
	"context"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	textunicode "golang.org/x/text/encoding/unicode"

	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/org"
)

// organList reads who has to report, from the box, else from a file. Lines that
// name no organ come back apart, as sentences. Of an error it says at which
// field it stands.
func organList(ctx context.Context, f form) (organs []org.Organ, unclear []string, field string, err error) {
	field = "organs"
	text := f.Get(field)
	if strings.TrimSpace(text) == "" {
		field = "organsfile"
		u, ok := f.file(field)
		if !ok {
			return nil, nil, "", nil
		}
		if err = u.Err; err == nil {
			text, err = listText(ctx, u)
		}
		if err != nil {
			return nil, nil, field, err
		}
	}
	lines, err := org.ParseList(text)
	if err != nil {
		return nil, nil, field, &limit.Error{Code: "NOT-SUPPORTED", Msg: err.Error()}
	}
	odd := 0 // lines that are no names at all
	for _, l := range lines {
		switch {
		case !likeName(l.Organ.Name):
			odd++
			unclear = append(unclear, fmt.Sprintf("第%d行：“%s”不像机关名称，没有采用。", l.Line, clip(printable(l.Organ.Name), 20)))
		case l.OK:
			organs = append(organs, l.Organ)
		default:
			unclear = append(unclear, l.Message)
		}
	}
	if odd > len(organs) || len(organs) == 0 {
		message := "名单里没有认出机关名称。请每行写一个机关全称，例如“云岭县青石镇人民政府”。"
		if field == "organsfile" {
			message = "名单文件里多数行不是机关名称。可能选错了文件，或者编码不对：请用 WPS、Excel 打开，另存为 xlsx，或者把机关名称直接粘贴到上面的框里，每行一个。"
		} else if len(organs) > 0 {
			message = "名单里多数行不是机关名称。请每行只写一个机关全称，例如“云岭县青石镇人民政府”。"
		}
		return nil, nil, field, &limit.Error{Code: "EMPTY", Msg: message}
	}
	return organs, unclear, "", nil
}

// likeName says whether a line could be the name of an organ: mostly Chinese
// characters, nothing that a wrong encoding or a binary file leaves. A list
// with nonsense in it would report organs as missing that do not exist.
func likeName(s string) bool {
	han, all := 0, 0
	for _, r := range s {
		all++
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsDigit(r), unicode.IsLetter(r), strings.ContainsRune(" 　·•—-（）()〔〕[]、“”\"《》", r):
		default: // control and replacement characters among them
			return false
		}
	}
	return han >= 2 && han*2 >= all
}

// printable takes out what a page cannot show.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
}

// listText gives a list file as lines of tab-separated cells.
func listText(ctx context.Context, u upload) (string, error) {
	switch strings.ToLower(path.Ext(u.Name)) {
	case ".csv", ".txt", "":
		return listPlain(u.Data)
	}
	dc, err := ingest.File(ctx, u.Name, u.Data)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, bl := range dc.Blocks {
		switch {
		case bl.Para != nil:
			b.WriteString(strings.ReplaceAll(bl.Para.Text, "\n", " ") + "\n")
		case bl.Grid != nil:
			row := -1
			for _, c := range bl.Grid.Cells {
				if c.Row != row {
					row = c.Row
					b.WriteString("\n")
				} else {
					b.WriteString("\t")
				}
				b.WriteString(strings.ReplaceAll(c.Text, "\n", ""))
			}
			b.WriteString("\n")
		}
	}
	return b.String(), nil
}

// listPlain reads text as Windows programs save it: UTF-8, "Unicode" (UTF-16
// with its mark) or "ANSI" (GB18030).
func listPlain(data []byte) (string, error) {
	if len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		b, err := textunicode.UTF16(textunicode.LittleEndian, textunicode.UseBOM).NewDecoder().Bytes(data)
		return string(b), err
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	b, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return string(b), err
}
