package lead

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// voiceItem is the published item that somebody found a mistake in 找错, by the
// address of its page or by its index number, nil where he named none or the
// viewer may not see it. It leads to where the item is corrected.
func (l *Lead) voiceItem(r *http.Request, x store.VoiceRow) (*page.Link, error) {
	v := page.VisitOf(r).Viewer
	if x.Kind != oversight.Mistake || x.Erased || !org.Able(v, org.SeeItems) {
		return nil, nil
	}
	for _, number := range numbersIn(x.Content.Matter) {
		i, err := l.store.ItemNumbered(r.Context(), v, number)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		text := i.Title
		if i.Standing != proactive.Live {
			text += "（已经撤下）"
		} else if org.Able(v, org.EditItems) {
			text += "（打开后点“更正”）"
		}
		return &page.Link{Text: text, Href: fmt.Sprintf("/desk/items/%d", i.ID)}, nil
	}
	return nil, nil
}

// numbersIn are what may be index numbers in what somebody wrote: behind /item/,
// or words with a slash.
func numbersIn(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n　，。；、,;“”（）()", r) }) {
		if _, after, ok := strings.Cut(w, "/item/"); ok {
			w, _, _ = strings.Cut(after, "?")
			w, _, _ = strings.Cut(w, "#")
			if plain, err := url.PathUnescape(w); err == nil {
				w = plain
			}
		} else if strings.Contains(w, "://") {
			continue
		}
		if strings.Contains(w, "-") && len(w) <= 100 && len(out) < 5 {
			out = append(out, w)
		}
	}
	return out
}
