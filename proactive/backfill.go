package proactive

import (
	"path"
	"strings"
	"unicode/utf8"

	"gongkai/law"
)

// BackfillState is how far a line of old stock is.
type BackfillState string

// The states. Those after the draft follow from the item.
const (
	StockToDo     BackfillState = "todo"
	StockDrafted  BackfillState = "drafted"
	StockInReview BackfillState = "review"
	StockOut      BackfillState = "out"
	StockDropped  BackfillState = "dropped"
)

// BackfillStates lists them in the order of the work.
func BackfillStates() []BackfillState {
	return []BackfillState{StockToDo, StockDrafted, StockInReview, StockOut, StockDropped}
}

// Chinese is the state on screen.
func (s BackfillState) Chinese() string {
	return map[BackfillState]string{StockToDo: "待起草", StockDrafted: "起草中", StockInReview: "审核中", StockOut: "已发布", StockDropped: "不补录"}[s]
}

// A Backfill is one old document that was public elsewhere before this program
// was there and is taken over 补录: its first publication is a stated fact,
// outside the 20 working days.
type Backfill struct {
	ID       int64
	Organ    int64
	Title    string
	DocNo    string
	Made     law.Date
	Original law.Date // 原发布日期, as stated
	URL      string   // where it stood
	Kind     Kind
	Category string
	File     int64
	FileName string
	Person   int64  // who does it, 0 while nobody does
	Dropped  string // why it is not taken over
	Item     int64
	Version  int64
}

// MaxBackfill bounds one list that is imported.
const MaxBackfill = 2000

// Check is what has to be put right before the line is drafted, by field. The
// first publication needs its day, and an address or a file that shows it.
func (x Backfill) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	if strings.TrimSpace(x.Title) == "" {
		bad["title"] = "请写标题。"
	}
	for _, f := range []struct {
		field, s string
		most     int
	}{{"title", x.Title, MaxTitle}, {"doc_no", x.DocNo, 60}, {"file", x.FileName, 120}, {"reason", x.Dropped, 200}} {
		if n := utf8.RuneCountInString(f.s); n > f.most {
			bad[f.field] = "这一项有" + num(n) + "个字，最多" + num(f.most) + "个字。"
		}
		if strings.ContainsRune(f.s, 0) || !utf8.ValidString(f.s) {
			bad[f.field] = "这一项有不能识别的字符，请重新输入。"
		}
	}
	if x.Kind.Chinese() == "" {
		bad["kind"] = "没有这个信息类别，请写列出的名称，例如“通知公告”。"
	}
	if CategoryName(x.Category) == "" {
		bad["category"] = "没有这个目录代码，请写例如 20.1。"
	}
	switch {
	case x.Made.After(today):
		bad["made"] = "成文日期在今天以后，请核对。"
	case x.Original.After(today):
		bad["original"] = "原发布日期在今天以后，请核对。"
	case !x.Made.IsZero() && !x.Original.IsZero() && x.Original.Before(x.Made):
		bad["original"] = "原发布日期早于成文日期，请核对。"
	}
	if x.URL != "" && !WebAddress(x.URL) {
		bad["url"] = "网址要写全，以 http:// 或 https:// 开头。"
	}
	return bad
}

// Lacks is what still has to be stated before the line can be drafted, "" if
// nothing has.
func (x Backfill) Lacks() string {
	var s []string
	if x.Original.IsZero() {
		s = append(s, "原发布日期")
	}
	if x.URL == "" && x.File == 0 {
		s = append(s, "原网址或者文件")
	}
	return strings.Join(s, "、")
}

// Content is the text that the draft begins with, before the file is read.
func (x Backfill) Content() Content {
	return Content{Title: x.Title, DocNo: x.DocNo, Category: x.Category, Made: x.Made, Original: x.Original, OriginURL: x.URL, Genre: GenreOf(x.Title)}
}

// BackfillOf is a line from a file's name alone.
func BackfillOf(fileName string) Backfill {
	b := path.Base(strings.ReplaceAll(fileName, `\`, "/"))
	title := strings.TrimSpace(strings.TrimSuffix(b, path.Ext(b)))
	if r := []rune(title); len(r) > MaxTitle {
		title = string(r[:MaxTitle])
	}
	k := KindOf(title)
	return Backfill{Title: title, FileName: b, Kind: k, Category: k.Category()}
}

// KindNamed finds a kind by its Chinese name or its key, "" for none.
func KindNamed(s string) Kind {
	for _, k := range Kinds() {
		if s == k.Chinese() || s == string(k) {
			return k
		}
	}
	return ""
}

// CategoryNamed finds a category by code or by name, "" for none.
func CategoryNamed(s string) string {
	if CategoryName(s) != "" {
		return s
	}
	for _, list := range [][]Category{article20, article21Town, article21County} {
		for _, c := range list {
			if c.Chinese == s {
				return c.Code
			}
		}
	}
	return ""
}
