package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gongkai/store"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// post sends a body and returns the answer's. Addresses hold keys, so that no
// error repeats them.
func post(ctx context.Context, client *http.Client, address, kind string, header http.Header, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("网址无效")
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", kind)
	res, err := client.Do(req)
	if err != nil {
		if u := new(url.Error); errors.As(err, &u) {
			err = u.Err
		}
		return nil, fmt.Errorf("没有连通：%w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("回答没有收全：%w", err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, fmt.Errorf("对方回答 HTTP %d", res.StatusCode)
	}
	return answer, nil
}

// text is the message both kinds of robots take.
type text struct {
	Type string `json:"msgtype"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
}

// robot posts to a group robot and reads whether it was taken: both answer with
// status 200 whatever happened.
func robot(ctx context.Context, client *http.Client, address, content string) error {
	m := text{Type: "text"}
	m.Text.Content = content
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	answer, err := post(ctx, client, address, "application/json; charset=utf-8", nil, body)
	if err != nil {
		return err
	}
	var a struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.Code == nil {
		return errors.New("对方的回答不是群机器人的格式，请检查网址")
	}
	if *a.Code != 0 {
		return fmt.Errorf("群机器人回答 %d：%.100s", *a.Code, a.Message)
	}
	return nil
}

// wecom is the group robot of 政务微信 and 企业微信: the key is in the address.
func (v values) wecom(client *http.Client) (Channel, error) {
	address, err := v.address("wecom.url")
	if err != nil || address == "" {
		return Channel{}, err
	}
	return Channel{store.ChannelWeCom, func(ctx context.Context, m Message) error { return robot(ctx, client, address, m.Text) }}, nil
}

// dingtalk is the group robot of 钉钉; with a secret each request is signed.
func (v values) dingtalk(client *http.Client, now func() time.Time) (Channel, error) {
	address, err := v.address("dingtalk.url")
	if err != nil || address == "" {
		return Channel{}, err
	}
	secret, err := v.secret("dingtalk.secret-file")
	if err != nil {
		return Channel{}, err
	}
	return Channel{store.ChannelDingTalk, func(ctx context.Context, m Message) error {
		to := address
		if secret != "" {
			if to, err = signed(address, secret, now()); err != nil {
				return err
			}
		}
		return robot(ctx, client, to, m.Text)
	}}, nil
}

// signed adds instant and signature: HMAC-SHA256 of both, in base64.
func signed(address, secret string, now time.Time) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("网址无效")
	}
	at := strconv.FormatInt(now.UnixMilli(), 10)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(at + "\n" + secret))
	q := u.Query()
	q.Set("timestamp", at)
	q.Set("sign", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	u.RawQuery = q.Encode()
	return u.String(), nil
}
