package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

// A Clock is what time it is in a test.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts on a working morning.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)} }

// Now is what time it is.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Two are two instances on one database, or the same one twice where the
// database has one instance only.
type Two struct {
	a, b  *store.Store
	clock *Clock
}

// RunAccounts checks accounts, sessions and what keeps strangers out. Every
// call of open gives an empty database that signs and seals, under the clock,
// opened by two instances where it can be.
func RunAccounts(t *testing.T, open func(testing.TB, *Clock) (one, two *store.Store)) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Two)
	}{
		{"OneTimePasswordIsReplaced", oneTimePassword},
		{"AccountsAreOpenedByThoseWhoMay", accountsOpened},
		{"PasswordsAreSecuredByOthersOnly", passwordsSecured},
		{"WrongAttemptsWait", attemptsWait},
		{"ManyAttemptsAtOnceAreNotFree", attemptsAtOnce},
		{"AddressesWaitAndForgive", addressesWait},
		{"RefusalsAreBatched", refusalsBatched},
		{"SessionsEndByTime", sessionsEnd},
		{"SessionsAreTouchedOnceAMinute", sessionsTouched},
		{"SessionsAreRevoked", sessionsRevoked},
		{"ConfirmingMakesANewToken", confirming},
		{"CodesCountOnce", codesCountOnce},
		{"IdentitiesAreLinkedToOne", identitiesLinked},
		{"PersonWhoLeftIsNobody", personLeft},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := NewClock()
			a, b := open(t, clock)
			c.run(t, Two{a, b, clock})
		})
	}
}

const goodPassword = "tulip-wagon-copper-frost"

// opened is a person with an account, and what the program gave him to begin.
func (x Two) opened(t testing.TB, o org.Organ, name string, roles ...org.Role) int64 {
	t.Helper()
	id := staff(t, x.a, o, name, roles...)
	must(x.a.OpenAccount(ctx, program(""), id, "", "一次性口令2026"))(t)
	return id
}

func (x Two) session(t testing.TB, person int64) (token string, s store.Session) {
	t.Helper()
	token, s, err := x.a.BeginSession(ctx, store.Beginning{Person: person, Whole: true, How: "口令", Device: "测试", Rules: account.Defaults()}, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return token, s
}

func (x Two) kinds(t testing.TB, person int64) string {
	t.Helper()
	var out []string
	for _, e := range must(x.b.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.AccountRef(person)}))(t) {
		out = append([]string{e.Act.Kind}, out...)
	}
	return strings.Join(out, " ")
}

// denied checks that the order of the office said no, and why.
func denied(t testing.TB, err error, word string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Text, word) {
		t.Errorf("not refused with %q: %v", word, err)
	}
}

func oneTimePassword(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id := x.opened(t, o, "吴清荷", org.Drafter)
	c := must(x.b.CredentialsOf(ctx, id))(t)
	if !c.OneTime || !must(x.b.CheckPassword(ctx, c, "一次性口令2026"))(t) || must(x.b.CheckPassword(ctx, c, "一次性口令2025"))(t) {
		t.Fatalf("%+v", c)
	}
	me := as(t, x.a, id)
	for _, bad := range []string{"短", "Admin@123456", "吴清荷的口令真是好记", o.Name + "8fq0zt"} {
		_, err := x.a.SetPassword(ctx, me, id, bad, 0)
		denied(t, err, "口令")
	}
	must(x.a.SetPassword(ctx, me, id, goodPassword, 0))(t)
	if c = must(x.b.CredentialsOf(ctx, id))(t); c.OneTime || !must(x.b.CheckPassword(ctx, c, goodPassword))(t) || must(x.b.CheckPassword(ctx, c, "一次性口令2026"))(t) {
		t.Errorf("after the change %+v", c)
	}
	if _, err := x.b.Credentials(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's credentials: %v", err)
	}
	for _, login := range []string{"", "\x00", "\xff", "' or 1=1 --", strings.Repeat("a", 9999)} {
		if _, err := x.b.Credentials(ctx, login); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("login %.20q: %v", login, err)
		}
	}
	if ok, err := x.b.CheckPassword(ctx, store.Credentials{}, goodPassword); ok || err != nil {
		t.Errorf("nobody's password: %v, %v", ok, err)
	}
	if k := x.kinds(t, id); k != "account.opened account.password_set" {
		t.Error(k)
	}
}

func accountsOpened(t *testing.T, x Two) {
	list := county(t, x.a, 1)
	c, town := list[0], list[1]
	head := x.opened(t, town, "镇负责人", org.Head)
	guard := x.opened(t, c, "安全员", org.SecurityAdmin)
	clerk, office, auditor := staff(t, x.a, town, "镇经办", org.Drafter), staff(t, x.a, town, "主管兼职"), staff(t, x.a, c, "审计员", org.AuditAdmin)
	must(x.a.Grant(ctx, program(""), org.Post{Person: office, Organ: c.ID, Role: org.Office}))(t)
	must(x.a.OpenAccount(ctx, as(t, x.a, head), clerk, "clerk-1", goodPassword))(t)
	if a := must(x.b.Account(ctx, as(t, x.a, head).Viewer, clerk))(t); !a.Open || !a.OneTime || a.Login != "clerk-1" || a.Factor {
		t.Errorf("%+v", a)
	}
	_, err := x.a.OpenAccount(ctx, as(t, x.a, head), clerk, "", goodPassword)
	denied(t, err, "已经开通")
	// Who opens an account knows its first password: not of those who have more power.
	_, err = x.a.OpenAccount(ctx, as(t, x.a, head), office, "", goodPassword)
	denied(t, err, "安全管理员")
	_, err = x.a.OpenAccount(ctx, as(t, x.a, head), auditor, "", goodPassword)
	denied(t, err, "没有这项权限")
	sys := x.opened(t, c, "系统员", org.SystemAdmin)
	_, err = x.a.OpenAccount(ctx, as(t, x.a, sys), auditor, "", goodPassword)
	denied(t, err, "安全管理员")
	must(x.a.OpenAccount(ctx, as(t, x.a, guard), auditor, "", goodPassword))(t)
	_, err = x.a.OpenAccount(ctx, as(t, x.a, clerk), office, "", goodPassword)
	denied(t, err, "没有这项权限")
	_, err = x.a.OpenAccount(ctx, as(t, x.a, guard), office, "clerk-1", goodPassword)
	denied(t, err, "已有人使用")
	_, err = x.a.OpenAccount(ctx, as(t, x.a, guard), office, "Bad Login", goodPassword)
	denied(t, err, "不合要求")
	// Closing ends every session, and the login is nobody's.
	token, _ := x.session(t, clerk)
	must(x.a.CloseAccount(ctx, as(t, x.a, head), clerk))(t)
	if _, err := x.b.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("session of a closed account: %v", err)
	}
	if _, err := x.b.Credentials(ctx, "clerk-1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("credentials of a closed account: %v", err)
	}
	_, err = x.a.CloseAccount(ctx, as(t, x.a, head), head)
	denied(t, err, "本人")
	must(x.a.OpenAccount(ctx, as(t, x.a, head), clerk, "", goodPassword))(t)
	if k := x.kinds(t, clerk); k != "account.opened session.began account.closed account.opened" {
		t.Error(k)
	}
	colleague := staff(t, x.a, town, "同事", org.Reviewer)
	if _, err := x.b.Account(ctx, as(t, x.a, colleague).Viewer, clerk); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a colleague saw how somebody signs in: %v", err)
	}
	if _, err := x.b.Account(ctx, as(t, x.a, head).Viewer, guard); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town saw an account of the county: %v", err)
	}
}

func passwordsSecured(t *testing.T, x Two) {
	list := county(t, x.a, 1)
	clerk, head, guard := x.opened(t, list[1], "经办", org.Drafter), x.opened(t, list[1], "负责人", org.Head), x.opened(t, list[0], "安全员", org.SecurityAdmin)
	_, err := x.a.SetPassword(ctx, as(t, x.a, head), clerk, goodPassword, 0)
	denied(t, err, "没有这项权限")
	token, _ := x.session(t, clerk)
	must(x.a.SetPassword(ctx, as(t, x.a, guard), clerk, goodPassword, 0))(t)
	if _, err := x.b.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session outlived the reset: %v", err)
	}
	if c := must(x.b.CredentialsOf(ctx, clerk))(t); !c.OneTime {
		t.Error("a password that somebody else set need not be replaced")
	}
	// The program's stays, for the sample county.
	must(x.a.SetPassword(ctx, program(""), clerk, "demo", 0))(t)
	if c := must(x.b.CredentialsOf(ctx, clerk))(t); c.OneTime {
		t.Error("the program's password has to be replaced")
	}
	// One's own keeps the session it was set in.
	one, keep := x.session(t, clerk)
	other, _ := x.session(t, clerk)
	must(x.a.SetPassword(ctx, as(t, x.a, clerk), clerk, goodPassword+"!", keep.ID))(t)
	if _, err := x.b.Session(ctx, one); err != nil {
		t.Error(err)
	}
	if _, err := x.b.Session(ctx, other); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another session outlived the new password: %v", err)
	}
}

func attemptsWait(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id, guard := x.opened(t, o, "吴清荷", org.Drafter), x.opened(t, o, "安全员", org.SecurityAdmin)
	login := person(t, x.a, id).Login
	rules := account.Defaults()
	try := func(login string, who int64) time.Duration {
		t.Helper()
		wait := must(x.a.ChargeAttempt(ctx, login, "192.0.2.9", rules))(t)
		if wait == 0 {
			if err := x.b.RefuseAttempt(ctx, login, who, "192.0.2.9"); err != nil {
				t.Fatal(err)
			}
		}
		return wait
	}
	// A login that nobody has waits like one that somebody has.
	for _, c := range []struct {
		login string
		who   int64
	}{{login, id}, {"niemand", 0}} {
		for range rules.AccountFree {
			if w := try(c.login, c.who); w != 0 {
				t.Fatalf("%s waits %v too early", c.login, w)
			}
		}
		if w := try(c.login, c.who); w != time.Minute {
			t.Errorf("%s waits %v", c.login, w)
		}
	}
	if a := must(x.b.Account(ctx, org.Program("测试"), id))(t); a.Blocked == 0 {
		t.Error("the account is not shown as waiting")
	}
	x.clock.Pass(61 * time.Second)
	if w := try(login, id); w != 0 {
		t.Errorf("after the wait it waits %v", w)
	}
	if w := try(login, id); w != 2*time.Minute {
		t.Errorf("the second time it waits %v", w)
	}
	_, err := x.a.UnlockAccount(ctx, as(t, x.a, id), id)
	denied(t, err, "没有这项权限")
	must(x.b.UnlockAccount(ctx, as(t, x.a, guard), id))(t)
	if w := try(login, id); w != 0 {
		t.Errorf("unlocked, it waits %v", w)
	}
	if k := x.kinds(t, id); strings.Count(k, "account.locked") != 2 || !strings.Contains(k, "account.unlocked") {
		t.Error(k)
	}
	// Success forgives.
	_, _, err = x.a.BeginSession(ctx, store.Beginning{Person: id, Login: login, Whole: true, How: "口令", Rules: rules}, "192.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	for range rules.AccountFree {
		if w := try(login, id); w != 0 {
			t.Errorf("after a success it waits %v", w)
		}
	}
}

func attemptsAtOnce(t *testing.T, x Two) {
	county(t, x.a, 0)
	rules := account.Defaults()
	var wg sync.WaitGroup
	var mu sync.Mutex
	free := 0
	for i := range 24 {
		wg.Go(func() {
			s := x.a
			if i%2 == 1 {
				s = x.b
			}
			wait, err := s.ChargeAttempt(ctx, "wu", fmt.Sprint("192.0.2.", i), rules)
			if err != nil {
				t.Error(err)
			}
			if wait == 0 {
				mu.Lock()
				free++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if free != rules.AccountFree {
		t.Errorf("%d of 24 attempts at once were made, %d are free", free, rules.AccountFree)
	}
}

func addressesWait(t *testing.T, x Two) {
	county(t, x.a, 0)
	rules := account.Defaults()
	n := 0
	for ; n < 100; n++ {
		if must(x.a.ChargeAttempt(ctx, fmt.Sprint("login", n), "192.0.2.9", rules))(t) > 0 {
			break
		}
	}
	if n != rules.AddressFree {
		t.Errorf("an address waits after %d", n)
	}
	if w := must(x.b.ChargeAttempt(ctx, "wu", "192.0.2.10", rules))(t); w != 0 {
		t.Errorf("another address waits %v", w)
	}
	x.clock.Pass(2 * time.Hour)
	if w := must(x.b.ChargeAttempt(ctx, "wu", "192.0.2.9", rules))(t); w != 0 {
		t.Errorf("two hours later it waits %v", w)
	}
}

func refusalsBatched(t *testing.T, x Two) {
	o := county(t, x.a, 0)[0]
	id := x.opened(t, o, "吴清荷", org.Drafter)
	for i := range 50 {
		for _, who := range []int64{id, 0} {
			if err := x.a.RefuseAttempt(ctx, "x", who, fmt.Sprint("192.0.2.", i%3)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if k := x.kinds(t, id); k != "account.opened" {
		t.Errorf("before the minute is over: %s", k)
	}
	x.clock.Pass(time.Minute)
	if err := x.b.FlushRefusals(ctx); err != nil {
		t.Fatal(err)
	}
	for _, who := range []int64{id, 0} {
		found := must(x.b.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.AccountRef(who), Kind: act.SignInRefused}))(t)
		if len(found) != 1 || found[0].Details.Changes[0].New != "50" || found[0].Details.From != "192.0.2.0、192.0.2.1、192.0.2.2" {
			t.Errorf("person %d: %+v", who, found)
		}
	}
	if err := x.a.FlushRefusals(ctx); err != nil {
		t.Fatal(err)
	}
	auditor := x.opened(t, o, "审计员", org.AuditAdmin)
	if e := must(x.b.Entries(ctx, as(t, x.a, auditor).Viewer, store.EntryQuery{Kind: "session."}))(t); len(e) != 2 {
		t.Errorf("the auditor sees %d refusals", len(e))
	}
}
