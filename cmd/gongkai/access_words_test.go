package main

import (
	"testing"

	"gongkai/org"
	"gongkai/store"
	"gongkai/vetting"
)

// wordPrefixes are the addresses of what worded puts into a town.
var wordPrefixes = []string{"/desk/words/{id}"}

// worded puts a list of words into a town.
func (p *whole) worded(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by := store.By{Viewer: org.Program("测试")}
	list := store.WordList{Organ: town.ID, Source: secrets[2], List: vetting.List{Name: secrets[1], Kind: vetting.Banned, From: p.cfg.Today(), Entries: []vetting.Entry{{Word: secrets[3], Right: "某某"}}}}
	return map[string]string{wordPrefixes[0]: id(p.store.SaveWordList(t.Context(), by, list))}
}
