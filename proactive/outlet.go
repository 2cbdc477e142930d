package proactive

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/law"
)

// OutletKind is the kind of a channel 公开渠道和载体, after the list of carriers of
// the standard catalogues of grass-roots disclosure and what towns report.
type OutletKind string

// The kinds. A Board hangs somewhere, a Screen has pages of its own, a Speaker
// is spoken to.
const (
	Website     OutletKind = "website"
	WeChat      OutletKind = "wechat"
	VideoFeed   OutletKind = "video"
	Gazette     OutletKind = "gazette"
	Television  OutletKind = "television"
	Press       OutletKind = "press"
	Board       OutletKind = "board"
	Speaker     OutletKind = "speaker"
	Screen      OutletKind = "screen"
	ChatGroup   OutletKind = "group"
	Conference  OutletKind = "conference"
	Inquiry     OutletKind = "inquiry"
	OtherSite   OutletKind = "site"
	Booklet     OutletKind = "booklet"
	Feature     OutletKind = "feature"
	Window      OutletKind = "window"
	Doorstep    OutletKind = "doorstep"
	Hotline     OutletKind = "hotline"
	OtherOutlet OutletKind = "other"
)

var outletKinds = []struct {
	kind    OutletKind
	chinese string
	media   bool // a new-media account that has to be kept alive
}{
	{Website, "政府网站", false}, {WeChat, "微信公众号", true}, {VideoFeed, "视频号、短视频", true}, {Gazette, "政府公报", false}, {Television, "广播电视", false},
	{Press, "报刊", false}, {Board, "公开栏", false}, {Speaker, "村村响广播", false}, {Screen, "电子屏", false}, {ChatGroup, "微信群", false},
	{Conference, "新闻发布会", false}, {Inquiry, "网络问政", false}, {OtherSite, "其他单位的网站", false}, {Booklet, "便民手册", false}, {Feature, "美篇", true},
	{Window, "政务服务窗口", false}, {Doorstep, "入户、现场", false}, {Hotline, "12345热线", false}, {OtherOutlet, "其他", false},
}

// OutletKinds lists them in the order of the form.
func OutletKinds() []OutletKind {
	out := make([]OutletKind, len(outletKinds))
	for i, k := range outletKinds {
		out[i] = k.kind
	}
	return out
}

// Chinese is the kind on screen, "" for none of ours.
func (k OutletKind) Chinese() string {
	for _, x := range outletKinds {
		if x.kind == k {
			return x.chinese
		}
	}
	return ""
}

// Media reports whether it is a new-media account 政务新媒体, which has to show
// something new every two weeks.
func (k OutletKind) Media() bool {
	return slices.ContainsFunc(outletKinds, func(x struct {
		kind    OutletKind
		chinese string
		media   bool
	}) bool {
		return x.kind == k && x.media
	})
}

// QuietDays is after how many days without anything new an account counts as
// not kept.
const QuietDays = 14

// QuietCite is where that stands.
var QuietCite = law.Cite{Instrument: "政府网站与政务新媒体检查指标", Number: "国办秘函〔2019〕19号", Article: "单项否决指标", Paraphrase: "政务新媒体监测时间点前两周内无更新的，判定为不合格。"}

// Side is whose affairs something is about: the government's, which the
// statistics count, or those of Party and village, which they count apart.
type Side string

// The sides.
const (
	Government Side = ""        // 政务
	Party      Side = "party"   // 党务
	Village    Side = "village" // 村务
	Finance    Side = "finance" // 财务 of a village
)

// Sides lists them in the order of the form.
func Sides() []Side { return []Side{Government, Party, Village, Finance} }

// Chinese is the side on screen.
func (s Side) Chinese() string {
	return map[Side]string{Government: "政务", Party: "党务", Village: "村务", Finance: "村级财务"}[s]
}

// An Outlet is one channel of an organ: an account, a board, a screen.
type Outlet struct {
	ID      int64
	Organ   int64
	Kind    OutletKind
	Name    string   // of the account, the board
	Account string   // number of an account, address of a site
	Place   string   // of a board, a screen, a loudspeaker
	Size    string   // e.g. 2.4米×1.2米
	Keeper  string   // who keeps it up
	Sides   []Side   // what a board is for
	Since   law.Date // zero if not known
	Until   law.Date // last day, zero while it is there
	Note    string
	Playlist
	Code    string // secret part of a screen's address, "" while it has none
	Version int64
}

// Placed reports whether a thing of the kind stands somewhere.
func (k OutletKind) Placed() bool { return k == Board || k == Screen || k == Speaker || k == Window }

// Check reports in Chinese what is wrong with an outlet, by field.
func (o Outlet) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	if o.Kind.Chinese() == "" {
		bad["kind"] = "请选择渠道的种类。"
	}
	if o.Organ == 0 {
		bad["organ"] = "请选择机关。"
	}
	for _, c := range []struct {
		field, text string
		most        int
	}{{"name", o.Name, 60}, {"account", o.Account, 200}, {"place", o.Place, 80}, {"size", o.Size, 40}, {"keeper", o.Keeper, 30}, {"note", o.Note, 500}} {
		if m := plainText(c.text, c.most, c.field == "note"); m != "" {
			bad[c.field] = m
		}
	}
	if strings.TrimSpace(o.Name) == "" {
		bad["name"] = "请写名称，例如“美丽青石”视频号、下河村公开栏。"
	}
	if o.Kind.Placed() && strings.TrimSpace(o.Place) == "" {
		bad["place"] = "请写在哪里，例如“下河村村委会院外”。"
	}
	for _, s := range o.Sides {
		if s.Chinese() == "" {
			bad["sides"] = "请从列出的内容中选择。"
		}
	}
	if !o.Since.IsZero() && o.Since.After(today) {
		bad["since"] = "启用的日期还没有到。"
	}
	if !o.Until.IsZero() && (o.Until.After(today) || o.Until.Before(o.Since)) {
		bad["until"] = "停用的日期不能晚于今天，也不能早于启用的日期。"
	}
	o.Playlist.check(bad)
	return bad
}

// plainText is what is wrong with a text of at most so many characters.
func plainText(s string, most int, lines bool) string {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Sprintf("这一项有%d个字，最多%d个字，请缩短。", n, most)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !(lines && (r == '\n' || r == '\t')) }) {
		return "这一项有不能识别的字符，请重新输入。"
	}
	return ""
}

// A Posting is one thing on one outlet: a post of an account, a poster on a
// board, a reading over the loudspeaker.
type Posting struct {
	ID     int64
	Organ  int64
	Outlet int64
	Item   int64    // that it shows, 0 for something that is no item
	Title  string   // of what is no item
	Topic  string   // 内容类别, one of the organ's list; "" for Party and village
	Side   Side     // whose affairs
	On     law.Date // posted, hung, read out
	Until  law.Date // has to come down after this day, zero for none
	Down   law.Date // came down, zero while it is up
	Link   string   // address of the post
	Photo  int64    // proof, private file, 0 for none
	Taken  int64    // photo of the empty board
	Note   string
	// Must says that it has to come down at once: the item was withdrawn.
	Must    bool
	Version int64
}

// Check reports in Chinese what is wrong with a posting, by field.
func (p Posting) Check(topics []string, today law.Date) map[string]string {
	bad := map[string]string{}
	if p.Outlet == 0 {
		bad["outlet"] = "请选择渠道。"
	}
	if p.Item == 0 && strings.TrimSpace(p.Title) == "" {
		bad["title"] = "请选择已发布的信息，或者写明公开了什么。"
	}
	for _, c := range []struct {
		field, text string
		most        int
	}{{"title", p.Title, MaxTitle}, {"note", p.Note, 300}} {
		if m := plainText(c.text, c.most, false); m != "" {
			bad[c.field] = m
		}
	}
	switch {
	case p.Side.Chinese() == "":
		bad["side"] = "请选择是政务、党务还是村务。"
	case p.Side == Government && !slices.Contains(topics, p.Topic):
		bad["topic"] = "请选择内容类别。"
	}
	if p.On.IsZero() || p.On.After(today) {
		bad["on"] = "请写公开的日期，不能晚于今天。"
	}
	if !p.Until.IsZero() && p.Until.Before(p.On) {
		bad["until"] = "撤下的日期早于张贴的日期，请核对。"
	}
	if p.Link != "" && !WebAddress(p.Link) {
		bad["link"] = "网址要写全，以 http:// 或 https:// 开头。"
	}
	return bad
}

// DefaultTopics is the list of topics where an organ has made none.
func DefaultTopics() []string { return []string{"民生", "财务", "新闻政策宣传"} }

// TopicsOf reads a list of topics as it is written in the setting.
func TopicsOf(setting string) []string {
	var out []string
	for s := range strings.FieldsFuncSeq(setting, func(r rune) bool { return strings.ContainsRune("、，,\n;； ", r) }) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return DefaultTopics()
	}
	return out
}
