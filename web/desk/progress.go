package desk

import (
	"encoding/json"
	"net/http"
	"strings"

	"gongkai/collect"
)

// A reply is how a kit's upload ends: by a redirect and pages for a plain
// form, or, for the page's script, by lines of JSON that follow the work file by
// file, so that whoever sends forty files sees them being read.
type reply struct {
	w       http.ResponseWriter
	r       *http.Request
	lines   bool // the script asked for lines
	started bool
}

// lineType is what the script asks for.
const lineType = "application/x-ndjson"

func newReply(w http.ResponseWriter, r *http.Request) *reply {
	return &reply{w: w, r: r, lines: strings.Contains(r.Header.Get("Accept"), lineType)}
}

// A replyLine is one line: progress, or the end as an address or a message.
type replyLine struct {
	Done   int               `json:"done,omitempty"`
	Total  int               `json:"total,omitempty"`
	Name   string            `json:"name,omitempty"`
	At     string            `json:"at,omitempty"`
	Error  string            `json:"error,omitempty"`
	Fields map[string]string `json:"fields,omitempty"` // message by the name of the field
}

func (a *reply) line(l replyLine) {
	if !a.started {
		a.started = true
		a.w.Header().Set("Content-Type", lineType+"; charset=utf-8")
		a.w.Header().Set("Cache-Control", "no-store")
		a.w.Header().Set("X-Accel-Buffering", "no") // a proxy must not hold the lines back
	}
	b, err := json.Marshal(l)
	if err != nil {
		return // strings and integers
	}
	_, _ = a.w.Write(append(b, '\n')) // the reader has gone: the work ends with the request's context
	_ = http.NewResponseController(a.w).Flush()
}

// progress is nil unless lines were asked for.
func (a *reply) progress() collect.Progress {
	if !a.lines {
		return nil
	}
	return func(done, total int, name string) { a.line(replyLine{Done: done, Total: total, Name: cleanName(name)}) }
}

// refuse says what has to be mended; without script, again draws the page.
func (a *reply) refuse(message string, fields map[string]string, again func() error) error {
	if !a.lines {
		return again()
	}
	a.line(replyLine{Error: message, Fields: fields})
	return nil
}

// done leads to the result.
func (a *reply) done(at string) error {
	if a.lines {
		a.line(replyLine{At: at})
		return nil
	}
	http.Redirect(a.w, a.r, at, http.StatusSeeOther)
	return nil
}
