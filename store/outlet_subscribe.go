package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

// SubscriptionJob is the kind of the jobs that write to subscribers. An instance
// that sends mail takes them.
const SubscriptionJob = "subscription"

// Purposes of what is kept of a subscriber.
const (
	subscriptionKey  = "subscription"
	subscriptionMark = "subscription mark"
	subscriptionWord = "subscription word"
)

// How long a subscription waits to be confirmed, and how often it is told.
const (
	unconfirmedFor = 3 * 24 * time.Hour
	toldEvery      = 7 * 24 * time.Hour
)

type subscriptionPayload struct {
	ID     int64 `json:"id,string"`
	Digest bool  `json:"digest,omitempty"`
}

// A SubscriptionLetter is a mail to a subscriber: the question whether he asked
// for it, or what is new.
type SubscriptionLetter struct {
	ID        int64
	Address   string
	Word      string // that confirms and ends it
	OrganName string
	Topic     proactive.Kind // "" for everything
	Confirmed bool
	Items     []ItemRow // the newest first
	Until     int64     // up to when they were published
}

// MailServed reports whether some instance sends mail: without it nobody can
// subscribe.
func (s *Store) MailServed(ctx context.Context) (bool, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return false, fmt.Errorf("store: mail served: %w", err)
	}
	list, err := s.channels(ctx, s.read, now)
	if err != nil {
		return false, fmt.Errorf("store: mail served: %w", err)
	}
	return slices.Contains(list, ChannelMail), nil
}

// wordOf is the word in the mails of a subscription: whoever has it reads that
// mail box.
func (s *Store) wordOf(id int64) (string, error) {
	m, err := s.mac(subscriptionWord, fmt.Append(nil, id))
	if err != nil {
		return "", err
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(m))[:26], nil
}

// mailAddress is a plain address in lower case, or a refusal.
func mailAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 120 || strings.ContainsAny(s, "\r\n\x00\"<> ") {
		return "", act.Refuse("请写电子邮箱地址，例如 name@example.com。")
	}
	return strings.ToLower(s), nil
}

// Subscribe keeps that somebody asks to be told by mail of new items of an organ,
// of one kind or with "" of all, and sends the question whether he did. Asking
// again while it waits changes nothing; the answer never says who is there.
func (s *Store) Subscribe(ctx context.Context, organ int64, topic proactive.Kind, address string) error {
	address, err := mailAddress(address)
	if err != nil {
		return err
	}
	if topic != "" && topic.Chinese() == "" {
		return act.Refuse("请从列出的类别中选择。")
	}
	served, err := s.MailServed(ctx)
	if err != nil {
		return err
	}
	if !served {
		return act.Refuse("本站没有开通邮件订阅。请用订阅地址（Atom）在阅读软件里订阅。")
	}
	mark, err := s.mac(subscriptionMark, []byte(address))
	if err != nil {
		return fmt.Errorf("store: subscribe: %w", err)
	}
	id := s.NewID()
	sealed, err := s.seal(subscriptionKey, fmt.Sprint(id), []byte(address))
	if err != nil {
		return fmt.Errorf("store: subscribe: %w", err)
	}
	return s.tx(ctx, "subscribe", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRowContext(ctx, "select exists (select 1 from organ where id = $1)", organ).Scan(&there); err != nil || !there {
			if err == nil {
				err = ErrNotFound
			}
			return err
		}
		res, err := tx.ExecContext(ctx, `insert into subscription (id, organ, topic, sealed_address, mark, made_at, confirmed_at, told_at) values ($1, $2, $3, $4, $5, $6, 0, 0)
			on conflict (organ, topic, mark) do nothing`, id, organ, string(topic), sealed, mark, now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.enqueue(ctx, tx, SubscriptionJob, "", subscriptionPayload{ID: id}, time.Time{})
	})
}

// checkWord is ErrNotFound for a word that is not of this subscription.
func (s *Store) checkWord(id int64, word string) error {
	want, err := s.wordOf(id)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(want), []byte(word)) {
		return ErrNotFound
	}
	return nil
}

// ConfirmSubscription begins it, from now on.
func (s *Store) ConfirmSubscription(ctx context.Context, id int64, word string) error {
	return s.withWord(ctx, id, word, "update subscription set confirmed_at = case when confirmed_at = 0 then $2 else confirmed_at end, told_at = case when told_at = 0 then $2 else told_at end where id = $1", true)
}

// Unsubscribe ends it; nothing is kept. One that ended before is no error.
func (s *Store) Unsubscribe(ctx context.Context, id int64, word string) error {
	return s.withWord(ctx, id, word, "delete from subscription where id = $1 and cast($2 as bigint) > 0", false)
}

func (s *Store) withWord(ctx context.Context, id int64, word, query string, must bool) error {
	if err := s.checkWord(id, word); err != nil {
		return fmt.Errorf("store: subscription: %w", err)
	}
	return s.tx(ctx, "subscription", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, query, id, now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 && must {
			return orNotFound(err)
		}
		return nil
	})
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// digestItems bounds how many items one mail lists.
const digestItems = 50

// SubscriptionLetter is the mail of a job, or ErrNotFound where there is nothing
// to send: it ended, or nothing new is public.
func (s *Store) SubscriptionLetter(ctx context.Context, payload []byte) (SubscriptionLetter, error) {
	var p subscriptionPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return SubscriptionLetter{}, fmt.Errorf("store: letter to a subscriber: %w", err)
	}
	x := SubscriptionLetter{ID: p.ID}
	var organ, confirmed, told int64
	var sealed []byte
	err := s.read.QueryRowContext(ctx, "select u.organ, u.topic, u.sealed_address, u.confirmed_at, u.told_at, o.name from subscription u join organ o on o.id = u.organ where u.id = $1", p.ID).
		Scan(&organ, &x.Topic, &sealed, &confirmed, &told, &x.OrganName)
	if err == nil && p.Digest != (confirmed != 0) {
		err = ErrNotFound
	}
	if err == nil {
		var plain []byte
		if plain, err = s.unseal(subscriptionKey, fmt.Sprint(p.ID), sealed); err == nil {
			x.Address = string(plain)
			x.Word, err = s.wordOf(p.ID)
		}
	}
	if err == nil && p.Digest {
		x.Confirmed = true
		x.Items, x.Until, err = s.news(ctx, organ, x.Topic, told)
		if err == nil && len(x.Items) == 0 {
			err = ErrNotFound
		}
	}
	if err != nil {
		return SubscriptionLetter{}, fmt.Errorf("store: letter to a subscriber: %w", notFound(err))
	}
	return x, nil
}

// news are the items of an organ that came out after an instant.
func (s *Store) news(ctx context.Context, organ int64, topic proactive.Kind, after int64) (list []ItemRow, until int64, err error) {
	var p pick
	p.and("i.standing = 'live'", "i.organ = "+p.arg(organ), "i.published_at > "+p.arg(after))
	p.is(topic != "", "i.kind = ", string(topic))
	rows, err := p.rows(ctx, s.read, itemRowSQL, "i.published_at desc, i.id desc", digestItems)
	if list, err = gather("news", rows, err, scanItemRow); err == nil && len(list) > 0 {
		until = list[0].PublishedAt
	}
	return list, until, err
}

// SubscriptionSent keeps up to when a subscriber was told.
func (s *Store) SubscriptionSent(ctx context.Context, x SubscriptionLetter) error {
	if !x.Confirmed {
		return nil
	}
	return s.tx(ctx, "subscription sent", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "update subscription set told_at = $2 where id = $1 and told_at < $2", x.ID, x.Until)
		return err
	})
}

// queuedAtOnce bounds how many mails one run puts out.
const queuedAtOnce = 20_000

// QueueSubscriptions puts out the mails of those who were told nothing for so
// long and for whom something is new, and forgets who never confirmed. It
// returns the number of mails.
func (s *Store) QueueSubscriptions(ctx context.Context, every time.Duration) (int, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, fmt.Errorf("store: subscriptions: %w", err)
	}
	err = s.tx(ctx, "forget who never confirmed", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "delete from subscription where confirmed_at = 0 and made_at < $1", now-unconfirmedFor.Milliseconds())
		return err
	})
	if err != nil {
		return 0, err
	}
	if served, err := s.MailServed(ctx); err != nil || !served {
		return 0, err
	}
	rows, err := s.read.QueryContext(ctx, `select u.id from subscription u where u.confirmed_at <> 0 and u.told_at <= $1
		and exists (select 1 from item i where i.organ = u.organ and i.standing = 'live' and i.published_at > u.told_at and (u.topic = '' or i.kind = u.topic)) order by u.id limit $2`, now-every.Milliseconds(), queuedAtOnce)
	list, err := gather("subscriptions", rows, err, func(r scanner) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil {
		return 0, err
	}
	for _, id := range list {
		if err := s.Enqueue(ctx, SubscriptionJob, fmt.Sprint("subscription/", id), subscriptionPayload{id, true}, time.Time{}); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// Publishers are the organs that have items before the public, in the order of
// the tree.
func (s *Store) Publishers(ctx context.Context) ([]org.Organ, error) {
	rows, err := s.read.QueryContext(ctx, "select o.id, o.code, o.name from organ o where exists (select 1 from item i where i.organ = o.id and i.standing = 'live') order by o.path limit 1000")
	return gather("publishers", rows, err, func(r scanner) (o org.Organ, err error) {
		var code sql.NullString
		err = r.Scan(&o.ID, &code, &o.Name)
		o.Code = code.String
		return o, err
	})
}
