package sample

import (
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// What the sample county has published: a line of facts with days before today,
// then the text; "# " begins a heading, "| " a row of a table. All of it is
// invented.
//
//go:embed items.txt
var itemTexts string

// A sampleItem is one text of items.txt.
type sampleItem struct {
	kind    proactive.Kind
	organ   string
	ago     int
	policy  string // title of the text it interprets
	content proactive.Content
}

func (m *making) sampleItems() ([]sampleItem, error) {
	var out []sampleItem
	for block := range strings.SplitSeq(itemTexts, "----\n") {
		head, text, _ := strings.Cut(block, "\n")
		f := strings.Split(head, "|")
		if len(f) < 6 {
			return nil, fmt.Errorf("sample: item %q", head)
		}
		// Years stand as places, so that numbers and titles fit the day it is loaded.
		ago, _ := strconv.Atoi(f[2])
		year := m.today.AddDays(-ago).Year
		places := strings.NewReplacer("{y}", strconv.Itoa(year), "{y-1}", strconv.Itoa(year-1))
		head, text = places.Replace(head), places.Replace(text)
		f = strings.Split(head, "|")
		x := sampleItem{kind: proactive.Kind(f[0]), organ: f[1], ago: ago}
		x.content = proactive.Content{Title: f[3], Category: f[5], Body: bodyOf(text)}
		if f[4] != "-" {
			x.content.DocNo = f[4]
		}
		for _, kv := range f[6:] {
			key, value, _ := strings.Cut(kv, "=")
			n, _ := strconv.Atoi(value)
			day := m.today.AddDays(-n)
			switch key {
			case "made":
				x.content.Made = day
			case "effective":
				x.content.Effective = day
			case "until":
				x.content.Until = day
			case "from":
				x.content.From = day
			case "to":
				x.content.To = day
			case "theme":
				x.content.Theme = value
			case "policy":
				x.policy = value
			case "keywords":
				x.content.Keywords = strings.Split(value, ",")
			case "five":
				for w := range strings.SplitSeq(value, ",") {
					x.content.Five = append(x.content.Five, proactive.Five(w))
				}
			default:
				return nil, fmt.Errorf("sample: item %q: %q", f[3], kv)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// bodyOf is a text of items.txt as rich text.
func bodyOf(text string) rich.Body {
	var b rich.Body
	var table *rich.Block
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if row, ok := strings.CutPrefix(line, "|"); ok {
			if table == nil {
				b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Grid})
				table = &b.Blocks[len(b.Blocks)-1]
			}
			var r rich.Row
			for cell := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(row), "|"), "|") {
				c := rich.Cell{Head: len(table.Rows) == 0}
				if s := strings.TrimSpace(cell); s != "" {
					c.Spans = []rich.Span{{Text: s}}
				}
				r.Cells = append(r.Cells, c)
			}
			table.Rows = append(table.Rows, r)
			continue
		}
		table = nil
		if h, ok := strings.CutPrefix(line, "# "); ok {
			b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: []rich.Span{{Text: h}}})
			continue
		}
		b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: line}}})
	}
	return b
}

// items are the county's items: what was published over the year, and what is on
// its way now.
func (m *making) items() {
	if _, err := m.st.RequestCode(1); errors.Is(err, store.ErrNoSecret) {
		return // a store without a key keeps no sealed copies
	}
	list, err := m.sampleItems()
	if m.err == nil {
		m.err = err
	}
	ids := map[string]int64{}
	for _, x := range list {
		if m.err != nil {
			return
		}
		x.content.Policy = ids[x.policy]
		ids[x.content.Title] = m.published(x)
	}
	m.onTheirWay()
}

// on is one of the people on a day that is past: the sample has a history.
func (m *making) on(who string, ago int) store.By {
	by := m.by(m.today.AddDays(-ago))
	p := m.as(who).Viewer
	by.Viewer.Person, by.Viewer.Name, by.Viewer.Organ, by.Viewer.Posts, by.Reason = p.Person, p.Name, p.Organ, p.Posts, ""
	return by
}

// desks are who works on items: clerk, office, leader.
var desks = map[string][3]string{"青石镇": {"qingshi", "qingshi2", "qingshi3"}, "县教育局": {"jiaoyu", "jiaoyu2", "jiaoyu2"}}

// item runs a verb on an item as somebody, some days ago.
func (m *making) item(id int64, by store.By, verb func(x *store.ItemFile, d proactive.Doing) error) {
	if m.err != nil {
		return
	}
	x, err := m.st.Item(m.ctx, org.Program("示例县"), id)
	if m.err = err; err != nil {
		return
	}
	m.did(m.st.WithItem(m.ctx, by, id, x.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) }))
}

// published is an item that went its whole way.
func (m *making) published(x sampleItem) int64 {
	who := desks[x.organ]
	if m.err != nil {
		return 0
	}
	id := m.id(m.st.DraftItem(m.ctx, m.on(who[0], x.ago+2), store.NewItem{Organ: m.organ[x.organ].ID, Kind: x.kind, Content: x.content}))
	m.item(id, m.on(who[0], x.ago+2), func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) })
	m.lookThrough(id, who[1], x.ago+1)
	m.item(id, m.on(who[1], x.ago+1), func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") })
	m.item(id, m.on(who[2], x.ago+1), func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "") })
	m.item(id, m.on(who[0], x.ago), func(x *store.ItemFile, d proactive.Doing) error { return x.Release(d) })
	if to := x.content.To; !to.IsZero() && to.Before(m.today) {
		m.item(id, m.on(who[0], x.ago-1), func(x *store.ItemFile, d proactive.Doing) error { return x.TakeDown(d, "", true) })
	}
	return id
}

// lookThrough says of each mark in a text why it may stand.
func (m *making) lookThrough(id int64, who string, ago int) {
	if m.err != nil {
		return
	}
	x, err := m.st.Item(m.ctx, org.Program("示例县"), id)
	if m.err = err; err != nil {
		return
	}
	marks, _, err := m.st.Look(m.ctx, x)
	if m.err = err; err != nil {
		return
	}
	for _, k := range marks {
		m.did(m.st.DecideMark(m.ctx, m.on(who, ago), id, x.Version, k.Key(), "依法公示的名单，姓名已经隐去一部分。"))
	}
}

// onTheirWay are the items that somebody has to do something with.
func (m *making) onTheirWay() {
	town := m.organ["青石镇"].ID
	draft := func(ago int, k proactive.Kind, title, no, text string) int64 {
		if m.err != nil {
			return 0
		}
		c := proactive.Content{Title: title, DocNo: no, Category: k.Category(), Made: m.today.AddDays(-ago), Body: bodyOf(text)}
		return m.id(m.st.DraftItem(m.ctx, m.on("qingshi", ago), store.NewItem{Organ: town, Kind: k, Content: c}))
	}
	hand := func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) }

	draft(3, proactive.Notice, "关于开展森林防火隐患排查的通知", "青政办〔2026〕37号", "各村（社区）：请对林缘地带的坟头、秸秆堆放点逐一排查，登记造册。")
	id := draft(9, proactive.Document, "关于做好2026年冬季困难群众取暖救助工作的通知", "青政办〔2026〕35号", "各村（社区）：请于本月底前完成摸底，名单报镇民政办。\n联系人：某某，联系电话：13800000000。")
	m.item(id, m.on("qingshi", 8), hand)
	id = draft(14, proactive.Notice, "关于镇区主街污水管网改造施工的通告", "青政告〔2026〕4号", "因污水管网改造，主街粮站至卫生院段自下周一起封闭施工，预计二十日，过往车辆请绕行河滨路。")
	m.item(id, m.on("qingshi", 13), hand)
	m.item(id, m.on("qingshi2", 12), func(x *store.ItemFile, d proactive.Doing) error {
		return x.SendBack(d, "请补充施工单位和监督电话，并附绕行示意图。")
	})
	id = draft(6, proactive.News, "青石镇开展村级会计集中培训", "", "镇农业农村办组织十四个村（社区）的报账员集中学习新的村级财务制度，现场解答问题三十一个。")
	m.item(id, m.on("qingshi", 5), hand)
	m.item(id, m.on("qingshi2", 4), func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") })
	id = draft(40, proactive.Document, "关于河滨片区征收补偿谈判底价的请示", "", "（讨论稿）")
	m.item(id, m.on("qingshi", 39), hand)
	m.item(id, m.on("qingshi2", 38), func(x *store.ItemFile, d proactive.Doing) error {
		return x.Withhold(d, proactive.Process, d.Today.AddDays(180))
	})
}
