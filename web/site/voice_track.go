package site

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

var (
	voiceTrackTemplate   = page.NewTemplate(files, "voice_track.html")
	voiceAnswersTemplate = page.NewTemplate(files, "voice_answers.html")
	voiceAnswerTemplate  = page.NewTemplate(files, "voice_answer.html")
)

// voiceTracked is how far a voice is, for who has its number and code. Both
// travel in the form and never in an address.
type voiceTracked struct {
	page.Base
	Number, Code string
	Failure      string
	Said         string // what was just done
	Key          string
	Found        bool
	V            store.VoiceRow
	State        page.Tag
	Limit        page.Limit
	Events       []voiceStep
	Steps        []voiceStage
	Ratings      []page.Option
	Rate, Again  bool
	Comment      page.Field
	Why          page.Field
}

type voiceStep struct {
	On   law.Date
	What string
	Text string
}

type voiceStage struct{ Name, Class, On string }

func (s *Site) voiceTrackForm(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, voiceTrackTemplate, s.voiceTrackPage(r))
}

func (s *Site) voiceTrackPage(r *http.Request) voiceTracked {
	p := voiceTracked{Base: s.cfg.Base(r, "voice", "查办理情况"), Number: clip(strings.TrimSpace(r.PostFormValue("number")), 20), Code: clip(strings.TrimSpace(r.PostFormValue("code")), 20), Key: page.NewKey()}
	p.Crumbs = []page.Link{{Text: "监督与建议", Href: "/voice"}}
	return p
}

func (s *Site) voiceTrack(w http.ResponseWriter, r *http.Request) error {
	return s.voiceShow(w, r, http.StatusOK, "", "")
}

// voiceShow shows the voice that number and code name, or the form again.
func (s *Site) voiceShow(w http.ResponseWriter, r *http.Request, code int, failure, said string) error {
	p := s.voiceTrackPage(r)
	w.Header().Set("Cache-Control", "no-store")
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		p.Failure = slow(w, wait)
		return page.RenderStatus(w, r, http.StatusTooManyRequests, voiceTrackTemplate, p)
	}
	x, err := s.store.TrackedVoice(r.Context(), p.Number, p.Code)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrNoSecret) {
		p.Failure = "没有找到。请核对编号（如 2026-0003）和查询码（十个字母和数字，不分大小写）。"
		return page.RenderStatus(w, r, http.StatusUnprocessableEntity, voiceTrackTemplate, p)
	}
	if err != nil {
		return err
	}
	p.Found, p.V, p.Failure, p.Said = true, x, failure, said
	if err := s.voiceFill(r, &p); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, voiceTrackTemplate, p)
}

func (s *Site) voiceFill(r *http.Request, p *voiceTracked) error {
	x, today := p.V, s.cfg.Today()
	rule, _ := oversight.VoiceRuleOf(x.Kind)
	p.State = page.Tag{Text: x.State.Chinese()}
	if x.State == oversight.VoiceAnswered {
		p.State.Tone = "ok"
	}
	if x.State == oversight.VoiceOpen {
		var err error
		if p.Limit, err = s.voiceLimit(r, x.Due, rule); err != nil {
			return err
		}
	}
	for _, e := range x.Content.Events {
		to := ""
		if e.To != 0 {
			o, err := s.store.Organ(r.Context(), e.To)
			if err != nil {
				return err
			}
			to = o.Name
		}
		if e.What == oversight.EventPublished || e.What == oversight.EventWithdrawn {
			continue
		}
		p.Events = append(p.Events, voiceStep{e.On, oversight.EventChinese(e.What), e.Chinese(to)})
	}
	last := voiceStage{Name: "答复"}
	if x.State != oversight.VoiceOpen {
		last = voiceStage{x.State.Chinese(), "done", x.Ended.String()}
	}
	middle := voiceStage{"办理", "now", ""}
	if last.Class != "" {
		middle.Class = "done"
	}
	p.Steps = []voiceStage{{"收到", "done", x.Received.String()}, middle, last}
	p.Rate = x.State == oversight.VoiceAnswered && x.Rating == 0 && !x.Erased
	try := x.Voice
	try.Content.Events = append([]oversight.VoiceEvent(nil), x.Content.Events...)
	p.Again = try.Reopen("不满意", today, today) == nil
	for n := 5; n >= 1; n-- {
		p.Ratings = append(p.Ratings, page.Option{Value: strconv.Itoa(n), Text: [...]string{"", "很不满意", "不满意", "基本满意", "满意", "很满意"}[n], Selected: r.PostFormValue("rating") == strconv.Itoa(n)})
	}
	p.Comment = page.Field{Name: "comment", Label: "想说的话", Kind: "textarea", Rows: 2, Max: 500, Value: r.PostFormValue("comment"), Hint: "可以不填。"}
	p.Why = page.Field{Name: "why", Label: "为什么请求重新办理", Kind: "textarea", Rows: 3, Max: 500, Value: r.PostFormValue("why"), Hint: "只能请求一次。"}
	return nil
}

func (s *Site) voiceRate(w http.ResponseWriter, r *http.Request) error {
	n, _ := strconv.Atoi(r.PostFormValue("rating")) // what is no number is no rating
	return s.voiceDo(w, r, act.VoiceRated, "谢谢您的评价。", func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Rate(n, r.PostFormValue("comment"), d.Today)
	})
}

func (s *Site) voiceReopen(w http.ResponseWriter, r *http.Request) error {
	return s.voiceDo(w, r, act.VoiceReopened, "已经请办理机关重新办理。", func(v *oversight.Voice, d store.VoiceDays) error {
		return v.Reopen(strings.ReplaceAll(r.PostFormValue("why"), "\r\n", "\n"), d.Again, d.Today)
	})
}

func (s *Site) voiceDo(w http.ResponseWriter, r *http.Request, kind, said string, verb store.VoiceVerb) error {
	if wait := s.floods.codes.Take(who(r)); wait > 0 {
		p := s.voiceTrackPage(r)
		p.Failure = slow(w, wait)
		return page.RenderStatus(w, r, http.StatusTooManyRequests, voiceTrackTemplate, p)
	}
	key := r.PostFormValue("key")
	if len(key) > 64 {
		key = ""
	}
	if key != "" {
		key = "voice/" + key
	}
	_, err := s.store.WithTrackedVoice(r.Context(), key, r.PostFormValue("number"), r.PostFormValue("code"), kind, verb)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.voiceShow(w, r, http.StatusUnprocessableEntity, refusal.Text, "")
	case errors.Is(err, store.ErrNotFound):
		return s.voiceShow(w, r, http.StatusOK, "", "") // says that nothing was found
	case errors.Is(err, store.ErrConflict):
		return s.voiceShow(w, r, http.StatusConflict, "在您填写期间，情况有了变化。请看下面现在的情况，再提交一次。", "")
	case err != nil:
		return err
	}
	return s.voiceShow(w, r, http.StatusOK, "", said)
}

type voiceShown struct {
	Link  page.Link
	Organ string
	On    law.Date
	Kind  string
}

func shownRows(list []store.ShownVoice) []voiceShown {
	var out []voiceShown
	for _, x := range list {
		out = append(out, voiceShown{page.Link{Text: x.Title, Href: fmt.Sprintf("/voice/answers/%d", x.ID)}, x.OrganName, x.On, x.Kind.Chinese()})
	}
	return out
}

// voiceAnswersPage lists published questions and answers.
type voiceAnswersPage struct {
	page.Base
	Q     string
	Rows  []voiceShown
	Pager page.Pager
	Empty page.Empty
}

func (s *Site) voiceAnswers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := voiceAnswersPage{Base: s.cfg.Base(r, "voice", "公开的问答"), Q: clip(strings.TrimSpace(q.Get("q")), 40)}
	p.Crumbs, p.Column = []page.Link{{Text: "监督与建议", Href: "/voice"}}, "互动交流"
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // a damaged mark gives the first page
	list, err := s.store.ShownVoices(r.Context(), store.ShownQuery{Search: p.Q, Before: before, Limit: 20})
	if err != nil {
		return err
	}
	if p.Rows = shownRows(list); len(list) == 20 {
		p.Pager.Next = page.With("/voice/answers", "q", p.Q, "before", strconv.FormatInt(list[19].ID, 10))
	}
	if before > 0 {
		p.Pager.First = page.With("/voice/answers", "q", p.Q)
	}
	p.Empty = page.Empty{Text: "还没有公开的问答。"}
	if p.Q != "" {
		p.Empty = page.Empty{Text: "公开的问答里没有“" + p.Q + "”。可以换一个词，或者直接提问。", Action: page.Link{Text: "去提问", Href: "/voice?kind=question"}}
	}
	return page.Render(w, r, voiceAnswersTemplate, p)
}

type voiceAnswerPage struct {
	page.Base
	X         store.ShownVoice
	Questions []page.Prose
	Answers   []page.Prose
}

func (s *Site) voiceAnswer(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := s.store.ShownVoice(r.Context(), id)
	if err != nil {
		return err
	}
	p := voiceAnswerPage{Base: s.cfg.Base(r, "voice", x.Title), X: x, Questions: page.Paragraphs(x.Question), Answers: page.Paragraphs(x.Answer)}
	p.Crumbs = []page.Link{{Text: "监督与建议", Href: "/voice"}, {Text: "公开的问答", Href: "/voice/answers"}}
	p.Column, p.Article, p.Source, p.PubDate, p.QR = "互动交流", x.Title, x.OrganName, x.On.String(), true
	return page.Render(w, r, voiceAnswerTemplate, p)
}
