package main

import (
	"strconv"
	"testing"

	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
)

// requestPrefixes are the addresses that name a request of one town.
var requestPrefixes = []string{"/desk/requests/{id}"}

// applied has somebody apply to the town by word of mouth.
func (p *whole) applied(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	clerk := p.holder(811, org.Handler, town)
	n := store.NewRequest{Organ: town.ID, Subject: secrets[1], Registration: casework.Registration{Channel: deadline.InPerson, Arrived: p.cfg.Today(), Applicant: casework.Natural},
		Content: casework.Content{Wanted: secrets[2], Oral: true, Person: casework.Person{Name: secrets[3], Phone: secrets[0]}}}
	x := id(p.store.RegisterRequest(t.Context(), store.By{Viewer: clerk}, n))
	if _, err := strconv.ParseInt(x, 10, 64); err != nil {
		t.Fatal(err)
	}
	return map[string]string{requestPrefixes[0]: x, "{paper}": "receipt", "{format}": "pdf"}
}
