package portal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
)

// A Target is where items are pushed to.
type Target struct {
	Address string // takes a POST of a render.PortalItemEntry as JSON
	Secret  string // signs the body: X-Gongkai-Signature: sha256=…; "" for none
	Client  *http.Client
	Root    string // address of our own public site, "" if it is not known
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// push sends one item, or that it has to go, and returns its address there as
// the portal answers it, "" if it does not say. The same number and version sent
// again has to be taken as the same. Addresses may hold keys: no error repeats
// them.
func (t *Target) push(ctx context.Context, e render.PortalItemEntry) (string, error) {
	e.Format, e.Path = render.PortalItemFormat, ""
	body, err := json.Marshal(e)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Address, bytes.NewReader(body))
	if err != nil {
		return "", errors.New("门户的接口地址无效")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if t.Secret != "" {
		m := hmac.New(sha256.New, []byte(t.Secret))
		m.Write(body)
		req.Header.Set("X-Gongkai-Signature", "sha256="+hex.EncodeToString(m.Sum(nil)))
	}
	res, err := t.Client.Do(req)
	if err != nil {
		if u := new(url.Error); errors.As(err, &u) {
			err = u.Err
		}
		return "", fmt.Errorf("没有连通：%w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case err != nil:
		return "", fmt.Errorf("回答没有收全：%w", err)
	case e.Act == "remove" && (res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone):
		return "", nil // it is not there
	case res.StatusCode < 200 || res.StatusCode > 299:
		return "", fmt.Errorf("对方回答 HTTP %d", res.StatusCode)
	}
	var said struct{ URL string }
	if json.Unmarshal(answer, &said) != nil || said.URL == "" {
		return "", nil
	}
	address, problem := org.CheckPortalURL(said.URL)
	if problem != "" {
		return "", nil // what cannot be opened is no proof; the item is there all the same
	}
	return address, nil
}

// batch is how many items one run pushes at most.
const batch = 200

// Push sends what waits, what has to go first, and returns how many went. One
// that fails does not keep the others.
func (t *Target) Push(ctx context.Context, st *store.Store) (int, error) {
	jobs, err := st.PortalDue(ctx, batch)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, j := range jobs {
		if ctx.Err() != nil {
			return n, ctx.Err()
		}
		problem := ""
		x, err := Item(ctx, st, j, t.Root)
		var at string
		if err == nil {
			at, err = t.push(ctx, x.Entry("", true))
		}
		if err != nil {
			problem = err.Error()
		} else {
			n++
		}
		if err := st.PortalPushed(ctx, j, at, problem); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Kind is the job that pushes, and when it runs.
func (t *Target) Kind(st *store.Store) (store.JobKind, store.Scheduled) {
	return store.JobKind{Name: "portal", Max: 1, Timeout: 10 * time.Minute, Run: func(ctx context.Context, _ []byte) error {
			_, err := t.Push(ctx, st)
			return err
		}},
		store.Scheduled{Name: "门户网站同步", Kind: "portal", Rule: store.Every(time.Minute)}
}
