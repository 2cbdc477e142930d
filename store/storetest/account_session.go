package storetest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/org"
	"gongkai/store"
)

func sessionsEnd(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id := x.opened(t, o, "吴清荷", org.Drafter)
	token, s := x.session(t, id)
	if got := must(x.b.Session(ctx, token))(t); got.ID != s.ID || got.Person != id || !got.Whole || got.Address != "192.0.2.1" {
		t.Fatalf("%+v", got)
	}
	x.clock.Pass(29 * time.Minute)
	if err := x.a.TouchSession(ctx, must(x.b.Session(ctx, token))(t), "192.0.2.2"); err != nil {
		t.Fatal(err)
	}
	x.clock.Pass(29 * time.Minute)
	if got := must(x.b.Session(ctx, token))(t); got.Address != "192.0.2.2" {
		t.Errorf("a used session is at %q", got.Address)
	}
	x.clock.Pass(2 * time.Minute)
	if _, err := x.b.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("idle for half an hour: %v", err)
	}
	token, _ = x.session(t, id)
	for range 11*60/20 + 3 {
		if err := x.a.TouchSession(ctx, must(x.b.Session(ctx, token))(t), "192.0.2.2"); err != nil {
			t.Fatal(err)
		}
		x.clock.Pass(20 * time.Minute)
	}
	if _, err := x.b.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after twelve hours of use: %v", err)
	}
	for _, bad := range []string{"", "x", strings.Repeat("0", 64)} {
		if _, err := x.b.Session(ctx, bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("token %q: %v", bad, err)
		}
	}
}

func sessionsTouched(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	token, began := x.session(t, x.opened(t, o, "吴清荷", org.Drafter))
	for range 10 {
		x.clock.Pass(5 * time.Second)
		if err := x.a.TouchSession(ctx, must(x.b.Session(ctx, token))(t), "192.0.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	if s := must(x.b.Session(ctx, token))(t); s.Seen != began.Seen {
		t.Errorf("within a minute it was written: seen %d after %d", s.Seen, began.Seen)
	}
	x.clock.Pass(15 * time.Second)
	if err := x.a.TouchSession(ctx, must(x.b.Session(ctx, token))(t), "192.0.2.3"); err != nil {
		t.Fatal(err)
	}
	if s := must(x.b.Session(ctx, token))(t); s.Seen != began.Seen+65_000 {
		t.Errorf("after a minute it was not: seen %d after %d", s.Seen, began.Seen)
	}
}

func sessionsRevoked(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id, guard, other := x.opened(t, o, "吴清荷", org.Drafter), x.opened(t, o, "安全员", org.SecurityAdmin), x.opened(t, o, "旁人", org.Head)
	var tokens []string
	var ids []int64
	for range 3 {
		tok, s := x.session(t, id)
		tokens, ids = append(tokens, tok), append(ids, s.ID)
	}
	if l := must(x.b.Sessions(ctx, as(t, x.a, id).Viewer, id))(t); len(l) != 3 {
		t.Errorf("%d sessions", len(l))
	}
	_, err := x.b.Sessions(ctx, as(t, x.a, other).Viewer, id)
	denied(t, err, "没有这项权限")
	_, err = x.a.RevokeSessions(ctx, as(t, x.a, other), id, 0)
	denied(t, err, "没有这项权限")
	alive := func() (n int) {
		for _, tok := range tokens {
			if _, err := x.b.Session(ctx, tok); err == nil {
				n++
			}
		}
		return n
	}
	must(x.a.RevokeSessions(ctx, as(t, x.a, id), id, ids[0], ids[2]))(t)
	if alive() != 2 {
		t.Errorf("%d left after one was revoked", alive())
	}
	// Somebody else's session is not among one's own.
	_, theirs := x.session(t, other)
	must(x.a.RevokeSessions(ctx, as(t, x.a, id), id, ids[0], theirs.ID))(t)
	if l := must(x.b.Sessions(ctx, as(t, x.a, other).Viewer, other))(t); len(l) != 1 {
		t.Error("one revoked somebody else's session")
	}
	must(x.a.RevokeSessions(ctx, as(t, x.a, id), id, ids[0]))(t)
	if alive() != 1 {
		t.Errorf("%d left after all others were revoked", alive())
	}
	must(x.a.RevokeSessions(ctx, as(t, x.a, guard), id, ids[0]))(t)
	if alive() != 0 {
		t.Errorf("%d left after the security administrator", alive())
	}
	tok, s := x.session(t, id)
	must(x.a.EndSession(ctx, as(t, x.a, id), s.ID))(t)
	if _, err := x.b.Session(ctx, tok); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("signed out: %v", err)
	}
	if k := x.kinds(t, id); !strings.HasSuffix(k, "session.revoked session.revoked session.revoked session.began session.ended") {
		t.Error(k)
	}
}

func confirming(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id := x.opened(t, o, "吴清荷", org.Drafter)
	old, s := x.session(t, id)
	x.clock.Pass(25 * time.Minute)
	b := store.Beginning{Person: id, Whole: true, How: "口令", Rules: account.Defaults(), Replaces: s.ID, Confirms: true}
	fresh, n, err := x.b.BeginSession(ctx, b, "192.0.2.1")
	if err != nil || fresh == old || n.Ends != s.Ends || n.Sure != s.Sure+25*60_000 {
		t.Errorf("%+v after %+v: %v", n, s, err)
	}
	if _, err := x.a.Session(ctx, old); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the old token still opens: %v", err)
	}
	if _, _, err := x.a.BeginSession(ctx, b, "192.0.2.1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session that is gone was replaced: %v", err)
	}
	if k := x.kinds(t, id); k != "account.opened session.began session.confirmed" {
		t.Error(k)
	}
}

func codesCountOnce(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id, guard := x.opened(t, o, "吴清荷", org.Drafter), x.opened(t, o, "安全员", org.SecurityAdmin)
	me := as(t, x.a, id)
	must(x.a.StartFactor(ctx, me))(t)
	secret := must(x.b.FactorSecret(ctx, me.Viewer))(t)
	if must(x.b.CredentialsOf(ctx, id))(t).Factor {
		t.Error("codes are in use before the first one was right")
	}
	if _, _, err := x.a.FinishFactor(ctx, me, "000000"); err == nil && account.Code(secret, x.clock.Now()) != "000000" {
		t.Error("a wrong first code was taken")
	}
	recovery, _, err := x.a.FinishFactor(ctx, me, account.Code(secret, x.clock.Now()))
	if err != nil || len(recovery) != account.RecoveryCodes {
		t.Fatal(recovery, err)
	}
	pass := func(s *store.Store, code string) string {
		t.Helper()
		return must(s.PassFactor(ctx, id, code, "192.0.2.1"))(t)
	}
	if how := pass(x.b, account.Code(secret, x.clock.Now())); how != "" {
		t.Error("the code of the set-up counts again")
	}
	x.clock.Pass(30 * time.Second)
	code := account.Code(secret, x.clock.Now())
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for i := range 8 {
		wg.Go(func() {
			s := x.a
			if i%2 == 1 {
				s = x.b
			}
			if how, err := s.PassFactor(ctx, id, code, "192.0.2.1"); err != nil {
				t.Error(err)
			} else if how == "动态口令" {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != 1 {
		t.Errorf("one code passed %d times", passed)
	}
	if pass(x.a, recovery[3]) != "备用码" || pass(x.b, recovery[3]) != "" {
		t.Error("a recovery code counts once")
	}
	if a := must(x.b.Account(ctx, me.Viewer, id))(t); !a.Factor || a.Recovery != account.RecoveryCodes-1 {
		t.Errorf("%+v", a)
	}
	fresh, _, err := x.a.NewRecovery(ctx, me)
	if err != nil || pass(x.a, recovery[4]) != "" || pass(x.a, fresh[4]) != "备用码" {
		t.Error("old recovery codes still count", err)
	}
	_, err = x.a.StartFactor(ctx, me)
	denied(t, err, "已经启用")
	must(x.a.DropFactor(ctx, as(t, x.a, guard), id))(t)
	if must(x.b.CredentialsOf(ctx, id))(t).Factor {
		t.Error("still in use")
	}
	if k := x.kinds(t, id); k != "account.opened account.second_factor_on account.recovery_used account.recovery_renewed account.recovery_used account.second_factor_off" {
		t.Error(k)
	}
}

func identitiesLinked(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id, guard, other := x.opened(t, o, "吴清荷", org.Drafter), x.opened(t, o, "安全员", org.SecurityAdmin), x.opened(t, o, "旁人", org.Head)
	i := store.Identity{Issuer: "https://sso.example.gov.cn", Subject: "u-1", Label: "吴清荷"}
	if _, err := x.a.CredentialsByIdentity(ctx, i.Issuer, i.Subject); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's identity: %v", err)
	}
	_, err := x.a.LinkIdentity(ctx, as(t, x.a, other), id, i)
	denied(t, err, "没有这项权限")
	must(x.a.LinkIdentity(ctx, as(t, x.a, id), id, i))(t)
	if c := must(x.b.CredentialsByIdentity(ctx, i.Issuer, i.Subject))(t); c.Person != id {
		t.Errorf("%+v", c)
	}
	_, err = x.a.LinkIdentity(ctx, as(t, x.a, other), other, i)
	denied(t, err, "别人的账号")
	for _, bad := range []store.Identity{{}, {Issuer: "x"}, {Issuer: "x", Subject: "a\x00"}, {Issuer: "x", Subject: "\xff"}, {Issuer: "x", Subject: strings.Repeat("a", 256)}} {
		if _, err := x.a.LinkIdentity(ctx, as(t, x.a, id), id, bad); err == nil {
			t.Errorf("linked %+v", bad)
		}
		if _, err := x.a.CredentialsByIdentity(ctx, bad.Issuer, bad.Subject); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	must(x.a.UnlinkIdentity(ctx, as(t, x.a, guard), id, i.Issuer, i.Subject))(t)
	if _, err := x.b.CredentialsByIdentity(ctx, i.Issuer, i.Subject); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unlinked: %v", err)
	}
	if k := x.kinds(t, id); k != "account.opened account.identity_linked account.identity_unlinked" {
		t.Error(k)
	}
}

func personLeft(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id := x.opened(t, o, "吴清荷", org.Drafter)
	login := person(t, x.a, id).Login
	must(x.b.Credentials(ctx, login))(t)
	x.clock.Pass(-48 * time.Hour) // before he came, as if his first day were ahead
	p := person(t, x.a, id).Person
	p.From = today(t, x.a).AddDays(2)
	must(x.a.SavePerson(ctx, program(""), p))(t)
	if _, err := x.b.Credentials(ctx, login); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody who is not there yet: %v", err)
	}
	x.clock.Pass(48 * time.Hour)
	must(x.b.Credentials(ctx, login))(t)
}
