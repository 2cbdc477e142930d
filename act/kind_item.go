package act

import (
	"fmt"
	"strings"

	"gongkai/law"
)

// The kinds of acts on an item of proactive disclosure 主动公开. Their body is a
// [Record] whose facts the item is replayed from.
const (
	ItemDrafted    = "item.drafted"
	ItemEdited     = "item.edited"
	ItemSubmitted  = "item.submitted"
	ItemRecalled   = "item.recalled"  // 撤回送审
	ItemSigned     = "item.signed"    // 审签一个环节
	ItemReturned   = "item.returned"  // 退回修改
	ItemAsked      = "item.asked"     // 商请保密部门审定
	ItemAnswered   = "item.answered"  // 收到审定意见
	ItemScheduled  = "item.scheduled" // 定时发布
	ItemPublished  = "item.published"
	ItemRevised    = "item.revised" // 开始变更、更正
	ItemDiscarded  = "item.discarded"
	ItemWithdrawn  = "item.withdrawn"
	ItemEnded      = "item.ended"   // 公示期满
	ItemRemoved    = "item.removed" // 紧急撤下
	ItemAbolished  = "item.abolished"
	ItemWithheld   = "item.withheld"    // 不主动公开
	ItemReReviewed = "item.re_reviewed" // 评估审查
	ItemArchived   = "item.archived"
	ItemSealedRead = "item.sealed_read" // 查阅紧急撤下的封存件
	ItemDecided    = "item.decided"     // 对文稿中一处标记作出说明
	ItemResolved   = "item.resolved"    // 领导小组研究决定
	ItemAssigned   = "item.assigned"    // 起草人调离，移交
	VolumeHanded   = "volume.handed"    // 案卷移交档案馆、图书馆
)

// The kinds of acts of the public log about items. Their body is an [Item].
const (
	DisclosurePublished = "disclosure.published"
	DisclosureChanged   = "disclosure.changed"
	DisclosureCorrected = "disclosure.corrected"
	DisclosureWithdrawn = "disclosure.withdrawn"
	DisclosureEnded     = "disclosure.ended"
	DisclosureRemoved   = "disclosure.removed"
	DisclosureAbolished = "disclosure.abolished"
)

// ofItem reports whether acts of a kind are those of the public log about items.
func ofItem(kind string) bool { return strings.HasPrefix(kind, "disclosure.") }

func itemKinds() map[string]Kind {
	return map[string]Kind{
		ItemDrafted:    {1, "起草信息"},
		ItemEdited:     {1, "修改文稿"},
		ItemSubmitted:  {1, "送审"},
		ItemRecalled:   {1, "撤回送审"},
		ItemSigned:     {1, "审签"},
		ItemReturned:   {1, "退回修改"},
		ItemAsked:      {1, "商请保密部门审定"},
		ItemAnswered:   {1, "登记保密部门审定意见"},
		ItemScheduled:  {1, "设定发布时间"},
		ItemPublished:  {1, "发布信息"},
		ItemRevised:    {1, "开始修订已发布的信息"},
		ItemDiscarded:  {1, "作废文稿"},
		ItemWithdrawn:  {1, "撤下信息"},
		ItemEnded:      {1, "期满撤下信息"},
		ItemRemoved:    {1, "紧急撤下信息"},
		ItemAbolished:  {1, "登记废止、失效"},
		ItemWithheld:   {1, "审定不主动公开"},
		ItemReReviewed: {1, "评估审查不公开的信息"},
		ItemArchived:   {1, "立卷归档"},
		ItemSealedRead: {1, "查阅封存件"},
		ItemDecided:    {1, "说明文稿中的标记"},
		ItemResolved:   {1, "登记领导小组的决定"},
		ItemAssigned:   {1, "移交起草中的信息"},
		VolumeHanded:   {1, "移交案卷"},

		DisclosurePublished: {1, "发布信息"},
		DisclosureChanged:   {1, "变更信息"},
		DisclosureCorrected: {1, "更正信息"},
		DisclosureWithdrawn: {1, "撤下信息"},
		DisclosureEnded:     {1, "期满撤下信息"},
		DisclosureRemoved:   {1, "紧急撤下信息"},
		DisclosureAbolished: {1, "废止、失效"},
	}
}

// ItemRef is the reference of an item in the public log.
func ItemRef(number string) string { return "item/" + number }

// Item is the body of the acts of the public log about items, version 1. It
// neither names the item nor says anything of it: a title may be what has to be
// taken away. Content is a salted hash; the salt is on the receipt.
type Item struct {
	Organ   string   `json:"organ"`             // its code, "" if it has none
	Name    string   `json:"name"`              // of the organ on that day
	Number  string   `json:"number"`            // 索引号
	Version int      `json:"version"`           // of the item, from 1
	Content string   `json:"content,omitempty"` // salted hash of the content; none once it is down
	On      law.Date `json:"on"`
}

func (x Item) check() error {
	switch {
	case x.Name == "" || x.Number == "" || x.Version < 1 || !x.On.Valid():
		return fmt.Errorf("%w: organ, number, version and day of an item are needed", ErrLeaf)
	case x.Content != "" && !isHash(x.Content):
		return fmt.Errorf("%w: hash of the item", ErrLeaf)
	}
	return nil
}
