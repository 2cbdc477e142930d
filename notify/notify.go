// Package notify sends what the store has put out: by mail, by the gateway for
// short messages, to the group robots of 政务微信 (企业微信) and 钉钉, or into a
// folder to look at. A message carries a number and a day, never content and
// never the name of an applicant. Nothing is sent unless a file of settings says
// where to.
package notify

import (
	"context"
	"errors"
	"time"

	"gongkai/store"
)

// A Message is ready to be sent.
type Message struct {
	ID      int64  // of the outbox; the same again if it is sent twice
	Address string // mail address or mobile number, "" for a group
	Person  int64  // 0 for a group
	Title   string
	Text    string // one paragraph
}

// A Channel sends messages. Send returns a [Refused] error where the address is
// refused for good; any other error is tried again later.
type Channel struct {
	Name string // one of the channels of store
	Send func(ctx context.Context, m Message) error
}

// Refused says that the other side will never take this message.
type Refused struct{ Err error }

func (e *Refused) Error() string { return "refused: " + e.Err.Error() }

func (e *Refused) Unwrap() error { return e.Err }

// How messages are sent: at most so many at once on a channel, so often, so long.
const (
	atOnce  = 2
	tries   = 12
	timeout = 45 * time.Second
)

// Kinds are the jobs that send on the channels of the settings. runner is the
// name of the instance.
func (c *Settings) Kinds(st *store.Store, runner string) []store.JobKind {
	var out []store.JobKind
	for _, ch := range c.channels {
		out = append(out, store.JobKind{Name: store.DeliverPrefix + ch.Name, Max: atOnce, Tries: tries, Timeout: timeout,
			Run: func(ctx context.Context, payload []byte) error { return c.deliver(ctx, st, ch, runner, payload) }})
		if ch.Name == store.ChannelMail && c.Root != "" {
			out = append(out, c.subscriptions(st, ch))
		}
	}
	return out
}

// deliver sends one message. A process that dies between sending and keeping
// that it was sent sends it twice; mail then carries the same number, by which
// programs drop the second.
func (c *Settings) deliver(ctx context.Context, st *store.Store, ch Channel, runner string, payload []byte) error {
	out, err := st.Outgoing(ctx, payload)
	if errors.Is(err, store.ErrNotFound) {
		return nil // sent before, read meanwhile, or nobody to send it to
	}
	if err != nil {
		return err
	}
	title, text := Words(out, c.Place)
	err = ch.Send(ctx, Message{ID: out.ID, Address: out.Address, Person: out.Person, Title: title, Text: text})
	if err == nil {
		return st.Sent(ctx, out, runner)
	}
	// What went wrong is shown on the page of channels; failing to keep it must
	// not hide it.
	kept := st.NotSent(context.WithoutCancel(ctx), out, runner, err)
	if refused := new(Refused); errors.As(err, &refused) {
		return store.GiveUp(errors.Join(err, kept))
	}
	return errors.Join(err, kept)
}
