package site

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of what is looked for in one text.
const (
	mostChunks = 5 // parts of the text, each a search of its own
	mostOfOne  = 5 // items of a part
)

var (
	// parting are words between what is wanted; years and dates say when.
	parting = strings.NewReplacer("政府信息公开", " ", "政府信息", " ", "申请", " ", "公开", " ", "我想", " ", "想要", " ", "想知道", " ", "知道", " ", "了解", " ", "获取", " ", "查询", " ", "请", " ", "提供", " ", "关于", " ", "有关", " ", "情况", " ", "相关", " ", "资料", " ", "材料", " ", "文件", " ", "复印件", " ", "的", " ", "和", " ", "以及", " ", "及", " ", "或", " ", "《", " ", "》", " ")
	years   = regexp.MustCompile(`[0-9]{2,4}\s*年(度)?([0-9]{1,2}月)?([0-9]{1,2}日)?`)
	marks   = regexp.MustCompile(`[\s，。、；：？！,.;:?!（）()“”"]+`)
)

// chunks are the words of a wish that may stand in a title, the longest first.
func chunks(o org.Organ, wanted string) []string {
	for _, name := range []string{o.Name, o.ShortName(), o.Short} {
		if name != "" {
			wanted = strings.ReplaceAll(wanted, name, " ")
		}
	}
	wanted = parting.Replace(years.ReplaceAllString(wanted, " "))
	var out []string
	for _, c := range marks.Split(wanted, -1) {
		if n := len([]rune(c)); n >= 2 && n <= 30 && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out[:min(len(out), mostChunks)]
}

// itemsOn points to published items of the organ: those whose titles say much the
// same, and those that bear the number that was written.
func (s *Site) itemsOn(ctx context.Context, o org.Organ, wanted string) ([]suggestion, error) {
	var out []suggestion
	seen := map[string]bool{}
	for i, c := range append([]string{wanted}, chunks(o, wanted)...) {
		r, err := s.store.SearchPublic(ctx, store.SearchQuery{Text: clip(c, 60), Under: o.Path, InForce: i > 0, Limit: mostOfOne})
		if errors.Is(err, store.ErrNoSearch) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for k, h := range r.Hits {
			if seen[h.Number] {
				continue
			}
			near := nearness(wanted, h.Title)
			switch {
			case h.DocNo != "" && strings.Contains(wanted, h.DocNo) || strings.Contains(wanted, h.Number):
				near = 1
			case i > 0 && k < r.Strict && len([]rune(c)) >= 4: // the words stand in it as they were written
				near = max(near, 0.5)
			}
			if near < nearEnough {
				continue
			}
			seen[h.Number] = true
			out = append(out, suggestion{Title: h.Title, Note: h.OrganName + " " + h.Published.String() + "公开", to: page.ItemHref(h.Number), near: near})
		}
	}
	return out, nil
}
