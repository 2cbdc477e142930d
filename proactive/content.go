package proactive

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/rich"
)

// Content is what an item says: one version of it. It is what reviewers read and
// the public gets.
type Content struct {
	Title     string   `json:"title"`
	DocNo     string   `json:"doc_no,omitempty"`   // 文号
	Summary   string   `json:"summary,omitempty"`  // 内容概述
	Keywords  []string `json:"keywords,omitempty"` // 主题词
	Category  string   `json:"category"`           // code of art. 20, 21
	Theme     string   `json:"theme,omitempty"`    // 主题分类
	Genre     string   `json:"genre,omitempty"`    // 体裁
	Five      []Five   `json:"five,omitempty"`     // 五公开
	Field     string   `json:"field,omitempty"`    // 基层标准目录中的事项
	Issuer    string   `json:"issuer,omitempty"`   // 发文机关, "" for the organ itself
	Source    string   `json:"source,omitempty"`   // 来源 of a repost
	SourceURL string   `json:"source_url,omitempty"`
	Made      law.Date `json:"made"`                    // 成文日期
	Effective law.Date `json:"effective"`               // 施行日期, zero for the day it is made
	Until     law.Date `json:"until"`                   // 有效期至, zero without end
	From      law.Date `json:"from"`                    // 公示、征集 from
	To        law.Date `json:"to"`                      // … to, the last day
	Policy    int64    `json:"policy,string,omitempty"` // item that this interprets
	Related   IDs      `json:"related,omitempty"`       // other items 关联稿件
	Original  law.Date `json:"original"`                // 原发布日期, of old stock
	OriginURL string   `json:"origin_url,omitempty"`

	Body  rich.Body `json:"body"`
	Files []File    `json:"files,omitempty"`

	Withhold Ground `json:"withhold,omitempty"` // 拟不主动公开的理由: review decides, and it never goes out while this is set

	Note string `json:"note,omitempty"` // why this version took the place of the one before, shown with it
}

// IDs are ids in a content. They are written as text: a number of this size is
// not the same in every program that reads JSON.
type IDs []int64

// MarshalJSON writes the ids as text.
func (x IDs) MarshalJSON() ([]byte, error) {
	out := make([]string, len(x))
	for i, id := range x {
		out[i] = strconv.FormatInt(id, 10)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads ids written as text.
func (x *IDs) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*x = nil
	for _, s := range list {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return err
		}
		*x = append(*x, id)
	}
	return nil
}

// A File is attached, or a picture in the text.
type File struct {
	ID    int64  `json:"id,string"`
	Name  string `json:"name"`
	Type  string `json:"type"`
	Size  int64  `json:"size"`
	Hash  string `json:"hash"`            // SHA-256 of its bytes
	Inner bool   `json:"inner,omitempty"` // stands in the text, not among the attachments
	Text  string `json:"text,omitempty"`  // what can be read in it, for search and review
}

// Attached are the files that stand under the text.
func (c Content) Attached() []File {
	var out []File
	for _, f := range c.Files {
		if !f.Inner {
			out = append(out, f)
		}
	}
	return out
}

// File is the file of an id, or nil.
func (c Content) File(id int64) *File {
	if i := slices.IndexFunc(c.Files, func(f File) bool { return f.ID == id }); i >= 0 {
		return &c.Files[i]
	}
	return nil
}

// Bounds of a content.
const (
	MaxTitle = 200 // runes
	MaxFiles = 60
	MaxWords = 20
)

var webAddress = regexp.MustCompile(`^https?://[^\s"'<>\\]+$`)

// WebAddress reports whether s is an address on the web that a page may link to.
func WebAddress(s string) bool {
	if len(s) > 600 || !webAddress.MatchString(s) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil
}

// Check is what is wrong with a content of the kind: a sentence by field, nothing
// if nothing is. A draft may lack what has to be there before review.
func (c Content) Check(k Kind, draft bool) map[string]string {
	bad := map[string]string{}
	say := func(field, text string) {
		if bad[field] == "" {
			bad[field] = text
		}
	}
	if strings.TrimSpace(c.Title) == "" {
		say("title", "请写标题，例如“关于做好2026年汛期安全工作的通知”。")
	}
	for _, x := range []struct {
		field, s string
		most     int
	}{{"title", c.Title, MaxTitle}, {"doc_no", c.DocNo, 60}, {"summary", c.Summary, 1000}, {"theme", c.Theme, 60}, {"genre", c.Genre, 20}, {"issuer", c.Issuer, 120},
		{"source", c.Source, 120}, {"field", c.Field, 120}, {"note", c.Note, 300}} {
		if n := utf8.RuneCountInString(x.s); n > x.most {
			say(x.field, "这一项有"+num(n)+"个字，最多"+num(x.most)+"个字，请缩短。")
		}
		if strings.ContainsRune(x.s, 0) || !utf8.ValidString(x.s) {
			say(x.field, "这一项有不能识别的字符，请重新输入。")
		}
	}
	if len(c.Keywords) > MaxWords {
		say("keywords", "主题词最多"+num(MaxWords)+"个。")
	}
	if len(c.Files) > MaxFiles {
		say("files", "附件和图片最多"+num(MaxFiles)+"个。")
	}
	if k.Chinese() == "" {
		say("kind", "请选择信息类别。")
	}
	if CategoryName(c.Category) == "" {
		say("category", "请选择所属的公开目录。")
	}
	for _, x := range []struct{ field, s string }{{"source_url", c.SourceURL}, {"origin_url", c.OriginURL}} {
		if x.s != "" && !WebAddress(x.s) {
			say(x.field, "网址要写全，以 http:// 或 https:// 开头。")
		}
	}
	if !c.Until.IsZero() && !c.Effective.IsZero() && c.Until.Before(c.Effective) {
		say("until", "有效期截止日早于施行日期，请核对。")
	}
	if !c.To.IsZero() && !c.From.IsZero() && c.To.Before(c.From) {
		say("to", "截止日期早于开始日期，请核对。")
	}
	if c.Withhold != "" && !slices.Contains(Grounds(), c.Withhold) {
		say("withhold", "请从列出的不予公开理由中选择。")
	}
	for _, f := range c.Five {
		if !slices.Contains(Fives(), f) {
			say("five", "请从列出的“五公开”标签中选择。")
		}
	}
	if !draft {
		c.checkWhole(k, say)
	}
	return bad
}

// checkWhole is what has to be there before somebody reviews it.
func (c Content) checkWhole(k Kind, say func(field, text string)) {
	if c.Withhold != "" {
		return // title, number and ground are enough: by default nothing else is kept of it
	}
	if c.Body.Empty() && len(c.Attached()) == 0 {
		say("body", "正文和附件都是空的，没有可以公开的内容。")
	}
	if k != News && c.Made.IsZero() {
		say("made", "请写成文（形成）日期，公开期限从这一天起算。")
	}
	if k.Period() && (c.From.IsZero() || c.To.IsZero()) {
		say("to", k.Chinese()+"要写明起止日期，期满自动撤下。")
	}
	if c.Source != "" && c.SourceURL == "" && c.Made.IsZero() {
		say("source_url", "转载的信息要写明原文网址或者原文日期。")
	}
	if k == Interpretation && c.Policy == 0 && c.SourceURL == "" {
		say("policy", "请选择所解读的政策文件；不在本平台的，写出它的网址。")
	}
	for i, b := range c.Body.Blocks {
		if b.Kind == rich.Picture && b.Image != nil && strings.TrimSpace(b.Image.Alt) == "" {
			say("body", "第"+num(i+1)+"段是图片，请写出图片的文字说明，看不见图片的人要靠它了解内容。")
		}
	}
}
