package lead

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// scoreFiles keeps the files of a field for a score table.
func (l *Lead) scoreFiles(r *http.Request, field string, sheet int64) ([]oversight.ScoreFile, string, error) {
	kept, message, err := l.ledgerKeep(r, field, store.ScoreRef(sheet), false)
	var out []oversight.ScoreFile
	for _, x := range kept {
		out = append(out, oversight.ScoreFile{File: x.ID, Name: x.Name, Size: x.Size, By: page.VisitOf(r).Viewer.Person, On: l.cfg.Today()})
	}
	return out, message, err
}

// whole reads a whole number; -1 for what is none, which every verb refuses.
func whole(s string) int64 {
	if s = strings.TrimSpace(s); s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// scoreAct does one thing with one indicator: scores it, or says what the organ
// has to say about it.
func (l *Lead) scoreAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	i, _, _, err := itemOf(r, f)
	if err != nil {
		return err
	}
	do, onward := strings.CutSuffix(r.PostFormValue("do"), "+next")
	if do == "appeal" || do == "own" {
		return l.scoreAskAppeal(w, r, f, i)
	}
	on, key := l.cfg.Today(), i.Key
	version := whole(r.PostFormValue("version"))
	reason := lines(r, "reason")
	kind, word, field := act.ScoreGiven, "scored", ""
	var message string
	var verb func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error
	points := func(name string) oversight.Points {
		p, err := oversight.ParsePoints(r.PostFormValue(name))
		if err != nil {
			message = err.Error() + "。"
		}
		return p
	}
	switch do {
	case "give":
		p := points("points")
		field, verb = "files", func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error {
			return a.Give(s, x, v, key, version, p, reason, files, on)
		}
	case "enter":
		fact := l.factSent(r, i, f)
		field, verb = "files", func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error {
			return a.Enter(s, x, v, key, version, fact, reason, files, on)
		}
	case "add":
		e := oversight.ScoreEvent{Key: r.PostFormValue("fault"), Count: whole(r.PostFormValue("count")), Text: lines(r, "text")}
		field, verb = "files", func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error {
			e.Files = files
			return a.AddEvent(s, x, v, key, version, e, on)
		}
	case "drop":
		n := whole(r.PostFormValue("n"))
		verb = func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, _ []oversight.ScoreFile) error {
			return a.DropEvent(s, x, v, key, version, n, on)
		}
	case "look":
		verb = func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, _ []oversight.ScoreFile) error {
			return a.LookedAt(s, x, v, key, version, on)
		}
	case "clear":
		verb = func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, _ []oversight.ScoreFile) error {
			return a.Clear(s, x, v, key, version, on)
		}
	case "grant", "refuse":
		kind, word = act.BonusDecided, "bonusdecided"
		n, count, reply := whole(r.PostFormValue("n")), whole(r.PostFormValue("count")), strings.TrimSpace(r.PostFormValue("reply"))
		verb = func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, _ []oversight.ScoreFile) error {
			return a.DecideBonus(s, x, v, key, version, n, do == "grant", count, reply, on)
		}
	case "self":
		kind, word = act.ScoreSelf, "selfmarked"
		p, text := points("self"), lines(r, "self_text")
		field, verb = "self_files", func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error {
			return a.AssessSelf(s, x, v, key, version, p, text, files, on)
		}
	case "ask":
		kind, word = act.BonusAsked, "bonusasked"
		e := oversight.ScoreEvent{Key: r.PostFormValue("grant"), Count: whole(r.PostFormValue("ask_count")), Text: lines(r, "ask_text")}
		field, verb = "ask_files", func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer, files []oversight.ScoreFile) error {
			e.Files = files
			return a.AskBonus(s, x, v, key, version, e, on)
		}
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	if message != "" {
		return l.showItem(w, r, http.StatusUnprocessableEntity, message, false)
	}
	files, refusal, err := l.mayUpload(r, f, kind, field)
	if err != nil {
		return err
	}
	if refusal != "" {
		return l.showItem(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	d, err := l.store.WithAssessment(r.Context(), page.By(r), f.ID, kind, key, files, func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer) error {
		return verb(a, s, x, v, files)
	})
	refusal, conflict, rest := ledgerFailed(err)
	if err != nil {
		l.dropFiles(r, files)
	}
	switch {
	case rest != nil:
		return rest
	case conflict:
		return l.showItem(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return l.showItem(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	to := fmt.Sprintf("/desk/scores/sheets/%d/items/%s", f.ID, key)
	if onward {
		if next, err := l.nextOpen(r, f.ID, key); err != nil {
			return err
		} else if next != "" {
			to = fmt.Sprintf("/desk/scores/sheets/%d/items/%s", f.ID, next)
		}
	}
	return page.Done(w, r, to, word, d)
}

// nextOpen is the first indicator behind this one that waits, else the first
// that waits at all, "" if none does.
func (l *Lead) nextOpen(r *http.Request, sheet int64, key string) (string, error) {
	f, err := l.store.Assessment(r.Context(), page.VisitOf(r).Viewer, sheet)
	if err != nil {
		return "", err
	}
	return waiting(f, key), nil
}

// waiting is the indicator that is to be scored after this one.
func waiting(f store.AssessmentFile, key string) string {
	first := ""
	for _, x := range f.Round.Sheet.Indicators(f.Round.Period) {
		m := f.Mark(x.Key)
		if m == nil || m.State != oversight.MarkOpen || x.Key == key {
			continue
		}
		if after(f.Round.Sheet, x.Key, key) {
			return x.Key
		}
		if first == "" {
			first = x.Key
		}
	}
	return first
}

// mayUpload keeps the files of a form for those whose form may be accepted at
// all: nobody else's files lie about for a day.
func (l *Lead) mayUpload(r *http.Request, f store.AssessmentFile, kind, field string) ([]oversight.ScoreFile, string, error) {
	own := kind == act.ScoreSelf || kind == act.BonusAsked
	if field == "" || own && !f.Speaks || !own && !f.Round.Assesses {
		return nil, "", nil
	}
	return l.scoreFiles(r, field, f.ID)
}

// dropFiles takes back files whose act was refused.
func (l *Lead) dropFiles(r *http.Request, files []oversight.ScoreFile) {
	for _, x := range files {
		_ = l.store.DropPrivate(r.Context(), x.File) // unkept files are taken away anyway
	}
}

// factSent reads figures entered by hand.
func (l *Lead) factSent(r *http.Request, i *oversight.Indicator, f store.AssessmentFile) oversight.Fact {
	if r.PostFormValue("none") != "" {
		return oversight.Fact{State: oversight.FactNone, Note: "本轮没有可以计量的事项"}
	}
	out := oversight.Fact{N: whole(r.PostFormValue("n")), Of: whole(r.PostFormValue("of")), Done: r.PostFormValue("done") != "", Days: whole(r.PostFormValue("days"))}
	if i.Kind == oversight.CountTarget || i.Kind == oversight.BonusPoints {
		for k := range i.Periods(f.Round.Span()) {
			n := whole(r.PostFormValue(fmt.Sprintf("each%d", k)))
			out.Each = append(out.Each, n)
			out.N += max(n, 0)
		}
	}
	return out
}

// scoreAskAppeal makes an appeal, or lets the office look again by itself.
func (l *Lead) scoreAskAppeal(w http.ResponseWriter, r *http.Request, f store.AssessmentFile, i *oversight.Indicator) error {
	x := oversight.Appeal{Assessment: f.ID, Item: i.Key, Own: r.PostFormValue("do") == "own", Text: lines(r, "why")}
	if i.Kind != oversight.VetoOf {
		var err error
		if x.Want, err = oversight.ParsePoints(r.PostFormValue("want")); err != nil {
			return l.showItem(w, r, http.StatusUnprocessableEntity, err.Error()+"。", false)
		}
	}
	var message string
	var err error
	if x.Own && f.Round.Assesses || !x.Own && f.Speaks {
		if x.Files, message, err = l.scoreFiles(r, "why_files", f.ID); err != nil {
			return err
		}
	}
	if message != "" {
		return l.showItem(w, r, http.StatusUnprocessableEntity, message, false)
	}
	d, err := l.store.AskAppeal(r.Context(), page.By(r), x)
	if err != nil {
		l.dropFiles(r, x.Files)
	}
	if errors.Is(err, store.ErrConflict) {
		return l.showItem(w, r, http.StatusConflict, "这一项已经有一件申诉在复核中。", false)
	}
	refusal, _, rest := ledgerFailed(err)
	switch {
	case refusal != "":
		return l.showItem(w, r, http.StatusUnprocessableEntity, refusal, false)
	case rest != nil:
		return rest
	}
	return page.Done(w, r, "/desk/scores/appeals/"+d.Answer, "appealed", d)
}
