package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gongkai/store"
)

// subscriptions is the job that writes to those who subscribed to new items. It
// is there only where mail is configured and the site has an address of its own
// that links can lead to.
func (c *Settings) subscriptions(st *store.Store, ch Channel) store.JobKind {
	return store.JobKind{Name: store.SubscriptionJob, Max: atOnce, Tries: tries, Timeout: timeout, Run: func(ctx context.Context, payload []byte) error {
		l, err := st.SubscriptionLetter(ctx, payload)
		if errors.Is(err, store.ErrNotFound) {
			return nil // ended meanwhile, or nothing new
		}
		if err != nil {
			return err
		}
		title, text := c.letter(l)
		if err := ch.Send(ctx, Message{ID: l.ID, Address: l.Address, Title: title, Text: text}); err != nil {
			if refused := new(Refused); errors.As(err, &refused) {
				return store.GiveUp(err)
			}
			return err
		}
		return st.SubscriptionSent(ctx, l)
	}}
}

// letter is the mail in words. Titles of published items stand in it, as they do
// on the public site.
func (c *Settings) letter(l store.SubscriptionLetter) (title, text string) {
	about := l.OrganName + "公开的信息"
	if l.Topic != "" {
		about = l.OrganName + "公开的“" + l.Topic.Chinese() + "”"
	}
	link := func(path string) string {
		return c.Root + path + "?" + url.Values{"n": {strconv.FormatInt(l.ID, 10)}, "w": {l.Word}}.Encode()
	}
	if !l.Confirmed {
		return "请确认订阅" + c.Place + "政府信息", "有人用这个邮箱订阅" + about + "。如果是您，请在三天内打开下面的网址，点“开始订阅”：\n\n" + link("/subscribe/confirm") + "\n\n如果不是您，不用理会这封邮件，您不会再收到邮件。"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s，最近新公开%d条：\n", about, len(l.Items))
	for _, x := range l.Items {
		fmt.Fprintf(&b, "\n%s　%s\n%s/item/%s\n", x.Published, x.Title, c.Root, strings.ReplaceAll(url.PathEscape(x.Number), "%2F", "/"))
	}
	b.WriteString("\n不想再收到，打开这个网址退订，邮箱地址随即删除：\n" + link("/subscribe/end"))
	return c.Place + "政府信息公开：新公开" + strconv.Itoa(len(l.Items)) + "条", b.String()
}
