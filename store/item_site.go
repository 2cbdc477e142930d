package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/translog"
)

// A PublicTally is how many live items of one kind and category an organ
// published in a year.
type PublicTally struct {
	Kind     proactive.Kind
	Category string
	Year     string
	Count    int
}

// PublicTallies counts live items, of one organ or of all where organ is 0.
func (s *Store) PublicTallies(ctx context.Context, organ int64) ([]PublicTally, error) {
	return either(ctx, s, func(ctx context.Context) ([]PublicTally, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, `select kind, category, substr(published, 1, 4), count(*) from item
			where standing = 'live' and (cast($1 as bigint) = 0 or organ = $1) group by kind, category, substr(published, 1, 4)`, organ)
		return gather("public tallies", rows, err, func(r scanner) (x PublicTally, err error) {
			return x, r.Scan(&x.Kind, &x.Category, &x.Year, &x.Count)
		})
	})
}

// A PublicOrgan is an organ that has live items.
type PublicOrgan struct {
	ID         int64
	Name, Code string
	Count      int
	Last       law.Date // day of the newest
}

// PublicOrgans lists the organs that have live items, in the order of the tree.
func (s *Store) PublicOrgans(ctx context.Context) ([]PublicOrgan, error) {
	return either(ctx, s, func(ctx context.Context) ([]PublicOrgan, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, `select o.id, o.name, coalesce(o.code, ''), count(*), max(i.published) from item i join organ o on o.id = i.organ
			where i.standing = 'live' group by o.id, o.name, o.code, o.path order by o.path`)
		return gather("public organs", rows, err, func(r scanner) (x PublicOrgan, err error) {
			var last string
			if err := r.Scan(&x.ID, &x.Name, &x.Code, &x.Count, &last); err != nil {
				return x, err
			}
			return x, x.Last.UnmarshalText([]byte(last))
		})
	})
}

// ClosedItems lists items of a kind whose period is over 期满, the newest first.
func (s *Store) ClosedItems(ctx context.Context, k proactive.Kind, organ int64, limit int) ([]ItemRow, error) {
	return either(ctx, s, func(ctx context.Context) ([]ItemRow, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, itemRowSQL+` where i.standing = 'ended' and i.kind = $1 and (cast($2 as bigint) = 0 or i.organ = $2)
			order by i.takedown desc, i.id desc limit $3`, string(k), organ, atMost(limit, MaxItems))
		return gather("closed items", rows, err, scanItemRow)
	})
}

// Comments counts what the public said to an item whose draft was laid open
// 意见征集. It says how many, and nothing of what.
func (s *Store) Comments(ctx context.Context, number string) (n int, err error) {
	return either(ctx, s, func(ctx context.Context) (int, error) {
		err := s.reader(ctx).QueryRowContext(ctx, "select count(*) from voice where topic = $1", oversight.CommentTopic(number)).Scan(&n)
		if err != nil {
			return 0, fmt.Errorf("store: comments: %w", err)
		}
		return n, nil
	})
}

// ItemFormat names the machine form of an item.
const ItemFormat = "gongkai-item/1"

// ItemForm is a published version as programs read it. Content is byte for byte
// what the public log commits to.
type ItemForm struct {
	Format    string          `json:"format"`
	Number    string          `json:"number"` // 索引号
	Organ     string          `json:"organ"`
	Code      string          `json:"code,omitempty"` // of the organ
	Kind      string          `json:"kind"`
	Standing  string          `json:"standing"`
	Version   int             `json:"version"`
	Published law.Date        `json:"published"`
	Changed   law.Date        `json:"changed"`
	Abolished law.Date        `json:"abolished"`
	Page      string          `json:"page"`
	Content   json.RawMessage `json:"content"`
}

// Form is the machine form of the version that was read.
func (x *PublicItem) Form(page string) (ItemForm, error) {
	b, err := CanonicalItem(x.Content)
	if err != nil {
		return ItemForm{}, err
	}
	return ItemForm{Format: ItemFormat, Number: x.Number, Organ: x.OrganName, Code: x.OrganCode, Kind: string(x.Kind), Standing: string(x.Standing), Version: x.N,
		Published: x.Published, Changed: x.Changed, Abolished: x.Abolished, Page: page, Content: b}, nil
}

// An ItemProof is the receipt of a version with what opens its hash: without the
// salt the leaf says nothing of the text, and once an item was removed nobody
// has it any more.
type ItemProof struct {
	translog.Receipt
	Item ItemOpening `json:"item"`
}

// ItemOpening is what opens the hash in a leaf.
type ItemOpening struct {
	Salt string `json:"salt"` // hex
}

// Proof puts the salt beside a receipt.
func (x *PublicItem) Proof(r translog.Receipt) ItemProof {
	return ItemProof{r, ItemOpening{hex.EncodeToString(x.Salt)}}
}

// HoldItem holds the machine form of an item against what the public log says of
// it. ok reports whether they are the same; says is what to tell people either
// way. receipt is the file that [ItemProof] is written to.
func HoldItem(body act.Item, receipt, form []byte) (ok bool, says []string) {
	var p ItemProof
	var f ItemForm
	no := func(text string) (bool, []string) { return false, []string{text} }
	if err := json.Unmarshal(receipt, &p); err != nil || p.Item.Salt == "" {
		return no("回执里没有核对正文用的随机数（salt）。请从信息页面的“存证”处下载回执，不要用公开存证页上的。")
	}
	salt, err := hex.DecodeString(p.Item.Salt)
	if err != nil {
		return no("回执里的随机数（salt）损坏，请重新下载。")
	}
	if err := json.Unmarshal(form, &f); err != nil || f.Format != ItemFormat {
		return no("第二个文件不是信息的数据文件（JSON），请从信息页面的“下载”处重新下载。")
	}
	var c proactive.Content
	if err := json.Unmarshal(f.Content, &c); err != nil {
		return no("数据文件里的正文损坏，请重新下载。")
	}
	switch {
	case body.Content == "":
		return no("这一条存证的是撤下，没有正文可以核对。")
	case body.Number != f.Number:
		return no(fmt.Sprintf("索引号不同：存证的是 %s，文件里是 %s。", body.Number, f.Number))
	}
	h, err := itemHash(salt, c)
	if err != nil || h != body.Content {
		return no(fmt.Sprintf("不相符：文件的内容不是存证的第 %d 版。它可能是另一个版本，或者被改动过。", body.Version))
	}
	says = append(says, fmt.Sprintf("相符：文件就是 %s 存证的第 %d 版，标题、正文和附件清单没有改动。", body.On.Chinese(), body.Version))
	for _, x := range c.Attached() {
		says = append(says, fmt.Sprintf("附件 %s：%d 字节，SHA-256 %s", x.Name, x.Size, x.Hash))
	}
	return true, says
}
