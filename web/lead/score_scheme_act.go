package lead

import (
	"fmt"
	"io"
	"net/http"
	"slices"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// schemeAct publishes, retires or rearranges a scheme.
func (l *Lead) schemeAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.schemeOf(r)
	if err != nil {
		return err
	}
	version, by := whole(r.PostFormValue("version")), page.By(r)
	word := "schemesaved"
	var d store.Done
	switch do := r.PostFormValue("do"); do {
	case "publish":
		word = "schemepublished"
		d, err = l.store.PublishScheme(r.Context(), by, f.ID, version)
	case "retire":
		word = "retired"
		d, err = l.store.RetireScheme(r.Context(), by, f.ID, version)
	case "remove", "up", "down":
		s := f.Scheme
		if !move(s, r.PostFormValue("item"), do) {
			return l.showScheme(w, r, http.StatusConflict, "", true)
		}
		d, err = l.store.SaveScheme(r.Context(), by, 0, f.ID, version, s)
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	return acted(w, r, d, err, fmt.Sprintf("/desk/scores/schemes/%d", f.ID), word, l.showScheme)
}

// move takes an indicator out or moves it one place within its group.
func move(s *oversight.Scheme, key, how string) bool {
	for g := range s.Groups {
		list := s.Groups[g].Indicators
		k := slices.IndexFunc(list, func(i oversight.Indicator) bool { return i.Key == key })
		if k < 0 {
			continue
		}
		switch {
		case how == "remove":
			s.Groups[g].Indicators = slices.Delete(list, k, k+1)
		case how == "up" && k > 0:
			list[k-1], list[k] = list[k], list[k-1]
		case how == "down" && k+1 < len(list):
			list[k+1], list[k] = list[k], list[k+1]
		}
		return true
	}
	return false
}

// schemeExport hands the scheme out in the form in which it can be read again.
func (l *Lead) schemeExport(w http.ResponseWriter, r *http.Request) error {
	f, err := l.schemeOf(r)
	if err != nil {
		return err
	}
	return page.SendAsked(w, r, f.Name, page.Writers{
		"json": func(to io.Writer) error {
			b, err := f.Scheme.JSON()
			if err == nil {
				_, err = to.Write(b)
			}
			return err
		},
		"xlsx": func(to io.Writer) error { return render.SchemeXLSX(to, f.Scheme) },
	})
}
