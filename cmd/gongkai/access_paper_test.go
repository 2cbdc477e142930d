package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A neighbour, whatever his role, gets no letter, case or case file of the town by
// its address, and no line of its registers.
func TestNeighboursReachNoPapers(t *testing.T) {
	p := newWhole(t)
	town, today := p.organs[1], p.cfg.Today()
	by := store.By{Viewer: p.holder(821, org.Handler, town)}
	n := store.NewRequest{Organ: town.ID, Subject: secrets[1], Registration: casework.Registration{Channel: deadline.InPerson, Arrived: today, Applicant: casework.Natural, Ledger: true},
		Content: casework.Content{Wanted: secrets[2], Person: casework.Person{Name: secrets[3], Phone: secrets[0]}}}
	d, err := p.store.RegisterRequest(t.Context(), by, n)
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.store.WithRequest(t.Context(), by, id, 1, func(x *store.RequestFile, cal *calendar.Calendar, _ law.Date) error {
		do := casework.Doing{On: today, Today: today}
		x.Content.Letters = append(x.Content.Letters, casework.Letter{Code: "D02", No: "测公开告〔2026〕1号", On: today, To: secrets[3], Body: []string{secrets[2]}, By: 821})
		x.Content.KeepCase(casework.CaseNote{N: 1, Claims: secrets[2]})
		for _, err := range []error{x.WriteLetter(do, 1, "D02", "测公开告〔2026〕1号", 0), x.SealLetter(do, 1, casework.Seal{Copies: 1, Consent: "paper", Asker: 821, Keeper: 821}), x.Decide(cal, do, casework.Granted, "测公开告〔2026〕1号"),
			x.ServeLetter(do, casework.Service{Letter: 1, Way: "person", Taker: secrets[3]}), x.OpenRemedyAgainst(do, casework.Reconsideration, false, true, 1)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		p.cfg.Install(mux, rt)
	}
	file := "/desk/requests/" + d.Answer
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, path, strings.NewReader("do=seal&version=2&copies=1&key=x"+path))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		mux.ServeHTTP(w, r)
		return w
	}
	p.visit = page.Visit{Viewer: by.Viewer, Session: 1, Sure: true}
	for path, shows := range map[string]string{file + "/letters/1": secrets[3], file + "/remedies/1": secrets[2], file + "/case": "案卷", "/desk/requests/seals": "测公开告〔2026〕1号", "/desk/requests/remedies": secrets[1]} {
		if w := get(http.MethodGet, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), shows) {
			t.Errorf("%s shows its own clerk nothing (%d): the test below would see nothing either", path, w.Code)
		}
	}
	for i, role := range org.Roles() {
		p.visit = page.Visit{Viewer: p.holder(int64(830+i), role, p.organs[2]), Session: int64(i + 2), Sure: true}
		for _, path := range []string{"/letters/1", "/letters/1/receipt/docx", "/remedies/1", "/remedies/1/reply/docx", "/remedies/1/evidence/docx", "/case", "/case/volume/main", "/case/volume/inner", "/case/handover/docx"} {
			if w := get(http.MethodGet, file+path); w.Code < 400 {
				t.Errorf("%s of the neighbour gets %d at %s", role.Chinese(), w.Code, path)
			}
		}
		for _, path := range []string{"/letters/1", "/remedies/1", "/case"} {
			if w := get(http.MethodPost, file+path); w.Code < 400 {
				t.Errorf("%s of the neighbour writes at %s: %d", role.Chinese(), path, w.Code)
			}
		}
		for _, path := range []string{"/desk/requests/seals", "/desk/requests/remedies?state=all", "/desk/requests/remedies?state=all&organ=" + strconv.FormatInt(town.ID, 10)} {
			w := get(http.MethodGet, path)
			for _, s := range secrets {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("%s of the neighbour reads %s at %s", role.Chinese(), s, path)
				}
			}
		}
	}
}
