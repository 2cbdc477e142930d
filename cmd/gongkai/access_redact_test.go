package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A clerk covers part of a picture; the applicant gets the covered one when the
// answer was served and not before, and never the other. No neighbour gets to
// either, or to their pages.
func TestRedactedFileReachesTheApplicantOnly(t *testing.T) {
	p := newWhole(t)
	town, today := p.organs[1], p.cfg.Today()
	clerk := store.By{Viewer: p.holder(841, org.Handler, town)}
	n := store.NewRequest{ID: p.store.NewID(), Organ: town.ID, Subject: secrets[1], Registration: casework.Registration{Number: "2026-0007", Channel: deadline.InPerson, Arrived: today, Applicant: casework.Natural},
		Content: casework.Content{Wanted: secrets[2], Person: casework.Person{Name: secrets[3], Phone: secrets[0]}}}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 80))); err != nil {
		t.Fatal(err)
	}
	whole, err := p.store.PutPrivate(t.Context(), store.RequestRef(n.ID), bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	n.Content.Files = []casework.File{{ID: whole.ID, Name: "平面图.png", Kind: "evidence", On: today}}
	if _, err := p.store.RegisterRequest(t.Context(), clerk, n); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		p.cfg.Install(mux, rt)
	}
	ask := func(method, path string, kv ...string) *httptest.ResponseRecorder {
		form := url.Values{}
		for i := 0; i+1 < len(kv); i += 2 {
			form.Set(kv[i], kv[i+1])
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		mux.ServeHTTP(w, r)
		return w
	}
	at := fmt.Sprintf("/desk/requests/%d", n.ID)
	editor := fmt.Sprintf("%s/redact/%d", at, whole.ID)
	p.visit = page.Visit{Viewer: clerk.Viewer, Session: 1, Sure: true}
	w := ask(http.MethodPost, editor, "do", "make", "version", "1", "key", "r1", "boxes", "1 10 10 60 60 个人隐私")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	proof, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	covered := proof[strings.LastIndexByte(proof, '/')+1:]
	for _, path := range []string{editor, editor + "/pages/1", proof} {
		if w := ask(http.MethodGet, path); w.Code != http.StatusOK {
			t.Errorf("%s shows its own clerk nothing (%d): the test below would see nothing either", path, w.Code)
		}
	}

	code, err := p.store.RequestCode(n.ID)
	if err != nil {
		t.Fatal(err)
	}
	fetch := func(file string) *httptest.ResponseRecorder {
		p.visit = page.Visit{}
		return ask(http.MethodPost, "/apply/letter", "number", "2026-0007", "code", code, "file", file)
	}
	if w := fetch(covered); w.Code < 400 {
		t.Errorf("the applicant has it before the answer: %d", w.Code)
	}
	signed := store.By{Viewer: clerk.Viewer, Paper: &act.Paper{On: today}, Signer: "签批人"}
	_, err = p.store.WithRequest(t.Context(), signed, n.ID, 2, func(x *store.RequestFile, cal *calendar.Calendar, _ law.Date) error {
		do := casework.Doing{On: today, Today: today}
		if err := x.Find(do, casework.FoundGround); err != nil {
			return err
		}
		if err := x.Decide(cal, do, casework.Partial, "测公开告〔2026〕7号"); err != nil {
			return err
		}
		return x.Serve(do, "online")
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := fetch(covered); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "\x89PNG") {
		t.Errorf("the applicant gets %d", w.Code)
	}
	if w := fetch(strconv.FormatInt(whole.ID, 10)); w.Code < 400 {
		t.Errorf("the applicant gets the uncovered file: %d", w.Code)
	}
	for i, role := range org.Roles() {
		p.visit = page.Visit{Viewer: p.holder(int64(850+i), role, p.organs[2]), Session: int64(i + 2), Sure: true}
		for _, path := range []string{editor, editor + "/pages/1", proof, fmt.Sprintf("%s/redact/%s/pages/1", at, covered), at + "/files/" + covered} {
			if w := ask(http.MethodGet, path); w.Code < 400 {
				t.Errorf("%s of the neighbour gets %d at %s", role.Chinese(), w.Code, path)
			}
		}
		if w := ask(http.MethodPost, editor, "do", "make", "version", "3", "key", fmt.Sprint("n", i), "boxes", "1 1 1 6 6 个人隐私"); w.Code < 400 {
			t.Errorf("%s of the neighbour covers: %d", role.Chinese(), w.Code)
		}
	}
}
