package ingest

import (
	"fmt"
	"path"
	"strings"

	"gongkai/ingest/limit"
)

// namedKinds are the programs whose files end so: a name that the content does
// not bear out is what a person should hear of.
var namedKinds = map[string]string{
	".docx": "Word", ".doc": "Word", ".docm": "Word", ".rtf": "Word", ".wps": "WPS",
	".xlsx": "Excel", ".xls": "Excel", ".xlsm": "Excel", ".et": "WPS 表格",
	".pdf": "PDF", ".ofd": "OFD",
}

// misnamed says that a file is not what its name says, nil if the name says
// nothing. archive is set for an archive that can be opened.
func misnamed(name string, archive bool) error {
	ext := strings.ToLower(path.Ext(name))
	kind := namedKinds[ext]
	if kind == "" {
		return nil
	}
	if archive {
		return &limit.Error{Code: "BROKEN", Msg: fmt.Sprintf("文件名以 %s 结尾，打开却是一个压缩包，里面没有 %s 文档的内容：可能是压缩包改了名字，也可能文件已损坏。请把其中的报告文件解压出来再交；如果它本来是 %s 文件，请用 %s 重新导出。", ext, kind, kind, program(kind))}
	}
	return &limit.Error{Code: "BROKEN", Msg: fmt.Sprintf("文件名以 %s 结尾，内容却不是 %s 文档：文件已损坏（例如没有传完），或者是别的文件改了名字。请用 %s 打开它看看，能打开就另存一份再交，打不开就请重新导出或重新传送。", ext, kind, program(kind))}
}

// program is what a person opens such a file with.
func program(kind string) string {
	switch kind {
	case "Word", "Excel":
		return kind + " 或 WPS"
	case "WPS", "WPS 表格":
		return "WPS"
	}
	return kind + " 阅读器"
}
