package page

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/ingest/limit"
	"gongkai/org"
)

// Role is who may ask for a route.
type Role string

// The roles. Checking routes exist only while the desk is open on the address;
// otherwise they answer as if there were no such page. A route that names no
// role is one of them: nothing becomes public by being forgotten.
const (
	Public   Role = "public"
	Checking Role = "checking"
	Officer  Role = "officer" // somebody signed in, with the route's Verb anywhere
)

// A Route is one line of the permission table: what is served to whom. The
// lists of all packages are the table, and a test asks every pair.
type Route struct {
	Pattern string // of http.ServeMux, e.g. "GET /reports/{organ}"
	Role    Role
	Verb    org.Verb      // what an officer must be able to do somewhere; the handler asks it of the subject
	Sure    bool          // the officer must have confirmed who he is a short while ago
	Body    int64         // bytes of request body that are read, 0 for 64 KiB
	Time    time.Duration // how long the request may take, 0 for 15 s
	JSON    bool          // errors are answered as JSON
	Serve   func(w http.ResponseWriter, r *http.Request) error
}

// Defaults of a route that says nothing.
const (
	defaultBody = 64 << 10
	defaultTime = 15 * time.Second
)

// ErrNotFound says that the address names nothing.
var ErrNotFound = errors.New("page: not found")

// An Input error is a request that cannot be read as a question: a year that
// is no number, an unknown format. Text says in Chinese what to write.
type Input struct{ Text string }

func (e *Input) Error() string { return "page: input: " + e.Text }

// An Unavailable error is something this machine cannot do now, e.g. write a
// pdf without a Chinese font. Text says in Chinese what to use instead; Err is
// for the log.
type Unavailable struct {
	Text string
	Err  error
}

func (e *Unavailable) Error() string { return fmt.Sprintf("page: unavailable: %v", e.Err) }

func (e *Unavailable) Unwrap() error { return e.Err }

// Install registers the routes.
func (c *Config) Install(mux *http.ServeMux, routes ...Route) {
	for _, rt := range routes {
		mux.Handle(rt.Pattern, c.Handler(rt))
	}
}

// Handler serves a route: the role is asked, body and time are bounded, a
// panic and an error become a page with a number that finds them in the log.
func (c *Config) Handler(rt Route) http.Handler {
	body, limit := rt.Body, rt.Time
	if body == 0 {
		body = defaultBody
	}
	if limit == 0 {
		limit = defaultTime
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, stop := context.WithTimeout(r.Context(), limit)
		defer stop()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, body)
		tw := &trackWriter{ResponseWriter: w}
		if err := c.serve(tw, r, rt); err != nil {
			c.fail(tw, r, rt, err)
		}
	})
}

func (c *Config) serve(w http.ResponseWriter, r *http.Request, rt Route) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if c.Visit != nil {
		v, err := c.Visit(r)
		if err != nil {
			return err
		}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	}
	switch rt.Role {
	case Public:
	case Officer:
		if err := c.admit(w, r, rt); err != nil || answered(w) {
			return err
		}
	default:
		if v := VisitOf(r); !v.Viewer.Nobody() && v.Must != "" { // first a password of his own
			http.Redirect(w, r, v.Must, http.StatusSeeOther)
			return nil
		}
		if !c.Checking && !org.Able(VisitOf(r).Viewer, org.SeeReports) {
			if c.Closed != nil {
				return c.Closed(w, r)
			}
			return ErrNotFound
		}
	}
	return rt.Serve(w, r)
}

// Status is the only mapping from an error to an answer: the status and, when
// it is safe to tell, a Chinese sentence that says what to do next.
func Status(err error) (code int, safe string) {
	var input *Input
	var tooBig *http.MaxBytesError
	var file *limit.Error
	var unavailable *Unavailable
	var refused *act.Refusal
	switch {
	case notFound(err):
		return http.StatusNotFound, "没有找到这个页面或这份报告。它可能尚未发布，或者网址有误。"
	case conflict(err):
		return http.StatusConflict, "在您填写期间，别人已经改动了这份内容。请返回重新打开，核对后再提交一次。"
	case errors.As(err, &input):
		return http.StatusBadRequest, input.Text
	case errors.Is(err, errSignIn):
		return http.StatusUnauthorized, "您还没有登录，或者登录已经过期。请在另一个窗口登录后，回到这里再提交一次：填写的内容还在。"
	case errors.As(err, &refused):
		return http.StatusForbidden, refused.Text
	case stale(err):
		return http.StatusBadRequest, "翻页的标记已经失效。请回到列表第一页，重新往后翻。"
	case errors.As(err, &tooBig):
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("提交的内容超过上限 %s。请检查是否选错了文件，或者分几次提交。", size(tooBig.Limit))
	case errors.As(err, &file):
		return http.StatusUnprocessableEntity, file.Msg
	case errors.As(err, &unavailable):
		return http.StatusServiceUnavailable, unavailable.Text
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "这次处理用时过长，已经停止。请稍后再试；如果是上传文件，请减少一次上传的数量。"
	}
	return http.StatusInternalServerError, "程序出了问题，不是您的操作有误。请稍后再试；如果仍然出现，请把下面的编号告诉管理员。"
}

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

type errorPage struct {
	Base
	Code    int
	Heading string
	Text    string
	ID      string // of the log line, "" where nothing was logged
}

var errorTemplate = NewTemplate(templates, "templates/error/error.html")

var headings = map[int]string{
	http.StatusBadRequest:            "请求无法理解",
	http.StatusUnauthorized:          "请先登录",
	http.StatusForbidden:             "没有被接受",
	http.StatusTooManyRequests:       "请稍后再试",
	http.StatusNotFound:              "没有找到",
	http.StatusConflict:              "内容已被改动",
	http.StatusRequestEntityTooLarge: "内容太大",
	http.StatusUnprocessableEntity:   "文件无法读取",
	http.StatusServiceUnavailable:    "暂时不能处理",
	http.StatusInternalServerError:   "程序出了问题",
}

func (c *Config) fail(w *trackWriter, r *http.Request, rt Route, err error) {
	code, text := Status(err)
	if errors.Is(err, context.Canceled) && r.Context().Err() == context.Canceled {
		return // the reader has gone
	}
	id := ""
	if code >= 500 {
		id = strings.ToLower(rand.Text()[:8])
		c.log().Error("request failed", "id", id, "method", r.Method, "path", r.URL.Path, "error", err)
	}
	if w.started {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	c.answer(w, r, rt.JSON, code, text, id)
}

// answer writes an error as a page or, for programs, as JSON.
func (c *Config) answer(w http.ResponseWriter, r *http.Request, asJSON bool, code int, text, id string) {
	for _, h := range []string{"Content-Disposition", "Content-Length", "ETag", "Content-Encoding"} {
		w.Header().Del(h)
	}
	w.Header().Set("Cache-Control", "no-store")
	if asJSON {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": struct {
			Status  int    `json:"status"`
			Message string `json:"message"`
			ID      string `json:"id,omitempty"`
		}{code, text, id}})
		return
	}
	p := errorPage{Base: c.Base(r, "", headings[code]), Code: code, Heading: headings[code], Text: text, ID: id}
	if err := RenderStatus(w, r, code, errorTemplate, p); err != nil {
		c.log().Error("error page failed", "id", id, "error", err)
		if id != "" {
			text += "\n问题编号：" + id
		}
		http.Error(w, text, code)
	}
}

// trackWriter knows whether an answer has begun.
type trackWriter struct {
	http.ResponseWriter
	started bool
}

func (t *trackWriter) WriteHeader(code int) {
	t.started = true
	t.ResponseWriter.WriteHeader(code)
}

func (t *trackWriter) Write(b []byte) (int, error) {
	t.started = true
	return t.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (t *trackWriter) Unwrap() http.ResponseWriter { return t.ResponseWriter }
