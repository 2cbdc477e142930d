package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gongkai/store"
)

// sms posts to a gateway for short messages. Every county has another one, so
// the settings give the body with places for what changes:
//
//	{phone} {text} {id} {time} {secret} {sign}
//
// time is in seconds since 1970, sign is HMAC-SHA256 in hexadecimal over
// time, phone and text, one a line, under the secret.
func (v values) sms(client *http.Client, now func() time.Time) (Channel, error) {
	address, err := v.address("sms.url")
	if err != nil || address == "" {
		return Channel{}, err
	}
	body := v.v["sms.body"]
	if !strings.Contains(body, "{phone}") || !strings.Contains(body, "{text}") {
		return Channel{}, v.fault(`sms.body 里要有 {phone} 和 {text}，例如 {"mobile":"{phone}","content":"{text}"}`)
	}
	secret, err := v.secret("sms.secret-file")
	if err != nil {
		return Channel{}, err
	}
	kind, escape := "application/json; charset=utf-8", jsonText
	switch v.v["sms.type"] {
	case "", "json":
		if !json.Valid([]byte(fill(body, escape, map[string]string{"phone": "1", "text": "1", "id": "1", "time": "1", "secret": "1", "sign": "1"}))) {
			return Channel{}, v.fault("sms.body 不是有效的 JSON；网关要表单时请写 sms.type = form")
		}
	case "form":
		kind, escape = "application/x-www-form-urlencoded; charset=utf-8", url.QueryEscape
	default:
		return Channel{}, v.fault("sms.type 可以是 json 或 form")
	}
	header := http.Header{}
	if h := v.v["sms.header"]; h != "" {
		k, val, ok := strings.Cut(h, ":")
		if !ok {
			return Channel{}, v.fault("sms.header 应写成“名称: 值”，值里可用 {secret}")
		}
		header.Set(strings.TrimSpace(k), strings.ReplaceAll(strings.TrimSpace(val), "{secret}", secret))
	}
	ok := v.v["sms.ok"]
	return Channel{store.ChannelSMS, func(ctx context.Context, m Message) error {
		at := strconv.FormatInt(now().Unix(), 10)
		h := hmac.New(sha256.New, []byte(secret))
		h.Write([]byte(at + "\n" + m.Address + "\n" + m.Text))
		answer, err := post(ctx, client, address, kind, header, []byte(fill(body, escape, map[string]string{
			"phone": m.Address, "text": m.Text, "id": strconv.FormatInt(m.ID, 10), "time": at, "secret": secret, "sign": hex.EncodeToString(h.Sum(nil))})))
		if err != nil {
			return err
		}
		if ok != "" && !bytes.Contains(answer, []byte(ok)) {
			// What it answered may repeat the number: it is not kept.
			return errors.New("短信网关的回答里没有 " + ok + "，没有受理")
		}
		return nil
	}}, nil
}

// fill puts values into their places, each escaped. What a value brings along is
// not looked at again.
func fill(body string, escape func(string) string, values map[string]string) string {
	var pairs []string
	for k, v := range values {
		pairs = append(pairs, "{"+k+"}", escape(v))
	}
	return strings.NewReplacer(pairs...).Replace(body)
}

// jsonText is a text as it stands between the quotes of JSON.
func jsonText(s string) string {
	b, _ := json.Marshal(s) // a string can always be written
	return string(b[1 : len(b)-1])
}
