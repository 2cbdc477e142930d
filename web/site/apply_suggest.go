package site

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gongkai/org"
	"gongkai/store"
	fold "gongkai/text"
	"gongkai/web/page"
)

// A suggestion is something published that may be what somebody is about to apply
// for.
type suggestion struct {
	Title string  `json:"title"`
	Note  string  `json:"note"`
	Href  string  `json:"href"` // counts that it was opened, and leads there
	to    string  // local address
	near  float64 // 0 to 1
}

// A source looks for what an organ has published on some words.
type source func(ctx context.Context, o org.Organ, words string) ([]suggestion, error)

func (s *Site) sources() []source { return []source{s.itemsOn, s.reportsOn, s.answersOn, s.guideOn} }

// Bounds of what is pointed out.
const (
	mostSuggestions = 4
	nearEnough      = 0.34
	fewestTyped     = 4 // characters
)

// idle are words that say nothing of what is wanted.
var idle = strings.NewReplacer("政府信息公开", "", "政府信息", "", "申请", "", "公开", "", "我想", "", "想要", "", "知道", "", "请", "", "提供", "", "关于", "", "有关", "", "情况", "", "相关", "", "资料", "", "的", "", "和", "", "《", "", "》", "")

// nearness is the share of pairs of characters that the shorter of two texts has
// in common with the other.
func nearness(a, b string) float64 {
	x, y := fold.Bigrams(idle.Replace(a)), fold.Bigrams(idle.Replace(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	common := 0
	for _, p := range x {
		if slices.Contains(y, p) {
			common++
		}
	}
	if common < 2 {
		return 0
	}
	return float64(common) / float64(len(x))
}

// suggestions are what was published that may be what is wanted, the nearest
// first.
func (s *Site) suggestions(ctx context.Context, o org.Organ, wanted string) ([]suggestion, error) {
	wanted = clip(strings.TrimSpace(wanted), 400)
	if len([]rune(wanted)) < fewestTyped {
		return nil, nil
	}
	var out []suggestion
	for _, look := range s.sources() {
		list, err := look(ctx, o, wanted)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortStableFunc(out, func(a, b suggestion) int {
		switch {
		case a.near > b.near:
			return -1
		case a.near < b.near:
			return 1
		}
		return 0
	})
	out = out[:min(len(out), mostSuggestions)]
	for i := range out {
		out[i].Href = page.With("/apply/seen", "organ", organKey(o), "to", out[i].to)
	}
	return out, nil
}

// reportsOn points to annual reports: by their name, or by figures that only they
// have.
func (s *Site) reportsOn(ctx context.Context, o org.Organ, wanted string) ([]suggestion, error) {
	if !slices.ContainsFunc([]string{"年度报告", "年报", "依申请公开的件数", "依申请公开数量", "申请公开统计", "公开工作总结"}, func(w string) bool { return strings.Contains(wanted, w) }) {
		return nil, nil
	}
	years, err := s.store.PublishedYears(ctx, o.ID)
	if err != nil || len(years) == 0 {
		return nil, err
	}
	slices.Reverse(years)
	var out []suggestion
	for i, y := range years {
		named := strings.Contains(wanted, fmt.Sprint(y))
		if i > 0 && !named {
			continue
		}
		x := suggestion{Title: fmt.Sprintf("%s%d年度政府信息公开工作年度报告", o.Name, y), Note: "已经公开，可以直接看和下载", to: reportHref(organKey(o), y), near: 0.6}
		if named {
			x.near = 1
		}
		out = append(out, x)
	}
	return out, nil
}

// answersOn points to published questions and answers of the organ.
func (s *Site) answersOn(ctx context.Context, o org.Organ, wanted string) ([]suggestion, error) {
	list, err := s.store.ShownVoices(ctx, store.ShownQuery{Organ: o.ID, Limit: store.MaxShown})
	if err != nil {
		return nil, err
	}
	var out []suggestion
	for _, v := range list {
		if near := max(nearness(wanted, v.Title), nearness(wanted, v.Question)); near >= nearEnough {
			out = append(out, suggestion{Title: v.Title, Note: fmt.Sprintf("%s %s公开答复", v.OrganName, v.On), to: fmt.Sprintf("/voice/answers/%d", v.ID), near: near})
		}
	}
	return out, nil
}

// guideOn points to what the guide says of where and how.
func (s *Site) guideOn(ctx context.Context, o org.Organ, wanted string) ([]suggestion, error) {
	if !slices.ContainsFunc([]string{"办公地址", "办公时间", "联系电话", "联系方式", "公开指南", "负责人", "受理机构"}, func(w string) bool { return strings.Contains(wanted, w) }) {
		return nil, nil
	}
	rec, _, err := s.store.Office(ctx, o.ID)
	if err != nil || rec.Empty() {
		return nil, err
	}
	years, err := s.store.PublishedYears(ctx, o.ID)
	if err != nil || len(years) == 0 { // its page is there once it has published a report
		return nil, err
	}
	return []suggestion{{Title: o.Name + "的办公地址、电话和公开工作机构", Note: "已经公开", to: "/reports/" + organKey(o), near: 0.7}}, nil
}

// suggest answers a script while somebody types. What was typed is kept nowhere.
func (s *Site) suggest(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	var answer struct {
		Found []suggestion `json:"found"`
		Hints []string     `json:"hints"`
	}
	if wait := s.floods.hints.Take(who(r)); wait > 0 {
		slow(w, wait)
		w.WriteHeader(http.StatusTooManyRequests)
		return json.NewEncoder(w).Encode(answer)
	}
	o, err := s.applyOrgan(r)
	if err != nil {
		return err
	}
	wanted := r.PostFormValue("wanted")
	if answer.Found, err = s.suggestions(r.Context(), o, wanted); err != nil {
		return err
	}
	answer.Hints = applyHints(o, clip(wanted, 3000))
	if len(answer.Found) > 0 && r.PostFormValue("first") != "" {
		if err := s.store.CountHint(r.Context(), o.ID, store.HintCount{Shown: 1}); err != nil {
			return err
		}
	}
	return json.NewEncoder(w).Encode(answer)
}

// applyCheck shows the form again with what is published on what is wanted: the
// same without a script.
func (s *Site) applyCheck(w http.ResponseWriter, r *http.Request, o org.Organ) error {
	p, err := s.applyFields(r, nil)
	if err != nil {
		return err
	}
	p.Asked = true
	if wait := s.floods.hints.Take(who(r)); wait > 0 {
		p.Failure = slow(w, wait)
		return page.RenderStatus(w, r, http.StatusTooManyRequests, applyFormTemplate, p)
	}
	if p.Found, err = s.suggestions(r.Context(), o, r.PostFormValue("wanted")); err != nil {
		return err
	}
	if len(p.Found) > 0 {
		if err := s.store.CountHint(r.Context(), o.ID, store.HintCount{Shown: 1}); err != nil {
			return err
		}
	}
	if r.MultipartForm != nil && len(r.MultipartForm.File["files"])+len(r.MultipartForm.File["mandate"]) > 0 {
		p.Failure = "附件请在提交时重新选择。"
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, applyFormTemplate, p)
}

// seen counts that something pointed out was opened, and leads there: to pages of
// published information of this site and nowhere else.
func (s *Site) seen(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Query().Get("to")
	if len(to) > 200 || strings.Contains(to, "..") || strings.ContainsAny(to, "\\\r\n") || !strings.HasPrefix(to, "/reports/") && !strings.HasPrefix(to, "/voice/answers/") && !strings.HasPrefix(to, "/item/") {
		return page.ErrNotFound
	}
	o, err := s.applyOrgan(r)
	if err != nil {
		return err
	}
	if s.floods.hints.Take(who(r)) == 0 {
		if err := s.store.CountHint(r.Context(), o.ID, store.HintCount{Opened: 1}); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// avoided counts that somebody found what he wanted and needs no application.
func (s *Site) avoided(w http.ResponseWriter, r *http.Request, o org.Organ) error {
	if s.floods.hints.Take(who(r)) == 0 {
		if err := s.store.CountHint(r.Context(), o.ID, store.HintCount{Avoided: 1}); err != nil {
			return err
		}
	}
	p := s.draftPage(r)
	p.Title, p.Code, p.Said = "不用申请了", "", "很好，您要的信息已经公开，不用申请了。刚才填写的内容没有保存。"
	if code := r.PostFormValue("draft"); code != "" && s.floods.codes.Take(who(r)) == 0 {
		if err := s.store.DropDraft(r.Context(), clip(code, 20)); err != nil {
			return err
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, draftTemplate, p)
}
