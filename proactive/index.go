package proactive

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// DefaultIndex is the usual pattern of index numbers 索引号.
const DefaultIndex = "【机构代码】/【年】-【00000】"

var indexPart = regexp.MustCompile(`【(机构代码|年|0{1,9})】`)

// CheckIndex is what is wrong with a pattern, in Chinese, "" if nothing is.
func CheckIndex(pattern string) string {
	parts := map[string]bool{}
	for _, m := range indexPart.FindAllStringSubmatch(pattern, -1) {
		parts[strings.Trim(m[1], "0")] = true
	}
	rest := indexPart.ReplaceAllString(pattern, "")
	switch {
	case !parts["机构代码"] || !parts["年"] || !parts[""]:
		return "索引号的样式要有【机构代码】、【年】和流水号【00000】，否则会与别的信息重复，例如 " + DefaultIndex + "。"
	case !regexp.MustCompile(`^[0-9A-Za-z/_.-]*$`).MatchString(rest) || len(pattern) > 80 || strings.Contains(rest, ".."):
		return "索引号的样式中只能有数字、字母、斜线、横线和点。"
	}
	return ""
}

// IndexNumber is the n-th number of an organ in a year. An organ without a code
// is named by its id.
func IndexNumber(pattern, code string, organ int64, year, n int) string {
	if CheckIndex(pattern) != "" {
		pattern = DefaultIndex
	}
	if code == "" {
		code = "G" + strconv.FormatInt(organ, 36)
	}
	return indexPart.ReplaceAllStringFunc(pattern, func(p string) string {
		switch p {
		case "【机构代码】":
			return code
		case "【年】":
			return strconv.Itoa(year)
		}
		return fmt.Sprintf("%0*d", len(p)-len("【】"), n)
	})
}
