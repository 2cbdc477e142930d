package site

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var (
	draftTemplate = page.NewTemplate(files, "apply_draft.html")
	savedTemplate = page.NewTemplate(files, "apply_saved.html")
)

// draftPage asks for the code of a draft.
type draftPage struct {
	page.Base
	Code    string
	Failure string
	Said    string
}

// savedPage says once under which code a draft is found again.
type savedPage struct {
	page.Base
	Code, Shown, Link, Ends, Organ string
	Files                          int
}

// again is why a form is shown again.
type again struct {
	code int
	bad  map[string]string
	text string
}

// applyContent is what the form of an application says.
func applyContent(r *http.Request) casework.Content {
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	c := casework.Content{Wanted: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("wanted"), "\r\n", "\n")), Help: get("help"), Forms: known(r.PostForm["forms"], applyForms), Ways: known(r.PostForm["ways"], applyReceive),
		Person: casework.Person{Name: get("name"), IDKind: get("id_kind"), IDNumber: get("id_number"), Phone: get("phone"), Email: get("email"), Fax: get("fax"), Address: get("address"), Postcode: get("postcode"), Legal: get("legal"), Contact: get("contact")}}
	if name := get("agent_name"); name != "" {
		c.Agent = &casework.Person{Name: name, Phone: get("agent_phone")}
	}
	return c
}

// applySent reads the form of an application. Files that came with it are kept
// as private files of the request it will become, those of the draft it goes on
// with among them.
func (s *Site) applySent(w http.ResponseWriter, r *http.Request, o org.Organ) (d store.RequestDraft, no *again, err error) {
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	d = store.RequestDraft{Organ: o.ID, Request: s.store.NewID(), Applicant: casework.Applicant(get("applicant")), Content: applyContent(r)}
	if code := get("draft"); code != "" {
		if wait := s.floods.codes.Take(who(r)); wait > 0 {
			return d, &again{http.StatusTooManyRequests, nil, slow(w, wait)}, nil
		}
		old, err := s.store.Draft(r.Context(), code)
		if errors.Is(err, store.ErrNotFound) {
			return d, &again{http.StatusConflict, nil, "这份草稿已经提交、删除或者过期了。您填写的内容还在；原来的附件没有了，需要的请重新选择，再提交一次。"}, nil
		}
		if err != nil {
			return d, nil, err
		}
		d.Request = old.Request
		for _, f := range old.Content.Files {
			if !slices.Contains(r.PostForm["drop"], strconv.FormatInt(f.ID, 10)) {
				d.Content.Files = append(d.Content.Files, f)
			}
		}
	}
	if len(d.Content.Wanted) > 40_000 { // what no form of ours sends; shorter ones are told by Check
		return d, &again{http.StatusUnprocessableEntity, map[string]string{"wanted": "内容太长，最多3000字。可以把材料作为附件上传。"}, ""}, nil
	}
	for _, x := range []struct{ field, called, kind string }{{"files", "身份证明", "identity"}, {"mandate", "授权委托书", "mandate"}} {
		list, message, err := s.attach(r, store.RequestRef(d.Request), x.field, x.called)
		if err != nil {
			return d, nil, err
		}
		if message != "" {
			return d, &again{http.StatusUnprocessableEntity, map[string]string{x.field: message}, ""}, nil
		}
		for _, f := range list {
			d.Content.Files = append(d.Content.Files, casework.File{ID: f.ID, Name: f.Name, Kind: x.kind, On: s.cfg.Today()})
		}
	}
	if len(d.Content.Files) > 2*voiceFiles {
		return d, &again{http.StatusUnprocessableEntity, map[string]string{"files": "附件最多" + strconv.Itoa(2*voiceFiles) + "个，请先去掉不要的。"}, ""}, nil
	}
	return d, nil, nil
}

// keepFiles saves what was sent as a draft if files came with it, so that who
// has something to mend need not choose them again. It returns what to say.
func (s *Site) keepFiles(r *http.Request, key string, d store.RequestDraft) (string, error) {
	if len(d.Content.Files) == 0 {
		return "", nil
	}
	code, _, err := s.store.SaveDraft(r.Context(), "apply/"+key+"/draft", r.PostFormValue("draft"), d)
	if errors.Is(err, store.ErrNoSecret) {
		return "还有几处要改，见下面标红的各项。附件请重新选择。", nil
	}
	if err != nil {
		return "", err
	}
	r.Form.Set("draft", code)
	return "还有几处要改，见下面标红的各项。附件已经收到，不用再选。", nil
}

// draftSave keeps the form for later.
func (s *Site) draftSave(w http.ResponseWriter, r *http.Request, key string, d store.RequestDraft) error {
	if len([]rune(d.Content.Wanted)) > 3000 {
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, map[string]string{"wanted": "内容太长，最多3000字。可以把材料作为附件上传。"}, "")
	}
	if wait := s.floods.voices.Take(who(r)); wait > 0 {
		return s.applyAgain(w, r, http.StatusTooManyRequests, nil, slow(w, wait))
	}
	code, ends, err := s.store.SaveDraft(r.Context(), "apply/"+key+"/draft", r.PostFormValue("draft"), d)
	if errors.Is(err, store.ErrNoSecret) {
		return &page.Unavailable{Text: "本站还没有开通网上申请。请当面提交或者邮寄，地址见公开指南。", Err: err}
	}
	if err != nil {
		return err
	}
	p := savedPage{Base: s.applyBase(r, "草稿已保存"), Code: code, Shown: spaced(code), Ends: ends.Chinese(), Files: len(d.Content.Files)}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	p.Link = strings.TrimSuffix(p.Absolute, r.URL.Path)
	p.Link = p.Link + page.With("/apply/draft", "code", code)
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, savedTemplate, p)
}

func (s *Site) draftPage(r *http.Request) draftPage {
	p := draftPage{Base: s.applyBase(r, "继续填写草稿"), Code: clip(r.FormValue("code"), 20)}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	return p
}

// draftForm asks for the code. The link that was given with it fills it in; it is
// opened by a button, so that no machine that looks at links opens drafts.
func (s *Site) draftForm(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, draftTemplate, s.draftPage(r))
}

// draftOpen shows the form filled with a draft, or throws the draft away.
func (s *Site) draftOpen(w http.ResponseWriter, r *http.Request) error {
	p := s.draftPage(r)
	w.Header().Set("Cache-Control", "no-store")
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		p.Failure = slow(w, wait)
		return page.RenderStatus(w, r, http.StatusTooManyRequests, draftTemplate, p)
	}
	d, err := s.store.Draft(r.Context(), p.Code)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrNoSecret) {
		p.Failure = "没有找到这份草稿。请核对草稿码（十个字母和数字，不分大小写）；已经提交、删除或者过期的草稿不能再打开，请重新填写。"
		return page.RenderStatus(w, r, http.StatusUnprocessableEntity, draftTemplate, p)
	}
	if err != nil {
		return err
	}
	if r.PostFormValue("do") == "drop" {
		if err := s.store.DropDraft(r.Context(), p.Code); err != nil {
			return err
		}
		p.Code, p.Said = "", "草稿和附件已经删除。"
		return page.Render(w, r, draftTemplate, p)
	}
	o, err := s.store.Organ(r.Context(), d.Organ)
	if err != nil {
		return err
	}
	r.Form = formOf(d, organKey(o), p.Code)
	form, err := s.applyFields(r, nil)
	if errors.Is(err, page.ErrNotFound) {
		p.Failure = o.Name + "现在不接收申请。请另选一个机关。"
		return page.RenderStatus(w, r, http.StatusUnprocessableEntity, draftTemplate, p)
	}
	if err != nil {
		return err
	}
	return page.Render(w, r, applyFormTemplate, form)
}

// formOf is a draft as the form that would send it.
func formOf(d store.RequestDraft, organ, code string) url.Values {
	c := d.Content
	v := url.Values{"organ": {organ}, "draft": {code}, "applicant": {string(d.Applicant)}, "wanted": {c.Wanted}, "help": {c.Help}, "forms": c.Forms, "ways": c.Ways,
		"name": {c.Person.Name}, "id_kind": {c.Person.IDKind}, "id_number": {c.Person.IDNumber}, "phone": {c.Person.Phone}, "email": {c.Person.Email}, "fax": {c.Person.Fax}, "address": {c.Person.Address}, "postcode": {c.Person.Postcode},
		"legal": {c.Person.Legal}, "contact": {c.Person.Contact}}
	if c.Agent != nil {
		v.Set("agent_name", c.Agent.Name)
		v.Set("agent_phone", c.Agent.Phone)
	}
	return v
}
