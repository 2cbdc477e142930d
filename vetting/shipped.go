package vetting

import "strings"

// Shipped lists what is looked for everywhere without any list of an office, as
// it is shown to people: words of papers that are to stay inside, and misprints
// with, as note, where the wrong word is right.
func Shipped() []List {
	in := List{Name: "内部文件的字样", Kind: Internal}
	for _, x := range inner {
		for _, w := range x.words {
			in.Entries = append(in.Entries, Entry{Word: w, Note: innerNotes[x.how]})
		}
	}
	wrong := List{Name: "常见错别字", Kind: Banned}
	for line := range strings.Lines(misprints) {
		f := strings.Fields(line)
		if len(f) < 2 || strings.HasPrefix(f[0], "#") {
			continue
		}
		e := Entry{Word: f[0], Right: f[1]}
		if len(f) > 2 {
			e.Note = "不计：" + strings.ReplaceAll(strings.Join(f[2:], "、"), "!", "")
		}
		wrong.Entries = append(wrong.Entries, e)
	}
	return []List{in, wrong}
}

// innerNotes say where a word of papers that are to stay inside is a mark.
var innerNotes = map[int]string{always: "出现就提示", ordered: "作为要求写明时", marked: "单独成行或者在括号里时", short: "在短行里时", bare: "单独成行或者在括号里时", bracketed: "在括号里或者在标题末尾时", valued: "写在公开属性后面时"}
