package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// weak are passwords as they stand in leaked lists, and as clerks make them
// when a rule asks for a capital, a figure and a sign.
var weak = []string{"password123", "Admin@123456", "Admin123!@#", "1234567890", "qwertyuiop", "Qwer1234!@#$", "1qaz2wsx3edc", "!QAZ2wsx#EDC",
	"woaini1314520", "5201314520", "a123456789", "zhangwei1990", "Zhangwei@123", "13812345678", "19850101abc", "aaaaaaaaaa", "abcabcabcabc",
	"P@ssw0rd123", "P@ssw0rd2024", "xxgk@2026!!", "zwgk123456", "administrator", "letmein12345", "qazwsxedc123", "asdfghjkl;'", "147258369abc",
	"iloveyou2020", "20200101liu", "Gongkai2026", "Zhengfu@2025", "ａｄｍｉｎ１２３４５６", "11223344556677", "q1w2e3r4t5y6", "beijing2008!", "88888888888"}

// strong are passwords that a person or a program really chooses at random.
var strong = []string{"correct horse battery staple", "k7mt-9xqd-w3hp-2rfc", "vB9!xT2#qLm4", "雨打芭蕉一夜听风", "tulip-wagon-copper-frost", "8f3kq0zt6wmr", "铁马冰河入梦来2"}

func TestGuessablePasswordsAreRefused(t *testing.T) {
	for _, p := range weak {
		if err := CheckPassword(p); err == nil {
			t.Errorf("%q was accepted (strength %.1f)", p, Strength(p))
		}
	}
	for _, p := range strong {
		if len([]rune(p)) < MinPassword {
			p += "，尚思为国"
		}
		if err := CheckPassword(p); err != nil {
			t.Errorf("%q was refused: %v (strength %.1f)", p, err, Strength(p))
		}
	}
	for range 2000 {
		if p := OneTime(); CheckPassword(p) != nil {
			t.Errorf("a drawn password was refused: %q (%.1f)", p, Strength(p))
		}
	}
}

func TestPasswordLengthAndOwner(t *testing.T) {
	const good = "tulip-wagon-copper"
	for p, says := range map[string]string{
		"短口令": "至少10个字符，现在是3个", strings.Repeat("长k8", 43): "最多128个字符", "vB9!xT2#qL\nm4": "无法显示", "vB9!xT2#q\xff": "无法识别",
		"wuqinghe-9!vBxT": "吴清荷", "吴清荷的vB9!xT2#": "吴清荷",
	} {
		err := CheckPassword(p, "wuqinghe", "吴清荷", "青石镇人民政府")
		if err == nil || says != "吴清荷" && !strings.Contains(err.Error(), says) || says == "吴清荷" && !strings.Contains(err.Error(), "不能含有") {
			t.Errorf("%q: %v", p, err)
		}
	}
	if err := CheckPassword(good, "wuqinghe", "吴清荷", "", " ", "x"); err != nil {
		t.Error(err)
	}
	if err := CheckPassword(strings.Repeat("k8ü，", 32)); err != nil && strings.Contains(err.Error(), "最多") {
		t.Error("128 characters are too many:", err)
	}
}

func small() Params { return Params{Time: 1, Memory: 64, Threads: 1} }

func TestHashIsOfThisPasswordOnly(t *testing.T) {
	h := NewHasher(small(), 2, 10)
	ctx := context.Background()
	kept, err := h.Hash(ctx, "tulip-wagon-copper")
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(kept, err)
	}
	again, _ := h.Hash(ctx, "tulip-wagon-copper")
	if kept == again {
		t.Error("two hashes of one password are the same: no salt")
	}
	for p, want := range map[string]bool{"tulip-wagon-copper": true, "ｔｕｌｉｐ-wagon-copper": true, "tulip-wagon-coppe": false, "": false} {
		if ok, stale, err := h.Verify(ctx, kept, p); ok != want || stale || err != nil {
			t.Errorf("%q: %v, stale %v, %v", p, ok, stale, err)
		}
	}
	if ok, _, err := h.Verify(ctx, "", "tulip-wagon-copper"); ok || err != nil {
		t.Errorf("an account that is not there: %v, %v", ok, err)
	}
	// Other parameters: the owner is known and the hash is old.
	if ok, stale, err := NewHasher(Params{Time: 2, Memory: 64, Threads: 1}, 1, 1).Verify(ctx, kept, "tulip-wagon-copper"); !ok || !stale || err != nil {
		t.Errorf("after a change of parameters: %v, stale %v, %v", ok, stale, err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", kept[:len(kept)-30]} {
		if _, _, err := h.Verify(ctx, bad, "x"); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// At most so many passwords are worked on at once, and who comes when the
// queue is full hears it at once.
func TestHasherIsBounded(t *testing.T) {
	h := NewHasher(Params{Time: 8, Memory: 19 << 10, Threads: 1}, 1, 1)
	var wg sync.WaitGroup
	var mu sync.Mutex
	busy := 0
	for range 8 {
		wg.Go(func() {
			if _, err := h.Hash(context.Background(), "tulip"); errors.Is(err, ErrBusy) {
				mu.Lock()
				busy++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if busy == 0 || busy == 8 {
		t.Errorf("%d of 8 were sent away", busy)
	}
	if _, err := h.Hash(context.Background(), "tulip"); err != nil {
		t.Error("after the rush:", err)
	}
}

// RFC 6238, appendix B, SHA-1.
func TestCodesOfTheRFC(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := codeOf(secret, at/step, 8); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		if got := Code(secret, time.Unix(at, 0)); got != want[2:] {
			t.Errorf("at %d: six digits %s, want %s", at, got, want[2:])
		}
	}
}

func TestCodeCountsOnceAndNearby(t *testing.T) {
	secret, now := NewSecret(), time.Unix(1_800_000_000, 0)
	n, ok := MatchCode(secret, Code(secret, now), now, 0)
	if !ok {
		t.Fatal("the code of now is refused")
	}
	if _, ok := MatchCode(secret, Code(secret, now), now, n); ok {
		t.Error("a code counts twice")
	}
	c := Code(secret, now)
	if _, ok := MatchCode(secret, c[:3]+" "+c[3:], now, 0); !ok {
		t.Error("a code with a space is refused")
	}
	for _, off := range []time.Duration{-30 * time.Second, 30 * time.Second} {
		if _, ok := MatchCode(secret, Code(secret, now.Add(off)), now, 0); !ok {
			t.Errorf("a clock %v off is refused", off)
		}
	}
	for _, off := range []time.Duration{-2 * time.Minute, 2 * time.Minute} {
		if _, ok := MatchCode(secret, Code(secret, now.Add(off)), now, 0); ok {
			t.Errorf("a clock %v off is accepted", off)
		}
	}
	if _, ok := MatchCode(secret, Code(secret, now.Add(-30*time.Second)), now, n); ok {
		t.Error("a code from before the one last used is accepted")
	}
	if !strings.Contains(SecretURI("云岭县 公开", "wu", secret), "otpauth://totp/") {
		t.Error(SecretURI("云岭县 公开", "wu", secret))
	}
}

func TestRecoveryCodesAreAPersonsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range NewRecovery() {
		h := RecoveryHash(7, c)
		if h == "" || seen[h] || h == RecoveryHash(8, c) {
			t.Errorf("code %q", c)
		}
		seen[h] = true
		if RecoveryHash(7, strings.ToUpper(strings.ReplaceAll(c, "-", " "))) != h {
			t.Error("capitals and spaces make another code")
		}
	}
	if len(seen) != RecoveryCodes || RecoveryHash(7, "abc") != "" {
		t.Error("codes", len(seen))
	}
}

func TestBackoffGrowsAndEnds(t *testing.T) {
	last := time.Duration(0)
	for n := range 40 {
		d := Backoff(n, 5)
		if n < 5 && d != 0 || n >= 5 && d < time.Minute || d < last || d > 30*time.Minute {
			t.Errorf("after %d: %v", n, d)
		}
		last = d
	}
}

func TestDecidedRules(t *testing.T) {
	set := map[string]string{SettingIdle: "15", SettingLongest: "0", SettingAge: "90", SettingFactor: NoRoles}
	r := Decided(func(n string) string { return set[n] })
	if r.Idle != 15*time.Minute || r.Longest != 12*time.Hour || r.Age != 90*24*time.Hour || len(r.FactorRoles) != 0 {
		t.Errorf("%+v", r)
	}
	if r := Decided(func(string) string { return "" }); len(r.FactorRoles) != 3 || r.Idle != 30*time.Minute {
		t.Errorf("%+v", r)
	}
	known := func(r string) bool { return r == "system" }
	if CheckSetting(SettingFactor, "system、head", known) == nil || CheckSetting(SettingFactor, NoRoles, known) != nil || CheckSetting(SettingIdle, "abc", known) == nil {
		t.Error("settings are not checked")
	}
}

func FuzzStrength(f *testing.F) {
	for _, p := range weak {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if s := Strength(p); s < 0 {
			t.Errorf("%q: %f", p, s)
		}
		_ = CheckPassword(p, p)
	})
}

func BenchmarkCheckPassword(b *testing.B) {
	p := strings.Repeat("k8-ü长Ab1", 16)
	for b.Loop() {
		Strength(p)
	}
}

func BenchmarkHash(b *testing.B) {
	h := NewHasher(Recommended(), 1, 1)
	for b.Loop() {
		if _, err := h.Hash(context.Background(), "tulip-wagon-copper"); err != nil {
			b.Fatal(err)
		}
	}
}
