package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"gongkai/store"
)

// mail sends through an SMTP server. The connection is encrypted unless the
// settings say that it is not, and then nobody signs in.
func (v values) mail() (Channel, error) {
	host := v.v["mail.host"]
	if host == "" {
		return Channel{}, nil
	}
	from := v.v["mail.from"]
	if from == "" {
		return Channel{}, v.fault("写了 mail.host，还要写 mail.from，例如 xxgk@example.gov.cn")
	}
	if err := mail.NewMsg().From(from); err != nil {
		return Channel{}, v.fault("mail.from 不像邮箱地址：%s", from)
	}
	opts, err := v.mailSecurity(host)
	if err != nil {
		return Channel{}, err
	}
	password, err := v.secret("mail.password-file")
	if err != nil {
		return Channel{}, err
	}
	if user := v.v["mail.user"]; user != "" {
		if v.v["mail.security"] == "none" {
			return Channel{}, v.fault("mail.security = none 时不能登录邮件服务器，口令会明文传输；请改用 tls 或 starttls，或去掉 mail.user")
		}
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(password))
	}
	client, err := mail.NewClient(host, opts...)
	if err != nil {
		return Channel{}, v.fault("邮件：%v", err)
	}
	domain := from[strings.LastIndex(from, "@")+1:]
	return Channel{store.ChannelMail, func(ctx context.Context, m Message) error { return sendMail(ctx, client, from, domain, m) }}, nil
}

func (v values) mailSecurity(host string) ([]mail.Option, error) {
	opts := []mail.Option{mail.WithTimeout(20 * time.Second)}
	port := 0
	switch v.v["mail.security"] {
	case "", "tls":
		opts, port = append(opts, mail.WithSSL()), 465
	case "starttls":
		opts, port = append(opts, mail.WithTLSPolicy(mail.TLSMandatory)), 587
	case "none":
		opts, port = append(opts, mail.WithTLSPolicy(mail.NoTLS)), 25
	default:
		return nil, v.fault("mail.security 可以是 tls、starttls 或 none（仅限内网）")
	}
	if p := v.v["mail.port"]; p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 65535 {
			return nil, v.fault("mail.port 应是 1 至 65535 的整数")
		}
		port = n
	}
	opts = append(opts, mail.WithPort(port))
	if name := v.path("mail.ca-file"); name != "" {
		pem, err := os.ReadFile(name)
		pool := x509.NewCertPool()
		if err != nil || !pool.AppendCertsFromPEM(pem) {
			return nil, v.fault("mail.ca-file %s 里没有可用的证书", name)
		}
		opts = append(opts, mail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: pool, MinVersion: tls.VersionTLS12}))
	}
	return opts, nil
}

func sendMail(ctx context.Context, client *mail.Client, from, domain string, m Message) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(from); err != nil {
		return err
	}
	if err := msg.To(m.Address); err != nil {
		return &Refused{errors.New("登记的邮箱地址无效")} // the address itself is nobody else's business
	}
	msg.Subject(m.Title)
	// The same again if it is sent twice: mail programs show one of the two.
	msg.SetMessageIDWithValue(fmt.Sprintf("outbox-%d@%s", m.ID, domain))
	msg.SetDate()
	msg.SetBodyString(mail.TypeTextPlain, m.Text+"\n")
	err := client.DialAndSendWithContext(ctx, msg)
	var fault *mail.SendError
	switch {
	case err == nil || msg.IsDelivered(): // what goes wrong after it was taken is no reason to send it again
		return nil
	case !errors.As(err, &fault):
		return err
	case fault.Reason == mail.ErrSMTPRcptTo && !fault.IsTemp():
		return &Refused{fmt.Errorf("邮件服务器不收这个信箱（%d）", fault.ErrorCode())}
	}
	// Its own words name the address, which is not kept here.
	return fmt.Errorf("邮件服务器回答 %d（%s）", fault.ErrorCode(), fault.Reason)
}
