package notify

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"
)

// An smtpServer is a small mail server: it speaks as much of SMTP as a client
// needs, and keeps what it was given.
type smtpServer struct {
	net.Listener
	tls    *tls.Config // for STARTTLS, nil if it is not offered
	user   string      // who may sign in, as PLAIN sends it: user\x00password
	rcpt   string      // answer to RCPT
	got    chan string // messages, envelope first
	signed chan string // who tried to sign in
}

func startSMTP(t *testing.T, s *smtpServer, wrap *tls.Config) (host, port string) {
	t.Helper()
	var err error
	if s.Listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		s.Listener = tls.NewListener(s.Listener, wrap)
	}
	if s.rcpt == "" {
		s.rcpt = "250 ok"
	}
	s.got, s.signed = make(chan string, 4), make(chan string, 4)
	t.Cleanup(func() { s.Close() })
	go func() {
		for {
			c, err := s.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	host, port, _ = net.SplitHostPort(s.Addr().String())
	return host, port
}

func (s *smtpServer) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(l string) { fmt.Fprintf(c, "%s\r\n", l) }
	say("220 mail.test ESMTP")
	envelope := ""
	for {
		l, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch l = strings.TrimSpace(l); strings.ToUpper(strings.SplitN(l, " ", 2)[0]) {
		case "EHLO", "HELO":
			_, secure := c.(*tls.Conn)
			say("250-mail.test")
			if s.tls != nil && !secure {
				say("250-STARTTLS")
			}
			if s.user != "" && (secure || s.tls == nil) {
				say("250-AUTH PLAIN")
			}
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go on")
			c = tls.Server(c, s.tls)
			r = bufio.NewReader(c)
		case "AUTH":
			b, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(l, "AUTH PLAIN "))
			who := strings.TrimPrefix(string(b), "\x00")
			s.signed <- who
			if who == s.user {
				say("235 ok")
			} else {
				say("535 no")
			}
		case "MAIL":
			envelope = l + "\n"
			say("250 ok")
		case "RCPT":
			envelope += l + "\n"
			say(s.rcpt)
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			s.got <- envelope + "\n" + b.String()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// certificate is a pair that httptest has, and its authority as a file holds it.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	h := httptest.NewTLSServer(nil)
	defer h.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw})
	return &tls.Config{Certificates: h.TLS.Certificates}, string(ca)
}

var letter = Message{ID: 77, Address: "jingban@example.org", Person: 9, Title: "云岭县政府信息公开通知", Text: message.Text}

func checkLetter(t *testing.T, got string) {
	t.Helper()
	envelope, raw, _ := strings.Cut(got, "\n\n")
	if !strings.Contains(envelope, "<xxgk@example.gov.cn>") || !strings.Contains(envelope, "<jingban@example.org>") {
		t.Errorf("envelope %s", envelope)
	}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != letter.Title || m.Header.Get("Message-ID") != "<outbox-77@example.gov.cn>" || m.Header.Get("User-Agent")+m.Header.Get("X-Mailer") != "" {
		t.Errorf("headers %v", m.Header)
	}
	body := io.Reader(m.Body)
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil || strings.TrimSpace(string(b)) != letter.Text {
		t.Errorf("body %q, %v", b, err)
	}
}

func TestMailInsideTheHouse(t *testing.T) {
	s := &smtpServer{}
	host, port := startSMTP(t, s, nil)
	ch := channel(t, "mail.host = "+host+"\nmail.port = "+port+"\nmail.security = none\nmail.from = xxgk@example.gov.cn")
	if err := ch.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	checkLetter(t, <-s.got)
}

func TestMailEncryptedAndSignedIn(t *testing.T) {
	pair, ca := certificate(t)
	for name, c := range map[string]struct {
		security string
		server   *smtpServer
		wrap     *tls.Config
	}{
		"tls":      {"tls", &smtpServer{user: "xxgk\x00口令"}, pair},
		"starttls": {"starttls", &smtpServer{user: "xxgk\x00口令", tls: pair}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			host, port := startSMTP(t, c.server, c.wrap)
			conf := "mail.host = " + host + "\nmail.port = " + port + "\nmail.security = " + c.security + "\nmail.from = xxgk@example.gov.cn\nmail.user = xxgk\nmail.password-file = pw\nmail.ca-file = ca.pem"
			ch := channel(t, conf, "pw", "口令\n", "ca.pem", ca)
			if err := ch.Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			checkLetter(t, <-c.server.got)
			if who := <-c.server.signed; who != "xxgk\x00口令" {
				t.Errorf("signed in as %q", who)
			}
			// Without knowing the authority nothing is sent.
			ch = channel(t, strings.Replace(conf, "mail.ca-file = ca.pem", "", 1), "pw", "口令")
			if err := ch.Send(t.Context(), letter); err == nil {
				t.Error("a server that nobody vouches for was trusted")
			}
		})
	}
}

// A server that does not offer encryption learns no password.
func TestNoPasswordInTheClear(t *testing.T) {
	s := &smtpServer{user: "xxgk\x00口令"}
	host, port := startSMTP(t, s, nil)
	ch := channel(t, "mail.host = "+host+"\nmail.port = "+port+"\nmail.security = starttls\nmail.from = xxgk@example.gov.cn\nmail.user = xxgk\nmail.password-file = pw", "pw", "口令")
	if err := ch.Send(t.Context(), letter); err == nil {
		t.Error("it was sent in the clear")
	}
	select {
	case who := <-s.signed:
		t.Errorf("%q was sent in the clear", who)
	default:
	}
}

func TestMailThatIsRefused(t *testing.T) {
	for answer, forGood := range map[string]bool{"550 5.1.1 no such user": true, "450 4.2.1 try later": false} {
		s := &smtpServer{rcpt: answer}
		host, port := startSMTP(t, s, nil)
		err := channel(t, "mail.host = "+host+"\nmail.port = "+port+"\nmail.security = none\nmail.from = xxgk@example.gov.cn").Send(t.Context(), letter)
		refused := new(Refused)
		if err == nil || errors.As(err, &refused) != forGood {
			t.Errorf("%s: %v", answer, err)
		}
		if err != nil && strings.Contains(err.Error(), "jingban") {
			t.Errorf("the error names the address: %v", err)
		}
	}
	bad := letter
	bad.Address = "a@b.cn\r\nBcc: x@y.cn"
	s := &smtpServer{}
	host, port := startSMTP(t, s, nil)
	refused := new(Refused)
	if err := channel(t, "mail.host = "+host+"\nmail.port = "+port+"\nmail.security = none\nmail.from = xxgk@example.gov.cn").Send(t.Context(), bad); !errors.As(err, &refused) {
		t.Errorf("an address with a line of its own: %v", err)
	}
}
