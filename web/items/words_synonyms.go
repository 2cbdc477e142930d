package items

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/search"
	"gongkai/store"
	"gongkai/web/page"
)

type synonymsPage struct {
	page.Base
	Organs  []page.Option
	Organ   int64
	Name    string
	May     bool
	Version int64
	Failure string
	Text    page.Field
	Above   []synonymGroup
	Own     []string
	Bad     []string
	Usual   []string
	History string
}

// A synonymGroup is what an organ above has decided.
type synonymGroup struct {
	Name  string
	Lines []string
}

var synonymsTemplate = page.NewTemplate(templates, "templates/words_synonyms.html")

// maxSynonymText bounds what one organ writes, in bytes.
const maxSynonymText = 60_000

// said is what an organ and those above it say means the same.
type said struct {
	value   string
	version int64
	own     []search.Synonym
	above   []synonymGroup
}

func (t *Items) synonymsOf(r *http.Request, o org.Organ) (s said, err error) {
	read := func(organ int64) (store.Setting, []search.Synonym, error) {
		list, err := t.store.Settings(r.Context(), organ)
		if err != nil {
			return store.Setting{}, nil, err
		}
		for _, x := range list {
			if x.Name == org.SearchSynonyms {
				words, _ := search.ReadSynonyms(x.Value) // it was read when it was kept
				return x, words, nil
			}
		}
		return store.Setting{}, nil, nil
	}
	x, own, err := read(o.ID)
	if err != nil {
		return s, err
	}
	s.value, s.version, s.own = x.Value, x.Version, own
	parts := strings.Split(strings.Trim(o.Path, "/"), "/")
	for i := len(parts) - 2; i >= 0; i-- {
		id, err := strconv.ParseInt(parts[i], 10, 64)
		if err != nil {
			return s, err
		}
		_, words, err := read(id)
		if err != nil {
			return s, err
		}
		if len(words) == 0 {
			continue
		}
		up, err := t.store.Organ(r.Context(), id)
		if err != nil {
			return s, err
		}
		g := synonymGroup{Name: up.Name}
		for _, w := range words {
			g.Lines = append(g.Lines, w.String())
		}
		s.above = append(s.above, g)
	}
	return s, nil
}

func (t *Items) synonyms(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	s, err := t.synonymsOf(r, o)
	if err != nil {
		return err
	}
	text := s.value
	if word := clip(strings.TrimSpace(r.FormValue("word")), 60); word != "" { // what was looked for in vain
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		text += strings.Join(strings.Fields(word), "") + "="
	}
	return t.synonymsShow(w, r, http.StatusOK, o, options, s, synonymsPage{Text: page.Field{Value: text}})
}

func (t *Items) synonymsShow(w http.ResponseWriter, r *http.Request, code int, o org.Organ, options []page.Option, s said, p synonymsPage) error {
	p.Base = t.catBase(r, "words", "检索的同义词", page.Link{Text: "审查词表和同义词", Href: page.With("/desk/words", "organ", fmt.Sprint(o.ID))})
	p.Organs, p.Organ, p.Name, p.Version, p.Above = options, o.ID, o.Name, s.version, s.above
	p.May = org.May(page.VisitOf(r).Viewer, org.EditSettings, o.Subject())
	p.History = page.With("/desk/log", "ref", store.SettingRef(o.ID, org.SearchSynonyms))
	for _, x := range s.own {
		p.Own = append(p.Own, x.String())
	}
	for _, x := range search.Synonyms() {
		p.Usual = append(p.Usual, x.String())
	}
	f := &p.Text
	f.Name, f.Label, f.Kind, f.Rows = "text", "同义词", "textarea", 12
	f.Hint = "每行一组，用等号连接，例如：低保=最低生活保障。只在一段时间通用的，后面写起止日期，例如：新农合=城乡居民医保 2003-01-01至2019-12-31。"
	return page.RenderStatus(w, r, code, synonymsTemplate, p)
}

func (t *Items) synonymsSave(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, options, err := t.catOrgan(r, org.EditSettings)
	if err != nil {
		return err
	}
	s, err := t.synonymsOf(r, o)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"))
	p := synonymsPage{Text: page.Field{Value: text}}
	_, p.Bad = search.ReadSynonyms(text)
	switch {
	case len(text) > maxSynonymText:
		p.Text.Message = fmt.Sprintf("太长，最多%d组。下级机关专用的词请写在下级机关。", search.MaxSynonyms)
	case len(p.Bad) > 0:
		p.Bad = p.Bad[:min(len(p.Bad), 20)]
		p.Text.Message = "有的行没有读懂，请改成“一个词=另一个词”的样子。"
	}
	if p.Text.Message != "" {
		return t.synonymsShow(w, r, http.StatusUnprocessableEntity, o, options, s, p)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if version == 0 && text == "" {
		return page.Done(w, r, page.With("/desk/words/synonyms", "organ", fmt.Sprint(o.ID)), "saved", store.Done{})
	}
	d, err := t.store.SaveSetting(r.Context(), page.By(r), store.Setting{Organ: o.ID, Name: org.SearchSynonyms, Value: text, Version: version})
	if code, message, ok := catSay(err); ok {
		p.Failure = message
		if code == http.StatusConflict {
			p.Failure = "在您填写期间，别人改动了同义词。下面是您填写的内容，请对照“已经生效的”核对后再保存。"
		}
		return t.synonymsShow(w, r, code, o, options, s, p)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.With("/desk/words/synonyms", "organ", fmt.Sprint(o.ID)), "saved", d)
}
