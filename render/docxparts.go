package render

import (
	"fmt"
	"strings"
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxNS  = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relNS   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	wordML  = `application/vnd.openxmlformats-officedocument.wordprocessingml.`
)

type docxPart struct {
	name, text string
	data       []byte // of a picture; text is empty then
}

func docxParts(p *paper) []docxPart {
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
	rels := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	override := func(part, kind string) {
		types += `<Override PartName="/word/` + part + `.xml" ContentType="` + wordML + kind + `+xml"/>`
	}
	override("document", "document.main")
	parts := []docxPart{{name: "word/styles.xml", text: stylesXML()}, {name: "word/fontTable.xml", text: fontTableXML()}, {name: "word/settings.xml", text: settingsXML},
		{name: "word/footer1.xml", text: footerXML("right", "right")}, {name: "word/footer2.xml", text: footerXML("left", "left")}}
	if p.mark != "" {
		parts = append(parts, docxPart{name: "word/header1.xml", text: `<w:hdr ` + docxNS + `><w:p><w:pPr><w:pStyle w:val="Mark"/></w:pPr>` + runXML(p.mark, "") + `</w:p></w:hdr>`})
	}
	for i, part := range parts {
		name := strings.TrimSuffix(strings.TrimPrefix(part.name, "word/"), ".xml")
		kind := strings.TrimRight(name, "12")
		override(name, kind)
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/%s" Target="%s.xml"/>`, i+1, relNS, kind, name)
	}
	text := documentXML(p)
	more, kinds := p.mediaXML()
	types = strings.Replace(types, `<Default Extension="xml"`, kinds+`<Default Extension="xml"`, 1)
	types += `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	head := []docxPart{
		{name: "[Content_Types].xml", text: types},
		{name: "_rels/.rels", text: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{name: "docProps/core.xml", text: `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escape(line(strings.ReplaceAll(p.title, "\n", ""))) + `</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>`},
		{name: "word/_rels/document.xml.rels", text: rels + more + `</Relationships>`},
		{name: "word/document.xml", text: text},
	}
	parts = append(head, parts...)
	for _, m := range p.media {
		if m.data != nil {
			parts = append(parts, docxPart{name: "word/" + m.file, data: m.data})
		}
	}
	return parts
}

func fontsXML(han string) string {
	return `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + han + `" w:cs="Times New Roman"/>`
}

// stylesXML sets each style as GB/T 9704 asks. Headings carry outline levels,
// so that Word and WPS show the chapters for navigation.
func stylesXML() string {
	var b strings.Builder
	line := `<w:spacing w:before="0" w:after="0" w:line="` + fmt.Sprint(twips(bodyLine)) + `" w:lineRule="exact"/>`
	b.WriteString(`<w:styles ` + docxNS + `><w:docDefaults><w:rPrDefault><w:rPr>` + fontsXML(typeface[body]) +
		`<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>`)
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>` +
		line + `<w:ind w:firstLine="640" w:firstLineChars="200"/><w:jc w:val="both"/></w:pPr></w:style>`)
	add := func(id, name, ppr, han string, half int, more string) {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>` + ppr + `</w:pPr><w:rPr>` +
			fontsXML(han) + more + fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%[1]d"/>`, half) + `</w:rPr></w:style>`)
	}
	flush := `<w:ind w:firstLine="0" w:firstLineChars="0"/>`
	add("Title", "Title", `<w:spacing w:before="0" w:after="579" w:line="700" w:lineRule="exact"/>`+flush+`<w:jc w:val="center"/>`, typeface[title], 44, "")
	add("DocNumber", "Document Number", `<w:spacing w:before="0" w:after="579" w:line="579" w:lineRule="exact"/>`+flush+`<w:jc w:val="center"/>`, typeface[body], 32, "")
	add("Heading1", "heading 1", `<w:keepNext/><w:outlineLvl w:val="0"/>`, typeface[chapter], 32, "")
	add("Heading2", "heading 2", `<w:keepNext/><w:outlineLvl w:val="1"/>`, typeface[section], 32, "")
	add("Addressee", "Salutation", flush, typeface[body], 32, "")
	add("Signature", "Signature", `<w:keepNext/><w:spacing w:before="1158" w:after="0" w:line="579" w:lineRule="exact"/>`+flush+`<w:jc w:val="right"/>`, typeface[body], 32, "")
	add("Date", "Date", flush+`<w:jc w:val="right"/>`, typeface[body], 32, "")
	add("Caption", "caption", `<w:keepNext/><w:spacing w:before="289" w:after="120" w:line="400" w:lineRule="exact"/>`+flush+`<w:jc w:val="center"/>`, typeface[caption], 28, "")
	add("Note", "Table Note", `<w:spacing w:before="60" w:after="60" w:line="280" w:lineRule="exact"/>`+flush, typeface[note], 18, "")
	add("TableText", "Table Text", fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, twips(cellSize*4/3))+flush+`<w:jc w:val="left"/>`, "宋体", 18, "")
	add("Footer", "footer", `<w:spacing w:before="0" w:after="0" w:line="360" w:lineRule="exact"/>`+flush, "宋体", 28, "")
	add("Mark", "Mark", `<w:spacing w:before="0" w:after="0" w:line="360" w:lineRule="exact"/>`+flush+`<w:jc w:val="center"/>`, "黑体", 28, `<w:color w:val="A8271B"/>`)
	b.WriteString(`</w:styles>`)
	return b.String()
}

// fontTableXML names for every font that the rules ask for, and that only
// offices have, what stands in for it.
func fontTableXML() string {
	var b strings.Builder
	b.WriteString(`<w:fonts ` + docxNS + `>`)
	for _, f := range []struct{ name, alt, family, pitch string }{
		{"方正小标宋简体", "FZXiaoBiaoSong-B05S,Source Han Serif SC,Noto Serif CJK SC,Noto Serif SC,SimSun,宋体,AR PL SungtiL GB", "roman", "default"},
		{"仿宋_GB2312", "FangSong,仿宋,FangSong_GB2312,STFangsong,方正仿宋_GBK,AR PL KaitiM GB,AR PL UKai CN", "modern", "fixed"},
		{"楷体_GB2312", "KaiTi,楷体,KaiTi_GB2312,STKaiti,AR PL KaitiM GB,AR PL UKai CN,LXGW WenKai", "modern", "fixed"},
		{"黑体", "SimHei,Source Han Sans SC,Noto Sans CJK SC,Noto Sans SC,WenQuanYi Zen Hei,Microsoft YaHei", "modern", "fixed"},
		{"宋体", "SimSun,Source Han Serif SC,Noto Serif CJK SC,AR PL SungtiL GB,AR PL UMing CN", "auto", "variable"},
		{"Times New Roman", "Liberation Serif,Tinos,DejaVu Serif", "roman", "variable"},
	} {
		charset := "86"
		if f.name == "Times New Roman" {
			charset = "00"
		}
		b.WriteString(`<w:font w:name="` + f.name + `"><w:altName w:val="` + f.alt + `"/><w:charset w:val="` + charset +
			`"/><w:family w:val="` + f.family + `"/><w:pitch w:val="` + f.pitch + `"/></w:font>`)
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}

const settingsXML = `<w:settings ` + docxNS + `><w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
	`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>`

// footerXML is the page number － 1 －: 宋体 四号, one character in from the
// outer edge.
func footerXML(jc, side string) string {
	field := func(kind string) string { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	return `<w:ftr ` + docxNS + `><w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind w:` + side + `="280" w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="` + jc + `"/></w:pPr>` +
		runXML("－ ", "") + field("begin") + `<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` + field("separate") + `<w:r><w:t>1</w:t></w:r>` + field("end") + runXML(" －", "") + `</w:p></w:ftr>`
}
