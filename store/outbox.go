package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// DeliverPrefix begins the kinds of jobs that send: "deliver.mail". An instance
// takes those of its own channels.
const DeliverPrefix = "deliver."

// The states of a message.
const (
	OutDigest   = "digest"   // waits for the digest
	OutGathered = "gathered" // went into a digest
	OutWaiting  = "waiting"
	OutSent     = "sent"
	OutDropped  = "dropped" // was no longer wanted; the error says why
)

// A message that could not go for so long is not sent any more: after a restore
// from a backup nobody is told again what he was told long ago.
const outboxStale = 7 * 24 * time.Hour

type deliverPayload struct {
	Outbox int64 `json:"outbox,string"`
}

// An Outgoing is a message that is to leave the house: a number and a day,
// nothing else, and where it goes.
type Outgoing struct {
	ID      int64
	Channel string
	Kind    string
	Number  string // of a digest, how many matters
	Due     law.Date
	Address string // mail address or mobile number, "" for a group or a folder
	Person  int64  // 0 for a group
	Test    bool
}

// outside puts out what a person is told on personal channels.
func (h *hand) outside(n News, notice int64, p recipient, channels []string) error {
	for _, c := range channels {
		if grouped(c) || c == ChannelMail && !p.mail || c == ChannelSMS && !p.sms {
			continue
		}
		at := h.now
		mode := p.choice.mode(c)
		if mode == ModeOff {
			continue
		}
		if mode == ModeEach && !silent(c) {
			q, err := h.quiet(p)
			if err != nil {
				return err
			}
			if at, err = h.after(q); err != nil {
				return err
			}
		}
		state := OutWaiting
		if mode == ModeDigest {
			state = OutDigest
		}
		if err := h.putOut(c, p.id, p.organ, notice, n, state, at); err != nil {
			return err
		}
	}
	return nil
}

// group puts out what a group is told: one message, however many people are.
func (h *hand) group(n News, notice int64, channels []string) error {
	for _, c := range channels {
		if !grouped(c) {
			continue
		}
		var path string
		if err := h.QueryRowContext(h.ctx, "select path from organ where id = $1", n.Organ).Scan(&path); err != nil && notFound(err) != ErrNotFound {
			return err
		}
		on, err := h.s.inherited(h.ctx, h.Tx, path, SettingGroup)
		if err != nil {
			return err
		}
		if on == "关" {
			continue
		}
		q, err := h.quiet(recipient{path: path})
		if err != nil {
			return err
		}
		at, err := h.after(q)
		if err != nil {
			return err
		}
		if err := h.putOut(c, 0, n.Organ, notice, n, OutWaiting, at); err != nil {
			return err
		}
	}
	return nil
}

// after is the first instant from now on that is not quiet.
func (h *hand) after(q Quiet) (int64, error) {
	cal, err := h.s.calendarFrom(h.ctx, h.Tx)
	if err != nil {
		return 0, err
	}
	return q.After(time.UnixMilli(h.now), cal).UnixMilli(), nil
}

func (h *hand) putOut(channel string, person, organ, notice int64, n News, state string, at int64) error {
	id := h.s.NewID()
	_, err := h.ExecContext(h.ctx, `insert into outbox (id, channel, person, organ, notice, kind, number, due, state, made, due_at, sent_at, error)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '')`, id, channel, person, organ, notice, n.Kind, n.Number, n.Due.String(), state, h.now, at)
	if err != nil || state != OutWaiting {
		return err
	}
	when := time.Time{} // at once, by the clock that jobs go by
	if at > h.now {
		when = time.UnixMilli(at)
	}
	return h.enqueue(DeliverPrefix+channel, deliverPayload{id}, when)
}

// Outgoing is the message of a job that delivers, with the address as it is now.
// It returns ErrNotFound for one that is not to be sent: it went before, was
// read meanwhile, is stale, or there is no address.
func (s *Store) Outgoing(ctx context.Context, payload []byte) (Outgoing, error) {
	var p deliverPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return Outgoing{}, fmt.Errorf("store: outgoing: %w", err)
	}
	var m Outgoing
	drop := ""
	_, err := s.do(ctx, By{Viewer: org.Program("通知")}, "outgoing", func(h *hand) (string, error) {
		m, drop = Outgoing{ID: p.Outbox}, ""
		var state, due, email, phone, left string
		var made, read, notice int64
		err := h.QueryRowContext(h.ctx, `select x.channel, x.kind, x.number, x.due, x.state, x.made, x.person, x.notice, coalesce(p.email, ''), coalesce(p.phone, ''), coalesce(p.valid_to, ''), coalesce(n.read_at, 0)
			from outbox x left join person p on p.id = x.person left join notice n on n.id = x.notice where x.id = $1`, p.Outbox).
			Scan(&m.Channel, &m.Kind, &m.Number, &due, &state, &made, &m.Person, &notice, &email, &phone, &left, &read)
		if err != nil {
			return "", err
		}
		if err := m.Due.UnmarshalText([]byte(due)); err != nil {
			return "", err
		}
		m.Test = m.Kind == KindTest
		switch m.Channel {
		case ChannelMail:
			m.Address = email
		case ChannelSMS:
			m.Address = mobile(phone)
		}
		switch {
		case state != OutWaiting:
			return "", ErrNotFound
		case h.now-made > outboxStale.Milliseconds():
			drop = "超过7天没有发出"
		case left != "" && left < h.day.String():
			drop = "收件人已离岗"
		case read != 0 && m.Person != 0:
			drop = "本人已在工作台看过"
		case m.Address == "" && (m.Channel == ChannelMail || m.Channel == ChannelSMS):
			drop = "没有登记邮箱或手机号"
		default:
			return "", nil
		}
		_, err = h.ExecContext(h.ctx, "update outbox set state = $2, error = $3 where id = $1", m.ID, OutDropped, drop)
		return "", err
	})
	if err == nil && drop != "" {
		err = fmt.Errorf("%w: %s", ErrNotFound, drop)
	}
	return m, err
}

// Sent keeps that a message went, and says so in the log: on which channel, to
// whom and about what by reference, without a word of its text or an address.
func (s *Store) Sent(ctx context.Context, m Outgoing, runner string) error {
	_, err := s.do(ctx, By{Viewer: org.Program("通知")}, "sent", func(h *hand) (string, error) {
		res, err := h.ExecContext(h.ctx, "update outbox set state = $2, sent_at = $3, error = '' where id = $1 and state = $4", m.ID, OutSent, h.now, OutWaiting)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err
		}
		var organ, notice int64
		if err := h.QueryRowContext(h.ctx, "select organ, notice from outbox where id = $1", m.ID).Scan(&organ, &notice); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "update channel set sent = $3, error = '', failed = 0 where name = $1 and runner = $2", m.Channel, runner, h.now); err != nil {
			return "", err
		}
		var refs []string
		if m.Person != 0 {
			refs = append(refs, fmt.Sprintf("person/%d", m.Person))
		}
		if notice != 0 {
			refs = append(refs, fmt.Sprintf("notice/%d", notice))
		}
		return "", h.note(act.NoticeSent, fmt.Sprintf("outbox/%d", m.ID), organ, refs, act.Change{Field: "渠道", New: ChannelName(m.Channel)})
	})
	return err
}

// NotSent keeps why a message did not go.
func (s *Store) NotSent(ctx context.Context, m Outgoing, runner string, cause error) error {
	text := clip(cause.Error(), maxJobError)
	_, err := s.do(ctx, By{Viewer: org.Program("通知")}, "not sent", func(h *hand) (string, error) {
		if _, err := h.ExecContext(h.ctx, "update outbox set error = $2 where id = $1 and state = $3", m.ID, text, OutWaiting); err != nil {
			return "", err
		}
		_, err := h.ExecContext(h.ctx, "update channel set error = $3, failed = $4 where name = $1 and runner = $2", m.Channel, runner, text, h.now)
		return "", err
	})
	return err
}

// dropped marks the message of a dead letter that somebody takes away.
func (h *hand) dropped(job int64) error {
	var kind string
	var payload []byte
	if err := h.QueryRowContext(h.ctx, "select kind, payload from job where id = $1", job).Scan(&kind, &payload); err != nil {
		return err
	}
	if !strings.HasPrefix(kind, DeliverPrefix) {
		return nil
	}
	var p deliverPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return err
	}
	_, err := h.ExecContext(h.ctx, "update outbox set state = $2, error = $3 where id = $1 and state = $4", p.Outbox, OutDropped, clip(h.by.Reason, maxJobError), OutWaiting)
	return err
}

// KindTest is the kind of a message that only shows that a channel works.
const KindTest = "test"

// SendTest puts out a test message to whoever asks, at once, whatever the hour.
// It needs Configure; a person without an address for the channel is refused.
func (s *Store) SendTest(ctx context.Context, by By, channel string) (Done, error) {
	return s.do(ctx, by, "send a test", func(h *hand) (string, error) {
		if !org.Able(by.Viewer, org.Configure) {
			return "", Forbidden(org.Configure)
		}
		channels, err := h.s.channels(h.ctx, h.Tx, h.now)
		if err != nil {
			return "", err
		}
		if !slices.Contains(channels, channel) {
			return "", act.Refuse("这个渠道没有配置。请在通知配置文件里写好后重新启动。")
		}
		person, organ := by.Viewer.Person, by.Viewer.Organ
		if grouped(channel) {
			person = 0
		} else if err := h.reachable(channel, person); errors.Is(err, errNoAddress) {
			return "", act.Refuse("您的人员信息里没有登记邮箱或手机号，测试消息没有收件人。请先在“人员”里补上。")
		} else if err != nil {
			return "", err
		}
		n := News{Kind: KindTest, Ref: "channel/" + channel, Number: "测试1号", Due: h.day}
		if err := h.putOut(channel, person, organ, 0, n, OutWaiting, h.now); err != nil {
			return "", err
		}
		return "", h.note(act.NoticeSent, n.Ref, 0, nil, act.Change{Field: "测试", New: ChannelName(channel)})
	})
}

func (h *hand) reachable(channel string, person int64) error {
	if channel == ChannelFile {
		return nil
	}
	var email, phone string
	if err := h.QueryRowContext(h.ctx, "select email, phone from person where id = $1", person).Scan(&email, &phone); err != nil {
		return err
	}
	if channel == ChannelMail && email == "" || channel == ChannelSMS && mobile(phone) == "" {
		return errNoAddress
	}
	return nil
}

// An OutboxLine is a message on the page of channels: no address, no words.
type OutboxLine struct {
	ID      int64
	Channel string
	Person  int64
	Kind    string
	State   string
	Made    time.Time
	Goes    time.Time // not before
	Sent    time.Time // zero if it did not go
	Error   string
}

// MaxOutbox bounds one page of messages.
const MaxOutbox = 100

// Outbox lists the newest messages, from before an id on (0 for the newest). It
// needs Configure.
func (s *Store) Outbox(ctx context.Context, v org.Viewer, before int64) ([]OutboxLine, error) {
	if !org.Able(v, org.Configure) {
		return nil, Forbidden(org.Configure)
	}
	if before <= 0 {
		before = 1<<63 - 1
	}
	rows, err := s.read.QueryContext(ctx, "select id, channel, person, kind, state, made, due_at, sent_at, error from outbox where id < $1 order by id desc limit $2", before, MaxOutbox)
	if err != nil {
		return nil, fmt.Errorf("store: outbox: %w", err)
	}
	defer rows.Close()
	var out []OutboxLine
	for rows.Next() {
		var x OutboxLine
		var made, goes, sent int64
		if err := rows.Scan(&x.ID, &x.Channel, &x.Person, &x.Kind, &x.State, &made, &goes, &sent, &x.Error); err != nil {
			return nil, fmt.Errorf("store: outbox: %w", err)
		}
		x.Made, x.Goes, x.Sent = momentOf(made), momentOf(goes), momentOf(sent)
		out = append(out, x)
	}
	return out, rows.Err()
}
