package requests

import (
	"strings"

	"gongkai/law/annual"
)

// tableRow is the label of a row of table 三, as the form has it.
func tableRow(key string) string {
	editions := annual.Editions()
	f := editions[len(editions)-1]
	if i, ok := f.Index("t3." + key + ".total"); ok {
		return strings.TrimSuffix(f.Cells[i].Label, " · 总计")
	}
	return key
}
