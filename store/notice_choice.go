package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/org"
)

// How somebody is told on a channel.
const (
	ModeEach   = "each"   // 逐条
	ModeDigest = "digest" // 每个工作日汇总一次
	ModeOff    = "off"    // 不发
)

// Channels that a message can go out on. The names stand in the database.
const (
	ChannelMail     = "mail"
	ChannelSMS      = "sms"
	ChannelWeCom    = "wecom"    // 政务微信、企业微信群机器人
	ChannelDingTalk = "dingtalk" // 钉钉群机器人
	ChannelFile     = "file"     // a folder, to see what would go out
)

var channelNames = map[string]string{ChannelMail: "邮件", ChannelSMS: "短信", ChannelWeCom: "政务微信群机器人", ChannelDingTalk: "钉钉群机器人", ChannelFile: "文件夹（试发）"}

// ChannelName is a channel as people read it.
func ChannelName(channel string) string {
	if n := channelNames[channel]; n != "" {
		return n
	}
	return channel
}

// grouped are the channels that reach a group, not a person.
func grouped(channel string) bool { return channel == ChannelWeCom || channel == ChannelDingTalk }

// silent are the channels that disturb nobody at night.
func silent(channel string) bool { return channel == ChannelMail || channel == ChannelFile }

// A NoticeChoice is how a person wants to be told.
type NoticeChoice struct {
	Person  int64
	Mail    string // a mode, "" for the default: each
	SMS     string
	Quiet   string // a Quiet as it is kept, "" as the organ has it
	Version int64  // as read; 0 for one that is new
}

// mode is how the person is told on the channel.
func (c NoticeChoice) mode(channel string) string {
	m := ModeEach
	switch channel {
	case ChannelMail:
		m = c.Mail
	case ChannelSMS:
		m = c.SMS
	}
	if m == "" {
		m = ModeEach
	}
	return m
}

func (c NoticeChoice) check() error {
	for _, m := range []string{c.Mail, c.SMS} {
		if m != ModeEach && m != ModeDigest && m != ModeOff {
			return act.Refuse("请选择“逐条发送”、“每天汇总”或“不发送”。")
		}
	}
	if c.Quiet != "" {
		if _, err := ParseQuiet(c.Quiet); err != nil {
			return act.Refuse("免打扰时段应写成起止时间，例如 20:00 至 08:00。")
		}
	}
	return nil
}

// modeNames are the modes as people read them.
var modeNames = map[string]string{ModeEach: "逐条发送", ModeDigest: "每天汇总", ModeOff: "不发送"}

// Choice is how a person wants to be told; the defaults, with version 0, for one
// who has not chosen.
func (s *Store) Choice(ctx context.Context, person int64) (NoticeChoice, error) {
	c := NoticeChoice{Person: person}
	err := s.read.QueryRowContext(ctx, "select mail, sms, quiet, version from notice_choice where person = $1", person).Scan(&c.Mail, &c.SMS, &c.Quiet, &c.Version)
	if notFound(err) == ErrNotFound {
		return NoticeChoice{Person: person, Mail: ModeEach, SMS: ModeEach}, nil
	}
	if err != nil {
		return NoticeChoice{}, fmt.Errorf("store: choice: %w", err)
	}
	return c, nil
}

// SaveChoice keeps how a person wants to be told. Only that person may say.
func (s *Store) SaveChoice(ctx context.Context, by By, c NoticeChoice) (Done, error) {
	return s.do(ctx, by, "save a choice", func(h *hand) (string, error) {
		var organ, home int64
		var path string
		err := h.QueryRowContext(h.ctx, "select o.id, o.home, o.path from person p join organ o on o.id = p.organ where p.id = $1", c.Person).Scan(&organ, &home, &path)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditSelf, org.Subject{Organ: organ, Home: home, Path: path, Person: c.Person}); err != nil {
			return "", err
		}
		if err := c.check(); err != nil {
			return "", err
		}
		old := NoticeChoice{Mail: ModeEach, SMS: ModeEach}
		err = h.QueryRowContext(h.ctx, "select mail, sms, quiet, version from notice_choice where person = $1", c.Person).Scan(&old.Mail, &old.SMS, &old.Quiet, &old.Version)
		if err != nil && notFound(err) != ErrNotFound {
			return "", err
		}
		if old.Version != c.Version {
			return "", ErrConflict
		}
		if old.Mail == c.Mail && old.SMS == c.SMS && old.Quiet == c.Quiet {
			return "", nil
		}
		res, err := h.ExecContext(h.ctx, `insert into notice_choice (person, mail, sms, quiet, version) values ($1, $2, $3, $4, 1)
			on conflict (person) do update set mail = excluded.mail, sms = excluded.sms, quiet = excluded.quiet, version = notice_choice.version + 1 where notice_choice.version = $5`,
			c.Person, c.Mail, c.SMS, c.Quiet, c.Version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return "", h.note(act.SettingChanged, fmt.Sprintf("notices/%d", c.Person), organ, []string{fmt.Sprintf("person/%d", c.Person)},
			act.Change{Field: "邮件通知", Old: modeNames[old.Mail], New: modeNames[c.Mail]}, act.Change{Field: "短信通知", Old: modeNames[old.SMS], New: modeNames[c.SMS]},
			act.Change{Field: "免打扰时段", Old: old.Quiet, New: c.Quiet})
	})
}

// mobile is the number that a short message goes to: eleven digits beginning
// with 1, "" if the phone is none.
func mobile(phone string) string {
	var b strings.Builder
	for _, r := range phone {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	s := b.String()
	if strings.HasPrefix(s, "0086") {
		s = s[4:]
	} else if len(s) == 13 && strings.HasPrefix(s, "86") {
		s = s[2:]
	}
	if len(s) != 11 || s[0] != '1' || s[1] < '3' {
		return ""
	}
	return s
}

// A ChannelState is a channel as one instance serves it.
type ChannelState struct {
	Name   string
	Runner string
	Seen   int64 // milliseconds
	Sent   int64 // when a message last went, 0 for never
	Failed int64 // when one last did not, 0 if the last one went
	Error  string
}

// A channel that no instance has named for a week is not configured any more.
const channelKept = 7 * 24 * 60 * 60 * 1000

// channels are those that running instances serve.
func (s *Store) channels(ctx context.Context, q asker, now int64) ([]string, error) {
	rows, err := q.QueryContext(ctx, "select distinct name from channel where seen >= $1 order by name", now-channelKept)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var x string
		if err := rows.Scan(&x); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// ServeChannels says which channels an instance serves: from then on messages
// are put out for them. What the instance served before and does not name now is
// forgotten.
func (s *Store) ServeChannels(ctx context.Context, runner string, names []string) error {
	_, err := s.do(ctx, By{Viewer: org.Program("通知")}, "serve channels", func(h *hand) (string, error) {
		in, args := "''", []any{runner}
		for _, n := range names {
			args = append(args, n)
			in += fmt.Sprintf(", $%d", len(args))
			if _, err := h.ExecContext(h.ctx, `insert into channel (name, runner, seen, sent, error, failed) values ($1, $2, $3, 0, '', 0)
				on conflict (name, runner) do update set seen = excluded.seen`, n, runner, h.now); err != nil {
				return "", err
			}
		}
		_, err := h.ExecContext(h.ctx, "delete from channel where runner = $1 and name not in ("+in+")", args...)
		return "", err
	})
	return err
}

// Channels lists the channels with what became of their last message.
func (s *Store) Channels(ctx context.Context) ([]ChannelState, error) {
	rows, err := s.read.QueryContext(ctx, "select name, runner, seen, sent, failed, error from channel order by name, runner")
	if err != nil {
		return nil, fmt.Errorf("store: channels: %w", err)
	}
	defer rows.Close()
	var out []ChannelState
	for rows.Next() {
		var c ChannelState
		if err := rows.Scan(&c.Name, &c.Runner, &c.Seen, &c.Sent, &c.Failed, &c.Error); err != nil {
			return nil, fmt.Errorf("store: channels: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// errNoAddress: the person has none for the channel.
var errNoAddress = errors.New("no address")

// Reach reports whether a mail address and a mobile number are recorded for a
// person.
func (s *Store) Reach(ctx context.Context, person int64) (mail, sms bool, err error) {
	var email, phone string
	if err := s.read.QueryRowContext(ctx, "select email, phone from person where id = $1", person).Scan(&email, &phone); err != nil {
		return false, false, fmt.Errorf("store: reach: %w", notFound(err))
	}
	return email != "", mobile(phone) != "", nil
}
