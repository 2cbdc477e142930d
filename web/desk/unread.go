package desk

import (
	"strings"

	"gongkai/law/annual"
)

// unread says in one sentence why a report has no figures where its file shows
// some to the eye: tables put in as pictures, scanned pages, an empty template.
// It is "" when that is not the trouble.
func unread(r *annual.Report) string {
	known, notes := 0, map[string]bool{}
	for _, v := range r.Values {
		if v.Known() {
			known++
		}
	}
	for _, n := range r.Notes {
		notes[n.Code] = true
	}
	var lost []string
	for _, m := range r.Missing {
		if r.Form.Table(m) != nil {
			lost = append(lost, missingName(r.Form, m))
		}
	}
	switch {
	case len(lost) > 0 && notes["NO-TEXT-LAYER"]:
		return "文件里有扫描的页，没有文字，" + strings.Join(lost, "、") + "读不出来。程序不根据图片猜数字；请上传 Word 原稿，或由 Word、WPS 直接导出的 PDF。"
	case len(lost) > 0 && notes["PICTURE-TABLE"]:
		return "没有读到" + strings.Join(lost, "、") + "，文件里却有图片：表格多半是以图片插入的。程序不根据图片猜数字；请把表格改成可以编辑的文字表格，再上传一次。"
	case known == 0 && len(r.Values) > 0 && len(lost) == 0:
		return "表格里一个数字也没有，像是一份空白的模板。空白不当作 0；没有发生的请填 0，填好后再上传，或到“填报”页用零报告填写。"
	case notes["OCR-TEXT"]:
		return "文件是扫描件，文字来自识别软件，数字可能认错。请对照原件逐格核对，最好改用 Word 原稿。"
	}
	return ""
}
