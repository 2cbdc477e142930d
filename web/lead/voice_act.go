package lead

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// millis is an instant as stores keep it.
func millis(ms int64) time.Time { return time.UnixMilli(ms) }

func ledgerSize(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", max(n>>10, 1))
}

// voiceEvents words what happened, with the names of organs.
func (l *Lead) voiceEvents(ctx context.Context, p *voicePage) error {
	for _, e := range p.V.Content.Events {
		to := ""
		if e.To != 0 {
			o, err := l.store.Organ(ctx, e.To)
			if err != nil {
				return err
			}
			to = o.Name
		}
		p.Events = append(p.Events, voiceEvent{e.On, oversight.EventChinese(e.What), e.Chinese(to)})
	}
	return nil
}

// voiceAct does what one of the forms of a voice asks.
func (l *Lead) voiceAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	x, err := l.store.Voice(ctx, v, id) // what cannot be seen takes no file and tells nothing
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is somebody else's version
	do := r.FormValue("do")
	why := lines(r, "why_"+do)
	if do == "erase" {
		return l.voiceDone(w, r, id, "wiped", func() (store.Done, error) { return l.store.EraseVoice(ctx, page.By(r), id, version) })
	}
	var kind, word, message string
	var verb store.VoiceVerb
	bad := map[string]string{}
	switch do {
	case "assign":
		person, _ := strconv.ParseInt(r.FormValue("handler"), 10, 64)
		kind, word, verb = act.VoiceAssigned, "named", func(y *oversight.Voice, _ store.VoiceDays) error { return y.Assign(person) }
	case "transfer":
		to, m, err := l.ledgerOrganNamed(ctx, r.FormValue("to"))
		if err != nil {
			return err
		}
		message = m
		kind, word, verb = act.VoiceTransferred, "transferred", func(y *oversight.Voice, d store.VoiceDays) error { return y.Transfer(to.ID, why, d.Today) }
	case "extend":
		until := ledgerDate(r, "until", bad)
		kind, word, verb = act.VoiceExtended, "extended", func(y *oversight.Voice, d store.VoiceDays) error { return y.Extend(until, d.Latest, why, d.Today) }
	case "find":
		kind, word, verb = act.VoiceFound, "found", func(y *oversight.Voice, _ store.VoiceDays) error {
			return y.Find(oversight.Verdict(r.FormValue("verdict")), lines(r, "finding"), lines(r, "measure"))
		}
	case "answer":
		on := ledgerDate(r, "on", bad)
		kind, word, verb = act.VoiceAnswered, "replied", func(y *oversight.Voice, d store.VoiceDays) error {
			return y.AnswerWith(lines(r, "answer"), r.FormValue("how"), on, d.Today)
		}
	case "decline":
		kind, word, verb = act.VoiceDeclined, "declined", func(y *oversight.Voice, d store.VoiceDays) error { return y.Decline(why, d.Today) }
	case "merge":
		into, m, err := l.voiceInto(ctx, r, x)
		if err != nil {
			return err
		}
		message = m
		kind, word, verb = act.VoiceMerged, "joined", func(y *oversight.Voice, d store.VoiceDays) error { return y.Merge(into, why, d.Today) }
	case "reopen":
		kind, word, verb = act.VoiceReopened, "reopened", func(y *oversight.Voice, d store.VoiceDays) error { return y.Reopen(why, d.Again, d.Today) }
	case "publish":
		shown := oversight.Shown{Title: r.FormValue("shown_title"), Question: lines(r, "shown_question"), Answer: lines(r, "shown_answer")}
		kind, word, verb = act.VoicePublished, "shown", func(y *oversight.Voice, d store.VoiceDays) error { return y.Publish(shown, d.Today) }
	case "withdraw":
		kind, word, verb = act.VoiceWithdrawn, "hidden", func(y *oversight.Voice, d store.VoiceDays) error { return y.Withdraw(d.Today) }
	case "attach":
		if !x.Handles || x.Erased {
			message = "这一件不能再补充材料。"
			break
		}
		files, m, err := l.ledgerKeep(r, "files", store.VoiceRef(id), false)
		if err != nil {
			return err
		}
		if message = m; m == "" && len(files) == 0 {
			message = "请选择要补充的文件。"
		}
		kind, word, verb = act.VoiceFiled, "attached", func(y *oversight.Voice, _ store.VoiceDays) error { return y.Attach(voiceFiles(files)) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for _, m := range bad {
		message = m
	}
	if message != "" {
		return l.voiceShow(w, r, http.StatusUnprocessableEntity, message, false)
	}
	return l.voiceDone(w, r, id, word, func() (store.Done, error) { return l.store.WithVoice(ctx, page.By(r), id, version, kind, verb) })
}

// lines is a text of several lines.
func lines(r *http.Request, field string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.FormValue(field), "\r\n", "\n"))
}

func voiceFiles(files []ledgerFile) []oversight.VoiceFile {
	var out []oversight.VoiceFile
	for _, f := range files {
		out = append(out, oversight.VoiceFile{ID: f.ID, Name: f.Name, Size: f.Size, Ours: true})
	}
	return out
}

// voiceInto finds the voice that a merge names by its number.
func (l *Lead) voiceInto(ctx context.Context, r *http.Request, x store.VoiceRow) (oversight.Voice, string, error) {
	into, err := l.store.VoiceNumbered(ctx, page.VisitOf(r).Viewer, x.Organ, r.FormValue("into"))
	if errors.Is(err, store.ErrNotFound) {
		return oversight.Voice{}, "本机关没有编号“" + ledgerShort(r.FormValue("into"), 20) + "”的一件，请核对编号。", nil
	}
	return into.Voice, "", err
}

func (l *Lead) voiceDone(w http.ResponseWriter, r *http.Request, id int64, word string, do func() (store.Done, error)) error {
	d, err := do()
	refusal, conflict, rest := ledgerFailed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return l.voiceShow(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return l.voiceShow(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	if _, err := l.store.Voice(r.Context(), page.VisitOf(r).Viewer, id); errors.Is(err, store.ErrNotFound) { // given away, out of sight
		return page.Done(w, r, "/desk/voices", word, d)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/voices/%d", id), word, d)
}

// voiceFile shows one attachment to who works on the voice, and logs that it was
// read.
func (l *Lead) voiceFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Voice(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || !x.Handles || n < 1 || n > len(x.Content.Files) {
		return page.ErrNotFound
	}
	if err := l.store.PersonalRead(r.Context(), page.By(r), "投诉意见附件", store.VoiceRef(id)); err != nil {
		return err
	}
	f := x.Content.Files[n-1]
	return l.ledgerSend(w, r, f.ID, f.Name)
}
