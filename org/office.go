package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// OfficeRecord is the office record of an organ 办公信息: what its guide has to state
// about where and how it can be reached (条例第四条、第十二条). All of it is
// public.
type OfficeRecord struct {
	Organ    int64
	Unit     string // 政府信息公开工作机构
	Head     string // 机构负责人
	Address  string // 办公地址
	Postcode string
	Hours    string // 办公时间
	Phone    string // 联系电话
	Fax      string
	Email    string
	Web      string // 网址
	Channels []Channel
}

// A Channel is one way by which the organ takes requests 受理渠道.
type Channel struct {
	Kind  ChannelKind `json:"kind"`
	Where string      `json:"where,omitempty"` // window, address, number; "" for that of the record
}

// ChannelKind is a way in. The law tells them apart: what counts as the day of
// receipt depends on it (条例第三十一条).
type ChannelKind string

// The channels.
const (
	Counter ChannelKind = "counter" // 当面提交
	ByPost  ChannelKind = "post"    // 邮寄
	ByFax   ChannelKind = "fax"     // 传真
	Online  ChannelKind = "web"     // 网络
	ByMail  ChannelKind = "email"   // 电子邮箱
)

// ChannelKinds lists the channels in the order in which guides name them.
func ChannelKinds() []ChannelKind { return []ChannelKind{Counter, ByPost, Online, ByFax, ByMail} }

// Chinese is the name of the channel.
func (k ChannelKind) Chinese() string {
	switch k {
	case Counter:
		return "当面提交"
	case ByPost:
		return "邮寄"
	case ByFax:
		return "传真"
	case Online:
		return "网络"
	case ByMail:
		return "电子邮箱"
	}
	return ""
}

// Empty reports whether nothing is stated.
func (o OfficeRecord) Empty() bool {
	return o.Unit+o.Head+o.Address+o.Postcode+o.Hours+o.Phone+o.Fax+o.Email+o.Web == "" && len(o.Channels) == 0
}

// Place is where requests by the channel go: what was stated for it, or the
// entry of the record that serves it.
func (o OfficeRecord) Place(c Channel) string {
	if c.Where != "" {
		return c.Where
	}
	switch c.Kind {
	case Counter:
		return o.Address
	case ByPost:
		if o.Address != "" && o.Postcode != "" {
			return o.Address + "（邮政编码 " + o.Postcode + "）"
		}
		return o.Address
	case ByFax:
		return o.Fax
	case Online:
		return o.Web
	case ByMail:
		return o.Email
	}
	return ""
}

// An OfficeField is one line of the record as forms and lists name it.
type OfficeField struct {
	Name    string // in forms and columns
	Chinese string
	Hint    string
	Of      func(*OfficeRecord) *string
}

// OfficeFields lists the lines of the record in the order of the guide.
func OfficeFields() []OfficeField {
	return []OfficeField{
		{"unit", "公开工作机构", "例如：云岭县人民政府办公室政务公开股", func(o *OfficeRecord) *string { return &o.Unit }},
		{"head", "机构负责人", "姓名和职务，例如：某某（主任）", func(o *OfficeRecord) *string { return &o.Head }},
		{"address", "办公地址", "写到门牌号和房间号", func(o *OfficeRecord) *string { return &o.Address }},
		{"postcode", "邮政编码", "6 位数字", func(o *OfficeRecord) *string { return &o.Postcode }},
		{"hours", "办公时间", "例如：工作日 9:00—12:00，14:00—17:30", func(o *OfficeRecord) *string { return &o.Hours }},
		{"phone", "联系电话", "带区号，例如：0571-12345678", func(o *OfficeRecord) *string { return &o.Phone }},
		{"fax", "传真", "没有传真可以不填", func(o *OfficeRecord) *string { return &o.Fax }},
		{"email", "电子邮箱", "专门接收公开事务的公务邮箱", func(o *OfficeRecord) *string { return &o.Email }},
		{"web", "网址", "以 http:// 或 https:// 开头", func(o *OfficeRecord) *string { return &o.Web }},
	}
}

// Wrong says in Chinese what cannot be kept, by field name; channels are under
// the name of their kind.
func (o OfficeRecord) Wrong() map[string]string {
	bad := map[string]string{}
	for _, f := range OfficeFields() {
		switch v := *f.Of(&o); {
		case !plain(v):
			bad[f.Name] = f.Chinese + "中有无法显示的字符，请删去后再试。"
		case len([]rune(v)) > 200:
			bad[f.Name] = f.Chinese + "过长，最多 200 字。"
		}
	}
	switch {
	case o.Postcode != "" && (len(o.Postcode) != 6 || strings.Trim(o.Postcode, "0123456789") != ""):
		bad["postcode"] = "邮政编码应当是 6 位数字。"
	case o.Postcode != "" && o.Address == "":
		bad["address"] = "填了邮政编码，也请填写办公地址。"
	}
	for name, v := range map[string]string{"phone": o.Phone, "fax": o.Fax} {
		for _, part := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("、，,；; /", r) }) {
			if bad[name] == "" && !phone.MatchString(part) && !strings.HasPrefix(part, "转") {
				bad[name] = fmt.Sprintf("“%.40s”不像电话号码，请写成 0571-12345678；多个号码用顿号分开。", part)
			}
		}
	}
	if o.Email != "" && !email.MatchString(o.Email) {
		bad["email"] = "这不像邮箱地址，请写成 name@example.gov.cn。"
	}
	if o.Web != "" && !webAddress(o.Web) {
		bad["web"] = "网址应当以 http:// 或 https:// 开头，中间没有空格。"
	}
	seen := map[ChannelKind]bool{}
	for _, c := range o.Channels {
		k := string(c.Kind)
		switch {
		case c.Kind.Chinese() == "" || seen[c.Kind]:
			bad["channels"] = "受理渠道无法识别，请重新选择。"
		case !plain(c.Where) || len([]rune(c.Where)) > 200:
			bad[k] = "说明过长或有无法显示的字符，最多 200 字。"
		case o.Place(c) == "":
			bad[k] = "选了“" + c.Kind.Chinese() + "”，请写明怎样办理，或在上面填写相应的地址、号码。"
		case c.Kind == Online && !webAddress(o.Place(c)):
			bad[k] = "请写提交申请的网址，以 http:// 或 https:// 开头。"
		}
		seen[c.Kind] = true
	}
	return bad
}

func webAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	return ok && rest != "" && !strings.ContainsAny(rest, " \"'<>\\")
}

// ChannelsText is the channels in words, e.g. 当面提交、邮寄.
func (o OfficeRecord) ChannelsText() string {
	var s []string
	for _, c := range o.Channels {
		w := c.Kind.Chinese()
		if c.Where != "" {
			w += "（" + c.Where + "）"
		}
		s = append(s, w)
	}
	return strings.Join(s, "、")
}

// MarshalChannels writes the channels as the store keeps them.
func MarshalChannels(list []Channel) string {
	if len(list) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(list) // strings cannot fail
	return string(b)
}

// ParseChannels reads what MarshalChannels wrote.
func ParseChannels(s string) ([]Channel, error) {
	var list []Channel
	err := json.Unmarshal([]byte(s), &list)
	return slices.Clip(list), err
}
