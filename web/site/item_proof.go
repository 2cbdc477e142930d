package site

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// itemProofOf is nil where there is no public log.
func (s *Site) itemProofOf(r *http.Request, x *store.PublicItem) (*itemProofPanel, error) {
	if s.store.LogKey() == nil {
		return nil, nil
	}
	list, err := s.store.History(fresh(r.Context()), act.ItemRef(x.Number))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	p := &itemProofPanel{Receipt: page.ItemProofHref(x.Number)}
	if x.N != len(x.Versions) {
		p.Receipt += "?version=" + strconv.Itoa(x.N)
	}
	for _, l := range list {
		a := page.Link{Text: fmt.Sprintf("%s %s", minute(l.At()), logged(l.Act.Kind))}
		if l.Index >= 0 {
			a.Text += fmt.Sprintf("（第 %d 条）", l.Index)
			a.Href = "/log/receipt/" + strconv.FormatInt(l.Index, 10)
		}
		p.Acts = append(p.Acts, a)
	}
	return p, nil
}

// logged is what an entry of the public log says of an item, in short.
func logged(kind string) string {
	return map[string]string{act.DisclosurePublished: "发布", act.DisclosureChanged: "变更", act.DisclosureCorrected: "更正", act.DisclosureWithdrawn: "撤下", act.DisclosureEnded: "期满撤下", act.DisclosureRemoved: "紧急撤下",
		act.DisclosureAbolished: "废止、失效"}[kind]
}

// itemProof sends the receipt of a version with the salt that opens its hash.
func (s *Site) itemProof(w http.ResponseWriter, r *http.Request) error {
	n := queryInt(r, "version")
	x, err := s.itemOf(r, n)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if x.Standing == proactive.Removed {
		return s.itemGone(w, r)
	}
	ctx := fresh(r.Context())
	list, err := s.store.History(ctx, act.ItemRef(x.Number))
	if err != nil {
		return logError(err)
	}
	index := int64(-2)
	for _, l := range list {
		if b, ok := l.Act.Body.(act.Item); ok && b.Version == x.N && b.Content != "" {
			index = l.Index
		}
	}
	switch index {
	case -2:
		return page.ErrNotFound
	case -1:
		return logError(store.ErrPending)
	}
	rec, err := s.store.ReceiptAt(ctx, index)
	if err != nil {
		return logError(err)
	}
	return sendJSONFile(w, x.Proof(rec), fileName(x)+"存证回执.json")
}

// itemOrgan is the organ of an item that is public, for forms that begin at it.
func (s *Site) itemOrgan(r *http.Request, number string) (*store.PublicItem, error) {
	if number == "" || len(number) > 200 {
		return nil, page.ErrNotFound
	}
	x, err := s.store.PublicItem(fresh(r.Context()), number, 0)
	if err == nil && x.Standing == proactive.Removed || errors.Is(err, store.ErrNotFound) {
		return nil, page.ErrNotFound
	}
	return x, err
}

// columnMeta are the tags of the column that a kind stands in.
func columnMeta(k proactive.Kind, organ string) []page.Meta {
	kind := "信息公开"
	switch k {
	case proactive.News:
		kind = "工作动态"
	case proactive.Interpretation, proactive.Concern, proactive.Clarification:
		kind = "解读回应"
	case proactive.Consultation:
		kind = "互动交流"
	}
	return []page.Meta{{Name: "ColumnDescription", Content: organ + "主动公开的" + k.Chinese()}, {Name: "ColumnKeywords", Content: k.Chinese() + "；" + organ + "；政府信息公开"}, {Name: "ColumnType", Content: kind}}
}
