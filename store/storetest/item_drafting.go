package storetest

import (
	"errors"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/store"
)

// RunItemDrafting checks what drafting asks of items. Every call of open gives an
// empty store that keeps files and has a key for private content.
func RunItemDrafting(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{{"ReasonsAreKept", draftingSaid}, {"AlikeAndPolicies", draftingFound}, {"FilesOfAnother", draftingFiles}, {"WithheldIsNotSigned", draftingWithheld}} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func draftingSaid(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	by := d.clerk
	by.Reason = "读入“通知.docx”。"
	id := idOf(t, must(s.DraftItem(ctx, by, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("防汛通知")}))(t))
	must(onItem(t, s, d.clerk, id, hand))(t)
	office := d.office
	office.Reason = "请写明责任人"
	must(onItem(t, s, office, id, func(x *store.ItemFile, do proactive.Doing) error { return x.SendBack(do, office.Reason) }))(t)
	said := must(s.ItemSaid(ctx, d.clerk.Viewer, id))(t)
	if len(said) != 2 || said[0].Kind != act.ItemReturned || said[0].Reason != "请写明责任人" || said[1].Kind != act.ItemDrafted || said[1].Reason != by.Reason || said[0].On != thisDay() {
		t.Errorf("said: %+v", said)
	}
	if _, err := s.ItemSaid(ctx, d.nextTo.Viewer, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour reads reasons: %v", err)
	}
}

func draftingFound(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	draft := func(title, no string) int64 {
		c := itemText(title)
		c.DocNo = no
		return idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: c}))(t))
	}
	one, two, gone := draft("关于 防汛工作的通知", "测政〔2026〕3号"), draft("防汛物资清单", "测政〔2026〕4号"), draft("关于防汛工作的通知", "")
	must(onItem(t, s, d.clerk, gone, func(x *store.ItemFile, do proactive.Doing) error { return x.Drop(do) }))(t)
	for _, c := range []struct {
		self      int64
		title, no string
		want      []int64
	}{{0, "关于防汛工作的通知", "", []int64{one}}, {one, "关于防汛工作的通知", "", nil}, {0, "防汛", "", nil}, {0, "无关", "测政〔2026〕４号", []int64{two}}, {0, "关于防汛工作的通知", "测政〔2026〕4号", []int64{one, two}}, {0, "", "", nil}} {
		list := must(s.AlikeItems(ctx, d.clerk.Viewer, d.organ.ID, c.self, c.title, c.no))(t)
		ok := len(list) == len(c.want)
		for i := range list {
			ok = ok && i < len(c.want) && list[i].ID == c.want[i]
		}
		if !ok {
			t.Errorf("like %q %q: %v, not %v", c.title, c.no, list, c.want)
		}
	}
	if list := must(s.AlikeItems(ctx, d.nextTo.Viewer, d.organ.ID, 0, "关于防汛工作的通知", "测政〔2026〕4号"))(t); len(list) != 0 {
		t.Errorf("the neighbour is told of drafts: %v", list)
	}
	out, number := d.published(t, s, store.NewItem{Content: itemText("公开的防汛办法")})
	find := func(by store.By, q string) int { return len(must(s.FindPolicies(ctx, by.Viewer, q, 20))(t)) }
	if a, b, c, e := find(d.clerk, "防汛"), find(d.nextTo, "防汛"), find(d.nextTo, number), find(d.clerk, " "); a != 3 || b != 1 || c != 1 || e != 0 {
		t.Errorf("policies found: %d by the clerk, %d and %d by the neighbour, %d by nothing", a, b, c, e)
	}
	if x := must(s.KnownItem(ctx, d.nextTo.Viewer, out))(t); x.Number != number {
		t.Errorf("known: %+v", x)
	}
	if _, err := s.KnownItem(ctx, d.nextTo.Viewer, one); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour knows a draft: %v", err)
	}
}

func draftingFiles(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	a, b := s.NewID(), s.NewID()
	f := must(s.PutPrivate(ctx, store.ItemRef(a), strings.NewReader("附件")))(t)
	if p := must(s.DraftFile(ctx, a, f.ID))(t); p.Hash != f.Hash || p.Size != f.Size {
		t.Errorf("put: %+v", p)
	}
	if _, err := s.DraftFile(ctx, b, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of another item: %v", err)
	}
	n := store.NewItem{ID: b, Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("偷来的附件")}
	n.Content.Files = []proactive.File{{ID: f.ID, Name: "附件.txt", Type: f.Type, Size: f.Size, Hash: f.Hash}}
	if _, err := s.DraftItem(ctx, d.clerk, n); err == nil {
		t.Error("an item takes the file of another")
	}
}

func draftingWithheld(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("内部事务安排")
	c.Withhold = proactive.Internal
	id := idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: c}))(t))
	must(onItem(t, s, d.clerk, id, hand))(t)
	var no *act.Refusal
	if _, err := onItem(t, s, d.office, id, pass); !errors.As(err, &no) {
		t.Errorf("what is not to be disclosed is signed: %v", err)
	}
	if x := must(s.Item(ctx, d.clerk.Viewer, id))(t); x.Stage != proactive.Reviewing {
		t.Errorf("it is %s", x.Stage)
	}
}
